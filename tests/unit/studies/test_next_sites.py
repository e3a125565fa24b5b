"""Where next: against a loop over all choices, directions with their reasons, candidates left out, and faults."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from altered import Altered

from jingan_analysis.district import load_district
from jingan_analysis.errors import InvalidParameter, NoSiteAllowed
from jingan_analysis.models.siting import Effort
from jingan_analysis.studies import run_study
from jingan_analysis.studies.next_sites import Params, situation_of
from jingan_analysis.studies.next_sites_situation import Situation
from jingan_analysis.studies.next_sites_what_if import what_if
from jingan_analysis.tables.html import table_html

WEST, MIDDLE, EAST = "010001000000", "010002000000", "010003000000"
NEAR_MINUTES = 6.0
"""Short enough that no site is near everybody."""


@pytest.fixture(scope="module")
def small(write_district, tmp_path_factory):
    """Thirty homes with 100 people aged 60 and over each; canteens in the middle of the first two units."""
    return load_district(write_district(tmp_path_factory.mktemp("sites") / "small"))


def run(district, **values):
    given = {
        "period": "2024-08",
        "new_sites": 2,
        "most_new_sites": 4,
        "access_threshold_minutes": NEAR_MINUTES,
        "draws": 5,
    }
    result = run_study("next_sites", district, **{**given, **values})
    for table in result.tables.values():
        assert table_html(table)  # fails on a missing number without a mark, and on an infinite one
    return result


@pytest.fixture(scope="module")
def result(small):
    return run(small)


def people_near(district, chosen):
    """People aged 60 and over within the limit of canteens and chosen candidates, home by home, by networkx."""
    situation = situation_of(district, Params(period="2024-08", access_threshold_minutes=NEAR_MINUTES))
    walks = situation.walks
    reached = {
        int(home)
        for home, site in zip(walks.origin, walks.destination, strict=True)
        if situation.stands[site] or situation.sites["site_id"].iloc[site] in chosen
    }
    return sum(situation.persons[home] for home in reached if situation.residents.unit[home] >= 0)


def test_the_proposal_is_the_best_of_all_choices(small, result):
    open_ = [site for site in result.tables["candidates"].frame.index if result.tables["candidates"].frame.at[site, "status"] in ("proposed", "alternative", "possible")]  # fmt: skip
    best = max(people_near(small, pair) for pair in combinations(open_, 2))
    sites = set(result.tables["sites"].frame.index)
    assert len(sites) <= 2 and people_near(small, sites) == best
    row = result.tables["by_subdistrict"].frame.loc["district"]
    assert row["before"] + row["gained"] == best
    assert row["before"] == people_near(small, ())
    assert result.tables["choices"].frame.at["proposal", "covered"] == best


def test_what_one_more_is_worth_is_the_best_of_all_choices_of_as_many(small, result):
    frame = result.tables["stop_curve"].frame
    open_ = [site for site, row in result.tables["candidates"].frame.iterrows() if row["status"] in ("proposed", "alternative", "possible")]  # fmt: skip
    for count in (0, 1):
        best = max(people_near(small, some) for some in combinations(open_, count))
        assert frame.at[str(count), "covered"] == best
    assert (frame["covered"].diff().dropna() >= 0).all() and frame["gap"].max() < 1e-9


def test_without_a_site_is_what_it_would_be_if_it_were_barred(small, result):
    for site, row in result.tables["sites"].frame.iterrows():
        barred = run(small, barred=(site,)).tables["by_subdistrict"].frame.loc["district"]
        now = result.tables["by_subdistrict"].frame.loc["district"]
        assert row["without"] == now["gained"] - barred["gained"]


def test_frontier_and_scenarios_hold_together(result):
    frame = result.tables["frontier"].frame
    assert (frame["covered"].diff().dropna() < 0).all() and (frame["worst"].diff().dropna() > 0).all()
    assert (frame["proven"] == "yes").all()
    scenarios = result.tables["scenarios"].frame
    assert (scenarios["proposal"] <= scenarios["best"] + 1e-12).all() and (
        scenarios["least"] <= scenarios["best"] + 1e-12
    ).all()
    assert scenarios["least_regret"].max() <= scenarios["regret"].max() + 1e-9


def test_candidates_are_left_out_for_their_reasons(result):
    status = result.tables["candidates"].frame["status"]
    assert status["n09"] == "too_small" and status["n19"] == "fire_safety" and status["n29"] == "not_yet"
    frame = result.tables["left_out"].frame["candidates"]
    assert frame["all"] == 9 and frame["open"] == 6 and frame.drop("all").sum() == 9
    assert not set(result.tables["sites"].frame.index) & {"n09", "n19", "n29"}


def test_what_is_unknown_is_no_reason(small):
    table = small.table("candidate_sites")
    blank = table.assign(floor_area_m2=np.nan, step_free=pd.array([pd.NA] * len(table), dtype="boolean"))
    frame = run(Altered(small, candidate_sites=blank)).tables["left_out"].frame["candidates"]
    assert "too_small" not in frame.index and "not_step_free" not in frame.index
    step = table.assign(step_free=pd.array([False] * len(table), dtype="boolean"))
    with_step = run(Altered(small, candidate_sites=step))
    assert with_step.tables["left_out"].frame.at["open", "candidates"] == 0 and "sites" not in with_step.tables
    assert any("No new site can be proposed" in sentence.plain for sentence in with_step.headline)


def test_more_sites_longer_walks_and_fewer_rules_never_reach_fewer(small, result):
    def gained(**values):
        return run(small, **values).tables["by_subdistrict"].frame.at["district", "gained"]

    mine = result.tables["by_subdistrict"].frame.at["district", "gained"]
    assert gained(new_sites=3) >= mine >= gained(new_sites=1) >= gained(new_sites=0) == 0
    assert gained(barred=tuple(result.tables["sites"].frame.index)) <= mine
    assert gained(budget_cny=250000.0) <= mine
    assert gained(most_moved=1) >= mine


def test_forced_sites_are_chosen_and_a_budget_is_kept(small):
    forced = run(small, forced=("n01",))
    assert "n01" in forced.tables["sites"].frame.index
    dear = run(small, budget_cny=500000.0).tables["sites"].frame
    assert dear["cost"].sum() <= 500000
    with pytest.raises(NoSiteAllowed, match="budget"):
        run(small, forced=("n01", "n11"), budget_cny=100000.0)


def test_each_unit_gets_a_site_where_that_is_asked(small):
    found = run(small, each_unit=True, new_sites=1)
    assert found.tables["sites"].frame["subdistrict"].tolist() == ["Unit 3"]


def test_weights_move_the_choice_towards_those_who_count_for_more(small):
    people = small.table("population")
    old = people["age_from_years"] >= 60
    frail = people.assign(frailty=np.where(old & people["point_id"].str.startswith("p2"), "frail", "not_frail"))
    district = Altered(small, population=frail.assign(frailty=frail["frailty"].where(old, None)))
    plain, weighted = run(district, new_sites=1), run(district, new_sites=1, frail_weight=20.0)
    assert weighted.tables["sites"].frame["subdistrict"].tolist() == ["Unit 3"]
    assert weighted.tables["groups"].frame.at["frail", "gained"] >= plain.tables["groups"].frame.at["frail", "gained"]
    assert any("count for more" in sentence.plain for sentence in weighted.notes)


def test_a_plan_made_by_hand_stands_beside_the_proposal(small, result):
    planned = run(small, plan=("n00", "n01"))
    frame = planned.tables["choices"].frame
    assert frame.at["plan", "covered"] == people_near(small, {"n00", "n01"}) <= frame.at["proposal", "covered"]
    assert any("plan made by hand" in sentence.plain for sentence in planned.notes)
    board = what_if(small, period="2024-08", access_threshold_minutes=NEAR_MINUTES, new_sites=2)
    account = board.account(["n00", "n01"]).frame
    assert account.at["yours", "covered"] == frame.at["plan", "covered"]
    assert set(board.proposal) == set(result.tables["sites"].frame.index)


def test_the_board_changes_with_its_lists(small):
    what = what_if(small, period="2024-08", access_threshold_minutes=NEAR_MINUTES, new_sites=1)
    board = what.board()
    slot, account = board.children
    before = account.value
    slot.value = next(site for site in what.candidates if site != slot.value)
    assert account.value != before and "Yours" in account.value and "Synthetic" in account.value
    with pytest.raises(InvalidParameter, match="'n19' may not be chosen"):
        what.account(["n19"])


def test_a_report_on_a_unit_chooses_within_it(small):
    found = run(small, unit=EAST, new_sites=1)
    assert found.tables["candidates"].frame.at["n01", "status"] == "elsewhere"
    assert found.tables["sites"].frame["subdistrict"].tolist() == ["Unit 3"]
    assert set(found.tables["frontier"].frame["area"]) <= {"Committee 20", "Committee 21"}


def test_other_kinds_of_site_have_one_unit_of_supply_each(small):
    found = run(small, facility="service_points", age_from_years=0)
    assert (
        "capacity" not in [column.name for column in found.tables["sites"].columns] if "sites" in found.tables else True
    )
    assert found.tables["ledger"].frame.at["total", "supply_before"] == 6


def test_without_listed_premises_committees_stand_for_them(small):
    found = run(Altered(small, missing=("candidate_sites",)))
    assert any("generated" in stamp for stamp in found.stamps)
    assert set(found.tables["candidates"].frame.index) == {f"c{u}{c}" for u in range(3) for c in range(2)}


def test_accounts_close_before_and_after(result):
    frame = result.tables["ledger"].frame
    for column in frame:
        assert frame[column].drop("total").sum() == pytest.approx(frame.at["total", column])
    assert frame.at["total", "supply_after"] > frame.at["total", "supply_before"]
    assert all(check.passed for check in result.checks)


def test_searches_that_are_cut_short_make_a_report_that_says_so(small, result, monkeypatch):
    monkeypatch.setattr(Situation, "effort", Effort(seconds=1e-6))
    short = run(small)
    proven = next(check for check in short.checks if check.name == "choices are proven best")
    assert not proven.passed and "Not every choice is proven best" in str(proven.detail)
    assert "no" in set(short.tables["frontier"].frame["proven"])
    assert "The list is not complete" in str(short.tables["alternatives"].notes)
    whole = next(check for check in result.checks if check.name == "choices are proven best")
    assert whole.passed


def test_the_limit_of_a_search_is_a_count_of_branches(small):
    assert situation_of(small, Params(period="2024-08", search_branches=7)).effort == Effort(nodes=7)


def test_faults_are_told_together(small):
    with pytest.raises(InvalidParameter) as fault:
        run(small, forced=("nn",), barred=("n0",), plan=("n19",))
    told = str(fault.value)
    assert "forced: 'nn' is no candidate" in told and "barred: 'n0' is no candidate" in told
    assert "plan: 'n19' is left out (fire_safety)" in told


def test_the_order_of_rows_changes_nothing(small, result):
    shuffled = Altered(
        small,
        **{
            name: small.table(name).sample(frac=1, random_state=3).reset_index(drop=True)
            for name in ("candidate_sites", "canteens")
        },
    )
    other = run(shuffled)
    for name in ("by_subdistrict", "stop_curve", "choices", "access", "ledger"):
        pd.testing.assert_frame_equal(other.tables[name].frame, result.tables[name].frame)
