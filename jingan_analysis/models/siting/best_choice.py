"""The best choice met so far, and ways to better ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.models.siting.clock import Clock
from jingan_analysis.models.siting.costs import Costs
from jingan_analysis.models.siting.rules import SiteRules
from jingan_analysis.models.siting.vertex_substitution import improve

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_HAIR = 1e-9
"""Share of the total that sums may be off by, so that nothing is ruled out by rounding."""

_LEAST_SHARE = 1e-3
"""What a site counts at least, when sites are drawn by how often they were chosen."""


class BestChoice:
    """The best choice so far; choices met before are not improved again."""

    def __init__(self, costs: Costs, rules: SiteRules) -> None:
        self.costs, self.rules = costs, rules
        self.chosen: Mask | None = None
        self.value = np.inf
        self._met: set[bytes] = set()
        # Whole costs add up to whole totals: what is better is better by one at least.
        whole = all((amounts == np.rint(amounts)).all() for amounts in (costs.cost, costs.beyond))
        self._least_saving = 1.0 if whole else 0.0

    def meet(self, chosen: Mask) -> None:
        """Improve a choice that the rules allow, and keep it if it is the best."""
        if (key := np.packbits(chosen).tobytes()) in self._met:
            return
        self._met.add(key)
        improved = improve(self.costs, self.rules, chosen)
        value = self.costs.total(improved)
        if value < self.value:
            self.chosen, self.value = improved, value

    def round_up(self, shares: Floats) -> float:
        """Improve the choice of the sites with the largest shares, where it is allowed; what the best costs then."""
        whole = self._largest(shares) if self.rules.only_a_count else shares > 0.5
        if self.rules.allows(whole):
            self.meet(whole)
        return self.value

    def _largest(self, shares: Floats) -> Mask:
        free = np.flatnonzero(self.rules.free)
        whole = self.rules.kept.copy()
        whole[free[np.argsort(-shares[free], kind="stable")[: max(self.rules.room, 0)]]] = True
        return whole

    def kick(self, shares: Floats, *, tries: int, clock: Clock) -> None:
        """Exchange a few sites of the best choice for others at random, improve, and go on from what is better.

        Iterated local search (Lourenço, Martin and Stützle 2003); sites that were chosen more often come in more often.
        Ends after so many tries without a better choice. The same on every machine, but for a limit in seconds.

        Notes
        -----
        Lourenço, H. R., Martin, O. C. and Stützle, T. (2003), Iterated local search, *Handbook of Metaheuristics*.
        """
        rng, waited = np.random.default_rng(0), 0
        while waited < tries and self.chosen is not None and not clock.spent():
            before = self.value
            kicked = _kicked(self.chosen, self.rules, shares, rng)
            if self.rules.allows(kicked):
                self.meet(kicked)
            waited = 0 if self.value < before else waited + 1

    def opened(self, bound: float) -> float:
        """By how much the bound may rise before nothing better than this choice is left, and a hair for rounding."""
        return self.value - self._least_saving - bound + _HAIR * max(abs(self.value), 1.0)

    def proven_by(self, bound: float) -> bool:
        """Whether nothing better is left above a bound, up to the rounding of sums."""
        hair = _HAIR * max(abs(self.value), 1.0)
        return bound >= self.value - hair or bound > self.value - self._least_saving + hair

    def within(self, bound: float, relative_gap: float) -> bool:
        """Whether what is open is no more than a share of the value."""
        return self.value - bound <= relative_gap * abs(self.value)


def _kicked(chosen: Mask, rules: SiteRules, shares: Floats, rng: np.random.Generator) -> Mask:
    """A choice with a few free sites exchanged for others; the same one where there is nothing to exchange."""
    inside, outside = np.flatnonzero(chosen & rules.free), np.flatnonzero(~chosen & rules.free)
    count = min(int(rng.integers(2, 7)), len(inside), len(outside))
    kicked = chosen.copy()
    if count:
        weight = np.maximum(shares[outside], _LEAST_SHARE)
        kicked[rng.choice(inside, count, replace=False)] = False
        kicked[rng.choice(outside, count, replace=False, p=weight / weight.sum())] = True
    return kicked
