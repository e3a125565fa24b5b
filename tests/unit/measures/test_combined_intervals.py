"""Intervals of sums and differences from those of their parts: published, by hand, and in their directions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.combined_intervals import combined_interval
from jingan_analysis.measures.rates import wilson_rate


def test_newcombes_example():
    """Newcombe (1998), Table II, example (a): 56 of 70 against 48 of 80, method 10 gives 0.0524 to 0.3339."""
    first, second = wilson_rate(56, 70), wilson_rate(48, 80)
    found = combined_interval(
        [first.share, second.share],
        [first.lower, second.lower],
        [first.upper, second.upper],
        coefficients=[1, -1],
    )
    assert found.value == pytest.approx(0.2)
    assert (round(found.lower, 4), round(found.upper, 4)) == (0.0524, 0.3339)


def test_by_hand_each_side_keeps_its_own_reach():
    # 0.4 reaches 0.3 down and 0.1 up; 0.1 reaches 0.2 down and 0.4 up.
    found = combined_interval([0.4, 0.1], [0.1, -0.1], [0.5, 0.5], coefficients=[1, -1])
    assert found.value == pytest.approx(0.3)
    assert found.lower == pytest.approx(0.3 - math.hypot(0.3, 0.4))
    assert found.upper == pytest.approx(0.3 + math.hypot(0.1, 0.2))
    total = combined_interval([0.4, 0.1], [0.1, -0.1], [0.5, 0.5], coefficients=[1, 1])
    assert total.upper == pytest.approx(0.5 + math.hypot(0.1, 0.4))


def test_symmetric_intervals_add_their_variances():
    middle, half = np.array([1.0, 2.0, 3.0]), np.array([0.2, 0.3, 0.6])
    found = combined_interval(middle, middle - half, middle + half, coefficients=[0.5, -0.5, 1.0])
    assert found.value == pytest.approx(2.5)
    assert found.upper - found.value == pytest.approx(math.sqrt(0.1**2 + 0.15**2 + 0.6**2))
    assert found.value - found.lower == pytest.approx(found.upper - found.value)


def test_one_estimate_keeps_its_interval_and_turned_round_it_is_turned_round():
    same = combined_interval([0.4], [0.1], [0.5], coefficients=[1])
    assert (same.lower, same.upper) == pytest.approx((0.1, 0.5))
    turned = combined_interval([0.4], [0.1], [0.5], coefficients=[-1])
    assert (turned.lower, turned.upper) == pytest.approx((-0.5, -0.1))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (([0.4, 0.1], [0.1], [0.5, 0.2], [1, -1]), r"lower \(1,\)"),
        (([], [], [], []), r"give one of each"),
        (([0.4, 0.1], [0.1, 0.2], [0.5, 0.3], [1, -1]), r"1 of 2 lie outside their interval.*position 1"),
        (([0.4, math.nan], [0.1, 0.2], [0.5, 0.3], [1, -1]), r"position 1"),
        (([0.4], [0.1], [0.5], [math.inf]), r"position 0"),
    ],
)
def test_what_is_no_estimate_is_refused(given, message):
    estimates, lower, upper, coefficients = given
    with pytest.raises(InvalidParameter, match=message):
        combined_interval(estimates, lower, upper, coefficients=coefficients)
