"""What the study of service access reads: people, service points in service, and the walks between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.geography.travel_costs import TravelCosts, reach_mm
from jingan_analysis.measures.clustered_rates import clustered_wilson
from jingan_analysis.studies.residents import Residents, district_residents
from jingan_analysis.studies.robustness import RobustnessQuestion
from jingan_analysis.studies.shortfall import ShortfallQuestion
from jingan_analysis.studies.uncertainty import UncertaintyQuestion
from jingan_analysis.studies.units import DISTRICT_ROW, Units, district_units, place_names
from jingan_analysis.studies.walkers import WalkersQuestion
from jingan_analysis.studies.walking import Walking, open_on

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.service_access import Params

OLDER_AGE_YEARS = 60
"""Age from which somebody counts as older among those whom spots could be for."""

RATE = ("numerator", "denominator", "share", "lower", "upper")
"""Columns of every rate."""


@dataclass(frozen=True)
class People:
    """The residents that shares speak of, at their homes.

    Attributes
    ----------
    located
        Persons at each demand point inside the district that is joined to the street network,
        zero elsewhere; shape (n_points,).
    unlocated
        Persons inside the district whose home is not joined to it; shape (n_points,).
    unit
        Row number of the sub-district, -1 outside; shape (n_points,).
    codes
        Sub-district codes.
    confidence
        Confidence level of intervals.
    modelled
        Whether people or their homes are modelled; no interval is given then.
    """

    located: NDArray[np.float64]
    unlocated: NDArray[np.float64]
    unit: NDArray[np.int64]
    codes: list[str]
    confidence: float
    modelled: bool = False

    def by_unit(self, part: NDArray[np.float64]) -> pd.DataFrame:
        """Share of residents by sub-district and in the district.

        Parameters
        ----------
        part
            Part of the residents of each point that has the property, from 0 to 1.

        Returns
        -------
        DataFrame
            ``RATE`` columns; one row a code and the district's row.
        """
        units = self._rates(part, self.unit, len(self.codes))
        whole = self._rates(part, np.where(self.unit >= 0, 0, -1), 1)
        return pd.concat([units.set_axis(self.codes), whole.set_axis([DISTRICT_ROW])])

    def in_row(self, part: NDArray[np.float64], row: str) -> pd.Series:
        """The rate of one row of :meth:`by_unit`."""
        return self._rates(part, np.where(self.in_area(row), 0, -1), 1).iloc[0]

    def in_area(self, row: str) -> NDArray[np.bool_]:
        """Whether each place lies in the area of one row of :meth:`by_unit`; shape (n_origins,)."""
        return np.asarray(self.unit >= 0 if row == DISTRICT_ROW else self.unit == self.codes.index(row))

    def totals(self, persons: NDArray[np.float64]) -> pd.Series:
        """Persons by sub-district and in the district."""
        inside = self.unit >= 0
        units = np.bincount(self.unit[inside], persons[inside], len(self.codes))
        return pd.Series([*units, persons[inside].sum()], index=[*self.codes, DISTRICT_ROW])

    def _rates(self, part: NDArray[np.float64], group: NDArray[np.int64], n_groups: int) -> pd.DataFrame:
        found = clustered_wilson(part * self.located, self.located, group, n_groups, confidence=self.confidence)
        rates = pd.DataFrame({name: getattr(found, name) for name in RATE})
        return rates.assign(lower=np.nan, upper=np.nan) if self.modelled else rates


@dataclass(frozen=True)
class Inputs:
    """All that the steps of the study share.

    Attributes
    ----------
    points
        Service points in service on the last day of the window; row number = destination in ``costs``.
    all_points
        Service points whatever their dates.
    names
        Display name of each service point.
    costs
        Walks from homes to ``points``, up to the longest limit of the report.
    row
        Row of the tables by sub-district that the report speaks of.
    walkers
        The question of who can make the walk to a nearby spot.
    shortfall
        The question of why some sub-districts have fewer spots near.
    robustness
        The question of whether ranks by spots in reach depend on how they are measured.
    uncertainty
        The question of how sure the main numbers on spots are.
    """

    units: Units
    residents: Residents
    people: People
    walking: Walking
    points: pd.DataFrame
    all_points: pd.DataFrame
    names: dict[str, str]
    costs: TravelCosts
    row: str
    walkers: WalkersQuestion
    shortfall: ShortfallQuestion
    robustness: RobustnessQuestion
    uncertainty: UncertaintyQuestion

    def of_kind(self, kind: str | None) -> NDArray[np.bool_]:
        """Mask of the points of one kind, of all points for None; shape (n_destinations,)."""
        if kind is None:
            return np.ones(len(self.points), dtype=np.bool_)
        return (self.points["kind"] == kind).to_numpy(dtype=np.bool_)

    def reached(self, keep: NDArray[np.bool_], limit_mm: int) -> NDArray[np.bool_]:
        """Homes with a kept point at most that far away; shape (n_origins,)."""
        found = np.zeros(self.costs.n_origins, dtype=np.bool_)
        found[self.costs.within(limit_mm).to_destinations(keep).origin] = True
        return found

    def count_by_unit(self, places: pd.DataFrame) -> pd.Series:
        """Number of places by sub-district and in the district; places outside do not count."""
        found = places["subdistrict_code"].value_counts().reindex(self.units.codes, fill_value=0)
        return pd.concat([found, pd.Series({DISTRICT_ROW: found.sum()})])

    def in_report(self, places: pd.DataFrame) -> pd.DataFrame:
        """The places inside the sub-district reported on, or inside the district."""
        code = places["subdistrict_code"]
        return places[code.notna() if self.row == DISTRICT_ROW else code == self.row]


def read_inputs(district: District, params: Params) -> Inputs:
    """Read people and points, and find the walks between them.

    Raises
    ------
    MissingTable, InvalidTable, UnknownUnit, InvalidParameter
        If the district's data or the parameters do not carry the study.
    """
    district.require("sub_districts", "demand_points", "population", "service_points")
    units = district_units(district)
    units.require(params.unit)
    residents = district_residents(district, units, params.basis)
    walking = Walking.of(district)
    all_points = district.table("service_points")
    points = all_points[open_on(all_points, pd.Timestamp(params.window.end))].reset_index(drop=True)
    costs = walking.costs(residents, points, "point_id", longest_walk_mm(params))
    persons = np.where(residents.inside, residents.persons(), 0.0)
    people = People(
        located=np.where(costs.origin_snapped, persons, 0.0),
        unlocated=np.where(costs.origin_snapped, 0.0, persons),
        unit=residents.unit,
        codes=units.codes,
        confidence=params.confidence,
        modelled=bool(residents.modelled),
    )
    names = place_names(all_points, "point_id")
    spots, everybody = points[points["kind"] == "remote_spot"], residents.persons()
    walkers = WalkersQuestion(residents, units, walking, everybody, 0, spots, "near_minutes", params)
    each, near = np.ones(len(spots)), params.near_minutes
    shortfall = ShortfallQuestion(residents, units, walking, 0, spots, "point_id", each, near, 10_000.0, params)
    questions = walkers, shortfall, RobustnessQuestion(shortfall, _denominators(residents))
    uncertainty = UncertaintyQuestion(shortfall)
    row = units.row(params.unit)
    return Inputs(units, residents, people, walking, points, all_points, names, costs, row, *questions, uncertainty)


def _denominators(residents: Residents) -> dict[str, NDArray[np.float64]]:
    """Spots for everybody, for older people, for the frail."""
    persons = {"everybody": residents.persons()}
    if residents.bands_begin_at(OLDER_AGE_YEARS):
        persons["older"] = residents.persons(age_from_years=OLDER_AGE_YEARS)
    if residents.knows("frailty"):
        persons["frail"] = residents.persons(frailty="frail")
    return persons


def longest_walk_mm(params: Params) -> int:
    """The longest walk that any part of the report asks for."""
    speed = max(params.walk_speed_mps, *params.walk_speeds_mps)
    return max(reach_mm(speed, params.limits_minutes[-1]), last_distance_mm(params))


def last_distance_mm(params: Params) -> int:
    """The "last metres" as a distance in millimetres."""
    return round(params.last_distance_m * 1000)
