"""The sites that cost least when every group goes to its nearest one: the search that covering and distance share."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.models.siting.costs import Costs
from jingan_analysis.models.siting.integer_program import PROOF, Effort, Program, relax_roughly, solve
from jingan_analysis.models.siting.lagrangian import Bound, ascend, bound_at
from jingan_analysis.models.siting.radii import Radii
from jingan_analysis.models.siting.rules import SiteRules
from jingan_analysis.models.siting.site_program import allowed_choice
from jingan_analysis.models.siting.vertex_substitution import greedy, improve

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

_STEPS, _FEW_STEPS, _FEW_ENTRIES = 600, 120, 100_000
"""Steps of the ascent: what is open after as many is for the integer program, which few entries leave little to do."""

_HAIR = 1e-9
"""Share of the total that sums may be off by, so that nothing is ruled out by rounding."""


@dataclass(frozen=True)
class Found:
    """A choice of sites and what is known of it.

    Attributes
    ----------
    chosen
        Shape (s,); None where the rules allow no choice.
    value
        Its total cost, summed from the costs and not taken from a solver; infinite where there is none.
    bound
        No choice costs less.
    """

    chosen: Mask | None
    value: float
    bound: float


def nearest_sites(
    costs: Costs, rules: SiteRules, *, effort: Effort = PROOF, start: Mask | None = None, steps: int | None = None
) -> Found:
    r"""Choose sites so that the total over groups of the cost of each one's cheapest site is least.

    .. math::
        \min_{x, z} \sum_i \sum_k (D_{i,k+1} - D_{ik})\, z_{ik} \quad\text{subject to}\quad
        z_{ik} + \sum_{j: c_{ij} = D_{ik}} x_j \ge z_{i,k-1}, \quad x \in X, \quad x_j \in \{0, 1\}, \quad z \ge 0

    Where
        x_j    whether site j is chosen, X the choices that the rules allow;
        D_ik   the k-th of the different costs of group i, the cost without a site the last one;
        z_ik   whether group i costs more than D_ik; z_i0 is 1.

    First a good choice by vertex substitution and a bound by Lagrangian relaxation, whose choices are improved in turn.
    The bound rules out sites (reduced costs) and, for each group, sites further than its price plus what is open
    between choice and bound; what is left goes to an integer program by radii (Elloumi 2010) that starts from the
    choice.

    Parameters
    ----------
    effort
        Limits of the interior point and, anew, of the integer program.
    start
        A choice to begin from, which the rules allow, shape (s,).
    steps
        Most steps of the Lagrangian ascent; None takes fewer of them for a small problem.

    Notes
    -----
    Elloumi, S. (2010), A tighter formulation of the p-median problem, *Journal of Combinatorial Optimization* 19.
    """
    if steps is None:
        steps = _STEPS if len(costs.site) > _FEW_ENTRIES else _FEW_STEPS
    best = _Best(costs, rules)
    for chosen in (start, _allowed_start(costs, rules)):
        if chosen is not None:
            best.meet(chosen)
    if best.chosen is None:
        return Found(None, np.inf, np.inf)
    bound = ascend(costs, rules, aim=best.value, steps=steps, met=best.round_up)
    if not best.proven_by(bound.value):
        bound = _closer(costs, rules, bound, best, effort)
    if best.proven_by(bound.value):
        return Found(best.chosen, best.value, min(bound.value, best.value))
    return _search(costs, rules, bound, best, effort)


class _Best:
    """The best choice so far; choices met before are not improved again."""

    def __init__(self, costs: Costs, rules: SiteRules) -> None:
        self.costs, self.rules = costs, rules
        self.chosen: Mask | None = None
        self.value = np.inf
        self._met: set[bytes] = set()

    def meet(self, chosen: Mask) -> None:
        """Improve a choice that the rules allow, and keep it if it is the best."""
        if (key := np.packbits(chosen).tobytes()) in self._met:
            return
        self._met.add(key)
        improved = improve(self.costs, self.rules, chosen)
        value = self.costs.total(improved)
        if value < self.value:
            self.chosen, self.value = improved, value

    def round_up(self, chosen: Floats) -> float:
        """Improve a choice of parts of sites, where whole ones of it are allowed; what the best costs then."""
        whole = chosen > 0.5
        if self.rules.allows(whole):
            self.meet(whole)
        return self.value

    def proven_by(self, bound: float) -> bool:
        """Whether nothing is open between this choice and a bound, up to the rounding of sums."""
        return bound >= self.value - _HAIR * max(abs(self.value), 1.0)


def _allowed_start(costs: Costs, rules: SiteRules) -> Mask | None:
    """The greedy choice, or where that breaks the rules any that keeps them; None where none does."""
    chosen = greedy(costs, rules)
    return chosen if rules.allows(chosen) else allowed_choice(rules)


@dataclass(frozen=True)
class _Left:
    """What a bound leaves open: sites that are settled, and radii of the others up to what a group may cost."""

    radii: Radii
    program: Program


def _left(costs: Costs, rules: SiteRules, bound: Bound, value: float) -> _Left:
    opened = value - bound.value + _HAIR * max(abs(value), 1.0)
    settled = rules.free & (bound.regret > opened)
    narrowed = replace(
        rules,
        forced=rules.forced | (settled & (bound.chosen > 0.5)),
        barred=rules.barred | (settled & (bound.chosen < 0.5)),
    )
    reach = bound.price + opened
    reduced = costs.reduced(narrowed.free, narrowed.kept, reach)
    radii = Radii.of(reduced)
    return _Left(radii, radii.program(narrowed, reduced.beyond > reach))


def _closer(costs: Costs, rules: SiteRules, bound: Bound, best: _Best, effort: Effort) -> Bound:
    """A better bound from the linear relaxation of what is left, in prices that prove it by themselves."""
    left = _left(costs, rules, bound, best.value)
    prices = relax_roughly(left.program, effort=effort).prices
    if prices is None:
        return bound
    found = bound_at(costs, rules, left.radii.group_prices(prices))
    best.round_up(found.chosen)
    return found if found.value > bound.value else bound


def _search(costs: Costs, rules: SiteRules, bound: Bound, best: _Best, effort: Effort) -> Found:
    """The integer program of what the bound leaves open, begun at the best choice."""
    left = _left(costs, rules, bound, best.value)
    start = None if best.chosen is None else left.radii.point(best.chosen)
    answer = solve(left.program, effort=effort, start=start)
    proven = answer.bound + float(left.radii.least.sum()) if answer.possible else np.inf
    if answer.x is not None:
        chosen = answer.x[: costs.sites] > 0.5
        if rules.allows(chosen):
            best.meet(chosen)
    return Found(best.chosen, best.value, min(max(bound.value, proven), best.value))
