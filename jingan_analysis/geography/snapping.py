"""Joining places to the walking network at the nearest point of the nearest edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jingan_analysis.geography.network import Network


@dataclass(frozen=True, eq=False)
class Snapping:
    """Where places meet the network.

    Attributes
    ----------
    edge
        Row of the edge that each place is joined to, -1 if it lies beyond the cap; shape (n,).
    edge_id
        Its identifier, None beyond the cap; shape (n,).
    along_mm
        Walk from the edge's ``from_node`` to the joining point in millimetres, -1 beyond the cap; shape (n,).
    to_end_mm
        Walk from the joining point to the edge's ``to_node``, -1 beyond the cap; shape (n,).
    off_network_mm
        Straight line from the place to the network in millimetres, given beyond the cap too; shape (n,).
    snapped_xy
        The joining points in metres, NaN beyond the cap; shape (n, 2).
    snapped
        Whether the place lies within the cap; shape (n,).
    moved_from_island
        Whether an edge of an island lies within the cap and nearer, and was passed over; shape (n,).
    cap_m
        Longest off-network leg allowed, inclusive.
    """

    edge: NDArray[np.int64]
    edge_id: NDArray[np.object_]
    along_mm: NDArray[np.int64]
    to_end_mm: NDArray[np.int64]
    off_network_mm: NDArray[np.int64]
    snapped_xy: NDArray[np.float64]
    snapped: NDArray[np.bool_]
    moved_from_island: NDArray[np.bool_]
    cap_m: float

    def __len__(self) -> int:
        return len(self.edge)


def snap(
    network: Network,
    xy: NDArray[np.float64],
    *,
    cap_m: float,
    main_component_only: bool = True,
    usable: NDArray[np.bool_] | None = None,
) -> Snapping:
    """Join each place to the nearest point of the nearest edge.

    The nearest *edge*, not the nearest node: blocks are long, and a walk that must begin at a crossing
    is too long by half a block at each end. Where several edges are equally near, the first in the table is taken.

    Parameters
    ----------
    xy
        Places in the network's CRS, metres, shape (n, 2).
    cap_m
        Longest distance to the network, inclusive; whoever is farther is not joined.
    main_component_only
        Pass over islands of the network: a mapped path without a mapped gate would cut off all who live on it.
    usable
        Edges that the walker may use, shape (n_edges,); all that are not closed unless given. Places are joined to
        none that is not joinable.

    Raises
    ------
    InvalidParameter
        If a coordinate or the cap is not a finite number, or no edge may be used.
    """
    xy = _checked(xy, cap_m)
    walkable = (~network.closed if usable is None else usable) & network.joinable
    allowed = np.flatnonzero(walkable & (network.edge_component == 0) if main_component_only else walkable)
    if not len(allowed):
        raise InvalidParameter("no edge of the network may be used; look at its closed edges and its stairs")
    points = shapely.points(xy)
    edge, off_m = _nearest(network.geometry, allowed, points)
    moved = np.zeros(len(xy), dtype=np.bool_)
    if main_component_only and network.edge_component.any():
        anywhere, nearer_m = _nearest(network.geometry, np.flatnonzero(walkable), points)
        moved = (network.edge_component[anywhere] != 0) & (nearer_m <= cap_m)
    return _join(network, points, edge, off_m, moved=moved, cap_m=cap_m)


def snapping_table(ids: Sequence[str] | NDArray[np.object_], snapping: Snapping) -> pd.DataFrame:
    """One row a place: ``id``, ``edge_id``, ``off_network_m``, ``snapped``, ``moved_from_island``.

    ``off_network_m`` is the distance to the network whether or not the place could be joined to it.
    """
    if len(ids) != len(snapping):
        raise InvalidParameter(f"ids has {len(ids)} entries for {len(snapping)} snapped places; give one id a place")
    return pd.DataFrame(
        {
            "id": np.asarray(ids, dtype=object),
            "edge_id": snapping.edge_id,
            "off_network_m": snapping.off_network_mm / 1000.0,
            "snapped": snapping.snapped,
            "moved_from_island": snapping.moved_from_island,
        }
    )


def _checked(xy: NDArray[np.float64], cap_m: float) -> NDArray[np.float64]:
    xy = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    if not np.isfinite(cap_m) or cap_m < 0:
        raise InvalidParameter(f"cap_m={cap_m} must be a finite number of metres, 0 or more")
    faulty = ~np.isfinite(xy).all(axis=1)
    if faulty.any():
        raise InvalidParameter(
            f"xy has {faulty.sum()} places without finite coordinates (first at row {int(np.argmax(faulty))}); "
            "leave them out and count them before snapping"
        )
    return xy


def _nearest(
    geometry: NDArray[np.object_], allowed: NDArray[np.int64], points: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Row of the nearest allowed edge of each point, the lowest of equals, and the distance in metres."""
    tree = shapely.STRtree(geometry[allowed])
    (point, match), distance_m = tree.query_nearest(points, return_distance=True, all_matches=True)
    order = np.lexsort((allowed[match], point))
    point, match, distance_m = point[order], match[order], distance_m[order]
    _, first = np.unique(point, return_index=True)
    return allowed[match[first]], distance_m[first]


def _join(
    network: Network,
    points: NDArray[np.object_],
    edge: NDArray[np.int64],
    off_m: NDArray[np.float64],
    *,
    moved: NDArray[np.bool_],
    cap_m: float,
) -> Snapping:
    lines, length_mm = network.geometry[edge], network.length_mm[edge]
    # The share of the line is the share of the walk: stairs and detours spread over the whole edge.
    share = np.nan_to_num(shapely.line_locate_point(lines, points, normalized=True))
    along_mm = np.clip(np.rint(share * length_mm).astype(np.int64), 0, length_mm)
    off_network_mm = np.rint(off_m * 1000.0).astype(np.int64)
    snapped = off_network_mm <= np.int64(round(cap_m * 1000.0))
    joined_xy = shapely.get_coordinates(shapely.line_interpolate_point(lines, share, normalized=True)).reshape(-1, 2)
    return Snapping(
        edge=np.where(snapped, edge, -1),
        edge_id=np.where(snapped, network.edge_ids[edge], np.array(None, dtype=object)),
        along_mm=np.where(snapped, along_mm, -1),
        to_end_mm=np.where(snapped, length_mm - along_mm, -1),
        off_network_mm=off_network_mm,
        snapped_xy=np.where(snapped[:, None], joined_xy, np.nan),
        snapped=snapped,
        moved_from_island=moved,
        cap_m=cap_m,
    )
