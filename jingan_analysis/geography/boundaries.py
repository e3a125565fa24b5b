"""Boundaries of the units: which unit a place is in, how far the edge is, where a label goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

_RINGS: Final = 12
_PLACES: Final = 48


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


def share_outside(
    xy: NDArray[np.float64],
    outline: shapely.Geometry,
    radius_m: float,
    weight: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Part of the circle around each point that lies beyond the border, every place weighted by its distance.

    Sums over 12 rings of 48 places each; a half plane comes out right to half a per cent.

    Parameters
    ----------
    xy
        Points, shape (n, 2), metres.
    outline
        The outer shape of all units together.
    radius_m
        Radius of the circle.
    weight
        Weight of a place by its straight distance in metres, 0 or more; not 0 everywhere.

    Returns
    -------
    NDArray
        From 0, all inside, to 1, all outside; shape (n,).

    Raises
    ------
    InvalidParameter
        If the radius is not positive, or every place of the circle has weight 0.
    """
    if not radius_m > 0:
        raise InvalidParameter(f"radius_m={radius_m} must be above 0 metres")
    ring_m = radius_m * (np.arange(_RINGS) + 0.5) / _RINGS
    # Rings of one width hold more places the wider they are.
    ring_weight = weight(ring_m) * ring_m
    if not ring_weight.sum() > 0:
        raise InvalidParameter("every place of the circle has weight 0; give a weight above 0 inside the radius")
    angle = 2 * np.pi * (np.arange(_PLACES) + 0.5) / _PLACES
    steps = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    centres = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    border = np.flatnonzero(distance_to_boundary_m(centres, outline) <= radius_m)
    shapely.prepare(outline)
    found = np.where(shapely.contains_xy(outline, centres), 0.0, 1.0)
    found[border] = 0.0
    for radius, part in zip(ring_m, ring_weight / ring_weight.sum(), strict=True):
        places = centres[border, None, :] + radius * steps
        found[border] += part * np.mean(~shapely.contains_xy(outline, places[..., 0], places[..., 1]), axis=1)
    return np.asarray(np.clip(found, 0.0, 1.0), dtype=np.float64)


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
