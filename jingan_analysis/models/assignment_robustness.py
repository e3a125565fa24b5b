"""Which projects are scarce however their capacities turn out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.assignment import Assignment, assign, proven, whole_flow
from jingan_analysis.models.assignment_needs import Needs, needs
from jingan_analysis.models.assignment_types import merged


@dataclass(frozen=True)
class Robustness:
    """The assignment under many readings of the capacities.

    Attributes
    ----------
    binding_share
        Share of scenarios in which one unit more of the project would add something, shape (p,).
    served
        Units served in each scenario, shape (s,).
    capacity
        Capacities of each scenario, shape (s, p).
    """

    binding_share: NDArray[np.float64]
    served: NDArray[np.int64]
    capacity: NDArray[np.int64]

    @property
    def always(self) -> NDArray[np.bool_]:
        """Projects that are scarce in every scenario, shape (p,)."""
        return np.asarray(self.binding_share == 1)

    @property
    def never(self) -> NDArray[np.bool_]:
        """Projects that are scarce in none, shape (p,)."""
        return np.asarray(self.binding_share == 0)

    def served_range(self, share: float = 0.9) -> tuple[float, float]:
        """Between how many units the middle ``share`` of the scenarios lies.

        Raises
        ------
        InvalidParameter
            If the share is not above 0 and at most 1.
        """
        if not 0 < share <= 1:
            raise InvalidParameter(f"share={share!r} must be above 0 and at most 1")
        low, high = np.quantile(self.served, [(1 - share) / 2, (1 + share) / 2])
        return float(low), float(high)


@dataclass(frozen=True)
class CapacityBounds:
    """The best assignment at both ends of what unknown capacities can be.

    Attributes
    ----------
    unknown
        Projects whose capacity is not known, shape (p,).
    least, most
        The best assignment if these have nothing, and if they have as much as their groups want; for the known ones
        ``one_more`` of ``least`` may be above or below that of ``most``.
    """

    unknown: NDArray[np.bool_]
    least: Assignment
    most: Assignment


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


def robustness(problem: Needs, capacities: ArrayLike) -> Robustness:
    """Assign anew in each scenario; each optimum is proven.

    Values play no part: whatever they are, a best assignment serves as many units as there can be, and a project is
    scarce if one unit more of it makes these one more (what can be served is a polymatroid, see ``assign``). So each
    scenario is a largest flow, which needs no start from the one before: a thousand take some seconds.

    Parameters
    ----------
    capacities
        Whole units of at least 0, shape (s, p), at least one scenario.

    Raises
    ------
    InvalidParameter
        If the shape is wrong, or there is a capacity that is not a whole number of at least 0.
    """
    rows = np.asarray(capacities)
    if rows.ndim != 2 or not len(rows) or rows.shape[1] != len(problem.capacity):
        raise InvalidParameter(
            f"capacities has shape {rows.shape}; give at least one row, and one column for each of the "
            f"{len(problem.capacity)} projects"
        )
    if not np.isfinite(rows).all() or (rows < 0).any() or (rows % 1 > 0).any():
        raise InvalidParameter("capacities must be whole units of at least 0, all of them known")
    whole = rows.astype(np.int64)
    # What may be merged does not depend on capacities: it is merged once.
    small = merged(replace(problem, value=np.ones(len(problem.wanted))))
    binding, served = np.zeros(len(problem.capacity)), np.zeros(len(whole), dtype=np.int64)
    for turn, row in enumerate(whole):
        changed = small.with_capacity(row)
        flow = whole_flow(changed)
        binding += (proven(changed, flow)[1] > 0)[small.class_of]
        served[turn] = flow.sum()
    return Robustness(binding / len(whole), served, whole)


def capacity_bounds(
    wanted: ArrayLike, value: ArrayLike, capacity: ArrayLike, group: ArrayLike, project: ArrayLike
) -> CapacityBounds:
    """What could be served at least and at most, given that some capacities (NaN) are not known.

    The arguments are those of ``needs``. More capacity never serves less value: whatever the unknown ones are, the best
    assignment is worth between ``least.value`` and ``most.value``.
    """
    ends = [
        assign(needs(wanted, value, capacity, group, project, unknown_capacity=end)) for end in ("as zero", "unlimited")
    ]
    return CapacityBounds(np.isnan(np.asarray(capacity, dtype=np.float64)), *ends)
