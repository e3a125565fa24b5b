"""The sites that cost least when every group goes to its nearest one: the search that covering and distance share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.models.siting.best_choice import BestChoice
from jingan_analysis.models.siting.branching import branch, settled
from jingan_analysis.models.siting.clock import Clock
from jingan_analysis.models.siting.costs import Costs
from jingan_analysis.models.siting.integer_program import PROOF, Effort, solve
from jingan_analysis.models.siting.lagrangian import Bound, Pace, ascend
from jingan_analysis.models.siting.radii import Radii
from jingan_analysis.models.siting.rules import SiteRules
from jingan_analysis.models.siting.site_program import allowed_choice
from jingan_analysis.models.siting.vertex_substitution import greedy

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

_STEPS = 1_500
"""Most steps of the ascent where a choice of sites at given prices is no more than sorting; it mostly ends before."""

_DEAR_STEPS = 120
"""Most steps where each is a linear program: what is open then is for the integer program."""

_TRIES = 30
"""Kicks without a better choice before the search for a proof."""


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

    First a good choice by vertex substitution, and a bound by Lagrangian relaxation whose choices are improved in turn.
    The bound rules out sites (reduced costs) and, for each group, sites further than its price plus what is open
    between choice and bound. What is left goes to branch and bound at prices where the rules are a count, else to an
    integer program by radii (Elloumi 2010) that starts from the choice.

    Parameters
    ----------
    effort
        When to end without a proof; its seconds begin after the first choice.
    start
        A choice to begin from, which the rules allow, shape (s,).
    steps
        Most steps of the Lagrangian ascent; None takes as many as pay.

    Notes
    -----
    Elloumi, S. (2010), A tighter formulation of the p-median problem, *Journal of Combinatorial Optimization* 19.
    """
    best = BestChoice(costs, rules)
    for chosen in (start, _allowed_start(costs, rules)):
        if chosen is not None:
            best.meet(chosen)
    if best.chosen is None:
        return Found(None, np.inf, np.inf)
    clock = Clock(effort)
    if steps is None:
        steps = _STEPS if rules.only_a_count else _DEAR_STEPS

    def one_is_left(bound: Bound) -> bool:
        return not settled(rules, bound, best.opened(bound.value)).free.any()

    bound = ascend(
        costs,
        rules,
        aim=best.value,
        pace=Pace(steps),
        met=best.round_up,
        # A bound alone proves nothing: half of the time is for better choices.
        enough=lambda bound: clock.spent(0.5) or one_is_left(bound),
    )
    if not best.proven_by(bound.value) and not one_is_left(bound):
        best.kick(bound.shares, tries=_TRIES, clock=clock)
    proven = best.value if best.proven_by(bound.value) else _search(costs, rules, bound, best, clock)
    return Found(best.chosen, best.value, min(max(bound.value, proven), best.value))


def _allowed_start(costs: Costs, rules: SiteRules) -> Mask | None:
    """The greedy choice, or where that breaks the rules any that keeps them; None where none does."""
    chosen = greedy(costs, rules)
    return chosen if rules.allows(chosen) else allowed_choice(rules)


def _search(costs: Costs, rules: SiteRules, bound: Bound, best: BestChoice, clock: Clock) -> float:
    """Search what the bound leaves open; the least that any choice may cost."""
    opened = best.opened(bound.value)
    narrowed, reach = settled(rules, bound, opened), bound.price + opened
    reduced = costs.reduced(narrowed.free, narrowed.kept, reach)
    if rules.only_a_count:
        return branch(reduced, narrowed, bound, best, clock)
    radii = Radii.of(reduced)
    program = radii.program(narrowed, reduced.beyond > reach)
    start = None if best.chosen is None else radii.point(best.chosen)
    answer = solve(program, effort=clock.rest(), start=start)
    if answer.x is not None:
        chosen = answer.x[: costs.sites] > 0.5
        if rules.allows(chosen):
            best.meet(chosen)
    return answer.bound + float(radii.least.sum()) if answer.possible else np.inf
