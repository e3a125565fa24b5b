"""From the tables on marriages to their figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.figures.bars import bars
from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.intervals import interval_dots
from jingan_analysis.figures.lines import lines
from jingan_analysis.language import mark, tr, worded
from jingan_analysis.studies import marriage_registration_words as wording
from jingan_analysis.studies.marriage_registration_days import PEAKS
from jingan_analysis.studies.marriage_registration_headline import change_claims
from jingan_analysis.studies.marriage_registration_unit import hardest
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, state
from jingan_analysis.tables.formatting import count, format_month, format_value, percent
from jingan_analysis.tables.settings import setting
from jingan_analysis.tables.shown import all_shown, cell, shown

if TYPE_CHECKING:
    from jingan_analysis.studies.marriage_registration import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

LINES = {"here": mark("Counted"), "expected": mark("Expected"), "without": mark("Without the openings")}
PLACES = {"here": mark("here"), "elsewhere": mark("elsewhere"), "both": mark("together")}
MOVED_TITLE = {
    "moved": mark("City-wide opening: {here} marriages a month more here, a change of {elsewhere} elsewhere: they moved"),
    "new": mark("City-wide opening: {here} marriages a month more here, a change of {elsewhere} elsewhere: they are new"),
    "part": mark("City-wide opening: {here} marriages a month more here, a change of {elsewhere} elsewhere: part moved, part new"),
    "open": mark("City-wide opening: {here} marriages a month more here, a change of {elsewhere} elsewhere: moved or new is open"),
    "none": mark("City-wide opening: a change of {here} marriages a month here and of {elsewhere} elsewhere, no more than chance explains here"),
}  # fmt: skip
_FEWEST_MONTHS = 12
_FEWEST_POINTS = 6


def figures_of(situation: Situation, tables: Tables) -> dict[str, Figure]:
    """All figures that the tables carry, by name in reading order."""
    found = [
        _stages(situation, tables),
        _course(situation, tables),
        _moved(situation, tables),
        _rates(situation, tables),
        _inter_province(situation, tables),
        _calendar(situation, tables),
        _no_shows(situation, tables),
        _windows(situation, tables),
        _documents(situation, tables),
        _travel(situation, tables),
    ]
    return {figure.name: figure for figure in found if figure is not None}


def _dots(frame: pd.DataFrame, names: tuple[str, str, str]) -> pd.DataFrame:
    return frame[list(names)].set_axis(["value", "lower", "upper"], axis=1)


def _two_decimals(value: float) -> str:
    return format_value(value, "number", 2)


def _rates(situation: Situation, tables: Tables) -> Figure | None:
    """Marriages for every thousand residents by sub-district."""
    if "rates" not in tables:
        return None
    rows = _dots(tables["rates"].frame, ("rate", "rate_lower", "rate_upper")).drop(DISTRICT_ROW)
    known = rows["value"].dropna()
    if len(known) < 2 or not shown(tables, "rates", DISTRICT_ROW, "rate"):
        return None
    low, high = str(known.idxmin()), str(known.idxmax())
    names = situation.units.names
    claims = {
        "low": Claim("rates", low, "rate"), "high": Claim("rates", high, "rate"), "all": Claim("rates", DISTRICT_ROW, "rate"),
    }  # fmt: skip
    words = {"lowest": names[low], "highest": names[high]}
    return Figure(
        "rates",
        state("Marriages for every thousand residents: from {low} in {lowest} to {high} in {highest}, {all} in all sub-districts", tables, words=words, **claims),
        tr("Marriages at the office by sub-district of residence, {place}, {window}; lines: Poisson intervals", place=situation.units.labels[DISTRICT_ROW], window=situation.params.window.label),
        state("Dots with intervals by sub-district, from {low} ({lowest}) to {high} ({highest}); {all} in all sub-districts.", tables, words=words, **claims),
        interval_dots(
            name="rates", rows=rows.sort_values("value", ascending=False, kind="stable", na_position="last").rename(index=names),
            x_title=tr("Marriages for every thousand residents"), value_format=_two_decimals, missing_label=tr("not shown"),
            reference=cell(tables, "rates", DISTRICT_ROW, "rate"), reference_label=tr("all sub-districts"),
        ),
        "rates",
    )  # fmt: skip


def _inter_province(situation: Situation, tables: Tables) -> Figure | None:
    """Where inter-provincial couples live more often than elsewhere."""
    if "residence" not in tables:
        return None
    names = ("inter_province_share", "inter_province_lower", "inter_province_upper")
    rows = _dots(tables["residence"].frame, names).loc[situation.units.codes]
    known = rows["value"].dropna()
    if len(known) < 2 or not shown(tables, "residence", "total", names[0]):
        return None
    highest = str(known.idxmax())
    claims = {"high": Claim("residence", highest, names[0]), "all": Claim("residence", "total", names[0])}
    bounds = {"lower": Claim("residence", highest, names[1]), "upper": Claim("residence", highest, names[2])}
    words = {"highest": situation.units.names[highest]}
    return Figure(
        "inter_province",
        state("Inter-provincial couples: {high} of the marriages of {highest}, {all} of all", tables, words=words, **claims),
        tr("Inter-provincial of all marriages by sub-district of residence, {place}, {window}; lines: Wilson intervals", place=situation.units.labels[DISTRICT_ROW], window=situation.params.window.label),
        state("Dots with intervals by sub-district: highest in {highest} with {high} (between {lower} and {upper}); {all} of all marriages at the office.", tables, words=words, **claims, **bounds),
        interval_dots(
            name="inter_province", rows=rows.sort_values("value", ascending=False, kind="stable", na_position="last").rename(index=situation.units.names),
            x_title=tr("Inter-provincial of all"), value_format=percent, missing_label=tr("not shown"),
            reference=cell(tables, "residence", "total", names[0]), reference_label=tr("whole office"),
        ),
        "residence",
        (tr("The line stands at all marriages at the office, those of couples who live elsewhere among them."),),
    )  # fmt: skip


def _documents(situation: Situation, tables: Tables) -> Figure | None:
    """On the page of a sub-district, whose couples come without all documents."""
    scope = hardest(tables)
    if situation.params.unit is None or scope is None or not shown(tables, "visits", "total", "short_share"):
        return None
    table = tables["visits"]
    rows = _dots(table.frame.drop(index="total"), ("short_share", "short_lower", "short_upper"))
    claims = {"high": Claim("visits", scope, "short_share"), "all": Claim("visits", "total", "short_share")}
    words = {"scope": wording.scopes()[scope]}
    return Figure(
        "documents",
        state("{scope}: documents were short in {high} of the visits, against {all} of all", tables, words=words, **claims),
        tr("Visits with documents short by scope, {place}, up to {day}; lines: Wilson intervals", place=situation.whose, day=situation.params.window.end_label),
        state("Dots with intervals by scope: {high} ({scope}); {all} of all visits.", tables, words=words, **claims),
        interval_dots(
            name="documents", rows=rows.rename(index=table.row_labels), x_title=tr("Documents short"), value_format=percent,
            reference=cell(tables, "visits", "total", "short_share"), reference_label=tr("all visits"), missing_label=tr("not shown"),
        ),
        "visits",
    )  # fmt: skip


def _stages(situation: Situation, tables: Tables) -> Figure | None:
    claims = {"share": Claim("stages", "compared", "cross_share"), "city": setting("benchmark_percent")}
    if not all_shown(tables, claims):
        return None
    table = tables["stages"]
    rows = _dots(table.frame, ("cross_share", "cross_lower", "cross_upper")).rename(index=table.row_labels)
    claims |= {"low": Claim("stages", "compared", "cross_lower"), "high": Claim("stages", "compared", "cross_upper")}
    return Figure(
        "stages",
        state("In the months of the city’s share {share} of the marriages here were city-wide, against {city}% in the city", tables, words={}, share=claims["share"], city=claims["city"]),
        tr("City-wide of all marriages before and after each opening, {place}; lines: Wilson intervals", place=situation.whose),
        state("Dots with intervals by time; in the months of the city’s share {share} (between {low} and {high}), and a line at the city’s {city}%.", tables, words={}, **claims),
        interval_dots(
            name="stages", rows=rows, x_title=tr("City-wide of all"), value_format=percent,
            reference=situation.params.benchmark_share, reference_label=tr("city"), missing_label=tr("not shown"),
        ),
        "stages",
    )  # fmt: skip


def _course(situation: Situation, tables: Tables) -> Figure | None:
    if "by_quarter" in tables:
        return _counted(situation, tables, "by_quarter")
    if "by_month" not in tables:
        return None
    frame, estimated = tables["by_month"].frame, situation.series.estimated
    if len(frame) < _FEWEST_MONTHS or (situation.params.unit is None and frame["here"].isna().any()):
        return None
    if frame["expected"].isna().all():
        return None if situation.params.unit is None else _counted(situation, tables, "by_month")
    last = str(frame["expected"].last_valid_index())
    claims = {
        "expected": Claim("by_month", last, "expected", decimals=0),
        "without": Claim("by_month", last, "without", decimals=0),
    }
    words = {"month": format_month(last)}
    # Months in which the office was closed break the lines.
    every = pd.period_range(str(frame.index[0]), str(frame.index[-1]), freq="M").astype(str)
    drawn = frame.reindex(every)[list(LINES)].rename(columns=worded(LINES)).set_axis([_year(month) for month in every])
    starts = {f"{day:%Y-%m}": scope for scope, day in situation.records.openings.items()}
    labels = wording.scopes()
    return Figure(
        "course",
        state("In {month} some {expected} marriages were to be expected; without the openings it would have been {without}", tables, words=words, **claims),
        tr("Marriages registered by month, {place}", place=situation.whose),
        state("Lines by month: counted, expected and without the openings; in {month} {expected} are expected, and {without} without them.", tables, words=words, **claims),
        lines(
            name="course", frame=drawn, x_title=tr("Year"), y_title=tr("Marriages a month"), value_format=count,
            x_format=lambda year: f"{year:.0f}" if year == round(year) else "",
            moments={_year(month) - 0.5 / 12: labels[scope] for month, scope in starts.items() if month <= every[-1]},
        ),
        "by_month",
        (
            *_hidden_counts(tables["by_month"]),
            tr("Expected and without the openings are modelled."),
            *((tr("An upright line stands at every opening; not every one could be estimated."),) if len(estimated) < len(starts) else ()),
        ),
    )  # fmt: skip


def _counted(situation: Situation, tables: Tables, name: str) -> Figure | None:
    """The months or quarters of a sub-district that are too thin for a model, as they were counted."""
    table, quarterly = tables[name], name == "by_quarter"
    known = table.frame["here"].dropna()
    if len(known) < _FEWEST_POINTS:
        return None
    last, most = str(known.index[-1]), str(known.idxmax())
    every = pd.period_range(str(table.frame.index[0]), str(table.frame.index[-1]), freq="Q" if quarterly else "M")
    rows = [f"{when.year}-Q{when.quarter}" if quarterly else str(when) for when in every]
    middles = [when.year + ((when.quarter - 0.5) / 4 if quarterly else (when.month - 0.5) / 12) for when in every]
    drawn = table.frame.reindex(rows)[["here"]].rename(columns=worded(LINES)).set_axis(middles)
    claims = {"most": Claim(name, most, "here"), "last": Claim(name, last, "here")}
    words = {"last_time": _when(table, last), "peak": _when(table, most)}
    labels, stop = wording.scopes(), f"{situation.records.end:%Y-%m}"
    starts = {f"{day:%Y-%m}": scope for scope, day in situation.records.openings.items()}
    title = (
        mark("{peak}: {most} marriages, the most in a quarter; months are too small to tell what the openings changed")
        if quarterly
        else mark("{peak}: {most} marriages, the most in a month; no change at an opening could be estimated")
    )
    return Figure(
        "course",
        state(title, tables, words=words, most=claims["most"]),
        tr("Marriages registered by quarter, {place}", place=situation.whose) if quarterly else tr("Marriages registered by month, {place}", place=situation.whose),
        state("A line of counts: {last} in {last_time}, and at most {most}, in {peak}.", tables, words=words, **claims),
        lines(
            name="course", frame=drawn, x_title=tr("Year"), y_title=tr("Marriages a quarter") if quarterly else tr("Marriages a month"),
            value_format=count, x_format=lambda year: f"{year:.0f}" if year == round(year) else "",
            moments={_year(month) - 0.5 / 12: labels[scope] for month, scope in starts.items() if month <= stop},
        ),
        name,
        (*_hidden_counts(table), tr("Upright lines stand at the openings."), *((tr("The last quarter may be incomplete."),) if quarterly else ())),
    )  # fmt: skip


def _when(table: Table, row: str) -> str:
    return table.row_labels.get(row) or format_month(row)


def _hidden_counts(table: Table) -> tuple[str, ...]:
    """What gaps in the line are; empty without any."""
    if not any(mark == "c" for mark in table.marks.values()):
        return ()
    return (tr("Gaps are times with too few marriages to be shown, or in which the office was closed."),)


def _year(month: str) -> float:
    """The middle of a month as a number of years."""
    return int(month[:4]) + (int(month[5:]) - 0.5) / 12


def _moved(situation: Situation, tables: Tables) -> Figure | None:
    if "moved_created" not in tables or "city" not in tables["moved_created"].frame.index:
        return None
    frame = tables["moved_created"].frame
    claims, labels, places = change_claims("city"), wording.scopes(), worded(PLACES)
    drawn = [(scope, place) for scope in map(str, frame.index) for place in PLACES]
    values = [frame.loc[scope, [place, f"{place}_lower", f"{place}_upper"]].to_numpy() for scope, place in drawn]
    names = [tr("{opening}: {place}", opening=labels[scope], place=places[place]) for scope, place in drawn]
    rows = pd.DataFrame(values, index=names, columns=["value", "lower", "upper"]).astype("float64")
    finding = MOVED_TITLE[str(frame["verdict"].loc["city"])]
    return Figure(
        "moved",
        state(finding, tables, words={}, here=claims["here"], elsewhere=claims["elsewhere"]),
        tr("Change of marriages a month at each opening, here, elsewhere and together, {place}; lines: intervals", place=situation.whose),
        state(
            "Dots with intervals: at the city-wide opening {here} here (between {here_low} and {here_high}), {elsewhere} elsewhere (between {elsewhere_low} and {elsewhere_high}), {both} together (between {both_low} and {both_high}).",
            tables, words={}, **claims,
        ),
        interval_dots(
            name="moved", rows=rows, x_title=tr("Change of marriages a month"), value_format=count, reference=0.0,
            reference_label=tr("no change"),
        ),
        "moved_created",
        (tr("Modelled: changes of level at the openings."),),
    )  # fmt: skip


def _calendar(situation: Situation, tables: Tables) -> Figure | None:
    if "calendar" not in tables:
        return None
    frame = tables["calendar"].frame
    rows = _dots(frame, ("ratio", "lower", "upper")).dropna(subset=["value"])
    if len(rows) < 2:
        return None
    highest, lowest = str(rows["value"].idxmax()), str(rows["value"].idxmin())
    claims = {"high": Claim("calendar", highest, "ratio"), "low": Claim("calendar", lowest, "ratio")}
    labels = worded(wording.KINDS)
    words = {"highest": labels[highest], "lowest": labels[lowest]}
    return Figure(
        "calendar",
        state("{highest}: {high} times the marriages of an ordinary weekday", tables, words=words, high=claims["high"]),
        tr("Marriages of a day against an ordinary weekday of the same month, {place}; lines: intervals", place=situation.whose),
        state("Dots with intervals by kind of day, from {low} ({lowest}) to {high} ({highest}).", tables, words=words, **claims),
        interval_dots(
            name="calendar", rows=rows.sort_values("value", ascending=False, kind="stable").rename(index=labels),
            x_title=tr("Ratio to an ordinary weekday"), value_format=_two_decimals, reference=1.0, reference_label=tr("ordinary weekday"),
        ),
        "calendar",
        (tr("Modelled: a count model with a level of each month."),),
    )  # fmt: skip


def _no_shows(situation: Situation, tables: Tables) -> Figure | None:
    if "slots" not in tables:
        return None
    table = tables["slots"]
    rows = _dots(table.frame.drop(index="total"), ("no_show_share", "no_show_lower", "no_show_upper"))
    peaks = [day for day in PEAKS if day in rows.index and rows["value"].loc[day] >= 0]
    if not peaks:
        return None
    highest = str(rows["value"].loc[peaks].idxmax())
    claims = {"high": Claim("slots", highest, "no_show_share"), "all": Claim("slots", "total", "no_show_share")}
    if not all_shown(tables, claims):
        return None
    words = {"day": wording.days()[highest]}
    return Figure(
        "no_shows",
        state("{day}: {high} of those who booked did not come, against {all} on all days", tables, words=words, **claims),
        tr("Booked slots to which nobody came, by day, {place}; lines: Wilson intervals", place=situation.whose),
        state("Dots with intervals by day of the week and for days that couples choose: {high} ({day}); {all} on all days.", tables, words=words, **claims),
        interval_dots(
            name="no_shows", rows=rows.rename(index=table.row_labels), x_title=tr("Did not come"), value_format=percent,
            reference=cell(tables, "slots", "total", "no_show_share"), reference_label=tr("all days"), missing_label=tr("not shown"),
        ),
        "slots",
    )  # fmt: skip


def _windows(situation: Situation, tables: Tables) -> Figure | None:
    if "windows" not in tables:
        return None
    table = tables["windows"]
    rows = table.frame[["windows", "needed"]]
    worst = str(table.frame["long_share"].idxmax())
    if len(rows) < 2:
        return None
    claims = {
        "share": Claim("windows", worst, "long_share"), "minutes": setting("wait_minutes"),
        "open": Claim("windows", worst, "windows"), "needed": Claim("windows", worst, "needed"),
    }  # fmt: skip
    words = {"day": table.row_labels[worst]}
    return Figure(
        "windows",
        state("{day}: {share} of the couples wait longer than {minutes} minutes for a window", tables, words=words, share=claims["share"], minutes=claims["minutes"]),
        tr("Windows open and needed by kind of day, {place}, twelve months up to {day}", place=situation.whose, day=situation.params.window.end_label),
        state("Grouped bars by kind of day: {day} has {open} windows and needs {needed}; {share} of the couples wait longer than {minutes} minutes.", tables, words=words, **claims),
        bars(
            name="windows", rows=rows.rename(index=table.row_labels), x_title=tr("Windows"), value_format=count,
            series_labels={"windows": tr("open"), "needed": tr("needed")},
        ),
        "windows",
        (tr("Modelled: Erlang’s formula for waiting."),),
    )  # fmt: skip


def _travel(situation: Situation, tables: Tables) -> Figure | None:
    if "travel_saved" not in tables:
        return None
    table = tables["travel_saved"]
    rows = _dots(table.frame, ("hours", "hours_lower", "hours_upper"))
    claims = {
        "hours": Claim("travel_saved", "total", "hours"), "low": Claim("travel_saved", "total", "hours_lower"),
        "high": Claim("travel_saved", "total", "hours_upper"),
    }  # fmt: skip
    if rows["value"].notna().sum() < 2 or not all_shown(tables, claims):
        return None
    return Figure(
        "travel",
        state("The openings saved couples {hours} hours of travel, or anything between {low} and {high}", tables, words={}, **claims),
        tr("Hours of travel saved by scope, {place}, {window}; lines: intervals over the assumptions", place=situation.whose, window=situation.params.window.label),
        state("Dots with intervals by scope; in all {hours} hours (between {low} and {high}).", tables, words={}, **claims),
        interval_dots(
            name="travel", rows=rows.rename(index=table.row_labels), x_title=tr("Hours"), value_format=count, missing_label=tr("not shown"),
        ),
        "travel_saved",
        (tr("Modelled from declared assumptions on ways."),),
    )  # fmt: skip
