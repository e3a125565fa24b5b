"""Funnel plots of shares and rates."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.funnel import funnel_of_rates, funnel_of_shares
from jingan_analysis.measures.funnel_limits import exact_limits

CASES = [12, 30, 9, 44, 25, 61, 8, 19, 33, 70]
PEOPLE = [80, 120, 60, 150, 140, 260, 20, 90, 200, 310]


def naive_outside(count, size, centre, kind):
    """Beyond a limit where chance reaches the count with less than the tail's probability."""
    chance = binom(size, centre) if kind == "share" else poisson(size * centre)
    code = 0
    for tail in (0.025, 0.001):
        if chance.sf(count - 1) < tail:
            code += 1
        elif chance.cdf(count) < tail:
            code -= 1
    return code


def naive_dispersion(cases, people, winsorised):
    pooled = sum(cases) / sum(people)
    errors = [math.sqrt(pooled * (1 - pooled) / n) for n in people]
    z = [(x / n - pooled) / s for x, n, s in zip(cases, people, errors, strict=True)]
    low, high = np.quantile(z, winsorised), np.quantile(z, 1 - winsorised)
    squares = [min(max(each, low), high) ** 2 for each in z]
    phi = sum(squares) / len(z)
    weights = [1 / s**2 for s in errors]
    spare = sum(weights) - sum(w * w for w in weights) / sum(weights)
    return phi, max(0.0, (len(z) * phi - (len(z) - 1)) / spare)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(size=st.integers(1, 400), centre=st.floats(0.02, 0.98), data=st.data())
def test_a_unit_lies_outside_where_chance_seldom_reaches(size, centre, data):
    count = data.draw(st.integers(0, size))
    limits = exact_limits("share", centre, np.array([float(size)]))
    assert limits.outside(np.array([count / size]))[0] == naive_outside(count, size, centre, "share")


@settings(deadline=None, max_examples=60, derandomize=True)
@given(exposure=st.floats(0.5, 400), rate=st.floats(0.01, 3), count=st.integers(0, 900))
def test_a_unit_with_a_rate_lies_outside_where_chance_seldom_reaches(exposure, rate, count):
    limits = exact_limits("rate", rate, np.array([exposure]))
    assert limits.outside(np.array([count / exposure]))[0] == naive_outside(count, exposure, rate, "rate")


@pytest.mark.parametrize("centre", [0.05, 0.2, 0.5, 0.93])
@pytest.mark.parametrize("size", [1, 4, 17, 90, 600])
def test_chance_alone_puts_fewer_outside_than_the_limits_allow(size, centre):
    count = np.arange(size + 1.0)
    codes = exact_limits("share", centre, np.full(size + 1, float(size))).outside(count / size)
    chance = binom.pmf(count, size, centre)
    assert chance[np.abs(codes) >= 1].sum() <= 0.05
    assert chance[np.abs(codes) == 2].sum() <= 0.002


def test_limits_mirror_when_the_others_are_counted():
    size = np.array([3.0, 20.0, 250.0])
    of_share, of_others = exact_limits("share", 0.3, size), exact_limits("share", 0.7, size)
    assert of_others.lower_inner == pytest.approx(1 - of_share.upper_inner)
    assert of_others.upper_outer == pytest.approx(1 - of_share.lower_outer)


def test_limits_of_large_units_are_those_of_the_normal_distribution():
    limits = exact_limits("share", 0.2, np.array([1e6]))
    assert limits.upper_inner[0] == pytest.approx(0.2 + 1.959964 * 0.0004, abs=2e-6)
    assert limits.lower_outer[0] == pytest.approx(0.2 - 3.090232 * 0.0004, abs=2e-6)


def test_the_funnel_narrows_with_size():
    limits = funnel_of_shares(CASES, PEOPLE).limits_at([20, 80, 320, 1280])
    assert np.all(np.diff(limits.upper_inner) < 0)
    assert np.all(np.diff(limits.upper_outer - limits.upper_inner) < 0)
    assert np.all(np.diff(limits.lower_inner) >= 0)


@pytest.mark.parametrize("winsorised", [0.0, 0.1, 0.25])
def test_overdispersion_agrees_with_loops(winsorised):
    found = funnel_of_shares(CASES, PEOPLE, winsorised=winsorised)
    phi, tau_squared = naive_dispersion(CASES, PEOPLE, winsorised)
    assert (found.phi, found.tau**2) == (pytest.approx(phi), pytest.approx(tau_squared))


def test_an_outlier_does_not_excuse_itself():
    # One unit at 90 % widens limits without winsorising so far that the one at 38 % is lost.
    cases = [20, 22, 18, 21, 19, 20, 23, 17, 20, 21, 20, 19, 24, 16, 20, 22, 18, 21, 19, 38, 90]
    robust, plain = (funnel_of_shares(cases, [100] * 21, centre=0.2, winsorised=part) for part in (0.1, 0.0))
    assert (robust.tau, robust.reason) == (0.0, "no_overdispersion")
    assert robust.outside[-2:].tolist() == robust.outside_widened[-2:].tolist() == [2, 2]
    assert plain.tau > 0.1
    assert plain.outside_widened[-2] == 0


@pytest.mark.parametrize("overdispersion", ["additive", "multiplicative"])
def test_widened_limits_are_nowhere_narrower(overdispersion):
    found = funnel_of_shares(CASES, PEOPLE, overdispersion=overdispersion)
    assert found.reason == ""
    sizes = [1, 3, 10, 50, 400, 5000]
    exact, widened = found.limits_at(sizes), found.limits_at(sizes, widened=True)
    assert np.all(widened.lower_inner <= exact.lower_inner)
    assert np.all(widened.upper_outer >= exact.upper_outer)
    assert np.all(np.abs(found.outside_widened) <= np.abs(found.outside))
    assert widened.upper_inner[-1] > exact.upper_inner[-1]


def test_additive_limits_of_large_units_keep_the_distance_between_units():
    additive, multiplicative = (
        funnel_of_shares(CASES, PEOPLE, overdispersion=way) for way in ("additive", "multiplicative")
    )
    far = 10**7
    assert additive.limits_at([far], widened=True).upper_inner[0] == pytest.approx(
        additive.centre + 1.959964 * additive.tau, abs=1e-4
    )
    assert multiplicative.limits_at([far], widened=True).upper_inner[0] == pytest.approx(
        multiplicative.centre, abs=1e-3
    )


def test_few_units_cannot_tell_overdispersion():
    found = funnel_of_shares([10, 60, 5, 40], [100] * 4)
    assert (found.phi, found.tau, found.reason) == (1.0, 0.0, "too_few_units")
    assert found.outside_widened.tolist() == found.outside.tolist() == [-2, 2, -2, 1]
    assert found.limits_at([100], widened=True).upper_inner[0] == found.limits.upper_inner[0]


def test_units_of_nobody_are_unknown_and_never_outside():
    found = funnel_of_shares([*CASES, 0], [*PEOPLE, 0])
    assert math.isnan(found.value[-1])
    assert math.isnan(found.z[-1])
    assert math.isnan(found.limits.upper_inner[-1])
    assert (found.outside[-1], found.outside_widened[-1]) == (0, 0)
    assert found.phi == funnel_of_shares(CASES, PEOPLE).phi


@pytest.mark.parametrize(("cases", "centre"), [([0] * 6, 0.0), ([9] * 6, 1.0)])
def test_a_centre_without_variation_says_so(cases, centre):
    found = funnel_of_shares(cases, [9] * 6)
    assert (found.centre, found.reason) == (centre, "no_variation_possible")
    assert np.isnan(found.z).all()
    assert found.outside.tolist() == [0] * 6
    assert funnel_of_shares([0, 1], [9, 9], centre=0.0).outside.tolist() == [0, 2]


def test_rates_take_their_centre_from_all_events_or_from_the_caller():
    found = funnel_of_rates([5, 9, 30, 2, 14], [10.0, 12.0, 20.0, 8.0, 11.5])
    assert found.centre == pytest.approx(60 / 61.5)
    assert found.z[2] == pytest.approx((1.5 - found.centre) / math.sqrt(found.centre / 20))
    assert funnel_of_rates([5, 9], [10, 12], centre=1.0).limits.upper_inner[0] == pytest.approx(
        exact_limits("rate", 1.0, np.array([10.0])).upper_inner[0]
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: funnel_of_shares([1], [2], centre=1.2), r"centre=1.2 must be a share of 0 or more and at most 1"),
        (lambda: funnel_of_rates([1], [2], centre=math.inf), "centre=inf must be a rate of 0 or more"),
        (lambda: funnel_of_shares([0], [0]), "denominators are all 0"),
        (
            lambda: funnel_of_shares([1], [2], overdispersion="none", winsorised=0.5),
            r"overdispersion='none' is unknown; allowed are additive, multiplicative; winsorised=0.5 must be",
        ),
        (lambda: funnel_of_rates([1.5], [2]), "counts: 1 of 1 values are not whole"),
    ],
)
def test_impossible_requests_are_refused(call, message):
    with pytest.raises(InvalidParameter, match=message):
        call()
