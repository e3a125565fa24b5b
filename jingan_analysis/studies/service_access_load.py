"""How much each service point is used: unused, nearly idle, usual and overloaded points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from jingan_analysis.measures.rates import wilson_rates
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.period import Period
    from jingan_analysis.studies.service_access import Params
    from jingan_analysis.studies.service_access_inputs import Inputs

LOAD_KINDS: Final = ("centre", "remote_spot", "self_service_24h")
STATES: Final = ("unused", "nearly_idle", "usual", "overloaded")


def window_months(period: Period) -> list[str]:
    """Months of the window as in the tables: ``YYYY-MM``."""
    return [str(month) for month in pd.period_range(period.start, period.end, freq="M")]


def cases_in_window(district: District, params: Params) -> pd.DataFrame | None:
    """Case counts of the window; None where the district has none, empty where the window has none."""
    if not district.has("case_counts"):
        return None
    counts = district.table("case_counts")
    return counts[counts["month"].isin(window_months(params.window))]


def recorded_months(cases: pd.DataFrame, period: Period) -> list[str]:
    """Months of the window with any case at all: a month nobody recorded is no idle month."""
    return [month for month in window_months(period) if (cases["month"] == month).any()]


def points_load(inputs: Inputs, cases: pd.DataFrame, params: Params) -> pd.DataFrame:
    """Cases of every point inside the district that was in service during the window.

    Returns
    -------
    DataFrame
        Index point; columns ``name``, ``kind``, ``subdistrict_code``, ``venue``, ``months`` in service
        (recorded months with the point in service on at least one day), ``cases``, ``cases_per_month``
        and ``state``.
    """
    points = inputs.all_points[inputs.all_points["subdistrict_code"].notna()].set_index("point_id")
    months = _months_in_service(points, recorded_months(cases, params.window))
    points = points[months > 0]
    frame = points[["kind", "subdistrict_code", "venue"]].copy()
    frame.insert(0, "name", pd.Series(inputs.names).reindex(frame.index))
    frame["months"] = months[months > 0]
    handled = cases.groupby("point_id")["cases"].sum()
    frame["cases"] = handled.reindex(frame.index, fill_value=0)
    frame["cases_per_month"] = frame["cases"] / frame["months"]
    frame["state"] = _states(frame, params)
    return frame


def load_by_subdistrict(load: pd.DataFrame, inputs: Inputs, params: Params) -> pd.DataFrame:
    """Use of nearby spots by sub-district and in the district."""
    spots = load[load["kind"] == "remote_spot"]
    grouped = spots.groupby("subdistrict_code")
    codes = inputs.units.codes
    frame = pd.DataFrame(
        {
            "spots": grouped.size(),
            "spot_months": grouped["months"].sum(),
            "cases": grouped["cases"].sum(),
            **{state: (spots["state"] == state).groupby(spots["subdistrict_code"]).sum() for state in STATES},
        }
    ).reindex(codes, fill_value=0)
    frame.loc[DISTRICT_ROW] = frame.sum()
    frame["cases_per_month"] = frame["cases"] / frame["spot_months"].where(frame["spot_months"] > 0)
    return frame.join(_rates(frame["unused"], frame["spots"], "unused_", params.confidence))


def load_by_kind(load: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """Use of each kind of point, in the area that the report speaks of."""
    here = inputs.in_report(load)
    rows = {}
    for kind in LOAD_KINDS:
        part = here[here["kind"] == kind]
        rows[kind] = {
            "points": len(part),
            "point_months": part["months"].sum(),
            "cases": part["cases"].sum(),
            "cases_per_month": part["cases"].sum() / part["months"].sum() if len(part) else np.nan,
            "median": part["cases_per_month"].median() if len(part) else np.nan,
            "top_tenth_share": _top_tenth_share(part["cases"]),
            **{state: (part["state"] == state).sum() for state in STATES},
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def committee_coverage(district: District, inputs: Inputs, params: Params) -> pd.DataFrame | None:
    """Committees with a nearby spot of their own, by sub-district; None without a list of committees.

    Returns
    -------
    DataFrame
        ``committees``, ``with_spot`` and its rate, ``spots`` inside the district, ``spots_elsewhere``
        (tied to no committee) and ``spots_beyond_first`` (second and further spots of one committee).
    """
    if not district.has("committees"):
        return None
    committees = district.table("committees")
    spots = inputs.points[inputs.of_kind("remote_spot") & inputs.points["subdistrict_code"].notna()]
    hosted = spots[spots["venue"].isna() | (spots["venue"] == "committee")]["committee_id"].dropna()
    counts = committees["committee_id"].map(hosted.value_counts()).fillna(0)
    unit = committees["subdistrict_code"]
    codes = inputs.units.codes
    frame = (
        pd.DataFrame(
            {
                "committees": committees.groupby(unit).size(),
                "with_spot": (counts > 0).groupby(unit).sum(),
                "spots": spots["subdistrict_code"].value_counts(),
                "spots_beyond_first": (counts - 1).clip(lower=0).groupby(unit).sum(),
            }
        )
        .reindex(codes)
        .fillna(0)
    )
    frame["spots_elsewhere"] = frame["spots"] - frame["with_spot"] - frame["spots_beyond_first"]
    frame.loc[DISTRICT_ROW] = frame.sum()
    return frame.join(_rates(frame["with_spot"], frame["committees"], "", params.confidence))


def unused_points(load: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """Points of the area reported on that handled no case in the window."""
    unused = inputs.in_report(load[load["state"] == "unused"])
    return unused.sort_values(["subdistrict_code", "name"], kind="stable")


def overloaded_points(load: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """Overloaded points of the area reported on, busiest first."""
    busy = inputs.in_report(load[load["state"] == "overloaded"])
    return busy.sort_values("cases_per_month", ascending=False, kind="stable")


def _months_in_service(points: pd.DataFrame, months: list[str]) -> pd.Series:
    found = pd.Series(0, index=points.index)
    for month in map(pd.Period, months):
        opened = points["opened_on"].isna() | (points["opened_on"] <= month.end_time)
        closed = points["closed_on"].notna() & (points["closed_on"] < month.start_time)
        found += (opened & ~closed).astype(np.int64)
    return found


def _states(frame: pd.DataFrame, params: Params) -> pd.Series:
    """Busy and idle are relative to used points of the same kind: a centre is no spot."""
    used = frame[frame["cases"] > 0]
    typical = frame["kind"].map(used.groupby("kind")["cases_per_month"].median())
    state = pd.Series("usual", index=frame.index)
    state[frame["cases_per_month"] >= params.overloaded_ratio_to_median * typical] = "overloaded"
    state[frame["cases_per_month"] <= params.idle_ratio_to_median * typical] = "nearly_idle"
    state[frame["cases"] == 0] = "unused"
    return state


def _top_tenth_share(cases: pd.Series) -> float:
    """Share of all cases at the busiest tenth of the points, rounded up to whole points."""
    if not cases.sum() > 0:
        return float("nan")
    busiest = cases.sort_values(ascending=False).head(-(-len(cases) // 10))
    return float(busiest.sum() / cases.sum())


def _rates(numerator: pd.Series, denominator: pd.Series, prefix: str, confidence: float) -> pd.DataFrame:
    rates = wilson_rates(numerator.to_numpy(), denominator.to_numpy(), confidence=confidence)
    parts = {f"{prefix}{name}": getattr(rates, name) for name in ("share", "lower", "upper")}
    return pd.DataFrame(parts, index=numerator.index)
