"""Files to raw tables, one reader a format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.intake import read_csv, read_geojson, read_gpkg, read_parquet, read_xlsx
from jingan_analysis.intake.raw_table import RawTable, UnreadableFile
from jingan_analysis.intake.signature import require_signature

if TYPE_CHECKING:
    from pathlib import Path

    from jingan_analysis.intake.config import TableConfig


def read_raw(path: Path, table: TableConfig) -> RawTable:
    """Read a table's file as it is.

    Raises
    ------
    UnreadableFile
        If the file does not exist, is not of the stated format, or is damaged.
    """
    if not path.is_file():
        raise UnreadableFile("the file does not exist", "Put the file there, or correct 'file' in district.toml.")
    require_signature(path, table.format)
    if table.format == "csv":
        return read_csv.read(path, table.encoding or "utf-8")
    if table.format == "xlsx":
        return read_xlsx.read(path, table.sheet)
    if table.format == "geojson":
        return read_geojson.read(path)
    if table.format == "gpkg":
        return read_gpkg.read(path, table)
    return read_parquet.read(path, table)
