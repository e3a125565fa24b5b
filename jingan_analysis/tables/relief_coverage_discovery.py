"""Layout of the tables of relief coverage on discovery and advisers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.tables.relief_coverage import WILSON_NOTE, counted_columns
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.relief_coverage import Marks, Words

STAFF_NOTE = "Advisers are counted as staff in a public role; small counts of them are not suppressed."


def discovery(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """Proactive discovery by sub-district."""
    stations = (TableColumn("stations", "Caring stations", "count", "stations"),) if "stations" in frame else ()
    return Table(
        "discovery",
        f"Cases opened in the window and found by the service itself, by sub-district, {words.district}, "
        f"{words.window}",
        frame,
        (
            TableColumn("cases", "Cases opened", "count", "cases"),
            *counted_columns("proactive", "Found proactively", "cases"),
            *stations,
        ),
        row_header="Sub-district",
        row_labels=labels,
        marks=marks,
        total_row="district",
        notes=("The sub-district is the household's.", WILSON_NOTE),
    )


def discovery_by_station(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """Sub-districts with a station beside the others."""
    return Table(
        "discovery_by_station",
        f"Cases found by the service itself, sub-districts with and without a caring station, {words.district}, "
        f"{words.window}",
        frame,
        (
            TableColumn("units", "Sub-districts", "count", "sub-districts"),
            TableColumn("cases", "Cases opened", "count", "cases"),
            *counted_columns("proactive", "Found proactively", "cases"),
        ),
        row_header="Group",
        row_labels=labels,
        marks=marks,
        notes=(
            (
                "A description, not an effect: stations were not placed by lot, and so few sub-districts have one "
                "that other differences between them cannot be ruled out."
            ),
            (
                "Intervals are Wilson intervals on the effective number of independent cases; the cases of one "
                "sub-district form one cluster."
            ),
        ),
    )


def sources(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """Cases by discovery source."""
    return Table(
        "sources",
        f"Cases opened in the window, by how the household became known, {words.place}, {words.window}",
        frame,
        (TableColumn("proactive", "Counts as proactive", "text"), *counted_columns("cases", "Cases opened", "cases")),
        row_header="Discovery source",
        row_labels=labels,
        marks=marks,
        total_row="total",
        notes=(WILSON_NOTE,),
    )


def advisers(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """Adviser coverage of committees."""
    return Table(
        "advisers",
        f"Relief advisers and the committees that have one, by sub-district, {words.district}, {words.end}",
        frame,
        (
            TableColumn("committees", "Committees", "count", "committees"),
            *counted_columns("covered", "With an active adviser", "committees"),
            TableColumn("uncovered", "Without one", "count", "committees"),
            TableColumn("advisers", "Active advisers", "count", "advisers"),
            TableColumn("eligible", "Eligible households", "count", "households"),
            TableColumn("advisers_per_1000", "Per 1,000 eligible households", "number", "advisers", 1),
            TableColumn("at_point", "Advisers at the sub-district's point", "count", "advisers"),
            TableColumn("points", "Points", "count", "points"),
            *counted_columns("points_meeting", "Points with enough advisers", "points"),
        ),
        row_header="Sub-district",
        row_labels=labels,
        marks=marks,
        total_row="district",
        notes=(
            "Active: registered on or before the last day and not left before it.",
            (
                "An adviser with no committee on record is counted at the sub-district's own point; every "
                "sub-district has one point."
            ),
            "Advisers per household has no interval: both are complete counts.",
            STAFF_NOTE,
            WILSON_NOTE,
        ),
    )
