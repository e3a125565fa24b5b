"""What relief coverage counts to hold against published figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark
from jingan_analysis.studies.published_figures import Comparable, Held, published_table
from jingan_analysis.studies.relief_coverage_discovery import stations_by_unit
from jingan_analysis.studies.relief_coverage_records import relief_records

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.district import District
    from jingan_analysis.studies.relief_coverage import Params
    from jingan_analysis.studies.relief_coverage_records import Records
    from jingan_analysis.studies.relief_coverage_situation import Situation
    from jingan_analysis.tables.table import Table

_RECORDS = ("households", "relief_cases", "need_assessments", "service_events")
COMPARABLE = (
    Comparable(
        "stations", mark("Sub-districts with a caring station"), "F1", window_of="F5", needs=(*_RECORDS, "stations")
    ),
    Comparable("projects", mark("Relief projects on the list"), "F2", needs=("projects",)),
    Comparable("resource_lists", mark("Resource lists"), "F3", 0, needs=("resources",)),
    Comparable("resources", mark("Entries of the resource lists"), "F3", 1, needs=("resources",)),
    Comparable("first_month", mark("First month with an assessment or a service"), "F4", 0, needs=_RECORDS),
    Comparable("last_month", mark("Last month with an assessment or a service"), "F4", 1, needs=_RECORDS),
    Comparable("assessed", mark("Households assessed in the window"), "F5", needs=_RECORDS),
    Comparable("services", mark("Services given in the window"), "F6", needs=_RECORDS),
    Comparable(
        "elements", mark("Elements of the bridge plan on record"), "F25", needs=(*_RECORDS, "projects", "resources")
    ),
)


def published_relief(district: District, situation: Situation) -> Table | None:
    """Published figures on relief against the records of the whole district."""
    return published_table(
        district, COMPARABLE, _held(district, situation.records, situation.params, len(situation.units))
    )


def held(district: District, params: Params, units: int) -> Held | None:
    """What the tables of a district hold."""
    if all(map(district.has, _RECORDS)):
        return _held(district, relief_records(district, params.window), params, units)
    return Held(_lists(district), params.window, units)


def _held(district: District, records: Records, params: Params, units: int) -> Held:
    assessments, events = records.in_window(records.assessments), records.in_window(records.events)
    counts: dict[str, float] = {"assessed": assessments["household_id"].nunique(), "services": len(events)}
    months = {*assessments["day"].dt.month, *events["day"].dt.month}
    if months:
        counts |= {"first_month": min(months), "last_month": max(months)}
    if district.has("stations"):
        counts["stations"] = len(stations_by_unit(district.table("stations"), records.end))
    if district.has("projects") and district.has("resources"):
        counts["elements"] = _elements(records, district.table("projects"), district.table("resources"))
    few = 0 < counts["assessed"] < params.minimum_cell
    return Held(counts | _lists(district), params.window, units, frozenset({"assessed"} if few else ()))


def _elements(records: Records, projects: pd.DataFrame, resources: pd.DataFrame) -> int:
    """Elements of the plan that the records show with more than one kind each.

    The plan says "many" four times: sources of discovery, lists of resources, dimensions of need that were assessed, and
    layers of service that were given.
    """
    scores = records.assessments.filter(like="score_").notna().any()
    layers = projects.set_index("project_id")["layer"].reindex(records.events["project_id"])
    kinds = (
        records.cases["discovery_source"].nunique(),
        resources["resource_list_no"].nunique(),
        int(scores.sum()),
        layers.nunique(),
    )
    return sum(count > 1 for count in kinds)


def _lists(district: District) -> dict[str, float]:
    """Lengths of the lists."""
    counts: dict[str, float] = {}
    if district.has("projects"):
        counts["projects"] = len(district.table("projects"))
    if district.has("resources"):
        lists = district.table("resources")["resource_list_no"]
        counts |= {"resource_lists": lists.nunique(), "resources": len(lists)}
    return counts
