"""Adapted homes of the demonstration district: days in order, the published total met, and what was planted is there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from planted_districts import ground

from jingan_analysis.demo.home_retrofits import GROUPS, adapt_homes
from jingan_analysis.demo.retrofit_effects import no_retrofit_effects, planted_retrofit_effects

LAST = "2024-08-31"
DAYS = ["applied_on", "assessed_on", "signed_on", "started_on", "finished_on", "accepted_on"]


def homes_of(tables) -> pd.DataFrame:
    table = tables["retrofit_applications"]
    for name in ("retrofit_assessments", "retrofit_contracts", "retrofit_works"):
        table = table.merge(tables[name], on="app_id", how="left")
    dates = {name: pd.to_datetime(table[name], errors="coerce") for name in [*DAYS, "ended_on"]}
    return table.assign(**dates)


@pytest.fixture(scope="module")
def homes(tables) -> pd.DataFrame:
    return homes_of(tables)


@pytest.fixture(scope="module")
def quiet() -> dict[str, pd.DataFrame]:
    return adapt_homes(*ground(), no_retrofit_effects())


def test_the_published_number_is_met_by_the_last_day(homes):
    assert homes["accepted_on"].notna().sum() == 3209
    assert homes[DAYS].max().max() <= pd.Timestamp(LAST)
    assert homes["applied_on"].min() < pd.Timestamp("2021-02-01")


def test_steps_follow_each_other_and_nothing_follows_an_end(homes):
    days = homes[DAYS].to_numpy().astype("datetime64[D]")
    there = ~np.isnat(days)
    assert (there[:, :-1] >= there[:, 1:]).all(), "a step without the one before it"
    both = there[:, :-1] & there[:, 1:]
    assert (days[:, 1:][both] >= days[:, :-1][both]).all()
    over = homes["ended_on"].notna()
    assert homes.loc[over, "accepted_on"].isna().all()
    assert (homes.loc[over, DAYS].max(axis=1) <= homes.loc[over, "ended_on"]).all()
    assert ((homes["end_reason"] != "") == over).all()
    assert 200 < (~over & homes["accepted_on"].isna()).sum() < 500, "some are open"


def test_who_applies_is_one_person_of_one_home(homes):
    assert homes["home_id"].is_unique
    assert homes["person_id"].is_unique
    assert (homes["subsidy_yuan"].dropna() <= homes["total_yuan"].dropna()).all()


def test_no_cell_of_the_need_is_overdrawn(homes, tables):
    need = tables["retrofit_need"].set_index(["subdistrict_code", "priority_group"])["households"]
    done = homes[homes["accepted_on"].notna()].groupby(["subdistrict_code", "priority_group"]).size()
    assert (done.reindex(need.index, fill_value=0) < need).all()
    assert len(need) == 14 * len(GROUPS)


def test_withdrawals_and_slow_steps_are_where_planted(homes):
    effects = planted_retrofit_effects()
    withdrawn = (homes["end_reason"] == "withdrawn").groupby(homes["subdistrict_code"]).mean()
    assert set(withdrawn.nlargest(2).index) == set(effects.withdrawal_ratio_in)
    days = (homes["accepted_on"] - homes["applied_on"]).dt.days.groupby(homes["subdistrict_code"]).median()
    (slow,) = effects.slower_in
    assert days.idxmax() == slow
    assert days[slow] > 1.35 * days.drop(slow).max()


def test_the_group_missed_is_the_one_planted(homes, tables):
    done = homes[homes["accepted_on"].notna()].groupby("priority_group").size()
    met = done.reindex(list(GROUPS)) / tables["retrofit_need"].groupby("priority_group")["households"].sum()
    (missed,) = planted_retrofit_effects().uptake_of
    assert met.idxmin() == missed
    assert met[missed] / met.drop(missed).mean() == pytest.approx(0.5, abs=0.1)


def test_falls_lie_in_the_watch_and_watches_end_at_death(tables, homes):
    watch = tables["fall_observation"].set_index("person_id")
    falls = tables["fall_events"]
    mine = watch.loc[falls["person_id"]]
    assert (mine["observed_from"].to_numpy() <= falls["fell_on"].to_numpy()).all()
    assert (falls["fell_on"].to_numpy() <= mine["observed_to"].to_numpy()).all()
    died = homes[(homes["end_reason"] == "died") & homes["person_id"].isin(watch.index)]
    assert len(died) > 20
    until = pd.to_datetime(watch.loc[died["person_id"], "observed_to"]).to_numpy()
    assert (until <= died["ended_on"].to_numpy()).all()


def prompted(tables) -> float:
    """Falls at home in the 75 days before an application, for each one in the 75 days before those."""
    applied = homes_of(tables).set_index("person_id")["applied_on"]
    falls = tables["fall_events"]
    falls = falls[falls["place"] == "home"]
    before = (falls["person_id"].map(applied) - pd.to_datetime(falls["fell_on"])).dt.days
    return before.between(1, 75).sum() / before.between(76, 150).sum()


def test_falls_prompt_applications_only_where_planted(tables, quiet):
    assert prompted(tables) == pytest.approx(planted_retrofit_effects().prompting_ratio, rel=0.2)
    assert prompted(quiet) == pytest.approx(1.0, abs=0.2)


def test_without_effects_levels_stay(quiet):
    homes = homes_of(quiet)
    assert homes["accepted_on"].notna().sum() == 3209
    withdrawn = (homes["end_reason"] == "withdrawn").groupby(homes["subdistrict_code"]).mean()
    assert withdrawn.max() < 0.17
    done = homes[homes["accepted_on"].notna()].groupby("priority_group").size().reindex(list(GROUPS))
    met = done / quiet["retrofit_need"].groupby("priority_group")["households"].sum()
    assert met.max() / met.min() < 1.25
