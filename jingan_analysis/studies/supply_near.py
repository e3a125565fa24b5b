"""What is in reach of whom: people, sites with a supply, and the walk that joins them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.geography.travel_costs import reach_mm
from jingan_analysis.measures.catchment import enhanced_two_step_catchment
from jingan_analysis.measures.reach import reached
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jingan_analysis.geography.travel_costs import TravelCosts
    from jingan_analysis.measures.catchment import Catchment
    from jingan_analysis.studies.residents import Residents
    from jingan_analysis.studies.units import Units
    from jingan_analysis.studies.walking import Walking
    from jingan_analysis.studies.walking_parameters import WalkingParams


@dataclass(frozen=True, eq=False)
class SupplyNear:
    """What is asked about.

    Attributes
    ----------
    residents, units, walking
        People, sub-districts and streets.
    age_from_years
        Youngest age counted; 0 counts everybody.
    sites
        Facilities, with ``x_m``, ``y_m`` and ``subdistrict_code``.
    key
        Column with the site's identifier.
    supply
        Supply of each site, NaN for unknown, shape (n_sites,).
    minutes
        Time limit of the walk at the main speed.
    per_people
        Supply is told for so many people.
    params
        Parameters of the report, with the unit reported on.
    """

    residents: Residents
    units: Units
    walking: Walking
    age_from_years: int
    sites: pd.DataFrame
    key: str
    supply: NDArray[np.float64]
    minutes: float
    per_people: float
    params: WalkingParams

    @cached_property
    def persons(self) -> NDArray[np.float64]:
        """People counted at each demand point, inside the district and outside, shape (n_points,)."""
        return self.residents.persons(age_from_years=self.age_from_years)

    @cached_property
    def frail(self) -> NDArray[np.float64] | None:
        """Frail people among them, shape (n_points,); None where the data do not tell."""
        if not self.residents.knows("frailty"):
            return None
        return self.residents.persons(age_from_years=self.age_from_years, frailty="frail")

    @property
    def limit_mm(self) -> int:
        """Longest walk, millimetres."""
        return reach_mm(self.params.walk_speed_mps, self.minutes)

    @cached_property
    def walks(self) -> TravelCosts:
        """Walks from homes to sites within the longest limit at the fastest speed: one search for every question."""
        fastest = max(*self.params.walk_speeds_mps, self.params.walk_speed_mps)
        longest_mm = reach_mm(fastest, max(*self.params.thresholds_minutes, self.minutes))
        return self.walking.costs(self.residents, self.sites, self.key, longest_mm)

    @cached_property
    def costs(self) -> TravelCosts:
        """Walks within the limit."""
        return self.walks.within(self.limit_mm)

    @cached_property
    def catchment(self) -> Catchment:
        """Supply a person by E2SFCA; people outside the border compete."""
        return enhanced_two_step_catchment(self.costs, self.persons, self.supply, self.limit_mm)

    @cached_property
    def reached(self) -> NDArray[np.bool_]:
        """Points with a site within the limit, shape (n_points,)."""
        return reached(self.costs, self.limit_mm)

    @property
    def in_focus(self) -> NDArray[np.bool_]:
        """Points of the place reported on, shape (n_points,)."""
        return self.residents.living_in(self.units, self.params.unit)

    @cached_property
    def with_known_access(self) -> NDArray[np.bool_]:
        """Points of the place reported on with people whose access is known, shape (n_points,)."""
        return np.asarray(self.in_focus & np.isfinite(self.catchment.access) & (self.persons > 0))

    def means(self, value: NDArray[np.float64]) -> pd.Series:
        """Mean over people, by sub-district and in the district; those of whom the value is not known are left out.

        Parameters
        ----------
        value
            Of each demand point, NaN for not known, shape (n_points,).
        """
        kept = self.residents.inside & np.isfinite(value) & (self.persons > 0)
        unit, weight, n = self.residents.unit[kept], self.persons[kept], len(self.units)
        persons, sums = np.bincount(unit, weight, n), np.bincount(unit, weight * value[kept], n)
        below, above = np.append(persons, persons.sum()), np.append(sums, sums.sum())
        means = np.divide(above, below, out=np.full(n + 1, np.nan), where=below > 0)
        return pd.Series(means, index=[*self.units.codes, DISTRICT_ROW])

    @property
    def low_line(self) -> float:
        """Access below which somebody counts as low, from the mean of the district; NaN where nothing is known."""
        access = self.catchment.access
        known = self.residents.inside & np.isfinite(access)
        people = self.persons[known].sum()
        mean = float((access * self.persons)[known].sum() / people) if people > 0 else float("nan")
        return self.params.low_access_share * mean
