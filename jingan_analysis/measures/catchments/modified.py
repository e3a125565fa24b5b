"""Modified two-step floating catchment area: M2SFCA."""

from __future__ import annotations

from numpy.typing import ArrayLike

from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.measures.catchments.account import Catchment, Pull, Setting
from jingan_analysis.measures.decay import Decay


def modified_two_step_catchment(
    costs: TravelCosts,
    demand: ArrayLike,
    supply: ArrayLike,
    limit_mm: int,
    *,
    decay: Decay = "gaussian",
    outside: ArrayLike | None = None,
) -> Catchment:
    r"""Modified two-step floating catchment area (M2SFCA): sites far from everybody lose.

    .. math::

        A_i = \sum_j \frac{S_j f(d_{ij}) f(d_{ij})}{\sum_k P_k f(d_{kj})}

    Where
        P_k    persons at origin k; S_j supply of site j;
        d_ij   walking distance; f decay, 0 beyond the limit;
        A_i    access at origin i, supply per person.

    Distance counts relative to the neighbours and by itself, so that a badly placed site is not fully used: what is
    not is ``supply_lost`` in the ledger.

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
    Delamater, P. L. (2013), Spatial accessibility in suboptimally configured health care systems: A modified
    two-step floating catchment area (M2SFCA) metric, *Health & Place* 24.
    """
    setting = Setting.of(costs, demand, supply, limit_mm, decay, outside)
    return setting.floating(twice_weighed_pull(setting))


def twice_weighed_pull(setting: Setting) -> Pull:
    """M2SFCA: supply far from people is weighed twice, and part of it is lost."""
    return Pull(setting.weight, setting.weight**2, conserves=False)
