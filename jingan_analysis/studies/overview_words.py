"""Sentences on single indicators, for notes, alternatives and lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from jingan_analysis.language import tr
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.shown import all_shown

if TYPE_CHECKING:
    from jingan_analysis.studies.overview_scoreboard import Score
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]


def joined(statements: Sequence[Statement]) -> Statement:
    """Statements one after the other as parts of one sentence; at least one."""
    together, *more = statements
    for each in more:
        together = state("{first}; {second}", {}, words={"first": together, "second": each})
    return together


def latest_point(score: Score, tables: Tables) -> Statement | None:
    """The latest point of an indicator beside the mean of all its points; None where there is no chart."""
    known = score.shares.dropna()
    if score.chart is None:
        return None
    name = score.indicator.name
    claims = {
        "share": Claim("scoreboard", name, "latest_share"),
        "mean": Claim("points", f"{name}-{known.index[-1]}", "mean"),
    }
    return state("{name}: {share}, mean {mean}", tables, words={"name": tr(score.indicator.label)}, **claims)


def missing_points(score: Score, tables: Tables) -> Statement | None:
    """How many points of an indicator cannot be computed; None where all can, or none is known."""
    if not score.known.any() or score.known.all():
        return None
    return state(
        "{name}: {count} of its months or weeks cannot be computed or shown",
        tables,
        words={"name": tr(score.indicator.label)},
        count=Claim("scoreboard", score.indicator.name, "not_computed"),
    )


def whole_share(score: Score, tables: Tables) -> Statement | None:
    """Counts and share of an indicator; None where they are not known, or too small to be shown."""
    name = score.indicator.name
    claims = {column: Claim("scoreboard", name, column) for column in ("numerator", "denominator", "share")}
    if not all_shown(tables, claims):
        return None
    return state(
        "{name}: {numerator} of {denominator}, {share}", tables, words={"name": tr(score.indicator.label)}, **claims
    )
