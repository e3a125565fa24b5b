"""Units that go from groups to sites with limited room: as columns beside a choice of sites, and for a choice made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, hstack, vstack

from jingan_analysis.models.siting.integer_program import Program, relax
from jingan_analysis.models.siting.rules import SiteRules
from jingan_analysis.models.siting.site_program import site_program

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

_ROUNDING = 1e-6
"""How far a solver's units may be from whole ones that they stand for."""


@dataclass(frozen=True)
class Transport:
    r"""Pairs of groups and sites, and what each unit costs on its way.

    .. math::
        \min_{x, y} \sum_{ij} c_{ij} y_{ij} \quad\text{subject to}\quad \sum_j y_{ij} \le d_i, \quad
        \sum_i y_{ij} \le k_j x_j, \quad y_{ij} \le \min(d_i, k_j)\, x_j, \quad x \in X, \quad x_j \in \{0, 1\}, \quad
        y \ge 0

    Where
        x_j    whether site j is chosen, X the choices that the rules allow; k_j its room;
        y_ij   units of group i that go to site j; d_i the units of the group, c_ij the cost of one.

    With ``all_served`` units equal d_i. The rows of single pairs say nothing new of whole sites, but much of sites in
    parts: without them the relaxation serves nearly everybody from crumbs of many sites.

    Attributes
    ----------
    group, site
        Pairs, shape (k,) each.
    cost
        Cost of one unit, negative where serving it is worth something, shape (k,).
    demand
        Units of each group, shape (g,).
    capacity
        Units that each site has room for, shape (s,).
    all_served
        Whether every unit must go to a site.
    """

    group: Integers
    site: Integers
    cost: Floats
    demand: Floats
    capacity: Floats
    all_served: bool

    @property
    def most(self) -> Floats:
        """Most units of each pair, shape (k,)."""
        return np.minimum(self.demand[self.group], self.capacity[self.site])

    @property
    def _by_group(self) -> csr_array:
        return _sums(self.group, len(self.demand))

    def program(self, rules: SiteRules) -> Program:
        """Sites and units together; columns are sites, then pairs."""
        choice, pairs = site_program(np.zeros(rules.sites), rules), len(self.cost)
        groups, sites = len(self.demand), rules.sites
        room = hstack([diags_array(-self._useful_room()), _sums(self.site, sites)])
        # Where a site has no more room than the group has units, the row of the site says it all.
        tight = np.flatnonzero(self.demand[self.group] < self._useful_room()[self.site])
        single = csr_array(
            (
                np.concatenate([np.ones(len(tight)), -self.most[tight]]),
                (np.tile(np.arange(len(tight)), 2), np.concatenate([sites + tight, self.site[tight]])),
            ),
            shape=(len(tight), sites + pairs),
        )
        served = hstack([csr_array((groups, sites)), self._by_group])
        choices = hstack([choice.rows, csr_array((choice.rows.shape[0], pairs))])
        unlimited = np.full(sites + len(tight), -np.inf)
        return Program(
            cost=np.concatenate([choice.cost, self.cost]),
            rows=csr_array(vstack([served, room, single, choices])),
            row_lower=np.concatenate([self._least(), unlimited, choice.row_lower]),
            row_upper=np.concatenate([self.demand, np.zeros(len(unlimited)), choice.row_upper]),
            lower=np.concatenate([choice.lower, np.zeros(pairs)]),
            upper=np.concatenate([choice.upper, self.most]),
            whole=np.concatenate([choice.whole, np.zeros(pairs, dtype=np.bool_)]),
        )

    def _least(self) -> Floats:
        return self.demand if self.all_served else np.zeros(len(self.demand))

    def _useful_room(self) -> Floats:
        """Room of each site up to what its groups want: more is no use, and loosens the rows."""
        wanted = np.bincount(self.site, weights=self.demand[self.group], minlength=len(self.capacity))
        return np.minimum(self.capacity, wanted)

    def flows(self, chosen: Mask) -> Floats | None:
        """Units of each pair that cost least with the chosen sites, shape (k,); None where not all can be served.

        The transportation problem (Hitchcock 1941), as a linear program. Whole demand and room give whole units.
        """
        flow = np.zeros(len(self.cost))
        used = np.flatnonzero(chosen[self.site] & (self.most > 0))
        rows = csr_array(
            vstack([_sums(self.group[used], len(self.demand)), _sums(self.site[used], len(self.capacity))])
        )
        program = Program(
            cost=self.cost[used],
            rows=rows,
            row_lower=np.concatenate([self._least(), np.zeros(len(self.capacity))]),
            row_upper=np.concatenate([self.demand, self.capacity]),
            lower=np.zeros(len(used)),
            upper=self.most[used],
            whole=np.zeros(len(used), dtype=np.bool_),
        )
        if not len(used):
            return None if (program.row_lower > 0).any() else flow
        found = relax(program)
        if found.x is None:
            return None
        flow[used] = np.clip(found.x, 0.0, self.most[used])
        return self._within_limits(flow)

    def _within_limits(self, flow: Floats) -> Floats:
        """Without the last digits by which a solver may be off."""
        if _whole(self.demand) and _whole(self.capacity):
            rounded = np.round(flow)
            if (np.abs(rounded - flow) <= _ROUNDING).all():
                return rounded
        for of, limit in ((self.group, self.demand), (self.site, self.capacity)):
            total = np.bincount(of, weights=flow, minlength=len(limit))
            flow = flow * np.divide(limit, total, out=np.ones(len(limit)), where=total > limit)[of]
        return flow

    def point(self, chosen: Mask, flow: Floats) -> Floats:
        """A choice and its units as a point of the program."""
        return np.concatenate([chosen.astype(np.float64), flow])


def _sums(of: Integers, length: int) -> csr_array:
    """One row a group or site, with 1 for each of its pairs."""
    return csr_array((np.ones(len(of)), (of, np.arange(len(of)))), shape=(length, len(of)))


def _whole(amounts: Floats) -> bool:
    return bool((amounts == np.round(amounts)).all())
