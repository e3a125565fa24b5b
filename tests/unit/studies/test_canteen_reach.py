"""Canteen reach on altered small districts: who is counted where, and which way a change must turn the numbers."""

from __future__ import annotations

import random
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from altered import Altered
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jingan_analysis.district import load_district
from jingan_analysis.errors import InvalidParameter, UnknownUnit
from jingan_analysis.studies import canteen_reach, run_study
from jingan_analysis.tables.claims import plain_text
from jingan_analysis.tables.html import table_html

WEST, MIDDLE, EAST = "010001000000", "010002000000", "010003000000"
"""Three units side by side; the first two have a canteen in the middle, the last has none."""


@pytest.fixture
def small(valid_district):
    """Thirty homes with 80 people aged 60 to 79 and 20 aged 80 and over each, some of them frail or alone."""
    district = load_district(valid_district)
    return Altered(district, population=with_groups(district.table("population")))


def with_groups(population):
    """Split the older people of every home: one in ten frail, another one in five alone."""
    old = population["age_from_years"] >= 60
    parts = [population[~old]]
    for frailty, living, share in (
        ("frail", "with_others", 0.1),
        ("not_frail", "alone", 0.2),
        ("not_frail", "with_others", 0.7),
    ):
        part = population[old]
        parts.append(part.assign(frailty=frailty, living_arrangement=living, persons=part["persons"] * share))
    return pd.concat(parts, ignore_index=True)


def answer(district: Any, **values: Any):
    """The result without its figures, which take most of the time."""
    with mock.patch.object(canteen_reach, "figures_of", return_value={}):
        result = run_study("canteen_reach", district, **{"period": "2024-08", **values})
    assert all(check.passed for check in result.checks), [check.detail.plain for check in result.checks]
    for table in result.tables.values():
        assert table_html(table)  # fails on a missing number without a mark
    return result


def frames(district: Any, **values: Any) -> dict[str, pd.DataFrame]:
    """The tables; their accounts of people and meals close."""
    found = {name: table.frame for name, table in answer(district, **values).tables.items()}
    ledger, area = found["ledger"], found["by_subdistrict"]
    parts = ledger.drop(index="total").sum()
    assert parts["persons"] == pytest.approx(ledger.at["total", "persons"], abs=1e-9)
    assert parts["supply"] == pytest.approx(ledger.at["total", "supply"], rel=1e-9)
    inside = ledger.filter(like="inside", axis=0)["persons"].sum()
    assert inside == pytest.approx(area.at["district", "older_persons"], abs=1e-9)
    assert area["older_persons"].to_numpy() == pytest.approx(
        (area["reached"] + area["not_reached"] + area["unsnapped"]).to_numpy()
    )
    return found


def with_canteens(district: Any, **changes: Any) -> Altered:
    """The district with columns of its canteens changed."""
    return Altered(district, canteens=district.table("canteens").assign(**changes))


def plus_canteen(district: Any, x_m: float, y_m: float, **changes: Any) -> Altered:
    """The district with one more canteen, like the first one unless changed."""
    sites = district.table("canteens")
    more = sites.iloc[[0]].assign(**{"site_id": "new", "x_m": x_m, "y_m": y_m, **changes})
    return Altered(district, canteens=pd.concat([sites, more.astype(sites.dtypes.to_dict())], ignore_index=True))


def middle_of(district: Any, code: str) -> tuple[float, float]:
    middle = district.table("sub_districts").set_index("subdistrict_code").geometry[code].centroid
    return middle.x, middle.y


# --- one unit, another basis --------------------------------------------------------------------


@pytest.mark.parametrize("code", [WEST, MIDDLE, EAST])
def test_report_on_one_unit_has_the_numbers_of_its_row(small, code):
    whole, unit = frames(small), frames(small, unit=code)
    for name in ("by_subdistrict", "far_and_frail", "meals_access", "ledger", "meals", "exclusions", "snapping"):
        pd.testing.assert_frame_equal(unit[name], whole[name], obj=name)
    row, frail = whole["by_subdistrict"].loc[code], whole["far_and_frail"].loc[code]
    for table, place in (("scenarios", "1-15"), ("groups", "older")):
        got = unit[table].loc[place, ["persons", "reached", "share", "lower", "upper"]]
        assert got.to_numpy(dtype=float) == pytest.approx(
            row[["older_persons", "reached", "share", "lower", "upper"]].to_numpy(dtype=float), rel=1e-12
        )
    for minutes in (5, 10, 15):
        assert unit["scenarios"].at[f"1-{minutes}", "share"] == pytest.approx(row[f"share_{minutes}"], rel=1e-12)
    assert unit["groups"].at["frail", "persons"] == pytest.approx(frail["frail_persons"])
    assert unit["groups"].at["frail", "not_reached"] == pytest.approx(frail["frail_far"])
    own = small.table("canteens").loc[lambda sites: sites["subdistrict_code"] == code, "site_id"]
    if code == EAST:
        assert not {"equity", "canteens"} & set(unit), "no canteen there, and nobody has a meal in reach"
    else:
        pd.testing.assert_frame_equal(unit["canteens"], whole["canteens"].loc[list(own)], check_dtype=False)
        assert unit["equity"].at["gini", "value"] == pytest.approx(whole["meals_access"].at[code, "gini"], rel=1e-12)
        assert unit["equity"].at["theil_between", "value"] == pytest.approx(0.0, abs=1e-12)


def test_report_on_one_unit_names_it_and_not_the_others(small):
    result = answer(small, unit=WEST)
    assert (result.unit_code, result.unit_name) == (WEST, "Unit 1")
    assert result.headline.sentences[0].plain.startswith("In Unit 1 第1街道, ")
    assert not any("than anywhere else" in sentence.plain for sentence in result.headline)
    with pytest.raises(UnknownUnit, match="010001000001"):
        answer(small, unit="010001000001")


def test_registered_people_are_counted_instead_of_residents_and_never_with_them(small):
    residents = small.table("population")
    registered = residents.assign(basis="registered", persons=residents["persons"] * 0.4)
    both = Altered(small, population=pd.concat([residents, registered], ignore_index=True))
    for basis, factor in (("resident", 1.0), ("registered", 0.4)):
        alone = frames(Altered(small, population=residents.assign(persons=residents["persons"] * factor)))
        result = answer(both, basis=basis)
        for name, frame in alone.items():
            pd.testing.assert_frame_equal(result.tables[name].frame, frame, obj=name)
        words = {"resident": "Residents aged", "registered": "Registered residents aged"}
        assert plain_text(result.tables["by_subdistrict"].caption).startswith(words[basis])
        assert f"({basis})" in " ".join(note.plain for note in result.notes)
    with pytest.raises(InvalidParameter, match="has no such rows; it has: resident"):
        answer(small, basis="registered")


def test_age_that_would_split_a_band_is_refused(small):
    with pytest.raises(InvalidParameter, match="age_from_years=65 splits an age band.*0, 60, 80"):
        answer(small, age_from_years=65)
    assert frames(small, age_from_years=80)["by_subdistrict"].at["district", "older_persons"] == pytest.approx(600)


# --- meals and capacities -----------------------------------------------------------------------


def test_without_meals_the_load_is_left_out_and_the_rest_stays(small):
    full, bare = frames(small), frames(Altered(small, missing=("meals",)))
    of_meals = {"meals_by_kind", "meal_shares", "meals_by_week", "capacity_use", "days_by_kind"}
    assert set(full) - set(bare) == {"meals", "load", "diner_meals", "sittings", "sittings_by_length", *of_meals}
    assert list(bare["canteens"].columns) == ["capacity", "older_in_reach", "subdistrict"]
    for name in set(bare) - {"canteens", "standards", "exclusions"}:
        pd.testing.assert_frame_equal(bare[name], full[name], obj=name)
    assert list(bare["standards"].index) == ["penetration", "capacity"]


def test_meals_of_other_years_are_counted_and_in_no_total(small):
    meals = small.table("meals")
    old = meals.iloc[[0, 1]].assign(served_on=pd.Timestamp(2023, 8, 31).as_unit("s"))
    found = frames(Altered(small, meals=pd.concat([meals, old], ignore_index=True)))
    assert found["exclusions"].at["meals_outside", "count"] == 2
    pd.testing.assert_frame_equal(found["meals"], frames(small)["meals"])
    first = meals.iloc[[0]].assign(served_on=pd.Timestamp(2023, 9, 1).as_unit("s"), elder_meals=7, other_meals=0)
    more = frames(Altered(small, meals=pd.concat([meals, first], ignore_index=True)))
    assert more["meals"].at["all", "meals"] == found["meals"].at["all", "meals"] + 7
    none = frames(Altered(small, meals=old))
    assert "meals" not in none
    assert none["exclusions"].at["meals_outside", "count"] == 2


def test_unknown_capacity_is_neither_zero_nor_meals(small):
    known, sites = frames(small), small.table("canteens")
    found = frames(with_canteens(small, capacity_meals_per_day=[np.nan, 250.0]))
    pd.testing.assert_frame_equal(found["by_subdistrict"], known["by_subdistrict"])
    ledger = found["ledger"]
    assert ledger.at["total", "supply"] == 250 < sites["capacity_meals_per_day"].sum()
    # Homes that only the unknown canteen can serve are not known to have nothing.
    assert ledger.at["inside_unknown", "persons"] == pytest.approx(1000)
    assert ledger.at["inside_without", "persons"] == known["ledger"].at["inside_without", "persons"]
    assert found["meals_access"].loc[WEST].drop("unknown_share").isna().all()
    assert found["meals_access"]["unknown_share"].to_dict() == pytest.approx(
        {WEST: 1.0, MIDDLE: 0.0, EAST: 0.0, "district": 1 / 3}
    )
    assert found["meals_access"].at[MIDDLE, "capacity"] == 250
    assert found["meals_access"].at[MIDDLE, "meals_per_100"] == known["meals_access"].at[MIDDLE, "meals_per_100"]
    assert found["exclusions"].at["unknown_capacity", "count"] == 1
    assert np.isnan(found["canteens"].at["s0", "utilisation"])
    assert found["load"]["canteens"].to_dict() == {"known": 1, "overloaded": 0, "idle": 0, "unknown": 1}


def test_all_capacities_unknown(small):
    result = answer(with_canteens(small, capacity_meals_per_day=np.nan))
    found = frames(with_canteens(small, capacity_meals_per_day=np.nan))
    assert not {"equity", "load", "meals_access"} & set(found)
    assert found["ledger"].at["total", "supply"] == 0
    assert found["ledger"].at["inside_unknown", "persons"] == pytest.approx(2000)
    assert any(note.plain.startswith("Canteens of unknown capacity: 2.") for note in result.notes)


def test_open_days_spread_the_capacity_over_the_week(small):
    five = frames(with_canteens(small, open_days_per_week=pd.array([5, None], dtype="Int64")))["meals_access"]
    assert five.at[WEST, "capacity"] == pytest.approx(300 * 5 / 7)
    assert five.at[MIDDLE, "capacity"] == 250
    assert five.at[WEST, "meals_per_100"] == pytest.approx(
        frames(small)["meals_access"].at[WEST, "meals_per_100"] * 5 / 7
    )


# --- which canteens, which people ---------------------------------------------------------------


@pytest.mark.parametrize("sites", ["closed", "none"])
def test_no_canteen_in_service(small, sites):
    canteens = small.table("canteens")
    canteens = canteens.iloc[:0] if sites == "none" else canteens.assign(closed_on=pd.Timestamp(2024, 8, 30))
    empty = Altered(small, canteens=canteens, meals=small.table("meals").iloc[:0])
    found = frames(empty)
    area = found["by_subdistrict"]
    assert area[["canteens", "reached", "share", "share_own", "lower"]].to_numpy() == pytest.approx(0.0, abs=1e-12)
    assert (area["upper"] > 0).all()
    assert found["ledger"].at["inside_without", "persons"] == pytest.approx(3000)
    assert found["ledger"].at["total", "supply"] == 0
    assert found["exclusions"].at["closed_sites", "count"] == (0 if sites == "none" else 2)
    assert not {"equity", "canteens", "meals_access"} & set(found)
    assert run_study("canteen_reach", empty, period="2024-08").figures["map"].svg.startswith("<svg")


@pytest.mark.parametrize(
    ("dates", "serves"),
    [
        ({"closed_on": "2024-08-30"}, False),
        ({"closed_on": "2024-08-31"}, True),
        ({"closed_on": "2025-01-01"}, True),
        ({"opened_on": "2024-08-31"}, True),
        ({"opened_on": "2024-09-01"}, False),
        ({"opened_on": "2019-01-01", "closed_on": "2023-05-31"}, False),
    ],
)
def test_a_canteen_serves_from_its_first_to_its_last_day(small, dates, serves):
    sites = small.table("canteens")
    for column, day in dates.items():
        sites.loc[sites["site_id"] == "s1", column] = pd.Timestamp(day)
    found = frames(Altered(small, canteens=sites))
    assert found["by_subdistrict"].at[MIDDLE, "canteens"] == int(serves)
    assert found["by_subdistrict"].at["district", "reached"] == pytest.approx(2000 if serves else 1000)
    assert found["exclusions"].at["closed_sites", "count"] == int(not serves)
    assert list(found["canteens"].index) == (["s0", "s1"] if serves else ["s0"])
    # Its meals of the year were eaten all the same.
    assert found["meals"].at["all", "meals"] == 1200 + 1280
    assert found["exclusions"].at["meals_closed", "count"] == (0 if serves else 1280)


def test_a_canteen_outside_the_border_serves_people_inside_and_is_none_of_the_districts(small):
    _, y_m = middle_of(small, EAST)
    x_m = small.table("sub_districts").total_bounds[2] + 60
    outside = plus_canteen(small, x_m, y_m, subdistrict_code=None)
    meals = pd.concat([small.table("meals"), small.table("meals").iloc[[0]].assign(site_id="new")], ignore_index=True)
    before, found = frames(small), frames(Altered(outside, meals=meals))
    area = found["by_subdistrict"]
    assert area.at[EAST, "reached"] > before["by_subdistrict"].at[EAST, "reached"] == 0
    assert area.at[EAST, "share_own"] == 0 < area.at[EAST, "share"]
    assert area.at["district", "canteens"] == 2
    assert found["meals_access"].at[EAST, "capacity"] == 0 < found["meals_access"].at[EAST, "meals_per_100"]
    assert list(found["canteens"].index) == ["s0", "s1"]
    assert found["exclusions"].loc[["outside_sites", "meals_elsewhere"], "count"].tolist() == [1, 1]
    pd.testing.assert_frame_equal(found["meals"], before["meals"])


def test_people_outside_the_border_compete_and_are_in_no_rate(small):
    points, population = small.table("demand_points"), small.table("population")
    home = points[points["point_id"] == "p04"].assign(point_id="beyond", subdistrict_code=None, committee_id=None)
    people = population[population["point_id"] == "p04"].assign(point_id="beyond")
    crowd = Altered(
        small,
        demand_points=pd.concat([points, home.astype(points.dtypes.to_dict())], ignore_index=True),
        population=pd.concat([population, people], ignore_index=True),
    )
    before, found = frames(small), frames(crowd)
    pd.testing.assert_frame_equal(found["by_subdistrict"], before["by_subdistrict"])
    pd.testing.assert_frame_equal(found["groups"], before["groups"])
    assert found["meals_access"].at[WEST, "meals_per_100"] < before["meals_access"].at[WEST, "meals_per_100"]
    assert found["meals_access"].at[MIDDLE, "meals_per_100"] == before["meals_access"].at[MIDDLE, "meals_per_100"]
    assert found["canteens"].at["s0", "older_in_reach"] == before["canteens"].at["s0", "older_in_reach"] + 100
    assert found["ledger"].at["outside", "persons"] == pytest.approx(100)
    assert found["ledger"].at["outside", "supply"] > 0


def test_a_home_far_from_any_street_is_unknown_and_stays_in_the_accounts(small):
    points = small.table("demand_points")
    points.loc[points["point_id"] == "p04", "y_m"] += 5_000
    result, before = answer(Altered(small, demand_points=points)), frames(small)
    found = frames(Altered(small, demand_points=points))
    row, old = found["by_subdistrict"].loc[WEST], before["by_subdistrict"].loc[WEST]
    assert (row["older_persons"], row["unsnapped"]) == pytest.approx((old["older_persons"], 100))
    assert row["reached"] == pytest.approx(old["reached"] - 100)
    assert row["not_reached"] == pytest.approx(old["not_reached"])
    assert found["ledger"].at["inside_unsnapped", "persons"] == pytest.approx(100)
    assert found["exclusions"].at["unsnapped_people", "count"] == pytest.approx(100)
    assert found["snapping"].loc["Homes", ["places", "joined", "beyond_cap"]].tolist() == [30, 29, 1]
    assert found["far_and_frail"].at[WEST, "frail_far"] == before["far_and_frail"].at[WEST, "frail_far"]
    assert any(note.plain.startswith("100 older people live too far from any street") for note in result.notes)


def test_a_canteen_far_from_any_street_serves_nobody_and_is_counted(small):
    sites = small.table("canteens")
    sites.loc[sites["site_id"] == "s1", "y_m"] += 5_000
    found = frames(Altered(small, canteens=sites))
    assert found["by_subdistrict"].at[MIDDLE, "reached"] == 0
    assert found["exclusions"].at["unsnapped_sites", "count"] == 1
    assert found["ledger"].at["without_demand", "supply"] == 250


def test_streets_nobody_mapped_are_said_to_be_modelled(small):
    straight = Altered(small, missing=("walking_network",))
    result, found = answer(straight), frames(straight)
    assert any(stamp.startswith("Modelled travel: no walking network") for stamp in result.stamps)
    assert any(
        "modelled walking distance: straight line × 1.3" in text for part in result.method for text in part.paragraphs
    )
    assert "snapping" not in found
    whole = run_study("canteen_reach", straight, period="2024-08")
    assert all(
        "modelled walking distance" in plain_text(whole.figures[name].subtitle)
        for name in ("map", "homes", "walkers", "units")
    )
    assert not answer(small).stamps[1:]
    sites, homes = small.table("canteens"), small.table("demand_points")
    reached = sum(
        100
        for home in homes.itertuples()
        if any(
            round(1.3 * 1000 * float(np.hypot(site.x_m - home.x_m, site.y_m - home.y_m))) <= 900_000
            for site in sites.itertuples()
        )
    )
    assert found["by_subdistrict"].at["district", "reached"] == pytest.approx(reached)
    assert 0 < reached < 3000


# --- which way a change must turn the numbers ---------------------------------------------------


def test_who_walks_faster_or_longer_reaches_no_less(small):
    """A longer limit holds every walk of a shorter one."""
    shares = frames(small)["scenarios"]["share"]
    for speed in ("0.8", "1", "1.3"):
        assert shares[f"{speed}-5"] <= shares[f"{speed}-10"] <= shares[f"{speed}-15"]
    for minutes in (5, 10, 15):
        assert shares[f"0.8-{minutes}"] <= shares[f"1-{minutes}"] <= shares[f"1.3-{minutes}"]
    slow, fast = (frames(small, walk_speed_mps=speed) for speed in (0.8, 1.3))
    assert (slow["by_subdistrict"]["share"] <= fast["by_subdistrict"]["share"]).all()
    assert (slow["meals_access"]["none_share"] >= fast["meals_access"]["none_share"]).all()
    assert slow["by_subdistrict"].at["district", "share"] < fast["by_subdistrict"].at["district", "share"]


def test_one_more_canteen_leaves_nobody_worse_off(small):
    """It takes no meal from anybody: the ratios of the other canteens depend on people only."""
    before = frames(small)
    found = frames(plus_canteen(small, *middle_of(small, EAST), subdistrict_code=EAST))
    assert (found["by_subdistrict"]["reached"] >= before["by_subdistrict"]["reached"]).all()
    assert found["by_subdistrict"].at[EAST, "reached"] > before["by_subdistrict"].at[EAST, "reached"]
    assert (found["meals_access"]["meals_per_100"] >= before["meals_access"]["meals_per_100"] - 1e-12).all()
    assert (found["meals_access"]["none_share"] <= before["meals_access"]["none_share"]).all()
    assert (found["far_and_frail"]["frail_far"] <= before["far_and_frail"]["frail_far"]).all()
    assert found["equity"].at["gini", "value"] < before["equity"].at["gini", "value"], "the unit without any got some"


def test_twice_the_meals_are_twice_the_meals_a_head_and_no_less_unequal(small):
    sites, meals = small.table("canteens"), small.table("meals")
    before = frames(small)
    found = frames(
        Altered(
            small,
            canteens=sites.assign(capacity_meals_per_day=sites["capacity_meals_per_day"] * 2),
            meals=meals.assign(elder_meals=meals["elder_meals"] * 2, other_meals=meals["other_meals"] * 2),
        )
    )
    for column, factor in (("capacity", 2), ("meals_per_100", 2), ("none_share", 1), ("low_share", 1), ("gini", 1)):
        assert found["meals_access"][column].to_numpy() == pytest.approx(
            before["meals_access"][column].to_numpy() * factor, rel=1e-12, nan_ok=True
        )
    pd.testing.assert_frame_equal(found["equity"], before["equity"], rtol=1e-12)
    for column, factor in (("meals", 2), ("per_older_person", 2), ("share", 1)):
        assert found["meals"][column].to_numpy() == pytest.approx(before["meals"][column].to_numpy() * factor)
    # Twice the meals out of twice the capacity.
    assert found["canteens"]["utilisation"].to_numpy() == pytest.approx(before["canteens"]["utilisation"].to_numpy())


def test_twice_the_people_have_half_the_meals_a_head(small):
    people = small.table("population")
    before, found = frames(small), frames(Altered(small, population=people.assign(persons=people["persons"] * 2)))
    assert found["meals_access"]["meals_per_100"].to_numpy() == pytest.approx(
        before["meals_access"]["meals_per_100"].to_numpy() / 2, rel=1e-12
    )
    assert found["by_subdistrict"]["share"].to_numpy() == pytest.approx(before["by_subdistrict"]["share"].to_numpy())
    # The people live at the same homes: no more independent walks, no narrower interval.
    assert found["by_subdistrict"]["upper"].to_numpy() == pytest.approx(before["by_subdistrict"]["upper"].to_numpy())


def test_people_who_move_to_the_far_side_reach_less(small):
    """The last unit has no canteen; the home of the middle one nearest to it has."""
    people = small.table("population")
    moved = people.assign(point_id=people["point_id"].replace({"p14": "p29"}))
    before, found = frames(small), frames(Altered(small, population=moved))
    old, new = before["by_subdistrict"].loc["district"], found["by_subdistrict"].loc["district"]
    assert new["older_persons"] == pytest.approx(old["older_persons"])
    assert new["reached"] == pytest.approx(old["reached"] - 100)
    assert new["share_5"] < old["share_5"]
    assert found["meals_access"].at["district", "none_share"] > before["meals_access"].at["district", "none_share"]
    assert found["far_and_frail"].at["district", "frail_far"] == pytest.approx(
        before["far_and_frail"].at["district", "frail_far"] + 10
    )
    # Those who stay share the same meals among fewer.
    assert found["meals_access"].at[MIDDLE, "meals_per_100"] > before["meals_access"].at[MIDDLE, "meals_per_100"]


# --- invariants ---------------------------------------------------------------------------------


@settings(deadline=None, max_examples=6, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1), missing=st.sampled_from([(), ("walking_network",)]))
def test_the_order_of_rows_does_not_matter(small, seed, missing):
    dice = random.Random(seed)
    names = ["demand_points", "population", "canteens", "meals", "walking_network"]
    shuffled = {}
    for name in (name for name in names if name not in missing):
        table = small.table(name)
        shuffled[name] = table.iloc[dice.sample(range(len(table)), len(table))].reset_index(drop=True)
    before, found = frames(Altered(small, missing=missing)), frames(Altered(small, missing=missing, **shuffled))
    assert list(found) == list(before)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(found[name], frame, obj=name, rtol=1e-12)


def test_the_order_of_units_is_that_of_the_rows_and_changes_no_number(small):
    backwards = small.table("sub_districts").iloc[::-1].reset_index(drop=True)
    before, found = frames(small), frames(Altered(small, sub_districts=backwards))
    assert list(found["by_subdistrict"].index) == [EAST, MIDDLE, WEST, "district"]
    for name, frame in before.items():
        pd.testing.assert_frame_equal(found[name].loc[frame.index], frame, obj=name, rtol=1e-12)


def test_another_seed_moves_bounds_and_nothing_else(small):
    first, again, other = frames(small), frames(small), frames(small, seed=1)
    for name, frame in first.items():
        pd.testing.assert_frame_equal(again[name], frame, obj=name)
        if name not in {"equity", "uncertainty", "settings"}:
            pd.testing.assert_frame_equal(other[name], frame, obj=name)
    for name in ("equity", "uncertainty"):
        assert other[name]["value"].equals(first[name]["value"])
    assert not other["uncertainty"].equals(first["uncertainty"])
    low, high = first["equity"].loc["gini", ["lower", "upper"]]
    assert low <= first["equity"].at["gini", "value"] <= high


def test_no_table_of_the_district_is_changed(small):
    names = ["sub_districts", "demand_points", "population", "canteens", "meals"]
    given_tables = {name: small.table(name) for name in names}
    copies = {name: table.copy(deep=True) for name, table in given_tables.items()}

    class Lender(Altered):
        def table(self, name):
            return given_tables[name] if name in given_tables else super().table(name)

    frames(Lender(small))
    for name, table in given_tables.items():
        pd.testing.assert_frame_equal(table, copies[name], obj=name)
