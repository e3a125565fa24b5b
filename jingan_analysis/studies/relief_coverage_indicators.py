"""Headline indicators of service-type relief."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark
from jingan_analysis.studies.indicators import Indicator, Measured, by_month, sampled
from jingan_analysis.studies.relief_coverage_cascade import first_days
from jingan_analysis.studies.relief_coverage_records import relief_records

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.relief_coverage import Params

_RECORDS = ("sub_districts", "households", "relief_cases", "need_assessments", "service_events")
INDICATORS = (
    Indicator("relief_served", mark("Served at least once so far"), mark("households entitled to relief"), _RECORDS),
    Indicator("relief_found", mark("Found by the service itself"), mark("relief cases opened"), _RECORDS),
)


def measured(district: District, params: Params) -> dict[str, Measured]:
    """Both indicators; the cases also by month of opening."""
    records = relief_records(district, params.window).of_unit(params.unit)
    served = first_days(records)["served"].notna()
    found = records.cases["discovery_source"].isin(params.proactive_sources)
    opened = found[records.cases["day"] >= records.start]
    months = by_month(records.cases["day"], found, records.end)
    return {
        "relief_served": sampled(int(served.sum()), len(served), confidence=params.confidence),
        "relief_found": sampled(int(opened.sum()), len(opened), months, confidence=params.confidence),
    }
