"""Layout of the tables of canteen reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from jingan_analysis.disclosure.suppression import Marks
from jingan_analysis.language import mark, tr, worded
from jingan_analysis.tables.claims import Statement, Text, sentence_case, state
from jingan_analysis.tables.columns import interval, persons, uncounted
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.settings import SETTINGS, share_setting
from jingan_analysis.tables.table import Table, TableColumn

INTERVAL_NOTE = mark(
    "Intervals are Wilson score intervals on the effective number of independent places (people in one "
    "compound share their walk). They say how much the share depends on where people happen to live; "
    "they do not cover errors in the data."
)
SUPPRESSION_NOTE = mark(
    "Small counts of a group, and what would give them away, are suppressed [c]; the limit is a parameter of this report."
)
UNSNAPPED_NOTE = mark(
    "People whose home lies beyond the snapping cap from any street: their walk is unknown, not long."
)

PARTS = ("reached", "not_reached", "unsnapped")
"""The three parts of the people of a place or a group."""

UNITS = {
    "canteens": mark("canteens"),
    "persons": mark("persons"),
    "rows": mark("rows"),
    "meals": mark("meals"),
    "days": mark("days"),
}
EXCLUSIONS = {
    "closed_sites": mark("Canteens not in service at the end of the period"),
    "unsnapped_sites": mark("Canteens too far from any street"),
    "unknown_capacity": mark("Canteens of unknown capacity"),
    "outside_sites": mark("Canteens outside the border"),
    "unsnapped_people": mark("People too far from any street"),
    "outside_people": mark("People outside the border"),
    "meals_outside": mark("Rows of the meals table outside the twelve months"),
    "meals_elsewhere": mark("Rows of the meals table of canteens outside the border"),
    "meals_closed": mark("Meals at canteens that closed within the twelve months"),
    "diners_other_year": mark("Rows of diners of other twelve months"),
    "diners_elsewhere": mark("Rows of diners of canteens outside the border"),
    "diners_age_unknown": mark("Diners whose age is unknown"),
    "diners_younger": mark("Diners younger than those counted"),
    "diners_two_homes": mark("Diners with two homes on record, placed where they eat most"),
    "diners_home_unknown": mark("Diners whose home is unknown or outside"),
    "areas_closed": mark("Delivery areas of canteens not in service at the end of the period"),
    "committee_unknown": mark("People whose committee is unknown"),
    "lunch_outside_hours": mark("Days with lunches eaten in outside the stated hours"),
}


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
    settings
        The parameters of the report, so that numbers in captions and notes are bound to them.
    """

    people: Text
    limit: Text
    focus: str
    year: str
    settings: Table

    @property
    def texts(self) -> dict[str, Text]:
        """The words by the placeholder that stands for them."""
        return {"people": self.people, "limit": self.limit, "place": self.focus, "year": self.year}

    def caption(self, template: str, *names: str) -> Statement:
        """A caption from a marked template and the words that it holds."""
        return sentence_case(state(template, {}, words={name: self.texts[name] for name in names}))


def by_subdistrict(frame: pd.DataFrame, words: Words, labels: dict[str, str], thresholds: Iterable[float]) -> Table:
    """Reach by sub-district."""
    within = state("Within {limit}", {}, words={"limit": words.limit})
    share_within, edge = tr("Share within"), tr("Edge of the district")
    return Table(
        "by_subdistrict",
        words.caption(mark("{people} with a canteen within {limit}, by sub-district"), "people", "limit"),
        frame,
        (
            TableColumn("canteens", tr("Canteens"), "count", tr("sites")),
            persons("older_persons", tr("People")),
            persons("reached", tr("Reached"), part_of="older_persons"),
            *interval("", within, made_from=("reached", "older_persons")),
            *(
                TableColumn(
                    f"share_{minutes:g}",
                    tr("{minutes} minutes", minutes=f"{minutes:g}"),
                    "percent",
                    decimals=1,
                    group=share_within,
                    part_of="older_persons",
                )
                for minutes in thresholds
            ),
            persons("not_reached", tr("Not reached"), part_of="older_persons"),
            persons("unsnapped", tr("Walk unknown"), part_of="older_persons"),
            TableColumn(
                "share_own", tr("Own canteens only"), "percent", decimals=1, group=edge, part_of="older_persons"
            ),
            TableColumn(
                "share_near_border",
                tr("Live near the border"),
                "percent",
                decimals=1,
                group=edge,
                part_of="older_persons",
            ),
        ),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=missing_marks(frame, "z"),
        total_row="district",
        partitions=(("older_persons", PARTS),),
        notes=(
            tr(INTERVAL_NOTE),
            tr(UNSNAPPED_NOTE),
            tr("Canteens just outside the border count for the people near it; “own canteens only” leaves them out."),
            state(
                "“Live near the border”: the border is within a straight line of {limit}.",
                {},
                words={"limit": words.limit},
            ),
        ),
    )


def scenarios(frame: pd.DataFrame, words: Words) -> Table:
    """Reach by walking speed and time limit."""
    return Table(
        "scenarios",
        words.caption(mark("{people} within reach of a canteen by walking speed and time, {place}"), "people", "place"),
        frame,
        (
            TableColumn("walk_speed_mps", tr("Walking speed"), "setting", tr("m/s")),
            TableColumn("minutes", tr("Time limit"), "setting", tr("minutes")),
            *_rate_columns(),
        ),
        row_header=tr("Scenario"),
        row_labels={
            str(row): tr("{speed} m/s, {minutes} min", speed=f"{speed:g}", minutes=f"{minutes:g}")
            for row, speed, minutes in zip(frame.index, frame["walk_speed_mps"], frame["minutes"], strict=True)
        },
        marks=missing_marks(frame, "z"),
        notes=(tr(INTERVAL_NOTE),),
        detail=True,
    )


def groups(frame: pd.DataFrame, marks: Marks, words: Words, labels: Mapping[str, str]) -> Table:
    """Reach by group of older people."""
    return Table(
        "groups",
        words.caption(
            mark("Groups of {people} and the walk to a canteen ({limit}), {place}"), "people", "limit", "place"
        ),
        frame,
        (
            *_rate_columns(),
            persons("not_reached", tr("Not reached"), part_of="persons"),
            persons("unsnapped", tr("Walk unknown"), part_of="persons"),
        ),
        row_header=tr("Group"),
        row_labels=dict(labels),
        partitions=(("persons", PARTS),),
        marks=missing_marks(frame, "z") | marks,
        notes=(
            tr(INTERVAL_NOTE),
            tr("Groups overlap: a person can be in several."),
            tr(UNSNAPPED_NOTE),
            tr(SUPPRESSION_NOTE),
        ),
    )


def frail_by_subdistrict(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """Frail people without a canteen near, by sub-district."""
    far = tr("Far among the frail")
    return Table(
        "far_and_frail",
        words.caption(
            mark("Far and frail: frail {people} without a canteen within {limit}, by sub-district"), "people", "limit"
        ),
        frame,
        (
            persons("frail_persons", tr("Frail people")),
            persons("frail_far", tr("Far from a canteen"), part_of="frail_persons"),
            *interval("", far, made_from=("frail_far", "frail_persons")),
        ),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=missing_marks(frame, "z") | marks,
        total_row="district",
        notes=(
            tr(INTERVAL_NOTE),
            tr(SUPPRESSION_NOTE),
            tr("For frail people the walk is only part of the question: see the share of delivered meals."),
        ),
        detail=True,
    )


def access(frame: pd.DataFrame, words: Words, labels: dict[str, str]) -> Table:
    """Meals per head by sub-district."""
    return Table(
        "meals_access",
        words.caption(mark("Meals a day within {limit} per hundred {people}, by sub-district"), "limit", "people"),
        frame,
        (
            TableColumn("capacity", tr("Own capacity"), "count", tr("meals per day")),
            TableColumn("meals_per_100", tr("Meals in reach"), "number", tr("per 100 people and day"), 1),
            TableColumn("none_share", tr("No meals in reach"), "percent", tr("of people"), 1),
            TableColumn("low_share", tr("Low access"), "percent", tr("of people"), 1),
            TableColumn("gini", tr("Gini within"), "number", tr("0 to 1"), 2),
            TableColumn("unknown_share", tr("Not known"), "percent", tr("of people"), 1),
        ),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=missing_marks(frame, "x"),
        total_row="district",
        notes=(
            tr(
                "Enhanced two-step floating catchment (Gaussian decay): every canteen shares its meals among the older people "
                "who can walk to it, near ones first; people and canteens outside the border take part."
            ),
            state(
                "Low access: below {share} of the district's mean. Own capacity counts canteens inside with a known capacity, "
                "averaged over the days of the week.",
                {SETTINGS: words.settings},
                share=share_setting("low_access_share"),
            ),
            tr(
                "Not known: only canteens of unknown capacity in reach, or no known walk; these people are in no other column."
            ),
        ),
    )


def canteens(frame: pd.DataFrame, words: Words, names: dict[str, str]) -> Table:
    """Load of each canteen."""
    with_meals, used = "meals" in frame, tr("Utilisation, of capacity")
    meal_columns = (
        TableColumn("meals", tr("Meals"), "count", tr("in 12 months")),
        TableColumn("open_days", tr("Days with meals"), "count", tr("days")),
        TableColumn("meals_per_open_day", tr("Meals per open day"), "number", tr("meals"), 0),
        TableColumn("utilisation", tr("Open days"), "percent", "", 0, used),
        TableColumn("utilisation_scheduled", tr("Scheduled days"), "percent", "", 0, used),
        TableColumn("utilisation_peak", tr("Peak day"), "percent", "", 0, used),
        TableColumn("elder_share", tr("To older people"), "percent", tr("of meals"), 0),
        TableColumn("delivery_share", tr("Delivered"), "percent", tr("of meals"), 0),
    )
    return Table(
        "canteens",
        words.caption(mark("Canteens and their load, {place}, {year}"), "place", "year"),
        frame,
        (
            TableColumn("subdistrict", tr("Sub-district"), "text"),
            TableColumn("capacity", tr("Capacity"), "count", tr("meals per open day")),
            *(meal_columns if with_meals else ()),
            persons(
                "older_in_reach",
                tr("People in reach"),
                unit=state("within {limit}", {}, words={"limit": words.limit}),
            ),
        ),
        row_header=tr("Canteen"),
        row_labels=names,
        marks=missing_marks(frame, "x"),
        notes=(
            tr("Utilisation is meals per day with meals over capacity. Capacity [x] is unknown, not zero."),
            tr(
                "Scheduled days: meals over capacity × days in service at the stated open days a week, so that a canteen that stays closed on such a day counts as unused."
            ),
            state(
                "Peak day: one that {share} of the days with meals do not exceed.",
                {SETTINGS: words.settings},
                share=share_setting("peak_day_share"),
            ),
        ),
        detail=True,
    )


def load(frame: pd.DataFrame, words: Words) -> Table:
    """How many canteens are overloaded or idle."""
    return Table(
        "load",
        words.caption(mark("Canteens by load, {place}, {year}"), "place", "year"),
        frame,
        (TableColumn("canteens", tr("Canteens"), "count", tr("sites")),),
        row_header=tr("Load"),
        row_labels={
            "known": tr("Capacity and meals known"),
            "overloaded": tr("of these, overloaded"),
            "idle": tr("of these, idle"),
            "unknown": tr("Capacity or meals unknown"),
        },
        notes=(tr("The two lines are parameters of this report; see its settings."),),
    )


def exclusions(frame: pd.DataFrame) -> Table:
    """What was left out of some number, counted."""
    return Table(
        "exclusions",
        tr("Counted exclusions and special cases"),
        frame,
        (
            TableColumn("count", tr("Count"), "count", counts="persons"),
            TableColumn("unit", tr("Unit"), "text", labels=worded(UNITS)),
        ),
        row_header=tr("Case"),
        row_labels=worded(EXCLUSIONS),
        uncounted=uncounted(frame["unit"]),
        detail=True,
    )


def meals(frame: pd.DataFrame, words: Words) -> Table:
    """Meals by diner and mode."""
    return Table(
        "meals",
        words.caption(mark("Meals served by the district's canteens, {year}"), "year"),
        frame,
        (
            TableColumn("meals", tr("Meals"), "count", tr("in 12 months")),
            TableColumn("share", tr("Share"), "percent", tr("of meals"), 1),
            TableColumn("per_day", tr("Per calendar day"), "number", tr("meals"), 0),
            TableColumn("per_older_person", tr("Per older person"), "number", tr("meals"), 1),
        ),
        row_header=tr("Meals"),
        row_labels={
            "all": tr("All meals"),
            "elder": tr("to people aged 60 and over"),
            "other": tr("to others"),
            "dine_in": tr("eaten in"),
            "takeaway": tr("taken away"),
            "delivery": tr("delivered"),
        },
        marks=missing_marks(frame, "z"),
        notes=(
            state(
                "Per older person divides by all {people} of the district, whether they eat at a canteen or not.",
                {},
                words={"people": words.people},
            ),
        ),
    )


def _rate_columns() -> tuple[TableColumn, ...]:
    group = tr("Reached")
    return (
        persons("persons", tr("People")),
        persons("reached", tr("Reached"), part_of="persons"),
        *interval("", group, made_from=("reached", "persons")),
    )
