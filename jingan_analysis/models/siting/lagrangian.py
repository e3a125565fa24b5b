"""A bound below every choice of sites, from a price that each group pays for being served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.models.siting.cheapest_sites import Cheapest, cheapest_sites
from jingan_analysis.models.siting.costs import Costs
from jingan_analysis.models.siting.rules import SiteRules

Floats = NDArray[np.float64]

_FIRST_STEP = 1.5
_LAST_STEP = 1e-3
_PATIENCE = 15
"""Steps without a better bound after which steps become shorter."""


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
    """

    value: float
    price: Floats
    regret: Floats
    chosen: Floats


class _Prices:
    """Evaluates prices; keeps the arrays that every evaluation fills."""

    def __init__(self, costs: Costs, rules: SiteRules) -> None:
        self.costs, self.rules, self.limits = costs, rules, rules.limits()
        self._reduced = np.empty(costs.sites)
        self._times = np.empty(len(costs.beyond))

    def evaluate(self, price: Floats) -> tuple[float, Cheapest]:
        from jingan_analysis.models.siting import vertex_search as compiled  # heavy

        costs = self.costs
        compiled.reduced_costs(costs.ways, price, self._reduced)
        cheapest = cheapest_sites(self._reduced, self.rules, self.limits)
        return float(price.sum()) + cheapest.value, cheapest

    def too_dear(self, price: Floats, chosen: Floats) -> Floats:
        """1 less how often each group is served at its price: above 0 it should pay more, below 0 less."""
        from jingan_analysis.models.siting import vertex_search as compiled  # heavy

        costs = self.costs
        compiled.served_times(costs.ways, price, chosen, self._times)
        return 1.0 - self._times


def bound_at(costs: Costs, rules: SiteRules, price: Floats) -> Bound:
    """The bound that given prices prove, each at most the group's cost with no site."""
    price = np.clip(price, 0.0, costs.beyond)
    value, cheapest = _Prices(costs, rules).evaluate(price)
    return Bound(value, price, cheapest.regret, cheapest.chosen)


def ascend(
    costs: Costs,
    rules: SiteRules,
    *,
    aim: float,
    steps: int,
    price: Floats | None = None,
    met: Callable[[Floats], float] | None = None,
) -> Bound:
    r"""Raise the bound step by step.

    .. math::
        L(\lambda) = \sum_i \lambda_i + \min_{x} \sum_j x_j \sum_i \min(0, c_{ij} - \lambda_i)

    Where
        c_ij      cost of group i at site j;
        lambda_i  price of group i, at most its cost with no site;
        x         a choice of sites that the rules allow, in parts where rules are more than a count.

    The Lagrangian relaxation of the demand that each group is served once (Cornuejols, Fisher and Nemhauser 1977), by
    the subgradient method with remembered directions. At its best it equals the linear relaxation.

    Parameters
    ----------
    aim
        Cost of the best choice known; the ascent ends when the bound proves it.
    steps
        Most steps.
    price
        Prices to begin with; without them half of the sites that a group would share.
    met
        Told what is chosen every so often; returns the cost of the best choice known by then.

    Notes
    -----
    Cornuejols, G., Fisher, M. L. and Nemhauser, G. L. (1977), Location of bank accounts to optimize float,
    *Management Science* 23.
    """
    prices = _Prices(costs, rules)
    price = _first_prices(costs, rules) if price is None else np.minimum(price, costs.beyond)
    value, cheapest = prices.evaluate(price)
    best = Bound(value, price, cheapest.regret, cheapest.chosen)
    direction, length, waited = np.zeros(len(price)), _FIRST_STEP, 0
    for step in range(steps):
        if met is not None and step % _PATIENCE == 0:
            aim = min(aim, met(cheapest.chosen))
        if not np.isfinite(value) or best.value >= aim * (1 - 1e-12):
            break
        direction = 0.7 * prices.too_dear(price, cheapest.chosen) + 0.3 * direction
        norm = float(direction @ direction)
        if norm < 1e-12 or length < _LAST_STEP:
            break
        price = np.clip(price + length * (1.0005 * aim - value) / norm * direction, 0.0, costs.beyond)
        value, cheapest = prices.evaluate(price)
        gained = value - best.value
        waited = 0 if gained > 1e-5 * abs(aim) else waited + 1
        if gained > 0:
            best = Bound(value, price, cheapest.regret, cheapest.chosen)
        if waited >= _PATIENCE:
            length, waited, price, value = 0.6 * length, 0, best.price, best.value
            cheapest = Cheapest(value, best.chosen, best.regret)
    return best


def _first_prices(costs: Costs, rules: SiteRules) -> Floats:
    """What each group costs at the site half as far down its list as one in so many is chosen."""
    expected = int(rules.kept.sum()) + (rules.most_new or costs.sites // 10)
    down = max(costs.sites // max(expected, 1), 1) // 2
    ends, last = costs.start[1:], len(costs.cost) - 1
    place = costs.start[:-1] + down
    listed = place < ends
    return np.where(listed, costs.cost[np.minimum(place, max(last, 0))] if last >= 0 else 0.0, costs.beyond)
