"""The time window of a study."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.language import tr
from jingan_analysis.tables.formatting import format_day

_FORM = re.compile(r"(?P<year>\d{4})(-(?P<month>0[1-9]|1[0-2]))?", re.ASCII)


@dataclass(frozen=True)
class Period:
    """From 1 January to the end of the month named; both days belong to it.

    Attributes
    ----------
    text
        As given: ``2024-08``, or ``2024`` for the whole year.
    start, end
        First and last day, inclusive.
    """

    text: str
    start: date
    end: date

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``YYYY-MM`` (January to that month) or ``YYYY`` (the whole year).

        Raises
        ------
        InvalidParameter
            If the text has another form.
        """
        match = _FORM.fullmatch(text)
        if match is None:
            raise InvalidParameter(f"period={text!r} is not a period; write YYYY-MM (1 January to that month) or YYYY")
        year, month = int(match["year"]), int(match["month"] or 12)
        return cls(text, date(year, 1, 1), date(year, month, calendar.monthrange(year, month)[1]))

    @property
    def year_start(self) -> date:
        """First day of the twelve months that end with the period."""
        year = self.end.year if self.end.month == 12 else self.end.year - 1
        return date(year, self.end.month % 12 + 1, 1)

    @property
    def label(self) -> str:
        """The window in words."""
        return tr("{first} to {last}", first=format_day(self.start), last=format_day(self.end))

    @property
    def year_label(self) -> str:
        """The twelve months in words."""
        return tr("{first} to {last}", first=format_day(self.year_start), last=format_day(self.end))

    @property
    def end_label(self) -> str:
        """The last day in words."""
        return format_day(self.end)
