"""Walking distances from homes to facilities: shortest paths, or straight lines with a detour factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.geography.snapping import Snapping, snap
from jingan_analysis.geography.travel_costs import TravelCosts

if TYPE_CHECKING:
    from jingan_analysis.geography.network import Network

Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Origin rows, destination rows and distances in millimetres, of one shape."""

_CELLS_AT_ONCE = 4_000_000
"""Size of the distance tables held at a time: facilities × (nodes + origins). 32 MB each."""


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
) -> TravelCosts:
    """Walking distances between all places at most a cutoff apart.

    On a network, a walk is the leg from the origin to its nearest edge, the shortest way along edges, and the
    leg from the destination's nearest edge to the destination. The search starts at the facilities, of which there are
    few, and is bounded by the cutoff. Distances are whole millimetres, so the same walk has the same length on every
    machine, and in both directions. Two places at the very same point are 0 apart: nobody walks to the street and back.

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

    Raises
    ------
    InvalidParameter
        If ids repeat, shapes differ, a coordinate is not finite, or an option is out of range.
    """
    origins = _places("origin", origin_ids, origin_xy)
    destinations = _places("destination", destination_ids, destination_xy)
    if cutoff_mm <= 0:
        raise InvalidParameter(f"cutoff_mm={cutoff_mm} must be a positive number of millimetres")
    if network is None:
        pairs = _straight_lines(origins[1], destinations[1], cutoff_mm, detour_factor)
        snapped = np.ones(len(origins[0]), dtype=np.bool_), np.ones(len(destinations[0]), dtype=np.bool_)
    else:
        homes, facilities = (
            snap(network, xy, cap_m=snap_cap_m, main_component_only=main_component_only)
            for _, xy in (origins, destinations)
        )
        pairs = _walks(network, homes, facilities, cutoff_mm)
        pairs = _same_place_is_zero(pairs, origins[1], destinations[1], homes, facilities)
        snapped = homes.snapped, facilities.snapped
    origin, destination, distance_mm = pairs
    order = np.lexsort((destination, distance_mm, origin))
    return TravelCosts(
        origin_ids=origins[0],
        destination_ids=destinations[0],
        origin=origin[order],
        destination=destination[order],
        distance_mm=distance_mm[order],
        cutoff_mm=int(cutoff_mm),
        method="straight_line" if network is None else "walking_network",
        origin_snapped=snapped[0],
        destination_snapped=snapped[1],
        detour_factor=detour_factor if network is None else 1.0,
    )


def _places(
    side: str, ids: NDArray[np.object_], xy: NDArray[np.float64]
) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    ids, xy = np.array(ids, dtype=object), np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    if len(ids) != len(xy):
        raise InvalidParameter(f"{side}_ids has {len(ids)} entries and {side}_xy has {len(xy)}; give one id a place")
    names, counts = np.unique(ids.astype(str), return_counts=True)
    if (counts > 1).any():
        repeated = names[counts > 1]
        raise InvalidParameter(f"{side}_ids repeats {len(repeated)} ids, {str(repeated[0])!r} first; make them unique")
    if not np.isfinite(xy).all():
        faulty = ~np.isfinite(xy).all(axis=1)
        raise InvalidParameter(
            f"{side}_xy has {faulty.sum()} places without finite coordinates (first at row {int(np.argmax(faulty))}); "
            "leave them out and count them first"
        )
    return ids, xy


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
    return origin[keep], destination[keep], distance_mm[keep]


# --- on a network -----------------------------------------------------------------------------


def _walks(network: Network, homes: Snapping, facilities: Snapping, cutoff_mm: int) -> Pairs:
    """All walks within the cutoff, a few facilities at a time."""
    from_home = np.flatnonzero(homes.snapped & (homes.off_network_mm <= cutoff_mm))
    to_facility = np.flatnonzero(facilities.snapped & (facilities.off_network_mm <= cutoff_mm))
    if not len(from_home) or not len(to_facility):
        return _no_pairs()
    at_once = max(1, _CELLS_AT_ONCE // (network.n_nodes + len(from_home)))
    found = [
        _walks_to(network, homes, from_home, facilities, to_facility[start : start + at_once], cutoff_mm)
        for start in range(0, len(to_facility), at_once)
    ]
    origin, destination, distance_mm = (np.concatenate(part) for part in zip(*found, strict=True))
    return origin, destination, distance_mm


def _walks_to(
    network: Network,
    homes: Snapping,
    from_home: NDArray[np.int64],
    facilities: Snapping,
    to_facility: NDArray[np.int64],
    cutoff_mm: int,
) -> Pairs:
    """Walks from all homes to a few facilities.

    The distance to a home is the shorter of the ways over the two ends of its edge; a home on
    a facility's own edge may also walk straight along it.
    """
    to_node = _distances_to_nodes(network, facilities, to_facility, cutoff_mm)
    edge = homes.edge[from_home]
    by_start = to_node[:, network.edge_from[edge]] + homes.along_mm[from_home]
    by_end = to_node[:, network.edge_to[edge]] + homes.to_end_mm[from_home]
    distance = np.minimum(by_start, by_end, out=by_start)
    for row, facility in enumerate(to_facility.tolist()):
        neighbour = np.flatnonzero(edge == facilities.edge[facility])
        along = np.abs(homes.along_mm[from_home[neighbour]] - facilities.along_mm[facility])
        direct = along + facilities.off_network_mm[facility]
        distance[row, neighbour] = np.minimum(distance[row, neighbour], direct)
    distance += homes.off_network_mm[from_home]
    facility_row, home_row = np.nonzero(distance <= cutoff_mm)
    # Sums of whole numbers far below 2**53 are exact in float64.
    distance_mm = distance[facility_row, home_row].astype(np.int64)
    return from_home[home_row], to_facility[facility_row], distance_mm


def _distances_to_nodes(
    network: Network, facilities: Snapping, rows: NDArray[np.int64], cutoff_mm: int
) -> NDArray[np.float64]:
    """Distance in millimetres from facilities to all nodes, infinite beyond the cutoff; shape (n_rows, n_nodes).

    Each facility is a node of its own behind the network's nodes, with an arc to both ends of its edge, which
    holds the off-network leg, and no arc that leads back: no walk can pass through it.
    """
    adjacency, n_nodes, n_rows = network.adjacency, network.n_nodes, len(rows)
    edge, off_mm = facilities.edge[rows], facilities.off_network_mm[rows]
    ends = np.column_stack([network.edge_from[edge], network.edge_to[edge]])
    legs_mm = np.column_stack([facilities.along_mm[rows] + off_mm, facilities.to_end_mm[rows] + off_mm])
    graph = csr_array(
        (
            np.concatenate([adjacency.data, legs_mm.ravel().astype(np.float64)]),
            np.concatenate([adjacency.indices, ends.ravel()]),
            np.concatenate([adjacency.indptr, adjacency.indptr[-1] + 2 * np.arange(1, n_rows + 1)]),
        ),
        shape=(n_nodes + n_rows, n_nodes + n_rows),
    )
    distance = dijkstra(graph, directed=True, indices=np.arange(n_nodes, n_nodes + n_rows), limit=float(cutoff_mm))
    return np.asarray(distance[:, :n_nodes], dtype=np.float64)


def _same_place_is_zero(
    pairs: Pairs,
    origin_xy: NDArray[np.float64],
    destination_xy: NDArray[np.float64],
    homes: Snapping,
    facilities: Snapping,
) -> Pairs:
    """Put pairs of joined places at the same millimetre at distance 0."""
    home, facility = _same_places(origin_xy, destination_xy)
    joined = homes.snapped[home] & facilities.snapped[facility]
    home, facility = home[joined], facility[joined]
    if not len(home):
        return pairs
    origin, destination, distance_mm = pairs
    n_destinations = len(destination_xy)
    elsewhere = ~np.isin(origin * n_destinations + destination, home * n_destinations + facility)
    return (
        np.concatenate([origin[elsewhere], home]),
        np.concatenate([destination[elsewhere], facility]),
        np.concatenate([distance_mm[elsewhere], np.zeros(len(home), dtype=np.int64)]),
    )


def _same_places(
    origin_xy: NDArray[np.float64], destination_xy: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of origins and destinations that stand at the same millimetre."""
    homes, facilities = (
        pd.DataFrame(np.rint(xy * 1000.0).astype(np.int64), columns=["x_mm", "y_mm"]).assign(row=np.arange(len(xy)))
        for xy in (origin_xy, destination_xy)
    )
    same = homes.merge(facilities, on=["x_mm", "y_mm"], suffixes=("_home", "_facility"))
    return same["row_home"].to_numpy(dtype=np.int64), same["row_facility"].to_numpy(dtype=np.int64)


def _no_pairs() -> Pairs:
    none = np.empty(0, dtype=np.int64)
    return none, none.copy(), none.copy()
