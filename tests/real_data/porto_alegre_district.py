"""Porto Alegre as a district: hexagons with their people, health care as sites, four quarters as units."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

CRS = "EPSG:31982"
MARGIN_M = 250.0
"""From the outermost hexagon's centre to the border; a hexagon is about 350 m wide."""

CANDIDATES = 200

CONFIG = f"""\
key = "porto_alegre"

[names]
en = "Porto Alegre"
zh = "阿雷格里港"
ja = "ポルトアレグレ"

[geography]
metric_crs = "{CRS}"
buffer_m = 3000
snap_cap_m = 200

[tables.sub_districts]
file = "quarters.geojson"
format = "geojson"
datum = "WGS84"
source = "Drawn for this trial: the hull of the hexagons cut at their median centre into four. Not administrative."

[tables.demand_points]
file = "hexagons.csv"
format = "csv"
encoding = "utf-8"
datum = "WGS84"
headers = {{ id = "point_id" }}
source = "r5r, hexgrid.csv"
licence = "MIT"

[tables.population]
file = "hexagons.csv"
format = "csv"
encoding = "utf-8"
headers = {{ id = "point_id", population = "persons" }}
constants = {{ basis = "resident", age_from_years = 0 }}
source = "r5r, hexgrid.csv; ages unknown"
licence = "MIT"

[tables.canteens]
file = "health_care.csv"
format = "csv"
encoding = "utf-8"
datum = "WGS84"
constants = {{ kind = "other" }}
source = "r5r, hexgrid.csv: health care facilities stand in for canteens, at the centre of their hexagon"
licence = "MIT"

[tables.candidate_sites]
file = "candidates.csv"
format = "csv"
encoding = "utf-8"
datum = "WGS84"
source = "Chosen for this trial: hexagons without health care, those with most people. Nobody offered premises there."
licence = "MIT"

[study_defaults.canteen_reach]
age_from_years = 0

[study_defaults.next_sites]
age_from_years = 0
new_sites = 5
"""

QUARTERS = (
    ("NW", "North-west", "西北", "北西"),
    ("NE", "North-east", "东北", "北東"),
    ("SW", "South-west", "西南", "南西"),
    ("SE", "South-east", "东南", "南東"),
)


def write_district(source: Path, folder: Path, *, capacity: float | None = None) -> Path:
    """Write the district without its streets.

    Parameters
    ----------
    capacity
        Meals a day of every site; None leaves them unknown, as they are.
    """
    folder.mkdir(parents=True)
    hexagons = gpd.GeoDataFrame(pd.read_csv(source / "hexgrid.csv"))
    centres = gpd.GeoSeries(gpd.points_from_xy(hexagons["lon"], hexagons["lat"]), crs="EPSG:4326").to_crs(CRS)
    quarters = _quarters(centres)
    hexagons["subdistrict_code"] = _codes(quarters, centres)
    # The age's upper end is a column of the contract; nobody knows it here.
    pd.DataFrame(hexagons).assign(age_to_years="").to_csv(folder / "hexagons.csv", index=False)
    _sites(pd.DataFrame(hexagons), capacity).to_csv(folder / "health_care.csv", index=False)
    _candidates(pd.DataFrame(hexagons)).to_csv(folder / "candidates.csv", index=False)
    (folder / "quarters.geojson").write_text(json.dumps(_features(quarters)), encoding="utf-8")
    (folder / "district.toml").write_text(CONFIG, encoding="utf-8")
    return folder


def _quarters(centres: gpd.GeoSeries) -> gpd.GeoSeries:
    hull = centres.union_all().convex_hull.buffer(MARGIN_M, quad_segs=4)
    west, south, east, north = hull.bounds
    x, y = centres.x.median(), centres.y.median()
    boxes = {
        "NW": shapely.box(west, y, x, north),
        "NE": shapely.box(x, y, east, north),
        "SW": shapely.box(west, south, x, y),
        "SE": shapely.box(x, south, east, y),
    }
    return gpd.GeoSeries({code: box.intersection(hull) for code, box in boxes.items()}, crs=CRS)


def _codes(quarters: gpd.GeoSeries, centres: gpd.GeoSeries) -> list[str]:
    return [quarters.index[quarters.distance(centre).to_numpy().argmin()] for centre in centres]


def _sites(hexagons: pd.DataFrame, capacity: float | None) -> pd.DataFrame:
    """One row a facility: several of one hexagon share its centre."""
    counts = hexagons["healthcare"].fillna(0).astype(int)
    rows = hexagons.loc[hexagons.index.repeat(counts)]
    number = rows.groupby("id").cumcount() + 1
    return pd.DataFrame(
        {
            "site_id": rows["id"] + "-" + number.astype(str),
            "name_en": "Health care " + number.astype(str) + " of " + rows["id"],
            "subdistrict_code": rows["subdistrict_code"],
            "lon": rows["lon"],
            "lat": rows["lat"],
            "capacity_meals_per_day": capacity,
        }
    )


def _candidates(hexagons: pd.DataFrame) -> pd.DataFrame:
    """The centres of the hexagons with most people among those without health care."""
    free = hexagons[hexagons["healthcare"].fillna(0) == 0].nlargest(CANDIDATES, "population")
    return pd.DataFrame(
        {
            "site_id": "new-" + free["id"],
            "name_en": "Hexagon " + free["id"],
            "premises": "other",
            "subdistrict_code": free["subdistrict_code"],
            "lon": free["lon"],
            "lat": free["lat"],
        }
    )


def _features(quarters: gpd.GeoSeries) -> dict[str, object]:
    shapes = quarters.to_crs("EPSG:4326")
    features = [
        {
            "type": "Feature",
            "properties": {"subdistrict_code": code, "name_en": en, "name_zh": zh, "name_ja": ja, "kind": "other"},
            "geometry": shapely.geometry.mapping(shapes[code]),
        }
        for code, en, zh, ja in QUARTERS
    ]
    return {"type": "FeatureCollection", "features": features}
