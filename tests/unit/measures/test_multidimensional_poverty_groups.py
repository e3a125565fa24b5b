"""Deprivations from scores, groups that add up, and errors of the Alkire-Foster measures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.multidimensional_poverty import deprivations, multidimensional_poverty, poverty_by_group

ACHIEVEMENTS = [[13.1, 14, 4, 1], [15.2, 7, 5, 0], [12.5, 10, 1, 0], [20, 11, 3, 1]]
"""Alkire and Foster (2008): four people, cutoffs 13, 12, 3 and 1."""


def test_the_textbook_example_by_hand():
    g = deprivations(ACHIEVEMENTS, [13, 12, 3, 1], worse="low")
    assert g.tolist() == [[0, 0, 0, 0], [0, 1, 0, 1], [1, 1, 1, 1], [0, 1, 0, 0]]
    found = multidimensional_poverty(g, [1, 1, 1, 1], cutoff=0.5)
    assert (found.headcount, found.intensity, found.adjusted) == (0.5, 0.75, 0.375)
    assert found.censored_headcount.tolist() == [0.25, 0.5, 0.25, 0.5]
    assert found.uncensored_headcount.tolist() == [0.25, 0.75, 0.25, 0.5]
    assert found.contribution.tolist() == pytest.approx([1 / 6, 1 / 3, 1 / 6, 1 / 3])
    union, intersection = (multidimensional_poverty(g, [1] * 4, cutoff=k) for k in (0.25, 1.0))
    assert (union.headcount, intersection.headcount) == (0.75, 0.25)
    # c(k) of the four is 0, 1/2, 1, 0 with mean 3/8.
    assert found.std_error == pytest.approx(np.std([0, 0.5, 1, 0], ddof=1) / 2)
    assert found.headcount_std_error == pytest.approx(np.std([0, 1, 1, 0], ddof=1) / 2)
    assert found.intensity_std_error == pytest.approx(np.std([0.5, 1], ddof=1) / math.sqrt(2))


def test_the_cutoff_itself_is_need_but_no_lack_of_achievement_and_unknown_stays_unknown():
    scores = [[0.4, 0.6], [0.39, np.nan]]
    high = deprivations(scores, [0.4, 0.6], worse="high")
    assert high[0].tolist() == [1, 1] and high[1, 0] == 0 and math.isnan(high[1, 1])
    assert deprivations(scores, [0.4, 0.6], worse="low")[0].tolist() == [0, 0]


tables = st.integers(1, 25).flatmap(
    lambda n: st.tuples(
        st.lists(st.lists(st.sampled_from([0, 1, 1, None]), min_size=3, max_size=3), min_size=n, max_size=n),
        st.lists(st.integers(0, 5), min_size=n, max_size=n),
        st.lists(st.sampled_from("abc"), min_size=n, max_size=n),
    )
)


@settings(deadline=None, max_examples=80, derandomize=True)
@given(tables, st.sampled_from([0.2, 0.5, 1.0]))
def test_groups_agree_with_loops_and_add_up(table, k):
    rows, people, groups = table
    g = np.array([[np.nan if x is None else x for x in row] for row in rows], dtype=float)
    found = poverty_by_group(g, [3, 2, 1], groups, cutoff=k, people=people)
    counted = dict.fromkeys(sorted(set(groups)), 0)
    depth, unknown = dict(counted), dict(counted)
    for row, size, label in zip(rows, people, groups, strict=True):
        if None in row:
            unknown[label] += 1
            continue
        counted[label] += size
        count = (3 * row[0] + 2 * row[1] + row[2]) / 6
        depth[label] += size * count if count >= k - 1e-12 else 0
    assert found.group.tolist() == list(counted)
    assert found.unknown.tolist() == list(unknown.values())
    total, poor = sum(counted.values()), sum(depth.values())
    for place, label in enumerate(counted):
        if counted[label]:
            assert found.adjusted[place] == pytest.approx(depth[label] / counted[label])
            assert found.population_share[place] == pytest.approx(counted[label] / total)
        else:
            assert math.isnan(found.adjusted[place])
    if total:
        known = ~np.isnan(found.adjusted)
        assert (found.population_share[known] @ found.adjusted[known]) == pytest.approx(found.whole.adjusted, abs=1e-12)
    if poor:
        assert found.contribution.tolist() == pytest.approx([depth[label] / poor for label in counted])
        assert found.contribution.sum() == pytest.approx(1.0)
    else:
        assert np.isnan(found.contribution).all()


def test_a_sample_of_all_households_has_no_error_and_half_of_them_half_the_variance():
    table = np.random.default_rng(1).random((40, 5)) < 0.5
    without, half, whole = (
        multidimensional_poverty(table, np.ones(5), cutoff=0.4, population=size) for size in (None, 80, 40)
    )
    assert half.std_error == pytest.approx(without.std_error * math.sqrt(0.5))
    assert half.intensity_std_error == pytest.approx(without.intensity_std_error * math.sqrt(0.5))
    assert (whole.std_error, whole.headcount_std_error) == (0.0, 0.0)
    assert whole.adjusted == without.adjusted


def test_the_errors_of_headcount_and_intensity_are_those_of_repeated_samples():
    generator = np.random.default_rng(3)
    found = []
    for _ in range(300):
        size = generator.integers(1, 6, 250)
        depth = generator.random((250, 1)) * 0.9
        found.append(multidimensional_poverty(generator.random((250, 5)) < depth, np.ones(5), cutoff=0.4, people=size))
    for name, error in (
        ("headcount", "headcount_std_error"),
        ("intensity", "intensity_std_error"),
        ("adjusted", "std_error"),
    ):
        spread = np.std([getattr(one, name) for one in found])
        assert np.mean([getattr(one, error) for one in found]) == pytest.approx(spread, rel=0.12)


def test_people_and_weights_matter_only_in_proportion():
    generator = np.random.default_rng(4)
    table, people = generator.random((30, 4)) < 0.5, generator.integers(1, 6, 30)
    one = multidimensional_poverty(table, [1, 2, 3, 4], cutoff=0.4, people=people)
    other = multidimensional_poverty(table, [10, 20, 30, 40], cutoff=0.4, people=3 * people)
    assert (one.adjusted, one.std_error) == pytest.approx((other.adjusted, other.std_error))
    # A household of three people is not three households: its people are deprived together.
    repeated = multidimensional_poverty(np.repeat(table, people, axis=0), [1, 2, 3, 4], cutoff=0.4)
    assert repeated.adjusted == pytest.approx(one.adjusted)
    assert repeated.std_error < one.std_error


def test_nobody_known_in_a_group_is_no_zero():
    found = poverty_by_group([[1, 1], [np.nan, 1]], [1, 1], ["a", "b"], cutoff=0.5)
    assert found.population_share.tolist() == [1.0, 0.0]
    assert found.adjusted[0] == 1.0 and math.isnan(found.adjusted[1])
    assert found.contribution.tolist() == [1.0, 0.0]
    assert (found.known.tolist(), found.unknown.tolist()) == ([1, 0], [0, 1])
    nobody = poverty_by_group([[np.nan]], [1], ["a"], cutoff=0.5)
    assert np.isnan(nobody.population_share).all() and np.isnan(nobody.contribution).all()
    assert math.isnan(multidimensional_poverty([[1, 1]], [1, 1], cutoff=0.5).std_error), "one household has no spread"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: deprivations([[1.0]], [1, 2], worse="high"), r"scores has shape \(1, 1\) and cutoffs \(2,\)"),
        (lambda: deprivations([[np.inf]], [1], worse="high"), r"must be finite"),
        (lambda: deprivations([[1.0]], [np.nan], worse="high"), r"must be finite"),
        (lambda: deprivations([[1.0]], [1], worse="more"), r"worse='more' must be high"),
        (lambda: multidimensional_poverty([[1], [0]], [1], cutoff=0.5, population=1), r"at least the 2 households"),
        (lambda: multidimensional_poverty([[1], [0]], [1], cutoff=0.5, people=[1]), r"people has shape \(1,\)"),
        (lambda: poverty_by_group([[1], [0]], [1], np.array(["a", None], dtype=object), cutoff=1), r"groups: 1 of 2 labels"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(call, message):
    with pytest.raises(InvalidParameter, match=message):
        call()
