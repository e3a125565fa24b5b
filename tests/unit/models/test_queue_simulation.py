"""Simulated waits: against Erlang's exact values, a plain simulation with a heap, and directions."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.queue_simulation import _arrivals, simulate_waits
from jingan_analysis.models.queueing import mean_wait, share_waiting_longer


def waits(**more):
    asked = {"servers": 3, "rates": [0.2], "lengths": [600.0], "service": 12.0, "longer_than": 15.0}
    return simulate_waits(**(asked | more))


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (1, 0.8), (3, 2.4), (6, 4.5)])
def test_settled_waits_are_those_of_erlang_c(servers, load):
    service = 12.0
    rate = load / service
    found = waits(servers=servers, rates=[rate, rate], lengths=[2_400.0, 2_400.0], runs=500, seed=3)
    expected = float(mean_wait(servers, load, service))
    longer = float(share_waiting_longer(servers, load, service, 15.0))
    assert abs(found.mean - expected) < 4 * found.mean_error and found.mean_error < 0.1 * expected
    assert abs(found.long - longer) < 4 * found.long_error
    assert found.arrivals == pytest.approx(rate * 2_400 * 500, rel=0.02)


def test_every_wait_is_that_of_a_plain_simulation():
    """The same arrivals and services, one customer after the other at the server that is free first."""
    rates, lengths, runs, servers, service = [0.3, 0.6], [60.0, 60.0], 40, 3, 6.0
    random = np.random.default_rng(8)
    times, present = _arrivals(random, rates, lengths, runs)
    services = np.array([random.exponential(service, runs) for _ in range(times.shape[1])]).T
    total, long, came = 0.0, 0, 0
    for run in range(runs):
        free = [0.0] * servers
        for at, here, minutes in zip(times[run], present[run], services[run], strict=True):
            if not here:
                continue
            start = max(at, heapq.heappop(free))
            heapq.heappush(free, start + minutes)
            if at >= lengths[0]:
                total, long, came = total + start - at, long + (start - at > 4.0), came + 1
    found = simulate_waits(
        servers=servers, rates=rates, lengths=lengths, service=service, longer_than=4.0, runs=runs, seed=8
    )
    assert found.arrivals == came > 100
    assert found.mean == pytest.approx(total / came)
    assert found.long == pytest.approx(long / came)


def test_one_busy_hour_after_quiet_ones_makes_shorter_waits_than_busy_hours_without_end():
    alone = waits(rates=[0.05, 0.22], lengths=[120.0, 60.0], runs=3_000)
    endless = waits(rates=[0.22, 0.22], lengths=[2_400.0, 600.0], runs=300)
    assert alone.mean + 3 * alone.mean_error < endless.mean - 3 * endless.mean_error


@settings(max_examples=20, deadline=None)
@given(servers=st.integers(1, 5), rate=st.floats(0.05, 0.3), seed=st.integers(0, 1_000))
def test_one_more_server_never_makes_anybody_wait_longer(servers, rate, seed):
    asked = {"rates": [rate], "lengths": [240.0], "runs": 20, "seed": seed}
    fewer, more = waits(servers=servers, **asked), waits(servers=servers + 1, **asked)
    assert fewer.arrivals == more.arrivals
    if fewer.arrivals:
        assert more.mean <= fewer.mean + 1e-9 and more.long <= fewer.long + 1e-9


def test_only_the_watched_stretch_counts_and_nobody_is_no_number():
    first = waits(rates=[0.2, 0.0], lengths=[60.0, 60.0], watched=0)
    assert first.arrivals > 0 and first.mean >= 0
    none = waits(rates=[0.2, 0.0], lengths=[60.0, 60.0])
    assert none.arrivals == 0 and np.isnan(none.mean) and np.isnan(none.long_error)


@pytest.mark.parametrize(
    "wrong",
    [
        {"servers": 0},
        {"runs": 1},
        {"rates": [0.1, 0.2]},
        {"rates": [], "lengths": []},
        {"rates": [-0.1]},
        {"rates": [float("nan")]},
        {"lengths": [0.0]},
        {"service": 0.0},
        {"service": float("inf")},
    ],
)
def test_impossible_arguments_are_refused(wrong):
    with pytest.raises(InvalidParameter):
        waits(**wrong)
