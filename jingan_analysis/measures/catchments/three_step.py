"""Catchments in which people choose among the sites in reach: 3SFCA, Huff and MH3SFCA."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.measures.catchments.account import Catchment, Pull, Setting
from jingan_analysis.measures.decay import Decay


def three_step_catchment(
    costs: TravelCosts,
    demand: ArrayLike,
    supply: ArrayLike,
    limit_mm: int,
    *,
    decay: Decay = "gaussian",
    outside: ArrayLike | None = None,
) -> Catchment:
    r"""Three-step floating catchment area (3SFCA): who has many sites asks less of each.

    .. math::

        G_{ij} = \frac{f(d_{ij})}{\sum_{l:\, d_{il} \le d_0} f(d_{il})}, \qquad
        R_j = \frac{S_j}{\sum_k G_{kj} P_k f(d_{kj})}, \qquad A_i = \sum_j G_{ij} R_j f(d_{ij})

    Where
        P_k    persons at origin k; S_j supply of site j;
        d_ij   walking distance; d_0 the limit, inclusive; f decay, 0 beyond it;
        G_ij   part of their demand that people at i bring to j, over the sites in their catchment only;
        R_j    supply ratio; A_i access at origin i, supply per person.

    Sites that offer nothing or an unknown amount are not chosen. Supply is conserved.

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
    Wan, N., Zou, B. and Sternberg, T. (2012), A three-step floating catchment area method for analyzing spatial
    access to health services, *International Journal of Geographical Information Science* 26(6).
    """
    setting = Setting.of(costs, demand, supply, limit_mm, decay, outside)
    return setting.floating(choice_pull(setting))


def choice_pull(setting: Setting) -> Pull:
    """3SFCA: nearness, weighed by the part of their choices that people give to the site."""
    chosen = setting.share_of_choices(setting.offered) * setting.weight
    return Pull(chosen, chosen)


def huff_catchment(
    costs: TravelCosts,
    demand: ArrayLike,
    supply: ArrayLike,
    limit_mm: int,
    *,
    decay: Decay = "gaussian",
    outside: ArrayLike | None = None,
) -> Catchment:
    r"""Huff-based floating catchment area: large and near sites attract more.

    .. math::

        H_{ij} = \frac{S_j f(d_{ij})}{\sum_l S_l f(d_{il})}, \qquad
        R_j = \frac{S_j}{\sum_k H_{kj} P_k f(d_{kj})}, \qquad A_i = \sum_j H_{ij} R_j f(d_{ij})

    Where
        P_k    persons at origin k; S_j supply of site j;
        d_ij   walking distance; f decay, 0 beyond the limit;
        H_ij   probability that people at i choose j (Huff);
        R_j    supply ratio; A_i access at origin i, supply per person.

    Sites of unknown capacity are not chosen. Supply is conserved.

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
    Luo, J. (2014), Integrating the Huff model and floating catchment area methods to analyze spatial access to
    healthcare services, *Transactions in GIS* 18(3).
    """
    setting = Setting.of(costs, demand, supply, limit_mm, decay, outside)
    return setting.floating(huff_pull(setting))


def huff_pull(setting: Setting) -> Pull:
    """Huff: as 3SFCA, and larger sites are chosen by more."""
    chosen = _huff_choices(setting) * setting.weight
    return Pull(chosen, chosen)


def modified_huff_catchment(
    costs: TravelCosts,
    demand: ArrayLike,
    supply: ArrayLike,
    limit_mm: int,
    *,
    decay: Decay = "gaussian",
    outside: ArrayLike | None = None,
) -> Catchment:
    r"""Modified Huff three-step floating catchment area (MH3SFCA): distance lowers access, never demand.

    .. math::

        H_{ij} = \frac{S_j f(d_{ij})}{\sum_l S_l f(d_{il})}, \qquad
        R_j = \frac{S_j}{\sum_k H_{kj} P_k}, \qquad A_i = \sum_j H_{ij} R_j f(d_{ij})

    Where
        P_k    persons at origin k, all of whom ask somewhere; S_j supply of site j;
        d_ij   walking distance; f decay, 0 beyond the limit;
        H_ij   probability that people at i choose j (Huff);
        R_j    supply ratio; A_i access at origin i, supply per person.

    Not all supply is handed out: what distance takes away is ``supply_lost`` in the ledger.

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
    Jörg, R., Lenz, N., Wetz, S. and Widmer, M. (2019), *Ein Modell zur Analyse der Versorgungsdichte*,
    Obsan Bericht 01/2019, Swiss Health Observatory.
    """
    setting = Setting.of(costs, demand, supply, limit_mm, decay, outside)
    return setting.floating(modified_huff_pull(setting))


def modified_huff_pull(setting: Setting) -> Pull:
    """MH3SFCA: every person counts in full, and distance lowers what they get."""
    chosen = _huff_choices(setting)
    return Pull(chosen, chosen * setting.weight, conserves=False)


def _huff_choices(setting: Setting) -> NDArray[np.float64]:
    return setting.share_of_choices(setting.offered * np.nan_to_num(setting.at_site(setting.units)))
