"""Layout of the tables on several needs at once, and on services against need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.tables.columns import households, interval
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.relief_coverage import Marks
    from jingan_analysis.tables.words import Words

ALKIRE_FOSTER_NOTE = mark(
    "Alkire–Foster: H is the share of assessed households in need in several ways, A the share of the weighted dimensions in which "
    "these have a need on average, M = H × A. Scores are those of the last assessment by the last day."
)


def several_needs(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str], rule: Text) -> Table:
    """Households in need in several ways by sub-district."""
    counts = ("several", "assessed")
    bounds = {"adjusted": tr("M"), "adjusted_lower": tr("Lower"), "adjusted_upper": tr("Upper")}
    return Table(
        "several_needs",
        tr("Assessed households in need in several ways, by sub-district, {place}, {day}", place=words.district, day=words.end),
        frame,
        (
            households("assessed", tr("Assessed")),
            households("several", tr("Number"), group=tr("In need in several ways (H)"), part_of="assessed"),
            *interval("several_", tr("In need in several ways (H)"), made_from=counts),
            TableColumn("intensity", tr("How deep (A)"), "percent", "", 1, made_from=counts),
            *(TableColumn(name, header, "number", "", 3, tr("Both together"), made_from=counts) for name, header in bounds.items()),
            TableColumn("contribution", tr("Part of the district's M"), "percent", "", 1, made_from=counts),
        ),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=marks,
        total_row="district",
        notes=(
            rule,
            tr(ALKIRE_FOSTER_NOTE),
            tr(
                "Intervals of H are Wilson's; those of M take the assessed households as a sample of others like them. Assessed "
                "households were chosen: they do not stand for the rest of their sub-district."
            ),
        ),
    )  # fmt: skip


def several_needs_by_dimension(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """What each dimension adds to M."""
    return Table(
        "several_needs_by_dimension",
        tr("What makes up needs in several ways, by dimension, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            TableColumn("weight", tr("Weight"), "percent", "", 1),
            households("assessed", tr("Assessed")),
            households("found", tr("Number"), group=tr("With the need"), part_of="assessed"),
            TableColumn("found_share", tr("Share"), "percent", "", 1, tr("With the need"), made_from=("found", "assessed")),
            households("censored", tr("Number"), group=tr("Of these in need in several ways"), part_of="found"),
            TableColumn("censored_share", tr("Of the assessed"), "percent", "", 1, tr("Of these in need in several ways"), made_from=("censored", "assessed")),
            TableColumn("contribution", tr("Part of M"), "percent", "", 1, made_from=("censored", "assessed")),
        ),
        row_header=tr("Need dimension"),
        row_labels=labels,
        marks=marks,
        total_row="total",
        overlapping=("assessed", "found", "censored"),
        notes=(
            tr(ALKIRE_FOSTER_NOTE),
            tr("A household may have needs in several dimensions, so the dimensions do not add up to households; their parts of M do add up."),
        ),
    )  # fmt: skip


def equity(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """Concentration of services along need."""
    return Table(
        "equity",
        tr("Service against need: concentration indices, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            households("households", tr("Assessed")),
            TableColumn("clusters", tr("Committees"), "count", tr("committees")),
            TableColumn("index", tr("Index"), "number", "", 3, tr("Concentration along need"), made_from=("households",)),
            TableColumn("lower", tr("Lower"), "number", "", 3, tr("Concentration along need"), made_from=("households",)),
            TableColumn("upper", tr("Upper"), "number", "", 3, tr("Concentration along need"), made_from=("households",)),
        ),
        row_header=tr("What is shared out"),
        row_labels=labels,
        marks=marks,
        overlapping=("households",),
        notes=(
            tr(
                "Assessed households ranked by the weighted mean of the ten scores of their first assessment. Above zero, households in greater need have more; zero is the same for all."
            ),
            tr(
                "Served or not: Erreygers' index, for a value with bounds. Services: the standard index. Intervals after Kakwani, "
                "Wagstaff and van Doorslaer, households of one committee taken together."
            ),
        ),
    )  # fmt: skip


def equity_groups(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """Fifths of households by need and what they have."""
    return Table(
        "equity_groups",
        tr("Service by fifths of need, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            TableColumn("need", tr("Mean need"), "number", tr("score"), 2, made_from=("households",)),
            households("households", tr("Assessed")),
            households("served", tr("Ever served"), part_of="households"),
            TableColumn("served_share", tr("Ever served"), "percent", "", 1, made_from=("households", "served")),
            TableColumn("services", tr("In the window"), "count", tr("services"), 0, made_from=("served",)),
            TableColumn("per_household", tr("Per household"), "number", tr("services"), 1, made_from=("households", "served")),
            TableColumn("households_cumulated", tr("Households"), "percent", "", 1, tr("Cumulated"), made_from=("households",)),
            TableColumn("served_cumulated", tr("Ever served"), "percent", "", 1, tr("Cumulated"), made_from=("served",)),
            TableColumn("services_cumulated", tr("Services"), "percent", "", 1, tr("Cumulated"), made_from=("served",)),
        ),
        row_header=tr("Fifth by need"),
        row_labels=labels,
        marks=marks,
        total_row="total",
        notes=(tr("Households of equal need stay in one fifth, so that fifths are not quite of a size."),),
    )  # fmt: skip
