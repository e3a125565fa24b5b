"""Layout of the tables on meals served by canteens: by meal, mode, week and kind of day, and against capacity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.contracts.canteens import MEALS
from jingan_analysis.language import mark, spoken, tr, worded
from jingan_analysis.tables.claims import sentence_case, state
from jingan_analysis.tables.columns import p_value
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.settings import SETTINGS, setting
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.canteen_reach import Words

MODE_HEADERS = {
    "dine_in": mark("Eaten in"),
    "takeaway": mark("Taken away"),
    "delivery": mark("Delivered"),
    "all": mark("All"),
}
DAY_KINDS = {
    "weekday": mark("Weekday"),
    "weekend": mark("Weekend"),
    "holiday": mark("Public holiday"),
    "spring_festival": mark("Spring Festival"),
    "all": mark("All days"),
}
TERMS = {
    "weekend": mark("Weekend"),
    "holiday": mark("Public holiday"),
    "spring_festival": mark("Spring Festival"),
    "sine": mark("Season, sine of a year"),
    "cosine": mark("Season, cosine of a year"),
    "trend": mark("Trend, a year"),
}
MODEL_ROWS = {
    "alpha": mark("Over-dispersion α"),
    "pearson": mark("Pearson dispersion, near one if the variance is right"),
    "chi2": mark("Likelihood ratio of α against Poisson"),
    "rows": mark("Canteen-days in the model"),
    "dates": mark("Days, which are the clusters"),
    "canteens": mark("Canteens in the model"),
}


def meal_labels() -> dict[str, str]:
    """Names of the meals by code, and of all of them."""
    language = spoken()
    names = {choice.code: getattr(choice.label, language) for choice in MEALS.column("meal").choices}
    return {**{code: sentence_case(str(name)) for code, name in names.items()}, "all": tr("All meals")}


def _count(name: str, header: str, group: str = "", unit: str = "") -> TableColumn:
    return TableColumn(name, header, "count", unit or tr("meals"), 0, group)


def by_kind(frame: pd.DataFrame, words: Words) -> Table:
    """Meals by meal and mode."""
    total, mean = tr("Meals of the twelve months"), tr("Per day with meals of a canteen")
    return Table(
        "meals_by_kind",
        words.caption(mark("Meals by meal and mode, {place}, {year}"), "place", "year"),
        frame,
        (
            *(TableColumn(mode, tr(text), "count", "", 0, total) for mode, text in MODE_HEADERS.items()),
            *(
                TableColumn(f"{mode}_per_day", tr(text), "number", "", 1, mean)
                for mode, text in MODE_HEADERS.items()
            ),
        ),
        row_header=tr("Meal"),
        row_labels=meal_labels(),
        marks=missing_marks(frame, "z"),
        notes=(
            tr("To older people and to others together. Means divide by the days with meals of all canteens, so that they add up."),
        ),
    )  # fmt: skip


def shares_by_meal(frame: pd.DataFrame, words: Words) -> Table:
    """Meals to older people and meals delivered, with their shares."""
    elder, delivered = tr("To older people"), tr("Delivered")
    return Table(
        "meal_shares",
        words.caption(mark("Meals to older people and meals delivered, {place}, {year}"), "place", "year"),
        frame,
        (
            _count("meals", tr("Meals")),
            _count("elder", tr("Meals"), elder),
            TableColumn("elder_share", tr("Share"), "percent", tr("of meals"), 1, elder),
            _count("delivered", tr("Meals"), delivered),
            TableColumn("delivery_share", tr("Share"), "percent", tr("of meals"), 1, delivered),
        ),
        row_header=tr("Meal"),
        row_labels=meal_labels(),
        marks=missing_marks(frame, "z"),
        notes=(tr("Every meal is counted by the canteens, so that the shares have no sampling error."),),
    )


def by_week(frame: pd.DataFrame, words: Words) -> Table:
    """Meals by week."""
    total, mean = tr("Meals"), tr("Per calendar day")
    return Table(
        "meals_by_week",
        words.caption(mark("Meals by week, Monday to Sunday, {place}, {year}"), "place", "year"),
        frame,
        (
            _count("days", tr("Days"), unit=tr("days")),
            *(TableColumn(mode, tr(text), "count", "", 0, total) for mode, text in MODE_HEADERS.items()),
            *(TableColumn(f"{mode}_per_day", tr(text), "number", "", 0, mean) for mode, text in MODE_HEADERS.items()),
        ),
        row_header=tr("Week from"),
        notes=(tr("The first and the last week may be cut by the twelve months: see their days."),),
        detail=True,
    )


def capacity_use(frame: pd.DataFrame, words: Words) -> Table:
    """Meals against capacity × days."""
    opened, scheduled = tr("Days with meals"), tr("Scheduled days")
    return Table(
        "capacity_use",
        words.caption(mark("Meals against what kitchens can cook, {place}, {year}"), "place", "year"),
        frame,
        (
            _count("canteens", tr("Canteens"), unit=tr("sites")),
            _count("meals", tr("Meals")),
            _count("possible_open", tr("Capacity × days"), opened),
            TableColumn("used_open", tr("Used"), "percent", tr("of capacity"), 1, opened),
            _count("possible_scheduled", tr("Capacity × days"), scheduled),
            TableColumn("used_scheduled", tr("Used"), "percent", tr("of capacity"), 1, scheduled),
        ),
        row_header=tr("Capacity"),
        row_labels={
            "known": tr("Known"),
            "unknown": tr("Unknown"),
            "closed": tr("Canteens closed by the last day"),
            "all": tr("All canteens"),
        },
        marks=missing_marks(frame, "x"),
        notes=(
            tr("Pooled: meals of all canteens over capacity × days of all of them, not a mean of their shares."),
            tr("Scheduled days: days in service at the stated open days a week. Capacity [x] is unknown, not zero: its meals are in no share."),
        ),
    )  # fmt: skip


def days_by_kind(frame: pd.DataFrame, words: Words) -> Table:
    """Days of the year by kind, and how many of them a canteen served."""
    return Table(
        "days_by_kind",
        words.caption(mark("Days by kind, and days on which canteens served, {place}, {year}"), "place", "year"),
        frame,
        (
            _count("days", tr("Calendar days"), unit=tr("days")),
            _count("in_service", tr("In service"), tr("Canteen-days"), tr("days")),
            _count("with_meals", tr("With meals"), tr("Canteen-days"), tr("days")),
            _count("without_meals", tr("Without meals"), tr("Canteen-days"), tr("days")),
            _count("meals", tr("Meals")),
            TableColumn("meals_per_day", tr("Mean"), "number", tr("meals per day with meals"), 0),
        ),
        row_header=tr("Kind of day"),
        row_labels=worded(DAY_KINDS),
        marks=missing_marks(frame, "z"),
        notes=(
            tr("Each day is of one kind; the Spring Festival and public holidays come before weekends. Means compare different canteens, as not all serve on all kinds of day: for a comparison see the model."),
        ),
        detail=True,
    )  # fmt: skip


def meals_model(frame: pd.DataFrame, words: Words) -> Table:
    """Rate ratios of daily meals."""
    bounds = tr("Interval")
    return Table(
        "meals_model",
        words.caption(mark("Meals of an open day against an ordinary weekday, {place}, {year}"), "place", "year"),
        frame,
        (
            TableColumn("ratio", tr("Rate ratio"), "number", tr("times"), 3),
            TableColumn("lower", tr("Lower"), "number", "", 3, bounds),
            TableColumn("upper", tr("Upper"), "number", "", 3, bounds),
            p_value("p_value", ""),
        ),
        row_header=tr("Term"),
        row_labels=worded(TERMS),
        notes=(
            tr("Modelled: negative binomial regression of the daily meals of each canteen, with a level for each canteen; days without meals are not in it. Errors are clustered by date."),
            tr("Season and trend come from one year: they cannot be told apart well, and a canteen that opened within the year is part of the trend."),
            state("A kind of day with fewer than {days} days is left out.", {SETTINGS: words.settings}, days=setting("fewest_days_of_a_kind")),
        ),
    )  # fmt: skip


def model_checks(frame: pd.DataFrame, words: Words) -> Table:
    """What the regression rests on."""
    return Table(
        "meals_model_checks",
        words.caption(mark("What the model of daily meals rests on, {place}"), "place"),
        frame,
        (TableColumn("value", tr("Value"), "number", "", 4),),
        row_header=tr("Quantity"),
        row_labels=worded(MODEL_ROWS),
        marks=missing_marks(frame, "z"),
        detail=True,
    )
