"""What a figure could be at most and at least where nothing is known of the other side of the border."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.measures.catchments.two_step import enhanced_two_step_catchment
from jingan_analysis.measures.decay import Decay
from jingan_analysis.measures.quantity import quantity
from jingan_analysis.measures.reach import reached


@dataclass(frozen=True, eq=False)
class ReachBounds:
    """Who is within a walk, whatever lies beyond the border.

    Attributes
    ----------
    certain
        Reached by a known site, shape (n_origins,).
    possible
        Reached, or so near the border that an unknown site beyond it may be within the limit, shape (n_origins,).
    """

    certain: NDArray[np.bool_]
    possible: NDArray[np.bool_]


def reach_bounds(costs: TravelCosts, limit_mm: int, border_m: ArrayLike) -> ReachBounds:
    """Bounds of reach where no site beyond the border is known.

    No walk is shorter than the straight line, so a home farther from the border than the limit cannot reach anything
    beyond it: these bounds hold whatever the streets over there are like.

    Parameters
    ----------
    costs
        Walks from homes inside to the known sites.
    limit_mm
        Longest walk in millimetres, inclusive.
    border_m
        Straight distance from each home to the border, metres, shape (n_origins,).

    Raises
    ------
    InvalidParameter
        If a distance is negative, infinite or NaN.
    ValueError
        If the limit is beyond the cutoff of the search.
    """
    metres = quantity("border_m", border_m, length=costs.n_origins)
    certain = reached(costs, limit_mm)
    return ReachBounds(certain, certain | (costs.origin_snapped & (metres * 1000.0 <= limit_mm)))


@dataclass(frozen=True, eq=False)
class OtherSide:
    """What may lie beyond the border.

    Attributes
    ----------
    of_sites
        Part of each site's catchment beyond the border where people are not known, 0 where they are; weighted by the
        decay, shape (n_destinations,).
    of_homes
        The same for homes and sites beyond the border, shape (n_origins,).
    density_ratio
        How dense people or sites over there are at most, in terms of the district's; 0 takes it for empty.
    """

    of_sites: NDArray[np.float64]
    of_homes: NDArray[np.float64]
    density_ratio: float = 1.0

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises
        ------
        InvalidParameter
            If a part lies outside 0 to 1, or the ratio is negative or infinite.
        """
        for name in ("of_sites", "of_homes"):
            parts = quantity(name, getattr(self, name))
            if (parts > 1.0).any():
                raise InvalidParameter(f"{name} holds {parts.max()!r}; a part of a catchment lies between 0 and 1")
            object.__setattr__(self, name, parts)
        if not (np.isfinite(self.density_ratio) and self.density_ratio >= 0):
            raise InvalidParameter(f"density_ratio={self.density_ratio} must be a finite number, 0 or more")


@dataclass(frozen=True, eq=False)
class AccessBounds:
    """Supply per person for the least and the most helpful other side of the border.

    Attributes
    ----------
    lower, estimate, upper
        Supply per person, shape (n_origins,); NaN where the estimate is not known. The estimate takes the border for
        the end of the world: nobody comes in, nobody goes out.
    """

    lower: NDArray[np.float64]
    estimate: NDArray[np.float64]
    upper: NDArray[np.float64]


def access_bounds(
    costs: TravelCosts,
    demand: ArrayLike,
    supply: ArrayLike,
    limit_mm: int,
    beyond: OtherSide,
    *,
    decay: Decay = "gaussian",
    outside: ArrayLike | None = None,
) -> AccessBounds:
    r"""Bounds of the enhanced two-step catchment where people or sites beyond the border are not known.

    .. math::

        A_i^{-} = \sum_j \frac{S_j f_{ij}}{D_j \left(1 + k \frac{o_j}{1 - o_j}\right)}, \qquad
        A_i^{+} = A_i + k\, o_i \bar A

    Where
        D_j    weighted demand of site j from inside, :math:`\sum_i P_i f_{ij}`;
        o      part of the catchment of a site or home that lies beyond the border, weighted by the decay;
        A_i    the estimate from inside alone; :math:`\bar A` its mean, weighted by people;
        k      how dense the other side is at most, in terms of this one.

    In the worst case the strip beyond the border is k times as dense in people as the site's own catchment inside, has
    no site of its own, and comes over here. In the best case nobody comes, and the sites over there give k times what
    the district gives a head on the mean. Both take the other side to be even, and to offer no more a head than this
    one: a large site right behind the border, where few people live, can lift homes near it above their best case.

    Parameters
    ----------
    costs, demand, supply, limit_mm, decay
        As for :func:`enhanced_two_step_catchment`: people and sites that are known.
    beyond
        How much of each catchment is not known, and how dense it may be.
    outside
        Origins beyond the border, which compete but are not in the mean, shape (n_origins,); None for none.

    Raises
    ------
    InvalidParameter
        If demand, supply or the parts beyond do not fit.
    ValueError
        If the limit is beyond the cutoff of the search.
    """
    sites = quantity("of_sites", beyond.of_sites, length=costs.n_destinations)
    homes = quantity("of_homes", beyond.of_homes, length=costs.n_origins)
    ratio = beyond.density_ratio
    offered, persons = np.asarray(supply, dtype=np.float64), np.asarray(demand, dtype=np.float64)
    estimate = enhanced_two_step_catchment(costs, persons, offered, limit_mm, decay=decay).access
    # What the others would take is no longer there to be shared.
    here, there = 1.0 - sites, ratio * sites
    kept = np.divide(here, here + there, out=np.ones_like(here), where=here + there > 0)
    lower = enhanced_two_step_catchment(costs, persons, offered * kept, limit_mm, decay=decay).access
    inside = persons if outside is None else np.where(np.asarray(outside, dtype=np.bool_), 0.0, persons)
    return AccessBounds(np.minimum(lower, estimate), estimate, estimate + ratio * homes * _mean(estimate, inside))


def _mean(values: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    known = np.isfinite(values) & (weight > 0)
    return float(np.average(values[known], weights=weight[known])) if known.any() else 0.0
