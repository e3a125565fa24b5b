"""The walking network: nodes where ways meet, edges that can be walked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from jingan_analysis.errors import InvalidNetwork

if TYPE_CHECKING:
    import geopandas as gpd

COLUMNS = ("edge_id", "from_node", "to_node", "length_m", "geometry")
"""What an edge table must have."""

WALK_DIRECTIONS = ("both", "forward", "backward")
"""Ways in which an edge may be walked; forward is from ``from_node`` to ``to_node``."""

_HILBERT_LEVEL = 16
"""Bits of each coordinate that order the nodes: cells of about a metre in a large city."""

_NODE_TOLERANCE_M = 1.0
"""Line ends that name one node may lie this far from each other: rounded coordinates, not another place."""

_SHORTER_SHARE, _SHORTER_M = 0.98, 1.0
"""An edge below this share of the straight line between its ends, and by this much, has a wrong length or unit.
Projection and rounding err less; the check of the table is stricter still, so that what passes it passes here."""

_LISTED = 5
"""Edges named in a fault."""


@dataclass(frozen=True, eq=False)
class Network:
    """A walking network in a metric CRS.

    Parallel edges (two ways between the same two nodes) and loops are both kept, because a place may lie on
    any of them; routes take the shortest.

    Attributes
    ----------
    node_ids
        Node identifiers, shape (n_nodes,), in sorted order.
    node_xy
        Node positions in metres, shape (n_nodes, 2).
    edge_ids
        Edge identifiers, shape (n_edges,), in the order of the table.
    edge_from, edge_to
        Node rows at the first and the last vertex of each line, shape (n_edges,).
    length_mm
        Walking length of each edge in millimetres, shape (n_edges,); it may exceed the line's own length (stairs).
    geometry
        LineStrings in metres, shape (n_edges,).
    node_component, edge_component
        Component of each node and edge; 0 is the main one, the longest in all. Shapes (n_nodes,), (n_edges,).
        Closed edges join nothing, and have the component of their first node.
    walkable_forward, walkable_backward
        Whether each edge may be walked from ``edge_from`` to ``edge_to``, and back; shapes (n_edges,).
    stairs
        Whether each edge is a flight of stairs, shape (n_edges,).
    wait_s
        Seconds that a walker waits on each edge, such as at a traffic light, shape (n_edges,).
    closed
        Whether nobody may pass at present (a locked gate, a bridge not yet built), shape (n_edges,).
    joinable
        Whether places may be joined to the edge, shape (n_edges,): a bridge has no doors.
    """

    node_ids: NDArray[np.object_]
    node_xy: NDArray[np.float64]
    edge_ids: NDArray[np.object_]
    edge_from: NDArray[np.int64]
    edge_to: NDArray[np.int64]
    length_mm: NDArray[np.int64]
    geometry: NDArray[np.object_]
    node_component: NDArray[np.int64]
    edge_component: NDArray[np.int64]
    walkable_forward: NDArray[np.bool_]
    walkable_backward: NDArray[np.bool_]
    stairs: NDArray[np.bool_]
    wait_s: NDArray[np.float64]
    closed: NDArray[np.bool_]
    joinable: NDArray[np.bool_]

    @classmethod
    def from_edges(cls, frame: gpd.GeoDataFrame) -> Network:
        """Build a network from its edge table.

        Parameters
        ----------
        frame
            ``edge_id``, ``from_node`` (at the line's first vertex), ``to_node`` (at its last), ``length_m``, and
            LineStrings in a metric CRS. Where given, also ``walk_direction`` (``both``, ``forward`` or ``backward``),
            ``stairs`` and ``closed`` (true or false), ``wait_s`` (seconds) and ``joinable`` (true or false); empty
            means both ways, no, no, 0 and yes.

        Raises
        ------
        InvalidNetwork
            With all faults of the table at once.
        """
        _refuse_unusable(frame)
        geometry = np.asarray(frame.geometry.array, dtype=object)
        names = frame[["from_node", "to_node"]].astype(str).to_numpy(dtype=object)
        length_m = frame["length_m"].to_numpy(dtype=np.float64, na_value=np.nan)
        node_ids, nodes = np.unique(names.ravel(), return_inverse=True)
        ends = shapely.get_coordinates(shapely.get_point(np.column_stack([geometry, geometry]), [0, -1]))
        node_xy, faults = _node_positions(node_ids, nodes.ravel(), ends)
        edge_ids = frame["edge_id"].astype(str).to_numpy(dtype=object)
        faults += _length_faults(edge_ids, length_m, geometry)
        rules, rule_faults = _rules(frame, edge_ids)
        faults += rule_faults
        if faults:
            raise InvalidNetwork("the walking network cannot be built: " + "; ".join(faults))
        edge_from, edge_to = nodes.reshape(-1, 2).astype(np.int64).T
        length_mm = np.rint(length_m * 1000.0).astype(np.int64)
        passable = ~rules["closed"]
        component = _components(len(node_ids), edge_from[passable], edge_to[passable], length_mm[passable])
        return cls(
            node_ids=node_ids,
            node_xy=node_xy,
            edge_ids=edge_ids,
            edge_from=np.ascontiguousarray(edge_from),
            edge_to=np.ascontiguousarray(edge_to),
            length_mm=length_mm,
            geometry=geometry,
            node_component=component,
            edge_component=component[edge_from],
            **rules,
        )

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_ids)

    @property
    def n_edges(self) -> int:
        """Number of edges."""
        return len(self.edge_ids)

    @property
    def length_km(self) -> float:
        """Length of all edges in kilometres."""
        return float(self.length_mm.sum()) / 1e6

    def components(self) -> pd.DataFrame:
        """All connected parts, the main one first: ``component``, ``nodes``, ``edges``, ``length_km``."""
        n_components = int(self.node_component.max()) + 1
        length_mm = np.zeros(n_components, dtype=np.int64)
        np.add.at(length_mm, self.edge_component, self.length_mm)
        return pd.DataFrame(
            {
                "component": np.arange(n_components),
                "nodes": np.bincount(self.node_component, minlength=n_components),
                "edges": np.bincount(self.edge_component, minlength=n_components),
                "length_km": length_mm / 1e6,
            }
        )

    def islands(self) -> pd.DataFrame:
        """The parts that no walk joins to the main one, longest first; columns as in :meth:`components`."""
        return self.components().iloc[1:].reset_index(drop=True)

    @cached_property
    def hilbert_rank(self) -> NDArray[np.int64]:
        """Number of each node along a Hilbert curve, shape (n_nodes,): near nodes have near numbers."""
        import geopandas as gpd

        along = gpd.GeoSeries.from_xy(*self.node_xy.T).hilbert_distance(level=_HILBERT_LEVEL)
        rank = np.empty(self.n_nodes, dtype=np.int64)
        rank[np.argsort(along.to_numpy(), kind="stable")] = np.arange(self.n_nodes)
        return rank


def _refuse_unusable(frame: gpd.GeoDataFrame) -> None:
    """Raise for tables whose content cannot even be looked at."""
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise InvalidNetwork(f"the edge table lacks the columns {', '.join(missing)}; it needs {', '.join(COLUMNS)}")
    if frame.empty:
        raise InvalidNetwork("the edge table is empty; a walking network needs at least one edge")
    if frame.crs is None or frame.crs.is_geographic:
        raise InvalidNetwork(f"the edge table is in {frame.crs}; project it to the district's metric CRS first")
    empty = {name: int(frame[name].isna().sum()) for name in ("edge_id", "from_node", "to_node")}
    faults = [f"{count} edges have no {name}" for name, count in empty.items() if count]
    if repeated := int(frame["edge_id"].duplicated().sum()):
        examples = frame.loc[frame["edge_id"].duplicated(), "edge_id"].astype(str).unique()
        faults.append(f"{repeated} rows repeat an edge_id ({_listed(examples)})")
    geometry = np.asarray(frame.geometry.array, dtype=object)
    line = shapely.get_type_id(geometry) == shapely.GeometryType.LINESTRING
    whole = line & ~shapely.is_empty(geometry) & np.isfinite(shapely.bounds(geometry)).all(axis=1)
    if not whole.all():
        edges = frame["edge_id"].astype(str).to_numpy()[~whole]
        faults.append(f"{len(edges)} edges have no LineString of finite coordinates ({_listed(edges)})")
    if faults:
        raise InvalidNetwork("the walking network cannot be built: " + "; ".join(faults))


def _node_positions(
    node_ids: NDArray[np.object_], nodes: NDArray[np.intp], ends: NDArray[np.float64]
) -> tuple[NDArray[np.float64], list[str]]:
    """One position a node, and the nodes whose edges end at different places."""
    first = np.full(len(node_ids), len(nodes), dtype=np.int64)
    np.minimum.at(first, nodes, np.arange(len(nodes)))
    node_xy = ends[first]
    apart_m = np.hypot(*(ends - node_xy[nodes]).T)
    torn = np.unique(nodes[apart_m > _NODE_TOLERANCE_M])
    if not len(torn):
        return node_xy, []
    fault = (
        f"{len(torn)} nodes stand at more than one place ({_listed(node_ids[torn])}): from_node belongs at the line's "
        "first vertex and to_node at its last; turn the line or swap the nodes"
    )
    return node_xy, [fault]


def _length_faults(
    edge_ids: NDArray[np.object_], length_m: NDArray[np.float64], geometry: NDArray[np.object_]
) -> list[str]:
    faults = []
    unknown = ~np.isfinite(length_m)
    if unknown.any():
        faults.append(f"{unknown.sum()} edges have no length_m ({_listed(edge_ids[unknown])})")
    not_positive = ~unknown & (np.rint(length_m * 1000.0) <= 0)
    if not_positive.any():
        faults.append(f"{not_positive.sum()} edges have a length_m below 1 mm ({_listed(edge_ids[not_positive])})")
    straight_m = shapely.distance(shapely.get_point(geometry, 0), shapely.get_point(geometry, -1))
    short = ~unknown & ~not_positive & (length_m < _SHORTER_SHARE * straight_m - _SHORTER_M)
    if short.any():
        faults.append(
            f"{short.sum()} edges are shorter than the straight line between their ends ({_listed(edge_ids[short])}): "
            "length_m is in metres"
        )
    return faults


def _rules(frame: gpd.GeoDataFrame, edge_ids: NDArray[np.object_]) -> tuple[dict[str, Any], list[str]]:
    """How each edge may be walked, from the columns that are there; and the values that cannot be read."""
    n_edges, faults = len(frame), []
    both = pd.Series("both", index=frame.index)
    direction = (frame["walk_direction"].fillna("both") if "walk_direction" in frame else both).to_numpy(dtype=object)
    strange = ~np.isin(direction.astype(str), WALK_DIRECTIONS)
    if strange.any():
        faults.append(
            f"{strange.sum()} edges have another walk_direction than {', '.join(WALK_DIRECTIONS)} "
            f"({_listed(edge_ids[strange])})"
        )
    wait_s = np.zeros(n_edges)
    if "wait_s" in frame:
        wait_s = frame["wait_s"].fillna(0.0).to_numpy(dtype=np.float64)
        wrong = ~np.isfinite(wait_s) | (wait_s < 0)
        if wrong.any():
            faults.append(f"{wrong.sum()} edges have a wait_s that is not 0 or more ({_listed(edge_ids[wrong])})")
    flags = {
        name: frame[name].astype("boolean").fillna(value=empty).to_numpy(dtype=np.bool_)
        if name in frame
        else np.full(n_edges, empty, dtype=np.bool_)
        for name, empty in (("stairs", False), ("closed", False), ("joinable", True))
    }
    if flags["closed"].all():
        faults.append("all edges are closed; nobody could walk anywhere")
    return {
        "walkable_forward": direction != "backward",
        "walkable_backward": direction != "forward",
        "wait_s": wait_s,
        **flags,
    }, faults


def _components(
    n_nodes: int, edge_from: NDArray[np.int64], edge_to: NDArray[np.int64], length_mm: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Component of each node, numbered from the longest in all; ties go to the one with the first node."""
    graph = coo_array((np.ones(len(edge_from), dtype=np.int8), (edge_from, edge_to)), shape=(n_nodes, n_nodes))
    n_components, label = connected_components(graph, directed=False)
    in_all = np.zeros(n_components, dtype=np.int64)
    np.add.at(in_all, label[edge_from], length_mm)
    first_node = np.full(n_components, n_nodes, dtype=np.int64)
    np.minimum.at(first_node, label, np.arange(n_nodes))
    rank = np.empty(n_components, dtype=np.int64)
    rank[np.lexsort((first_node, -in_all))] = np.arange(n_components)
    return np.asarray(rank[label], dtype=np.int64)


def _listed(names: Any) -> str:  # noqa: ANN401 - any array of texts
    shown = ", ".join(str(name) for name in names[:_LISTED])
    return shown + (", …" if len(names) > _LISTED else "")
