"""What it costs each group of people to reach each site, sorted, as all models of distance read it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import quantity

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

NOWHERE = -1
"""Site of a group that none of the chosen ones is in reach of."""


@dataclass(frozen=True)
class Ways:
    """Ways within reach, each group's cheapest first.

    Attributes
    ----------
    start
        Where each group's ways begin, shape (g + 1,).
    site
        Site of each way, shape (k,).
    cost
        Cost of the way of one person, in the unit of ``travel``, shape (k,); not falling within a group.
    people
        People of each group, shape (g,).
    beyond
        Cost that stands for a person with no chosen site in reach; NaN where every group must have one.
    sites
        Number of sites s.
    """

    start: Integers
    site: Integers
    cost: Floats
    people: Floats
    beyond: float
    sites: int

    @property
    def groups(self) -> int:
        """Number of groups."""
        return len(self.people)

    @property
    def group(self) -> Integers:
        """Group of each way, shape (k,)."""
        return np.repeat(np.arange(self.groups), np.diff(self.start))

    def nearest(self, chosen: Mask) -> tuple[Integers, Floats]:
        """The cheapest chosen site of each group, ``NOWHERE`` for none, and the cost of one person, shape (g,) each."""
        first = np.full(self.groups, NOWHERE)
        cost = np.full(self.groups, self.beyond)
        open_way = np.flatnonzero(chosen[self.site])
        group, place = np.unique(self.group[open_way], return_index=True)
        first[group] = self.site[open_way[place]]
        cost[group] = self.cost[open_way[place]]
        return first, cost


def ways(travel: ArrayLike | csr_array, people: ArrayLike, *, beyond: float | None = None) -> Ways:
    """Sort what each group travels to each site.

    Parameters
    ----------
    travel
        Minutes or metres from each group to each site, shape (g, s): an array with infinity where a site is out of
        reach, or a sparse one, whose absent pairs are out of reach.
    people
        People of each group, 0 or more, shape (g,).
    beyond
        What one person without a chosen site in reach counts as, at least the longest way; None demands that each
        group with people gets a site.

    Raises
    ------
    InvalidParameter
        If a way is negative or NaN, people are no amounts, or ``beyond`` is below a way within reach.
    """
    if isinstance(travel, csr_array):
        paired = travel.copy()
        paired.sort_indices()
        group, site = np.repeat(np.arange(travel.shape[0]), np.diff(paired.indptr)), paired.indices.astype(np.int64)
        cost, (groups, sites) = paired.data.astype(np.float64), travel.shape
    else:
        dense = np.asarray(travel, dtype=np.float64)
        if dense.ndim != 2:
            raise InvalidParameter(f"travel has the shape {dense.shape}; give (groups, sites)")
        groups, sites = dense.shape
        group, site = (one.astype(np.int64) for one in np.nonzero(~np.isposinf(dense)))
        cost = dense[group, site]
    wrong = ~(cost >= 0) | np.isinf(cost)
    if wrong.any():
        first = int(wrong.argmax())
        raise InvalidParameter(
            f"travel: {int(wrong.sum())} of {len(cost)} ways are negative, NaN or infinite, the first from group "
            f"{group[first]} to site {site[first]}; a site out of reach is infinity in an array, absent in a sparse one"
        )
    if beyond is not None and not (np.isfinite(beyond) and beyond >= cost.max(initial=0.0)):
        raise InvalidParameter(
            f"beyond={beyond!r} must be a number of at least the longest way within reach, {cost.max(initial=0.0):g}"
        )
    start = np.concatenate([[0], np.cumsum(np.bincount(group, minlength=groups))]).astype(np.int64)
    order = _cheapest_first(start, cost)
    amounts = quantity("people", people, length=groups)
    return Ways(start, site[order], cost[order], amounts, np.nan if beyond is None else float(beyond), int(sites))


def _cheapest_first(start: Integers, cost: Floats) -> Integers:
    """Positions of the ways, sorted by cost within each group; ties stay in the order of sites."""
    length = np.diff(start)
    if len(length) and (length == length[0]).all():
        inside = np.argsort(cost.reshape(len(length), -1), axis=1, kind="stable")
        return (inside + start[:-1, None]).ravel()
    return np.lexsort((cost, np.repeat(np.arange(len(length)), length)))
