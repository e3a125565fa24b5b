"""Layout of the tables of canteen reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from jingan_analysis.disclosure.suppression import Marks
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.table import Table, TableColumn

INTERVAL_NOTE = (
    "Intervals are Wilson score intervals on the effective number of independent places (people in one "
    "compound share their walk). They say how much the share depends on where people happen to live; "
    "they do not cover errors in the data."
)
SUPPRESSION_NOTE = "Small counts of a group, and what would give them away, are suppressed [c]; the limit is a parameter of this report."
UNSNAPPED_NOTE = "People whose home lies beyond the snapping cap from any street: their walk is unknown, not long."


@dataclass(frozen=True)
class Words:
    """Words that captions share.

    Attributes
    ----------
    people
        Whom the report counts, such as ``residents aged 60 and over``.
    limit
        The access threshold, such as ``15 minutes at 1 m/s``.
    focus
        The place reported on.
    year
        The twelve months of the meals.
    """

    people: str
    limit: str
    focus: str
    year: str


def by_subdistrict(frame: pd.DataFrame, words: Words, labels: dict[str, str], thresholds: Iterable[float]) -> Table:
    """Reach by sub-district."""
    return Table(
        "by_subdistrict",
        f"{words.people.capitalize()} with a canteen within {words.limit}, by sub-district",
        frame,
        (
            TableColumn("canteens", "Canteens", "count", "sites"),
            TableColumn("older_persons", "People", "count", "persons"),
            TableColumn("reached", "Reached", "count", "persons"),
            TableColumn("share", "Share", "percent", decimals=1, group=f"Within {words.limit}"),
            TableColumn("lower", "Lower", "percent", decimals=1, group=f"Within {words.limit}"),
            TableColumn("upper", "Upper", "percent", decimals=1, group=f"Within {words.limit}"),
            *(
                TableColumn(f"share_{minutes:g}", f"{minutes:g} minutes", "percent", decimals=1, group="Share within")
                for minutes in thresholds
            ),
            TableColumn("not_reached", "Not reached", "count", "persons"),
            TableColumn("unsnapped", "Walk unknown", "count", "persons"),
            TableColumn("share_own", "Own canteens only", "percent", decimals=1, group="Edge of the district"),
            TableColumn(
                "share_near_border", "Live near the border", "percent", decimals=1, group="Edge of the district"
            ),
        ),
        row_header="Sub-district",
        row_labels=labels,
        marks=missing_marks(frame, "z"),
        total_row="district",
        notes=(
            INTERVAL_NOTE,
            UNSNAPPED_NOTE,
            "Canteens just outside the border count for the people near it; “own canteens only” leaves them out.",
            f"“Live near the border”: the border is within a straight line of {words.limit}.",
        ),
    )


def scenarios(frame: pd.DataFrame, words: Words) -> Table:
    """Reach by walking speed and time limit."""
    return Table(
        "scenarios",
        f"{words.people.capitalize()} within reach of a canteen by walking speed and time, {words.focus}",
        frame,
        (
            TableColumn("walk_speed_mps", "Walking speed", "setting", "m/s"),
            TableColumn("minutes", "Time limit", "setting", "minutes"),
            *_rate_columns("Reached"),
        ),
        row_header="Scenario",
        row_labels={
            str(row): f"{speed:g} m/s, {minutes:g} min"
            for row, speed, minutes in zip(frame.index, frame["walk_speed_mps"], frame["minutes"], strict=True)
        },
        marks=missing_marks(frame, "z"),
        notes=(INTERVAL_NOTE,),
        detail=True,
    )


def groups(frame: pd.DataFrame, marks: Marks, words: Words, labels: Mapping[str, str]) -> Table:
    """Reach by group of older people."""
    return Table(
        "groups",
        f"Groups of {words.people} and the walk to a canteen ({words.limit}), {words.focus}",
        frame,
        (
            *_rate_columns("Reached"),
            TableColumn("not_reached", "Not reached", "count", "persons"),
            TableColumn("unsnapped", "Walk unknown", "count", "persons"),
        ),
        row_header="Group",
        row_labels=dict(labels),
        marks=missing_marks(frame, "z") | marks,
        notes=(
            INTERVAL_NOTE,
            "Groups overlap: a person can be in several.",
            UNSNAPPED_NOTE,
            SUPPRESSION_NOTE,
        ),
    )


def frail_by_subdistrict(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """Frail people without a canteen near, by sub-district."""
    return Table(
        "far_and_frail",
        f"Far and frail: frail {words.people} without a canteen within {words.limit}, by sub-district",
        frame,
        (
            TableColumn("frail_persons", "Frail people", "count", "persons"),
            TableColumn("frail_far", "Far from a canteen", "count", "persons"),
            TableColumn("share", "Share", "percent", decimals=1, group="Far among the frail"),
            TableColumn("lower", "Lower", "percent", decimals=1, group="Far among the frail"),
            TableColumn("upper", "Upper", "percent", decimals=1, group="Far among the frail"),
        ),
        row_header="Sub-district",
        row_labels=labels,
        marks=missing_marks(frame, "z") | marks,
        total_row="district",
        notes=(
            INTERVAL_NOTE,
            SUPPRESSION_NOTE,
            "For frail people the walk is only part of the question: see the share of delivered meals.",
        ),
        detail=True,
    )


def access(frame: pd.DataFrame, words: Words, labels: dict[str, str], low_share: str) -> Table:
    """Meals per head by sub-district."""
    return Table(
        "meals_access",
        f"Meals a day within {words.limit} per 100 {words.people}, by sub-district",
        frame,
        (
            TableColumn("capacity", "Own capacity", "count", "meals per day"),
            TableColumn("meals_per_100", "Meals in reach", "number", "per 100 people and day", 1),
            TableColumn("none_share", "No meals in reach", "percent", "of people", 1),
            TableColumn("low_share", "Low access", "percent", "of people", 1),
            TableColumn("gini", "Gini within", "number", "0 to 1", 2),
            TableColumn("unknown_share", "Not known", "percent", "of people", 1),
        ),
        row_header="Sub-district",
        row_labels=labels,
        marks=missing_marks(frame, "x"),
        total_row="district",
        notes=(
            "Enhanced two-step floating catchment (Gaussian decay): every canteen shares its meals among the older "
            "people who can walk to it, near ones first; people and canteens outside the border take part.",
            f"Low access: below {low_share} of the district's mean. Own capacity counts canteens inside with a known "
            "capacity, averaged over the days of the week.",
            "Not known: only canteens of unknown capacity in reach, or no known walk; these people are in no other column.",
        ),
    )


def canteens(frame: pd.DataFrame, words: Words, names: dict[str, str]) -> Table:
    """Load of each canteen."""
    with_meals = "meals" in frame
    meal_columns = (
        TableColumn("meals", "Meals", "count", "in 12 months"),
        TableColumn("open_days", "Days with meals", "count", "days"),
        TableColumn("meals_per_open_day", "Meals per open day", "number", "meals", 0),
        TableColumn("utilisation", "Utilisation", "percent", "of capacity", 0),
        TableColumn("elder_share", "To older people", "percent", "of meals", 0),
        TableColumn("delivery_share", "Delivered", "percent", "of meals", 0),
    )
    return Table(
        "canteens",
        f"Canteens and their load, {words.focus}, {words.year}",
        frame,
        (
            TableColumn("subdistrict", "Sub-district", "text"),
            TableColumn("capacity", "Capacity", "count", "meals per open day"),
            *(meal_columns if with_meals else ()),
            TableColumn("older_in_reach", "People in reach", "count", f"within {words.limit}"),
        ),
        row_header="Canteen",
        row_labels=names,
        marks=missing_marks(frame, "x"),
        notes=("Utilisation is meals per day with meals over capacity. Capacity [x] is unknown, not zero.",),
        detail=True,
    )


def load(frame: pd.DataFrame, words: Words) -> Table:
    """How many canteens are overloaded or idle."""
    return Table(
        "load",
        f"Canteens by load, {words.focus}, {words.year}",
        frame,
        (TableColumn("canteens", "Canteens", "count", "sites"),),
        row_header="Load",
        row_labels={
            "known": "Capacity and meals known",
            "overloaded": "of these, overloaded",
            "idle": "of these, idle",
            "unknown": "Capacity or meals unknown",
        },
        notes=("The two lines are parameters of this report; see its settings.",),
    )


def exclusions(frame: pd.DataFrame) -> Table:
    """What was left out of some number, counted."""
    return Table(
        "exclusions",
        "Counted exclusions and special cases",
        frame,
        (TableColumn("count", "Count", "count"), TableColumn("unit", "Unit", "text")),
        row_header="Case",
        row_labels={
            "closed_sites": "Canteens not in service at the end of the period",
            "unsnapped_sites": "Canteens too far from any street",
            "unknown_capacity": "Canteens of unknown capacity",
            "outside_sites": "Canteens outside the border",
            "unsnapped_people": "People too far from any street",
            "outside_people": "People outside the border",
            "meals_outside": "Rows of the meals table outside the twelve months",
            "meals_elsewhere": "Rows of the meals table of canteens outside the border",
            "meals_closed": "Meals at canteens that closed within the twelve months",
        },
        detail=True,
    )


def meals(frame: pd.DataFrame, words: Words) -> Table:
    """Meals by diner and mode."""
    return Table(
        "meals",
        f"Meals served by the district's canteens, {words.year}",
        frame,
        (
            TableColumn("meals", "Meals", "count", "in 12 months"),
            TableColumn("share", "Share", "percent", "of meals", 1),
            TableColumn("per_day", "Per calendar day", "number", "meals", 0),
            TableColumn("per_older_person", "Per older person", "number", "meals", 1),
        ),
        row_header="Meals",
        row_labels={
            "all": "All meals",
            "elder": "to people aged 60 and over",
            "other": "to others",
            "dine_in": "eaten in",
            "takeaway": "taken away",
            "delivery": "delivered",
        },
        marks=missing_marks(frame, "z"),
        notes=(
            f"Per older person divides by all {words.people} of the district, whether they eat at a canteen or not.",
        ),
    )


def _rate_columns(group: str) -> tuple[TableColumn, ...]:
    return (
        TableColumn("persons", "People", "count", "persons"),
        TableColumn("reached", "Reached", "count", "persons"),
        TableColumn("share", "Share", "percent", decimals=1, group=group),
        TableColumn("lower", "Lower", "percent", decimals=1, group=group),
        TableColumn("upper", "Upper", "percent", decimals=1, group=group),
    )
