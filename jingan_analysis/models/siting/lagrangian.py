"""A bound below every choice of sites, from a price that each group pays for being served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.models.siting.cheapest_sites import cheapest_sites
from jingan_analysis.models.siting.costs import Costs
from jingan_analysis.models.siting.rules import SiteRules

Floats = NDArray[np.float64]

_PATIENCE = 10
"""Steps without a better bound after which steps become shorter."""

_SHORTER, _LONGER, _LONGEST, _SHORTEST = 0.66, 1.1, 2.0, 1e-4
"""What lengths of steps are multiplied by, and between what they stay: an ascent ends below the shortest."""

_ROUND = 20
"""Steps after which the weight of the last direction is seen to, and ``met`` and ``enough`` are asked."""

_LIGHTER, _LIGHTEST = 0.7, 0.05
"""What that weight is multiplied by after a round that gained less than a hundredth, and its least."""


@dataclass(frozen=True)
class Pace:
    """How an ascent begins, and when it ends.

    Attributes
    ----------
    steps
        Most steps.
    length
        Length of the first step, as a share of what is open over the square of the direction.
    weight
        Most weight of the last direction in the mean of directions, from 0 to 1.
    """

    steps: int
    length: float = 0.3
    weight: float = 0.7


@dataclass(frozen=True)
class Bound:
    """A bound, and what it says of single sites and groups.

    Attributes
    ----------
    value
        No choice that the rules allow costs less in total; infinite where none is allowed.
    price
        What each group pays at most, shape (g,): a choice in which a group costs more than this by some amount costs
        at least that amount more than the bound in total.
    regret
        By how much at least the bound rises if a site is not as in the choice at these prices, shape (s,).
    chosen
        How much of each site that choice has, shape (s,).
    shares
        Mean over the steps of how much of each site was chosen, later steps weighing more: at the best bound near a
        solution of the linear relaxation, shape (s,).
    """

    value: float
    price: Floats
    regret: Floats
    chosen: Floats
    shares: Floats


class _Prices:
    """Evaluates prices; keeps the arrays that every evaluation fills."""

    def __init__(self, costs: Costs, rules: SiteRules) -> None:
        self.costs, self.rules, self.limits = costs, rules, rules.limits()
        self._reduced = np.empty(costs.sites)
        self._times = np.empty(len(costs.beyond))

    def bound(self, price: Floats) -> Bound:
        """The bound that prices prove."""
        from jingan_analysis.models.siting import vertex_search as compiled  # heavy

        compiled.reduced_costs(self.costs.ways, price, self._reduced)
        cheapest = cheapest_sites(self._reduced, self.rules, self.limits)
        value = float(price.sum()) + cheapest.value
        return Bound(value, price, cheapest.regret, cheapest.chosen, cheapest.chosen)

    def too_dear(self, bound: Bound) -> Floats:
        """1 less how often each group is served at its price: above 0 it should pay more, below 0 less."""
        from jingan_analysis.models.siting import vertex_search as compiled  # heavy

        compiled.served_times(self.costs.ways, bound.price, bound.chosen, self._times)
        return 1.0 - self._times


def ascend(
    costs: Costs,
    rules: SiteRules,
    *,
    aim: float,
    pace: Pace,
    price: Floats | None = None,
    met: Callable[[Floats], float] | None = None,
    enough: Callable[[Bound], bool] = lambda _: False,
) -> Bound:
    r"""Raise the bound step by step.

    .. math::
        L(\lambda) = \sum_i \lambda_i + \min_{x} \sum_j x_j \sum_i \min(0, c_{ij} - \lambda_i)

    Where
        c_ij      cost of group i at site j;
        lambda_i  price of group i, at most its cost with no site;
        x         a choice of sites that the rules allow, in parts where rules are more than a count.

    The Lagrangian relaxation of the demand that each group is served once (Cornuejols, Fisher and Nemhauser 1977), by
    the volume algorithm (Barahona and Anbil 2000): each step leaves the best prices in the mean direction of the steps
    before, so that the bound closes in on the linear relaxation and the mean of the choices on its solution.

    Parameters
    ----------
    aim
        Cost of the best choice known; the ascent ends when the bound proves it.
    pace
        Length of the first step, weight of new directions, most steps.
    price
        Prices to begin with; without them half of the sites that a group would share.
    met
        Told the mean of the choices every so often; returns the cost of the best choice known by then.
    enough
        Asked every so often whether to end with a bound.

    Notes
    -----
    Cornuejols, G., Fisher, M. L. and Nemhauser, G. L. (1977), Location of bank accounts to optimize float,
    *Management Science* 23. Barahona, F. and Anbil, R. (2000), The volume algorithm: producing primal solutions with a
    subgradient method, *Mathematical Programming* 87.
    """
    prices = _Prices(costs, rules)
    price = _first_prices(costs, rules) if price is None else _within(price, costs.beyond)
    best = prices.bound(price)
    direction, shares = prices.too_dear(best), best.chosen
    length, weight, waited, before = pace.length, pace.weight, 0, best.value
    for step in range(1, pace.steps + 1):
        norm = float(direction @ direction)
        if not best.value < aim * (1 - 1e-9) or norm < 1e-12 or length < _SHORTEST:
            break
        found = prices.bound(
            _within(best.price + length * (1.0005 * aim - best.value) / norm * direction, costs.beyond)
        )
        new = prices.too_dear(found)
        ahead, share = float(direction @ new) >= 0, _shortest_mean(direction, new, weight)
        direction, shares = direction + share * (new - direction), shares + share * (found.chosen - shares)
        if found.value > best.value:
            best, waited, length = found, 0, min(_LONGER * length, _LONGEST) if ahead else length
        elif (waited := waited + 1) == _PATIENCE:
            waited, length = 0, _SHORTER * length
        if step % _ROUND == 0:
            weight = max(_LIGHTER * weight, _LIGHTEST) if best.value - before < 0.01 * abs(aim) else weight
            before, aim = best.value, aim if met is None else min(aim, met(shares))
            if enough(best):
                break
    return replace(best, shares=shares)


def _within(price: Floats, beyond: Floats) -> Floats:
    return np.minimum(np.maximum(price, 0.0), beyond)


def _shortest_mean(direction: Floats, new: Floats, most: float) -> float:
    """The weight of the new direction that makes the mean of both shortest, within a tenth of the most and the most."""
    change = new - direction
    square = float(change @ change)
    return min(max(-float(direction @ change) / square, most / 10), most) if square > 0 else most


def _first_prices(costs: Costs, rules: SiteRules) -> Floats:
    """What each group costs at the site half as far down its list as one in so many is chosen."""
    expected = int(rules.kept.sum()) + (rules.most_new or costs.sites // 10)
    down = max(costs.sites // max(expected, 1), 1) // 2
    ends, last = costs.start[1:], len(costs.cost) - 1
    place = costs.start[:-1] + down
    listed = place < ends
    return np.where(listed, costs.cost[np.minimum(place, max(last, 0))] if last >= 0 else 0.0, costs.beyond)
