"""What the overview may show of small counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from jingan_analysis.disclosure.suppression import without_suppressed
from jingan_analysis.tables.protection import protect_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.studies.overview import Situation
    from jingan_analysis.tables.table import Table
    from jingan_analysis.vocabulary import Mark

_COUNTED = ("numerator", "denominator", "share", "lower", "upper")


def protected(situation: Situation, tables: Mapping[str, Table]) -> dict[str, Table]:
    """The tables as they may be shown.

    An indicator of which few are counted, or few are left, loses its whole line: one of its counts may stand in the
    register, and the other one would then tell the few. The register hides small counts when it compares them, and
    points of few are left out before their chart is drawn.
    """
    board, least = tables["scoreboard"], situation.params.minimum_cell
    marks: dict[tuple[str, str], Mark] = {}
    for row in (str(row) for row in board.frame.index if row not in board.uncounted):
        part, whole = board.number(row, "numerator"), board.number(row, "denominator")
        if any(0 < count < least for count in (part, whole, whole - part)):
            marks |= dict.fromkeys([(row, name) for name in _COUNTED if (row, name) not in board.marks], "c")
    shown = replace(board, frame=without_suppressed(board.frame, marks), marks={**board.marks, **marks})
    return protect_all({**tables, "scoreboard": shown}, least)
