"""Costs of all people of each group, as the search for the nearest sites reads them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Costs:
    """What each group costs at each site in reach, cheapest first, and what it costs where none of them is chosen.

    Attributes
    ----------
    start
        Where each group's sites begin, shape (g + 1,).
    site
        Shape (k,).
    cost
        Cost of the whole group at that site, below ``beyond``, not falling within a group, shape (k,).
    beyond
        Cost of the whole group where no site in reach is chosen, shape (g,).
    sites
        Number of sites s.
    """

    start: Integers
    site: NDArray[np.int32]
    cost: Floats
    beyond: Floats
    sites: int

    @property
    def ways(self) -> tuple[Integers, NDArray[np.int32], Floats]:
        """The entries as compiled passes take them."""
        return self.start, self.site, self.cost

    @property
    def group(self) -> Integers:
        """Group of each entry, shape (k,)."""
        return np.repeat(np.arange(len(self.beyond)), np.diff(self.start))

    def each(self, chosen: Mask) -> Floats:
        """What each group costs with the chosen sites, shape (g,)."""
        cost = self.beyond.copy()
        entry = np.flatnonzero(chosen[self.site])
        group, place = np.unique(self.group[entry], return_index=True)
        cost[group] = self.cost[entry[place]]
        return cost

    def total(self, chosen: Mask) -> float:
        """What all groups cost with the chosen sites."""
        return float(self.each(chosen).sum())

    def reduced(self, free: Mask, kept: Mask, most: Floats) -> Costs:
        """Costs of the free sites only, where those kept are chosen anyway; sites keep their positions.

        Parameters
        ----------
        most
            Entries that cost more are left out; the caller knows that no answer needs them, shape (g,).
        """
        beyond = self.each(kept)
        limit = np.minimum(beyond, np.nextafter(most, np.inf))
        wanted = free[self.site] & (self.cost < limit[self.group])
        start = np.concatenate([[0], np.cumsum(np.bincount(self.group[wanted], minlength=len(beyond)))])
        return Costs(start.astype(np.int64), self.site[wanted], self.cost[wanted], beyond, self.sites)


def costs(start: Integers, site: Integers, cost: Floats, beyond: Floats, sites: int) -> Costs:
    """Costs without entries that are no better than having no site."""
    group = np.repeat(np.arange(len(beyond)), np.diff(start))
    better = cost < beyond[group]
    kept = np.concatenate([[0], np.cumsum(np.bincount(group[better], minlength=len(beyond)))]).astype(np.int64)
    return Costs(kept, site[better].astype(np.int32), cost[better], beyond, sites)


def uncovered_costs(near: csr_array, people: Floats) -> Costs:
    """Costs that count people without a site near: 0 with one, all of the group without."""
    site = near.indices.astype(np.int64)
    return costs(near.indptr.astype(np.int64), site, np.zeros(len(site)), people, near.shape[1])
