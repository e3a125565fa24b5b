"""GeoPackage layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyogrio
from pyogrio.errors import DataSourceError

from jingan_analysis.errors import did_you_mean
from jingan_analysis.intake.raw_table import RawTable, UnreadableFile, refuse_duplicates

if TYPE_CHECKING:
    from pathlib import Path

    from jingan_analysis.intake.config import TableConfig


def read(path: Path, table: TableConfig) -> RawTable:
    """Read one layer (the only one if none is named); row numbers count features from 1.

    Raises
    ------
    UnreadableFile
        If there is no such layer, or GDAL takes the file for something other than a GeoPackage.
    """
    try:
        layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        layer = _chosen(layers, table.layer)
        if pyogrio.read_info(path, layer=layer)["driver"] != "GPKG":
            raise UnreadableFile("the file is not a GeoPackage", "Export the layer again as GeoPackage.")
        frame = pyogrio.read_dataframe(path, layer=layer)
    except DataSourceError:
        raise UnreadableFile("the GeoPackage is damaged", "Export the layer again as GeoPackage.") from None
    geometry = lon_lat(frame, table) if "geometry" in frame.columns else None
    plain = frame.drop(columns="geometry", errors="ignore")
    refuse_duplicates([str(name) for name in plain.columns])
    return RawTable(plain, np.arange(1, len(frame) + 1, dtype=np.int64), geometry)


def lon_lat(frame: Any, table: TableConfig) -> Any:  # noqa: ANN401 - a GeoDataFrame in, an array of shapes out
    """Shapes in longitude and latitude of the table's datum.

    A projected CRS that the file states is undone; a projected CRS on a datum that has none is refused.
    """
    if frame.crs is not None and frame.crs.is_projected:
        if table.datum not in {"WGS84", "CGCS2000"}:
            raise UnreadableFile(
                f"coordinates are projected ({frame.crs.name}), which {table.datum} cannot be",
                "Correct 'datum' in district.toml, or export longitude and latitude.",
            )
        frame = frame.to_crs("EPSG:4326")
    return frame.geometry.to_numpy()


def _chosen(layers: list[str], layer: str | None) -> str:
    if layer is None and len(layers) == 1:
        return layers[0]
    if layer is None:
        mend = f"Write layer = one of: {', '.join(layers)}." if layers else "Export the table again."
        raise UnreadableFile(f"the GeoPackage has {len(layers)} layers and district.toml names none", mend)
    if layer not in layers:
        raise UnreadableFile(
            f"the GeoPackage has no layer {layer!r}", f"Correct 'layer' in district.toml.{did_you_mean(layer, layers)}"
        )
    return layer
