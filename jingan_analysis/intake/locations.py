"""Whether points lie where they say: within the district, and within the unit of their code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from jingan_analysis.intake.shapes import point_columns
from jingan_analysis.vocabulary import DATUMS

if TYPE_CHECKING:
    from jingan_analysis.intake.config import Geography
    from jingan_analysis.intake.faults import Findings
    from jingan_analysis.vocabulary import Datum

SAME_HERE: Final = frozenset({"WGS84", "CGCS2000"})
"""Datums that differ by less than drawing noise."""

BORDER_NOISE_M: Final = 50.0
"""A point this close to a border may belong to either side."""


@dataclass(frozen=True)
class Units:
    """The district's units in the metric CRS.

    Attributes
    ----------
    codes
        Code of each unit, shape (n_units,).
    shapes
        Polygon of each unit, shape (n_units,).
    """

    codes: NDArray[np.object_]
    shapes: NDArray[np.object_]

    @cached_property
    def district(self) -> shapely.Geometry:
        """All units as one shape."""
        return shapely.union_all(self.shapes)

    def at(self, point: shapely.Point) -> str:
        """Code of the unit that holds a point, or nothing."""
        hit = np.flatnonzero(shapely.covers(self.shapes, point))
        return str(self.codes[hit[0]]) if len(hit) else ""

    def distance_m(self, points: NDArray[np.object_], codes: pd.Series) -> NDArray[np.float64]:
        """Distance of each point to the unit of its code, 0 inside, missing without one; shape (n,)."""
        by_code = dict(zip(self.codes, self.shapes, strict=True))
        units = np.array([by_code.get(code) for code in codes], dtype=object)
        distance: NDArray[np.float64] = shapely.distance(points, units)
        return distance


@dataclass(frozen=True)
class Places:
    """The points of one table.

    Attributes
    ----------
    degrees
        Longitude and latitude as the file states them, shape (2, n).
    datum
        Their datum.
    points
        The points in the metric CRS, None where a coordinate is missing, shape (n,).
    codes
        ``subdistrict_code`` of each point, missing where it is empty; shape (n,).
    rows
        Row numbers of the file, shape (n,).
    """

    degrees: NDArray[np.float64]
    datum: Datum
    points: NDArray[np.object_]
    codes: pd.Series
    rows: NDArray[np.int64]

    def text(self, position: int) -> str:
        """Longitude and latitude of one point as the file states them."""
        return f"{self.degrees[0, position]:.9g}, {self.degrees[1, position]:.9g}"


def places_of(frame: pd.DataFrame, degrees: NDArray[np.float64], datum: Datum, rows: NDArray[np.int64]) -> Places:
    """Take the places of a point table that has ``x_m``, ``y_m`` and ``subdistrict_code``."""
    points = metric_points(frame["x_m"].to_numpy(dtype=np.float64), frame["y_m"].to_numpy(dtype=np.float64))
    return Places(degrees, datum, points, frame["subdistrict_code"], rows)


def metric_points(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.object_]:
    """Points of coordinates in metres, None where one is missing; shape (n,)."""
    known = np.isfinite(x) & np.isfinite(y)
    points = np.full(len(known), None, dtype=object)
    points[known] = shapely.points(x[known], y[known])
    return points


def check_locations(places: Places, units: Units, geography: Geography, findings: Findings) -> None:
    """Record points with swapped axes, far outside, or not in the unit of their code."""
    away = shapely.distance(places.points, units.district)
    near = away <= geography.buffer_m  # False where the place is unknown
    swapped = _swapped(places, ~near, units, geography)
    _report_swapped(places, swapped, findings)
    _report_outside(places, ~near & ~swapped & np.isfinite(away), away, geography.buffer_m, findings)
    known = places.codes.isin(list(units.codes)).to_numpy(dtype=bool)
    astray = near & known & (units.distance_m(places.points, places.codes) > BORDER_NOISE_M)
    _report_wrong_unit(places, astray, units, geography.metric_crs, findings)
    _report_no_code(places, (away == 0) & places.codes.isna().to_numpy(dtype=bool), units, findings)


def _swapped(places: Places, suspects: NDArray[np.bool_], units: Units, geography: Geography) -> NDArray[np.bool_]:
    """Points that lie in or near the district once longitude and latitude are swapped."""
    swapped = np.zeros(len(suspects), dtype=np.bool_)
    if suspects.any():
        lat, lon = places.degrees[:, suspects]
        columns = point_columns(lon, lat, places.datum, geography.metric_crs)
        points = metric_points(columns["x_m"], columns["y_m"])
        swapped[suspects] = shapely.distance(points, units.district) <= geography.buffer_m
    return swapped


def _report_swapped(places: Places, swapped: NDArray[np.bool_], findings: Findings) -> None:
    affected = set(places.rows[swapped].tolist())
    # The range of latitude is broken only because of the swap: one fault says it all.
    findings.faults[:] = [
        fault for fault in findings.faults if not (fault.row in affected and fault.column in {"lon", "lat"})
    ]
    for position in np.flatnonzero(swapped).tolist():
        rule = "longitude and latitude are swapped: the other way round the point lies in the district or near it"
        mend = "Swap the two values, or the two headers."
        findings.fault(rule, mend, row=int(places.rows[position]), column="lon", value=places.text(position))


def _report_outside(
    places: Places, outside: NDArray[np.bool_], away: NDArray[np.float64], buffer_m: float, findings: Findings
) -> None:
    mend = "Correct the coordinates or their datum, or remove the row if nobody in the district uses the place."
    for position in np.flatnonzero(outside).tolist():
        distance = f"{away[position] / 1000:,.1f} km"
        rule = f"the point lies {distance} outside the district, more than the buffer of {buffer_m / 1000:g} km"
        findings.fault(rule, mend, row=int(places.rows[position]), column="lon", value=places.text(position))


def _report_wrong_unit(places: Places, astray: NDArray[np.bool_], units: Units, crs: str, findings: Findings) -> None:
    for position in np.flatnonzero(astray).tolist():
        code = str(places.codes.iloc[position])
        actual = units.at(places.points[position])
        where = f"in {actual}" if actual else "outside the district"
        other = _other_datum(places, position, units, crs)
        if other:
            rule = f"the point lies {where}, but in {code} if its datum were {other} instead of {places.datum}"
            mend = f"Check the datum of the coordinates: write datum = {other!r} in district.toml if that is it."
        else:
            rule = f"the point lies {where}, not in the unit of its code"
            mend = "Correct the coordinates or the code."
        value = f"{code} at {places.text(position)}"
        findings.fault(rule, mend, row=int(places.rows[position]), column="subdistrict_code", value=value)


def _report_no_code(places: Places, inside: NDArray[np.bool_], units: Units, findings: Findings) -> None:
    if not inside.any():
        return
    depth = np.zeros(len(inside))
    depth[inside] = shapely.distance(places.points[inside], shapely.boundary(units.district))
    for position in np.flatnonzero(depth > BORDER_NOISE_M).tolist():
        rule = "the code is empty, which means outside, but the point lies in the district"
        actual = units.at(places.points[position])
        mend = f"Write {actual or 'the code of its unit'}, or correct the coordinates."
        row = int(places.rows[position])
        findings.fault(rule, mend, row=row, column="subdistrict_code", value=places.text(position))


def _other_datum(places: Places, position: int, units: Units, crs: str) -> Datum | None:
    """Find a datum under which the point would lie in the unit of its code."""
    lon, lat = places.degrees[:, position : position + 1]
    code = places.codes.iloc[position : position + 1]
    for other in DATUMS:
        if other == places.datum or {other, places.datum} == SAME_HERE:
            continue
        columns = point_columns(lon, lat, other, crs)
        if units.distance_m(metric_points(columns["x_m"], columns["y_m"]), code)[0] == 0:
            return other
    return None
