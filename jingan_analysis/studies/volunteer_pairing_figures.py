"""From the tables on volunteers to their figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.figures.bars import bars
from jingan_analysis.figures.control_chart import control_chart
from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.intervals import interval_dots
from jingan_analysis.figures.lines import lines
from jingan_analysis.figures.survival_curves import StepCurve, incidence_curves
from jingan_analysis.language import mark, tr, worded
from jingan_analysis.studies import volunteer_pairing_words as wording
from jingan_analysis.studies.chart_signals import SIGNALS
from jingan_analysis.studies.numbers_at_risk import printed
from jingan_analysis.studies.share_map import MapWords, ends_of, share_map
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, state
from jingan_analysis.tables.formatting import count, percent
from jingan_analysis.tables.settings import setting
from jingan_analysis.tables.shown import all_shown, cell, shown

if TYPE_CHECKING:
    from jingan_analysis.studies.volunteer_pairing import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

WEEK_TITLE = {
    "better": mark("In the last week {last} of the checks were met, more than chance explains; {mean} over all weeks"),
    "worse": mark("In the last week {last} of the checks were met, less than chance explains; {mean} over all weeks"),
    "none": mark("In the last week {last} of the checks were met, within what chance explains; {mean} over all weeks"),
}
_FEWEST_WEEKS = 6


def figures_of(situation: Situation, tables: Tables) -> dict[str, Figure]:
    """All figures that the tables carry, by name in reading order."""
    found = [
        _map(situation, tables),
        _load(situation, tables),
        _contact(situation, tables),
        _weeks(situation, tables),
        _pairs(situation, tables),
        _prices(situation, tables),
        _missing(situation, tables),
    ]
    return {figure.name: figure for figure in found if figure is not None}


def _map(situation: Situation, tables: Tables) -> Figure | None:
    words = MapWords(
        uneven=mark("In {lowest} {low} of the older people on the list have a volunteer, in {highest} {high}"),
        even=mark("In every sub-district {all} of the older people on the list have a volunteer"),
        alternative=mark(
            "Map of the district's sub-districts shaded by the share of older people on the list who have a volunteer: from {low} in "
            "{lowest} to {high} in {highest}; {all} in the whole district."
        ),
        subtitle=tr(
            "Older people on the list who have a volunteer, by sub-district, {day}",
            day=situation.params.window.end_label,
        ),
        legend=tr("Have a volunteer"),
    )
    return share_map(situation.units, situation.params.unit, tables, ("by_subdistrict", "paired_share"), words)


def _load(situation: Situation, tables: Tables) -> Figure | None:
    table = tables["load_distribution"]
    rows = table.frame.drop(index="total")
    claims = {
        "share": Claim("load", situation.row, "over_share"),
        "over": Claim("load", situation.row, "over"),
        "volunteers": Claim("load", situation.row, "volunteers"),
        "norm": setting("norm"),
    }
    if not all_shown(tables, claims) or rows["volunteers"].notna().sum() < 3:  # fewer are sentences
        return None
    return Figure(
        "load",
        state("{share} of the volunteers have more than {norm} older people, the norm", tables, share=claims["share"], norm=claims["norm"]),
        tr("Volunteers by number of older people, {place}, {day}", place=situation.place, day=situation.params.window.end_label),
        state("Bars by number of older people of a volunteer: {over} of {volunteers} volunteers have more than {norm}, {share}.", tables, words={}, **claims),
        bars(
            name="load", rows=rows.rename(index=table.row_labels), x_title=tr("Volunteers"), value_format=count,
            missing_label=tr("not shown"),
        ),
        "load_distribution",
    )  # fmt: skip


def _contact(situation: Situation, tables: Tables) -> Figure | None:
    if "compliance" not in tables or not shown(tables, "compliance", DISTRICT_ROW, "share"):
        return None
    ends = ends_of(tables, "compliance", "share")
    if ends is None:
        return None
    claims = {"low": Claim("compliance", ends[0], "share"), "all": Claim("compliance", DISTRICT_ROW, "share")}
    words = {"lowest": situation.units.names[ends[0]]}
    rows = tables["compliance"].frame.drop(index=DISTRICT_ROW)[["share", "lower", "upper"]]
    rows = rows.set_axis(["value", "lower", "upper"], axis=1)
    ordered = rows.sort_values("value", kind="stable", na_position="last").rename(index=situation.units.names)
    return Figure(
        "contact",
        state("Contact was kept as required least in {lowest}: {low} of the checks, against {all} in the whole district", tables, words=words, **claims),
        tr("Checks met, by sub-district, {window}; lines: intervals", window=situation.params.window.label),
        state("Dots with intervals by sub-district, lowest first: {low} in {lowest}; {all} in the whole district.", tables, words=words, **claims),
        interval_dots(
            name="contact", rows=ordered, x_title=tr("Checks met"), value_format=percent,
            reference=cell(tables, "compliance", DISTRICT_ROW, "share"), reference_label=tr("whole district"),
            missing_label=tr("not shown"),
        ),
        "compliance",
    )  # fmt: skip


def _weeks(situation: Situation, tables: Tables) -> Figure | None:
    if "weeks" not in tables:
        return None
    frame = tables["weeks"].frame
    known = frame[frame["share"].notna()]
    if len(known) < _FEWEST_WEEKS or frame["centre"].isna().any():
        return None
    last = str(known.index[-1])
    claims = {"last": Claim("weeks", last, "share"), "mean": Claim("weeks", last, "centre")}
    chart = frame[["share", "centre", "low", "high", "signal"]].rename(columns={"share": "value"})
    finding = WEEK_TITLE.get(str(known.loc[last, "signal"]), WEEK_TITLE["none"])
    return Figure(
        "weeks",
        state(finding, tables, words={}, **claims),
        tr("Checks met by week, {place}; p′ chart", place=situation.place),
        state(
            "A line by week with its mean of {mean} and its limits; the last week has {last}.",
            tables,
            words={},
            **claims,
        ),
        control_chart(
            name="weeks",
            frame=chart.set_axis([f"{row[5:7]}/{row[8:]}" for row in frame.index]),
            y_title=tr("Checks met"),
            x_title=tr("Week from (month/day)"),
            value_format=percent,
            centre_label=tr("mean"),
            limit_label=tr("limit"),
            signal_labels=worded({name: SIGNALS[name] for name in ("better", "worse", "both")}),
        ),
        "weeks",
        (tr("The scale does not begin at zero."),),
    )


def _pairs(situation: Situation, tables: Tables) -> Figure | None:
    if "pair_curve" not in tables:
        return None
    table = tables["pair_curve"]
    frame, labels = table.frame, worded(wording.CAUSES)
    names = [name for name in ("gave_up", "volunteer_left", "elder_left", "unknown") if f"{name}_share" in frame]
    known = frame[frame["lasting_share"].notna()]
    if len(known) < 2 or known[[f"{name}_share" for name in names]].isna().any(axis=None):
        return None
    told = str(situation.params.lasting_months)
    months = [0.0, *(float(month) for month in known.index)]
    curves = [
        StepCurve(
            labels[name], months, [0.0, *map(float, known[f"{name}_share"])],
            lower=[math.nan, *map(float, known["gave_up_lower"])] if name == "gave_up" else (),
            upper=[math.nan, *map(float, known["gave_up_upper"])] if name == "gave_up" else (),
        )
        for name in names
    ]  # fmt: skip
    claims = {
        name: Claim("pair_curve", told, f"{name}_share")
        for name in ("lasting", "gave_up", "volunteer_left", "elder_left")
    }
    claims["months"] = setting("lasting_months")
    if not all_shown(tables, claims) or not shown(tables, "lasting", "total", "pairs"):
        return None
    followed = dict(zip(map(str, frame.index), printed(table, "followed"), strict=True))
    return Figure(
        "pairs",
        state("After {months} months {lasting} of the pairs still last; {gave_up} were given up", tables, words={}, **{name: claims[name] for name in ("months", "lasting", "gave_up")}),
        tr("Cumulative incidence of each end by months since the pair began, {place}; band: interval", place=situation.place),
        state(
            "Rising curves by months since the pair began: after {months} months {gave_up} were given up, {volunteer_left} had lost the volunteer, {elder_left} the older person, and {lasting} still last.",
            tables, words={}, **claims,
        ),
        incidence_curves(
            name="pairs", curves=curves, marks=months, x_title=tr("Months since the pair began"), y_title=tr("Share of the pairs"),
            value_format=percent, x_format=count,
            at_risk=[count(cell(tables, "lasting", "total", "pairs")), *(followed[str(month)] for month in known.index)],
        ),
        "pair_curve",
        (tr("Modelled: cumulative incidence, for pairs that still last are not followed for so long."),),
    )  # fmt: skip


def _prices(situation: Situation, tables: Tables) -> Figure | None:
    if "prices" not in tables:
        return None
    frame = tables["prices"].frame
    first, last = str(frame.index[0]), str(frame.index[-1])
    claims = {
        "free": Claim("prices", first, "broken"),
        "short": Claim("prices", first, "mean_walk_m"),
        "few": Claim("prices", last, "broken"),
        "long": Claim("prices", last, "mean_walk_m"),
    }
    drawn = frame.dropna(subset=["broken"]).drop_duplicates("broken").sort_values("broken", kind="stable")
    if len(drawn) < 3 or not all_shown(tables, claims):
        return None
    placed = drawn.set_index("broken")[["mean_walk_m"]].rename(columns={"mean_walk_m": tr("mean walk")})
    return Figure(
        "prices",
        state("The shortest walks, {short} m on the average, would break {free} pairs; breaking {few} leaves {long} m", tables, words={}, **claims),
        tr("Mean walk of a pair by the number of pairs broken in the best pairing, {place}", place=situation.units.labels[DISTRICT_ROW]),
        state("A line that falls from a mean walk of {long} m, with {few} pairs broken, to {short} m, with {free}.", tables, words={}, **claims),
        lines(
            name="prices", frame=placed, x_title=tr("Pairs broken"), y_title=tr("Mean walk, metres"), value_format=count, x_format=count,
        ),
        "prices",
        (tr("Modelled: the best pairing with as many older people as each volunteer is ready for."),),
    )  # fmt: skip


def _missing(situation: Situation, tables: Tables) -> Figure | None:
    if "missing" not in tables:
        return None
    frame = tables["missing"].frame
    names = ["more_ready", "more_norm"]
    rows = frame.drop(index=DISTRICT_ROW)[names]
    rows = rows[(rows > 0).any(axis=1)]
    if len(rows) < 2 or not shown(tables, "missing", DISTRICT_ROW, "more_norm"):
        return None
    first = str(rows["more_norm"].idxmax())
    claims = {
        "ready": Claim("missing", DISTRICT_ROW, "more_ready"),
        "norm": Claim("missing", DISTRICT_ROW, "more_norm"),
        "most": Claim("missing", first, "more_norm"),
        "limit": setting("norm"),
    }
    words = {"where": situation.units.names[first]}
    params = situation.params
    labels = wording.scenarios(most=params.most, norm=params.norm)
    ordered = rows.sort_values("more_norm", ascending=False, kind="stable").rename(index=situation.units.names)
    return Figure(
        "missing",
        state("With at most {limit} older people each, {norm} volunteers more would be needed, most in {where}", tables, words=words, **{name: claims[name] for name in ("limit", "norm")}),
        tr("Volunteers more with whom nobody within reach stays without, by sub-district, {day}", day=params.window.end_label),
        state(
            "Grouped bars by sub-district: {norm} volunteers more with at most {limit} older people each, of them {most} in {where}; {ready} with as many as each is ready for.",
            tables, words=words, **claims,
        ),
        bars(
            name="missing", rows=ordered, x_title=tr("Volunteers more"), value_format=count,
            series_labels={name: labels[str(name).removeprefix("more_")] for name in names}, missing_label=tr("not shown"),
        ),
        "missing",
        (tr("Modelled: the fewest that would do; how they are divided among committees is one of several ways."),),
    )  # fmt: skip
