import numpy as np
import pytest
from assignment_problems import problems
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.assignment import assign, needs
from jingan_analysis.models.assignment_requests import assign_back


@st.composite
def requests(draw):
    """A problem, and its groups torn into requests in any order."""
    problem = draw(problems(most=4))
    rows = []
    for group, units in enumerate(problem.wanted.tolist()):
        while units:
            part = draw(st.integers(1, units))
            rows.append((group, part, draw(st.integers(0, 3))))
            units -= part
    rows = draw(st.permutations(rows))
    return problem, [np.array([row[i] for row in rows], dtype=np.int64) for i in range(3)]


def by_hand(plan, group, wanted, since):
    served = [0] * len(group)
    left = plan.served.tolist()
    for r in sorted(range(len(group)), key=lambda r: (since[r], r)):
        served[r] = min(wanted[r], left[group[r]])
        left[group[r]] -= served[r]
    return served


@settings(max_examples=150, deadline=None)
@given(requests())
def test_requests_are_served_as_a_loop_serves_them_and_their_ledger_closes(case):
    problem, (group, wanted, since) = case
    plan = assign(problem)
    found = assign_back(problem, plan, group, wanted, since)
    assert found.served.tolist() == by_hand(plan, group, wanted, since)
    assert (found.served + found.no_project + found.no_capacity == wanted).all()
    assert (np.bincount(group, found.no_project, len(problem.wanted)) == plan.no_project).all()
    # Each project gives to the requests of each group what it gives to the group.
    assert (np.bincount(found.request, found.units, len(group)) == found.served).all()
    flow = {(int(g), int(p)): int(f) for g, p, f in zip(problem.group, problem.project, plan.flow, strict=True) if f}
    back = {}
    for request, project, units in zip(found.request, found.project, found.units, strict=True):
        key = (int(group[request]), int(project))
        back[key] = back.get(key, 0) + int(units)
    assert back == flow
    assert (found.units > 0).all()


def test_the_older_request_is_served_first():
    problem = needs([6], [1], [4], [0], [0])
    found = assign_back(problem, assign(problem), [0, 0, 0], [2, 3, 1], [30, 10, 10])
    assert found.served.tolist() == [0, 3, 1]
    assert found.no_capacity.tolist() == [2, 0, 0]
    assert found.request.tolist() == [1, 2]


def test_the_reason_goes_with_the_request():
    problem = needs([2, 3], [1, 1], [1], [0], [0])
    found = assign_back(problem, assign(problem), [1, 0], [3, 2], [0, 0])
    assert (found.no_project.tolist(), found.no_capacity.tolist()) == ([3, 0], [0, 1])


def test_nobody_asks():
    problem = needs([], [], [1], [], [])
    assert len(assign_back(problem, assign(problem), [], [], []).served) == 0


def test_requests_that_do_not_make_up_their_groups_are_refused():
    problem = needs([2, 3], [1, 1], [1], [0], [0])
    plan = assign(problem)
    with pytest.raises(
        InvalidParameter, match="requests of 1 groups are not what the group wants, the first at position 1"
    ):
        assign_back(problem, plan, [0, 1], [2, 2], [0, 0])
    with pytest.raises(InvalidParameter, match="waiting_since: 1 of 2 are NaN, the first at position 1"):
        assign_back(problem, plan, [0, 1], [2, 3], [0, np.nan])
    with pytest.raises(InvalidParameter, match="group must be whole positions of the problem's 2 groups"):
        assign_back(problem, plan, [0, 2], [2, 3], [0, 0])
    with pytest.raises(InvalidParameter, match="give one each for 2 requests"):
        assign_back(problem, plan, [0], [2, 3], [0, 0])
    with pytest.raises(InvalidParameter, match="wanted: 1 are no whole number"):
        assign_back(problem, plan, [0, 1, 1], [2, 2.5, 0], [0, 0, 0])
