"""What canteen reach counts to hold against published figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.language import mark
from jingan_analysis.studies.published_figures import Comparable, Held, published_table
from jingan_analysis.studies.walking import open_on

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.canteen_reach import Params
    from jingan_analysis.studies.canteen_reach_numbers import Situation
    from jingan_analysis.tables.table import Table

COMPARABLE = (
    Comparable("canteens", mark("Canteens in service"), "F11", needs=("canteens",)),
    Comparable("meals", mark("Meals in twelve months"), "F12", needs=("canteens", "meals")),
)
MONTHS_OF_A_YEAR = 12


def published_canteens(district: District, situation: Situation, meals: pd.DataFrame | None) -> Table | None:
    """Published figures on canteens and meals against the data of the whole district."""
    found = _held(int(situation.own.sum()), meals, situation.params, len(situation.units))
    return published_table(district, COMPARABLE, found)


def held(district: District, params: Params, units: int) -> Held | None:
    """What the tables of a district hold; None where it has no canteens."""
    if not district.has("canteens"):
        return None
    canteens = district.table("canteens")
    own = canteens[canteens["subdistrict_code"].notna()]
    in_service = int(open_on(own, pd.Timestamp(params.window.end)).sum())
    return _held(in_service, year_of_meals(district, params), params, units)


def year_of_meals(district: District, params: Params) -> pd.DataFrame | None:
    """Meals of the district's canteens in the twelve months up to the last day; None without any."""
    if not district.has("meals"):
        return None
    meals, canteens, window = district.table("meals"), district.table("canteens"), params.window
    own = canteens.loc[canteens["subdistrict_code"].notna(), "site_id"]
    in_year = meals["served_on"].between(pd.Timestamp(window.year_start), pd.Timestamp(window.end))
    year = meals[in_year & meals["site_id"].isin(own)]
    return None if year.empty else year


def _held(canteens: int, meals: pd.DataFrame | None, params: Params, units: int) -> Held:
    """Meals are held against a yearly figure only if every one of the twelve months has some."""
    counts: dict[str, float] = {"canteens": canteens}
    if meals is not None and meals["served_on"].dt.to_period("M").nunique() == MONTHS_OF_A_YEAR:
        counts["meals"] = float(meals["elder_meals"].sum() + meals["other_meals"].sum())
    return Held(counts, params.window, units)
