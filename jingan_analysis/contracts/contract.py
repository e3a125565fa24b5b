"""What one input table holds: its columns, key, geometry and rules across columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.contracts.column import Column, Words


@dataclass(frozen=True)
class RowRule:
    """A rule across the columns of one row.

    Attributes
    ----------
    column
        The column a fault is reported on.
    rule
        The rule in words.
    mend
        How to mend a row that breaks it.
    holds
        Takes the typed table, returns one boolean a row (True where the rule holds).
    """

    column: str
    rule: str
    mend: str
    holds: Callable[[pd.DataFrame], pd.Series]


@dataclass(frozen=True)
class Contract:
    """One input table.

    Attributes
    ----------
    key
        Columns that together identify a row.
    geometry
        ``point`` tables carry ``lon`` and ``lat``; ``polygon`` and ``line`` tables a geometry.
    person_level
        Rows are people or households: their values never leave the machine in a message.
    """

    name: str
    title: Words
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    geometry: Literal["point", "polygon", "line"] | None = None
    person_level: bool = False
    rules: tuple[RowRule, ...] = field(default=())

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises
        ------
        KeyError
            If the table has none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name!r}")
