"""Figures on what a caring station changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.figures.effects import event_study, permutation_histogram
from jingan_analysis.figures.figure import Figure
from jingan_analysis.language import mark, tr
from jingan_analysis.studies.relief_coverage_words import direction
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, state
from jingan_analysis.tables.formatting import count, format_value
from jingan_analysis.tables.relief_coverage_station_effect import EFFECT_ROW
from jingan_analysis.tables.shown import all_shown, cell

if TYPE_CHECKING:
    from jingan_analysis.studies.relief_coverage_situation import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

STATION_TITLE = {
    "more": mark("With a caring station the share of cases found by the service itself rises by {effect} percentage points ({lower} to {upper})"),
    "less": mark("With a caring station the share of cases found by the service itself falls: {effect} percentage points ({lower} to {upper})"),
    "unclear": mark("What changed with a caring station could be chance: {effect} percentage points ({lower} to {upper})"),
}  # fmt: skip


def _effect_claims() -> dict[str, Claim]:
    return {name: Claim("station_effect", EFFECT_ROW, name) for name in ("effect", "lower", "upper")}


def station_figure(situation: Situation, tables: Tables) -> Figure | None:
    """The effect by periods since the opening."""
    claims = _effect_claims()
    if "station_effect_periods" not in tables or not all_shown(tables, claims):
        return None
    frame = tables["station_effect_periods"].frame
    finding = STATION_TITLE[direction(*(cell(tables, "station_effect", EFFECT_ROW, end) for end in ("lower", "upper")))]
    return Figure(
        "station-effect",
        state(finding, tables, words={}, **claims),
        state(
            "Difference from the last period before the opening, against sub-districts that never had a station, {place}; periods of "
            "{months} months up to {day}; lines: permutation intervals",
            tables,
            words={"place": situation.units.labels[DISTRICT_ROW], "day": situation.params.window.end_label},
            months=Claim("station_effect_basis", EFFECT_ROW, "months"),
        ),
        state(
            "Dots by periods since the opening, before it around zero if sub-districts moved alike. The mean of those from the opening "
            "on is {effect} percentage points ({lower} to {upper}).",
            tables,
            words={},
            **claims,
        ),
        event_study(
            name="station-effect",
            frame=frame[["effect", "lower", "upper"]].set_axis(["value", "lower", "upper"], axis=1),
            x_title=tr("Periods since the opening"),
            y_title=tr("Share found by the service itself, percentage points"),
            value_format=_whole,
            adoption_label=tr("station opens"),
            before_label=tr("Before the opening"),
            after_label=tr("With a station"),
        ),
        "station_effect_periods",
        (tr("Hollow: no interval, for too few sub-districts are behind it; the last period before is what the others are measured from."),),
    )  # fmt: skip


def permutation_figure(situation: Situation, tables: Tables) -> Figure | None:
    """The effects that the dates would have on other sub-districts."""
    claims = {
        "effect": Claim("station_effect", EFFECT_ROW, "effect"),
        "share": Claim("station_effect", EFFECT_ROW, "p_value", decimals=1, kind="percent"),
        "ways": Claim("station_effect_basis", EFFECT_ROW, "assignments"),
    }
    if "station_effect_permutations" not in tables or not all_shown(tables, claims):
        return None
    bins = tables["station_effect_permutations"].frame
    return Figure(
        "station-permutations",
        state(
            "Had the dates of opening fallen on other sub-districts, the effect would be as far from zero in {share} of {ways} ways",
            tables,
            words={},
            share=claims["share"],
            ways=claims["ways"],
        ),
        tr(
            "Effects under other dates of opening, brought to the standard error of the real one, {place}, up to {day}",
            place=situation.units.labels[DISTRICT_ROW],
            day=situation.params.window.end_label,
        ),
        state(
            "Bars by size of the effect over {ways} ways to give the dates, and a line at the real effect of {effect} percentage points; "
            "{share} of the ways lie as far from zero.",
            tables,
            words={},
            **claims,
        ),
        permutation_histogram(
            name="station-permutations",
            bins=bins.assign(as_extreme=bins["as_extreme"] == "yes"),
            observed=cell(tables, "station_effect", EFFECT_ROW, "effect"),
            x_title=tr("Effect, percentage points"),
            y_title=tr("Ways to give the dates"),
            value_format=_whole,
            count_format=count,
            observed_label=tr("real dates"),
            ordinary_label=tr("nearer to zero"),
            extreme_label=tr("as far from zero as the real one"),
        ),
        "station_effect_permutations",
    )  # fmt: skip


def _whole(value: float) -> str:
    return format_value(value, "number", 0)
