"""Boundaries of the units: which unit a place is in, how far the edge is, where a label goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter

if TYPE_CHECKING:
    import geopandas as gpd


def locate(points_xy: NDArray[np.float64], units: gpd.GeoDataFrame, code_column: str) -> NDArray[np.object_]:
    """Code of the unit that each point lies in.

    A point on a shared border lies in both units; the first in the table is taken.

    Parameters
    ----------
    points_xy
        Points in the units' CRS, shape (n, 2).

    Returns
    -------
    NDArray
        Codes, None for a point in no unit; shape (n,).
    """
    codes = np.full(len(points_xy), None, dtype=object)
    tree = shapely.STRtree(np.asarray(units.geometry.array, dtype=object))
    points = shapely.points(np.asarray(points_xy, dtype=np.float64).reshape(-1, 2))
    point, unit = tree.query(points, predicate="intersects")
    order = np.lexsort((unit, point))
    found, first = np.unique(point[order], return_index=True)
    codes[found] = units[code_column].to_numpy(dtype=object)[unit[order][first]]
    return codes


def outline(units: gpd.GeoDataFrame) -> shapely.Geometry:
    """The outer shape of all units together."""
    return shapely.union_all(np.asarray(units.geometry.array, dtype=object))


def distance_to_boundary_m(xy: NDArray[np.float64], outline: shapely.Geometry) -> NDArray[np.float64]:
    """Straight distance from each point to the outline's border, inside or outside; metres, shape (n,).

    Where it is below a catchment's radius, services and people beyond the border matter, and a figure that
    ignores them carries the edge flag.
    """
    border = shapely.boundary(outline)
    shapely.prepare(border)
    points = shapely.points(np.asarray(xy, dtype=np.float64).reshape(-1, 2))
    return np.asarray(shapely.distance(points, border), dtype=np.float64)


def label_points(units: gpd.GeoDataFrame, *, tolerance_m: float = 10.0) -> NDArray[np.float64]:
    """Where a label fits best: the centre of the largest circle inside each unit's largest part.

    Unlike a centroid it always lies inside. Shape (n_units, 2), metres.
    """
    circles = [
        shapely.maximum_inscribed_circle(_largest_part(unit), tolerance=tolerance_m) for unit in units.geometry.array
    ]
    return np.asarray(shapely.get_coordinates(shapely.get_point(circles, 0)), dtype=np.float64).reshape(-1, 2)


def simplify_shared(units: gpd.GeoDataFrame, *, tolerance_m: float) -> gpd.GeoDataFrame:
    """Units with fewer vertices, whose shared borders stay shared: no gaps, no overlaps.

    Visvalingam and Whyatt (1993) on the borders of a coverage: corners that span less than a triangle of
    ``tolerance_m`` squared go. Units that overlap are no coverage; mend them first.

    Raises
    ------
    InvalidParameter
        If the tolerance is negative or the units overlap.
    """
    if not (np.isfinite(tolerance_m) and tolerance_m >= 0):
        raise InvalidParameter(f"tolerance_m={tolerance_m} must be a finite number of metres, 0 or more")
    shapes = np.asarray(units.geometry.array, dtype=object)
    if not shapely.coverage_is_valid(shapes):
        raise InvalidParameter("units overlap, or their shared borders differ in vertices; mend the boundaries first")
    return units.set_geometry(shapely.coverage_simplify(shapes, tolerance_m), crs=units.crs)


def _largest_part(unit: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(unit)
    return parts[int(np.argmax(shapely.area(parts)))]
