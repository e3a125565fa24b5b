"""Figures on when, where and how often matters can be done near home."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.heat import week_panels
from jingan_analysis.figures.intervals import interval_dots
from jingan_analysis.figures.lines import lines
from jingan_analysis.language import mark, tr, worded
from jingan_analysis.studies.service_access_busiest import busiest_curve, busiest_row
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim
from jingan_analysis.tables.formatting import count, percent
from jingan_analysis.tables.service_access_when import PLACES
from jingan_analysis.tables.settings import setting, share_setting
from jingan_analysis.tables.shown import all_shown

if TYPE_CHECKING:
    from jingan_analysis.studies.service_access_figures import Scene


def busiest_figure(scene: Scene) -> Figure | None:
    """How few matters make most cases, and what is kept of them near home; None without shown cases."""
    if "busiest" not in scene.tables:
        return None
    row = busiest_row(scene.params.busiest_share)
    claims = {
        "matters": Claim("busiest", row, "matters"),
        "all": Claim("matters_by_group", "all", "matters"),
        "share": Claim("busiest", row, "share"),
        "far": Claim("busiest", row, "spot_widely"),
        "limit": setting("access_threshold_minutes"),
        "near": Claim("busiest", row, "near_widely"),
        "minutes": setting("near_minutes"),
        "widely": share_setting("widely_share"),
    }
    curve = busiest_curve(scene.tables["matters"].frame, scene.number("busiest", row, "denominator"))
    if len(curve) < 3 or not all_shown(scene.tables, claims):
        return None
    title, told = scene.both(
        mark(
            "{matters} of {all} matters make {share} of all cases; at least {widely} of residents can do {far} of them at a spot "
            "within {limit} minutes, {near} within {minutes}"
        ),
        mark(
            "Two curves that rise ever more slowly over the matters, the busiest first: their cases, and the part of them that can be "
            "done at a spot within {minutes} minutes. {matters} of {all} matters make {share} of all cases; at least {widely} of "
            "residents can do {far} of them at a spot within {limit} minutes, {near} within {minutes} minutes."
        ),
        words={}, **claims,
    )  # fmt: skip
    return Figure(
        "busiest",
        title,
        scene.subtitle(mark("Cases of the district by matter, the busiest matters first, share of all cases; reach: {place}, {how}")),
        told,
        lines(
            name="busiest",
            frame=curve.rename(columns={"all": tr("all their cases"), "near": tr("done at a spot within {minutes} minutes", minutes=f"{scene.params.near_minutes:g}")}),
            x_title=tr("Matters, the busiest first"),
            y_title=tr("Share of all cases"),
            value_format=percent,
            x_format=count,
            reference=scene.params.busiest_share,
            reference_label=percent(scene.params.busiest_share),
        ),
        "matters",
    )  # fmt: skip


def case_hours_figure(scene: Scene) -> Figure | None:
    """When a case drawn at random can be done near home, by channel; None without a record of matters."""
    if "case_hours" not in scene.tables:
        return None
    claims = {
        moment: Claim("case_moments", f"{moment}-any", "share", decimals=0)
        for moment in ("working_hours", "evening", "sunday", "night")
    }
    if not all_shown(scene.tables, claims):
        return None
    title, told = scene.both(
        mark(
            "On a weekday morning {working_hours} of cases can be done near home, in the evening {evening}, on Sunday {sunday}, at "
            "night {night}"
        ),
        mark(
            "Heat maps of the hours of a week, one a channel. On a weekday morning {working_hours} of cases can be done near home, in "
            "the evening {evening}, on Sunday morning {sunday} and at night {night}."
        ),
        words={}, **claims,
    )  # fmt: skip
    frame = scene.tables["case_hours"].frame
    return Figure(
        "case_hours",
        title,
        scene.subtitle(
            mark("A case drawn at random that {people} of {place} can have done within {minutes} minutes, share by hour; {how}"),
            minutes=setting("access_threshold_minutes"),
        ),
        told,
        week_panels(
            name="case_hours",
            panels={
                label: frame.loc[[f"{channel}-{hour:02d}" for hour in range(24)]].to_numpy(dtype=float).T
                for channel, label in worded(PLACES).items()
            },
            legend_title=tr("Share of cases that can be done"),
            x_title=tr("Hour of the day"),
        ),
        "case_hours",
    )  # fmt: skip


def nights_figure(scene: Scene) -> Figure | None:
    """Who has an open point throughout the night, and whose case can be done there; None where nobody is counted."""
    frame = scene.tables["nights"].frame
    row = scene.inputs.row
    claims = {
        "near": Claim("nights", row, "near_share", decimals=0),
        "minutes": setting("access_threshold_minutes"),
        "case": Claim("nights", row, "case_share", decimals=0),
    }
    if "case_share" not in frame or not all_shown(scene.tables, claims):
        return None
    title, told = scene.both(
        mark("Throughout the night {near} of residents have an open point within {minutes} minutes, and {case} of cases can be done there"),
        mark(
            "Dots with intervals by sub-district, two each: residents with a point open throughout the night within {minutes} minutes, "
            "{near}, and cases that can be done there, {case}."
        ),
        words={}, **claims,
    )  # fmt: skip
    return Figure(
        "nights",
        title,
        scene.subtitle(
            mark("{people} with a point open from {first} to {last} o'clock every night, share with interval; {how}"),
            first=setting("night_from_hour"), last=setting("night_to_hour"),
        ),
        told,
        interval_dots(
            name="nights",
            rows=_dots(scene, frame),
            x_title=tr("Share within {minutes} minutes", minutes=f"{scene.params.access_threshold_minutes:g}"),
            value_format=percent,
            reference=scene.number("nights", DISTRICT_ROW, "near_share"),
            reference_label=tr("district"),
        ),
        "nights",
    )  # fmt: skip


def _dots(scene: Scene, frame: pd.DataFrame) -> pd.DataFrame:
    units = frame.loc[scene.inputs.units.codes].sort_values("near_share", ascending=False, kind="stable")
    series = {"near_": tr("an open point"), "case_": tr("a case drawn at random")}
    parts = [
        pd.DataFrame(
            {
                name: units[f"{prefix}{column}"]
                for name, column in (("value", "share"), ("lower", "lower"), ("upper", "upper"))
            }
        ).assign(series=label)
        for prefix, label in series.items()
    ]
    # The two dots of one area stand together.
    return pd.concat(parts).loc[units.index].rename(index=scene.inputs.units.names)
