"""From what a caring station changes to the tables of the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.language import mark, tr, worded
from jingan_analysis.studies.rate_columns import missing_marks, unsure_marks
from jingan_analysis.studies.relief_coverage_station_panel import FEWEST_BEFORE
from jingan_analysis.tables import relief_coverage_station_effect as layout
from jingan_analysis.tables.columns import POINTS
from jingan_analysis.tables.relief_coverage_station_effect import EFFECT_ROW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.studies.relief_coverage_station_effect import StationEffect
    from jingan_analysis.studies.relief_coverage_station_panel import StationPanel
    from jingan_analysis.tables.table import Table
    from jingan_analysis.tables.words import Words

    Tables = Mapping[str, Table]

SHARES = {"before_share": "before_cases", "after_share": "after_cases"}
"""Shares of the groups and the cases that they are shares of."""


TREATED, COMPARED, EARLY = "treated", "compared", "early"


GROUPS = {
    TREATED: mark("Station opened within the records"),
    COMPARED: mark("Never had a station"),
    EARLY: mark("Left out: station opened earlier"),
}


SINGLE_NOTE = mark(
    "Where each date has one sub-district, the spread between those of one date is not known and no standard error "
    "follows from it; permutations need none."
)


def station_effect_tables(found: StationEffect | None, words: Words) -> list[Table]:
    """The effect of stations; empty where the district has none on record, or the records do not carry it."""
    if found is None or found.refusal is not None:
        return []
    summary, basis, groups = effect_summary(found), effect_basis(found), effect_groups(found.panel)
    periods, bins = effect_periods(found), effect_bins(found)
    labels = worded({code: text for code, text in GROUPS.items() if code in groups.index})
    unknown = missing_marks(periods, "x") | {("-1", end): "z" for end in ("lower", "upper")}
    assert found.events is not None
    single = (tr(SINGLE_NOTE),) if found.events["std_error"].drop(index=-1).isna().any() else ()
    return [
        layout.station_effect(summary, missing_marks(summary), words),
        layout.station_effect_groups(groups, missing_marks(groups) | unsure_marks(groups, SHARES), words, labels),
        layout.station_effect_periods(periods, unknown, words, single),
        layout.station_effect_permutations(bins, {}, words),
        layout.station_effect_basis(basis, missing_marks(basis), words),
    ]


def effect_summary(found: StationEffect) -> pd.DataFrame:
    """One row: the effect and its limits in percentage points, and p values."""
    assert found.test is not None
    assert found.plain is not None
    row = {
        "effect": found.test.effect * POINTS,
        "lower": found.test.lower * POINTS,
        "upper": found.test.upper * POINTS,
        "p_value": found.test.p_value,
        "plain_lower": found.plain.lower * POINTS,
        "plain_upper": found.plain.upper * POINTS,
        "plain_p_value": found.plain.p_value,
    }
    return pd.DataFrame([row], index=[EFFECT_ROW])


def effect_basis(found: StationEffect) -> pd.DataFrame:
    """One row: sub-districts, periods and assignments that the effect rests on."""
    assert found.test is not None
    panel = found.panel
    row = {
        "treated": len(panel.treated),
        "compared": len(panel.never),
        "periods": panel.periods,
        "months": panel.months,
        "before": panel.periods_before,
        "open_share": panel.open_share,
        "assignments": found.test.assignments,
        "before_p_value": found.before_p_value,
    }
    return pd.DataFrame([row], index=[EFFECT_ROW])


def effect_periods(found: StationEffect) -> pd.DataFrame:
    """Effects by periods since the opening, in percentage points, with the units and dates behind them."""
    assert found.events is not None
    frame = found.events.set_axis(found.events.index.astype(str))
    points = frame[["effect", "lower", "upper"]] * POINTS
    return points.join(frame[["units", "groups"]])


def effect_bins(found: StationEffect) -> pd.DataFrame:
    """The histogram of the effects under all assignments, in percentage points."""
    assert found.test is not None
    bins = found.test.histogram()
    return pd.DataFrame(
        {
            "left": bins["left"] * POINTS,
            "right": bins["right"] * POINTS,
            "count": bins["count"],
            "as_extreme": np.where(bins["as_extreme"], "yes", "no"),
        }
    ).set_axis([str(number + 1) for number in range(len(bins))])


def effect_groups(panel: StationPanel) -> pd.DataFrame:
    """Cases of each group before the first opening among the treated, from the last one on, and in between."""
    last = panel.periods - panel.periods_after
    spans = {
        "before": slice(0, panel.periods_before),
        "between": slice(panel.periods_before, last),
        "after": slice(last, None),
    }
    groups = {
        TREATED: panel.adoption >= FEWEST_BEFORE,
        COMPARED: panel.adoption < 0,
        EARLY: (panel.adoption >= 0) & (panel.adoption < FEWEST_BEFORE),
    }
    rows = {}
    for name, chosen in groups.items():
        if not chosen.any():
            continue
        row = {"units": int(chosen.sum()), "cases": int(panel.cases[chosen].sum())}
        for span, periods in spans.items():
            row[f"{span}_cases"] = int(panel.cases[chosen, periods].sum())
            row[f"{span}_proactive"] = int(panel.proactive[chosen, periods].sum())
        rows[name] = row
    frame = pd.DataFrame.from_dict(rows, orient="index")
    for span in ("before", "after"):
        whole = frame[f"{span}_cases"]
        frame[f"{span}_share"] = (frame[f"{span}_proactive"] / whole).where(whole > 0)
    return frame.assign(change=(frame["after_share"] - frame["before_share"]) * POINTS)
