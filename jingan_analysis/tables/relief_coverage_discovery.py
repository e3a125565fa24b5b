"""Layout of the tables of relief coverage on discovery and advisers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.tables.columns import cases, households, interval
from jingan_analysis.tables.relief_coverage import WILSON_NOTE
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.relief_coverage import Marks
    from jingan_analysis.tables.words import Words

STAFF_NOTE = mark("Advisers are counted as staff in a public role; small counts of them are not suppressed.")


def discovery(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """Proactive discovery by sub-district."""
    stations = (TableColumn("stations", tr("Caring stations"), "count", tr("stations")),) if "stations" in frame else ()
    return Table(
        "discovery",
        tr(
            "Cases opened in the window and found by the service itself, by sub-district, {place}, {window}",
            place=words.district,
            window=words.window,
        ),
        frame,
        (
            cases("cases", tr("Cases opened")),
            cases("proactive", tr("Number"), group=tr("Found proactively"), part_of="cases"),
            *interval("proactive_", tr("Found proactively"), made_from=("proactive", "cases")),
            *stations,
        ),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=marks,
        total_row="district",
        notes=(tr("The sub-district is the household's."), tr(WILSON_NOTE)),
    )


def discovery_by_station(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """Sub-districts with a station beside the others."""
    return Table(
        "discovery_by_station",
        tr(
            "Cases found by the service itself, sub-districts with and without a caring station, {place}, {window}",
            place=words.district,
            window=words.window,
        ),
        frame,
        (
            TableColumn("units", tr("Sub-districts"), "count", tr("sub-districts")),
            cases("cases", tr("Cases opened")),
            cases("proactive", tr("Number"), group=tr("Found proactively"), part_of="cases"),
            *interval("proactive_", tr("Found proactively"), made_from=("proactive", "cases")),
        ),
        row_header=tr("Group"),
        row_labels=labels,
        marks=marks,
        notes=(
            tr(
                "A description, not an effect: stations were not placed by lot, and so few sub-districts have one "
                "that other differences between them cannot be ruled out."
            ),
            tr(
                "Intervals are Wilson intervals on the effective number of independent cases; the cases of one "
                "sub-district form one cluster."
            ),
        ),
    )


def sources(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """Cases by discovery source."""
    return Table(
        "sources",
        tr(
            "Cases opened in the window, by how the household became known, {place}, {window}",
            place=words.place,
            window=words.window,
        ),
        frame,
        (
            TableColumn("proactive", tr("Counts as proactive"), "text", labels={"yes": tr("yes"), "no": tr("no")}),
            cases("cases", tr("Number"), group=tr("Cases opened")),
            *interval("cases_", tr("Cases opened"), made_from=("cases",)),
        ),
        row_header=tr("Discovery source"),
        row_labels=labels,
        marks=marks,
        total_row="total",
        notes=(tr(WILSON_NOTE),),
    )


def advisers(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """Adviser coverage of committees."""
    return Table(
        "advisers",
        tr(
            "Relief advisers and the committees that have one, by sub-district, {place}, {day}",
            place=words.district,
            day=words.end,
        ),
        frame,
        (
            TableColumn("committees", tr("Committees"), "count", tr("committees")),
            TableColumn("covered", tr("Number"), "count", tr("committees"), group=tr("With an active adviser")),
            *interval("covered_", tr("With an active adviser")),
            TableColumn("uncovered", tr("Without an active adviser"), "count", tr("committees")),
            TableColumn("advisers", tr("Active advisers"), "count", tr("advisers")),
            households("eligible", tr("Eligible households")),
            TableColumn(
                "advisers_per_1000",
                tr("Per 1,000 eligible households"),
                "number",
                tr("advisers"),
                1,
                made_from=("eligible",),
            ),
            TableColumn("at_point", tr("Advisers at the sub-district's point"), "count", tr("advisers")),
            TableColumn("points", tr("Points"), "count", tr("points")),
            TableColumn("points_meeting", tr("Number"), "count", tr("points"), group=tr("Points with enough advisers")),
            *interval("points_meeting_", tr("Points with enough advisers")),
        ),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=marks,
        total_row="district",
        notes=(
            tr("Active: registered on or before the last day and not left before it."),
            tr(
                "An adviser with no committee on record is counted at the sub-district's own point; every "
                "sub-district has one point."
            ),
            tr("Advisers per household has no interval: both are complete counts."),
            tr(STAFF_NOTE),
            tr(WILSON_NOTE),
        ),
    )
