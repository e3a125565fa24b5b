"""The scoreboard: every system's headline indicators, and whether the last month shows a change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from jingan_analysis.language import mark
from jingan_analysis.studies.indicators import NO_SERIES, Measured, chart_of
from jingan_analysis.studies.overview_parts import parameters_for, parts_of_studies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.district import District
    from jingan_analysis.measures.control_chart import ControlChart
    from jingan_analysis.studies.indicators import Indicator
    from jingan_analysis.studies.overview import Params

DIRECTIONS: Final[Mapping[str, str]] = {
    "up_better": mark("up, and better than chance explains"),
    "up_worse": mark("up, and worse than chance explains"),
    "up_neither": mark("up, more than chance explains"),
    "down_better": mark("down, and better than chance explains"),
    "down_worse": mark("down, and worse than chance explains"),
    "down_neither": mark("down, more than chance explains"),
    "both": mark("signals both up and down"),
    "none": mark("no change beyond chance"),
    "short": mark("too few points for a chart"),
    "few": mark("too few a month or week to be shown"),
    "no_series": mark("not known by month"),
    "no_table": mark("no table in this district"),
}
MOVED: Final = tuple(name for name in DIRECTIONS if name.startswith(("up_", "down_")))
"""Directions that a rule of the chart signals."""


@dataclass(frozen=True)
class Score:
    """One line of the scoreboard.

    Attributes
    ----------
    study
        The study that it comes from.
    indicator, measured
        What it is, and as computed; None where the district lacks a table.
    lacking
        Tables that it lacks.
    points
        Latest points shown: ``numerator`` and ``denominator`` by month or week; months that cannot be computed are NaN.
    few
        Which of them count too few to be shown, shape (n_points,).
    """

    study: str
    indicator: Indicator
    measured: Measured | None
    lacking: tuple[str, ...]
    points: pd.DataFrame
    few: pd.Series

    @cached_property
    def shown_points(self) -> pd.DataFrame:
        """The points without those of few people: nothing is made from these."""
        shown = self.points.copy()
        shown[self.few] = np.nan
        return shown

    @cached_property
    def chart(self) -> ControlChart | None:
        """Chart of the points; None where it would have fewer than two."""
        return chart_of(self.indicator, self.shown_points)

    @cached_property
    def shares(self) -> pd.Series:
        """Share of each point, NaN where it cannot be computed or not be shown."""
        points = self.shown_points
        return points["numerator"] / points["denominator"].where(points["denominator"] > 0)

    @property
    def known(self) -> pd.Series:
        """Points that have a share."""
        return self.shares.notna()

    @property
    def direction(self) -> str:
        """What the rules signal at the latest point that can be computed."""
        if self.measured is None:
            return "no_table"
        if not self.known.any():
            return "few" if self.few.any() else "no_series"
        if self.chart is None:
            return "short"
        last = int(np.flatnonzero(self.known)[-1])
        up, down = bool(self.chart.improvement[last]), bool(self.chart.concern[last])  # the chart takes up for better
        if up and down:
            return "both"
        if not (up or down):
            return "none"
        better = {"neither": "neither", "up": "better" if up else "worse", "down": "worse" if up else "better"}
        return ("up_" if up else "down_") + better[self.indicator.better]


def scoreboard(district: District, params: Params) -> list[Score]:
    """Headline indicators of all studies in order of their names."""
    scores: list[Score] = []
    for study, module in parts_of_studies("indicators").items():
        lacking = {
            each.name: tuple(name for name in each.needs if not district.has(name)) for each in module.INDICATORS
        }
        found: dict[str, Measured] = {}
        if not all(lacking.values()):
            found = module.measured(district, parameters_for(study, district, params, unit=params.unit))
        for each in module.INDICATORS:
            # What the tables hold nothing of is nothing out of nothing; what they are not there for is not known.
            counted = None if lacking[each.name] else found.get(each.name, Measured(0, 0))
            scores.append(_score(study, each, counted, lacking[each.name], params))
    return scores


def _score(
    study: str, indicator: Indicator, measured: Measured | None, lacking: tuple[str, ...], params: Params
) -> Score:
    points = NO_SERIES if measured is None else _latest(measured, params)
    few = pd.Series(data=False, index=points.index)
    return Score(
        study, indicator, measured, lacking, points, _hidden(points, params.minimum_cell) if indicator.people else few
    )


def _hidden(points: pd.DataFrame, least: int) -> pd.Series:
    """Points that are not shown: those of few, and further ones until the few do not follow from the counts of all.

    A share tells of what it was made, so that all other points of the time may be known: at least two points go, and
    together they have enough of both parts.
    """
    parts = pd.DataFrame({"having": points["numerator"], "rest": points["denominator"] - points["numerator"]})
    hidden = ((parts > 0) & (parts < least)).any(axis=1)
    for point in parts.dropna().min(axis=1).sort_values(kind="stable").index:
        together = parts[hidden].sum()
        if not hidden.any() or (hidden.sum() > 1 and ((together == 0) | (together >= least)).all()):
            break
        hidden[point] = True
    return hidden


def _latest(measured: Measured, params: Params) -> pd.DataFrame:
    """Points of the latest months."""
    first = pd.Period(params.window.end, "M") - (params.months_shown - 1)
    series = measured.series
    return series[series.index.astype(str).str[:7] >= str(first)]


def scoreboard_frame(scores: list[Score]) -> pd.DataFrame:
    """One row an indicator: counts, share with interval, the latest point and what the chart says of it."""
    return pd.DataFrame.from_dict({score.indicator.name: _row(score) for score in scores}, orient="index")


def _row(score: Score) -> dict[str, object]:
    measured, nan = score.measured, float("nan")
    known = score.shares.dropna()
    return {
        "study": score.study,
        "numerator": nan if measured is None else measured.numerator,
        "denominator": nan if measured is None else measured.denominator,
        "share": nan if measured is None else measured.share,
        "lower": nan if measured is None else measured.lower,
        "upper": nan if measured is None else measured.upper,
        "latest": "" if known.empty else str(known.index[-1]),
        "latest_share": nan if known.empty else float(known.iloc[-1]),
        "mean": nan if score.chart is None else float(score.chart.centre[-1]),
        "not_computed": len(score.shares) - len(known) if len(score.shares) else nan,
        "direction": score.direction,
    }


def points_frame(scores: list[Score]) -> pd.DataFrame:
    """One row a point of an indicator: its share, mean, limits and signal; no counts, for shares of few are hidden."""
    rows = [_points(score) for score in scores if len(score.points)]
    columns = ["indicator", "point", "share", "mean", "low", "high", "signal", "few"]
    return pd.concat(rows) if rows else pd.DataFrame(columns=columns)


def _points(score: Score) -> pd.DataFrame:
    points, chart = score.shares.index, score.chart
    frame = pd.DataFrame({"indicator": score.indicator.name, "point": points, "share": score.shares.to_numpy()})
    if chart is None:
        frame = frame.assign(mean=np.nan, low=np.nan, high=np.nan, signal="short")
    else:
        up, down = chart.improvement, chart.concern
        signal = np.select([up & down, up, down], ["both", "up", "down"], "none")
        limits = (np.clip(limit, 0, 1) for limit in (chart.lower, chart.upper))
        frame = frame.assign(mean=chart.centre, **dict(zip(("low", "high"), limits, strict=True)), signal=signal)
    # A point that is not known has no limits either: those of a p′ chart would be those of nobody counted.
    frame[["mean", "low", "high"]] = frame[["mean", "low", "high"]].where(frame["share"].notna())
    frame["signal"] = frame["signal"].where(frame["share"].notna(), "not_computed")
    frame["few"] = score.few.to_numpy()
    frame["signal"] = frame["signal"].mask(frame["few"], "few")
    return frame.set_axis([f"{score.indicator.name}-{point}" for point in points])
