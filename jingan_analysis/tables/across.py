"""What the tables of one report say of each other's counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jingan_analysis.tables.table import Table

Place = tuple[str, str, str]
"""Table, row and column."""

Sum = tuple[tuple[Place, ...], tuple[Place, ...]]
"""Counts that together make as much as other counts, such as a total and its months."""


@dataclass(frozen=True)
class Across:
    """What the tables of one report say of each other's counts.

    Attributes
    ----------
    same
        Cells that show the same count, or follow from each other: they are shown together or not at all.
    shares
        By table and column of shares, the table, row and column of the counts that they are shares of; an empty row
        stands for the row of the share.
    sums
        Counts of one table that together make as much as counts of other tables: no hidden count may follow from them
        and from the sums within the tables.
    """

    same: tuple[frozenset[Place], ...] = ()
    shares: Mapping[tuple[str, str], Place] = field(default_factory=dict)
    sums: tuple[Sum, ...] = ()


def linked(*places: Place) -> frozenset[Place]:
    """Cells that show the same count."""
    return frozenset(places)


def row_by_row(rows: Iterable[str], *columns: tuple[str, str]) -> list[frozenset[Place]]:
    """Columns (table and name) that show the same counts in every one of the rows."""
    return [frozenset((table, row, column) for table, column in columns) for row in rows]


def whole_column(tables: Mapping[str, Table], *columns: tuple[str, str]) -> list[Place]:
    """Every cell of columns that show one count in all their rows, such as a denominator."""
    return [
        (table, str(row), column) for table, column in columns if table in tables for row in tables[table].frame.index
    ]
