"""Which older people can walk to a canteen, is there a meal for them, and who is missed?

The walk is measured along streets where the district has a walking network. Meals in reach are an
enhanced two-step floating catchment over people and canteens on both sides of the border.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pydantic import Field

from jingan_analysis.geography.travel_costs import reach_mm
from jingan_analysis.intake.parameters import parameter
from jingan_analysis.language import mark
from jingan_analysis.studies import canteen_reach_findings as findings
from jingan_analysis.studies import canteen_reach_numbers as numbers
from jingan_analysis.studies.canteen_reach_disclosure import protected
from jingan_analysis.studies.canteen_reach_exclusions import exclusions as exclusions_of
from jingan_analysis.studies.canteen_reach_figures import figures_of
from jingan_analysis.studies.canteen_reach_tables import tables_of
from jingan_analysis.studies.canteen_reach_use import canteen_use
from jingan_analysis.studies.residents import district_residents
from jingan_analysis.studies.result import Answer, StudyResult
from jingan_analysis.studies.units import district_units
from jingan_analysis.studies.walking import Walking, open_on
from jingan_analysis.studies.walking_parameters import WalkingParams

if TYPE_CHECKING:
    from jingan_analysis.district import District

TITLE = mark("Canteen reach")
QUESTION = mark("Which older people can walk to a canteen, is there a meal for them, and who is missed?")


class Params(WalkingParams):
    """Parameters of canteen reach.

    Attributes
    ----------
    age_from_years
        Youngest age counted as older; 0 counts everybody.
    overload_share, idle_share
        Utilisation from which a canteen counts as overloaded, and below which as idle.
    peak_day_share
        Quantile of the days that is called a peak day.
    minutes_per_sitting
        Minutes for which a diner holds a seat at lunch.
    regular_meals_per_year
        Meals in twelve months from which a diner counts as regular.
    fewest_days_of_a_kind
        Days with meals that a kind of day must have for its rate to be estimated.
    """

    age_from_years: int = Field(default=60, ge=0, le=100)
    overload_share: float = Field(default=parameter("overloaded_utilisation").value, gt=0, le=2)
    idle_share: float = Field(default=parameter("idle_utilisation").value, ge=0, le=1)
    peak_day_share: float = Field(default=parameter("peak_day_share").value, ge=0.5, le=1)
    minutes_per_sitting: float = Field(default=parameter("minutes_per_sitting").value, ge=15, le=90)
    regular_meals_per_year: int = Field(default=int(parameter("regular_meals_per_year").value), ge=1, le=1_000)
    fewest_days_of_a_kind: int = Field(default=int(parameter("fewest_days_of_a_kind").value), ge=2, le=60)


def run(district: District, params: Params) -> StudyResult:
    """Answer the question for one district.

    Raises
    ------
    MissingTable, InvalidTable
        If sub-districts, demand points, population or canteens are missing or wrong.
    UnknownUnit
        If ``params.unit`` is not a sub-district.
    """
    district.require("sub_districts", "demand_points", "population", "canteens")
    units = district_units(district)
    units.require(params.unit)
    walking = Walking.of(district)
    situation, closed_sites = _situation(district, params, walking)
    meals = _year_of_meals(district, params, situation)
    use = canteen_use(district, situation, meals.rows, meals.left_out["closed"])
    exclusions = exclusions_of(situation, closed_sites=closed_sites, meals=meals.left_out, more=use.left_out)
    exact = tables_of(district, situation, use, exclusions)
    tables = protected(situation, exact)
    answer = Answer(
        period_label=params.window.year_label,
        unit_name=units.name(params.unit),
        headline=findings.headline(situation, tables),
        tables=tables,
        figures=lambda: figures_of(situation, tables),
        checks=findings.checks(exact, tables),
        notes=findings.notes(situation, use, tables, synthetic=district.synthetic),
        method=findings.method(walking.method),
        stamps=(*walking.stamps, *situation.residents.stamps),
    )
    return StudyResult.of((__name__, TITLE, QUESTION), district, params, answer)


def _situation(district: District, params: Params, walking: Walking) -> tuple[numbers.Situation, int]:
    units = district_units(district)
    residents = district_residents(district, units, params.basis)
    canteens = district.table("canteens")
    in_service = open_on(canteens, pd.Timestamp(params.window.end))
    sites = canteens[in_service].sort_values("site_id", ignore_index=True)
    limits = (*params.thresholds_minutes, params.access_threshold_minutes)
    cutoff = reach_mm(max(*params.walk_speeds_mps, params.walk_speed_mps), max(limits))
    situation = numbers.Situation(
        residents=residents,
        units=units,
        older=residents.persons(age_from_years=params.age_from_years),
        sites=sites,
        walking=walking,
        costs=walking.costs(residents, sites, "site_id", cutoff),
        params=params,
    )
    return situation, int(np.sum(~in_service))


@dataclass(frozen=True)
class YearOfMeals:
    """Meals of the district's canteens in the twelve months that end with the period.

    Attributes
    ----------
    rows
        Rows of the meals table; None if there are none.
    left_out
        What is counted apart: rows ``outside`` the twelve months, rows of canteens ``elsewhere``, and
        meals of canteens ``closed`` by the last day, which are in ``rows`` but in no canteen's load.
    """

    rows: pd.DataFrame | None
    left_out: dict[str, float]


def _year_of_meals(district: District, params: Params, situation: numbers.Situation) -> YearOfMeals:
    if not district.has("meals"):
        return YearOfMeals(None, {"outside": 0, "elsewhere": 0, "closed": 0})
    meals, canteens, window = district.table("meals"), district.table("canteens"), params.window
    in_year = meals["served_on"].between(pd.Timestamp(window.year_start), pd.Timestamp(window.end))
    own = meals["site_id"].isin(canteens.loc[canteens["subdistrict_code"].notna(), "site_id"])
    year = meals[in_year & own]
    closed = year[~year["site_id"].isin(situation.sites["site_id"])]
    left_out = {
        "outside": float(np.sum(~in_year)),
        "elsewhere": float(np.sum(in_year & ~own)),
        "closed": float((closed["elder_meals"] + closed["other_meals"]).sum()),
    }
    return YearOfMeals(None if year.empty else year, left_out)
