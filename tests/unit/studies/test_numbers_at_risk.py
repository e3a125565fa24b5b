"""Numbers at risk: counted as survival models count them, and never so close that few are told by a difference."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.models.survival import kaplan_meier
from jingan_analysis.studies.numbers_at_risk import numbers_at_risk, with_followed


def test_a_spell_is_at_risk_on_the_day_it_ends():
    frame, marks = numbers_at_risk({"all": [0, 5, 10, 10, 12]}, (0, 5, 10, 11, 12, 13), minimum_cell=1)
    assert frame["all"].to_list() == [5, 4, 3, 1, 1, 0]
    assert list(frame.index) == ["0", "5", "10", "11", "12", "13"]
    assert marks == {}


def test_a_number_close_to_the_last_one_shown_is_left_out():
    days = [1] * 30 + [11] * 4 + [21] * 5 + [31] * 2 + [41] * 15
    frame, marks = numbers_at_risk({"a": days}, (0, 10, 20, 30, 40, 50), minimum_cell=10)
    # 56, 26, 22 (4 below), 17 (9 below), 15 (11 below), 0.
    assert frame["a"].fillna(-1).to_list() == [56, 26, -1, -1, 15, 0]
    assert marks == {("20", "a"): "c", ("30", "a"): "c"}


@pytest.mark.parametrize("few", [1, 9])
def test_few_are_never_shown(few):
    frame, marks = numbers_at_risk({"a": [5] * few + [1] * 40}, (0, 2, 6), minimum_cell=10)
    assert np.isnan(frame.loc["2", "a"])
    assert marks["2", "a"] == "c"
    assert frame.loc["6", "a"] == 0


@given(st.lists(st.integers(0, 50), max_size=120), st.integers(1, 12))
def test_no_two_numbers_shown_tell_of_few(days, minimum_cell):
    frame, marks = numbers_at_risk({"a": days}, range(0, 60, 5), minimum_cell=minimum_cell)
    told = frame["a"].dropna().to_list()
    assert len(told) + len(marks) == len(frame)
    for early, late in combinations(told, 2):
        assert early - late == 0 or early - late >= minimum_cell
    assert all(number == 0 or number >= minimum_cell for number in told)


@settings(deadline=None)  # the first curve imports its libraries
@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=40))
def test_they_are_those_of_the_curve(spells):
    days, ended = (np.array(part) for part in zip(*spells, strict=True))
    curve = kaplan_meier(days.astype(float), ended)[0]
    frame, _ = numbers_at_risk({"a": days}, curve.times.tolist(), minimum_cell=1)
    assert frame["a"].to_list() == curve.at_risk.tolist()


def test_they_stand_beside_the_shares_of_a_curve():
    shares = pd.DataFrame({"share": [0.1, 0.2]}, index=["10", "20"])
    frame, marks = with_followed(shares, [4] * 8 + [12] * 30, minimum_cell=10)
    # 38 at the beginning, 30 are 8 fewer.
    assert frame["share"].to_list() == [0.1, 0.2]
    assert frame["followed"].fillna(-1).to_list() == [-1, 0]
    assert marks == {("10", "followed"): "c"}
    # All are few, the beginning too, which is no row here.
    _, marks = with_followed(shares, [12] * 5, minimum_cell=10)
    assert marks == {("10", "followed"): "c"}
