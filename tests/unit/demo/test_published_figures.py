"""Whatever is published, the data reproduces to the unit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from jingan_analysis.demo.units import load_census, load_units

WINDOW = ("2024-01-01", "2024-08-31")


def inside(tables, basis="resident"):
    points = tables["demand_points"]
    people = tables["population"]
    ids = points.loc[points["subdistrict_code"] != "", "point_id"]
    return people[people["point_id"].isin(ids) & (people["basis"] == basis)]


def in_window(days):
    return days.between(*WINDOW)


@pytest.mark.parametrize(("age", "persons"), [(0, 975_707), (60, 307_991), (65, 214_376), (80, 47_772)])
def test_residents_from_an_age(tables, age, persons):
    people = inside(tables)
    assert people.loc[people["age_from_years"] >= age, "persons"].sum() == persons


@pytest.mark.parametrize(
    ("age", "persons"), [(60, 93_615), (65, 87_242), (70, 52_681), (75, 26_681), (80, 19_969), (85, 27_803)]
)
def test_residents_by_five_years(tables, age, persons):
    people = inside(tables)
    band = people[people["age_from_years"] == age]
    assert band["persons"].sum() == persons
    assert (band["age_to_years"].isna() if age == 85 else band["age_to_years"] == age + 4).all()


def test_the_census_file_agrees_with_itself():
    census = load_census()
    assert sum(band.persons for band in census.all_bands) == 975_707


def test_registered_people_are_fewer_and_older(tables):
    resident, registered = inside(tables), inside(tables, "registered")

    def share(people):
        return people.loc[people["age_from_years"] >= 60, "persons"].sum() / people["persons"].sum()

    assert registered["persons"].sum() < resident["persons"].sum()
    # The city's third-oldest district had 42.8 % in 2023, and this district was not among the three.
    assert share(resident) < share(registered) < 0.428


def test_people_are_whole_and_below_60_without_living_arrangement(tables):
    people = tables["population"]
    assert people["persons"].dtype.kind == "i"
    assert (people["persons"] > 0).all()
    young = people["age_from_years"] == 0
    assert ((people["frailty"] == "") == young).all()
    assert ((people["living_arrangement"] == "") == young).all()
    assert not people.duplicated(["point_id", "basis", "age_from_years", "living_arrangement", "frailty"]).any()


def test_units_and_committees(tables):
    units, committees = load_units(), tables["committees"]
    assert len(units) == 14
    counts = committees.groupby("subdistrict_code").size()
    assert {unit.code: unit.committees for unit in units} == counts.to_dict()
    assert committees["committee_id"].nunique() == len(committees) == 267
    villagers = committees[committees["kind"] == "villagers"]
    assert villagers["subdistrict_code"].tolist() == ["310106101000"]
    homes = tables["demand_points"].query("subdistrict_code != ''")
    assert set(homes["committee_id"]) == set(committees["committee_id"])


def test_stations_stand_in_the_three_named_units(tables):
    stations = tables["stations"]
    assert stations["subdistrict_code"].tolist() == ["310106014000", "310106017000", "310106101000"]
    assert stations["name_ja"].str.contains("静隣暖心ハウス").all()
    assert stations["name_zh"].str.contains("静邻暖心屋").all()


def test_projects_and_resources(tables):
    assert len(tables["projects"]) == 75
    assert len(tables["resources"]) == 67
    assert sorted(tables["resources"]["resource_list_no"].unique()) == [1, 2, 3]


def test_420_households_and_4020_services_in_the_window(tables):
    assessments, events = tables["need_assessments"], tables["service_events"]
    assert assessments.loc[in_window(assessments["assessed_on"]), "household_id"].nunique() == 420
    assert in_window(events["done_on"]).sum() == 4_020
    assert (~in_window(assessments["assessed_on"])).any()
    assert (~in_window(events["done_on"])).any()
    first = assessments.groupby("household_id")["assessed_on"].min()
    assert in_window(first).sum() == 420


def test_6500_households_are_entitled_at_the_end_of_the_window(tables):
    households = tables["households"]
    assert ((households["relief_to"] == "") & (households["relief_from"] <= WINDOW[1])).sum() == 6_500


def test_canteens_and_meals(tables):
    canteens, meals = tables["canteens"], tables["meals"]
    ours = canteens.loc[canteens["subdistrict_code"] != "", "site_id"]
    assert len(ours) == 26
    assert len(canteens) - len(ours) == 9
    assert canteens["subdistrict_code"].value_counts()["310106020000"] == 5
    served = meals[meals["site_id"].isin(ours)]
    assert served[["elder_meals", "other_meals"]].to_numpy().sum() == 3_800_000
    assert str(meals["served_on"].min().date()) == "2023-09-01"
    assert str(meals["served_on"].max().date()) == "2024-08-31"


def test_unknown_capacity_is_empty_and_not_zero(tables):
    canteens = tables["canteens"]
    unknown = canteens["capacity_meals_per_day"] == ""
    assert (canteens.loc[unknown, "subdistrict_code"] != "").sum() == 2
    assert unknown.sum() == 3
    assert (canteens.loc[~unknown, "capacity_meals_per_day"] != 0).all()


def test_service_points(tables):
    points = tables["service_points"]
    assert points["kind"].value_counts().to_dict() == {"remote_spot": 249, "centre": 14, "self_service_24h": 14}
    for kind in ("centre", "self_service_24h"):
        assert points.loc[points["kind"] == kind, "subdistrict_code"].nunique() == 14
    spots = points[points["kind"] == "remote_spot"]
    assert spots.loc[spots["committee_id"] != "", "committee_id"].nunique() == 240
    assert spots["venue"].value_counts().to_dict() == {"committee": 240, "building": 6, "park": 3}
    assert (points.loc[points["kind"] == "self_service_24h", "hours"] == "24/7").all()


def test_matters_and_channels(tables):
    matters = tables["matters"]
    assert len(matters) == 195
    assert sorted(matters["group_no"].unique()) == list(range(1, 12))
    assert matters["name_zh"].is_unique
    opened = tables["matter_channels"]["channel"].value_counts().to_dict()
    assert opened == {"window": 195, "nearby": 120, "online": 90, "self_service": 60, "home_visit": 40}


def test_points_handle_only_what_the_list_opens(tables):
    points, offered = tables["service_points"], tables["point_matters"]
    opened = tables["matter_channels"]
    channel = {"centre": "window", "remote_spot": "nearby", "self_service_24h": "self_service"}
    kinds = offered["point_id"].map(points.set_index("point_id")["kind"]).map(channel)
    pairs = set(zip(opened["channel"], opened["matter_id"], strict=True))
    assert all(pair in pairs for pair in zip(kinds, offered["matter_id"], strict=True))
    sizes = offered.groupby("point_id").size()
    spots = sizes[points.loc[points["kind"] == "remote_spot", "point_id"]]
    assert 45 <= spots.median() <= 65
    assert spots.min() == 10


def test_cases_and_person_times(tables):
    cases, offered = tables["case_counts"], tables["point_matters"]
    assert cases["cases"].sum() == 43_600
    assert cases["person_times"].sum() == 53_800
    assert (cases["person_times"] >= cases["cases"]).all()
    assert sorted(cases["month"].unique()) == [f"2024-{month:02d}" for month in range(1, 9)]
    assert not cases.duplicated(["month", "subdistrict_code", "point_id", "channel", "matter_id"]).any()
    at_points = cases[cases["point_id"] != ""]
    able = set(zip(offered["point_id"], offered["matter_id"], strict=True))
    assert all(pair in able for pair in zip(at_points["point_id"], at_points["matter_id"], strict=True))


def test_350_advisers_are_active(tables):
    advisers = tables["advisers"]
    active = advisers[advisers["left_on"] == ""]
    assert len(active) == 350
    assert 267 - active.loc[active["committee_id"] != "", "committee_id"].nunique() == 9
    gone = advisers[advisers["left_on"] != ""]
    assert (gone["left_on"] >= gone["registered_on"]).all()
    assert gone["left_on"].max() <= WINDOW[1]


def test_events_follow_the_order_of_the_process(tables):
    cases = tables["relief_cases"].set_index("household_id")
    households = tables["households"].set_index("household_id")
    first = tables["need_assessments"].groupby("household_id")["assessed_on"].min()
    assert (cases["opened_on"].reindex(first.index) < first).all()
    assert (households["relief_from"].reindex(cases.index) <= cases["opened_on"]).all()
    by_case = pd.Series(cases.index, index=cases["case_id"].to_numpy())
    plans, events = tables["service_plans"], tables["service_events"]
    assert (plans["agreed_on"].to_numpy() > plans["case_id"].map(by_case).map(first).to_numpy()).all()
    merged = events.merge(plans, on=["case_id", "project_id"], how="left")
    planned = merged["agreed_on"].notna()
    assert (merged.loc[planned, "done_on"] > merged.loc[planned, "agreed_on"]).all()
    dates = np.concatenate([plans["agreed_on"], events["done_on"], cases["opened_on"]])
    assert max(dates) <= WINDOW[1]
