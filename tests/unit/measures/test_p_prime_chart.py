"""The p′ chart against its formula with loops, and what it says of chance and of more than chance."""

from itertools import pairwise
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.p_prime_chart import p_prime_chart

weeks = st.lists(
    st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=3, max_size=30
)


def naive(rows):
    mean = sum(e for e, _ in rows) / sum(n for _, n in rows)
    z = [(e / n - mean) / sqrt(mean * (1 - mean) / n) for e, n in rows]
    ranges = [abs(b - a) for a, b in pairwise(z)]
    kept = [r for r in ranges if r <= 3.267 * sum(ranges) / len(ranges)]
    sigma = sum(kept) / len(kept) / 1.128
    return mean, [3 * sigma * sqrt(mean * (1 - mean) / n) for _, n in rows]


@given(weeks)
def test_limits_are_those_of_the_formula(rows):
    events, trials = zip(*rows, strict=True)
    if not 0 < sum(events) < sum(trials):
        return
    mean, half = naive(rows)
    chart = p_prime_chart(events, trials)
    assert chart.centre == pytest.approx(np.full(len(rows), mean))
    assert chart.upper - chart.centre == pytest.approx(half, abs=1e-9)
    assert chart.centre - chart.lower == pytest.approx(half, abs=1e-9)


def test_with_chance_alone_it_is_the_p_chart():
    random = np.random.default_rng(5)
    trials = random.integers(500, 1500, 4000)
    chart = p_prime_chart(random.binomial(trials, 0.8), trials)
    plain = 3 * np.sqrt(0.8 * 0.2 / trials)
    assert (chart.upper - chart.centre) / plain == pytest.approx(np.ones(4000), rel=0.05)


def test_with_more_than_chance_a_p_chart_cries_wolf_and_this_one_does_not():
    """Weeks have shares of their own, standard deviation one point, and twenty thousand checks each."""
    random = np.random.default_rng(6)
    trials = np.full(400, 20_000)
    events = random.binomial(trials, np.clip(random.normal(0.9, 0.01, 400), 0, 1))
    chart = p_prime_chart(events, trials)
    plain = 3 * np.sqrt(0.9 * 0.1 / trials)
    assert np.mean(np.abs(events / trials - 0.9) > plain) > 0.4
    assert np.mean(chart.outside) < 0.01


def test_a_step_is_a_shift():
    trials = np.full(24, 10_000)
    random = np.random.default_rng(7)
    events = random.binomial(trials, np.r_[np.full(12, 0.86), np.full(12, 0.90)])
    chart = p_prime_chart(events, trials, better="up")
    assert chart.shift.all()
    assert chart.improvement[12:].all()
    assert chart.concern[:12].all()


def test_limits_are_wider_where_fewer_are_checked():
    chart = p_prime_chart([80, 8, 83, 81], [100, 10, 100, 100])
    half = chart.upper - chart.centre
    assert half[1] == pytest.approx(half[0] * sqrt(10))


def test_a_week_without_checks_has_no_value():
    chart = p_prime_chart([8, 0, 7, 9], [10, 0, 10, 10])
    assert np.isnan(chart.values[1])
    assert not chart.special[1]


@pytest.mark.parametrize(
    ("events", "trials", "told"),
    [
        ([1, 2], [1, 1], "between 0 and trials"),
        ([-1, 0], [1, 1], "between 0 and trials"),
        ([1], [2], "at least two points"),
        ([1, 1], [1, 1], "between 0 and 1"),
        ([0, 0], [0, 0], "at least two points"),
        ([1, float("nan")], [2, 2], "finite"),
        ([1, 2, 3], [4, 4], "same length"),
    ],
)
def test_what_cannot_be_is_told(events, trials, told):
    with pytest.raises(InvalidParameter, match=told):
        p_prime_chart(events, trials)
