"""Marriages of the demonstration district: days in order, books that close, and what was planted is there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from jingan_analysis.demo.marriage import register_marriages
from jingan_analysis.demo.marriage_days import marriage_settings, open_days
from jingan_analysis.demo.marriage_effects import no_marriage_effects, planted_marriage_effects
from jingan_analysis.demo.units import load_units

LAST = pd.Timestamp("2024-08-31")
PEAKS = ["may_20", "qixi", "other_lucky"]


@pytest.fixture(scope="module")
def registrations(tables) -> pd.DataFrame:
    return tables["registrations"]


@pytest.fixture(scope="module")
def days(tables) -> pd.DataFrame:
    kinds = open_days(planted_marriage_effects())["kind"]
    return tables["appointments"].set_index("slot_on").join(kinds)


def test_the_size_of_the_district(registrations):
    by_year = registrations.groupby(registrations["slot_on"].dt.year).size()
    assert by_year.loc[2021:2023].between(3_500, 6_500).all()
    assert registrations["applied_on"].max() <= LAST
    assert registrations["done_on"].max() <= LAST


def test_slots_are_the_registrations_of_the_day(registrations, days):
    booked = registrations.dropna(subset="slot_on").groupby("slot_on").size()
    came = registrations[registrations["result"].isin(["registered", "refused"])].groupby("slot_on").size()
    assert (days["booked"] == booked.reindex(days.index, fill_value=0)).all()
    assert (days["shown"] == came.reindex(days.index, fill_value=0)).all()
    assert (days["booked"] <= days["capacity"]).all()
    assert not (days.index.day_of_week == 6).any()


def test_nobody_uses_an_opening_before_it(registrations):
    first = registrations.dropna(subset="slot_on").groupby("scope")["slot_on"].min()
    assert first["city"] >= pd.Timestamp("2022-12-01")
    assert first["inter_province"] >= pd.Timestamp("2023-06-01")
    assert first["foreign_related"] >= pd.Timestamp("2024-06-01")
    assert set(registrations.loc[registrations["scope"] == "foreign_related", "reg_type"]) == {"marriage"}


def test_couples_choose_days_and_do_not_always_come(days):
    planted = planted_marriage_effects()
    mean = days.groupby("kind")["booked"].mean()
    # Divorces and reissues do not follow the calendar, and a full day turns couples away.
    assert mean["qixi"] / mean["weekday"] == pytest.approx(planted.qixi, rel=0.25)
    assert 3.0 < mean["may_20"] / mean["weekday"] < planted.may_20
    came = days.groupby(days["kind"].isin(PEAKS))[["booked", "shown"]].sum()
    no_show = 1 - came["shown"] / came["booked"]
    assert no_show[False] == pytest.approx(0.05, abs=0.01)
    assert no_show[True] == pytest.approx(0.05 + planted.peak_no_show_added, abs=0.03)


def test_couples_live_where_people_do_but_for_one_unit(registrations):
    codes = {unit.code for unit in load_units()}
    homes = registrations["residence_code"]
    assert set(homes) - codes == {""}
    lived = registrations[homes != ""]
    shares = pd.crosstab(lived["residence_code"], lived["scope"], normalize="columns")
    there = marriage_settings()["residence"]["inter_province_unit"]
    usual = pd.Series({unit.code: unit.committees for unit in load_units()})
    usual /= usual.sum()
    assert (shares["own_district"] - usual).abs().max() < 0.01
    planted = planted_marriage_effects().inter_province_there
    expected = planted * usual[there] / (1 + (planted - 1) * usual[there])
    assert shares.loc[there, "inter_province"] == pytest.approx(expected, abs=0.03)
    # A foreign-related couple must live in the district.
    assert (homes[registrations["scope"] == "foreign_related"] != "").mean() > 0.9


def test_homes_change_nothing_else(registrations):
    quiet = register_marriages(replace(planted_marriage_effects(), inter_province_there=1.0))["registrations"]
    pd.testing.assert_frame_equal(quiet.drop(columns="residence_code"), registrations.drop(columns="residence_code"))
    assert (quiet["residence_code"] != registrations["residence_code"]).any()


def sums(effects, seed):
    """Marriages here and elsewhere for each ordinary weekday, in the three times between openings."""
    tables = register_marriages(effects, seed)
    done = tables["registrations"].query("reg_type == 'marriage'").dropna(subset="done_on")
    here = done.groupby(done["done_on"].dt.strftime("%Y-%m")).size()
    away = tables["comparison_registrations"].groupby("month")["marriages"].sum()
    days = open_days(effects)
    weight = (days["factor"] * days["wave"]).groupby(days["month"]).sum()
    rate = pd.DataFrame({"here": here, "away": away}).div(weight, axis=0).dropna()
    parts = {
        "first": slice("2021-01", "2022-11"),
        "second": slice("2022-12", "2023-05"),
        "third": slice("2023-06", "2024-05"),
    }
    return pd.DataFrame({name: rate.loc[span].mean() for name, span in parts.items()})


def test_the_first_opening_moves_and_the_second_creates():
    found = [sums(planted_marriage_effects(), seed) for seed in range(4)]
    mean = sum(found) / len(found)
    moved = mean["second"] - mean["first"]
    assert moved["here"] > 2.5
    assert moved["here"] == pytest.approx(-moved["away"], rel=0.4)
    created = mean["third"] - mean["second"]
    assert created["here"] > 1.0
    assert abs(created["away"]) < created["here"]


def test_a_quiet_district_is_quiet():
    rate = sums(no_marriage_effects(), 5)
    assert np.ptp(rate.loc["here"]) / rate.loc["here"].mean() < 0.06
    scopes = register_marriages(no_marriage_effects(), 5)["registrations"]["scope"]
    assert set(scopes) == {"own_district"}
