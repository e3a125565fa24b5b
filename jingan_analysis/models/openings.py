"""Which link to open first: people who would come within reach of a facility."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter, LedgerDoesNotClose
from jingan_analysis.geography.nearest import Nearest, nearest_on, sweep
from jingan_analysis.geography.places import same_places
from jingan_analysis.geography.search_graph import FAR_MM, SearchGraph, whole_cutoff
from jingan_analysis.geography.snapping import Snapping, snap
from jingan_analysis.measures.quantity import quantity

if TYPE_CHECKING:
    from jingan_analysis.geography.impedance import Impedance
    from jingan_analysis.geography.network import Network
    from jingan_analysis.geography.severance import Links

_TOLERANCE = 1e-9
"""Largest relative difference between all persons and the sum of the parts."""


@dataclass(frozen=True, eq=False)
class Openings:
    """Links ranked by the people whom each alone would bring within reach.

    Attributes
    ----------
    links
        The links, most people gained first; of equals the one with the lower identifier.
    gained_persons
        Persons who come within the limit when this link alone is opened, shape (n_links,).
    gained_homes
        Homes of these persons, shape (n_links,).
    opened_in_turn
        Rows of ``links`` in the order in which they were opened one after the other, each the best of those left at
        its turn, shape (n_steps,); empty unless asked for.
    gained_in_turn
        Persons who come within the limit at each turn, shape (n_steps,).
    home_turn
        Turn at which each home comes within the limit: 0 for the first link, -1 for who is within at present, -2 for
        who stays beyond, -3 for who is off the network. Shape (n_homes,).
    persons
        All persons.
    within_persons
        Persons within the limit at present.
    unsnapped_persons
        Persons off the network, whose walk is not known.
    beyond_persons
        Persons beyond the limit when all turns are over; at present, if there are none.
    limit_mm
        Longest walk in millimetres, inclusive.
    """

    links: Links
    gained_persons: NDArray[np.float64]
    gained_homes: NDArray[np.int64]
    opened_in_turn: NDArray[np.int64]
    gained_in_turn: NDArray[np.float64]
    home_turn: NDArray[np.int64]
    persons: float
    within_persons: float
    unsnapped_persons: float
    beyond_persons: float
    limit_mm: int

    def to_frame(self) -> pd.DataFrame:
        """One row a link, most people gained first."""
        return pd.DataFrame(
            {
                "link_id": self.links.link_id,
                "kind": self.links.kind,
                "length_m": self.links.length_mm / 1000.0,
                "present_walk_m": self.links.walk_mm / 1000.0,
                "gained_persons": self.gained_persons,
                "gained_homes": self.gained_homes,
            }
        )

    def in_turn_frame(self) -> pd.DataFrame:
        """One row a turn: the link, whom it gains beside those opened before, and all who are within by then."""
        return pd.DataFrame(
            {
                "turn": np.arange(1, len(self.opened_in_turn) + 1),
                "link_id": self.links.link_id[self.opened_in_turn],
                "gained_persons": self.gained_in_turn,
                "gained_persons_so_far": np.cumsum(self.gained_in_turn),
                "within_persons": self.within_persons + np.cumsum(self.gained_in_turn),
            }
        )

    def _repr_html_(self) -> str:
        """How JupyterLab shows the result: the links that bring most people within reach."""
        from jingan_analysis.showing import Fact, shown

        facts = [
            Fact("Links looked at", len(self.links)),
            Fact("Links that bring somebody within reach", int((self.gained_persons > 0).sum())),
            Fact("Persons within reach at present", self.within_persons),
            Fact("Persons off the network", self.unsnapped_persons),
        ]
        missing = {"present_walk_m": "no walk"}
        return shown("Openings: links ranked by the people gained", facts, self.to_frame(), missing=missing)

    def close(self) -> None:
        """Verify that everybody is within, gained, beyond or off the network.

        Raises
        ------
        LedgerDoesNotClose
            If the parts do not add up.
        """
        parts = (self.within_persons, *self.gained_in_turn, self.beyond_persons, self.unsnapped_persons)
        if not abs(self.persons - sum(parts)) <= _TOLERANCE * self.persons:
            raise LedgerDoesNotClose(
                f"The ledger of openings does not close: {self.persons!r} persons, sum of their parts {sum(parts)!r}; "
                "do not use this result, and report it together with the inputs"
            )


def openings(  # noqa: PLR0913 - links, two lists of places, and how people walk
    links: Links,
    network: Network,
    home_xy: NDArray[np.float64],
    persons: ArrayLike,
    facility_xy: NDArray[np.float64],
    *,
    limit_mm: int,
    turns: int = 0,
    cost: Impedance | None = None,
    snap_cap_m: float = 200.0,
    main_component_only: bool = True,
) -> Openings:
    r"""Rank links by the people whose nearest facility comes within the limit when the link is opened.

    For each link from node a to node b alone, and likewise from b to a,

    .. math::

        d'(h) = \min\bigl(d(h),\ d(h, a) + \ell_{ab} + D(b)\bigr), \qquad
        G = \sum_{h:\ d(h) > d_0 \ge d'(h)} P_h

    Where
        d(h)        walk from home h to its nearest facility at present, d'(h) with the link;
        D(b)        walk from node b to its nearest facility; d_0 the limit, inclusive;
        \ell_{ab}   cost of the link; P_h persons at home h; G persons gained.

    This equals a new search with the link in the network, as long as homes and facilities stay joined to the ways that
    they are joined to at present: a home behind a closed gate that is joined to the street outside (see
    ``main_component_only``) gains nothing from the gate.

    Parameters
    ----------
    links
        From :func:`jingan_analysis.geography.severance.candidate_crossings` or ``closed_gates`` on the same network.
    home_xy, facility_xy
        Places in metres, shapes (n_homes, 2) and (n_facilities, 2).
    persons
        Persons at each home, shape (n_homes,).
    limit_mm
        Longest walk in millimetres, inclusive.
    turns
        How many links to open one after the other: the best, then the best of the rest beside it, and so on, until
        none gains anybody. Two links that help only together are not found in this way.
    cost, snap_cap_m, main_component_only
        As in :func:`jingan_analysis.geography.travel.travel_costs`.

    Raises
    ------
    InvalidParameter
        If an argument has the wrong shape or is out of range.
    LedgerDoesNotClose
        If the account of persons does not add up.
    """
    if turns < 0:
        raise InvalidParameter(f"turns={turns} must be 0 or more")
    homes_xy, sites_xy = (np.asarray(xy, dtype=np.float64).reshape(-1, 2) for xy in (home_xy, facility_xy))
    people = quantity("persons", persons, length=len(homes_xy))
    graph = SearchGraph.of(network, cost)
    homes, sites = (
        snap(network, xy, cap_m=snap_cap_m, main_component_only=main_component_only, usable=graph.cost.usable)
        for xy in (homes_xy, sites_xy)
    )
    home, site = same_places(homes_xy, sites_xy)
    joined = homes.snapped[home] & sites.snapped[site]
    town = _Town(graph, homes, sites, (home[joined], site[joined]), people, whole_cutoff(limit_mm))
    none_open = np.zeros(len(links), dtype=np.bool_)
    walks = town.nearest(graph)
    gained, n_homes = town.gains(links, none_open, walks)
    best_first = np.lexsort((links.link_id.astype(str), -gained))
    ranked = links.take(best_first)
    order, steps, turn = town.in_turn(ranked, turns, walks, gained[best_first])
    result = Openings(
        links=ranked,
        gained_persons=gained[best_first],
        gained_homes=n_homes[best_first],
        opened_in_turn=order,
        gained_in_turn=steps,
        home_turn=turn,
        persons=float(people.sum()),
        within_persons=float(people[turn == -1].sum()),
        unsnapped_persons=float(people[turn == -3].sum()),
        beyond_persons=float(people[turn == -2].sum()),
        limit_mm=town.limit_mm,
    )
    result.close()
    return result


@dataclass(frozen=True, eq=False)
class _Town:
    """Homes and facilities on a network, and a limit."""

    graph: SearchGraph
    homes: Snapping
    sites: Snapping
    same: tuple[NDArray[np.int64], NDArray[np.int64]]
    persons: NDArray[np.float64]
    limit_mm: int

    def nearest(self, graph: SearchGraph) -> Nearest:
        return nearest_on(graph, self.homes, self.sites, self.limit_mm, same=self.same)

    def gains(
        self, links: Links, is_open: NDArray[np.bool_], walks: Nearest
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Persons and homes gained by each link that is not open yet, beside those that are."""
        from jingan_analysis.geography.severance_search import gained_by_link

        graph = _with_links(self.graph, links, is_open)
        found = sweep(graph, self.sites, self.limit_mm).distance_mm
        onward = np.where(np.isnan(found), FAR_MM, found).astype(np.int64)
        seed, leg = _entrances(links, onward, self.limit_mm)
        seed = np.where(is_open, -1, seed)
        return gained_by_link(  # type: ignore[no-any-return] # compiled
            graph.arcs,
            np.where(seed >= 0, graph.rank[seed], -1),
            leg,
            self._doors(graph, self.homes.snapped & ~walks.found & (self.persons > 0.0)),
            self.persons,
            self.limit_mm,
        )

    def in_turn(
        self, links: Links, turns: int, walks: Nearest, gained: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
        """Rows of the links opened one after the other, what each gains, and the turn of each home."""
        turn = np.where(walks.found, -1, np.where(self.homes.snapped, -2, -3))
        is_open = np.zeros(len(links), dtype=np.bool_)
        order: list[int] = []
        steps: list[float] = []
        while len(order) < turns and len(links):
            best = _best(links, gained)
            if not gained[best] > 0.0:
                break
            is_open[best] = True
            walks = self.nearest(_with_links(self.graph, links, is_open))
            new = walks.found & (turn == -2)
            turn[new] = len(order)
            order.append(best)
            steps.append(float(self.persons[new].sum()))
            gained, _ = self.gains(links, is_open, walks)
        return np.array(order, dtype=np.int64), np.array(steps), turn

    def _doors(
        self, graph: SearchGraph, beyond: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Both doors of homes beyond the limit, by node: offsets, home and walk to the node."""
        rows = np.flatnonzero(beyond)
        leg, node = graph.walk_to_ends(self.homes, rows).ravel(), graph.end_nodes(self.homes.edge[rows]).ravel()
        home = np.repeat(rows, 2)
        usable = leg <= self.limit_mm
        leg, node, home = leg[usable], node[usable], home[usable]
        order = np.argsort(node, kind="stable")
        start = np.searchsorted(node[order], np.arange(graph.network.n_nodes + 1)).astype(np.int64)
        return start, home[order], leg[order]


def _best(links: Links, gained: NDArray[np.float64]) -> int:
    """Row of the link that gains most; of equals the lowest name."""
    most = np.flatnonzero(gained == gained.max())
    return int(most[np.argmin(links.link_id[most].astype(str))])


def _entrances(links: Links, onward: NDArray[np.int64], limit_mm: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Node where a walk to a facility enters each link, -1 where the link shortens none, and the walk from there."""
    ends = np.column_stack([links.from_node, links.to_node])
    cost = np.column_stack([links.forward_mm, links.backward_mm])
    over = np.where(cost >= 0, cost + onward[ends[:, ::-1]], FAR_MM)
    # At most one direction helps: each would have to end nearer to a facility than it began.
    helps = (over < onward[ends]) & (over <= limit_mm)
    way = np.argmax(helps, axis=1)
    rows = np.arange(len(links))
    return np.where(helps.any(axis=1), ends[rows, way], -1), over[rows, way]


def _with_links(graph: SearchGraph, links: Links, is_open: NDArray[np.bool_]) -> SearchGraph:
    """The graph with arcs for open links; homes stay joined to the ways that they are joined to."""
    from jingan_analysis.geography.search import arcs_by_head

    if not is_open.any():
        return graph
    first, last = (
        graph.rank[np.concatenate([ends, more[is_open]])].astype(np.int32)
        for ends, more in ((graph.network.edge_from, links.from_node), (graph.network.edge_to, links.to_node))
    )
    forward_mm = np.concatenate([graph.cost.forward_mm, links.forward_mm[is_open]])
    backward_mm = np.concatenate([graph.cost.backward_mm, links.backward_mm[is_open]])
    start, tail, cost_mm, edge = arcs_by_head(first, last, forward_mm, backward_mm, graph.network.n_nodes)
    return replace(graph, start=start, tail=tail, cost_mm=cost_mm, edge=edge)
