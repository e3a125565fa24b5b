"""What the tables on adapted homes say of each other's counts, for the disclosure policy."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from jingan_analysis.studies.home_retrofits_records import GROUPS, STAGES
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.across import Across, linked, row_by_row
from jingan_analysis.tables.protection import protect_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.studies.home_retrofits import Situation
    from jingan_analysis.tables.across import Place
    from jingan_analysis.tables.table import Table


def protected(situation: Situation, tables: Mapping[str, Table]) -> dict[str, Table]:
    """The tables as they may be shown."""
    rows = [*situation.units.codes, DISTRICT_ROW]
    same = [
        *_stages(situation.row),
        *row_by_row(rows, ("by_subdistrict", "accepted"), ("completions", "accepted"), ("need", "accepted")),
        linked(("completions", DISTRICT_ROW, "accepted"), ("rank", DISTRICT_ROW, "households")),
        *row_by_row(rows, ("withdrawals", "whole"), ("on_time", "whole")),
        *_need(situation.row, situation.units.codes if situation.params.unit is None else [situation.params.unit]),
        linked(("falls_home", "after", "falls"), ("falls_split", "total", "falls"), ("before_after", "home-after", "falls")),
        linked(("falls_elsewhere", "after", "falls"), ("before_after", "elsewhere-after", "falls")),
    ]  # fmt: skip
    return protect_all(tables, situation.params.minimum_cell, Across(tuple(same)))


def _stages(row: str) -> list[frozenset[Place]]:
    """Who goes on from a stage is who comes to the next one; the last and the first are the totals."""
    begun = (
        ("stages", "total", "reached"),
        ("by_subdistrict", row, "applications"),
        ("by_year", "total", "applications"),
    )
    done = ("stages", "total", "next"), ("by_subdistrict", row, "accepted"), ("by_year", "total", "accepted")
    found = [
        linked(("stages", STAGES[0], "reached"), *begun),
        linked(("stages", STAGES[-2], "next"), *done, ("by_group", "total", "accepted")),
    ]
    found += [
        linked(("stages", first, "next"), ("stages", second, "reached")) for first, second in pairwise(STAGES[:-1])
    ]
    return found + [linked(("stages", "total", end), ("by_subdistrict", row, end)) for end in ("withdrawn", "open")]  # fmt: skip


def _need(row: str, units: list[str]) -> list[frozenset[Place]]:
    found = [linked(("by_group", group, "accepted"), ("by_group", group, "met")) for group in GROUPS]
    found.append(linked(("by_group", "none", "accepted"), ("need", row, "outside")))
    found += [linked(("by_group", "total", name), ("need", row, name)) for name in ("need", "met", "unmet")]
    found += [linked(("by_group", group, "unmet"), ("unmet", row, group)) for group in GROUPS]
    return found + [linked(("need", unit, "unmet"), ("unmet", unit, "total")) for unit in {*units, row}]
