"""Erlang's formulas against exact fractions and a simulated ward, and the numbers of beds that follow from them."""

from __future__ import annotations

import heapq
from fractions import Fraction
from math import exp, factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.queueing import (
    erlang_b,
    erlang_c,
    mean_wait,
    servers_for_blocking,
    servers_for_long_waits,
    servers_for_mean_wait,
    share_waiting_longer,
    waiting_queue,
)

loads = st.floats(0.01, 60)


def naive_b(c, a):
    """The definition, in fractions."""
    terms = [Fraction(a) ** k / factorial(k) for k in range(c + 1)]
    return terms[-1] / sum(terms)


def naive_c(c, a):
    """All servers busy, from the balance of arrivals and departures, in fractions."""
    a = Fraction(a)
    busy = a**c / factorial(c) * c / (c - a)
    return busy / (sum(a**k / factorial(k) for k in range(c)) + busy)


def simulated_waits(c, arrivals, stay, count, seed):
    """Waits of those who come, first come first served: each takes the server that is free first."""
    generator = np.random.default_rng(seed)
    comes = np.cumsum(generator.exponential(1 / arrivals, count))
    stays = generator.exponential(stay, count)
    free, waits = [0.0] * c, np.zeros(count)
    for i, (at, lasts) in enumerate(zip(comes.tolist(), stays.tolist(), strict=True)):
        begins = max(heapq.heappop(free), at)
        waits[i] = begins - at
        heapq.heappush(free, begins + lasts)
    return waits[count // 20 :]


def simulated_loss(c, arrivals, stays, seed):
    """Share turned away where nobody waits."""
    generator = np.random.default_rng(seed)
    comes = np.cumsum(generator.exponential(1 / arrivals, len(stays)))
    leaves, lost = [], np.zeros(len(stays))
    for i, (at, lasts) in enumerate(zip(comes.tolist(), stays.tolist(), strict=True)):
        while leaves and leaves[0] <= at:
            heapq.heappop(leaves)
        if len(leaves) == c:
            lost[i] = 1.0
        else:
            heapq.heappush(leaves, at + lasts)
    return lost[len(stays) // 20 :]


def batch_error(values, batches=40):
    """Standard error of the mean of values that depend on their neighbours."""
    means = [part.mean() for part in np.array_split(values, batches)]
    return np.std(means, ddof=1) / np.sqrt(batches)


@settings(deadline=None, max_examples=100, derandomize=True)
@given(c=st.integers(0, 40), a=loads)
def test_both_agree_with_exact_fractions(c, a):
    assert float(erlang_b(c, a)) == pytest.approx(float(naive_b(c, a)), rel=1e-12)
    if a < c:
        assert float(erlang_c(c, a)) == pytest.approx(float(naive_c(c, a)), rel=1e-9)
        spare = c - a
        assert float(mean_wait(c, a, 3.0)) == pytest.approx(float(naive_c(c, a)) * 3.0 / spare, rel=1e-9)
    else:
        assert float(erlang_c(c, a)) == 1.0 and float(mean_wait(c, a, 3.0)) == np.inf


@settings(deadline=None, max_examples=100, derandomize=True)
@given(c=st.integers(1, 60), a=loads, more=st.floats(0.01, 5), stay=st.floats(0.1, 400), than=st.floats(0, 400))
def test_more_servers_help_and_more_load_hurts_and_waiting_is_no_rarer_than_loss(c, a, more, stay, than):
    for measure in (
        erlang_b,
        erlang_c,
        lambda c, a: mean_wait(c, a, stay),
        lambda c, a: share_waiting_longer(c, a, stay, than),
    ):
        here, further, busier = measure([c, c + 1, c], [a, a, a + more])
        assert further <= here * (1 + 1e-12) and here <= busier * (1 + 1e-12)
    assert erlang_b(c, a) <= erlang_c(c, a)
    assert share_waiting_longer(c, a, stay, 0.0) == erlang_c(c, a)
    assert share_waiting_longer(c, a, stay, than) <= erlang_c(c, a)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(a=loads, limit=st.floats(1e-6, 1), stay=st.floats(0.1, 400), than=st.floats(0, 50))
def test_the_fewest_servers_are_those_that_trying_all_finds(a, limit, stay, than):
    tried = np.arange(200)
    for found, reached in (
        (servers_for_blocking(a, limit), erlang_b(tried, a)),
        (servers_for_mean_wait(a, stay, limit * stay), mean_wait(tried, a, stay)),
        (servers_for_long_waits(a, stay, than, limit), share_waiting_longer(tried, a, stay, than)),
    ):
        within = np.flatnonzero(reached <= found.limit)
        assert found.servers == within[0]
        assert found.reached == pytest.approx(reached[within[0]], rel=1e-12)
        if found.servers:
            assert found.with_one_fewer > found.limit
            assert found.with_one_fewer == pytest.approx(reached[within[0] - 1], rel=1e-12)


def test_the_unit_of_time_does_not_matter():
    assert mean_wait(12, 10.5, 30 * 24) == pytest.approx(24 * mean_wait(12, 10.5, 30))
    assert share_waiting_longer(12, 10.5, 30 * 24, 7 * 24) == pytest.approx(share_waiting_longer(12, 10.5, 30, 7))
    assert servers_for_mean_wait(10.5, 720, 48).servers == servers_for_mean_wait(10.5, 30, 2).servers


def test_a_simulated_ward_waits_as_long_as_erlang_c_says():
    """Eight beds, stays of 20 days, seven in use on average."""
    waits = simulated_waits(8, 0.35, 20.0, 200_000, seed=11)
    queue = waiting_queue(8, 0.35, 20.0)
    assert queue.load == pytest.approx(7.0) and queue.refusal is None
    for found, expected in (
        (waits > 0, queue.waits),
        (waits, queue.mean_wait_days),
        (waits > 30, float(share_waiting_longer(8, 7.0, 20.0, 30.0))),
    ):
        assert abs(found.mean() - expected) < 4 * batch_error(found)
    some = waits[waits > 0]
    assert some.mean() == pytest.approx(queue.mean_wait_of_those_who_wait_days, rel=0.05)
    assert queue.mean_waiting == pytest.approx(0.35 * queue.mean_wait_days), "Little's law"


@pytest.mark.parametrize("kind", ["exponential", "fixed", "skewed"])
def test_the_share_turned_away_does_not_depend_on_how_stays_spread(kind):
    """Erlang B is insensitive: a mean of 10 days is all that it needs."""
    count, generator = 120_000, np.random.default_rng(5)
    stays = {
        "exponential": generator.exponential(10.0, count),
        "fixed": np.full(count, 10.0),
        "skewed": generator.lognormal(np.log(10.0) - 0.5, 1.0, count),
    }[kind]
    lost = simulated_loss(6, 0.5, stays, seed=7)
    assert abs(lost.mean() - float(erlang_b(6, 5.0))) < 4 * batch_error(lost)


def test_waits_of_fixed_stays_are_about_half_so_erlang_c_needs_its_exponential():
    """One server: exactly half (Pollaczek and Khinchine)."""
    generator, wait, waits = np.random.default_rng(2), 0.0, []
    for gap in generator.exponential(1 / 0.7, 100_000).tolist():
        waits.append(wait)
        wait = max(wait + 1.0 - gap, 0.0)
    assert np.mean(waits) == pytest.approx(float(mean_wait(1, 0.7, 1.0)) / 2, rel=0.06)


def test_thousands_of_servers_neither_overflow_nor_cancel():
    from scipy.stats import poisson

    c, a = np.array([3000, 5000, 5000, 8000]), np.array([3000.0, 4900.5, 6000.25, 7990.0])
    expected = np.exp(poisson.logpmf(c, a) - poisson.logcdf(c, a))
    assert erlang_b(c, a) == pytest.approx(expected, rel=1e-9)
    assert float(erlang_b(5000, 10.0)) == 0.0
    found = servers_for_mean_wait(5000.5, 30.0, 0.1)
    assert found.servers > 5000.5 and found.with_one_fewer > 0.1 >= found.reached


def test_a_large_ward_is_pooled_better_than_two_small_ones():
    """The same load and beds in one place turn fewer away."""
    assert erlang_b(20, 16.0) < erlang_b(10, 8.0)
    assert servers_for_blocking(16.0, 0.05).servers < 2 * servers_for_blocking(8.0, 0.05).servers


@pytest.mark.parametrize("arrivals", [0.4, 0.5])
def test_more_than_can_be_served_is_refused_and_its_waits_are_infinite(arrivals):
    queue = waiting_queue(8, arrivals, 20.0)
    assert queue.refusal == "load_not_below_servers"
    assert queue.mean_wait_days == queue.mean_waiting == queue.mean_wait_of_those_who_wait_days == np.inf
    assert queue.waits == queue.occupancy == 1.0
    assert share_waiting_longer(8, arrivals * 20, 20.0, 365.0) == 1.0
    assert erlang_b(8, arrivals * 20) < 1.0, "without waiting there is a steady state all the same"


def test_nobody_comes():
    assert erlang_b([0, 1, 5], 0.0).tolist() == [1.0, 0.0, 0.0]
    assert mean_wait([0, 1], 0.0, 2.0).tolist() == [np.inf, 0.0]
    found = servers_for_blocking(0.0, 0.05)
    assert (found.servers, found.reached, found.with_one_fewer) == (1, 0.0, 1.0)
    everything = servers_for_blocking(3.0, 1.0)
    assert everything.servers == 0 and np.isnan(everything.with_one_fewer)


def test_scalars_and_tables_have_their_shape():
    assert erlang_b(3, 2.0).shape == ()
    table = share_waiting_longer(np.arange(3, 6)[:, None], [1.0, 2.0], 10.0, 5.0)
    assert table.shape == (3, 2)
    assert table[1, 1] == pytest.approx(float(erlang_c(4, 2.0)) * exp(-2.0 * 0.5))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: erlang_b(2.5, 1.0), "servers must be whole numbers from 0"),
        (lambda: erlang_b(-1, 1.0), "servers must be finite and 0 or more"),
        (lambda: erlang_b(2, -1.0), "load must be finite and 0 or more"),
        (lambda: erlang_c(2, np.nan), "load must be finite and 0 or more"),
        (lambda: erlang_b(2, np.inf), "load must be finite and 0 or more"),
        (lambda: mean_wait(2, 1.0, 0.0), "mean_stay must be above 0"),
        (lambda: share_waiting_longer(2, 1.0, 3.0, -1.0), "than must be finite and 0 or more"),
        (lambda: waiting_queue(2, -0.1, 3.0), "arrivals_per_day must be finite and 0 or more"),
        (lambda: servers_for_blocking(3.0, 0.0), "limit=0.0 must be a share above 0"),
        (lambda: servers_for_blocking(3.0, 5), "limit=5 must be a share above 0 and at most 1"),
        (lambda: servers_for_mean_wait(3.0, 2.0, 0.0), "limit=0.0 must be a finite time above 0"),
        (lambda: servers_for_mean_wait(3.0, 2.0, np.inf), "limit=inf must be a finite time above 0"),
        (lambda: servers_for_blocking(5e6, 0.01), "more than 1000000 servers; check the units"),
    ],
)
def test_impossible_arguments_are_refused(call, message):
    with pytest.raises(InvalidParameter, match=message):
        call()
