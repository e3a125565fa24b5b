"""Kinds of day: weekday, weekend, public holiday and Spring Festival, from dated lists."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jingan_analysis.intake.parameters import parameter

KINDS = ("weekday", "weekend", "holiday", "spring_festival")
"""Each day is of one kind: what a public holiday falls on does not matter."""


def kinds_of(days: pd.DatetimeIndex) -> pd.Series:
    """Kind of each day, one of :data:`KINDS`.

    The public holiday that holds the first day of the lunar year is the Spring Festival. Weekends that a notice turns
    into working days stay weekends: the lists do not hold them.
    """
    kind = np.where(days.day_of_week >= 5, "weekend", "weekday").astype(object)
    new_years = pd.to_datetime(list(parameter("spring_festival_days").value))
    for first, last in spans_of("public_holidays"):
        festival = ((new_years >= first) & (new_years <= last)).any()
        kind[(days >= first) & (days <= last)] = "spring_festival" if festival else "holiday"
    return pd.Series(kind, index=days, dtype="str")


def holidays_listed(first: pd.Timestamp, last: pd.Timestamp) -> bool:
    """Whether the list of public holidays covers every day from the first to the last."""
    return any(begin <= first and last <= end for begin, end in spans_of("public_holidays_listed"))


def spans_of(name: str) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """Dated spans of a parameter, written ``first/last``."""
    pairs = (text.split("/") for text in parameter(name).value)
    return [(pd.Timestamp(first), pd.Timestamp(last)) for first, last in pairs]
