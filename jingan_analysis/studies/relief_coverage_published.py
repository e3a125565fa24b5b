"""What relief coverage counts to hold against published figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark
from jingan_analysis.studies.published_figures import Comparable, Held, published_table
from jingan_analysis.studies.relief_coverage_discovery import stations_by_unit

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.relief_coverage_situation import Situation
    from jingan_analysis.tables.table import Table

COMPARABLE = (
    Comparable("stations", mark("Sub-districts with a caring station"), "F1", window_of="F5"),
    Comparable("projects", mark("Relief projects on the list"), "F2"),
    Comparable("resource_lists", mark("Resource lists"), "F3", 0),
    Comparable("resources", mark("Entries of the resource lists"), "F3", 1),
    Comparable("assessed", mark("Households assessed in the window"), "F5"),
    Comparable("services", mark("Services given in the window"), "F6"),
)


def published_relief(district: District, situation: Situation) -> Table | None:
    """Published figures on relief against the records of the whole district."""
    counts = _counts(district, situation)
    few = 0 < counts["assessed"] < situation.params.minimum_cell
    held = Held(counts, situation.params.window, len(situation.units), frozenset({"assessed"} if few else ()))
    return published_table(district, COMPARABLE, held)


def _counts(district: District, situation: Situation) -> dict[str, float]:
    records = situation.records
    counts: dict[str, float] = {
        "assessed": records.in_window(records.assessments)["household_id"].nunique(),
        "services": len(records.in_window(records.events)),
    }
    if district.has("stations"):
        counts["stations"] = len(stations_by_unit(district.table("stations"), records.end))
    if district.has("projects"):
        counts["projects"] = len(district.table("projects"))
    if district.has("resources"):
        lists = district.table("resources")["resource_list_no"]
        counts |= {"resource_lists": lists.nunique(), "resources": len(lists)}
    return counts
