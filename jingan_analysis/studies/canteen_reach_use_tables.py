"""From the records of use to their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.language import mark, tr, worded
from jingan_analysis.studies import canteen_reach_delivery as delivery
from jingan_analysis.studies import canteen_reach_diners as diners_of
from jingan_analysis.studies import canteen_reach_meals as meals_of
from jingan_analysis.studies import canteen_reach_season as season
from jingan_analysis.studies import canteen_reach_sittings as sittings
from jingan_analysis.studies.canteen_reach_numbers import GROUPS as FILTERS
from jingan_analysis.studies.canteen_reach_use import GROUPS
from jingan_analysis.studies.units import place_names
from jingan_analysis.tables import canteen_diners, canteen_meals, canteen_seats
from jingan_analysis.tables.claims import state
from jingan_analysis.tables.settings import SETTINGS, setting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from jingan_analysis.studies.canteen_reach_numbers import Situation
    from jingan_analysis.studies.canteen_reach_use import CanteenUse
    from jingan_analysis.tables.canteen_reach import Words
    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.table import Table

STANDARDS = {
    "penetration": mark("Older people who ate at a canteen; elsewhere, older people who need help with meals"),
    "elder_share": mark("Meals to older people; elsewhere, older people among diners"),
    "capacity": mark("Canteens of known capacity that can cook as many meals as is quoted"),
}


def delivery_tables(use: CanteenUse, words: Words, labels: Mapping[str, str]) -> list[Table]:
    """People on foot, by delivery, by both or by neither; none without delivery areas.

    Parameters
    ----------
    labels
        Names of the groups by code.
    """
    if use.parts is None:
        return []
    situation = use.situation
    confidence, modelled = situation.params.confidence, bool(situation.residents.modelled)
    area = delivery.by_place(
        use.parts,
        situation.older,
        situation.residents.unit,
        situation.units.codes,
        confidence=confidence,
        modelled=modelled,
    )
    groups = delivery.by_group(use.parts, _groups(situation), situation.focus, confidence=confidence, modelled=modelled)
    return [
        canteen_diners.delivery(area, words, situation.units.labels),
        canteen_diners.delivery_groups(groups, words, labels),
    ]


def _groups(situation: Situation) -> dict[str, NDArray[np.float64]]:
    """Persons of the groups that the data tell, at each point."""
    residents, found = situation.residents, {}
    for name in GROUPS:
        wanted = {"age_from_years": situation.params.age_from_years, **FILTERS[name]}
        told = all(residents.knows(column) for column in FILTERS[name] if column != "age_from_years")
        begins = "age_from_years" not in FILTERS[name] or residents.bands_begin_at(int(str(wanted["age_from_years"])))
        if told and begins:
            found[name] = residents.persons(**wanted)  # type: ignore[arg-type]  # the dictionary's keys are those of the call
    return found


def diner_tables(use: CanteenUse, words: Words) -> list[Table]:
    """Penetration, and how much of the meals the diners on record explain; none without diners."""
    if use.diners is None:
        return []
    situation = use.situation
    older = diners_of.older_by_row(situation.older, situation.residents.unit, situation.units.codes)
    frame = diners_of.penetration(
        use.diners,
        older,
        situation.units.codes,
        regular_meals=situation.params.regular_meals_per_year,
        confidence=situation.params.confidence,
    )
    tables = [canteen_diners.penetration(frame, words, situation.units.labels)]
    if use.district_meals is not None and situation.params.unit is None and situation.params.age_from_years:
        record = diners_of.meals_on_record(use.diners, use.district_meals)
        tables.append(canteen_diners.meals_on_record(record, words))
    return tables


def meal_tables(use: CanteenUse, loads: pd.DataFrame, words: Words) -> list[Table]:
    """Meals by meal, mode, week and kind of day, and against capacity; none without meals."""
    if use.meals is None:
        return []
    tables = [
        canteen_meals.by_kind(meals_of.by_kind(use.meals), words),
        canteen_meals.shares_by_meal(meals_of.shares_by_meal(use.meals), words),
        canteen_meals.by_week(meals_of.by_week(use.meals, use.situation.params.window), words),
    ]
    if len(loads):
        tables.append(canteen_meals.capacity_use(meals_of.capacity_use(loads, use.closed_meals), words))
    if use.kinds is not None:
        days = season.days_by_kind(season.daily_meals(use.meals), use.kinds, use.in_service)
        tables.append(canteen_meals.days_by_kind(days, words))
    if use.model is not None:
        tables += [
            canteen_meals.meals_model(use.model.terms, words),
            canteen_meals.model_checks(_model_checks(use.model), words),
        ]
    return tables


def _model_checks(model: season.MealsModel) -> pd.DataFrame:
    fit = model.found.negative_binomial
    values = {
        "alpha": fit.alpha,
        "pearson": fit.pearson_dispersion,
        "chi2": model.found.overdispersion_chi2,
        "rows": model.found.rows,
        "dates": model.dates,
        "canteens": model.canteens,
    }
    return pd.DataFrame({"value": pd.Series(values, dtype="float64")})


def seat_tables(use: CanteenUse, words: Words) -> list[Table]:
    """Seats at lunch; none where no lunch is eaten in, or no canteen's seats are known."""
    if use.meals is None:
        return []
    daily, sites, params = sittings.lunches(use.meals), use.open_sites, use.situation.params
    daily = daily[daily["site_id"].isin(sites["site_id"])]
    frame = sittings.seat_use(sittings.with_places(daily, sites, use.lunch), sites, peak=params.peak_day_share)
    frame = frame[frame["days"] > 0]
    if frame["use_median"].isna().all():
        return []
    lengths = [*parameter("sittings_compared_minutes").value, params.minutes_per_sitting]
    compared = sittings.by_length(daily, sites, use.lunch, lengths, peak=params.peak_day_share)
    return [
        canteen_seats.sittings(frame, words, place_names(sites, "site_id")),
        canteen_seats.by_length(compared, words),
    ]


def standards_table(use: CanteenUse, tables: Mapping[str, Table], words: Words) -> list[Table]:
    """Shares of the place beside figures from elsewhere; none where there is nothing to compare."""
    row, rows = use.situation.units.row(use.situation.params.unit), {}
    if "penetration" in tables:
        found = tables["penetration"].frame.loc[row]
        if not np.isnan(found["share"]):
            rows["penetration"] = (found["diners"], found["older_persons"], parameter("meal_help_need_share").value)
    if "meal_shares" in tables:
        found = tables["meal_shares"].frame.loc["all"]
        rows["elder_share"] = (found["elder"], found["meals"], parameter("elder_share_compared").value)
    capacity = use.open_sites["capacity_meals_per_day"].dropna()
    if len(capacity):
        enough = int((capacity >= parameter("kitchen_capacity_compared").value).sum())
        rows["capacity"] = (enough, len(capacity), np.nan)
    if not rows:
        return []
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["part", "whole", "compared"]).astype("float64")
    frame.insert(2, "share", frame["part"] / frame["whole"])
    labels = {name: label for name, label in worded(STANDARDS).items() if name in rows}
    return [canteen_seats.standards(frame, words, labels, _sources(rows, words))]


def _sources(rows: Mapping[str, object], words: Words) -> tuple[Text, ...]:
    bound = {SETTINGS: words.settings}
    said: dict[str, Text] = {
        "penetration": tr("Need for help with meals comes from a national survey; it is not a figure of this place. For its source see the parameters."),
        "elder_share": tr("The share of older people among diners is reported from another district; meals are counted here and diners there. For its source see the parameters."),
        "capacity": state("{meals} meals a day are quoted as the least that a community canteen can cook. This could not be confirmed, so it is no norm here.", bound, meals=setting("kitchen_capacity_compared")),
    }  # fmt: skip
    return tuple(text for name, text in said.items() if name in rows)
