"""Which projects are scarce however their capacities turn out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.assignment import Needs, assign


@dataclass(frozen=True)
class Robustness:
    """The assignment under many readings of the capacities.

    Attributes
    ----------
    binding_share
        Share of scenarios in which one unit more of the project would serve more, shape (p,).
    served
        Units served in each scenario, shape (s,).
    capacity
        Capacities of each scenario, shape (s, p).
    """

    binding_share: NDArray[np.float64]
    served: NDArray[np.int64]
    capacity: NDArray[np.int64]


def noisy_capacities(problem: Needs, *, spread: float, scenarios: int, seed: int) -> NDArray[np.int64]:
    """Capacities that are each wrong by a factor of their own: uniform from 1 - spread to 1 + spread, rounded.

    Raises
    ------
    InvalidParameter
        If the spread is not between 0 and 1, or there is no scenario.
    """
    if not 0 <= spread <= 1 or scenarios < 1:
        raise InvalidParameter(f"spread={spread!r} must be from 0 to 1, scenarios={scenarios!r} at least 1")
    factors = np.random.default_rng(seed).uniform(1 - spread, 1 + spread, (scenarios, len(problem.capacity)))
    return np.rint(factors * problem.capacity).astype(np.int64)


def robustness(problem: Needs, capacities: NDArray[np.int64]) -> Robustness:
    """Assign anew in each scenario.

    Parameters
    ----------
    capacities
        Whole units, shape (s, p).

    Raises
    ------
    InvalidParameter
        If the shape is wrong.
    """
    if capacities.ndim != 2 or capacities.shape[1] != len(problem.capacity):
        raise InvalidParameter(f"capacities must have one column for each of the {len(problem.capacity)} projects")
    found = [assign(replace(problem, capacity=row)) for row in capacities]
    binding = np.array([one.one_more > 0 for one in found], dtype=np.float64)
    return Robustness(binding.mean(axis=0), np.array([int(one.served.sum()) for one in found]), capacities)
