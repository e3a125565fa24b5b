"""Hidden counts that follow from the sums of several tables together, and what must be hidden so that they do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from jingan_analysis.disclosure.policy import determined, equations_of
from jingan_analysis.tables.sums import sums_of

if TYPE_CHECKING:
    from jingan_analysis.disclosure.policy import Cell
    from jingan_analysis.tables.across import Across, Place
    from jingan_analysis.tables.table import Table

    Equation = dict[Place, int]


def added_up(tables: Mapping[str, Table], across: Across) -> dict[str, set[Cell]]:
    """One more cell to hide, by table, where a hidden count follows from the sums across tables; empty where none does.

    Notes
    -----
    A reader knows the sums within the tables, those across them, and which cells say the same. A hidden count is safe if
    these equations together do not determine it; see :func:`jingan_analysis.disclosure.policy.suppressed_cells`.
    """
    if not across.sums:
        return {}
    equations = list(_equations(tables, across))
    hidden = {place for equation in equations for place in equation if _hidden(tables, place)}
    exposed = determined(equations, hidden)
    open_cells = {
        place for equation in equations if equation.keys() & exposed for place in equation if _value(tables, place) > 0
    }
    if not exposed or not open_cells:
        return {}
    wholes = {left[0] for left, _ in across.sums if len(left) == 1} | {
        (name, str(table.total_row), column.name) for name, table in tables.items() for column in table.columns
    }

    def harm(place: Place) -> tuple[int, bool, float, Place]:
        """What still follows once it is hidden, whether it is a total, and how much it says."""
        return len(determined(equations, {*hidden, place})), place in wholes, _value(tables, place), place

    name, row, column = min(open_cells, key=harm)
    return {name: {(row, column)}}


def _equations(tables: Mapping[str, Table], across: Across) -> Iterator[Equation]:
    """Sums within tables and across them, and pairs of cells that say the same; those with an unknown cell are left out."""
    for name, table in tables.items():
        hidden = {cell for cell, mark in table.marks.items() if mark == "c"}
        for equation in equations_of(table.frame, sums_of(table), hidden):
            yield {(name, *cell): sign for cell, sign in equation.items()}
    for left, right in across.sums:
        if all(_known(tables, place) for place in (*left, *right)):
            yield dict.fromkeys(left, -1) | dict.fromkeys(right, 1)
    for places in across.same:
        for first, second in pairwise(sorted(place for place in places if _known(tables, place))):
            yield {first: 1, second: -1}


def _known(tables: Mapping[str, Table], place: Place) -> bool:
    """Whether the cell has a number, shown or hidden."""
    name, row, column = place
    there = name in tables and row in tables[name].frame.index and column in tables[name].frame
    return there and (_hidden(tables, place) or not np.isnan(tables[name].number(row, column)))


def _hidden(tables: Mapping[str, Table], place: Place) -> bool:
    name, row, column = place
    return tables[name].marks.get((row, column)) == "c"


def _value(tables: Mapping[str, Table], place: Place) -> float:
    """Its number; NaN where it is hidden, which is above nothing."""
    name, row, column = place
    return tables[name].number(row, column)
