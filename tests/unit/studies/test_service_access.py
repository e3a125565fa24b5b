"""Service access on the demonstration district, against loops over its rows, and on altered small districts."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pandas as pd
import pytest
from altered import Altered

from jingan_analysis.contracts.opening_hours import OpeningHours
from jingan_analysis.district import load_district
from jingan_analysis.errors import InvalidParameter, UnknownParameter, UnknownUnit
from jingan_analysis.studies import load_study, run_study
from jingan_analysis.studies.published_figures import AGREES
from jingan_analysis.studies.service_access_hours import MOMENTS
from jingan_analysis.studies.service_access_inputs import read_inputs
from jingan_analysis.studies.service_access_tables import collect
from jingan_analysis.tables.claims import cell_id, plain_text
from jingan_analysis.tables.table import Table

PERIOD = "2024-08"
NAMED_NUMBERS = r"24-hour|1 = least|below 0|mean is 0"
"""Numbers that belong to a name or to a scale; all others are cells of a table."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@pytest.fixture(scope="module")
def result(demo):
    return run_study("service_access", demo, period=PERIOD)


@pytest.fixture(scope="module")
def straight(demo):
    """The demonstration district without streets: every walk can be recomputed from two coordinates."""
    return run_study("service_access", Altered(demo, missing=("walking_network",)), period=PERIOD)


@pytest.fixture(scope="module")
def naive(demo):
    """Homes with people inside, and for each the whole millimetres to every point."""
    persons: dict[str, float] = defaultdict(float)
    for row in demo.table("population").itertuples():
        if row.basis == "resident":
            persons[row.point_id] += row.persons
    points = list(demo.table("service_points").itertuples())
    places = np.array([(point.x_m, point.y_m) for point in points])
    homes = []
    for home in demo.table("demand_points").itertuples():
        if isinstance(home.subdistrict_code, str):
            straight_m = np.hypot(places[:, 0] - home.x_m, places[:, 1] - home.y_m)
            walks_mm = np.round(straight_m * demo.detour_factor * 1000)
            homes.append((home.subdistrict_code, persons[home.point_id], walks_mm))
    return homes, points


def near(naive, limit_mm: int, keep) -> Counter:
    """Residents by sub-district with a kept point within the limit."""
    homes, points = naive
    kept = [number for number, point in enumerate(points) if keep(point)]
    found: Counter = Counter()
    for code, persons, walks_mm in homes:
        if any(walks_mm[kept] <= limit_mm):
            found[code] += persons
            found["district"] += persons
    return found


def of_kind(kind: str):
    return lambda point: point.kind == kind


@pytest.mark.parametrize("minutes", [5, 10, 15])
def test_residents_near_a_spot_against_a_loop(straight, naive, minutes):
    frame = straight.tables["by_subdistrict"].frame
    expected = near(naive, minutes * 60_000, of_kind("remote_spot"))
    assert 0 < expected["district"] <= 975_707
    for row in frame.index:
        assert frame.at[row, f"within_{minutes}_numerator"] == pytest.approx(expected[row], abs=1e-6)


def test_other_kinds_and_last_metres_against_a_loop(straight, naive):
    frame = straight.tables["kinds_by_subdistrict"].frame
    for prefix, limit, keep in (
        ("centre", 900_000, of_kind("centre")),
        ("self_service_24h", 900_000, of_kind("self_service_24h")),
        ("last", 100_000, lambda _: True),
    ):
        expected = near(naive, limit, keep)
        for row in frame.index:
            assert frame.at[row, f"{prefix}_numerator"] == pytest.approx(expected[row], abs=1e-6), (prefix, row)


def test_scenarios_against_a_loop(straight, naive):
    frame = straight.tables["scenarios"].frame
    expected = near(naive, round(0.8 * 600_000), of_kind("remote_spot"))["district"]
    assert frame.at["remote_spot-0_8", "within_10_numerator"] == pytest.approx(expected, abs=1e-6)


def test_matters_against_a_loop(straight, naive, demo):
    offers = defaultdict(set)
    for row in demo.table("point_matters").itertuples():
        offers[row.matter_id].add(row.point_id)
    frame = straight.tables["matters"].frame
    chosen = [*frame["share"].nsmallest(2).index, *frame["spot_share"].nlargest(2).index, *frame.index[::45]]
    for matter in chosen:
        anywhere = near(naive, 900_000, lambda point, matter=matter: point.point_id in offers[matter])
        at_spot = near(
            naive,
            300_000,
            lambda point, matter=matter: point.point_id in offers[matter] and point.kind == "remote_spot",
        )
        assert frame.at[matter, "numerator"] == pytest.approx(anywhere["district"], abs=1e-6)
        assert frame.at[matter, "near_numerator"] == pytest.approx(at_spot["district"], abs=1e-6)


def test_what_opening_brings_against_a_loop(straight, naive, demo):
    homes, points = naive
    limit_mm = 5 * 60 * 1000
    handled = defaultdict(set)
    for row in demo.table("point_matters").itertuples():
        handled[row.point_id].add(row.matter_id)
    cases: Counter[str] = Counter()
    for row in demo.table("case_counts").itertuples():
        cases[row.matter_id] += row.cases
    weight = {matter: number / cases.total() for matter, number in cases.items()}
    listed = demo.table("matter_channels").query("channel == 'nearby'")["matter_id"].to_list()
    near = [(persons, [point.point_id for point, mm in zip(points, walks, strict=True) if mm <= limit_mm])
            for _, persons, walks in homes]  # fmt: skip
    people = sum(persons for persons, _ in near)

    def share(opened: list[tuple[str, str]]) -> float:
        extra = defaultdict(set)
        for spot, matter in opened:
            extra[spot].add(matter)
        total = 0.0
        for persons, around in near:
            done = set().union(*(handled[point] | extra[point] for point in around)) if around else set()
            total += persons * sum(weight.get(matter, 0.0) for matter in done)
        return total / people

    steps, pairs = straight.tables["opening_steps"].frame, straight.tables["open_next"].frame
    chosen = list(zip(pairs["point_id"], pairs["matter_id"], strict=True))
    assert len(chosen) == 30 and not [pair for pair in chosen if pair[1] in handled[pair[0]] or pair[1] not in listed]
    assert steps.loc["now", "share"] == pytest.approx(share([]), abs=1e-9)
    assert steps.loc["30", "share"] == pytest.approx(share(chosen), abs=1e-9)
    assert pairs["gain"].cumsum().iloc[9] == pytest.approx(100 * (share(chosen[:10]) - share([])), abs=1e-7)
    spots = [
        point.point_id for point in points if point.kind == "remote_spot" and isinstance(point.subdistrict_code, str)
    ]
    assert steps.loc["all", "share"] == pytest.approx(
        share([(spot, one) for spot in spots for one in listed]), abs=1e-9
    )
    # No better is known, and another choice at random is worse.
    assert (
        steps.loc[["10", "30", "100", "300"], "most"] - steps.loc[["10", "30", "100", "300"], "share"]
    ).abs().max() < 1e-9
    assert share([(spot, listed[0]) for spot in spots[:30]]) < steps.loc["30", "share"]


def test_opening_is_of_the_unit_alone_and_needs_matters(demo):
    unit = "310106013000"
    result = run_study("service_access", demo, period=PERIOD, unit=unit, open_pairs=5, open_pairs_steps=[])
    pairs = result.tables["open_next"].frame
    assert set(pairs["subdistrict_code"]) == {unit} and len(pairs) == 5
    assert list(result.tables["opening_steps"].frame.index) == ["now", "5", "all"]
    bare = run_study("service_access", Altered(demo, missing=("point_matters",)), period=PERIOD)
    assert "opening_steps" not in bare.tables and "opening" not in bare.figures


def test_a_case_drawn_at_random_is_the_mean_over_cases(straight):
    frame = straight.tables["matters"].frame
    groups = straight.tables["matters_by_group"].frame
    for row in groups.index:
        part = frame if row == "all" else frame[frame["group_no"] == int(row)]
        expected = sum(part["share"] * part["cases"]) / sum(part["cases"])
        assert groups.at[row, "share"] == pytest.approx(expected, abs=1e-9)
    units = straight.tables["matters_by_subdistrict"].frame
    assert units.at["district", "share"] == pytest.approx(groups.at["all", "share"], abs=1e-12)
    assert units["numerator"].drop("district").sum() == pytest.approx(units.at["district", "numerator"])


def test_matters_are_counted_by_what_residents_reach(result):
    frame = result.tables["matters"].frame
    row = result.tables["matters_by_group"].frame.loc["all"]
    listed = [matter for matter in frame.index if frame.at[matter, "listed_nearby"]]
    assert row["matters"] == 195
    assert row["listed_nearby"] == len(listed) == 120
    assert row["nearly_all"] == sum(share >= 0.9 for share in frame["share"])
    assert row["spot_widely"] == sum(frame.at[matter, "spot_share"] >= 0.5 for matter in listed)
    assert row["hardly"] == sum(frame.at[matter, "near_share"] < 0.1 for matter in listed)
    assert len(result.tables["promised_absent"].frame) == row["hardly"] > 0


def test_hours_against_a_loop_over_minutes(straight, naive):
    moments = straight.tables["hours_moments"].frame
    week = straight.tables["hours"].frame

    def open_all_hour(point, weekday, hour):
        hours = OpeningHours.parse(point.hours)
        return all(hours.open_at(weekday, hour * 60 + minute) for minute in range(60))

    for moment, (weekday, hour) in MOMENTS.items():
        anybody = near(naive, 900_000, lambda point, at=(weekday, hour): open_all_hour(point, *at))
        staffed = near(
            naive,
            900_000,
            lambda point, at=(weekday, hour): point.kind != "self_service_24h" and open_all_hour(point, *at),
        )
        assert moments.at[f"{moment}-any", "numerator"] == pytest.approx(anybody["district"], abs=1e-6)
        assert moments.at[f"{moment}-staffed", "numerator"] == pytest.approx(staffed["district"], abs=1e-6)
        assert week.at[f"{hour:02d}", DAYS[weekday]] == pytest.approx(anybody["district"] / 975_707)


def test_use_of_spots_against_a_loop(result, demo):
    cases: Counter = Counter()
    for row in demo.table("case_counts").itertuples():
        if "2024-01" <= row.month <= "2024-08" and isinstance(row.point_id, str):
            cases[row.point_id] += row.cases
    spots = [point for point in demo.table("service_points").itertuples() if point.kind == "remote_spot"]
    used = sorted(cases[point.point_id] / 8 for point in spots if cases[point.point_id])
    middle = (used[(len(used) - 1) // 2] + used[len(used) // 2]) / 2
    frame = result.tables["points_load"].frame
    for row in frame.index:
        here = [point for point in spots if row in ("district", point.subdistrict_code)]
        loads = [cases[point.point_id] / 8 for point in here]
        assert frame.at[row, "spots"] == len(here)
        assert frame.at[row, "cases"] == sum(cases[point.point_id] for point in here)
        assert frame.at[row, "unused"] == sum(load == 0 for load in loads)
        assert frame.at[row, "nearly_idle"] == sum(0 < load <= 0.2 * middle for load in loads)
        assert frame.at[row, "overloaded"] == sum(load >= 2 * middle for load in loads)
        assert frame.at[row, "cases_per_month"] == pytest.approx(sum(loads) / len(loads))


def test_planted_unused_and_busy_spots_are_found(result):
    assert len(result.tables["unused"].frame) == 12
    assert set(result.tables["unused"].frame["subdistrict_code"]) == {"310106019000", "310106016000"}
    busy = result.tables["overloaded"].frame
    assert {"310106020000", "310106017000"} <= set(busy[busy["kind"] == "remote_spot"]["subdistrict_code"])


def test_committees_are_not_spots(result):
    row = result.tables["committees"].frame.loc["district"]
    assert (row["committees"], row["with_spot"], row["spots"]) == (267, 240, 249)
    assert row["share"] == pytest.approx(240 / 267)
    assert row["with_spot"] + row["spots_beyond_first"] + row["spots_elsewhere"] == row["spots"]
    assert row["lower"] < 240 / 267 < row["upper"] < 249 / 267


def test_cases_and_person_times_are_kept_apart(result, demo):
    row = result.tables["channels"].frame.loc["all"]
    assert (row["cases"], row["person_times"]) == (43_600, 53_800)
    assert row["per_case"] == pytest.approx(53_800 / 43_600)
    counts = demo.table("case_counts")
    by_unit = result.tables["channels_by_subdistrict"].frame
    for row_name in by_unit.index:
        here = counts if row_name == "district" else counts[counts["subdistrict_code"] == row_name]
        assert by_unit.at[row_name, "nearby_cases"] == sum(here[here["channel"] == "nearby"]["cases"])
        assert by_unit.at[row_name, "nearby_share"] == pytest.approx(
            sum(here[here["channel"] == "nearby"]["cases"]) / sum(here["cases"])
        )


def test_published_figures_are_reproduced(result):
    frame = result.tables["published"].frame
    expected = {"centre_units": 14, "self_service_units": 14, "groups": 11, "matters": 195, "spots": 249}
    expected |= {"cases": 43_600, "person_times": 53_800, "tiers": 3, "hours_a_day": 24}
    assert frame["data"].to_dict() == expected
    assert set(frame["status"]) == {AGREES}
    assert all(check.passed for check in result.checks)
    assert len(result.checks) >= 3


def test_every_number_is_a_cell_of_a_table(result):
    assert 3 <= len(result.headline) <= 6
    assert {"table kinds_by_subdistrict, group of centre_numerator", "figure map, subtitle"} <= set(result.statements)
    for statement in result.statements.values():
        assert not re.search(r"\d", re.sub(NAMED_NUMBERS, "", statement.template)), statement.template
        for number in statement.numbers:
            table, row, column = next(
                (table, row, column.name)
                for table in result.tables.values()
                for row in table.frame.index
                for column in table.columns
                if cell_id(table.name, str(row), column.name) == number.cell_id
            )
            assert number.source.startswith(plain_text(table.caption))
            assert number.value == table.number(row, column)


def test_first_sentence_says_the_finding(result):
    frame = result.tables["by_subdistrict"].frame
    lowest = frame["within_5_share"].drop("district").idxmin()
    sentence = result.headline.sentences[0].plain
    assert f"{frame.at['district', 'within_5_share'] * 100:.1f}%" in sentence
    assert f"in {result.tables['by_subdistrict'].row_labels[lowest].split(' 大')[0]}" in sentence
    assert f"{frame.at[lowest, 'within_5_share'] * 100:.1f}%" in sentence


def test_figures_and_tables_belong_together(result):
    assert len(result.figures) >= 3
    assert "map" in result.figures
    for figure in result.figures.values():
        assert figure.table in result.tables
        assert figure.svg.startswith("<svg")
    for table in result.tables.values():
        for column in table.columns:
            for row in table.frame.index:
                value = table.frame.at[row, column.name]
                if column.kind != "text" and math.isnan(value):
                    assert (row, column.name) in table.marks, (table.name, row, column.name)


def test_same_inputs_give_the_same_bytes(result, demo):
    again = run_study("service_access", demo, period=PERIOD)
    assert {name: figure.svg for name, figure in again.figures.items()} == {
        name: figure.svg for name, figure in result.figures.items()
    }
    for name, table in result.tables.items():
        pd.testing.assert_frame_equal(again.tables[name].frame, table.frame)
    assert again.inputs == result.inputs


def test_shares_hold_their_intervals_and_grow_with_time(result):
    frame = result.tables["by_subdistrict"].frame
    for minutes in (5, 10, 15):
        share, lower, upper = (frame[f"within_{minutes}_{name}"] for name in ("share", "lower", "upper"))
        assert ((lower <= share + 1e-12) & (share <= upper + 1e-12)).all()
    assert (frame["within_5_share"] <= frame["within_10_share"]).all()
    assert (frame["within_10_share"] <= frame["within_15_share"]).all()
    tiers = result.tables["tiers"].frame["share"]
    assert tiers["any-5"] >= max(tiers[f"{kind}-5"] for kind in ("remote_spot", "centre", "self_service_24h"))


def test_report_on_one_unit(result, demo):
    code = "310106019000"
    unit = run_study("service_access", demo, period=PERIOD, unit=code)
    pd.testing.assert_frame_equal(unit.tables["by_subdistrict"].frame, result.tables["by_subdistrict"].frame)
    whole = result.tables["by_subdistrict"].frame
    assert unit.tables["tiers"].frame.at["remote_spot-5", "share"] == whole.at[code, "within_5_share"]
    assert unit.tables["matters_by_group"].frame.at["all", "share"] == pytest.approx(
        result.tables["matters_by_subdistrict"].frame.at[code, "share"]
    )
    assert set(unit.tables["unused"].frame["subdistrict_code"]) == {code}
    assert unit.headline.sentences[0].plain.startswith(f"In {unit.unit_name}, ")
    counts = demo.table("case_counts")
    assert unit.tables["channels"].frame.at["all", "cases"] == sum(counts[counts["subdistrict_code"] == code]["cases"])
    assert all(check.passed for check in unit.checks)


# On a small district, where a variant takes a moment.


@pytest.fixture
def small(valid_district):
    return load_district(valid_district)


def with_spots(district: Any, **changes: Any) -> pd.DataFrame:
    """The small district's points, and one spot in the middle of each sub-district."""
    points = district.table("service_points")
    spots = points[points["kind"] == "centre"].copy()
    spots["point_id"] = "s" + spots["point_id"]
    spots = spots.assign(**{"kind": "remote_spot", "venue": "committee", **changes})
    spots["committee_id"] = [
        committees.iloc[0] for _, committees in district.table("committees").groupby("subdistrict_code")["committee_id"]
    ]
    return pd.concat([points, spots], ignore_index=True)


def run_small(district: Any, **values: Any):
    return run_study("service_access", district, **{"period": PERIOD, **values})


def small_tables(district: Any, **values: Any) -> dict[str, Table]:
    """The tables alone: figures take most of the time."""
    params = load_study("service_access").parameters(district, {"period": PERIOD, **values})
    return collect(district, read_inputs(district, params), params)


def test_district_without_spots_speaks_of_centres(small):
    result = run_small(small)
    assert result.headline.sentences[0].plain.startswith("No nearby spot is in service")
    assert result.tables["tiers"].frame.at["remote_spot-15", "share"] == 0
    assert result.tables["committees"].frame.at["district", "with_spot"] == 0
    assert "load" not in result.figures
    assert all(check.passed for check in result.checks if not check.name.startswith("Published"))


@pytest.mark.parametrize(
    ("missing", "gone", "note"),
    [
        ("point_matters", {"matters", "matters_by_group", "matters_by_subdistrict"}, "What can be done at each point"),
        ("case_counts", {"channels", "points_load", "unused", "channels_by_subdistrict"}, "No case is recorded"),
        ("home_visit_targets", {"home_visits", "home_visits_by_group"}, "Home-visit lists are not in the data"),
        ("committees", {"committees"}, ""),
        ("walking_network", set(), "Walks are modelled"),
        ("resident_cases", {"shift_ledger"}, "Cases by month and where people live are not in the data"),
    ],
)
def test_missing_optional_table_leaves_its_section_out(small, missing, gone, note):
    result = run_small(Altered(small, missing=(missing,), service_points=with_spots(small)))
    assert not gone & set(result.tables)
    assert 3 <= len(result.headline) <= 6
    assert any(sentence.plain.startswith(note) for sentence in result.notes)
    if missing == "walking_network":
        assert any(stamp.startswith("Modelled travel") for stamp in result.stamps)


def test_window_without_cases(small):
    result = run_small(Altered(small, service_points=with_spots(small)), period="2019-03")
    assert "channels" not in result.tables
    exclusions = result.tables["exclusions"].frame["count"]
    assert exclusions["months_without_cases"] == 3
    assert exclusions["cases_outside_period"] == small.table("case_counts")["cases"].sum()
    assert any("No case is recorded" in sentence.plain for sentence in result.notes)


def test_months_that_nobody_recorded_do_not_dilute_the_load(small):
    whole_year = small_tables(small, period="2024")["load_by_kind"].frame
    recorded = small.table("case_counts")["month"].nunique()
    assert whole_year.at["centre", "point_months"] == 3 * recorded < 36


def test_a_point_is_in_service_from_its_first_to_its_last_day(small):
    points = with_spots(small, opened_on=pd.Timestamp(2024, 8, 31))
    assert small_tables(Altered(small, service_points=points))["by_subdistrict"].frame.at["district", "spots"] == 3
    late = with_spots(small, opened_on=pd.Timestamp(2024, 9, 1))
    tables = small_tables(Altered(small, service_points=late))
    assert tables["by_subdistrict"].frame.at["district", "spots"] == 0
    assert tables["exclusions"].frame.at["points_not_in_service", "count"] == 3
    closed = with_spots(small, closed_on=pd.Timestamp(2024, 8, 30))
    frame = small_tables(Altered(small, service_points=closed))["by_subdistrict"].frame
    assert frame.at["district", "within_15_share"] == 0


def test_unknown_hours_are_closed_and_counted(small):
    points = small.table("service_points")
    points.loc[points["kind"] == "centre", "hours"] = np.nan
    result = run_small(Altered(small, service_points=points))
    assert result.tables["exclusions"].frame.at["points_without_hours", "count"] == 3
    moments = result.tables["hours_moments"].frame["share"]
    assert moments["working_hours-staffed"] == 0
    assert moments["working_hours-any"] == moments["night-any"] > 0
    assert any("state no opening hours" in sentence.plain for sentence in result.notes)


def test_kind_without_records_takes_the_list_and_a_silent_point_offers_nothing(small):
    offers = small.table("point_matters")
    no_centre = Altered(small, point_matters=offers[offers["point_id"].str.startswith("k")])
    as_it_is, taken = small_tables(small), small_tables(no_centre)
    exclusions = taken["exclusions"].frame["count"]
    assert (exclusions["points_taken_from_list"], exclusions["points_without_matters"]) == (3, 0)
    pd.testing.assert_series_equal(taken["matters"].frame["share"], as_it_is["matters"].frame["share"])
    silent = Altered(small, point_matters=offers[offers["point_id"] != "w0"])
    quiet = small_tables(silent)
    exclusions = quiet["exclusions"].frame["count"]
    assert (exclusions["points_taken_from_list"], exclusions["points_without_matters"]) == (0, 1)
    assert quiet["matters"].frame.at["m2", "share"] < small_tables(small)["matters"].frame.at["m2", "share"]


def test_offers_beyond_the_list_fail_their_check(small):
    extra = pd.DataFrame({"point_id": ["k0"], "matter_id": ["m2"]})
    offers = pd.concat([small.table("point_matters"), extra], ignore_index=True)
    result = run_small(Altered(small, point_matters=offers))
    checks = {check.name: check for check in result.checks}
    assert not checks["Points handle what the list opens to them"].passed
    assert "1 pairs" in checks["Points handle what the list opens to them"].detail.plain


def test_another_spot_never_lowers_a_share_and_slower_walkers_never_reach_more(small):
    points = with_spots(small)
    fewer = Altered(small, service_points=points[points["point_id"] != "sw2"])
    more = small_tables(Altered(small, service_points=points))
    less = small_tables(fewer)
    slow = small_tables(Altered(small, service_points=points), walk_speed_mps=0.5)
    for column in ("within_5_numerator", "within_10_numerator"):
        full = more["by_subdistrict"].frame[column]
        assert (less["by_subdistrict"].frame[column] <= full).all()
        assert less["by_subdistrict"].frame[column].sum() < full.sum()
        assert (slow["by_subdistrict"].frame[column] <= full).all()


def test_homes_far_from_every_street_are_counted_apart(small):
    homes = small.table("demand_points")
    first = homes.index[homes["subdistrict_code"].notna()][0]
    homes.loc[first, ["x_m", "y_m"]] += 50_000
    population = small.table("population")
    mine = (population["point_id"] == homes.at[first, "point_id"]) & (population["basis"] == "resident")
    persons = population[mine]["persons"].sum()
    assert persons > 0
    frame = small_tables(Altered(small, demand_points=homes))["by_subdistrict"].frame
    assert frame.at["district", "unlocated"] == persons
    whole = small_tables(small)["by_subdistrict"].frame
    assert frame.at["district", "persons"] == whole.at["district", "persons"] - persons


def test_few_visited_people_are_suppressed_and_cannot_be_subtracted(small):
    targets = small.table("home_visit_targets")
    targets["listed_persons"], targets["served_persons"] = 60, 30
    targets.loc[targets["subdistrict_code"] == targets.at[0, "subdistrict_code"], "served_persons"] = 0
    targets.loc[0, "served_persons"] = 3
    tables = small_tables(Altered(small, home_visit_targets=targets))
    visits = tables["home_visits"]
    hidden = {row for (row, column), mark in visits.marks.items() if column == "served" and mark == "c"}
    assert targets.at[0, "subdistrict_code"] in hidden
    assert len(hidden - {"district"}) >= 2
    for row in hidden:
        assert visits.frame.loc[row, ["served", "share", "lower", "upper"]].isna().all()
        assert visits.marks[row, "share"] == "c"


def test_nobody_visited_is_zero_not_suppressed(small):
    targets = small.table("home_visit_targets").assign(served_persons=0)
    visits = small_tables(Altered(small, home_visit_targets=targets))["home_visits"]
    assert (visits.frame["served"].dropna() == 0).all()
    assert "c" not in {mark for (_, column), mark in visits.marks.items() if column == "served"}


def test_a_walk_of_exactly_the_limit_is_within(small):
    """Homes 300.000 m and 300.001 m from the only spot, straight on: five minutes at one metre a second."""
    homes = small.table("demand_points")
    spot = with_spots(small).query("point_id == 'sw0'")
    inside = homes.index[homes["subdistrict_code"].notna()]
    homes[["x_m", "y_m"]] = spot[["x_m", "y_m"]].iloc[0].to_numpy() + np.array([5_000.0, 0.0])
    homes.loc[inside[0], "x_m"] = spot["x_m"].iloc[0] + 300.0 / small.detour_factor
    homes.loc[inside[1], "x_m"] = spot["x_m"].iloc[0] + 300.001 / small.detour_factor
    district = Altered(small, missing=("walking_network",), demand_points=homes, service_points=spot)
    population = small.table("population")
    at_first = population[
        (population["point_id"] == homes.at[inside[0], "point_id"]) & (population["basis"] == "resident")
    ]["persons"].sum()
    assert at_first > 0
    assert small_tables(district)["tiers"].frame.at["remote_spot-5", "numerator"] == at_first


def test_parameters_are_checked_before_anything_runs(small):
    with pytest.raises(UnknownParameter, match="near_minutes"):
        run_small(small, near_minute=5)
    with pytest.raises(InvalidParameter, match="walk_speed_mps"):
        run_small(small, walk_speed_mps=30.0)
    with pytest.raises(UnknownUnit):
        run_small(small, unit="999")


def test_limits_that_are_not_among_the_thresholds_are_added(small):
    result = run_small(small, thresholds_minutes=(20.0,), near_minutes=7.5, access_threshold_minutes=12.0)
    shares = [column for column in result.tables["by_subdistrict"].frame if column.endswith("_share")]
    assert shares == ["within_7_5_share", "within_12_share", "within_20_share"]
