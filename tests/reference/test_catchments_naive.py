"""Every catchment method against its formula in plain loops, and against PySAL access where it is free of faults."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.measures.catchments.crowding import inverted_two_step_catchment
from jingan_analysis.measures.catchments.methods import CATCHMENT_METHODS, catchment
from jingan_analysis.measures.catchments.rational_agent import rational_agents
from jingan_analysis.measures.catchments.spatial_availability import spatial_availability
from jingan_analysis.measures.catchments.two_step import kernel_density_catchment, two_step_catchment

CONSERVING = ("e2sfca", "3sfca", "huff")
LIMIT = 700_000


def costs_of(distance_mm, snapped=None, limit_mm=LIMIT):
    distance = np.array(distance_mm)
    origin, destination = np.nonzero(distance <= limit_mm)
    order = np.lexsort((destination, distance[origin, destination], origin))
    origin, destination = origin[order], destination[order]
    snapped = np.ones(len(distance), dtype=bool) if snapped is None else np.array(snapped)
    keep = snapped[origin]
    return TravelCosts(
        origin_ids=np.arange(distance.shape[0]).astype(str).astype(object),
        destination_ids=np.arange(distance.shape[1]).astype(str).astype(object),
        origin=origin[keep],
        destination=destination[keep],
        distance_mm=distance[origin, destination][keep].astype(np.int64),
        cutoff_mm=limit_mm,
        method="walking_network",
        origin_snapped=snapped,
        destination_snapped=np.ones(distance.shape[1], dtype=bool),
    )


def decay_of(d, decay):
    x = d / LIMIT
    if x > 1:
        return 0.0
    end = math.exp(-0.5)
    return {
        "gaussian": 0.0 if d == LIMIT else (math.exp(-0.5 * x * x) - end) / (1 - end),
        "uniform": 1.0,
        "linear": 1 - x,
        "epanechnikov": 1 - x * x,
        "exponential": math.exp(-2 * x),
        "zones": 1.0 if 3 * d <= LIMIT else 0.68 if 3 * d <= 2 * LIMIT else 0.22,
    }[decay]


def naive(method, persons, supply, d, decay):
    """Access by origin, every site of known supply, straight from the formulas."""
    origins, sites = range(len(persons)), range(len(supply))
    f = [[decay_of(d[i][j], decay) for j in sites] for i in origins]
    offer = [[f[i][j] if supply[j] > 0 else 0.0 for j in sites] for i in origins]

    def part(a, total):
        return a / total if total > 0 else 0.0

    chosen = [[part(offer[i][j], sum(offer[i])) for j in sites] for i in origins]
    huff = [
        [part(supply[j] * offer[i][j], sum(supply[k] * offer[i][k] for k in sites)) for j in sites] for i in origins
    ]
    access = []
    for i in origins:
        total = 0.0
        for j in sites:
            if method == "e2sfca":
                total += part(supply[j], sum(persons[k] * f[k][j] for k in origins)) * f[i][j]
            elif method == "m2sfca":
                total += part(supply[j], sum(persons[k] * f[k][j] for k in origins)) * f[i][j] ** 2
            elif method in ("3sfca", "huff"):
                choice = chosen if method == "3sfca" else huff
                total += (
                    part(supply[j], sum(choice[k][j] * persons[k] * f[k][j] for k in origins)) * choice[i][j] * f[i][j]
                )
            elif method == "mh3sfca":
                total += part(supply[j], sum(huff[k][j] * persons[k] for k in origins)) * huff[i][j] * f[i][j]
            elif method == "bfca":
                total += part(supply[j], sum(persons[k] * chosen[k][j] for k in origins)) * part(
                    offer[i][j], sum(offer[k][j] for k in origins)
                )
        access.append(total)
    return access


@st.composite
def districts(draw, *, empty=True):
    n, m = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    least = 0 if empty else 1
    persons = draw(st.lists(st.integers(least, 200), min_size=n, max_size=n))
    supply = draw(st.lists(st.integers(least, 60), min_size=m, max_size=m))
    distance = draw(
        st.lists(st.lists(st.integers(0, 1_200_000) | st.just(LIMIT), min_size=m, max_size=m), min_size=n, max_size=n)
    )
    return persons, supply, distance


DECAYS = ("gaussian", "uniform", "linear", "epanechnikov", "exponential", "zones")


@settings(max_examples=300, deadline=None, derandomize=True)
@given(districts(), st.sampled_from(sorted(CATCHMENT_METHODS)), st.sampled_from(DECAYS))
def test_every_method_is_its_formula(district, method, decay):
    persons, supply, distance = district
    found = catchment(method, costs_of(distance), persons, supply, LIMIT, decay=decay)
    assert found.access == pytest.approx(naive(method, persons, supply, distance, decay), rel=1e-12, abs=1e-300)
    assert np.isfinite(found.access).all()


@settings(max_examples=200, deadline=None, derandomize=True)
@given(districts(), st.sampled_from(sorted(CATCHMENT_METHODS)), st.data())
def test_the_ledger_closes_with_unknown_sites_unsnapped_homes_and_people_outside(district, method, data):
    persons, supply, distance = district
    supply = [math.nan if data.draw(st.booleans()) else units for units in supply]
    snapped = [data.draw(st.booleans()) for _ in persons]
    outside = [data.draw(st.booleans()) for _ in persons]
    ledger = catchment(method, costs_of(distance, snapped), persons, supply, LIMIT, outside=outside).ledger
    ledger.close()
    assert ledger.demand_outside == sum(p for p, out in zip(persons, outside, strict=True) if out)
    assert ledger.sites_unknown == sum(math.isnan(units) for units in supply)
    if method in CONSERVING:
        assert ledger.supply_lost == 0.0
        assert math.isnan(ledger.inflation) or ledger.inflation == pytest.approx(1.0, rel=1e-9)


@pytest.mark.parametrize("method", ["m2sfca", "mh3sfca"])
def test_a_method_that_loses_supply_says_how_much(method):
    found = catchment(method, costs_of([[350_000]]), [100], [50.0], LIMIT)
    weight = decay_of(350_000, "gaussian")
    assert found.ledger.inflation == pytest.approx(weight)
    assert found.ledger.supply_lost == pytest.approx(50 * (1 - weight))


def test_balanced_access_hands_out_levels_of_service_not_supply():
    found = catchment(
        "bfca", costs_of([[0, 600_000], [600_000, 0], [300_000, 300_000]]), [10, 200, 30], [20.0, 30.0], LIMIT
    )
    assert found.access.sum() == pytest.approx(found.supply_ratio.sum())
    assert found.ledger.inflation != pytest.approx(1.0)
    assert found.ledger.supply_lost != 0.0


@pytest.mark.parametrize("method", sorted(CATCHMENT_METHODS))
def test_four_cases_of_nothing_have_four_answers(method):
    # Sites: 0 offers something, 1 nothing, 2 an unknown amount, 3 lies among the empty homes.
    far = 10_000_000
    distance = [
        [100_000, far, far, far],
        [far, 100_000, far, far],
        [far, far, 100_000, far],
        [far, far, far, 100_000],
        [50_000] * 4,
        [far] * 4,
    ]
    found = catchment(
        method,
        costs_of(distance, [True] * 4 + [False, True]),
        [10, 20, 30, 0, 40, 50],
        [5.0, 0.0, math.nan, 7.0],
        LIMIT,
    )
    assert found.access[0] > 0
    assert found.access[1] == 0.0  # a site that offers nothing
    assert math.isnan(found.access[2])  # a site of unknown capacity only
    assert found.access[3] == 0.0  # nobody lives here: no infinity
    assert math.isnan(found.access[4])  # off the network
    assert found.access[5] == 0.0  # nothing in reach
    ledger = found.ledger
    assert ledger.supply_without_demand == 7.0
    assert (ledger.demand_with_access, ledger.demand_without_access) == (10, 70)
    assert (ledger.demand_unknown, ledger.demand_unsnapped) == (30, 40)


# --- PySAL access 1.1.10, on costs that end at the limit, with demand everywhere -----------------

PERSONS = [44.0, 43.0, 163.0, 109.0, 126.0, 128.0]
SUPPLY = [45.0, 11.0, 34.0, 17.0]
DISTANCE = [
    [854342, 986277, 870248, 526938], [404606, 420566, 401613, 692314], [460939, 616237, 456431, 139150],
    [153897, 320295, 325701, 310811], [718979, 886287, 421747, 299587], [312110, 391851, 595071, 439559],
]  # fmt: skip
PEER = {
    ("e2sfca", "uniform"): [0.02773246329526917, 0.21389725281551578, 0.21389725281551578, 0.21389725281551578, 0.08748641760106882, 0.21389725281551578],
    ("e2sfca", "zones"): [0.008718355168073103, 0.20329579198945025, 0.21184267151373065, 0.26436692226736314, 0.09742685309922844, 0.1738479675208982],
    ("3sfca", "zones"): [0.023464799823788657, 0.2049504911334915, 0.18655596970451385, 0.24642422978194276, 0.15166502351801506, 0.1623126610755918],
}  # fmt: skip


@pytest.mark.parametrize(("method", "decay"), PEER)
def test_equal_to_the_peer_where_it_is_free_of_faults(method, decay):
    found = catchment(method, costs_of(DISTANCE), PERSONS, SUPPLY, LIMIT, decay=decay)
    assert found.access == pytest.approx(PEER[method, decay], rel=1e-12)


def test_three_step_normalises_within_the_catchment_only():
    # The peer's three-step normalises over all rows of its cost table; a longer table must change nothing.
    short = catchment("3sfca", costs_of(DISTANCE), PERSONS, SUPPLY, LIMIT, decay="zones")
    longer = catchment("3sfca", costs_of(DISTANCE, limit_mm=2_000_000), PERSONS, SUPPLY, LIMIT, decay="zones")
    assert longer.access.tolist() == short.access.tolist()


# --- relations between methods -------------------------------------------------------------------


@settings(max_examples=100, deadline=None, derandomize=True)
@given(districts(empty=False))
def test_spatial_availability_is_the_constrained_form_of_e2sfca(district):
    persons, supply, distance = district
    found = spatial_availability(costs_of(distance), persons, supply, LIMIT)
    plain = catchment("e2sfca", costs_of(distance), persons, supply, LIMIT)
    assert found.per_person.access == pytest.approx(plain.access, rel=1e-10)
    assert found.available == pytest.approx(np.array(persons) * plain.access, rel=1e-10)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(districts(), st.sampled_from(DECAYS))
def test_crowding_is_its_formula_and_places_everybody_in_reach(district, decay):
    persons, supply, distance = district
    found = inverted_two_step_catchment(costs_of(distance), persons, supply, LIMIT, decay=decay)
    f = [[decay_of(d, decay) for d in row] for row in distance]
    for j, units in enumerate(supply):
        pulls = [sum(s * w for s, w in zip(supply, row, strict=True)) for row in f]
        crowd = sum(p * row[j] / pull for p, row, pull in zip(persons, f, pulls, strict=True) if pull > 0)
        assert (
            math.isnan(found.persons_per_unit[j])
            if units == 0
            else found.persons_per_unit[j] == pytest.approx(crowd, rel=1e-12)
        )
    assert found.demand_placed + found.demand_unplaced == pytest.approx(sum(persons))


def test_two_step_and_kernel_density_are_e2sfca_with_their_weights():
    args = costs_of(DISTANCE), PERSONS, SUPPLY, LIMIT
    assert two_step_catchment(*args).access.tolist() == catchment("e2sfca", *args, decay="uniform").access.tolist()
    kernel = catchment("e2sfca", *args, decay="epanechnikov")
    assert kernel_density_catchment(*args).access.tolist() == kernel.access.tolist()


# --- rational agents -----------------------------------------------------------------------------


@settings(max_examples=150, deadline=None, derandomize=True)
@given(districts(empty=False), st.sampled_from([100_000, 400_000]))
def test_in_equilibrium_nobody_gains_by_moving_and_everybody_is_somewhere(district, tau):
    persons, supply, distance = district
    costs = costs_of(distance)
    found = rational_agents(costs, persons, supply, LIMIT, tau_mm=tau, rho=2.0)
    flow = np.zeros((len(persons), len(supply)))
    flow[costs.origin, costs.destination] = found.flow
    paid = np.where(
        np.array(distance) <= LIMIT, np.array(distance) / tau + flow.sum(axis=0) / np.array(supply) / 2.0, np.inf
    )
    excess = total = 0.0
    for i, people in enumerate(persons):
        best = paid[i].min()
        if np.isinf(best):
            assert math.isnan(found.cost[i])
            continue
        assert flow[i].sum() == pytest.approx(people)
        assert found.cost[i] == pytest.approx(best)
        assert (flow[i] >= 0).all()
        excess += sum(flow[i][j] * (paid[i][j] - best) for j in range(len(supply)) if flow[i][j] > 0)
        total += sum(flow[i][j] * paid[i][j] for j in range(len(supply)) if flow[i][j] > 0)
    assert excess <= 1.01e-4 * total
    assert found.access.ledger.inflation == pytest.approx(1.0) or math.isnan(found.access.ledger.inflation)


def test_two_sites_at_the_door_share_people_by_supply_and_small_cells_move():
    # Whole-person moves leave a cell of three people at one site; here they split two to one.
    found = rational_agents(costs_of([[0, 0]]), [3.0], [20.0, 10.0], LIMIT, tau_mm=100_000, rho=1.0)
    assert found.flow == pytest.approx([2.0, 1.0])
    assert found.cost == pytest.approx([0.1])


def test_a_longer_walk_is_taken_when_the_near_site_is_crowded():
    near, far = rational_agents(costs_of([[0, 200_000]]), [90.0], [10.0, 10.0], LIMIT, tau_mm=100_000, rho=1.0).flow
    # Equal cost: x / 10 = 2 + (90 - x) / 10.
    assert (near, far) == pytest.approx((55.0, 35.0))
