"""What kinds of day do to meals, and who eats: recovered near the level of the intervals, and quiet without effects.

Days are made anew with other seeds for six canteens of known levels; districts of the demonstration's kind show the same
with closed days, kitchens at their limit and a canteen that fills up.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from planted_districts import ground

from jingan_analysis.demo.canteen_effects import no_canteen_effects, planted_canteen_effects
from jingan_analysis.demo.canteen_use import canteen_use
from jingan_analysis.demo.canteens import build_sites
from jingan_analysis.demo.meals import serve_meals
from jingan_analysis.studies.canteen_reach_days import kinds_of, spans_of
from jingan_analysis.studies.canteen_reach_diners import diners_of, penetration
from jingan_analysis.studies.canteen_reach_meals import with_all_meals
from jingan_analysis.studies.canteen_reach_season import SEASON, daily_meals, days_by_kind, meals_model
from jingan_analysis.studies.period import Period

pytestmark = pytest.mark.slow

WINDOW = Period.parse("2024-08")
DAYS = pd.date_range("2023-09-01", "2024-08-31")
KINDS = kinds_of(DAYS)
LEVELS = np.array([120.0, 200.0, 260.0, 330.0, 410.0, 90.0])
SIMULATIONS = 120
LOW = ("310106019000", "310106101000")


def simulated(ratios: dict[str, float], seed: int) -> pd.DataFrame:
    """Negative binomial meals with a shock that all canteens share on a day."""
    random = np.random.default_rng(seed)
    shared = random.gamma(400.0, 1 / 400.0, len(DAYS))
    mean = LEVELS[:, None] * KINDS.map({"weekday": 1.0, **ratios}).to_numpy() * shared
    meals = random.poisson(mean * random.gamma(200.0, 1 / 200.0, mean.shape))
    return pd.DataFrame(
        {
            "site_id": np.repeat([f"s{n}" for n in range(len(LEVELS))], len(DAYS)),
            "served_on": np.tile(DAYS, len(LEVELS)),
            "meals": meals.ravel(),
        }
    )


def model(daily: pd.DataFrame):
    return meals_model(daily, KINDS, fewest_days=5, confidence=0.95)


def test_planted_ratios_are_covered_near_the_level():
    truth = {"weekend": 0.74, "holiday": 0.55, "spring_festival": 0.3}
    hits, estimates = dict.fromkeys(truth, 0), []
    for seed in range(SIMULATIONS):
        terms = model(simulated(truth, seed)).terms
        for name, value in truth.items():
            hits[name] += int(terms.at[name, "lower"] <= value <= terms.at[name, "upper"])
        estimates.append(np.log(terms.loc[list(truth), "ratio"].to_numpy()))
    # Binomial limits of 120 intervals at 95 %: 107 and more leave out less than one in two hundred.
    assert hits["weekend"] >= 107, hits
    assert hits["holiday"] >= 107, hits
    # Eight days are few clusters: such intervals are known to be somewhat too narrow.
    assert hits["spring_festival"] >= 95, hits
    off = np.mean(estimates, axis=0) - np.log(list(truth.values()))
    assert (np.abs(off) < 3.5 * np.std(estimates, axis=0) / SIMULATIONS**0.5).all(), off


def test_days_that_canteens_share_are_not_counted_as_many():
    """With independent errors a shock that all share on a day would pass for six observations: too narrow."""
    from jingan_analysis.models.count_regression import count_regression

    truth, covered = 0.74, 0
    for seed in range(40):
        daily = simulated({"weekend": truth, "holiday": 0.55, "spring_festival": 0.3}, seed)
        kind = KINDS.reindex(daily["served_on"]).to_numpy()
        sites = pd.get_dummies(daily["site_id"], drop_first=True, dtype=float).to_numpy()
        dummies = np.column_stack([kind == name for name in ("weekend", "holiday", "spring_festival")]).astype(float)
        names = [str(n) for n in range(dummies.shape[1] + sites.shape[1])]
        fit = count_regression(daily["meals"], np.column_stack([dummies, sites]), names=names).negative_binomial
        covered += int(fit.lower[0] <= truth <= fit.upper[0])
    assert covered <= 34, covered


def test_days_alike_are_quiet():
    called = dict.fromkeys(("weekend", "holiday", *SEASON), 0)
    for seed in range(SIMULATIONS):
        terms = model(simulated(dict.fromkeys(("weekend", "holiday", "spring_festival"), 1.0), 1_000 + seed)).terms
        for name in called:
            called[name] += int(terms.at[name, "p_value"] < 0.05)
    # Six are expected of 120; up to 14 leave out less than one in five hundred.
    assert all(count <= 14 for count in called.values()), called
    assert sum(called.values()) > 0


def test_a_saturated_model_has_the_ratios_of_the_sums():
    """One canteen, kinds of day and no season: the ratio is that of the means, whatever the dispersion."""
    daily = simulated({"weekend": 0.7, "holiday": 0.5, "spring_festival": 0.3}, 3)
    one = daily[(daily["site_id"] == "s1") & (daily["served_on"] >= "2024-01-01")].reset_index(drop=True)
    found = model(one)
    assert not set(SEASON) & set(found.terms.index), "eight months carry no season"
    means = one["meals"].groupby(KINDS.reindex(one["served_on"]).to_numpy()).mean()
    for name in found.terms.index:
        assert found.terms.at[name, "ratio"] == pytest.approx(means[name] / means["weekday"], rel=1e-6)


def test_closed_days_are_counted_and_in_no_mean():
    daily = simulated({"weekend": 0.7, "holiday": 0.5, "spring_festival": 0.3}, 4)
    shut = daily[~((daily["site_id"] == "s0") & (KINDS.reindex(daily["served_on"]) == "weekend").to_numpy())]
    table = days_by_kind(shut, KINDS, pd.Series(6, index=DAYS))
    assert table.at["weekend", "without_meals"] == 93
    assert table.at["weekday", "without_meals"] == 0
    assert (table["with_meals"] + table["without_meals"] == table["in_service"]).all()
    assert (
        table.at["weekend", "meals_per_day"]
        > days_by_kind(daily, KINDS, pd.Series(6, index=DAYS)).at["weekend", "meals_per_day"]
    )


def test_a_kind_with_few_days_is_left_out_and_said():
    daily = simulated({"weekend": 0.7, "holiday": 0.5, "spring_festival": 0.3}, 5)
    found = meals_model(daily, KINDS, fewest_days=9, confidence=0.95)
    assert found.left_out == ("spring_festival",)
    assert "spring_festival" not in found.terms.index
    assert found.dates == 366 - 8
    assert meals_model(daily.iloc[:0], KINDS, fewest_days=5, confidence=0.95) is None


# --- the demonstration's generator --------------------------------------------------------------


@pytest.fixture(scope="module")
def places():
    ground_places, people = ground()
    return ground_places, people, build_sites(ground_places)


def inside(meals: pd.DataFrame, sites) -> pd.DataFrame:
    return with_all_meals(meals[meals["site_id"].isin(sites.table.loc[sites.inside, "site_id"])])


def test_the_lists_of_days_are_those_that_the_generator_uses():
    from jingan_analysis.demo import meals

    made = {*meals._HOLIDAYS, meals._SPRING_FESTIVAL}
    listed = {(f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}") for first, last in spans_of("public_holidays")}
    assert made == listed


@pytest.mark.parametrize("seed", [1, 2])
def test_kinds_of_day_are_recovered_in_a_regenerated_district(places, seed):
    """Nearer to 1 by at most what kitchens at their limit cut from weekdays, which is some two per cent."""
    effects = planted_canteen_effects()
    terms = model(daily_meals(inside(serve_meals(places[2], effects, seed), places[2]))).terms
    for name in ("weekend", "holiday", "spring_festival"):
        planted = getattr(effects, name)
        assert planted * 0.99 < terms.at[name, "ratio"] < planted * 1.04, name
        assert terms.at[name, "p_value"] < 1e-6


def test_a_regenerated_district_with_days_alike_is_near_one(places):
    terms = model(daily_meals(inside(serve_meals(places[2], no_canteen_effects(), 5), places[2]))).terms
    for name in ("weekend", "holiday"):
        assert 0.985 < terms.at[name, "ratio"] < 1.015, name


def used(places, effects, seed: int):
    ground_places, people, sites = places
    meals = serve_meals(sites, effects, seed)
    tables = canteen_use(ground_places, people, sites, meals, effects, seed)
    codes = [unit.code for unit in ground_places.units]
    home = ground_places.unit
    older = np.bincount(home[home >= 0], people.older[home >= 0], len(codes))
    by_row = pd.Series(np.append(older, older.sum()), index=[*codes, "district"])
    diners = diners_of(tables["canteen_diners"], set(sites.table["site_id"]), WINDOW, 60)
    return penetration(diners, by_row, codes, regular_meals=100, confidence=0.95), tables, meals


def test_low_penetration_is_found_where_it_was_planted_and_nowhere_else(places):
    effects = planted_canteen_effects()
    wrong = 0
    for seed in range(12):
        frame, _, _ = used(places, effects, seed)
        low = frame[(frame["p_value"] < 0.05) & (frame["share"] < frame.at["district", "share"])]
        assert set(LOW) <= set(low.index)
        wrong += len(set(low.index) - set(LOW))
        for code in LOW:
            assert frame.at[code, "share"] == pytest.approx(effects.penetration_in[code], rel=0.12)
    assert wrong <= 2


def test_one_penetration_everywhere_is_quiet(places):
    called = sum((used(places, no_canteen_effects(), seed)[0]["p_value"] < 0.05).any() for seed in range(40))
    # At most 5 % of 40 districts, and chance: 7 leave out less than one in five hundred.
    assert called <= 7, called


def test_who_eats_adds_up_to_what_is_served_in_every_regenerated_district(places):
    _, tables, meals = used(places, planted_canteen_effects(), 9)
    diners = tables["canteen_diners"]
    served = inside(meals, places[2]).groupby(["site_id", "mode"])["elder_meals"].sum()
    for mode in ("dine_in", "takeaway", "delivery"):
        eaten = diners.groupby("site_id")[f"{mode}_meals"].sum()
        expected = served.xs(mode, level="mode").reindex(eaten.index).fillna(0)
        assert (eaten == expected).all()
