"""Floating catchments: the four cases, conservation, invariants."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter, LedgerDoesNotClose
from jingan_analysis.measures.catchment import enhanced_two_step_catchment, two_step_catchment

LIMIT_MM = 500_000
METHODS = (two_step_catchment, enhanced_two_step_catchment)
both_methods = pytest.mark.parametrize("catchment", METHODS)


@st.composite
def situations(draw):
    """Rows of metres, demand, supply (NaN = unknown), and unsnapped origins."""
    n_origins, n_destinations = draw(st.integers(1, 7)), draw(st.integers(1, 5))
    metres = st.one_of(st.none(), st.integers(0, 800))
    rows = draw(
        st.lists(
            st.lists(metres, min_size=n_destinations, max_size=n_destinations), min_size=n_origins, max_size=n_origins
        )
    )
    demand = draw(st.lists(st.integers(0, 500), min_size=n_origins, max_size=n_origins))
    amount = st.one_of(st.just(float("nan")), st.integers(0, 400).map(float))
    supply = draw(st.lists(amount, min_size=n_destinations, max_size=n_destinations))
    unsnapped = draw(st.sets(st.integers(0, n_origins - 1), max_size=2))
    return rows, np.array(demand, dtype=float), np.array(supply), unsnapped


modest = settings(deadline=None, max_examples=60, derandomize=True)


def test_one_site_is_shared_equally(costs_of):
    found = two_step_catchment(costs_of([[100], [500]]), [30, 70], [50], LIMIT_MM)
    assert found.supply_ratio.tolist() == [0.5]
    assert found.access.tolist() == [0.5, 0.5]


def test_two_sites_add_up(costs_of):
    # Site 0 serves origins 0 and 1 (100 people), site 1 serves origin 1 only (60 people).
    found = two_step_catchment(costs_of([[100, None], [100, 100]]), [40, 60], [20, 30], LIMIT_MM)
    assert found.supply_ratio.tolist() == [0.2, 0.5]
    assert found.access.tolist() == [0.2, 0.7]


@both_methods
def test_zero_demand_gives_no_ratio_and_no_infinity(costs_of, catchment):
    # The only people in reach of site 0 are none: its supply reaches nobody, and the ledger says so.
    found = catchment(costs_of([[100, None], [None, 100]]), [0, 10], [50, 20], LIMIT_MM)
    assert np.isnan(found.supply_ratio[0])
    assert found.access[0] == 0.0
    assert not np.isinf(found.access).any()
    assert found.ledger.supply_without_demand == 50.0
    assert found.ledger.supply_allocated == pytest.approx(20.0)


@both_methods
def test_zero_supply_gives_zero_and_is_known(costs_of, catchment):
    found = catchment(costs_of([[100]]), [10], [0.0], LIMIT_MM)
    assert found.supply_ratio[0] == 0.0
    assert found.access[0] == 0.0
    assert not found.lower_bound[0]
    assert found.ledger.demand_without_access == 10.0
    assert found.ledger.sites_unknown == 0


@both_methods
def test_unknown_capacity_is_neither_zero_nor_guessed(costs_of, catchment):
    costs = costs_of([[100, None], [100, 100], [None, 100], [100, None]])
    found = catchment(costs, [10, 10, 10, 0], [np.nan, 8.0], LIMIT_MM)
    assert np.isnan(found.supply_ratio[0])
    assert np.isnan(found.access[0])  # the only site in reach is unknown
    assert found.access[1] == pytest.approx(0.4)  # at least this much
    assert found.access[2] == pytest.approx(0.4)  # exactly this much
    assert found.lower_bound.tolist() == [True, True, False, True]
    assert found.ledger.demand_unknown == 10.0
    assert found.ledger.sites_unknown == 1
    assert found.ledger.supply_total == 8.0


@both_methods
def test_unreachable_origin_stays_with_zero_and_unsnapped_with_nan(costs_of, catchment):
    found = catchment(costs_of([[100], [None], [100], [600]], unsnapped={2}), [1, 2, 4, 8], [3], LIMIT_MM)
    assert found.access.shape == (4,)
    assert found.access[1] == 0.0
    assert np.isnan(found.access[2])
    assert found.access[3] == 0.0
    assert found.ledger.demand_without_access == 10.0
    assert found.ledger.demand_unsnapped == 4.0
    assert found.ledger.demand_with_access == 1.0


def test_the_limit_is_inclusive(costs_of):
    assert two_step_catchment(costs_of([[500.0], [500.001]]), [10, 10], [5], LIMIT_MM).access.tolist() == [0.5, 0.0]


def test_gaussian_weight_is_zero_at_the_limit_and_divides_by_nobody(costs_of):
    found = enhanced_two_step_catchment(costs_of([[500.0]]), [10], [5], LIMIT_MM)
    assert np.isnan(found.supply_ratio[0])
    assert found.access[0] == 0.0
    assert found.ledger.supply_without_demand == 5.0


def test_an_unknown_site_at_the_very_limit_of_a_gaussian_leaves_access_known(costs_of):
    found = enhanced_two_step_catchment(costs_of([[500.0]]), [10], [np.nan], LIMIT_MM)
    assert found.access[0] == 0.0
    assert not found.lower_bound[0]


def test_all_sites_unknown(costs_of):
    found = two_step_catchment(costs_of([[100], [None]]), [10, 20], [np.nan], LIMIT_MM)
    assert np.isnan(found.access[0])
    assert found.access[1] == 0.0
    assert found.ledger.supply_total == 0.0


@both_methods
def test_nobody_and_nothing(costs_of, catchment):
    found = catchment(costs_of([[], []], n_destinations=0), [5, 0], [], LIMIT_MM)
    assert found.access.tolist() == [0.0, 0.0]
    assert found.ledger.demand_without_access == 5.0


def test_near_people_get_more_under_decay(costs_of):
    # Same site, same people; only distance differs.
    access = enhanced_two_step_catchment(costs_of([[50], [450]]), [10, 10], [5], LIMIT_MM).access
    assert access[0] > access[1] > 0


def test_rivals_beyond_the_border_lower_access(costs_of):
    # Demand outside the district competes for the same supply; leaving it out flatters the edge.
    alone = two_step_catchment(costs_of([[100]]), [100], [50], LIMIT_MM).access[0]
    with_rivals = two_step_catchment(costs_of([[100], [200]]), [100, 100], [50], LIMIT_MM).access[0]
    assert alone == 0.5
    assert with_rivals == 0.25


def test_more_supply_never_lowers_anybodys_access(costs_of):
    costs = costs_of([[100, 400], [300, None], [None, 200]])
    less = enhanced_two_step_catchment(costs, [5, 6, 7], [10, 20], LIMIT_MM).access
    more = enhanced_two_step_catchment(costs, [5, 6, 7], [15, 20], LIMIT_MM).access
    assert (more >= less).all()
    assert (more[:2] > less[:2]).all()


def test_demand_that_cannot_reach_a_site_does_not_compete_for_it(costs_of):
    # A far crowd must not thin the supply of a near few (3SFCA once normalised over such rows).
    few = enhanced_two_step_catchment(costs_of([[100]]), [10], [5], LIMIT_MM).access[0]
    with_far_crowd = enhanced_two_step_catchment(costs_of([[100], [700]]), [10, 1e6], [5], LIMIT_MM).access[0]
    assert few == with_far_crowd


def test_the_shapes_of_decay_differ(costs_of):
    costs = costs_of([[100], [400]])
    shapes = [
        enhanced_two_step_catchment(costs, [10, 10], [5], LIMIT_MM, decay=decay).access[0]
        for decay in ("gaussian", "linear", "uniform")
    ]
    assert len({round(shape, 6) for shape in shapes}) == 3
    assert shapes[2] == two_step_catchment(costs, [10, 10], [5], LIMIT_MM).access[0]


@pytest.mark.parametrize(
    ("demand", "supply", "message"),
    [
        ([1, np.nan], [1], r"demand: 1 of 2 values are NaN, the first at position 1"),
        ([1, -1], [1], r"demand: 1 of 2 values are negative"),
        ([1, 1], [np.inf], r"supply: 1 of 1 values are infinite"),
        ([1, 1], [-2], r"supply: 1 of 1 values are negative"),
        ([1], [1], r"demand has shape \(1,\); give one amount each, shape \(2,\)"),
        ([1, 1], [1, 1], r"supply has shape \(2,\)"),
        ([1e-320, 0], [100.0], r"demand is too small to divide the supply by"),
    ],
)
@both_methods
def test_bad_input_is_refused(costs_of, catchment, demand, supply, message):
    with pytest.raises(InvalidParameter, match=message), np.errstate(over="ignore"):
        catchment(costs_of([[100], [200]]), demand, supply, LIMIT_MM)


def test_a_limit_beyond_the_search_is_refused(costs_of):
    with pytest.raises(ValueError, match="beyond the search cutoff"):
        two_step_catchment(costs_of([[100]]), [1], [1], 2_000_000)


@pytest.mark.parametrize("field", ["supply_allocated", "demand_with_access", "supply_total", "demand_unsnapped"])
def test_a_ledger_that_does_not_close_is_an_error(costs_of, field):
    ledger = two_step_catchment(costs_of([[100], [100]]), [10, 20], [5], LIMIT_MM).ledger
    ledger.close()
    wrong = dataclasses.replace(ledger, **{field: getattr(ledger, field) + 1e-6})
    with pytest.raises(LedgerDoesNotClose, match=r"The (supply|demand) ledger does not close"):
        wrong.close()


def test_inputs_are_left_alone(costs_of):
    demand, supply = np.array([10.0, 20.0]), np.array([5.0, np.nan])
    costs = costs_of([[100, 200], [300, 400]])
    before = (demand.copy(), supply.copy(), costs.distance_mm.copy())
    enhanced_two_step_catchment(costs, demand, supply, LIMIT_MM)
    for now, then in zip((demand, supply, costs.distance_mm), before, strict=True):
        np.testing.assert_array_equal(now, then)


@modest
@given(situation=situations())
def test_supply_is_conserved_and_nothing_is_infinite(costs_of, situation):
    rows, demand, supply, unsnapped = situation
    costs = costs_of(rows, unsnapped=unsnapped)
    for catchment in METHODS:
        found = catchment(costs, demand, supply, LIMIT_MM)
        handed_out = np.nansum(demand * found.access)
        assert handed_out + found.ledger.supply_without_demand == pytest.approx(np.nansum(supply), rel=1e-9, abs=1e-12)
        assert not np.isinf(found.access).any()
        assert not (found.access < 0).any()
        assert np.isnan(found.access[list(unsnapped)]).all()


@modest
@given(situation=situations(), data=st.data())
def test_order_of_places_does_not_matter(costs_of, situation, data):
    rows, demand, supply, unsnapped = situation
    origins = data.draw(st.permutations(range(len(rows))))
    sites = data.draw(st.permutations(range(len(supply))))
    shuffled = costs_of(
        [[rows[i][j] for j in sites] for i in origins],
        unsnapped={position for position, i in enumerate(origins) if i in unsnapped},
    )
    plain = enhanced_two_step_catchment(costs_of(rows, unsnapped=unsnapped), demand, supply, LIMIT_MM)
    moved = enhanced_two_step_catchment(shuffled, demand[origins], supply[sites], LIMIT_MM)
    np.testing.assert_allclose(moved.access, plain.access[origins], rtol=1e-12, atol=0)
    np.testing.assert_allclose(moved.supply_ratio, plain.supply_ratio[sites], rtol=1e-12, atol=0)


@modest
@given(situation=situations(), part=st.floats(0.0, 1.0))
def test_splitting_a_place_in_two_changes_nobodys_access(costs_of, situation, part):
    # Cells of a fraction of a person count like any other: nothing moves in whole people only.
    rows, demand, supply, unsnapped = situation
    split_demand = np.concatenate(([demand[0] * part, demand[0] * (1 - part)], demand[1:]))
    split = costs_of([rows[0], *rows], unsnapped={i + 1 for i in unsnapped} | ({0} if 0 in unsnapped else set()))
    whole = enhanced_two_step_catchment(costs_of(rows, unsnapped=unsnapped), demand, supply, LIMIT_MM)
    halves = enhanced_two_step_catchment(split, split_demand, supply, LIMIT_MM)
    np.testing.assert_allclose(halves.access[1:], whole.access, rtol=1e-9, atol=0)
    np.testing.assert_allclose(halves.access[0], whole.access[0], rtol=1e-9, atol=0)


@modest
@given(situation=situations(), factor=st.floats(0.01, 100))
def test_access_follows_the_unit_of_supply(costs_of, situation, factor):
    rows, demand, supply, unsnapped = situation
    costs = costs_of(rows, unsnapped=unsnapped)
    plain = enhanced_two_step_catchment(costs, demand, supply, LIMIT_MM).access
    scaled = enhanced_two_step_catchment(costs, demand, supply * factor, LIMIT_MM).access
    np.testing.assert_allclose(scaled, plain * factor, rtol=1e-9, atol=0)
