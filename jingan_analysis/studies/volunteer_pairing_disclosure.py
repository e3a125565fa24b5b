"""What the tables on volunteers say of each other's counts, for the disclosure policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.across import Across, linked, row_by_row
from jingan_analysis.tables.protection import protect_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.studies.volunteer_pairing import Situation
    from jingan_analysis.tables.table import Table


def protected(situation: Situation, tables: Mapping[str, Table]) -> dict[str, Table]:
    """The tables as they may be shown."""
    place = situation.row
    units = [*situation.units.codes, DISTRICT_ROW]
    same = [
        *(
            linked(("by_subdistrict", place, name), ("groups", "total", name))
            for name in ("listed", "paired", "unpaired")
        ),
        linked(("by_subdistrict", place, "paired"), ("programmes", "total", "elders")),
        linked(
            ("by_subdistrict", place, "volunteers"),
            ("load", place, "volunteers"),
            ("programmes", "total", "volunteers"),
            ("load_distribution", "total", "volunteers"),
        ),
        linked(("load", place, "idle"), ("load_distribution", "0", "volunteers")),
        linked(("lasting", "total", "pairs"), ("pair_curve", "0", "followed")),
        *row_by_row(units, ("by_subdistrict", "volunteers"), ("load", "volunteers")),
        linked(("scenarios", "ready", "wanted"), ("missing", DISTRICT_ROW, "wanted")),
        linked(("scenarios", "ready", "unpaired"), ("missing", DISTRICT_ROW, "unpaired")),
    ]
    return protect_all(tables, situation.params.minimum_cell, Across(tuple(same)))
