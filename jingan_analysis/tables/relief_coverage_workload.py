"""Layout of the tables on the training of relief advisers, on their load, and on the fewest moves to a fair one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.tables.columns import cases, interval
from jingan_analysis.tables.relief_coverage import WILSON_NOTE
from jingan_analysis.tables.relief_coverage_discovery import STAFF_NOTE
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.relief_coverage import Marks
    from jingan_analysis.tables.words import Words

OPEN_NOTE = mark(
    "Open: opened on or before the last day and not closed by then. A case stands at the sub-district of its adviser; cases "
    "without an active adviser who has working time are in no load and are counted among the exclusions."
)
FEW_NOTE = mark(
    "Where fewer than three advisers stand behind a number on cases it is suppressed, so that nobody's own load is shown."
)


def training(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """Funnel of training."""
    return Table(
        "training",
        tr("Training of active relief advisers, stage by stage, {place}, {day}", place=words.district, day=words.end),
        frame,
        (
            TableColumn("sessions", tr("Sessions held"), "count", tr("sessions")),
            TableColumn("advisers", tr("Advisers"), "count", tr("advisers")),
            *interval("advisers_", tr("Of active advisers")),
            *interval("step_", tr("Of the step before")),
            TableColumn("without", tr("Attended, but not every stage before"), "count", tr("advisers")),
        ),
        row_header=tr("Stage"),
        row_labels=labels,
        marks=marks,
        notes=(
            tr(
                "Advisers active on the last day who attended a session of the stage, and of every stage before it, by that "
                "day. Who attended a stage without one before it stands in the last column."
            ),
            tr(STAFF_NOTE),
            tr(WILSON_NOTE),
        ),
    )


def workload(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str], norm: Text) -> Table:
    """Open cases of advisers against their working time."""
    return Table(
        "workload",
        tr("Load of relief advisers, by their sub-district, {place}, {day}", place=words.district, day=words.end),
        frame,
        (
            TableColumn("advisers", tr("Advisers with working time"), "count", tr("advisers")),
            TableColumn("full_time", tr("Working time"), "number", tr("full-time equivalents"), 1),
            cases("cases", tr("Open cases")),
            TableColumn("load", tr("Load"), "number", tr("cases per full-time equivalent"), 1, made_from=("cases",)),
            TableColumn("gini", tr("Inequality of load (Gini)"), "number", "", 2, made_from=("cases",)),
            TableColumn("over", tr("Advisers"), "count", tr("advisers"), group=tr("Above the norm"), made_from=("cases",)),
            cases("excess", tr("Open cases"), group=tr("Above the norm"), part_of="cases"),
        ),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=marks,
        total_row="district",
        notes=(
            tr(OPEN_NOTE),
            tr(
                "Load: all open cases over all working time of the advisers. The district's row is computed from all advisers "
                "and is no mean of sub-districts. Load has no interval: cases and posts are complete counts."
            ),
            norm,
            tr(FEW_NOTE),
            tr(STAFF_NOTE),
        ),
    )  # fmt: skip


def rebalancing(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str], norm: Text) -> Table:
    """Fewest cases to move so that as few as possible are above the norm."""
    return Table(
        "rebalancing",
        tr(
            "Fewest cases to move between advisers of one sub-district to keep the norm, {place}, {day}",
            place=words.district,
            day=words.end,
        ),
        frame,
        (
            cases("cases", tr("Open cases")),
            cases("excess", tr("Above the norm"), part_of="cases"),
            # Amounts, no counts of people: what is too many follows from open cases and working time, and with it what
            # is to move tells of what is above the norm, with which it is hidden.
            TableColumn("moves", tr("To move"), "number", tr("cases"), made_from=("excess",)),
            TableColumn("unplaced", tr("Open cases"), "number", tr("cases"), 0, tr("Too many, whatever is moved"), made_from=("cases",)),
            TableColumn("missing_full_time", tr("Working time missing"), "number", tr("full-time equivalents"), 2, tr("Too many, whatever is moved"), made_from=("unplaced",)),
            TableColumn("unplaced_across", tr("Too many, if cases could move across the whole district"), "number", tr("cases"), made_from=("cases",)),
        ),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=marks,
        total_row="district",
        notes=(
            tr(
                "Cases move between advisers of the same sub-district only; the district's row is the sum. Which cases move is "
                "for those to say who know the households."
            ),
            norm,
            tr(
                "Too many: above the norm however the cases of the sub-district are shared out. Working time missing is what "
                "would take them at the norm."
            ),
            tr(FEW_NOTE),
        ),
    )  # fmt: skip
