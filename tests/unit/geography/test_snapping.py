from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.geography.network import Network
from jingan_analysis.geography.snapping import snap, snapping_table


def xy(*points):
    return np.array(points, dtype=float)


def test_a_place_joins_the_nearest_point_of_the_nearest_edge(build):
    network = build(("e1", "a", "b", [(0, 0), (100, 0)]), ("e2", "b", "c", [(100, 0), (100, 100)]))
    found = snap(network, xy((30, 12), (97, 60), (-3, -4)), cap_m=50)
    assert found.edge_id.tolist() == ["e1", "e2", "e1"]
    assert found.along_mm.tolist() == [30_000, 60_000, 0]
    assert found.to_end_mm.tolist() == [70_000, 40_000, 100_000]
    assert found.off_network_mm.tolist() == [12_000, 3_000, 5_000]
    assert found.snapped_xy.tolist() == [[30, 0], [100, 60], [0, 0]]
    assert found.snapped.all()


def test_the_nearest_edge_counts_not_the_nearest_node(build):
    # The nearest node (c, 40 m) is on another street; the nearest street passes 5 m away.
    network = build(("street", "a", "b", [(0, 0), (400, 0)]), ("other", "c", "d", [(200, 45), (200, 200)]))
    found = snap(network, xy((200, 5)), cap_m=50)
    assert found.edge_id.tolist() == ["street"]
    assert found.off_network_mm.tolist() == [5_000]
    assert found.along_mm.tolist() == [200_000]


def test_stairs_and_detours_spread_over_the_whole_edge(build):
    network = build(("stairs", "a", "b", [(0, 0), (100, 0)], 140.0))
    found = snap(network, xy((25, 0)), cap_m=1)
    assert found.along_mm.tolist() == [35_000]
    assert found.to_end_mm.tolist() == [105_000]


def test_the_cap_is_inclusive_and_whoever_is_beyond_is_not_joined_but_told_how_far(build):
    network = build(("e", "a", "b", [(0, 0), (100, 0)]))
    found = snap(network, xy((50, 200), (50, 200.001)), cap_m=200)
    assert found.snapped.tolist() == [True, False]
    assert found.edge.tolist() == [0, -1]
    assert found.along_mm.tolist() == [50_000, -1]
    assert found.off_network_mm.tolist() == [200_000, 200_001]
    assert np.isnan(found.snapped_xy[1]).all()
    table = snapping_table(["home", "far"], found)
    assert table["id"].tolist() == ["home", "far"]
    assert table["edge_id"][0] == "e"
    assert table["edge_id"].isna().tolist() == [False, True]
    assert table["off_network_m"].tolist() == [200.0, 200.001]
    assert table["snapped"].tolist() == [True, False]


def test_of_equally_near_edges_the_first_in_the_table_is_taken(build):
    rows = [
        ("n", "a", "b", [(0, 10), (100, 10)]),
        ("s", "c", "d", [(0, -10), (100, -10)]),
        ("w", "c", "a", [(0, -10), (0, 10)]),
    ]
    place = xy((50, 0))
    assert snap(build(*rows), place, cap_m=50).edge_id.tolist() == ["n"]
    rows[0], rows[1] = rows[1], rows[0]
    assert snap(build(*rows), place, cap_m=50).edge_id.tolist() == ["s"]


def test_an_island_is_passed_over_and_that_is_counted(build):
    network = build(
        ("main", "a", "b", [(0, 0), (500, 0)]),
        ("yard", "p", "q", [(100, 50), (200, 50)]),
    )
    places = xy((150, 45), (150, 10), (150, 230))
    found = snap(network, places, cap_m=200)
    assert found.edge_id.tolist() == ["main", "main", None]
    assert found.off_network_mm.tolist() == [45_000, 10_000, 230_000]
    assert found.moved_from_island.tolist() == [True, False, True]
    anywhere = snap(network, places, cap_m=200, main_component_only=False)
    assert anywhere.edge_id.tolist() == ["yard", "main", "yard"]
    assert not anywhere.moved_from_island.any()


def test_an_island_beyond_the_cap_has_no_say(build):
    network = build(("main", "a", "b", [(0, 0), (500, 0)]), ("yard", "p", "q", [(100, 50), (200, 50)]))
    assert not snap(network, xy((150, 300)), cap_m=200).moved_from_island.any()


def test_no_places_are_no_fault(build):
    found = snap(build(("e", "a", "b", [(0, 0), (1, 0)])), np.empty((0, 2)), cap_m=1)
    assert len(found) == 0
    assert snapping_table([], found).empty


@pytest.mark.parametrize("cap_m", [-1.0, math.nan, math.inf])
def test_a_cap_that_is_no_distance_is_refused(build, cap_m):
    with pytest.raises(InvalidParameter, match="cap_m"):
        snap(build(("e", "a", "b", [(0, 0), (1, 0)])), xy((0, 0)), cap_m=cap_m)


def test_a_place_without_coordinates_is_refused_not_dropped(build):
    with pytest.raises(InvalidParameter, match=r"1 places without finite coordinates \(first at row 1\)"):
        snap(build(("e", "a", "b", [(0, 0), (1, 0)])), xy((0, 0), (math.nan, 1)), cap_m=1)


def test_ids_and_places_must_agree(build):
    found = snap(build(("e", "a", "b", [(0, 0), (1, 0)])), xy((0, 0)), cap_m=1)
    with pytest.raises(InvalidParameter, match="give one id a place"):
        snapping_table(["a", "b"], found)


def nearest_by_loops(vertices, place):
    """Distance to a bent line and distance along it, segment by segment."""
    best, done = (math.inf, 0.0), 0.0
    for (x0, y0), (x1, y1) in pairwise(vertices):
        length = math.hypot(x1 - x0, y1 - y0)
        share = ((place[0] - x0) * (x1 - x0) + (place[1] - y0) * (y1 - y0)) / length**2
        share = min(1.0, max(0.0, share))
        off = math.hypot(place[0] - x0 - share * (x1 - x0), place[1] - y0 - share * (y1 - y0))
        if off < best[0] - 1e-9:
            best = (off, done + share * length)
        done += length
    return best


point = st.tuples(st.integers(-50, 50), st.integers(-50, 50))
bent_line = st.lists(point, min_size=2, max_size=5, unique=True)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(lines=st.lists(bent_line, min_size=1, max_size=5), places=st.lists(point, min_size=1, max_size=6))
def test_snapping_agrees_with_plain_loops(lines, places):
    import geopandas as gpd

    names = [str(number) for number in range(len(lines))]
    frame = gpd.GeoDataFrame(
        {
            "edge_id": names,
            "from_node": [str(line[0]) for line in lines],
            "to_node": [str(line[-1]) for line in lines],
            "length_m": [shapely.LineString(line).length for line in lines],
        },
        geometry=[shapely.LineString(line) for line in lines],
        crs="EPSG:4549",
    )
    found = snap(Network.from_edges(frame), np.array(places, dtype=float), cap_m=500, main_component_only=False)
    for row, place in enumerate(places):
        loops = [nearest_by_loops(line, place) for line in lines]
        off = min(distance for distance, _ in loops)
        assert found.off_network_mm[row] == pytest.approx(off * 1000, abs=0.51)
        first = next(number for number, (distance, _) in enumerate(loops) if distance < off + 1e-9)
        assert loops[found.edge[row]][0] == pytest.approx(off, abs=1e-9)
        if sum(distance < off + 1e-9 for distance, _ in loops) == 1:
            assert found.edge[row] == first
        # A self-crossing line may be equally near at two places: the joining point is one of the nearest.
        line = shapely.LineString(lines[found.edge[row]])
        joined = line.interpolate(found.along_mm[row] / 1000)
        assert joined.distance(shapely.Point(place)) == pytest.approx(off, abs=2e-3)
