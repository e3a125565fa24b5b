"""Lorenz, Gini, Theil: known values, invariants, and the bootstrap over areas."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.inequality import gini, gini_interval, lorenz_curve, theil_decomposition, theil_t

modest = settings(deadline=None, max_examples=80, derandomize=True)
values = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 40), st.integers(0, 3)), min_size=1, max_size=12)


def columns(rows):
    value, weight, group = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    return value, weight, group.astype(int)


@pytest.mark.parametrize(
    ("value", "weight", "expected"),
    [
        ([5, 5, 5], [1, 1, 1], 0.0),
        ([0, 0, 0, 1], [1, 1, 1, 1], 0.75),  # one of n has all: 1 - 1/n
        ([1, 2, 3, 4, 5], [1, 1, 1, 1, 1], 4 / 15),
        ([1, 3], [1, 1], 0.25),
        ([0, 1], [9, 1], 0.9),  # a tenth of the people has all
        ([0, 1], [1, 9], 0.1),
        ([7], [3], 0.0),
    ],
)
def test_known_ginis(value, weight, expected):
    assert gini(value, weight) == pytest.approx(expected, abs=1e-15)


def test_weights_are_people_not_decoration():
    # Unweighted, the two cases would be the same; 99 of 100 people without access are not 1 of 100.
    assert gini([0, 1], [99, 1]) == pytest.approx(0.99)
    assert gini([0, 1], [1, 99]) == pytest.approx(0.01)


def test_people_without_access_stay_in():
    # Filtering zeros out would report perfect equality here.
    assert gini([0, 2, 2], [10, 5, 5]) == pytest.approx(0.5)
    assert gini([2, 2], [5, 5]) == 0.0


def test_the_curve_of_a_small_case():
    curve = lorenz_curve([3, 1, 0], [1, 2, 1])
    assert curve.population_share.tolist() == [0.0, 0.25, 0.75, 1.0]
    assert curve.value_share.tolist() == [0.0, 0.0, 0.4, 1.0]
    assert curve.gini == pytest.approx(1 - (0.25 * 0 + 0.5 * 0.4 + 0.25 * 1.4))


def test_nobody_or_nothing_is_undefined_not_equal():
    assert math.isnan(gini([0, 0], [1, 2]))
    assert math.isnan(gini([1, 2], [0, 0]))
    assert math.isnan(gini([], []))
    assert math.isnan(theil_t([0, 0], [1, 2]))
    assert all(math.isnan(part) for part in theil_decomposition([0, 0], [1, 2], [0, 1]))
    nothing = lorenz_curve([0, 0], [1, 3])
    assert nothing.population_share.tolist() == [0.0, 0.25, 1.0]
    assert np.isnan(nothing.value_share).all()


@pytest.mark.parametrize("measure", [gini, theil_t, lorenz_curve])
def test_what_is_not_known_is_refused(measure):
    with pytest.raises(
        InvalidParameter, match=r"value: 1 of 3 values are NaN, the first at position 1; leave out what"
    ):
        measure([1, np.nan, 2], [1, 1, 1])
    with pytest.raises(InvalidParameter, match=r"weight: 1 of 2 values are negative"):
        measure([1, 2], [1, -1])
    with pytest.raises(InvalidParameter, match=r"weight has shape \(1,\)"):
        measure([1, 2], [1])


def test_groups_must_match():
    with pytest.raises(InvalidParameter, match=r"group has shape \(1,\); give one for each value"):
        theil_decomposition([1, 2], [1, 1], ["a"])


@pytest.mark.parametrize(
    ("value", "weight", "expected"),
    [
        ([4, 4], [1, 7], 0.0),
        ([0, 0, 0, 1], [1, 1, 1, 1], math.log(4)),  # one of n has all: ln n
        ([0, 1], [9, 1], math.log(10)),
        ([1, 3], [1, 1], 0.5 * (0.5 * math.log(0.5) + 1.5 * math.log(1.5))),
    ],
)
def test_known_theils(value, weight, expected):
    assert theil_t(value, weight) == pytest.approx(expected, abs=1e-15)


def test_all_inequality_between_or_all_within():
    between = theil_decomposition([1, 1, 3, 3], [1, 1, 1, 1], ["a", "a", "b", "b"])
    assert between.within == pytest.approx(0.0, abs=1e-15)
    assert between.between_share == pytest.approx(1.0)
    within = theil_decomposition([1, 3, 1, 3], [1, 1, 1, 1], ["a", "a", "b", "b"])
    assert within.between == pytest.approx(0.0, abs=1e-15)
    assert within.between_share == pytest.approx(0.0, abs=1e-15)
    assert math.isnan(theil_decomposition([2, 2], [1, 1], ["a", "b"]).between_share)


def test_a_group_without_anything_counts_between():
    total, between, within = theil_decomposition([0, 0, 2, 2], [1, 1, 1, 1], ["a", "a", "b", "b"])
    assert total == pytest.approx(math.log(2))
    assert between == pytest.approx(math.log(2))
    assert within == 0.0


@modest
@given(rows=values, data=st.data())
def test_order_and_units_do_not_matter(rows, data):
    value, weight, _ = columns(rows)
    order = data.draw(st.permutations(range(len(rows))))
    scale, size = data.draw(st.floats(0.001, 1000)), data.draw(st.floats(0.001, 1000))
    for measure in (gini, theil_t):
        plain = measure(value, weight)
        for changed in (
            measure(value[order], weight[order]),
            measure(value * scale, weight),
            measure(value, weight * size),
        ):
            assert changed == pytest.approx(plain, abs=1e-10, nan_ok=True)


@modest
@given(rows=values)
def test_merging_or_splitting_people_with_the_same_access_changes_nothing(rows):
    value, weight, _ = columns(rows)
    distinct, member = np.unique(value, return_inverse=True)
    merged = np.bincount(member, weight)
    split = np.concatenate((weight * 0.3, weight * 0.7))
    for measure in (gini, theil_t):
        plain = measure(value, weight)
        assert measure(distinct, merged) == pytest.approx(plain, abs=1e-10, nan_ok=True)
        assert measure(np.tile(value, 2), split) == pytest.approx(plain, abs=1e-10, nan_ok=True)


@modest
@given(rows=values)
def test_points_where_nobody_lives_change_nothing(rows):
    value, weight, group = columns(rows)
    more = (np.append(value, 99.0), np.append(weight, 0.0))
    assert gini(*more) == pytest.approx(gini(value, weight), abs=1e-12, nan_ok=True)
    assert theil_t(*more) == pytest.approx(theil_t(value, weight), abs=1e-12, nan_ok=True)
    found = theil_decomposition(*more, np.append(group, 9))
    np.testing.assert_allclose(found, theil_decomposition(value, weight, group), atol=1e-12)


@modest
@given(rows=values)
def test_bounds_and_exact_sum(rows):
    value, weight, group = columns(rows)
    if not value.any():
        return
    assert 0.0 <= gini(value, weight) < 1.0
    total, between, within = theil_decomposition(value, weight, group)
    assert total == pytest.approx(between + within, abs=1e-12)
    assert total <= math.log(weight.sum() / weight[value > 0].min()) + 1e-12
    assert min(between, within) >= 0.0


@modest
@given(rows=values)
def test_giving_from_rich_to_poor_never_raises_inequality(rows):
    # The transfer principle: an equal gift between equally large points, not beyond their mean.
    value, _, _ = columns(rows)
    weight = np.ones(len(value))
    poor, rich = int(value.argmin()), int(value.argmax())
    gift = (value[rich] - value[poor]) / 4
    fairer = value.copy()
    fairer[[poor, rich]] = value[poor] + gift, value[rich] - gift
    if value.any() and poor != rich:
        assert gini(fairer, weight) <= gini(value, weight) + 1e-12
        assert theil_t(fairer, weight) <= theil_t(value, weight) + 1e-12


def clustered_district():
    rng = np.random.default_rng(11)
    area = np.repeat(np.arange(20), 50)
    value = rng.gamma(2.0, 1.0, 20)[area] + rng.uniform(0, 0.2, 1000)
    return value, rng.integers(1, 60, 1000).astype(float), area


def test_resampling_areas_is_much_wider_than_resampling_points():
    # Neighbours share their canteen: a thousand points in twenty areas are twenty observations.
    value, weight, area = clustered_district()
    by_area = gini_interval(value, weight, area, seed=1)
    by_point = gini_interval(value, weight, np.arange(1000), seed=1)
    assert by_area.lower < gini(value, weight) < by_area.upper
    assert by_area.upper - by_area.lower > 3 * (by_point.upper - by_point.lower)


def test_the_interval_depends_on_the_seed_only():
    value, weight, area = clustered_district()
    first = gini_interval(value, weight, area, seed=5, draws=100)
    assert first == gini_interval(value, weight, area, seed=5, draws=100)
    assert first != gini_interval(value, weight, area, seed=6, draws=100)
    assert first == gini_interval(value, weight, np.array([f"u{a:02d}" for a in area]), seed=5, draws=100)


def test_more_confidence_is_wider():
    value, weight, area = clustered_district()
    wide = gini_interval(value, weight, area, seed=5, confidence=0.99)
    narrow = gini_interval(value, weight, area, seed=5, confidence=0.8)
    assert wide.lower < narrow.lower < narrow.upper < wide.upper


def test_no_interval_from_one_area_or_where_too_many_resamples_hold_nothing():
    assert all(math.isnan(bound) for bound in gini_interval([1, 2], [1, 1], ["a", "a"], seed=1))
    assert all(math.isnan(bound) for bound in gini_interval([], [], [], seed=1))
    # Only one of three areas has anything: (2/3)^3 of the resamples miss it.
    assert all(math.isnan(bound) for bound in gini_interval([0, 0, 2], [1, 1, 1], ["a", "b", "c"], seed=1))


def test_the_number_of_draws_is_checked():
    with pytest.raises(InvalidParameter, match="draws=0 must be 1 or more"):
        gini_interval([1, 2], [1, 1], ["a", "b"], seed=1, draws=0)
