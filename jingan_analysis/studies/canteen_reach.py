"""Which older people can walk to a canteen, is there a meal for them, and who is missed?

The walk is measured along streets where the district has a walking network. Meals in reach are an
enhanced two-step floating catchment over people and canteens on both sides of the border.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from jingan_analysis.geography.travel_costs import reach_mm
from jingan_analysis.intake.parameters import parameter
from jingan_analysis.studies import canteen_reach_findings as findings
from jingan_analysis.studies import canteen_reach_numbers as numbers
from jingan_analysis.studies.canteen_reach_figures import figures_of
from jingan_analysis.studies.canteen_reach_tables import tables_of
from jingan_analysis.studies.parameters import StudyParams
from jingan_analysis.studies.residents import district_residents
from jingan_analysis.studies.result import Shelf, StudyResult
from jingan_analysis.studies.units import district_units
from jingan_analysis.studies.walking import Walking, open_on

if TYPE_CHECKING:
    from jingan_analysis.district import District

TITLE = "Canteen reach"
QUESTION = "Which older people can walk to a canteen, is there a meal for them, and who is missed?"

Speed = Annotated[float, Field(ge=parameter("walk_speed_mps").minimum, le=parameter("walk_speed_mps").maximum)]
Minutes = Annotated[float, Field(gt=0, le=60)]


class Params(StudyParams):
    """Parameters of canteen reach.

    Attributes
    ----------
    age_from_years
        Youngest age counted as older; 0 counts everybody.
    walk_speed_mps
        Walking speed of the main results, metres a second.
    walk_speeds_mps
        Speeds of the scenarios.
    thresholds_minutes
        Time limits of the scenarios.
    access_threshold_minutes
        Time limit of the main results and of the catchments.
    low_access_share
        Access below this share of the district's mean counts as low.
    overload_share, idle_share
        Utilisation from which a canteen counts as overloaded, and below which as idle.
    """

    age_from_years: int = Field(default=60, ge=0, le=100)
    walk_speed_mps: Speed = parameter("walk_speed_mps").value
    walk_speeds_mps: Annotated[tuple[Speed, ...], Field(min_length=1, max_length=6)] = tuple(
        parameter("walk_speeds_mps").value
    )
    thresholds_minutes: Annotated[tuple[Minutes, ...], Field(min_length=1, max_length=6)] = tuple(
        float(minutes) for minutes in parameter("thresholds_minutes").value
    )
    access_threshold_minutes: Minutes = float(parameter("access_threshold_minutes").value)
    low_access_share: float = Field(default=parameter("low_access_ratio").value, gt=0, lt=1)
    overload_share: float = Field(default=parameter("overloaded_utilisation").value, gt=0, le=2)
    idle_share: float = Field(default=parameter("idle_utilisation").value, ge=0, le=1)


def run(district: District, params: Params) -> StudyResult:
    """Answer the question for one district.

    Raises
    ------
    MissingTable, InvalidTable
        If sub-districts, demand points, population or canteens are missing or wrong.
    UnknownUnit
        If ``params.unit`` is not a sub-district.
    """
    units = district_units(district)
    units.require(params.unit)
    walking = Walking.of(district)
    situation, closed_sites = _situation(district, params, walking)
    meals, meals_outside = _year_of_meals(district, params, situation)
    exclusions = findings.exclusions(situation, closed_sites=closed_sites, meals_outside=meals_outside)
    tables = tables_of(district, situation, meals, exclusions)
    return StudyResult(
        study=__name__.rpartition(".")[2],
        title=TITLE,
        question=QUESTION,
        district_key=district.key,
        district_names=district.names,
        synthetic=district.synthetic,
        period=params.period,
        period_label=params.window.year_label,
        unit_code=params.unit,
        unit_name=None if params.unit is None else units.names[params.unit],
        parameters=params.model_dump(mode="json"),
        headline=findings.headline(situation, tables),
        tables=Shelf(tables),
        figures=Shelf(figures_of(situation, walking, tables)),
        checks=findings.checks(tables),
        notes=findings.notes(situation, tables),
        method=findings.method(walking.label),
        stamps=(*district_stamps(district), *walking.stamps),
        inputs=district.input_digests(),
    )


def district_stamps(district: District) -> tuple[str, ...]:
    """What every page on a district must say."""
    return ("Synthetic demonstration data: no figure here describes a real place",) if district.synthetic else ()


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
        costs=walking.costs(residents, sites, "site_id", cutoff),
        params=params,
    )
    return situation, int(np.sum(~in_service))


def _year_of_meals(district: District, params: Params, situation: numbers.Situation) -> tuple[pd.DataFrame | None, int]:
    if not district.has("meals"):
        return None, 0
    meals = district.table("meals")
    window = params.window
    in_year = meals["served_on"].between(pd.Timestamp(window.year_start), pd.Timestamp(window.end))
    own = meals["site_id"].isin(situation.sites.loc[situation.own, "site_id"])
    year = meals[in_year & own]
    return (None if year.empty else year), int(np.sum(~in_year))
