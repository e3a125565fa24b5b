from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.geography.boundaries import distance_to_boundary_m, label_points, locate, outline, simplify_shared


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
