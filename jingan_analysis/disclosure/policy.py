"""The disclosure policy: what every table passes before a sentence, a figure or a file is made from it.

Counts of people or households from 1 to one less than the smallest shown count are suppressed. So is what would give
them away: as many further cells as it takes until no suppressed count follows from the sums that the table shows.
Everything computed from a suppressed count goes with it. Zero stays zero, and unknown stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np

from jingan_analysis.vocabulary import Mark

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

Cell = tuple[str, str]
"""Row and column."""

Place = TypeVar("Place", bound=tuple[str, ...])
"""A cell, or a cell of a table among several."""

_TINY = 1e-9


@dataclass(frozen=True)
class Sums:
    """What of a table counts people or households, and which of its cells add up to which.

    Attributes
    ----------
    counted
        Columns of counts.
    made_from
        Columns of counts by the column that is computed from them.
    parts
        By column of counts, the column of counts that it is a part of: what remains of the whole is a count too.
    shares
        By column of shares, the column of counts that it is a share of: share times whole is a count, and so is what
        remains of the whole.
    partitions
        Whole and parts, columns of counts: in every row the parts add up to the whole.
    total_row
        Row that holds each column's total; None if the rows do not add up to a row.
    overlapping
        Columns of counts that have no such total, because rows count some people twice.
    uncounted
        Rows whose cells count neither people nor households.
    """

    counted: tuple[str, ...]
    made_from: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    shares: Mapping[str, str] = field(default_factory=dict)
    partitions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    total_row: str | None = None
    overlapping: tuple[str, ...] = ()
    uncounted: frozenset[str] = frozenset()


def small_cells(frame: pd.DataFrame, sums: Sums, minimum_cell: int) -> set[Cell]:
    """Cells that show a count from 1 to ``minimum_cell - 1``, or leave such a remainder of their whole.

    An expected count is small as it would be printed. A part of nobody may stay: its whole says no more.
    """
    found = {cell for column in sums.counted for cell in _small(frame, column, frame[column], minimum_cell)}
    for part, whole in sums.parts.items():
        found |= _small(frame, part, (frame[whole] - frame[part]).where(frame[part] > 0), minimum_cell)
    for share, whole in sums.shares.items():
        found |= small_shares(frame, share, frame[whole], minimum_cell)
    return {cell for cell in found if cell[0] not in sums.uncounted}


def small_shares(frame: pd.DataFrame, share: str, whole: pd.Series, minimum_cell: int) -> set[Cell]:
    """Cells of a column of shares (0 to 1) that stand for a small count of the whole, or for all but a small count."""
    part = frame[share] * whole
    return _small(frame, share, part, minimum_cell) | _small(
        frame, share, (whole - part).where(frame[share] > 0), minimum_cell
    )


def _small(frame: pd.DataFrame, column: str, counts: pd.Series, minimum_cell: int) -> set[Cell]:
    values = np.round(counts.to_numpy(dtype=np.float64))
    return {(str(row), column) for row, value in zip(frame.index, values, strict=True) if 0 < value < minimum_cell}


def suppressed_cells(
    frame: pd.DataFrame, marks: Mapping[Cell, Mark], sums: Sums, minimum_cell: int
) -> dict[Cell, Mark]:
    """Cells of a table that must not be shown, besides those that are suppressed already.

    Parameters
    ----------
    frame
        Rows and columns as in the display table; never changed.
    marks
        Its marks; a cell marked ``c`` is hidden already and must not follow from what is shown.
    minimum_cell
        Smallest count that may be shown; 1 suppresses nothing.

    Returns
    -------
    dict
        ``"c"`` by (row, column).

    Raises
    ------
    ValueError
        If ``minimum_cell`` is below 1.

    Notes
    -----
    Whoever knows the sums can set up one linear equation for each; a hidden count is safe if these do not determine it,
    that is, if the solutions of the homogeneous equations can move it. The policy keeps anybody from computing a hidden
    count exactly from this table. It does not bound how closely somebody can estimate one, and it does not see what
    several reports say together.
    """
    if minimum_cell < 1:
        raise ValueError(f"minimum_cell={minimum_cell} must be at least 1; 1 suppresses nothing")
    already = {cell for cell, mark in marks.items() if mark == "c"}
    small = small_cells(frame, sums, minimum_cell)
    hidden = (already | small) & _cells(frame, sums.counted)
    equations = list(equations_of(frame, sums, already))
    while exposed := determined(equations, hidden):
        companion = _companion(frame, sums, equations, hidden, exposed)
        if companion is None:
            break
        hidden.add(companion)
    hidden |= small
    hidden |= _computed(frame, sums, hidden | already)
    return dict.fromkeys(sorted(hidden - already), "c")


def determined(equations: Sequence[Mapping[Place, int]], hidden: set[Place]) -> set[Place]:
    """Hidden cells that follow from the equations once all other cells are known."""
    cells = sorted(hidden)
    if not cells or not equations:
        return set()
    place = {cell: number for number, cell in enumerate(cells)}
    matrix = np.zeros((len(equations), len(cells)))
    for row, equation in enumerate(equations):
        for cell in equation.keys() & hidden:
            matrix[row, place[cell]] = equation[cell]
    freedom = np.abs(_null_space(matrix)).sum(axis=1)
    return {cell for cell in cells if freedom[place[cell]] < _TINY}


def _null_space(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    _, strength, directions = np.linalg.svd(matrix)
    rank = int(np.sum(strength > _TINY))
    return np.asarray(directions[rank:].T, dtype=np.float64)


def _cells(frame: pd.DataFrame, columns: tuple[str, ...]) -> set[Cell]:
    return {(str(row), column) for row in frame.index for column in columns}


def equations_of(frame: pd.DataFrame, sums: Sums, hidden: set[Cell]) -> Iterator[dict[Cell, int]]:
    """Every sum that a reader can set up: parts less whole, rows less total.

    A cell that is not available is in no total, so it is left out.
    """
    rows = [str(row) for row in frame.index]
    signs = [
        {(row, column): -1 if column == whole else 1 for column in (whole, *parts)}
        for whole, parts in sums.partitions
        for row in rows
    ]
    if sums.total_row is not None:
        summed = [column for column in sums.counted if column not in sums.overlapping]
        signs += [{(row, column): -1 if row == sums.total_row else 1 for row in rows} for column in summed]
    known = frame.notna()
    for equation in signs:
        yield {cell: sign for cell, sign in equation.items() if known.at[cell] or cell in hidden}


def _companion(
    frame: pd.DataFrame, sums: Sums, equations: list[dict[Cell, int]], hidden: set[Cell], exposed: set[Cell]
) -> Cell | None:
    """The next cell to hide: the smallest positive one of a sum with one hidden cell, or else with an exposed one.

    Sums can also give a cell away together that hold it in none of their shown cells; then any sum with a hidden cell
    will do. A total or a whole goes only where nothing else is left.
    """
    single = [equation for equation in equations if len(equation.keys() & hidden) == 1 and equation.keys() & exposed]
    wholes = {whole for whole, _ in sums.partitions}
    touching = [[equation for equation in equations if equation.keys() & cells] for cells in (exposed, hidden)]
    for group in (single[:1], *touching):
        values = {cell: float(cast("float", frame.at[cell])) for each in group for cell in each.keys() - hidden}
        candidates = sorted(cell for cell, value in values.items() if value > 0)
        if candidates:
            return min(candidates, key=lambda cell: (cell[0] == sums.total_row, cell[1] in wholes, values[cell]))
    return None


def _computed(frame: pd.DataFrame, sums: Sums, hidden: set[Cell]) -> set[Cell]:
    """Numbers computed from hidden ones, and what is computed from those."""
    known = frame.notna()
    found = set(hidden)
    while more := {
        (row, column)
        for column, sources in sums.made_from.items()
        for row, source in found
        if source in sources and (row, column) not in found and known.at[row, column]
    }:
        found |= more
    return found
