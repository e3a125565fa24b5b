from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.control_chart import control_chart

numbers = st.lists(st.floats(-100, 100).map(lambda x: round(x, 2)), min_size=3, max_size=30)


def naive(values):
    """The four rules with loops."""
    n = len(values)
    ranges = [abs(b - a) for a, b in pairwise(values)]
    mean_range = sum(ranges) / len(ranges)
    kept = [r for r in ranges if r <= 3.267 * mean_range]
    sigma = sum(kept) / len(kept) / 1.128
    mean = sum(values) / n
    found = {name: [False] * n for name in ("outside", "shift", "trend", "near_limit")}
    limit = 2.66 * sum(kept) / len(kept)
    for sign in (1, -1):
        away = [sign * (v - mean) for v in values]
        for i in range(n):
            found["outside"][i] |= away[i] > limit
            for start in range(max(0, i - 6), min(i, n - 7) + 1):
                found["shift"][i] |= all(a > 0 for a in away[start : start + 7])
            for start in range(max(0, i - 5), min(i, n - 6) + 1):
                six = [sign * v for v in values[start : start + 6]]
                found["trend"][i] |= all(b > a for a, b in pairwise(six))
            near = [limit * 2 / 3 < a <= limit for a in away]
            for start in range(max(0, i - 2), min(i, n - 3) + 1):
                found["near_limit"][i] |= near[i] and sum(near[start : start + 3]) >= 2
    return found, sigma


@settings(max_examples=100, deadline=None)
@given(numbers)
def test_signals_agree_with_loops(values):
    chart = control_chart(values)
    found, _ = naive(values)
    # A value on a line to within rounding may fall to either side.
    sure = all(
        abs(abs(v - chart.centre[0]) - edge) > 1e-9
        for v in values for edge in (0.0, chart.upper[0] - chart.centre[0], (chart.upper[0] - chart.centre[0]) * 2 / 3)
    )  # fmt: skip
    if sure:
        for name, flags in found.items():
            assert getattr(chart, name).tolist() == flags, name


@settings(max_examples=50, deadline=None)
@given(numbers, st.floats(0.1, 10), st.floats(-50, 50))
def test_another_unit_moves_the_limits_along(values, scale, shift):
    one, other = control_chart(values), control_chart(np.array(values) * scale + shift)
    assert other.upper == pytest.approx(one.upper * scale + shift, abs=1e-6)
    assert other.centre == pytest.approx(one.centre * scale + shift, abs=1e-6)


def test_a_leap_does_not_widen_its_own_limits():
    calm = [10.0, 11, 10, 9, 10, 11, 10, 9, 10, 11, 10, 9]
    chart = control_chart([*calm, 40.0, *calm])
    assert chart.mean_moving_range[0] == pytest.approx(1.0)
    assert chart.outside.nonzero()[0].tolist() == [12]


def test_seven_months_below_the_mean_are_an_improvement_where_less_is_better():
    values = [10.0, 12, 9, 11, 12, 10, 11, 12, 4, 5, 4, 6, 5, 4, 5]
    chart = control_chart(values, better="down")
    assert chart.shift[8:].all()
    assert chart.improvement[8:].all()
    assert chart.concern[:8].any()
    assert control_chart(values).improvement.sum() == control_chart(values).concern.sum() == 0
    assert control_chart(values, better="up").concern[8:].all()


def test_six_rising_months_are_a_trend_and_five_are_not():
    level = [5.0, 4, 5, 4, 5, 4, 5, 4]
    assert control_chart([*level, 4.1, 4.2, 4.3, 4.4, 4.5]).trend.sum() == 6
    assert control_chart([*level[:-1], 4.1, 4.2, 4.3, 4.4]).trend.sum() == 0


def test_a_missing_month_is_a_gap_and_no_zero():
    values = [10.0, 12, np.nan, 9, 11, 12, 10, 11]
    chart = control_chart(values)
    dense = control_chart([v for v in values if not np.isnan(v)])
    assert chart.centre[0] == dense.centre[0]
    assert chart.mean_moving_range[0] == dense.mean_moving_range[0]
    assert not chart.special[2]


def test_a_rebased_chart_has_limits_of_its_own_after_the_step():
    values = [10.0, 12, 9, 11, 12, 10, 4, 5, 4, 6, 5, 4]
    chart = control_chart(values, rebase=(6,))
    assert chart.centre[[5, 6]].tolist() == [np.mean(values[:6]), np.mean(values[6:])]
    assert not chart.special.any()
    assert chart.few_points


def test_signals_are_rare_where_nothing_changed():
    """Rules 1 and 2 alone call about one chart of 24 calm months in ten; all four somewhat more."""
    random = np.random.default_rng(7)
    called = np.mean([control_chart(random.normal(size=24)).special.any() for _ in range(400)])
    assert 0.05 < called < 0.35


@pytest.mark.parametrize(
    ("values", "rebase", "message"),
    [([1.0], (), "at least two known values in each stretch, not 1"), ([1.0, np.inf], (), "finite"),
     ([1.0, 2, 3], (3,), "lie inside"), ([1.0, 2, np.nan, 3], (2,), "at least two known values")],
)  # fmt: skip
def test_what_cannot_be_charted_is_refused(values, rebase, message):
    with pytest.raises(InvalidParameter, match=message):
        control_chart(values, rebase=rebase)
