"""XLSX workbooks, read as exact text: what a person sees in a cell is what intake gets."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from jingan_analysis.errors import did_you_mean
from jingan_analysis.intake.raw_table import RawTable, UnreadableFile, text_table

if TYPE_CHECKING:
    from pathlib import Path

DAMAGED = "Open the workbook and save it again as XLSX."


def read(path: Path, sheet: str | None) -> RawTable:
    """Read one worksheet (the first one if none is named); row numbers are those of the sheet.

    Raises
    ------
    UnreadableFile
        If the workbook is damaged, has no such sheet, no headers, or formulas without a stored result.
    """
    cells = _cells(path, sheet, formulas=False)
    _require_stored_results(path, sheet, cells)
    if not cells or not any(cells[0]):
        raise UnreadableFile("the first row holds no headers", "Write the column headers in the first row.", row=1)
    header = ["" if cell is None else " ".join(str(cell).split()) for cell in cells[0]]
    while header and not header[-1]:
        header.pop()
    named = [name or f"(column {position} without a header)" for position, name in enumerate(header, start=1)]
    width = len(header)
    stray = tuple(
        (row, max(at for at, cell in enumerate(record, start=1) if cell is not None))
        for row, record in enumerate(cells[1:], start=2)
        if any(cell is not None for cell in record[width:])
    )
    records = [[*record[:width], *([None] * (width - len(record)))] for record in cells[1:]]
    return text_table(named, records, range(2, len(cells) + 1), ragged=stray)


def _cells(path: Path, sheet: str | None, *, formulas: bool) -> list[list[Any]]:

    try:
        book = load_workbook(path, read_only=True, data_only=not formulas)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise UnreadableFile("the workbook is damaged", DAMAGED) from None
    try:
        if sheet is not None and sheet not in book.sheetnames:
            mend = f"Correct 'sheet' in district.toml.{did_you_mean(sheet, book.sheetnames)}"
            raise UnreadableFile(f"the workbook has no sheet {sheet!r}", mend)
        worksheet = book[sheet] if sheet is not None else book.worksheets[0]
        worksheet.reset_dimensions()  # what the file says about its size is often wrong
        return [[_shown(cell) for cell in row] for row in worksheet.iter_rows()]
    finally:
        book.close()


def _shown(cell: Any) -> Any:  # noqa: ANN401 - an openpyxl cell and whatever it holds
    """A whole number shown with leading zeros is text with leading zeros."""
    value = cell.value
    if type(value) is int and re.fullmatch("00+", cell.number_format or ""):
        return str(value).zfill(len(cell.number_format))
    return value


def _require_stored_results(path: Path, sheet: str | None, cells: list[list[Any]]) -> None:
    """A formula that was never calculated looks like an empty cell; refuse to take it for one."""
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if not any(re.search(rb"<f[ >]", archive.read(name)) for name in sheets):
            return
    for row, (stored, written) in enumerate(zip(cells, _cells(path, sheet, formulas=True), strict=True), start=1):
        for value, formula in zip(stored, written, strict=True):
            if value is None and isinstance(formula, str) and formula.startswith("="):
                raise UnreadableFile(f"row {row} holds a formula without a stored result", DAMAGED, row=row)
