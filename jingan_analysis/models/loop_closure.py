"""Whether a loop of steps closes in time, and how long each step waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.event_log import EventLog

CLOSED_IN_TIME, CLOSED_LATE, ENDED_OTHERWISE, OVERDUE, NOT_YET_DUE = range(5)
OUTCOMES: Final = ("closed_in_time", "closed_late", "ended_otherwise", "overdue", "not_yet_due")
"""Names of the outcomes by their number."""


@dataclass(frozen=True)
class Closure:
    """What became of each case of the loop.

    Attributes
    ----------
    outcome
        ``CLOSED_IN_TIME`` and so on, shape (n_cases,); every case has one.
    days
        Days from the first to the last step, NaN where the loop has not closed, shape (n_cases,).
    within_days
        The limit.
    never_begun
        Cases without the first step: their loop has no start to count from. They have the outcome of no other case
        and are left out of all counts, but counted here.
    """

    outcome: NDArray[np.int64]
    days: NDArray[np.float64]
    within_days: int
    never_begun: NDArray[np.bool_]

    @property
    def numerator(self) -> int:
        """Cases closed in time among those that are due."""
        return int((self.due & (self.outcome == CLOSED_IN_TIME)).sum())

    @property
    def denominator(self) -> int:
        """Cases that have had the whole limit."""
        return int(self.due.sum())

    @property
    def due(self) -> NDArray[np.bool_]:
        """Cases whose limit has passed, shape (n_cases,)."""
        return np.asarray((self.outcome != NOT_YET_DUE) & ~self.never_begun)


def loop_closure(
    log: EventLog, steps: Sequence[int], exits: Sequence[int], *, last_day: date, within_days: int
) -> Closure:
    """Sort cases by whether all steps happened in order within so many days of the first.

    A case is due when its first step lies at least ``within_days`` before the last day of the records: only then was
    there time to close. A younger case is not yet due *whatever has become of it*, closed ones too; counting the quick
    ones of the youngest cases and not their slow ones would flatter the share. Withdrawn and rejected cases stay in
    the denominator. Days are counted from the first step's first event, both limits inclusive.

    Raises
    ------
    InvalidParameter
        If ``within_days`` is not positive or events lie after ``last_day``.
    """
    if within_days < 1:
        raise InvalidParameter(f"within_days={within_days!r} must be at least 1")
    end = _number(last_day)
    if (log.days > end).any():
        raise InvalidParameter(f"{int((log.days > end).sum())} events lie after the last day of the records")
    first = log.first_day(steps[0])
    closed = _in_order(log, steps)
    days = closed - first
    left = np.zeros(len(log), dtype=bool)
    for code in exits:
        left |= log.count(code) > 0
    due = first <= end - within_days
    outcome = np.select(
        [~due, days <= within_days, np.isfinite(days), left],
        [NOT_YET_DUE, CLOSED_IN_TIME, CLOSED_LATE, ENDED_OTHERWISE],
        OVERDUE,
    )
    return Closure(outcome.astype(np.int64), days, within_days, np.isnan(first))


def _number(day: date) -> int:
    """Days since 1970-01-01, as in the log."""
    return (day - date(1970, 1, 1)).days


def _in_order(log: EventLog, steps: Sequence[int]) -> NDArray[np.float64]:
    """Earliest day on which all steps had happened in order, NaN where they have not, shape (n_cases,)."""
    reached = log.first_day(steps[0])
    for code in steps[1:]:
        later = np.full(len(log), np.inf)
        chosen = (log.codes == code) & (log.days >= np.nan_to_num(reached, nan=np.inf)[log.cases])
        np.minimum.at(later, log.cases[chosen], log.days[chosen].astype(np.float64))
        reached = np.where(np.isfinite(later), later, np.nan)
    return reached


@dataclass(frozen=True)
class StepWaits:
    """How long one step waited for the next, one row a case that came to it.

    Attributes
    ----------
    case
        Case, shape (n,).
    days
        Days from the step to what came next, or to the last day of the records, shape (n,).
    cause
        0 where nothing has come yet (censored), 1 for the next step, then one number an exit, shape (n,).
    """

    case: NDArray[np.int64]
    days: NDArray[np.float64]
    cause: NDArray[np.int64]


def step_waits(log: EventLog, step: int, following: int, exits: Mapping[int, int], *, last_day: date) -> StepWaits:
    """Days from the first event of a step to the first event of the following one that is not before it.

    A case that skipped the step has no wait for it. Repeated events count once, the earliest. An exit ends the wait
    if it is not before the step and comes before the following step; on the same day the step is taken to have come
    first. A following step that is dated before the step gives no wait either, and such cases are what the
    conformance calls out of order.

    Parameters
    ----------
    exits
        Cause (2 and up) of each exit's activity code.
    """
    end = float(_number(last_day))
    begun = log.first_day(step)
    following_day = _first_not_before(log, following, begun)
    too_early = np.isnan(following_day) & (log.count(following) > 0)
    cause = np.where(np.isfinite(following_day), 1, 0)
    until = np.where(np.isfinite(following_day), following_day, end)
    for code, number in exits.items():
        day = _first_not_before(log, code, begun)
        earlier = np.isfinite(day) & ((day < until) | ((cause == 0) & (day <= until)))
        cause, until = np.where(earlier, number, cause), np.where(earlier, day, until)
    case = np.flatnonzero(np.isfinite(begun) & ~too_early)
    return StepWaits(case, (until - begun)[case], cause[case].astype(np.int64))


def _first_not_before(log: EventLog, code: int, limit: NDArray[np.float64]) -> NDArray[np.float64]:
    days = np.full(len(log), np.inf)
    chosen = (log.codes == code) & (log.days >= np.nan_to_num(limit, nan=np.inf)[log.cases])
    np.minimum.at(days, log.cases[chosen], log.days[chosen].astype(np.float64))
    return np.where(np.isfinite(days), days, np.nan)


@dataclass(frozen=True)
class Reopened:
    """Cases whose person came back.

    Attributes
    ----------
    at_risk
        Cases that closed at least ``within_days`` before the last day, shape (n_cases,).
    came_back
        Of these, cases whose person has another case that began after the closing, at most ``within_days`` later.
    """

    at_risk: NDArray[np.bool_]
    came_back: NDArray[np.bool_]


def reopened(
    persons: NDArray[np.int64],
    opened: NDArray[np.float64],
    closed: NDArray[np.float64],
    *,
    last_day: date,
    within_days: int,
) -> Reopened:
    """Which closed cases were followed by another one of the same person within so many days, both inclusive.

    Parameters
    ----------
    persons, opened, closed
        Person, first and closing day (NaN for open) of each case, days since 1970-01-01, shape (n_cases,).
    """
    end = float(_number(last_day))
    at_risk = closed <= end - within_days
    order = np.lexsort((opened, persons))
    came_back = np.zeros(len(persons), dtype=bool)
    for position, case in enumerate(order):
        if not at_risk[case]:
            continue
        for other in order[position + 1 :]:
            if persons[other] != persons[case]:
                break
            if closed[case] <= opened[other] <= closed[case] + within_days:
                came_back[case] = True
                break
    return Reopened(at_risk, came_back)
