from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.multidimensional_poverty import multidimensional_poverty

tables = st.integers(1, 12).flatmap(
    lambda n: st.integers(1, 5).flatmap(
        lambda d: st.lists(st.lists(st.integers(0, 1), min_size=d, max_size=d), min_size=n, max_size=n)
    )
)


@settings(max_examples=100, deadline=None)
@given(tables, st.data())
def test_the_measure_agrees_with_loops(table, data):
    d = len(table[0])
    weights = data.draw(st.lists(st.integers(1, 9), min_size=d, max_size=d))
    people = data.draw(st.lists(st.integers(1, 6), min_size=len(table), max_size=len(table)))
    k = data.draw(st.sampled_from([0.1, 0.25, 0.5, 0.75, 1.0]))
    found = multidimensional_poverty(table, weights, cutoff=k, people=people)
    poor = depth = 0.0
    for row, size in zip(table, people, strict=True):
        count = sum(w * g for w, g in zip(weights, row, strict=True)) / sum(weights)
        if count >= k - 1e-12:
            poor, depth = poor + size, depth + size * count
    assert found.headcount == pytest.approx(poor / sum(people))
    assert found.adjusted == pytest.approx(depth / sum(people))
    if poor:
        assert found.intensity == pytest.approx(depth / poor)
        assert found.contribution.sum() == pytest.approx(1.0)
        assert found.weights @ found.censored_headcount == pytest.approx(found.adjusted)
    else:
        assert np.isnan(found.intensity)


@settings(max_examples=50, deadline=None)
@given(tables, st.integers(0, 10**6))
def test_groups_add_up_to_the_whole(table, seed):
    groups = np.random.default_rng(seed).integers(0, 3, len(table))
    d = len(table[0])
    whole = multidimensional_poverty(table, np.ones(d), cutoff=0.5)
    parts = [
        (groups == g).mean() * multidimensional_poverty(np.array(table)[groups == g], np.ones(d), cutoff=0.5).adjusted
        for g in np.unique(groups)
    ]
    assert sum(parts) == pytest.approx(whole.adjusted, abs=1e-12)


def test_a_higher_cutoff_finds_fewer_and_deeper_poor():
    random = np.random.default_rng(1)
    table = random.random((4000, 6)) < 0.4
    found = [multidimensional_poverty(table, np.ones(6), cutoff=k / 6) for k in range(1, 7)]
    assert all(a.headcount >= b.headcount for a, b in pairwise(found))
    assert all(a.intensity < b.intensity for a, b in pairwise(found))


def test_one_more_deprivation_of_the_poor_raises_the_measure_and_of_the_others_need_not():
    table = np.array([[1, 1, 0, 0], [1, 0, 0, 0]], dtype=float)
    base = multidimensional_poverty(table, np.ones(4), cutoff=0.5).adjusted
    deeper, other = table.copy(), table.copy()
    deeper[0, 2], other[1, 0] = 1, 0
    assert multidimensional_poverty(deeper, np.ones(4), cutoff=0.5).adjusted > base
    assert multidimensional_poverty(other, np.ones(4), cutoff=0.5).adjusted == base


def test_a_missing_score_is_unknown_and_no_zero():
    table = np.array([[1, 1], [np.nan, 1], [0, 0]])
    found = multidimensional_poverty(table, [1, 1], cutoff=0.5)
    assert (found.known, found.unknown, found.headcount) == (2, 1, 0.5)
    assert found.poor.tolist() == [True, False, False]


def test_weights_that_sum_to_the_cutoff_in_tenths_count_as_poor():
    assert multidimensional_poverty([[1, 1, 1] + [0] * 7], np.full(10, 0.1), cutoff=0.3).headcount == 1


def test_the_standard_error_is_that_of_repeated_samples():
    random = np.random.default_rng(2)
    found = [multidimensional_poverty(random.random((300, 5)) < 0.35, np.ones(5), cutoff=0.4) for _ in range(400)]
    spread = np.std([one.adjusted for one in found])
    assert np.mean([one.std_error for one in found]) == pytest.approx(spread, rel=0.1)


def test_nobody_known_is_no_zero():
    assert np.isnan(multidimensional_poverty([[np.nan]], [1], cutoff=0.5).adjusted)


@pytest.mark.parametrize(
    ("table", "weights", "k", "message"),
    [([[2.0]], [1], 0.5, "0, 1 and NaN"), ([[1.0]], [0], 0.5, "at least one"), ([[1.0]], [1], 0.0, "cutoff=0"),
     ([[1.0]], [1, 1], 0.5, "weights")],
)  # fmt: skip
def test_wrong_arguments_are_refused(table, weights, k, message):
    with pytest.raises(InvalidParameter, match=message):
        multidimensional_poverty(table, weights, cutoff=k)
