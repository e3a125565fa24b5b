"""Capacitated coverage: against all choices by their smallest cuts, the ledger, known directions, and faults."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from site_problems import allowed_choices, site_rules

from jingan_analysis.errors import InvalidParameter, LedgerDoesNotClose, NoSiteAllowed
from jingan_analysis.models.siting import (
    CapacitatedCoverage,
    Effort,
    SiteRules,
    capacitated_coverage,
    maximal_coverage,
)


def smallest_cut(near, demand, capacity, chosen) -> float:
    """What chosen sites can serve at most: the least, over sets of full sites, of their room and what others reach."""
    sites = np.flatnonzero(chosen)
    cuts = []
    for bits in product([False, True], repeat=len(sites)):
        full = np.array(bits, dtype=bool)
        cuts.append(capacity[sites[full]].sum() + demand[near[:, sites[~full]].any(axis=1)].sum())
    return min(cuts)


def town(groups=250, sites=40, reach=1.6, seed=0):
    numbers = np.random.default_rng(seed)
    homes, places = numbers.random((groups, 2)) * 10, numbers.random((sites, 2)) * 10
    away = np.hypot(*(homes[:, None] - places[None]).transpose(2, 0, 1))
    return away <= reach, numbers.integers(0, 40, groups).astype(float), numbers.integers(20, 80, sites) * 10.0


@st.composite
def problems(draw):
    groups, sites = draw(st.integers(1, 8)), draw(st.integers(1, 5))
    numbers = np.random.default_rng(draw(st.integers(0, 100_000)))
    near = numbers.random((groups, sites)) < draw(st.sampled_from([0.3, 0.6]))
    scale = draw(st.sampled_from([1.0, 0.37]))
    demand = numbers.integers(0, 6, groups) * scale
    capacity = numbers.integers(0, 12, sites) * scale
    return near, demand, capacity, draw(site_rules(sites))


@given(problems(), st.booleans())
@settings(max_examples=40, deadline=None)
def test_it_is_the_best_of_all_choices(problem, started):
    near, demand, capacity, rules = problem
    choices = allowed_choices(rules)
    start = np.ones(rules.sites, dtype=bool) if started else None
    if not choices:
        with pytest.raises(NoSiteAllowed, match="no choice of sites keeps all rules"):
            capacitated_coverage(near, demand, capacity, rules, start=start)
        return
    found = capacitated_coverage(near, demand, capacity, rules, start=start)
    best = max(smallest_cut(near, demand, capacity, chosen) for chosen in choices)
    assert found.value == pytest.approx(best) == pytest.approx(found.bound)
    assert rules.allows(found.chosen)
    flows = found.flows.toarray()
    assert (flows >= 0).all() and not flows[~near].any() and not flows[:, ~found.chosen].any()
    assert (found.served <= demand + 1e-9).all() and (found.load <= capacity + 1e-9).all()


@given(problems())
@settings(max_examples=25, deadline=None)
def test_the_ledger_counts_each_group_as_its_sites_say(problem):
    near, demand, capacity, rules = problem
    if not allowed_choices(rules):
        return
    found = capacitated_coverage(near, demand, capacity, rules)
    no_room = missed = beyond = 0.0
    for group, units in enumerate(demand):
        left = units - found.served[group]
        if (near[group] & found.chosen).any():
            no_room += left
        elif (near[group] & ~rules.barred).any():
            missed += left
        else:
            beyond += left
    assert (found.no_room, found.missed, found.beyond) == pytest.approx((no_room, missed, beyond))
    assert found.value + found.no_room + found.missed + found.beyond == pytest.approx(demand.sum())


def test_room_for_everybody_is_maximal_coverage():
    near, people, _ = town()
    rules = SiteRules(40, most_new=6)
    roomy = capacitated_coverage(near, people, np.full(40, people.sum()), rules)
    assert roomy.value == pytest.approx(maximal_coverage(near, people, rules).value)
    assert roomy.no_room == pytest.approx(0) and roomy.gap < 1e-9


def test_more_room_and_more_sites_never_serve_less_and_units_are_free():
    near, demand, capacity = town(seed=1)
    standing = np.arange(40) < 3
    values = [
        capacitated_coverage(near, demand, capacity, SiteRules(40, most_new=k, standing=standing)).value
        for k in range(4)
    ]
    assert values == sorted(values)
    rules = SiteRules(40, most_new=2, standing=standing)
    assert capacitated_coverage(near, demand, capacity * 1.5, rules).value >= values[2]
    assert capacitated_coverage(near, demand * 7, capacity * 7, rules).value == pytest.approx(values[2] * 7)


def test_groups_in_parts_sparse_or_in_another_order_are_the_same():
    near, demand, capacity = town(groups=120, sites=20, seed=2)
    rules = SiteRules(20, most_new=4)
    whole = capacitated_coverage(near, demand, capacity, rules)
    parts = capacitated_coverage(csr_array(np.repeat(near, 2, axis=0)), np.repeat(demand / 2, 2), capacity, rules)
    turned = capacitated_coverage(near[::-1], demand[::-1], capacity, rules)
    assert whole.value == pytest.approx(parts.value) == pytest.approx(turned.value)
    # Two halves of a group are near the same sites, so neither comes first.
    np.testing.assert_allclose(parts.served[::2], parts.served[1::2])


def test_a_small_site_that_stands_is_full_and_the_rest_finds_no_room():
    near = np.array([[True, False], [True, False], [False, True], [False, False]])
    rules = SiteRules(2, most_new=0, standing=np.array([True, False]))
    found = capacitated_coverage(near, [30, 10, 5, 2], [20, 50], rules)
    assert (found.value, found.no_room, found.missed, found.beyond) == pytest.approx((20, 20, 5, 2))
    # Both groups are near that one site alone: each has half of what it wants.
    assert found.served.tolist() == pytest.approx([15, 5, 0, 0])
    assert found.load.tolist() == pytest.approx([20, 0])


def test_an_effort_cut_short_says_how_far_it_may_be_from_the_best():
    near, demand, capacity = town(groups=400, sites=50, seed=3)
    rules = SiteRules(50, most_new=6)
    proven = capacitated_coverage(near, demand, capacity, rules)
    hurried = capacitated_coverage(near, demand, capacity, rules, effort=Effort(nodes=1))
    assert hurried.value <= proven.value + 1e-6 and proven.value <= hurried.bound + 1e-6
    assert proven.gap < 1e-9
    begun = capacitated_coverage(near, demand, capacity, rules, effort=Effort(nodes=1), start=proven.chosen)
    assert begun.value == pytest.approx(proven.value)


def test_nobody_and_no_room_and_nowhere_are_answers():
    near, rules = np.ones((2, 2), dtype=bool), SiteRules(2, most_new=1)
    nobody = capacitated_coverage(near, [0, 0], [5, 5], rules)
    assert nobody.value == nobody.bound == nobody.gap == 0
    full = capacitated_coverage(near, [3, 4], [0, 0], SiteRules(2, forced=np.array([True, False])))
    assert (full.value, full.no_room) == (0, 7)
    nowhere = capacitated_coverage(~near, [3, 4], [5, 5], rules)
    assert (nowhere.value, nowhere.missed, nowhere.beyond) == (0, 0, 7)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"near": np.ones((2, 2))}, "near has the type float64; give true or false"),
        ({"near": np.ones((2, 3), dtype=bool)}, r"near has the shape \(2, 3\); give \(groups, 2\)"),
        ({"demand": [1.0, np.nan]}, "demand: 1 of 2 values are NaN"),
        ({"demand": [1.0, -2.0]}, "demand: 1 of 2 values are negative, the first at position 1"),
        ({"demand": [1.0]}, r"demand has shape \(1,\)"),
        ({"capacity": [1.0, np.inf]}, "capacity: 1 of 2 values are infinite"),
        ({"capacity": [np.nan, 1.0]}, "capacity: 1 of 2 values are NaN"),
        ({"capacity": [1.0, 2.0, 3.0]}, r"capacity has shape \(3,\); give one amount each, shape \(2,\)"),
        ({"start": np.ones(3, dtype=bool)}, r"start has the shape \(3,\) and the type bool; give true or false for each of 2 sites"),
        ({"start": [1, 0]}, "start has the shape .* and the type int64"),
    ],
)  # fmt: skip
def test_faults_are_told(values, message):
    given = {"near": np.ones((2, 2), dtype=bool), "demand": [1.0, 2.0], "capacity": [5.0, 5.0], "start": None} | values
    with pytest.raises(InvalidParameter, match=message):
        capacitated_coverage(
            given["near"], given["demand"], given["capacity"], SiteRules(2, most_new=1), start=given["start"]
        )


@pytest.mark.parametrize(
    ("flows", "message"),
    [
        ([[3.0, 0.0]], "a group is served more than it wants"),
        ([[0.0, 1.0]], "a site serves more than it has room for"),
    ],
)
def test_a_ledger_that_does_not_close_is_refused(flows, message):
    yes = np.array([True])
    with pytest.raises(LedgerDoesNotClose, match=message):
        CapacitatedCoverage(
            np.array([True, False]), np.array([2.0]), np.array([5.0, 5.0]), csr_array(np.array(flows)), yes, yes, 9.0
        )
