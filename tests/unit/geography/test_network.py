from __future__ import annotations

import numpy as np
import pytest
import shapely

from jingan_analysis.errors import InvalidNetwork
from jingan_analysis.geography.network import Network
from jingan_analysis.geography.search_graph import SearchGraph
from jingan_analysis.geography.travel import travel_costs

A, B, C, D = (0, 0), (100, 0), (100, 100), (500, 500)


def test_a_network_knows_its_nodes_edges_and_lengths_in_millimetres(build):
    network = build(("e1", "a", "b", [A, B]), ("e2", "b", "c", [B, C], 130.0004))
    assert network.node_ids.tolist() == ["a", "b", "c"]
    assert network.node_xy.tolist() == [[0, 0], [100, 0], [100, 100]]
    assert network.edge_ids.tolist() == ["e1", "e2"]
    assert network.length_mm.tolist() == [100_000, 130_000]
    assert network.edge_from.tolist() == [0, 1]
    assert network.edge_to.tolist() == [1, 2]
    assert network.length_mm.dtype == network.edge_from.dtype == np.int64
    assert network.length_km == pytest.approx(0.23)


def test_parallel_edges_are_both_kept_but_routes_take_the_shorter_and_never_the_sum(build):
    network = build(
        ("long", "a", "b", [A, (50, 50), B]),
        ("short", "b", "a", [B, A]),
        ("longest", "a", "b", [A, (50, 90), B]),
    )
    assert network.n_edges == 3
    costs = travel_costs(
        np.array(["h"]), np.array([A]), np.array(["s"]), np.array([B]), network=network, cutoff_mm=900_000
    )
    assert costs.distance_mm.tolist() == [100_000]


def test_a_loop_is_an_edge_but_no_route(build):
    network = build(("loop", "a", "a", [A, (10, 0), (10, 10), A]), ("e", "a", "b", [A, B]))
    assert network.n_edges == 2
    assert SearchGraph.of(network).edge.tolist() == [1, 1]


def test_the_longest_component_is_the_main_one_even_with_fewer_edges(build):
    network = build(
        ("i1", "p", "q", [(900, 0), (910, 0)]),
        ("i2", "q", "r", [(910, 0), (920, 0)]),
        ("m", "a", "d", [A, D]),
        ("j", "x", "y", [(0, 900), (0, 915)]),
    )
    assert network.edge_component.tolist() == [1, 1, 0, 2]
    assert network.components()["length_km"].tolist() == pytest.approx([0.707107, 0.02, 0.015])
    islands = network.islands()
    assert islands["component"].tolist() == [1, 2]
    assert islands["nodes"].tolist() == [3, 2]
    assert islands["edges"].tolist() == [2, 1]


def test_a_connected_network_has_no_islands(build):
    assert build(("e", "a", "b", [A, B])).islands().empty


def test_all_faults_are_told_at_once(edges):
    frame = edges(
        [
            ("nan", "a", "b", [A, B], float("nan")),
            ("zero", "b", "c", [B, C], 0.0),
            ("negative", "b", "c", [B, C], -5.0),
            ("kilometres", "a", "d", [A, D], 0.7),
            ("turned", "b", "a", [A, B], 100.0),
        ]
    )
    with pytest.raises(InvalidNetwork) as error:
        Network.from_edges(frame)
    message = str(error.value)
    assert "1 edges have no length_m (nan)" in message
    assert "2 edges have a length_m below 1 mm (zero, negative)" in message
    assert "1 edges are shorter than the straight line between their ends (kilometres)" in message
    assert "2 nodes stand at more than one place (a, b)" in message


def test_an_infinite_length_is_no_length(edges):
    with pytest.raises(InvalidNetwork, match="1 edges have no length_m"):
        Network.from_edges(edges([("e", "a", "b", [A, B], float("inf"))]))


def test_repeated_ids_missing_nodes_and_other_shapes_are_faults(edges):
    frame = edges([("e", "a", "b", [A, B], None), ("e", "b", None, [B, C], None), ("p", "b", "c", [B, C], None)])
    frame.loc[2, "geometry"] = shapely.Point(1, 1)
    with pytest.raises(InvalidNetwork) as error:
        Network.from_edges(frame)
    assert "1 rows repeat an edge_id (e)" in str(error.value)
    assert "1 edges have no to_node" in str(error.value)
    assert "1 edges have no LineString of finite coordinates (p)" in str(error.value)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda frame: frame.iloc[:0], "is empty"),
        (lambda frame: frame.drop(columns=["length_m"]), "lacks the columns length_m"),
        (lambda frame: frame.to_crs("EPSG:4326"), "project it to the district's metric CRS"),
        (lambda frame: frame.set_crs(None, allow_override=True), "project it to the district's metric CRS"),
    ],
)
def test_a_table_that_is_no_network_is_refused(edges, spoil, message):
    with pytest.raises(InvalidNetwork, match=message):
        Network.from_edges(spoil(edges([("e", "a", "b", [A, B], None)])))


def test_the_table_of_the_caller_stays_as_it_was(edges):
    frame = edges([("e", "a", "b", [A, B], None)])
    before = frame.copy()
    Network.from_edges(frame)
    assert frame.equals(before)
