"""Opening hours: a subset of the OpenStreetMap grammar.

Understood are ``24/7``, ``off``, days (``Mo-Fr``, ``Mo,We``, ``Sa-Mo``), several spans of time
(``09:00-12:00,13:00-17:00``), spans past midnight (``22:00-02:00``, which belong to the day on
which they begin) and several rules joined by ``;``. As in OpenStreetMap, a later rule replaces
an earlier one on the days that it names. Public holidays, weeks and months are not understood
and are refused rather than ignored.

Source: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jingan_analysis.errors import JinganError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MINUTES_PER_DAY: Final = 1_440
MINUTES_PER_WEEK: Final = 7 * MINUTES_PER_DAY
EXAMPLE: Final = "'Mo-Fr 09:00-17:00; Sa 09:00-12:00' or '24/7'"

_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_RULE = re.compile(r"(?P<days>[A-Za-z][A-Za-z,\- ]*?)?\s*(?P<times>\d[\d:,\- ]*|off|closed)?", re.IGNORECASE)


class InvalidOpeningHours(JinganError, ValueError):
    """An opening-hours text is outside the grammar; the message says which part."""


@dataclass(frozen=True)
class OpeningHours:
    """When a place is open in an ordinary week.

    Attributes
    ----------
    text
        The text as it was given.
    spans
        Open spans as (first minute, minute after the last) counted from Monday 00:00, in order,
        neither touching nor overlapping; at most 10,080.
    """

    text: str
    spans: tuple[tuple[int, int], ...]

    @classmethod
    def parse(cls, text: str) -> OpeningHours:
        """Read an opening-hours text.

        Raises
        ------
        InvalidOpeningHours
            If a part of it is outside the grammar; the message names the part.
        """
        week: dict[int, list[tuple[int, int]]] = {}
        rules = [rule.strip() for rule in text.split(";")]
        if not any(rules):
            raise InvalidOpeningHours(f"opening hours are empty; write {EXAMPLE}, or leave the cell empty if unknown")
        for rule in filter(None, rules):
            days, spans = _read_rule(rule)
            for day in days:
                week[day] = spans
        return cls(text, _merged((day, span) for day, spans in week.items() for span in spans))

    def open_at(self, weekday: int, minute_of_day: int) -> bool:
        """Whether the place is open in that minute (weekday 0 is Monday; 17:00 is closed if it closes at 17:00)."""
        minute = weekday * MINUTES_PER_DAY + minute_of_day
        return any(first <= minute < last for first, last in self.spans)

    def weekly(self) -> NDArray[np.bool_]:
        """Open for the whole hour, by weekday (0 is Monday) and hour; shape (7, 24).

        An hour that is open only in part is False: nobody can count on it.
        """
        import numpy as np

        minutes = np.zeros(MINUTES_PER_WEEK, dtype=np.bool_)
        for first, last in self.spans:
            minutes[first:last] = True
        whole: NDArray[np.bool_] = np.asarray(minutes.reshape(7, 24, 60).all(axis=2))
        return whole

    @property
    def hours_per_week(self) -> float:
        """Open hours in a week."""
        return sum(last - first for first, last in self.spans) / 60


def _read_rule(rule: str) -> tuple[tuple[int, ...], list[tuple[int, int]]]:
    if rule == "24/7":
        return tuple(range(7)), [(0, MINUTES_PER_DAY)]
    match = _RULE.fullmatch(_day_off(rule))
    if match is None:
        raise InvalidOpeningHours(f"{rule!r} is not a rule of opening hours; write {EXAMPLE}")
    days = _read_days(match["days"], rule)
    times = match["times"]
    if times is None:
        raise InvalidOpeningHours(f"{rule!r} has no times; write for example '{rule} 09:00-17:00' or '{rule} off'")
    if times.lower() in {"off", "closed"}:
        return days, []
    return days, [_read_span(span.strip(), rule) for span in times.split(",")]


def _day_off(rule: str) -> str:
    """Put the word of a closed day apart, so that it is not read as a day."""
    return re.sub(r"(?i)^(off|closed)$", r"Mo-Su \1", rule)


def _read_days(days: str | None, rule: str) -> tuple[int, ...]:
    if not days:
        return tuple(range(7))
    chosen: list[int] = []
    for part in days.strip().split(","):
        ends = [_day_number(day.strip(), rule) for day in part.split("-")]
        if len(ends) > 2:
            raise InvalidOpeningHours(f"{part!r} in {rule!r} is not a range of days; write for example 'Mo-Fr'")
        chosen += [(ends[0] + step) % 7 for step in range((ends[-1] - ends[0]) % 7 + 1)]
    return tuple(dict.fromkeys(chosen))


def _day_number(day: str, rule: str) -> int:
    if day.capitalize() in DAYS:
        return DAYS.index(day.capitalize())
    if day.upper() in {"PH", "SH"}:
        raise InvalidOpeningHours(f"{day!r} in {rule!r}: holidays are not understood; leave that rule out")
    raise InvalidOpeningHours(f"{day!r} in {rule!r} is not a day; days are {', '.join(DAYS)}")


def _read_span(span: str, rule: str) -> tuple[int, int]:
    match = _SPAN.fullmatch(re.sub(r"\s*-\s*", "-", span))
    if match is None:
        raise InvalidOpeningHours(f"{span!r} in {rule!r} is not a span of time; write for example '09:00-17:00'")
    hour, minute, end_hour, end_minute = map(int, match.groups())
    first, last = hour * 60 + minute, end_hour * 60 + end_minute
    if minute > 59 or end_minute > 59 or first >= MINUTES_PER_DAY or last > MINUTES_PER_DAY:
        raise InvalidOpeningHours(f"{span!r} in {rule!r} is not a time of day; times run from 00:00 to 24:00")
    if first == last:
        raise InvalidOpeningHours(f"{span!r} in {rule!r} ends when it begins; write '00:00-24:00' for a whole day")
    return first, last if last > first else last + MINUTES_PER_DAY


def _merged(days: Iterable[tuple[int, tuple[int, int]]]) -> tuple[tuple[int, int], ...]:
    """Spans of the week in order, cut where Sunday night turns into Monday, joined where they touch."""
    pieces: list[tuple[int, int]] = []
    for day, (first, last) in days:
        start, end = day * MINUTES_PER_DAY + first, day * MINUTES_PER_DAY + last
        pieces.append((start, min(end, MINUTES_PER_WEEK)))
        if end > MINUTES_PER_WEEK:
            pieces.append((0, end - MINUTES_PER_WEEK))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(pieces):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
