"""Nearest, reached, cumulative opportunities."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.geography.travel_costs import reach_mm
from jingan_analysis.measures.reach import REACH_STATES, cumulative_opportunities, nearest, reach_state, reached


def test_nearest_tells_the_row_and_the_distance(costs_of):
    found = nearest(costs_of([[300, 200], [None, 900]]))
    assert found.destination.tolist() == [1, 1]
    assert found.distance_mm.tolist() == [200_000, 900_000]
    assert found.minutes(1.0).tolist() == [200 / 60, 15.0]


def test_nothing_in_reach_is_missing_not_a_number(costs_of):
    found = nearest(costs_of([[None], [50]]))
    assert found.destination.tolist() == [-1, 0]
    assert np.isnan(found.distance_mm[0])
    assert found.found.tolist() == [False, True]


def test_a_facility_at_the_door_is_zero_away_not_missing(costs_of):
    found = nearest(costs_of([[0]]))
    assert found.destination[0] == 0
    assert found.distance_mm[0] == 0.0


def test_equally_near_facilities_give_the_first_row(costs_of):
    assert nearest(costs_of([[400, 400, 400]])).destination[0] == 0
    assert nearest(costs_of([[None, 400, 400]])).destination[0] == 1


def test_nearest_does_not_depend_on_the_order_of_pairs(costs_of):
    costs = costs_of([[300, 200, 500], [100, None, 100], [None, None, None]])
    backwards = dataclasses.replace(
        costs, origin=costs.origin[::-1], destination=costs.destination[::-1], distance_mm=costs.distance_mm[::-1]
    )
    assert nearest(backwards).destination.tolist() == nearest(costs).destination.tolist() == [1, 0, -1]


def test_no_pairs_and_no_destinations(costs_of):
    found = nearest(costs_of([[], []], n_destinations=0))
    assert found.destination.tolist() == [-1, -1]
    assert cumulative_opportunities(costs_of([[], []], n_destinations=0), [], 500_000).tolist() == [0.0, 0.0]


def test_the_limit_itself_is_reached_and_a_millimetre_more_is_not(costs_of):
    costs = costs_of([[800.0], [800.001]])
    assert reached(costs, 800_000).tolist() == [True, False]
    assert reached(costs, 800_001).tolist() == [True, True]


def test_a_time_limit_is_inclusive_through_the_speed(costs_of):
    # 1.3 m/s for 10 minutes is 780 m exactly, though 1.3 has no exact binary form.
    assert reached(costs_of([[780.0], [780.001]]), reach_mm(1.3, 10)).tolist() == [True, False]


def test_unsnapped_is_unknown_and_not_beyond(costs_of):
    costs = costs_of([[100], [900], [100], [None]], unsnapped={2})
    states = reach_state(costs, 500_000)
    assert states.tolist() == ["reached", "beyond", "unsnapped", "beyond"]
    assert set(states) == set(REACH_STATES)
    assert reached(costs, 500_000).tolist() == [True, False, False, False]


def test_a_faster_walker_reaches_at_least_as_many(costs_of):
    # More distance in the same time can only add facilities.
    costs = costs_of([[50 * (i + 1)] for i in range(20)])
    counts = [reached(costs, reach_mm(speed, 10)).sum() for speed in (0.8, 1.0, 1.3)]
    assert counts == [9, 12, 15]


def test_a_limit_beyond_the_search_is_refused(costs_of):
    with pytest.raises(ValueError, match=r"limit_mm=1000001 is beyond the search cutoff"):
        reached(costs_of([[100]]), 1_000_001)


def test_cumulative_opportunities_sum_what_is_in_reach(costs_of):
    costs = costs_of([[100, 500, 600], [None, None, 500], [None, None, None], [1, 1, 1]], unsnapped={3})
    total = cumulative_opportunities(costs, [1, 10, 100], 500_000)
    assert total[:3].tolist() == [11.0, 100.0, 0.0]
    assert np.isnan(total[3])


@pytest.mark.parametrize(
    ("opportunities", "message"),
    [
        ([1, np.nan], r"opportunities: 1 of 2 values are NaN, the first at position 1; leave out what is not known"),
        ([-1, 2], r"opportunities: 1 of 2 values are negative, the first at position 0"),
        ([np.inf, np.inf], r"opportunities: 2 of 2 values are infinite"),
        ([1, 2, 3], r"opportunities has shape \(3,\); give one amount each, shape \(2,\)"),
        ([[1, 2]], r"opportunities has shape \(1, 2\)"),
    ],
)
def test_amounts_that_are_none_are_refused(costs_of, opportunities, message):
    with pytest.raises(InvalidParameter, match=message):
        cumulative_opportunities(costs_of([[100, 200]]), opportunities, 500_000)
