"""Doors for counts."""

from __future__ import annotations

import numpy as np
import pytest

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.counts import counts, events_over_exposures, parts_of_wholes


def test_counts_come_back_as_numbers_of_their_own():
    mine = np.array([1, 2, 0])
    checked = counts("people", mine)
    checked[0] = 9
    assert mine.tolist() == [1, 2, 0]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1, 2.5, 0.5], r"people: 2 of 3 values are not whole, the first at position 1"),
        ([1, -1], "people: 1 of 2 values are negative"),
        ([np.nan], "people: 1 of 1 values are NaN"),
        ([[1]], r"people has shape \(1, 1\)"),
    ],
)
def test_what_is_no_count_is_refused(values, message):
    with pytest.raises(InvalidParameter, match=message):
        counts("people", values)


def test_a_part_is_not_above_its_whole():
    assert [array.tolist() for array in parts_of_wholes([1, 0], [1, 0])] == [[1, 0], [1, 0]]
    with pytest.raises(
        InvalidParameter, match="numerators: 1 of 2 are above their denominator, the first at position 1"
    ):
        parts_of_wholes([1, 3], [1, 2])


def test_events_need_exposure():
    assert events_over_exposures([0, 2], [0, 0.5])[1].tolist() == [0, 0.5]
    with pytest.raises(InvalidParameter, match="exposures: 1 of 2 are 0 where events were counted"):
        events_over_exposures([1, 2], [0, 0.5])
