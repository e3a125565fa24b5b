"""The sites that cost least by themselves, under the rules: what a price on every group leaves to choose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.models.siting.integer_program import relax
from jingan_analysis.models.siting.rules import Limits, SiteRules
from jingan_analysis.models.siting.site_program import site_program

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Cheapest:
    """A choice of sites that costs least by itself, sites taken in parts where rules are more than a count.

    Attributes
    ----------
    value
        No choice that the rules allow costs less; infinite where none is allowed.
    chosen
        How much of each site is chosen, 0 to 1, shape (s,).
    regret
        By how much at least the value rises if a chosen site were not, or another one were, shape (s,); 0 where a site
        is kept or barred anyway.
    """

    value: float
    chosen: Floats
    regret: Floats


def cheapest_sites(cost: Floats, rules: SiteRules, limits: Limits) -> Cheapest:
    """Choose sites that cost least together: by sorting where the rules are a count, else as a linear program."""
    if rules.only_a_count:
        return _first_of(cost, rules)
    found = relax(site_program(cost, rules, limits=limits))
    if found.x is None or found.reduced is None:
        return Cheapest(np.inf, np.zeros(len(cost)), np.zeros(len(cost)))
    return Cheapest(found.value, found.x, np.where(rules.free, np.abs(found.reduced), 0.0))


def _first_of(cost: Floats, rules: SiteRules) -> Cheapest:
    free = np.flatnonzero(rules.free)
    chosen = rules.kept.astype(np.float64)
    most = min(int(rules.most_new or 0) - int((rules.kept & ~rules.standing).sum()), len(free))
    if most < 0:
        return Cheapest(np.inf, chosen, np.zeros(len(cost)))
    order = free[np.argsort(cost[free], kind="stable")]
    first = order[:most][cost[order[:most]] < 0]
    chosen[first] = 1.0
    last = float(cost[first[-1]]) if most and len(first) == most else 0.0
    following = min(float(cost[order[most]]), 0.0) if len(first) == most < len(order) else 0.0
    regret = np.zeros(len(cost))
    regret[free] = np.maximum(cost[free] - last, 0.0)
    regret[first] = following - cost[first]
    return Cheapest(float(cost @ chosen), chosen, regret)
