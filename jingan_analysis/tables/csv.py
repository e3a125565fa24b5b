"""A table as CSV: raw numbers in full precision, for reuse."""

from __future__ import annotations

import csv
import io
import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jingan_analysis.tables.table import Table, TableColumn

_FORMULA = re.compile(
    r"""(^|[;\t\n])(?=[\s"\ufeff\u200b]*[=+\-@|%\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b]|[\t\r])"""
)
"""Where a spreadsheet would begin to read a formula: at the start of a text, and behind what may part two cells.

Blanks and quotation marks before the sign do not help, and some programs take full-width signs as well.
"""


def table_csv(table: Table) -> str:
    """One table as CSV text with Unix line ends.

    Columns: ``row`` (identifier), ``label``, the table's columns by name, each followed by ``<name>_mark``
    where any of its cells has a mark. Shares stay shares (0 to 1). A cell marked ``c``, ``x`` or ``z`` is
    empty, so that a suppressed number does not leave through this door. Texts that a spreadsheet would take
    for a formula get an apostrophe before it, headers and row identifiers as well; numbers stay numbers.

    Raises
    ------
    ValueError
        If a number is missing and has no mark.
    """
    marked = {column for (_, column), mark in table.marks.items() if mark}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    header = ["row", "label"]
    for column in table.columns:
        header += [column.name, f"{column.name}_mark"] if column.name in marked else [column.name]
    writer.writerow(map(_text, header))
    for row in map(str, table.frame.index):
        cells = [_text(row), _text(table.row_labels.get(row, row))]
        for column in table.columns:
            cells.append(_raw(table, row, column))
            if column.name in marked:
                cells.append(table.marks.get((row, column.name), ""))
        writer.writerow(cells)
    return out.getvalue()


def _raw(table: Table, row: str, column: TableColumn) -> str:
    mark = table.marks.get((row, column.name), "")
    if mark and mark != "u":
        return ""
    value = table.frame[column.name].loc[row]
    if isinstance(value, str):
        return _text(value)
    number = float(value)
    if math.isnan(number):
        raise ValueError(
            f"table {table.name!r}, row {row!r}, column {column.name!r}: the value is missing; give the cell a mark"
        )
    # A count is whole; printing 26.0 for 26 canteens helps nobody.
    return repr(int(number)) if column.kind == "count" and number.is_integer() else repr(number)


def _text(text: str) -> str:
    # A lone carriage return stays unquoted, and some readers take it for the end of the row.
    return _FORMULA.sub(r"\1'", text.replace("\r\n", "\n").replace("\r", "\n"))
