"""Figures on the use of canteens: each shows one finding."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.contracts.canteen_use import MODES
from jingan_analysis.figures.bars import bars
from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.intervals import interval_dots
from jingan_analysis.figures.lines import lines
from jingan_analysis.language import mark, tr, worded
from jingan_analysis.studies.canteen_reach_days import kinds_of
from jingan_analysis.studies.canteen_reach_meals import whole_weeks
from jingan_analysis.studies.canteen_reach_use_findings import clearly_fewer, fewer_names, least_reached
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.canteen_meals import DAY_KINDS, MODE_HEADERS
from jingan_analysis.tables.claims import Claim, state
from jingan_analysis.tables.formatting import count, format_month, percent, tenth_percent
from jingan_analysis.tables.marks import missing_words
from jingan_analysis.tables.settings import SETTINGS, setting
from jingan_analysis.tables.shown import all_shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.studies.canteen_reach_numbers import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

WAYS = {
    "both": mark("on foot and by delivery"),
    "foot_only": mark("on foot only"),
    "delivery_only": mark("by delivery only"),
    "neither": mark("by neither"),
    "unknown": mark("unknown"),
}
FEWEST_WEEKS = 8
"""Fewer whole weeks are no course."""


def delivery_figure(situation: Situation, tables: Tables) -> Figure | None:
    """Older people by how canteens reach them, one bar a sub-district."""
    if "delivery" not in tables:
        return None
    frame = tables["delivery"].frame
    row = situation.units.row(situation.params.unit)
    claims = {"delivered": Claim("delivery", row, "delivery_only"), "neither": Claim("delivery", row, "neither")}
    rows = frame.drop(index=DISTRICT_ROW)[list(WAYS)]
    rows = rows.loc[:, (rows.isna() | (rows > 0)).any()].dropna()
    if not all_shown(tables, claims) or rows.empty:
        return None
    worst = least_reached(situation, tables)
    if worst is None:
        title = state(
            "Beyond the walk, delivery is offered to {delivered} older people; {neither} are reached by neither",
            tables,
            words={},
            **claims,
        )
    else:
        title = state(
            "Beyond the walk, delivery is offered to {delivered}; {neither} are reached by neither, more of them in {worst} than anywhere else",
            tables,
            words={"worst": situation.units.names[worst]},
            **claims,
        )
    labels = {way: text for way, text in worded(WAYS).items() if way in rows}
    order = frame.loc[rows.index, "neither"].sort_values(ascending=False, kind="stable")
    return Figure(
        "delivery",
        title,
        state(
            "People by how a canteen reaches them, by sub-district; on foot within {minutes} minutes at {speed} m/s",
            tables, minutes=setting("access_threshold_minutes"), speed=setting("walk_speed_mps"),
        ),
        state("Stacked bars, one a sub-district. Beyond the walk, delivery is offered to {delivered} people; {neither} are reached by neither.", tables, words={}, **claims),
        bars(
            name="delivery", rows=rows.loc[order.index].rename(index=situation.units.names), x_title=tr("People"),
            value_format=count, mode="stacked", series_labels=labels,
        ),
        "delivery",
        (tr("Sub-districts in which small counts are not shown are left out."),) if len(rows) < len(frame) - 1 else (),
    )  # fmt: skip


def penetration_figure(situation: Situation, tables: Tables) -> Figure | None:
    """Share of older people who ate at a canteen, by sub-district, against the need that a survey found."""
    if "penetration" not in tables:
        return None
    frame = tables["penetration"].frame
    rows = frame.drop(index=DISTRICT_ROW)[["share", "lower", "upper"]].rename(columns={"share": "value"})
    if rows["value"].notna().sum() < 2:  # one dot is a sentence
        return None
    low, high = str(rows["value"].idxmin()), str(rows["value"].idxmax())
    claims = {"low": Claim("penetration", low, "share"), "high": Claim("penetration", high, "share")}
    words = {"lowest": situation.units.names[low], "highest": situation.units.names[high]}
    fewer, all_of = clearly_fewer(tables), {"share": Claim("penetration", DISTRICT_ROW, "share")}
    title = (
        state(
            "Clearly fewer older people than the district’s {share} ate at a canteen in {places}",
            tables,
            words={"places": fewer_names(situation, fewer)},
            **all_of,
        )
        if fewer
        else state(
            "In no sub-district did clearly fewer older people than the district’s {share} eat at a canteen",
            tables,
            words={},
            **all_of,
        )
    )
    ordered = rows.sort_values("value", ascending=False, kind="stable", na_position="last")
    need = tables[SETTINGS].number("meal_help_need_share", "value")
    return Figure(
        "penetration",
        title,
        tr("Older people who ate at a canteen, share by sub-district of the home with Wilson intervals; {year}", year=situation.params.window.year_label),
        state("Dots with intervals by sub-district, from {high} in {highest} down to {low} in {lowest}; a line marks the share who need help with meals in a national survey.", tables, words=words, **claims),
        interval_dots(
            name="penetration", rows=ordered.rename(index=situation.units.names), x_title=tr("Ate at a canteen in the twelve months"),
            value_format=tenth_percent, tick_format=percent, missing_label=missing_words(tables["penetration"].marks, "share"),
            reference=need, reference_label=tr("need help with meals (national survey)"),
        ),
        "penetration",
        (tr("The line is of the whole country and of need; the dots are of people who ate. It is a comparison, not a target."),),
    )  # fmt: skip


def course_figure(situation: Situation, tables: Tables) -> Figure | None:
    """Meals a day by week and mode through the twelve months."""
    if "meals_by_week" not in tables:
        return None
    weeks = whole_weeks(tables["meals_by_week"].frame)
    if len(weeks) < FEWEST_WEEKS:
        return None
    high, low = str(weeks["all_per_day"].idxmax()), str(weeks["all_per_day"].idxmin())
    claims = {
        "high": Claim("meals_by_week", high, "all_per_day"),
        "low": Claim("meals_by_week", low, "all_per_day"),
    }
    words = {"high_month": format_month(high[:7]), "low_month": format_month(low[:7])}
    drawn = [f"{mode}_per_day" for mode in MODES if weeks[f"{mode}_per_day"].any()]
    labels = {f"{mode}_per_day": tr(text) for mode, text in MODE_HEADERS.items()}
    return Figure(
        "course",
        state("Meals a day fall from {high} in a week of {high_month} to {low} in a week of {low_month}", tables, words=words, **claims),
        tr("Meals per calendar day by week and mode, canteens of {place}, {year}", place=situation.units.labels[situation.units.row(situation.params.unit)], year=situation.params.window.year_label),
        state("Lines by week, one a mode: most meals a day, {high}, in a week of {high_month}, fewest, {low}, in a week of {low_month}.", tables, words=words, **claims),
        lines(
            name="course", frame=weeks[drawn].rename(columns=labels).set_axis([_months(week) for week in weeks.index]),
            x_title=tr("Month"), y_title=tr("Meals per calendar day"), value_format=count,
            x_format=_month_of, moments=_moments(weeks.index),
        ),
        "meals_by_week",
        (tr("Weeks from Monday to Sunday; weeks that the twelve months cut are in the table only."),),
    )  # fmt: skip


def _months(day: str) -> float:
    """A day as a number of months."""
    found = date.fromisoformat(day)
    return 12.0 * found.year + found.month - 1 + (found.day - 1) / 31


def _month_of(months: float) -> str:
    """The month that begins at a place on the axis, such as 2024-02."""
    return f"{int(months) // 12}-{int(months) % 12 + 1:02d}" if months == round(months) else ""


def _moments(weeks: pd.Index) -> dict[float, str]:
    """Where the Spring Festival begins among the weeks."""
    days = pd.date_range(str(weeks[0]), str(weeks[-1]), freq="D")
    kinds = kinds_of(days)
    festival, label = kinds.index[kinds == "spring_festival"], DAY_KINDS["spring_festival"]
    return {_months(f"{festival[0]:%Y-%m-%d}"): tr(label)} if len(festival) else {}


def model_figure(situation: Situation, tables: Tables) -> Figure | None:
    """Rate ratios of kinds of day."""
    if "meals_model" not in tables:
        return None
    table = tables["meals_model"]
    kinds = [row for row in DAY_KINDS if row in table.frame.index]
    least = str(table.frame.loc[kinds, "ratio"].idxmin())
    claims = {
        "ratio": Claim("meals_model", least, "ratio", decimals=2),
        "lower": Claim("meals_model", least, "lower", decimals=2),
        "upper": Claim("meals_model", least, "upper", decimals=2),
    }
    words = {"kind": table.row_labels[least]}
    rows = table.frame.loc[kinds, ["ratio", "lower", "upper"]].set_axis(["value", "lower", "upper"], axis=1)
    return Figure(
        "kinds_of_day",
        state("{kind}: an open canteen serves {ratio} times the meals of an ordinary weekday", tables, words=words, ratio=claims["ratio"]),
        tr("Rate ratio of meals on an open day to an ordinary weekday, with interval; {place}, {year}", place=situation.units.labels[situation.units.row(situation.params.unit)], year=situation.params.window.year_label),
        state("Dots with intervals, one a kind of day; the lowest is {ratio} ({lower} to {upper}), {kind}.", tables, words=words, **claims),
        interval_dots(
            name="kinds_of_day", rows=rows.rename(index=table.row_labels), x_title=tr("Rate ratio"), value_format=lambda value: f"{value:.2f}",
            tick_format=lambda value: f"{value:g}", reference=1.0, reference_label=tr("ordinary weekday"),
        ),
        "meals_model",
        (tr("Modelled; days without meals are not in it."),),
    )  # fmt: skip


def seats_figure(situation: Situation, tables: Tables) -> Figure | None:
    """Use of seats at lunch on a median and on a peak day, by canteen."""
    if "sittings" not in tables:
        return None
    table = tables["sittings"]
    frame = table.frame.dropna(subset=["use_median", "use_peak"]).sort_values("use_peak", ascending=False)
    if len(frame) < 2:  # one bar is a sentence
        return None
    length = f"{situation.params.minutes_per_sitting:g}"
    claims = {
        "short": Claim("sittings_by_length", length, "short_median"),
        "peak": Claim("sittings_by_length", length, "short_peak"),
        "known": Claim("sittings_by_length", length, "known"),
    }
    labels = {"value": tr("Median day"), "peak": tr("Peak day")}
    rows = pd.concat(
        [
            frame[["use_median"]].set_axis(["value"], axis=1).assign(series=labels["value"]),
            frame[["use_peak"]].set_axis(["value"], axis=1).assign(series=labels["peak"]),
        ]
    ).assign(lower=float("nan"), upper=float("nan"))
    rows.index = rows.index.map(table.row_labels)
    return Figure(
        "seats",
        state("Canteens that run out of seats at lunch: {short} of {known} on a median day, {peak} on a peak day", tables, words={}, **claims),
        state(
            "Lunches eaten in over seats × sittings of {minutes} minutes, by canteen; {year}", tables,
            words={"year": situation.params.window.year_label}, minutes=setting("minutes_per_sitting"),
        ),
        state("Dots by canteen, fullest first: {short} of {known} are above all seats on a median day, {peak} on a peak day.", tables, words={}, **claims),
        interval_dots(
            name="seats", rows=rows, x_title=tr("Used seats × sittings"), value_format=percent,
            reference=1.0, reference_label=tr("all seats taken"),
        ),
        "sittings",
        (tr("Modelled: the length of a sitting is an assumption; see the table of canteens short of seats."),),
    )  # fmt: skip
