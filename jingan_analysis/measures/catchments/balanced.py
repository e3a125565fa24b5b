"""Balanced floating catchment area: BFCA."""

from __future__ import annotations

from numpy.typing import ArrayLike

from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.measures.catchments.account import Catchment, Pull, Setting, share
from jingan_analysis.measures.decay import Decay


def balanced_catchment(
    costs: TravelCosts,
    demand: ArrayLike,
    supply: ArrayLike,
    limit_mm: int,
    *,
    decay: Decay = "gaussian",
    outside: ArrayLike | None = None,
) -> Catchment:
    r"""Balanced floating catchment area (BFCA): people and levels of service are both shared out exactly once.

    .. math::

        L_j = \frac{S_j}{\sum_i P_i w^i_{ij}}, \qquad A_i = \sum_j L_j w^j_{ij}, \qquad
        w^i_{ij} = \frac{f(d_{ij})}{\sum_l f(d_{il})}, \qquad w^j_{ij} = \frac{f(d_{ij})}{\sum_k f(d_{kj})}

    Where
        P_i    persons at origin i; S_j supply of site j;
        d_ij   walking distance; f decay, 0 beyond the limit;
        L_j    level of service of site j; A_i level of service at origin i, supply per person.

    Demand is conserved, and so is the sum of levels of service. Supply is not: :math:`\sum_i P_i A_i` may be above or
    below it, and the difference is ``supply_lost`` in the ledger. Sites that offer nothing or an unknown amount attract
    nobody.

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
    Paez, A., Higgins, C. D. and Vivona, S. F. (2019), Demand and level of service inflation in Floating Catchment
    Area (FCA) methods, *PLoS ONE* 14(6).
    """
    setting = Setting.of(costs, demand, supply, limit_mm, decay, outside)
    return setting.floating(balanced_pull(setting))


def balanced_pull(setting: Setting) -> Pull:
    """BFCA: each person is shared out among sites, and each site's level among origins."""
    offered = setting.offered
    of_site = share(offered, setting.at_site(setting.over_origins(offered)))
    return Pull(setting.share_of_choices(offered), of_site, conserves=False)
