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
    from jingan_analysis.models.siting import vertex_search as compiled  # heavy

    chosen, regret = rules.kept.astype(np.float64), np.zeros(len(cost))
    if rules.room < 0:
        return Cheapest(np.inf, chosen, regret)
    compiled.cheapest_first(cost, rules.free, rules.room, chosen, regret)
    return Cheapest(float(cost @ chosen), chosen, regret)
