"""What service access counts to hold against published figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.contracts.opening_hours import OpeningHours
from jingan_analysis.language import mark
from jingan_analysis.studies.published_figures import Comparable, Held, published_table
from jingan_analysis.studies.service_access_load import cases_in_window
from jingan_analysis.studies.walking import open_on

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.service_access import Params
    from jingan_analysis.studies.service_access_inputs import Inputs
    from jingan_analysis.tables.table import Table

_POINTS = ("service_points",)
_EVERY = ("sub_districts", *_POINTS)
COMPARABLE = (
    Comparable("tiers", mark("Tiers in which a matter can be handled"), "F17", needs=("matter_channels",)),
    Comparable("hours_a_day", mark("Fewest hours a day that a 24-hour point is open"), "F19", needs=_POINTS),
    Comparable("centre_units", mark("Sub-districts with a centre"), "F19", every_unit=True, needs=_EVERY),
    Comparable("self_service_units", mark("Sub-districts with a 24-hour point"), "F19", every_unit=True, needs=_EVERY),
    Comparable("groups", mark("Groups of matters"), "F20", 0, needs=("matters",)),
    Comparable("matters", mark("Matters"), "F20", 1, needs=("matters",)),
    Comparable("spots", mark("Nearby spots"), "F21", needs=_POINTS),
    Comparable("cases", mark("Cases, all channels"), "F22", needs=("case_counts",)),
    Comparable("person_times", mark("Person-times, all channels"), "F23", needs=("case_counts",)),
)
_TIERS = ("window", "nearby", "home_visit")
"""Channels of the three published tiers: at the centre, nearby, at home."""
_DAYS_OF_A_WEEK = 7


def published_services(district: District, inputs: Inputs, params: Params, cases: pd.DataFrame | None) -> Table | None:
    """Published figures on service points and cases against the data of the whole district."""
    counts = _points(inputs.points) | _lists(district) | _cases(cases)
    return published_table(district, COMPARABLE, _held(counts, params, len(inputs.units)))


def held(district: District, params: Params, units: int) -> Held | None:
    """What the tables of a district hold."""
    counts = _lists(district)
    if district.has("service_points"):
        points = district.table("service_points")
        counts |= _points(points[open_on(points, pd.Timestamp(params.window.end))])
    cases = cases_in_window(district, params)
    return _held(counts | _cases(cases if cases is not None and len(cases) else None), params, units)


def _held(counts: dict[str, float], params: Params, units: int) -> Held:
    few = {name for name in ("cases", "person_times") if 0 < counts.get(name, 0) < params.minimum_cell}
    return Held(counts, params.window, units, frozenset(few))


def _points(in_service: pd.DataFrame) -> dict[str, float]:
    points = in_service[in_service["subdistrict_code"].notna()]
    day_and_night = points[points["kind"] == "self_service_24h"]
    counts: dict[str, float] = {
        "centre_units": points[points["kind"] == "centre"]["subdistrict_code"].nunique(),
        "self_service_units": day_and_night["subdistrict_code"].nunique(),
        "spots": int((points["kind"] == "remote_spot").sum()),
    }
    hours = [OpeningHours.parse(text).hours_per_week for text in day_and_night["hours"].dropna()]
    return counts | ({"hours_a_day": min(hours) / _DAYS_OF_A_WEEK} if hours else {})


def _lists(district: District) -> dict[str, float]:
    """Lengths of the list of matters, and the tiers that it opens."""
    counts: dict[str, float] = {}
    if district.has("matters"):
        matters = district.table("matters")
        counts |= {"groups": matters["group_no"].nunique(), "matters": len(matters)}
    if district.has("matter_channels"):
        channels = district.table("matter_channels")["channel"]
        counts["tiers"] = int(channels[channels.isin(_TIERS)].nunique())
    return counts


def _cases(cases: pd.DataFrame | None) -> dict[str, float]:
    if cases is None:
        return {}
    return {"cases": int(cases["cases"].sum()), "person_times": int(cases["person_times"].sum())}
