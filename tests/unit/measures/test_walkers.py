from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.geography.network import Network
from jingan_analysis.geography.travel import travel_costs
from jingan_analysis.measures.walkers import Walker, mixed_probability, reach_probability


def street(**columns):
    """1,000 m of street in ten edges; the site stands at its east end."""
    lines = [shapely.LineString([(100 * k, 0), (100 * k + 100, 0)]) for k in range(10)]
    frame = gpd.GeoDataFrame(
        {
            "edge_id": [f"e{k}" for k in range(10)],
            "from_node": [f"n{k}" for k in range(10)],
            "to_node": [f"n{k + 1}" for k in range(10)],
            "length_m": 100.0,
            **columns,
        },
        geometry=lines,
        crs="EPSG:4549",
    )
    return Network.from_edges(frame)


def probability(walker, *x_m, minutes=10, network=None):
    homes = np.array([[x, 0.0] for x in x_m])
    return reach_probability(homes, np.array([[1000.0, 0.0]]), walker, network=network or street(), minutes=minutes)


def flags(*places):
    return [k in places for k in range(10)]


def test_half_of_the_walkers_are_at_least_as_fast_as_the_median():
    # 600 m in 10 minutes need 1 m/s.
    assert probability(Walker("any", 1.0, 0.2), 400.0) == pytest.approx([0.5])


def test_the_probability_is_the_share_of_drawn_walkers_who_arrive():
    rng = np.random.default_rng(7)
    speeds = 0.9 * np.exp(0.25 * rng.standard_normal(200_000))
    distances = np.array([300.0, 500.0, 700.0, 950.0])
    drawn = [(distance / speeds <= 600).mean() for distance in distances]
    assert probability(Walker("any", 0.9, 0.25), *(1000 - distances)) == pytest.approx(drawn, abs=0.005)


def test_without_a_spread_it_is_the_circle_with_a_hard_edge_and_the_limit_is_inside():
    assert probability(Walker("one", 1.0, 0.0), 400.0, 399.999, 401.0).tolist() == [1.0, 0.0, 1.0]


def test_who_cannot_take_stairs_reaches_nothing_beyond_them():
    network = street(stairs=flags(8))
    able, unable = Walker("able", 1.0, 0.2), Walker("unable", 1.0, 0.2, stairs_factor=None)
    assert probability(able, 700.0, network=network)[0] > 0.9
    # The homes beyond the stairs are on an island of their own now: reached by nobody, but known.
    assert probability(unable, 700.0, 950.0, network=network) == pytest.approx([0.0, 1.0], abs=1e-3)


def test_slow_stairs_cost_time():
    network = street(stairs=flags(8))
    quick, slow = (Walker("w", 1.0, 0.2, stairs_factor=factor) for factor in (1.0, 3.0))
    assert probability(slow, 400.0, network=network) < probability(quick, 400.0, network=network)
    # 600 m of which 100 m count three times: 800 m in 600 s.
    assert probability(slow, 400.0, network=network) == pytest.approx([float(slow.share_at_least(800 / 600))])


def test_a_wait_costs_everybody_the_same_seconds():
    network = street(wait_s=[60.0 if here else 0.0 for here in flags(8)])
    walker = Walker("any", 1.0, 0.2)
    # 600 m in 600 s less 60 s of waiting; 40 speeds are exact to 1/80.
    assert probability(walker, 400.0, network=network) == pytest.approx(
        [float(walker.share_at_least(600 / 540))], abs=1 / 80
    )


def test_rests_take_time_and_none_is_taken_at_the_door():
    resting = Walker("any", 1.0, 0.2, rest_every_m=200.0, rest_s=30.0)
    # 600 m have rests after 200 m and 400 m.
    assert probability(resting, 400.0) == pytest.approx([float(resting.share_at_least(600 / 540))])
    endless = Walker("any", 1.0, 0.2, rest_every_m=50.0, rest_s=120.0)
    assert probability(endless, 400.0).tolist() == [0.0]


def test_off_the_network_is_not_known_and_out_of_reach_is_zero():
    homes = np.array([[500.0, 900.0], [0.0, 0.0]])
    found = reach_probability(homes, np.array([[1000.0, 0.0]]), Walker("w", 1.0, 0.1), network=street(), minutes=2)
    assert np.isnan(found[0])
    assert found[1] == 0.0


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.floats(0, 990), min_size=1, max_size=5),
    st.floats(0.4, 2.0),
    st.just(0.0) | st.floats(0.01, 0.5),
    st.floats(1, 20),
)
def test_the_probability_is_the_naive_one_and_falls_with_distance(homes, median, spread, minutes):
    walker, network = Walker("w", median, spread, rest_every_m=300.0, rest_s=20.0), street()
    found = probability(walker, *homes, minutes=minutes, network=network)
    ids = np.array([f"h{k}" for k in range(len(homes))], dtype=object)
    costs = travel_costs(
        ids, np.array([[x, 0.0] for x in homes]), np.array(["s"], dtype=object), np.array([[1000.0, 0.0]]),
        network=network, cutoff_mm=2_000_000,
    )  # fmt: skip
    metres = costs.distance_mm / 1000
    naive = []
    for distance in metres:
        left = minutes * 60 - max(np.ceil(distance / 300) - 1, 0) * 20
        if spread == 0:
            naive.append(float(left > 0 and distance <= left * median))
        else:
            naive.append(float(walker.share_at_least(distance / left)) if left > 0 else 0.0)
    assert found[costs.origin] == pytest.approx(naive, abs=0.0011)
    order = np.argsort(metres)
    assert (np.diff(found[costs.origin][order]) <= 1e-12).all()


def test_a_place_with_two_kinds_of_walkers_has_their_mean():
    mixed = mixed_probability([[1.0, 0.5, np.nan, np.nan], [0.0, 0.5, 0.4, 0.4]], [[30, 1, 0, 1], [10, 1, 5, 1]])
    assert mixed[:3].tolist() == [0.75, 0.5, 0.4]
    assert np.isnan(mixed[3])
    assert np.isnan(mixed_probability([[0.5]], [[0]])[0])


@pytest.mark.parametrize(
    "wrong", [{"walk_speed_mps": 0}, {"speed_spread": -1}, {"stairs_factor": 0.5}, {"rest_every_m": 0}, {"rest_s": -1}]
)
def test_impossible_walkers_are_refused_by_name(wrong):
    with pytest.raises(InvalidParameter, match=f"walker 'w': {next(iter(wrong))}="):
        Walker(**{"key": "w", "walk_speed_mps": 1.0, "speed_spread": 0.2, **wrong})
