"""Where a barrier severs a walk: short links across it that are not there, and ways that are closed."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.geography.impedance import Impedance, impedance
from jingan_analysis.geography.network import Network
from jingan_analysis.geography.search_graph import FAR_MM, SearchGraph

if TYPE_CHECKING:
    import geopandas as gpd

_CLEAR_M = 0.5
"""Length at each end of a link that may touch the ways it starts from."""

_LOCAL_CRS = (
    'ENGCRS["local metres",EDATUM["local"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]'
)
"""Networks do not know where on earth they are; an edge table needs some metric reference system."""


@dataclass(frozen=True, eq=False)
class Links:
    """Links that are not open at present and could be.

    Attributes
    ----------
    link_id
        Names, unique, shape (n_links,): ``crossing-`` and both nodes, or the identifier of a closed edge.
    kind
        ``crossing``: nothing is there yet; ``gate``: an edge of the network that is closed. Shape (n_links,).
    from_node, to_node
        Rows of the network's nodes, shapes (n_links,).
    edge
        Row of the closed edge, -1 for a crossing, shape (n_links,).
    length_mm
        Length in millimetres, straight for a crossing, shape (n_links,).
    forward_mm, backward_mm
        What the link costs from ``from_node`` to ``to_node`` and back once it is open, in millimetres of level walking,
        -1 where it must not be walked; shapes (n_links,).
    walk_mm
        The walk between its ends at present, the longer of both directions; NaN where there is none. Shape (n_links,).
    separate
        Whether its ends lie in different parts of the network, which no walk joins at present; shape (n_links,).
    geometry
        LineStrings in metres, shape (n_links,).
    """

    link_id: NDArray[np.object_]
    kind: NDArray[np.object_]
    from_node: NDArray[np.int64]
    to_node: NDArray[np.int64]
    edge: NDArray[np.int64]
    length_mm: NDArray[np.int64]
    forward_mm: NDArray[np.int64]
    backward_mm: NDArray[np.int64]
    walk_mm: NDArray[np.float64]
    separate: NDArray[np.bool_]
    geometry: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.link_id)

    @property
    def saved_mm(self) -> NDArray[np.float64]:
        """What the link spares whoever walks between its ends, infinite where there is no walk, shape (n_links,)."""
        return np.where(np.isnan(self.walk_mm), np.inf, self.walk_mm - self.length_mm)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Links:
        """Some of the links, by row or by mask."""
        return Links(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    @classmethod
    def joined(cls, *some: Links) -> Links:
        """Links of several searches, one after the other."""
        return cls(**{f.name: np.concatenate([getattr(links, f.name) for links in some]) for f in fields(cls)})

    def to_frame(self, network: Network) -> pd.DataFrame:
        """One row a link, with node names, metres and the place of its middle."""
        middle = shapely.get_coordinates(shapely.line_interpolate_point(self.geometry, 0.5, normalized=True))
        return pd.DataFrame(
            {
                "link_id": self.link_id,
                "kind": self.kind,
                "from_node": network.node_ids[self.from_node],
                "to_node": network.node_ids[self.to_node],
                "length_m": self.length_mm / 1000.0,
                "present_walk_m": self.walk_mm / 1000.0,
                "joins_separate_parts": self.separate,
                "x_m": middle[:, 0],
                "y_m": middle[:, 1],
            }
        )


def candidate_crossings(
    network: Network,
    *,
    gap_m: float,
    detour_m: float,
    spacing_m: float,
    cost: Impedance | None = None,
) -> Links:
    r"""Short straight links across whatever severs the network: a creek, a railway, a compound's wall.

    A pair of nodes is a candidate if

    .. math:: |ab| \le g, \qquad d(a, b) \ge m, \qquad ab \text{ meets no other way}

    Where
        \|ab|    straight line between nodes a and b; g the longest gap;
        d(a, b)  walk between them at present, the longer of both directions; m the least detour.

    Pairs without any walk count: their detour has no end. Whether a bridge can stand there, and what it would cost,
    the network does not know.

    Of candidates whose middles lie within the spacing, the one that spares the longest walk stays; another goes only
    if opening the first brings its own walk below the least detour, so that two barriers side by side keep a candidate
    each. Ties go to the shorter link, then to the lower node.

    Parameters
    ----------
    network
        A walking network. Candidates begin and end at nodes: split long edges first with :func:`subdivided`.
    gap_m
        Longest link in metres, inclusive.
    detour_m
        Shortest present walk in metres, inclusive.
    spacing_m
        Distance along a barrier within which one candidate is enough.
    cost
        What each edge costs this walker; its length unless given.

    Raises
    ------
    InvalidParameter
        If a distance is not a positive number, or the gap is not below the detour.

    Notes
    -----
    Severance as extra walking: Anciaes, P. R., Jones, P. and Mindell, J. S. (2016), Community severance: where is it
    found and at what cost?, *Transport Reviews* 36(3).
    """
    _require_positive(gap_m=gap_m, detour_m=detour_m, spacing_m=spacing_m)
    if gap_m >= detour_m:
        raise InvalidParameter(f"gap_m={gap_m} must be below detour_m={detour_m}: a link spares nothing otherwise")
    graph = SearchGraph.of(network, cost)
    # The square root may fall on the other side of a gap that is exact in millimetres.
    pairs = cKDTree(network.node_xy).query_pairs(gap_m + 0.001, output_type="ndarray").astype(np.int64).reshape(-1, 2)
    straight_mm = _straight_mm(network, pairs)
    pairs = pairs[(straight_mm > 0) & (straight_mm <= round(gap_m * 1000.0))]
    detour_mm = round(detour_m * 1000.0)
    pairs = pairs[_walks(graph, pairs, detour_mm - 1) >= FAR_MM]
    pairs = _clear_of_ways(network, pairs)
    found = _as_crossings(network, graph, pairs)
    return found.take(_thinned(graph, found, round(spacing_m * 1000.0), detour_mm))


def closed_gates(
    network: Network,
    *,
    cost: Impedance | None = None,
    opened_cost: Impedance | None = None,
    among: NDArray[np.bool_] | None = None,
) -> Links:
    """Closed edges as links that could be opened.

    Parameters
    ----------
    cost
        What each edge costs this walker at present; its length unless given.
    opened_cost
        What it costs with closed edges open; its length unless given. Whoever is slow on stairs gives both.
    among
        Closed edges to look at, shape (n_edges,); all unless given.

    Raises
    ------
    InvalidParameter
        If an edge is asked for that is not closed, or the mask has another shape.
    """
    chosen = network.closed if among is None else np.asarray(among, dtype=np.bool_)
    if chosen.shape != network.closed.shape:
        raise InvalidParameter(f"among has shape {chosen.shape}; give one mark for each edge, {network.closed.shape}")
    if (chosen & ~network.closed).any():
        edge_id = network.edge_ids[np.argmax(chosen & ~network.closed)]
        raise InvalidParameter(f"among marks edges that are open already, {edge_id!r} first; mark closed edges only")
    opened = opened_cost or impedance(network, opened=network.closed)
    edge = np.flatnonzero(chosen & opened.usable & (network.edge_from != network.edge_to))
    graph = SearchGraph.of(network, cost)
    pairs = np.column_stack([network.edge_from[edge], network.edge_to[edge]])
    walk_mm, separate = _present(graph, pairs)
    return Links(
        link_id=network.edge_ids[edge],
        kind=np.full(len(edge), "gate", dtype=object),
        from_node=pairs[:, 0],
        to_node=pairs[:, 1],
        edge=edge,
        length_mm=network.length_mm[edge],
        forward_mm=opened.forward_mm[edge],
        backward_mm=opened.backward_mm[edge],
        walk_mm=walk_mm,
        separate=separate,
        geometry=network.geometry[edge],
    )


def opened_network(network: Network, links: Links) -> Network:
    """The network with links open: crossings added at the end, gates no longer closed.

    The network is built anew, so that parts which a link joins are one part afterwards, and homes in them are joined
    to their own streets. Nobody is joined to a crossing: all others stay joined to the streets that they are on.
    """
    crossing = np.flatnonzero(links.edge < 0)
    ids = network.node_ids
    edges = _edge_table(network)
    edges["closed"] &= ~np.isin(np.arange(network.n_edges), links.edge)
    if len(crossing):
        new = edges.iloc[np.zeros(len(crossing), dtype=np.int64)].reset_index(drop=True)
        new = new.assign(
            edge_id=links.link_id[crossing],
            from_node=ids[links.from_node[crossing]],
            to_node=ids[links.to_node[crossing]],
            length_m=links.length_mm[crossing] / 1000.0,
            walk_direction="both",
            stairs=False,
            wait_s=0.0,
            closed=False,
            joinable=False,
        ).set_geometry(list(links.geometry[crossing]), crs=edges.crs)
        edges = pd.concat([edges, new], ignore_index=True)
    return Network.from_edges(edges)


def subdivided(network: Network, step_m: float) -> Network:
    """The network with a node every so many metres at most; lengths stay exact to the millimetre.

    Nodes keep their names and come first among equals; those that are new are named after their edge.

    Raises
    ------
    InvalidParameter
        If the step is not a positive number.
    """
    from shapely.ops import substring

    _require_positive(step_m=step_m)
    edges = _edge_table(network)
    pieces = np.maximum(np.ceil(network.length_mm / (step_m * 1000.0)).astype(np.int64), 1)
    row = np.repeat(np.arange(network.n_edges), pieces)
    part = np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    of = pieces[row]
    split = of > 1
    low, high = part / of, (part + 1) / of
    length_mm = np.rint(high * network.length_mm[row]) - np.rint(low * network.length_mm[row])
    lines = edges.geometry.to_numpy()[row]
    for piece in np.flatnonzero(split):
        lines[piece] = substring(lines[piece], low[piece], high[piece], normalized=True)
    edge_id = network.edge_ids[row]
    node = [f"{edge} {number}" for edge, number in zip(edge_id, part, strict=True)]
    after = [f"{edge} {number + 1}" for edge, number in zip(edge_id, part, strict=True)]
    table = edges.iloc[row].reset_index(drop=True)
    table = table.assign(
        edge_id=np.where(split, np.array(after, dtype=object), edge_id),
        from_node=np.where(part == 0, table["from_node"], np.array(node, dtype=object)),
        to_node=np.where(part == of - 1, table["to_node"], np.array(after, dtype=object)),
        length_m=length_mm / 1000.0,
        wait_s=table["wait_s"] / of,
    ).set_geometry(list(lines), crs=edges.crs)
    return Network.from_edges(table)


# --- the search -------------------------------------------------------------------------------


def _walks(graph: SearchGraph, pairs: NDArray[np.int64], cutoff_mm: int) -> NDArray[np.int64]:
    """Walk between the nodes of each pair, the longer of both directions, ``FAR_MM`` beyond the cutoff."""
    there = _one_way(graph, pairs[:, 0], pairs[:, 1], cutoff_mm)
    if (graph.cost.forward_mm == graph.cost.backward_mm).all():
        return there
    return np.maximum(there, _one_way(graph, pairs[:, 1], pairs[:, 0], cutoff_mm))


def _one_way(graph: SearchGraph, to: NDArray[np.int64], since: NDArray[np.int64], cutoff_mm: int) -> NDArray[np.int64]:
    from jingan_analysis.geography.severance_search import walks_between

    order = np.argsort(graph.rank[to], kind="stable")
    source, start = np.unique(graph.rank[to][order], return_index=True)
    walk = np.empty(len(to), dtype=np.int64)
    walk[order] = walks_between(
        graph.arcs, source, np.append(start, len(to)), graph.rank[since][order], min(cutoff_mm, FAR_MM - 1)
    )
    return walk


def _present(graph: SearchGraph, pairs: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Walk between the nodes of each pair at present, NaN where there is none; and whether parts are separate."""
    usable = graph.cost.usable
    ends = graph.network.edge_from[usable], graph.network.edge_to[usable]
    shape = (graph.network.n_nodes, graph.network.n_nodes)
    _, part = connected_components(coo_array((np.ones(usable.sum(), dtype=np.int8), ends), shape=shape), directed=False)
    separate = part[pairs[:, 0]] != part[pairs[:, 1]]
    walk_mm = np.full(len(pairs), np.nan)
    # Who lies in another part is not searched for: such a search would walk the whole network.
    found = _walks(graph, pairs[~separate], FAR_MM - 1)
    walk_mm[~separate] = np.where(found == FAR_MM, np.nan, found)
    return walk_mm, separate


def _clear_of_ways(network: Network, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """The pairs whose straight line meets no way, open or closed, but at its ends."""
    ends = network.node_xy[pairs]
    along = ends[:, 1] - ends[:, 0]
    length_m = np.hypot(*along.T)[:, None]
    clear = along / length_m * np.minimum(_CLEAR_M, 0.1 * length_m)
    lines = shapely.linestrings(np.stack([ends[:, 0] + clear, ends[:, 1] - clear], axis=1))
    met = shapely.STRtree(network.geometry).query(lines, predicate="intersects")[0]
    free = np.ones(len(pairs), dtype=np.bool_)
    free[met] = False
    return pairs[free]


def _as_crossings(network: Network, graph: SearchGraph, pairs: NDArray[np.int64]) -> Links:
    pairs = np.sort(pairs, axis=1)
    length_mm = _straight_mm(network, pairs)
    walk_mm, separate = _present(graph, pairs)
    names = network.node_ids[pairs]
    return Links(
        link_id=np.array([f"crossing-{a}-{b}" for a, b in names], dtype=object),
        kind=np.full(len(pairs), "crossing", dtype=object),
        from_node=pairs[:, 0],
        to_node=pairs[:, 1],
        edge=np.full(len(pairs), -1, dtype=np.int64),
        length_mm=length_mm,
        forward_mm=length_mm,
        backward_mm=length_mm,
        walk_mm=walk_mm,
        separate=separate,
        geometry=np.asarray(shapely.linestrings(network.node_xy[pairs]), dtype=object).reshape(-1),
    )


# --- one candidate a stretch of barrier -------------------------------------------------------


def _thinned(graph: SearchGraph, links: Links, spacing_mm: int, detour_mm: int) -> NDArray[np.int64]:
    """Rows of the links that stay, the best first."""
    best_first = np.lexsort((links.to_node, links.from_node, links.length_mm, -links.saved_mm))
    one, other = _made_needless(graph, links, spacing_mm, detour_mm)
    order = np.argsort(one, kind="stable")
    start = np.searchsorted(one[order], np.arange(len(links) + 1))
    neighbours = other[order]
    gone = np.zeros(len(links), dtype=np.bool_)
    kept = []
    for row in best_first:
        if not gone[row]:
            kept.append(row)
            gone[neighbours[start[row] : start[row + 1]]] = True
    return np.array(kept, dtype=np.int64)


def _made_needless(
    graph: SearchGraph, links: Links, spacing_mm: int, detour_mm: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of links near each other of which the first, once open, brings the walk of the second below the detour."""
    middle = graph.network.node_xy[np.column_stack([links.from_node, links.to_node])].mean(axis=1)
    near = cKDTree(middle).query_pairs(spacing_mm / 1000.0, output_type="ndarray").astype(np.int64).reshape(-1, 2)
    near = np.concatenate([near, near[:, ::-1]])
    one, other = near.T
    a, b, c, d = links.from_node[other], links.to_node[other], links.from_node[one], links.to_node[one]
    ends = np.concatenate([np.column_stack(pair) for pair in ((a, c), (d, b), (a, d), (c, b))])
    unique, back = np.unique(ends, axis=0, return_inverse=True)
    walk = _walks(graph, unique, detour_mm)[back.ravel()].reshape(4, -1)
    around = np.minimum(walk[0] + walk[1], walk[2] + walk[3]) + links.length_mm[one]
    needless = around < detour_mm
    return one[needless], other[needless]


# --- tables and doors -------------------------------------------------------------------------


def _edge_table(network: Network) -> gpd.GeoDataFrame:
    """The table that a network could be built from."""
    import geopandas as gpd

    direction = np.where(network.walkable_backward, "backward", "forward")
    direction = np.where(network.walkable_forward & network.walkable_backward, "both", direction)
    return gpd.GeoDataFrame(
        {
            "edge_id": network.edge_ids,
            "from_node": network.node_ids[network.edge_from],
            "to_node": network.node_ids[network.edge_to],
            "length_m": network.length_mm / 1000.0,
            "walk_direction": direction.astype(object),
            "stairs": network.stairs,
            "wait_s": network.wait_s,
            "closed": network.closed.copy(),
            "joinable": network.joinable.copy(),
        },
        geometry=list(network.geometry),
        crs=_LOCAL_CRS,
    )


def _straight_mm(network: Network, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    apart = network.node_xy[pairs[:, 0]] - network.node_xy[pairs[:, 1]]
    return np.asarray(np.rint(np.hypot(apart[:, 0], apart[:, 1]) * 1000.0), dtype=np.int64)


def _require_positive(**values: float) -> None:
    for name, value in values.items():
        if not (math.isfinite(value) and value > 0):
            raise InvalidParameter(f"{name}={value} must be a positive number of metres")
