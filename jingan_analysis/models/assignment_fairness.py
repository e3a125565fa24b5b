"""What fairness costs: the same capacity, shared by another rule."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import quantity
from jingan_analysis.models.assignment import Assignment, Plan, assign, plan_of
from jingan_analysis.models.assignment_leximin import leximin
from jingan_analysis.models.assignment_needs import Needs
from jingan_analysis.models.assignment_types import in_proportion, merged, spread


@dataclass(frozen=True)
class EvenShares:
    """The assignment whose worst area has the most, then its second worst, and so on.

    Attributes
    ----------
    least_share
        Served over wanted of the area worst off, as high as it can be; NaN where no area wants what is open to it.
    wanted
        Units that each area wants and some project is open to, shape (a,).
    served
        Units of each area at its exact share, with fractions of a unit, shape (a,).
    share
        Served over wanted, NaN where nothing is wanted that a project is open to, shape (a,).
    total
        Units served in all: as many as without the rule (see ``even_shares``).
    plan
        The same in whole units: less than one unit away from ``served`` in every area, as many in all.
    """

    least_share: float
    wanted: NDArray[np.int64]
    served: NDArray[np.float64]
    share: NDArray[np.float64]
    total: float
    plan: Plan

    @property
    def same_share_total(self) -> float:
        """Units served in all if no area had more than the share of the area worst off: the rule of strict equality."""
        return float(self.least_share * self.wanted.sum()) if self.wanted.any() else 0.0


@dataclass(frozen=True)
class PriceOfFairness:
    """What a rule costs against the best that can be done without it.

    Attributes
    ----------
    units, value
        Units, and value, that the rule loses. ``by_priority`` and ``even_shares`` lose value only, and only where
        values differ; ``by_quota`` loses units.
    unit_share, value_share
        The same over what the best has; NaN where it has nothing.
    """

    units: float
    value: float
    unit_share: float
    value_share: float


def by_priority(problem: Needs, priority: ArrayLike) -> Assignment:
    """Serve the first priority as far as possible, then the second with what is left, and so on (lexicographic).

    Whoever may be served at all makes a polymatroid: serving by priority costs no unit in total (Edmonds 1970), only
    value where a later group is worth more. ``value``, ``bound``, ``one_more`` and ``one_less`` of the result count
    priorities: a unit of the last priority is 1, of the one before it 2, and so on.

    Parameters
    ----------
    priority
        0 for the first, 1 for the next, and so on, shape (g,).

    Raises
    ------
    InvalidParameter
        If there is not one whole priority of at least 0 for each group.
    """
    rank = _positions("priority", priority, len(problem.wanted))
    # On a polymatroid the greedy rule is optimal for every weights in the same order: only their order matters.
    return assign(replace(problem, value=(1 + rank.max(initial=0) - rank).astype(np.float64)))


def even_shares(problem: Needs, area: ArrayLike, *, areas: int | None = None) -> EvenShares:
    """Raise the share served of the area worst off as far as it goes, then that of the second worst, and so on.

    Served over wanted, of the units wanted that some project is open to: what no project answers, no rule can share
    (it is ``no_project`` in the plan). Units of all groups count alike; of the plans with these shares, the result has
    the most valuable one.

    The rule costs no unit in total: what areas can be served together makes a polymatroid, and a point of it that
    cannot be raised anywhere has the largest sum there is (Edmonds 1970). Only value can be lost, and units if areas
    that could have more may not have it (``same_share_total``).

    Parameters
    ----------
    area
        Position of each group's area, shape (g,).
    areas
        Number of areas; None takes the highest position of ``area`` and one.

    Raises
    ------
    InvalidParameter
        If there is not one position for each group, or one is not below ``areas``.
    """
    place = _positions("area", area, len(problem.wanted))
    count = int(place.max(initial=-1)) + 1 if areas is None else areas
    if (place >= count).any():
        raise InvalidParameter(f"area: {int((place >= count).sum())} positions are not below areas={areas!r}")
    small = merged(problem, place)
    place_of_type = np.zeros(len(small.problem.wanted), dtype=np.int64)
    place_of_type[small.type_of] = place
    found = leximin(small.problem, place_of_type, count)
    share = np.array([np.nan if one is None else float(one) for one in found.share])
    wanted = np.zeros(count, dtype=np.int64)
    np.add.at(wanted, place, np.where(problem.has_project, problem.wanted, 0))
    served = np.array(
        [0.0 if one is None else float(one * units) for one, units in zip(found.share, wanted.tolist(), strict=True)]
    )
    return EvenShares(
        least_share=float(np.nanmin(share)) if wanted.any() else float("nan"),
        wanted=wanted,
        served=served,
        share=share,
        total=float(found.units.sum()),
        plan=plan_of(problem, spread(problem, small, found.flow)),
    )


def by_quota(problem: Needs, area: ArrayLike, weight: ArrayLike) -> Plan:
    """Give each area its own part of every project, in proportion to its weight, and assign within the areas.

    The rule of many plans on paper. It costs units: what one area leaves of its part, no other may use.

    Parameters
    ----------
    area
        Position of each group's area, shape (g,).
    weight
        Whole weight of each area, such as its people or its requests, shape (a,). A unit that is left over by rounding
        goes to the area with the largest remainder, the first of equal ones.

    Raises
    ------
    InvalidParameter
        If a position is not that of a weight, or weights are not whole, not known, below 0 or all 0.
    """
    parts = quantity("weight", weight)
    place, count = _positions("area", area, len(problem.wanted)), len(parts)
    if (place >= count).any() or (parts % 1 > 0).any() or not parts.any():
        raise InvalidParameter(f"weight must be whole numbers, not all 0, one for each area; it has {count}")
    owner = np.repeat(np.arange(len(problem.capacity)), count)
    quota = in_proportion(problem.capacity, np.tile(parts.astype(np.int64), len(problem.capacity)), owner)
    own_part = problem.project * count + place[problem.group]
    return plan_of(problem, assign(replace(problem, capacity=quota, project=own_part)).flow)


def price_of_fairness(problem: Needs, best: Plan, fair: Plan) -> PriceOfFairness:
    """What a fair plan serves less than the best one, in units, in value, and as shares of the best.

    (SYSTEM - FAIR) / SYSTEM of Bertsimas, Farias & Trichakis (2011), The price of fairness, Operations Research 59(1).
    """
    units, value = float(best.served.sum()), float(problem.value @ best.served)
    lost, lost_value = units - float(fair.served.sum()), value - float(problem.value @ fair.served)
    return PriceOfFairness(
        units=lost,
        value=lost_value,
        unit_share=lost / units if units else float("nan"),
        value_share=lost_value / value if value else float("nan"),
    )


def _positions(name: str, values: ArrayLike, length: int) -> NDArray[np.int64]:
    found = np.asarray(values)
    if not len(found) and not length:
        return np.zeros(0, dtype=np.int64)
    if found.shape != (length,) or found.dtype.kind not in "iu" or (found < 0).any():
        raise InvalidParameter(f"{name} must be one whole number of at least 0 for each of the {length} groups")
    return found.astype(np.int64)
