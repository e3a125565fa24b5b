"""Walking distances from homes to facilities: shortest paths, or straight lines with a detour factor."""

from __future__ import annotations

import functools
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.geography.places import checked_places, same_places
from jingan_analysis.geography.search_graph import SearchGraph, whole_cutoff
from jingan_analysis.geography.snapping import Snapping, snap
from jingan_analysis.geography.travel_costs import TravelCosts

if TYPE_CHECKING:
    from jingan_analysis.geography.impedance import Impedance
    from jingan_analysis.geography.network import Network

Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Origin rows, destination rows and distances in millimetres, of one shape."""

Compiled = tuple[NDArray[np.generic], ...]
"""Arrays as a compiled search takes them."""

_PAIRS_AT_ONCE = 500_000
"""Pairs that a search has room for at a time: 6 MB."""

_ONE_THREAD_NODES = 10_000
"""Below this many nodes one thread is faster than two."""


def travel_costs(  # noqa: PLR0913 - two lists of places, and how people walk between them
    origin_ids: NDArray[np.object_],
    origin_xy: NDArray[np.float64],
    destination_ids: NDArray[np.object_],
    destination_xy: NDArray[np.float64],
    *,
    network: Network | None,
    cutoff_mm: int,
    snap_cap_m: float = 200.0,
    detour_factor: float = 1.3,
    main_component_only: bool = True,
    cost: Impedance | None = None,
) -> TravelCosts:
    """Walking distances between all places at most a cutoff apart.

    On a network, a walk is the leg from the origin to its nearest edge, the shortest way along edges, and the
    leg from the destination's nearest edge to the destination. The search starts at the facilities, of which there are
    few, and is bounded by the cutoff: its time and memory follow the pairs that are reached. Distances are whole
    millimetres, so the same walk has the same length on every machine. Two places at the very same point are 0 apart:
    nobody walks to the street and back.

    Without a network, a walk is the straight line times the detour factor, which is modelled.

    Parameters
    ----------
    origin_ids, destination_ids
        Unique identifiers, shapes (n_origins,) and (n_destinations,).
    origin_xy, destination_xy
        Positions in metres in the network's CRS, shapes (n_origins, 2) and (n_destinations, 2).
    network
        The walking network, or None.
    cutoff_mm
        Longest walk of interest in millimetres, inclusive.
    snap_cap_m
        Longest distance from a place to the network, inclusive.
    detour_factor
        Walk over straight line, at least 1; used only without a network.
    main_component_only
        Join places to the main component of the network only, see :func:`jingan_analysis.geography.snapping.snap`.
    cost
        What each edge costs this walker, see :func:`jingan_analysis.geography.impedance.impedance`; its length unless
        given. Distances are then those of an equally hard walk on the level.

    Raises
    ------
    InvalidParameter
        If ids repeat, shapes differ, a coordinate is not finite, or an option is out of range.
    """
    origins = checked_places("origin", origin_ids, origin_xy)
    destinations = checked_places("destination", destination_ids, destination_xy)
    cutoff_mm = whole_cutoff(cutoff_mm)
    if network is None:
        pairs = _straight_lines(origins[1], destinations[1], cutoff_mm, detour_factor)
        snapped = np.ones(len(origins[0]), dtype=np.bool_), np.ones(len(destinations[0]), dtype=np.bool_)
    else:
        graph = SearchGraph.of(network, cost)
        usable = graph.cost.usable
        homes, facilities = (
            snap(network, xy, cap_m=snap_cap_m, main_component_only=main_component_only, usable=usable)
            for _, xy in (origins, destinations)
        )
        pairs = _walks(graph, homes, facilities, cutoff_mm)
        pairs = _same_place_is_zero(pairs, origins[1], destinations[1], homes, facilities)
        snapped = homes.snapped, facilities.snapped
    origin, destination, distance_mm = pairs
    return TravelCosts(
        origin_ids=origins[0],
        destination_ids=destinations[0],
        origin=origin,
        destination=destination,
        distance_mm=distance_mm,
        cutoff_mm=cutoff_mm,
        method="straight_line" if network is None else "walking_network",
        origin_snapped=snapped[0],
        destination_snapped=snapped[1],
        detour_factor=detour_factor if network is None else 1.0,
        walk_speed_mps=None if cost is None else cost.walk_speed_mps,
    )


# --- without a network ------------------------------------------------------------------------


def _straight_lines(
    origin_xy: NDArray[np.float64], destination_xy: NDArray[np.float64], cutoff_mm: int, detour_factor: float
) -> Pairs:
    from scipy.spatial import cKDTree

    if not (np.isfinite(detour_factor) and detour_factor >= 1.0):
        raise InvalidParameter(f"detour_factor={detour_factor} must be at least 1: no walk beats its straight line")
    if not len(origin_xy) or not len(destination_xy):
        return _no_pairs()
    # One millimetre beyond the cutoff, so that rounding cannot lose a pair at exactly the cutoff.
    radius_m = (cutoff_mm + 1) / 1000.0 / detour_factor
    near = cKDTree(origin_xy).sparse_distance_matrix(cKDTree(destination_xy), radius_m, output_type="ndarray")
    origin, destination = near["i"].astype(np.int64), near["j"].astype(np.int64)
    straight_m = np.hypot(*(origin_xy[origin] - destination_xy[destination]).T)
    distance_mm = np.rint(straight_m * detour_factor * 1000.0).astype(np.int64)
    keep = distance_mm <= cutoff_mm
    return _in_order((origin[keep], destination[keep], distance_mm[keep]))


# --- on a network -----------------------------------------------------------------------------


def _walks(graph: SearchGraph, homes: Snapping, facilities: Snapping, cutoff_mm: int) -> Pairs:
    """All walks within the cutoff, in order of facilities; two halves at a time on a large network."""
    from jingan_analysis.geography.search import by_origin

    from_home = np.flatnonzero(homes.snapped & (homes.off_network_mm <= cutoff_mm))
    to_facility = np.flatnonzero(facilities.snapped & (facilities.off_network_mm <= cutoff_mm))
    if not len(from_home) or not len(to_facility):
        return _no_pairs()
    # Neighbours one after the other: the part of the network that a search has just read is still at hand.
    to_facility = to_facility[np.argsort(graph.end_nodes(facilities.edge[to_facility])[:, 0], kind="stable")]
    street, doors, edges = _doors(graph, homes, from_home)
    sites = _sites(graph, facilities, to_facility, edges)
    n_threads = min(len(to_facility), os.cpu_count() or 1) if graph.network.n_nodes > _ONE_THREAD_NODES else 1
    bounds = np.linspace(0, len(to_facility), n_threads + 1).astype(int)
    with ThreadPoolExecutor(n_threads) as threads:
        search = functools.partial(_search_part, graph.arcs, street, doors, sites, cutoff_mm)
        parts = [part for found in threads.map(search, bounds[:-1], bounds[1:]) for part in found]
    origin, facility, distance_mm = (np.concatenate(part) for part in zip(*parts, strict=True))
    return by_origin(origin, to_facility[facility], distance_mm, len(homes))  # type: ignore[no-any-return] # compiled


def _search_part(
    arcs: Compiled, street: Compiled, doors: Compiled, sites: Compiled, cutoff_mm: int, first: int, last: int
) -> list[Pairs]:
    """Pairs of some facilities, a piece at a time: the search never grows an array."""
    from jingan_analysis.geography.search import pairs_in_reach

    room, pieces = max(_PAIRS_AT_ONCE, len(doors[1])), []
    while first < last:
        *pairs, first = pairs_in_reach(arcs, street, doors, sites, cutoff_mm, first, last, room)
        # A copy: the piece's own array holds room for many more.
        pieces.append(tuple(part.copy() for part in pairs))
    return cast("list[Pairs]", pieces)


def _doors(
    graph: SearchGraph, homes: Snapping, rows: NDArray[np.int64]
) -> tuple[Compiled, Compiled, NDArray[np.int64]]:
    """Homes by edge and edges by node, as the search takes them; and the edges that have homes."""
    from jingan_analysis.geography.search import in_groups

    start, order = in_groups(homes.edge[rows], graph.network.n_edges)
    rows = rows[order]
    edges = np.flatnonzero(start[1:] > start[:-1])
    legs = graph.walk_to_ends(homes, rows)
    ends = graph.end_nodes(edges).astype(np.int32)
    node = np.concatenate([ends[:, 0], ends[:, 1][ends[:, 0] != ends[:, 1]]])
    edge = np.concatenate([np.arange(len(edges)), np.flatnonzero(ends[:, 0] != ends[:, 1])]).astype(np.int32)
    node_start, order = in_groups(node, graph.network.n_nodes)
    street = (node_start, edge[order], np.ascontiguousarray(ends[:, 0]), np.ascontiguousarray(ends[:, 1]))
    doors = (
        np.append(start[edges], len(rows)),
        rows.astype(np.int32),
        np.ascontiguousarray(legs[:, 0]),
        np.ascontiguousarray(legs[:, 1]),
        homes.along_mm[rows],
        homes.off_network_mm[rows],
    )
    return street, doors, edges


def _sites(graph: SearchGraph, facilities: Snapping, rows: NDArray[np.int64], edges: NDArray[np.int64]) -> Compiled:
    """Facilities as the search takes them."""
    edge = facilities.edge[rows]
    place = np.minimum(np.searchsorted(edges, edge), len(edges) - 1)
    return (
        graph.end_nodes(edge),
        graph.walk_from_ends(facilities, rows),
        np.where(edges[place] == edge, place, -1),
        facilities.along_mm[rows],
        facilities.off_network_mm[rows],
        graph.pace(edge),
    )


def _same_place_is_zero(
    pairs: Pairs,
    origin_xy: NDArray[np.float64],
    destination_xy: NDArray[np.float64],
    homes: Snapping,
    facilities: Snapping,
) -> Pairs:
    """Put pairs of joined places at the same millimetre at distance 0."""
    home, facility = same_places(origin_xy, destination_xy)
    joined = homes.snapped[home] & facilities.snapped[facility]
    home, facility = home[joined], facility[joined]
    if not len(home):
        return pairs
    origin, destination, distance_mm = pairs
    n_destinations = len(destination_xy)
    elsewhere = ~np.isin(origin * n_destinations + destination, home * n_destinations + facility)
    together = (
        np.concatenate([origin[elsewhere], home]),
        np.concatenate([destination[elsewhere], facility]),
        np.concatenate([distance_mm[elsewhere], np.zeros(len(home), dtype=np.int64)]),
    )
    return _in_order(together)


def _in_order(pairs: Pairs) -> Pairs:
    """Pairs by origin, distance and destination."""
    origin, destination, distance_mm = pairs
    order = np.lexsort((destination, distance_mm, origin))
    return origin[order], destination[order], distance_mm[order]


def _no_pairs() -> Pairs:
    none = np.empty(0, dtype=np.int64)
    return none, none.copy(), none.copy()
