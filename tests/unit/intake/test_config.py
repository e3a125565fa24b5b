from __future__ import annotations

from pathlib import Path

import pytest

from jingan_analysis.errors import DistrictConfigError, DistrictNotFound
from jingan_analysis.intake.config import load_config, published_paths, read_config

GOOD = """\
key = "a"
published = "../figures.toml"
names = {en = "A", zh = "甲", ja = "甲"}
[geography]
metric_crs = "EPSG:4549"
[tables.canteens]
file = "canteens.csv"
format = "csv"
encoding = "GB18030"
datum = "GCJ02"
headers = {"容量" = "capacity_meals_per_day"}
constants = {kind = "canteen"}
[study_defaults.canteen_reach]
age_from_years = 0
"""


def write(folder: Path, text: str) -> Path:
    (folder / "district.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_good_configuration(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, GOOD))
    assert config.geography.buffer_m == 3000
    assert config.geography.detour_factor == 1.3
    assert config.geography.snap_cap_m == 200
    assert config.tables["canteens"].encoding == "gb18030"
    assert config.tables["canteens"].on_fault == "refuse"
    assert config.study_defaults == {"canteen_reach": {"age_from_years": 0}}
    assert not config.synthetic
    assert published_paths(tmp_path, config) == ((tmp_path / "../figures.toml").resolve(),)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("metric_crs", "metric_csr", "Did you mean 'metric_crs'?"),
        ('file = "canteens.csv"', 'file = "canteens.csv"\nencodng = "utf-8"', "Did you mean 'encoding'?"),
        ("[study_defaults", "[study_default", "Did you mean 'study_defaults'?"),
        ("tables.canteens", "tables.canteen", "Did you mean 'canteens'?"),
        ('"capacity_meals_per_day"', '"capacity"', "has no column 'capacity'"),
        ("kind =", "knid =", "Did you mean 'kind'?"),
        ('"canteens.csv"', '"../canteens.csv"', "outside the district folder"),
        ('"canteens.csv"', '"/etc/passwd"', "outside the district folder"),
        ('"canteens.csv"', r'"C:\\canteens.csv"', "outside the district folder"),
        ('"canteens.csv"', '"http://x/canteens.csv"', "outside the district folder"),
        ('datum = "GCJ02"', "", "never guessed"),
        ('"GCJ02"', '"GCJ-02"', "'WGS84'"),
        ('format = "csv"', 'format = "vrt"', "'csv'"),
        ('format = "csv"', 'format = "xlsx"', "acts only for format 'csv'"),
        ('"GB18030"', '"gb-18031"', "is not an encoding"),
        ('"EPSG:4549"', '"EPSG:4326"', "not a projected CRS in metres"),
        ('"EPSG:4549"', '"EPSG:2263"', "not a projected CRS in metres"),
        ('"EPSG:4549"', '"Shanghai"', "is not a CRS"),
        ('"EPSG:4549"', '"EPSG:4549"\nbuffer_m = -1', "greater than or equal to 0"),
        ('"EPSG:4549"', '"EPSG:4549"\ndetour_factor = 0.5', "greater than or equal to 1"),
        ('key = "a"', 'key = "A b"', "pattern"),
        ('zh = "甲", ', "", "'names.zh' is missing"),
        ('key = "a"', 'key = "a', "at line 1"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in GOOD
    with pytest.raises(DistrictConfigError) as caught:
        load_config(write(tmp_path, GOOD.replace(old, new, 1)))
    assert words in str(caught.value)


def test_all_faults_are_listed_and_the_rest_is_kept(tmp_path: Path) -> None:
    text = GOOD.replace('"canteens.csv"', '"../x.csv"').replace("key =", "colour = 1\nkey =")
    text += '[tables.meals]\nfile = "meals.csv"\nformat = "csv"\ndatum = "WGS84"\n[tables.matters]\nfile = "m.csv"\nformat = "csv"\n'
    reading = read_config(write(tmp_path, text))
    assert len(reading.faults) == 3
    assert reading.config is not None
    assert list(reading.config.tables) == ["matters"]


def test_shapes_do_not_fit_in_a_spreadsheet_and_a_datum_needs_coordinates(tmp_path: Path) -> None:
    text = GOOD + '[tables.sub_districts]\nfile = "u.csv"\nformat = "csv"\ndatum = "WGS84"\n'
    assert "needs shapes" in read_config(write(tmp_path, text)).faults[0].rule


def test_no_district(tmp_path: Path) -> None:
    with pytest.raises(DistrictNotFound, match="the folder does not exist"):
        load_config(tmp_path / "nowhere")
    with pytest.raises(DistrictNotFound, match="district.toml does not exist"):
        load_config(tmp_path)
