"""Which cells of a display table add up, for the disclosure policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.disclosure.policy import Sums

if TYPE_CHECKING:
    from jingan_analysis.tables.table import Table


def sums_of(table: Table) -> Sums:
    """What of a table counts people or households, and which of its cells add up to which."""
    return Sums(
        counted=tuple(column.name for column in table.columns if column.counts),
        made_from={column.name: column.made_from for column in table.columns if column.made_from},
        parts={column.name: column.part_of for column in table.columns if column.part_of and column.counts},
        shares={column.name: column.part_of for column in table.columns if column.part_of and not column.counts},
        partitions=table.partitions,
        total_row=table.total_row,
        overlapping=table.overlapping,
        uncounted=table.uncounted,
    )
