"""One-way links, stairs, waits and closed gates: every search against networkx on a graph with all edges split."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.geography.impedance import impedance
from jingan_analysis.geography.isochrones import isochrones
from jingan_analysis.geography.nearest import k_nearest, nearest_facility
from jingan_analysis.geography.network import Network
from jingan_analysis.geography.routes import walk_route
from jingan_analysis.geography.travel import travel_costs

CAP_M = 60.0
ROUNDING_MM = 6
"""Each part of a split edge is rounded to a millimetre; six parts a walk at most differ."""


@st.composite
def cases(draw):
    """A small street network with every kind of edge, homes, sites, and one walker."""
    side = draw(st.integers(2, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    nodes = {(i, j): np.array([i, j]) * 100.0 + rng.uniform(-20, 20, 2) for i in range(side) for j in range(side)}
    pairs = [(a, b) for a in nodes for b in nodes if sum(np.abs(np.subtract(a, b))) == 1 and a < b]
    pairs = [pair for pair in pairs if rng.random() < 0.85] or pairs[:1]
    pairs += [pairs[k] for k in rng.integers(0, len(pairs), 2)]  # parallel edges
    rows = []
    for number, (a, b) in enumerate(pairs):
        bend = (nodes[a] + nodes[b]) / 2 + rng.uniform(-25, 25, 2)
        line = shapely.LineString([nodes[a], bend, nodes[b]])
        rows.append(
            {
                "edge_id": f"e{number}",
                "from_node": str(a),
                "to_node": str(b),
                "length_m": round(line.length * rng.uniform(1, 1.3), 3),
                "walk_direction": rng.choice(["both", "both", "forward", "backward"]),
                "stairs": bool(rng.random() < 0.2),
                "wait_s": float(rng.choice([0, 0, 0, 25])),
                "closed": bool(rng.random() < 0.15),
                "geometry": line,
            }
        )
    if all(row["closed"] or row["stairs"] for row in rows):
        rows[0]["closed"] = rows[0]["stairs"] = False
    places = rng.uniform(-30, side * 100 - 70, (draw(st.integers(1, 12)), 2))
    sites = rng.uniform(-30, side * 100 - 70, (draw(st.integers(1, 6)), 2))
    walker = draw(
        st.sampled_from(
            [{}, {"walk_speed_mps": 0.8}, {"stairs_factor": 2.5}, {"walk_speed_mps": 1.3, "stairs_factor": None}]
        )
    )
    return gpd.GeoDataFrame(rows, crs="EPSG:4549"), places, sites, walker


def cost_of(row, walker):
    """Cost of an edge in millimetres, or None."""
    if row["closed"] or (row["stairs"] and walker.get("stairs_factor", 1.0) is None):
        return None
    cost = round(row["length_m"] * 1000) * (walker.get("stairs_factor", 1.0) if row["stairs"] else 1.0)
    return cost + row["wait_s"] * walker.get("walk_speed_mps", 0.0) * 1000.0


def split_graph(frame, walker, named):
    """All walks as a directed graph in which every place splits its nearest edge."""
    rows = frame.to_dict("records")
    costs = [cost_of(row, walker) for row in rows]
    on_edge, graph = {}, nx.DiGraph()
    for name, place in named.items():
        point = shapely.Point(place)
        off, edge = min((row["geometry"].distance(point), k) for k, row in enumerate(rows) if costs[k] is not None)
        if round(off * 1000) <= CAP_M * 1000:
            share = rows[edge]["geometry"].project(point, normalized=True)
            on_edge.setdefault(edge, []).append((share, name, round(off * 1000)))

    def arc(a, b, cost):
        if cost < graph.get_edge_data(a, b, {"mm": np.inf})["mm"]:
            graph.add_edge(a, b, mm=cost)

    for edge, row in enumerate(rows):
        if costs[edge] is None:
            continue
        stops = [
            (0.0, row["from_node"]),
            *sorted((share, f"street-{name}") for share, name, _ in on_edge.get(edge, [])),
            (1.0, row["to_node"]),
        ]
        for (one, a), (other, b) in pairwise(stops):
            part = (other - one) * costs[edge]
            if row["walk_direction"] != "backward" or part == 0:
                arc(a, b, part)
            if row["walk_direction"] != "forward" or part == 0:
                arc(b, a, part)
        for _, name, off in on_edge.get(edge, []):
            graph.add_edge(f"door-{name}", f"street-{name}", mm=off)
            graph.add_edge(f"street-{name}", f"door-{name}", mm=off)
    return graph


def naive_walks(case, cutoff_mm):
    frame, homes, sites, walker = case
    named = {f"h{k}": place for k, place in enumerate(homes)} | {f"s{k}": place for k, place in enumerate(sites)}
    graph = split_graph(frame, walker, named)
    walks = {}
    for k in range(len(homes)):
        if f"door-h{k}" in graph:
            reached = nx.single_source_dijkstra_path_length(graph, f"door-h{k}", cutoff=cutoff_mm, weight="mm")
            walks |= {(k, j): reached[f"door-s{j}"] for j in range(len(sites)) if f"door-s{j}" in reached}
    return walks


def ids(letter, places):
    return np.array([f"{letter}{k}" for k in range(len(places))], dtype=object)


def searched(case, cutoff_mm, search=travel_costs, **options):
    frame, homes, sites, walker = case
    network = Network.from_edges(frame)
    return search(
        ids("h", homes), homes, ids("s", sites), sites, network=network, cutoff_mm=cutoff_mm, snap_cap_m=CAP_M,
        main_component_only=False, cost=impedance(network, **walker), **options,
    )  # fmt: skip


def as_walks(costs):
    return dict(
        zip(
            zip(costs.origin.tolist(), costs.destination.tolist(), strict=True), costs.distance_mm.tolist(), strict=True
        )
    )


@settings(max_examples=150, deadline=None, derandomize=True)
@given(cases(), st.sampled_from([150_000, 400_000, 5_000_000]))
def test_all_walks_are_those_of_networkx(case, cutoff_mm):
    naive, ours = naive_walks(case, cutoff_mm + ROUNDING_MM), as_walks(searched(case, cutoff_mm))
    assert set(ours) <= set(naive)
    assert all(naive[pair] > cutoff_mm - ROUNDING_MM for pair in set(naive) - set(ours))
    assert all(abs(ours[pair] - naive[pair]) <= ROUNDING_MM for pair in ours)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(cases(), st.sampled_from([150_000, 5_000_000]))
def test_the_sweep_finds_the_first_pair_of_each_home(case, cutoff_mm):
    frame, homes, sites, walker = case
    costs, network = searched(case, cutoff_mm), Network.from_edges(frame)
    found = nearest_facility(
        homes, sites, network=network, cutoff_mm=cutoff_mm, snap_cap_m=CAP_M, main_component_only=False,
        cost=impedance(network, **walker),
    )  # fmt: skip
    first = {home: (site, mm) for (home, site), mm in reversed(as_walks(costs).items())}
    for home in range(len(homes)):
        if home in first:
            assert (found.destination[home], found.distance_mm[home]) == first[home]
        else:
            assert found.destination[home] == -1
            assert np.isnan(found.distance_mm[home])


@settings(max_examples=100, deadline=None, derandomize=True)
@given(cases(), st.integers(1, 4), st.sampled_from([150_000, 5_000_000]))
def test_the_k_nearest_are_the_first_k_pairs(case, k, cutoff_mm):
    costs = searched(case, cutoff_mm)
    few, walks = searched(case, cutoff_mm, k_nearest, k=k), as_walks(costs)
    expected = [
        (home, site, mm)
        for home in range(costs.n_origins)
        for site, mm in [(s, mm) for (h, s), mm in walks.items() if h == home][:k]
    ]
    assert list(zip(few.origin.tolist(), few.destination.tolist(), few.distance_mm.tolist(), strict=True)) == expected


@settings(max_examples=100, deadline=None, derandomize=True)
@given(cases())
def test_a_route_is_as_long_as_its_walk_and_breaks_no_rule(case):
    frame, homes, sites, walker = case
    network = Network.from_edges(frame)
    walks = as_walks(searched(case, 5_000_000))
    rows = frame.set_index("edge_id")
    for home in range(len(homes)):
        route = walk_route(
            tuple(homes[home]), tuple(sites[0]), network=network, cutoff_mm=5_000_000, snap_cap_m=CAP_M,
            main_component_only=False, cost=impedance(network, **walker),
        )  # fmt: skip
        if (home, 0) not in walks:
            assert route is None
            continue
        assert route.distance_mm == walks[home, 0]
        assert all(cost_of(rows.loc[edge], walker) is not None for edge in route.edge_ids)
        assert np.allclose(route.geometry.coords[0], homes[home])
        assert np.allclose(route.geometry.coords[-1], sites[0])
        assert route.length_m * 1000 <= route.distance_mm + ROUNDING_MM


@settings(max_examples=40, deadline=None, derandomize=True)
@given(cases(), st.sampled_from([80_000, 200_000]))
def test_the_isochrone_holds_exactly_the_streets_within_the_limit(case, limit_mm):
    frame, _, sites, walker = case
    network = Network.from_edges(frame)
    cost = impedance(network, **walker)
    ground = isochrones(sites, [limit_mm], network=network, crs="EPSG:4549", beside_m=0.5, snap_cap_m=CAP_M, cost=cost)
    shares = [0.05, 0.35, 0.65, 0.95]
    on_street = np.array(
        [
            line.interpolate(share, normalized=True).coords[0]
            for line in network.geometry[cost.usable]
            for share in shares
        ]
    )
    found = nearest_facility(on_street, sites, network=network, cutoff_mm=limit_mm + 3_000, snap_cap_m=CAP_M, cost=cost)
    inside = shapely.contains_xy(ground.geometry.iloc[0], on_street)
    main = network.edge_component[cost.usable].repeat(len(shares)) == 0
    near_limit = np.abs(np.nan_to_num(found.distance_mm, nan=np.inf) - limit_mm) <= 3_000
    reached = found.distance_mm <= limit_mm
    assert inside[reached & main & ~near_limit].all()
    # A street that runs within half a metre of a reached one may be covered by its ground.
    lines = shapely.multilinestrings(network.geometry[cost.usable])
    assert not (
        inside & ~reached & main & ~near_limit & (shapely.distance(lines, shapely.points(on_street)) > 0.5)
    ).any()


def test_a_one_way_link_is_walked_one_way_only():
    frame = gpd.GeoDataFrame(
        {"edge_id": ["e"], "from_node": ["a"], "to_node": ["b"], "length_m": [100.0], "walk_direction": ["forward"]},
        geometry=[shapely.LineString([(0, 0), (100, 0)])], crs="EPSG:4549",
    )  # fmt: skip
    case = frame, np.array([[10.0, 0.0], [90.0, 0.0]]), np.array([[50.0, 0.0]]), {}
    assert as_walks(searched(case, 1_000_000)) == {(0, 0): 40_000}


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [("walk_direction", "up", "walk_direction"), ("wait_s", -1.0, "wait_s"), ("closed", True, "all edges are closed")],
)
def test_strange_rules_are_refused_by_name(column, value, message):
    frame = gpd.GeoDataFrame(
        {"edge_id": ["e"], "from_node": ["a"], "to_node": ["b"], "length_m": [100.0], column: [value]},
        geometry=[shapely.LineString([(0, 0), (100, 0)])], crs="EPSG:4549",
    )  # fmt: skip
    with pytest.raises(ValueError, match=message):
        Network.from_edges(frame)
