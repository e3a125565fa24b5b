"""What the study on linked beds counts to hold against published figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark
from jingan_analysis.studies.bed_linkage_occupancy import occupancy_by_kind
from jingan_analysis.studies.published_figures import Comparable, Held, published_table

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.bed_linkage import Situation
    from jingan_analysis.tables.table import Table

COMPARABLE = (
    Comparable("kinds", mark("Linked kinds of bed"), "F7"),
    Comparable("people_moved", mark("People moved through the green channel so far"), "F9"),
    Comparable("occupancy_before", mark("Occupancy of institutions, last year"), "F10", 0),
    Comparable("occupancy_now", mark("Occupancy of institutions, last month"), "F10", 1),
)


def published_beds(district: District, situation: Situation) -> Table | None:
    """Published figures on linked beds against the records of the whole district."""
    records = situation.records
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
        few = frozenset({"people_moved"} if 0 < counts["people_moved"] < situation.params.minimum_cell else ())
    return published_table(district, COMPARABLE, Held(counts, situation.params.window, len(situation.units), few))
