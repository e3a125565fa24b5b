"""The equity indices against short independent loops over single people.

Every point is written out as that many people, and each index is its textbook sum over people or
over pairs of people: no weights, no sorting tricks, no arrays.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.measures.atkinson import atkinson
from jingan_analysis.measures.concentration import concentration_index
from jingan_analysis.measures.inequality import (
    gini,
    gini_decomposition,
    theil_decomposition,
    theil_l,
    theil_l_decomposition,
    theil_t,
)
from jingan_analysis.measures.palma import palma_ratio
from jingan_analysis.measures.poverty import foster_greer_thorbecke

modest = settings(deadline=None, max_examples=120, derandomize=True)
# What a person has, persons, group, rank: zeros, empty points and ties are common.
point = st.tuples(st.integers(0, 12), st.integers(0, 5), st.integers(0, 3), st.integers(-3, 3))
districts = st.lists(point, min_size=1, max_size=9)
EPSILONS = (0.3, 0.5, 1.0, 2.0)


def columns(points):
    return tuple(np.array(column) for column in zip(*points, strict=True))


def everybody(points):
    return [(value, group, rank) for value, persons, group, rank in points for _ in range(persons)]


def values_of(points):
    return [value for value, _, _ in everybody(points)]


def near(expected):
    return pytest.approx(expected, abs=1e-9, nan_ok=True)


def mean(numbers):
    return sum(numbers) / len(numbers) if numbers else math.nan


def naive_gini(people):
    if not any(people):
        return math.nan
    return sum(abs(a - b) for a in people for b in people) / (2 * len(people) ** 2 * mean(people))


def naive_theil_t(people):
    return (
        mean([v / mean(people) * math.log(v / mean(people)) if v else 0.0 for v in people]) if any(people) else math.nan
    )


def naive_theil_l(people):
    return mean([math.log(mean(people) / v) for v in people]) if people and all(people) else math.nan


def naive_atkinson(people, epsilon):
    if not any(people):
        return math.nan
    if epsilon >= 1 and not all(people):
        return 1.0
    if epsilon == 1:
        return 1 - math.prod(people) ** (1 / len(people)) / mean(people)
    return 1 - mean([v ** (1 - epsilon) for v in people]) ** (1 / (1 - epsilon)) / mean(people)


def naive_palma(people):
    # Ten copies of everybody, so that a tenth is a whole number of people.
    line = sorted(v for v in people for _ in range(10))
    top, low = sum(line[-len(people) :]), sum(line[: 4 * len(people)])
    return top / low if low else math.nan


def naive_poverty(people, line, alpha):
    return mean([((line - v) / line) ** alpha if v < line else 0.0 for v in people])


def naive_generalised_concentration(people):
    """Mean over all pairs of (y_i - y_j) times the sign of the difference of their ranks, halved."""
    pairs = [(a - b) * ((r > s) - (r < s)) for a, _, r in people for b, _, s in people]
    return mean(pairs) / 2


def by_group(people):
    groups = {}
    for value, group, _ in people:
        groups.setdefault(group, []).append(value)
    return list(groups.values())


@modest
@given(points=districts)
def test_every_index_against_single_people(points):
    value, persons, _, _ = columns(points)
    people = values_of(points)
    assert gini(value, persons) == near(naive_gini(people))
    assert theil_t(value, persons) == near(naive_theil_t(people))
    found = theil_l(value, persons)
    assert found.index == near(naive_theil_l(people))
    assert found.persons_with_zero == people.count(0)
    for epsilon in EPSILONS:
        assert atkinson(value, persons, epsilon=epsilon) == near(naive_atkinson(people, epsilon))
    assert palma_ratio(value, persons).ratio == near(naive_palma(people))
    for alpha in (0, 1, 2):
        assert foster_greer_thorbecke(value, persons, line=5, alpha=alpha) == near(naive_poverty(people, 5, alpha))


@modest
@given(points=districts)
def test_concentration_against_pairs_of_people(points):
    value, persons, _, rank = columns(points)
    people = everybody(points)
    found = concentration_index(value, persons, rank, bounds=(0, 12))
    middle = mean([v for v, _, _ in people])
    generalised = naive_generalised_concentration(people)
    assert found.generalised == near(generalised)
    assert found.standard == near(generalised / middle if people and middle else math.nan)
    assert found.erreygers == near(4 * generalised / 12)
    room = (12 - middle) * middle
    assert found.wagstaff == near(generalised * 12 / room if people and room else math.nan)


@modest
@given(points=districts)
def test_the_gini_split_against_pairs_of_people(points):
    value, persons, group, _ = columns(points)
    groups = by_group(everybody(points))
    people = values_of(points)
    found = gini_decomposition(value, persons, group)
    if not any(people):
        assert math.isnan(found.total)
        return
    n, owned = len(people), sum(people)
    between = naive_gini([mean(own) for own in groups for _ in own])
    within = sum(len(own) / n * sum(own) / owned * naive_gini(own) for own in groups if any(own))
    # Overlap: what people of the poorer of two groups have more, which is the lesser of the two sums.
    overlap = sum(
        min(sum(max(a - b, 0) for a in one for b in other), sum(max(b - a, 0) for a in one for b in other))
        for i, one in enumerate(groups)
        for other in groups[:i]
    )
    overlap = 2 * overlap / (n * owned)
    assert found.between == near(between)
    assert found.within == near(within)
    assert found.overlap == near(overlap)
    assert found.overlap >= 0
    assert found.between + found.within + found.overlap == near(found.total)


@modest
@given(points=districts)
def test_the_theil_splits_add_up(points):
    value, persons, group, _ = columns(points)
    people, groups = values_of(points), by_group(everybody(points))
    total, between, within = theil_decomposition(value, persons, group)
    if any(people):
        assert within == near(sum(sum(g) / sum(people) * naive_theil_t(g) for g in groups if any(g)))
        assert total == near(between + within)
    total, between, within = theil_l_decomposition(value, persons, group)
    if people and all(people):
        assert within == near(sum(len(g) / len(people) * naive_theil_l(g) for g in groups))
        assert between == near(naive_theil_l([mean(g) for g in groups for _ in g]))
        assert total == near(between + within)
    else:
        assert math.isnan(total)


def relative_indices(value, persons):
    return [
        gini(value, persons),
        theil_t(value, persons),
        theil_l(value, persons).index,
        *(atkinson(value, persons, epsilon=epsilon) for epsilon in EPSILONS),
        palma_ratio(value, persons).ratio,
    ]


def all_indices(value, persons, rank):
    found = concentration_index(value, persons, rank)
    poverty = [foster_greer_thorbecke(value, persons, line=4.5, alpha=alpha) for alpha in (0, 1, 2)]
    return [*relative_indices(value, persons), *poverty, found.standard, found.generalised]


def same(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@modest
@given(points=districts, scale=st.floats(0.01, 100))
def test_the_unit_of_the_value_does_not_matter(points, scale):
    value, persons, _, _ = columns(points)
    same(relative_indices(value * scale, persons), relative_indices(value, persons))
    for alpha in (0, 1, 2):
        same(
            foster_greer_thorbecke(value * scale, persons, line=4.5 * scale, alpha=alpha),
            foster_greer_thorbecke(value, persons, line=4.5, alpha=alpha),
        )


@modest
@given(points=districts, data=st.data())
def test_order_copies_and_empty_points_do_not_matter(points, data):
    value, persons, _, rank = columns(points)
    plain = all_indices(value, persons, rank)
    order = data.draw(st.permutations(range(len(points))))
    same(all_indices(value[order], persons[order], rank[order]), plain)
    same(all_indices(np.tile(value, 3), np.tile(persons, 3), np.tile(rank, 3)), plain)
    same(all_indices(value, persons * 7.5, rank), plain)
    same(all_indices(np.append(value, 0), np.append(persons, 0), np.append(rank, 9)), plain)


@modest
@given(points=districts)
def test_a_gift_from_rich_to_poor_never_raises_inequality(points):
    value = np.array([one[0] for one in points], dtype=float)
    each = np.ones(len(value))
    poor, rich = int(value.argmin()), int(value.argmax())
    if value[poor] == value[rich]:
        return
    gift = (value[rich] - value[poor]) / 4
    fairer = value.copy()
    fairer[[poor, rich]] = value[poor] + gift, value[rich] - gift
    for index in (gini, theil_t, *(lambda v, w, e=e: atkinson(v, w, epsilon=e) for e in EPSILONS)):
        assert index(fairer, each) <= index(value, each) + 1e-12
    if value.all():
        assert theil_l(fairer, each).index < theil_l(value, each).index
    for alpha in (1, 2):
        before, after = (foster_greer_thorbecke(v, each, line=6, alpha=alpha) for v in (value, fairer))
        assert after <= before + 1e-12


@modest
@given(points=districts)
def test_bounds(points):
    value, persons, _, rank = columns(points)
    if not values_of(points) or not any(values_of(points)):
        return
    assert 0 <= gini(value, persons) < 1
    for epsilon in EPSILONS:
        assert 0 <= atkinson(value, persons, epsilon=epsilon) <= 1
    ratio = palma_ratio(value, persons)
    assert math.isnan(ratio.ratio) or ratio.ratio >= 0.25 - 1e-12
    assert ratio.bottom_share <= 0.4 + 1e-12
    assert ratio.top_share >= 0.1 - 1e-12
    found = concentration_index(value, persons, rank, bounds=(0, 12))
    assert abs(found.standard) <= gini(value, persons) + 1e-12
    assert abs(found.erreygers) <= 1 + 1e-12
    assert math.isnan(found.wagstaff) or abs(found.wagstaff) <= 1 + 1e-12
