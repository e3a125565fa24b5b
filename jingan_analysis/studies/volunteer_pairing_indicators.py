"""Headline indicators of volunteers for older people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark
from jingan_analysis.studies.indicators import Indicator, Measured, sampled
from jingan_analysis.studies.volunteer_pairing_contacts import contact_checks, weekly
from jingan_analysis.studies.volunteer_pairing_numbers import paired
from jingan_analysis.studies.volunteer_pairing_records import befriending_records

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.volunteer_pairing import Params

_RECORDS = ("volunteers", "elder_needs", "pairings")
INDICATORS = (
    Indicator("paired", mark("With a volunteer"), mark("older people on the list"), _RECORDS),
    Indicator(
        "contact",
        mark("Contact kept as required"),
        mark("checks of contact, week by week"),
        (*_RECORDS, "companion_contacts"),
    ),
)


def measured(district: District, params: Params) -> dict[str, Measured]:
    """Older people with a volunteer on the last day, and checks of contact that were met, in all whole weeks and by week.

    Checks of one person repeat each other, so that the share of all weeks has no interval here; the study has one.
    """
    records = befriending_records(district, params.window)
    listed = records.listed
    mine = listed if params.unit is None else listed[listed["subdistrict_code"] == params.unit]
    has = paired(records).reindex(mine.index)
    found = {"paired": sampled(int(has.sum()), len(has), confidence=params.confidence)}
    checks = contact_checks(records)
    if checks is not None:
        weeks = weekly(checks, params.unit)
        series = weeks[["met", "due"]].set_axis(["numerator", "denominator"], axis=1).astype("float64")
        total = series.sum()
        found["contact"] = Measured(float(total["numerator"]), float(total["denominator"]), series=series, step="week")
    return found
