"""Open days of the registration office, what kind of day each is, and how many would like to come on it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.marriage_effects import MarriageEffects
from jingan_analysis.demo.units import read_data
from jingan_analysis.intake.parameters import parameter

PEAKS = ("may_20", "qixi", "other_lucky")
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6
_NEAR_DAYS = 14
_FESTIVAL_DAYS = 7
_MONTH_END_DAYS = 2


def marriage_settings() -> dict[str, Any]:
    """The declaration of the tables on marriages."""
    return read_data("marriage.toml")


def open_days(effects: MarriageEffects) -> pd.DataFrame:
    """Open days up to the last one that can be booked, by day.

    Returns
    -------
    DataFrame
        ``kind`` of day, ``factor`` on marriages, ``weekday_factor`` on the rest, ``wave`` over the year, and ``month``.
    """
    declared = marriage_settings()
    last = pd.Timestamp(declared["last_day"]) + pd.Timedelta(days=declared["booked_ahead_days"])
    days = pd.date_range(declared["first_day"], last)
    new_year = pd.DatetimeIndex(list(parameter("spring_festival_days").value))
    days = days[~_closed(days, new_year)]
    kind = _kinds(days, new_year)
    demand = declared["demand"]
    factors = {
        "weekday": 1.0,
        "friday": demand["friday"],
        "saturday": demand["saturday"],
        **{name: getattr(effects, name) for name in (*PEAKS, "month_end", "near_festival")},
    }
    wave = 1.0 + demand["season_wave"] * np.sin(2.0 * np.pi * days.day_of_year.to_numpy() / 365.25)
    ends = [days.day_of_week == _FRIDAY, days.day_of_week == _SATURDAY]
    weekly = np.select(ends, [demand["friday"], demand["saturday"]], 1.0)
    factor = np.array([factors[name] for name in kind])
    # Month ends and days near the festival are Fridays and Saturdays, too.
    factor *= np.where(np.isin(kind, ("month_end", "near_festival")), weekly, 1.0)
    return pd.DataFrame(
        {"kind": kind, "factor": factor, "weekday_factor": weekly, "wave": wave, "month": days.strftime("%Y-%m")},
        index=days,
    )


def _closed(days: pd.DatetimeIndex, new_year: pd.DatetimeIndex) -> NDArray[np.bool_]:
    declared = marriage_settings()
    first, last = declared["closed_once"]
    festival = np.zeros(len(days), dtype=bool)
    for day in new_year:
        festival |= (days >= day) & (days < day + pd.Timedelta(days=_FESTIVAL_DAYS))
    each_year = days.strftime("%m-%d").isin(declared["closed_each_year"])
    once = (days >= pd.Timestamp(first)) & (days <= pd.Timestamp(last))
    return np.asarray(festival | each_year | once | (days.day_of_week == _SUNDAY))


def _kinds(days: pd.DatetimeIndex, new_year: pd.DatetimeIndex) -> NDArray[np.str_]:
    """The kind of each day; of several the most particular one."""
    short = days.strftime("%m-%d")
    ordinal, festivals = (dates.to_numpy().astype("datetime64[D]").astype(np.int64) for dates in (days, new_year))
    near = np.isin(ordinal, (festivals[:, None] + np.arange(-_NEAR_DAYS, _NEAR_DAYS + 1)).ravel())
    place = pd.Series(np.arange(len(days)), index=days).groupby(days.strftime("%Y-%m"))
    month_end = place.rank(ascending=False).to_numpy() <= _MONTH_END_DAYS
    return np.select(
        [
            short.isin(parameter("may_20").value),
            days.isin(pd.DatetimeIndex(list(parameter("qixi_days").value))),
            short.isin(parameter("other_lucky_days").value),
            near,
            month_end,
            days.day_of_week == _SATURDAY,
            days.day_of_week == _FRIDAY,
        ],
        ["may_20", "qixi", "other_lucky", "near_festival", "month_end", "saturday", "friday"],
        "weekday",
    )
