"""Needs in several ways, and services against need: by loops, by definition, and in their directions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.studies import run_study
from jingan_analysis.studies.relief_coverage_equity import equity
from jingan_analysis.studies.relief_coverage_needs import DIMENSIONS
from jingan_analysis.studies.relief_coverage_several_needs import (
    SCORES,
    NeedRule,
    several_needs_by_dimension,
    several_needs_by_unit,
)

END = pd.Timestamp(2024, 8, 31)


@pytest.fixture(scope="module")
def result(demo):
    return run_study("relief_coverage", demo, period="2024-08", minimum_cell=1)


@pytest.fixture(scope="module")
def last_scores(demo):
    """Unit and scores at the last assessment of each assessed household, by loops."""
    unit = dict(demo.table("households")[["household_id", "subdistrict_code"]].itertuples(index=False))
    found = {}
    for row in demo.table("need_assessments").itertuples():
        if row.assessed_on <= END and (row.household_id not in found or row.assessed_on >= found[row.household_id][0]):
            scores = [getattr(row, f"score_{name}") for name in DIMENSIONS]
            found[row.household_id] = (row.assessed_on, unit[row.household_id], scores)
    return [(where, scores) for _, where, scores in found.values()]


def test_the_measure_agrees_with_loops_over_households(result, last_scores) -> None:
    frame = result.tables["several_needs"].frame
    for row in frame.index:
        mine = [scores for unit, scores in last_scores if row in (unit, "district")]
        counts = [sum(score >= 0.5 for score in scores) for scores in mine]
        poor = [count for count in counts if count >= 3]
        assert frame.loc[row, ["assessed", "several"]].tolist() == [len(mine), len(poor)]
        assert frame.loc[row, "intensity"] == pytest.approx(sum(poor) / len(poor) / 10)
        assert frame.loc[row, "adjusted"] == pytest.approx(sum(poor) / len(mine) / 10)
        assert frame.loc[row, "adjusted"] == pytest.approx(
            frame.loc[row, "several_share"] * frame.loc[row, "intensity"]
        )
    parts = frame.drop(index="district")
    assert parts["contribution"].sum() == pytest.approx(1)
    weighted = (parts["adjusted"] * parts["assessed"]).sum() / parts["assessed"].sum()
    assert weighted == pytest.approx(frame.loc["district", "adjusted"])


def test_dimensions_add_up_to_the_measure(result, last_scores) -> None:
    frame = result.tables["several_needs_by_dimension"].frame
    poor = [scores for _, scores in last_scores if sum(score >= 0.5 for score in scores) >= 3]
    for number, name in enumerate(DIMENSIONS):
        assert frame.loc[name, "found"] == sum(scores[number] >= 0.5 for _, scores in last_scores)
        assert frame.loc[name, "censored"] == sum(scores[number] >= 0.5 for scores in poor)
    parts = frame.drop(index="total")
    whole = result.tables["several_needs"].frame.loc["district", "adjusted"]
    assert (parts["weight"] * parts["censored_share"]).sum() == pytest.approx(whole)
    assert parts["contribution"].sum() == pytest.approx(1)


def test_planted_tilts_of_need_are_found(result) -> None:
    frame = result.tables["several_needs"].frame
    ranked = frame.drop(index="district")["adjusted"].sort_values()
    assert ranked.index[0] == "310106012000", "West Nanjing Road was made to have least"
    assert set(ranked.index[-2:]) == {"310106017000", "310106020000"}
    assert frame.loc["310106012000", "adjusted_upper"] < frame.loc["district", "adjusted"]
    assert (frame.loc[list(ranked.index[-2:]), "adjusted_lower"] > frame.loc["district", "adjusted"]).all()


def test_one_dimension_alone_makes_the_measure_its_share(demo, last_scores) -> None:
    weights = [0.0] * len(DIMENSIONS)
    weights[DIMENSIONS.index("illness")] = 3.0
    altered = run_study("relief_coverage", demo, period="2024-08", need_weights=weights, need_cutoff=1.0)
    share = np.mean([scores[DIMENSIONS.index("illness")] >= 0.5 for _, scores in last_scores])
    assert altered.tables["several_needs"].frame.loc["district", "adjusted"] == pytest.approx(share)
    assert altered.tables["several_needs_by_dimension"].frame.loc["illness", "contribution"] == pytest.approx(1)


@pytest.mark.parametrize("weights", [[0.0] * 10, [1.0] * 9, [-1.0, *[1.0] * 9], [float("nan"), *[1.0] * 9]])
def test_weights_that_mean_nothing_are_refused(demo, weights) -> None:
    with pytest.raises(InvalidParameter, match="need_weights"):
        run_study("relief_coverage", demo, period="2024-08", need_weights=weights)


@given(
    scores=st.lists(
        st.lists(st.sampled_from([0.0, 0.49, 0.5, 1.0]), min_size=10, max_size=10), min_size=2, max_size=12
    ),
    cutoff=st.sampled_from([0.1, 0.3, 0.5, 1.0]),
)
@settings(deadline=None, max_examples=40)
def test_the_parts_always_add_up(scores, cutoff) -> None:
    frame = pd.DataFrame(scores, columns=SCORES, index=[f"H{number}" for number in range(len(scores))])
    unit = pd.Series(["A" if number % 3 else "B" for number in range(len(frame))], index=frame.index)
    rule = NeedRule(0.5, np.ones(10), cutoff)
    by_unit = several_needs_by_unit(frame, unit, ["A", "B", "C"], rule, confidence=0.95)
    by_dimension = several_needs_by_dimension(frame, rule)
    several = sum(sum(score >= 0.5 for score in row) >= cutoff * 10 - 1e-9 for row in scores)
    assert by_unit.loc["district", "several"] == several
    assert by_unit.loc["C", "assessed"] == 0
    assert np.isnan(by_unit.loc["C", "adjusted"])
    whole = by_unit.loc["district", "adjusted"]
    assert (by_dimension["weight"] * by_dimension["censored_share"]).drop("total").sum() == pytest.approx(whole)


def shares(services, served=None) -> tuple:
    """Arguments of equity for households whose need rises from the first to the last."""
    index = [f"H{number:03d}" for number in range(len(services))]
    scores = pd.DataFrame({name: np.linspace(0, 1, len(services)) for name in SCORES}, index=index)
    given = pd.Series(services, index=index, dtype=float)
    had = given > 0 if served is None else pd.Series(served, index=index)
    committee = pd.Series([f"C{number // 5}" for number in range(len(services))], index=index)
    return scores, np.ones(10), had, given, committee


def test_the_index_is_twice_the_covariance_over_the_mean(result, demo) -> None:
    services = np.arange(60, dtype=float) ** 1.5
    found = equity(*shares(services), confidence=0.95)
    assert found is not None
    rank = (np.arange(60) + 0.5) / 60
    expected = 2 * np.mean((services - services.mean()) * (rank - rank.mean())) / services.mean()
    assert found.indices.loc["services", "index"] == pytest.approx(expected)
    # Bounded by 0 and 1: four times the generalised index, the same for the served as, with its sign turned, for the others.
    had = services > 60
    turned = equity(*shares(services, ~had), confidence=0.95)
    straight = equity(*shares(services, had), confidence=0.95)
    assert straight is not None
    assert turned is not None
    assert straight.indices.loc["served", "index"] == pytest.approx(-turned.indices.loc["served", "index"])


def test_services_to_those_in_greatest_need_raise_the_index_and_all_alike_is_none() -> None:
    even = equity(*shares(np.full(60, 2.0)), confidence=0.95)
    steep = equity(*shares([0.0] * 30 + [4.0] * 30), confidence=0.95)
    against = equity(*shares([4.0] * 30 + [0.0] * 30), confidence=0.95)
    assert even is not None
    assert steep is not None
    assert against is not None
    assert even.indices.loc["services", "index"] == pytest.approx(0)
    assert steep.indices.loc["services", "lower"] > 0 > against.indices.loc["services", "upper"]
    assert equity(*shares([1.0] * 49), confidence=0.95) is None, "too few to say"
    assert equity(*shares([0.0] * 60), confidence=0.95) is None, "nobody was served"


def test_fifths_add_up_and_rise_with_need(result) -> None:
    frame = result.tables["equity_groups"].frame
    parts = frame.drop(index="total")
    for name in ("households", "served", "services"):
        assert parts[name].sum() == frame.loc["total", name]
    assert parts["need"].is_monotonic_increasing
    assert parts["services_cumulated"].iloc[-1] == pytest.approx(1)
    assert result.tables["equity"].frame.loc["services", "lower"] > 0, "high grade was made to have more services"


def test_with_one_score_for_all_everybody_stands_in_one_fifth() -> None:
    scores, weights, had, given_, committee = shares([1.0] * 60)
    found = equity(scores * 0 + 0.4, weights, had, given_, committee, confidence=0.95)
    assert found is not None
    assert found.groups["households"].tolist() == [0, 0, 60, 0, 0, 60]
    assert found.groups.loc["1", "need":"per_household"].isna().sum() == 3
    assert found.indices.loc["services", "index"] == pytest.approx(0)
