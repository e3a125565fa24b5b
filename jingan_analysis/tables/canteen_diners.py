"""Layout of the tables on who eats at canteens, and who is reached on foot, by delivery or by neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr, worded
from jingan_analysis.tables.canteen_meals import MODE_HEADERS
from jingan_analysis.tables.claims import state
from jingan_analysis.tables.columns import interval, p_value, persons
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.settings import SETTINGS, setting
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from jingan_analysis.tables.canteen_reach import Words
    from jingan_analysis.tables.claims import Text

PARTITIONS = (
    ("persons", ("reached", "not_reached", "unknown")),
    ("reached", ("both", "foot_only")),
    ("not_reached", ("delivery_only", "neither")),
)
"""Wholes and parts of the people by how they are reached."""


def penetration(frame: pd.DataFrame, words: Words, labels: dict[str, str]) -> Table:
    """Older diners among older residents, by sub-district of the home."""
    share = tr("Ate at a canteen")
    return Table(
        "penetration",
        words.caption(mark("{people} who ate at a canteen of the district, by sub-district of the home, {year}"), "people", "year"),
        frame,
        (
            persons("older_persons", tr("People")),
            persons("diners", tr("Diners"), part_of="older_persons"),
            *interval("", share, made_from=("diners", "older_persons")),
            p_value("p_value", share, made_from=("diners", "older_persons")),
            TableColumn("meals", tr("Their meals"), "count", tr("in 12 months"), made_from=("diners",)),
            TableColumn("meals_per_diner", tr("Per diner"), "number", tr("meals"), 0, made_from=("diners",)),
            persons("regulars", tr("Regular diners"), part_of="diners"),
            TableColumn("regular_share", tr("Regular"), "percent", tr("of diners"), 1, made_from=("regulars", "diners")),
        ),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=missing_marks(frame, "z"),
        total_row="district",
        notes=(
            tr("A person who ate at two canteens counts once. Diners whose home is not known, or outside, are in no row."),
            tr("Intervals are Wilson score intervals that take persons as independent: the least uncertainty that there can be."),
            tr("p: whether the share differs from that of all other sub-districts together, adjusted by Holm for testing each of them."),
            state("Regular: {meals} meals or more in the twelve months.", {SETTINGS: words.settings}, meals=setting("regular_meals_per_year")),
        ),
    )  # fmt: skip


def meals_on_record(frame: pd.DataFrame, words: Words) -> Table:
    """Meals to older people against those of diners on record."""
    labels = worded(MODE_HEADERS)
    return Table(
        "diner_meals",
        words.caption(mark("Meals to older people, and those of diners on record, {place}, {year}"), "place", "year"),
        frame,
        (
            TableColumn("served", tr("Served"), "count", tr("meals")),
            TableColumn("on_record", tr("Diner on record"), "count", tr("meals")),
            TableColumn("without", tr("Difference"), "count", tr("meals")),
        ),
        row_header=tr("Mode"),
        row_labels=labels,
        notes=(tr("Where the difference is large, many diners are not on record, and the share who ate at a canteen is too low."),),
        detail=True,
    )  # fmt: skip


def _columns() -> tuple[TableColumn, ...]:
    foot, far = tr("Can walk"), tr("Cannot walk")
    return (
        persons("persons", tr("People")),
        persons("reached", tr("All"), group=foot, part_of="persons"),
        persons("both", tr("Also delivery"), group=foot, part_of="reached"),
        persons("foot_only", tr("No delivery"), group=foot, part_of="reached"),
        persons("not_reached", tr("All"), group=far, part_of="persons"),
        persons("delivery_only", tr("Only delivery"), group=far, part_of="not_reached"),
        persons("neither", tr("Neither"), group=far, part_of="not_reached"),
        persons("unknown", tr("Unknown"), part_of="persons"),
        *interval("", tr("By neither"), made_from=("neither", "persons")),
    )


def _notes() -> tuple[Text, ...]:
    return (
        tr("Delivery: some canteen in service says that it brings meals to the committee of the home. It is an offer, not a delivered meal."),
        tr("Unknown: the walk or the committee of the home is not known."),
        tr("Intervals are Wilson score intervals on the effective number of independent places."),
    )  # fmt: skip


def delivery(frame: pd.DataFrame, words: Words, labels: dict[str, str]) -> Table:
    """Older people by how canteens reach them, by sub-district."""
    return Table(
        "delivery",
        words.caption(
            mark("{people} reached on foot within {limit}, by delivery, by both or by neither, by sub-district"),
            "people",
            "limit",
        ),
        frame,
        _columns(),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=missing_marks(frame, "z"),
        total_row="district",
        partitions=PARTITIONS,
        notes=_notes(),
    )


def delivery_groups(frame: pd.DataFrame, words: Words, labels: Mapping[str, str]) -> Table:
    """Groups of older people by how canteens reach them."""
    return Table(
        "delivery_groups",
        words.caption(
            mark("Groups of {people} reached on foot within {limit}, by delivery, by both or by neither, {place}"),
            "people",
            "limit",
            "place",
        ),
        frame,
        _columns(),
        row_header=tr("Group"),
        row_labels=dict(labels),
        marks=missing_marks(frame, "z"),
        partitions=PARTITIONS,
        notes=(tr("Groups overlap: a person can be in several."), *_notes()),
        detail=True,
    )
