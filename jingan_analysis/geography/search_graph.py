"""The walking network in the shape that searches need: arcs by node, neighbours in memory near each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.geography.impedance import CLOSED, Impedance, impedance

if TYPE_CHECKING:
    from jingan_analysis.geography.network import Network
    from jingan_analysis.geography.snapping import Snapping

FAR_MM = 2**31 - 1
"""Stands for no walk inside a search only; what leaves a search is missing instead."""


@dataclass(frozen=True, eq=False)
class SearchGraph:
    """Arcs of a network for one kind of walker, by the node that they lead to.

    Nodes are numbered along a Hilbert curve, so that a search stays within few pages of memory.

    Attributes
    ----------
    network, cost
        What the arcs were made from.
    rank
        Number along the curve of each node of the network, shape (n_nodes,).
    start
        Offsets into the arcs, shape (n_nodes + 1,), int64.
    tail, cost_mm, edge
        Node that each arc comes from, its cost in millimetres, and the edge it walks; shapes (n_arcs,), int32.
    """

    network: Network
    cost: Impedance
    rank: NDArray[np.int64]
    start: NDArray[np.int64]
    tail: NDArray[np.int32]
    cost_mm: NDArray[np.int32]
    edge: NDArray[np.int32]

    @classmethod
    def of(cls, network: Network, cost: Impedance | None = None) -> SearchGraph:
        """Build the graph; without an impedance every open edge costs its length."""
        from jingan_analysis.geography.search import arcs_by_head

        cost = cost or impedance(network)
        rank = network.hilbert_rank
        first, last = rank[network.edge_from].astype(np.int32), rank[network.edge_to].astype(np.int32)
        start, tail, cost_mm, edge = arcs_by_head(first, last, cost.forward_mm, cost.backward_mm, network.n_nodes)
        return cls(network, cost, rank, start, tail, cost_mm, edge)

    @property
    def arcs(self) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
        """Offsets, tails and costs, as the searches take them."""
        return self.start, self.tail, self.cost_mm

    def walk_to_ends(self, places: Snapping, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Walk from places to the first and the last node of their edge, shape (n_rows, 2); ``FAR_MM`` where closed."""
        edge = places.edge[rows]
        back = _share(self.cost.backward_mm[edge], places.along_mm[rows], self.network.length_mm[edge])
        ahead = _share(self.cost.forward_mm[edge], places.to_end_mm[rows], self.network.length_mm[edge])
        return self._with_leg(back, ahead, places.off_network_mm[rows])

    def walk_from_ends(self, places: Snapping, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Walk to places from the first and the last node of their edge, shape (n_rows, 2); ``FAR_MM`` where closed."""
        edge = places.edge[rows]
        ahead = _share(self.cost.forward_mm[edge], places.along_mm[rows], self.network.length_mm[edge])
        back = _share(self.cost.backward_mm[edge], places.to_end_mm[rows], self.network.length_mm[edge])
        return self._with_leg(ahead, back, places.off_network_mm[rows])

    def end_nodes(self, edge: NDArray[np.int64]) -> NDArray[np.int64]:
        """First and last node of edges, in the graph's numbers, shape (n, 2)."""
        ends = np.column_stack([self.network.edge_from[edge], self.network.edge_to[edge]])
        return np.asarray(self.rank[ends], dtype=np.int64)

    def pace(self, edge: NDArray[np.int64]) -> NDArray[np.float64]:
        """Cost of a millimetre along edges, forward and backward, shape (n, 2); below 0 where closed."""
        length_mm = self.network.length_mm[edge].astype(np.float64)
        both = np.column_stack([self.cost.forward_mm[edge], self.cost.backward_mm[edge]])
        return np.where(both == CLOSED, -1.0, both / length_mm[:, None])

    @staticmethod
    def _with_leg(
        to_first: NDArray[np.int64], to_last: NDArray[np.int64], off_mm: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        legs = np.column_stack([to_first, to_last])
        return np.where(legs == CLOSED, FAR_MM, np.minimum(legs + off_mm[:, None], FAR_MM))


def whole_cutoff(cutoff_mm: int) -> int:
    """The cutoff, checked to be positive and small enough for a search.

    Raises
    ------
    InvalidParameter
        If it is not.
    """
    if not 0 < cutoff_mm < FAR_MM:
        raise InvalidParameter(
            f"cutoff_mm={cutoff_mm} must be a positive number of millimetres below {FAR_MM} (2,147 km)"
        )
    return int(cutoff_mm)


def _share(cost_mm: NDArray[np.int64], part_mm: NDArray[np.int64], whole_mm: NDArray[np.int64]) -> NDArray[np.int64]:
    """Cost of a part of each edge, -1 where that direction is closed; who stands at the node itself walks nothing."""
    # Where the cost is the length, the product and the quotient are exact in float64.
    part = np.rint(cost_mm.astype(np.float64) * part_mm / whole_mm).astype(np.int64)
    return np.where(part_mm == 0, 0, np.where(cost_mm == CLOSED, CLOSED, part))
