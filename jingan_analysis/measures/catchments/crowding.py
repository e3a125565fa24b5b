"""Potential crowdedness of sites: the inverted two-step floating catchment, i2SFCA."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import LedgerDoesNotClose
from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.measures.catchments.account import Setting, total
from jingan_analysis.measures.catchments.ledger import LEDGER_TOLERANCE
from jingan_analysis.measures.decay import Decay

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class Crowding:
    """Demand that is brought to each site.

    Attributes
    ----------
    persons_per_unit
        Potential crowdedness: persons per unit of supply, shape (n_destinations,). 0 where nobody is in reach; NaN
        where the capacity is unknown or 0, which attract nobody here.
    persons
        Persons brought to each site, shape (n_destinations,), NaN likewise.
    demand_placed, demand_unplaced
        Persons who find a site, and who find none in reach; together all of them.
    capacity_known
        Whether the capacity is known: a site that is known to offer nothing is not one of which it is not known,
        shape (n_destinations,).
    """

    persons_per_unit: NDArray[np.float64]
    persons: NDArray[np.float64]
    demand_placed: float
    demand_unplaced: float
    capacity_known: NDArray[np.bool_]

    def to_frame(self) -> pd.DataFrame:
        """One row a site: ``persons_per_unit``, ``persons`` and ``capacity_known``."""
        return pd.DataFrame(
            {
                "persons_per_unit": self.persons_per_unit,
                "persons": self.persons,
                "capacity_known": self.capacity_known,
            }
        )

    def plot(self, xy_m: ArrayLike, *, ax: Axes | None = None) -> Axes:
        """Draw a map of the sites: dark is crowded; empty ones and unknown capacities have colours of their own.

        Parameters
        ----------
        xy_m
            Positions of the sites in metres, shape (n_destinations, 2).

        Raises
        ------
        InvalidParameter
            If there is not one position a site.
        """
        from jingan_analysis.plotting import place_map

        states = {
            "nobody in reach": self.persons_per_unit == 0.0,
            "capacity not known": ~self.capacity_known,
            "capacity 0": self.capacity_known & np.isnan(self.persons_per_unit),
        }
        return place_map(xy_m, self.persons_per_unit, states=states, label="Persons per unit of supply", ax=ax)

    def _repr_html_(self) -> str:
        """How JupyterLab shows the result: crowded sites, empty ones, and those of unknown capacity."""
        from jingan_analysis.showing import Fact, share_text, shown

        n, everybody = len(self.persons), self.demand_placed + self.demand_unplaced
        facts = [
            Fact("Sites with somebody in reach", share_text(int((self.persons > 0.0).sum()), n)),
            Fact("Sites with nobody in reach", share_text(int((self.persons == 0.0).sum()), n)),
            Fact("Sites of capacity 0", share_text(int((self.capacity_known & np.isnan(self.persons)).sum()), n)),
            Fact("Sites of unknown capacity", share_text(int((~self.capacity_known).sum()), n)),
            Fact("Persons who find a site", share_text(self.demand_placed, everybody)),
            Fact("Persons who find none in reach", share_text(self.demand_unplaced, everybody)),
        ]
        nobody = dict.fromkeys(("persons_per_unit", "persons"), "attracts nobody here")
        return shown("Potential crowdedness of sites", facts, self.to_frame(), missing=nobody)


def inverted_two_step_catchment(
    costs: TravelCosts,
    demand: ArrayLike,
    supply: ArrayLike,
    limit_mm: int,
    *,
    decay: Decay = "gaussian",
) -> Crowding:
    r"""Inverted two-step floating catchment area (i2SFCA): how crowded each site would be.

    .. math::

        C_j = \sum_i \frac{P_i f(d_{ij})}{\sum_l S_l f(d_{il})}

    Where
        P_i    persons at origin i; S_l supply of site l;
        d_ij   walking distance; f decay, 0 beyond the limit;
        C_j    persons per unit of supply at site j. The sum of :math:`S_j C_j` is all persons with a site in reach.

    Raises
    ------
    InvalidParameter
        If an input has the wrong shape or an amount is negative or infinite, or demand is NaN.
    LedgerDoesNotClose
        If the persons placed and unplaced are not all persons.
    ValueError
        If the limit is beyond the cutoff of the search.

    Notes
    -----
    Wang, F. (2018), Inverted two-step floating catchment area method for measuring facility crowdedness, *The
    Professional Geographer* 70(2).
    """
    setting = Setting.of(costs, demand, supply, limit_mm, decay, None)
    pull = setting.offered * np.nan_to_num(setting.at_site(setting.units))
    brought = setting.attracted(setting.share_of_choices(pull))
    attracts = np.nan_to_num(setting.units) > 0.0
    per_unit = np.full(len(brought), np.nan)
    np.divide(brought, setting.units, out=per_unit, where=attracts)
    unplaced = setting.over_sites(pull) == 0.0
    placed_sum, unplaced_sum = total(brought), total(setting.persons[unplaced])
    everybody = total(setting.persons)
    if not abs(placed_sum + unplaced_sum - everybody) <= LEDGER_TOLERANCE * everybody:
        raise LedgerDoesNotClose(
            f"persons placed {placed_sum!r} and unplaced {unplaced_sum!r} are not all {everybody!r}; "
            "do not use this result"
        )
    persons = np.where(attracts, brought, np.nan)
    return Crowding(per_unit, persons, placed_sum, unplaced_sum, ~np.isnan(setting.units))
