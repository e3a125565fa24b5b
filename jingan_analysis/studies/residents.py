"""People at the places where they live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.language import tr

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.units import Units
    from jingan_analysis.vocabulary import PopulationBasis


@dataclass(frozen=True)
class Residents:
    """Demand points with their people.

    Attributes
    ----------
    point_ids
        Identifiers, shape (n_points,).
    xy_m
        Metric coordinates, shape (n_points, 2).
    unit
        Row number of the sub-district, -1 outside the district, shape (n_points,).
    population
        Rows of the population table on one basis, with ``position`` of the point.
    modelled
        How places or numbers of people were modelled; empty where they are data. Modelled people have no
        sampling error that an interval could show.
    """

    point_ids: NDArray[np.object_]
    xy_m: NDArray[np.float64]
    unit: NDArray[np.int64]
    population: pd.DataFrame
    modelled: tuple[str, ...] = ()

    @property
    def stamps(self) -> tuple[str, ...]:
        """What every page must say."""
        if not self.modelled:
            return ()
        return (tr("Modelled population: {how}. No interval is given for it", how="; ".join(self.modelled)),)

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Points inside the district, shape (n_points,)."""
        return self.unit >= 0

    def living_in(self, units: Units, code: str | None) -> NDArray[np.bool_]:
        """Points of a sub-district, or of the whole district for None, shape (n_points,)."""
        return self.inside if code is None else np.asarray(self.unit == units.codes.index(code))

    def persons(
        self,
        *,
        age_from_years: int = 0,
        living_arrangement: str | None = None,
        frailty: str | None = None,
    ) -> NDArray[np.float64]:
        """Persons of a group at each point, shape (n_points,).

        Raises
        ------
        InvalidParameter
            If the age would split an age band of the data.
        """
        people = self.population
        self._check_age(age_from_years)
        keep = people["age_from_years"] >= age_from_years
        if living_arrangement is not None:
            keep &= people["living_arrangement"] == living_arrangement
        if frailty is not None:
            keep &= people["frailty"] == frailty
        chosen = people[keep]
        return np.bincount(chosen["position"], chosen["persons"], len(self.point_ids)).astype(np.float64)

    def knows(self, column: str) -> bool:
        """Whether the data tell living arrangement or frailty for anybody."""
        return bool(self.population[column].notna().any())

    def bands_begin_at(self, age_years: int) -> bool:
        """Whether an age band of the data begins at that age, so that people from it on can be counted."""
        return bool((self.population["age_from_years"] == age_years).any())

    def _check_age(self, age_from_years: int) -> None:
        low = self.population["age_from_years"]
        high = self.population["age_to_years"]
        split = (low < age_from_years) & (high.isna() | (high >= age_from_years)).astype(bool)
        if split.any():
            possible = ", ".join(str(age) for age in sorted(low.unique()))
            raise InvalidParameter(
                f"age_from_years={age_from_years} splits an age band of the population table; "
                f"its bands begin at {possible}. Choose one of these, or bring finer bands."
            )


def district_residents(district: District, units: Units, basis: PopulationBasis) -> Residents:
    """Read the demand points and the population on one basis.

    Raises
    ------
    InvalidParameter
        If the population table has no row on that basis.
    """
    points = district.table("demand_points")
    population = district.table("population")
    people = population[population["basis"] == basis]
    if people.empty:
        known = ", ".join(sorted(population["basis"].unique()))
        raise InvalidParameter(f"basis={basis!r}: the population table has no such rows; it has: {known}")
    position = pd.Index(points["point_id"]).get_indexer(pd.Index(people["point_id"]))
    return Residents(
        point_ids=points["point_id"].to_numpy(dtype=object),
        xy_m=points[["x_m", "y_m"]].to_numpy(dtype=np.float64),
        unit=units.positions(points["subdistrict_code"]),
        population=people.assign(position=position),
        modelled=district.modelled("demand_points", "population"),
    )
