"""Layout of the tables of relief coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from jingan_analysis.language import mark, tr
from jingan_analysis.tables.columns import households, interval
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from jingan_analysis.tables.words import Words
    from jingan_analysis.vocabulary import Mark

    Marks = dict[tuple[str, str], Mark]

REGISTER_NOTE = mark(
    "Households entitled to relief on the last day of the period; its first and last day of entitlement both count. "
    "Households, not people and not services."
)
WILSON_NOTE = mark(
    "Intervals are Wilson score intervals. The register is complete, so they say how far chance alone could move a "
    "share of this size; they do not cover errors in the records."
)
ORDER_NOTE = mark(
    "Each step counts only households that also reached every step before it, by the last day of the period."
)
COVERAGE_CAPTION = {
    "sub-district": mark(
        "Eligible households known, assessed, served and never served, by sub-district, {place}, {day}"
    ),
    "category": mark("Eligible households known, assessed, served and never served, by category, {place}, {day}"),
}
COVERAGE_HEADER = {"sub-district": mark("Sub-district"), "category": mark("Category")}
POISSON_NOTE = mark(
    "Intervals are exact Poisson intervals. Services come in plans, several to one household, so the true "
    "uncertainty is larger than these intervals."
)


def counted_columns(part: str, header: str, *, part_of: str) -> tuple[TableColumn, ...]:
    """Lay out a count of households with its share and bounds under one heading."""
    return (
        households(part, tr("Number"), group=header, part_of=part_of),
        *interval(f"{part}_", header, made_from=(part, part_of)),
    )


def _rate(name: str, group: str, made_from: str, decimals: int = 2) -> tuple[TableColumn, ...]:
    headers = {name: tr("Rate"), f"{name}_lower": tr("Lower"), f"{name}_upper": tr("Upper")}
    return tuple(
        TableColumn(column, header, "number", tr("services"), decimals, group, made_from=(made_from,))
        for column, header in headers.items()
    )


def cascade(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """From the register to a service."""
    return Table(
        "cascade",
        tr("From the register to a service, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            households("households", tr("Households")),
            *interval("households_", tr("Of the eligible"), made_from=("households",)),
            households("lost", tr("Lost since the step before")),
            *interval("step_", tr("Of the step before"), made_from=("households", "lost")),
        ),
        row_header=tr("Step"),
        row_labels=labels,
        marks=marks,
        notes=(tr(REGISTER_NOTE), tr(ORDER_NOTE), tr(WILSON_NOTE)),
    )


def flow(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """What happened in the window."""
    return Table(
        "flow",
        tr("What happened in the window, {place}, {window}", place=words.place, window=words.window),
        frame,
        (
            TableColumn("records", tr("Records"), "count", tr("records")),
            households("households", tr("Distinct households")),
            households("first_time", tr("Of these for the first time"), part_of="households"),
            households("on_register", tr("Of these entitled"), part_of="households"),
            households("register", tr("Entitled on any day of the window")),
            *interval("on_register_", tr("Entitled households with a record"), made_from=("on_register", "register")),
        ),
        row_header=tr("Kind of record"),
        row_labels=labels,
        marks=marks,
        notes=(
            tr(
                "The rows are separate counts of one window, not steps: a household served in the window may have "
                "been assessed years before."
            ),
            tr(WILSON_NOTE),
        ),
    )


def coverage(
    name: str,
    frame: pd.DataFrame,
    marks: Marks,
    words: Words,
    labels: Mapping[str, str],
    *,
    by: Literal["sub-district", "category"],
    total_row: str,
) -> Table:
    """Coverage of the eligible by sub-district or by category."""
    place = words.district if by == "sub-district" else words.place
    return Table(
        name,
        tr(COVERAGE_CAPTION[by], place=place, day=words.end),
        frame,
        (
            households("eligible", tr("Eligible")),
            *counted_columns("known", tr("Known"), part_of="eligible"),
            *counted_columns("assessed", tr("Assessed"), part_of="eligible"),
            *counted_columns("served", tr("Served in order"), part_of="eligible"),
            *counted_columns("never_served", tr("Never served"), part_of="eligible"),
        ),
        row_header=tr(COVERAGE_HEADER[by]),
        row_labels=dict(labels),
        marks=marks,
        total_row=total_row,
        notes=(
            tr(REGISTER_NOTE),
            tr(ORDER_NOTE),
            tr(
                "“Never served” has no service of any kind on record by the last day. The order of steps plays no "
                "part in it, so it is not quite the rest of “served in order” where records are out of order."
            ),
            tr(WILSON_NOTE),
        ),
    )


def by_need(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """Needs found and met, by dimension."""
    return Table(
        "by_need",
        tr("Needs found among assessed households, and needs met, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            households("found", tr("Number"), group=tr("Need found")),
            *interval("found_", tr("Need found"), made_from=("found",)),
            *counted_columns("met", tr("Need met"), part_of="found"),
            households("unmet", tr("Not met"), part_of="found"),
        ),
        row_header=tr("Need dimension"),
        row_labels=labels,
        marks=marks,
        total_row="total",
        partitions=(("found", ("met", "unmet")),),
        notes=(
            tr(
                "A need is a score at or above the threshold in any assessment by the last day; it is met by at "
                "least one service of a project of the same dimension on or after the day it was first found. Met "
                "means begun, not solved."
            ),
            tr("The total row counts needs: one household may have several."),
            tr("Needs found late in the period have had less time to be met; nothing corrects for that here."),
            tr(WILSON_NOTE),
        ),
    )


def services_by_assessment(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """Services of the window by when their household was assessed."""
    return Table(
        "services_by_assessment",
        tr(
            "Services given in the window, by when their household was assessed, {place}, {window}",
            place=words.place,
            window=words.window,
        ),
        frame,
        (
            TableColumn("services", tr("Services"), "count", tr("services")),
            TableColumn("share", tr("Share"), "percent", decimals=1, group=tr("Of all services")),
            TableColumn("lower", tr("Lower"), "percent", decimals=1, group=tr("Of all services")),
            TableColumn("upper", tr("Upper"), "percent", decimals=1, group=tr("Of all services")),
            households("households", tr("Households in the group")),
            households("served", tr("Of these served in the window"), part_of="households"),
            *_rate("per_household", tr("Services per household of the group"), "households"),
        ),
        row_header=tr("Household assessed"),
        row_labels=labels,
        marks=marks,
        total_row="total",
        notes=(
            tr("A household assessed both in the window and before counts in the window."),
            tr(
                "Intervals of shares are Wilson intervals on the effective number of independent households, because "
                "services come several to one household."
            ),
            tr(POISSON_NOTE),
        ),
    )


def intensity(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """Services per household, by sub-district."""
    return Table(
        "intensity",
        tr(
            "Services given in the window per household, by sub-district, {place}, {window}",
            place=words.district,
            window=words.window,
        ),
        frame,
        (
            TableColumn("services", tr("Services"), "count", tr("services"), group=tr("Per served household")),
            households("served", tr("Households"), group=tr("Per served household")),
            *_rate("per_served", tr("Per served household"), "served"),
            TableColumn(
                "services_assessed", tr("Services"), "count", tr("services"), group=tr("Per assessed household")
            ),
            households("assessed", tr("Households"), group=tr("Per assessed household")),
            *_rate("per_assessed", tr("Per assessed household"), "assessed"),
            TableColumn(
                "services_eligible", tr("Services"), "count", tr("services"), group=tr("Per 100 eligible households")
            ),
            households("eligible", tr("Households"), group=tr("Per 100 eligible households")),
            *_rate("per_100_eligible", tr("Per 100 eligible households"), "eligible", 1),
        ),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=marks,
        total_row="district",
        notes=(
            tr(
                "Numerator and denominator are the same households: all households served in the window; eligible "
                "households assessed by the last day; all eligible households."
            ),
            tr("Served households have at least one service by definition, so their rate is never below one."),
            tr(POISSON_NOTE),
        ),
    )


def projects_by_need(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """The project list against the needs found."""
    return Table(
        "projects_by_need",
        tr("The project list against the needs found, by need dimension, {place}", place=words.place),
        frame,
        (
            TableColumn("projects", tr("Projects on the list"), "count", tr("projects")),
            TableColumn("capacity", tr("Stated capacity"), "count", tr("services per year")),
            TableColumn("unknown_capacity", tr("Capacity not stated"), "count", tr("projects")),
            TableColumn("services", tr("Services in the window"), "count", tr("services")),
            households("found", tr("Need found")),
            households("unmet", tr("Need not met"), part_of="found"),
        ),
        row_header=tr("Need dimension"),
        row_labels=labels,
        marks=marks,
        total_row="total",
        notes=(
            tr("A list counts kinds of service. Its length is no capacity and is not divided by anything here."),
            tr("Stated capacity adds up the projects that state one. Project list and capacity are the district's."),
        ),
    )


def resources(frame: pd.DataFrame, words: Words, labels: dict[str, str]) -> Table:
    """Entries of the resource lists."""
    return Table(
        "resources",
        tr("Entries of the resource lists, {place}", place=words.district),
        frame,
        (
            TableColumn("entries", tr("Entries"), "count", tr("entries")),
            TableColumn("kinds", tr("Kinds of resource"), "count", tr("kinds")),
        ),
        row_header=tr("List"),
        row_labels=labels,
        total_row="total",
    )


def order(frame: pd.DataFrame, words: Words, labels: dict[str, str]) -> Table:
    """Records out of order."""
    return Table(
        "order",
        tr("Eligible households whose records are out of order, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            households("without", tr("With no record of the step before")),
            households("earlier", tr("First record earlier than the step before")),
        ),
        row_header=tr("Step"),
        row_labels=labels,
    )
