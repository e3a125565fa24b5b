"""Choices for demand that is not known for sure: the least regret, and which sites stay whatever comes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import quantity
from jingan_analysis.models.siting.integer_program import PROOF, Effort, solve
from jingan_analysis.models.siting.kinds import Demands, Kinds, covering_point, covering_program
from jingan_analysis.models.siting.maximal_coverage import most_covered
from jingan_analysis.models.siting.plan import Coverage, open_share
from jingan_analysis.models.siting.rules import SiteRules

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_SAME = 1e-9
"""Share of the people by which sums of the same people may differ."""


@dataclass(frozen=True)
class LeastRegret:
    """The choice whose largest regret over all scenarios is least.

    Attributes
    ----------
    chosen
        Shape (s,).
    best
        The best choice of each scenario.
    covered
        People that the choice covers in each scenario, shape (n,).
    bound
        No choice has a smaller largest regret.
    """

    chosen: Mask
    best: tuple[Coverage, ...]
    covered: Floats
    bound: float

    @property
    def regret(self) -> Floats:
        """People that the best choice of each scenario covers beyond this one, shape (n,)."""
        return np.array([plan.value for plan in self.best]) - self.covered

    @property
    def value(self) -> float:
        """The largest regret."""
        return float(self.regret.max())

    @property
    def gap(self) -> float:
        """Value less bound as a share of the value; 0 for a proven optimum, up to the last digits of sums."""
        return open_share(self.bound, self.value)

    def to_frame(self) -> pd.DataFrame:
        """One row a scenario: ``best``, ``covered`` and ``regret``."""
        best = [plan.value for plan in self.best]
        return pd.DataFrame({"best": best, "covered": self.covered, "regret": self.regret})


def least_regret(
    near: ArrayLike | csr_array, people: ArrayLike, rules: SiteRules, *, effort: Effort = PROOF
) -> LeastRegret:
    r"""Choose sites so that in no scenario much more could have been covered.

    .. math::
        \min_{x, z, R} R \quad\text{subject to}\quad R \ge W_s^* - \sum_i w_{si} z_i \quad\text{for all scenarios } s

    Where
        w_si   people of group i in scenario s; W_s* the most that any choice covers there;
        z_i    whether group i has a chosen site near; x the sites, of a choice that rules allow.

    The minmax regret of Savage (1951), of maximal coverage (Serra and Marianov 1998).

    Parameters
    ----------
    near, rules, effort
        As in :func:`~jingan_analysis.models.siting.maximal_coverage.maximal_coverage`.
    people
        People of each group in each scenario, shape (n, g).

    Raises
    ------
    InvalidParameter
        If shapes do not fit, people are no amounts, or there is no scenario.
    NoSiteAllowed
        If no choice keeps the rules.

    Notes
    -----
    Savage, L. J. (1951), The theory of statistical decision, *Journal of the American Statistical Association* 46.
    Serra, D. and Marianov, V. (1998), The p-median problem in a changing network: the case of Barcelona, *Location
    Science* 6.
    """
    kinds = Kinds.of(near, rules)
    scenarios = _scenarios(people, len(kinds.number))
    best = tuple(most_covered(kinds, amounts, rules, effort=effort) for amounts in scenarios)
    worth = kinds.sums(scenarios)
    most = np.array([plan.value for plan in best])
    demands = Demands.of(kinds, covered=worth, more=np.ones((len(worth), 1)), lower=most)
    program = covering_program(kinds, rules, np.zeros(len(kinds)), demands, more_cost=np.ones(1))

    def covered(chosen: Mask) -> Floats:
        return np.asarray(worth @ (kinds.near @ chosen.astype(np.int32) > 0), dtype=np.float64)

    start = min((plan.chosen for plan in best), key=lambda chosen: float((most - covered(chosen)).max()))
    point = covering_point(kinds, start, np.array([(most - covered(start)).max()]))
    answer = solve(program, effort=effort, start=point)
    chosen = start if answer.x is None else answer.x[: rules.sites] > 0.5
    if (most - covered(chosen)).max() > (most - covered(start)).max():
        chosen = start
    return LeastRegret(chosen, best, covered(chosen), max(answer.bound, 0.0))


def staying_share(
    near: ArrayLike | csr_array, draws: Iterable[ArrayLike], rules: SiteRules, chosen: Mask, *, effort: Effort = PROOF
) -> Floats:
    """How often each site is in the best set when demand is drawn anew.

    Where ``chosen`` is as good as the best of a draw it counts as that draw's best: a tie is no reason to leave it.

    Parameters
    ----------
    near, rules, effort
        As in :func:`~jingan_analysis.models.siting.maximal_coverage.maximal_coverage`.
    draws
        People of each group, drawn anew again and again, shape (g,) each.
    chosen
        The choice whose sites are asked about; every search begins with it, shape (s,).

    Returns
    -------
    Floats
        Share of the draws whose best set has the site, shape (s,).

    Raises
    ------
    InvalidParameter
        If shapes do not fit, people are no amounts, there is no draw, or the rules do not allow ``chosen``.
    """
    if not rules.allows(chosen):
        raise InvalidParameter("chosen breaks the rules, so that it can be the best of no draw")
    kinds = Kinds.of(near, rules)
    times, count = np.zeros(rules.sites), 0
    for people in draws:
        amounts = quantity("draws", people, length=len(kinds.number))
        plan = most_covered(kinds, amounts, rules, effort=effort, start=chosen)
        same = float(amounts[kinds.covered(chosen)].sum()) >= plan.value - _SAME * float(amounts.sum())
        times += chosen if same else plan.chosen
        count += 1
    if not count:
        raise InvalidParameter("draws is empty; give at least one")
    return times / count


def _scenarios(people: ArrayLike, groups: int) -> Floats:
    given = np.asarray(people, dtype=np.float64)
    if given.ndim != 2 or not len(given):
        raise InvalidParameter(f"people has the shape {given.shape}; give (scenarios, {groups}), at least one scenario")
    return np.array([quantity(f"people of scenario {at}", row, length=groups) for at, row in enumerate(given)])
