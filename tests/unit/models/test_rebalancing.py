"""Fewest moves between workers: by hand, against a search of all states, with a proof that wrong answers fail."""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import DidNotConverge, InvalidParameter
from jingan_analysis.models import rebalancing
from jingan_analysis.models.rebalancing import fewest_moves, rebalance, same_group


def naive_best(cases, room, allowed):
    """Dijkstra over all divisions of the cases, one case along one allowed pair a step."""
    n, start = len(cases), tuple(cases)
    reached, queue, best = {start: 0}, [(0, start)], None
    while queue:
        steps, state = heappop(queue)
        if steps > reached[state]:
            continue
        cost = n * sum(max(c - r, 0) for c, r in zip(state, room, strict=True)) + steps
        best = cost if best is None else min(best, cost)
        for i in range(n):
            for j in range(n):
                if i != j and allowed[i][j] and state[i] > 0:
                    following = list(state)
                    following[i] -= 1
                    following[j] += 1
                    following = tuple(following)
                    if steps + 1 < reached.get(following, 10**9):
                        reached[following] = steps + 1
                        heappush(queue, (steps + 1, following))
    return best


@settings(deadline=None, max_examples=60, derandomize=True)
@given(
    cases=st.lists(st.integers(0, 4), min_size=3, max_size=4),
    norm=st.integers(1, 3),
    arcs=st.lists(st.booleans(), min_size=16, max_size=16),
    halves=st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=4, max_size=4),
)
def test_no_other_way_of_moving_is_better(cases, norm, arcs, halves):
    n = len(cases)
    allowed = np.array(arcs).reshape(4, 4)[:n, :n]
    found = rebalance(cases, halves[:n], norm=norm, allowed=allowed)
    room = [int(norm * half) for half in halves[:n]]
    assert found.objective == naive_best(cases, room, allowed) == pytest.approx(found.bound)
    assert found.room.tolist() == room
    # The moves, taken one by one, lead from before to after and use allowed pairs only.
    after = list(cases)
    for giver, receiver, moved in zip(found.giver, found.receiver, found.moved, strict=True):
        assert allowed[giver, receiver] and giver != receiver and moved > 0
        after[giver] -= moved
        after[receiver] += moved
    assert found.after.tolist() == after and min(after) >= 0 and sum(after) == sum(cases)
    assert found.above_norm.tolist() == [max(a - r, 0) for a, r in zip(after, room, strict=True)]
    assert found.unplaced == found.above_norm.sum() and found.moves == found.moved.sum()


@settings(deadline=None, max_examples=40, derandomize=True)
@given(
    workers=st.lists(
        st.tuples(st.integers(0, 60), st.sampled_from([0.5, 1.0]), st.integers(0, 3)), min_size=1, max_size=25
    )
)
def test_within_groups_the_answer_is_known_beforehand(workers):
    # Each group moves what is too much, as far as it has room; the rest stays.
    cases, time, group = (np.array(column) for column in zip(*workers, strict=True))
    found = rebalance(cases, time, norm=30, allowed=same_group(group))
    moves = unplaced = 0
    for label in set(group.tolist()):
        spare = 30 * time[group == label] - cases[group == label]
        excess, room = -spare[spare < 0].sum(), spare[spare > 0].sum()
        moves += min(excess, room)
        unplaced += max(excess - room, 0)
    assert (found.moves, found.unplaced) == (moves, unplaced)
    assert found.missing_full_time == pytest.approx(unplaced / 30)
    assert (group[found.giver] == group[found.receiver]).all()


def test_a_case_is_handed_on_where_there_is_no_direct_way():
    # 0 may give to 1 only, and 1 to 2 only: two moves for each case.
    allowed = np.zeros((3, 3), dtype=bool)
    allowed[0, 1] = allowed[1, 2] = True
    found = rebalance([13, 10, 5], [1, 1, 1], norm=10, allowed=allowed)
    assert found.to_frame().to_numpy().tolist() == [[0, 1, 3], [1, 2, 3]]
    assert (found.after.tolist(), found.moves, found.unplaced) == ([10, 10, 8], 6, 0)
    # One case more at worker 0 would take two moves more, at worker 1 one.
    assert found.price.tolist() == pytest.approx([2, 1, 0])


def test_what_cannot_be_placed_is_said():
    found = rebalance([50, 10, 20, 30], [1, 1, 0.5, 1], norm=30, allowed=same_group(["a", "a", "b", "b"]))
    assert found.to_frame().to_numpy().tolist() == [[0, 1, 20]]
    assert (found.unplaced, found.above_norm.tolist()) == (5, [0, 0, 5, 0])
    assert found.missing_full_time == pytest.approx(5 / 30)


def test_wider_groups_and_a_higher_norm_leave_no_more_unplaced():
    generator = np.random.default_rng(2)
    cases, time = generator.poisson(30, 60), generator.choice([0.5, 1.0], 60)
    group = generator.integers(0, 8, 60)
    narrow, wide = (rebalance(cases, time, norm=36, allowed=same_group(g)) for g in (group, group // 2))
    assert wide.unplaced < narrow.unplaced
    assert rebalance(cases, time, norm=45, allowed=same_group(group)).unplaced < narrow.unplaced


def test_a_worker_without_time_hands_everything_on():
    found = rebalance([8, 2], [0, 1], norm=10, allowed=same_group([1, 1]))
    assert (found.after.tolist(), found.unplaced) == ([0, 10], 0)


def test_room_that_is_whole_but_for_rounding_is_whole():
    # 100 times 0.29 is 28.999999999999996.
    found = rebalance([29, 0], [0.29, 1], norm=100, allowed=same_group([1, 1]))
    assert (found.room.tolist(), found.moves) == ([29, 100], 0)
    assert rebalance([29, 0], [0.29, 1], norm=99, allowed=same_group([1, 1])).moves == 1


def test_within_the_norm_nothing_moves_and_nobody_is_no_problem():
    found = rebalance([3, 4], [0.1, 1], norm=30, allowed=same_group([1, 1]))
    assert (found.moves, found.unplaced, len(found.moved), found.bound) == (0, 0, 0, 0.0)
    empty = rebalance([], [], norm=1, allowed=np.zeros((0, 0), dtype=bool))
    assert (empty.moves, empty.objective) == (0, 0)


def test_an_answer_that_is_not_best_is_not_given_out(monkeypatch):
    solved = rebalancing._solved

    def one_too_many(before, room, giver, receiver):
        flow, price = solved(before, room, giver, receiver)
        return flow + 1, price

    def prices_of_nothing(before, room, giver, receiver):
        flow, price = solved(before, room, giver, receiver)
        return flow, price * 3

    for wrong, message in ((one_too_many, "are proven to need"), (prices_of_nothing, "prove nothing")):
        monkeypatch.setattr(rebalancing, "_solved", wrong)
        with pytest.raises(DidNotConverge, match=message):
            rebalance([50, 10], [1, 1], norm=30, allowed=same_group([1, 1]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cases": [1.5, 2]}, r"cases must be whole numbers"),
        ({"cases": [-1, 2]}, r"cases: 1 of 2 values are negative"),
        ({"full_time": [1]}, r"full_time has shape \(1,\)"),
        ({"norm": 0}, r"norm=0 must be above 0"),
        ({"norm": float("nan")}, r"norm=nan must be above 0"),
        ({"allowed": [[True]]}, r"allowed has shape \(1, 1\).*shape \(2, 2\)"),
        ({"allowed": [[1, 0], [0, 1]]}, r"give true or false for each pair"),
    ],
)
def test_what_cannot_be_moved_is_refused(change, message):
    given_ = {"cases": [1, 2], "full_time": [1, 1], "norm": 3, "allowed": np.ones((2, 2), dtype=bool), **change}
    with pytest.raises(InvalidParameter, match=message):
        rebalance(given_.pop("cases"), given_.pop("full_time"), **given_)


def test_a_worker_without_a_group_is_refused():
    with pytest.raises(InvalidParameter, match=r"groups: 1 of 2 labels are missing, the first at position 1"):
        same_group(np.array(["a", None], dtype=object))
    with pytest.raises(InvalidParameter, match=r"groups has shape \(1, 1\)"):
        same_group([["a"]])


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.sampled_from([0.0, 0.3, 0.5, 1.0])), max_size=7),
    st.sampled_from([3.0, 10.0]),
)
def test_where_everybody_may_take_over_no_program_is_needed(workers, norm):
    cases, time = [case for case, _ in workers], [share for _, share in workers]
    best = rebalance(cases, time, norm=norm, allowed=same_group(np.zeros(len(cases))))
    assert fewest_moves(cases, time, norm=norm) == (best.moves, best.unplaced)


def test_fewest_moves_checks_what_it_is_given():
    with pytest.raises(InvalidParameter, match="norm=0"):
        fewest_moves([1], [1.0], norm=0)
    with pytest.raises(InvalidParameter, match="cases must be whole"):
        fewest_moves([1.5], [1.0], norm=10)
