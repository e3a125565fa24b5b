"""The home district from public data: real boundaries, committees and canteens; modelled places of people.

Nobody publishes where in a sub-district its people live. Each sub-district's published population is spread evenly
over a regular grid of points inside it: a declared model, not data.
"""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

CRS = "EPSG:4549"
SPACING_M = 150.0
MISCODED, RIGHT = "310106100000", "310106101000"
"""Pengpu Town in the boundary file, and in the list of the National Bureau of Statistics."""

NAMES = Path(__file__).parents[2] / "jingan_analysis" / "demo" / "units.toml"

UNIT_OF_ADDRESS = {
    "慧芝湖社区长者食堂": "大宁路街道",
    "阳曲路社区长者食堂": "临汾路街道",
    "新旺美食林酒家社区长者食堂": "临汾路街道",
    "永和路社区长者食堂": "彭浦镇",
    "小镇舒食社区长者食堂": "彭浦镇",
}
"""From the streets and compounds that committees are named after: 慧芝湖花园 (大宁路街道), 阳曲路四七零弄 and
岭南路七百弄 (临汾路街道), 永和北第一 to 第三 and 永和家园 (彭浦镇); 高平路 bears no committee's name."""

CONFIG = """\
key = "jingan_public"

[names]
en = "Jing'an District (public data)"
zh = "静安区（公开数据）"
ja = "静安区（公開データ）"

[geography]
metric_crs = "{crs}"
buffer_m = {buffer_m}
detour_factor = 1.3

[tables.sub_districts]
file = "subdistricts_osm.geojson"
format = "geojson"
datum = "WGS84"
headers = {{ official_control_code_2023 = "subdistrict_code", osm_name = "name_zh" }}
source = "OpenStreetMap contributors; approximate"
licence = "ODbL 1.0"
as_of = "2026-08-19"

[tables.committees]
file = "committees.csv"
format = "csv"
encoding = "utf-8"
headers = {{ code = "committee_id", name = "name_zh" }}
source = "National Bureau of Statistics, 2023 edition, through china-division 2.7.0"
licence = "MIT"
as_of = "2023"

[tables.demand_points]
file = "grid.csv"
format = "csv"
encoding = "utf-8"
datum = "WGS84"
modelled = "each unit's people spread evenly over a grid of {spacing:g} m, because where they live is not published"

[tables.population]
file = "population.csv"
format = "csv"
encoding = "utf-8"
source = "totals by unit from jijin, about 2018; no ages"
as_of = "2018"

[tables.canteens]
file = "canteens.csv"
format = "csv"
encoding = "utf-8"
datum = "{canteen_datum}"
headers = {{ name = "name_zh", {lon} = "lon", {lat} = "lat" }}
constants = {{ kind = "canteen" }}
source = "Government lists, through xuexixingqiu: 12 canteens, not the register; capacities unknown"
as_of = "2025"

[study_defaults.canteen_reach]
age_from_years = 0
"""


def write_district(
    source: Path, folder: Path, *, as_found: bool = False, canteen_datum: str = "GCJ02", buffer_m: int = 12_000,
    swapped: bool = False,
) -> Path:  # fmt: skip
    """Write the district.

    Parameters
    ----------
    as_found
        Leave the boundary file as it is, mis-code and all; the other tables keep the right codes.
    canteen_datum
        Datum that is declared for the canteens; theirs is GCJ-02.
    swapped
        Take the canteens' longitude for latitude and the other way round.
    """
    folder.mkdir(parents=True)
    committees = pd.read_csv(source / "residents_committees_nbs2023.csv", dtype=str)
    # By name: the boundary file's code of the town is wrong.
    codes = {row["street_name"]: row["streetCode"] + "000" for _, row in committees.iterrows()}
    units = gpd.read_file(source / "subdistricts_osm.geojson").set_index("osm_name").to_crs(CRS)
    if as_found:
        shutil.copy(source / "subdistricts_osm.geojson", folder)
    else:
        _boundaries(source / "subdistricts_osm.geojson", folder, codes)
    columns = ["code", "name", "subdistrict_code"]
    committees.assign(subdistrict_code=committees["street_name"].map(codes))[columns].to_csv(
        folder / "committees.csv", index=False
    )
    grid = _grid(units, codes)
    grid[["point_id", "subdistrict_code", "lon", "lat"]].to_csv(folder / "grid.csv", index=False)
    _population(grid, source).to_csv(folder / "population.csv", index=False)
    _canteens(source, codes).to_csv(folder / "canteens.csv", index=False)
    lon, lat = ("lat_gcj02", "lon_gcj02") if swapped else ("lon_gcj02", "lat_gcj02")
    text = CONFIG.format(
        crs=CRS, buffer_m=buffer_m, spacing=SPACING_M, canteen_datum=canteen_datum, lon=lon, lat=lat
    )  # fmt: skip
    (folder / "district.toml").write_text(text, encoding="utf-8")
    return folder


def _boundaries(file: Path, folder: Path, codes: dict[str, str]) -> None:
    """The boundary file with codes joined by name, and the units' names in two more languages."""
    content = json.loads(file.read_text(encoding="utf-8"))
    names = {unit["zh"]: unit for unit in tomllib.loads(NAMES.read_text(encoding="utf-8"))["units"]}
    for feature in content["features"]:
        properties = feature["properties"]
        name = properties["osm_name"]
        properties["official_control_code_2023"] = codes[name]
        properties |= {"name_en": names[name]["en"], "name_ja": names[name]["ja"]}
    text = json.dumps(content, ensure_ascii=False)
    (folder / "subdistricts_osm.geojson").write_text(text, encoding="utf-8")


def _grid(units: gpd.GeoDataFrame, codes: dict[str, str]) -> pd.DataFrame:
    west, south, east, north = units.total_bounds
    x, y = np.meshgrid(np.arange(west, east, SPACING_M), np.arange(south, north, SPACING_M))
    points = shapely.points(x.ravel(), y.ravel())
    frames = []
    for name, unit in units.geometry.items():
        inside = points[shapely.contains_properly(unit, points)]
        degrees = gpd.GeoSeries(inside, crs=CRS).to_crs("EPSG:4326")
        code = codes[name]
        ids = [f"{code}-{number:04d}" for number in range(1, len(inside) + 1)]
        columns = {"point_id": ids, "name": name, "subdistrict_code": code, "lon": degrees.x, "lat": degrees.y}
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def _population(grid: pd.DataFrame, source: Path) -> pd.DataFrame:
    """Two counts of the same places: who lives there, and who is registered there; ages unknown."""
    totals = pd.read_csv(source / "subdistrict_population_c2018.csv").set_index("name")
    points = grid["name"].map(grid["name"].value_counts())
    bases = {"resident": "actual_pop_syrks", "registered": "registered_pop_hjrks"}
    frames = [
        pd.DataFrame(
            {
                "point_id": grid["point_id"],
                "basis": basis,
                "age_from_years": 0,
                "age_to_years": "",
                "persons": grid["name"].map(totals[column]) / points,
            }
        )
        for basis, column in bases.items()
    ]
    return pd.concat(frames, ignore_index=True)


def _canteens(source: Path, codes: dict[str, str]) -> pd.DataFrame:
    canteens = pd.read_csv(source / "canteens_2025_gcj02.csv", dtype=str)
    return canteens.assign(
        site_id=[f"c{number:02d}" for number in range(1, len(canteens) + 1)],
        subdistrict_code=canteens["name"].map(UNIT_OF_ADDRESS).map(codes),
        capacity_meals_per_day="",
    )
