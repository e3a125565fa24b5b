"""From the tables on adapted homes to their figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.figures.cascade import cascade
from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.funnel import funnel
from jingan_analysis.figures.intervals import interval_dots
from jingan_analysis.figures.lorenz import lorenz
from jingan_analysis.figures.survival_curves import StepCurve, incidence_curves
from jingan_analysis.language import mark, tr, worded
from jingan_analysis.studies import home_retrofits_words as wording
from jingan_analysis.studies.compared_shares import funnel_points
from jingan_analysis.studies.home_retrofits_headline import too_many_withdraw
from jingan_analysis.studies.home_retrofits_records import STAGES
from jingan_analysis.studies.home_retrofits_stages import TOTAL
from jingan_analysis.studies.numbers_at_risk import printed
from jingan_analysis.studies.share_map import MapWords, share_map
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, state
from jingan_analysis.tables.compared_shares import DISPERSION
from jingan_analysis.tables.formatting import count, format_value, listed, percent
from jingan_analysis.tables.shown import all_shown, cell, shown

if TYPE_CHECKING:
    from jingan_analysis.studies.home_retrofits import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

FEWEST_DOTS = 3
ALONG = {
    "even": mark("Adapted homes follow need: where it is dense no more and no fewer of the households in need are reached"),
    "dense": mark("Of the households in need more are reached where need is dense"),
    "thin": mark("Of the households in need fewer are reached where need is dense"),
}  # fmt: skip


def figures_of(situation: Situation, tables: Tables) -> dict[str, Figure]:
    """All figures that the tables carry, by name in reading order."""
    found = [
        _map(situation, tables),
        _stages(situation, tables),
        _incidence(situation, tables),
        _withdrawals(situation, tables),
        _completions(situation, tables),
        _groups(situation, tables),
        _along_need(situation, tables),
        _falls(situation, tables),
    ]
    return {figure.name: figure for figure in found if figure is not None}


def _map(situation: Situation, tables: Tables) -> Figure | None:
    # Where some need is not known there is no share of the whole district to set the others against.
    if not shown(tables, "need", DISTRICT_ROW, "met_share"):
        return None
    words = MapWords(
        uneven=mark("In {lowest} {low} of the households in need were reached, in {highest} {high}"),
        even=mark("In every sub-district {all} of the households in need were reached"),
        alternative=mark(
            "Map of the district's sub-districts shaded by the share of households in need whose homes are adapted: from {low} in {lowest} "
            "to {high} in {highest}; {all} in the whole district."
        ),
        subtitle=tr("Households in need whose homes are adapted, by sub-district, {window}", window=situation.since),
        legend=tr("Need met"),
    )
    return share_map(situation.units, situation.params.unit, tables, ("need", "met_share"), words)


def _stages(situation: Situation, tables: Tables) -> Figure | None:
    frame = tables["stages"].frame
    reached = [*frame["reached"].drop(TOTAL), cell(tables, "stages", STAGES[-2], "next")]
    if any(math.isnan(value) for value in reached) or not reached[0] > 0:
        return None
    labels = worded(wording.STAGES)
    of_stage = [math.nan, *(cell(tables, "stages", stage, "of_stage") for stage in STAGES[:-1])]
    of_first = [math.nan, *(cell(tables, "stages", stage, "of_first") for stage in STAGES[:-1])]
    claims = {
        "all": Claim("stages", TOTAL, "reached"),
        "done": Claim("stages", TOTAL, "next"),
        "share": Claim("stages", TOTAL, "of_first"),
    }
    if not all_shown(tables, claims):
        return None
    return Figure(
        "stages",
        state("Of {all} applications {done} have come to an adapted home", tables, words={}, **{name: claims[name] for name in ("all", "done")}),
        tr("Applications that came to each stage, {place}, {window}", place=situation.place, window=situation.since),
        state("Bars that shorten from stage to stage: {all} applications, {done} accepted ({share}).", tables, words={}, **claims),
        cascade(
            name="stages",
            steps=[(labels[stage], *rest) for stage, *rest in zip(STAGES, reached, of_first, of_stage, strict=True)],
        ),
        "stages",
        (tr("Open applications may still come further."),),
    )  # fmt: skip


def _incidence(situation: Situation, tables: Tables) -> Figure | None:
    if "incidence" not in tables:
        return None
    table, row = tables["incidence"], situation.row
    frame = table.frame
    columns = {"accepted": tr("accepted"), "withdrawn": tr("withdrawn"), "other": tr("ended otherwise")}
    # Beyond the last application followed nothing is known.
    known = frame[frame["accepted_share"].notna()]
    claims = {
        "share": Claim("by_subdistrict", row, "within_share"),
        "days": Claim("settings", "accepted_within_days", "value"),
    }
    if len(known) < FEWEST_DOTS or not all_shown(tables, claims):
        return None
    days = [0.0, *(float(day) for day in known.index)]
    curves = [
        StepCurve(
            label, days, [0.0, *map(float, known[f"{name}_share"])],
            lower=[math.nan, *map(float, known[f"{name}_lower"])] if f"{name}_lower" in known else (),
            upper=[math.nan, *map(float, known[f"{name}_upper"])] if f"{name}_upper" in known else (),
        )
        for name, label in columns.items()
    ]  # fmt: skip
    marks = [day for day in days if day % 30 == 0]
    at_risk = dict(zip(frame.index, printed(table, "followed"), strict=True))
    return Figure(
        "incidence",
        state("Within {days} days {share} of the applications come to acceptance", tables, words={}, **claims),
        tr("Cumulative incidence since the application, {place}, {window}; bands: intervals", place=situation.place, window=situation.since),
        state("Rising curves by days since the application, one a way to end: {share} are accepted within {days} days.", tables, words={}, **claims),
        incidence_curves(
            name="incidence", curves=curves, marks=marks, x_title=tr("Days after the application"), y_title=tr("Share of the applications"),
            value_format=percent, x_format=count,
            at_risk=["", *(at_risk[f"{day:g}"] for day in marks[1:])],
        ),
        "incidence",
        (tr("Withdrawal ends an application for good: it is not censored, and the curves add up with those still open."),),
    )  # fmt: skip


def _withdrawals(situation: Situation, tables: Tables) -> Figure | None:
    found = situation.comparison("withdrawals")
    if found is None or "withdrawals" not in tables:
        return None
    points = funnel_points(tables["withdrawals"].frame)
    claims = {"all": Claim("withdrawals", DISTRICT_ROW, "raw"), "days": Claim("settings", "accepted_within_days", "value")}  # fmt: skip
    if len(points) < FEWEST_DOTS or not all_shown(tables, claims):
        return None
    names = [situation.units.names[row] for row in too_many_withdraw(tables)]
    title = (
        state("More applications are withdrawn than elsewhere in {names}", tables, words={"names": listed(names)})
        if names
        else state(
            "In no sub-district are more applications withdrawn than chance and usual differences explain", tables
        )
    )
    return Figure(
        "withdrawals",
        title,
        state("Withdrawn within {days} days against the number of applications, by sub-district; lines: limits", tables, days=claims["days"]),
        state("A point a sub-district between lines that narrow as applications grow in number, around {all} withdrawn within {days} days.", tables, words={}, **claims),
        funnel(
            name="withdrawals",
            points=points.rename(index=situation.units.names),
            limits=found.limits(),
            centre=cell(tables, "withdrawals", DISTRICT_ROW, "raw"),
            centre_label=tr("whole district"),
            x_title=tr("Applications"),
            y_title=tr("Withdrawn"),
            x_format=count,
            y_format=percent,
        ),
        "withdrawals",
        (tr(DISPERSION[found.funnel.reason]),),
    )  # fmt: skip


def _completions(situation: Situation, tables: Tables) -> Figure | None:
    frame = tables["completions"].frame
    if "rate" not in frame or not shown(tables, "completions", DISTRICT_ROW, "rate"):
        return None
    rows = frame.drop(index=DISTRICT_ROW)[["rate", "rate_lower", "rate_upper"]]
    rows = rows.set_axis(["value", "lower", "upper"], axis=1)
    if rows["value"].notna().sum() < FEWEST_DOTS:
        return None
    low, high = str(rows["value"].idxmin()), str(rows["value"].idxmax())
    claims = {
        "low": Claim("completions", low, "rate"),
        "high": Claim("completions", high, "rate"),
        "all": Claim("completions", DISTRICT_ROW, "rate"),
    }
    words = {"lowest": situation.units.names[low], "highest": situation.units.names[high]}
    ordered = rows.sort_values("value", kind="stable", na_position="last").rename(index=situation.units.names)
    return Figure(
        "completions",
        state("From {low} adapted homes for each thousand older people in {lowest} to {high} in {highest}", tables, words=words, **{name: claims[name] for name in ("low", "high")}),
        tr("Adapted homes for each thousand people aged sixty and over, by sub-district, {window}; lines: Poisson intervals", window=situation.since),
        state("Dots with intervals by sub-district, lowest first: {low} in {lowest}, {high} in {highest}; {all} in the whole district.", tables, words=words, **claims),
        interval_dots(
            name="completions", rows=ordered, x_title=tr("Adapted homes for each thousand aged sixty and over"), value_format=_tenths,
            reference=cell(tables, "completions", DISTRICT_ROW, "rate"), reference_label=tr("whole district"), missing_label=tr("not shown"),
        ),
        "completions",
        (tr("Population counted: {basis}.", basis=tr(wording.BASES[situation.params.basis])),),
    )  # fmt: skip


def _tenths(value: float) -> str:
    return format_value(value, "number", 1)


def _hundredths(value: float) -> str:
    return format_value(value, "number", 2)


def _groups(situation: Situation, tables: Tables) -> Figure | None:
    if "by_group" not in tables:
        return None
    frame = tables["by_group"].frame
    rows = frame.drop(index=["none", "total"])[["met_share", "met_lower", "met_upper"]]
    rows = rows.set_axis(["value", "lower", "upper"], axis=1)
    claims = {"all": Claim("by_group", "total", "met_share")}
    if rows["value"].notna().sum() < FEWEST_DOTS or not all_shown(tables, claims):
        return None
    low = str(rows["value"].idxmin())
    claims["low"] = Claim("by_group", low, "met_share")
    words = {"group": wording.group_names()[low]}
    ordered = rows.sort_values("value", kind="stable", na_position="last").rename(index=wording.group_labels())
    return Figure(
        "groups",
        state("Least reached: {group}, {low} of those in need, against {all} of all", tables, words=words, **claims),
        tr("Households in need whose homes are adapted, by priority group, {place}, {window}; lines: Wilson intervals", place=situation.place, window=situation.since),
        state("Dots with intervals by priority group, least reached first: {low} ({group}); {all} of all households in need.", tables, words=words, **claims),
        interval_dots(
            name="groups", rows=ordered, x_title=tr("Need met"), value_format=percent,
            reference=cell(tables, "by_group", "total", "met_share"), reference_label=tr("all in need"), missing_label=tr("not shown"),
        ),
        "by_group",
    )  # fmt: skip


def _along_need(situation: Situation, tables: Tables) -> Figure | None:
    found = situation.concentration
    if found is None or "concentration" not in tables or "need" not in tables:
        return None
    # The curve's corners are counts: they stand in a table, and where one of them is hidden, so is the curve.
    if tables["need"].frame.loc[list(found.units), ["need", "met"]].isna().any(axis=None):
        return None
    claims = {name: Claim("concentration", "standard", name) for name in ("index", "lower", "upper")}
    low, high = (cell(tables, "concentration", "standard", name) for name in ("lower", "upper"))
    finding = ALONG["dense" if low > 0 else "thin" if high < 0 else "even"]
    label = tr("Adapted homes")
    text = state("index {index} (between {lower} and {upper})", tables, words={}, **claims).plain
    return Figure(
        "concentration",
        state(finding, tables),
        tr("Cumulative share of adapted homes against that of households in need, sub-districts with thin need first, {window}", window=situation.since),
        state("A curve near or off the diagonal of equal shares; concentration index {index} (between {lower} and {upper}).", tables, words={}, **claims),
        lorenz(
            name="concentration",
            curves={label: (list(found.curve.population_share), list(found.curve.value_share))},
            x_title=tr("Households in need"),
            y_title=tr("Adapted homes of priority groups"),
            gini_labels={label: text},
        ),
        "concentration",
        (tr("Above the diagonal: places with thin need got more than their share."),),
    )  # fmt: skip


def _falls(situation: Situation, tables: Tables) -> Figure | None:
    labels, places = worded(wording.TIMES), worded(wording.PLACES)
    pieces = []
    for place, series in places.items():
        if f"falls_{place}" in tables:
            rows = tables[f"falls_{place}"].frame.loc[["prompted", "waiting", "after"], ["ratio", "lower", "upper"]]
            rows = rows.set_axis(["value", "lower", "upper"], axis=1).rename(index=labels)
            pieces.append(rows.assign(series=series))
    claims = {name: Claim("falls_home", "after", name) for name in ("ratio", "lower", "upper")}
    if not pieces or not all_shown(tables, claims):
        return None
    frame = pd.concat(pieces)
    ordered = pd.concat([frame[frame.index == labels[name]] for name in ("prompted", "waiting", "after")])
    return Figure(
        "falls",
        state("At home people fell {ratio} times as often after acceptance (between {lower} and {upper})", tables, words={}, **claims),
        tr("Rate ratios of falls within persons against the time outside, {place}, {day}; lines: intervals", place=situation.place, day=situation.params.window.end_label),
        state("Dots with intervals for three times, at home and elsewhere; after acceptance {ratio} at home (between {lower} and {upper}).", tables, words={}, **claims),
        interval_dots(
            name="falls", rows=ordered if len(pieces) > 1 else ordered.drop(columns="series"), x_title=tr("Rate ratio"), value_format=_hundredths,
            reference=1.0, reference_label=tr("no difference"), missing_label=tr("not shown"),
        ),
        "falls_home",
        (tr("Modelled: adjusted for age and season. Falls elsewhere should not change: they are the control."),),
    )  # fmt: skip
