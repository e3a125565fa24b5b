"""Display tables under the disclosure policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.disclosure.policy import Cell, small_shares, suppressed_cells
from jingan_analysis.disclosure.suppression import Marks, without_suppressed
from jingan_analysis.errors import DisclosureRefused
from jingan_analysis.tables.across import Across
from jingan_analysis.tables.joint_sums import added_up
from jingan_analysis.tables.sums import sums_of

if TYPE_CHECKING:
    from jingan_analysis.tables.across import Place
    from jingan_analysis.tables.table import Table


def protect(table: Table, minimum_cell: int) -> Table:
    """The table as it may be shown: suppressed cells are missing and carry the mark ``c``.

    See :func:`jingan_analysis.disclosure.policy.suppressed_cells` for the rules.
    """
    return _hide(table, set(suppressed_cells(table.frame, table.marks, sums_of(table), minimum_cell)))


def protect_all(tables: Mapping[str, Table], minimum_cell: int, across: Across | None = None) -> dict[str, Table]:
    """Every table as it may be shown, so that no table shows what another one hides; see :func:`protect`.

    Parameters
    ----------
    across
        What the tables say of each other; entries of tables, rows or columns that a report lacks are ignored.
    """
    across = Across() if across is None else across
    small = _small_shares(tables, across, minimum_cell)
    shown = {name: protect(_hide(table, small.get(name, set())), minimum_cell) for name, table in tables.items()}
    while more := _told_elsewhere(shown, across) or added_up(shown, across):
        shown = {
            name: protect(_hide(table, more[name]), minimum_cell) if name in more else table
            for name, table in shown.items()
        }
    return shown


def _small_shares(tables: Mapping[str, Table], across: Across, minimum_cell: int) -> dict[str, set[Cell]]:
    """Shares in one table that stand for a small count of a whole in another one."""
    found: dict[str, set[Cell]] = {}
    for (name, share), (other, row, whole) in across.shares.items():
        # A table leaves columns out that have nothing to show, such as the curve of a grade that nobody has.
        if {name, other} <= tables.keys() and share in tables[name].frame:
            frame, wholes = tables[name].frame, tables[other].frame[whole]
            of = pd.Series(wholes.loc[row], index=frame.index) if row else wholes.reindex(frame.index)
            found.setdefault(name, set()).update(small_shares(frame, share, of, minimum_cell))
    return found


def _told_elsewhere(tables: Mapping[str, Table], across: Across) -> dict[str, set[Cell]]:
    """Cells that are shown although a cell that says the same is suppressed, by table."""
    found: dict[str, set[Cell]] = {}
    for places in (*across.same, *_rows_of_shares(tables, across)):
        marks = {place: _mark(tables, place) for place in places}
        if "c" in marks.values():
            for name, row, column in (place for place, mark in marks.items() if mark == ""):
                found.setdefault(name, set()).add((row, column))
    return found


def _rows_of_shares(tables: Mapping[str, Table], across: Across) -> Iterator[frozenset[Place]]:
    """A share tells of its whole, so it goes with it; the whole stays where only the share is hidden."""
    for (name, share), (other, fixed, whole) in across.shares.items():
        if {name, other} <= tables.keys():
            for row in map(str, tables[name].frame.index):
                if tables[other].marks.get((fixed or row, whole)) == "c":
                    yield frozenset({(name, row, share), (other, fixed or row, whole)})


def _mark(tables: Mapping[str, Table], place: Place) -> str | None:
    """``c`` for a suppressed cell, empty for a number; None where the report has no such cell, or no number in it."""
    name, row, column = place
    if name not in tables or column not in tables[name].frame or row not in tables[name].frame.index:
        return None
    if tables[name].marks.get((row, column)) == "c":
        return "c"
    return None if np.isnan(tables[name].number(row, column)) else ""


def _hide(table: Table, cells: set[Cell]) -> Table:
    if not cells:
        return table
    marks: Marks = dict.fromkeys(sorted(cells), "c")
    return replace(table, frame=without_suppressed(table.frame, marks), marks={**table.marks, **marks})


def refuse_small_counts(tables: Mapping[str, Table], minimum_cell: int) -> None:
    """The last look: no table shows a small count of people or households, or something computed from a hidden one.

    Raises
    ------
    DisclosureRefused
        If one does; names tables and columns, never a count.
    """
    faults = sorted(
        {
            f"table {name!r}, column {column!r}"
            for name, table in tables.items()
            for column in _open(table, minimum_cell)
        }
    )
    if faults:
        raise DisclosureRefused(
            f"counts below {minimum_cell} would be shown in {'; '.join(faults)}; let the study's tables pass "
            "tables.protection.protect_all before anything is made from them"
        )


def _open(table: Table, minimum_cell: int) -> set[str]:
    return {column for _, column in suppressed_cells(table.frame, table.marks, sums_of(table), minimum_cell)}
