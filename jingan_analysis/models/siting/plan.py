"""A choice of sites, with the proof that it is the best, or how far from the best it may be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import LedgerDoesNotClose
from jingan_analysis.models.siting.ways import NOWHERE

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


def open_share(least: float, most: float) -> float:
    """What is open between a bound and a value, as a share of the larger one; 0 for a proven optimum."""
    return max(most - least, 0.0) / most if most > 0 else 0.0


@dataclass(frozen=True)
class Coverage:
    """Sites, and whom they cover.

    Attributes
    ----------
    chosen
        Sites, those that stand already among them, shape (s,).
    people
        People of each group, shape (g,).
    covered
        Groups with a chosen site near, shape (g,).
    coverable
        Groups with any site near, chosen or not, that the rules do not bar, shape (g,).
    bound
        No choice that the rules allow covers more people.
    """

    chosen: Mask
    people: Floats
    covered: Mask
    coverable: Mask
    bound: float

    def __post_init__(self) -> None:
        if (self.covered & ~self.coverable).any():
            raise LedgerDoesNotClose("a group is covered that no site could cover")

    @property
    def value(self) -> float:
        """People covered."""
        return float(self.people[self.covered].sum())

    @property
    def missed(self) -> float:
        """People whom other sites would cover."""
        return float(self.people[self.coverable & ~self.covered].sum())

    @property
    def beyond(self) -> float:
        """People near no site at all."""
        return float(self.people[~self.coverable].sum())

    @property
    def gap(self) -> float:
        """Bound less value as a share of the bound; 0 for a proven optimum, up to the last digits of sums."""
        return open_share(self.value, self.bound)


@dataclass(frozen=True)
class Medians:
    """Sites, and who goes where.

    Attributes
    ----------
    chosen
        Sites, those that stand already among them, shape (s,).
    people
        People of each group, shape (g,).
    site
        The nearest chosen site of each group, ``NOWHERE`` where none is in reach, shape (g,).
    cost
        What one person of each group travels, what stands for it where no site is in reach, shape (g,).
    bound
        Under no choice that the rules allow do all people together travel less.
    """

    chosen: Mask
    people: Floats
    site: Integers
    cost: Floats
    bound: float

    @property
    def value(self) -> float:
        """What all people travel together."""
        populated = self.people > 0
        return float(self.people[populated] @ self.cost[populated])

    @property
    def mean(self) -> float:
        """What one person travels on average; NaN where there are none."""
        total = float(self.people.sum())
        return self.value / total if total > 0 else float("nan")

    @property
    def unreached(self) -> float:
        """People without a chosen site in reach."""
        return float(self.people[self.site == NOWHERE].sum())

    @property
    def gap(self) -> float:
        """Value less bound as a share of the value; 0 for a proven optimum, up to the last digits of sums."""
        return open_share(self.bound, self.value)
