"""Two-step floating catchments: 2SFCA, E2SFCA and KD2SFCA."""

from __future__ import annotations

from numpy.typing import ArrayLike

from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.measures.catchments.account import Catchment, Pull, Setting
from jingan_analysis.measures.decay import Decay


def enhanced_two_step_catchment(
    costs: TravelCosts,
    demand: ArrayLike,
    supply: ArrayLike,
    limit_mm: int,
    *,
    decay: Decay = "gaussian",
    outside: ArrayLike | None = None,
) -> Catchment:
    r"""Enhanced two-step floating catchment area (E2SFCA): near neighbours count for more.

    .. math::

        R_j = \frac{S_j}{\sum_k P_k f(d_{kj})}, \qquad A_i = \sum_j R_j f(d_{ij})

    Where
        P_k    persons at origin k; S_j supply of site j;
        d_ij   walking distance; f decay, 0 beyond the limit;
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
        Shape of the distance decay, see :func:`jingan_analysis.measures.decay.decay_weights`.
    outside
        Origins whose people compete but are not reported, shape (n_origins,).

    Raises
    ------
    InvalidParameter
        If an input has the wrong shape or an amount is negative or infinite, or demand is NaN.
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
    setting = Setting.of(costs, demand, supply, limit_mm, decay, outside)
    return setting.floating(nearness_pull(setting))


def nearness_pull(setting: Setting) -> Pull:
    """E2SFCA: people and supply alike are weighed by nearness."""
    return Pull(setting.weight, setting.weight)


def two_step_catchment(
    costs: TravelCosts,
    demand: ArrayLike,
    supply: ArrayLike,
    limit_mm: int,
    *,
    outside: ArrayLike | None = None,
) -> Catchment:
    r"""Two-step floating catchment area (2SFCA): everybody within the limit counts the same.

    .. math::

        R_j = \frac{S_j}{\sum_{k:\, d_{kj} \le d_0} P_k}, \qquad A_i = \sum_{j:\, d_{ij} \le d_0} R_j

    Where
        P_k    persons at origin k; S_j supply of site j;
        d_ij   walking distance; d_0 the limit, inclusive;
        R_j    supply ratio of site j; A_i access at origin i, supply per person.

    Parameters and errors are those of :func:`enhanced_two_step_catchment`.

    Notes
    -----
    Luo, W. and Wang, F. (2003), Measures of spatial accessibility to health care in a GIS
    environment, *Environment and Planning B* 30(6).
    """
    return enhanced_two_step_catchment(costs, demand, supply, limit_mm, decay="uniform", outside=outside)


def kernel_density_catchment(
    costs: TravelCosts,
    demand: ArrayLike,
    supply: ArrayLike,
    limit_mm: int,
    *,
    outside: ArrayLike | None = None,
) -> Catchment:
    r"""Kernel density two-step floating catchment area (KD2SFCA): E2SFCA with the Epanechnikov kernel.

    .. math::

        f(d) = 1 - (d/d_0)^2 \qquad (d \le d_0)

    Where
        d     walking distance; d_0 the bandwidth, which is the limit.

    A constant factor of a decay cancels between the two steps. Parameters and errors are those of
    :func:`enhanced_two_step_catchment`.

    Notes
    -----
    Dai, D. and Wang, F. (2011), Geographic disparities in accessibility to food stores in southwest Mississippi,
    *Environment and Planning B* 38(4); Guagliardo, M. F. (2004), *International Journal of Health Geographics* 3.
    """
    return enhanced_two_step_catchment(costs, demand, supply, limit_mm, decay="epanechnikov", outside=outside)
