"""Figure of the change of grade after a service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.intervals import interval_dots
from jingan_analysis.language import mark, tr
from jingan_analysis.studies.relief_coverage_grade_change import NOT_SERVED, SERVED
from jingan_analysis.studies.relief_coverage_words import direction
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.formatting import percent, tenth_percent
from jingan_analysis.tables.relief_coverage_grade_change import RAW_ROW, SAME_ROW
from jingan_analysis.tables.shown import all_shown, cell

if TYPE_CHECKING:
    from jingan_analysis.studies.relief_coverage_situation import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

GRADE_TITLE = {
    "more": mark("Grades come down more often after a service: net {served} of households, against {others} without one"),
    "less": mark("Grades come down less often after a service: net {served} of households, against {others} without one"),
    "unclear": mark("Grades come down after a service as they do without one, but for chance: net {served} of households, against {others}"),
    "alone": mark("After a service {improved} households have a lower grade and {worsened} a higher one"),
}  # fmt: skip


def grade_figure(situation: Situation, tables: Tables) -> Figure | None:
    """Net shares of households that came to a lower grade, served in between or not."""
    served = {name: Claim("grade_change", SERVED, name) for name in ("improved", "worsened", "net_share")}
    if "grade_change" not in tables or not all_shown(tables, served):
        return None
    table = tables["grade_change"]
    columns = {"net_share": "value", "lower": "lower", "upper": "upper"}
    rows = table.frame.loc[[SERVED, NOT_SERVED], list(columns)].rename(columns=columns, index=table.row_labels)
    return Figure(
        "grade-change",
        _grade_title(tables),
        tr(
            "Share of households with a lower grade at the last assessment less share with a higher one, {place}, {day}; lines: intervals",
            place=situation.place,
            day=situation.params.window.end_label,
        ),
        state(
            "Dots with intervals for households served between two assessments and others. Of the served, {improved} came to a lower and "
            "{worsened} to a higher grade, a net share of {net_share}.",
            tables,
            words={},
            **served,
        ),
        interval_dots(
            name="grade-change",
            rows=rows,
            x_title=tr("Net share of households with a lower grade"),
            value_format=tenth_percent,
            tick_format=percent,
            reference=0.0,
            reference_label=tr("as many up as down"),
            missing_label=tr("not shown"),
        ),
        "grade_change",
        (tr("Who is assessed again, and who is served, was not left to chance; grades far from the middle come back to it in part by chance."),),
    )  # fmt: skip


def _grade_title(tables: Tables) -> Statement:
    both = {
        "served": Claim("grade_change", SERVED, "net_share"),
        "others": Claim("grade_change", NOT_SERVED, "net_share"),
    }
    # Compared from the same first grades where that can be done: raw differences hold regression to the mean.
    for row in (SAME_ROW, RAW_ROW):
        ends = {end: Claim("grade_difference", row, end) for end in ("lower", "upper")}
        if all_shown(tables, both | ends):
            finding = GRADE_TITLE[
                direction(*(cell(tables, "grade_difference", row, end) for end in ("lower", "upper")))
            ]
            return state(finding, tables, words={}, **both)
    finding = GRADE_TITLE["alone"]
    return state(
        finding,
        tables,
        words={},
        improved=Claim("grade_change", SERVED, "improved"),
        worsened=Claim("grade_change", SERVED, "worsened"),
    )
