"""The use of canteens: accounts that close, people counted once, and parts recomputed by loops."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from altered import Altered
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jingan_analysis.district import load_district
from jingan_analysis.studies import canteen_reach, run_study
from jingan_analysis.studies import canteen_reach_delivery as delivery
from jingan_analysis.studies import canteen_reach_diners as diners_of
from jingan_analysis.studies import canteen_reach_meals as meals_of
from jingan_analysis.studies import canteen_reach_sittings as sittings
from jingan_analysis.studies.canteen_reach_days import holidays_listed, kinds_of
from jingan_analysis.studies.period import Period
from jingan_analysis.tables.html import table_html

WINDOW = Period.parse("2024-08")
WEST, MIDDLE, EAST = "010001000000", "010002000000", "010003000000"
MODES = ("dine_in", "takeaway", "delivery")
NEW = {"delivery", "delivery_groups", "penetration", "diner_meals"}
PACKAGE = Path(canteen_reach.__file__).parents[1]


@pytest.fixture
def small(valid_district):
    return load_district(valid_district)


def answer(district, **values):
    with mock.patch.object(canteen_reach, "figures_of", return_value={}):
        result = run_study("canteen_reach", district, **{"period": "2024-08", **values})
    assert all(check.passed for check in result.checks), [check.detail.plain for check in result.checks]
    for table in result.tables.values():
        assert table_html(table)  # fails on a missing number without a mark
    return result


# --- meals --------------------------------------------------------------------------------------

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.integers(0, 365),
        st.sampled_from(meals_of.MEALS),
        st.sampled_from(MODES),
        st.integers(0, 400),
        st.integers(0, 100),
    ),
    min_size=1,
    max_size=60,
    unique_by=lambda row: row[:4],
)


def served(rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["site_id", "day", "meal", "mode", "elder_meals", "other_meals"])
    frame["served_on"] = pd.Timestamp(WINDOW.year_start) + pd.to_timedelta(frame.pop("day"), unit="D")
    return meals_of.with_all_meals(frame)


@given(rows=ROWS)
@settings(deadline=None)
def test_meals_by_meal_mode_week_and_canteen_are_the_same_meals(rows):
    meals, total = served(rows), sum(row[4] + row[5] for row in rows)
    kinds, weeks = meals_of.by_kind(meals), meals_of.by_week(meals, WINDOW)
    shares = meals_of.shares_by_meal(meals)
    assert weeks["all"].sum() == total
    assert weeks["days"].sum() == 366
    loads = meals.groupby("site_id")["all_meals"].sum().rename("meals").to_frame()
    loads = loads.assign(
        capacity=[np.nan if site == "a" else 100.0 for site in loads.index], open_days=1, scheduled_days=np.nan
    )
    used = meals_of.capacity_use(loads, 7.0)
    assert used.at["all", "meals"] == total + 7
    if total:
        assert kinds.at["all", "all"] == total
        assert kinds["all"].drop("all").sum() == total
        assert kinds.loc["all", list(MODES)].sum() == total
        assert shares.at["all", "elder"] == sum(row[4] for row in rows)
        assert shares.at["all", "delivered"] == sum(row[4] + row[5] for row in rows if row[3] == "delivery")
        days = {(row[0], row[1]) for row in rows if row[4] + row[5]}
        assert kinds.at["all", "all_per_day"] == pytest.approx(total / len(days))  # fmt: skip


def test_scheduled_days_are_those_in_service_at_the_stated_days_a_week():
    sites = pd.DataFrame(
        {
            "opened_on": pd.to_datetime([None, "2024-08-18", "2022-01-01", None, "2024-09-05"]),
            "closed_on": pd.to_datetime([None, None, "2023-09-07", None, None]),
            "open_days_per_week": pd.array([7, 5, 7, None, 7], dtype="Int64"),
        }
    )
    found = meals_of.scheduled_days(sites, WINDOW)
    assert found.iloc[:3].tolist() == pytest.approx([366, 14 * 5 / 7, 7])
    assert np.isnan(found.iloc[3]), "not stated is not seven"
    assert found.iloc[4] == 0


def test_a_day_closed_by_itself_lowers_the_use_of_scheduled_days_and_not_that_of_open_days(small):
    meals = small.table("meals")
    sites = small.table("canteens").assign(open_days_per_week=pd.array([7, 7], dtype="Int64"))
    found = answer(Altered(small, canteens=sites)).tables["canteens"].frame
    fewer = answer(Altered(small, canteens=sites, meals=meals.iloc[1:])).tables["canteens"].frame
    first = str(meals["site_id"].iloc[0])
    assert fewer.at[first, "utilisation"] == pytest.approx(found.at[first, "utilisation"])
    assert fewer.at[first, "utilisation_scheduled"] < found.at[first, "utilisation_scheduled"]
    capacity = float(sites.set_index("site_id").at[first, "capacity_meals_per_day"])
    assert found.at[first, "utilisation_scheduled"] == pytest.approx(8 * 150 / (capacity * 366))
    assert found.at[first, "utilisation_peak"] == pytest.approx(150 / capacity)


def test_unknown_capacity_stands_apart_and_its_meals_stay_in_the_account(small):
    sites = small.table("canteens").assign(capacity_meals_per_day=[np.nan, 250.0])
    found = answer(Altered(small, canteens=sites)).tables["capacity_use"].frame
    assert found["canteens"].to_dict() == {"known": 1, "unknown": 1, "all": 2}
    assert found.at["known", "used_open"] == pytest.approx(8 * 160 / (250 * 8))
    assert found.loc["unknown", ["used_open", "used_scheduled"]].isna().all()
    assert found.at["known", "meals"] + found.at["unknown", "meals"] == found.at["all", "meals"]


def test_nothing_takes_the_mean_of_published_meals_for_a_norm():
    """400 meals a canteen and day calibrate made-up data; no number of a report may rest on them."""
    users = [
        path.name for path in PACKAGE.rglob("*.py") if "meals_per_canteen_day_calibration" in path.read_text("utf-8")
    ]
    assert users == []


# --- days ---------------------------------------------------------------------------------------


def test_every_day_is_of_one_kind():
    days = pd.date_range("2023-09-01", "2024-08-31")
    kinds = kinds_of(days)
    known = {
        "2024-03-06": "weekday", "2024-03-09": "weekend", "2023-09-29": "holiday", "2023-10-01": "holiday",
        "2024-02-09": "weekday", "2024-02-10": "spring_festival", "2024-02-17": "spring_festival",
        "2024-02-18": "weekend", "2024-05-05": "holiday", "2024-05-06": "weekday",
    }  # fmt: skip
    assert {day: kinds[day] for day in known} == known
    assert kinds.value_counts().to_dict() == {"weekday": 243, "weekend": 93, "holiday": 22, "spring_festival": 8}
    assert holidays_listed(days[0], days[-1])
    assert not holidays_listed(days[0] - pd.Timedelta(days=1), days[-1])


def test_without_a_list_of_holidays_no_effect_is_told(small):
    meals = small.table("meals").assign(served_on=lambda rows: rows["served_on"] - pd.DateOffset(years=1))
    result = answer(Altered(small, meals=meals), period="2023-08")
    assert not {"days_by_kind", "meals_model"} & set(result.tables)
    assert any("list of public holidays does not cover" in note.plain for note in result.notes)


# --- who eats -----------------------------------------------------------------------------------

VISITS = st.lists(
    st.tuples(
        st.integers(0, 8),
        st.sampled_from(["a", "b", "out"]),
        st.sampled_from([WEST, EAST, None]),
        st.sampled_from([1930, 1964, 1965, 1990, None]),
        st.integers(1, 300),
        st.sampled_from(["2024-08-31", "2023-08-31"]),
    ),
    max_size=30,
    unique_by=lambda row: (row[0], row[1], row[5]),
)


def visits(rows) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "person_id": [f"p{row[0]}" for row in rows],
            "site_id": [row[1] for row in rows],
            "subdistrict_code": pd.array([row[2] for row in rows], dtype="str"),
            "birth_year": pd.array([row[3] for row in rows], dtype="Int64"),
            "dine_in_meals": [row[4] for row in rows],
            "takeaway_meals": 0,
            "delivery_meals": 1,
            "year_to": pd.to_datetime([row[5] for row in rows]),
        }
    )


@given(rows=VISITS)
@settings(deadline=None)
def test_penetration_counts_every_person_once(rows):
    """By a loop over persons: the row with most meals says where one lives and how old one is."""
    best: dict[str, tuple] = {}
    meals: Counter = Counter()
    for number, site, home, born, eaten, year in rows:
        if year == "2024-08-31" and site != "out":
            person = f"p{number}"
            meals[person] += eaten + 1
            key = (-eaten - 1, site)
            if person not in best or key < best[person][0]:
                best[person] = (key, home, born)
    old = {p: home for p, (_, home, born) in best.items() if born is not None and 2024 - born >= 60}
    found = diners_of.diners_of(visits(rows), {"a", "b"}, WINDOW, 60)
    if not best:
        assert found is None
        return
    older = pd.Series({WEST: 10.0, EAST: 5.0, "district": 15.0})
    frame = diners_of.penetration(found, older, [WEST, EAST], regular_meals=100, confidence=0.95)
    for code in (WEST, EAST):
        here = [p for p, home in old.items() if home == code]
        assert frame.at[code, "diners"] == len(here)
        assert frame.at[code, "meals"] == sum(meals[p] for p in here)
        assert frame.at[code, "regulars"] == sum(meals[p] >= 100 for p in here)
        assert (np.isnan(frame.at[code, "share"])) == (len(here) > older[code])
        if len(here) <= older[code]:
            assert frame.at[code, "lower"] <= len(here) / older[code] <= frame.at[code, "upper"]
    assert frame.at["district", "diners"] == frame.loc[[WEST, EAST], "diners"].sum()
    assert found.left_out["diners_home_unknown"] == sum(home is None for home in old.values())
    left = found.left_out["diners_age_unknown"] + found.left_out["diners_younger"]
    assert len(found.persons) + left == len(best)
    assert found.left_out["diners_other_year"] == sum(row[5] != "2024-08-31" for row in rows)


def test_one_person_at_two_canteens_counts_once(small):
    frame = answer(small).tables["penetration"].frame
    assert frame["diners"].to_dict() == {WEST: 12, MIDDLE: 12, EAST: 0, "district": 24}
    assert len(small.table("canteen_diners")) == 25
    assert frame.at[WEST, "meals"] == sum(60 + n for n in range(12)) + 4
    assert frame.at[WEST, "share"] == pytest.approx(12 / 1000)


def test_more_diners_than_residents_give_no_share():
    persons = pd.DataFrame({"subdistrict_code": [WEST] * 6, "meals": 5}, index=[f"p{n}" for n in range(6)])
    diners = diners_of.Diners(pd.DataFrame(), persons, {})
    older = pd.Series({WEST: 4.0, "district": 4.0})
    frame = diners_of.penetration(diners, older, [WEST], regular_meals=3, confidence=0.95)
    assert frame.loc[WEST, ["share", "lower", "upper", "p_value"]].isna().all()
    assert frame.at[WEST, "diners"] == 6


# --- on foot, by delivery, by neither -----------------------------------------------------------

HOMES = st.lists(
    st.tuples(
        st.integers(-1, 2), st.integers(0, 50), st.booleans(), st.booleans(), st.sampled_from(["c0", "c1", None])
    ),
    min_size=1,
    max_size=30,
)


@given(homes=HOMES, served_by=st.sets(st.tuples(st.sampled_from(["a", "shut"]), st.sampled_from(["c0", "c1"]))))
@settings(deadline=None)
def test_everybody_is_reached_in_exactly_one_way(homes, served_by):
    unit, older, near, snapped = (np.array([home[k] for home in homes]) for k in range(4))
    near &= snapped  # a walk that is not known reaches nothing
    areas = pd.DataFrame(sorted(served_by), columns=["site_id", "committee_id"])
    committees = pd.Series([home[4] for home in homes], dtype="str")
    delivered, known = delivery.delivered_to(committees, areas, pd.Series(["a"]))
    parts = delivery.parts_of(near, snapped, delivered, known)
    frame = delivery.by_place(parts, older.astype(float), unit, ["u0", "u1", "u2"], confidence=0.95, modelled=False)
    naive: dict[tuple[int, str], int] = defaultdict(int)
    names = {(True, True): "both", (True, False): "foot_only", (False, True): "delivery_only"}
    for place, persons, close, on_street, committee in homes:
        way = names.get((close, ("a", committee) in served_by), "neither")
        naive[place, way if on_street and committee is not None else "unknown"] += persons
        naive[place, "persons"] += persons
    for place in range(3):
        for part in ("persons", *delivery.PARTS):
            assert frame.at[f"u{place}", part] == naive[place, part], part
    assert frame[list(delivery.PARTS)].sum(axis=1).to_numpy() == pytest.approx(frame["persons"].to_numpy())
    assert frame.loc["district", "persons"] == sum(home[1] for home in homes if home[0] >= 0)


def test_delivery_never_makes_fewer_people_reached(small):
    found = answer(small).tables["delivery"].frame
    more = pd.concat([small.table("delivery_areas"), pd.DataFrame({"site_id": ["s1"], "committee_id": ["c21"]})])
    wider = answer(Altered(small, delivery_areas=more)).tables["delivery"].frame
    assert found.at[EAST, "neither"] == 500
    assert wider.at[EAST, "neither"] == 0
    assert (wider["neither"] <= found["neither"]).all()
    assert (wider["persons"] == found["persons"]).all()


def test_areas_of_a_closed_canteen_bring_nobody_a_meal(small):
    sites = small.table("canteens").assign(closed_on=pd.to_datetime([None, "2024-08-30"]))
    result = answer(Altered(small, canteens=sites))
    assert result.tables["exclusions"].frame.at["areas_closed", "count"] == 2
    assert result.tables["delivery"].frame.at[EAST, "delivery_only"] == 0


# --- seats --------------------------------------------------------------------------------------

LUNCH = sittings.LunchTime(630, 780, 30)


@pytest.mark.parametrize(
    ("hours", "weekday", "minutes"),
    [
        ("Mo-Fr 10:30-13:00", 0, 150),
        ("Mo-Fr 10:30-13:00", 5, 0),
        ("Mo-Su 06:30-18:30", 6, 150),
        ("Mo-Su 06:30-12:00,12:30-18:00", 2, 120),
        ("Mo-Su 12:40-14:00", 3, 20),
    ],
)
def test_minutes_of_lunch_are_those_in_which_the_canteen_is_open(hours, weekday, minutes):
    assert LUNCH.minutes_open(hours, weekday) == minutes


@given(minutes=st.integers(0, 600), length=st.sampled_from([15.0, 20.0, 30.0, 45.0, 90.0]))
def test_sittings_are_whole_and_fit(minutes, length):
    found = sittings.LunchTime(630, 780, length).sittings(minutes)
    assert found == int(found)
    assert found * length <= minutes < (found + 1) * length


@given(
    counts=st.lists(st.integers(1, 400), min_size=1, max_size=40),
    seats=st.one_of(st.none(), st.integers(1, 80)),
    length=st.sampled_from([20.0, 30.0, 50.0]),
)
@settings(deadline=None)
def test_seat_use_by_a_loop_over_days(counts, seats, length):
    days = pd.date_range("2024-03-01", periods=len(counts))
    daily = pd.DataFrame({"site_id": "a", "served_on": days, "lunches": counts})
    sites = pd.DataFrame({"site_id": ["a"], "seats": pd.array([seats], dtype="Int64"), "hours": ["Mo-Su 10:00-12:00"]})
    lunch = sittings.LunchTime(630, 780, length)
    found = sittings.seat_use(sittings.with_places(daily, sites, lunch), sites, peak=0.95).loc["a"]
    assert found["lunches_median"] == np.median(counts)
    if seats is None:
        assert np.isnan(found["use_median"])
        assert np.isnan(found["short_share"])
        return
    places = seats * int(90 // length)
    use = [count / places for count in counts]
    assert found["use_median"] == pytest.approx(np.median(use))
    assert found["use_peak"] == pytest.approx(np.quantile(use, 0.95))
    assert found["short_share"] == pytest.approx(sum(count > places for count in counts) / len(counts))


def test_longer_sittings_never_leave_more_seats(small):
    frame = answer(small).tables["sittings_by_length"].frame.sort_values("minutes")
    assert frame["short_peak"].is_monotonic_increasing
    assert (frame["short_median"] <= frame["short_peak"]).all()
    assert (frame["known"] + frame["unknown"] == frame["known"].iloc[0] + frame["unknown"].iloc[0]).all()


def test_unknown_seats_stand_apart(small):
    sites = small.table("canteens").assign(seats=pd.array([None, 41], dtype="Int64"))
    result = answer(Altered(small, canteens=sites, meals=on_weekdays(small.table("meals"))))
    assert np.isnan(result.tables["sittings"].frame.at["s0", "use_median"])
    assert set(result.tables["sittings_by_length"].frame["unknown"]) == {1}


def on_weekdays(meals: pd.DataFrame) -> pd.DataFrame:
    """The rows moved off weekends, on which the stated hours hold no lunch."""
    weekend = (meals["served_on"].dt.day_of_week - 4).clip(lower=0)
    return meals.assign(served_on=meals["served_on"] - pd.to_timedelta(weekend, unit="D"))


def test_lunches_outside_the_stated_hours_are_counted_and_in_no_share(small):
    meals = small.table("meals")
    weekend = int((meals["served_on"].dt.day_of_week >= 5).sum())
    assert weekend == 2
    assert answer(small).tables["exclusions"].frame.at["lunch_outside_hours", "count"] == weekend
    moved = answer(Altered(small, meals=on_weekdays(meals))).tables
    assert moved["exclusions"].frame.at["lunch_outside_hours", "count"] == 0


# --- districts without these tables, reports on a unit, disclosure --------------------------------


def test_a_district_without_the_new_tables_says_so(small):
    result = answer(Altered(small, missing=("canteen_diners", "delivery_areas")))
    assert not NEW & set(result.tables)
    notes = " ".join(note.plain for note in result.notes)
    assert "Where canteens deliver is not in the data" in notes
    assert "Who eats at the canteens is not in the data" in notes
    full = answer(small)
    assert set(full.tables) >= NEW
    assert "delivery_areas" not in " ".join(note.plain for note in full.notes)
    pd.testing.assert_frame_equal(result.tables["by_subdistrict"].frame, full.tables["by_subdistrict"].frame)


def test_a_district_with_walks_alone_still_runs(small):
    result = answer(Altered(small, missing=("canteen_diners", "delivery_areas", "meals")))
    assert len(result.headline) <= 5
    assert "by_subdistrict" in result.tables


def test_diners_of_another_year_are_no_answer_to_this_one(small):
    old = small.table("canteen_diners").assign(year_to=pd.Timestamp("2023-08-31").as_unit("s"))
    result = answer(Altered(small, canteen_diners=old))
    assert "penetration" not in result.tables
    assert any("Who eats at the canteens is not in the data" in note.plain for note in result.notes)


@pytest.mark.parametrize("code", [WEST, MIDDLE, EAST])
def test_a_report_on_a_unit_has_the_numbers_of_its_row(small, code):
    whole, unit = answer(small).tables, answer(small, unit=code).tables
    for name in ("delivery", "penetration"):
        pd.testing.assert_frame_equal(unit[name].frame, whole[name].frame)
    row = whole["delivery"].frame.loc[code]
    group = unit["delivery_groups"].frame.loc["older"]
    pd.testing.assert_series_equal(group, row, check_names=False)
    assert ("meals_by_kind" in unit) == (code != EAST)
    if code != EAST:
        own = whole["canteens"].frame
        assert (
            unit["meals_by_kind"].frame.at["all", "all"] == own.loc[list(unit["canteens"].frame.index), "meals"].sum()
        )


def test_few_diners_are_hidden_and_do_not_follow_from_what_is_shown(small):
    result = answer(small, minimum_cell=13)
    table = result.tables["penetration"]
    for code in (WEST, MIDDLE):
        for column in ("diners", "share", "lower", "upper", "meals", "meals_per_diner", "regular_share"):
            assert table.marks[code, column] == "c", (code, column)
    hidden = answer(small, minimum_cell=13, unit=WEST).tables["standards"]
    assert "penetration" not in hidden.frame.index or hidden.marks["penetration", "part"] == "c"


def test_few_people_reached_by_neither_are_not_told_by_the_other_parts(small):
    """With seven people by neither, nothing that is shown of the sub-district may leave them as a difference."""
    population = small.table("population")
    far = population["point_id"].isin(["p21", "p23", "p25", "p27", "p29"]) & (population["age_from_years"] >= 60)
    few = population.assign(persons=population["persons"].where(~far, 0.7))
    result = answer(Altered(small, population=few), unit=EAST)
    for name, row in (("delivery", EAST), ("delivery_groups", "older")):
        table = result.tables[name]
        assert table.marks[row, "neither"] == "c"
        assert table.marks[row, "delivery_only"] == "c"
        assert table.marks[row, "share"] == "c"
    assert len(result.headline) <= 5


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_the_order_of_diners_and_areas_does_not_matter(seed):
    rows = [(n % 5, "ab"[n % 2], [WEST, EAST, None][n % 3], 1950, 1 + n, "2024-08-31") for n in range(10)]
    table = visits(rows)
    mixed = table.sample(frac=1, random_state=seed)
    older = pd.Series({WEST: 10.0, EAST: 10.0, "district": 20.0})
    found = [
        diners_of.penetration(
            diners_of.diners_of(each, {"a", "b"}, WINDOW, 60), older, [WEST, EAST], regular_meals=10, confidence=0.95
        )
        for each in (table, mixed)
    ]
    pd.testing.assert_frame_equal(*found)
