from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.geography.impedance import impedance
from jingan_analysis.geography.network import Network
from jingan_analysis.geography.severance import Links, candidate_crossings, closed_gates, opened_network, subdivided
from jingan_analysis.geography.travel import travel_costs

SEARCH = {"gap_m": 80.0, "detour_m": 600.0, "spacing_m": 150.0}


def network(edges, lines, **columns):
    """Edges from pairs of named places {name: (x, y)}."""
    frame = edges([(f"{a}{b}", a, b, [PLACES[a], PLACES[b]], None) for a, b in lines])
    return Network.from_edges(frame.assign(**columns))


PLACES = {
    "w": (0, 0), "W": (0, 60), "m": (450, 0), "M": (450, 60), "e": (900, 0), "E": (900, 60), "n": (900, 300), "s": (900, -200),
}  # fmt: skip
BANKS = [("w", "W"), ("w", "m"), ("m", "e"), ("W", "M"), ("M", "E"), ("E", "n"), ("e", "s")]


def test_creek_with_a_distant_bridge(edges):
    found = candidate_crossings(network(edges, BANKS), **SEARCH)
    walking = network(edges, BANKS)
    table = found.to_frame(walking)
    # m–M is 60 m apart too, and its walk of 960 m long enough; e–E spares more and does not make it needless:
    # from m over e–E it is 450 + 60 + 450 m.
    assert list(table["link_id"]) == ["crossing-E-e", "crossing-M-m"]
    assert list(table["length_m"]) == [60.0, 60.0]
    assert list(table["present_walk_m"]) == [1860.0, 960.0]
    assert not table["joins_separate_parts"].any()
    assert list(table["x_m"]) == [900.0, 450.0]


def test_limits_are_inclusive(edges):
    walking = network(edges, BANKS)
    exact = {"gap_m": 60.0, "detour_m": 1860.0, "spacing_m": 150.0}
    assert len(candidate_crossings(walking, **exact)) == 1
    assert len(candidate_crossings(walking, **{**exact, "gap_m": 59.999})) == 0
    assert len(candidate_crossings(walking, **{**exact, "detour_m": 1860.001})) == 0


def test_bridge_opened_in_the_input_leaves_no_candidate_there(edges):
    assert "crossing-E-e" not in candidate_crossings(network(edges, [*BANKS, ("e", "E")]), **SEARCH).link_id


def test_link_over_another_way_is_no_candidate(edges):
    """A fenced road runs between the banks: a bridge would have to cross it."""
    PLACES.update({"x": (200, 30), "y": (1200, 30), "z": (1200, 300)})
    between = network(edges, [*BANKS, ("x", "y"), ("y", "z"), ("z", "n")])
    assert "crossing-E-e" not in candidate_crossings(between, **SEARCH).link_id


def test_separate_parts_have_no_walk(edges):
    found = candidate_crossings(network(edges, BANKS[1:]), **SEARCH)
    assert found.separate.all() and np.isnan(found.walk_mm).all() and np.isinf(found.saved_mm).all()
    assert set(found.link_id) == {"crossing-E-e", "crossing-M-m", "crossing-W-w"}


def test_one_candidate_a_stretch(edges):
    """Nodes every 30 m along both banks: the outermost pair spares most, and stands for all within 150 m of it."""
    spots = {f"{bank}{k:02d}": (30 * k, 60 * bank) for k in range(31) for bank in (0, 1)}
    PLACES.update({str(name): place for name, place in spots.items()})
    lines = [(f"{bank}{k:02d}", f"{bank}{k + 1:02d}") for k in range(30) for bank in (0, 1)]
    walking = network(edges, [*lines, ("000", "100")])
    dense = candidate_crossings(walking, gap_m=60, detour_m=600, spacing_m=1)
    thin = candidate_crossings(walking, gap_m=60, detour_m=600, spacing_m=150)
    # 2 × 30 k + 60 m of walk against 60 m straight: from k = 9 on. Each candidate clears those within five nodes.
    assert len(dense) == 22
    assert list(thin.link_id) == [f"crossing-0{k:02d}-1{k:02d}" for k in (30, 24, 18, 12)]


def test_two_barriers_side_by_side_keep_a_candidate_each(edges):
    """Creek and railway 40 m apart with a strip between: a link over one does not replace the link over the other."""
    PLACES.update({"d": (0, -40), "D": (900, -40), "g": (0, -80), "G": (900, -80), "q": (-700, 0), "Q": (-700, -80)})
    lines = [("w", "e"), ("d", "D"), ("g", "G"), ("w", "q"), ("q", "Q"), ("Q", "g"), ("d", "g")]
    found = candidate_crossings(network(edges, lines), gap_m=45, detour_m=600, spacing_m=150)
    assert len(set(found.link_id) & {"crossing-D-e", "crossing-D-G", "crossing-G-D"}) == 2


def test_one_way_links_count_the_longer_walk(edges):
    """A link may be walked towards E only: whoever comes back has the whole detour."""
    frame = edges([(f"{a}{b}", a, b, [PLACES[a], PLACES[b]], None) for a, b in [*BANKS, ("e", "E")]])
    direction = ["both"] * len(BANKS) + ["forward"]
    walking = Network.from_edges(frame.assign(walk_direction=direction))
    gates = closed_gates(Network.from_edges(frame.assign(closed=[False] * 7 + [True])))
    assert gates.walk_mm[0] == 1_860_000
    middle = candidate_crossings(walking, **SEARCH)
    assert list(middle.link_id) == ["crossing-M-m"]
    # From m to M by the one-way link: 450 + 60 + 450 m; back by the bridge in the west as far.
    assert middle.walk_mm[0] == 960_000


def test_closed_gate_is_a_gate_and_not_a_crossing(edges):
    walking = network(edges, [*BANKS, ("e", "E")], closed=[False] * 7 + [True])
    assert "crossing-E-e" not in candidate_crossings(walking, **SEARCH).link_id
    gates = closed_gates(walking)
    assert list(gates.link_id) == ["eE"]
    assert (gates.kind[0], gates.length_mm[0], gates.walk_mm[0], gates.edge[0]) == ("gate", 60_000, 1_860_000, 7)


def test_gate_costs_what_its_walker_pays(edges):
    walking = network(edges, [*BANKS, ("e", "E")], closed=[False] * 7 + [True], wait_s=[0.0] * 7 + [30.0])
    opened = impedance(walking, walk_speed_mps=1.0, opened=walking.closed)
    assert closed_gates(walking, opened_cost=opened).forward_mm[0] == 90_000
    assert closed_gates(walking).backward_mm[0] == 60_000


def test_gates_must_be_closed_edges(edges):
    walking = network(edges, BANKS)
    assert len(closed_gates(walking)) == 0
    with pytest.raises(InvalidParameter, match="open already, 'wW' first"):
        closed_gates(walking, among=np.ones(7, dtype=bool))
    with pytest.raises(InvalidParameter, match="one mark for each edge"):
        closed_gates(walking, among=np.ones(3, dtype=bool))


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"gap_m": 0.0}, "gap_m=0.0 must be a positive"),
        ({"detour_m": np.nan}, "detour_m=nan"),
        ({"spacing_m": -1.0}, "spacing_m=-1.0"),
        ({"gap_m": 600.0}, "must be below detour_m"),
    ],
)
def test_distances_are_checked(edges, option, message):
    with pytest.raises(InvalidParameter, match=message):
        candidate_crossings(network(edges, BANKS), **{**SEARCH, **option})


# --- opened and subdivided networks -----------------------------------------------------------


def test_opened_network_joins_parts_and_keeps_the_rest(edges):
    walking = network(edges, [*BANKS[1:], ("e", "E")], closed=[False] * 6 + [True], wait_s=[5.0] + [0.0] * 6)
    crossing = candidate_crossings(walking, **SEARCH)
    both = opened_network(walking, Links.joined(closed_gates(walking), crossing))
    assert walking.node_component.max() == 1 and both.node_component.max() == 0
    assert not both.closed.any()
    assert list(both.edge_ids[:7]) == list(walking.edge_ids) and list(both.edge_ids[7:]) == list(crossing.link_id)
    assert list(both.wait_s[:7]) == list(walking.wait_s)
    assert (both.length_mm[:7] == walking.length_mm).all()
    assert walking.closed.sum() == 1


def test_subdivided_keeps_length_walks_and_rules(edges):
    frame = edges(
        [("a", "1", "2", [(0, 0), (55, 0), (55, 45)], 100.001), ("b", "2", "3", [(55, 45), (60, 45)], None)]
    ).assign(stairs=[True, False], wait_s=[9.0, 1.0], walk_direction=["forward", "both"], closed=[False, False])
    walking = Network.from_edges(frame)
    fine = subdivided(walking, 40.0)
    assert fine.length_mm.sum() == walking.length_mm.sum() == 105_001
    assert list(fine.length_mm[:3]) == [33_334, 33_333, 33_334]
    assert list(fine.edge_ids) == ["a 1", "a 2", "a 3", "b"]
    assert fine.wait_s == pytest.approx([3.0, 3.0, 3.0, 1.0])
    assert list(fine.stairs) == [True] * 3 + [False] and list(fine.walkable_backward) == [False] * 3 + [True]
    assert {"1", "2", "3"} <= set(fine.node_ids)
    door = np.array([[0.0, 3.0]]), np.array([[60.0, 40.0]])
    walk = [
        travel_costs(["h"], door[0], ["s"], door[1], network=n, cutoff_mm=10**6).distance_mm for n in (walking, fine)
    ]
    assert walk[0] == walk[1]


def test_subdivision_finds_a_crossing_between_long_streets(edges):
    """Two long streets without a node between their ends: the best place to cross is at no node."""
    walking = network(edges, [("w", "e"), ("W", "E"), ("w", "W")])
    assert "crossing-E-e" in candidate_crossings(walking, **SEARCH).link_id
    fine = subdivided(walking, 100.0)
    assert len(candidate_crossings(fine, **SEARCH)) > len(candidate_crossings(walking, **SEARCH))


# --- against a plain search -------------------------------------------------------------------


@st.composite
def grids(draw):
    """A grid of shifted nodes with some streets missing."""
    size, shift = draw(st.integers(3, 5)), st.integers(-20, 20)
    place = {(i, j): (100 * i + draw(shift), 100 * j + draw(shift)) for i in range(size) for j in range(size)}
    near = [(a, b) for a in place for b in place if a < b and abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1]
    kept = draw(st.lists(st.sampled_from(near), min_size=len(near) // 2, unique=True))
    return place, kept


@settings(deadline=None, max_examples=40, derandomize=True)
@given(grids())
def test_candidates_before_thinning_equal_a_plain_search(grid):
    """With a spacing of a millimetre nothing is thinned but links with one middle; those share no end and cross."""
    import geopandas as gpd

    place, kept = grid
    lines = {pair: shapely.LineString([place[pair[0]], place[pair[1]]]) for pair in kept}
    frame = gpd.GeoDataFrame(
        {
            "edge_id": [str(pair) for pair in kept],
            "from_node": [str(pair[0]) for pair in kept],
            "to_node": [str(pair[1]) for pair in kept],
            "length_m": [lines[pair].length for pair in kept],
        },
        geometry=list(lines.values()),
        crs="EPSG:4549",
    )
    walking = Network.from_edges(frame)
    found = candidate_crossings(walking, gap_m=150, detour_m=400, spacing_m=0.001)
    graph = nx.Graph()
    for pair in kept:
        graph.add_edge(*pair, weight=round(lines[pair].length * 1000))
    expected = {}
    for a in graph:
        reached = nx.single_source_dijkstra_path_length(graph, a)
        for b in graph:
            straight = shapely.LineString([place[a], place[b]])
            if not a < b or round(straight.length * 1000) > 150_000 or reached.get(b, np.inf) < 400_000:
                continue
            within = shapely.line_interpolate_point(straight, [0.5, straight.length - 0.5])
            inner = shapely.LineString(list(within))
            if not any(inner.intersects(line) for line in lines.values()):
                expected[f"crossing-{a}-{b}"] = reached.get(b, np.nan)
    assert dict(zip(found.link_id, found.walk_mm, strict=True)) == pytest.approx(expected, nan_ok=True)


def test_the_same_network_gives_the_same_candidates_in_any_order_of_edges(edges):
    frame = edges([(f"{a}{b}", a, b, [PLACES[a], PLACES[b]], None) for a, b in BANKS])
    one, other = (candidate_crossings(Network.from_edges(table), **SEARCH) for table in (frame, frame.iloc[::-1]))
    assert list(one.link_id) == list(other.link_id)
