"""Change of a grade on the same households: by hand, against loops and statsmodels, in directions, and refusals."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.paired_change import paired_change

GRADES = ("low", "medium", "high")


def pairs(table, grades=GRADES):
    before = [grades[i] for i, row in enumerate(table) for count in row for _ in range(count)]
    after = [grades[j] for row in table for j, count in enumerate(row) for _ in range(count)]
    return before, after


def change(table, **options):
    before, after = pairs(table)
    return paired_change(before, after, **{"grades": GRADES, "cut": "high", **options})


TABLE = [[10, 3, 1], [8, 12, 2], [6, 9, 20]]


def test_the_counts_by_hand():
    found = change(TABLE)
    assert found.table.tolist() == TABLE
    assert (found.improved, found.same, found.worsened) == (8 + 6 + 9, 42, 3 + 1 + 2)
    assert (found.households, found.unknown) == (71, 0)
    assert found.net_share == pytest.approx((23 - 6) / 71)
    assert (found.high_before, found.high_after) == (35, 23)
    assert (found.became_high, found.no_longer_high) == (3, 15)
    assert found.mcnemar_z == pytest.approx(-12 / math.sqrt(18))
    # Exact: twice the chance of at most 3 of 18 with even chances.
    assert found.mcnemar_p_value == pytest.approx(2 * sum(math.comb(18, k) for k in range(4)) / 2**18)
    assert found.sign_p_value == pytest.approx(2 * sum(math.comb(29, k) for k in range(7)) / 2**29)
    lower_cut = change(TABLE, cut="medium")
    assert (lower_cut.became_high, lower_cut.no_longer_high, lower_cut.cut) == (4, 14, "medium")
    assert found.to_frame().loc["high", "low"] == 6


def naive_marginal_homogeneity(table):
    """Stuart (1955) with the last grade left out."""
    k = len(table) - 1
    row = [sum(table[i]) for i in range(k + 1)]
    column = [sum(table[i][j] for i in range(k + 1)) for j in range(k + 1)]
    d = np.array([row[i] - column[i] for i in range(k)], dtype=float)
    v = np.array(
        [
            [row[i] + column[i] - 2 * table[i][i] if i == j else -(table[i][j] + table[j][i]) for j in range(k)]
            for i in range(k)
        ],
        dtype=float,
    )
    return float(d @ np.linalg.solve(v, d))


@settings(deadline=None, max_examples=60, derandomize=True)
@given(cells=st.lists(st.integers(0, 12), min_size=9, max_size=9))
def test_marginal_homogeneity_agrees_with_loops_and_with_statsmodels(cells):
    from statsmodels.stats.contingency_tables import SquareTable

    at_least = np.array([[4, 1, 1], [1, 4, 1], [1, 1, 4]])
    table = (np.array(cells).reshape(3, 3) + at_least).tolist()
    found = change(table, fewest_households=1)
    moved = sum(map(sum, table)) - sum(table[i][i] for i in range(3))
    if moved < 10:
        assert (found.reason, math.isnan(found.marginal_p_value)) == ("few_changes", True)
        return
    assert found.marginal_chi2 == pytest.approx(naive_marginal_homogeneity(table), abs=1e-9)
    theirs = SquareTable(np.array(table), shift_zeros=False).homogeneity(method="stuart_maxwell")
    assert found.marginal_chi2 == pytest.approx(theirs.statistic, abs=1e-9)
    assert found.marginal_p_value == pytest.approx(theirs.pvalue, abs=1e-9)
    assert found.marginal_freedom == 2


def test_with_two_grades_the_marginal_test_is_mcnemars():
    found = paired_change(*pairs([[20, 4], [12, 30]], "ab"), grades="ab", cut="b")
    assert found.marginal_chi2 == pytest.approx(found.mcnemar_z**2) == pytest.approx((12 - 4) ** 2 / 16)
    assert found.marginal_freedom == 1


def test_a_grade_that_nobody_has_takes_no_part():
    table = [[10, 0, 4], [0, 0, 0], [14, 0, 9]]
    found = change(table)
    assert found.marginal_freedom == 1
    assert found.marginal_chi2 == pytest.approx(100 / 18)


def test_moves_in_separate_sets_of_grades_are_counted_apart():
    grades = ("a", "b", "c", "d")
    table = [[5, 9, 0, 0], [3, 5, 0, 0], [0, 0, 5, 2], [0, 0, 8, 5]]
    found = paired_change(*pairs(table, grades), grades=grades, cut="c")
    assert found.marginal_freedom == 2
    assert found.marginal_chi2 == pytest.approx(36 / 12 + 36 / 10)
    assert (found.became_high, found.no_longer_high, found.mcnemar_p_value) == (0, 0, 1.0)
    assert math.isnan(found.mcnemar_z)


def test_reversing_time_turns_improvement_into_worsening():
    there, back = change(TABLE), change(np.transpose(TABLE).tolist())
    assert (there.improved, there.worsened) == (back.worsened, back.improved)
    assert (there.lower, there.upper) == pytest.approx((-back.upper, -back.lower))
    assert there.sign_p_value == pytest.approx(back.sign_p_value)
    assert there.marginal_chi2 == pytest.approx(back.marginal_chi2)


def test_more_households_that_improve_raise_the_share_and_lower_the_p_value():
    results = [change([[20, 5, 0], [5 + extra, 20, 5], [0, 5, 20]]) for extra in (0, 5, 20)]
    assert all(one.net_share < other.net_share for one, other in pairwise(results))
    assert all(one.sign_p_value > other.sign_p_value for one, other in pairwise(results))
    assert all(one.marginal_p_value > other.marginal_p_value for one, other in pairwise(results))
    assert results[0].net_share == 0.0 and results[0].lower < 0 < results[0].upper
    assert results[0].sign_p_value == 1.0


def test_the_interval_covers_the_true_difference_as_often_as_it_says():
    generator = np.random.default_rng(1)
    chances, n = np.array([0.25, 0.65, 0.10]), 40
    covered = []
    for improved, same, worsened in generator.multinomial(n, chances, size=1500):
        found = change([[same, worsened, 0], [improved, 0, 0], [0, 0, 0]], confidence=0.9)
        covered.append(found.lower <= 0.15 <= found.upper)
    assert abs(np.mean(covered) - 0.9) < 0.03


def test_unknown_grades_are_left_out_and_counted():
    before, after = pairs(TABLE)
    found = paired_change([*before, None, "high", np.nan], [*after, "low", None, None], grades=GRADES, cut="high")
    assert (found.households, found.unknown) == (71, 3)
    assert found.table.tolist() == TABLE


def test_nobody_changed_is_told_apart_from_too_few():
    nobody = change([[10, 0, 0], [0, 10, 0], [0, 0, 10]])
    assert (nobody.reason, nobody.net_share, nobody.sign_p_value, nobody.mcnemar_p_value) == ("no_change", 0, 1, 1)
    assert nobody.lower < 0 < nobody.upper, "none of thirty is no proof that nobody ever changes"
    few = change([[10, 4, 0], [5, 10, 0], [0, 0, 10]])
    assert few.reason == "few_changes" and math.isnan(few.marginal_chi2)
    assert change([[10, 5, 0], [5, 10, 0], [0, 0, 10]]).reason is None


def test_everybody_improved_stays_within_its_bounds():
    found = change([[0, 0, 0], [30, 0, 0], [0, 0, 0]])
    assert found.net_share == 1.0 and 0.8 < found.lower < found.upper <= 1.0


@pytest.mark.parametrize(
    ("change_of", "message"),
    [
        ({"cut": "low"}, r"cut='low' must be one of medium, high"),
        ({"cut": "severe"}, r"cut='severe' must be one of medium, high"),
        ({"grades": ("low", "low")}, r"at least two different grades"),
        ({"grades": ("low", "high")}, r"before: 1 of 30 are not among the grades low, high, the first at position 1"),
        ({"after": ["low"]}, r"after has 1 grades and before 30"),
        ({"after": [["low"]]}, r"after has shape \(1, 1\)"),
        ({"fewest_households": 31}, r"both are known of 30 of 30 households; at least 31 are needed"),
        ({"confidence": 1}, r"confidence=1 must lie"),
    ],
)
def test_what_cannot_be_answered_is_refused(change_of, message):
    given_ = {"before": ["low", "medium"] + ["high"] * 28, "after": ["low"] * 30, "grades": GRADES, "cut": "high"}
    given_ |= change_of
    with pytest.raises(InvalidParameter, match=message):
        paired_change(given_.pop("before"), given_.pop("after"), **given_)
