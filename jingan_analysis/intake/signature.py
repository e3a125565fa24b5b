"""Whether a file is of the format that the district says, before any driver opens it.

A file's name proves nothing: GDAL opens an OGR VRT named ``.gpkg`` and follows it to another
file of the machine. So the first bytes decide, and a reader of one format only is called.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from jingan_analysis.intake.raw_table import UnreadableFile

if TYPE_CHECKING:
    from pathlib import Path

    from jingan_analysis.vocabulary import TableFormat

SIGNATURES: Final = {"xlsx": b"PK\x03\x04", "gpkg": b"SQLite format 3\x00", "parquet": b"PAR1"}
FOREIGN: Final = {
    b"PK\x03\x04": "a zip archive, such as an XLSX workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"SQLite format 3\x00": "an SQLite database, such as a GeoPackage",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF document",
    b"<OGRVRTDataSource": "an OGR virtual table",
    b"<": "an XML or HTML document",
}
ALLOWED_VIRTUAL: Final = ("using rtree", "using fts")


def require_signature(path: Path, table_format: TableFormat) -> None:
    """Refuse a file whose content is not of the format.

    Raises
    ------
    UnreadableFile
        If the file is empty, or its first bytes are those of something else.
    """
    with path.open("rb") as file:
        start = file.read(4_096)
    if not start:
        raise UnreadableFile("the file is empty (0 bytes)", "Export the table again.")
    if table_format in SIGNATURES:
        right = start.startswith(SIGNATURES[table_format])
    elif table_format == "geojson":
        right = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"
    else:
        right = not any(start.startswith(sign) for sign in FOREIGN if sign != b"<")
    if not right:
        raise UnreadableFile(
            f"the file is not {table_format}; it looks like {_looks_like(start)}",
            "Save it in the stated format, or correct 'format' in district.toml.",
        )
    if table_format == "gpkg":
        _require_plain_tables(path)


def _looks_like(start: bytes) -> str:
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((what for sign, what in FOREIGN.items() if text.startswith(sign)), "something else")


def _require_plain_tables(path: Path) -> None:
    """A GeoPackage may index itself with virtual tables; others can reach beyond the file."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)) as database:
            statements = [row[0] or "" for row in database.execute("SELECT lower(sql) FROM sqlite_master")]
    except sqlite3.DatabaseError:
        raise UnreadableFile("the GeoPackage is damaged", "Export the table again.") from None
    virtual = [sql for sql in statements if "create virtual table" in sql]
    if any(not any(kind in sql for kind in ALLOWED_VIRTUAL) for sql in virtual):
        raise UnreadableFile("the GeoPackage holds a virtual table", "Export the table alone into a new GeoPackage.")
