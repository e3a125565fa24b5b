"""From the tables of the loop of home visits to its figures."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from jingan_analysis.figures.bars import bars
from jingan_analysis.figures.control_chart import control_chart
from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.flow_graph import FlowEdge, FlowNode, flow_graph
from jingan_analysis.figures.intervals import interval_dots
from jingan_analysis.figures.survival_curves import StepCurve, incidence_curves
from jingan_analysis.language import mark, tr, worded
from jingan_analysis.studies import doorstep_loop_words as wording
from jingan_analysis.studies.chart_signals import SIGNALS
from jingan_analysis.studies.numbers_at_risk import printed
from jingan_analysis.studies.share_map import MapWords, share_map
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, sentence_case, state
from jingan_analysis.tables.formatting import count, format_month, format_value, percent
from jingan_analysis.tables.shown import all_shown, cell, shown

if TYPE_CHECKING:
    from jingan_analysis.studies.doorstep_loop import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

_ORDER = ("start", "discover", "judge", "reject", "visit", "withdraw", "follow_up", "end")
_ASIDE = ("reject", "withdraw")
_RARE = 0.005
"""Transitions of fewer cases than this share of all are not drawn; the table has them."""
MONTH_TITLE = {
    "better": mark("{last} of the cases discovered in {month} were judged in time, more than chance explains"),
    "worse": mark("{last} of the cases discovered in {month} were judged in time, less than chance explains"),
    "none": mark("{last} of the cases discovered in {month} were judged in time, within what chance explains"),
}


def figures_of(situation: Situation, tables: Tables) -> dict[str, Figure]:
    """All figures that the tables carry, by name in reading order."""
    found = [
        _process(situation, tables),
        _map(situation, tables),
        _by_unit(situation, tables),
        _incidence(situation, tables),
        _months(situation, tables),
        _deviations(situation, tables),
    ]
    return {figure.name: figure for figure in found if figure is not None}


def _process(situation: Situation, tables: Tables) -> Figure | None:
    frame = tables["transitions"].frame
    seen = frame[frame["cases"].notna()]
    if seen.empty or not shown(tables, "conformity", situation.row, "conforming_share"):
        return None
    names = wording.activity_names()
    total = float(seen["cases"].max())
    # A way out is an end: the arrow from there to the end would say nothing.
    drawn = seen[(seen["cases"] >= _RARE * total) & ~seen["origin"].isin(_ASIDE)]
    here = {*drawn["origin"], *drawn["target"]}
    nodes = [FlowNode(code, sentence_case(names[code]), aside=code in _ASIDE) for code in _ORDER if code in here]
    if sum(not node.aside for node in nodes) < 2:
        return None
    edges = [_edge(row) for row in drawn.to_dict("records")]
    claims = {
        "share": Claim("conformity", situation.row, "conforming_share"),
        "fitness": Claim("conformity", situation.row, "fitness"),
        "cases": Claim("conformity", situation.row, "cases"),
    }
    if not all_shown(tables, claims):
        return None
    return Figure(
        "process",
        state("{share} of cases follow the four steps without a deviation", tables, share=claims["share"]),
        tr("What followed what, number of transitions and median days, {place}, {day}", place=situation.place, day=situation.params.window.end_label),
        state(
            "A map of boxes from discovery down to the end, with arrows for what followed what. Of {cases} cases {share} keep "
            "to the main line and its ways out; fitness is {fitness}.",
            tables,
            words={},
            **claims,
        ),
        flow_graph(name="process", nodes=nodes, edges=edges),
        "transitions",
        (
            tr("Full lines: foreseen. Dashed: not foreseen. Wider: more often. d: median days."),
            tr("Rare transitions are left out here and stand in the table."),
        ),
    )  # fmt: skip


def _edge(row: Mapping[Hashable, Any]) -> FlowEdge:
    label = _edge_label(float(row["transitions"]), float(row["median_days"]))
    return FlowEdge(row["origin"], row["target"], float(row["transitions"]), label, row["foreseen"] == "yes")


def _edge_label(transitions: float, days: float) -> str:
    if math.isnan(days):
        return count(transitions)
    return tr("{count} · {days} d", count=count(transitions), days=format_value(days, "number", 0))


def _map(situation: Situation, tables: Tables) -> Figure | None:
    words = MapWords(
        uneven=mark("In {lowest} {low} of cases closed in time, in {highest} {high}"),
        even=mark("In every sub-district {all} of cases closed in time"),
        alternative=mark(
            "Map of the district's sub-districts shaded by the share of cases closed in time: from {low} in {lowest} to {high} "
            "in {highest}; {all} in the whole district."
        ),
        subtitle=tr(
            "Share of due cases that went through all four steps in time, by sub-district, {day}",
            day=situation.params.window.end_label,
        ),
        legend=tr("Cases closed in time"),
    )
    return share_map(situation.units, situation.params.unit, tables, ("closure", "in_time_share"), words)


def _by_unit(situation: Situation, tables: Tables) -> Figure | None:
    frame = tables["closure"].frame
    if not shown(tables, "closure", DISTRICT_ROW, "in_time_share") or frame["in_time_share"].notna().sum() < 3:
        return None
    columns = {"in_time_share": "value", "in_time_lower": "lower", "in_time_upper": "upper"}
    rows = frame.drop(index=DISTRICT_ROW)[list(columns)].rename(columns=columns)
    rows = rows.sort_values("value", kind="stable", na_position="last").rename(index=situation.units.names)
    first = str(frame["in_time_share"].drop(DISTRICT_ROW).idxmin())
    claims = {"low": Claim("closure", first, "in_time_share"), "all": Claim("closure", DISTRICT_ROW, "in_time_share")}
    words = {"lowest": situation.units.names[first]}
    return Figure(
        "closed-in-time",
        state("Closing in time is rarest in {lowest}: {low}, against {all} in the whole district", tables, words=words, **claims),
        tr("Share of due cases closed in time, by sub-district, {day}; lines: Wilson intervals", day=situation.params.window.end_label),
        state("Dots with intervals by sub-district, lowest first: {low} in {lowest}; {all} in the whole district.", tables, words=words, **claims),
        interval_dots(
            name="closed-in-time",
            rows=rows,
            x_title=tr("Cases closed in time"),
            value_format=percent,
            reference=cell(tables, "closure", DISTRICT_ROW, "in_time_share"),
            reference_label=tr("whole district"),
            missing_label=tr("not shown"),
        ),
        "closure",
    )  # fmt: skip


def _incidence(situation: Situation, tables: Tables) -> Figure | None:
    if "incidence" not in tables:
        return None
    frame = tables["incidence"].frame
    columns = {"closed_share": tr("closed"), "withdrawn_share": tr("withdrawn"), "rejected_share": tr("rejected")}
    whole = {name: label for name, label in columns.items() if frame[name].notna().all()}
    if "closed_share" not in whole:
        return None
    days = [0.0, *(float(day) for day in frame.index)]
    curves = [
        StepCurve(
            label, days, [0.0, *map(float, frame[name])],
            lower=[math.nan, *map(float, frame["closed_lower"])] if name == "closed_share" else (),
            upper=[math.nan, *map(float, frame["closed_upper"])] if name == "closed_share" else (),
        )
        for name, label in whole.items()
    ]  # fmt: skip
    last = str(frame.index[-1])
    claims = {name: Claim("incidence", last, f"{name}_share") for name in ("closed", "withdrawn", "rejected", "open")}
    if not all_shown(tables, claims):
        return None
    return Figure(
        "incidence",
        state(
            "Within half a year {closed} of cases close, {withdrawn} are withdrawn and {rejected} are rejected",
            tables, closed=claims["closed"], withdrawn=claims["withdrawn"], rejected=claims["rejected"],
        ),
        tr("Cumulative incidence since discovery on the days of the table, {place}, {day}; band: interval", place=situation.place, day=situation.params.window.end_label),
        state(
            "Rising curves by days since discovery. After half a year {closed} of cases have closed, {withdrawn} were withdrawn, "
            "{rejected} were rejected and {open} are still open.",
            tables,
            words={},
            **claims,
        ),
        incidence_curves(
            name="incidence", curves=curves, marks=days, x_title=tr("Days since discovery"), y_title=tr("Share of cases"),
            value_format=percent, x_format=count, at_risk=[count(frame["cases"].iloc[0]), *printed(tables["incidence"], "followed")],
        ),
        "incidence",
    )  # fmt: skip


def _months(situation: Situation, tables: Tables) -> Figure | None:
    if "by_month" not in tables:
        return None
    frame = tables["by_month"].frame
    due = frame[frame["judged_signal"] != "z"]
    if due["judged_share"].notna().sum() < 6:
        return None
    chart = due[[f"judged_{name}" for name in ("share", "centre", "low", "high", "signal")]]
    chart = chart.set_axis(["value", "centre", "low", "high", "signal"], axis=1)
    last = str(due.index[due["judged_share"].notna()][-1])
    finding = MONTH_TITLE.get(str(due.loc[last, "judged_signal"]), MONTH_TITLE["none"])
    claims = {"last": Claim("by_month", last, "judged_share"), "mean": Claim("by_month", last, "judged_centre")}
    words = {"month": format_month(last)}
    return Figure(
        "months",
        state(finding, tables, words=words, last=claims["last"]),
        tr("Share of cases judged in time, by month of discovery, {place}; XmR chart", place=situation.place),
        state(
            "A line by month of discovery with its mean of {mean} and its limits; the last month that is due has {last}.",
            tables,
            words={},
            **claims,
        ),
        control_chart(
            name="months",
            frame=chart,
            y_title=tr("Cases judged in time"),
            x_title=tr("Month of discovery"),
            value_format=percent,
            centre_label=tr("mean"),
            limit_label=tr("limit"),
            signal_labels=worded({name: SIGNALS[name] for name in ("better", "worse", "both")}),
            include=(0.0, 1.0),
        ),
        "by_month",
    )


def _deviations(situation: Situation, tables: Tables) -> Figure | None:
    table = tables["deviations"]
    rows = table.frame.drop(index=["total", "none"])[["cases"]]
    known = rows["cases"].dropna()
    if not len(known) or not known.max() > 0:
        return None
    worst = str(known.idxmax())
    claims = {"cases": Claim("deviations", worst, "cases"), "all": Claim("deviations", "total", "cases")}
    if not all_shown(tables, claims):
        return None
    words = {"kind": tr(wording.DEVIATIONS[worst])}
    rows = rows.sort_values("cases", ascending=False, kind="stable", na_position="last")
    return Figure(
        "deviations",
        state("The most frequent deviation: {kind} ({cases} of {all} cases)", tables, words=words, **claims),
        tr("Cases with each kind of deviation from the four steps, {place}, {day}", place=situation.place, day=situation.params.window.end_label),
        state("Bars by kind of deviation, longest first: {kind}, {cases} of {all} cases.", tables, words=words, **claims),
        bars(name="deviations", rows=rows.rename(index=table.row_labels), x_title=tr("Cases"), value_format=count, missing_label=tr("not shown")),
        "deviations",
    )  # fmt: skip
