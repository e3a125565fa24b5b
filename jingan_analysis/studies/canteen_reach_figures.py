"""The figures of canteen reach: each shows one finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.figures.cartography import SiteStyle
from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.intervals import interval_dots
from jingan_analysis.figures.maps import choropleth
from jingan_analysis.figures.point_map import DotStyle, dot_map
from jingan_analysis.figures.scatter import ReferenceLine, scatter
from jingan_analysis.language import mark, tr
from jingan_analysis.studies import canteen_reach_numbers as numbers
from jingan_analysis.studies.canteen_reach_findings import largest_gap
from jingan_analysis.studies.canteen_reach_tables import supply_words
from jingan_analysis.studies.canteen_reach_use_figures import (
    course_figure,
    delivery_figure,
    model_figure,
    penetration_figure,
    seats_figure,
)
from jingan_analysis.studies.counted_people import counted_people
from jingan_analysis.studies.equity_page import inequality_figure
from jingan_analysis.studies.robustness_page import robustness_figure
from jingan_analysis.studies.share_map import beyond_note
from jingan_analysis.studies.shortfall_page import openings_figure, why_here_figure
from jingan_analysis.studies.units import DISTRICT_ROW, place_names
from jingan_analysis.studies.walkers_page import walkers_figure
from jingan_analysis.tables.claims import Claim, Statement, Text, sentence_case, state
from jingan_analysis.tables.formatting import count, listed, percent
from jingan_analysis.tables.marks import missing_words
from jingan_analysis.tables.settings import setting

if TYPE_CHECKING:
    from jingan_analysis.studies.canteen_reach_numbers import Situation
    from jingan_analysis.tables.table import Table

Tables = Mapping[str, "Table"]
CANTEENS = {
    "own": SiteStyle(mark("in the district"), "o"),
    "outside": SiteStyle(mark("outside the border"), "s"),
}


def figures_of(situation: Situation, tables: Tables) -> dict[str, Figure]:
    """All figures, in reading order."""
    if not situation.older[situation.residents.inside].any():
        return {}  # nobody of that age: there is nothing to draw
    how = state(
        "{day}; {walking}", {}, words={"day": situation.params.window.end_label, "walking": situation.walking.label}
    )
    canteens = (_sites(situation), _styles(situation), tr("Canteens"))
    figures = [
        _map(situation, tables, how),
        _homes(situation, tables, how),
        walkers_figure(
            situation.walkers,
            tables,
            (counted_people(situation.params, tables), tr("a canteen"), how),
            canteens,
        ),
        _units(situation, tables, how),
        delivery_figure(situation, tables),
        penetration_figure(situation, tables),
        inequality_figure(situation.shortfall, tables, supply_words(situation), how),
        robustness_figure(situation.robustness, tables, tr("Meals in reach"), how),
        why_here_figure(situation.shortfall, tables, supply_words(situation), how),
        openings_figure(
            situation.shortfall,
            tables,
            supply_words(situation),
            situation.near,
            canteens,
        ),
        _loads(situation, tables),
        course_figure(situation, tables),
        model_figure(situation, tables),
        seats_figure(situation, tables),
    ]
    return {figure.name: figure for figure in figures if figure is not None}


def _limit(tables: Tables) -> Statement:
    return state(
        "{minutes} minutes at {speed} m/s",
        tables,
        minutes=setting("access_threshold_minutes"),
        speed=setting("walk_speed_mps"),
    )


def _sites(situation: Situation) -> pd.DataFrame:
    kinds = pd.Series(["own" if own else "outside" for own in situation.own], index=situation.sites.index)
    ids = situation.sites["site_id"].astype(str)
    names = place_names(situation.sites, "site_id")
    return situation.sites[["x_m", "y_m"]].assign(kind=kinds, row="canteens " + ids, label=ids.map(names))


def _styles(situation: Situation) -> dict[str, SiteStyle]:
    present = {"own" if own else "outside" for own in situation.own}
    return {kind: replace(style, label=tr(style.label)) for kind, style in CANTEENS.items() if kind in present}


def _subtitle(template: str, situation: Situation, tables: Tables, how: Text) -> Statement:
    words = {"people": counted_people(situation.params, tables), "limit": _limit(tables), "how": how}
    return sentence_case(state(template, tables, words=words))


def _map(situation: Situation, tables: Tables, how: Text) -> Figure | None:
    shares = tables["by_subdistrict"].frame["share"].drop(DISTRICT_ROW)
    known = shares.dropna()
    if known.empty:
        return None
    lowest, highest = str(known.idxmin()), str(known.idxmax())
    several = (shares == shares.min()).sum() > 1 and lowest != highest
    names = {**situation.units.names, **({lowest: tr("several sub-districts")} if several else {})}
    bound = {
        "low": Claim("by_subdistrict", lowest, "share", decimals=0),
        "high": Claim("by_subdistrict", highest, "share", decimals=0),
    }
    words = {"lowest": names[lowest], "highest": names[highest]}
    title = (
        mark("From {low} in {lowest} to {high} in {highest}: the walk to a canteen depends on where one lives")
        if lowest != highest
        else mark("{high} of the people of {highest} have a canteen within reach")
    )
    alternative = (
        mark(
            "Map of all sub-districts with their canteens. From {low} in {lowest} to {high} in {highest}: the walk to a "
            "canteen depends on where one lives."
        )
        if lowest != highest
        else mark(
            "Map of all sub-districts with their canteens. {high} of the people of {highest} have a canteen within reach."
        )
    )
    if lowest == highest:
        del bound["low"], words["lowest"]
    return Figure(
        "map",
        state(title, tables, words=words, **bound),
        _subtitle(mark("{people} with a canteen within {limit}, share by sub-district; {how}"), situation, tables, how),
        state(alternative, tables, words=words, **bound),
        choropleth(
            name="map",
            units=situation.units.frame,
            values=shares,
            labels=situation.units.names,
            legend_title=tr("Share within reach"),
            value_format=percent,
            sites=_sites(situation),
            site_styles=_styles(situation),
            site_title=tr("Canteens"),
            highlight=situation.params.unit,
            no_data_label=missing_words(tables["by_subdistrict"].marks, "share"),
        ),
        "by_subdistrict",
        beyond_note(tables, "by_subdistrict", "share"),
    )


def _homes(situation: Situation, tables: Tables, how: Text) -> Figure:
    minutes = sorted(situation.params.thresholds_minutes)
    styles = {f"{limit:g}": DotStyle(tr("within {minutes} minutes", minutes=f"{limit:g}")) for limit in minutes}
    styles["beyond"] = DotStyle(tr("more than {minutes} minutes", minutes=f"{minutes[-1]:g}"))
    if situation.unsnapped.any():
        styles["unsnapped"] = DotStyle(tr("walk unknown"))
    inside = situation.residents.inside & (situation.older > 0)
    points = pd.DataFrame(situation.residents.xy_m, columns=["x_m", "y_m"]).assign(
        category=numbers.walk_class(situation)
    )[inside]
    title = _homes_title(situation, tables)
    return Figure(
        "homes",
        title,
        state(
            "Homes of {people} by the walk to the nearest canteen at {speed} m/s; {how}",
            tables,
            words={"people": counted_people(situation.params, tables), "how": how},
            speed=setting("walk_speed_mps"),
        ),
        title,
        dot_map(
            name="homes",
            units=situation.units.frame,
            points=points,
            category_styles=styles,
            labels=situation.units.names,
            legend_title=tr("Walk to a canteen"),
            sites=_sites(situation),
            site_styles=_styles(situation),
            site_title=tr("Canteens"),
            highlight=situation.params.unit,
        ),
        "by_subdistrict",
        (tr("One dot is one demand point, whatever its number of people."),),
    )


def _homes_title(situation: Situation, tables: Tables) -> Statement:
    worst, unit = largest_gap(tables), situation.params.unit
    row = situation.units.row(unit)
    words = {"people": situation.people, "place": situation.units.labels[row]}
    if tables["by_subdistrict"].number(row, "not_reached") == 0 < tables["by_subdistrict"].number(row, "unsnapped"):
        unknown = Claim("by_subdistrict", row, "unsnapped")
        return state("The walk of {unknown} {people} of {place} is unknown", tables, words=words, unknown=unknown)
    if tables["by_subdistrict"].number(row, "not_reached") == 0:
        return state("All {people} of {place} have a canteen within the limit", tables, words=words)
    template = mark("{missed} {people} of {place} live beyond the limit")
    if unit is None and worst is not None:
        template = mark("{missed} {people} live beyond the limit, more of them in {worst} than anywhere else")
        words = {"people": situation.people, "worst": situation.units.names[worst]}
    return state(template, tables, words=words, missed=Claim("by_subdistrict", row, "not_reached"))


def _units(situation: Situation, tables: Tables, how: Text) -> Figure | None:
    frame = tables["by_subdistrict"].frame
    rows = frame.drop(DISTRICT_ROW).sort_values("share", ascending=False, kind="stable")
    if rows["share"].isna().all():
        return None
    below = rows.index[rows["upper"] < tables["by_subdistrict"].number(DISTRICT_ROW, "share")]
    names = listed([situation.units.names[str(code)] for code in below[::-1][:4]], and_others=len(below) > 4)
    title = (
        state(
            "The district’s share is {share}; by sub-district it runs from {low} to {high}",
            tables,
            share=Claim("by_subdistrict", DISTRICT_ROW, "share"),
            low=Claim("by_subdistrict", str(rows["share"].idxmin()), "share"),
            high=Claim("by_subdistrict", str(rows.index[0]), "share"),
        )
        if situation.residents.modelled
        else state(
            "Clearly below the district’s {share}: {names}",
            tables,
            words={"names": names},
            share=Claim("by_subdistrict", DISTRICT_ROW, "share"),
        )
        if len(below)
        else state(
            "No sub-district is clearly below the district’s {share}",
            tables,
            share=Claim("by_subdistrict", DISTRICT_ROW, "share"),
        )
    )
    subtitle = (
        mark("{people} with a canteen within {limit}, share; {how}")
        if situation.residents.modelled
        else mark("{people} with a canteen within {limit}, share with interval; {how}")
    )
    shown = rows[["share", "lower", "upper"]].rename(columns={"share": "value"})
    shown.index = pd.Index([situation.units.names[str(code)] for code in rows.index])
    return Figure(
        "units",
        title,
        _subtitle(subtitle, situation, tables, how),
        title,
        interval_dots(
            name="units",
            rows=shown,
            x_title=tr("Share with a canteen within reach"),
            value_format=percent,
            missing_label=missing_words(tables["by_subdistrict"].marks, "share"),
            reference=tables["by_subdistrict"].number(DISTRICT_ROW, "share"),
            reference_label=tr("district"),
        ),
        "by_subdistrict",
    )


def _loads(situation: Situation, tables: Tables) -> Figure | None:
    if "load" not in tables:
        return None
    params = situation.params
    names = tables["canteens"].row_labels
    frame = tables["canteens"].frame.dropna(subset=["utilisation", "capacity"])
    over = frame[frame["utilisation"] >= params.overload_share].sort_values("utilisation", ascending=False)
    idle = frame[frame["utilisation"] < params.idle_share].sort_values("utilisation")
    points = pd.DataFrame({"x": frame["capacity"], "y": frame["utilisation"]})
    points.index = pd.Index([names[str(site)] for site in frame.index])
    title = state(
        "Canteens at {line} of capacity or more: {over} of {known}; below {idle_line}: {idle}",
        tables,
        line=Claim("settings", "overload_share", "value", kind="percent"),
        idle_line=Claim("settings", "idle_share", "value", kind="percent"),
        over=Claim("load", "overloaded", "canteens"),
        known=Claim("load", "known", "canteens"),
        idle=Claim("load", "idle", "canteens"),
    )
    return Figure(
        "loads",
        title,
        tr("Meals per open day over capacity, by canteen; {year}", year=params.window.year_label),
        title,
        scatter(
            name="loads",
            points=points,
            x_title=tr("Capacity, meals per open day"),
            y_title=tr("Utilisation"),
            x_format=count,
            y_format=percent,
            labelled=[names[str(site)] for site in [*over.index, *idle.index]][:8],
            references=(
                ReferenceLine(tr("overloaded"), y=params.overload_share),
                ReferenceLine(tr("idle"), y=params.idle_share),
            ),
        ),
        "canteens",
    )
