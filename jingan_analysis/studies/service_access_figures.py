"""The figures of service access: each shows one finding."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from jingan_analysis.figures.bars import bars
from jingan_analysis.figures.cartography import SiteStyle
from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.heat import week_hours
from jingan_analysis.figures.intervals import interval_dots
from jingan_analysis.figures.lines import lines
from jingan_analysis.figures.maps import choropleth
from jingan_analysis.figures.point_map import DotStyle, dot_map
from jingan_analysis.figures.style import AXIS, RAMP, SERIES
from jingan_analysis.language import mark, tr, worded
from jingan_analysis.studies.equity_page import inequality_figure
from jingan_analysis.studies.robustness_page import robustness_figure
from jingan_analysis.studies.service_access_headline import extreme, near_column
from jingan_analysis.studies.service_access_over_time import over_time_figures
from jingan_analysis.studies.service_access_reach import KINDS, limit_name, nearest_class
from jingan_analysis.studies.service_access_results_page import windows_figure
from jingan_analysis.studies.service_access_tables import people_counted, supply_words
from jingan_analysis.studies.service_access_when_page import busiest_figure, case_hours_figure, nights_figure
from jingan_analysis.studies.shortfall_page import why_here_figure
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.studies.walkers_page import walkers_figure
from jingan_analysis.tables.claims import Claim, Statement, sentence_case, state
from jingan_analysis.tables.formatting import count, format_value, percent
from jingan_analysis.tables.marks import missing_words
from jingan_analysis.tables.service_access import KINDS as KIND_NAMES
from jingan_analysis.tables.service_access import STATES
from jingan_analysis.tables.settings import setting, share_setting
from jingan_analysis.tables.shown import all_shown

if TYPE_CHECKING:
    from jingan_analysis.studies.service_access import Params
    from jingan_analysis.studies.service_access_inputs import Inputs
    from jingan_analysis.studies.service_access_over_time import OverTime
    from jingan_analysis.studies.service_access_results import Results
    from jingan_analysis.studies.service_access_tables import Tables
    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.supply_words import SupplyWords

SITES: Final = {
    "remote_spot": SiteStyle(mark("nearby spot"), "o", SERIES[3], 2.0),
    "self_service_24h": SiteStyle(mark("24-hour point"), "D", SERIES[1], 4.0),
    "centre": SiteStyle(mark("centre"), "s", SERIES[2], 4.5),
}
NEAR_TO_FAR: Final = (SERIES[0], RAMP[2], SERIES[5], SERIES[1], SERIES[2], SERIES[4], RAMP[3], RAMP[1])


@dataclass(frozen=True)
class Scene:
    """What every figure needs.

    Attributes
    ----------
    place
        Name of the area that the report speaks of.
    """

    tables: Tables
    inputs: Inputs
    params: Params
    place: str

    @property
    def people(self) -> str:
        """Who is counted, within a sentence."""
        return people_counted(self.params)

    @property
    def supply(self) -> SupplyWords:
        """Words on the spots in reach."""
        return supply_words(self.inputs, self.params, self.tables["settings"])

    @property
    def how(self) -> Statement:
        """When, and how walks are measured, at the end of a subtitle."""
        return state(
            "{day}; {walking} at {speed} m/s",
            self.tables,
            words={"day": self.params.window.end_label, "walking": self.inputs.walking.label},
            speed=setting("walk_speed_mps"),
        )

    def subtitle(self, template: str, **claims: Claim) -> Statement:
        """A marked subtitle, which may name whom, where and how."""
        words: dict[str, Text] = {"people": self.people, "place": self.place, "how": self.how}
        return sentence_case(state(template, self.tables, words=words, **claims))

    def number(self, table: str, row: str, column: str) -> float:
        """One finished number."""
        return self.tables[table].number(row, column)

    def both(
        self, title: str, alternative: str, *, words: dict[str, str] | None = None, **claims: Claim
    ) -> tuple[Statement, Statement]:
        """Title and text alternative of one finding, both marked."""
        return state(title, self.tables, words=words, **claims), state(alternative, self.tables, words=words, **claims)


def figures(
    tables: Tables,
    inputs: Inputs,
    params: Params,
    *,
    place: str,
    ended: Results | None = None,
    later: OverTime | None = None,
) -> dict[str, Figure]:
    """All figures that the data allow, in reading order."""
    scene = Scene(tables, inputs, params, place)
    if not tables["by_subdistrict"].number(inputs.row, "persons") > 0:
        return {}
    found = [_map(scene), _homes(scene), _walkers(scene), _tiers(scene), *_supply(scene), _why_here(scene)]
    if "matters" in tables:
        found += [_matters(scene), busiest_figure(scene), _cases(scene), _opening(scene)]
    found += [_hours(scene), case_hours_figure(scene), nights_figure(scene)]
    if "points_load" in tables and tables["points_load"].number(DISTRICT_ROW, "spots") > 0:
        found.append(_load(scene))
    if ended is not None:
        found += [windows_figure(name, compared, tables, inputs) for name, compared in ended.windows.items()]
    found += over_time_figures(tables, inputs, later, place=place, day=params.window.end_label)
    return {figure.name: figure for figure in found if figure is not None}


def _supply(scene: Scene) -> list[Figure | None]:
    """How evenly spots are spread, and whether ranks depend on how one measures."""
    return [
        inequality_figure(scene.inputs.shortfall, scene.tables, scene.supply, scene.how),
        robustness_figure(scene.inputs.robustness, scene.tables, scene.supply.in_reach, scene.how),
    ]


def _sites(scene: Scene, *kinds: str) -> tuple[pd.DataFrame, dict[str, SiteStyle]]:
    points = scene.inputs.points
    chosen = points[points["kind"].isin(kinds)]
    present = set(chosen["kind"])
    styles = {kind: replace(style, label=tr(style.label)) for kind, style in SITES.items() if kind in present}
    told = chosen[["x_m", "y_m", "kind"]].assign(
        row=_rows(scene, chosen), label=chosen["point_id"].map(scene.inputs.names)
    )
    return told, styles


def _rows(scene: Scene, points: pd.DataFrame) -> list[str]:
    """Table and row of every point that a table lists by name."""
    listed = {str(row): f"{table} {row}" for table in ("unused", "overloaded") if table in scene.tables
              for row in scene.tables[table].frame.index}  # fmt: skip
    return [listed.get(str(point), "") for point in points["point_id"]]


def _map(scene: Scene) -> Figure:
    column = near_column(scene.params)
    frame = scene.tables["by_subdistrict"].frame
    codes, names = scene.inputs.units.codes, scene.inputs.units.names
    lowest, highest = extreme(frame, column, codes), extreme(frame, column, codes, lowest=False)
    minutes = setting("near_minutes")
    if lowest is not None and highest is not None:
        title, told = scene.both(
            mark("From {low} in {lowest} to {high} in {highest}: who has a spot within {minutes} minutes depends on the area"),
            mark(
                "Map of the sub-districts with their spots and centres. The share of residents with a nearby spot within "
                "{minutes} minutes is lowest in {lowest}, {low}, and highest in {highest}, {high}."
            ),
            words={"lowest": names[lowest], "highest": names[highest]},
            low=Claim("by_subdistrict", lowest, column), high=Claim("by_subdistrict", highest, column), minutes=minutes,
        )  # fmt: skip
    else:
        title, told = scene.both(
            mark("{share} of residents have a spot within {minutes} minutes"),
            mark(
                "Map of the sub-districts with their spots and centres: {share} of residents have a nearby spot within "
                "{minutes} minutes."
            ),
            share=Claim("by_subdistrict", scene.inputs.row, column), minutes=minutes,
        )  # fmt: skip
    sites, styles = _sites(scene, "remote_spot", "centre")
    return Figure(
        "map",
        title,
        scene.subtitle(mark("{people} with a nearby spot within {minutes} minutes, share; {how}"), minutes=minutes),
        told,
        choropleth(
            name="map",
            units=scene.inputs.units.frame,
            values=frame.loc[codes, column],
            labels=names,
            legend_title=tr("Share with a spot within {minutes} minutes", minutes=f"{scene.params.near_minutes:g}"),
            value_format=percent,
            sites=sites,
            site_styles=styles,
            site_title=tr("Service points"),
            highlight=scene.params.unit,
            no_data_label=missing_words(scene.tables["by_subdistrict"].marks, column),
        ),
        "by_subdistrict",
    )


def _homes(scene: Scene) -> Figure:
    inputs, params = scene.inputs, scene.params
    limits = [limit_name(minutes) for minutes in params.limits_minutes]
    labels = [tr("within {minutes} minutes", minutes=f"{minutes:g}") for minutes in params.limits_minutes]
    beyond = tr("more than {minutes} minutes", minutes=f"{params.limits_minutes[-1]:g}")
    keys = [*limits, "beyond", "unlocated"]
    words = [*labels, beyond, tr("not joined to a street")]
    colours = [*NEAR_TO_FAR[: len(limits)], SERIES[3], AXIS]
    lived_in = (inputs.people.located + inputs.people.unlocated) > 0
    points = pd.DataFrame(inputs.residents.xy_m, columns=["x_m", "y_m"]).assign(category=nearest_class(inputs, params))
    shown = points[lived_in]
    present = set(shown["category"])
    styles = {
        key: DotStyle(label, colour)
        for key, label, colour in zip(keys, words, colours, strict=True)
        if key in present or key != "unlocated"
    }
    title, told = scene.both(
        mark("{near} of residents walk at most {minutes} minutes to a nearby spot, {far} at most {longest}"),
        mark(
            "Map of homes, coloured by the walk to the nearest spot: {near} of residents walk at most {minutes} minutes, "
            "{far} at most {longest} minutes."
        ),
        near=Claim("tiers", f"remote_spot-{limits[0]}", "share"), minutes=Claim("tiers", f"remote_spot-{limits[0]}", "limit"),
        far=Claim("tiers", f"remote_spot-{limits[-1]}", "share"), longest=Claim("tiers", f"remote_spot-{limits[-1]}", "limit"),
    )  # fmt: skip
    sites, site_styles = _sites(scene, "centre", "self_service_24h")
    return Figure(
        "homes",
        title,
        scene.subtitle(mark("Homes by the walk to the nearest spot; {how}")),
        told,
        dot_map(
            name="homes",
            units=inputs.units.frame,
            points=shown,
            category_styles=styles,
            labels=inputs.units.names,
            legend_title=tr("Walk to a spot"),
            sites=sites,
            site_styles=site_styles,
            site_title=tr("Other points"),
            highlight=params.unit,
            unit_table="by_subdistrict",
        ),
        "tiers",
        (tr("One dot is one demand point, whatever its number of people."),),
    )


def _walkers(scene: Scene) -> Figure | None:
    sites, styles = _sites(scene, "remote_spot")
    words: dict[str, Text] = {"day": scene.params.window.end_label, "walking": scene.inputs.walking.label}
    return walkers_figure(
        scene.inputs.walkers,
        scene.tables,
        (scene.people, tr("a nearby spot"), state("{day}; {walking}", {}, words=words)),
        (sites, styles, tr("Spots")),
    )


def _why_here(scene: Scene) -> Figure | None:
    return why_here_figure(scene.inputs.shortfall, scene.tables, scene.supply, scene.how)


def _tiers(scene: Scene) -> Figure:
    limits = {
        limit_name(minutes): tr("{minutes} minutes", minutes=f"{minutes:g}") for minutes in scene.params.limits_minutes
    }
    frame = scene.tables["tiers"].frame
    rows = pd.DataFrame(
        {label: [frame.at[f"{kind}-{name}", "share"] for kind in KINDS] for name, label in limits.items()},
        index=[tr(KIND_NAMES[kind]) for kind in KINDS],
    )
    last = limit_name(scene.params.access_threshold_minutes)
    title, told = scene.both(
        mark("Within {minutes} minutes: a spot for {spot} of residents, a centre for {centre}, a 24-hour point for {night}"),
        mark(
            "Bars by kind of point and walking time. Within {minutes} minutes {spot} of residents have a nearby spot, "
            "{centre} a centre and {night} a 24-hour point."
        ),
        minutes=setting("access_threshold_minutes"), spot=Claim("tiers", f"remote_spot-{last}", "share", decimals=0),
        centre=Claim("tiers", f"centre-{last}", "share", decimals=0),
        night=Claim("tiers", f"self_service_24h-{last}", "share", decimals=0),
    )  # fmt: skip
    return Figure(
        "tiers",
        title,
        scene.subtitle(mark("{people} of {place} by kind of point and walking time, share; {how}")),
        told,
        bars(name="tiers", rows=rows, x_title=tr("Share of residents"), value_format=percent),
        "tiers",
    )


def _matters(scene: Scene) -> Figure:
    frame = scene.tables["matters"].frame
    ranks = range(1, len(frame) + 1)
    curves = pd.DataFrame({tr("any point"): sorted(frame["share"], reverse=True)}, index=ranks)
    listed = frame[frame["listed_nearby"]]
    near = tr("a spot within {minutes} minutes, if on the list", minutes=f"{scene.params.near_minutes:g}")
    for column, label in (("spot_share", tr("a spot, if on the list")), ("near_share", near)):
        if len(listed):
            curves[label] = pd.Series(sorted(listed[column], reverse=True), index=range(1, len(listed) + 1))
    title, told = scene.both(
        mark("{nearly_all} of {matters} matters can be done within {minutes} minutes by at least {share} of residents"),
        mark(
            "Falling curves over the matters, from the best to the worst offered, for any point and for spots. "
            "{nearly_all} of {matters} matters can be done within {minutes} minutes by at least {share} of residents."
        ),
        nearly_all=Claim("matters_by_group", "all", "nearly_all"), matters=Claim("matters_by_group", "all", "matters"),
        minutes=setting("access_threshold_minutes"), share=share_setting("nearly_all_share"),
    )  # fmt: skip
    return Figure(
        "matters",
        title,
        scene.subtitle(mark("{people} of {place} who reach a point that really handles the matter, share; {how}")),
        told,
        lines(
            name="matters",
            frame=curves,
            x_title=tr("Matters, from the best to the worst offered"),
            y_title=tr(
                "Share of residents within {minutes} minutes",
                minutes=f"{scene.params.access_threshold_minutes:g}",
            ),
            value_format=percent,
        ),
        "matters",
    )


def _cases(scene: Scene) -> Figure:
    inputs = scene.inputs
    frame = scene.tables["matters_by_subdistrict"].frame
    units = frame.loc[inputs.units.codes].sort_values("share", ascending=False, kind="stable")
    rows = units[["share", "lower", "upper"]].rename(columns={"share": "value"})
    rows.index = pd.Index([inputs.units.names[str(code)] for code in units.index])
    lowest = extreme(frame, "share", inputs.units.codes)
    whole = Claim("matters_by_subdistrict", DISTRICT_ROW, "share")
    title, told = (
        scene.both(
            mark("A case drawn at random can be done near home by {share} of residents"),
            mark("Dots with intervals by sub-district: a case drawn at random can be done near home by {share} of residents."),
            share=whole,
        )
        if lowest is None
        else scene.both(
            mark("A case drawn at random can be done near home by {share} of residents, in {lowest} by {low}"),
            mark(
                "Dots with intervals by sub-district: a case drawn at random can be done near home by {share} of residents "
                "of the district; lowest is {lowest} with {low}."
            ),
            words={"lowest": inputs.units.names[lowest]}, share=whole,
            low=Claim("matters_by_subdistrict", lowest, "share"),
        )
    )  # fmt: skip
    return Figure(
        "cases",
        title,
        scene.subtitle(
            mark(
                "{people} who reach a point that handles the case, matters weighted by cases, share with interval; {how}"
            )
        ),
        told,
        interval_dots(
            name="cases",
            rows=rows,
            x_title=tr("Share within {minutes} minutes", minutes=f"{scene.params.access_threshold_minutes:g}"),
            value_format=percent,
            reference=scene.number("matters_by_subdistrict", DISTRICT_ROW, "share"),
            reference_label=tr("district"),
        ),
        "matters_by_subdistrict",
    )


def _opening(scene: Scene) -> Figure | None:
    if "opening_steps" not in scene.tables:
        return None
    frame = scene.tables["opening_steps"].frame.drop(index="all")
    row = str(frame.index[frame["opened"] == scene.tables["open_next"].frame.shape[0]][-1])
    claims = {
        "opened": Claim("opening_steps", row, "opened"),
        "gain": Claim("opening_steps", row, "gain"),
        "all": Claim("opening_steps", "all", "opened"),
        "most": Claim("opening_steps", "all", "gain"),
    }
    if len(frame) < 3 or not all_shown(scene.tables, claims):
        return None
    title, told = scene.both(
        mark("The best {opened} pairs of spot and matter bring {gain} points, all {all} that the list allows {most}"),
        mark("A line that rises ever more slowly: the best {opened} pairs bring {gain} points, and all {all} {most}."),
        words={}, **claims,
    )  # fmt: skip
    drawn = frame.set_index("opened")[["gain"]].rename(columns={"gain": tr("gain")})
    return Figure(
        "opening",
        title,
        scene.subtitle(
            mark("Gain of a case that can be done within {minutes} minutes by pairs opened, {place}"),
            minutes=setting("near_minutes"),
        ),
        told,
        lines(
            name="opening", frame=drawn, x_title=tr("Pairs of spot and matter opened"), y_title=tr("Percentage points"),
            value_format=lambda value: format_value(value, "number", 1), x_format=count,
        ),
        "opening_steps",
        (tr("Modelled: the best pairs for each number, proven best."),),
    )  # fmt: skip


def _hours(scene: Scene) -> Figure:
    title, told = scene.both(
        mark(
            "On a weekday morning {working} of residents have a point open near home; on Sunday {sunday}, at night {night}"
        ),
        mark(
            "Heat map of the hours of a week. On a weekday morning {working} of residents have an open point near home, on "
            "Sunday morning {sunday} and at night {night}."
        ),
        working=Claim("hours_moments", "working_hours-any", "share", decimals=0),
        sunday=Claim("hours_moments", "sunday-any", "share", decimals=0),
        night=Claim("hours_moments", "night-any", "share", decimals=0),
    )
    return Figure(
        "hours",
        title,
        scene.subtitle(
            mark(
                "{people} of {place} with any open point within {minutes} minutes, share by hour of an ordinary week; {how}"
            ),
            minutes=setting("access_threshold_minutes"),
        ),
        told,
        week_hours(
            name="hours",
            matrix=scene.tables["hours"].frame.to_numpy(dtype=float).T,
            legend_title=tr("Share of residents with an open point"),
            x_title=tr("Hour of the day"),
        ),
        "hours",
    )


def _load(scene: Scene) -> Figure:
    names = scene.inputs.units.names
    frame = scene.tables["points_load"].frame.loc[scene.inputs.units.codes]
    rows = frame[list(reversed(STATES))].rename(columns=worded(STATES))
    rows.index = pd.Index([names[str(code)] for code in frame.index])
    most = extreme(frame, "unused", scene.inputs.units.codes, lowest=False)
    claims = {
        "unused": Claim("points_load", scene.inputs.row, "unused"),
        "spots": Claim("points_load", scene.inputs.row, "spots"),
    }
    title, told = (
        scene.both(
            mark("All {spots} spots handled cases"),
            mark("Stacked bars of spots by sub-district and use: all {spots} spots of {place} handled cases."),
            words={"place": scene.place}, spots=claims["spots"],
        )
        if scene.number("points_load", scene.inputs.row, "unused") == 0
        else scene.both(
            mark("{unused} of {spots} spots handled no case"),
            mark("Stacked bars of spots by sub-district and use: {unused} of {spots} spots handled no case."),
            words={},
            **claims,
        )
        if most is None or scene.params.unit is not None
        else scene.both(
            mark("{unused} of {spots} spots handled no case, {most} of them in {unit}"),
            mark(
                "Stacked bars of spots by sub-district and use: {unused} of {spots} spots handled no case, {most} of them in "
                "{unit}."
            ),
            words={"unit": names[most]}, most=Claim("points_load", most, "unused"), **claims,
        )
    )  # fmt: skip
    return Figure(
        "load",
        title,
        tr("Nearby spots by their use, number; {period}", period=scene.params.window.label),
        told,
        bars(name="load", rows=rows, x_title=tr("Nearby spots"), value_format=count, mode="stacked"),
        "points_load",
    )
