"""What the study on linked beds counts to hold against published figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark
from jingan_analysis.studies.bed_linkage_occupancy import occupancy_by_kind
from jingan_analysis.studies.bed_linkage_records import bed_records
from jingan_analysis.studies.published_figures import Comparable, Held, published_table

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.bed_linkage import Params, Situation
    from jingan_analysis.studies.bed_linkage_records import BedRecords
    from jingan_analysis.tables.table import Table

_RECORDS = ("institutions", "bed_stock", "bed_episodes")
COMPARABLE = (
    Comparable("kinds", mark("Linked kinds of bed"), "F7", needs=_RECORDS),
    Comparable(
        "people_moved", mark("People moved through the green channel so far"), "F9", needs=(*_RECORDS, "bed_requests")
    ),
    Comparable(
        "occupancy_before", mark("Occupancy of institutions, last year"), "F10", 0, needs=_RECORDS, years_back=1
    ),
    Comparable("occupancy_now", mark("Occupancy of institutions, last month"), "F10", 1, needs=_RECORDS, years_back=0),
)


def published_beds(district: District, situation: Situation) -> Table | None:
    """Published figures on linked beds against the records of the whole district."""
    return published_table(district, COMPARABLE, _held(situation.records, situation.params, len(situation.units)))


def held(district: District, params: Params, units: int) -> Held | None:
    """What the records of a district hold; None where it has not got them."""
    if not all(map(district.has, _RECORDS)):
        return None
    return _held(bed_records(district, params.window), params, units)


def _held(records: BedRecords, params: Params, units: int) -> Held:
    kinds = occupancy_by_kind(records.stock, records.window)
    counts: dict[str, float] = {"kinds": int(kinds["beds"].notna().sum())}
    for name, column in (("occupancy_before", "before_share"), ("occupancy_now", "share")):
        share = float(kinds[column].loc["institution"])
        if share >= 0:  # NaN is not known
            counts[name] = round(100 * share)
    few = frozenset[str]()
    if records.requests is not None:
        green = records.requests["green_channel"].fillna(value=False).astype(bool)
        moved = records.requests[green & (records.requests["outcome"] == "moved")]
        counts["people_moved"] = moved["person_id"].nunique()
        few = frozenset({"people_moved"} if 0 < counts["people_moved"] < params.minimum_cell else ())
    return Held(counts, params.window, units, few)
