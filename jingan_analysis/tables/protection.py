"""Display tables under the disclosure policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from jingan_analysis.disclosure.policy import Sums, small_cells, suppressed_cells
from jingan_analysis.disclosure.suppression import without_suppressed
from jingan_analysis.errors import DisclosureRefused

if TYPE_CHECKING:
    from jingan_analysis.tables.table import Table


def protect(table: Table, minimum_cell: int) -> Table:
    """The table as it may be shown: suppressed cells are missing and carry the mark ``c``.

    See :func:`jingan_analysis.disclosure.policy.suppressed_cells` for the rules.
    """
    more = suppressed_cells(table.frame, table.marks, _sums(table), minimum_cell)
    if not more:
        return table
    return replace(table, frame=without_suppressed(table.frame, more), marks={**table.marks, **more})


def protect_all(tables: Mapping[str, Table], minimum_cell: int) -> dict[str, Table]:
    """Every table as it may be shown; see :func:`protect`."""
    return {name: protect(table, minimum_cell) for name, table in tables.items()}


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
    columns = {column for _, column in small_cells(table.frame, _sums(table).counted, minimum_cell)}
    return columns | {column for _, column in suppressed_cells(table.frame, table.marks, _sums(table), minimum_cell)}


def _sums(table: Table) -> Sums:
    return Sums(
        counted=tuple(column.name for column in table.columns if column.counts),
        made_from={column.name: column.made_from for column in table.columns if column.made_from},
        partitions=table.partitions,
        total_row=table.total_row,
    )
