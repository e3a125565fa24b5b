"""Kaplan–Meier curves and what is read off them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.survival import kaplan_meier
from jingan_analysis.models.survival_summaries import restricted_mean, survival_at, survival_quantiles

Z95 = 1.959963984540054
rows_strategy = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 1)), min_size=1, max_size=40)


def columns(rows):
    days, seen = zip(*rows, strict=True)
    return np.array(days, dtype=float), np.array(seen)


def naive(rows, day, z=Z95):
    """Survival, Greenwood's error and the log-minus-log interval after a day, by loops."""
    survival, greenwood = 1.0, 0.0
    for event_day in sorted({a for a, e in rows if e and a <= day}):
        at_risk = sum(a >= event_day for a, _ in rows)
        events = sum(a == event_day and e == 1 for a, e in rows)
        survival *= (at_risk - events) / at_risk
        greenwood += events / (at_risk * (at_risk - events)) if at_risk > events else math.inf
    if survival in (0.0, 1.0):
        return survival, math.nan, math.nan
    width = z * math.sqrt(greenwood) / abs(math.log(survival))
    return survival, survival ** math.exp(width), survival ** math.exp(-width)


@settings(deadline=None, max_examples=80, derandomize=True)
@given(rows=rows_strategy)
def test_the_curve_agrees_with_its_formula_and_holds_the_estimate(rows):
    (curve,) = kaplan_meier(*columns(rows))
    for j, day in enumerate(curve.times):
        survival, lower, upper = naive(rows, day)
        assert curve.survival[j] == pytest.approx(survival, abs=1e-12)
        assert curve.lower[j] == pytest.approx(lower, abs=1e-12, nan_ok=True)
        assert curve.upper[j] == pytest.approx(upper, abs=1e-12, nan_ok=True)
    known = ~np.isnan(curve.lower)
    assert (curve.lower[known] <= curve.survival[known]).all() and (curve.survival[known] <= curve.upper[known]).all()
    assert (np.diff(curve.survival) <= 0).all()


@settings(deadline=None, max_examples=40, derandomize=True)
@given(rows=rows_strategy, data=st.data())
def test_neither_order_nor_unit_of_time_matters(rows, data):
    days, seen = columns(rows)
    (curve,) = kaplan_meier(days, seen)
    shuffled = data.draw(st.permutations(range(len(rows))))
    (weeks,) = kaplan_meier(days[shuffled] / 4, seen[shuffled])
    assert weeks.survival.tolist() == curve.survival.tolist()
    assert (weeks.times * 4).tolist() == curve.times.tolist()


@settings(deadline=None, max_examples=40, derandomize=True)
@given(days=st.lists(st.integers(0, 12), min_size=1, max_size=40))
def test_without_censoring_survival_is_the_share_that_still_waits(days):
    (curve,) = kaplan_meier(days, [1] * len(days))
    still = [sum(d > t for d in days) / len(days) for t in curve.times]
    assert curve.survival == pytest.approx(still, abs=1e-12)
    # Greenwood's error is then that of a share.
    error = np.sqrt(curve.survival * (1 - curve.survival) / len(days))[:-1]
    assert curve.std_error[:-1] == pytest.approx(error, abs=1e-12)


def test_an_event_on_day_0_lowers_the_curve_from_its_start():
    (curve,) = kaplan_meier([0, 3, 4, 5], [1, 1, 1, 0])
    assert (curve.times[0], curve.survival[0]) == (0, 0.75)
    assert survival_at(curve, [0]).survival.tolist() == [0.75]


def test_counting_the_censored_as_served_understates_the_wait_and_dropping_them_too():
    """Ignoring censoring is the mistake: whoever was never seen to the end waited at least that long."""
    days, seen = [5, 10, 15, 20, 25, 30], [1, 0, 1, 0, 1, 0]
    right = survival_quantiles(kaplan_meier(days, seen)[0]).days[0]
    as_served = survival_quantiles(kaplan_meier(days, [1] * 6)[0]).days[0]
    dropped = survival_quantiles(kaplan_meier(days[::2], [1] * 3)[0]).days[0]
    assert as_served == dropped == 15 < right == 25


def test_ignoring_late_entry_makes_survival_too_long():
    """Spells found late have survived until then; counted from day 0 they were never at risk of the early events."""
    days, seen, entry = [2, 4, 6, 20, 22, 24], [1] * 6, [0, 0, 0, 3, 5, 5]
    (right,) = kaplan_meier(days, seen, entry=entry)
    (wrong,) = kaplan_meier(days, seen)
    at = [2, 4, 6]
    assert (survival_at(right, at).survival < survival_at(wrong, at).survival).all()
    assert survival_at(right, [2]).at_risk.tolist() == [3]


def test_survival_before_the_watch_and_after_its_end_is_unknown_not_1_or_0():
    (late,) = kaplan_meier([5, 7, 9], [1, 1, 0], entry=[2, 2, 3])
    assert late.start == 2
    found = survival_at(late, [1, 2, 3, 9, 10])
    assert np.isnan(found.survival).tolist() == [True, False, False, False, True]
    assert found.survival[1] == 1.0
    assert found.at_risk.tolist() == [0, 0, 2, 1, 0]
    (ended,) = kaplan_meier([5, 9], [1, 1])
    assert survival_at(ended, [100]).survival.tolist() == [0.0]


def test_no_interval_is_claimed_where_nothing_has_varied():
    (curve,) = kaplan_meier([1, 2, 3, 4], [0, 1, 1, 1])
    assert np.isnan(curve.lower).tolist() == np.isnan(curve.upper).tolist() == [True, False, False, True]
    assert np.isnan(curve.std_error).tolist() == [False, False, False, True]


def test_the_log_interval_is_cut_at_1_and_named():
    days, seen = range(1, 41), [1] + [0] * 39
    (log,) = kaplan_meier(days, seen, interval="log")
    (log_log,) = kaplan_meier(days, seen)
    assert (log.interval, log_log.interval) == ("log", "log_log")
    assert log.upper[0] == 1.0 and log_log.upper[0] < 1.0


def test_a_quantile_that_is_not_reached_is_not_a_number():
    (curve,) = kaplan_meier([1, 2, 3, 4, 5, 6], [1, 1, 0, 0, 0, 0])
    found = survival_quantiles(curve, [0.1, 0.25, 0.5])
    assert found.days[:2].tolist() == [1, 2]
    assert np.isnan(found.days[2]) and np.isnan(found.upper[2])


def test_a_quantile_is_the_first_day_by_which_the_share_has_had_the_event():
    (curve,) = kaplan_meier([10, 20, 30, 40], [1] * 4)
    assert survival_quantiles(curve, [0.5, 0.50001, 0.75]).days.tolist() == [20, 30, 30]


def test_rounding_of_the_product_does_not_put_the_median_off_by_a_step():
    (curve,) = kaplan_meier(range(1, 25), [1] * 24)
    assert curve.survival[11] > 0.5, "12 of 24 are one half, but the product of fractions is 1e-16 above"
    assert survival_quantiles(curve).days.tolist() == [12]


@settings(deadline=None, max_examples=60, derandomize=True)
@given(rows=rows_strategy)
def test_the_interval_of_the_median_is_where_the_band_crosses_one_half(rows):
    (curve,) = kaplan_meier(*columns(rows))
    found = survival_quantiles(curve)
    crossed = [t for t, s in zip(curve.times, curve.survival, strict=True) if s <= 0.5 + 1e-10]
    assert found.days[0] == pytest.approx(crossed[0] if crossed else math.nan, nan_ok=True)
    if not np.isnan(found.days[0]):
        assert found.lower[0] <= found.days[0]
    if not np.isnan(found.upper[0]):
        assert found.upper[0] >= found.days[0]


@settings(deadline=None, max_examples=60, derandomize=True)
@given(rows=rows_strategy, limit=st.integers(1, 12))
def test_the_restricted_mean_is_the_area_day_by_day(rows, limit):
    (curve,) = kaplan_meier(*columns(rows))
    if limit > curve.times[-1] and curve.survival[-1] > 0:
        with pytest.raises(InvalidParameter, match="limit="):
            restricted_mean(curve, limit)
        return
    area = sum(naive(rows, day)[0] for day in range(limit))
    assert restricted_mean(curve, limit).days == pytest.approx(area, abs=1e-9)


def test_without_censoring_the_restricted_mean_is_a_mean_with_its_standard_error():
    days = [1, 4, 4, 7, 9, 12, 20]
    (curve,) = kaplan_meier(days, [1] * 7)
    found = restricted_mean(curve, 10)
    cut = np.minimum(days, 10)
    assert found.days == pytest.approx(cut.mean())
    assert found.std_error == pytest.approx(cut.std() / math.sqrt(7))
    assert found.upper - found.days == pytest.approx(Z95 * found.std_error)


def test_groups_are_computed_apart():
    days, seen, code = [1, 2, 3, 4], [1, 1, 1, 1], [5, 2, 5, 2]
    two, five = kaplan_meier(days, seen, groups=code)
    assert (two.group, five.group, two.spells) == (2, 5, 2)
    assert two.times.tolist() == [2, 4] and five.times.tolist() == [1, 3]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: kaplan_meier([1], [2]), "with several causes use cumulative_incidence"),
        (lambda: kaplan_meier([1], [1], interval="plain"), "interval='plain' is unknown"),
        (lambda: kaplan_meier([1], [1], confidence=95), "confidence=95"),
        (lambda: survival_at(kaplan_meier([1], [1])[0], [-1]), "days: 1 of 1 values are negative"),
        (lambda: survival_quantiles(kaplan_meier([1], [1])[0], [50]), "shares must lie between 0 and 1"),
        (lambda: restricted_mean(kaplan_meier([1, 2], [1, 0])[0], 3), "limit=3 must be above 0 and at most 2"),
        (lambda: restricted_mean(kaplan_meier([1, 2], [1, 1])[0], 0), "limit=0"),
        (lambda: restricted_mean(kaplan_meier([4], [1], entry=[2])[0], 3), "watched from day 2 only"),
    ],
)
def test_what_cannot_be_answered_is_refused(call, message):
    with pytest.raises(InvalidParameter, match=message):
        call()
