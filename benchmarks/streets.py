"""Synthetic streets: a jittered grid, some links missing, the same on every machine."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from jingan_analysis.geography.network import Network

BLOCK_M = 75.0


@dataclass(frozen=True)
class Streets:
    """Nodes and edges as peers take them."""

    xy: np.ndarray
    first: np.ndarray
    last: np.ndarray
    length_mm: np.ndarray

    @property
    def n_nodes(self) -> int:
        return len(self.xy)

    def network(self) -> Network:
        lines = shapely.linestrings(np.stack([self.xy[self.first], self.xy[self.last]], axis=1))
        width = len(str(self.n_nodes))
        names = np.array([f"n{node:0{width}}" for node in range(self.n_nodes)], dtype=object)
        frame = gpd.GeoDataFrame(
            {
                "edge_id": [f"e{edge}" for edge in range(len(lines))],
                "from_node": names[self.first],
                "to_node": names[self.last],
                "length_m": self.length_mm / 1000.0,
            },
            geometry=lines,
            crs="EPSG:4549",
        )
        return Network.from_edges(frame)


def streets(n_nodes: int, *, seed: int = 1) -> Streets:
    """About so many nodes in one piece, 1.9 edges a node."""
    side = round(n_nodes**0.5)
    rng = np.random.default_rng(seed)
    column, row = np.meshgrid(np.arange(side), np.arange(side), indexing="ij")
    xy = (np.column_stack([column.ravel(), row.ravel()]) + rng.uniform(-0.2, 0.2, (side * side, 2))) * BLOCK_M
    node = np.arange(side * side).reshape(side, side)
    across = np.column_stack([node[:-1].ravel(), node[1:].ravel()])
    along = np.column_stack([node[:, :-1].ravel(), node[:, 1:].ravel()])
    # Streets along stay whole, and so does the first street across: the town is in one piece.
    first_street = across[:, 0] % side == 0
    kept = across[first_street | (rng.random(len(across)) > 0.08)]
    edges = np.concatenate([along, kept])
    straight = np.hypot(*(xy[edges[:, 0]] - xy[edges[:, 1]]).T)
    length_mm = np.ceil(straight * rng.uniform(1.0, 1.05, len(edges)) * 1000.0).astype(np.int64)
    return Streets(xy, edges[:, 0], edges[:, 1], length_mm)


def some_nodes(town: Streets, count: int, *, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).choice(town.n_nodes, count, replace=False)
