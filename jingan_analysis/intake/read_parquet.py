"""Parquet and GeoParquet files; their types are kept, and checked against the contract later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from jingan_analysis.intake.raw_table import RawTable, UnreadableFile, refuse_duplicates
from jingan_analysis.intake.read_gpkg import lon_lat

if TYPE_CHECKING:
    from pathlib import Path

    from jingan_analysis.intake.config import TableConfig


def read(path: Path, table: TableConfig) -> RawTable:
    """Read a Parquet file; row numbers count records from 1.

    Raises
    ------
    UnreadableFile
        If the file is damaged.
    """
    try:
        file = pq.ParquetFile(path)
        refuse_duplicates(file.schema_arrow.names)
        if b"geo" in (file.schema_arrow.metadata or {}):
            return _geoparquet(path, table)
        content = file.read()
    except (pa.ArrowException, OSError):
        raise UnreadableFile("the Parquet file is damaged", "Write the table again.") from None
    frame = _plain(content).to_pandas(ignore_metadata=True)
    return RawTable(frame, np.arange(1, len(frame) + 1, dtype=np.int64))


def _geoparquet(path: Path, table: TableConfig) -> RawTable:

    try:
        frame = gpd.read_parquet(path)
    except ValueError as error:
        raise UnreadableFile(f"the GeoParquet file cannot be read: {type(error).__name__}", "Write it again.") from None
    geometry = lon_lat(frame, table)
    plain = frame.drop(columns=frame.geometry.name).reset_index(drop=True)
    return RawTable(plain, np.arange(1, len(frame) + 1, dtype=np.int64), geometry)


def _plain(content: Any) -> Any:  # noqa: ANN401 - a pyarrow table
    """Days as timestamps and decimals as floats, so that pandas holds neither as Python objects."""
    fields = [pa.field(field.name, _plain_type(field.type)) for field in content.schema]
    return content.cast(pa.schema(fields))


def _plain_type(kind: Any) -> Any:  # noqa: ANN401 - a pyarrow type

    if pa.types.is_date(kind):
        return pa.timestamp("s")
    if pa.types.is_decimal(kind):
        return pa.float64()
    return _plain_type(kind.value_type) if pa.types.is_dictionary(kind) else kind
