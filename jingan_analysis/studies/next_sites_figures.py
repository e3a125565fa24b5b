"""From the tables of where next to their figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.figures.bars import bars
from jingan_analysis.figures.cartography import SiteStyle
from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.lines import lines
from jingan_analysis.figures.maps import choropleth
from jingan_analysis.figures.scatter import scatter
from jingan_analysis.figures.style import SERIES
from jingan_analysis.language import mark, tr
from jingan_analysis.studies import next_sites_words as wording
from jingan_analysis.studies.counted_people import counted_people
from jingan_analysis.studies.next_sites_headline import WORTHWHILE
from jingan_analysis.studies.share_map import beyond_note
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, sentence_case, state
from jingan_analysis.tables.formatting import count, percent
from jingan_analysis.tables.settings import setting
from jingan_analysis.tables.shown import all_shown, cell

if TYPE_CHECKING:
    from jingan_analysis.studies.next_sites_situation import Situation
    from jingan_analysis.tables.claims import Statement
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

SITES = {
    "stands": SiteStyle(mark("stands"), "o", SERIES[3], 3.5),
    "outside": SiteStyle(mark("outside the border"), "s", SERIES[3], 3.5),
    "moved": SiteStyle(mark("moves away"), "X", SERIES[3], 5.0),
    "alternative": SiteStyle(mark("in an alternative"), "^", SERIES[1], 4.5),
    "planned": SiteStyle(mark("planned by hand"), "P", SERIES[4], 6.0),
    "proposed": SiteStyle(mark("proposed"), "D", SERIES[2], 6.0),
}
"""Looks of sites, drawn in this order."""

CURVE = {
    True: (
        mark("Up to {stop} new sites each further one brings at least {worthwhile} people near"),
        mark(
            "A line by number of new sites, from {least} people near one to {most}. Up to {stop} new sites each further one brings at least "
            "{worthwhile} people near."
        ),
    ),
    False: (
        mark("Not even the first new site brings {worthwhile} people near"),
        mark(
            "A line by number of new sites, from {least} people near one to {most}. Not even the first new site brings {worthwhile} people near."
        ),
    ),
}
"""Titles and alternatives of the curve, by whether any new site is worth it."""

_FEWEST_POINTS = 3
"""Fewer points than this are sentences."""


def figures_of(situation: Situation, tables: Tables) -> dict[str, Figure]:
    """All figures that the tables carry, by name in reading order."""
    found = [
        _map(situation, tables),
        _gains(situation, tables),
        _curve(situation, tables),
        _fairness(situation, tables),
        _sure(situation, tables),
    ]
    return {figure.name: figure for figure in found if figure is not None}


def _subtitle(template: str, situation: Situation, tables: Tables) -> Statement:
    """A marked template with whom, what and how near."""
    words = {
        "people": counted_people(situation.params, tables),
        "site": tr(wording.SITE[situation.params.facility]),
        "place": situation.place,
    }
    return sentence_case(state(template, tables, words=words, minutes=setting("access_threshold_minutes")))


def _map(situation: Situation, tables: Tables) -> Figure | None:
    values = tables["by_subdistrict"].frame["after_share"].drop(DISTRICT_ROW)
    claims = {
        "gained": Claim("by_subdistrict", situation.row, "gained"),
        "after": Claim("by_subdistrict", situation.row, "after_share"),
        "new": Claim("choices", "proposal", "new"),
    }
    if values.isna().all() or not all_shown(tables, claims):
        return None
    sites = _marked_sites(situation)
    words = {"place": situation.place}
    title = state(
        "{new} new sites bring {gained} people more within reach: {after} in {place}", tables, words=words, **claims
    )
    return Figure(
        "map",
        title,
        _subtitle(mark("{people} within {minutes} minutes of {site} with the proposal, share by sub-district"), situation, tables),
        state("Map of all sub-districts with the sites that stand, those proposed and those of alternatives. {new} new sites bring {gained} people more within reach: {after} in {place}.", tables, words=words, **claims),
        choropleth(
            name="map",
            units=situation.units.frame,
            values=values,
            labels=situation.units.names,
            legend_title=tr("Share within reach"),
            value_format=percent,
            sites=sites,
            site_styles={kind: replace(style, label=tr(style.label)) for kind, style in SITES.items() if (sites["kind"] == kind).any()},
            site_title=tr("Sites"),
            highlight=situation.params.unit,
            no_data_label=tr("not shown"),
        ),
        "by_subdistrict",
        beyond_note(tables, "by_subdistrict", "after_share"),
    )  # fmt: skip


def _marked_sites(situation: Situation) -> pd.DataFrame:
    """Sites worth a mark: those that stand, are proposed, planned, or in an alternative."""
    sites, proposal = situation.sites, situation.proposal
    kind = pd.Series("", index=sites.index, dtype=object)
    kind[situation.alternatives.frequency > 0] = "alternative"
    if situation.planned is not None:
        kind[situation.planned] = "planned"
    kind[proposal.chosen] = "proposed"
    outside = sites["subdistrict_code"].isna().to_numpy(dtype=bool)
    kind[situation.stands & proposal.chosen] = "stands"
    kind[situation.stands & outside] = "outside"
    kind[situation.stands & ~proposal.chosen] = "moved"
    ids = sites["site_id"].astype(str)
    rows = pd.Series(
        [f"candidates {one}" if not stands else "" for one, stands in zip(ids, situation.stands, strict=True)]
    )
    marked = sites[["x_m", "y_m"]].assign(kind=kind, label=ids.map(situation.names), row=rows)
    order = {name: at for at, name in enumerate(SITES)}
    return marked[kind != ""].sort_values("kind", key=lambda kinds: kinds.map(order), kind="stable", ignore_index=True)


def _gains(situation: Situation, tables: Tables) -> Figure | None:
    frame = tables["by_subdistrict"].frame.drop(index=DISTRICT_ROW)
    gained = frame["gained"].dropna()
    if gained.empty or not (gained > 0).any():
        return None
    most = str(gained.idxmax())
    rows = frame[["before", "gained", "missed"]].dropna().sort_values("missed", ascending=False, kind="stable")
    if len(rows) < _FEWEST_POINTS:
        return None
    claims = {"most": Claim("by_subdistrict", most, "gained"), "all": Claim("by_subdistrict", DISTRICT_ROW, "gained")}
    if not all_shown(tables, claims):
        return None
    words = {"unit": situation.units.names[most]}
    title = state("Of {all} people who gain a site near, {most} live in {unit}", tables, words=words, **claims)
    return Figure(
        "gains",
        title,
        _subtitle(mark("{people} by whether {site} is within {minutes} minutes, most of them still far first"), situation, tables),
        state("Bars by sub-district: people near a site now, gaining one, and still far. Of {all} people who gain a site near, {most} live in {unit}.", tables, words=words, **claims),
        bars(
            name="gains",
            rows=rows.rename(index=situation.units.names),
            x_title=tr("People"),
            value_format=count,
            mode="stacked",
            series_labels={"before": tr("near one now"), "gained": tr("gain one"), "missed": tr("still far")},
        ),
        "by_subdistrict",
    )  # fmt: skip


def _curve(situation: Situation, tables: Tables) -> Figure | None:
    frame = tables["stop_curve"].frame["covered"].dropna()
    if len(frame) < _FEWEST_POINTS:
        return None
    first, last = str(frame.index[0]), str(frame.index[-1])
    ends = {"least": Claim("stop_curve", first, "covered"), "most": Claim("stop_curve", last, "covered")}
    stop = int(cell(tables, "decision", "stop", "number"))
    worth = {"worthwhile": WORTHWHILE, **({"stop": Claim("decision", "stop", "number")} if stop else {})}
    finding, alternative = CURVE[stop > 0]
    shown = pd.DataFrame({tr("near a site"): frame.to_numpy()}, index=[float(at) for at in frame.index])
    return Figure(
        "curve",
        state(finding, tables, words={}, **worth),
        _subtitle(mark("{people} within {minutes} minutes of {site} by number of new sites, each number with its best choice"), situation, tables),
        state(alternative, tables, words={}, **ends, **worth),
        lines(
            name="curve", frame=shown, x_title=tr("New sites"), y_title=tr("People near a site"), value_format=count, x_format=count,
            include=(float(frame.iloc[0]),), moments={float(stop): tr("worth it up to here")} if stop else None,
        ),
        "stop_curve",
    )  # fmt: skip


def _fairness(situation: Situation, tables: Tables) -> Figure | None:
    if "frontier" not in tables:
        return None
    frame = tables["frontier"].frame.dropna(subset=["covered", "worst"])
    if len(frame) < _FEWEST_POINTS:
        return None
    first, last = str(frame.index[0]), str(frame.index[-1])
    claims = {
        "low": Claim("frontier", first, "worst"),
        "high": Claim("frontier", last, "worst"),
        "price": Claim("frontier", last, "price"),
    }
    if not all_shown(tables, claims):
        return None
    title = state(
        "The lowest share rises from {low} to {high} at the price of {price} people near a site",
        tables,
        words={},
        **claims,
    )
    points = pd.DataFrame({"x": frame["worst"], "y": frame["covered"]})
    labels = tables["frontier"].row_labels
    points.index = pd.Index([labels[str(row)] for row in frame.index])
    return Figure(
        "fairness",
        title,
        _subtitle(mark("Every choice that no other beats in both: {people} within {minutes} minutes of {site}, and the share of the worst-off area"), situation, tables),
        state("Points for every choice that no other one beats, people near a site over the lowest share. The lowest share rises from {low} to {high} at the price of {price} people near a site.", tables, words={}, **claims),
        scatter(
            name="fairness", points=points, x_title=tr("Share of the worst-off area"), y_title=tr("People near a site"),
            x_format=percent, y_format=count, labelled=[labels[first], labels[last]],
            include_x=(float(points["x"].min()),), include_y=(float(points["y"].min()),),
        ),
        "frontier",
    )  # fmt: skip


def _sure(situation: Situation, tables: Tables) -> Figure | None:
    if "sites" not in tables:
        return None
    frame = tables["sites"].frame
    series = {"in_alternatives": tr("of the alternatives have it"), "stays": tr("of the draws keep it")}
    known = [name for name in series if frame[name].notna().any()]
    least = str(frame["in_alternatives"].astype(float).idxmin())
    claims = {
        "least": Claim("sites", least, "in_alternatives", decimals=0),
        "choices": Claim("decision", "alternatives", "number"),
    }
    words = {"name": situation.names[least]}
    title = state(
        "Least settled: {name}, in {least} of {choices} choices nearly as good", tables, words=words, **claims
    )
    rows = frame[known].astype(float).rename(index=situation.names)
    return Figure(
        "sure",
        title,
        tr("Proposed sites: share of the choices nearly as good that have each, and of the draws that keep it"),
        state("Bars by proposed site. Least settled: {name}, in {least} of {choices} choices nearly as good.", tables, words=words, **claims),
        bars(name="sure", rows=rows, x_title=tr("Share"), value_format=percent, series_labels=series, missing_label=tr("not shown")),
        "sites",
    )  # fmt: skip
