"""When, where and how often matters can be done near home: against loops over homes, points, matters and hours."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pandas as pd
import pytest
from altered import Altered
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.contracts.opening_hours import OpeningHours
from jingan_analysis.district import load_district
from jingan_analysis.errors import InvalidParameter
from jingan_analysis.studies import load_study, run_study
from jingan_analysis.studies.service_access_busiest import busiest_curve, busiest_matters
from jingan_analysis.studies.service_access_hours import DAYS, MOMENTS
from jingan_analysis.studies.service_access_inputs import read_inputs
from jingan_analysis.studies.service_access_nights import night_hours
from jingan_analysis.studies.service_access_open import OpenMatters
from jingan_analysis.studies.service_access_tables import collect

PERIOD = "2024-08"
RESIDENTS = 975_707
KIND = {"window": "centre", "nearby": "remote_spot", "self_service": "self_service_24h"}
LIMIT_MM = 15 * 60 * 1000


@pytest.fixture(scope="module")
def straight(demo):
    """The demonstration district without streets: every walk can be recomputed from two coordinates."""
    return run_study("service_access", Altered(demo, missing=("walking_network",)), period=PERIOD)


@pytest.fixture(scope="module")
def naive(demo):
    """Residents and the points within the limit, home by home."""
    persons: Counter = Counter()
    for row in demo.table("population").itertuples():
        if row.basis == "resident":
            persons[row.point_id] += row.persons
    points = list(demo.table("service_points").itertuples())
    places = np.array([(point.x_m, point.y_m) for point in points])
    homes = []
    for home in demo.table("demand_points").itertuples():
        if isinstance(home.subdistrict_code, str):
            walks = np.round(np.hypot(places[:, 0] - home.x_m, places[:, 1] - home.y_m) * demo.detour_factor * 1000)
            near = [point for point, walk in zip(points, walks, strict=True) if walk <= LIMIT_MM]
            homes.append((home.subdistrict_code, persons[home.point_id], near))
    return homes


@pytest.fixture(scope="module")
def offers(demo):
    found = defaultdict(set)
    for row in demo.table("point_matters").itertuples():
        found[row.point_id].add(row.matter_id)
    return found


@pytest.fixture(scope="module")
def weights(demo):
    cases: Counter = Counter()
    for row in demo.table("case_counts").itertuples():
        cases[row.matter_id] += row.cases
    return {matter: number / cases.total() for matter, number in cases.items()}


@pytest.fixture
def small(valid_district):
    return load_district(valid_district)


def tables_of(district):
    """The tables alone: figures take most of the time."""
    params = load_study("service_access").parameters(district, {"period": PERIOD})
    return collect(district, read_inputs(district, params), params)


def is_open(point, weekday: int, hour: int) -> bool:
    hours = OpeningHours.parse(point.hours)
    return all(hours.open_at(weekday, 60 * hour + minute) for minute in (0, 15, 30, 45, 59))


@pytest.mark.parametrize("channel", ["any", *KIND])
@pytest.mark.parametrize("moment", ["lunch", "evening", "saturday", "night"])
def test_cases_at_a_moment_against_a_loop(straight, naive, offers, weights, channel, moment):
    weekday, hour = MOMENTS[moment]
    expected = 0.0
    for _, persons, near in naive:
        done = set()
        for point in near:
            if channel in ("any", next(name for name, kind in KIND.items() if kind == point.kind)) and is_open(
                point, weekday, hour
            ):
                done |= offers[point.point_id]
        expected += persons * sum(weights.get(matter, 0.0) for matter in done)
    row = straight.tables["case_moments"].frame.loc[f"{moment}-{channel}"]
    assert row["numerator"] == pytest.approx(expected, rel=1e-6, abs=1e-6)
    assert row["hour"] == hour
    assert straight.tables["case_hours"].number(f"{channel}-{hour:02d}", DAYS[weekday]) == pytest.approx(
        expected / RESIDENTS, abs=1e-9
    )


def test_hours_of_a_matter_against_a_loop(straight, naive, offers):
    frame = straight.tables["matter_hours"].frame
    week = {}
    for text in {point.hours for _, _, near in naive for point in near}:
        hours = OpeningHours.parse(text)
        week[text] = {
            (day, hour)
            for day in range(7)
            for hour in range(24)
            if hours.open_at(day, 60 * hour) and hours.open_at(day, 60 * hour + 59)
        }
    office = {(day, hour) for day in range(5) for hour in range(9, 17)}
    chosen = [frame["any_hours"].idxmax(), frame["nearby_hours"].idxmin(), frame.index[50]]
    for matter in chosen:
        hours, late = Counter(), 0.0
        for _, persons, near in naive:
            found = defaultdict(set)
            for point in near:
                if matter in offers[point.point_id]:
                    found[point.kind] |= week[point.hours]
            anywhere = set().union(*found.values())
            hours["any"] += persons * len(anywhere)
            for channel, kind in KIND.items():
                hours[channel] += persons * len(found[kind])
            late += persons * bool(anywhere - office)
        for channel in ("any", *KIND):
            assert frame.at[matter, f"{channel}_hours"] == pytest.approx(hours[channel] / RESIDENTS), (matter, channel)
        assert frame.at[matter, "numerator"] == pytest.approx(late, abs=1e-6)


def test_what_a_channel_promises_and_brings_against_a_loop(straight, naive, offers, weights, demo):
    frame = straight.tables["reach_by_channel"].frame
    listed = demo.table("matter_channels").groupby("channel")["matter_id"].agg(set)
    for channel, matters in listed.items():
        assert frame.at[channel, "listed"] == len(matters)
        assert frame.at[channel, "listed_share"] == pytest.approx(sum(weights.get(matter, 0) for matter in matters))
    for channel, kind in KIND.items():
        expected = sum(
            persons
            * sum(
                weights.get(matter, 0.0)
                for matter in set().union(*(offers[point.point_id] for point in near if point.kind == kind), set())
            )
            for _, persons, near in naive
        )
        assert frame.at[channel, "within_15_numerator"] == pytest.approx(expected, rel=1e-6, abs=1e-6)
    assert frame.loc[["home_visit", "online"], "within_15_share"].isna().all()
    assert straight.tables["reach_by_channel"].marks["online", "within_15_share"] == "z"


def test_any_point_is_no_less_than_each_kind_and_longer_walks_no_less_than_short_ones(straight):
    frame = straight.tables["reach_by_channel"].frame
    for minutes in (5, 10, 15):
        assert frame.loc["any", f"within_{minutes}_share"] >= frame[f"within_{minutes}_share"].max() - 1e-12
    walked = frame.loc[["any", *KIND], [f"within_{minutes}_share" for minutes in (5, 10, 15)]].to_numpy()
    assert (np.diff(walked, axis=1) >= 0).all()
    week = straight.tables["case_hours"].frame
    anywhere = week.loc[[f"any-{hour:02d}" for hour in range(24)]].to_numpy()
    for channel in KIND:
        assert (anywhere >= week.loc[[f"{channel}-{hour:02d}" for hour in range(24)]].to_numpy() - 1e-12).all()


def test_nights_against_a_loop(straight, naive, offers, weights, demo):
    frame = straight.tables["nights"].frame
    near_one, done_there = Counter(), Counter()
    for code, persons, near in naive:
        awake = [
            point
            for point in near
            if all(is_open(point, day, hour) for day in range(7) for hour in (22, 23, *range(6)))
        ]
        done = set().union(*(offers[point.point_id] for point in awake), set())
        near_one[code] += persons * bool(awake)
        done_there[code] += persons * sum(weights.get(matter, 0.0) for matter in done)
    for code in frame.index.drop("district"):
        assert frame.at[code, "near_numerator"] == pytest.approx(near_one[code], abs=1e-6)
        assert frame.at[code, "case_numerator"] == pytest.approx(done_there[code], rel=1e-6, abs=1e-6)
    machines = demo.table("service_points").query("kind == 'self_service_24h'")
    assert frame.at["district", "points"] == len(machines) == frame.at["district", "open"]


def test_a_machine_that_closes_at_night_is_called_round_the_clock_and_is_not(small):
    points = small.table("service_points")
    machines = points["kind"] == "self_service_24h"
    closing = points.assign(hours=points["hours"].where(~machines, "Mo-Su 06:00-23:00"))
    found = tables_of(Altered(small, service_points=closing))["nights"].frame
    before = tables_of(small)["nights"].frame
    assert found.at["district", "points"] == before.at["district", "points"] == machines.sum() > 0
    assert found.at["district", "open"] == 0 < before.at["district", "open"]
    assert found.at["district", "near_numerator"] == 0 < before.at["district", "near_numerator"]


def test_busiest_matters_against_a_loop(straight, demo):
    cases: Counter = Counter()
    for row in demo.table("case_counts").itertuples():
        cases[row.matter_id] += row.cases
    frame = straight.tables["busiest"].frame
    for asked in (0.5, 0.8, 0.95):
        number, reached = 0, 0
        while reached < asked * cases.total():
            number += 1
            reached = sum(amount for _, amount in cases.most_common(number))
        row = frame.loc[f"{100 * asked:g}"]
        assert (row["matters"], row["cases"]) == (number, reached)
    listed = set(demo.table("matter_channels").query("channel == 'nearby'")["matter_id"])
    few = [matter for matter, _ in cases.most_common(int(frame.at["80", "matters"]))]
    assert frame.at["80", "listed_nearby"] == len(listed & set(few))


@settings(max_examples=60, deadline=None)
@given(
    cases=st.lists(st.integers(0, 50), min_size=1, max_size=12),
    asked=st.sampled_from([0.05, 0.2, 0.5, 0.8, 0.95, 1.0]),
)
def test_no_fewer_matters_make_the_share(cases, asked):
    params = load_study("service_access").Params(period=PERIOD, busiest_share=asked, busiest_shares=())
    frame = pd.DataFrame({"cases": [float(number) for number in cases]})
    frame = frame.assign(listed_nearby=True, spot_share=1.0, near_share=0.0)
    found = busiest_matters(frame, params)
    if sum(cases) == 0:
        assert found is None
        return
    row = found.iloc[0]
    best = sorted(cases, reverse=True)
    assert sum(best[: int(row["matters"])]) >= asked * sum(cases) - 1e-6
    assert row["matters"] == 1 or sum(best[: int(row["matters"]) - 1]) < asked * sum(cases)
    assert (row["spot_widely"], row["near_widely"]) == (row["matters"], 0)
    curve = busiest_curve(frame, float(sum(cases)))
    assert curve["all"].iloc[-1] == pytest.approx(1.0) and (np.diff(curve["all"]) >= -1e-12).all()


def test_longer_hours_and_more_matters_never_lower_a_share(small):
    points, extra = small.table("service_points"), small.table("point_matters")
    machine = points.loc[points["kind"] == "self_service_24h", "point_id"].iloc[0]
    every = pd.DataFrame({"point_id": machine, "matter_id": small.table("matters")["matter_id"]})
    more = pd.concat([extra, every]).drop_duplicates(["point_id", "matter_id"], ignore_index=True)
    centre = points["kind"] == "centre"
    longer = points.assign(hours=points["hours"].where(~centre, "Mo-Su 08:00-20:00"))
    # All cases are about one matter; without them every matter counts alike.
    now, handled, both = (
        tables_of(Altered(district, missing=("case_counts",)))["case_hours"].frame.to_numpy()
        for district in (
            small,
            Altered(small, point_matters=more),
            Altered(small, point_matters=more, service_points=longer),
        )
    )
    assert (handled >= now - 1e-12).all() and handled.sum() > now.sum()
    assert (both >= handled - 1e-12).all() and both.sum() > handled.sum()


def test_hours_that_are_not_stated_count_as_closed(small):
    points = small.table("service_points")
    found = tables_of(Altered(small, service_points=points.assign(hours=points["hours"].where(points["hours"].isna()))))
    assert (found["case_hours"].frame.to_numpy() == 0).all()
    assert (found["matter_hours"].frame["any_hours"] == 0).all()
    assert found["nights"].number("district", "open") == 0


def test_without_a_record_of_matters_only_the_nights_are_told(small):
    found = run_study("service_access", Altered(small, missing=("point_matters",)), period=PERIOD)
    assert not {"case_hours", "case_moments", "matter_hours", "reach_by_channel", "busiest"} & set(found.tables)
    assert "case_share" not in found.tables["nights"].frame and "nights" not in found.figures
    without_cases = tables_of(Altered(small, missing=("case_counts",)))
    assert "busiest" not in without_cases and "case_hours" in without_cases


def test_nobody_lives_there_is_not_applicable_and_not_zero(small):
    people = small.table("population")
    found = tables_of(Altered(small, population=people.assign(persons=people["persons"] * 0)))
    assert found["case_hours"].frame.isna().all(axis=None)
    assert found["case_hours"].marks["any-10", "monday"] == "z"


def test_patterns_of_hours_make_up_the_week():
    weekly = np.zeros((2, 7, 24), dtype=bool)
    weekly[0, :5, 9:17] = weekly[1, :, 12:20] = True
    reached = np.array([[[True, False]], [[False, True]]])
    found = OpenMatters(weekly, reached)
    masks = [hours for hours, _ in found.alike()]
    assert np.sum(masks, axis=0).tolist() == np.ones((7, 24)).tolist()
    for hours, matters in found.alike():
        for day, hour in zip(*np.nonzero(hours), strict=True):
            assert matters.tolist() == found.at(day, hour).tolist()
    assert found.at(0, 13).tolist() == [[True, True]] and found.at(6, 10).tolist() == [[False, False]]
    noon = np.zeros((7, 24), dtype=bool)
    noon[:, 12] = True
    assert found.throughout(noon).tolist() == [[False, True]] and found.some_hour(noon).tolist() == [[True, True]]


def test_the_night_may_pass_midnight_or_not():
    params = load_study("service_access").Params
    assert np.flatnonzero(night_hours(params(period=PERIOD))[0]).tolist() == [0, 1, 2, 3, 4, 5, 22, 23]
    early = params(period=PERIOD, night_from_hour=0, night_to_hour=5)
    assert np.flatnonzero(night_hours(early)[3]).tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "wrong",
    [
        {"office_from_hour": 17, "office_to_hour": 9},
        {"night_from_hour": 6, "night_to_hour": 6},
        {"office_to_hour": 25},
        {"busiest_share": 0.0},
    ],
)
def test_impossible_hours_are_refused(small, wrong):
    with pytest.raises(InvalidParameter):
        load_study("service_access").parameters(small, {"period": PERIOD, **wrong})
