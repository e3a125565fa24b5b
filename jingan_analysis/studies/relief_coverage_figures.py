"""From the tables of relief coverage to its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.figures.bars import bars
from jingan_analysis.figures.cartography import SiteStyle
from jingan_analysis.figures.cascade import cascade
from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.intervals import interval_dots
from jingan_analysis.language import mark, tr
from jingan_analysis.studies.relief_coverage_comparison_page import comparison_figures
from jingan_analysis.studies.relief_coverage_discovery import WITH_STATION, WITHOUT_STATION
from jingan_analysis.studies.relief_coverage_grade_change_figures import grade_figure
from jingan_analysis.studies.relief_coverage_headline import least_met
from jingan_analysis.studies.relief_coverage_several_needs_page import several_needs_figures
from jingan_analysis.studies.relief_coverage_station_effect_figures import permutation_figure, station_figure
from jingan_analysis.studies.relief_coverage_waiting_page import waiting_figures
from jingan_analysis.studies.relief_coverage_words import STATIONS, need_names
from jingan_analysis.studies.relief_coverage_workload_figures import workload_figures
from jingan_analysis.studies.share_map import MapWords, Sites, beyond_note, ends_of, share_map
from jingan_analysis.studies.units import DISTRICT_ROW, place_names
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.formatting import count, percent, tenth_percent
from jingan_analysis.tables.shown import all_shown, cell, shown

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.relief_coverage_situation import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

NEVER_TITLE = {
    "uneven": mark("{high} of eligible households in {highest} were never served, {low} in {lowest}"),
    "even": mark("In every sub-district {all} of eligible households were never served"),
}
NEEDS_ALTERNATIVE = {
    "total": mark(
        "Pairs of bars by need dimension: households with the need, and those served for it. Over all dimensions "
        "{all} of the needs were met; least often met is {need}, {met} of {found}."
    ),
    "no total": mark(
        "Pairs of bars by need dimension: households with the need, and those served for it. Least often met is "
        "{need}, {met} of {found}."
    ),
}


def figures_of(district: District, situation: Situation, tables: Tables) -> dict[str, Figure]:
    """All figures that the tables carry, by name in reading order."""
    found = [
        _map(district, situation, tables),
        _cascade(situation, tables),
        *_compared(situation, tables),
        *waiting_figures(situation, tables),
        *several_needs_figures(situation, tables),
        _needs(situation, tables),
        _services(situation, tables),
        _discovery(situation, tables),
        station_figure(situation, tables),
        permutation_figure(situation, tables),
        grade_figure(situation, tables),
        *workload_figures(situation, tables),
    ]
    return {figure.name: figure for figure in found if figure is not None}


def _compared(situation: Situation, tables: Tables) -> Sequence[Figure | None]:
    """Sub-districts side by side: shrunken shares and the funnel, or plain shares where they are too few for these."""
    return comparison_figures(situation, tables) or [_never_served(situation, tables)]


def _map(district: District, situation: Situation, tables: Tables) -> Figure | None:
    stations = _open_stations(district, situation)
    words = MapWords(
        uneven=mark("Assessment has reached {low} of eligible households in {lowest} and {high} in {highest}"),
        even=mark("Assessment has reached {all} of eligible households in every sub-district"),
        alternative=mark(
            "Map of the district's sub-districts shaded by the share of eligible households ever assessed: from {low} "
            "in {lowest} to {high} in {highest}; {all} in the whole district."
        ),
        subtitle=tr(
            "Share of eligible households assessed at least once, by sub-district, {day}",
            day=situation.params.window.end_label,
        ),
        legend=tr("Eligible households assessed"),
    )
    styles = {"station": SiteStyle(tr("Caring station"), marker="D")}
    sites = None if stations is None else Sites(stations, styles, tr("Markers: caring stations open on that day."))
    return share_map(situation.units, situation.params.unit, tables, ("by_subdistrict", "assessed_share"), words, sites)


def _open_stations(district: District, situation: Situation) -> pd.DataFrame | None:
    if not district.has("stations"):
        return None
    stations = district.table("stations")
    is_open = stations["opened_on"].isna() | (stations["opened_on"] <= situation.records.end)
    kept = stations[is_open]
    labels = kept["station_id"].map(place_names(kept, "station_id"))
    return None if kept.empty else kept[["x_m", "y_m"]].assign(kind="station", label=labels)


def _cascade(situation: Situation, tables: Tables) -> Figure | None:
    table = tables["cascade"]
    claims = {
        "eligible": Claim("cascade", "eligible", "households"),
        "served": Claim("cascade", "served", "households"),
        "share": Claim("cascade", "served", "households_share"),
        "again": Claim("cascade", "reassessed", "households"),
    }
    if not cell(tables, "cascade", "eligible", "households") > 0 or not all_shown(tables, claims):
        return None
    columns = table.frame[["households", "households_share", "step_share"]]
    steps = [
        (table.row_labels[str(step)], float(count), float(of_first), float(of_previous))
        for step, count, of_first, of_previous in columns.itertuples()
    ]
    return Figure(
        "cascade",
        state(
            "Of {eligible} eligible households {served} came through every step to a service, and {again} of these "
            "were assessed again",
            tables,
            words={},
            **{name: claims[name] for name in ("eligible", "served", "again")},
        ),
        tr(
            "Households that reached each step and all steps before it, {place}, {day}",
            place=situation.place,
            day=situation.params.window.end_label,
        ),
        state(
            "Bars that shrink from {eligible} eligible households to {served} served ones, {share} of the eligible, and "
            "to {again} that were assessed again.",
            tables,
            words={},
            **claims,
        ),
        cascade(name="cascade", steps=steps, of_first=tr("{share} of the eligible")),
        "cascade",
    )


def _dots(situation: Situation, tables: Tables, table: str, part: str) -> pd.DataFrame:
    """Rows of a table by sub-district as dots, highest first, what is not shown last."""
    frame = tables[table].frame.drop(index=DISTRICT_ROW)
    columns = {f"{part}_share": "value", f"{part}_lower": "lower", f"{part}_upper": "upper"}
    rows = frame[list(columns)].rename(columns=columns)
    rows = rows.sort_values("value", ascending=False, kind="stable", na_position="last")
    return rows.rename(index=situation.units.names)


def _never_served(situation: Situation, tables: Tables) -> Figure | None:
    ends = ends_of(tables, "by_subdistrict", "never_served_share")
    if ends is None or not shown(tables, "by_subdistrict", DISTRICT_ROW, "never_served_share"):
        return None
    low, high = ends
    reference = cell(tables, "by_subdistrict", DISTRICT_ROW, "never_served_share")
    rows = _dots(situation, tables, "by_subdistrict", "never_served")
    svg = interval_dots(
        name="never-served",
        rows=rows,
        x_title=tr("Eligible households never served"),
        value_format=tenth_percent,
        reference=reference,
        reference_label=tr("whole district"),
        missing_label=tr("not shown"),
        include=(),
    )
    claims = {
        "low": Claim("by_subdistrict", low, "never_served_share"),
        "high": Claim("by_subdistrict", high, "never_served_share"),
        "all": Claim("by_subdistrict", DISTRICT_ROW, "never_served_share"),
    }
    words = {"lowest": situation.units.names[low], "highest": situation.units.names[high]}
    finding = NEVER_TITLE["uneven" if rows["value"].max() > rows["value"].min() else "even"]
    return Figure(
        "never-served",
        state(finding, tables, words=words, **claims),
        tr(
            "Share of eligible households without any service on record, by sub-district, {day}; lines: Wilson "
            "intervals",
            day=situation.params.window.end_label,
        ),
        state(
            "Dots with intervals by sub-district, from {high} never served in {highest} down to {low} in {lowest}; "
            "{all} in the whole district.",
            tables,
            words=words,
            **claims,
        ),
        svg,
        "by_subdistrict",
        (tr("The scale does not begin at zero."), *beyond_note(tables, "by_subdistrict", "never_served_share")),
    )


def _needs(situation: Situation, tables: Tables) -> Figure | None:
    table = tables["by_need"]
    rows = table.frame.drop(index="total")[["found", "met"]]
    worst = least_met(tables)
    if worst is None or not rows["found"].fillna(0).sum() > 0:
        return None
    rows = rows.sort_values("found", ascending=False, kind="stable").rename(index=table.row_labels)
    svg = bars(
        name="needs",
        rows=rows,
        x_title=tr("Households"),
        value_format=count,
        series_labels={"found": tr("Need found"), "met": tr("Need met at least once")},
        missing_label=tr("not shown"),
    )
    claims = {
        "met": Claim("by_need", worst, "met"),
        "found": Claim("by_need", worst, "found"),
        "all": Claim("by_need", "total", "met_share"),
    }
    words = {"need": need_names()[worst]}
    alternative = NEEDS_ALTERNATIVE["total" if shown(tables, "by_need", "total", "met_share") else "no total"]
    return Figure(
        "needs",
        state(
            "The need least often met is {need}: {met} of {found} households that have it",
            tables,
            words=words,
            **claims,
        ),
        tr(
            "Assessed households with a need, and those with a service for it since, {place}, {day}",
            place=situation.place,
            day=situation.params.window.end_label,
        ),
        state(alternative, tables, words=words, **claims),
        svg,
        "by_need",
    )


def _services(situation: Situation, tables: Tables) -> Figure | None:
    table = tables["services_by_assessment"]
    rows = table.frame.drop(index="total")[["services"]]
    if not shown(tables, "services_by_assessment", "window", "share") or not rows["services"].fillna(0).sum() > 0:
        return None
    claims = {
        "share": Claim("services_by_assessment", "window", "share"),
        "earlier": Claim("services_by_assessment", "earlier", "services"),
        "services": Claim("services_by_assessment", "total", "services"),
    }
    if not all_shown(tables, claims):
        return None
    return Figure(
        "services",
        state(
            "Of the services given in the period, {share} went to households assessed in it",
            tables,
            share=claims["share"],
        ),
        tr(
            "Services by when their household was assessed, {place}, {window}",
            place=situation.place,
            window=situation.params.window.label,
        ),
        state(
            "Three bars: of {services} services, {share} went to households assessed in the same period and "
            "{earlier} services to households assessed only before.",
            tables,
            words={},
            **claims,
        ),
        bars(
            name="services",
            rows=rows.rename(index=table.row_labels),
            x_title=tr("Services"),
            value_format=count,
            missing_label=tr("not shown"),
        ),
        "services_by_assessment",
    )


def _discovery(situation: Situation, tables: Tables) -> Figure | None:
    if not shown(tables, "discovery", DISTRICT_ROW, "proactive_share"):
        return None
    rows = _dots(situation, tables, "discovery", "proactive")
    if not rows["value"].notna().any():
        return None
    table = tables["discovery"]
    if "stations" in table.frame:
        stations = table.frame["stations"].drop(DISTRICT_ROW)
        with_station = {situation.units.names[str(code)] for code in stations.index[stations > 0]}
        having, lacking = tr(STATIONS[WITH_STATION]), tr(STATIONS[WITHOUT_STATION])
        rows["series"] = [having if name in with_station else lacking for name in rows.index]
        if len(set(rows["series"])) == 1:
            rows = rows.drop(columns="series")
    svg = interval_dots(
        name="discovery",
        rows=rows,
        x_title=tr("Cases found by the service itself"),
        value_format=percent,
        reference=cell(tables, "discovery", DISTRICT_ROW, "proactive_share"),
        reference_label=tr("whole district"),
        missing_label=tr("not shown"),
    )
    return Figure(
        "discovery",
        _discovery_title(tables),
        tr(
            "Share of cases opened in the period that the service found itself, by sub-district of the household, "
            "{window}; lines: Wilson intervals",
            window=situation.params.window.label,
        ),
        state(
            "Dots with intervals by sub-district, highest first; in the whole district the service found {all} of "
            "{cases} cases itself.",
            tables,
            all=Claim("discovery", DISTRICT_ROW, "proactive_share"),
            cases=Claim("discovery", DISTRICT_ROW, "cases"),
        ),
        svg,
        "discovery",
        (tr("A description, not an effect of stations: they were not placed by lot."),)
        if "stations" in table.frame
        else (),
    )


def _discovery_title(tables: Tables) -> Statement:
    groups = (WITH_STATION, WITHOUT_STATION)
    if all(shown(tables, "discovery_by_station", group, "proactive_share") for group in groups):
        return state(
            "Where there is a caring station the service found {having} of cases itself, elsewhere {other}",
            tables,
            having=Claim("discovery_by_station", WITH_STATION, "proactive_share"),
            other=Claim("discovery_by_station", WITHOUT_STATION, "proactive_share"),
        )
    return state(
        "The service found {all} of the cases of the period itself",
        tables,
        all=Claim("discovery", DISTRICT_ROW, "proactive_share"),
    )
