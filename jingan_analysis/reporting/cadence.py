"""When a newer report is due: a date that follows from the report's period alone, never from a clock."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.studies.period import Period

Every = Literal["month", "quarter", "half_year", "year"]
_MONTHS: Final[dict[Every, int]] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


class Cadence(BaseModel):
    """How often a report is renewed.

    Attributes
    ----------
    every
        Time from one report's period to the next one's.
    grace_days
        Days that the data of the next period may take to arrive.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    every: Every
    grace_days: Annotated[int, Field(ge=0, le=366)] = 15


def stale_after(period: str, cadence: Cadence) -> dt.date:
    """The last day on which a report of this period is the newest that there should be.

    The end of the period, and one cadence, and the grace; a period ends with a month, and so does the next one.
    """
    end = Period.parse(period).end
    month = end.year * 12 + end.month - 1 + _MONTHS[cadence.every]
    year, month = month // 12, month % 12 + 1
    due = dt.date(year, month, calendar.monthrange(year, month)[1])
    return due + dt.timedelta(days=cadence.grace_days)


def read_day(text: str) -> dt.date:
    """A day as manifests state it.

    Raises
    ------
    InvalidParameter
        If the text is no day.
    """
    try:
        return dt.date.fromisoformat(text)
    except (TypeError, ValueError):
        raise InvalidParameter(f"stale_after={text!r} is not a day; write YYYY-MM-DD") from None
