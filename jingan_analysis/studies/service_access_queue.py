"""Whether the windows of the centres suffice: visits an open hour, waits, and the fewest windows for short waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.contracts.opening_hours import OpeningHours
from jingan_analysis.models.queueing import mean_wait, servers_for_long_waits, share_waiting_longer
from jingan_analysis.studies.service_access_load import recorded_months
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from jingan_analysis.studies.service_access import Params
    from jingan_analysis.studies.service_access_inputs import Inputs

_MINUTES_AN_HOUR, _DAYS_A_WEEK = 60.0, 7.0


def windows_at_centres(cases: pd.DataFrame, inputs: Inputs, params: Params) -> pd.DataFrame | None:
    """Visits, waits and windows needed, by sub-district of the centre, the district last; None without any centre.

    Visits are person-times at windows; a centre is open in the hours that it states, in every month with any case. Visits
    come by chance at a steady rate within the hour, and one takes an exponential time of the stated mean (Erlang C): an
    ordinary hour has the mean of them, a busy hour as many times more as the parameters say. Several centres of one
    sub-district share its visits as one hall.

    Returns
    -------
    DataFrame
        ``centres``, ``visits``, ``open_hours``, ``visits_an_hour``, ``windows``, ``used`` (share of window time in the mean
        hour), ``busy_wait_minutes`` and ``busy_long`` (mean wait, and share who wait longer than the parameters say, in a
        busy hour) and ``needed`` (the fewest windows at which no more than the share of the parameters wait so long then).
        NaN where hours or windows are not stated, and for all but counts in the row of the district.
    """
    points = inputs.points[inputs.of_kind("centre") & inputs.points["subdistrict_code"].notna().to_numpy()]
    if points.empty:
        return None
    weeks = _weeks(cases, params)
    at = cases[(cases["channel"] == "window") & cases["point_id"].isin(points["point_id"])]
    visits = at.groupby("point_id")["person_times"].sum()
    centres = points.set_index("point_id")
    halls = pd.DataFrame(
        {
            "unit": centres["subdistrict_code"],
            "centres": 1,
            "visits": visits.reindex(centres.index, fill_value=0),
            "open_hours": [_hours_a_week(text) * weeks for text in centres["hours"]],
            "windows": centres["windows"].astype("float64"),
        }
    )
    sums = halls.groupby("unit")[["centres", "visits"]].sum()
    stated = halls.groupby("unit")[["open_hours", "windows"]].agg({"open_hours": "mean", "windows": _all_or_none})
    frame = sums.join(stated).reindex(inputs.units.codes)
    frame[["centres", "visits"]] = frame[["centres", "visits"]].fillna(0)
    frame = frame.join(_waits(frame, params))
    frame.loc[DISTRICT_ROW] = frame[["centres", "visits", "windows", "needed"]].sum(min_count=1)
    return frame


def _waits(frame: pd.DataFrame, params: Params) -> pd.DataFrame:
    an_hour = frame["visits"] / frame["open_hours"]
    load = an_hour * params.window_service_minutes / _MINUTES_AN_HOUR
    found = pd.DataFrame({"visits_an_hour": an_hour, "used": load / frame["windows"]})
    found[["busy_wait_minutes", "busy_long", "needed"]] = np.nan
    known = load.notna() & frame["windows"].notna()
    for unit in frame.index[known]:
        busy, windows = float(load[unit]) * params.busy_hour_factor, int(frame.loc[unit, "windows"])
        minutes, limit = params.window_service_minutes, params.window_wait_minutes
        wait = float(mean_wait(windows, busy, minutes)) if busy < windows else np.nan
        needed = servers_for_long_waits(busy, minutes, limit, params.long_wait_share).servers if busy > 0 else 0
        found.loc[unit, ["busy_wait_minutes", "busy_long", "needed"]] = [
            wait, float(share_waiting_longer(windows, busy, minutes, limit)), float(needed),
        ]  # fmt: skip
    return found


def _weeks(cases: pd.DataFrame, params: Params) -> float:
    """Weeks of the months in which any case is recorded."""
    months = recorded_months(cases, params.window)
    return sum(pd.Period(month, freq="M").days_in_month for month in months) / _DAYS_A_WEEK


def _hours_a_week(text: object) -> float:
    return (
        sum(last - first for first, last in OpeningHours.parse(text).spans) / 60.0 if isinstance(text, str) else np.nan
    )


def _all_or_none(values: pd.Series) -> float:
    """Their sum; unknown where one is."""
    return float(values.sum(skipna=False))
