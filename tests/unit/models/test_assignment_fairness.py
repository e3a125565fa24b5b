from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from assignment_problems import dense, problems
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.assignment import assign, needs
from jingan_analysis.models.assignment_fairness import by_priority, by_quota, even_shares, price_of_fairness


def areas_of(problem, data, areas):
    size = len(problem.wanted)
    return np.array(data.draw(st.lists(st.integers(0, areas - 1), min_size=size, max_size=size)))


def without_value(problem):
    return replace(problem, value=np.ones(len(problem.wanted)))


@settings(max_examples=40, deadline=None)
@given(problems(most=4, units=4), st.data())
def test_priority_serves_the_first_as_if_alone_and_costs_no_unit(problem, data):
    rank = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(problem.wanted), max_size=len(problem.wanted))))
    found = by_priority(problem, rank)
    everybody = assign(replace(problem, value=np.ones(len(problem.wanted))))
    assert found.served.sum() == everybody.served.sum()
    for first in range(3):
        alone = replace(problem, wanted=np.where(rank <= first, problem.wanted, 0), value=np.ones(len(rank)))
        assert found.served[rank <= first].sum() == assign(alone).served.sum()


@settings(max_examples=40, deadline=None)
@given(problems(most=5), st.data())
def test_the_worst_area_cannot_have_more_and_the_total_not_either(problem, data):
    areas = 3
    area = np.array(
        data.draw(st.lists(st.integers(0, areas - 1), min_size=len(problem.wanted), max_size=len(problem.wanted)))
    )
    found = even_shares(problem, area)
    wanted = np.bincount(area, np.where(problem.has_project, problem.wanted, 0), areas)
    if not len(problem.group) or not wanted.any():
        assert np.isnan(found.least_share)
        return
    rows, limits = dense(problem)
    n = len(problem.group)
    by_area = np.array([[float(area[g] == a) for g in problem.group] for a in range(areas)])
    used = wanted > 0
    first = linprog(
        [*np.zeros(n), -1], A_ub=np.vstack([np.column_stack([rows, np.zeros(len(limits))]), np.column_stack([-by_area[used], wanted[used]])]),
        b_ub=[*limits, *np.zeros(used.sum())],
    )  # fmt: skip
    assert found.least_share == pytest.approx(min(-first.fun, 1), abs=1e-6)
    second = linprog(
        -np.ones(n),
        A_ub=np.vstack([rows, -by_area[used]]),
        b_ub=[*limits, *(-(found.least_share - 1e-7) * wanted[used])],
    )
    assert found.total == pytest.approx(-second.fun, abs=1e-4)
    assert np.nanmin(found.share) == pytest.approx(found.least_share, abs=1e-6)
    assert found.total <= assign(replace(problem, value=np.ones(len(area)))).served.sum() + 1e-6


def most(problem, area, some):
    """Units that some areas can have without the others."""
    return int(assign(replace(without_value(problem), wanted=np.where(np.isin(area, some), problem.wanted, 0))).value)


def levels_by_hand(problem, area, wanted):
    """The lexicographic shares, by trying every set of areas in every step."""
    share, fixed = {}, []
    rest = [a for a in range(len(wanted)) if wanted[a] > 0]
    while rest:
        sets = [set_ for size in range(1, len(rest) + 1) for set_ in combinations(rest, size)]
        height = {
            set_: Fraction(
                most(problem, area, [*fixed, *set_]) - most(problem, area, fixed), sum(wanted[a] for a in set_)
            )
            for set_ in sets
        }
        lowest = min(height.values())
        stuck = max((set_ for set_ in sets if height[set_] == lowest), key=len)
        share |= dict.fromkeys(stuck, lowest)
        fixed, rest = [*fixed, *stuck], [a for a in rest if a not in stuck]
    return share


@settings(max_examples=25, deadline=None)
@given(problems(most=5, units=12), st.data())
def test_every_level_of_shares_is_the_exact_fraction_that_all_sets_of_areas_allow(problem, data):
    area = areas_of(problem, data, 4)
    found = even_shares(problem, area, areas=4)
    expected = levels_by_hand(problem, area, found.wanted.tolist())
    for place in range(4):
        if place in expected:
            assert found.share[place] == float(expected[place])
        else:
            assert np.isnan(found.share[place])


@settings(max_examples=40, deadline=None)
@given(problems(), st.data())
def test_in_whole_units_no_area_is_a_unit_away_and_no_unit_is_lost(problem, data):
    area = areas_of(problem, data, 4)
    found = even_shares(problem, area, areas=4)
    units = np.bincount(area, found.plan.served, 4)
    assert (np.abs(units - found.served) < 1).all()
    assert found.total == found.plan.served.sum() == assign(without_value(problem)).value
    assert found.served.sum() == pytest.approx(found.total)
    price = price_of_fairness(problem, assign(problem), found.plan)
    assert price.units == 0
    assert price.value >= 0


def plans_by_hand(problem):
    """Every whole flow that keeps the limits."""
    tops = [min(problem.wanted[g], problem.capacity[p]) for g, p in zip(problem.group, problem.project, strict=True)]
    rows, limits = dense(problem)
    for flow in product(*(range(top + 1) for top in tops)):
        if (rows @ np.array(flow, dtype=float) <= limits).all():
            yield np.array(flow)


@settings(max_examples=20, deadline=None)
@given(problems(most=3, units=3), st.data())
def test_of_all_whole_plans_with_these_units_the_most_valuable_one_is_chosen(problem, data):
    area = areas_of(problem, data, 2)
    if len(problem.group) > 6:
        return
    found = even_shares(problem, area, areas=2)
    units = np.bincount(area, found.plan.served, 2)
    values = [
        problem.value[problem.group] @ flow
        for flow in plans_by_hand(problem)
        if (np.bincount(area[problem.group], flow, 2) == units).all()
    ]
    assert problem.value @ found.plan.served == max(values)


@settings(max_examples=40, deadline=None)
@given(problems(), st.data(), st.randoms(use_true_random=False))
def test_the_order_of_groups_does_not_change_shares(problem, data, shuffler):
    area = areas_of(problem, data, 3)
    order = list(range(len(area)))
    shuffler.shuffle(order)
    place = np.argsort(order)
    other = needs(problem.wanted[order], problem.value[order], problem.capacity, place[problem.group], problem.project)
    first, again = even_shares(problem, area, areas=3), even_shares(other, area[order], areas=3)
    np.testing.assert_array_equal(first.share, again.share)
    assert (np.bincount(area, first.plan.served, 3) == np.bincount(area[order], again.plan.served, 3)).all()


@settings(max_examples=40, deadline=None)
@given(problems(), st.data())
def test_quotas_never_serve_more_and_keep_each_area_to_its_part(problem, data):
    area = areas_of(problem, data, 3)
    weight = data.draw(st.lists(st.integers(0, 5), min_size=3, max_size=3).filter(any))
    plan = by_quota(problem, area, weight)
    assert price_of_fairness(problem, assign(problem), plan).value >= 0
    for project, capacity in enumerate(problem.capacity):
        for place in range(3):
            own = (problem.project == project) & (area[problem.group] == place)
            assert plan.flow[own].sum() < capacity * weight[place] / sum(weight) + 1


def rich_and_poor():
    """Area 0 may use both projects, area 1 only the first."""
    return needs([8, 8], [3, 1], [8, 4], [0, 0, 1], [0, 1, 0]), [0, 1]


def test_even_shares_move_units_to_the_area_that_has_no_choice():
    problem, area = rich_and_poor()
    best, fair = assign(problem), even_shares(problem, area)
    # The valuable area takes all it wants first; evenly, it leaves the shared project to the other one.
    assert best.served.tolist() == [8, 4]
    assert fair.share.tolist() == [0.75, 0.75]
    assert fair.plan.served.tolist() == [6, 6]
    price = price_of_fairness(problem, best, fair.plan)
    assert (price.units, price.value, price.value_share) == (0, 4, 4 / 28)


def test_the_area_that_cannot_have_more_does_not_hold_the_others_down():
    # Area 0 wants 10 of a project of 2; areas 1 and 2 share 9 units of another one.
    problem = needs([10, 9, 3], [1, 1, 1], [2, 9], [0, 1, 2], [0, 1, 1])
    found = even_shares(problem, [0, 1, 2])
    assert found.share.tolist() == [0.2, 0.75, 0.75]
    assert found.least_share == 0.2
    # 6.75 and 2.25 units: the larger remainder is rounded up.
    assert found.plan.served.tolist() == [2, 7, 2]
    assert found.same_share_total == pytest.approx(0.2 * 22)
    assert found.total == 11


def test_an_area_makes_room_by_serving_another_group_of_its_own():
    # Area 0 has a group at each of the two projects, areas 1 and 2 one group at one of them; area 3 stays at a half.
    # Wherever area 0 has its units at that level, one project is full of them, and it must move for the others to grow.
    problem = needs([4, 4, 4, 4, 2], [1] * 5, [6, 6, 1], [0, 1, 2, 3, 4], [0, 1, 0, 1, 2])
    found = even_shares(problem, [0, 0, 1, 2, 3])
    assert found.share.tolist() == [0.75, 0.75, 0.75, 0.5]
    assert found.plan.served.tolist() == [3, 3, 3, 3, 1]


def test_quotas_cost_what_an_area_leaves():
    # Half of the project for each area, and area 1 wants hardly anything.
    problem = needs([10, 1], [1, 1], [10], [0, 1], [0, 0])
    plan = by_quota(problem, [0, 1], [1, 1])
    assert plan.served.tolist() == [5, 1]
    price = price_of_fairness(problem, assign(problem), plan)
    assert (price.units, price.unit_share) == (4, 0.4)


def test_needs_that_no_project_answers_do_not_enter_shares():
    found = even_shares(needs([4, 4, 5], [1, 1, 1], [4], [0], [0]), [0, 0, 1])
    assert found.share[0] == 1
    assert np.isnan(found.share[1])
    assert found.plan.no_project.tolist() == [0, 4, 5]


def test_nothing_to_share_has_no_share():
    nothing = even_shares(needs([4], [1], [3], [], []), [0])
    assert np.isnan(nothing.least_share)
    assert (nothing.total, nothing.same_share_total) == (0, 0)
    empty = even_shares(needs([], [], [3], [], []), [])
    assert len(empty.share) == 0
    price = price_of_fairness(needs([4], [1], [3], [], []), nothing.plan, nothing.plan)
    assert np.isnan(price.unit_share)


def test_positions_and_weights_are_checked():
    problem, _ = rich_and_poor()
    with pytest.raises(InvalidParameter, match="priority must be one whole number"):
        by_priority(problem, [0.5, 1])
    with pytest.raises(InvalidParameter, match="area must be one whole number"):
        even_shares(problem, [0, -1])
    with pytest.raises(InvalidParameter, match="1 positions are not below areas=1"):
        even_shares(problem, [0, 1], areas=1)
    with pytest.raises(InvalidParameter, match="area must be one whole number"):
        even_shares(problem, [0])
    for weight in ([0, 0], [1], [0.5, 1]):
        with pytest.raises(InvalidParameter, match="weight must be whole numbers"):
            by_quota(problem, [0, 1], weight)
