"""The nearest facility, and the few nearest, found in one sweep from all facilities at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.geography.places import checked_places, same_places
from jingan_analysis.geography.search_graph import FAR_MM, SearchGraph, whole_cutoff
from jingan_analysis.geography.snapping import Snapping, snap
from jingan_analysis.geography.travel_costs import TravelCosts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from jingan_analysis.geography.impedance import Impedance
    from jingan_analysis.geography.network import Network

_NOWHERE = np.iinfo(np.int64).max
"""Rank of no offer: after every distance and every facility."""


@dataclass(frozen=True, eq=False)
class Nearest:
    """The nearest destination of every origin.

    Attributes
    ----------
    destination
        Row number of the destination, -1 where none lies within the cutoff, shape (n_origins,).
        Of several at the same distance the one with the lowest row number.
    distance_mm
        Walking distance in millimetres, NaN where there is none, shape (n_origins,).
    snapped
        Whether the origin is joined to the network; without that its walk is not known, shape (n_origins,).
    cutoff_mm
        Longest walk searched, inclusive.
    """

    destination: NDArray[np.int64]
    distance_mm: NDArray[np.float64]
    snapped: NDArray[np.bool_]
    cutoff_mm: int

    @property
    def found(self) -> NDArray[np.bool_]:
        """Whether any destination lies within the cutoff, shape (n_origins,)."""
        return self.destination >= 0

    def minutes(self, walk_speed_mps: float) -> NDArray[np.float64]:
        """Minutes on foot to the nearest destination, NaN where there is none, shape (n_origins,)."""
        return self.distance_mm / (walk_speed_mps * 60_000.0)

    @property
    def state(self) -> NDArray[np.object_]:
        """``reached``, ``beyond`` (none within the cutoff) or ``unsnapped`` (not known), shape (n_origins,)."""
        found = np.where(self.snapped, "beyond", "unsnapped").astype(object)
        found[self.found] = "reached"
        return found

    def to_frame(self) -> pd.DataFrame:
        """One row an origin: ``destination`` (its row, missing where there is none), ``distance_m`` and ``state``."""
        destination = pd.array(self.destination, dtype="Int64")
        destination[~self.found] = pd.NA
        return pd.DataFrame({"destination": destination, "distance_m": self.distance_mm / 1000.0, "state": self.state})

    def plot(self, xy_m: NDArray[np.float64] | None = None, *, ax: Axes | None = None) -> Axes:
        """Draw a map of the walks, or without positions how many origins have so short a walk.

        Parameters
        ----------
        xy_m
            Positions of the origins in metres, shape (n_origins, 2).

        Raises
        ------
        InvalidParameter
            If there is not one position an origin.
        """
        from jingan_analysis.plotting import place_map, shares_reached

        walk_m, limit_m = self.distance_mm / 1000.0, self.cutoff_mm / 1000.0
        if xy_m is None:
            joined = self.snapped | self.found
            of = f"{joined.sum():,} joined origins"
            return shares_reached([walk_m[joined]], ["nearest"], limit_m=limit_m, of=of, ax=ax)
        states = {
            f"none within {limit_m:,.0f} m": self.state == "beyond",
            "not joined to the network": self.state == "unsnapped",
        }
        return place_map(xy_m, walk_m, states=states, label="Walk to the nearest (m)", ax=ax)

    def _repr_html_(self) -> str:
        """How JupyterLab shows the result: who has one, who has none, of whom it is not known."""
        from jingan_analysis.showing import NOT_KNOWN, Fact, length_text, share_text, shown

        n, limit = len(self.destination), length_text(self.cutoff_mm)
        counts = {state: int((self.state == state).sum()) for state in ("reached", "beyond", "unsnapped")}
        walks = self.distance_mm[self.found] / 1000.0
        facts = [
            Fact(f"Origins with a destination within {limit}", share_text(counts["reached"], n)),
            Fact(f"Origins with none within {limit}", share_text(counts["beyond"], n)),
            Fact(f"Origins not joined to the network: {NOT_KNOWN}", share_text(counts["unsnapped"], n)),
        ]
        if len(walks):
            facts.append(Fact("Median walk, where there is one", float(np.median(walks)), "m"))
            facts.append(Fact("Longest walk, where there is one", float(walks.max()), "m"))
        none = {"destination": "none", "distance_m": "none"}
        return shown("Nearest destination of every origin", facts, self.to_frame(), missing=none)


@dataclass(frozen=True, eq=False)
class Sweep:
    """Walks from every node of a network to the nearest of some facilities.

    Attributes
    ----------
    distance_mm
        Walk to the nearest facility, NaN beyond the cutoff, shape (n_nodes,).
    facility
        Row of that facility, -1 beyond the cutoff, shape (n_nodes,).
    leaves_by, leads_to
        The edge on which the walk leaves each node, and the node it leads to; -1 where the facility stands on an edge
        of the node itself, and beyond the cutoff. Shapes (n_nodes,).
    cutoff_mm
        Longest walk searched, inclusive.
    """

    distance_mm: NDArray[np.float64]
    facility: NDArray[np.int64]
    leaves_by: NDArray[np.int64]
    leads_to: NDArray[np.int64]
    cutoff_mm: int


def sweep(graph: SearchGraph, facilities: Snapping, cutoff_mm: int) -> Sweep:
    """Search from all facilities at once; as long as one search, however many facilities there are.

    Raises
    ------
    InvalidParameter
        If the cutoff is out of range.
    """
    from jingan_analysis.geography.search import nearest_source

    limit_mm = whole_cutoff(cutoff_mm)
    far, source, leaves_by, leads_to = nearest_source(graph.arcs, graph.edge, _seeds(graph, facilities), limit_mm)
    by_rank = np.empty(graph.network.n_nodes, dtype=np.int64)
    by_rank[graph.rank] = np.arange(graph.network.n_nodes)
    distance_mm = np.where(far == FAR_MM, np.nan, far.astype(np.float64))
    onward = np.where(leads_to >= 0, by_rank[leads_to], -1)
    return Sweep(
        distance_mm=distance_mm[graph.rank],
        facility=source[graph.rank].astype(np.int64),
        leaves_by=leaves_by[graph.rank].astype(np.int64),
        leads_to=onward[graph.rank],
        cutoff_mm=limit_mm,
    )


def nearest_facility(
    origin_xy: NDArray[np.float64],
    destination_xy: NDArray[np.float64],
    *,
    network: Network,
    cutoff_mm: int,
    snap_cap_m: float = 200.0,
    main_component_only: bool = True,
    cost: Impedance | None = None,
) -> Nearest:
    """The nearest facility of every origin, without a table of pairs.

    The same answer as the first pair of each origin in :func:`jingan_analysis.geography.travel.travel_costs`, whose
    parameters these are, in the time of a single search.

    Raises
    ------
    InvalidParameter
        If a coordinate is not finite or an option is out of range.
    """
    places = _Places.joined(origin_xy, destination_xy, network, snap_cap_m, cost, main_component_only)
    limit_mm = whole_cutoff(cutoff_mm)
    return nearest_on(places.graph, places.homes, places.facilities, limit_mm, same=places.same)


def nearest_on(
    graph: SearchGraph,
    homes: Snapping,
    facilities: Snapping,
    cutoff_mm: int,
    *,
    same: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None,
) -> Nearest:
    """The nearest facility of places that are joined to the network already.

    Parameters
    ----------
    same
        Rows of homes and facilities that stand at the same place, 0 apart.
    """
    from jingan_analysis.geography.search import nearest_source

    far, source, _, _ = nearest_source(graph.arcs, graph.edge, _seeds(graph, facilities), cutoff_mm)
    rows = np.flatnonzero(homes.snapped)
    legs, ends = graph.walk_to_ends(homes, rows), graph.end_nodes(homes.edge[rows])
    n = max(len(facilities), 1)
    best = np.full(len(homes), _NOWHERE, dtype=np.int64)
    # Distance first, then row of the facility, in one whole number: both are below 2**31.
    offered = np.where(source[ends] < 0, _NOWHERE, (far[ends].astype(np.int64) + legs) * n + source[ends])
    best[rows] = offered.min(axis=1, initial=_NOWHERE)
    home, facility, direct_mm = _along_own_edge(graph, homes, facilities)
    np.minimum.at(best, home, direct_mm * n + facility)
    if same is not None:
        np.minimum.at(best, same[0], same[1])
    found = best < (cutoff_mm + 1) * n
    distance_mm = np.where(found, (best // n).astype(np.float64), np.nan)
    return Nearest(np.where(found, best % n, -1), distance_mm, homes.snapped, cutoff_mm)


def k_nearest(  # noqa: PLR0913 - as travel_costs
    origin_ids: NDArray[np.object_],
    origin_xy: NDArray[np.float64],
    destination_ids: NDArray[np.object_],
    destination_xy: NDArray[np.float64],
    *,
    k: int,
    network: Network,
    cutoff_mm: int,
    snap_cap_m: float = 200.0,
    main_component_only: bool = True,
    cost: Impedance | None = None,
) -> TravelCosts:
    """The k nearest facilities of every origin, in one sweep; fewer where fewer lie within the cutoff.

    The pairs are the first k of each origin in :func:`jingan_analysis.geography.travel.travel_costs`, whose parameters
    these are.

    Raises
    ------
    InvalidParameter
        If k is below 1, ids repeat, a coordinate is not finite or an option is out of range.
    """
    if k < 1:
        raise InvalidParameter(f"k={k} must be 1 or more")
    origins = checked_places("origin", origin_ids, origin_xy)
    destinations = checked_places("destination", destination_ids, destination_xy)
    limit_mm = whole_cutoff(cutoff_mm)
    places = _Places.joined(origins[1], destinations[1], network, snap_cap_m, cost, main_component_only)
    pairs = _k_offers(places, limit_mm, k)
    pairs = pairs[pairs["distance_mm"] <= limit_mm].sort_values(["origin", "distance_mm", "destination"])
    pairs = pairs.drop_duplicates(["origin", "destination"])
    pairs = pairs[pairs.groupby("origin").cumcount() < k]
    return TravelCosts(
        origin_ids=origins[0],
        destination_ids=destinations[0],
        origin=pairs["origin"].to_numpy(dtype=np.int64),
        destination=pairs["destination"].to_numpy(dtype=np.int64),
        distance_mm=pairs["distance_mm"].to_numpy(dtype=np.int64),
        cutoff_mm=limit_mm,
        method="walking_network",
        origin_snapped=places.homes.snapped,
        destination_snapped=places.facilities.snapped,
        walk_speed_mps=None if cost is None else cost.walk_speed_mps,
    )


def _k_offers(places: _Places, limit_mm: int, k: int) -> pd.DataFrame:
    """Walks over both ends of each home's edge, along it, and to its own door; the least of each pair is its walk."""
    from jingan_analysis.geography.search import nearest_sources

    graph, homes = places.graph, places.homes
    far, source = nearest_sources(graph.arcs, _seeds(graph, places.facilities), limit_mm, k)
    rows = np.flatnonzero(homes.snapped)
    legs, ends = graph.walk_to_ends(homes, rows), graph.end_nodes(homes.edge[rows])
    offered = source[ends] >= 0
    over_ends = pd.DataFrame(
        {
            "origin": np.broadcast_to(rows[:, None, None], offered.shape)[offered],
            "destination": source[ends][offered].astype(np.int64),
            "distance_mm": (far[ends].astype(np.int64) + legs[:, :, None])[offered],
        }
    )
    along = pd.DataFrame(dict(zip(over_ends.columns, _along_own_edge(graph, homes, places.facilities), strict=True)))
    at_door = pd.DataFrame({"origin": places.same[0], "destination": places.same[1], "distance_mm": 0})
    return pd.concat([over_ends, along, at_door], ignore_index=True)


@dataclass(frozen=True, eq=False)
class _Places:
    """Homes and facilities on the graph of one kind of walker."""

    graph: SearchGraph
    homes: Snapping
    facilities: Snapping
    same: tuple[NDArray[np.int64], NDArray[np.int64]]

    @classmethod
    def joined(
        cls,
        origin_xy: NDArray[np.float64],
        destination_xy: NDArray[np.float64],
        network: Network,
        snap_cap_m: float,
        cost: Impedance | None,
        main_component_only: bool,
    ) -> _Places:
        graph = SearchGraph.of(network, cost)
        homes, facilities = (
            snap(network, xy, cap_m=snap_cap_m, main_component_only=main_component_only, usable=graph.cost.usable)
            for xy in (origin_xy, destination_xy)
        )
        home, facility = same_places(np.asarray(origin_xy).reshape(-1, 2), np.asarray(destination_xy).reshape(-1, 2))
        joined = homes.snapped[home] & facilities.snapped[facility]
        return cls(graph, homes, facilities, (home[joined], facility[joined]))


def _seeds(graph: SearchGraph, facilities: Snapping) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Node, walk and facility of both ends of every facility's edge, without closed ways."""
    rows = np.flatnonzero(facilities.snapped)
    legs = graph.walk_from_ends(facilities, rows).ravel()
    nodes, names = graph.end_nodes(facilities.edge[rows]).ravel(), np.repeat(rows, 2)
    passable = legs < FAR_MM
    return nodes[passable], legs[passable], names[passable]


def _along_own_edge(
    graph: SearchGraph, homes: Snapping, facilities: Snapping
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Homes, facilities and walks straight along an edge that both stand on, where its direction allows."""
    on_edge = [
        pd.DataFrame({"edge": side.edge, "row": np.arange(len(side))})[side.snapped] for side in (homes, facilities)
    ]
    both = on_edge[0].merge(on_edge[1], on="edge", suffixes=("_home", "_facility"))
    home, facility = both["row_home"].to_numpy(dtype=np.int64), both["row_facility"].to_numpy(dtype=np.int64)
    gap_mm = facilities.along_mm[facility] - homes.along_mm[home]
    pace = graph.pace(both["edge"].to_numpy(dtype=np.int64))
    pace = np.where(gap_mm >= 0, pace[:, 0], pace[:, 1])
    walk_mm = np.rint(np.abs(gap_mm) * np.maximum(pace, 0.0)).astype(np.int64)
    walk_mm += homes.off_network_mm[home] + facilities.off_network_mm[facility]
    open_way = (pace >= 0.0) | (gap_mm == 0)
    return home[open_way], facility[open_way], walk_mm[open_way]
