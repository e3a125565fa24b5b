"""The use of canteens on the demonstration district against loops over its rows, and on districts that tell less."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from altered import Altered
from hypothesis import given
from hypothesis import strategies as st

import jingan_analysis
from jingan_analysis.demo.canteen_effects import planted_canteen_effects
from jingan_analysis.errors import InvalidParameter
from jingan_analysis.studies import run_study
from jingan_analysis.studies.canteen_reach import Params, _situation
from jingan_analysis.studies.canteen_reach_days import KINDS, kinds_of
from jingan_analysis.studies.canteen_reach_delivery import PARTS, parts_of
from jingan_analysis.studies.walking import Walking

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
    every = shares.loc["all"]
    assert every["elder"] == sum(elder.values())
    assert every["elder_share"] == pytest.approx(sum(elder.values()) / sum(counts.values()))
    delivered = sum(count for (_, mode), count in counts.items() if mode == "delivery")
    assert every["delivery_share"] == pytest.approx(delivered / sum(counts.values()))
    total = frame.loc["all", "all"]
    assert total == frame["all"].drop("all").sum() == frame.loc["all", list(MODES)].sum()
    assert total == sum(counts.values()) == 3_800_000
    assert of(result, "meals_by_week")["all"].sum() == total
    assert of(result, "canteens")["meals"].sum() == total == of(result, "capacity_use").loc["all", "meals"]


def test_meals_outside_the_year_and_the_district_are_in_the_ledger(demo, result, canteens):
    """Rows of the table are used or counted apart, with some before the year and some after it."""
    table = demo.table("meals")
    elsewhere = sum(row.site_id not in canteens for row in table.itertuples() if FIRST <= row.served_on <= END)
    assert of(result, "exclusions").loc["meals_elsewhere", "count"] == elsewhere > 0
    own = table[table["site_id"].isin(list(canteens))]
    extra = own.iloc[[0, 1, 2]].assign(served_on=[FIRST - pd.Timedelta(days=1), END + pd.Timedelta(days=1), END])
    more = Altered(demo, meals=pd.concat([own[own["served_on"] < END], extra], ignore_index=True))
    found = run_study("canteen_reach", more, period="2024-08", minimum_cell=1)
    assert of(found, "exclusions").loc[["meals_outside", "meals_elsewhere"], "count"].tolist() == [2, 0]
    kept = [row for row in own.itertuples() if row.served_on < END] + list(extra.iloc[[2]].itertuples())
    total = sum(row.elder_meals + row.other_meals for row in kept)
    assert of(found, "meals_by_kind").loc["all", "all"] == total == of(found, "capacity_use").loc["all", "meals"]


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
    known = [site for site in daily if not pd.isna(canteens[site].capacity_meals_per_day)]
    eaten = sum(sum(daily[site].values()) for site in known)
    possible = sum(canteens[site].capacity_meals_per_day * len(daily[site]) for site in known)
    pooled = of(result, "capacity_use").loc["known"]
    assert pooled[["canteens", "meals", "possible_open"]].tolist() == [len(known), eaten, possible]
    assert pooled["used_open"] == pytest.approx(eaten / possible)


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


def test_a_diner_of_two_canteens_counts_once(result, demo):
    """Sets of persons and a count of rows differ by those who ate at two canteens."""
    rows = [row for row in demo.table("canteen_diners").itertuples() if not pd.isna(row.subdistrict_code)]
    frame = of(result, "penetration").drop("district")
    twice = Counter(row.person_id for row in rows)
    assert sum(count > 1 for count in twice.values()) > 100
    for unit in frame.index:
        mine = [row.person_id for row in rows if row.subdistrict_code == unit]
        assert frame.loc[unit, "diners"] == len(set(mine)) < len(mine)


def test_parts_by_a_loop_over_homes(result, demo, canteens):
    situation, _ = _situation(demo, Params(period="2024-08", minimum_cell=1), Walking.of(demo))
    older = Counter()
    for row in demo.table("population").itertuples():
        if row.basis == "resident" and row.age_from_years >= 60:
            older[row.point_id] += row.persons
    served = {row.committee_id for row in demo.table("delivery_areas").itertuples() if row.site_id in canteens}
    parts = {unit: Counter() for unit in of(result, "delivery").index}
    points = demo.table("demand_points").itertuples()
    for row, near, lost in zip(points, situation.near, situation.unsnapped, strict=True):
        if pd.isna(row.subdistrict_code):
            continue
        delivered = row.committee_id in served
        if lost or pd.isna(row.committee_id):
            part = "unknown"
        elif near:
            part = "both" if delivered else "foot_only"
        else:
            part = "delivery_only" if delivered else "neither"
        parts[row.subdistrict_code][part] += older[row.point_id]
        parts["district"][part] += older[row.point_id]
    frame = of(result, "delivery")
    for unit, counts in parts.items():
        for part in PARTS:
            assert frame.loc[unit, part] == pytest.approx(counts[part], abs=1e-6), (unit, part)
        assert frame.loc[unit, "share"] == pytest.approx(counts["neither"] / sum(counts.values()))
    assert frame.loc["district", list(PARTS)].sum() == of(result, "by_subdistrict").loc["district", "older_persons"]
    assert (frame.loc["district", ["both", "delivery_only", "neither"]] > 0).all()


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


def sittings(hours: str, weekday: int) -> int:
    """Half hours of lunch, from half past ten to one, in which a canteen is open; told by hand from its stated hours."""
    names = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    for span in hours.split("; "):
        days, times = span.split(" ")
        first, last = (names.index(name) for name in days.split("-"))
        if first <= weekday <= last:
            begin, end = (int(time[:2]) * 60 + int(time[3:]) for time in times.split("-"))
            return (min(end, 13 * 60) - max(begin, 10 * 60 + 30)) // 30
    return 0


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
            places = {day: canteens[site].seats * sittings(canteens[site].hours, day.day_of_week) for day in days}
            used = [count / places[day] for day, count in days.items()]
            assert row["places"] == pytest.approx(np.median(list(places.values())))
            assert row["use_median"] == pytest.approx(np.median(used))
            assert row["use_peak"] == pytest.approx(np.quantile(used, 0.95))
            assert row["short_share"] == pytest.approx(np.mean([share > 1 for share in used]))
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


def test_a_district_that_tells_less_says_so(demo):
    bare = Altered(demo, missing=("canteen_diners", "delivery_areas"))
    result = run_study("canteen_reach", bare, period="2024-08")
    assert {"delivery", "delivery_groups", "penetration", "diner_meals"} & set(result.tables) == set()
    told = " ".join(sentence.plain for sentence in result.notes)
    assert "delivery_areas" in told
    assert "canteen_diners" in told


def test_the_calibration_of_meals_is_no_norm(result):
    """400 meals a canteen-day are arithmetic on two published numbers: no code reads them, no table holds anything against them."""
    package = Path(jingan_analysis.__file__).parent
    code = {file.name: file.read_text(encoding="utf-8") for file in package.rglob("*.py")}
    assert "canteen_reach_use_settings.py" in code
    assert not [name for name, text in code.items() if "meals_per_canteen_day_calibration" in text]
    assert 400 not in of(result, "standards")["compared"].tolist()
    assert "meals_per_canteen_day_calibration" not in of(result, "settings").index


def test_few_diners_are_hidden_unless_asked_for(demo):
    """Three diners of one sub-district are not shown, nor what would give them away."""
    diners, unit = demo.table("canteen_diners"), "310106020000"
    there = diners["subdistrict_code"] == unit
    few = diners[~there | diners["person_id"].isin(diners.loc[there, "person_id"].unique()[:3])]
    found = run_study("canteen_reach", Altered(demo, canteen_diners=few), period="2024-08")
    frame, marks = of(found, "penetration"), found.tables["penetration"].marks
    assert frame.loc[unit, ["diners", "share", "meals", "meals_per_diner"]].isna().all()
    assert (unit, "diners") in marks
    assert frame["diners"].isna().sum() >= 2
    assert frame["diners"].notna().any()


def test_a_unit_speaks_of_its_own(demo, result, meals):
    unit = "310106020000"
    mine = run_study("canteen_reach", demo, period="2024-08", unit=unit, minimum_cell=1)
    assert of(mine, "delivery").loc[unit].equals(of(result, "delivery").loc[unit])
    sites = {row.site_id for row in demo.table("canteens").itertuples() if row.subdistrict_code == unit}
    eaten = sum(row.elder_meals + row.other_meals for row in meals if row.site_id in sites)
    assert of(mine, "meals_by_kind").loc["all", "all"] == eaten > 0
    assert set(of(mine, "sittings").index) == sites
    assert any("Pengpu Xincun" in sentence.plain for sentence in mine.headline)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("minutes_per_sitting", 0.0),
        ("minutes_per_sitting", 91.0),
        ("regular_meals_per_year", -1),
        ("peak_day_share", 0.4),
        ("peak_day_share", 1.1),
        ("fewest_days_of_a_kind", 1),
    ],
)
def test_parameters_out_of_range_are_told(demo, name, value):
    with pytest.raises(InvalidParameter, match=name):
        run_study("canteen_reach", demo, period="2024-08", **{name: value})
