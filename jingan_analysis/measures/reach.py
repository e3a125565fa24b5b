"""What lies within a walk: nearest facility, coverage, cumulative opportunities."""

from __future__ import annotations

from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.geography.nearest import Nearest
from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.measures.quantity import quantity

ReachState = Literal["reached", "beyond", "unsnapped"]
REACH_STATES: Final[tuple[ReachState, ...]] = get_args(ReachState)


def nearest(costs: TravelCosts) -> Nearest:
    """Find the nearest destination of every origin.

    Restrict ``costs`` with :meth:`TravelCosts.to_destinations` to look among some facilities only.
    The order of the pairs does not matter.
    """
    shortest = np.full(costs.n_origins, np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(shortest, costs.origin, costs.distance_mm)
    is_shortest = costs.distance_mm == shortest[costs.origin]
    chosen = np.full(costs.n_origins, costs.n_destinations, dtype=np.int64)
    np.minimum.at(chosen, costs.origin[is_shortest], costs.destination[is_shortest])
    found = chosen < costs.n_destinations
    return Nearest(
        destination=np.where(found, chosen, -1),
        distance_mm=np.where(found, shortest.astype(np.float64), np.nan),
        snapped=costs.origin_snapped,
        cutoff_mm=costs.cutoff_mm,
    )


def reached(costs: TravelCosts, limit_mm: int) -> NDArray[np.bool_]:
    """Whether any destination lies at most ``limit_mm`` away, shape (n_origins,).

    The limit is inclusive. False covers two different things, out of reach and not known because
    the origin is off the network; :func:`reach_state` tells them apart.

    Raises
    ------
    ValueError
        If the limit is beyond the cutoff of the search.
    """
    within = costs.within(limit_mm)
    found = np.zeros(costs.n_origins, dtype=np.bool_)
    found[within.origin] = True
    return found


def reach_state(costs: TravelCosts, limit_mm: int) -> NDArray[np.str_]:
    """State of every origin: ``reached``, ``beyond`` or ``unsnapped``, shape (n_origins,).

    ``reached``: a destination lies at most ``limit_mm`` away, inclusive. ``unsnapped``: the origin
    is too far from the network for its walks to be known. ``beyond``: neither.

    Raises
    ------
    ValueError
        If the limit is beyond the cutoff of the search.
    """
    found = reached(costs, limit_mm)
    return np.where(found, "reached", np.where(costs.origin_snapped, "beyond", "unsnapped"))


def cumulative_opportunities(costs: TravelCosts, opportunities: ArrayLike, limit_mm: int) -> NDArray[np.float64]:
    r"""Sum what lies within a walk of every origin.

    .. math::

        C_i = \sum_{j:\, d_{ij} \le d_0} O_j

    Where
        O_j    opportunities at destination j;
        d_ij   walking distance from i to j; d_0 the limit, inclusive.

    Parameters
    ----------
    opportunities
        Amount at every destination, shape (n_destinations,).
    limit_mm
        Longest walk in millimetres.

    Returns
    -------
    NDArray
        Opportunities in reach, shape (n_origins,); 0 where none lies in reach, NaN where the origin
        is unsnapped.

    Raises
    ------
    InvalidParameter
        If an amount is negative, infinite or NaN: a sum over unknown amounts is not known either.
    ValueError
        If the limit is beyond the cutoff of the search.

    Notes
    -----
    Wachs, M. and Kumagai, T. G. (1973), Physical accessibility as a social indicator,
    *Socio-Economic Planning Sciences* 7(5).
    """
    amounts = quantity("opportunities", opportunities, length=costs.n_destinations)
    within = costs.within(limit_mm)
    total = np.bincount(within.origin, amounts[within.destination], costs.n_origins)
    return np.where(costs.origin_snapped, total, np.nan)
