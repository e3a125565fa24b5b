"""Capacitated p-median: against all choices by a linear program each, rooms that bind, known directions, and faults."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array
from site_problems import allowed_choices, site_rules

from jingan_analysis.errors import InvalidParameter, LedgerDoesNotClose, NoSiteAllowed
from jingan_analysis.models.siting import (
    CapacitatedMedians,
    Effort,
    SiteRules,
    capacitated_p_median,
    p_median,
    ways,
)

BEYOND = 20.0


def travelled(travel, units, capacity, chosen, beyond) -> float:
    """What units travel with the chosen sites, by a dense linear program; infinite where all cannot be served."""
    sites = np.flatnonzero(chosen & (capacity > 0))
    # A last site without limit stands for going nowhere.
    cost = np.column_stack([travel[:, sites], np.full(len(units), beyond)])
    groups, places = cost.shape
    rows = np.kron(np.eye(groups), np.ones(places))
    columns = np.kron(np.ones(groups), np.eye(places))[:-1]
    limits = [(0, 0 if np.isinf(each) else None) for each in cost.ravel()]
    found = linprog(
        np.where(np.isinf(cost), 0, cost).ravel(), A_ub=columns, b_ub=capacity[sites], A_eq=rows, b_eq=units, bounds=limits
    )  # fmt: skip
    return found.fun if found.status == 0 else np.inf


@st.composite
def problems(draw):
    groups, sites = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    numbers = np.random.default_rng(draw(st.integers(0, 100_000)))
    travel = numbers.integers(0, 8, (groups, sites)).astype(float)
    travel[numbers.random((groups, sites)) < draw(st.sampled_from([0.0, 0.3]))] = np.inf
    units = numbers.integers(0, 5, groups) * draw(st.sampled_from([1.0, 0.41]))
    capacity = numbers.integers(0, 12, sites).astype(float)
    return travel, units, capacity, draw(site_rules(sites))


@given(problems(), st.booleans(), st.booleans())
@settings(max_examples=40, deadline=None)
def test_it_is_the_best_of_all_choices(problem, everybody, started):
    travel, units, capacity, rules = problem
    beyond = np.inf if everybody else BEYOND
    totals = [travelled(travel, units, capacity, chosen, beyond) for chosen in allowed_choices(rules)]
    asked = ways(travel, units, beyond=None if everybody else BEYOND)
    start = np.ones(rules.sites, dtype=bool) if started else None
    if not totals or min(totals) == np.inf:
        with pytest.raises(NoSiteAllowed):
            capacitated_p_median(asked, capacity, rules, start=start)
        return
    found = capacitated_p_median(asked, capacity, rules, start=start)
    assert found.value == pytest.approx(min(totals), abs=1e-6)
    assert found.bound == pytest.approx(min(totals), abs=1e-6)
    assert rules.allows(found.chosen)
    flows = found.flows.toarray()
    assert (flows >= 0).all() and not flows[np.isinf(travel)].any() and not flows[:, ~found.chosen].any()
    assert (found.load <= capacity + 1e-9).all() and (found.served <= units + 1e-9).all()
    again = (flows[flows > 0] * travel[flows > 0]).sum() + (0 if everybody else BEYOND * found.unserved.sum())
    assert again == pytest.approx(found.value, abs=1e-6)


def town(groups=80, sites=15, seed=0):
    numbers = np.random.default_rng(seed)
    homes, places = numbers.random((groups, 2)), numbers.random((sites, 2))
    travel = np.hypot(*(homes[:, None] - places[None]).transpose(2, 0, 1))
    return travel, numbers.integers(1, 20, groups).astype(float), numbers.integers(10, 30, sites) * 10.0


def test_room_for_everybody_is_the_p_median():
    travel, units, _ = town()
    rules = SiteRules(15, most_new=4)
    roomy = capacitated_p_median(ways(travel, units), np.full(15, units.sum()), rules)
    plain = p_median(ways(travel, units), rules)
    assert roomy.value == pytest.approx(plain.value) == pytest.approx(roomy.bound)
    assert roomy.mean == pytest.approx(plain.mean)


def test_more_room_never_travels_more_and_whole_units_stay_whole():
    travel, units, capacity = town(seed=1)
    asked, rules = ways(travel, units, beyond=3.0), SiteRules(15, most_new=4)
    tight, wide = (capacitated_p_median(asked, capacity * times, rules) for times in (1, 3))
    assert wide.value <= tight.value and tight.gap < 1e-9
    assert (tight.flows.data == np.round(tight.flows.data)).all()
    hurried = capacitated_p_median(asked, capacity, rules, effort=Effort(nodes=1), start=tight.chosen)
    assert hurried.value == pytest.approx(tight.value) and hurried.bound <= tight.value + 1e-6


def test_a_group_passes_its_nearest_site_where_another_has_no_other():
    # Both are nearest to the first site; the second group could only go far beyond.
    travel = np.array([[1.0, 2.0], [1.0, 9.0]])
    found = capacitated_p_median(ways(travel, [10, 10]), [10, 10], SiteRules(2))
    assert found.flows.toarray().tolist() == [[0, 10], [10, 0]] and found.value == 30


def test_dense_sparse_and_groups_in_parts_are_the_same():
    travel, units, capacity = town(groups=40, sites=8, seed=2)
    rules = SiteRules(8, most_new=3)
    whole = capacitated_p_median(ways(travel, units, beyond=2.0), capacity, rules)
    parts = ways(csr_array(np.repeat(travel, 2, axis=0)), np.repeat(units / 2, 2), beyond=2.0)
    assert capacitated_p_median(parts, capacity, rules).value == pytest.approx(whole.value)


def test_units_that_find_no_room_count_as_beyond():
    travel = np.array([[1.0, np.inf], [np.inf, np.inf], [2.0, 5.0]])
    found = capacitated_p_median(ways(travel, [4, 3, 0], beyond=10), [3, 50], SiteRules(2, most_new=1))
    assert found.unserved.tolist() == [1, 3, 0] and found.value == 3 + 40
    assert found.load.tolist() == [3, 0]


def test_nobody_is_an_answer():
    found = capacitated_p_median(ways(np.ones((2, 2)), [0, 0]), [1, 1], SiteRules(2, most_new=1))
    assert found.value == found.bound == found.gap == 0 and np.isnan(found.mean)


def test_what_is_short_is_told():
    travel = np.array([[1.0, np.inf], [np.inf, 1.0]])
    with pytest.raises(NoSiteAllowed, match="the most room has 7 units and 9 are needed; allow more sites"):
        capacitated_p_median(ways(np.ones((2, 2)), [4, 5]), [6, 7], SiteRules(2, most_new=1))
    with pytest.raises(NoSiteAllowed, match="room in reach of every unit, though 13 units in all for 9; ask capac"):
        capacitated_p_median(ways(travel, [2, 7]), [10, 3], SiteRules(2))
    with pytest.raises(NoSiteAllowed, match="1 of 2 groups with units have no site with room in reach"):
        capacitated_p_median(ways(travel, [2, 7]), [10, 0], SiteRules(2))
    with pytest.raises(NoSiteAllowed, match="no choice of sites keeps all rules"):
        capacitated_p_median(ways(travel, [2, 7]), [10, 9], SiteRules(2, most_new=0, forced=np.array([True, False])))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"capacity": [1.0, np.nan]}, "capacity: 1 of 2 values are NaN"),
        ({"capacity": [1.0, -1.0]}, "capacity: 1 of 2 values are negative"),
        ({"capacity": [1.0]}, r"capacity has shape \(1,\); give one amount each, shape \(2,\)"),
        ({"rules": SiteRules(3)}, "ways lead to 2 sites and rules are for 3; give both for the same sites"),
        ({"start": np.ones(1, dtype=bool)}, r"start has the shape \(1,\)"),
    ],
)
def test_faults_are_told(values, message):
    given = {"capacity": [5.0, 5.0], "rules": SiteRules(2), "start": None} | values
    with pytest.raises(InvalidParameter, match=message):
        capacitated_p_median(ways(np.ones((1, 2)), [1]), given["capacity"], given["rules"], start=given["start"])


@pytest.mark.parametrize(
    ("flow", "beyond", "message"),
    [
        (9.0, 3.0, "a group has more units at sites than it has in all; a site takes more than it has room for"),
        (1.0, np.nan, "units go to no site although all must"),
    ],
)
def test_flows_that_cannot_be_are_refused(flow, beyond, message):
    flows = csr_array(np.array([[flow]]))
    with pytest.raises(LedgerDoesNotClose, match=message):
        CapacitatedMedians(np.array([True]), np.array([2.0]), np.array([5.0]), flows, 1.0, beyond, 0.0)
