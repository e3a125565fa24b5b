import numpy as np
import pytest
from assignment_problems import problems
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.models.assignment import assign, needs, plan_of, whole_flow
from jingan_analysis.models.assignment_types import in_proportion, merged, overlap, spread


@settings(max_examples=150, deadline=None)
@given(problems())
def test_merged_means_the_same_projects_value_and_groups(problem):
    small = merged(problem)
    open_to = [set(problem.project[problem.group == g]) for g in range(len(problem.wanted))]
    for g in range(len(problem.wanted)):
        for h in range(len(problem.wanted)):
            same = open_to[g] == open_to[h] and problem.value[g] == problem.value[h]
            assert (small.type_of[g] == small.type_of[h]) == same
    used_by = [set(problem.group[problem.project == p]) for p in range(len(problem.capacity))]
    for p in range(len(problem.capacity)):
        for q in range(len(problem.capacity)):
            assert (small.class_of[p] == small.class_of[q]) == (used_by[p] == used_by[q])
    assert small.problem.wanted.sum() == problem.wanted.sum()
    assert small.problem.capacity.sum() == problem.capacity.sum()
    assert (small.with_capacity(problem.capacity).capacity == small.problem.capacity).all()


@settings(max_examples=150, deadline=None)
@given(problems())
def test_spreading_loses_nothing_and_breaks_no_limit(problem):
    small = merged(problem)
    flow = whole_flow(small.problem)
    plan = plan_of(problem, spread(problem, small, flow))
    served = plan_of(small.problem, flow).served
    assert (np.bincount(small.type_of, plan.served, len(served)) == served).all()


def test_groups_of_a_type_share_in_proportion_and_projects_of_a_class_too():
    # 12 of 16 units: 3 of 4 for each; three projects of 9, 6 and 3 units are used to two thirds.
    found = assign(needs([8, 4, 4], [1, 1, 1], [12], [0, 1, 2], [0, 0, 0]))
    assert found.served.tolist() == [6, 3, 3]
    pairs = [(g, p) for g in range(2) for p in range(3)]
    found = assign(needs([6, 6], [1, 1], [9, 6, 3], *zip(*pairs, strict=True)))
    assert found.used.tolist() == [6, 4, 2]


def test_areas_keep_alike_groups_apart():
    problem = needs([8, 4], [1, 1], [12], [0, 1], [0, 0])
    assert merged(problem).type_of.tolist() == [0, 0]
    assert merged(problem, np.array([1, 0])).type_of.tolist() == [1, 0]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 10**15)), min_size=1, max_size=8), st.data())
def test_parts_are_less_than_a_unit_from_proportion(members, data):
    owner, weight = np.array(members, dtype=np.int64).T
    sums = [int(weight[owner == o].sum()) for o in range(4)]
    total = np.array([data.draw(st.integers(0, s)) for s in sums])
    parts = in_proportion(total, weight, owner)
    for o in range(4):
        assert parts[owner == o].sum() == total[o]
    for part, w, o in zip(parts.tolist(), weight.tolist(), owner.tolist(), strict=True):
        assert 0 <= part <= w
        # In whole numbers: |part - total w / sum| < 1.
        assert abs(part * max(sums[o], 1) - int(total[o]) * w) < max(sums[o], 1)


def test_the_largest_remainder_has_the_last_unit_and_the_first_of_equal_ones():
    assert in_proportion(np.array([5]), np.array([3, 3, 4]), np.zeros(3, int)).tolist() == [2, 1, 2]
    assert in_proportion(np.array([1]), np.array([2, 2]), np.zeros(2, int)).tolist() == [1, 0]


def test_rows_along_one_line_meet_where_they_lie_above_each_other():
    above, below, units = overlap(np.array([0, 5, 2]), np.array([3, 0, 4]))
    assert list(zip(above.tolist(), below.tolist(), units.tolist(), strict=True)) == [(1, 0, 3), (1, 2, 2), (2, 2, 2)]
    assert all(len(part) == 0 for part in overlap(np.array([0]), np.array([], dtype=np.int64)))


def test_a_thousand_requests_of_few_kinds_become_few_types():
    rng = np.random.default_rng(3)
    kind = rng.integers(0, 6, 1000)
    pairs = [(g, p) for g in range(1000) for p in range(40) if (p % 3, p % 2) == (kind[g] % 3, kind[g] % 2)]
    problem = needs(rng.integers(0, 9, 1000), np.ones(1000), rng.integers(0, 60, 40), *zip(*pairs, strict=True))
    small = merged(problem)
    assert (len(small.problem.wanted), len(small.problem.capacity)) == (6, 6)
    assert assign(problem).value == pytest.approx(
        sum(
            min(
                problem.wanted[kind == k].sum(),
                sum(problem.capacity[p] for p in range(40) if (p % 3, p % 2) == (k % 3, k % 2)),
            )
            for k in range(6)
        )
    )
