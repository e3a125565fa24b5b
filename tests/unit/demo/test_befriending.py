"""Volunteers of the demonstration district: published totals are met, the books balance, and what was planted is there."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest
from planted_districts import ground

from jingan_analysis.demo.befriending import befriend
from jingan_analysis.demo.befriending_effects import no_befriending_effects, planted_befriending_effects
from jingan_analysis.demo.befriending_people import Size

LAST = "2024-08-31"
BAOSHAN, DANING = "310106017000", "310106019000"


@pytest.fixture(scope="module")
def pairs(tables):
    table = tables["pairings"].merge(tables["volunteers"], on="vol_id", suffixes=("", "_v"))
    return table.merge(tables["elder_needs"], on="person_id", suffixes=("_v", ""))


def test_published_totals_are_met(tables):
    now = tables["pairings"][tables["pairings"]["ended_on"] == ""]
    assert (tables["volunteers"]["left_on"] == "").sum() == 4_475
    assert now["person_id"].nunique() == 25_395


def test_nobody_is_paired_before_coming_or_after_going(pairs):
    late = pairs["ended_on"].where(pairs["ended_on"] != "", LAST)
    for came in ("joined_on", "listed_on"):
        assert (pairs["paired_on"] >= pairs[came]).all()
    for went in ("left_on", "delisted_on"):
        gone = pairs[went] != ""
        assert (late[gone] <= pairs[went][gone]).all()


def test_nobody_has_more_than_they_are_ready_for(tables):
    events = Counter()
    for row in tables["pairings"].itertuples():
        events[row.vol_id, row.paired_on, 1] += 1
        if row.ended_on:
            day = str(pd.Timestamp(row.ended_on) + pd.Timedelta(days=1))[:10]
            events[row.vol_id, day, 0] -= 1
    load, most = Counter(), tables["volunteers"].set_index("vol_id")["max_load"].to_dict()
    # Places that become free on a day are taken on it again.
    for (volunteer, _, _), change in sorted(events.items()):
        load[volunteer] += change
        assert 0 <= load[volunteer] <= most[volunteer]


def test_contacts_are_within_their_pair(tables):
    contacts = tables["companion_contacts"]
    pair = tables["pairings"].set_index("pair_id").loc[contacts["pair_id"]]
    day = contacts["done_on"].dt.strftime("%Y-%m-%d").to_numpy()
    assert (day >= pair["paired_on"].to_numpy()).all()
    assert (day <= pair["ended_on"].where(pair["ended_on"] != "", LAST).to_numpy()).all()
    assert day.min() >= "2024-03-04"
    assert not contacts.duplicated(["pair_id", "done_on", "mode"]).any()


def test_fewest_are_paired_where_volunteers_are_few(tables):
    listed = tables["elder_needs"][tables["elder_needs"]["delisted_on"] == ""]
    now = set(tables["pairings"].loc[tables["pairings"]["ended_on"] == "", "person_id"])
    share = listed["person_id"].isin(now).groupby(listed["subdistrict_code"]).mean().sort_values()
    assert set(share.index[:2]) == {BAOSHAN, DANING}


SMALL = Size(volunteers=900, listed=6_400, paired=None)


def give_up_rates(tables) -> dict[bool, float]:
    """Pairs given up a year of pairing, within a committee (False) and across (True), by plain division."""
    table = tables["pairings"].merge(tables["volunteers"], on="vol_id").merge(tables["elder_needs"], on="person_id")
    across = table["committee_id_x"] != table["committee_id_y"]
    end = pd.to_datetime(table["ended_on"].where(table["ended_on"] != "", LAST))
    years = (end - pd.to_datetime(table["paired_on"])).dt.days / 365.25
    gave_up = table["end_reason"] == "gave_up"
    return {one: gave_up[across == one].sum() / years[across == one].sum() for one in (False, True)}


def test_pairs_across_committees_end_sooner_only_where_planted():
    planted = give_up_rates(befriend(*ground(), planted_befriending_effects(), 11, SMALL))
    quiet = give_up_rates(befriend(*ground(), no_befriending_effects(), 11, SMALL))
    assert planted[True] / planted[False] == pytest.approx(1.8, rel=0.12)
    assert quiet[True] / quiet[False] == pytest.approx(1.0, rel=0.12)


def test_a_size_that_cannot_be_met_is_told():
    with pytest.raises(ValueError, match="declare more as listed"):
        befriend(*ground(), no_befriending_effects(), 12, Size(volunteers=50, listed=200, paired=500))
