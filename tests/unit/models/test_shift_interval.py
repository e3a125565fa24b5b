"""The shift index and its parts: by hand, by loops, and how often its interval holds the truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import norm

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.share_shift import decompose_shift, shift_index
from jingan_analysis.models.shift_interval import shift_interval
from jingan_analysis.models.simultaneous_intervals import simultaneous_critical_value

COUNTS = arrays(np.int64, (3, 4), elements=st.integers(0, 500)).filter(lambda counts: counts.sum() > 0)


def test_by_hand():
    assert shift_index([60, 40, 0], [40, 40, 20]) == pytest.approx(0.2)
    assert shift_index([5, 0], [0, 9]) == 1.0
    # Two groups keep their shares; the second one grows: all of the change is mix.
    parts = decompose_shift([[90, 10], [20, 80]], [[90, 10], [40, 160]])
    assert parts.within == pytest.approx([0, 0]) and parts.mix == pytest.approx(parts.change)
    # The mix stays, the shares move in the first group only.
    parts = decompose_shift([[90, 10], [20, 80]], [[50, 50], [20, 80]])
    assert parts.mix == pytest.approx([0, 0])
    assert parts.by_group == pytest.approx(np.array([[-0.2, 0.2], [0, 0]]))


@settings(max_examples=60, deadline=None)
@given(COUNTS, COUNTS, st.permutations(range(3)))
def test_parts_add_up_and_the_order_of_groups_does_not_matter(before, after, order):
    parts = decompose_shift(before, after)
    assert parts.within + parts.mix == pytest.approx(parts.change, abs=1e-12)
    assert parts.by_group.sum(axis=0) == pytest.approx(parts.within, abs=1e-12)
    assert parts.change.sum() == pytest.approx(0, abs=1e-12)
    turned = decompose_shift(before[list(order)], after[list(order)])
    assert turned.within == pytest.approx(parts.within, abs=1e-12)
    index = shift_index(before.sum(axis=0), after.sum(axis=0))
    assert -1e-12 <= index <= 1 + 1e-12
    assert index == pytest.approx(max(sum(parts.change[parts.change > 0]), 0), abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(arrays(np.int64, 4, elements=st.integers(0, 500)), arrays(np.int64, 4, elements=st.integers(0, 500)))
def test_the_interval_holds_the_index_and_stays_between_none_and_all(before, after):
    if not before.sum() or not after.sum():
        return
    found = shift_interval(before, after)
    assert 0 <= found.lower <= found.index + 1e-12 and found.index <= found.upper + 1e-12
    assert found.upper <= 1
    wider = shift_interval(before, after, dispersion=4.0)
    assert wider.lower <= found.lower + 1e-12 and wider.upper >= found.upper - 1e-12


@pytest.mark.parametrize("later", [(0.5, 0.3, 0.2), (0.35, 0.35, 0.3)], ids=["nothing changed", "shifted"])
def test_the_interval_holds_the_truth_as_often_as_it_says(later):
    random, earlier, held = np.random.default_rng(8), (0.5, 0.3, 0.2), 0
    truth = np.abs(np.subtract(later, earlier)).sum() / 2
    for _ in range(300):
        found = shift_interval(random.multinomial(600, earlier), random.multinomial(800, later))
        held += found.lower <= truth + 1e-12 and truth <= found.upper + 1e-12
    assert held >= 279


def test_one_estimate_needs_the_normal_quantile_and_equal_ones_no_more():
    assert simultaneous_critical_value([[4.0]]) == pytest.approx(norm.isf(0.025), abs=0.03)
    assert simultaneous_critical_value(np.ones((3, 3))) == pytest.approx(norm.isf(0.025), abs=0.03)
    alone = norm.isf((1 - 0.95 ** (1 / 5)) / 2)
    assert simultaneous_critical_value(np.eye(5)) == pytest.approx(alone, abs=0.03)
    with_known = np.zeros((3, 3))
    with_known[0, 0] = 1.0
    assert simultaneous_critical_value(with_known) == pytest.approx(norm.isf(0.025), abs=0.03)


def test_bad_input_is_told():
    with pytest.raises(InvalidParameter, match="must be alike"):
        shift_index([1, 2], [1, 2, 3])
    with pytest.raises(InvalidParameter, match="one case at least"):
        shift_index([0, 0], [1, 2])
    with pytest.raises(InvalidParameter, match="one row a group"):
        decompose_shift([1, 2], [1, 2])
    with pytest.raises(InvalidParameter, match="dispersion"):
        shift_interval([1, 2], [1, 2], dispersion=0)
    with pytest.raises(InvalidParameter, match="nothing to cover"):
        simultaneous_critical_value(np.zeros((2, 2)))
