"""What the tables of relief coverage say of each other's counts, for the disclosure policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.studies.relief_coverage_grade_change_disclosure import grade_change_across
from jingan_analysis.studies.relief_coverage_waiting import GRADE_CODES
from jingan_analysis.studies.relief_coverage_workload_page import workload_same
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.across import Across, linked, row_by_row, whole_column
from jingan_analysis.tables.protection import protect_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.studies.relief_coverage_situation import Situation
    from jingan_analysis.tables.across import Place
    from jingan_analysis.tables.table import Table


def protected(situation: Situation, tables: Mapping[str, Table]) -> dict[str, Table]:
    """The tables as they may be shown."""
    return protect_all(tables, situation.params.minimum_cell, _across(situation, tables))


def _across(situation: Situation, tables: Mapping[str, Table]) -> Across:
    rows, area = [*situation.units.codes, DISTRICT_ROW], "by_subdistrict"
    steps = [
        linked(
            (area, situation.row, step),
            ("by_category", "total", step),
            *((("cascade", step, "households"),) if step != "never_served" else ()),
        )
        for step in ("eligible", "known", "assessed", "served", "never_served")
    ]
    same = [
        *steps,
        *row_by_row(rows, (area, "eligible"), ("intensity", "eligible"), ("advisers", "eligible")),
        *row_by_row(rows, (area, "assessed"), ("intensity", "assessed")),
        linked(("discovery", situation.row, "cases"), ("sources", "total", "cases")),
        *row_by_row(rows, (area, "eligible"), ("comparison", "eligible")),
        *row_by_row(rows, (area, "never_served"), ("comparison", "never_served")),
        *row_by_row(rows, (area, "assessed"), ("several_needs", "assessed")),
        linked(
            (area, situation.row, "assessed"),
            ("equity_groups", "total", "households"),
            *whole_column(tables, ("several_needs_by_dimension", "assessed"), ("equity", "households")),
        ),
        *grade_change_across(),
        *workload_same(rows),
        linked(("waiting", "total", "households"), ("model_fit", "hazards", "households")),
        linked(("waiting", "total", "served"), ("model_fit", "hazards", "events")),
    ]
    if "projects_by_need" in tables:
        needs = [str(row) for row in tables["by_need"].frame.index]
        same += [
            pair
            for column in ("found", "unmet")
            for pair in row_by_row(needs, ("by_need", column), ("projects_by_need", column))
        ]
    of_grade: dict[tuple[str, str], Place] = {
        ("waiting_curves", f"{grade}_share"): ("waiting", grade, "households") for grade in GRADE_CODES
    }
    same += [linked(("waiting", grade, "households"), ("waiting_followed", "0", grade)) for grade in GRADE_CODES]
    return Across(tuple(same), of_grade)
