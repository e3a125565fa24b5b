"""What the tables on the loop of home visits say of each other's counts, for the disclosure policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.studies.doorstep_loop_numbers import INCIDENCE_DAYS
from jingan_analysis.tables.across import Across, linked, row_by_row
from jingan_analysis.tables.protection import protect_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.studies.doorstep_loop import Situation
    from jingan_analysis.tables.table import Table


def protected(situation: Situation, tables: Mapping[str, Table]) -> dict[str, Table]:
    """The tables as they may be shown."""
    row = situation.row
    same = [
        linked(
            ("closure", row, "due"),
            ("conformity", row, "cases"),
            *((name, "total", "cases") for name in ("outcomes", "deviations", "variants")),
            ("steps", "judge", "came"),
            *(("incidence", str(day), "cases") for day in INCIDENCE_DAYS),
        ),
        *row_by_row(situation.units.codes, ("closure", "due"), ("conformity", "cases")),
        linked(("closure", row, "in_time"), ("outcomes", "closed_in_time", "cases")),
        linked(("conformity", row, "conforming"), ("deviations", "none", "cases")),
        linked(
            ("listed", "total", "found"), *(("hidden", name, "found") for name in ("apart", "independent", "together"))
        ),
    ]
    return protect_all(tables, situation.params.minimum_cell, Across(tuple(same)))
