"""How numbers look in tables and sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, cast

from babel.dates import format_date, format_skeleton
from babel.numbers import NumberPattern, parse_pattern

from jingan_analysis.language import locale, tr

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
    text: str = _pattern(kind == "percent", decimals).apply(_rounded(value, kind, decimals), locale())
    return text.replace("-", _MINUS)


def percent(value: float) -> str:
    """A share as a whole percentage, for axes and labels."""
    return format_value(value, "percent", 0)


def tenth_percent(value: float) -> str:
    """A share as a percentage with one decimal."""
    return format_value(value, "percent", 1)


def count(value: float) -> str:
    """A whole number."""
    return format_value(value, "count", 0)


def format_month(month: str) -> str:
    """A month, ``YYYY-MM``, in words."""
    text: str = format_skeleton("yMMMM", date.fromisoformat(f"{month}-01"), locale=locale())
    return text


def format_day(day: date) -> str:
    """A day in words, such as 31 August 2024."""
    return format_date(day, "d MMMM y" if locale() == "en" else "long", locale=locale())


def listed(names: Sequence[str], *, and_others: bool = False) -> str:
    """Names one after the other, as the spoken language separates them."""
    text = tr(", ").join(names)
    return tr("{names} and others", names=text) if and_others else text


@cache
def _pattern(percent: bool, decimals: int) -> NumberPattern:
    return parse_pattern("#,##0" + ("." + "0" * decimals if decimals else "") + ("%" if percent else ""))


def _rounded(value: float, kind: CellKind, decimals: int) -> Decimal:
    """The value rounded as binary fractions are, before a decimal library sees a tie where there is none."""
    shown = f"{value * 100 if kind == 'percent' else value:.{decimals}f}"
    number = Decimal(shown) + 0  # no negative zero
    return number.scaleb(-2) if kind == "percent" else number


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
        text = (
            column.labels.get(value, value)
            if isinstance(value, str)
            else format_value(float(cast("float", value)), column.kind, column.decimals)
        )
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"table {table.name!r}, row {row!r}, column {column.name!r}: {value!r} cannot be shown as a "
            f"{column.kind}; where there is no number, use NaN and a mark (x, c or z)"
        ) from error
    return f"{text} [u]" if mark else text
