"""Coordinates of points under the four datums that district data come in.

Chinese web maps publish shifted coordinates. GCJ-02 (Amap, Tencent, Apple's map of China) moves a
point by 100 to 700 m; BD-09 (Baidu) moves a GCJ-02 point once more. Neither is a geodetic datum:
both are formulas over WGS 84, known from the public reconstruction of the official software and
reproduced here to well below the accuracy of any map.

CGCS2000, the national datum of surveyed data, is taken as WGS 84. Their definitions agree (the two
ellipsoids differ by 0.1 mm at the pole) and EPSG's own transformation between them is the null one,
stated to 1 m. They part slowly: CGCS2000 coordinates are fixed at the epoch 2000.0 while WGS 84
moves with the plates, about 3 cm a year in eastern China and so about 0.8 m by 2024. No walk of
this package is that fine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter, did_you_mean
from jingan_analysis.vocabulary import DATUMS

if TYPE_CHECKING:
    from jingan_analysis.vocabulary import Datum

Degrees = NDArray[np.float64]

CHINA_WEST, CHINA_EAST = 72.004, 137.8347
CHINA_SOUTH, CHINA_NORTH = 0.8293, 55.8271

# Krasovsky 1940, the ellipsoid in which the shift in metres is turned into degrees.
_SEMI_MAJOR_M: Final = 6_378_245.0
_ECCENTRICITY_SQUARED: Final = 0.00669342162296594323

# BD-09's waves have 3,000 periods per 180 of their argument.
_BD09_FREQUENCY: Final = np.pi * 3000.0 / 180.0
_BD09_SHIFT_LON: Final = 0.0065
_BD09_SHIFT_LAT: Final = 0.006

# Each round shrinks the error at least fiftyfold, from under 0.02 degrees; ten leave nothing that a double can hold.
_INVERSE_ROUNDS: Final = 10


def to_wgs84(lon: Degrees, lat: Degrees, datum: Datum) -> tuple[Degrees, Degrees]:
    """Bring points of any datum to WGS 84.

    Parameters
    ----------
    lon, lat
        Degrees, of one shape; missing values stay missing.
    datum
        The datum that the coordinates are in.

    Returns
    -------
    tuple
        Longitude and latitude in WGS 84, new arrays of the same shape.

    Raises
    ------
    InvalidParameter
        If the datum is unknown or the shapes differ.
    """
    lon, lat = _pair(lon, lat)
    if datum in ("WGS84", "CGCS2000"):
        return lon.copy(), lat.copy()
    if datum == "GCJ02":
        return gcj02_to_wgs84(lon, lat)
    if datum == "BD09":
        return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))
    raise InvalidParameter(f"datum={datum!r} is not a datum that points can be in.{did_you_mean(str(datum), DATUMS)}")


def wgs84_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Shift WGS 84 to GCJ-02 inside China's bounding box; leave points outside as they are."""
    lon, lat = _pair(lon, lat)
    east, north = _gcj02_shift(lon, lat)
    inside = _in_china(lon, lat)
    return np.where(inside, lon + east, lon), np.where(inside, lat + north, lat)


def gcj02_to_wgs84(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """The WGS 84 point that :func:`wgs84_to_gcj02` sends to the given one.

    The shift has no closed inverse: the point is found by fixed-point iteration. Where the point found lies
    outside China's bounding box, the given one was never shifted. (In a strip of a few hundred metres
    just outside the box both readings fit; the shifted one is taken.)
    """
    lon, lat = _pair(lon, lat)
    wgs_lon, wgs_lat = lon, lat
    for _ in range(_INVERSE_ROUNDS):
        east, north = _gcj02_shift(wgs_lon, wgs_lat)
        wgs_lon, wgs_lat = lon - east, lat - north
    inside = _in_china(wgs_lon, wgs_lat)
    return np.where(inside, wgs_lon, lon), np.where(inside, wgs_lat, lat)


def gcj02_to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Shift GCJ-02 to BD-09. Baidu shifts everywhere, inside China or not."""
    lon, lat = _pair(lon, lat)
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD09_FREQUENCY)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD09_FREQUENCY)
    return radius * np.cos(angle) + _BD09_SHIFT_LON, radius * np.sin(angle) + _BD09_SHIFT_LAT


def bd09_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """The GCJ-02 point that :func:`gcj02_to_bd09` sends to the given one, by fixed-point iteration."""
    lon, lat = _pair(lon, lat)
    gcj_lon, gcj_lat = lon - _BD09_SHIFT_LON, lat - _BD09_SHIFT_LAT
    for _ in range(_INVERSE_ROUNDS):
        shifted_lon, shifted_lat = gcj02_to_bd09(gcj_lon, gcj_lat)
        gcj_lon, gcj_lat = gcj_lon + (lon - shifted_lon), gcj_lat + (lat - shifted_lat)
    return gcj_lon, gcj_lat


def _pair(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if lon.shape != lat.shape:
        raise InvalidParameter(f"lon has shape {lon.shape} and lat has shape {lat.shape}; give one of each a point")
    return lon, lat


def _in_china(lon: Degrees, lat: Degrees) -> NDArray[np.bool_]:
    inside = (lon >= CHINA_WEST) & (lon <= CHINA_EAST) & (lat >= CHINA_SOUTH) & (lat <= CHINA_NORTH)
    return np.asarray(inside, dtype=np.bool_)


def _gcj02_shift(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """How far, in degrees, GCJ-02 lies east and north of a WGS 84 point."""
    x, y = lon - 105.0, lat - 35.0
    ripple = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    east_m = east_m + 2.0 / 3.0 * (
        ripple
        + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x)
        + 150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x)
    )  # fmt: skip
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north_m = north_m + 2.0 / 3.0 * (
        ripple
        + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y)
        + 160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y)
    )  # fmt: skip
    latitude = np.radians(lat)
    flattening = 1.0 - _ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    meridian_radius_m = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQUARED) / flattening**1.5
    parallel_radius_m = _SEMI_MAJOR_M / np.sqrt(flattening) * np.cos(latitude)
    return np.degrees(east_m / parallel_radius_m), np.degrees(north_m / meridian_radius_m)
