"""Headline indicators of linked beds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark
from jingan_analysis.studies.bed_linkage_coverage import contracted, holders
from jingan_analysis.studies.bed_linkage_occupancy import by_month
from jingan_analysis.studies.bed_linkage_records import bed_records
from jingan_analysis.studies.indicators import Indicator, Measured, sampled

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.bed_linkage import Params

_RECORDS = ("institutions", "bed_stock", "bed_episodes")
INDICATORS = (
    Indicator(
        "occupied",
        mark("Occupied bed-days of institutions"),
        mark("usable bed-days of the last month"),
        _RECORDS,
        better="neither",
        chart="xmr",
        people=False,
    ),
    Indicator(
        "signed",
        mark("With a contract"),
        mark("people in a bed of an institution or in home care"),
        (*_RECORDS, "bed_contracts"),
    ),
)


def measured(district: District, params: Params) -> dict[str, Measured]:
    """Occupancy of the last month and of the months before, and contracts on the last day."""
    records = bed_records(district, params.window)
    months = by_month(records.stock_of(params.unit))
    series = months[["occupied_bed_days", "usable_bed_days"]].set_axis(["numerator", "denominator"], axis=1)
    last = series[series.index == f"{params.window.end:%Y-%m}"].sum()
    found = {"occupied": Measured(float(last["numerator"]), float(last["denominator"]), series=series)}
    if records.contracts is not None:
        who = holders(records, params.unit)
        signed = int(who["person_id"].isin(contracted(records)).sum())
        found["signed"] = sampled(signed, len(who), confidence=params.confidence)
    return found
