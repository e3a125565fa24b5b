from dataclasses import replace

import numpy as np
import pytest
from assignment_problems import dense, problems
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.assignment import assign, needs
from jingan_analysis.models.assignment_prices import bound_of
from jingan_analysis.models.assignment_robustness import capacity_bounds, noisy_capacities, robustness
from jingan_analysis.models.assignment_scarcity import best_value, what_more_adds
from jingan_analysis.models.largest_flow import largest_flow


@settings(max_examples=80, deadline=None)
@given(problems())
def test_the_value_is_that_of_another_solver_and_proven(problem):
    found = assign(problem)
    if len(problem.group):
        rows, limits = dense(problem)
        other = linprog(-problem.value[problem.group], A_ub=rows, b_ub=limits, method="highs-ipm")
        assert found.value == pytest.approx(-other.fun, abs=1e-6)
    assert found.gap == 0
    assert found.bound == bound_of(problem, found.one_more)
    # Any other prices bound it as well.
    assert bound_of(problem, np.full(len(problem.capacity), 0.7)) >= found.value - 1e-9


@settings(max_examples=60, deadline=None)
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


@settings(max_examples=40, deadline=None)
@given(problems())
def test_one_more_unit_of_each_project_adds_what_solving_again_adds(problem):
    found = assign(problem)
    for project in range(len(problem.capacity)):
        more = problem.capacity.copy()
        more[project] += 1
        assert found.one_more[project] == assign(replace(problem, capacity=more)).value - found.value


@settings(max_examples=40, deadline=None)
@given(problems())
def test_one_less_unit_of_each_project_loses_what_solving_again_loses(problem):
    found = assign(problem)
    for project in range(len(problem.capacity)):
        less = problem.capacity.copy()
        less[project] -= 1
        if less[project] < 0:
            assert np.isnan(found.one_less[project])
        else:
            assert found.one_less[project] == found.value - assign(replace(problem, capacity=less)).value
            assert found.one_less[project] >= found.one_more[project]


@settings(max_examples=40, deadline=None)
@given(problems())
def test_the_largest_prices_prove_the_optimum_as_the_smallest_do(problem):
    found = assign(problem)
    # No unit, no loss: any high price serves.
    highest = np.where(np.isnan(found.one_less), 9.0, found.one_less)
    assert float(bound_of(problem, highest)) == found.value


def test_where_one_more_and_one_less_differ_both_are_told():
    # Three of the same wish for three units: a fourth unit adds nothing, and one less loses a whole wish.
    found = assign(needs([3], [2.5], [3], [0], [0]))
    assert (found.one_more.tolist(), found.one_less.tolist()) == ([0], [2.5])
    assert not found.scarce.any()


def test_values_that_hardly_differ_are_told_apart():
    # The solver's tolerance is 1e-7, which would take the two for equal.
    found = assign(needs([5, 5], [1.0, 1.0 + 1e-12], [6], [0, 1], [0, 0]))
    assert found.served.tolist() == [1, 5]
    assert found.gap == 0


@settings(max_examples=20, deadline=None)
@given(problems(most=4))
def test_more_units_add_what_solving_again_adds(problem):
    best = assign(problem)
    for units in (0, 1, 3, None):
        added = what_more_adds(problem, best, units=units)
        for project in range(len(problem.capacity)):
            more = problem.capacity.copy()
            more[project] += 1000 if units is None else units
            assert added[project] == assign(replace(problem, capacity=more)).value - best.value
    assert (what_more_adds(problem, best, units=1) == best.one_more).all()
    assert float(best_value(problem)) == best.value


def test_more_units_tell_the_scarcest_of_scarce_projects():
    problem = needs([10, 30], [1, 1], [9, 9], [0, 1], [0, 1])
    best = assign(problem)
    assert best.one_more.tolist() == [1, 1]
    assert what_more_adds(problem, best).tolist() == [1, 21]
    with pytest.raises(InvalidParameter, match="units=-1"):
        what_more_adds(problem, best, units=-1)


@settings(max_examples=40, deadline=None)
@given(problems())
def test_with_equal_values_a_largest_flow_is_what_the_linear_program_finds(problem):
    equal = replace(problem, value=np.full(len(problem.wanted), 2.0))
    if not len(problem.group):
        return
    rows, limits = dense(problem)
    other = linprog(-np.ones(len(problem.group)), A_ub=rows, b_ub=limits, method="highs-ds")
    assert largest_flow(problem).sum() == assign(equal).served.sum() == pytest.approx(-other.fun)
    # Whatever the values are, a best assignment serves as many units as there can be.
    assert assign(problem).served.sum() == assign(equal).served.sum()
    # And a project is scarce, or it is not.
    assert (assign(problem).scarce == assign(equal).scarce).all()


def test_amounts_beyond_32_bits_go_to_the_linear_program():
    found = assign(needs([3 * 10**9, 5], [1, 1], [2 * 10**9, 4 * 10**9], [0, 1], [0, 1]))
    assert found.served.tolist() == [2 * 10**9, 5]
    assert found.gap == 0


@settings(max_examples=40, deadline=None)
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_groups_does_not_matter(problem, shuffler):
    order = list(range(len(problem.wanted)))
    shuffler.shuffle(order)
    place = np.argsort(order)
    other = needs(problem.wanted[order], problem.value[order], problem.capacity, place[problem.group], problem.project)
    again, first = assign(other), assign(problem)
    assert again.value == first.value
    # Not only the optimum: whoever is served is served all the same, but for a last unit.
    assert np.abs(again.served - first.served[order]).max() <= 1
    assert (again.used == first.used).all()


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


def test_always_never_and_the_middle_of_what_is_served():
    found = robustness(scarce(), [[6, 15], [12, 15], [6, 1], [4, 15]])
    assert found.binding_share.tolist() == [0.75, 0.25]
    assert found.served.tolist() == [16, 20, 7, 14]
    assert not found.always.any() and not found.never.any()
    assert found.served_range(1.0) == (7, 20)
    only = robustness(scarce(), [[6, 15], [5, 15]])
    assert (only.always.tolist(), only.never.tolist()) == ([True, False], [False, True])
    with pytest.raises(InvalidParameter, match="share=0"):
        found.served_range(0)


@settings(max_examples=30, deadline=None)
@given(problems(most=5), st.integers(0, 5))
def test_each_scenario_is_what_an_assignment_of_its_own_says(problem, seed):
    capacities = noisy_capacities(problem, spread=1.0, scenarios=4, seed=seed)
    found = robustness(problem, capacities)
    alone = [assign(replace(problem, capacity=row)) for row in capacities]
    assert found.served.tolist() == [one.served.sum() for one in alone]
    assert (found.binding_share == np.mean([one.scarce for one in alone], axis=0)).all()


@settings(max_examples=30, deadline=None)
@given(problems(most=5), st.integers(0, 30))
def test_an_unknown_capacity_is_worth_between_its_ends(problem, truth):
    capacity = problem.capacity.astype(float)
    capacity[0] = np.nan
    arguments = (problem.wanted, problem.value, capacity, problem.group, problem.project)
    found = capacity_bounds(*arguments)
    known = np.where(np.isnan(capacity), truth, problem.capacity)
    assert found.least.value <= assign(replace(problem, capacity=known.astype(np.int64))).value <= found.most.value
    assert (
        found.most.value
        == assign(replace(problem, capacity=np.where(np.isnan(capacity), 10**6, problem.capacity))).value
    )
    assert found.unknown.tolist() == np.isnan(capacity).tolist()
    with pytest.raises(InvalidParameter, match="capacity: 1 are not known"):
        needs(*arguments)


def test_nothing_wanted_and_nothing_allowed_have_an_answer():
    nothing = assign(needs([4, 0], [1, 1], [3], [], []))
    assert (nothing.value, nothing.bound) == (0, 0)
    assert nothing.no_project.tolist() == [4, 0]
    assert assign(needs([], [], [], [], [])).value == 0
    assert assign(needs([], [], [3, 4], [], [])).idle.tolist() == [3, 4]
    assert assign(needs([2], [1], [], [], [])).no_project.tolist() == [2]
    none_left = assign(needs([2], [1], [0], [0], [0]))
    assert none_left.no_capacity.tolist() == [2]
    assert none_left.one_more.tolist() == [1]


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
    with pytest.raises(InvalidParameter, match="of at least 0"):
        robustness(scarce(), [[1.5, 2], [3, 3]])
    with pytest.raises(InvalidParameter, match="at least one row"):
        robustness(scarce(), np.zeros((0, 2)))
    with pytest.raises(InvalidParameter, match="equal number"):
        needs([1], [1], [1], [0, 0], [0])
    with pytest.raises(InvalidParameter, match="equal number"):
        needs([1], [1], [1], [0.5], [0])
    with pytest.raises(InvalidParameter, match="unknown_capacity='guess'"):
        needs([1], [1], [1], [0], [0], unknown_capacity="guess")
    with pytest.raises(InvalidParameter, match="wanted: 1 of 2 values are negative.*value has shape"):
        needs([-1, 2], [1], [1], [0], [0])
