"""CSV files, read as text."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from jingan_analysis.intake.raw_table import RawTable, UnreadableFile, text_table

if TYPE_CHECKING:
    from pathlib import Path

LIKELY_ENCODINGS: Final = ("utf-8", "gb18030", "cp932")


def read(path: Path, encoding: str) -> RawTable:
    """Read a CSV file; row numbers are line numbers, so that an editor finds them.

    Raises
    ------
    UnreadableFile
        If the file is not text in that encoding, or its quotation marks do not match.
    """
    header, records, rows = _records(_text(path, encoding))
    width = len(header)
    ragged = tuple((row, len(record)) for row, record in zip(rows, records, strict=True) if len(record) > width)
    short = any(len(record) < width for record in records)
    if ragged or short:
        records = [(*record[:width], *([""] * (width - len(record)))) for record in records]
    return text_table(header, records, rows, ragged=ragged)


def _text(path: Path, encoding: str) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        other = next((name for name in LIKELY_ENCODINGS if name != encoding and _decodes(content, name)), None)
        mend = (
            f"Write encoding = {other!r} in district.toml." if other else "State the right encoding in district.toml."
        )
        raise UnreadableFile(f"line {line} is not text in {encoding}", mend, row=line) from None


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _records(text: str) -> tuple[list[str], list[tuple[str, ...]], list[int]]:
    """The header, the records and the line on which each record begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[tuple[str, ...]] = []
    rows: list[int] = []
    line = 1
    try:
        for record in reader:
            # A tuple of texts is no work for the garbage collector; of a large file's lists it makes most of the time.
            records.append(tuple(record))
            rows.append(line)
            line = reader.line_num + 1
    except csv.Error:
        where = f"the record that begins on line {line} cannot be read: its quotation marks do not match"
        raise UnreadableFile(where, "Close the quotation mark, or export the table again.", row=line) from None
    if not records or not any(field.strip() for field in records[0]):
        raise UnreadableFile("the first line holds no headers", "Write the column headers on the first line.", row=1)
    return [field.strip() for field in records[0]], records[1:], rows[1:]
