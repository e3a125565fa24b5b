from __future__ import annotations

import numpy as np
import pytest

from jingan_analysis.geography.travel_costs import TravelCosts, reach_mm


def costs():
    return TravelCosts(
        origin_ids=np.array(["a", "b", "alone"], dtype=object),
        destination_ids=np.array(["x", "y"], dtype=object),
        origin=np.array([0, 0, 1]),
        destination=np.array([0, 1, 1]),
        distance_mm=np.array([300_000, 800_000, 800_001]),
        cutoff_mm=1_000_000,
        method="walking_network",
        origin_snapped=np.array([True, True, False]),
        destination_snapped=np.array([True, True]),
    )


@pytest.mark.parametrize(
    ("speed", "minutes", "reach"),
    [
        (0.8, 15, 720_000),
        (1.0, 10, 600_000),
        (1.3, 5, 390_000),
        (1.1, 15, 990_000),
        (0.7, 15, 630_000),
        (1 / 3, 1, 20_000),
    ],
)
def test_reach_is_speed_times_time_in_whole_millimetres(speed, minutes, reach):
    assert reach_mm(speed, minutes) == reach


def test_reach_rounds_down_because_a_part_of_a_millimetre_is_not_reached():
    assert reach_mm(0.999999, 1) == 59_999


def test_the_limit_itself_is_within_the_limit():
    near = costs().within(800_000)
    assert near.distance_mm.tolist() == [300_000, 800_000]
    assert near.cutoff_mm == 800_000
    assert near.origin_ids.tolist() == ["a", "b", "alone"]
    assert (near.n_origins, near.n_destinations) == (3, 2)


def test_beyond_the_cutoff_nothing_was_searched():
    with pytest.raises(ValueError, match=r"limit_mm=1000001 is beyond the search cutoff of 1000000 mm"):
        costs().within(1_000_001)


def test_leaving_destinations_out_keeps_their_ids_and_the_cutoff():
    kept = costs().to_destinations(np.array([False, True]))
    assert kept.destination.tolist() == [1, 1]
    assert kept.distance_mm.tolist() == [800_000, 800_001]
    assert kept.destination_ids.tolist() == ["x", "y"]
    assert kept.cutoff_mm == 1_000_000
    assert kept.origin_snapped.tolist() == [True, True, False]


def test_minutes_are_distance_over_speed():
    assert costs().minutes(1.0).tolist() == pytest.approx([5.0, 800 / 60, 800.001 / 60])
    assert costs().minutes(0.5)[0] == pytest.approx(10.0)
