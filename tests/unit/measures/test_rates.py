"""Wilson shares and Poisson rates."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.rates import poisson_rate, poisson_rates, wilson_rate, wilson_rates

Z95 = 1.959963984540054


def naive_wilson(part, whole, z=Z95):
    share = part / whole
    middle = share + z * z / (2 * whole)
    half = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    return (middle - half) / (1 + z * z / whole), (middle + half) / (1 + z * z / whole)


# Newcombe, R. G. (1998), Two-sided confidence intervals for the single proportion, Statistics in
# Medicine 17, table I, method 3 (score without continuity correction).
@pytest.mark.parametrize(
    ("part", "whole", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_of_newcombes_table(part, whole, lower, upper):
    rate = wilson_rate(part, whole)
    assert (round(rate.lower, 4), round(rate.upper, 4)) == (lower, upper)
    assert (rate.numerator, rate.denominator, rate.confidence, rate.method) == (part, whole, 0.95, "wilson")


def test_the_ends_are_exact():
    rates = wilson_rates([0, 7, 0, 1], [7, 7, 975_707, 1])
    assert rates.lower[[0, 2]].tolist() == [0.0, 0.0]
    assert rates.upper[[1, 3]].tolist() == [1.0, 1.0]
    assert rates.upper[0] > 0.0
    assert rates.lower[1] < 1.0


def test_nobody_has_no_share():
    rates = wilson_rates([0, 1], [0, 2])
    assert np.isnan([rates.share[0], rates.lower[0], rates.upper[0]]).all()
    assert rates.share[1] == 0.5
    assert len(rates) == 2
    assert rates[1].share == 0.5
    assert len(wilson_rates([], [])) == 0
    assert math.isnan(wilson_rate(0, 0).share)


def test_more_people_give_a_narrower_interval_and_more_confidence_a_wider_one():
    narrow, wide = wilson_rate(300, 1000), wilson_rate(3, 10)
    assert narrow.upper - narrow.lower < wide.upper - wide.lower
    assert wilson_rate(3, 10, confidence=0.99).upper > wide.upper


@settings(deadline=None, max_examples=80, derandomize=True)
@given(whole=st.integers(1, 10**6), data=st.data())
def test_wilson_agrees_with_its_formula_and_holds_the_share(whole, data):
    part = data.draw(st.integers(0, whole))
    rate = wilson_rate(part, whole)
    lower, upper = naive_wilson(part, whole)
    assert rate.lower == pytest.approx(lower, abs=1e-12)
    assert rate.upper == pytest.approx(upper, abs=1e-12)
    assert 0.0 <= rate.lower <= rate.share <= rate.upper <= 1.0


@pytest.mark.parametrize(
    ("parts", "wholes", "message"),
    [
        ([1, 6], [5, 5], r"numerators: 1 of 2 are above their denominator, the first at position 1"),
        ([-1], [5], r"numerators: 1 of 1 values are negative"),
        ([1], [np.nan], r"denominators: 1 of 1 values are NaN"),
        ([1, 2], [5], r"denominators has shape \(1,\); give one amount each, shape \(2,\)"),
    ],
)
def test_impossible_shares_are_refused(parts, wholes, message):
    with pytest.raises(InvalidParameter, match=message):
        wilson_rates(parts, wholes)


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95, float("nan")])
def test_confidence_is_a_probability(confidence):
    with pytest.raises(InvalidParameter, match="must lie between 0 and 1, such as 0.95 for 95 percent"):
        wilson_rates([1], [2], confidence=confidence)
    with pytest.raises(InvalidParameter, match="confidence="):
        poisson_rates([1], [2], confidence=confidence)


# Exact limits of a Poisson count, 95 percent: Garwood (1936); Ulm (1990), American Journal of Epidemiology 131(2).
@pytest.mark.parametrize(
    ("count", "lower", "upper"), [(0, 0.0, 3.689), (1, 0.025, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390)]
)
def test_garwoods_limits(count, lower, upper):
    rate = poisson_rate(count, 1.0)
    assert rate.lower == pytest.approx(lower, abs=6e-4)
    assert rate.upper == pytest.approx(upper, abs=6e-4)
    assert rate.method == "garwood"


@settings(deadline=None, max_examples=60, derandomize=True)
@given(count=st.integers(1, 5000), exposure=st.floats(0.5, 1e5))
def test_garwood_inverts_the_poisson_tails(count, exposure):
    rate = poisson_rate(count, exposure)
    assert poisson.sf(count - 1, rate.lower * exposure) == pytest.approx(0.025, rel=1e-6)
    assert poisson.cdf(count, rate.upper * exposure) == pytest.approx(0.025, rel=1e-6)
    assert rate.lower < rate.rate < rate.upper


def test_services_per_household_of_the_published_totals():
    rate = poisson_rate(4020, 420)
    assert rate.rate == pytest.approx(9.5714, abs=1e-4)
    assert rate.lower < 9.5714 < rate.upper


def test_the_unit_of_exposure_only_scales_the_rate():
    by_household, by_thousand = poisson_rate(50, 2000), poisson_rate(50, 2)
    assert by_thousand.rate == pytest.approx(1000 * by_household.rate)
    assert by_thousand.upper == pytest.approx(1000 * by_household.upper)


def test_no_exposure_is_unknown_not_zero():
    rates = poisson_rates([0, 0], [0, 10])
    assert np.isnan([rates.rate[0], rates.lower[0], rates.upper[0]]).all()
    assert (rates.rate[1], rates.lower[1]) == (0.0, 0.0)
    assert rates.upper[1] == pytest.approx(0.3689, abs=1e-4)
    assert len(rates) == 2
    assert rates[1].count == 0.0


@pytest.mark.parametrize(
    ("counts", "exposures", "message"),
    [
        ([1.5], [2], "counts must be whole numbers of events"),
        ([0, 3], [1, 0], "exposures: 0 at position 1 where events were counted"),
        ([1], [-2], "exposures: 1 of 1 values are negative"),
    ],
)
def test_impossible_rates_are_refused(counts, exposures, message):
    with pytest.raises(InvalidParameter, match=message):
        poisson_rates(counts, exposures)
