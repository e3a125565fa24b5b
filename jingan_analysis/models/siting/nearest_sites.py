"""The sites that cost least when every group goes to its nearest one: the search that covering and distance share."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack, vstack

from jingan_analysis.models.siting.costs import Costs
from jingan_analysis.models.siting.integer_program import PROOF, Effort, Program, relax_roughly, solve
from jingan_analysis.models.siting.lagrangian import Bound, ascend, bound_at
from jingan_analysis.models.siting.rules import SiteRules
from jingan_analysis.models.siting.site_program import allowed_choice
from jingan_analysis.models.siting.vertex_substitution import greedy, improve

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

_STEPS = 600
"""Steps of the ascent: what is open after as many is for the integer program."""

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
    costs: Costs, rules: SiteRules, *, effort: Effort = PROOF, start: Mask | None = None, steps: int = _STEPS
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
        Limits of the integer program.
    start
        A choice to begin from, which the rules allow, shape (s,).
    steps
        Most steps of the Lagrangian ascent.

    Notes
    -----
    Elloumi, S. (2010), A tighter formulation of the p-median problem, *Journal of Combinatorial Optimization* 19.
    """
    best = _Best(costs, rules)
    for chosen in (start, _allowed_start(costs, rules)):
        if chosen is not None:
            best.meet(chosen)
    if best.chosen is None:
        return Found(None, np.inf, np.inf)
    bound = ascend(costs, rules, aim=best.value, steps=steps, met=best.round_up)
    if not best.proven_by(bound.value):
        bound = _closer(costs, rules, bound, best)
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
    """What a bound leaves open: sites that are settled, and costs of the others up to what a group may cost."""

    rules: SiteRules
    costs: Costs
    must_be_served: Mask


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
    return _Left(narrowed, reduced, reduced.beyond > reach)


def _closer(costs: Costs, rules: SiteRules, bound: Bound, best: _Best) -> Bound:
    """A better bound from the linear relaxation of what is left, in prices that prove it by themselves."""
    left = _left(costs, rules, bound, best.value)
    prices = relax_roughly(by_radii(left.costs, left.rules, left.must_be_served)).prices
    if prices is None:
        return bound
    found = bound_at(costs, rules, _group_prices(left, prices))
    best.round_up(found.chosen)
    return found if found.value > bound.value else bound


def _group_prices(left: _Left, prices: Floats) -> Floats:
    """What each group pays in all: the cost of its nearest radius and the prices of the rows that it pays for."""
    ladder = _ladder(left.costs)
    price = left.costs.beyond.copy()
    lowest = ladder.first_cost
    listed = ladder.rungs > 0
    first_row = np.concatenate([[0], np.cumsum(ladder.rungs)[:-1]])
    price[listed] = lowest[listed] + prices[first_row[listed]]
    return price


@dataclass(frozen=True)
class _Ladder:
    """Different costs of each group: rung of each entry, rungs of each group, and how much each rung adds."""

    rung: Integers
    rungs: Integers
    added: Floats
    first_cost: Floats


def _ladder(costs: Costs) -> _Ladder:
    group = costs.group
    new = np.ones(len(group), dtype=np.bool_)
    new[1:] = (group[1:] != group[:-1]) | (costs.cost[1:] != costs.cost[:-1])
    rung = np.cumsum(new) - 1
    owner, cost = group[new], costs.cost[new]
    rungs = np.bincount(owner, minlength=len(costs.beyond))
    following = np.append(cost[1:], 0.0)
    last = np.ones(len(owner), dtype=np.bool_)
    last[:-1] = owner[1:] != owner[:-1]
    following[last] = costs.beyond[owner[last]]
    first_cost = np.zeros(len(costs.beyond))
    first = np.ones(len(owner), dtype=np.bool_)
    first[1:] = owner[1:] != owner[:-1]
    first_cost[owner[first]] = cost[first]
    return _Ladder(rung, rungs, following - cost, first_cost)


def by_radii(costs: Costs, rules: SiteRules, must_be_served: Mask) -> Program:
    """The integer program: columns are sites, then rungs of each group; rows are rungs, then the rules."""
    ladder = _ladder(costs)
    count, sites = len(ladder.added), costs.sites
    owner = np.repeat(np.arange(len(costs.beyond)), ladder.rungs)
    first = np.ones(count, dtype=np.bool_)
    first[1:] = owner[1:] != owner[:-1]
    last = np.append(first[1:], True)[:count]
    here = csr_array((np.ones(len(ladder.rung)), (ladder.rung, costs.site.astype(np.int64))), shape=(count, sites))
    above = np.flatnonzero(~first)
    steps = csr_array(
        (np.concatenate([np.ones(count), -np.ones(len(above))]),
         (np.concatenate([np.arange(count), above]), np.concatenate([np.arange(count), above - 1]))),
        shape=(count, count),
    )  # fmt: skip
    limits = rules.limits()
    rows = csr_array(vstack([hstack([here, steps]), hstack([limits.rows, csr_array((limits.rows.shape[0], count))])]))
    served = last & must_be_served[owner]
    return Program(
        cost=np.concatenate([np.zeros(sites), np.where(served, 0.0, ladder.added)]),
        rows=rows,
        row_lower=np.concatenate([first.astype(np.float64), limits.lower]),
        row_upper=np.concatenate([np.full(count, np.inf), limits.upper]),
        lower=np.concatenate([rules.kept.astype(np.float64), np.zeros(count)]),
        upper=np.concatenate([1.0 - rules.barred.astype(np.float64), np.where(served, 0.0, 1.0)]),
        whole=np.concatenate([np.ones(sites, dtype=np.bool_), np.zeros(count, dtype=np.bool_)]),
    )


def _search(costs: Costs, rules: SiteRules, bound: Bound, best: _Best, effort: Effort) -> Found:
    """The integer program of what the bound leaves open, begun at the best choice."""
    left = _left(costs, rules, bound, best.value)
    program = by_radii(left.costs, left.rules, left.must_be_served)
    answer = solve(program, effort=effort, start=None if best.chosen is None else _point(left.costs, best.chosen))
    ladder = _ladder(left.costs)
    constant = float(np.where(ladder.rungs > 0, ladder.first_cost, left.costs.beyond).sum())
    lower = min(max(bound.value, answer.bound + constant), best.value) if answer.possible else best.value
    if answer.x is not None:
        chosen = answer.x[: costs.sites] > 0.5
        if rules.allows(chosen):
            best.meet(chosen)
    return Found(best.chosen, best.value, min(lower, best.value))


def _point(costs: Costs, chosen: Mask) -> Floats:
    """A choice as a point of the program."""
    ladder = _ladder(costs)
    owner = np.repeat(np.arange(len(costs.beyond)), ladder.rungs)
    lowest = np.full(len(ladder.added), False)
    open_rungs = ladder.rung[chosen[costs.site]]
    lowest[open_rungs] = True
    reached = np.maximum.accumulate(np.where(lowest, np.arange(len(lowest)), -1))
    first = np.concatenate([[0], np.cumsum(ladder.rungs)[:-1]])[owner] if len(owner) else owner
    return np.concatenate([chosen.astype(np.float64), (reached < first).astype(np.float64)])
