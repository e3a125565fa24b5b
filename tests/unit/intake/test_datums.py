from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.intake.datums import bd09_to_gcj02, gcj02_to_bd09, gcj02_to_wgs84, to_wgs84, wgs84_to_gcj02

METRES_PER_DEGREE = 111_320.0
TWO_CENTIMETRES = 0.02 / METRES_PER_DEGREE
CHINA = {"lon": st.floats(73, 137), "lat": st.floats(1.5, 55)}
modest = settings(deadline=None, max_examples=150, derandomize=True)


def at(lon, lat):
    return np.array([lon]), np.array([lat])


def metres(a, b):
    """Distance between neighbouring points."""
    east = (a[0] - b[0]) * METRES_PER_DEGREE * np.cos(np.radians(a[1]))
    return float(np.hypot(east, (a[1] - b[1]) * METRES_PER_DEGREE)[0])


def test_the_known_answer_of_gcj02():
    lon, lat = wgs84_to_gcj02(*at(121.5272106, 31.1774276))
    assert lon[0] == pytest.approx(121.5315419, abs=5e-8)
    assert lat[0] == pytest.approx(31.1753040, abs=5e-8)


def test_the_known_answer_backwards_is_exact_to_two_centimetres():
    assert metres(to_wgs84(*at(121.5315419, 31.1753040), "GCJ02"), at(121.5272106, 31.1774276)) < 0.02


@modest
@given(**CHINA)
def test_gcj02_there_and_back(lon, lat):
    back = gcj02_to_wgs84(*wgs84_to_gcj02(*at(lon, lat)))
    assert metres(back, at(lon, lat)) < 0.0001


@modest
@given(**CHINA)
def test_bd09_there_and_back(lon, lat):
    shifted = gcj02_to_bd09(*wgs84_to_gcj02(*at(lon, lat)))
    assert metres(to_wgs84(*shifted, "BD09"), at(lon, lat)) < 0.0001


@modest
@given(**CHINA)
def test_shifts_in_china_are_as_large_as_reported(lon, lat):
    # A few hundred metres for GCJ-02; at least 500 m more, always to the north-east, for BD-09.
    point = at(lon, lat)
    shifted = wgs84_to_gcj02(*point)
    assert 1 < metres(point, shifted) < 2000
    baidu = gcj02_to_bd09(*shifted)
    assert 500 < metres(shifted, baidu) < 1500
    assert baidu[0][0] > shifted[0][0]
    assert baidu[1][0] > shifted[1][0]


def test_a_wrong_datum_moves_a_point_by_about_half_a_kilometre_in_shanghai():
    point = at(121.45, 31.23)
    assert 450 < metres(point, to_wgs84(*point, "GCJ02")) < 550


@pytest.mark.parametrize(("lon", "lat"), [(139.76, 35.68), (-46.63, -23.55), (0.0, 51.5), (71.9, 40.0), (110.0, 56.0)])
def test_outside_chinas_bounding_box_gcj02_is_wgs84(lon, lat):
    for convert in (wgs84_to_gcj02, gcj02_to_wgs84):
        assert [value[0] for value in convert(*at(lon, lat))] == [lon, lat]


def test_inside_and_outside_points_in_one_table():
    lon, lat = wgs84_to_gcj02(np.array([121.5272106, 139.76]), np.array([31.1774276, 35.68]))
    assert (lon[1], lat[1]) == (139.76, 35.68)
    assert (lon[0], lat[0]) == pytest.approx((121.5315419, 31.1753040), abs=5e-8)


@pytest.mark.parametrize("datum", ["WGS84", "CGCS2000"])
def test_wgs84_and_cgcs2000_stay_and_are_new_arrays(datum):
    lon, lat = at(121.45, 31.23)
    new_lon, new_lat = to_wgs84(lon, lat, datum)
    assert (new_lon[0], new_lat[0]) == (121.45, 31.23)
    assert not np.shares_memory(lon, new_lon)
    assert not np.shares_memory(lat, new_lat)


@pytest.mark.parametrize("datum", ["WGS84", "CGCS2000", "GCJ02", "BD09"])
def test_missing_stays_missing_and_alone(datum):
    lon, lat = to_wgs84(np.array([np.nan, 121.45]), np.array([np.nan, 31.23]), datum)
    assert np.isnan([lon[0], lat[0]]).all()
    assert np.isfinite([lon[1], lat[1]]).all()


@pytest.mark.parametrize("datum", ["GCJ02", "BD09"])
def test_the_callers_arrays_stay(datum):
    lon, lat = at(121.45, 31.23)
    to_wgs84(lon, lat, datum)
    assert (lon[0], lat[0]) == (121.45, 31.23)


def test_no_points_are_no_fault():
    assert [len(part) for part in to_wgs84(np.empty(0), np.empty(0), "BD09")] == [0, 0]


def test_bd09_alone_there_and_back():
    assert metres(bd09_to_gcj02(*gcj02_to_bd09(*at(121.45, 31.23))), at(121.45, 31.23)) < TWO_CENTIMETRES


def test_an_unknown_datum_names_the_nearest():
    with pytest.raises(InvalidParameter, match=r"datum='GCJ-02' .* Did you mean 'GCJ02'\?"):
        to_wgs84(*at(121.45, 31.23), "GCJ-02")


def test_as_many_longitudes_as_latitudes():
    with pytest.raises(InvalidParameter, match=r"lon has shape \(2,\) and lat has shape \(1,\)"):
        to_wgs84(np.zeros(2), np.zeros(1), "WGS84")


# --- real places ----------------------------------------------------------------------------------

DATA = Path(__file__).parents[4] / "shared" / "data"

ADDRESSES_GCJ02 = {
    "静安寺街道": (121.443748, 31.222705), "曹家渡街道": (121.439488, 31.228816), "江宁路街道": (121.45115, 31.235506),
    "石门二路街道": (121.461794, 31.232703), "天目西路街道": (121.457593, 31.246553), "宝山路街道": (121.473556, 31.258467),
    "芷江西路街道": (121.457243, 31.255456), "共和新路街道": (121.444664, 31.266477), "大宁路街道": (121.461879, 31.273682),
    "彭浦新村街道": (121.441429, 31.308047), "临汾路街道": (121.458187, 31.311017),
}  # fmt: skip
"""Bank branches whose sub-district is known from their registration."""


BORDER_NOISE_M = 50
"""The boundaries are approximate: one branch stands on a border road, 26 m on the neighbour's side."""


@pytest.mark.real_data
def test_addresses_in_gcj02_fall_into_their_own_units_and_without_conversion_do_not():
    import geopandas as gpd

    path = DATA / "jingan" / "subdistricts_osm.geojson"
    if not path.is_file():
        pytest.skip(f"the real data beside the project are missing: {path}")
    units = gpd.read_file(path).set_index("osm_name").geometry.to_crs("EPSG:4549")
    own = units.loc[list(ADDRESSES_GCJ02)]
    lon, lat = np.array(list(ADDRESSES_GCJ02.values())).T

    def off_m(points):
        return own.distance(
            gpd.GeoSeries(gpd.points_from_xy(*points), crs="EPSG:4326", index=own.index).to_crs("EPSG:4549")
        )

    assert (off_m(to_wgs84(lon, lat, "GCJ02")) == 0).sum() >= 10
    assert off_m(to_wgs84(lon, lat, "GCJ02")).max() < BORDER_NOISE_M
    assert off_m((lon, lat)).max() > 4 * BORDER_NOISE_M
