"""Log-rank tests against loops, statsmodels and reasons."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import survdiff

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.log_rank import log_rank, pairwise_log_rank

rows_strategy = st.lists(
    st.tuples(st.integers(1, 9), st.integers(0, 1), st.integers(0, 2), st.integers(0, 1), st.integers(0, 3)),
    min_size=4,
    max_size=40,
).filter(lambda rows: len({row[2] for row in rows}) > 1)


def naive(rows):
    """Observed less expected and its covariance, stratum by stratum and day by day."""
    codes = sorted({g for _, _, g, *_ in rows})
    score, variance = np.zeros(len(codes)), np.zeros((len(codes), len(codes)))
    for stratum in {s for *_, s, _ in rows}:
        own = [row for row in rows if row[3] == stratum]
        for day in {a for a, e, *_ in own if e}:
            n = np.array([sum(a >= day and (b < day or b == 0) and g == c for a, _, g, _, b in own) for c in codes])
            d = np.array([sum(a == day and e and g == c for a, e, g, _, _ in own) for c in codes])
            score += d - d.sum() * n / n.sum()
            if n.sum() > 1:
                factor = d.sum() * (n.sum() - d.sum()) / (n.sum() - 1)
                variance += factor * (np.diag(n / n.sum()) - np.outer(n, n) / n.sum() ** 2)
    return score, variance


@settings(deadline=None, max_examples=80, derandomize=True)
@given(rows=rows_strategy)
def test_the_test_agrees_with_a_count_day_by_day(rows):
    rows = [(max(a, b + 1), e, g, s, b) for a, e, g, s, b in rows]
    days, seen, code, stratum, entry = map(list, zip(*rows, strict=True))
    found = log_rank(days, seen, code, strata=stratum, entry=entry)
    score, variance = naive(rows)
    assert found.observed - found.expected == pytest.approx(score, abs=1e-9)
    assert found.observed.sum() == pytest.approx(found.expected.sum())
    if found.reason is None:
        assert found.chi2 == pytest.approx(score @ np.linalg.pinv(variance, rcond=1e-9) @ score, abs=1e-7)
        assert found.degrees_of_freedom == np.linalg.matrix_rank(variance, tol=1e-9)
    else:
        assert np.isnan(found.chi2) and np.isnan(found.p_value)


def sample(seed, n=120):
    rng = np.random.default_rng(seed)
    code, stratum = rng.integers(0, 3, n), rng.integers(0, 2, n)
    return rng.integers(0, 20, n) + 3 * code, rng.integers(0, 2, n), code, stratum


@pytest.mark.parametrize("stratified", [False, True])
def test_statsmodels_gives_the_same(stratified):
    days, seen, code, stratum = sample(1)
    strata = stratum if stratified else None
    found = log_rank(days, seen, code, strata=strata)
    chi2, p_value = survdiff(days, seen, code, strata=strata)
    assert (found.chi2, found.p_value) == pytest.approx((chi2, p_value), rel=1e-9)
    assert found.strata == (2 if stratified else 1)


def test_names_of_groups_and_order_of_spells_do_not_matter():
    days, seen, code, _ = sample(2)
    order = np.random.default_rng(0).permutation(len(days))
    other = log_rank(days[order], seen[order], 7 - code[order])
    assert other.chi2 == pytest.approx(log_rank(days, seen, code).chi2)
    assert other.groups.tolist() == [5, 6, 7]


def test_equal_groups_show_no_difference_and_slower_ones_do():
    days = np.arange(1, 31)
    same = log_rank(np.tile(days, 2), np.ones(60), np.repeat([0, 1], 30))
    slower = log_rank(np.concatenate([days, 3 * days]), np.ones(60), np.repeat([0, 1], 30))
    assert same.chi2 == pytest.approx(0, abs=1e-12)
    assert slower.p_value < 0.001
    # The slower group has fewer events than the days at risk would give it.
    assert slower.observed[1] < slower.expected[1]


def test_strata_remove_a_difference_that_is_only_between_strata():
    """Group 1 lives mostly in the slow stratum; within strata the groups are alike."""
    days = np.concatenate([np.arange(1, 21), np.arange(1, 6), np.arange(41, 46), np.arange(41, 61)])
    code, stratum = np.repeat([0, 1, 0, 1], [20, 5, 5, 20]), np.repeat([0, 0, 1, 1], [20, 5, 5, 20])
    assert log_rank(days, np.ones(50), code).p_value < 0.01
    assert log_rank(days, np.ones(50), code, strata=stratum).p_value > 0.05


@pytest.mark.parametrize(
    ("days", "seen", "code", "strata", "reason"),
    [
        ([1, 2, 3], [0, 0, 0], [0, 1, 1], None, "no_events"),
        ([1, 2, 9], [0, 0, 1], [0, 0, 1], None, "one_group"),
        ([1, 2, 3, 1, 2, 3], [1, 1, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1], [0, 0, 0, 1, 1, 1], "one_group"),
        ([1, 2, 3, 4] * 2, [1] * 8, [0, 1, 0, 1, 2, 3, 2, 3], [0] * 4 + [1] * 4, "not_connected"),
    ],
)
def test_what_cannot_be_compared_says_why(days, seen, code, strata, reason):
    found = log_rank(days, seen, code, strata=strata)
    assert (found.reason, found.degrees_of_freedom) == (reason, 0)
    assert np.isnan(found.chi2) and np.isnan(found.p_value)


def test_a_group_never_at_risk_of_an_event_takes_no_degree_of_freedom():
    days, seen, code = [1, 5, 6, 7, 8, 2], [0, 1, 1, 1, 1, 0], [2, 0, 1, 0, 1, 2]
    found = log_rank(days, seen, code)
    assert (found.degrees_of_freedom, found.expected[2]) == (1, 0)


def test_pairs_are_tested_alone_and_adjusted_by_holm():
    days, seen, code, stratum = sample(3)
    found = pairwise_log_rank(days, seen, code, strata=stratum)
    assert list(zip(found.first.tolist(), found.second.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 2)]
    kept = code != 1
    alone = log_rank(days[kept], seen[kept], code[kept], strata=stratum[kept])
    assert found.p_value[1] == pytest.approx(alone.p_value)
    order = np.argsort(found.p_value)
    holm = np.maximum.accumulate(np.minimum(found.p_value[order] * [3, 2, 1], 1))
    assert found.adjusted[order] == pytest.approx(holm)


def test_a_pair_that_cannot_be_tested_is_not_a_number_and_does_not_count():
    found = pairwise_log_rank([1, 2, 3, 4, 0.5, 0.6], [1, 1, 1, 1, 0, 0], [0, 1, 0, 1, 2, 2])
    assert np.isnan(found.adjusted).tolist() == [False, True, True]
    assert found.adjusted[0] == pytest.approx(found.p_value[0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: log_rank([1, 2], [1, 1], [3, 3]), "groups holds one code only"),
        (lambda: log_rank([1, 2], [1, 2], [0, 1]), "count the others as censored"),
        (lambda: log_rank([1, 2], [1, 1], [0, 1], strata=[0]), r"strata has shape \(1,\)"),
        (lambda: pairwise_log_rank([1, -2], [1, 1], [0, 1]), "durations: 1 of 2 values are negative"),
    ],
)
def test_impossible_comparisons_are_refused(call, message):
    with pytest.raises(InvalidParameter, match=message):
        call()
