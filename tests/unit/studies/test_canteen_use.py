"""The use of canteens on the demonstration district against loops over its rows, and on districts that tell less."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pandas as pd
import pytest
from altered import Altered
from hypothesis import given
from hypothesis import strategies as st

from jingan_analysis.demo.canteen_effects import planted_canteen_effects
from jingan_analysis.errors import InvalidParameter
from jingan_analysis.studies import run_study
from jingan_analysis.studies.canteen_reach_days import KINDS, kinds_of
from jingan_analysis.studies.canteen_reach_delivery import PARTS, parts_of
from jingan_analysis.studies.canteen_reach_season import meals_model

FIRST, END = pd.Timestamp("2023-09-01"), pd.Timestamp("2024-08-31")
MODES = ("dine_in", "takeaway", "delivery")


@pytest.fixture(scope="module")
def result(demo):
    return run_study("canteen_reach", demo, period="2024-08", minimum_cell=1)


@pytest.fixture(scope="module")
def canteens(demo):
    return {row.site_id: row for row in demo.table("canteens").itertuples() if not pd.isna(row.subdistrict_code)}


@pytest.fixture(scope="module")
def meals(demo, canteens):
    """Meals of the district's canteens in the twelve months, as plain rows."""
    table = demo.table("meals")
    return [row for row in table.itertuples() if row.site_id in canteens and FIRST <= row.served_on <= END]


def of(result, table: str) -> pd.DataFrame:
    return result.tables[table].frame


def test_meals_by_meal_and_mode(result, meals):
    counts, elder = Counter(), Counter()
    for row in meals:
        counts[row.meal, row.mode] += row.elder_meals + row.other_meals
        elder[row.meal] += row.elder_meals
    frame, shares = of(result, "meals_by_kind"), of(result, "meal_shares")
    for meal in ("breakfast", "lunch", "dinner"):
        for mode in MODES:
            assert frame.loc[meal, mode] == counts[meal, mode]
        whole = sum(counts[meal, mode] for mode in MODES)
        assert shares.loc[meal, "elder_share"] == pytest.approx(elder[meal] / whole)
        assert shares.loc[meal, "delivery_share"] == pytest.approx(counts[meal, "delivery"] / whole)
    total = frame.loc["all", "all"]
    assert total == sum(counts.values()) == 3_800_000
    assert of(result, "meals_by_week")["all"].sum() == total
    assert of(result, "canteens")["meals"].sum() == total == of(result, "capacity_use").loc["all", "meals"]


def test_use_of_capacity_on_days_really_open(result, canteens, meals):
    daily = defaultdict(Counter)
    for row in meals:
        daily[row.site_id][row.served_on] += row.elder_meals + row.other_meals
    frame = of(result, "canteens")
    for site, days in daily.items():
        row, capacity = frame.loc[site], canteens[site].capacity_meals_per_day
        assert row["open_days"] == len(days)
        if pd.isna(capacity):
            assert np.isnan(row["utilisation"])
            continue
        assert row["utilisation"] == pytest.approx(sum(days.values()) / (capacity * len(days)))
        assert row["utilisation_peak"] == pytest.approx(np.quantile(list(days.values()), 0.95) / capacity)


def test_diners_are_counted_once(result, demo, canteens):
    homes, meals = defaultdict(Counter), Counter()
    old_enough = {}
    for row in demo.table("canteen_diners").itertuples():
        if row.site_id in canteens and row.year_to == END:
            eaten = row.dine_in_meals + row.takeaway_meals + row.delivery_meals
            homes[row.person_id][row.subdistrict_code] += eaten
            meals[row.person_id] += eaten
            old_enough[row.person_id] = 2024 - row.birth_year >= 60
    people = [person for person in homes if old_enough[person]]
    by_unit = Counter(homes[person].most_common(1)[0][0] for person in people)
    frame = of(result, "penetration")
    assert frame.loc["district", "diners"] == len(people)
    assert len(demo.table("canteen_diners")) > len(people) * 1.05
    for unit, row in frame.drop("district").iterrows():
        assert row["diners"] == by_unit[unit]
        assert row["share"] == pytest.approx(by_unit[unit] / row["older_persons"])
    lowest = frame["share"].drop("district").nsmallest(2).index
    assert set(lowest) == set(planted_canteen_effects().penetration_in)
    record = of(result, "diner_meals")
    assert (record["without"] == 0).all()


def test_everybody_is_reached_in_one_way(result):
    for name in ("delivery", "delivery_groups"):
        frame = of(result, name)
        assert frame[list(PARTS)].sum(axis=1).to_numpy() == pytest.approx(frame["persons"].to_numpy())
    whole, reach = of(result, "delivery").loc["district"], of(result, "by_subdistrict").loc["district"]
    assert whole["persons"] == reach["older_persons"]
    assert whole["reached"] + 0 == pytest.approx(reach["reached"], abs=whole["unknown"])


def test_neither_is_where_nobody_delivers(result, demo):
    """Older residents of committees without delivery bound those whom neither reaches."""
    committees, effects = demo.table("committees"), planted_canteen_effects()
    units = committees.set_index("committee_id")["subdistrict_code"]
    frame = of(result, "delivery").drop("district")
    assert set(frame.index[frame["neither"] > 0]) <= {units[one] for one in effects.undelivered}
    served = set(demo.table("delivery_areas")["committee_id"])
    points = demo.table("demand_points")
    dry = set(points.loc[points["committee_id"].notna() & ~points["committee_id"].isin(served), "point_id"])
    people = demo.table("population").query("basis == 'resident' and age_from_years >= 60")
    assert 0 < frame["neither"].sum() <= people.loc[people["point_id"].isin(dry), "persons"].sum()


@given(st.lists(st.tuples(*[st.booleans()] * 4), min_size=1, max_size=40))
def test_each_home_is_in_one_part(rows):
    on_foot, snapped, delivered, known = (np.array(part) for part in zip(*rows, strict=True))
    parts = parts_of(on_foot, snapped, delivered, known)
    assert (sum(part.astype(int) for part in parts.values()) == 1).all()
    more = parts_of(on_foot, snapped, np.ones_like(delivered), known)
    assert not more["neither"].any()


def test_seats_at_lunch_by_a_loop(result, canteens, meals):
    lunches = defaultdict(Counter)
    for row in meals:
        if row.meal == "lunch" and row.mode == "dine_in":
            lunches[row.site_id][row.served_on] += row.elder_meals + row.other_meals
    frame = of(result, "sittings")
    for site, days in lunches.items():
        row = frame.loc[site]
        assert row["lunches_median"] == pytest.approx(np.median(list(days.values())))
        assert row["lunches_peak"] == pytest.approx(np.quantile(list(days.values()), 0.95))
        if pd.isna(canteens[site].seats):
            assert np.isnan(row["places"])
        else:
            assert row["places"] % canteens[site].seats == 0
    full = frame.index[frame["use_median"] > 1].tolist()
    assert [canteens[site].seats for site in full] == [30]
    lengths = of(result, "sittings_by_length")
    assert lengths["short_peak"].is_monotonic_increasing
    assert (lengths["short_median"] <= lengths["short_peak"]).all()
    assert (lengths["known"] + lengths["unknown"] == 26).all()


def test_days_of_the_year_have_one_kind_each():
    days = pd.date_range(FIRST, END, freq="D")
    kinds = kinds_of(days)
    assert set(kinds) == set(KINDS)
    assert kinds[pd.Timestamp("2024-02-12")] == "spring_festival"
    assert kinds[pd.Timestamp("2024-05-01")] == "holiday"
    assert kinds[pd.Timestamp("2024-06-15")] == "weekend"
    assert kinds[pd.Timestamp("2024-06-12")] == "weekday"


def test_planted_kinds_of_day_are_found(result):
    """Kitchens at the limit of their capacity cut ordinary weekdays, so that ratios lie a little above what was planted."""
    effects, frame = planted_canteen_effects(), of(result, "meals_model")
    for name in ("weekend", "holiday", "spring_festival"):
        assert frame.loc[name, "ratio"] == pytest.approx(getattr(effects, name), rel=0.03)
        assert frame.loc[name, "lower"] < frame.loc[name, "ratio"] < frame.loc[name, "upper"] < 1


def simulated(seed: int, weekend: float) -> tuple[pd.DataFrame, pd.Series]:
    """Daily meals of six canteens of a year: negative binomial, one ratio for weekends and holidays."""
    random = np.random.default_rng(seed)
    days = pd.date_range(FIRST, END, freq="D")
    kinds = kinds_of(days)
    mean = np.where(kinds == "weekday", 1.0, weekend)
    rows = []
    for site in range(6):
        mu = (200 + 60 * site) * mean
        count = random.poisson(mu * random.gamma(1 / 0.02, 0.02, len(days)))
        rows.append(pd.DataFrame({"site_id": f"s{site}", "served_on": days, "meals": count}))
    return pd.concat(rows, ignore_index=True), kinds


def test_the_weekend_ratio_is_covered_near_the_level():
    hits = 0
    for seed in range(100):
        daily, kinds = simulated(seed, 0.8)
        terms = meals_model(daily, kinds, fewest_days=5, confidence=0.95).terms
        hits += int(terms.loc["weekend", "lower"] <= 0.8 <= terms.loc["weekend", "upper"])
    # Binomial limits of 100 intervals at 95 %: 89 to 100 leave out less than one in a hundred.
    assert hits >= 89


def test_days_that_are_all_alike_are_quiet():
    called = 0
    for seed in range(60):
        daily, kinds = simulated(1_000 + seed, 1.0)
        called += int(meals_model(daily, kinds, fewest_days=5, confidence=0.95).terms.loc["weekend", "p_value"] < 0.05)
    # Three are expected of 60; more than 9 in less than one of a hundred.
    assert called <= 9


def test_a_district_that_tells_less_says_so(demo):
    bare = Altered(demo, missing=("canteen_diners", "delivery_areas"))
    result = run_study("canteen_reach", bare, period="2024-08")
    assert {"delivery", "delivery_groups", "penetration", "diner_meals"} & set(result.tables) == set()
    told = " ".join(sentence.plain for sentence in result.notes)
    assert "delivery_areas" in told
    assert "canteen_diners" in told


def test_the_calibration_of_meals_is_no_norm(result):
    """400 meals a canteen-day are arithmetic on two published numbers: no table holds anything against them."""
    assert 400 not in of(result, "standards")["compared"].tolist()


def test_a_unit_speaks_of_its_own(demo, result):
    unit = "310106020000"
    mine = run_study("canteen_reach", demo, period="2024-08", unit=unit, minimum_cell=1)
    assert of(mine, "delivery").loc[unit].equals(of(result, "delivery").loc[unit])
    assert any("Pengpu Xincun" in sentence.plain for sentence in mine.headline)


@pytest.mark.parametrize(("name", "value"), [("minutes_per_sitting", 0.0), ("regular_meals_per_year", -1)])
def test_parameters_out_of_range_are_told(demo, name, value):
    with pytest.raises(InvalidParameter, match=name):
        run_study("canteen_reach", demo, period="2024-08", **{name: value})
