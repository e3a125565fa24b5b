"""What the records say of the use of canteens: meals, diners, delivery areas and seats of the place reported on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.studies import canteen_reach_delivery as delivery
from jingan_analysis.studies import canteen_reach_meals as meals_of
from jingan_analysis.studies import canteen_reach_season as season
from jingan_analysis.studies.canteen_reach_days import holidays_listed, kinds_of
from jingan_analysis.studies.canteen_reach_diners import Diners, diners_of
from jingan_analysis.studies.canteen_reach_sittings import LunchTime, lunches, with_places
from jingan_analysis.studies.walking import open_on

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jingan_analysis.district import District
    from jingan_analysis.studies.canteen_reach_numbers import Situation

GROUPS = ("older", "living_alone", "frail", "aged_80_plus")
"""Groups that are looked at for delivery: none of them inside another but all in the first."""


@dataclass(frozen=True)
class CanteenUse:
    """Records of use; what a district does not have is None.

    Attributes
    ----------
    situation
        People, canteens and walks.
    district_meals, meals
        Rows of the meals of the twelve months with ``all_meals``: of the whole district, and of the canteens of the place.
    closed_meals
        Meals of the place's canteens that had closed by the last day.
    sites
        All canteens of the place, closed ones too.
    diners
        Older diners of the district's canteens.
    areas
        Pairs of canteen and committee.
    committees
        Committee of each demand point.
    left_out
        Counted exclusions: count and unit by reason.
    """

    situation: Situation
    district_meals: pd.DataFrame | None
    meals: pd.DataFrame | None
    closed_meals: float
    sites: pd.DataFrame
    diners: Diners | None
    areas: pd.DataFrame | None
    committees: pd.Series
    left_out: dict[str, tuple[float, str]]

    @property
    def lunch(self) -> LunchTime:
        """When lunch is eaten."""
        first, last = (int(parameter(name).value) for name in ("lunch_from_minute", "lunch_to_minute"))
        return LunchTime(first, last, self.situation.params.minutes_per_sitting)

    @property
    def open_sites(self) -> pd.DataFrame:
        """Canteens of the place that are in service on the last day."""
        return self.sites[self.sites["site_id"].isin(self.situation.sites["site_id"])]

    @cached_property
    def kinds(self) -> pd.Series | None:
        """Kind of every day of the twelve months; None where the list of holidays does not cover them."""
        window = self.situation.params.window
        days = pd.date_range(window.year_start, window.end, freq="D")
        return kinds_of(days) if holidays_listed(days[0], days[-1]) else None

    @property
    def in_service(self) -> pd.Series:
        """Canteens of the place in service on every day of the twelve months."""
        window = self.situation.params.window
        days = pd.date_range(window.year_start, window.end, freq="D")
        counts = [int(open_on(self.sites, day).sum()) for day in days]
        return pd.Series(counts, index=days)

    @cached_property
    def model(self) -> season.MealsModel | None:
        """The count model of daily meals; None where the meals or the list of holidays do not carry it."""
        if self.meals is None or self.kinds is None:
            return None
        params = self.situation.params
        return season.meals_model(
            season.daily_meals(self.meals),
            self.kinds,
            fewest_days=params.fewest_days_of_a_kind,
            confidence=params.confidence,
        )

    @cached_property
    def parts(self) -> dict[str, NDArray[np.bool_]] | None:
        """How each home is reached; None without delivery areas."""
        if self.areas is None:
            return None
        situation = self.situation
        delivered, known = delivery.delivered_to(self.committees, self.areas, situation.sites["site_id"])
        return delivery.parts_of(situation.near, ~situation.unsnapped, delivered, known)


def canteen_use(
    district: District, situation: Situation, meals: pd.DataFrame | None, closed_meals: float
) -> CanteenUse:
    """Read the records of use; the tables on diners and delivery areas are optional.

    Parameters
    ----------
    meals
        Rows of the meals of the twelve months of the district's canteens.
    closed_meals
        Meals among them of canteens that had closed by the last day.
    """
    params, canteens = situation.params, district.table("canteens")
    own = canteens[canteens["subdistrict_code"].notna()].sort_values("site_id", ignore_index=True)
    sites = own if params.unit is None else own[own["subdistrict_code"] == params.unit]
    whole = None if meals is None else meals_of.with_all_meals(meals)
    place = None if whole is None else whole[whole["site_id"].isin(sites["site_id"])]
    place = None if place is None or not place["all_meals"].sum() else place
    if params.unit is not None and place is not None:
        closed_meals = float(place.loc[~place["site_id"].isin(situation.sites["site_id"]), "all_meals"].sum())
    diners = None
    if district.has("canteen_diners"):
        diners = diners_of(district.table("canteen_diners"), set(own["site_id"]), params.window, params.age_from_years)
    areas = district.table("delivery_areas") if district.has("delivery_areas") else None
    points = district.table("demand_points")
    use = CanteenUse(situation, whole, place, closed_meals, sites, diners, areas, points["committee_id"], {})
    return replace(use, left_out=_left_out(use, own))


def _left_out(use: CanteenUse, own: pd.DataFrame) -> dict[str, tuple[float, str]]:
    """Exclusions of the whole district, whatever place is reported on; ``own`` are all its canteens."""
    found: dict[str, tuple[float, str]] = {}
    if use.diners is not None:
        rows = ("diners_other_year", "diners_elsewhere")
        found |= {name: (count, "rows" if name in rows else "persons") for name, count in use.diners.left_out.items()}
    if use.areas is not None:
        closed = ~use.areas["site_id"].isin(set(use.situation.sites["site_id"]))
        found["areas_closed"] = (int(closed.sum()), "rows")
        unknown = use.situation.residents.inside & use.committees.isna().to_numpy(dtype=bool)
        found["committee_unknown"] = (float(use.situation.older[unknown].sum()), "persons")
    if use.district_meals is not None:
        days = with_places(lunches(use.district_meals), own, use.lunch)
        found["lunch_outside_hours"] = (int(days["outside_hours"].sum()), "days")
    return found
