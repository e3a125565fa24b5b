"""Suppression of small counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.disclosure.suppression import suppress_small, without_suppressed


def with_total(**columns: list[float]) -> pd.DataFrame:
    frame = pd.DataFrame(columns, index=[f"u{row}" for row in range(len(next(iter(columns.values()))))])
    frame.loc["total"] = frame.sum()
    return frame


def test_counts_from_one_to_four_go_and_zero_and_five_stay() -> None:
    counts = with_total(known=[0, 1, 4, 5, 60])
    marks = suppress_small(counts, minimum_cell=5, total_row="total")
    assert marks == {("u1", "known"): "c", ("u2", "known"): "c"}


def test_a_lone_small_cell_takes_the_next_smallest_with_it_or_the_total_would_show_it() -> None:
    counts = with_total(known=[3, 0, 40, 12, 12])
    marks = suppress_small(counts, minimum_cell=5, total_row="total")
    assert set(marks) == {("u0", "known"), ("u3", "known")}


def test_without_a_total_nothing_can_be_subtracted() -> None:
    counts = with_total(known=[3, 0, 40]).drop(index="total")
    assert set(suppress_small(counts, minimum_cell=5, total_row=None)) == {("u0", "known")}


def test_a_small_total_is_suppressed_itself() -> None:
    marks = suppress_small(with_total(known=[3, 0, 0]), minimum_cell=5, total_row="total")
    assert set(marks) == {("u0", "known"), ("total", "known")}


def test_a_small_remainder_is_protected_because_whole_less_part_shows_it() -> None:
    counts = with_total(eligible=[100, 80, 90], served=[98, 40, 45])
    marks = suppress_small(counts, minimum_cell=5, total_row="total", parts={"served": ["eligible"]})
    assert set(marks) == {("u0", "served"), ("u1", "served")}


def test_shares_go_with_their_count_and_with_its_whole() -> None:
    counts = with_total(eligible=[3, 80, 90], served=[0, 40, 2])
    marks = suppress_small(
        counts, minimum_cell=5, total_row="total", parts={"served": ["eligible"]}, derived={"served": ["share"]}
    )
    # u0: none of 3 are served; the zero stays, but the share's interval would show the 3.
    assert {row for row, column in marks if column == "share"} == {"u0", "u1", "u2"}
    assert ("u0", "served") not in marks
    assert ("u0", "eligible") in marks


def test_a_total_hidden_elsewhere_stays_hidden_and_the_cells_do_not_add_up_to_it() -> None:
    counts = with_total(known=[30, 20, 40])
    marks = suppress_small(counts, minimum_cell=5, total_row="total", hidden_totals={"known"})
    assert set(marks) == {("total", "known"), ("u1", "known")}
    counts = with_total(known=[3, 20, 40])
    marks = suppress_small(counts, minimum_cell=5, total_row="total", hidden_totals={"known"})
    assert set(marks) == {("total", "known"), ("u0", "known")}


def test_a_small_loss_between_two_steps_is_protected_too() -> None:
    counts = with_total(eligible=[100, 80, 90], known=[60, 40, 45], assessed=[58, 20, 21])
    marks = suppress_small(counts, minimum_cell=5, total_row="total", parts={"assessed": ["eligible", "known"]})
    assert set(marks) == {("u0", "assessed"), ("u1", "assessed")}


def test_missing_is_not_suppressed() -> None:
    counts = with_total(known=[np.nan, 2, 3, 40])
    assert set(suppress_small(counts, minimum_cell=5, total_row="total")) == {("u1", "known"), ("u2", "known")}


def test_minimum_one_suppresses_nothing_and_below_one_is_an_error() -> None:
    counts = with_total(known=[1, 2, 3])
    assert suppress_small(counts, minimum_cell=1, total_row="total") == {}
    with pytest.raises(ValueError, match="minimum_cell=0 must be at least 1"):
        suppress_small(counts, minimum_cell=0, total_row="total")
    with pytest.raises(ValueError, match="total_row='all' is not a row"):
        suppress_small(counts, minimum_cell=5, total_row="all")


def test_blanking_leaves_the_callers_frame_alone() -> None:
    counts = with_total(known=[1, 2, 30])
    before = counts.copy()
    shown = without_suppressed(counts, {("u0", "known"): "c", ("u2", "known"): "x"})
    assert np.isnan(shown.at["u0", "known"])
    assert shown.at["u2", "known"] == 30
    pd.testing.assert_frame_equal(counts, before)
    with pytest.raises(KeyError, match="nobody"):
        without_suppressed(counts, {("nobody", "known"): "c"})


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 30), min_size=2, max_size=8), st.integers(1, 8))
def test_no_small_count_follows_from_the_total_and_the_shown_cells(cells: list[int], minimum: int) -> None:
    counts = with_total(known=list(map(float, cells)))
    shown = without_suppressed(counts, suppress_small(counts, minimum_cell=minimum, total_row="total"))["known"]
    assert not any(0 < value < minimum for value in shown.dropna())
    hidden = [cell for cell, value in zip(cells, shown.drop("total"), strict=True) if np.isnan(value)]
    if hidden and not np.isnan(shown["total"]):
        # The attacker knows what the hidden cells add up to: one hidden cell would be found out.
        assert len(hidden) > 1
