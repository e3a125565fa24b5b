"""The door of spells and the ledger of who is at risk."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.durations import checked_spells, number_at_risk, refuse_broken_watch, risk_table

spells_strategy = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 2), st.integers(0, 8)), min_size=1, max_size=30
).map(lambda rows: [(max(a, b + 1) if b else a, cause, b) for a, cause, b in rows])


@settings(deadline=None, max_examples=80, derandomize=True)
@given(rows=spells_strategy)
def test_the_ledger_counts_whoever_a_naive_count_counts_and_closes(rows):
    days, cause, entry = (np.array(column) for column in zip(*rows, strict=True))
    table = risk_table(checked_spells(days, cause, entry=entry), causes=2)
    for j, day in enumerate(table.times):
        watched = [(a, b) for a, _, b in rows if a >= day and (b < day or b == 0)]
        assert table.at_risk[j] == len(watched)
        for k in (1, 2):
            assert table.events[k - 1, j] == sum(a == day and c == k for a, c, _ in rows)
        assert table.censored[j] == sum(a == day and c == 0 for a, c, _ in rows)
        assert table.entered[j] == sum(b == day and b > 0 for *_, b in rows)
    change = -table.events.sum(axis=0) - table.censored + table.entered
    assert (table.at_risk[1:] == (table.at_risk + change)[:-1]).all()
    assert (table.at_risk + change)[-1] == 0


def test_whoever_is_watched_from_day_0_is_at_risk_on_day_0():
    table = risk_table(checked_spells([0, 0, 5], [1, 0, 1]))
    assert (table.times[0], table.at_risk[0], table.events[0, 0], table.censored[0]) == (0, 3, 1, 1)


def test_numbers_at_risk_between_days_are_those_of_the_next_day():
    table = risk_table(checked_spells([2, 4, 9], [1, 0, 1], entry=[0, 0, 3]))
    days = np.array([0, 2, 2.5, 3, 3.5, 4, 9, 10.0])
    assert number_at_risk(table.times, table.at_risk, days).tolist() == [2, 2, 1, 1, 2, 2, 1, 0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], []), "durations is empty"),
        (([-1, 2], [1, 0]), "durations: 1 of 2 values are negative, the first at position 0"),
        (([np.nan], [1]), "durations: 1 of 1 values are NaN"),
        (([1, 2], [1, 0.5]), "observed: 1 of 2 are no whole numbers of 0 or more, the first at position 1"),
        (([1, 2], [1, -1]), "observed: 1 of 2"),
        (([1, 2], ["yes", "no"]), "observed holds <U3; give whole numbers"),
        (([1, 2], [1]), r"observed has shape \(1,\)"),
    ],
)
def test_impossible_spells_are_refused(arguments, message):
    with pytest.raises(InvalidParameter, match=message):
        checked_spells(*arguments)


def test_all_faults_are_told_at_once():
    with pytest.raises(InvalidParameter) as caught:
        checked_spells([1, -2, 3], [1, 9.5, 0], groups=[1, np.nan, 2], entry=[0, 0])
    assert [word in str(caught.value) for word in ("durations", "observed", "groups", "entry")] == [True] * 4


def test_a_spell_that_ends_before_it_is_watched_is_refused():
    with pytest.raises(
        InvalidParameter, match="entry: 1 of 3 are not before the end of their spell, the first at position 1"
    ):
        checked_spells([4, 4, 0], [1, 1, 1], entry=[3, 4, 0])


def broken(days, seen, entry):
    refuse_broken_watch(risk_table(checked_spells(days, seen, entry=entry)), 7)


def test_a_watch_that_breaks_off_before_others_enter_is_refused():
    for days, seen, entry in (
        ([2, 9, 9], [1, 1, 1], [1, 2, 2]),  # the only early spell has its event: the curve would stay at 0
        ([2, 9, 9], [0, 1, 1], [0, 4, 4]),  # nobody is watched from day 2 to day 4
    ):
        with pytest.raises(InvalidParameter, match="after day 2 nobody of group 7 is watched until later spells enter"):
            broken(days, seen, entry)


def test_a_watch_that_starts_late_or_changes_hands_goes_on():
    broken([5, 9], [1, 1], [3, 4])
    broken([5, 9], [0, 1], [0, 5])


def test_the_callers_arrays_do_not_change():
    days, seen, entry = np.array([3.0, 4]), np.array([1, 0]), np.array([0.0, 2])
    checked_spells(days, seen, entry=entry)
    assert days.tolist() == [3, 4] and seen.tolist() == [1, 0] and entry.tolist() == [0, 2]
