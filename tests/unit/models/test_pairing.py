"""Pairing: against a search of all pairings and other solvers, with a proof that is recomputed here."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pairing_problems import NOBODY, community, nothing_allowed, problems
from scipy.optimize import linear_sum_assignment, linprog

from jingan_analysis.errors import DidNotConverge, InvalidParameter, LedgerDoesNotClose
from jingan_analysis.measures.gini import gini
from jingan_analysis.measures.workload import workload
from jingan_analysis.models import pairing as module
from jingan_analysis.models import pairing_search
from jingan_analysis.models.pairing import candidates, keeping_price, pair, shortage
from jingan_analysis.models.pairing_curve import pairing_curve
from jingan_analysis.models.pairing_flow import cheapest_shipment


def by_hand(problem, price):
    """Most pairs, and the least objective with as many: all ways to choose a volunteer or none for each."""
    walk = {}
    for i, j, c in zip(problem.elder.tolist(), problem.volunteer.tolist(), problem.cost.tolist(), strict=True):
        walk[i, j] = c
    choices = [[NOBODY, *(j for j in range(problem.volunteers) if (i, j) in walk)] for i in range(problem.elders)]
    best = (1, 0)
    for chosen in product(*choices):
        if any(chosen.count(j) > problem.capacity[j] for j in range(problem.volunteers)):
            continue
        broken = sum(b not in (NOBODY, j) for j, b in zip(chosen, problem.existing.tolist(), strict=True))
        walked = sum(walk[i, j] for i, j in enumerate(chosen) if j != NOBODY)
        best = min(best, (chosen.count(NOBODY) - problem.elders, walked + price * broken))
    return -best[0], best[1]


def check_proof(found):
    """The certificate, from the arrays alone: nothing of how the answer was found is trusted."""
    problem, cut = found.problem, found.shortage
    short, full = cut.short_elder, cut.short_volunteer
    # No pairing is larger: candidates of short elders are short volunteers.
    assert full[problem.volunteer[short[problem.elder]]].all()
    most = (problem.has_candidate & ~short).sum() + problem.capacity[full].sum()
    assert found.paired.sum() == cut.most == cut.bound == most
    # None of the largest is better: prices cannot be above the cost of a pair that a largest pairing may use.
    usable = short[problem.elder] == full[problem.volunteer]
    cost = problem.cost - found.price * problem.is_existing
    asked = found.elder_price[problem.elder] + found.volunteer_price[problem.volunteer]
    assert (asked <= cost)[usable].all()
    assert (found.elder_price[short] <= 0).all()
    assert (found.volunteer_price[~full] <= 0).all()
    proven = found.elder_price.sum() + problem.capacity @ found.volunteer_price
    assert proven + found.price * (problem.existing != NOBODY).sum() == found.bound == found.objective
    assert found.gap == 0


@settings(max_examples=150, deadline=None, derandomize=True)
@given(problems(), st.integers(0, 12))
def test_no_other_pairing_is_better(problem, price):
    found = pair(problem, price)
    assert (found.paired.sum(), found.objective) == by_hand(problem, price)
    check_proof(found)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(problems(elders=9, volunteers=6), st.integers(0, 12))
def test_nobody_is_lost(problem, price):
    found = pair(problem, price)
    masks = [found.kept, found.moved, found.newly_paired, found.no_candidate, found.no_capacity]
    assert (np.sum(masks, axis=0) == 1).all()
    ledger = found.ledger().set_index("outcome")
    assert ledger["elders"].sum() == problem.elders
    assert ledger["broken"].sum() == found.broken.sum()
    assert Counter(found.outcome.tolist()) == {name: count for name, count in ledger["elders"].items() if count}
    assert found.objective == found.walking + price * found.broken.sum()
    assert (found.load <= problem.capacity).all() and found.load.sum() == found.paired.sum()
    assert (found.broken | found.kept).sum() == (problem.existing != NOBODY).sum()
    # A pair at present that is not allowed is always broken.
    assert not (found.kept & ~problem.existing_allowed).any()
    allowed = {(i, j): c for i, j, c in zip(problem.elder, problem.volunteer, problem.cost, strict=True)}
    for i in np.flatnonzero(found.paired):
        assert found.walk[i] == allowed[i, found.volunteer[i]]
    assert np.isnan(found.walk[~found.paired]).all()


@pytest.mark.parametrize(("elders", "volunteers", "places"), [(40, 10, 5), (60, 10, 5), (37, 50, 1), (80, 7, 9)])
def test_a_dense_one_costs_what_duplicated_volunteers_cost(elders, volunteers, places):
    generator = np.random.default_rng(elders)
    table = generator.integers(0, 1_200_000, (elders, volunteers))
    i, j = np.indices(table.shape)
    existing = generator.integers(NOBODY, volunteers, elders)
    found = pair(
        candidates(i.ravel(), j.ravel(), table.ravel(), capacity=np.full(volunteers, places), existing=existing),
        300_000,
    )
    reduced = np.repeat(table - 300_000 * (existing[:, None] == np.arange(volunteers)), places, axis=1)
    rows, columns = linear_sum_assignment(reduced)
    assert found.paired.sum() == len(rows)
    assert found.objective == reduced[rows, columns].sum() + 300_000 * (existing != NOBODY).sum()
    check_proof(found)


@pytest.mark.parametrize("capacity", [4, 5, 6, 8])
def test_a_sparse_one_costs_what_a_linear_program_says(capacity):
    problem = community(capacity=capacity)
    found = pair(problem, 100_000)
    check_proof(found)
    pairs, n = np.arange(len(problem.elder)), problem.elders
    rows = np.zeros((n + problem.volunteers, len(pairs)))
    rows[problem.elder, pairs] = rows[n + problem.volunteer, pairs] = 1
    limits = np.concatenate([np.ones(n), problem.capacity])
    cost = problem.cost - 100_000 * problem.is_existing
    most = -linprog(-np.ones(len(pairs)), A_ub=rows, b_ub=limits, method="highs-ds").fun
    best = linprog(cost, A_ub=rows, b_ub=limits, A_eq=np.ones((1, len(pairs))), b_eq=[most], method="highs-ds").fun
    assert found.paired.sum() == pytest.approx(most)
    assert found.objective - 100_000 * (problem.existing != NOBODY).sum() == pytest.approx(best, rel=1e-9)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(problems(elders=8, volunteers=5), st.integers(0, 12), st.integers(0, 4))
def test_one_place_more_never_pairs_fewer_nor_walks_more_for_as_many(problem, price, where):
    volunteer = where % problem.volunteers
    before = pair(problem, price)
    after = pair(replace(problem, capacity=problem.capacity + (np.arange(problem.volunteers) == volunteer)), price)
    assert before.shortage.most <= after.shortage.most <= before.shortage.most + 1
    if after.shortage.most == before.shortage.most:
        assert after.objective <= before.objective
        # The price of a volunteer who is not short is what the place is worth, at most.
        if not before.shortage.short_volunteer[volunteer]:
            assert after.objective >= before.objective + before.volunteer_price[volunteer]


@settings(max_examples=80, deadline=None, derandomize=True)
@given(problems(elders=8, volunteers=5), st.data())
def test_one_volunteer_more_never_pairs_fewer_nor_walks_more_for_as_many(problem, data):
    reached = data.draw(st.lists(st.integers(0, problem.elders - 1), unique=True))
    more = (
        candidates(
            [*problem.elder, *reached],
            [*problem.volunteer, *([problem.volunteers] * len(reached))],
            [*problem.cost, *(data.draw(st.integers(0, 9)) for _ in reached)],
            capacity=[*problem.capacity, 2],
            existing=problem.existing,
        )
        if len(problem.elder) + len(reached)
        else problem
    )
    before, after = pair(problem, 3), pair(more, 3)
    assert after.shortage.most >= before.shortage.most
    if after.shortage.most == before.shortage.most:
        assert after.objective <= before.objective


@settings(max_examples=80, deadline=None, derandomize=True)
@given(problems(elders=8, volunteers=5), st.lists(st.integers(0, 30), min_size=1, max_size=4))
def test_a_higher_price_never_breaks_more_pairs(problem, prices):
    curve = pairing_curve(problem, prices)
    assert (np.diff(curve.broken) <= 0).all() and (np.diff(curve.walking) >= 0).all()
    assert (np.diff(curve.price) > 0).all()
    assert (curve.saved >= 0).all() and curve.saved[-1] == curve.broken_for_it[-1] == 0
    # Each pair broken saves at least its price against the pairing that breaks as few as can be.
    assert (curve.saved >= curve.price * curve.broken_for_it).all()
    assert curve.to_frame()["broken"].tolist() == curve.broken.tolist()
    assert curve.paired == curve.fewest_broken.paired.sum()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(problems(elders=4, volunteers=3))
def test_at_the_keeping_price_as_few_are_broken_as_can_be(problem):
    found = pair(problem, keeping_price(problem))
    # A price that is higher still changes nothing, and walks decide between equals.
    assert by_hand(problem, 10**6) == (found.paired.sum(), found.walking + 10**6 * found.broken.sum())


@settings(max_examples=60, deadline=None, derandomize=True)
@given(problems(elders=8, volunteers=5), st.integers(0, 12), st.randoms(use_true_random=False))
def test_order_does_not_matter(problem, price, shuffler):
    orders = [list(range(size)) for size in (problem.elders, problem.volunteers, len(problem.elder))]
    for order in orders:
        shuffler.shuffle(order)
    elders, volunteers, pairs = (np.array(order, dtype=np.int64) for order in orders)
    new_elder, new_volunteer = np.argsort(elders), np.argsort(volunteers)
    present = problem.existing[elders]
    other = candidates(
        new_elder[problem.elder[pairs]],
        new_volunteer[problem.volunteer[pairs]],
        problem.cost[pairs],
        capacity=problem.capacity[volunteers],
        existing=np.where(present == NOBODY, NOBODY, new_volunteer[present]),
    )
    first, again = pair(problem, price), pair(other, price)
    assert again.objective == first.objective and again.paired.sum() == first.paired.sum()
    assert (again.shortage.short_elder == first.shortage.short_elder[elders]).all()
    assert (again.shortage.short_volunteer == first.shortage.short_volunteer[volunteers]).all()
    # The order of the allowed pairs changes nothing at all.
    same = candidates(
        problem.elder[pairs],
        problem.volunteer[pairs],
        problem.cost[pairs],
        capacity=problem.capacity,
        existing=problem.existing,
    )
    assert (pair(same, price).volunteer == first.volunteer).all()


def test_components_are_problems_of_their_own():
    one, other = community(n=60, m=12, nearest=5, seed=1), community(n=50, m=9, nearest=5, seed=2)
    both = candidates(
        np.concatenate([one.elder, 60 + other.elder]),
        np.concatenate([one.volunteer, 12 + other.volunteer]),
        np.concatenate([one.cost, other.cost]),
        capacity=np.concatenate([one.capacity, other.capacity]),
        existing=np.concatenate([one.existing, np.where(other.existing == NOBODY, NOBODY, 12 + other.existing)]),
    )
    elder, volunteer = both.components
    assert set(elder[:60]).isdisjoint(elder[60:]) and set(volunteer[:12]).isdisjoint(volunteer[12:])
    assert (elder[both.elder] == volunteer[both.volunteer]).all()
    whole, parts = pair(both, 50_000), [pair(each, 50_000) for each in (one, other)]
    assert whole.objective == sum(part.objective for part in parts)
    assert (
        whole.volunteer
        == np.concatenate([parts[0].volunteer, np.where(parts[1].paired, 12 + parts[1].volunteer, NOBODY)])
    ).all()


def test_why_nobody_is_found_is_said():
    # Elders 0 to 2 compete for one place; 3 has a volunteer of her own; 4 has nobody; 5 has one without places.
    problem = candidates(
        [0, 1, 2, 3, 3, 5], [0, 0, 0, 0, 1, 2], [5, 3, 9, 1, 7, 2], capacity=[1, 4, 0], existing=[0, -1, -1, -1, 1, -1]
    )
    cut = shortage(problem)
    assert (cut.most, cut.no_candidate, cut.missing_places) == (2, 1, 3)
    assert cut.short_elder.tolist() == [True, True, True, False, False, True]
    assert cut.short_volunteer.tolist() == [True, False, True]
    assert cut.to_frame().to_numpy().tolist() == [[3, 1, 1, 2], [1, 1, 0, 1]]
    assert cut.group.tolist() == [0, 0, 0, -1, -1, 1]
    found = pair(problem, 1)
    # The one with the shortest walk has the place: that she breaks a pair costs 1, and saves 2.
    assert found.volunteer.tolist() == [-1, 0, -1, 1, -1, -1]
    assert found.outcome.tolist() == [
        "no_capacity",
        "newly_paired",
        "no_capacity",
        "newly_paired",
        "no_candidate",
        "no_capacity",
    ]
    assert found.broken.tolist() == [True, False, False, False, True, False]
    # Elder 4 has a volunteer who is not allowed: that pair is broken whatever it costs.
    assert problem.existing_allowed.tolist() == [True, False, False, False, False, False]
    assert pair(problem, 3).volunteer.tolist() == [0, -1, -1, 1, -1, -1]
    told = found.to_frame()
    assert told["volunteer"].isna().tolist() == (~found.paired).tolist()
    assert found.ledger()["elders"].tolist() == [0, 0, 2, 1, 3]


@settings(max_examples=80, deadline=None, derandomize=True)
@given(problems(elders=8, volunteers=5))
def test_the_groups_of_the_short_add_up(problem):
    cut = shortage(problem)
    groups = cut.to_frame()
    assert groups["elders"].sum() == cut.short_elder.sum()
    assert groups["volunteers"].sum() == cut.short_volunteer.sum()
    assert groups["missing_places"].sum() == cut.missing_places == cut.left_over.sum()
    assert (groups["missing_places"] > 0).all()


def test_a_volunteer_above_capacity_gives_up_the_longest_walks():
    # Four at present with one who has room for two; the other volunteer is a walk of 10 from everybody.
    walks = [1, 8, 3, 12]
    problem = candidates([0, 1, 2, 3] * 2, [0] * 4 + [1] * 4, walks + [10] * 4, capacity=[2, 2], existing=[0, 0, 0, 0])
    found = pair(problem, 0)
    assert found.volunteer.tolist() == [0, 1, 0, 1]
    assert found.broken.sum() == 2 == pair(problem, keeping_price(problem)).broken.sum()
    load = workload(found.load, np.ones(2), norm=2)
    assert (load.mean, load.largest, load.over_norm) == (2, 2, 0)


def test_loads_are_measured_as_any_workload():
    # Elders a volunteer, pooled; the share above the norm, the largest and the Gini coefficient, all of them counted.
    found = workload([7, 5, 6, 0], np.ones(4), norm=5)
    assert found.mean == 18 / 4
    assert (found.over_norm, found.largest) == (2, 7)
    assert found.gini == gini([7, 5, 6, 0], [1, 1, 1, 1])


def test_large_numbers_stay_exact():
    # Sums of floats would lose the ones.
    step = 2**40
    problem = candidates(
        [0, 0, 1, 1], [0, 1, 0, 1], [step, step + 1, step + 1, step + 3], capacity=[1, 1], existing=[-1, -1]
    )
    assert pair(problem, 0).objective == 2 * step + 2
    with pytest.raises(InvalidParameter, match="too large for exact sums over"):
        pair(replace(problem, cost=problem.cost * 2**18), 0)


def test_nothing_to_pair_has_an_answer():
    assert pair(candidates([], [], [], capacity=[], existing=[]), 0).ledger()["elders"].sum() == 0
    alone = pair(nothing_allowed(3, 2), 5)
    assert (alone.objective, alone.gap, alone.no_candidate.sum()) == (0, 0, 3)
    assert alone.load.tolist() == [0, 0]
    closed = pair(candidates([0], [0], [4], capacity=[0], existing=[0]), 5)
    assert (closed.no_capacity.tolist(), closed.objective) == ([True], 5)


def test_all_faults_are_told_at_once():
    with pytest.raises(InvalidParameter) as told:
        candidates([0, 5], [0, 9], [1.5, 2], capacity=[-1, 2], existing=[0, 7])
    for words in (
        "capacity: 1 of 2 values are negative",
        "existing: 1 of 2",
        "elder: 1 of 2",
        "volunteer: 1 of 2",
        "cost: 1 of 2 values are no whole",
    ):
        assert words in str(told.value)
    with pytest.raises(InvalidParameter, match="1 pairs stand there more than once"):
        candidates([0, 0], [1, 1], [3, 4], capacity=[1, 1], existing=[-1])
    with pytest.raises(InvalidParameter, match="elder, volunteer and cost have 2, 1 and 1 values"):
        candidates([0, 0], [1], [3], capacity=[1, 1], existing=[-1])
    with pytest.raises(InvalidParameter, match="existing: 1 of 1 are no positions of capacity, or -1"):
        candidates([0], [0], [1], capacity=[1], existing=[-2])
    with pytest.raises(InvalidParameter, match="elder has type float64"):
        candidates([0.5], [0], [1], capacity=[1], existing=[0])
    with pytest.raises(InvalidParameter, match="cost: 1 of 1 values are NaN"):
        candidates([0], [0], [np.nan], capacity=[1], existing=[0])
    with pytest.raises(InvalidParameter, match="capacity: 1 of 1 values are no whole"):
        candidates([0], [0], [1], capacity=[1.5], existing=[0])


@pytest.mark.parametrize("price", [-1, 0.5, True, None])
def test_a_price_is_a_whole_number(price):
    with pytest.raises(InvalidParameter, match="price="):
        pair(nothing_allowed(1, 1), price)


def test_a_shortage_of_another_problem_is_refused():
    with pytest.raises(InvalidParameter, match="another problem"):
        pair(nothing_allowed(1, 1), 0, short=shortage(nothing_allowed(1, 1)))


def test_the_caller_s_arrays_stay_as_they_are():
    given_arrays = [np.array(each) for each in ([1, 0], [0, 0], [3, 4], [1], [0, -1])]
    kept = [each.copy() for each in given_arrays]
    pair(candidates(*given_arrays[:3], capacity=given_arrays[3], existing=given_arrays[4]), 2)
    assert all((one == other).all() for one, other in zip(given_arrays, kept, strict=True))


def test_a_wrong_answer_of_the_search_is_not_proven(monkeypatch):
    honest = pairing_search.cheapest_units

    def swapped(*arguments):
        used, price, left = honest(*arguments)
        return ~used, price, left

    problem = candidates([0, 0], [0, 1], [1, 5], capacity=[1, 1], existing=[-1])
    monkeypatch.setattr(pairing_search, "cheapest_units", swapped)
    with pytest.raises(DidNotConverge, match="costs 5 and is proven to cost 1"):
        pair(problem, 0)


def test_a_shipment_without_room_is_refused():
    one = np.array([0, 1])
    with pytest.raises(DidNotConverge, match="1 of 2 units find no room"):
        cheapest_shipment(one, np.zeros(2, dtype=int), one, supply=np.ones(2, dtype=int), room=np.ones(1, dtype=int))


def test_an_elder_who_is_lost_is_noticed(monkeypatch):
    problem = community(n=30, m=5, nearest=3)
    honest = module._solved

    def forgetful(*arguments):
        used, *prices = honest(*arguments)
        used[np.flatnonzero(used)[0]] = False
        return used, *prices

    monkeypatch.setattr(module, "_solved", forgetful)
    with pytest.raises(LedgerDoesNotClose, match="loses an elder"):
        pair(problem, 0)


def test_equal_walks_are_dealt_the_same_way_each_time():
    problem = candidates([0, 1, 2], [0, 0, 0], [5, 5, 5], capacity=[2], existing=[-1, -1, -1])
    assert pair(problem, 0).volunteer.tolist() == [0, 0, -1]
