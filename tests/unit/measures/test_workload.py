"""Load a full-time worker: by hand, in directions, and the kinds of nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.workload import workload


def test_a_load_by_hand():
    found = workload([50, 10, 20], [1, 1, 0.5], norm=30)
    assert found.load.tolist() == [50, 10, 40]
    assert (found.mean, found.median, found.largest, found.max_over_median) == (80 / 2.5, 40, 50, 1.25)
    assert (found.over_norm, found.excess_cases) == (2, 20 + 5)
    # Mean difference by loops, each worker weighing as much as their time.
    load, time = found.load, found.full_time
    differences = sum(
        time[i] * time[j] * abs(load[i] - load[j]) for i in range(3) for j in range(3)
    )  # fmt: skip
    assert found.gini == pytest.approx(differences / (2 * 2.5**2 * 32))
    assert found.to_frame().columns.tolist() == ["cases", "full_time", "load"]


def test_half_a_post_with_half_the_cases_bears_the_same_load():
    found = workload([40, 20], [1, 0.5], norm=40)
    assert found.gini == pytest.approx(0.0, abs=1e-15)
    assert (found.max_over_median, found.over_norm, found.excess_cases) == (1.0, 0, 0.0)


def test_cases_of_nobody_are_counted_and_not_a_load():
    found = workload([30, 12, 0], [1, 0, 0], norm=20)
    assert math.isnan(found.load[1]) and math.isnan(found.load[2])
    assert (found.cases_without_worker, found.mean, found.largest) == (12, 30, 30)
    assert (found.over_norm, found.excess_cases) == (1, 10)


def test_no_cases_are_no_inequality_and_no_norm_is_no_answer():
    nothing = workload([0, 0], [1, 1])
    assert math.isnan(nothing.gini) and math.isnan(nothing.max_over_median)
    assert (nothing.mean, nothing.norm, nothing.over_norm, nothing.excess_cases) == (0.0, None, None, None)


def test_exactly_the_norm_is_not_above_it_whatever_the_rounding():
    assert workload([3, 7], [0.1, 0.7 / 3], norm=30).over_norm == 0
    assert workload([3, 8], [0.1, 0.7 / 3], norm=30).over_norm == 1


@settings(deadline=None, max_examples=50, derandomize=True)
@given(st.lists(st.tuples(st.integers(1, 60), st.sampled_from([0.25, 0.5, 1.0])), min_size=2, max_size=8))
def test_moving_a_case_from_the_heaviest_to_the_lightest_lowers_the_gini(workers):
    cases, time = (np.array(column, dtype=float) for column in zip(*workers, strict=True))
    before = workload(cases, time)
    heavy, light = int(np.argmax(before.load)), int(np.argmin(before.load))
    moved = cases.copy()
    moved[heavy] -= 1
    moved[light] += 1
    after_heavy, after_light = moved[heavy] / time[heavy], moved[light] / time[light]
    if after_heavy >= after_light:
        assert workload(moved, time).gini <= before.gini + 1e-12
    order = np.argsort(cases)
    assert workload(cases[order], time[order]).gini == pytest.approx(before.gini, nan_ok=True)


@pytest.mark.parametrize(
    ("arguments", "norm", "message"),
    [
        (([1, -1], [1, 1]), None, r"cases: 1 of 2 values are negative, the first at position 1"),
        (([1, 1], [1]), None, r"full_time has shape \(1,\)"),
        (([1, 1], [0, 0]), None, r"nobody has working time"),
        (([1, 1], [1, np.nan]), None, r"full_time: 1 of 2 values are NaN"),
        (([1, 1], [1, 1]), 0, r"norm=0 must be above 0"),
    ],
)
def test_what_is_no_load_is_refused(arguments, norm, message):
    with pytest.raises(InvalidParameter, match=message):
        workload(*arguments, norm=norm)
