"""Figures on the training of relief advisers and on their load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.figures.bars import bars
from jingan_analysis.figures.cascade import cascade
from jingan_analysis.figures.figure import Figure
from jingan_analysis.language import mark, tr
from jingan_analysis.studies.relief_coverage_workload import ACTIVE
from jingan_analysis.studies.share_map import beyond_note, ends_of
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, state
from jingan_analysis.tables.formatting import count, format_value
from jingan_analysis.tables.settings import setting
from jingan_analysis.tables.shown import all_shown, cell

if TYPE_CHECKING:
    from jingan_analysis.studies.relief_coverage_situation import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

NORM = setting("cases_per_full_time")
"""Most open cases of a full-time adviser, among the parameters of the report."""
LOAD_TITLE = {
    "above": mark("In {highest} advisers have {high} open cases per full-time equivalent, above the norm of {norm}"),
    "within": mark(
        "No sub-district is above the norm of {norm} open cases per full-time equivalent; most are in {highest}, {high}"
    ),
}
LOAD_ALTERNATIVE = {
    "excess": mark(
        "Bars by sub-district, from {high} open cases per full-time equivalent in {highest} to {low} in {lowest}, beside the "
        "norm of {norm}; {all} in the whole district. Of {advisers} advisers {over} are above the norm, by {excess} cases "
        "together."
    ),
    "no excess": mark(
        "Bars by sub-district, from {high} open cases per full-time equivalent in {highest} to {low} in {lowest}, beside the "
        "norm of {norm}; {all} in the whole district. Of {advisers} advisers {over} are above the norm."
    ),
}


def workload_figures(situation: Situation, tables: Tables) -> list[Figure]:
    """Figures that the tables carry, in reading order."""
    return [figure for figure in (training(situation, tables), workload(situation, tables)) if figure is not None]


def training(situation: Situation, tables: Tables) -> Figure | None:
    """Bars of the advisers who attended each stage of training and every one before it.

    Returns
    -------
    Figure or None
        None where there is no such table, no active adviser, or no stage that was held.
    """
    if "training" not in tables:
        return None
    table = tables["training"]
    held = table.frame.drop(index=ACTIVE).query("sessions > 0")
    if held.empty or not cell(tables, "training", ACTIVE, "advisers") > 0:
        return None
    first, last = str(held.index[0]), str(held.index[-1])
    claims = {
        "active": Claim("training", ACTIVE, "advisers"),
        "first": Claim("training", first, "advisers"),
        "last": Claim("training", last, "advisers"),
        "share": Claim("training", last, "advisers_share"),
    }
    words = {"stage": table.row_labels[first]}
    shares = held[["advisers", "advisers_share", "step_share"]]
    return Figure(
        "training",
        state(
            "Of {active} active advisers {last} ({share}) came through every stage of training held so far",
            tables, active=claims["active"], last=claims["last"], share=claims["share"],
        ),
        tr(
            "Active advisers who attended each stage of training and all stages before it, {place}, {day}",
            place=situation.units.labels[DISTRICT_ROW],
            day=situation.params.window.end_label,
        ),
        state(
            "Bars that shrink from {active} active advisers to {first} at the first stage ({stage}) and to {last}, {share} of the "
            "active, at the last.",
            tables,
            words=words,
            **claims,
        ),
        cascade(
            name="training",
            steps=[
                (table.row_labels[ACTIVE], cell(tables, "training", ACTIVE, "advisers"), 1.0, 1.0),
                *((table.row_labels[str(row)], float(n), float(all_), float(step)) for row, n, all_, step in shares.itertuples()),
            ],
            of_first=tr("{share} of active advisers"),
        ),
        "training",
    )  # fmt: skip


def workload(situation: Situation, tables: Tables) -> Figure | None:
    """Bars of the load by sub-district beside the norm.

    Returns
    -------
    Figure or None
        None where there is no such table or fewer than two loads may be shown.
    """
    ends = ends_of(tables, "workload", "load") if "workload" in tables else None
    if ends is None:
        return None
    low, high = ends
    claims = {
        "low": Claim("workload", low, "load"),
        "high": Claim("workload", high, "load"),
        "norm": NORM,
        "all": Claim("workload", DISTRICT_ROW, "load"),
        "advisers": Claim("workload", DISTRICT_ROW, "advisers"),
        "over": Claim("workload", DISTRICT_ROW, "over"),
    }
    if not all_shown(tables, claims):
        return None
    excess = {"excess": Claim("workload", DISTRICT_ROW, "excess")}
    alternative = LOAD_ALTERNATIVE["excess" if all_shown(tables, excess) else "no excess"]
    norm = cell(tables, NORM.table, NORM.row, NORM.column)
    finding = LOAD_TITLE["above" if cell(tables, "workload", high, "load") > norm else "within"]
    words = {"lowest": situation.units.names[low], "highest": situation.units.names[high]}
    return Figure(
        "workload",
        state(finding, tables, words=words, high=claims["high"], norm=NORM),
        tr(
            "Open cases per full-time equivalent of advisers, by their sub-district, {place}, {day}",
            place=situation.units.labels[DISTRICT_ROW],
            day=situation.params.window.end_label,
        ),
        state(alternative, tables, words=words, **claims, **excess),
        bars(
            name="workload",
            rows=_by_load(situation, tables["workload"].frame),
            x_title=tr("Open cases per full-time equivalent"),
            value_format=_one_decimal,
            reference=norm,
            reference_label=tr("norm"),
            missing_label=tr("not shown"),
            tick_format=count,
        ),
        "workload",
        (tr("The norm is a convention of this project. A load within it does not say that it lies evenly."), *beyond_note(tables, "workload", "load")),
    )  # fmt: skip


def _by_load(situation: Situation, frame: pd.DataFrame) -> pd.DataFrame:
    """Loads by sub-district, highest first, what is not shown last."""
    rows = frame.drop(index=DISTRICT_ROW)[["load"]]
    rows = rows.sort_values("load", ascending=False, kind="stable", na_position="last")
    return rows.rename(index=situation.units.names)


def _one_decimal(value: float) -> str:
    return format_value(value, "number", 1)
