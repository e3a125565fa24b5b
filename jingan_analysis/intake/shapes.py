"""Shapes of a table in the metric CRS: points, boundaries and lines."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from jingan_analysis.intake.datums import to_wgs84

if TYPE_CHECKING:
    from jingan_analysis.intake.faults import Findings
    from jingan_analysis.vocabulary import Datum

TYPE_IDS: Final = {"point": (0,), "line": (1,), "polygon": (3, 6)}
TYPE_NAMES: Final = {"point": "Point", "line": "LineString", "polygon": "Polygon or MultiPolygon"}
BEYOND_AREA_OF_USE_DEGREES: Final = 1.0
"""A metric CRS is still good this far beyond its official area of use."""


def to_metric(lon: NDArray[np.float64], lat: NDArray[np.float64], crs: str) -> tuple[Any, Any]:
    """WGS 84 longitude and latitude in degrees to x (east) and y (north) in metres of the metric CRS."""
    x, y = _transformer(crs).transform(lon, lat)
    return x, y


@cache
def _transformer(crs: str) -> Any:  # noqa: ANN401 - pyproj has no types

    return Transformer.from_crs("EPSG:4326", crs, always_xy=True)


def wgs84(
    lon: NDArray[np.float64], lat: NDArray[np.float64], datum: Datum
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitude and latitude of a datum in WGS 84; missing or impossible ones come out missing."""
    good = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    out_lon, out_lat = np.full(len(lon), np.nan), np.full(len(lat), np.nan)
    if good.any():
        out_lon[good], out_lat[good] = to_wgs84(lon[good], lat[good], datum)
    return out_lon, out_lat


def point_columns(
    lon: NDArray[np.float64], lat: NDArray[np.float64], datum: Datum, crs: str
) -> dict[str, NDArray[np.float64]]:
    """``lon`` and ``lat`` in WGS 84, ``x_m`` and ``y_m`` in the metric CRS, each of shape (n,)."""
    out_lon, out_lat = wgs84(lon, lat, datum)
    x, y = np.full(len(lon), np.nan), np.full(len(lon), np.nan)
    known = np.isfinite(out_lon)
    if known.any():
        x[known], y[known] = to_metric(out_lon[known], out_lat[known], crs)
    finite = np.isfinite(x) & np.isfinite(y)
    return {"lon": out_lon, "lat": out_lat, "x_m": np.where(finite, x, np.nan), "y_m": np.where(finite, y, np.nan)}


def metric_shapes(shapes: NDArray[np.object_], datum: Datum, crs: str) -> NDArray[np.object_]:
    """Shapes in degrees of a datum to metres of the metric CRS; heights are left out."""
    flat = shapely.force_2d(shapes)

    def convert(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        columns = point_columns(degrees[:, 0], degrees[:, 1], datum, crs)
        return np.column_stack([columns["x_m"], columns["y_m"]])

    metric: NDArray[np.object_] = shapely.transform(flat, convert)
    return metric


def check_shapes(
    shapes: NDArray[np.object_], kind: str, crs: str, rows: NDArray[np.int64], findings: Findings
) -> NDArray[np.bool_]:
    """Record shapes that are missing, of another type, or in impossible places; True where one can be used."""
    area = area_of_use(crs)
    corners = shapely.bounds(shapes)
    west, south, east, north = corners.T
    usable: NDArray[np.bool_] = np.isin(shapely.get_type_id(shapes), TYPE_IDS[kind]) & ~shapely.is_empty(shapes)
    usable &= (west >= area[0]) & (south >= area[1]) & (east <= area[2]) & (north <= area[3])
    for position in np.flatnonzero(~usable).tolist():
        rule, mend = _shape_fault(shapes[position], kind, corners[position], area)
        findings.fault(rule, mend, row=int(rows[position]), column="geometry")
    return usable


def area_of_use(crs: str) -> tuple[float, float, float, float]:
    """West, south, east and north in degrees within which the metric CRS can be used."""
    area = CRS.from_user_input(crs).area_of_use
    if area is None:
        return -180.0, -90.0, 180.0, 90.0
    far = BEYOND_AREA_OF_USE_DEGREES
    return area.west - far, area.south - far, area.east + far, area.north + far


def _shape_fault(shape: Any, kind: str, corners: Any, area: tuple[float, float, float, float]) -> tuple[str, str]:  # noqa: ANN401
    if shape is None or shape.is_empty:
        return "the shape is missing", "Draw the shape, or remove the row."
    if shape.geom_type not in TYPE_NAMES[kind].split(" or "):
        return (
            f"the shape is a {shape.geom_type}, not a {TYPE_NAMES[kind]}",
            "Draw it again as the right type of shape.",
        )
    west, south, east, north = corners
    if _within(south, west, north, east, area):
        return "longitude and latitude are swapped", "Swap them: GeoJSON writes longitude first."
    mend = "Check the coordinates, the datum, and metric_crs in district.toml."
    return "the shape lies outside the area in which metric_crs can be used", mend


def _within(west: float, south: float, east: float, north: float, area: tuple[float, float, float, float]) -> bool:
    return area[0] <= west <= east <= area[2] and area[1] <= south <= north <= area[3]


def points_of(shapes: NDArray[np.object_], rows: NDArray[np.int64], findings: Findings) -> dict[str, pd.Series]:
    """``lon`` and ``lat`` of point shapes, in place of columns of these names."""
    lon, lat = np.full(len(shapes), np.nan), np.full(len(shapes), np.nan)
    kinds = shapely.get_type_id(shapes)
    for position in np.flatnonzero(kinds > 0).tolist():
        rule = f"the shape is a {shapes[position].geom_type}, not a Point"
        findings.fault(rule, "Give the place one point.", row=int(rows[position]), column="geometry")
    points = kinds == 0
    if points.any():
        lon[points], lat[points] = shapely.get_x(shapes[points]), shapely.get_y(shapes[points])
    return {"lon": pd.Series(lon), "lat": pd.Series(lat)}
