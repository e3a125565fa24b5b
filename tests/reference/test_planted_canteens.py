"""Ratios of kinds of day over simulated years of meals: covered near the level of the intervals, and quiet without.

Canteens share what a day brings (weather, a closed street), as the errors clustered by date suppose. The generator of the
demonstration district makes one year with the planted ratios and one without them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from jingan_analysis.demo.canteen_effects import no_canteen_effects, planted_canteen_effects
from jingan_analysis.demo.canteens import Sites
from jingan_analysis.demo.meals import serve_meals
from jingan_analysis.demo.units import read_data
from jingan_analysis.studies.canteen_reach_days import kinds_of
from jingan_analysis.studies.canteen_reach_meals import with_all_meals
from jingan_analysis.studies.canteen_reach_season import daily_meals, meals_model

pytestmark = pytest.mark.slow

YEARS, CANTEENS = 100, 2
DAYS = pd.date_range("2023-09-01", "2024-08-31", freq="D")
KINDS = kinds_of(DAYS)


def year_of(seed: int, ratios: dict[str, float]) -> pd.DataFrame:
    """Daily meals of canteens: negative binomial, with a factor of each day that all canteens share."""
    random = np.random.default_rng(seed)
    factor = KINDS.map({"weekday": 1.0, **ratios}).to_numpy() * random.gamma(100.0, 0.01, len(DAYS))
    rows = [
        pd.DataFrame(
            {
                "site_id": f"s{site}",
                "served_on": DAYS,
                "meals": random.poisson((150 + 100 * site) * factor * random.gamma(50.0, 0.02, len(DAYS))),
            }
        )
        for site in range(CANTEENS)
    ]
    return pd.concat(rows, ignore_index=True)


def weekend_of(seed: int, ratios: dict[str, float]) -> pd.Series:
    found = meals_model(year_of(seed, ratios), KINDS, fewest_days=5, confidence=0.95)
    assert found is not None
    assert found.dates == len(DAYS)
    return found.terms.loc["weekend"]


def test_the_weekend_ratio_is_covered_near_the_level():
    effects = planted_canteen_effects()
    ratios = {name: getattr(effects, name) for name in ("weekend", "holiday", "spring_festival")}
    found = pd.DataFrame([weekend_of(seed, ratios) for seed in range(YEARS)])
    hits = ((found["lower"] <= effects.weekend) & (effects.weekend <= found["upper"])).sum()
    # Binomial limits of 100 intervals at 95 %: 89 to 99 leave out about one in a hundred.
    assert 89 <= hits <= 99, hits
    off = np.log(found["ratio"] / effects.weekend)
    assert abs(off.mean()) < 3 * off.std() / YEARS**0.5


def test_years_without_effects_are_quiet():
    ratios = dict.fromkeys(("weekend", "holiday", "spring_festival"), 1.0)
    called = sum(weekend_of(1_000 + seed, ratios)["p_value"] < 0.05 for seed in range(YEARS))
    # Five are expected of 100; 1 to 11 leave out about one in a hundred.
    assert 1 <= called <= 11, called


def generated(effects) -> pd.DataFrame:
    """Ratios in a year of the generator, of canteens that are open every day and older than the year."""
    rows = read_data("sites.toml")["inside"]
    table = pd.DataFrame(
        {
            "site_id": [f"C{number + 1:02d}" for number in range(len(rows))],
            "subdistrict_code": [row["unit"] for row in rows],
            "opened_on": [row.get("opened_on", "") for row in rows],
            "capacity_meals_per_day": [row.get("capacity", "") for row in rows],
            "open_days_per_week": [row["open_days"] for row in rows],
            "delivers": [row["delivers"] for row in rows],
            "hours": [row["hours"] for row in rows],
        }
    )
    full = [row.get("overloaded", False) for row in rows]
    sites = Sites(table, np.zeros((len(rows), 2)), np.array([float(row["daily"]) for row in rows]), np.array(full))
    # A kitchen at its limit cuts its best days, and a new canteen fills up: both would hide what was planted.
    free = table[(table["open_days_per_week"] == 7) & (table["opened_on"] < "2023-06")]
    daily = daily_meals(with_all_meals(serve_meals(sites, effects, 7)))
    found = meals_model(daily[daily["site_id"].isin(free["site_id"])], KINDS, fewest_days=5, confidence=0.95)
    assert found is not None
    assert found.canteens == len(free) >= 4
    return found.terms


def test_the_generator_s_ratios_are_found_and_none_without_effects():
    effects, terms, quiet = (
        planted_canteen_effects(),
        generated(planted_canteen_effects()),
        generated(no_canteen_effects()),
    )
    for name in ("weekend", "holiday", "spring_festival"):
        assert terms.loc[name, "ratio"] == pytest.approx(getattr(effects, name), rel=0.03), name
        assert quiet.loc[name, "ratio"] == pytest.approx(1.0, abs=0.02), name
