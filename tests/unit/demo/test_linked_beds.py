"""Linked beds of the demonstration district: the books balance, published totals are met, and what was planted is there."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from planted_districts import ground

from jingan_analysis.demo.bed_effects import no_bed_effects, planted_bed_effects
from jingan_analysis.demo.linked_beds import link_beds

KINDS = ["home_care", "institution", "home_sickbed", "medical", "hospice"]
LAST, DANING = "2024-08-31", "310106019000"


@pytest.fixture(scope="module")
def stays(tables):
    table = tables["bed_episodes"].copy()
    for column in ("started_on", "ended_on"):
        table[column] = pd.to_datetime(table[column], errors="coerce")
    return table


@pytest.fixture(scope="module")
def occupancy(tables):
    """Bed-days of institutions by month, here and in the places of comparison."""
    here = tables["bed_stock"].assign(place="here")
    both = pd.concat([here, tables["comparison_occupancy"]])
    both = both[both["bed_type"] == "institution"]
    sums = both.groupby(["place", "month"])[["occupied_bed_days", "usable_bed_days"]].sum()
    share = (sums["occupied_bed_days"] / sums["usable_bed_days"]).rename("share").reset_index()
    return share.pivot_table(index="month", columns="place", values="share")


def test_bed_days_are_the_nights_of_the_stays(tables):
    """By a loop over every night of every stay of two months."""
    nights: Counter = Counter()
    for row in tables["bed_episodes"].itertuples():
        day = max(date.fromisoformat(row.started_on), date(2023, 7, 1))
        end = min(date.fromisoformat(row.ended_on) if row.ended_on else date(2024, 9, 1), date(2023, 9, 1))
        while day < end:
            nights[row.inst_id, f"{day:%Y-%m}", row.bed_type] += 1
            day += timedelta(days=1)
    stock = tables["bed_stock"].set_index(["inst_id", "month", "bed_type"])
    stock = stock[stock.index.get_level_values("month").isin(["2023-07", "2023-08"])]
    assert len(stock) == 2 * 65
    assert {key: nights[key] for key in stock.index} == stock["occupied_bed_days"].to_dict()
    assert (stock["usable_bed_days"] == stock["beds_usable"] * 31).all()


def test_who_is_moved_arrives_in_another_kind_on_the_same_day(stays):
    arrivals = defaultdict(list)
    for row in stays.itertuples():
        arrivals[row.person_id, row.started_on].append(row.bed_type)
    moved = stays[stays["end_reason"] == "transferred"]
    assert len(moved) > 5_000
    assert all(
        any(kind != row.bed_type for kind in arrivals[row.person_id, row.ended_on]) for row in moved.itertuples()
    )


def test_two_beds_at_once_are_a_home_bed_and_a_sickbed(stays):
    table = stays.assign(ended_on=stays["ended_on"].fillna(pd.Timestamp(LAST) + pd.Timedelta(days=1)))
    pairs = table.merge(table, on="person_id", suffixes=("", "_too"))
    pairs = pairs[(pairs["episode_id"] < pairs["episode_id_too"])]
    together = pairs[(pairs["started_on"] < pairs["ended_on_too"]) & (pairs["started_on_too"] < pairs["ended_on"])]
    assert len(together) > 500
    kinds = {frozenset(pair) for pair in together[["bed_type", "bed_type_too"]].itertuples(index=False)}
    assert kinds == {frozenset({"home_care", "home_sickbed"})}


def test_no_bed_holds_more_than_one_and_nobody_moves_after_death(tables, stays):
    stock = tables["bed_stock"]
    assert (stock["occupied_bed_days"] <= stock["usable_bed_days"]).all()
    died = stays[stays["end_reason"] == "died"].groupby("person_id")["ended_on"].min()
    later = stays[stays["person_id"].isin(died.index)]
    assert (later["started_on"] <= later["person_id"].map(died)).all()


def test_published_figures_are_met(tables, occupancy):
    requests = tables["bed_requests"]
    moved = requests[requests["green_channel"] & (requests["outcome"] == "moved")]
    assert moved["person_id"].nunique() == 299
    assert moved["requested_on"].min() >= "2023-08-01"
    stock = tables["bed_stock"]
    homes = stock[(stock["bed_type"] == "institution") & stock["month"].str.startswith("2023")]
    assert round(100 * homes["occupied_bed_days"].sum() / homes["usable_bed_days"].sum()) == 51
    assert round(100 * occupancy.loc["2024-08", "here"]) == 59


def test_requests_end_in_order_and_open_ones_have_no_outcome(tables):
    requests = tables["bed_requests"]
    ended = requests["ended_on"] != ""
    assert (ended == (requests["outcome"] != "")).all()
    assert (requests.loc[ended, "requested_on"] <= requests.loc[ended, "ended_on"]).all()
    assert requests["requested_on"].between("2021-01-01", LAST).all()
    assert 50 < (~ended).sum() < 500
    assert (requests["outcome"].value_counts(normalize=True)[["moved", "refused", "withdrawn"]] > 0.03).all()


def test_the_pilot_lifts_occupancy_and_its_slope(occupancy):
    """Step and slope at the pilot, less those of the comparison: two and a half times their rough standard errors wide."""
    effects = planted_bed_effects()
    here = np.log(occupancy["here"] / (1 - occupancy["here"]))
    elsewhere = occupancy.drop(columns="here").apply(lambda share: np.log(share / (1 - share))).mean(axis=1)
    month = np.arange(len(here))
    after = (here.index >= "2023-08").astype(float)
    since = after * (month - list(here.index).index("2023-08"))
    fit = sm.OLS((here - elsewhere).to_numpy(), sm.add_constant(np.column_stack([month, after, since]))).fit()
    assert fit.params[1] == pytest.approx(0.0, abs=0.002), "the trend is shared"
    assert fit.params[2] == pytest.approx(effects.level_log_odds, abs=0.04)
    assert fit.params[3] == pytest.approx(effects.slope_log_odds_per_month, abs=0.005)


def test_the_green_channel_is_faster(tables):
    requests = tables["bed_requests"]
    contracts = tables["bed_contracts"].groupby("person_id")["signed_on"].min()
    signed = requests["person_id"].map(contracts)
    mine = requests[(signed <= requests["requested_on"]) & (requests["from_type"] != "")]
    until = pd.to_datetime(mine["ended_on"].replace("", LAST))
    # Waits are whole days, rounded down: half a day more on the average.
    days = (until - pd.to_datetime(mine["requested_on"])).dt.days + 0.5
    rates = {}
    for green, part in mine.assign(days=days).groupby("green_channel"):
        rates[green] = pd.Series(
            {kind: (rows["outcome"] == "moved").sum() / rows["days"].sum() for kind, rows in part.groupby("to_type")}
        )
    ratio = np.exp(np.log(rates[True] / rates[False]).drop(["home_care", "hospice"]).mean())
    assert ratio == pytest.approx(planted_bed_effects().green_channel_hazard_ratio, rel=0.25)


def test_many_bounce_back_from_medical_beds_and_few_go_home_from_institutions(stays):
    medical = stays[(stays["bed_type"] == "medical") & (stays["end_reason"] == "transferred")]
    into = stays.merge(
        medical[["person_id", "ended_on"]],
        left_on=["person_id", "started_on"],
        right_on=["person_id", "ended_on"],
        suffixes=("", "_left"),
    )
    into = into[into["bed_type"] != "medical"]
    back = (into["end_reason"] == "transferred") & ((into["ended_on"] - into["started_on"]).dt.days <= 30)
    assert 0.10 < back.mean() < 0.22
    homes = stays[(stays["bed_type"] == "institution") & stays["ended_on"].notna()]
    assert (homes["end_reason"] == "home").mean() < 0.04


def test_contracts_fall_short_of_full_most_where_planted(tables, stays):
    now = stays[stays["ended_on"].isna() & stays["bed_type"].isin(["home_care", "institution"])]
    contracts = tables["bed_contracts"]
    signed = now["person_id"].isin(contracts.loc[contracts["ended_on"] == "", "person_id"])
    places = tables["institutions"].set_index("inst_id")
    joined = now["inst_id"].map(places["joined_on"]) != ""
    unit = now["inst_id"].map(places["subdistrict_code"])
    share = signed[joined].groupby(unit[joined]).mean()
    assert share.idxmin() == DANING
    assert share[DANING] < 0.8 < share.drop(DANING).min()
    assert (places.loc[places["kind"].isin(["elder_home", "care_home", "nursing_home"]), "joined_on"] == "").sum() == 2
    assert not signed[~joined].any() or signed[~joined].mean() < 0.2


def test_links_are_of_people_with_a_contract(tables):
    contracts, links = tables["bed_contracts"], tables["data_links"]
    assert set(links["person_id"]) == set(contracts.loc[contracts["ended_on"] == "", "person_id"])
    assert 0.9 < links["health_record"].mean() < 0.98
    assert ((links["synced_on"] == "") == ~links["health_record"]).all()


def test_without_effects_only_the_shared_trend_is_left():
    quiet = link_beds(ground()[0], no_bed_effects())
    stock = quiet["bed_stock"]
    homes = stock[stock["bed_type"] == "institution"].groupby("month")[["occupied_bed_days", "usable_bed_days"]].sum()
    share = homes["occupied_bed_days"] / homes["usable_bed_days"]
    assert share["2024-08"] < 0.55
    elsewhere = quiet["comparison_occupancy"]
    assert len(elsewhere) == 3 * 44
    requests = quiet["bed_requests"]
    assert requests["green_channel"].any(), "the channel is there and changes nothing"
