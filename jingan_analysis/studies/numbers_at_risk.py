"""How many spells are still followed so many days after their beginning, as far as policy lets it be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.tables.formatting import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

    from jingan_analysis.tables.table import Table
    from jingan_analysis.vocabulary import Mark


def numbers_at_risk(
    days: Mapping[str, ArrayLike], marked: Sequence[float], *, minimum_cell: int
) -> tuple[pd.DataFrame, dict[tuple[str, str], Mark]]:
    """Spells that lasted at least so many days, whichever way they ended, one column a group.

    Two numbers that follow each other give away how many spells ended in between. A number is therefore left out, marked
    ``c``, where it is less than ``minimum_cell`` below the last one shown and not the same.

    Parameters
    ----------
    days
        Length of each spell in days, by group.
    marked
        Days to tell it for, rising: the rows, named by the day.
    minimum_cell
        Smallest count that may be shown.

    Returns
    -------
    DataFrame
        Numbers at risk, NaN where they are left out.
    dict
        ``"c"`` by row and column.
    """
    rows = [f"{day:g}" for day in marked]
    numbers = {name: np.array([np.sum(np.asarray(one) >= day) for day in marked]) for name, one in days.items()}
    shown = {name: _told_apart(values, minimum_cell) for name, values in numbers.items()}
    frame = pd.DataFrame({name: np.where(shown[name], values, np.nan) for name, values in numbers.items()}, index=rows)
    marks: dict[tuple[str, str], Mark] = {
        (row, name): "c" for name, told in shown.items() for row, is_told in zip(rows, told, strict=True) if not is_told
    }
    return frame, marks


def with_followed(
    frame: pd.DataFrame, days: ArrayLike, *, minimum_cell: int
) -> tuple[pd.DataFrame, dict[tuple[str, str], Mark]]:
    """A table by days since the beginning with its numbers at risk in a column ``followed``, and the marks of those.

    How many there were at the beginning is known from elsewhere.
    """
    marked = (0.0, *map(float, frame.index))
    followed, marks = numbers_at_risk({"followed": days}, marked, minimum_cell=minimum_cell)
    return frame.join(followed), {cell: mark for cell, mark in marks.items() if cell[0] in frame.index}


def _told_apart(numbers: np.ndarray, minimum_cell: int) -> np.ndarray:
    """Which of the falling numbers may be shown."""
    told, last = np.ones(len(numbers), dtype=bool), None
    for place, number in enumerate(numbers.tolist()):
        fallen = minimum_cell if last is None else last - number
        told[place] = fallen == 0 or (fallen >= minimum_cell and (number == 0 or number >= minimum_cell))
        last = number if told[place] else last
    return told


def printed(table: Table, column: str) -> list[str]:
    """The numbers of a column as a figure prints them, a hidden one as its mark."""
    return [
        f"[{table.marks[str(row), column]}]" if np.isnan(value) else count(value)
        for row, value in table.frame[column].items()
    ]
