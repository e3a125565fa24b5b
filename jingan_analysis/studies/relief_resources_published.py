"""What the lists hold beside the published figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.studies.published_figures import Held, published_table
from jingan_analysis.studies.relief_coverage_published import COMPARABLE

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.relief_resources import Situation
    from jingan_analysis.tables.table import Table

_LISTS = tuple(entry for entry in COMPARABLE if entry.row in {"projects", "resource_lists", "resources"})


def published_resources(district: District, situation: Situation) -> Table | None:
    """Published lengths of the lists against those of the data."""
    counts: dict[str, float] = {"projects": len(district.table("projects"))}
    if district.has("resources"):
        lists = district.table("resources")["resource_list_no"]
        counts |= {"resource_lists": lists.nunique(), "resources": len(lists)}
    return published_table(district, _LISTS, Held(counts, situation.params.window, len(situation.units)))
