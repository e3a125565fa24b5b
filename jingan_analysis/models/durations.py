"""Durations until an event, some of them censored: the door that they pass, and the ledger of who is at risk when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import quantity

FROM_THE_START = -1.0
"""Entry of a spell that is watched from day 0: before day 0, so that an event on day 0 finds it at risk."""


@dataclass(frozen=True)
class Spells:
    """Checked spells: at risk on every day t with entry < t <= duration.

    Attributes
    ----------
    duration
        Days until the event or until the spell was last seen, shape (n,).
    cause
        0 where the spell was last seen without an event (censored), otherwise the cause, from 1; shape (n,).
    entry
        Day after which the spell is watched; below 0 for a spell that is watched from day 0; shape (n,).
    group
        Code of the group, shape (n,).
    """

    duration: NDArray[np.float64]
    cause: NDArray[np.int64]
    entry: NDArray[np.float64]
    group: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.duration)

    def of_group(self, code: int) -> Spells:
        """The spells of one group."""
        kept = self.group == code
        return Spells(self.duration[kept], self.cause[kept], self.entry[kept], self.group[kept])


@dataclass(frozen=True)
class RiskTable:
    """Who was at risk at each distinct day of an event, a censoring or an entry.

    The ledger closes: ``at_risk[j + 1] = at_risk[j] - events[:, j].sum() - censored[j] + entered[j]``.

    Attributes
    ----------
    times
        Distinct days, rising, shape (t,).
    at_risk
        Spells under watch on that day, before its events; the same number was at risk since the day before in
        ``times``; shape (t,).
    events
        Events of each cause on that day, shape (causes, t).
    censored
        Spells last seen on that day without an event; they still count as at risk for its events; shape (t,).
    entered
        Spells watched from just after that day, shape (t,). Those that are watched from day 0 are in the first
        ``at_risk``.
    """

    times: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]
    censored: NDArray[np.int64]
    entered: NDArray[np.int64]


def checked_spells(
    durations: ArrayLike,
    causes: ArrayLike,
    *,
    groups: ArrayLike | None = None,
    entry: ArrayLike | None = None,
    causes_name: str = "observed",
) -> Spells:
    """Spells whose days, causes and groups make sense together.

    Parameters
    ----------
    durations
        Days, 0 or more, shape (n,), n at least 1. An event on day 0 is an event on the day on which the clock
        started; everyone who is watched from day 0 is at risk of it.
    causes
        0 or False for censored, 1 or True for the event; more causes count on; shape (n,).
    groups
        Whole codes, shape (n,); one group where None.
    entry
        Day after which each spell is watched (left truncation), shape (n,); 0 means from day 0, that day
        included. All from day 0 where None.
    causes_name
        Name of the second argument, for messages.

    Raises
    ------
    InvalidParameter
        If there is no spell, a shape differs, a value is missing, negative or not whole where it has to be, or a
        spell ends before it is watched. All faults are told at once.
    """
    faults: list[str] = []
    days = _collected(faults, "durations", durations, None)
    n = len(days)
    if n == 0 and not faults:
        raise InvalidParameter("durations is empty; give at least one spell, or say that there is none")
    cause = whole_codes(faults, causes_name, causes, n, least=0)
    group = whole_codes(faults, "groups", np.zeros(n) if groups is None else groups, n, least=None)
    start = _collected(faults, "entry", np.zeros(n) if entry is None else entry, n)
    watched = np.where(start > 0, start, FROM_THE_START)
    if not faults:
        late = watched >= days
        if late.any():
            faults.append(
                f"entry: {int(late.sum())} of {n} are not before the end of their spell, the first at position "
                f"{int(np.argmax(late))}; leave out spells that ended before they could be watched, and count them"
            )
    if faults:
        raise InvalidParameter("; ".join(faults))
    return Spells(days, cause, watched, group)


def _collected(faults: list[str], name: str, values: ArrayLike, length: int | None) -> NDArray[np.float64]:
    """The quantity, or a fault and a stand-in of the right length."""
    try:
        return quantity(name, values, length=length)
    except InvalidParameter as error:
        faults.append(str(error))
        return np.zeros(np.size(np.asarray(values)) if length is None else length)


def whole_codes(
    faults: list[str], name: str, values: ArrayLike, length: int, *, least: int | None
) -> NDArray[np.int64]:
    """Codes as int64, shape (length,); what is wrong with them is added to the faults."""
    codes = np.asarray(values)
    if codes.shape != (length,):
        faults.append(f"{name} has shape {codes.shape}; give one code each, shape ({length},)")
        return np.zeros(length, dtype=np.int64)
    if codes.dtype.kind not in "biuf":
        faults.append(f"{name} holds {codes.dtype}; give whole numbers")
        return np.zeros(length, dtype=np.int64)
    wrong = ~np.isfinite(codes) if codes.dtype.kind == "f" else np.zeros(length, dtype=bool)
    wrong |= ~wrong & (np.floor(np.where(wrong, 0, codes)) != np.where(wrong, 0, codes))
    if least is not None:
        wrong |= ~wrong & (np.where(wrong, least, codes) < least)
    if wrong.any():
        bound = "" if least is None else f" of {least} or more"
        faults.append(
            f"{name}: {int(wrong.sum())} of {length} are no whole numbers{bound}, the first at position "
            f"{int(np.argmax(wrong))}; leave out what is not known before, and count it"
        )
    return np.where(wrong, 0, codes).astype(np.int64)


def risk_table(spells: Spells, causes: int = 1) -> RiskTable:
    """The ledger of spells at risk; see :class:`RiskTable`."""
    late = spells.entry[spells.entry >= 0]
    times = np.unique(np.concatenate([spells.duration, late]))
    ends = np.searchsorted(times, spells.duration)
    leaving = np.bincount(ends, minlength=len(times))
    entered = np.bincount(np.searchsorted(times, late), minlength=len(times))
    events = np.array([np.bincount(ends[spells.cause == k + 1], minlength=len(times)) for k in range(causes)])
    before = np.concatenate([[0], np.cumsum(entered - leaving)[:-1]])
    at_risk = len(spells) - len(late) + before
    return RiskTable(times, at_risk, events, leaving - events.sum(axis=0), entered)


def number_at_risk(
    times: NDArray[np.float64], at_risk: NDArray[np.int64], days: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Spells under watch on given days, before their events: 0 after the last day seen."""
    position = np.searchsorted(times, days, side="left")
    return np.where(position < len(times), at_risk[np.minimum(position, len(times) - 1)], 0)


def refuse_broken_watch(table: RiskTable, group: int) -> None:
    """Refuse a late-entry sample whose curve breaks off before later spells are watched.

    Where all who are watched early have their event, or nobody is watched for a while, the product stays at 0 or
    leaps over unwatched days, however many spells enter later. That is a fault of the sample, not a finding.

    Raises
    ------
    InvalidParameter
        If there is such a day; the message names it.
    """
    happened = table.events.sum(axis=0)
    left = table.at_risk - happened - table.censored
    now_or_later = table.entered[::-1].cumsum()[::-1] > 0
    started = np.cumsum(table.at_risk) > 0
    collapsed = (happened == table.at_risk) & now_or_later
    gap = started & (collapsed | ((left == 0) & (table.entered == 0) & now_or_later))
    if gap.any():
        day = table.times[int(np.argmax(gap))]
        raise InvalidParameter(
            f"entry: after day {day:g} nobody of group {group} is watched until later spells enter, so the curve "
            "cannot go on; count the days from a later start, or leave out the early spells and say so"
        )
