"""Volunteers more: against a search of all ways to add them, with a proof that is recomputed here."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pairing_problems import community, nothing_allowed, problems

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models import pairing_more_volunteers as module
from jingan_analysis.models.pairing import candidates, shortage
from jingan_analysis.models.pairing_more_volunteers import more_volunteers


def most_with(problem, reach, added, places):
    """The most pairs with so many volunteers more: they are further volunteers, one by one."""
    elder, volunteer, capacity = problem.elder.tolist(), problem.volunteer.tolist(), problem.capacity.tolist()
    for committee, count in enumerate(added):
        for _ in range(count):
            reached = [i for k, i in reach if k == committee]
            elder += reached
            volunteer += [len(capacity)] * len(reached)
            capacity.append(places)
    walks = [0] * len(elder)
    if not elder:
        return 0
    return shortage(candidates(elder, volunteer, walks, capacity=capacity, existing=problem.existing * 0 - 1)).most


def fewest_by_hand(problem, reach, committees, places):
    """The smallest sum of all ways to add up to so many in each committee, and the most pairs that can be."""
    enough = -(-problem.elders // places)
    most = most_with(problem, reach, [enough] * committees, places)
    ways = sorted(product(range(enough + 1), repeat=committees), key=sum)
    return next(sum(way) for way in ways if most_with(problem, reach, way, places) == most), most


def check_proof(found):
    """Weights are within 1 in each committee, and the volunteers keep every inequality behind the bound."""
    columns = found.committees.T @ found.weight
    assert (found.weight >= 0).all() and (columns <= 1 + 1e-9).all()
    assert found.bound == np.ceil(found.needed @ found.weight - 1e-6) <= found.total
    assert (found.committees @ found.added >= found.needed).all()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(problems(elders=6, volunteers=3), st.integers(1, 3), st.data())
def test_no_fewer_will_do(problem, places, data):
    committees = 3
    reach = [each for each in product(range(committees), range(problem.elders)) if data.draw(st.booleans())]
    found = more_volunteers(
        problem,
        np.array([k for k, _ in reach], dtype=int),
        np.array([i for _, i in reach], dtype=int),
        committees=committees,
        places=places,
    )
    fewest, most = fewest_by_hand(problem, reach, committees, places)
    assert (found.total, found.complete) == (fewest, True)
    assert most_with(problem, reach, found.added, places) == most == shortage(problem).most + found.gained
    assert problem.elders == most + found.nowhere.sum() + found.beyond_places
    check_proof(found)


def squares(problem, side=3):
    """A committee for each elder, and the problem's own: positions that lie together."""
    return np.arange(problem.elders) % (side * side)


@pytest.mark.parametrize(("capacity", "places"), [(3, 5), (4, 5), (5, 4), (5, 7), (6, 5)])
def test_a_community_gets_as_many_as_it_lacks(capacity, places):
    problem = community(capacity=capacity)
    own = squares(problem)
    found = more_volunteers(problem, own, np.arange(problem.elders), committees=9, places=places)
    lacking = shortage(problem).missing_places
    assert found.gained == lacking and not found.nowhere.any() and not found.beyond.any()
    assert found.gap == 0 and found.complete
    assert found.total >= -(-lacking // places)
    reach = list(zip(own.tolist(), range(problem.elders), strict=True))
    assert most_with(problem, reach, found.added, places) == problem.elders
    check_proof(found)
    # One fewer anywhere leaves somebody out.
    for committee in np.flatnonzero(found.added):
        assert most_with(problem, reach, found.added - (np.arange(9) == committee), places) < problem.elders


def test_they_go_where_volunteers_are_few_in_whatever_order_rows_stand():
    # Fewer places on the left: a third of the volunteers there have none.
    problem = community(n=900, m=160, nearest=10)
    own = squares(problem, side=4)
    capacity = np.where(np.arange(160) % 3 == 0, 0, 5)
    generator = np.random.default_rng(1)
    found = []
    for _ in range(4):
        elders, volunteers, places = (generator.permutation(size) for size in (900, 160, 16))
        shuffled = candidates(
            elders[problem.elder],
            volunteers[problem.volunteer],
            problem.cost,
            capacity=capacity[np.argsort(volunteers)],
            existing=np.full(900, -1),
        )
        more = more_volunteers(shuffled, places[own], elders, committees=16, places=5)
        found.append(more.added[places])
    assert len({added.sum() for added in found}) == 1 and found[0].sum() > 50
    assert np.ptp(found, axis=0).max() <= 1, found


def test_a_committee_that_lacks_one_place_needs_a_whole_volunteer():
    # Two elders of each committee, one volunteer with one place in each: one is left over in each of three committees.
    problem = candidates(range(6), [0, 0, 1, 1, 2, 2], [0] * 6, capacity=[1, 1, 1], existing=[-1] * 6)
    found = more_volunteers(problem, [0, 0, 1, 1, 2, 2], range(6), committees=3, places=5)
    assert (found.added.tolist(), found.bound, found.gained) == ([1, 1, 1], 3, 3)
    # One who reaches the elders of all three serves them all.
    wide = more_volunteers(problem, [3] * 6, range(6), committees=4, places=5)
    assert (wide.added.tolist(), wide.bound) == ([0, 0, 0, 1], 1)
    assert wide.to_frame().to_numpy().tolist() == [[3, 1]]


def test_an_exchange_makes_room_where_no_committee_reaches():
    # Elder 0 has candidate 0 only, who is full with elder 1; a new volunteer can take over elder 1.
    problem = candidates([0, 1], [0, 0], [5, 5], capacity=[1], existing=[-1, 0])
    assert more_volunteers(problem, [0], [1], committees=1, places=5).added.tolist() == [1]


def test_whom_nothing_helps_is_said():
    # Elders 0 and 1 compete for one place that no committee adds to; 2 has nobody, 3 has nobody but a committee.
    problem = candidates([0, 1], [0, 0], [5, 5], capacity=[1], existing=[-1, -1, -1, -1])
    found = more_volunteers(problem, [0], [3], committees=2, places=5)
    assert found.added.tolist() == [1, 0]
    assert found.nowhere.tolist() == [False, False, True, False]
    assert found.beyond.tolist() == [True, True, False, False]
    assert (found.beyond_places, found.gained, found.gap) == (1, 1, 0)


def test_where_nobody_is_short_none_is_added():
    found = more_volunteers(community(capacity=8), [0], [0], committees=2, places=5)
    assert (found.total, found.bound, found.gained, len(found.needed)) == (0, 0, 0, 0)
    assert found.to_frame().empty


def test_too_few_trials_are_admitted(monkeypatch):
    # Without the search for the nearest way the first trial puts all of them in one place.
    monkeypatch.setattr(module, "_nearest", lambda *_: None)
    problem = community(capacity=3)
    own = squares(problem)
    short = more_volunteers(problem, own, np.arange(problem.elders), committees=9, places=5, most_rounds=1)
    whole = more_volunteers(problem, own, np.arange(problem.elders), committees=9, places=5)
    assert not short.complete and whole.complete
    assert short.bound <= whole.total <= short.total
    reach = list(zip(own.tolist(), range(problem.elders), strict=True))
    assert most_with(problem, reach, short.added, 5) == problem.elders


def test_what_only_the_search_proves_is_told_by_the_gap():
    # Three elders, of whom each of three committees reaches two: two volunteers, and weights prove 1.5, which is 2.
    committee, elder = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 1, 2, 0, 2])
    one = more_volunteers(nothing_allowed(3, 1), committee, elder, committees=3, places=9)
    assert (one.total, one.bound, one.gap, one.complete) == (2, 2, 0, True)
    # Twice that is 3 by weights, and 4 are needed.
    two = more_volunteers(
        nothing_allowed(6, 1),
        np.concatenate([committee, 3 + committee]),
        np.concatenate([elder, 3 + elder]),
        committees=6,
        places=9,
    )
    assert (two.total, two.bound, two.gap, two.complete) == (4, 3, 1, True)


def test_faults_are_told_at_once():
    problem = community(n=20, m=3, nearest=2)
    with pytest.raises(InvalidParameter, match=r"committee: 1 of 2 are no positions of committees.*elder: 1 of 2"):
        more_volunteers(problem, [0, 5], [0, 99], committees=2, places=5)
    with pytest.raises(InvalidParameter, match="committee and elder have 2 and 1 values"):
        more_volunteers(problem, [0, 1], [0], committees=2, places=5)
    with pytest.raises(InvalidParameter, match="1 pairs stand there more than once"):
        more_volunteers(problem, [0, 0], [3, 3], committees=2, places=5)
    with pytest.raises(InvalidParameter, match="places=0 must be a whole number"):
        more_volunteers(problem, [0], [0], committees=2, places=0)
    with pytest.raises(InvalidParameter, match="most_rounds=0 "):
        more_volunteers(problem, [0], [0], committees=2, places=5, most_rounds=0)
