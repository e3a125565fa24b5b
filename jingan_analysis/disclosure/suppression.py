"""Suppression of small counts of people or households."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from jingan_analysis.vocabulary import Mark

if TYPE_CHECKING:
    import pandas as pd

Marks = dict[tuple[str, str], Mark]
"""Marks by (row, column), as a display table takes them."""


def suppress_small(
    counts: pd.DataFrame,
    *,
    minimum_cell: int,
    total_row: str | None,
    parts: Mapping[str, Sequence[str]] | None = None,
    derived: Mapping[str, Sequence[str]] | None = None,
    hidden_totals: Collection[str] = (),
) -> Marks:
    """Find the cells of a table of counts that must not be published.

    A count from 1 to ``minimum_cell - 1`` is suppressed; zero stays zero. A part whose remainder in
    its whole is that small is suppressed too, because a subtraction would show the remainder. Where
    exactly one cell of a column is suppressed beside a shown total, the next smallest positive cell is
    suppressed as well, because another subtraction would undo the first.

    Parameters
    ----------
    counts
        Counts of people or households, rows as in the display table; NaN (not available) is left alone.
        Never changed.
    minimum_cell
        Smallest count that may be shown; 1 suppresses nothing.
    total_row
        Row that holds each column's total; None if the rows do not add up to a row of the table.
    parts
        Wholes by part, all columns of ``counts``: a remainder (whole less part) counts as published.
    derived
        Other columns of the display table made from a column of ``counts`` (shares, bounds, remainders):
        they are suppressed with it, and with the first whole that it is a part of.
    hidden_totals
        Columns whose total another table of the same report suppresses: it stays hidden here, and the
        cells must not add up to it.

    Returns
    -------
    Marks
        ``"c"`` by (row, column).

    Raises
    ------
    ValueError
        If ``minimum_cell`` is below 1, or ``total_row`` is not a row of ``counts``.

    Notes
    -----
    This is one pass of complementary suppression by column. It does not protect against somebody who
    combines several reports.
    """
    if minimum_cell < 1:
        raise ValueError(f"minimum_cell={minimum_cell} must be at least 1; 1 suppresses nothing")
    if total_row is not None and total_row not in counts.index:
        raise ValueError(f"total_row={total_row!r} is not a row of the counts; its rows are {list(counts.index)}")
    wholes_of = parts or {}
    hidden = {column: _primary(counts, column, wholes_of.get(column, ()), minimum_cell) for column in counts.columns}
    for column, rows in hidden.items():
        totals = {total_row} if total_row is not None and column in hidden_totals else set()
        hidden[column] = rows | totals | _secondary(counts[column], rows, total_row, total_hidden=bool(totals))
    marks: Marks = {(row, column): "c" for column in counts.columns for row in counts.index if row in hidden[column]}
    for column, others in (derived or {}).items():
        rows = hidden[column] | hidden[next(iter(wholes_of.get(column, ())), column)]
        marks |= {(row, other): "c" for other in others for row in counts.index if row in rows}
    return marks


def without_suppressed(frame: pd.DataFrame, marks: Marks) -> pd.DataFrame:
    """Copy a frame without its suppressed cells: numbers are missing, and so are words that would tell of them.

    Raises
    ------
    KeyError
        If a mark names no cell of the frame.
    """
    shown = frame.copy()
    for column in dict.fromkeys(column for (_, column), mark in marks.items() if mark == "c"):
        rows = [row for (row, other), mark in marks.items() if other == column and mark == "c"]
        absent = [row for row in rows if row not in shown.index]
        if column not in shown.columns or absent:
            raise KeyError(f"marks name column {column!r}, rows {absent}, which the frame does not have")
        # Whole numbers have no missing value; words keep theirs.
        shown[column] = shown[column].astype("float64" if shown[column].dtype.kind in "biuf" else "object")
        shown.loc[rows, column] = np.nan
    return shown


def _small(values: Iterable[float], minimum_cell: int) -> list[bool]:
    return [0 < value < minimum_cell for value in values]


def _primary(counts: pd.DataFrame, column: str, wholes: Sequence[str], minimum_cell: int) -> set[str]:
    hidden = set(counts.index[_small(counts[column], minimum_cell)])
    for whole in wholes:
        # A part of zero may stay: its remainder is the whole, which is small and therefore hidden itself.
        remainder = (counts[whole] - counts[column]).where(counts[column] > 0)
        hidden |= set(counts.index[_small(remainder, minimum_cell)])
    return hidden


def _secondary(column: pd.Series, hidden: set[str], total_row: str | None, *, total_hidden: bool) -> set[str]:
    """One more cell, where the shown cells and the total would give the hidden one away."""
    cells = hidden - {total_row}
    undone = not cells if total_hidden else len(cells) == 1 and total_row not in hidden
    if total_row is None or not undone:
        return set()
    others = column.drop(index=[total_row, *cells]).dropna()
    candidates = others[others > 0]
    # A stable sort: of equal cells the first one of the table goes, so that a second run hides the same.
    return {str(candidates.sort_values(kind="stable").index[0])} if len(candidates) else set()
