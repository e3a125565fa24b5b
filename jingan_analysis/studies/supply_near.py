"""What is in reach of whom: people, sites with a supply, and the walk that joins them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from jingan_analysis.measures.catchment import enhanced_two_step_catchment
from jingan_analysis.measures.reach import reached

if TYPE_CHECKING:
    import pandas as pd
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
    limit_mm
        Longest walk.
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
    limit_mm: int
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

    @cached_property
    def costs(self) -> TravelCosts:
        """Walks from homes to sites within the limit."""
        return self.walking.costs(self.residents, self.sites, self.key, self.limit_mm)

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
        unit = self.params.unit
        if unit is None:
            return self.residents.inside
        return np.asarray(self.residents.unit == self.units.codes.index(unit))

    @cached_property
    def with_known_access(self) -> NDArray[np.bool_]:
        """Points of the place reported on with people whose access is known, shape (n_points,)."""
        return np.asarray(self.in_focus & np.isfinite(self.catchment.access) & (self.persons > 0))

    @property
    def low_line(self) -> float:
        """Access below which somebody counts as low, from the mean of the district; NaN where nothing is known."""
        access = self.catchment.access
        known = self.residents.inside & np.isfinite(access)
        people = self.persons[known].sum()
        mean = float((access * self.persons)[known].sum() / people) if people > 0 else float("nan")
        return self.params.low_access_share * mean
