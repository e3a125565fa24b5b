"""What fairness costs: every trade between people covered and the worst-off unit, each point proven."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from jingan_analysis.errors import DidNotConverge, InvalidParameter
from jingan_analysis.measures.quantity import quantity
from jingan_analysis.models.siting.integer_program import PROOF, Effort, solve
from jingan_analysis.models.siting.kinds import Demands, Kinds, covering_point, covering_program
from jingan_analysis.models.siting.maximal_coverage import most_covered
from jingan_analysis.models.siting.rules import SiteRules

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

_SAME_SHARE = 1e-5
"""Shares of a unit that differ by less are the same: it is far above what a solver's rows may be off by."""


@dataclass(frozen=True)
class FrontierPoint:
    """One choice that no other beats in both people covered and the worst unit's share.

    Attributes
    ----------
    chosen
        Shape (s,).
    covered
        People covered.
    shares
        Share of each unit's people covered, NaN for a unit without people, shape (u,).
    most_covered
        No choice that leaves no unit below this point's worst share covers more people.
    highest_worst
        No choice that covers as many people has a higher worst share.
    """

    chosen: Mask
    covered: float
    shares: Floats
    most_covered: float
    highest_worst: float

    @property
    def worst(self) -> float:
        """Share covered in the unit where it is lowest."""
        return float(np.nanmin(self.shares))

    @property
    def proven(self) -> bool:
        """Whether nothing is open between the point and its two bounds, up to the last digits."""
        return (
            self.most_covered <= self.covered * (1 + 1e-7) + 1e-6 and self.highest_worst <= self.worst + 2 * _SAME_SHARE
        )

    def shortfall(self, line: float, weight: Floats, *, order: int = 2) -> float:
        """Foster, Greer and Thorbecke's measure of units' shares below a line, weighted by their people."""
        known = ~np.isnan(self.shares)
        gap = np.maximum(line - self.shares[known], 0.0) / line
        return float(weight[known] @ gap**order / weight[known].sum())


@dataclass(frozen=True)
class Frontier:
    """Choices from the most people covered to the highest share of the worst unit.

    Attributes
    ----------
    points
        Falling people covered, rising worst share.
    people_of_unit
        People of each unit, shape (u,).
    complete
        Whether every trade is among them: false where a limit of points ended the search.
    """

    points: tuple[FrontierPoint, ...]
    people_of_unit: Floats
    complete: bool

    @cached_property
    def price(self) -> Floats:
        """People given up against the first point for each further point's fairness, shape (n,)."""
        covered = np.array([point.covered for point in self.points])
        return np.asarray(covered[0] - covered)

    def to_frame(self, line: float | None = None) -> pd.DataFrame:
        """One row a point: ``covered``, ``worst``, ``price``, ``proven``; for a line FGT's ``gap``, ``severity``."""
        frame = pd.DataFrame(
            {
                "covered": [point.covered for point in self.points],
                "worst": [point.worst for point in self.points],
                "price": self.price,
                "proven": [point.proven for point in self.points],
            }
        )
        if line is None:
            return frame
        for name, order in (("gap", 1), ("severity", 2)):
            frame[name] = [point.shortfall(line, self.people_of_unit, order=order) for point in self.points]
        return frame


def fairness_frontier(
    near: ArrayLike | csr_array,
    people: ArrayLike,
    unit: ArrayLike,
    rules: SiteRules,
    *,
    effort: Effort = PROOF,
    most_points: int = 100,
) -> Frontier:
    r"""Find every choice that is not beaten in both efficiency and fairness.

    .. math::
        \max_{x, z} \sum_i w_i z_i \quad\text{subject to}\quad \sum_{i \in u} w_i z_i \ge \tau W_u
        \quad\text{for all units } u

    Where
        z_i   whether group i, with w_i people, has a chosen site near; x the sites, of a choice that rules allow;
        W_u   people of unit u; tau the worst unit's share, raised from point to point.

    The method of the moving limit (Haimes, Lasdon and Wismer 1971): the most people covered with every unit at least
    at tau; of the choices that cover as many, one with the highest worst share; then tau is raised just above that.

    Parameters
    ----------
    near, people, rules, effort
        As in :func:`~jingan_analysis.models.siting.maximal_coverage.maximal_coverage`; effort is that of one point.
    unit
        Unit of each group by position, below 0 for none, shape (g,). People of no unit count as covered, but belong to
        no share.
    most_points
        Points after which the search ends.

    Raises
    ------
    InvalidParameter
        If shapes do not fit, people are no amounts, or nobody lives in any unit.
    NoSiteAllowed
        If no choice keeps the rules.
    DidNotConverge
        If a point breaks the limit that it was sought under: a fault of the solver.

    Notes
    -----
    Haimes, Y. Y., Lasdon, L. S. and Wismer, D. A. (1971), On a bicriterion formulation of the problems of integrated
    system identification and system optimization, *IEEE Transactions on Systems, Man, and Cybernetics* 1. Foster, J.,
    Greer, J. and Thorbecke, E. (1984), A class of decomposable poverty measures, *Econometrica* 52.
    """
    if most_points < 1:
        raise InvalidParameter(f"most_points={most_points!r} must be a whole number of at least 1")
    search = _Search.of(near, people, unit, rules, effort)
    points: list[FrontierPoint] = []
    for point in search.points():
        if point is None or len(points) == most_points:
            return Frontier(tuple(points), search.total, complete=False)
        points.append(point)
    return Frontier(tuple(points), search.total, complete=all(point.proven for point in points))


@dataclass(frozen=True)
class _Search:
    """The programs of one frontier.

    Attributes
    ----------
    amounts
        People of each group, shape (g,).
    people, units
        People of each kind, shape (k,), and of each unit in it, shape (u, k).
    total
        People of each unit, shape (u,).
    """

    kinds: Kinds
    rules: SiteRules
    effort: Effort
    amounts: Floats
    people: Floats
    units: Floats
    total: Floats

    @classmethod
    def of(
        cls, near: ArrayLike | csr_array, people: ArrayLike, unit: ArrayLike, rules: SiteRules, effort: Effort
    ) -> _Search:
        kinds = Kinds.of(near, rules)
        amounts = quantity("people", people, length=len(kinds.number))
        where = np.asarray(unit)
        if where.shape != amounts.shape or not np.issubdtype(where.dtype, np.integer):
            raise InvalidParameter(
                f"unit has the shape {where.shape}; give a whole number for each of {len(amounts)} groups"
            )
        n_units = int(where.max(initial=-1)) + 1
        by_unit = np.where(where == np.arange(n_units)[:, None], amounts, 0.0)
        total = by_unit.sum(axis=1)
        if not (total > 0).any():
            raise InvalidParameter("unit: nobody lives in any unit, so that no share is the worst")
        return cls(kinds, rules, effort, amounts, kinds.sums(amounts), kinds.sums(by_unit), total)

    def points(self) -> Iterator[FrontierPoint | None]:
        """One point after another, each with a higher worst share; None last where a limit of effort found no more."""
        first = most_covered(self.kinds, self.amounts, self.rules, effort=self.effort)
        point: FrontierPoint | None = self._fairest(first.chosen, most=first.bound)
        possible = True
        while possible:
            yield point
            if point is None:
                return
            point, possible = self._next(point)

    def _next(self, point: FrontierPoint) -> tuple[FrontierPoint | None, bool]:
        """The most people covered with every unit above the point's worst share, and whether any choice may do so."""
        limit = point.worst + _SAME_SHARE
        if limit > 1.0:
            return None, False
        populated = self.total > 0
        demands = Demands.of(self.kinds, covered=self.units[populated] / self.total[populated, None], lower=limit)
        answer = solve(covering_program(self.kinds, self.rules, self.people, demands), effort=self.effort)
        if answer.x is None:
            return None, answer.possible
        chosen = answer.x[: self.rules.sites] > 0.5
        if self._worst(chosen) <= point.worst:
            raise DidNotConverge("a point of the frontier is no fairer than the one before; do not use it")
        return self._fairest(chosen, most=-answer.bound), True

    def _fairest(self, chosen: Mask, *, most: float) -> FrontierPoint:
        """Of the choices that cover as many people, one with the highest worst share."""
        covered, populated = self._covered(chosen), self.total > 0
        # The share t is bounded by each unit's; a hair of people keeps the choice itself allowed.
        demands = [
            Demands.of(
                self.kinds,
                covered=self.units[populated] / self.total[populated, None],
                more=-np.ones((int(populated.sum()), 1)),
                lower=0.0,
            ),
            Demands.of(self.kinds, covered=self.people, more=np.zeros((1, 1)), lower=covered * (1 - 1e-9) - 1e-9),
        ]
        program = covering_program(
            self.kinds, self.rules, np.zeros(len(self.kinds)), Demands.stack(demands), more_cost=np.array([-1.0])
        )
        start = covering_point(self.kinds, chosen, np.array([self._worst(chosen)]))
        answer = solve(program, effort=self.effort, start=start)
        if answer.x is not None:
            other = answer.x[: self.rules.sites] > 0.5
            if self._covered(other) >= covered * (1 - 1e-9) and self._worst(other) > self._worst(chosen):
                chosen = other
        return FrontierPoint(chosen, self._covered(chosen), self._shares(chosen), most, -answer.bound)

    def _covered(self, chosen: Mask) -> float:
        return float(self.people @ (self.kinds.near @ chosen.astype(np.int32) > 0))

    def _shares(self, chosen: Mask) -> Floats:
        inside = self.units @ (self.kinds.near @ chosen.astype(np.int32) > 0)
        shares: Floats = np.divide(inside, self.total, out=np.full(len(self.total), np.nan), where=self.total > 0)
        return shares

    def _worst(self, chosen: Mask) -> float:
        return float(np.nanmin(self._shares(chosen)))
