"""Branch and bound on sites, each branch bounded by prices: no program is built, so that large problems stay small."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace

import numpy as np

from jingan_analysis.models.siting.best_choice import BestChoice
from jingan_analysis.models.siting.clock import Clock
from jingan_analysis.models.siting.costs import Costs
from jingan_analysis.models.siting.lagrangian import Bound, Pace, ascend
from jingan_analysis.models.siting.rules import SiteRules

_PACE = Pace(steps=200, length=0.05, weight=0.2)
"""A branch begins with the prices of its parent, which are nearly its own."""


@dataclass(frozen=True, order=True)
class _Branch:
    """Choices that are left on one side of some sites; those with the least bound come first, then the older ones."""

    least: float
    turn: int
    rules: SiteRules = field(compare=False)
    bound: Bound = field(compare=False)


def settled(rules: SiteRules, bound: Bound, opened: float) -> SiteRules:
    """Rules that force and bar the sites that a choice better than the best must have or must not have.

    Parameters
    ----------
    opened
        By how much the bound may rise before nothing better than the best choice is left.
    """
    sure = rules.free & (bound.regret > opened)
    return replace(
        rules, forced=rules.forced | (sure & (bound.chosen > 0.5)), barred=rules.barred | (sure & (bound.chosen < 0.5))
    )


def branch(costs: Costs, rules: SiteRules, bound: Bound, best: BestChoice, clock: Clock) -> float:
    """Prove the best choice, or improve it, by taking sites in and out; the least that any choice may cost.

    Branches with the least bound come first, and are divided at the site that is nearest to being chosen half the time
    (Land and Doig 1960). Sites that reduced costs rule out, and sites that a group is too dear for, are left out on the
    way.

    Parameters
    ----------
    costs
        Costs, of which sites and entries that the bound rules out may be left out.
    rules
        Rules that are no more than a count.
    bound
        A bound under these rules.
    best
        The best choice, improved in place.
    clock
        When to end without a proof.

    Notes
    -----
    Land, A. H. and Doig, A. G. (1960), An automatic method of solving discrete programming problems, *Econometrica* 28.
    """
    waiting = [_Branch(bound.value, 0, rules, bound)]
    nodes = turn = 0
    while waiting:
        branch_here = heapq.heappop(waiting)
        least = branch_here.least
        if best.proven_by(least):
            break
        if clock.spent() or nodes == clock.effort.nodes or best.within(least, clock.effort.relative_gap):
            return least
        nodes += 1
        for rules_there in _divided(branch_here, best):
            found = _bounded(costs, rules_there, branch_here, best)
            if found is not None:
                turn += 1
                heapq.heappush(waiting, _Branch(max(least, found.value), turn, rules_there, found))
    return best.value


def _divided(here: _Branch, best: BestChoice) -> list[SiteRules]:
    rules = settled(here.rules, here.bound, best.opened(here.bound.value))
    free = np.flatnonzero(rules.free)
    if not len(free):
        return [rules]
    site = free[np.argmin(np.abs(here.bound.shares[free] - 0.5))]
    one = np.arange(rules.sites) == site
    return [replace(rules, forced=rules.forced | one), replace(rules, barred=rules.barred | one)]


def _bounded(costs: Costs, rules: SiteRules, parent: _Branch, best: BestChoice) -> Bound | None:
    """The bound of a branch; None where nothing better than the best choice is in it."""
    if rules.room <= 0 or not rules.free.any():
        if rules.room >= 0:
            best.meet(rules.kept)
        return None
    here = costs.reduced(rules.free, rules.kept, parent.bound.price + best.opened(parent.bound.value))
    bound = ascend(here, rules, aim=best.value, pace=_PACE, price=parent.bound.price)
    best.round_up(bound.shares)
    return None if best.proven_by(bound.value) else bound
