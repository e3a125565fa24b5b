"""Layout of the tables of relief coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from jingan_analysis.vocabulary import Mark

    Marks = dict[tuple[str, str], Mark]

REGISTER_NOTE = (
    "Households entitled to relief on the last day of the period; its first and last day of entitlement both count. "
    "Households, not people and not services."
)
WILSON_NOTE = (
    "Intervals are Wilson score intervals. The register is complete, so they say how far chance alone could move a "
    "share of this size; they do not cover errors in the records."
)
ORDER_NOTE = "Each step counts only households that also reached every step before it, by the last day of the period."
POISSON_NOTE = (
    "Intervals are exact Poisson intervals. Services come in plans, several to one household, so the true "
    "uncertainty is larger than these intervals."
)


@dataclass(frozen=True)
class Words:
    """Words that captions share.

    Attributes
    ----------
    place
        The place reported on.
    district
        The whole district.
    end
        Last day of the period.
    window
        First to last day.
    """

    place: str
    district: str
    end: str
    window: str


def share_columns(part: str, group: str) -> tuple[TableColumn, ...]:
    """Lay out share, lower and upper bound under one heading."""
    return (
        TableColumn(f"{part}_share", "Share", "percent", decimals=1, group=group),
        TableColumn(f"{part}_lower", "Lower", "percent", decimals=1, group=group),
        TableColumn(f"{part}_upper", "Upper", "percent", decimals=1, group=group),
    )


def counted_columns(part: str, header: str, unit: str = "households") -> tuple[TableColumn, ...]:
    """Lay out a count with its share and bounds under one heading."""
    return (TableColumn(part, "Number", "count", unit, group=header), *share_columns(part, header))


def _rate(name: str, group: str, unit: str, decimals: int = 2) -> tuple[TableColumn, ...]:
    return (
        TableColumn(name, "Rate", "number", unit, decimals, group),
        TableColumn(f"{name}_lower", "Lower", "number", unit, decimals, group),
        TableColumn(f"{name}_upper", "Upper", "number", unit, decimals, group),
    )


def cascade(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """From the register to a service."""
    return Table(
        "cascade",
        f"From the register to a service, {words.place}, {words.end}",
        frame,
        (
            TableColumn("households", "Households", "count", "households"),
            *share_columns("households", "Of the eligible"),
            TableColumn("lost", "Lost since the step before", "count", "households"),
            *share_columns("step", "Of the step before"),
        ),
        row_header="Step",
        row_labels=labels,
        marks=marks,
        notes=(REGISTER_NOTE, ORDER_NOTE, WILSON_NOTE),
    )


def flow(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """What happened in the window."""
    return Table(
        "flow",
        f"What happened in the window, {words.place}, {words.window}",
        frame,
        (
            TableColumn("records", "Records", "count", "records"),
            TableColumn("households", "Distinct households", "count", "households"),
            TableColumn("first_time", "Of these for the first time", "count", "households"),
            TableColumn("on_register", "Of these entitled", "count", "households"),
            TableColumn("register", "Entitled on any day of the window", "count", "households"),
            *share_columns("on_register", "Entitled households with a record"),
        ),
        row_header="Kind of record",
        row_labels=labels,
        marks=marks,
        notes=(
            (
                "The rows are separate counts of one window, not steps: a household served in the window may have "
                "been assessed years before."
            ),
            WILSON_NOTE,
        ),
    )


def coverage(
    name: str, frame: pd.DataFrame, marks: Marks, words: Words, labels: Mapping[str, str], *, by: str, total_row: str
) -> Table:
    """Coverage of the eligible by sub-district or by category."""
    place = words.district if by == "sub-district" else words.place
    return Table(
        name,
        f"Eligible households known, assessed, served and never served, by {by}, {place}, {words.end}",
        frame,
        (
            TableColumn("eligible", "Eligible", "count", "households"),
            *counted_columns("known", "Known"),
            *counted_columns("assessed", "Assessed"),
            *counted_columns("served", "Served in order"),
            *counted_columns("never_served", "Never served"),
        ),
        row_header=by.capitalize(),
        row_labels=dict(labels),
        marks=marks,
        total_row=total_row,
        notes=(
            REGISTER_NOTE,
            ORDER_NOTE,
            (
                "“Never served” has no service of any kind on record by the last day. The order of steps plays no "
                "part in it, so it is not quite the rest of “served in order” where records are out of order."
            ),
            WILSON_NOTE,
        ),
    )


def by_need(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """Needs found and met, by dimension."""
    return Table(
        "by_need",
        f"Needs found among assessed households, and needs met, {words.place}, {words.end}",
        frame,
        (
            *counted_columns("found", "Need found"),
            *counted_columns("met", "Need met"),
            TableColumn("unmet", "Not met", "count", "households"),
        ),
        row_header="Need dimension",
        row_labels=labels,
        marks=marks,
        total_row="total",
        notes=(
            (
                "A need is a score at or above the threshold in any assessment by the last day; it is met by at "
                "least one service of a project of the same dimension on or after the day it was first found. Met "
                "means begun, not solved."
            ),
            "The total row counts needs: one household may have several.",
            "Needs found late in the period have had less time to be met; nothing corrects for that here.",
            WILSON_NOTE,
        ),
    )


def services_by_assessment(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """Services of the window by when their household was assessed."""
    return Table(
        "services_by_assessment",
        f"Services given in the window, by when their household was assessed, {words.place}, {words.window}",
        frame,
        (
            TableColumn("services", "Services", "count", "services"),
            TableColumn("share", "Share", "percent", decimals=1, group="Of all services"),
            TableColumn("lower", "Lower", "percent", decimals=1, group="Of all services"),
            TableColumn("upper", "Upper", "percent", decimals=1, group="Of all services"),
            TableColumn("households", "Households in the group", "count", "households"),
            TableColumn("served", "Of these served in the window", "count", "households"),
            *_rate("per_household", "Services per household of the group", "services"),
        ),
        row_header="Household assessed",
        row_labels=labels,
        marks=marks,
        total_row="total",
        notes=(
            "A household assessed both in the window and before counts in the window.",
            (
                "Intervals of shares are Wilson intervals on the effective number of independent households, because "
                "services come several to one household."
            ),
            POISSON_NOTE,
        ),
    )


def intensity(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """Services per household, by sub-district."""
    return Table(
        "intensity",
        f"Services given in the window per household, by sub-district, {words.district}, {words.window}",
        frame,
        (
            TableColumn("services", "Services", "count", "services", group="Per served household"),
            TableColumn("served", "Households", "count", "households", group="Per served household"),
            *_rate("per_served", "Per served household", "services"),
            TableColumn("services_assessed", "Services", "count", "services", group="Per assessed household"),
            TableColumn("assessed", "Households", "count", "households", group="Per assessed household"),
            *_rate("per_assessed", "Per assessed household", "services"),
            TableColumn("services_eligible", "Services", "count", "services", group="Per 100 eligible households"),
            TableColumn("eligible", "Households", "count", "households", group="Per 100 eligible households"),
            *_rate("per_100_eligible", "Per 100 eligible households", "services", 1),
        ),
        row_header="Sub-district",
        row_labels=labels,
        marks=marks,
        total_row="district",
        notes=(
            (
                "Numerator and denominator are the same households: all households served in the window; eligible "
                "households assessed by the last day; all eligible households."
            ),
            "Served households have at least one service by definition, so their rate is never below one.",
            POISSON_NOTE,
        ),
    )


def projects_by_need(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """The project list against the needs found."""
    return Table(
        "projects_by_need",
        f"The project list against the needs found, by need dimension, {words.place}",
        frame,
        (
            TableColumn("projects", "Projects on the list", "count", "projects"),
            TableColumn("capacity", "Stated capacity", "count", "services per year"),
            TableColumn("unknown_capacity", "Capacity not stated", "count", "projects"),
            TableColumn("services", "Services in the window", "count", "services"),
            TableColumn("found", "Need found", "count", "households"),
            TableColumn("unmet", "Need not met", "count", "households"),
        ),
        row_header="Need dimension",
        row_labels=labels,
        marks=marks,
        total_row="total",
        notes=(
            "A list counts kinds of service. Its length is no capacity and is not divided by anything here.",
            "Stated capacity adds up the projects that state one. Project list and capacity are the district's.",
        ),
    )


def resources(frame: pd.DataFrame, words: Words, labels: dict[str, str]) -> Table:
    """Entries of the resource lists."""
    return Table(
        "resources",
        f"Entries of the resource lists, {words.district}",
        frame,
        (
            TableColumn("entries", "Entries", "count", "entries"),
            TableColumn("kinds", "Kinds of resource", "count", "kinds"),
        ),
        row_header="List",
        row_labels=labels,
        total_row="total",
    )


def order(frame: pd.DataFrame, words: Words, labels: dict[str, str]) -> Table:
    """Records out of order."""
    return Table(
        "order",
        f"Eligible households whose records are out of order, {words.place}, {words.end}",
        frame,
        (
            TableColumn("without", "With no record of the step before", "count", "households"),
            TableColumn("earlier", "First record earlier than the step before", "count", "households"),
        ),
        row_header="Step",
        row_labels=labels,
        notes=("Counts of records to mend, shown unsuppressed: they say nothing about a household's situation.",),
    )


def exclusions(frame: pd.DataFrame, labels: dict[str, str]) -> Table:
    """Rows that no number counts."""
    return Table(
        "exclusions",
        "Counted exclusions, whole district",
        frame,
        (TableColumn("count", "Number", "count"), TableColumn("unit", "Unit", "text")),
        row_header="Reason",
        row_labels=labels,
        notes=("Counts of rows in the input, shown unsuppressed.",),
        detail=True,
    )
