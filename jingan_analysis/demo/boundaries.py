"""Synthetic boundaries: an area-weighted power diagram on the units' centroids."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from jingan_analysis.demo.allocation import stream
from jingan_analysis.demo.projection import settle, to_metres
from jingan_analysis.demo.units import Unit

_CLOSING_M = 450.0
_BEND_EVERY_M = 320.0
_BEND_SHARE = 0.06


def outline(units: Sequence[Unit], km2: float) -> Polygon:
    """Draw a plausible outer border of the stated area.

    Discs of each unit's area around its centroid, grown until the smoothed union has the stated
    area. It knows nothing of the real border.
    """
    centres = to_metres(np.array([unit.centroid for unit in units]))
    radii = np.sqrt(np.array([unit.km2 for unit in units]) * 1e6 / np.pi)
    low, high = 0.8, 1.6
    for _ in range(40):
        middle = (low + high) / 2
        shape = _smoothed_union(centres, radii * middle)
        low, high = (middle, high) if shape.area < km2 * 1e6 else (low, middle)
    return _smoothed_union(centres, radii * high)


def _smoothed_union(centres: NDArray[np.float64], radii: NDArray[np.float64]) -> Polygon:
    discs = shapely.buffer(shapely.points(centres), radii, quad_segs=8)
    union = shapely.union_all(discs).buffer(_CLOSING_M).buffer(-_CLOSING_M)
    largest = max(shapely.get_parts(union), key=lambda part: part.area)
    return Polygon(largest.exterior).simplify(60.0)


def power_cells(centres: NDArray[np.float64], weights: NDArray[np.float64], border: Polygon) -> list[Polygon]:
    """Cells of the power diagram, clipped to the border.

    Where
        cell_i = {p : |p - c_i|^2 - w_i <= |p - c_j|^2 - w_j for all j}  (Aurenhammer, 1987).
    """
    cells = []
    reach = 60_000.0
    for i, (centre, weight) in enumerate(zip(centres, weights, strict=True)):
        cell = border
        for j in range(len(centres)):
            if j == i:
                continue
            along = centres[j] - centre
            distance = float(np.hypot(*along))
            along = along / distance
            offset = (distance**2 + weight - weights[j]) / (2 * distance)
            foot, across = centre + along * offset, np.array([-along[1], along[0]])
            corners = [
                foot + across * reach,
                foot - across * reach,
                foot - across * reach - along * reach,
                foot + across * reach - along * reach,
            ]
            cell = cell.intersection(Polygon(corners))
        cells.append(cell)
    return cells


def weights_for_areas(
    centres: NDArray[np.float64], areas_m2: NDArray[np.float64], border: Polygon
) -> NDArray[np.float64]:
    """Power weights (square metres) at which every cell has nearly its stated area."""
    targets = areas_m2 * (border.area / areas_m2.sum())
    weights: NDArray[np.float64] = areas_m2 / np.pi
    for _ in range(80):
        areas = np.array([cell.area for cell in power_cells(centres, weights, border)])
        if np.abs(areas / targets - 1).max() < 0.004:
            break
        weights = weights + 0.45 * (targets - areas) / np.pi * 1.6
    return weights


def boundaries(units: Sequence[Unit], km2: float) -> list[Polygon]:
    """One polygon a unit, in metres, as they will be written: no overlap, no hole between them."""
    border = outline(units, km2)
    centres = to_metres(np.array([unit.centroid for unit in units]))
    areas = np.array([unit.km2 for unit in units]) * 1e6
    cells = power_cells(centres, weights_for_areas(centres, areas, border), border)
    rings = _share_vertices([np.asarray(cell.exterior.coords)[:-1] for cell in cells])
    return [Polygon(settle(ring)) for ring in _bend(rings)]


def _share_vertices(rings: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Give vertices that differ by rounding only one common place."""
    known: list[NDArray[np.float64]] = []

    def common(vertex: NDArray[np.float64]) -> NDArray[np.float64]:
        for other in known:
            if np.hypot(*(other - vertex)) < 0.5:
                return other
        known.append(np.round(vertex, 2))
        return known[-1]

    shared = [np.array([common(vertex) for vertex in ring]) for ring in rings]
    return [ring[(ring != np.roll(ring, 1, axis=0)).any(axis=1)] for ring in shared]


def _bend(rings: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Bend long straight borders a little, both sides alike."""
    random = stream("boundaries")
    bends: dict[tuple[tuple[float, ...], tuple[float, ...]], NDArray[np.float64]] = {}
    bent = []
    for ring in rings:
        pieces = []
        for start, end in zip(ring, np.roll(ring, -1, axis=0), strict=True):
            forward = tuple(start) < tuple(end)
            first, last = (start, end) if forward else (end, start)
            key = (tuple(first), tuple(last))
            if key not in bends:
                bends[key] = _bends_between(first, last, random)
            pieces.append(np.vstack([start, bends[key] if forward else bends[key][::-1]]))
        bent.append(np.vstack(pieces))
    return bent


def _bends_between(
    start: NDArray[np.float64], end: NDArray[np.float64], random: np.random.Generator
) -> NDArray[np.float64]:
    span = end - start
    length = float(np.hypot(*span))
    count = int(length // _BEND_EVERY_M)
    if count == 0:
        return np.empty((0, 2))
    along = (np.arange(count) + 1) / (count + 1)
    aside = random.uniform(-_BEND_SHARE, _BEND_SHARE, count) * min(length, 700.0)
    normal = np.array([-span[1], span[0]]) / length
    return start + along[:, None] * span + aside[:, None] * normal
