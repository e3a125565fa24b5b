"""The cheapest way to give every row its units, each column within its room, and the prices that prove it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import DidNotConverge, InvalidParameter

Integers = NDArray[np.int64]

MOST = 2**60
"""Whole numbers of 64 bits hold twice as much: sums of costs along a way stay exact."""


@dataclass(frozen=True)
class Shipment:
    """A cheapest shipment and its proof.

    Attributes
    ----------
    used
        Whether each arc is used, shape (e,).
    row_price
        u, what one unit of the row costs, shape (r,); 0 for a row without arcs.
    column_price
        v, at most 0: minus what one unit more of room would save at least, shape (c,).
    cost, bound
        Cost of the arcs used, and what the prices prove that every shipment costs. They are equal.
    """

    used: NDArray[np.bool_]
    row_price: Integers
    column_price: Integers
    cost: int
    bound: int


def cheapest_shipment(row: Integers, column: Integers, cost: Integers, *, supply: Integers, room: Integers) -> Shipment:
    r"""Ship all units at the least cost, at most one along each arc.

    .. math::
        \min_x \sum_a c_a x_a \quad\text{subject to}\quad \sum_{a \in r} x_a = s_r, \quad
        \sum_{a \in k} x_a \le t_k, \quad x \ge 0

    Where
        c_a   cost of arc a = (r, k); x_a whether it is used;
        s_r   units of row r; t_k room of column k.

    By successive shortest paths with reduced costs: each unit takes the shortest way of exchanges to a column with
    room, and the prices that make all costs on shortest ways 0 are kept (Ahuja, Magnanti and Orlin 1993, section 9.7).
    All numbers are whole, so that the proof is exact. For any v of at most 0,

    .. math:: \sum_r s_r \min_{a = (r, k)} (c_a - v_k) + \sum_k t_k v_k

    is a lower bound, and that of the last prices is reached.

    Parameters
    ----------
    row, column, cost
        Arcs in order of their row, no pair twice, shape (e,) each; costs may be negative. Rows have units, or columns
        room, of 1 each, so that no arc can carry more than one unit.
    supply, room
        Units of each row, shape (r,), and room of each column, shape (c,).

    Raises
    ------
    InvalidParameter
        If costs are so large that sums of them are not exact.
    DidNotConverge
        If not all units can be shipped, or the answer does not reach its bound.

    Notes
    -----
    Ahuja, R. K., Magnanti, T. L. and Orlin, J. B. (1993), *Network Flows*; Tomizawa, N. (1971), On some techniques
    useful for solution of transportation network problems, *Networks* 1(2).
    """
    from jingan_analysis.models.pairing_search import cheapest_units

    largest = int(np.abs(cost).max(initial=0)) + 1
    if largest * 2 * (len(supply) + len(room) + 1) >= MOST:
        raise InvalidParameter(
            f"the largest cost, {largest - 1}, is too large for exact sums over {len(supply)} and {len(room)} nodes; "
            "take a coarser unit or a lower price"
        )
    start = np.searchsorted(row, np.arange(len(supply) + 1)).astype(np.int64)
    # More room than arcs is never used.
    useful = np.minimum(room, np.bincount(column, minlength=len(room)))
    used, price, left = cheapest_units(start, column, cost, row, supply, useful)
    if left:
        raise DidNotConverge(f"{left} of {int(supply.sum())} units find no room, though all must be shipped")
    by_row = _row_prices(row, cost - price[column], len(supply))
    total, bound = int(cost[used].sum()), int(supply @ by_row + room @ price)
    if (price > 0).any() or total != bound:
        raise DidNotConverge(f"the shipment costs {total} and is proven to cost {bound}; do not use it")
    return Shipment(used, by_row, price, total, bound)


def _row_prices(row: Integers, reduced: Integers, rows: int) -> Integers:
    """Least reduced cost of the arcs of each row, 0 without any, shape (r,)."""
    least = np.full(rows, MOST)
    np.minimum.at(least, row, reduced)
    return np.where(least == MOST, 0, least)
