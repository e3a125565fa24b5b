"""Statements whose every number is a cell of a table, so that prose and data cannot disagree.

A template is English and the key of its translations: the numbers are bound to the same cells in every language.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from string import Formatter
from typing import TYPE_CHECKING, overload

from jingan_analysis.language import tr
from jingan_analysis.tables.formatting import format_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.tables.table import CellKind, Table


@dataclass(frozen=True)
class Claim:
    """A wish to print one cell of one table.

    Attributes
    ----------
    table, row, column
        The cell.
    decimals
        Decimals shown; None takes the table column's.
    kind
        How to format it; None takes the table column's.
    """

    table: str
    row: str
    column: str
    decimals: int | None = None
    kind: CellKind | None = None


@dataclass(frozen=True)
class BoundNumber:
    """A number in a statement together with the cell that it comes from.

    Attributes
    ----------
    text
        As printed.
    value
        As computed, unrounded; None where the cell is suppressed, and then the text says so.
    unit
        Unit of the cell's column.
    cell_id
        Identifier of the cell, the link target in the report.
    source
        Caption of the table, row label and column header, for a tooltip.
    decimals
        Rounding of the printed text.
    """

    text: str
    value: float | None
    unit: str
    cell_id: str
    source: str
    decimals: int


@dataclass(frozen=True)
class Statement:
    """A sentence with its numbers bound.

    Attributes
    ----------
    template
        The English source text with ``{placeholders}``; the key of its translations.
    parts
        Plain texts and bound numbers in reading order.
    """

    template: str
    parts: tuple[str | BoundNumber, ...]

    @property
    def plain(self) -> str:
        """The statement as plain text."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def numbers(self) -> tuple[BoundNumber, ...]:
        """The bound numbers in reading order."""
        return tuple(part for part in self.parts if isinstance(part, BoundNumber))

    @property
    def html(self) -> str:
        """The statement as HTML; every number links to its cell."""
        return "".join(escape(part) if isinstance(part, str) else _number_html(part) for part in self.parts)

    def __str__(self) -> str:
        return self.plain


Text = str | Statement
"""What stands where words are shown: words alone, or a statement with its numbers bound."""


def plain_text(text: Text) -> str:
    """A text without its bindings."""
    return text if isinstance(text, str) else text.plain


def text_html(text: Text) -> str:
    """A text as HTML: escaped, its numbers linked to their cells."""
    return escape(text) if isinstance(text, str) else text.html


@overload
def sentence_case(text: str) -> str: ...


@overload
def sentence_case(text: Statement) -> Statement: ...


def sentence_case(text: Text) -> Text:
    """The text with a capital first letter, where the script has capitals."""
    if isinstance(text, str):
        return text[:1].upper() + text[1:]
    first, *rest = text.parts or ("",)
    return Statement(text.template, (sentence_case(first), *rest)) if isinstance(first, str) else text


def _number_html(number: BoundNumber) -> str:
    text = escape(number.text)
    shown = text if number.value is None else f'<data value="{number.value!r}">{text}</data>'
    return f'<a class="claim" href="#{escape(number.cell_id)}" title="{escape(number.source)}">{shown}</a>'


def cell_id(table: str, row: str, column: str) -> str:
    """Identifier of a table cell inside a report."""
    return f"cell-{table}-{row}-{column}".replace(" ", "_")


def bind(claim: Claim, tables: Mapping[str, Table]) -> BoundNumber:
    """Look up the cell of a claim.

    Raises
    ------
    KeyError
        If no such table, row or column exists.
    ValueError
        If the cell has no number, for another reason than that it is suppressed.
    """
    table = tables[claim.table]
    column = table.column(claim.column)
    decimals = column.decimals if claim.decimals is None else claim.decimals
    value = table.number(claim.row, claim.column)
    label = table.row_labels.get(claim.row, claim.row)
    suppressed = table.marks.get((claim.row, claim.column)) == "c"
    return BoundNumber(
        text=tr("[c] (suppressed)") if suppressed else format_value(value, claim.kind or column.kind, decimals),
        value=None if suppressed else value,
        unit=plain_text(column.unit),
        cell_id=cell_id(claim.table, claim.row, claim.column),
        source=f"{plain_text(table.caption)}: {label}, {' '.join(filter(None, (plain_text(column.group), column.header)))}",
        decimals=decimals,
    )


def state(
    template: str,
    tables: Mapping[str, Table],
    *,
    words: Mapping[str, Text] | None = None,
    **claims: Claim,
) -> Statement:
    """Bind a template's placeholders to table cells, or to words such as a unit's name.

    The template is translated into the spoken language first; a translation may place the placeholders in another
    order, but must hold the same ones.

    Parameters
    ----------
    words
        Texts by placeholder; a statement among them brings its own bound numbers along.

    Raises
    ------
    KeyError
        If a placeholder is bound to nothing, or a claim names no cell.
    """
    named = words or {}
    parts: list[str | BoundNumber] = []
    for literal, name, _, _ in Formatter().parse(tr(template)):
        if literal:
            parts.append(literal)
        if name is not None:
            parts += [bind(claims[name], tables)] if name in claims else _spliced(named[name])
    return Statement(template, tuple(parts))


def _spliced(text: Text) -> list[str | BoundNumber]:
    return [text] if isinstance(text, str) else list(text.parts)
