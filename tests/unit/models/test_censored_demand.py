"""Demand of days that were full at times, against loops, known limits and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.censored_demand import censored_demand
from jingan_analysis.models.served_share import places_for_share, served_share


def probability(k: int, mean: float, alpha: float) -> float:
    """Negative binomial (or Poisson) by its textbook formula."""
    if alpha == 0:
        return math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1))
    size = 1 / alpha
    log = math.lgamma(k + size) - math.lgamma(size) - math.lgamma(k + 1)
    return math.exp(log - size * math.log1p(alpha * mean) + k * math.log(alpha * mean / (1 + alpha * mean)))


def likelihood(ratio, taken, places, usual, alpha):
    total = 0.0
    for y, c, m in zip(taken, places, usual, strict=True):
        below = sum(probability(k, ratio * m, alpha) for k in range(c))
        total += math.log(probability(y, ratio * m, alpha) if y < c else max(1 - below, 1e-300))
    return total


@pytest.mark.parametrize("alpha", [0.0, 0.05])
def test_the_ratio_is_the_top_of_a_likelihood_written_out(alpha):
    data = ([30, 40, 36, 40], [60, 40, 60, 40], [10.0, 12.0, 11.0, 13.0])
    found = censored_demand(*data, alpha=alpha)
    grid = np.linspace(1.5, 6.0, 4501)
    values = np.array([likelihood(ratio, *data, alpha) for ratio in grid])
    assert found.ratio == pytest.approx(grid[values.argmax()], abs=2e-3)
    inside = grid[values >= values.max() - 0.5 * chi2.ppf(0.95, 1)]
    assert (found.lower, found.upper) == pytest.approx((inside[0], inside[-1]), abs=2e-3)
    assert (found.days, found.full) == (4, 2)


def test_without_full_days_it_is_the_sum_over_the_usual_sum():
    found = censored_demand([30, 44], [90, 90], [10.0, 12.0], alpha=0.0)
    assert found.ratio == pytest.approx(74 / 22, rel=1e-4)


def test_full_days_mean_that_more_wanted_to_come():
    counted = censored_demand([40, 40, 30], [90, 90, 90], [10.0] * 3, alpha=0.02)
    full = censored_demand([40, 40, 30], [40, 40, 90], [10.0] * 3, alpha=0.02)
    assert full.ratio > counted.ratio


def test_where_every_day_was_full_only_the_least_is_told():
    found = censored_demand([40, 40], [40, 40], [10.0, 10.0], alpha=0.01)
    assert found.refusal == "every_day_full"
    assert math.isnan(found.ratio) and math.isnan(found.upper)
    assert 2.5 < found.lower < 4.0
    assert censored_demand([], [], [], alpha=0.0).refusal == "no_days"


def test_intervals_cover_demand_that_was_cut():
    random = np.random.default_rng(3)
    usual, places, inside = np.full(8, 15.0), np.full(8, 62), 0
    for _ in range(120):
        demand = random.negative_binomial(1 / 0.02, 1 / (1 + 0.02 * 60.0), 8)
        found = censored_demand(np.minimum(demand, places), places, usual, alpha=0.02)
        inside += bool(found.lower <= 4.0 and (math.isnan(found.upper) or found.upper >= 4.0))
    assert inside / 120 >= 0.88


@pytest.mark.parametrize(
    ("taken", "places", "usual", "alpha", "said"),
    [
        ([1], [2, 3], [1.0], 0.0, "shapes"),
        ([3], [2], [1.0], 0.0, "0 <= taken <= places"),
        ([1.5], [2], [1.0], 0.0, "whole numbers"),
        ([1], [2], [0.0], 0.0, "usual must be"),
        ([1], [2], [1.0], -1.0, "alpha"),
    ],
)
def test_what_is_impossible_is_refused(taken, places, usual, alpha, said):
    with pytest.raises(InvalidParameter, match=said):
        censored_demand(taken, places, usual, alpha=alpha)


@pytest.mark.parametrize(("mean", "alpha"), [(12.0, 0.0), (60.0, 0.03)])
def test_places_by_adding_up_probabilities(mean, alpha):
    def share(places):
        return sum(min(k, places) * probability(k, mean, alpha) for k in range(400)) / mean

    for places in (0, 1, 10, 55, 80):
        assert served_share(places, mean, alpha) == pytest.approx(share(places), abs=1e-9)
    wanted = places_for_share(mean, alpha, 0.95)
    assert share(wanted) >= 0.95 > share(wanted - 1)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.5, 200), st.floats(0.0, 0.5), st.floats(0.5, 0.98), st.floats(1.05, 3.0))
def test_more_demand_and_a_larger_share_need_more_places(mean, alpha, share, factor):
    places = places_for_share(mean, alpha, share)
    assert places_for_share(mean * factor, alpha, share) >= places
    assert places_for_share(mean, alpha, share + 0.01) >= places
    assert served_share(places, mean, alpha) >= share - 1e-9


def test_a_share_of_all_is_refused():
    with pytest.raises(InvalidParameter, match="share"):
        places_for_share(10.0, 0.0, 1.0)
    with pytest.raises(InvalidParameter, match="mean"):
        served_share(3, 0.0, 0.0)
    with pytest.raises(InvalidParameter, match="places"):
        served_share(-1, 3.0, 0.0)
