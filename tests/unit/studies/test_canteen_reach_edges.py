"""Canteen reach where there is next to nothing to count, and what small counts must not give away."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from altered import Altered

from jingan_analysis.district import load_district
from jingan_analysis.studies import run_study
from jingan_analysis.studies.canteen_reach_tables import _given_away
from jingan_analysis.tables.html import table_html

WEST, MIDDLE, EAST = "010001000000", "010002000000", "010003000000"
"""Three units side by side; the first two have a canteen in the middle, the last has none."""


@pytest.fixture
def small(valid_district):
    """Thirty homes with 100 people aged 60 and over each; frailty and living arrangement are not told."""
    return load_district(valid_district)


def run(district: Any, **values: Any):
    """The whole result; every table can be shown."""
    result = run_study("canteen_reach", district, **{"period": "2024-08", "minimum_cell": 5, **values})
    for table in result.tables.values():
        assert table_html(table)  # fails on a missing number without a mark, and on an infinite one
    return result


def sentences(result):
    return [sentence.plain for sentence in result.headline]


def with_persons(district: Any, keep) -> Altered:
    """Nobody aged 60 and over but in the homes kept."""
    people = district.table("population")
    gone = (people["age_from_years"] >= 60) & ~people["point_id"].map(keep)
    return Altered(district, population=people.assign(persons=people["persons"].where(~gone, 0.0)))


def with_capacities(district: Any, *meals: float) -> Altered:
    return Altered(district, canteens=district.table("canteens").assign(capacity_meals_per_day=list(meals)))


def with_meals(district: Any, **factors: float) -> Altered:
    """The meals of some canteens multiplied; 0 keeps the rows, None takes them out."""
    meals = district.table("meals")
    for site, factor in factors.items():
        rows = meals["site_id"] == site
        if factor is None:
            meals = meals[~rows]
        else:
            meals.loc[rows, ["elder_meals", "other_meals"]] *= factor
    return Altered(district, meals=meals.reset_index(drop=True))


# --- nobody to count ----------------------------------------------------------------------------


@pytest.mark.parametrize("rows", ["zero", "absent"])
def test_a_district_without_anybody_of_that_age_says_so(small, rows):
    people = small.table("population")
    young = Altered(small, population=people[people["age_from_years"] < 60])
    result = run(young if rows == "absent" else with_persons(small, lambda _: False))
    assert sentences(result)[0].startswith("The data hold no residents aged 60 and over in Small")
    area = result.tables["by_subdistrict"]
    assert area.frame["older_persons"].eq(0).all()
    assert area.frame[["share", "lower", "upper"]].isna().all(axis=None)
    assert area.marks["district", "share"] == "z"
    ledger = result.tables["ledger"].frame["supply"]
    assert (ledger["without_demand"], ledger["total"]) == (550, 550)
    assert all(check.passed for check in result.checks)


def test_a_report_on_a_unit_without_anybody_says_so(small):
    empty = with_persons(small, lambda home: not home.startswith("p0"))
    result = run(empty, unit=WEST)
    assert sentences(result)[0].startswith("The data hold no residents aged 60 and over in Unit 1")
    assert result.tables["by_subdistrict"].frame.at["district", "share"] == 0.5


def test_a_unit_without_anybody_is_neither_lowest_nor_below_the_district(small):
    result = run(with_persons(small, lambda home: not home.startswith("p0")))
    assert "Unit 1" not in " ".join(sentences(result))
    assert result.figures["units"].title.plain == "Clearly below the district’s 50.0%: Unit 3"
    assert "Unit 1" not in result.figures["map"].title.plain


def test_only_units_whose_whole_interval_lies_below_are_named(small):
    """The lowest share, of a single home, may well be chance; a higher one of ten homes is not."""
    people, points, sites = (small.table(name) for name in ("population", "demand_points", "canteens"))
    far = {"p00"} | {f"p2{number}" for number in range(9)}
    people["persons"] = people["persons"].where(
        ~(people["point_id"].str[:2] == "p0") | (people["point_id"] == "p00"), 0.0
    )
    near = points["point_id"].isin(sorted(set(points["point_id"]) - far))
    sites = pd.concat([sites.iloc[[0]]] * int(near.sum()), ignore_index=True)
    sites[["site_id", "x_m", "y_m", "subdistrict_code"]] = points.loc[
        near, ["point_id", "x_m", "y_m", "subdistrict_code"]
    ].to_numpy()
    sites = sites.astype({"x_m": float, "y_m": float})
    result = run(
        Altered(small, population=people, canteens=sites, meals=small.table("meals").iloc[:0]),
        access_threshold_minutes=1.0,
        thresholds_minutes=(0.5, 1.0),
    )
    area = result.tables["by_subdistrict"].frame
    assert area["share"].idxmin() == WEST
    assert area.at[WEST, "upper"] > area.at["district", "share"] > area.at[EAST, "upper"]
    assert result.figures["units"].title.plain.endswith(": Unit 3")


def test_nobody_frail_is_no_error(small):
    people = small.table("population")
    result = run(Altered(small, population=people.assign(frailty="not_frail")))
    assert result.tables["groups"].frame.at["frail", "persons"] == 0
    assert not any(sentence.startswith("Frail") for sentence in sentences(result))


def test_unknown_walks_are_not_taken_for_reached_or_missed(small):
    points = small.table("demand_points")
    result = run(Altered(small, demand_points=points.assign(y_m=points["y_m"] + 5_000)))
    assert result.tables["by_subdistrict"].frame.at["district", "unsnapped"] == 3000
    text = " ".join(sentences(result))
    assert "3,000 the walk is unknown" in text
    assert "Distance is not the main barrier" not in text
    assert not result.figures["homes"].title.plain.startswith("All older people")


# --- nothing to eat -----------------------------------------------------------------------------


def test_a_kitchen_of_capacity_zero_has_no_utilisation(small):
    one = run(with_capacities(small, 0.0, 250.0))
    assert math.isnan(one.tables["canteens"].frame.at["s0", "utilisation"])
    assert one.tables["load"].frame["canteens"].to_dict() == {"known": 1, "overloaded": 0, "idle": 0, "unknown": 1}
    # Zero is known: people in its reach have certainly no meal, and are not left out.
    assert one.tables["meals_access"].frame.at[WEST, "none_share"] == 1
    assert one.tables["ledger"].frame.at["inside_unknown", "persons"] == 0
    both = run(with_capacities(small, 0.0, 0.0))
    assert "load" not in both.tables and "loads" not in both.figures
    assert both.tables["meals_access"].frame["none_share"].eq(1).all()


def test_low_access_needs_a_mean_to_be_lower_than(small):
    table = run(with_capacities(small, 0.0, 0.0)).tables["meals_access"]
    assert table.frame["low_share"].isna().all(), "no line, not: nobody below it"
    assert table.marks["district", "low_share"] == "x"


@pytest.mark.parametrize("factor", [0, None])
def test_a_canteen_without_meals_served_none_which_is_known(small, factor):
    """A day without a row is a day without meals."""
    result = run(with_meals(small, s1=factor))
    row = result.tables["canteens"].frame.loc["s1"]
    assert (row["meals"], row["open_days"]) == (0, 0)
    assert math.isnan(row["meals_per_open_day"])
    assert result.tables["meals"].frame.at["all", "meals"] == 1200


def test_a_year_of_rows_without_a_single_meal(small):
    result = run(with_meals(small, s0=0, s1=0))
    table = result.tables["meals"]
    assert table.frame["meals"].eq(0).all()
    assert table.marks["all", "share"] == "z"


# --- what the sentences compare -----------------------------------------------------------------


def test_speeds_are_compared_at_the_time_limit_of_the_report_or_not_at_all(small):
    """Shares within 5 minutes beside an interval within 12 would contradict it."""
    other_limit = run(small, access_threshold_minutes=12.0, thresholds_minutes=(5.0,))
    assert sentences(other_limit)[1].startswith("The share lies between")
    assert "m/s" not in sentences(other_limit)[1]
    assert " at 1 m/s" not in sentences(run(small, walk_speeds_mps=(1.0,)))[1]


# --- small counts -------------------------------------------------------------------------------


def with_frail(district: Any, west: float, middle: float, east: float) -> Altered:
    """Some frail people at the sixth home of every unit."""
    people = district.table("population").assign(frailty="not_frail")
    frail = people[(people["point_id"].str[2] == "5") & (people["age_from_years"] == 80)]
    frail = frail.assign(frailty="frail", persons=frail["point_id"].map({"p05": west, "p15": middle, "p25": east}))
    return Altered(district, population=pd.concat([people, frail], ignore_index=True))


def shown(result, table, row, column):
    marked = result.tables[table].marks.get((row, column)) == "c"
    assert marked == math.isnan(result.tables[table].frame.at[row, column])
    return not marked


def test_a_small_count_and_its_neighbour_are_suppressed(small):
    result = run(with_frail(small, 3.0, 10.0, 20.0))
    assert [shown(result, "far_and_frail", row, "frail_persons") for row in (WEST, MIDDLE, EAST, "district")] == [
        False, False, True, True,
    ]  # fmt: skip
    assert not shown(result, "far_and_frail", MIDDLE, "share")
    assert run(with_frail(small, 5.0, 10.0, 20.0)).tables["far_and_frail"].marks == {}


@pytest.mark.parametrize("unit", [WEST, MIDDLE])
def test_the_groups_of_a_unit_do_not_show_what_the_table_by_subdistrict_hides(small, unit):
    """Frail people of all units less those of two: the rest is the small count."""
    result = run(with_frail(small, 3.0, 10.0, 20.0), unit=unit)
    frail = result.tables["far_and_frail"]
    assert frail.marks[unit, "frail_persons"] == "c"
    for column in ("persons", "reached", "share", "lower", "upper", "not_reached", "unsnapped"):
        assert not shown(result, "groups", "frail", column), column
    assert not any(sentence.startswith("Frail") for sentence in sentences(result))


def test_frail_people_far_away_are_suppressed_where_few(small):
    result = run(with_frail(small, 30.0, 40.0, 3.0))
    assert not shown(result, "far_and_frail", EAST, "frail_far")
    assert not shown(result, "far_and_frail", "district", "frail_far"), "the units without any show their zero"
    assert not any("3 frail people" in sentence or sentence.startswith("Frail") for sentence in sentences(result))


def test_few_older_people_are_hidden_in_every_table_alike(small):
    """A number that one table hides must not stand in another one."""
    few = with_persons(small, lambda home: home == "p04" or not home.startswith("p0"))
    people = few.table("population")
    people.loc[(people["point_id"] == "p04") & (people["age_from_years"] >= 60), "persons"] = [2.0, 1.0]
    shows = run(Altered(small, population=people), unit=WEST, minimum_cell=3)
    assert shows.tables["by_subdistrict"].frame.at[WEST, "reached"] == 3
    assert shows.tables["groups"].frame.at["older", "reached"] == 3
    hides = run(Altered(small, population=people), unit=WEST, minimum_cell=4)
    for table, row in {"by_subdistrict": WEST, "groups": "older", "scenarios": "1-15"}.items():
        assert not shown(hides, table, row, "reached"), table
    assert not any(" 3 " in sentence for sentence in sentences(hides))


def test_a_group_that_would_give_a_small_remainder_away_is_suppressed():
    """Of 23 frail people 20 are 80 and over: showing both would show the 3 who are younger."""
    counts = pd.DataFrame(
        {"persons": [100, 60, 23, 20, 40, 15], "reached": [80, 50, 13, 10, 30, 10]},
        index=["older", "aged_80_plus", "frail", "frail_80_plus", "living_alone", "alone_80_plus"],
    )
    assert _given_away(counts, 4) == {"frail_80_plus": True}  # 3 persons; 3 reached
    assert _given_away(counts, 3) == {}
    assert _given_away(counts.drop(index="frail"), 4) == {}
    assert _given_away(counts.replace({"reached": {10: 11}}).assign(persons=[100, 60, 40, 20, 40, 15]), 4) == {
        "frail_80_plus": False  # 13 less 11 of those reached; 20 persons
    }
