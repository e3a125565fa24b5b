"""Seats at lunch: what a dining room can seat in the hours of lunch against the lunches eaten in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from jingan_analysis.contracts.opening_hours import MINUTES_PER_DAY, OpeningHours


@dataclass(frozen=True)
class LunchTime:
    """When lunch is eaten, and for how long a diner holds a seat.

    Attributes
    ----------
    from_minute, to_minute
        Minutes after midnight; lunch ends at ``to_minute``.
    minutes_per_sitting
        Time of one diner on a seat.
    """

    from_minute: int
    to_minute: int
    minutes_per_sitting: float

    def minutes_open(self, hours: str, weekday: int) -> int:
        """Minutes of lunch during which a canteen is open on a weekday (0 is Monday)."""
        begin = weekday * MINUTES_PER_DAY
        first, last = begin + self.from_minute, begin + self.to_minute
        spans = OpeningHours.parse(hours).spans
        return sum(max(0, min(last, end) - max(first, start)) for start, end in spans)

    def sittings(self, minutes: float) -> float:
        """Whole sittings that fit into so many minutes."""
        return float(np.floor(minutes / self.minutes_per_sitting + 1e-9))


def lunches(meals: pd.DataFrame) -> pd.DataFrame:
    """One row a canteen and day on which lunches were eaten in: ``site_id``, ``served_on``, ``lunches``."""
    eaten = meals[(meals["meal"] == "lunch") & (meals["mode"] == "dine_in") & (meals["all_meals"] > 0)]
    return eaten.groupby(["site_id", "served_on"])["all_meals"].sum().rename("lunches").reset_index()


def with_places(daily: pd.DataFrame, sites: pd.DataFrame, lunch: LunchTime) -> pd.DataFrame:
    """The days with ``places``: seats times sittings on that weekday; NaN where seats or hours are not known.

    Days on which the stated hours hold no sitting have NaN, too: the hours cannot be right for them.
    """
    stated = sites.set_index("site_id")[["seats", "hours"]]
    hours = stated["hours"].dropna().to_dict()
    weekday = daily["served_on"].dt.day_of_week
    sittings = {
        (site, day): lunch.sittings(lunch.minutes_open(hours[site], day))
        for site, day in set(zip(daily["site_id"], weekday, strict=True))
        if site in hours
    }
    fit = np.array([sittings.get(key, np.nan) for key in zip(daily["site_id"], weekday, strict=True)], dtype=np.float64)
    seats = daily["site_id"].map(stated["seats"].astype("float64")).to_numpy(dtype=np.float64)
    return daily.assign(places=np.where(fit > 0, seats * fit, np.nan), outside_hours=fit == 0)


def seat_use(days: pd.DataFrame, sites: pd.DataFrame, *, peak: float) -> pd.DataFrame:
    """Seats, places and lunches of each canteen on its median and its peak day.

    Parameters
    ----------
    days
        As :func:`with_places` gives them.
    sites
        The canteens, one row each; those without a lunch eaten in have NaN.
    peak
        Quantile of the days that is called a peak day.
    """
    frame = sites.set_index("site_id")[["seats"]].astype("float64")
    ratio = (days["lunches"] / days["places"]).groupby(days["site_id"])
    by_site = days.groupby("site_id")
    known = days.dropna(subset="places")
    short = (known["lunches"] > known["places"]).groupby(known["site_id"])
    return frame.assign(
        places=by_site["places"].median(),
        lunches_median=by_site["lunches"].median(),
        lunches_peak=by_site["lunches"].quantile(peak),
        use_median=ratio.median(),
        use_peak=ratio.quantile(peak),
        days=by_site.size(),
        short_share=short.mean(),
    ).assign(days=lambda found: found["days"].fillna(0))


def by_length(
    daily: pd.DataFrame, sites: pd.DataFrame, lunch: LunchTime, lengths: Iterable[float], *, peak: float
) -> pd.DataFrame:
    """How many canteens run out of seats on a median and on a peak day, by length of a sitting.

    Columns ``known``, ``short_median``, ``short_peak`` and ``unknown``: canteens with lunches eaten in whose seats or hours
    are not known.
    """
    rows = {}
    for minutes in sorted(set(lengths)):
        length = LunchTime(lunch.from_minute, lunch.to_minute, minutes)
        found = seat_use(with_places(daily, sites, length), sites, peak=peak)
        served = found[found["days"] > 0]
        rows[f"{minutes:g}"] = {
            "minutes": minutes,
            "known": int(served["use_median"].notna().sum()),
            "short_median": int((served["use_median"] > 1).sum()),
            "short_peak": int((served["use_peak"] > 1).sum()),
            "unknown": int(served["use_median"].isna().sum()),
        }
    return pd.DataFrame.from_dict(rows, orient="index")
