"""Floating catchments: supply per head when facilities are shared with everybody in reach."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter, LedgerDoesNotClose
from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.measures.decay import Decay, decay_weights
from jingan_analysis.measures.quantity import quantity

LEDGER_TOLERANCE = 1e-9
"""Largest relative difference between a total and the sum of its parts."""


@dataclass(frozen=True)
class Ledger:
    """Where the supply went and which demand got some.

    Attributes
    ----------
    supply_total
        Known supply, units per day.
    supply_allocated
        Supply that reaches people: the sum over origins of persons times access.
    supply_without_demand
        Known supply at sites with nobody in reach.
    sites_unknown
        Number of sites whose capacity is not known; they are in no sum.
    demand_total
        Persons.
    demand_with_access
        Persons with access above zero.
    demand_without_access
        Persons with no supply in reach.
    demand_unknown
        Persons for whom the only supply in reach is of unknown capacity.
    demand_unsnapped
        Persons off the network, whose reach is not known.
    """

    supply_total: float
    supply_allocated: float
    supply_without_demand: float
    sites_unknown: int
    demand_total: float
    demand_with_access: float
    demand_without_access: float
    demand_unknown: float
    demand_unsnapped: float

    def close(self) -> None:
        """Verify that supply and demand are both accounted for.

        Raises
        ------
        LedgerDoesNotClose
            If a total differs from the sum of its parts by more than 1e-9 of itself.
        """
        _must_equal("supply", self.supply_total, self.supply_allocated + self.supply_without_demand)
        _must_equal(
            "demand",
            self.demand_total,
            self.demand_with_access + self.demand_without_access + self.demand_unknown + self.demand_unsnapped,
        )


@dataclass(frozen=True)
class Catchment:
    """Result of a floating catchment.

    Attributes
    ----------
    access
        Supply per person, shape (n_origins,). 0 where certainly no supply is in reach; NaN where it
        is not known: the origin is unsnapped, or the only supply in reach is of unknown capacity.
    lower_bound
        Whether a site of unknown capacity is also in reach, so that the access is at least the
        number given, shape (n_origins,).
    supply_ratio
        Supply per weighted person in reach of the site, shape (n_destinations,). NaN where the
        capacity is unknown or nobody is in reach.
    ledger
        Closed account of supply and demand.
    """

    access: NDArray[np.float64]
    lower_bound: NDArray[np.bool_]
    supply_ratio: NDArray[np.float64]
    ledger: Ledger


def two_step_catchment(costs: TravelCosts, demand: ArrayLike, supply: ArrayLike, limit_mm: int) -> Catchment:
    r"""Two-step floating catchment area (2SFCA).

    .. math::

        R_j = \frac{S_j}{\sum_{k:\, d_{kj} \le d_0} P_k}, \qquad A_i = \sum_{j:\, d_{ij} \le d_0} R_j

    Where
        P_k    persons at origin k; S_j supply of site j;
        d_ij   walking distance; d_0 the limit, inclusive;
        R_j    supply ratio of site j; A_i access at origin i, supply per person.

    Parameters
    ----------
    costs
        Walking distances searched at least to the limit.
    demand
        Persons at every origin, shape (n_origins,).
    supply
        Units per day at every destination, NaN for unknown capacity, shape (n_destinations,).
    limit_mm
        Longest walk in millimetres.

    Raises
    ------
    InvalidParameter
        If demand or supply has the wrong shape, is negative or infinite, or demand is NaN.
    LedgerDoesNotClose
        If the account of the result does not add up.
    ValueError
        If the limit is beyond the cutoff of the search.

    Notes
    -----
    Luo, W. and Wang, F. (2003), Measures of spatial accessibility to health care in a GIS
    environment, *Environment and Planning B* 30(6).
    """
    return enhanced_two_step_catchment(costs, demand, supply, limit_mm, decay="uniform")


def enhanced_two_step_catchment(
    costs: TravelCosts,
    demand: ArrayLike,
    supply: ArrayLike,
    limit_mm: int,
    *,
    decay: Decay = "gaussian",
) -> Catchment:
    r"""Enhanced two-step floating catchment area (E2SFCA): near neighbours count for more.

    .. math::

        R_j = \frac{S_j}{\sum_k P_k f(d_{kj})}, \qquad A_i = \sum_j R_j f(d_{ij}), \qquad
        f(d) = \frac{e^{-\frac12 (d/d_0)^2} - e^{-\frac12}}{1 - e^{-\frac12}} \quad (d \le d_0)

    Where
        P_k    persons at origin k; S_j supply of site j;
        d_ij   walking distance; d_0 the limit;
        f      decay, 0 beyond the limit (see :func:`decay_weights` for the other shapes);
        R_j    supply ratio of site j; A_i access at origin i, supply per person.

    Demand that cannot reach a site never competes for it. Supply is conserved: the sum of
    :math:`P_i A_i` is the supply of all sites with known capacity and somebody in reach.

    Parameters
    ----------
    costs
        Walking distances searched at least to the limit.
    demand
        Persons at every origin, shape (n_origins,).
    supply
        Units per day at every destination, NaN for unknown capacity, shape (n_destinations,).
    limit_mm
        Longest walk in millimetres.
    decay
        Shape of the distance decay.

    Raises
    ------
    InvalidParameter
        If demand or supply has the wrong shape, is negative or infinite, or demand is NaN.
    LedgerDoesNotClose
        If the account of the result does not add up.
    ValueError
        If the limit is beyond the cutoff of the search.

    Notes
    -----
    Luo, W. and Qi, Y. (2009), An enhanced two-step floating catchment area (E2SFCA) method for
    measuring spatial accessibility to primary care physicians, *Health & Place* 15(4); Gaussian
    decay of Dai, D. (2010), *Health & Place* 16(5).
    """
    persons = quantity("demand", demand, length=costs.n_origins)
    units = quantity("supply", supply, length=costs.n_destinations, unknown=True)
    within = costs.within(limit_mm)
    weight = decay_weights(within.distance_mm, limit_mm, decay)
    ratio = _supply_ratio(within, persons, units, weight)
    # Pairs of weight 0 lie at the very limit of a decay: they share nothing and block nothing.
    linked = weight > 0.0
    shared = np.nan_to_num(ratio[within.destination]) * weight
    access = np.bincount(within.origin, shared, costs.n_origins).astype(np.float64)
    lower_bound = np.zeros(costs.n_origins, dtype=np.bool_)
    lower_bound[within.origin[linked & np.isnan(units)[within.destination]]] = True
    access[~costs.origin_snapped | (lower_bound & (access == 0.0))] = np.nan
    ledger = _ledger(persons, units, ratio, access, costs.origin_snapped)
    ledger.close()
    return Catchment(access, lower_bound, ratio, ledger)


def _supply_ratio(
    within: TravelCosts,
    persons: NDArray[np.float64],
    units: NDArray[np.float64],
    weight: NDArray[np.float64],
) -> NDArray[np.float64]:
    in_reach = np.bincount(within.destination, persons[within.origin] * weight, within.n_destinations)
    ratio = np.full(within.n_destinations, np.nan)
    np.divide(units, in_reach, out=ratio, where=in_reach > 0.0)
    if np.isinf(ratio).any():
        raise InvalidParameter("demand is too small to divide the supply by; give persons, not shares of a person")
    return ratio


def _ledger(
    persons: NDArray[np.float64],
    units: NDArray[np.float64],
    ratio: NDArray[np.float64],
    access: NDArray[np.float64],
    snapped: NDArray[np.bool_],
) -> Ledger:
    known = ~np.isnan(units)
    return Ledger(
        supply_total=math.fsum(units[known]),
        supply_allocated=math.fsum(persons * np.nan_to_num(access)),
        supply_without_demand=math.fsum(units[known & np.isnan(ratio)]),
        sites_unknown=int((~known).sum()),
        demand_total=math.fsum(persons),
        demand_with_access=math.fsum(persons[access > 0.0]),
        demand_without_access=math.fsum(persons[access == 0.0]),
        demand_unknown=math.fsum(persons[np.isnan(access) & snapped]),
        demand_unsnapped=math.fsum(persons[~snapped]),
    )


def _must_equal(name: str, total: float, parts: float) -> None:
    if not math.isclose(total, parts, rel_tol=LEDGER_TOLERANCE, abs_tol=0.0):
        raise LedgerDoesNotClose(
            f"The {name} ledger does not close: total {total!r}, sum of its parts {parts!r}; "
            "do not use this result, and report it together with the inputs"
        )
