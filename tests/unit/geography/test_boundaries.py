from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.geography.boundaries import (
    distance_to_boundary_m,
    label_points,
    locate,
    outline,
    share_outside,
    simplify_shared,
)


def units(*shapes):
    names = [f"00{number}" for number in range(1, len(shapes) + 1)]
    return gpd.GeoDataFrame({"code": names}, geometry=list(shapes), crs="EPSG:4549")


WEST, EAST = shapely.box(0, 0, 100, 100), shapely.box(100, 0, 300, 100)
C_SHAPE = shapely.Polygon([(0, 0), (100, 0), (100, 20), (20, 20), (20, 80), (100, 80), (100, 100), (0, 100)])


def test_a_place_gets_the_code_of_its_unit_or_none():
    found = locate(np.array([[50.0, 50], [200, 50], [301, 50]]), units(WEST, EAST), "code")
    assert found.tolist() == ["001", "002", None]


def test_a_place_on_a_shared_border_goes_to_the_first_unit_and_one_on_the_outer_border_is_inside():
    border = np.array([[100.0, 50], [300, 50]])
    assert locate(border, units(WEST, EAST), "code").tolist() == ["001", "002"]
    assert locate(border, units(EAST, WEST), "code").tolist() == ["001", "001"]


def test_a_place_in_a_hole_is_in_no_unit():
    ring = shapely.box(0, 0, 100, 100) - shapely.box(40, 40, 60, 60)
    assert locate(np.array([[50.0, 50], [10, 10]]), units(ring), "code").tolist() == [None, "001"]


def test_no_places_have_no_codes():
    assert locate(np.empty((0, 2)), units(WEST), "code").tolist() == []


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.lists(st.tuples(st.integers(-20, 320), st.integers(-20, 120)), min_size=1, max_size=10))
def test_locating_agrees_with_plain_comparisons(places):
    naive = [None if not (0 <= y <= 100 and 0 <= x <= 300) else "001" if x <= 100 else "002" for x, y in places]
    assert locate(np.array(places, dtype=float), units(WEST, EAST), "code").tolist() == naive


def test_the_outline_has_no_inner_borders():
    assert outline(units(WEST, EAST)).equals(shapely.box(0, 0, 300, 100))


def test_the_distance_to_the_edge_is_measured_from_both_sides_and_not_to_inner_borders():
    whole = outline(units(WEST, EAST))
    found = distance_to_boundary_m(np.array([[100.0, 50], [290, 50], [310, 50], [300, 20]]), whole)
    assert found.tolist() == [50, 10, 10, 0]


def test_a_label_lies_inside_where_the_centroid_does_not():
    assert not C_SHAPE.contains(C_SHAPE.centroid)
    (place,) = label_points(units(C_SHAPE), tolerance_m=0.5)
    assert C_SHAPE.contains(shapely.Point(place))
    assert C_SHAPE.exterior.distance(shapely.Point(place)) > 9


def test_a_label_goes_to_the_largest_part():
    (place,) = label_points(units(shapely.MultiPolygon([shapely.box(0, 0, 10, 10), shapely.box(500, 0, 600, 100)])))
    assert place == pytest.approx([550, 50], abs=5)


def ragged_pair():
    """Two units whose shared border has a small tooth every 10 m."""
    border = [(100 + (k % 2) * 0.5, 10.0 * k) for k in range(11)]
    west = shapely.Polygon([(0, 0), *border, (0, 100)])
    east = shapely.Polygon([(300, 0), (300, 100), *border[::-1]])
    return units(west, east)


def test_simplified_neighbours_still_share_their_border():
    before = ragged_pair()
    kept = before.copy()
    after = simplify_shared(before, tolerance_m=10)
    assert (
        shapely.get_num_coordinates(after.geometry.array).sum()
        < shapely.get_num_coordinates(before.geometry.array).sum()
    )
    west, east = after.geometry
    assert west.intersection(east).area == 0
    assert outline(after).area == pytest.approx(outline(before).area)
    assert len(outline(after).interiors) == 0
    assert shapely.coverage_is_valid(after.geometry.to_numpy())
    assert after["code"].tolist() == ["001", "002"]
    assert after.crs == before.crs
    assert before.equals(kept)


def test_units_that_overlap_cannot_be_simplified_together():
    with pytest.raises(InvalidParameter, match="units overlap"):
        simplify_shared(units(WEST, shapely.box(90, 0, 300, 100)), tolerance_m=1)


def test_a_negative_tolerance_is_refused():
    with pytest.raises(InvalidParameter, match="tolerance_m=-1"):
        simplify_shared(units(WEST, EAST), tolerance_m=-1)


# --- the part of a circle beyond the border --------------------------------------------------------


def alike(metres):
    return np.ones_like(metres)


def test_inside_outside_and_on_a_straight_border():
    wide = shapely.box(-10_000, -10_000, 0, 10_000)
    found = share_outside(np.array([[-5000.0, 0.0], [5000.0, 0.0], [0.0, 0.0]]), wide, 1000.0, alike)
    assert found[0] == 0.0
    assert found[1] == 1.0
    assert found[2] == pytest.approx(0.5, abs=0.005)


@given(st.floats(0.0, 1.0), st.floats(0.0, 6.28))
@settings(max_examples=30, deadline=None)
def test_the_part_beyond_a_straight_border_is_that_of_the_segment(depth, turn):
    """Area of a circle's segment, in closed form."""
    expected = (np.arccos(depth) - depth * np.sqrt(1 - depth**2)) / np.pi
    wide = shapely.affinity.rotate(shapely.box(-10_000, -10_000, 0, 10_000), turn, origin=(0, 0), use_radians=True)
    centre = -1000.0 * depth * np.array([[np.cos(turn), np.sin(turn)]])
    assert share_outside(centre, wide, 1000.0, alike)[0] == pytest.approx(expected, abs=0.02)


def test_places_far_away_count_little_where_the_weight_says_so():
    wide, near_border = shapely.box(-10_000, -10_000, 0, 10_000), np.array([[-500.0, 0.0]])
    even = share_outside(near_border, wide, 1000.0, alike)[0]
    falling = share_outside(near_border, wide, 1000.0, lambda metres: 1.0 - metres / 1000.0)[0]
    assert 0 < falling < even


def test_a_hole_is_beyond_the_border():
    ring = shapely.box(-2000, -2000, 2000, 2000) - shapely.Point(0, 0).buffer(500)
    assert share_outside(np.array([[0.0, 0.0]]), ring, 1000.0, alike)[0] == pytest.approx(0.25, abs=0.02)


def test_no_radius_and_no_weight_are_refused():
    with pytest.raises(InvalidParameter, match="radius_m"):
        share_outside(np.zeros((1, 2)), shapely.box(0, 0, 1, 1), 0.0, alike)
    with pytest.raises(InvalidParameter, match="weight 0"):
        share_outside(np.zeros((1, 2)), shapely.box(0, 0, 1, 1), 1.0, np.zeros_like)
