"""GeoJSON files, read without any driver: properties keep the text that the file holds."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from shapely import from_geojson
from shapely.errors import ShapelyError

from jingan_analysis.intake.raw_table import RawTable, UnreadableFile, text_table

if TYPE_CHECKING:
    from pathlib import Path

_HALVES = re.compile(r"\\u[dD][89abAB]|\\u[dD][c-fC-F]")
"""Escapes that stand for half a character, as JSON may hold them."""

LONGITUDE_FIRST: Final = ("CRS84", "4326", "4490")
"""Legacy ``crs`` members that mean longitude and latitude in degrees."""


def read(path: Path) -> RawTable:
    """Read a feature collection; row numbers count features from 1.

    Raises
    ------
    UnreadableFile
        If it is not GeoJSON in UTF-8 with longitude and latitude.
    """
    features = _features(path)
    properties = [feature.get("properties") or {} for feature in features]
    header = list(dict.fromkeys(name for record in properties for name in record))
    records = [[_flat(record.get(name)) for name in header] for record in properties]
    geometry = np.empty(len(features), dtype=object)
    for row, feature in enumerate(features):
        geometry[row] = _shape(feature.get("geometry"), row + 1)
    return text_table(header, records, range(1, len(features) + 1), geometry=geometry)


def _features(path: Path) -> list[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = json.loads(text, object_pairs_hook=_unique)
        if _HALVES.search(text):
            json.dumps(content, ensure_ascii=False).encode()  # half a character is no text
    except UnicodeEncodeError:
        raise UnreadableFile("the file holds half a character", "Export it again as GeoJSON in UTF-8.") from None
    except UnicodeDecodeError:
        raise UnreadableFile("the file is not UTF-8 text", "Export it again as GeoJSON in UTF-8.") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} is not JSON: {error.msg}"
        raise UnreadableFile(where, "Export it again as GeoJSON.", row=error.lineno) from None
    features = content.get("features")
    if content.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise UnreadableFile("the file is not a FeatureCollection", "Export the layer as GeoJSON.")
    crs = str((content.get("crs") or {}).get("properties", {}).get("name", "CRS84"))
    if not crs.endswith(LONGITUDE_FIRST):
        raise UnreadableFile(
            f"coordinates are in {crs}", "Export in longitude and latitude (EPSG:4326), as GeoJSON requires."
        )
    return [feature if isinstance(feature, dict) else {} for feature in features]


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise UnreadableFile("one object has the same name twice", "Export the layer again as GeoJSON.")
    return dict(pairs)


def _flat(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _shape(geometry: Any, row: int) -> Any:  # noqa: ANN401 - JSON in, shapely out

    if geometry is None:
        return None
    try:
        return from_geojson(json.dumps(geometry))
    except (ShapelyError, ValueError, TypeError):
        raise UnreadableFile(f"feature {row} has a damaged geometry", "Draw that feature again.", row=row) from None
