"""Histories of persons who had events: when they were observed, when exposed, and which windows of risk that makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.conditional_poisson import PersonRows
from jingan_analysis.models.durations import whole_codes

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class RiskWindow:
    """Days around a person's exposure: exposure + first <= day < exposure + last.

    Attributes
    ----------
    name
        Name, such as ``180 days after``.
    first, last
        Offsets in days; negative before the exposure, infinite without a bound. A window with ``last`` of 0 or less
        tells whether events bring the exposure about.
    """

    name: str
    first: float
    last: float

    def __post_init__(self) -> None:
        """Refuse a window without days."""
        if not self.first < self.last:
            raise InvalidParameter(f"window {self.name!r}: first={self.first!r} must be before last={self.last!r}")

    @property
    def before_exposure(self) -> bool:
        """Whether it ends no later than the exposure begins."""
        return self.last <= 0


@dataclass(frozen=True, eq=False)
class OwnWindow:
    """Days that each person has of his own, such as those from an application to the end of the works.

    Attributes
    ----------
    name
        Name.
    begins, ends
        The window is begins <= day < ends, shape (n,); NaN for a person without it.
    before_exposure
        Whether it ends no later than the exposure begins, so that it tells whether events bring the exposure about.
    """

    name: str
    begins: ArrayLike
    ends: ArrayLike
    before_exposure: bool = False


@dataclass(frozen=True)
class TimeSteps:
    """A step function of time that the rate may follow, such as age bands or seasons.

    Attributes
    ----------
    name
        Name, such as ``age``.
    cuts
        Times at which a step begins, rising, shape (k,): step j holds for cuts[j - 1] <= time < cuts[j].
    levels
        Level of each of the k + 1 steps, whole numbers from 0, shape (k + 1,); level 0 is compared with. None makes
        every step a level of its own; quarters of several years are 0, 1, 2, 3, 0, 1, ...
    origin
        Time from which each person's cuts count, such as the day of birth, shape (n,); 0 for all where None.
    """

    name: str
    cuts: Sequence[float]
    levels: Sequence[int] | None = None
    origin: ArrayLike | None = None


@dataclass(frozen=True)
class CaseHistories:
    """Checked histories of n persons with m events.

    Attributes
    ----------
    start, end
        Observed on start <= day < end, shape (n,).
    event, person
        Day of each event and the position of its person, shape (m,).
    exposure
        Day on which the exposure began, shape (n,); NaN for those never exposed.
    """

    start: Vector
    end: Vector
    event: Vector
    person: NDArray[np.int64]
    exposure: Vector

    def __len__(self) -> int:
        return len(self.start)


def case_histories(
    start: ArrayLike, end: ArrayLike, event: ArrayLike, person: ArrayLike, exposure: ArrayLike
) -> CaseHistories:
    """Histories whose days make sense together; see :class:`CaseHistories` for the arguments.

    Days are numbers on any common scale. A last day that still counts is ``end - 1``.

    Raises
    ------
    InvalidParameter
        If a shape differs, a day is missing or infinite, an observation is empty, a person does not exist, or an event
        lies outside its person's observation. All faults are told at once.
    """
    faults: list[str] = []
    begun = _days(faults, "start", start, None)
    ended = _days(faults, "end", end, len(begun))
    happened = _days(faults, "event", event, None)
    exposed = _days(faults, "exposure", exposure, len(begun), missing=True)
    who = whole_codes(faults, "person", person, len(happened), least=0)
    if not faults:
        _count(faults, "end", ended <= begun, "do not come after their start")
        _count(faults, "person", who >= len(begun), f"are not the position of one of {len(begun)} persons")
    if not faults:
        outside = (happened < begun[who]) | (happened >= ended[who])
        _count(faults, "event", outside, "lie outside the observation; leave them out before, and count them")
    if faults:
        raise InvalidParameter("; ".join(faults))
    return CaseHistories(begun, ended, happened, who, exposed)


def _days(faults: list[str], name: str, values: ArrayLike, length: int | None, *, missing: bool = False) -> Vector:
    days = np.asarray(values, dtype=np.float64)
    if days.ndim != 1 or (length is not None and len(days) != length):
        expected = "(n,)" if length is None else f"({length},)"
        faults.append(f"{name} has shape {days.shape}; give one day each, shape {expected}")
        return np.zeros(len(days) if days.ndim == 1 and length is None else length or 0)
    _count(faults, name, np.isinf(days) | (np.isnan(days) & (not missing)), "are NaN or infinite")
    return days


def _count(faults: list[str], name: str, wrong: NDArray[np.bool_], what: str) -> None:
    if wrong.any():
        faults.append(f"{name}: {int(wrong.sum())} of {len(wrong)} {what}, the first at position {int(wrong.argmax())}")


@dataclass(frozen=True)
class Term:
    """A column of the design: person-time between moments that come in pairs.

    Attributes
    ----------
    name
        Name.
    begins, ends
        The term is on where begins <= day < ends for one of its k pairs, shape (n, k); NaN where it never is.
    """

    name: str
    begins: Vector
    ends: Vector


def window_terms(histories: CaseHistories, windows: Sequence[RiskWindow | OwnWindow]) -> list[Term]:
    """One term a window of risk; windows must not overlap.

    Raises
    ------
    InvalidParameter
        If there is no window, two overlap, or the days of a person's own window have the wrong shape.
    """
    if not windows:
        raise InvalidParameter("windows is empty; give at least one window of risk")
    around = sorted((window for window in windows if isinstance(window, RiskWindow)), key=lambda window: window.first)
    for earlier, later in pairwise(around):
        if later.first < earlier.last:
            raise InvalidParameter(f"windows {earlier.name!r} and {later.name!r} overlap; cut one of them")
    terms = [_window_term(histories, window) for window in windows]
    if len(around) < len(windows):
        _refuse_overlap(terms)
    return terms


def _window_term(histories: CaseHistories, window: RiskWindow | OwnWindow) -> Term:
    if isinstance(window, RiskWindow):
        day = histories.exposure[:, None]
        return Term(window.name, day + window.first, day + window.last)
    faults: list[str] = []
    days = [
        _days(faults, f"window {window.name!r}: {side}", values, len(histories), missing=True)[:, None]
        for side, values in (("begins", window.begins), ("ends", window.ends))
    ]
    if faults:
        raise InvalidParameter("; ".join(faults))
    return Term(window.name, *days)


def _refuse_overlap(terms: Sequence[Term]) -> None:
    """Days of a person that two windows claim would count for both."""
    for place, one in enumerate(terms):
        for other in terms[place + 1 :]:
            # Comparisons with NaN are False: who lacks a window does not overlap.
            both = np.maximum(one.begins, other.begins) < np.minimum(one.ends, other.ends)
            if both.any():
                raise InvalidParameter(
                    f"windows {one.name!r} and {other.name!r} overlap for {int(both.sum())} of {len(both)} persons; "
                    "cut one of them"
                )


def step_terms(histories: CaseHistories, steps: Sequence[TimeSteps]) -> list[Term]:
    """One term a level above 0 of each step function.

    Raises
    ------
    InvalidParameter
        If cuts do not rise, the levels are not whole numbers that fit them, or an origin is missing.
    """
    terms = []
    for step in steps:
        cuts = np.asarray(step.cuts, dtype=np.float64)
        if cuts.ndim != 1 or not np.isfinite(cuts).all() or (np.diff(cuts) <= 0).any():
            raise InvalidParameter(f"steps {step.name!r}: cuts must be finite and rising")
        faults: list[str] = []
        given = np.arange(len(cuts) + 1) if step.levels is None else step.levels
        levels = whole_codes(faults, f"steps {step.name!r}: levels", given, len(cuts) + 1, least=0)
        zero = np.zeros(len(histories)) if step.origin is None else step.origin
        origin = _days(faults, f"steps {step.name!r}: origin", zero, len(histories))
        if faults:
            raise InvalidParameter("; ".join(faults))
        edges = origin[:, None] + np.concatenate([[-np.inf], cuts, [np.inf]])
        terms += [
            Term(f"{step.name} {level}", edges[:, :-1][:, levels == level], edges[:, 1:][:, levels == level])
            for level in np.unique(levels[levels > 0]).tolist()
        ]
    return terms


def person_rows(histories: CaseHistories, terms: Sequence[Term]) -> PersonRows:
    """Person-time and events of the persons with events, cut where a term begins or ends and added up by pattern."""
    cases = np.unique(histories.person)
    start, end = histories.start[cases, None], histories.end[cases, None]
    moments = [moment[cases] for term in terms for moment in (term.begins, term.ends)]
    cuts = np.sort(np.clip(np.nan_to_num(np.hstack([start, *moments, end]), nan=-np.inf), start, end), axis=1)
    left, days = cuts[:, :-1], np.diff(cuts, axis=1)
    on = np.stack([_on(term, cases, left) for term in terms], axis=2)
    # An event lies in the last interval that begins no later: of those that begin together, the one with days.
    place = np.searchsorted(cases, histories.person)
    interval = (left[place] <= histories.event[:, None]).sum(axis=1) - 1
    events = np.zeros(days.shape)
    np.add.at(events, (place, interval), 1.0)
    return _added_up(days, events, on)


def _on(term: Term, cases: NDArray[np.int64], left: Vector) -> NDArray[np.bool_]:
    pairs = zip(term.begins[cases].T, term.ends[cases].T, strict=True)
    on = np.zeros(left.shape, dtype=bool)
    for begins, ends in pairs:
        on |= (left >= begins[:, None]) & (left < ends[:, None])
    return on


def _added_up(days: Vector, events: Vector, on: NDArray[np.bool_]) -> PersonRows:
    who = np.broadcast_to(np.arange(len(days))[:, None], days.shape)
    used = days > 0
    keys = np.column_stack([who[used], on[used].astype(np.int64)])
    patterns, row = np.unique(keys, axis=0, return_inverse=True)
    total = np.bincount(row, weights=days[used], minlength=len(patterns))
    had = np.bincount(row, weights=events[used], minlength=len(patterns))
    return PersonRows(
        patterns[:, 0], total.astype(np.float64), had.astype(np.float64), patterns[:, 1:].astype(np.float64)
    )
