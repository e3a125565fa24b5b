"""Diners and delivery areas of the demonstration district: the books balance, and what was planted is there."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
from planted_districts import ground

from jingan_analysis.demo.canteen_effects import no_canteen_effects, planted_canteen_effects
from jingan_analysis.demo.canteen_use import canteen_use
from jingan_analysis.demo.canteens import build_sites

MODES = ("dine_in", "takeaway", "delivery")
DANING, PENGPU_TOWN = "310106019000", "310106101000"


def test_meals_of_diners_are_the_meals_to_older_people_of_each_canteen_and_mode(tables):
    """By a loop over rows; the district's canteens only."""
    own = set(tables["canteens"].loc[tables["canteens"]["subdistrict_code"] != "", "site_id"])
    served: Counter = Counter()
    for row in tables["meals"].itertuples():
        if row.site_id in own:
            served[row.site_id, row.mode] += row.elder_meals
    eaten: Counter = Counter()
    for row in tables["canteen_diners"].itertuples():
        for mode in MODES:
            eaten[row.site_id, mode] += getattr(row, f"{mode}_meals")
    assert +served == +eaten
    assert len(own) == 26


def test_meals_of_the_year_are_still_the_published_total(tables):
    own = tables["canteens"].loc[tables["canteens"]["subdistrict_code"] != "", "site_id"]
    meals = tables["meals"][tables["meals"]["site_id"].isin(own)]
    assert meals["elder_meals"].sum() + meals["other_meals"].sum() == 3_800_000


def test_nobody_eats_more_than_three_meals_a_day_or_gets_meals_where_nobody_delivers(tables):
    diners = tables["canteen_diners"]
    assert diners[[f"{mode}_meals" for mode in MODES]].sum(axis=1).between(1, 3 * 366).all()
    areas = set(tables["delivery_areas"].itertuples(index=False, name=None))
    brought = diners.loc[diners["delivery_meals"] > 0, ["site_id", "committee_id"]]
    assert set(brought.itertuples(index=False, name=None)) <= areas
    assert (diners["first_on"] <= diners["last_on"]).all()
    assert (2024 - diners["birth_year"] >= 60).all()


def test_no_committee_has_more_diners_than_older_residents(tables, points):
    persons = tables["canteen_diners"].drop_duplicates("person_id")["committee_id"].value_counts()
    older = points.groupby("committee_id")["older"].sum()
    assert (persons <= older.reindex(persons.index)).all()


def test_two_sub_districts_have_few_diners_and_some_people_eat_at_two_places(tables, points):
    diners = tables["canteen_diners"]
    persons = diners.drop_duplicates("person_id")["subdistrict_code"].value_counts()
    older = points[points["subdistrict_code"] != ""].groupby("subdistrict_code")["older"].sum()
    share = persons / older
    assert set(share.nsmallest(2).index) == {DANING, PENGPU_TOWN}
    assert share.nsmallest(2).max() < 0.6 * share.drop([DANING, PENGPU_TOWN]).min()
    assert 0.02 < 1 - diners["person_id"].nunique() / len(diners) < 0.08


def test_three_committees_are_served_by_none_and_every_other_by_canteens_that_deliver(tables):
    areas, effects = tables["delivery_areas"], planted_canteen_effects()
    committees = set(tables["committees"]["committee_id"])
    assert committees - set(areas["committee_id"]) == set(effects.undelivered)
    sites = tables["canteens"].set_index("site_id")
    assert sites.loc[areas["site_id"], "delivers"].all()
    assert (sites.loc[areas["site_id"], "subdistrict_code"] != "").all()


def test_one_canteen_has_too_few_seats_and_one_an_unknown_number(tables):
    sites = tables["canteens"][tables["canteens"]["subdistrict_code"] != ""].set_index("site_id")
    assert (sites["seats"] == "").sum() == 1
    meals = tables["meals"]
    lunch = meals[(meals["meal"] == "lunch") & (meals["mode"] == "dine_in") & meals["site_id"].isin(sites.index)]
    daily = (lunch["elder_meals"] + lunch["other_meals"]).groupby(lunch["site_id"]).median()
    seats = pd.to_numeric(sites["seats"], errors="coerce")
    assert list((daily / (5 * seats)).dropna().loc[lambda use: use > 1].index) == ["C12"]


def test_without_effects_every_committee_is_served_and_the_same_district_comes_out_twice(tables):
    places, people = ground()
    sites, effects = build_sites(places), no_canteen_effects()
    first, second = (canteen_use(places, people, sites, tables["meals"], effects, 7) for _ in range(2))
    assert first["delivery_areas"]["committee_id"].nunique() == len(places.committees)
    pd.testing.assert_frame_equal(first["canteen_diners"], second["canteen_diners"])
    other = canteen_use(places, people, sites, tables["meals"], effects, 8)["canteen_diners"]
    assert not np.array_equal(first["canteen_diners"]["dine_in_meals"].head(50), other["dine_in_meals"].head(50))
