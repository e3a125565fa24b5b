"""What the tables on the resource community say of each other's counts, for the disclosure policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.studies.relief_resources_numbers import NEEDS, WAIT_DAYS
from jingan_analysis.tables.across import Across, linked, row_by_row
from jingan_analysis.tables.protection import protect_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.studies.relief_resources import Situation
    from jingan_analysis.tables.table import Table


def protected(situation: Situation, tables: Mapping[str, Table]) -> dict[str, Table]:
    """The tables as they may be shown."""
    same = [linked(("by_need", "total", "requests"), *(("waiting", str(day), "requests") for day in WAIT_DAYS))]
    if situation.params.unit is None:
        same += row_by_row((*NEEDS, "total"), ("by_need", "requests"), ("list_cover", "requests"))
    return protect_all(tables, situation.params.minimum_cell, Across(tuple(same)))
