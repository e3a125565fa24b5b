"""The headline indicator of community affairs services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark
from jingan_analysis.studies.indicators import Indicator, Measured, sampled
from jingan_analysis.studies.service_access_load import cases_in_window

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.service_access import Params

NEAR_HOME = ("nearby", "home_visit")
"""Channels of a case that was handled near home or at home."""
INDICATORS = (
    Indicator("near_home", mark("Handled at a nearby spot or at home"), mark("service cases"), ("case_counts",)),
)


def measured(district: District, params: Params) -> dict[str, Measured]:
    """Cases of the window handled near home, and the same by month; months that nobody recorded cannot be computed."""
    cases = cases_in_window(district, params)
    assert cases is not None
    mine = cases if params.unit is None else cases[cases["subdistrict_code"] == params.unit]
    near = mine[mine["channel"].isin(NEAR_HOME)]
    series = near.groupby("month")["cases"].sum().to_frame("numerator")
    series = series.join(mine.groupby("month")["cases"].sum().rename("denominator"), how="right").sort_index()
    series["numerator"] = series["numerator"].fillna(0)
    found = sampled(int(near["cases"].sum()), int(mine["cases"].sum()), series, confidence=params.confidence)
    return {"near_home": found}
