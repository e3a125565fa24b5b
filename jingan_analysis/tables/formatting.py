"""How numbers look in tables and sentences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from jingan_analysis.tables.table import CellKind, Table, TableColumn

_MINUS = "\N{MINUS SIGN}"


def format_value(value: float | str, kind: CellKind, decimals: int) -> str:
    """One value as text: grouped thousands, a fixed number of decimals, a true minus sign.

    A value that rounds to zero is shown without a sign.

    Raises
    ------
    ValueError
        If the number is missing or infinite: a missing value is shown by its mark, never by a number.
    """
    if isinstance(value, str):
        return value
    if not math.isfinite(value):
        raise ValueError(
            f"{value!r} is a missing or infinite value and has no number to show; make it NaN and give the cell a mark"
        )
    if kind == "setting":
        # A parameter is shown as it was given: 0.8, 15, 20240831; a seed or a year is not a quantity.
        return f"{value:.10g}".replace("-", _MINUS)
    text = f"{value * 100 if kind == 'percent' else value:,.{decimals}f}"
    if text.startswith("-") and not any(digit in text for digit in "123456789"):
        text = text[1:]
    return text.replace("-", _MINUS) + ("%" if kind == "percent" else "")


def format_cell(table: Table, row: str, column: TableColumn) -> str:
    """The text of one cell of a table: the value, its shorthand, or both for low reliability.

    Raises
    ------
    ValueError
        If the number is missing and the cell has no mark.
    """
    mark = table.marks.get((row, column.name), "")
    if mark and mark != "u":
        return f"[{mark}]"
    value = table.frame.at[row, column.name]
    try:
        text = format_value(
            value if isinstance(value, str) else float(cast("float", value)), column.kind, column.decimals
        )
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"table {table.name!r}, row {row!r}, column {column.name!r}: {value!r} cannot be shown as a "
            f"{column.kind}; where there is no number, use NaN and a mark (x, c or z)"
        ) from error
    return f"{text} [u]" if mark else text
