"""Walks on a network against a plain computation with networkx on a graph cut at every joining point."""

from __future__ import annotations

import math
from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.geography.network import Network
from jingan_analysis.geography.snapping import snap
from jingan_analysis.geography.travel import travel_costs

spot = st.tuples(st.integers(0, 300), st.integers(0, 300))
place = st.tuples(st.integers(-80, 380), st.integers(-80, 380))


@st.composite
def networks(draw):
    """Few nodes, so that parallel edges, loops, islands and ties are common."""
    nodes = draw(st.lists(spot, min_size=2, max_size=6, unique=True))
    rows = []
    for number in range(draw(st.integers(1, 9))):
        first, last = draw(st.integers(0, len(nodes) - 1)), draw(st.integers(0, len(nodes) - 1))
        (x, y), end = nodes[first], nodes[last]
        bends = [(x + 37, y), (x, y + 41)] if first == last else draw(st.lists(spot, max_size=1))
        line = shapely.LineString([(x, y), *bends, end])
        detour_m = draw(st.sampled_from([0, 0, 0, 12.5, 100]))
        rows.append((f"e{number}", f"n{first}", f"n{last}", math.ceil(line.length * 1000) / 1000 + detour_m, line))
    names = ("edge_id", "from_node", "to_node", "length_m")
    columns = {name: [row[position] for row in rows] for position, name in enumerate(names)}
    return gpd.GeoDataFrame(columns, geometry=[row[4] for row in rows], crs="EPSG:4549")


def cut_graph(frame, joined):
    """A graph in which every joining point is a node, and every place hangs on its own."""
    on_edge = {number: [] for number in range(len(frame))}
    graph = nx.Graph()

    def walk(a, b, length):
        if a != b and (not graph.has_edge(a, b) or graph[a][b]["mm"] > length):
            graph.add_edge(a, b, mm=length)

    for side, found in joined.items():
        for row in np.flatnonzero(found.snapped).tolist():
            on_edge[int(found.edge[row])].append((int(found.along_mm[row]), f"{side}{row} joins"))
            walk(f"{side}{row}", f"{side}{row} joins", int(found.off_network_mm[row]))
    for number, (start, end, length_m) in enumerate(
        frame[["from_node", "to_node", "length_m"]].itertuples(index=False)
    ):
        for (a_mm, a), (b_mm, b) in pairwise([(0, start), *sorted(on_edge[number]), (round(length_m * 1000), end)]):
            walk(a, b, b_mm - a_mm)
    return graph


def walks_by_networkx(frame, homes, sites, *, cutoff_mm, cap_m, main_only):
    """All walks within the cutoff, one search a site."""
    network = Network.from_edges(frame)
    joined = {
        side: snap(network, np.array(places, dtype=float), cap_m=cap_m, main_component_only=main_only)
        for side, places in (("home", homes), ("site", sites))
    }
    graph = cut_graph(frame, joined)
    found = {}
    for site in np.flatnonzero(joined["site"].snapped).tolist():
        lengths = nx.single_source_dijkstra_path_length(graph, f"site{site}", weight="mm")
        for home in range(len(homes)):
            distance = lengths.get(f"home{home}")
            if distance is not None and homes[home] == sites[site]:
                distance = 0
            if distance is not None and distance <= cutoff_mm:
                found[home, site] = distance
    return found


def walks(frame, homes, sites, *, cutoff_mm, cap_m, main_only):
    costs = travel_costs(
        np.array([f"h{row}" for row in range(len(homes))], dtype=object), np.array(homes, dtype=float),
        np.array([f"s{row}" for row in range(len(sites))], dtype=object), np.array(sites, dtype=float),
        network=Network.from_edges(frame), cutoff_mm=cutoff_mm, snap_cap_m=cap_m, main_component_only=main_only,
    )  # fmt: skip
    pairs = zip(costs.origin.tolist(), costs.destination.tolist(), strict=True)
    return dict(zip(pairs, costs.distance_mm.tolist(), strict=True))


@settings(deadline=None, max_examples=150, derandomize=True)
@given(
    frame=networks(),
    homes=st.lists(place, min_size=1, max_size=6),
    sites=st.lists(place, min_size=1, max_size=4),
    cutoff_mm=st.sampled_from([1, 100_000, 300_000, 800_000]),
    cap_m=st.sampled_from([0, 60, 500]),
    main_only=st.booleans(),
)
def test_every_walk_agrees_to_the_millimetre(frame, homes, sites, cutoff_mm, cap_m, main_only):
    options = {"cutoff_mm": cutoff_mm, "cap_m": cap_m, "main_only": main_only}
    assert walks(frame, homes, sites, **options) == walks_by_networkx(frame, homes, sites, **options)


@settings(deadline=None, max_examples=40, derandomize=True)
@given(frame=networks(), homes=st.lists(place, min_size=1, max_size=5), sites=st.lists(place, min_size=1, max_size=4))
def test_a_walk_is_as_long_there_as_back(frame, homes, sites):
    options = {"cutoff_mm": 2_000_000, "cap_m": 500, "main_only": True}
    back = walks(frame, sites, homes, **options)
    assert walks(frame, homes, sites, **options) == {(home, site): mm for (site, home), mm in back.items()}


@pytest.mark.slow
def test_a_city_grid_agrees_to_the_millimetre():
    rows = []
    for i in range(20):
        for j in range(20):
            for step_i, step_j in ((1, 0), (0, 1)):
                if (i * 7 + j * 3 + step_i) % 11 and i + step_i < 20 and j + step_j < 20:  # some streets are missing
                    start, end = (83 * i, 97 * j), (83 * (i + step_i), 97 * (j + step_j))
                    rows.append(
                        (
                            f"e{i}-{j}-{step_i}",
                            f"{i}-{j}",
                            f"{i + step_i}-{j + step_j}",
                            shapely.LineString([start, end]),
                        )
                    )
    frame = gpd.GeoDataFrame(
        {
            "edge_id": [row[0] for row in rows],
            "from_node": [row[1] for row in rows],
            "to_node": [row[2] for row in rows],
            "length_m": [row[3].length for row in rows],
        },
        geometry=[row[3] for row in rows],
        crs="EPSG:4549",
    )
    # Places without chance and without ties: multiples of irrational numbers, folded into the square.
    homes = [(1600 * ((k * math.sqrt(2)) % 1), 1800 * ((k * math.sqrt(3)) % 1)) for k in range(1, 200)]
    sites = [(1600 * ((k * math.sqrt(5)) % 1), 1800 * ((k * math.sqrt(7)) % 1)) for k in range(1, 30)]
    options = {"cutoff_mm": 800_000, "cap_m": 200, "main_only": True}
    found = walks(frame, homes, sites, **options)
    assert found == walks_by_networkx(frame, homes, sites, **options)
    assert len(found) > 500
