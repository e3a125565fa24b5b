"""Each planted structure can be found in the data, in the stated direction."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from jingan_analysis.demo.canteen_effects import planted_canteen_effects
from jingan_analysis.demo.meals import day_factors

WITH_STATION = ["310106014000", "310106017000", "310106101000"]
PENGPU_XINCUN, LINFEN, ZHIJIANG, TEMPLE = "310106020000", "310106021000", "310106022000", "310106013000"
DANING, TIANMU, BEIZHAN = "310106019000", "310106015000", "310106016000"
PROACTIVE = ["adviser_visit", "committee", "data_match"]


def by_unit(points):
    sums = points[points["subdistrict_code"] != ""].groupby("subdistrict_code")[["residents", "older", "oldest"]].sum()
    return sums["older"] / sums["residents"]


def test_the_units_said_to_be_older_are_the_oldest_four(points):
    assert set(by_unit(points).nlargest(4).index) == {PENGPU_XINCUN, LINFEN, ZHIJIANG, TEMPLE}
    assert set(by_unit(points).nsmallest(2).index) == {DANING, TIANMU}


def test_frailty_rises_with_age(tables):
    people = tables["population"]
    older = people[(people["age_from_years"] >= 60) & (people["basis"] == "resident")]
    frail = older[older["frailty"] == "frail"].groupby("age_from_years")["persons"].sum()
    assert (frail / older.groupby("age_from_years")["persons"].sum()).is_monotonic_increasing


def test_demand_outside_is_as_dense_at_the_border_as_inside(points):
    inside = points["subdistrict_code"] != ""
    # A home beyond the border in a block that the border cuts holds about as many people as one inside.
    few = points.loc[~inside, "residents"].nsmallest(200).median()
    assert 0.6 < few / points.loc[inside, "residents"].median() < 1.8


def test_one_canteen_is_overloaded_and_some_are_idle(tables):
    canteens, meals = tables["canteens"], tables["meals"]
    daily = (
        meals.assign(meals=meals["elder_meals"] + meals["other_meals"]).groupby(["site_id", "served_on"])["meals"].sum()
    )
    load = daily.groupby("site_id").mean() / pd.to_numeric(canteens.set_index("site_id")["capacity_meals_per_day"])
    overloaded = canteens.set_index("site_id")["subdistrict_code"][load.index[load > 1]]
    assert overloaded.tolist() == [PENGPU_XINCUN]
    assert (load < 0.45).sum() == 2
    assert (load.between(0.85, 1)).sum() >= 5


def test_meals_follow_the_calendar(tables):
    meals = tables["meals"]
    total = meals.assign(meals=meals["elder_meals"] + meals["other_meals"]).groupby("served_on")["meals"].sum()
    festival = total["2024-02-10":"2024-02-17"].mean()
    assert festival < 0.4 * total["2024-03-01":"2024-03-31"].mean()
    weekend = total.index.day_of_week >= 5
    assert total[weekend].mean() < 0.85 * total[~weekend].mean()
    lunch = meals.loc[meals["meal"] == "lunch", ["elder_meals", "other_meals"]].to_numpy().sum()
    assert lunch > 0.5 * total.sum()
    assert 0.75 <= meals["elder_meals"].sum() / total.sum() <= 0.80


EFFECTS = planted_canteen_effects()


def test_day_factors_on_known_days():
    days = np.array(["2024-03-06", "2024-03-09", "2024-03-10", "2024-02-12"], dtype="datetime64[D]")
    assert day_factors(days, 7, EFFECTS).tolist() == [1.0, 0.74, 0.74, 0.3]
    assert day_factors(days, 6, EFFECTS).tolist() == [1.0, 0.74, 0.0, 0.0]
    assert day_factors(days, 5, EFFECTS).tolist() == [1.0, 0.0, 0.0, 0.0]


def test_sites_serve_only_on_their_days(tables):
    canteens, meals = tables["canteens"].set_index("site_id"), tables["meals"]
    weekday = meals["served_on"].dt.day_of_week
    assert (weekday < meals["site_id"].map(canteens["open_days_per_week"])).all()
    opened = canteens["opened_on"][canteens["opened_on"] > "2023-09-01"]
    assert len(opened) == 1
    assert meals.loc[meals["site_id"] == opened.index[0], "served_on"].min() >= pd.Timestamp(opened.iloc[0])


def test_only_sites_that_deliver_have_deliveries(tables):
    meals, canteens = tables["meals"], tables["canteens"]
    delivering = set(meals.loc[meals["mode"] == "delivery", "site_id"])
    assert delivering == set(canteens.loc[canteens["delivers"], "site_id"])


def test_idle_and_busy_spots(tables):
    points, cases = tables["service_points"], tables["case_counts"]
    spots = points[points["kind"] == "remote_spot"].set_index("point_id")
    used = cases.groupby("point_id")["cases"].sum().reindex(spots.index).fillna(0)
    idle = spots.loc[used == 0, "subdistrict_code"].value_counts().to_dict()
    assert idle == {DANING: 7, BEIZHAN: 5}
    busy = spots.loc[used > 3 * used.median(), "subdistrict_code"].value_counts().to_dict()
    assert busy == {PENGPU_XINCUN: 4, "310106017000": 2}


def test_a_few_matters_make_most_of_the_cases(tables):
    cases = tables["case_counts"].groupby("matter_id")["cases"].sum().sort_values(ascending=False)
    assert (cases.cumsum() < 0.8 * cases.sum()).sum() + 1 <= 0.25 * 195


def test_units_with_stations_discover_more_and_more_actively(tables):
    households, cases = tables["households"], tables["relief_cases"]
    merged = households.merge(cases, on="household_id", how="left")
    station = merged["subdistrict_code"].isin(WITH_STATION)
    known = merged["case_id"].notna()
    assert known[station].mean() > 1.3 * known[~station].mean()
    active = merged["discovery_source"].isin(PROACTIVE)
    assert active[station & known].mean() > active[~station & known].mean() + 0.1


def test_the_cascade_falls_at_every_step(tables):
    cases = tables["relief_cases"].set_index("case_id")["household_id"]
    steps = [
        set(tables["households"]["household_id"]),
        set(tables["relief_cases"]["household_id"]),
        set(tables["need_assessments"]["household_id"]),
        set(tables["service_plans"]["case_id"].map(cases)),
    ]
    for wider, narrower in pairwise(steps):
        assert narrower < wider
        assert len(narrower) < 0.95 * len(wider)
    served = set(tables["service_events"]["case_id"].map(cases)) & steps[3]
    assert served < steps[3]


def test_rigid_expenditure_is_the_category_least_known(tables):
    households = tables["households"]
    known = households["household_id"].isin(tables["relief_cases"]["household_id"])
    share = known.groupby(households["relief_category"]).mean()
    assert share.idxmin() == "rigid_expenditure"
    assert share.idxmax() == "extreme_hardship"


def test_some_needs_are_found_but_seldom_planned(tables):
    first = tables["need_assessments"].drop_duplicates("household_id").set_index("household_id")
    cases = tables["relief_cases"].set_index("case_id")["household_id"]
    plans, projects = tables["service_plans"], tables["projects"].set_index("project_id")
    needs = plans["project_id"].map(projects["need_dimension"])
    planned = pd.crosstab(plans["case_id"].map(cases), needs) > 0
    share = {}
    for need in planned.columns:
        found = first.index[first[f"score_{need}"] >= 0.5]
        share[need] = len(found.intersection(planned.index[planned[need]])) / len(found)
    assert len(share) == 10
    seldom = {name for name, value in share.items() if value < 0.45}
    assert seldom == {"housing", "employment", "social_participation", "child_environment"}


def test_the_4020_services_did_not_all_go_to_the_420_households(tables):
    assessed, events = tables["need_assessments"], tables["service_events"]
    cases = tables["relief_cases"].set_index("case_id")["household_id"]
    window = assessed.loc[assessed["assessed_on"].between("2024-01-01", "2024-08-31"), "household_id"]
    now = events[events["done_on"].between("2024-01-01", "2024-08-31")]
    household = now["case_id"].map(cases)
    assert household.isin(window).sum() == 2_360
    assert (~household.isin(assessed["household_id"])).sum() == 60
    assert household.nunique() > 420


def test_home_visits_never_serve_more_than_are_listed(tables):
    visits = tables["home_visit_targets"]
    assert len(visits) == 14 * 6
    assert (visits["served_persons"] <= visits["listed_persons"]).all()
    rate = visits.groupby("subdistrict_code")[["listed_persons", "served_persons"]].sum()
    share = rate["served_persons"] / rate["listed_persons"]
    assert share[WITH_STATION].min() > share.drop(WITH_STATION).max()
