"""From the tables of the overview to its figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.figures.bars import bars
from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.intervals import interval_dots
from jingan_analysis.figures.sparklines import Arrow, Judged, Sparkline, sparklines
from jingan_analysis.language import mark, tr
from jingan_analysis.studies.overview_register import NOT_COMPUTED
from jingan_analysis.studies.overview_tables import titles
from jingan_analysis.studies.overview_words import joined, latest_point, whole_share
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.formatting import count, percent, tenth_percent

if TYPE_CHECKING:
    from jingan_analysis.studies.overview import Situation
    from jingan_analysis.studies.overview_scoreboard import Score
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

_WORDS: dict[str, str] = {
    "better": mark("changed: better"),
    "worse": mark("changed: worse"),
    "neither": mark("changed: neither better nor worse"),
    "missing": mark("not computed, not recorded or too few to be shown"),
}
_DAYS_OF_A_MONTH = 30.5


def figures_of(situation: Situation, tables: Tables) -> dict[str, Figure]:
    """All figures that the tables carry, by name in reading order."""
    found = [_board(situation, tables), _shares(situation, tables), _verdicts(situation, tables)]
    return {figure.name: figure for figure in found if figure is not None}


def _board(situation: Situation, tables: Tables) -> Figure | None:
    drawn = [score for score in situation.scores if score.known.any()]
    lines = [line for line in (latest_point(score, tables) for score in drawn) if line is not None]
    if not lines:
        return None
    months = situation.params.months_shown
    first = pd.Period(situation.params.window.end, "M") - (months - 1)
    claims = {name: Claim("directions", name, "indicators") for name in ("moved", "charted", "none")}
    named = titles(situation)
    return Figure(
        "board",
        state("{moved} of {charted} indicators changed more than chance explains", tables, moved=claims["moved"], charted=claims["charted"]),
        tr("Headline indicators by month, {place}: mean, limits and latest point", place=situation.place),
        state(
            "Small control charts under each other, one an indicator: at the latest point {moved} of {charted} signal a rise or a fall, {none} show no change beyond chance. {lines}.",
            tables, words={"lines": joined(lines)}, **claims,
        ),
        sparklines(
            name="board",
            rows=[_line(score, tables, first, months, named[score.study]) for score in drawn],
            steps=_steps(first, months),
            end=float(months),
            key={name: tr(text) for name, text in _WORDS.items()},
        ),
        "scoreboard",
        (
            tr("Every line has a scale of its own, from the lowest to the highest point or limit; the scales do not begin at zero."),
            *_without_months(situation, tables),
        ),
    )  # fmt: skip


def _shares(situation: Situation, tables: Tables) -> Figure | None:
    board = tables["scoreboard"].frame
    shares = board["share"].dropna()
    if len(shares) < 2:
        return None
    labels = {score.indicator.name: tr(score.indicator.label) for score in situation.scores}
    named = titles(situation)
    low, high = str(shares.idxmin()), str(shares.idxmax())
    claims = {"low": Claim("scoreboard", low, "share"), "high": Claim("scoreboard", high, "share")}
    words = {"lowest": labels[low], "highest": labels[high]}
    rows = board[["share", "lower", "upper"]].set_axis(["value", "lower", "upper"], axis=1)
    rows.index = [
        tr("{name}: {value}", name=named[study], value=labels[str(row)]) for row, study in board["study"].items()
    ]
    return Figure(
        "shares",
        state("Of the headline shares the lowest is “{lowest}”, {low}, and the highest “{highest}”, {high}", tables, words=words, **claims),
        tr("Headline indicators, {place}, {window}; lines: intervals", place=situation.place, window=situation.params.window.label),
        state(
            "Dots with intervals, one an indicator: from {low} for “{lowest}” to {high} for “{highest}”.",
            tables, words=words, **claims,
        ),
        interval_dots(
            name="shares", rows=rows.astype("float64"), x_title=tr("Share"), value_format=tenth_percent, tick_format=percent,
            missing_label=tr("not shown"), include=(0.0, 1.0),
        ),
        "scoreboard",
        (tr("The shares are of different things: they say how each system stands, not which is better."),),
    )  # fmt: skip


def _without_months(situation: Situation, tables: Tables) -> list[Statement]:
    """What the figure cannot draw, in a sentence."""
    shares = [whole_share(score, tables) for score in situation.scores if not score.known.any()]
    told = [share for share in shares if share is not None]
    return [state("Without a line: {shares}.", tables, words={"shares": joined(told)})] if told else []


def _line(score: Score, tables: Tables, first: pd.Period, months: int, title: str) -> Sparkline:
    frame = tables["points"].frame
    rows = frame[frame["indicator"] == score.indicator.name]
    places = [_place(str(point), first) for point in rows["point"]]
    board = tables["scoreboard"]
    code = str(board.frame.at[score.indicator.name, "direction"])
    return Sparkline(
        label=tr("{name}: {value}", name=title, value=tr(score.indicator.label)),
        places=places,
        values=[float(value) for value in rows["share"]],
        **{name: [float(value) for value in rows[column]] for name, column in (("centre", "mean"), ("low", "low"), ("high", "high"))},
        missing=_missing(rows, first, months),
        arrow=_arrow(code),
        judged=_judged(code),
        value=tenth_percent(board.number(score.indicator.name, "latest_share")),
        words=board.column("direction").labels[code],
    )  # fmt: skip


def _arrow(code: str) -> Arrow:
    if code == "both":
        return "both"
    return "up" if code.startswith("up_") else "down" if code.startswith("down_") else "none"


def _judged(code: str) -> Judged:
    return "better" if code.endswith("_better") else "worse" if code.endswith("_worse") else "neither"


def _place(point: str, first: pd.Period) -> float:
    """Middle of a month or week on a scale of months."""
    day = pd.Timestamp(point if len(point) > len("2024-08") else f"{point}-01")
    month = (day.year - first.year) * 12 + day.month - first.month
    if len(point) == len("2024-08"):
        return month + 0.5
    return month + (day.day + 2) / _DAYS_OF_A_MONTH


def _missing(rows: pd.DataFrame, first: pd.Period, months: int) -> list[tuple[float, float]]:
    """Stretches of months without any known point."""
    known = {math.floor(_place(str(point), first)) for point in rows.loc[rows["share"].notna(), "point"]}
    stretches: list[tuple[float, float]] = []
    for month in (month for month in range(months) if month not in known):
        if stretches and stretches[-1][1] == month:
            stretches[-1] = (stretches[-1][0], month + 1.0)
        else:
            stretches.append((float(month), month + 1.0))
    return stretches


def _steps(first: pd.Period, months: int) -> dict[float, str]:
    """Quarters, as year and month."""
    return {month + 0.5: f"{first + month:%Y-%m}" for month in range(months) if (first + month).month in (1, 7)}


def _verdicts(situation: Situation, tables: Tables) -> Figure | None:
    if "verdicts" not in tables:
        return None
    table = tables["verdicts"]
    rows = table.frame.drop(index=["total", NOT_COMPUTED])[["entries"]]
    claims = {
        name: Claim("verdicts", row, "entries")
        for name, row in (
            ("reproduced", "reproduced"),
            ("all", "total"),
            ("not_computed", NOT_COMPUTED),
            ("differs", "differs"),
        )
    }
    reasons = [
        state("{name}: {count}", tables, words={"name": table.row_labels[row]}, count=Claim("verdicts", row, "entries"))
        for row in map(str, rows.index)
    ]
    return Figure(
        "verdicts",
        state(
            "The data reproduce {reproduced} of {all} entries; {not_computed} cannot be computed",
            tables, reproduced=claims["reproduced"], all=claims["all"], not_computed=claims["not_computed"],
        ),
        tr("Entries of the register of published claims by status or reason, {place}", place=situation.district),
        state(
            "Bars: {reproduced} entries of {all} are reproduced, {differs} differ, and {not_computed} cannot be computed. {reasons}.",
            tables, words={"reasons": joined(reasons)}, **claims,
        ),
        bars(
            name="verdicts", rows=rows.astype("float64").rename(index=table.row_labels), x_title=tr("Entries"),
            value_format=count,
        ),
        "verdicts",
    )  # fmt: skip
