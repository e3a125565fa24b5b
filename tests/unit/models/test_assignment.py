from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.assignment import assign, needs
from jingan_analysis.models.assignment_fairness import by_priority, even_shares
from jingan_analysis.models.assignment_prices import bound_of
from jingan_analysis.models.assignment_robustness import noisy_capacities, robustness


@st.composite
def problems(draw, most=6, units=9):
    g, p = draw(st.integers(1, most)), draw(st.integers(1, most))
    allowed = [pair for pair in product(range(g), range(p)) if draw(st.booleans())]
    return needs(
        draw(st.lists(st.integers(0, units), min_size=g, max_size=g)),
        draw(st.lists(st.sampled_from([1.0, 2.0, 3.0, 1.5]), min_size=g, max_size=g)),
        draw(st.lists(st.integers(0, units), min_size=p, max_size=p)),
        [pair[0] for pair in allowed],
        [pair[1] for pair in allowed],
    )


def dense(problem):
    rows = np.zeros((len(problem.wanted) + len(problem.capacity), len(problem.group)))
    for e, (g, p) in enumerate(zip(problem.group, problem.project, strict=True)):
        rows[g, e] = rows[len(problem.wanted) + p, e] = 1
    return rows, np.concatenate([problem.wanted, problem.capacity])


@settings(max_examples=150, deadline=None)
@given(problems())
def test_the_value_is_that_of_another_solver_and_proven(problem):
    found = assign(problem)
    if len(problem.group):
        rows, limits = dense(problem)
        other = linprog(-problem.value[problem.group], A_ub=rows, b_ub=limits, method="highs-ipm")
        assert found.value == pytest.approx(-other.fun, abs=1e-6)
    assert found.gap == pytest.approx(0, abs=1e-9)
    assert found.bound == bound_of(problem, found.one_more)
    # Any other prices bound it as well.
    assert bound_of(problem, np.full(len(problem.capacity), 0.7)) >= found.value - 1e-9


@settings(max_examples=100, deadline=None)
@given(problems())
def test_the_ledger_closes(problem):
    found = assign(problem)
    assert (found.served + found.no_project + found.no_capacity == problem.wanted).all()
    assert (found.used + found.idle == problem.capacity).all()
    assert found.flow.sum() == found.served.sum() == found.used.sum()
    assert (found.flow >= 0).all()
    for group in range(len(problem.wanted)):
        if group not in problem.group:
            assert found.no_project[group] == problem.wanted[group]


@settings(max_examples=60, deadline=None)
@given(problems())
def test_one_more_unit_of_each_project_adds_what_solving_again_adds(problem):
    found = assign(problem)
    for project in range(len(problem.capacity)):
        more = problem.capacity.copy()
        more[project] += 1
        assert found.one_more[project] == pytest.approx(assign(replace(problem, capacity=more)).value - found.value)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_with_equal_values_it_is_the_largest_flow(problem):
    g, p = len(problem.wanted), len(problem.capacity)
    edges = [(0, 1 + i, int(w)) for i, w in enumerate(problem.wanted)]
    edges += [(1 + g + j, 1 + g + p, int(c)) for j, c in enumerate(problem.capacity)]
    edges += [(1 + int(a), 1 + g + int(b), 10**6) for a, b in zip(problem.group, problem.project, strict=True)]
    start, end, size = zip(*edges, strict=True)
    graph = csr_array((np.array(size, dtype=np.int32), (start, end)), shape=(g + p + 2, g + p + 2))
    equal = replace(problem, value=np.ones(g))
    assert assign(equal).served.sum() == maximum_flow(graph, 0, g + p + 1).flow_value


@settings(max_examples=60, deadline=None)
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_groups_does_not_matter(problem, shuffler):
    order = list(range(len(problem.wanted)))
    shuffler.shuffle(order)
    place = np.argsort(order)
    other = needs(problem.wanted[order], problem.value[order], problem.capacity, place[problem.group], problem.project)
    assert assign(other).value == pytest.approx(assign(problem).value)


@settings(max_examples=60, deadline=None)
@given(problems(most=4, units=4), st.data())
def test_priority_serves_the_first_as_if_alone_and_costs_no_unit(problem, data):
    rank = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(problem.wanted), max_size=len(problem.wanted))))
    found = by_priority(problem, rank)
    everybody = assign(replace(problem, value=np.ones(len(problem.wanted))))
    assert found.served.sum() == everybody.served.sum()
    for first in range(3):
        alone = replace(problem, wanted=np.where(rank <= first, problem.wanted, 0), value=np.ones(len(rank)))
        assert found.served[rank <= first].sum() == assign(alone).served.sum()


@settings(max_examples=60, deadline=None)
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


def scarce():
    """Two groups, two projects: the second is open to the second group only, and has room to spare."""
    return needs([10, 10], [1, 1], [6, 15], [0, 1, 1], [0, 0, 1])


def test_the_scarce_project_has_a_price_and_the_idle_one_none():
    found = assign(scarce())
    assert found.one_more.tolist() == [1, 0]
    assert found.idle.tolist() == [0, 5]
    assert found.served.tolist() == [6, 10]


def test_a_chain_of_exchanges_is_worth_its_end():
    # Project 1 is full with group 1, which could move to project 0, so that group 2 gets in: one more unit of 0 serves it.
    found = assign(needs([5, 5], [1, 1], [2, 5], [0, 0, 1], [0, 1, 1]))
    assert found.no_capacity.sum() == 3
    assert found.one_more.tolist() == [1, 1]


def test_scarce_whatever_the_capacities():
    problem = scarce()
    found = robustness(problem, noisy_capacities(problem, spread=0.2, scenarios=50, seed=1))
    assert found.binding_share.tolist() == [1, 0]
    assert found.served.min() < 16 < found.served.max()
    assert (noisy_capacities(problem, spread=0, scenarios=3, seed=1) == problem.capacity).all()


def test_nothing_wanted_and_nothing_allowed_have_an_answer():
    nothing = assign(needs([4, 0], [1, 1], [3], [], []))
    assert (nothing.value, nothing.bound) == (0, 0)
    assert nothing.no_project.tolist() == [4, 0]
    assert np.isnan(even_shares(needs([4], [1], [3], [], []), [0]).least_share)


def test_all_faults_are_told_at_once():
    with pytest.raises(
        InvalidParameter, match=r"wanted: 1 are no whole.*value: 1 are not.*capacity: 1 are not known.*1 pairs"
    ):
        needs([1.5, 2], [1, 0], [np.nan, 2], [0, 0], [1, 1])
    with pytest.raises(InvalidParameter, match="positions of wanted"):
        needs([1], [1], [1], [0], [3])
    with pytest.raises(InvalidParameter, match="spread=2"):
        noisy_capacities(scarce(), spread=2, scenarios=1, seed=0)
    with pytest.raises(InvalidParameter, match="one column"):
        robustness(scarce(), np.zeros((2, 5), dtype=np.int64))
    with pytest.raises(InvalidParameter, match="priority"):
        by_priority(scarce(), [0.5, 1])
