"""A table as accessible HTML: caption, scopes, units, shorthand and notes, everything escaped."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Final

from jingan_analysis.language import mark, tr
from jingan_analysis.tables.claims import cell_id, plain_text, text_html
from jingan_analysis.tables.formatting import format_cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.tables.table import Table, TableColumn

MARK_MEANINGS: Final[dict[str, str]] = {
    "c": mark("suppressed to protect people in small groups"),
    "u": mark("low reliability: few cases or a wide interval"),
    "x": mark("not available"),
    "z": mark("not applicable"),
}
"""What each shorthand means, in the order shown under a table."""

_SHORT: Final = 6
"""Characters of a header that is not broken where a script breaks anywhere."""
_BRIEF: Final = 20
"""Bytes of a text in a cell that stays on one line: Latin letters take one, Chinese ones three."""


def table_html(table: Table, *, mark_meanings: Mapping[str, str] = MARK_MEANINGS) -> str:
    """One table as a scrolling, focusable region, followed by the notes needed to read it.

    Every data cell carries the identifier that claims link to. Classes: ``table-scroll``, ``number``,
    ``text``, ``short``, ``brief``, ``mark``, ``unit``, ``total``, ``table-notes``; no style attributes. A table of
    details is folded (``fold``) under its caption; a link into it unfolds it.

    Raises
    ------
    ValueError
        If a number is missing and has no mark.
    """
    caption_id = f"caption-{table.name}"
    parts = [
        f'<div class="table-scroll" role="region" tabindex="0" aria-labelledby="{escape(caption_id)}">',
        f'<table id="table-{escape(table.name)}">',
        f'<caption id="{escape(caption_id)}">{text_html(table.caption)}</caption>',
        f"<thead>{_head(table)}</thead>",
        *_bodies(table),
        "</table></div>",
        _notes(table, mark_meanings),
    ]
    shown = "\n".join(part for part in parts if part)
    if not table.detail:
        return shown
    return f'<details class="fold"><summary>{escape(plain_text(table.caption))}</summary>\n{shown}\n</details>'


def _head(table: Table) -> str:
    grouped = any(column.group for column in table.columns)
    rows = [""] if not grouped else ["", ""]
    span = ' rowspan="2"' if grouped else ""
    rows[0] += f'<th scope="col" class="text"{span}>{escape(table.row_header)}</th>'
    for group, members in groupby(table.columns, key=lambda column: column.group):
        columns = list(members)
        if group:
            rows[0] += f'<th scope="colgroup" class="group" colspan="{len(columns)}">{text_html(group)}</th>'
            rows[1] += "".join(_column_header(column) for column in columns)
        else:
            rows[0] += "".join(_column_header(column, span) for column in columns)
    return "".join(f"<tr>{row}</tr>" for row in rows)


def _column_header(column: TableColumn, span: str = "") -> str:
    unit = f'<br/><span class="unit">({text_html(column.unit)})</span>' if column.unit else ""
    short = " short" if len(column.header) <= _SHORT else ""
    return f'<th scope="col" class="{_alignment(column)}{short}"{span}>{escape(column.header)}{unit}</th>'


def _alignment(column: TableColumn) -> str:
    return "text" if column.kind == "text" else "number"


def _bodies(table: Table) -> list[str]:
    """The body, and the total as a body of its own so that it is set apart."""
    rows = [str(row) for row in table.frame.index]
    parts = [row for row in rows if row != table.total_row]
    bodies = ["<tbody>", *(_row(table, row) for row in parts), "</tbody>"]
    if table.total_row is not None:
        bodies += ['<tbody class="total">', _row(table, table.total_row), "</tbody>"]
    return bodies


def _row(table: Table, row: str) -> str:
    label = escape(table.row_labels.get(row, row))
    cells = "".join(_cell(table, row, column) for column in table.columns)
    return f'<tr data-row="{escape(row)}"><th scope="row">{label}</th>{cells}</tr>'


def _cell(table: Table, row: str, column: TableColumn) -> str:
    identifier = escape(cell_id(table.name, row, column.name))
    text = format_cell(table, row, column)
    brief = " brief" if column.kind == "text" and len(text.encode()) <= _BRIEF else ""
    shown = escape(text)
    if column.reports and text:
        shown = f'<span data-report="{escape(str(table.frame.at[row, column.name]))}">{shown}</span>'
    return f'<td id="{identifier}" class="{_alignment(column)}{brief}">{shown}</td>'


def _notes(table: Table, mark_meanings: Mapping[str, str]) -> str:
    """Shorthand that this table uses, then its notes."""
    used = {mark for (_, column), mark in table.marks.items() if mark and _shows(table, column)}
    items = [
        f'<li><span class="mark">[{mark}]</span> {escape(tr(meaning))}</li>'
        for mark, meaning in mark_meanings.items()
        if mark in used
    ]
    items += [f"<li>{text_html(note)}</li>" for note in table.notes]
    return f'<ul class="table-notes">{"".join(items)}</ul>' if items else ""


def _shows(table: Table, column: str) -> bool:
    return any(shown.name == column for shown in table.columns)
