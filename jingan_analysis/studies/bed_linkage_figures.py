"""From the tables on linked beds to their figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.heat import heat
from jingan_analysis.figures.intervals import interval_dots
from jingan_analysis.figures.lines import lines
from jingan_analysis.figures.survival_curves import StepCurve, incidence_curves
from jingan_analysis.language import mark, tr, worded
from jingan_analysis.studies import bed_linkage_words as wording
from jingan_analysis.studies.bed_linkage_headline import effect_row
from jingan_analysis.studies.numbers_at_risk import printed
from jingan_analysis.studies.share_map import MapWords, share_map
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, state
from jingan_analysis.tables.formatting import count, format_month, percent
from jingan_analysis.tables.shown import all_shown, cell, shown

if TYPE_CHECKING:
    from jingan_analysis.studies.bed_linkage import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

LINES = {
    "share": mark("Counted"),
    "fitted": mark("Expected"),
    "without": mark("Without the breaks"),
    "comparison_share": mark("Elsewhere"),
}


def figures_of(situation: Situation, tables: Tables) -> dict[str, Figure]:
    """All figures that the tables carry, by name in reading order."""
    found = [
        _occupancy(situation, tables),
        _coverage(situation, tables),
        _map(situation, tables),
        _contracts(situation, tables),
        _flows(situation, tables),
        _waiting(situation, tables),
    ]
    return {figure.name: figure for figure in found if figure is not None}


def _occupancy(situation: Situation, tables: Tables) -> Figure | None:
    if "by_month" not in tables:
        return None
    frame = tables["by_month"].frame
    drawn = [name for name in LINES if name in frame]
    if len(frame) < 3 or frame["share"].isna().any():  # two points are no course
        return None
    first, last = str(frame.index[0]), str(frame.index[-1])
    claims = {"first": Claim("by_month", first, "share"), "last": Claim("by_month", last, "share")}
    words = {"from_month": format_month(first), "to_month": format_month(last)}
    row = effect_row(tables)
    title = (
        state(
            "Occupancy of institutions went from {first} to {last}: {difference} points above what trend and season would have brought",
            tables,
            first=claims["first"],
            last=claims["last"],
            difference=Claim("effects", row, "difference"),
        )
        if row is not None and cell(tables, "effects", row, "lower") > 0
        else state(
            "Occupancy of institutions: {first} in {from_month}, {last} in {to_month}", tables, words=words, **claims
        )
    )
    placed = frame[drawn].rename(columns=worded(LINES)).set_axis([_year(month) for month in frame.index])
    return Figure(
        "occupancy",
        title,
        tr("Occupied bed-days of usable ones in institutions, by month, {place}", place=situation.place),
        state(
            "Lines by month: occupancy goes from {first} in {from_month} to {last} in {to_month}.",
            tables,
            words=words,
            **claims,
        ),
        lines(
            name="occupancy",
            frame=placed,
            x_title=tr("Year"),
            y_title=tr("Occupied bed-days of usable ones"),
            value_format=percent,
            x_format=lambda year: f"{year:.0f}" if year == round(year) else "",
            include=(),
            moments={_year(month) - 0.5 / 12: format_month(month) for month in situation.series.breaks},
        ),
        "by_month",
        (
            tr("The scale does not begin at zero."),
            *((tr("Expected and without the breaks are modelled."),) if "fitted" in frame else ()),
        ),
    )


def _year(month: str) -> float:
    """The middle of a month as a number of years."""
    return int(month[:4]) + (int(month[5:]) - 0.5) / 12


def _coverage(situation: Situation, tables: Tables) -> Figure | None:
    frame = tables["coverage"].frame
    rows = frame[["covered_share", "covered_lower", "covered_upper"]].set_axis(["value", "lower", "upper"], axis=1)
    if rows["value"].notna().sum() < 2:  # one dot is a sentence
        return None
    least = str(rows["value"].idxmin())
    claims = {"share": Claim("coverage", least, "covered_share")}
    words = {"what": wording.coverage_labels()[least]}
    return Figure(
        "coverage",
        state("Furthest from full: {what}, {share}", tables, words=words, **claims),
        tr("Share covered, {place}, {day}; lines: Wilson intervals", place=situation.place, day=situation.params.window.end_label),
        state("Dots with intervals, one a coverage; the lowest is {share} ({what}).", tables, words=words, **claims),
        interval_dots(
            name="coverage", rows=rows.rename(index=wording.coverage_labels()), x_title=tr("Covered"), value_format=percent,
            reference=1.0, reference_label=tr("full"), missing_label=tr("not shown"),
        ),
        "coverage",
        (tr("Each has a denominator of its own; see the table."),),
    )  # fmt: skip


def _map(situation: Situation, tables: Tables) -> Figure | None:
    if "contracts" not in tables:
        return None
    words = MapWords(
        uneven=mark("In {lowest} {low} of people with a bed have a contract, in {highest} {high}"),
        even=mark("In every sub-district {all} of people with a bed have a contract"),
        alternative=mark(
            "Map of the district's sub-districts shaded by the share of people with a bed who have a contract: from {low} in {lowest} "
            "to {high} in {highest}; {all} in the whole district."
        ),
        subtitle=tr(
            "People with a bed who have a contract, by sub-district of the institution, {day}",
            day=situation.params.window.end_label,
        ),
        legend=tr("Have a contract"),
    )
    return share_map(situation.units, situation.params.unit, tables, ("contracts", "signed_share"), words)


def _contracts(situation: Situation, tables: Tables) -> Figure | None:
    if "contracts" not in tables or not shown(tables, "contracts", DISTRICT_ROW, "signed_share"):
        return None
    frame = tables["contracts"].frame
    rows = frame.drop(index=DISTRICT_ROW)[["signed_share", "signed_lower", "signed_upper"]]
    rows = rows.set_axis(["value", "lower", "upper"], axis=1)
    if rows["value"].notna().sum() < 3:  # fewer are sentences
        return None
    first = str(rows["value"].idxmin())
    claims = {"low": Claim("contracts", first, "signed_share"), "all": Claim("contracts", DISTRICT_ROW, "signed_share")}
    words = {"lowest": situation.units.names[first]}
    ordered = rows.sort_values("value", kind="stable", na_position="last").rename(index=situation.units.names)
    return Figure(
        "contracts",
        state("Fewest contracts in {lowest}: {low}, against {all} in the whole district", tables, words=words, **claims),
        tr("Holders of a bed with a contract, by sub-district of the institution, {day}; lines: Wilson intervals", day=situation.params.window.end_label),
        state("Dots with intervals by sub-district, lowest first: {low} in {lowest}; {all} in the whole district.", tables, words=words, **claims),
        interval_dots(
            name="contracts", rows=ordered, x_title=tr("Have a contract"), value_format=percent,
            reference=cell(tables, "contracts", DISTRICT_ROW, "signed_share"), reference_label=tr("whole district"),
            missing_label=tr("not shown"),
        ),
        "contracts",
    )  # fmt: skip


def _flows(situation: Situation, tables: Tables) -> Figure | None:
    frame = tables["flows"].frame
    claims = {
        "home": Claim("flows", "institution", "home"),
        "moves": Claim("flows", "institution", "total"),
        "all": Claim("flows", "total", "total"),
    }
    if not all_shown(tables, claims):
        return None
    labels = wording.place_labels(total=tr("All"))
    drawn = frame.drop(index="total").drop(columns="total").rename(index=labels, columns=labels)
    return Figure(
        "flows",
        state("Of {moves} who left an institution bed {home} went home", tables, moves=claims["moves"], home=claims["home"]),
        tr("Moves from (rows) to (columns), {place}, {window}", place=situation.place, window=situation.params.window.year_label),
        state("A table of shaded cells, kinds of bed by where people went: {all} moves, {home} of {moves} from an institution bed to home.", tables, words={}, **claims),
        heat(name="flows", frame=drawn, value_format=count, legend_title=tr("Moves")),
        "flows",
        (tr("Hatched: not shown, to protect small groups."),) if drawn.isna().any(axis=None) else (),
    )  # fmt: skip


def _waiting(situation: Situation, tables: Tables) -> Figure | None:
    if "waiting_curve" not in tables:
        return None
    frame = tables["waiting_curve"].frame
    columns = {"moved_share": tr("moved"), "away_share": tr("refused or withdrawn"), "died_share": tr("died waiting")}
    whole = {name: label for name, label in columns.items() if frame[name].notna().all()}
    claims = {
        "days": Claim("waiting", "institution", "median_days"),
        "share": Claim("waiting", "institution", "within_share"),
    }
    if "moved_share" not in whole or not all_shown(tables, claims):
        return None
    days = [0.0, *(float(day) for day in frame.index)]
    curves = [
        StepCurve(
            label, days, [0.0, *map(float, frame[name])],
            lower=[math.nan, *map(float, frame["moved_lower"])] if name == "moved_share" else (),
            upper=[math.nan, *map(float, frame["moved_upper"])] if name == "moved_share" else (),
        )
        for name, label in whole.items()
    ]  # fmt: skip
    return Figure(
        "waiting",
        state("Half of the requests for an institution bed end in a move within {days} days", tables, days=claims["days"]),
        tr("Cumulative incidence since the request, {place}, {window}; band: interval", place=situation.place, window=situation.params.window.year_label),
        state("Rising curves by days since the request: half have moved after {days} days, {share} within the limit.", tables, words={}, **claims),
        incidence_curves(
            name="waiting", curves=curves, marks=days, x_title=tr("Days after the request"), y_title=tr("Share of the requests to move"),
            value_format=percent, x_format=count, at_risk=[count(frame["requests"].iloc[0]), *printed(tables["waiting_curve"], "followed")],
        ),
        "waiting_curve",
    )  # fmt: skip
