from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.geography import travel
from jingan_analysis.geography.travel import travel_costs


def walks(network, homes, facilities, *, cutoff_m=10_000, **options):
    """Walks as {(origin, destination): millimetres}, after a look at their order."""
    costs = travel_costs(
        np.array(list(homes), dtype=object),
        np.array(list(homes.values()), dtype=float).reshape(-1, 2),
        np.array(list(facilities), dtype=object),
        np.array(list(facilities.values()), dtype=float).reshape(-1, 2),
        network=network,
        cutoff_mm=round(cutoff_m * 1000),
        **options,
    )
    triples = list(zip(costs.origin.tolist(), costs.distance_mm.tolist(), costs.destination.tolist(), strict=True))
    assert triples == sorted(triples)
    assert costs.origin.dtype == costs.destination.dtype == costs.distance_mm.dtype == np.int64
    return {
        (costs.origin_ids[origin], costs.destination_ids[destination]): distance
        for origin, distance, destination in triples
    }


STREET = ("street", "a", "b", [(0, 0), (1000, 0)])


# --- on a network -------------------------------------------------------------------------------


def test_both_off_network_legs_count(build):
    assert walks(build(STREET), {"home": (100, 30)}, {"site": (600, -20)}) == {
        ("home", "site"): 30_000 + 500_000 + 20_000
    }


def test_a_home_on_the_facilitys_own_edge_walks_straight_along_it(build):
    network = build(STREET, ("side", "b", "c", [(1000, 0), (1000, 500)]))
    assert walks(network, {"home": (400, 0)}, {"site": (700, 0)}) == {("home", "site"): 300_000}


def test_the_way_round_by_the_ends_wins_where_it_is_shorter_than_the_edge_itself(build):
    # The edge is a 900 m bow; a bridge joins its ends by 100 m.
    network = build(
        ("bow", "a", "b", [(0, 0), (0, 400), (100, 400), (100, 0)]), ("bridge", "a", "b", [(0, 0), (100, 0)])
    )
    homes, sites = {"home": (0, 10)}, {"site": (100, 10)}
    assert walks(network, homes, sites, snap_cap_m=1) == {("home", "site"): 10_000 + 100_000 + 10_000}


def test_nearest_edge_gives_a_shorter_walk_than_nearest_node(build):
    # Mid-block neighbours: by way of the nearest nodes they would be 0 m or 1000 m apart, in truth 200 m.
    assert walks(build(STREET), {"home": (450, 0)}, {"site": (650, 0)}) == {("home", "site"): 200_000}


def test_exactly_800_metres_is_within_800_metres_however_it_adds_up(build):
    # Ten pieces of 80 m, in floats not 800.0 in every order of adding up.
    pieces = [(f"e{k}", f"n{k}", f"n{k + 1}", [(80.1 * k, 0), (80.1 * (k + 1), 0)]) for k in range(10)]
    homes, sites = {"home": (0, 0)}, {"site": (801, 0)}
    assert walks(build(*pieces), homes, sites, cutoff_m=801) == {("home", "site"): 801_000}
    assert walks(build(*pieces), homes, sites, cutoff_m=800.999) == {}


def test_of_parallel_edges_the_shorter_is_walked(build):
    network = build(
        ("long", "a", "b", [(0, 0), (50, 100), (100, 0)]),
        ("short", "b", "a", [(100, 0), (0, 0)]),
        ("in", "x", "a", [(-50, 0), (0, 0)]),
        ("out", "b", "y", [(100, 0), (150, 0)]),
    )
    assert walks(network, {"home": (-50, 0)}, {"site": (150, 0)}) == {("home", "site"): 200_000}


def test_a_place_on_the_longer_of_parallel_edges_is_joined_to_that_one(build):
    network = build(
        ("long", "a", "b", [(0, 0), (0, 100), (100, 100), (100, 0)]), ("short", "a", "b", [(0, 0), (100, 0)])
    )
    assert walks(network, {"home": (50, 100)}, {"site": (50, 0)}) == {("home", "site"): 150_000 + 50_000}


def test_a_compound_with_one_gate_is_left_by_the_gate(build):
    # The site is 20 m behind the wall; the only gate is at the far end of the yard.
    network = build(
        ("yard", "g", "h", [(0, 20), (300, 20)]),
        ("gate", "a", "g", [(0, 0), (0, 20)]),
        ("street", "a", "b", [(0, 0), (1000, 0)]),
    )
    assert walks(network, {"home": (300, 20)}, {"site": (300, 0)}) == {("home", "site"): 300_000 + 20_000 + 300_000}


def test_who_lives_on_an_island_reaches_nobody_and_no_number_stands_for_it(build):
    network = build(STREET, ("yard", "p", "q", [(0, 900), (200, 900)]))
    options = {"snap_cap_m": 50, "main_component_only": False}
    assert walks(network, {"home": (100, 900), "near": (0, 0)}, {"site": (500, 0)}, **options) == {
        ("near", "site"): 500_000
    }


def test_who_is_beyond_the_cap_is_absent_and_said_to_be_so(build):
    costs = travel_costs(
        np.array(["far", "near"], dtype=object), np.array([[0.0, 300.0], [0.0, 200.0]]),
        np.array(["site", "remote"], dtype=object), np.array([[10.0, 0.0], [10.0, 201.0]]),
        network=build(STREET), cutoff_mm=1_000_000, snap_cap_m=200,
    )  # fmt: skip
    assert costs.origin_snapped.tolist() == [False, True]
    assert costs.destination_snapped.tolist() == [True, False]
    assert (costs.origin.tolist(), costs.destination.tolist(), costs.distance_mm.tolist()) == ([1], [0], [210_000])
    assert costs.method == "walking_network"
    assert costs.detour_factor == 1.0
    assert not costs.modelled


def test_the_same_place_is_0_away_and_its_neighbour_walks_by_the_street(build):
    found = walks(build(STREET), {"on": (5, 0), "same": (50, 40), "next": (51, 40)}, {"on": (5, 0), "same": (50, 40)})
    assert found[("on", "on")] == 0
    assert found[("same", "same")] == 0
    assert found[("next", "same")] == 40_000 + 1_000 + 40_000


def test_the_same_place_beyond_the_cap_stays_absent(build):
    assert walks(build(STREET), {"home": (0, 500)}, {"site": (0, 500)}) == {}


def test_places_at_a_facilitys_node_and_facilities_at_one_point_are_all_found(build):
    network = build(STREET, ("side", "b", "c", [(1000, 0), (1000, 500)]))
    found = walks(network, {"home": (1000, 0)}, {"one": (1000, 0), "two": (1000, 0), "end": (1000, 500)})
    assert found == {("home", "one"): 0, ("home", "two"): 0, ("home", "end"): 500_000}


def test_a_facility_is_no_bridge(build):
    # Joined to both ends of its edge, a facility must not become a way through for other walks.
    network = build(("bow", "a", "b", [(0, 0), (0, 100), (100, 100), (100, 0)]), ("in", "x", "a", [(0, -50), (0, 0)]),
                    ("out", "b", "y", [(100, 0), (100, -50)]))  # fmt: skip
    found = walks(network, {"home": (0, -50)}, {"shop": (50, 40), "site": (100, -50)})
    assert found[("home", "site")] == 50_000 + 300_000 + 50_000


def test_no_homes_or_no_facilities_give_no_walks(build):
    for network in (build(STREET), None):
        assert walks(network, {}, {"site": (0, 0)}) == {}
        assert walks(network, {"home": (0, 0)}, {}) == {}


def grid(side, step=100.0):
    name = "n{}_{}".format
    rows = []
    for i in range(side):
        for j in range(side):
            if i + 1 < side:
                rows.append(
                    (f"h{i}_{j}", name(i, j), name(i + 1, j), [(i * step, j * step), ((i + 1) * step, j * step)])
                )
            if j + 1 < side:
                rows.append(
                    (f"v{i}_{j}", name(i, j), name(i, j + 1), [(i * step, j * step), (i * step, (j + 1) * step)])
                )
    return rows


def places(count, seed):
    """Places spread over a 500 m square without chance: two irrational steps."""
    steps = np.arange(1, count + 1)
    return {
        f"{seed}{k}": (500 * ((x * math.sqrt(2)) % 1), 500 * ((x * math.sqrt(3)) % 1))
        for k, x in enumerate((steps + len(seed) * 0.37).tolist())
    }


def test_how_many_facilities_are_searched_at_once_changes_nothing(build, monkeypatch):
    network, homes, sites = build(*grid(6)), places(40, "h"), places(13, "ss")
    at_once = walks(network, homes, sites, cutoff_m=400)
    monkeypatch.setattr(travel, "_PAIRS_AT_ONCE", 1)
    monkeypatch.setattr(travel, "_ONE_THREAD_NODES", 0)
    assert walks(network, homes, sites, cutoff_m=400) == at_once
    assert len(at_once) > 100


def test_there_and_back_are_equally_far(build):
    network, homes, sites = build(*grid(6)), places(25, "h"), places(10, "ss")
    there = walks(network, homes, sites, cutoff_m=600)
    back = walks(network, sites, homes, cutoff_m=600)
    assert there == {(home, site): distance for (site, home), distance in back.items()}


def test_the_order_of_places_and_edges_changes_nothing(build):
    rows, homes, sites = grid(6), places(25, "h"), places(10, "ss")
    forward = walks(build(*rows), homes, sites, cutoff_m=600)
    backward = walks(build(*rows[::-1]), dict(reversed(homes.items())), dict(reversed(sites.items())), cutoff_m=600)
    assert forward == backward


def test_a_larger_cutoff_only_adds_pairs_and_within_cuts_as_a_search_does(build):
    network, homes, sites = build(*grid(6)), places(25, "h"), places(10, "ss")
    far = walks(network, homes, sites, cutoff_m=700)
    near = walks(network, homes, sites, cutoff_m=350)
    assert near == {pair: distance for pair, distance in far.items() if distance <= 350_000}
    assert 0 < len(near) < len(far)


def test_a_new_street_never_makes_a_walk_longer(build):
    # Places stand on the grid's own streets, so that a new street moves nobody's joining point.
    rows, homes, sites = (
        grid(6),
        {f"h{k}": (50.0 * k, 100.0) for k in range(10)},
        {f"s{k}": (300.0, 50.0 * k) for k in range(9)},
    )
    before = walks(build(*rows), homes, sites)
    after = walks(build(*rows, ("short_cut", "n0_0", "n5_5", [(0, 0), (500, 500)], 708.0)), homes, sites)
    assert before.keys() == after.keys()
    assert all(after[pair] <= before[pair] for pair in before)


# --- without a network --------------------------------------------------------------------------


def test_without_a_network_a_walk_is_the_straight_line_times_the_detour_and_modelled():
    costs = travel_costs(
        np.array(["home"], dtype=object), np.array([[0.0, 0.0]]),
        np.array(["site", "same", "far"], dtype=object), np.array([[30.0, 40.0], [0.0, 0.0], [5000.0, 0.0]]),
        network=None, cutoff_mm=1_000_000, detour_factor=1.3,
    )  # fmt: skip
    assert costs.destination.tolist() == [1, 0]
    assert costs.distance_mm.tolist() == [0, 65_000]
    assert costs.method == "straight_line"
    assert costs.modelled
    assert costs.detour_factor == 1.3
    assert costs.origin_snapped.all()
    assert costs.destination_snapped.all()


def test_the_straight_line_cutoff_is_inclusive():
    # 615.384615 m x 1.3 = 800.0000 m to the millimetre.
    homes, sites = {"home": (0.0, 0.0)}, {"at": (800 / 1.3, 0.0), "beyond": (800.001 / 1.3, 0.0)}
    assert walks(None, homes, sites, cutoff_m=800) == {("home", "at"): 800_000}


coordinate = st.integers(-2000, 2000)
spots = st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=8)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(homes=spots, sites=spots, cutoff_m=st.integers(1, 3000), detour=st.sampled_from([1.0, 1.2, 1.3, 1.4]))
def test_straight_lines_agree_with_plain_loops(homes, sites, cutoff_m, detour):
    homes = {f"h{k}": place for k, place in enumerate(homes)}
    sites = {f"s{k}": place for k, place in enumerate(sites)}
    naive = {}
    for home, a in homes.items():
        for site, b in sites.items():
            distance = round(math.hypot(a[0] - b[0], a[1] - b[1]) * detour * 1000)
            if distance <= cutoff_m * 1000:
                naive[home, site] = distance
    assert walks(None, homes, sites, cutoff_m=cutoff_m, detour_factor=detour) == naive


# --- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"origin_ids": ["a", "a"]}, "origin_ids repeats 1 ids, 'a' first"),
        ({"destination_ids": ["x"]}, "destination_ids has 1 entries and destination_xy has 2"),
        (
            {"origin_xy": [[0, 0], [math.nan, 0]]},
            r"origin_xy has 1 places without finite coordinates \(first at row 1\)",
        ),
        ({"cutoff_mm": 0}, "cutoff_mm=0"),
        ({"detour_factor": 0.9}, "detour_factor=0.9"),
        ({"detour_factor": math.nan}, "detour_factor=nan"),
    ],
)
def test_bad_input_is_refused_with_its_name_and_value(change, message):
    given = {
        "origin_ids": ["a", "b"], "origin_xy": [[0, 0], [1, 1]], "destination_ids": ["x", "y"],
        "destination_xy": [[0, 0], [1, 1]], "network": None, "cutoff_mm": 1000,
    } | change  # fmt: skip
    for name in ("origin_ids", "destination_ids"):
        given[name] = np.array(given[name], dtype=object)
    for name in ("origin_xy", "destination_xy"):
        given[name] = np.array(given[name], dtype=float)
    with pytest.raises(InvalidParameter, match=message):
        travel_costs(**given)


def test_the_callers_ids_are_not_shared(build):
    ids = np.array(["home"], dtype=object)
    costs = travel_costs(ids, np.zeros((1, 2)), ids, np.zeros((1, 2)), network=build(STREET), cutoff_mm=1)
    ids[0] = "changed"
    assert costs.origin_ids.tolist() == ["home"]
