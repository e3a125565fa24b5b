"""One empty workbook: headers with notes, drop-down lists, text format for codes."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from jingan_analysis.contracts import Words
from jingan_analysis.intake.template import said

if TYPE_CHECKING:
    from jingan_analysis.contracts import Column, Contract
    from jingan_analysis.vocabulary import Language

LAST_ROW: Final = 1_048_576
NOTES_SHEET: Final = Words("Notes", "说明", "説明")
LISTS_SHEET: Final = "lists"
NOTES_HEAD: Final = Words(
    "Column|Name in the package|Unit|Needed|Rule|Meaning",
    "列|程序内名称|单位|必需|规则|含义",
    "列|パッケージ内の名称|単位|必須|規則|意味",
)
YES_NO: Final = Words("yes|no", "是|否", "はい|いいえ")
TEXT_KINDS: Final = frozenset({"code", "text", "choice", "month", "hours"})
"""Kinds that a spreadsheet must not turn into numbers or dates."""

STAMP: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp, so that the bytes do not change
ZIP_STAMP: Final = (2000, 1, 1, 0, 0, 0)


def write_workbook(file: Path, contract: Contract, language: Language) -> None:
    """Write the empty workbook of one table; the first sheet is the one to fill in."""
    book = Workbook()
    sheet = book.active
    sheet.title = re.sub(r"[\\/*?:\[\]]", " ", said(contract.title, language))[:31]
    notes = book.create_sheet(said(NOTES_SHEET, language))
    lists = book.create_sheet(LISTS_SHEET)
    lists.sheet_state = "hidden"
    _write_notes(notes, contract, language)
    for position, column in enumerate(contract.columns, start=1):
        _write_header(sheet, position, column, language)
        options = _options(column, language)
        if options:
            _add_drop_down(sheet, lists, position, options, nullable=column.nullable)
    sheet.freeze_panes = "A2"
    book.properties.created = book.properties.modified = STAMP
    buffer = io.BytesIO()
    book.save(buffer)
    file.write_bytes(_without_clock(buffer.getvalue()))


def _write_header(sheet: Any, position: int, column: Column, language: Language) -> None:  # noqa: ANN401
    cell = sheet.cell(1, position, said(column.header, language))
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    unit = f" [{column.unit}]" if column.unit else ""
    needed = "" if column.required else " The column may be left out."
    cell.comment = Comment(f"{column.name}{unit}\n{column.description}\n{column.rule}.{needed}", "jingan-analysis")
    cell.comment.width, cell.comment.height = 360, 140
    letter = get_column_letter(position)
    sheet.column_dimensions[letter].width = 18
    if column.kind in TEXT_KINDS:
        sheet.column_dimensions[letter].number_format = "@"
    elif column.kind == "date":
        sheet.column_dimensions[letter].number_format = "yyyy-mm-dd"


def _options(column: Column, language: Language) -> list[str]:
    if column.kind == "boolean":
        return said(YES_NO, language).split("|")
    return [said(choice.label, language) for choice in column.choices]


def _add_drop_down(sheet: Any, lists: Any, position: int, options: list[str], *, nullable: bool) -> None:  # noqa: ANN401
    letter = get_column_letter(position)
    for row, option in enumerate(options, start=1):
        lists.cell(row, position, option)
    formula = f"'{LISTS_SHEET}'!${letter}$1:${letter}${len(options)}"
    rule = DataValidation(type="list", formula1=formula, allow_blank=nullable, showErrorMessage=True)
    rule.add(f"{letter}2:{letter}{LAST_ROW}")
    sheet.add_data_validation(rule)


def _write_notes(notes: Any, contract: Contract, language: Language) -> None:  # noqa: ANN401 - openpyxl has no types
    notes.append([said(contract.title, language)])
    notes.append([contract.description])
    notes.append([])
    notes.append(said(NOTES_HEAD, language).split("|"))
    yes, no = said(YES_NO, language).split("|")
    for column in contract.columns:
        rule = column.rule
        if column.choices:
            rule += " (" + ", ".join(_options(column, language)) + ")"
        needed = yes if column.required else no
        notes.append([said(column.header, language), column.name, column.unit, needed, rule, column.description])
    for cell in (*notes[1], *notes[4]):
        cell.font = Font(bold=True)
    for letter, width in zip("ABCDEF", (24, 26, 14, 10, 60, 60), strict=True):
        notes.column_dimensions[letter].width = width


def _without_clock(content: bytes) -> bytes:
    """The same workbook without the time of writing."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            part = old.read(entry)
            if entry.filename == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", part)
            new.writestr(zipfile.ZipInfo(entry.filename, ZIP_STAMP), part, zipfile.ZIP_DEFLATED)
    return written.getvalue()
