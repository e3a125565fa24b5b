"""The integer program by radii: for each group, how far beyond each of its different costs it has to go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack, vstack

from jingan_analysis.models.siting.costs import Costs
from jingan_analysis.models.siting.integer_program import Program
from jingan_analysis.models.siting.rules import SiteRules
from jingan_analysis.models.siting.site_program import site_program

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Radii:
    """The different costs of each group, nearest first; columns of the program are sites, then radii.

    Attributes
    ----------
    costs
        Costs whose radii they are.
    radius
        Radius of each entry of the costs, shape (k,).
    owner
        Group of each radius, shape (r,).
    first, last
        Whether a radius is its group's first or last one, shape (r,).
    added
        What going beyond a radius adds: up to the next one, or to having no site, shape (r,).
    least
        What each group costs at least: its first radius, or having no site where there is none, shape (g,).
    """

    costs: Costs
    radius: Integers
    owner: Integers
    first: Mask
    last: Mask
    added: Floats
    least: Floats

    @classmethod
    def of(cls, costs: Costs) -> Radii:
        """The radii of costs."""
        group = costs.group
        new = np.ones(len(group), dtype=np.bool_)
        new[1:] = (group[1:] != group[:-1]) | (costs.cost[1:] != costs.cost[:-1])
        owner, cost = group[new], costs.cost[new]
        first = np.ones(len(owner), dtype=np.bool_)
        first[1:] = owner[1:] != owner[:-1]
        last = np.append(first[1:], True)[: len(owner)]
        following = np.where(last, costs.beyond[owner], np.append(cost[1:], 0.0)[: len(owner)])
        least = costs.beyond.copy()
        least[owner[first]] = cost[first]
        return cls(costs, np.cumsum(new) - 1, owner, first, last, following - cost, least)

    def program(self, rules: SiteRules, must_be_served: Mask) -> Program:
        """The program of what groups cost beyond ``least``; some groups may not go without a site, shape (g,)."""
        count, sites = len(self.owner), self.costs.sites
        here = csr_array(
            (np.ones(len(self.radius)), (self.radius, self.costs.site.astype(np.int64))), shape=(count, sites)
        )
        above, each = np.flatnonzero(~self.first), np.arange(count)
        steps = csr_array(
            (
                np.concatenate([np.ones(count), -np.ones(len(above))]),
                (np.concatenate([each, above]), np.concatenate([each, above - 1])),
            ),
            shape=(count, count),
        )
        choice = site_program(np.zeros(sites), rules)
        served = self.last & must_be_served[self.owner]
        beside = csr_array((choice.rows.shape[0], count))
        return Program(
            cost=np.concatenate([choice.cost, np.where(served, 0.0, self.added)]),
            rows=csr_array(vstack([hstack([here, steps]), hstack([choice.rows, beside])])),
            row_lower=np.concatenate([self.first.astype(np.float64), choice.row_lower]),
            row_upper=np.concatenate([np.full(count, np.inf), choice.row_upper]),
            lower=np.concatenate([choice.lower, np.zeros(count)]),
            upper=np.concatenate([choice.upper, np.where(served, 0.0, 1.0)]),
            whole=np.concatenate([choice.whole, np.zeros(count, dtype=np.bool_)]),
        )

    def point(self, chosen: Mask) -> Floats:
        """A choice as a point of the program."""
        each = np.arange(len(self.owner))
        reached = np.full(len(self.owner), -1)
        within = self.radius[chosen[self.costs.site]]
        reached[within] = within
        begin = np.maximum.accumulate(np.where(self.first, each, 0))
        beyond = np.maximum.accumulate(reached) < begin
        return np.concatenate([chosen.astype(np.float64), beyond.astype(np.float64)])
