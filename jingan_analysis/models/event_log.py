"""An event log: which activity of which case happened on which day, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter


@dataclass(frozen=True)
class EventLog:
    """Events sorted by case, day and, on the same day, by the order of the activities.

    A register that keeps days and not hours cannot say what came first on one day; such events are taken in the order
    in which the process has them, so that a day never makes a deviation.

    Attributes
    ----------
    activities
        Names of the activities; codes are positions in it.
    cases
        Case of each event, whole numbers from 0 without gaps, shape (n_events,).
    codes
        Activity of each event, shape (n_events,).
    days
        Day of each event, days since 1970-01-01, shape (n_events,).
    starts
        Position of each case's first event and, last, the number of events; shape (n_cases + 1,).
    """

    activities: tuple[str, ...]
    cases: NDArray[np.int64]
    codes: NDArray[np.int64]
    days: NDArray[np.int64]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        """Number of cases."""
        return len(self.starts) - 1

    def trace(self, case: int) -> tuple[int, ...]:
        """Activity codes of one case, in order."""
        return tuple(int(code) for code in self.codes[self.starts[case] : self.starts[case + 1]])

    def first_day(self, code: int) -> NDArray[np.float64]:
        """Day of each case's first event of an activity, NaN where there is none, shape (n_cases,)."""
        days = np.full(len(self), np.inf)
        chosen = self.codes == code
        np.minimum.at(days, self.cases[chosen], self.days[chosen].astype(np.float64))
        return np.where(np.isfinite(days), days, np.nan)

    def count(self, code: int) -> NDArray[np.int64]:
        """How often each case has an activity, shape (n_cases,)."""
        return np.bincount(self.cases[self.codes == code], minlength=len(self))


@dataclass(frozen=True)
class Variants:
    """Cases with the same sequence of activities.

    Attributes
    ----------
    traces
        Each sequence once, the most frequent first and then in order of its codes.
    of_case
        Variant of each case, shape (n_cases,).
    counts
        Cases of each variant, shape (n_variants,).
    """

    traces: tuple[tuple[int, ...], ...]
    of_case: NDArray[np.int64]
    counts: NDArray[np.int64]


def event_log(cases: ArrayLike, activities: ArrayLike, days: ArrayLike, *, order: Sequence[str]) -> EventLog:
    """Sort events into a log.

    Parameters
    ----------
    cases
        Case of each event: whole numbers from 0 without gaps.
    activities
        Name of each event's activity.
    days
        ``datetime64`` days.
    order
        All activities in the order of the process, which decides between events of one day.

    Raises
    ------
    InvalidParameter
        If lengths differ, a day is missing, a case number has no event or an activity is not in ``order``.
    """
    case = np.asarray(cases, dtype=np.int64)
    name = np.asarray(activities, dtype=str)
    day = np.asarray(days, dtype="datetime64[D]")
    faults = _faults(case, name, day, order)
    if faults:
        raise InvalidParameter("The event log is not valid: " + "; ".join(faults))
    number_of = {activity: number for number, activity in enumerate(order)}
    code = np.array([number_of[one] for one in name.tolist()], dtype=np.int64)
    number = day.astype(np.int64)
    place = np.lexsort((code, number, case))
    count = int(case.max()) + 1 if len(case) else 0
    starts = np.concatenate([[0], np.cumsum(np.bincount(case, minlength=count))]).astype(np.int64)
    return EventLog(tuple(order), case[place], code[place], number[place], starts)


def _faults(
    case: NDArray[np.int64], name: NDArray[np.str_], day: NDArray[np.datetime64], order: Sequence[str]
) -> list[str]:
    faults = []
    if not len(case) == len(name) == len(day):
        return [f"cases, activities and days must have one length, not {len(case)}, {len(name)} and {len(day)}"]
    if len(case) and (case.min() < 0 or len(np.unique(case)) != case.max() + 1):
        faults.append("cases must be whole numbers from 0 without gaps")
    unknown = ~np.isin(name, list(order))
    if unknown.any():
        first = int(unknown.argmax())
        faults.append(
            f"{int(unknown.sum())} activities are unknown, the first ({str(name[first])!r}) at position {first}; "
            f"use {', '.join(order)}"
        )
    missing = np.isnat(day)
    if missing.any():
        faults.append(f"{int(missing.sum())} days are missing, the first at position {int(missing.argmax())}")
    return faults


def variants(log: EventLog) -> Variants:
    """Group the cases by their sequence of activities."""
    seen: dict[tuple[int, ...], list[int]] = {}
    for case in range(len(log)):
        seen.setdefault(log.trace(case), []).append(case)
    traces = sorted(seen, key=lambda trace: (-len(seen[trace]), trace))
    of_case = np.empty(len(log), dtype=np.int64)
    for number, trace in enumerate(traces):
        of_case[seen[trace]] = number
    return Variants(tuple(traces), of_case, np.array([len(seen[trace]) for trace in traces], dtype=np.int64))
