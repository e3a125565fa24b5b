"""What tables show of their numbers, for those who write sentences and draw figures from them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jingan_analysis.tables.claims import Claim
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]


def cell(tables: Tables, table: str, row: str, column: str) -> float:
    """Number of a cell; NaN where it is missing or suppressed."""
    return float(tables[table].frame[column].loc[row])


def shown(tables: Tables, table: str, row: str, column: str) -> bool:
    """Whether a table has a cell with a number that may be printed."""
    if table not in tables:
        return False
    frame = tables[table].frame
    return row in frame.index and column in frame.columns and not math.isnan(cell(tables, table, row, column))


def all_shown(tables: Tables, claims: Mapping[str, Claim]) -> bool:
    """Whether every claim can be printed."""
    return all(shown(tables, claim.table, claim.row, claim.column) for claim in claims.values())
