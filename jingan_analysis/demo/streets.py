"""Streets: a turned, uneven grid, broken by barriers and open ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from shapely.geometry import Polygon

from jingan_analysis.demo.allocation import stream
from jingan_analysis.demo.barriers import crossing_kinds, load_barriers, load_open_ground
from jingan_analysis.demo.projection import settle
from jingan_analysis.demo.units import read_data

_MAIN_EVERY = 4


@dataclass(frozen=True)
class Streets:
    """Street network before compounds are joined to it.

    Attributes
    ----------
    nodes
        Metres, (n, 2).
    edges
        Node numbers, (m, 2), the smaller first; sorted.
    way_kinds
        Kind of each edge, (m,).
    blocks
        Node numbers of each block's corners, (b, 4), in ring order: south-west first, anticlockwise.
    """

    nodes: NDArray[np.float64]
    edges: NDArray[np.int64]
    way_kinds: NDArray[np.str_]
    blocks: NDArray[np.int64]


def lay_streets(border: Polygon) -> Streets:
    """Streets inside the border and around it."""
    grid = read_data("streets.toml")["grid"]
    nodes, numbers = _grid_nodes(border, grid)
    edges, kinds = _grid_edges(numbers, grid["dropped_share"])
    crossed = crossing_kinds(nodes[edges[:, 0]], nodes[edges[:, 1]], load_barriers())
    kinds = np.where(crossed == "", kinds, crossed)
    open_ways = crossed != "blocked"
    edges, kinds = edges[open_ways], kinds[open_ways]
    joined = _largest_component(edges, len(nodes))
    kept = joined[edges[:, 0]]
    return Streets(nodes, edges[kept], kinds[kept], _blocks(numbers, joined))


def _grid_nodes(border: Polygon, grid: dict[str, Any]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Nodes kept, and the number of each grid place's node (-1 where there is none)."""
    random = stream("streets")
    area = border.buffer(grid["outside_m"])
    centre = np.array(border.centroid.coords[0])
    half = float(np.hypot(*(np.array(area.bounds[2:]) - np.array(area.bounds[:2])))) / 2
    columns = _lines(random, grid["column_spacing_m"], half)
    rows = _lines(random, grid["row_spacing_m"], half)
    u, v = np.meshgrid(columns, rows, indexing="ij")
    jitter = random.uniform(-grid["jitter_m"], grid["jitter_m"], (2, *u.shape))
    u, v = u + jitter[0], v + jitter[1]
    angle = np.radians(grid["turn_degrees"])
    x = centre[0] + u * np.cos(angle) - v * np.sin(angle)
    y = centre[1] + u * np.sin(angle) + v * np.cos(angle)
    closed = shapely.union_all(load_open_ground())
    inside = shapely.contains_xy(area, x, y) & ~shapely.contains_xy(closed, x, y)
    numbers = np.where(inside, np.cumsum(inside.ravel()).reshape(inside.shape) - 1, -1)
    return settle(np.column_stack([x[inside], y[inside]])), numbers


def _lines(random: np.random.Generator, spacing: list[int], half: float) -> NDArray[np.float64]:
    count = int(2 * half / spacing[0]) + 1
    places = np.cumsum(random.integers(spacing[0], spacing[1], count)).astype(np.float64)
    return np.asarray(places - places[np.searchsorted(places, places[-1] / 2)])


def _grid_edges(numbers: NDArray[np.int64], dropped: float) -> tuple[NDArray[np.int64], NDArray[np.str_]]:
    random = stream("street edges")
    pieces, kinds = [], []
    for axis in (0, 1):
        here = numbers[:-1, :] if axis == 0 else numbers[:, :-1]
        there = numbers[1:, :] if axis == 0 else numbers[:, 1:]
        i, j = np.indices(here.shape)
        main = ((j if axis == 0 else i) % _MAIN_EVERY) == 0
        kept = (here >= 0) & (there >= 0) & (main | (random.random(here.shape) >= dropped))
        pieces.append(np.column_stack([here[kept], there[kept]]))
        kinds.append(np.where(main[kept], "secondary", "residential").astype("U16"))
    edges, names = np.vstack(pieces), np.concatenate(kinds)
    edges.sort(axis=1)
    order = np.lexsort((edges[:, 1], edges[:, 0]))
    return edges[order], names[order]


def _largest_component(edges: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    graph = coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(count, count))
    _, labels = connected_components(graph, directed=False)
    return np.asarray(labels == np.bincount(labels).argmax())


def _blocks(numbers: NDArray[np.int64], joined: NDArray[np.bool_]) -> NDArray[np.int64]:
    corners = np.stack([numbers[:-1, :-1], numbers[1:, :-1], numbers[1:, 1:], numbers[:-1, 1:]], axis=-1).reshape(-1, 4)
    whole = (corners >= 0).all(axis=1)
    return np.asarray(corners[whole][joined[corners[whole]].all(axis=1)])
