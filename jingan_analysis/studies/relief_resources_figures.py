"""From the tables of relief resources to its figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.figures.bars import bars
from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.survival_curves import StepCurve, incidence_curves
from jingan_analysis.language import mark, tr
from jingan_analysis.studies.numbers_at_risk import printed
from jingan_analysis.studies.relief_coverage_words import need_names
from jingan_analysis.studies.relief_resources_headline import scarcest
from jingan_analysis.studies.share_map import MapWords, share_map
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, state
from jingan_analysis.tables.formatting import count, percent
from jingan_analysis.tables.shown import all_shown, cell, shown

if TYPE_CHECKING:
    from jingan_analysis.studies.relief_resources import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]


def figures_of(situation: Situation, tables: Tables) -> dict[str, Figure]:
    """All figures that the tables carry, by name in reading order."""
    found = [
        _balance(situation, tables),
        _map(situation, tables),
        _waiting(situation, tables),
        _grades(situation, tables),
        _scarcity(situation, tables),
    ]
    return {figure.name: figure for figure in found if figure is not None}


def _balance(situation: Situation, tables: Tables) -> Figure | None:
    table, need = tables["balance"], scarcest(tables)
    if need is None:
        return None
    rows = table.frame.drop(index="total")[["wanted", "matched", "best"]]
    rows = rows.sort_values("wanted", ascending=False, kind="stable").rename(index=table.row_labels)
    claims = {name: Claim("balance", need, name) for name in ("wanted", "best")}
    words = {"need": need_names()[need]}
    return Figure(
        "balance",
        state("Most short of room is help with {need}: at best {best} of {wanted} units wanted can be served", tables, words=words, **claims),
        tr("Units wanted, matched, and possible at best, by need, {place}, {window}", place=situation.units.labels[DISTRICT_ROW], window=situation.params.window.label),
        state("Three bars for each need, most wanted first. For {need} {best} of {wanted} units are possible at best.", tables, words=words, **claims),
        bars(
            name="balance",
            rows=rows,
            x_title=tr("Units of service"),
            value_format=count,
            series_labels={"wanted": tr("Wanted"), "matched": tr("Matched"), "best": tr("Best possible")},
            missing_label=tr("not shown"),
        ),
        "balance",
    )  # fmt: skip


def _map(situation: Situation, tables: Tables) -> Figure | None:
    words = MapWords(
        uneven=mark("Matched are {low} of the units wanted in {lowest}, {high} in {highest}"),
        even=mark("Matched are {all} of the units wanted in every sub-district"),
        alternative=mark(
            "Map of the district's sub-districts shaded by the share of wanted units that were matched: from {low} in {lowest} to "
            "{high} in {highest}; {all} in the whole district."
        ),
        subtitle=tr(
            "Units of matched requests, of those wanted, by sub-district, {window}",
            window=situation.params.window.label,
        ),
        legend=tr("Units matched"),
    )
    return share_map(situation.units, situation.params.unit, tables, ("by_subdistrict", "matched_share"), words)


def _waiting(situation: Situation, tables: Tables) -> Figure | None:
    if "waiting" not in tables:
        return None
    frame = tables["waiting"].frame.dropna(subset=["matched_share"])
    if len(frame) < 6 or not shown(tables, "by_need", "total", "matched_share"):
        return None
    days = [0.0, *(float(day) for day in frame.index)]
    curve = StepCurve(
        tr("matched"), days, [0.0, *map(float, frame["matched_share"])],
        lower=[math.nan, *map(float, frame["matched_lower"])], upper=[math.nan, *map(float, frame["matched_upper"])],
    )  # fmt: skip
    claims = {"share": Claim("by_need", "total", "matched_share"), "requests": Claim("by_need", "total", "requests")}
    last = Claim("waiting", str(frame.index[-1]), "matched_share")
    half = Claim("by_need", "total", "half_days")
    title = (
        state("Half of the requests are matched within {days} days", tables, days=half)
        if all_shown(tables, {"half": half})
        else state("Matched are {last} of the requests at the end of the curve", tables, last=last)
    )
    return Figure(
        "waiting",
        title,
        tr("Share matched by days since the request, {place}, {window}; band: interval", place=situation.place, window=situation.params.window.label),
        state(
            "A rising curve by days since the request, up to {last} at its end; of {requests} requests {share} were matched by the "
            "last day, many of them followed for a short time only.",
            tables,
            words={},
            last=last,
            **claims,
        ),
        incidence_curves(
            name="waiting", curves=[curve], marks=days, x_title=tr("Days since the request"), y_title=tr("Share of requests"),
            value_format=percent, x_format=count,
            at_risk=[count(frame["requests"].iloc[0]), *printed(tables["waiting"], "followed")][: len(days)],
        ),
        "waiting",
    )  # fmt: skip


def _grades(situation: Situation, tables: Tables) -> Figure | None:
    table = tables["by_grade"]
    columns = {
        "matched_share": tr("Matched"),
        "best_share": tr("Best possible"),
        "first_high_share": tr("High grade first"),
    }
    claims = {
        "first": Claim("by_grade", "high", "first_high_share"),
        "matched": Claim("by_grade", "high", "matched_share"),
    }
    if not all_shown(tables, claims):
        return None
    rows = table.frame.drop(index="total")[list(columns)].rename(index=table.row_labels)
    return Figure(
        "grades",
        state("High grade first would serve {first} of what the high grade wants; {matched} are matched", tables, words={}, **claims),
        tr("Share of wanted units under three plans, by grade, {place}, {window}", place=situation.units.labels[DISTRICT_ROW], window=situation.params.window.label),
        state("Three bars for each grade. The high grade has {matched} matched and would have {first} if it came first.", tables, words={}, **claims),
        bars(name="grades", rows=rows, x_title=tr("Of the units wanted"), value_format=percent, series_labels=columns, missing_label=tr("not shown")),
        "by_grade",
    )  # fmt: skip


def _scarcity(situation: Situation, tables: Tables) -> Figure | None:
    table = tables["scarcity"]
    rows = table.frame.drop(index="total")[["always", "never"]]
    claims = {
        "always": Claim("scarcity", "total", "always"),
        "never": Claim("scarcity", "total", "never"),
        "all": Claim("scarcity", "total", "suppliers"),
    }
    if not cell(tables, "scarcity", "total", "suppliers") > 0:
        return None
    rows = rows.sort_values("always", ascending=False, kind="stable").rename(index=table.row_labels)
    return Figure(
        "scarcity",
        state("Of {all} projects and resources {always} are scarce whatever their capacities, {never} never", tables, words={}, **claims),
        tr("Projects and resources by how often one unit more would serve, by need, {place}, {window}", place=situation.units.labels[DISTRICT_ROW], window=situation.params.window.label),
        state("Two bars for each need: scarce in at least nine scenarios of ten ({always} of {all} in all), and in none ({never}).", tables, words={}, **claims),
        bars(
            name="scarcity",
            rows=rows,
            x_title=tr("Projects and resources"),
            value_format=count,
            series_labels={"always": tr("In nine scenarios of ten"), "never": tr("In no scenario")},
            missing_label=tr("not shown"),
        ),
        "scarcity",
    )  # fmt: skip
