from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.event_log import event_log
from jingan_analysis.models.loop_closure import OUTCOMES, loop_closure, reopened, step_waits

ORDER = ("discover", "judge", "reject", "visit", "follow_up", "withdraw")
DISCOVER, JUDGE, REJECT, VISIT, FOLLOW_UP, WITHDRAW = range(6)
STEPS, EXITS = (DISCOVER, JUDGE, VISIT, FOLLOW_UP), (REJECT, WITHDRAW)
FIRST, LAST = date(2024, 1, 1), date(2024, 8, 31)


def log_of(*cases):
    """Cases as (activity, days after the first of January) pairs."""
    rows = [
        (case, ORDER[code], FIRST + timedelta(days=day)) for case, events in enumerate(cases) for code, day in events
    ]
    case, name, day = (list(column) for column in zip(*rows, strict=True))
    return event_log(case, name, np.array(day, dtype="datetime64[D]"), order=ORDER)


def outcome(*events, within_days=60):
    found = loop_closure(log_of(events), STEPS, EXITS, last_day=LAST, within_days=within_days)
    return OUTCOMES[found.outcome[0]]


def whole(last):
    return ((DISCOVER, 0), (JUDGE, 1), (VISIT, 2), (FOLLOW_UP, last))


def test_the_limit_is_inclusive():
    assert outcome(*whole(60)) == "closed_in_time"
    assert outcome(*whole(61)) == "closed_late"


def test_a_case_is_due_when_it_has_had_the_whole_limit():
    days_before_end = (LAST - FIRST).days
    assert outcome((DISCOVER, days_before_end - 60)) == "overdue"
    assert outcome((DISCOVER, days_before_end - 59)) == "not_yet_due"


def test_a_young_case_is_not_counted_even_where_it_has_closed():
    start = (LAST - FIRST).days - 30
    young = tuple((code, start + day) for code, day in whole(5))
    assert outcome(*young) == "not_yet_due"


def test_steps_out_of_order_do_not_close_the_loop():
    assert outcome((DISCOVER, 0), (JUDGE, 1), (FOLLOW_UP, 2), (VISIT, 3)) == "overdue"
    assert outcome((DISCOVER, 0), (VISIT, 3), (FOLLOW_UP, 4)) == "overdue"


def test_a_withdrawn_case_stays_in_the_denominator():
    found = loop_closure(log_of(((DISCOVER, 0), (WITHDRAW, 3)), whole(9)), STEPS, EXITS, last_day=LAST, within_days=60)
    assert (found.numerator, found.denominator) == (1, 2)
    assert OUTCOMES[found.outcome[0]] == "ended_otherwise"


def test_a_case_without_discovery_has_no_start_and_is_counted_apart():
    found = loop_closure(log_of(((JUDGE, 0), (VISIT, 3)), whole(9)), STEPS, EXITS, last_day=LAST, within_days=60)
    assert found.never_begun.tolist() == [True, False]
    assert (found.numerator, found.denominator) == (1, 1)


def test_wrong_arguments_are_refused():
    with pytest.raises(InvalidParameter, match="within_days=0"):
        loop_closure(log_of(whole(9)), STEPS, EXITS, last_day=LAST, within_days=0)
    with pytest.raises(InvalidParameter, match="4 events lie after the last day"):
        loop_closure(log_of(whole(9)), STEPS, EXITS, last_day=date(2023, 12, 1), within_days=60)


events = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 243)), min_size=1, max_size=8)


@settings(max_examples=100, deadline=None)
@given(st.lists(events, min_size=1, max_size=5), st.integers(1, 120))
def test_the_ledger_closes_and_agrees_with_a_loop(cases, limit):
    log = log_of(*cases)
    found = loop_closure(log, STEPS, EXITS, last_day=LAST, within_days=limit)
    begun = ~found.never_begun
    assert sum((found.outcome[begun] == number).sum() for number in range(5)) == begun.sum()
    assert found.denominator == begun.sum() - (found.outcome[begun] == 4).sum()
    for case, happened in enumerate(cases):
        if found.never_begun[case]:
            assert all(code != DISCOVER for code, _ in happened)
            continue
        day = start = min(day for code, day in happened if code == DISCOVER)
        for step in STEPS[1:]:
            later = [d for code, d in happened if code == step and day is not None and d >= day]
            day = min(later) if later else None
        expected = (
            "not_yet_due" if start > 243 - limit
            else "overdue" if day is None and not any(code in EXITS for code, _ in happened)
            else "ended_otherwise" if day is None
            else "closed_in_time" if day - start <= limit else "closed_late"
        )  # fmt: skip
        assert OUTCOMES[found.outcome[case]] == expected


def test_waits_end_with_the_next_step_an_exit_or_the_records():
    log = log_of(
        ((DISCOVER, 0), (JUDGE, 4)),
        ((DISCOVER, 0), (WITHDRAW, 3)),
        ((DISCOVER, 200),),
        ((DISCOVER, 0), (WITHDRAW, 2), (JUDGE, 5)),
        ((JUDGE, 0), (DISCOVER, 3)),
        ((JUDGE, 7),),
        ((DISCOVER, 0), (JUDGE, 6), (JUDGE, 9)),
        ((DISCOVER, 1), (JUDGE, 1)),
    )
    waits = step_waits(log, DISCOVER, JUDGE, {WITHDRAW: 2, REJECT: 3}, last_day=LAST)
    assert waits.case.tolist() == [0, 1, 2, 3, 6, 7]
    assert waits.days.tolist() == [4, 3, (LAST - FIRST).days - 200, 2, 6, 0]
    assert waits.cause.tolist() == [1, 2, 0, 2, 1, 1]


def test_who_came_back_within_the_days():
    day = [0.0, 100.0, 0.0, 101.0, 0.0, 200.0]
    closed = [10.0, np.nan, 10.0, np.nan, 10.0, 210.0]
    start = (FIRST - date(1970, 1, 1)).days
    found = reopened(
        np.array([0, 0, 1, 1, 2, 3]), np.array(day) + start, np.array(closed) + start, last_day=LAST, within_days=90
    )
    assert found.at_risk.tolist() == [True, False, True, False, True, False]
    assert found.came_back.tolist() == [True, False, False, False, False, False]
