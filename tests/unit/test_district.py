from __future__ import annotations

import dataclasses
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from jingan_analysis.contracts import CONTRACTS
from jingan_analysis.contracts.schema import pandera_schema
from jingan_analysis.district import load_district
from jingan_analysis.errors import DistrictNotFound, InvalidTable, MissingTable


def configure(folder: Path, name: str, *lines: str) -> None:
    text = (folder / "district.toml").read_text(encoding="utf-8")
    entry = f"[tables.{name}]\n"
    assert entry in text
    (folder / "district.toml").write_text(text.replace(entry, entry + "\n".join(lines) + "\n"), encoding="utf-8")


def test_every_table_follows_its_schema(valid_district: Path) -> None:
    district = load_district(valid_district)
    for name, contract in CONTRACTS.items():
        pandera_schema(contract).validate(district.table(name), lazy=True)


def test_what_the_district_says_of_itself(valid_district: Path) -> None:
    district = load_district(str(valid_district))
    assert district.key == "small"
    assert district.names == {"en": "Small", "zh": "小区", "ja": "小さな区"}
    assert district.synthetic
    assert (district.metric_crs, district.buffer_m, district.detour_factor, district.snap_cap_m) == (
        "EPSG:4549",
        3000,
        1.3,
        200,
    )
    assert district.published_paths == ()
    assert district.has("meals")
    assert not district.has("meal")
    with pytest.raises(dataclasses.FrozenInstanceError):
        district.path = Path()


def test_types_codes_and_missing_values(valid_district: Path) -> None:
    district = load_district(valid_district)
    canteens = district.table("canteens")
    assert canteens["subdistrict_code"].tolist() == ["010001000000", "010002000000"], "leading zeros survive"
    kinds = {
        "site_id": "str",
        "opened_on": "datetime64[s]",
        "seats": "Int64",
        "capacity_meals_per_day": "float64",
        "delivers": "boolean",
        "x_m": "float64",
        "name_zh": "str",
    }
    assert {name: str(canteens[name].dtype) for name in kinds} == kinds
    assert canteens["name_zh"].isna().all(), "an absent optional column is there, empty"
    assert str(district.table("meals")["elder_meals"].dtype) == "int64"


def test_points_and_shapes_are_in_the_metric_crs(valid_district: Path) -> None:
    from pyproj import Transformer

    district = load_district(valid_district)
    points, units = district.table("demand_points"), district.table("sub_districts")
    x, y = Transformer.from_crs("EPSG:4326", "EPSG:4549", always_xy=True).transform(points["lon"], points["lat"])
    assert points["x_m"].to_numpy() == pytest.approx(x)
    assert points["y_m"].to_numpy() == pytest.approx(y)
    assert units.crs == "EPSG:4549"
    assert units.area.to_numpy() == pytest.approx(952.9 * 1108.7, rel=0.01)
    assert district.table("walking_network").length.max() < 300


def test_nobody_can_spoil_a_table_for_others(valid_district: Path) -> None:
    district = load_district(valid_district)
    for name in ("canteens", "sub_districts"):
        first = district.table(name)
        before = first.copy(deep=True)
        first.loc[0, "name_en"] = "spoilt"
        first["extra"] = 1
        assert district.table(name).equals(before)
    defaults = district.study_defaults("canteen_reach")
    defaults["spoilt"] = 1
    assert district.study_defaults("canteen_reach") == {}


def test_missing_and_invalid_tables(valid_district: Path) -> None:
    text = (valid_district / "meals.csv").read_text(encoding="utf-8").replace(",lunch,", ",lynch,")
    (valid_district / "meals.csv").write_text(text, encoding="utf-8")
    district = load_district(valid_district)
    with pytest.raises(MissingTable, match="Did you mean 'meals'"):
        district.table("meal")
    with pytest.raises(InvalidTable) as caught:
        district.table("meals")
    assert "16 faults" in str(caught.value)
    assert "rows 2–17 (16 rows), column meal: 'lynch'" in str(caught.value)
    assert caught.value.__cause__ is None
    with pytest.raises(DistrictNotFound):
        load_district(valid_district / "nowhere")


def test_a_long_list_of_faults_is_cut_and_the_total_given(valid_district: Path) -> None:
    head, *lines = (valid_district / "population.csv").read_text(encoding="utf-8").splitlines()
    lines = [line.replace(",resident,", f",residnt{number},") for number, line in enumerate(lines)]
    (valid_district / "population.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    with pytest.raises(InvalidTable) as caught:
        load_district(valid_district).table("population")
    message = str(caught.value)
    assert "90 faults" in message
    assert message.count("residnt") == 50
    assert "and 40 more" in message


def test_one_wrong_value_in_many_rows_is_told_once_with_its_rows(valid_district: Path) -> None:
    head, *lines = (valid_district / "population.csv").read_text(encoding="utf-8").splitlines()
    lines = [line.replace(",resident,", ",residnt,") if row % 3 else line for row, line in enumerate(lines)]
    (valid_district / "population.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    with pytest.raises(InvalidTable) as caught:
        load_district(valid_district).table("population")
    assert "60 faults" in str(caught.value)
    assert str(caught.value).count("residnt") == 1
    assert "rows 3–4, 6–7, 9–10, 12–13, 15–16, 18–19, 21–22, 24–25, … (60 rows)" in str(caught.value)
    from jingan_analysis.intake.check import check_district

    report = check_district(valid_district)
    assert len(report.faults) == len(report.rows()) == 60
    assert "24–25, 27–28" in str(report), "the check names every row"
    assert "90–91 (60 rows)" in str(report)


def test_all_missing_tables_are_named_at_once(valid_district: Path) -> None:
    text = (valid_district / "district.toml").read_text(encoding="utf-8")
    kept = text.partition("[tables.demand_points]")[0]
    (valid_district / "district.toml").write_text(kept, encoding="utf-8")
    district = load_district(valid_district)
    district.require("sub_districts", "committees")
    with pytest.raises(MissingTable, match="'small' has no tables population, canteens; it has: committees, sub_dist"):
        district.require("sub_districts", "population", "canteens")
    with pytest.raises(MissingTable, match="has no table demand_points; .* declare it under \\[tables\\]") as caught:
        district.table("demand_points")
    assert "Did you mean" not in str(caught.value), "a table that the district lacks is no slip of the pen"


def test_an_exception_withholds_values_of_people(valid_district: Path) -> None:
    text = (valid_district / "households.csv").read_text(encoding="utf-8").replace("low_income", "secret", 1)
    (valid_district / "households.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidTable) as caught:
        load_district(valid_district).table("households")
    assert "secret" not in str(caught.value)
    assert "[withheld]" in str(caught.value)


def test_rejected_rows_are_left_out_counted_and_kept(valid_district: Path) -> None:
    text = (valid_district / "meals.csv").read_text(encoding="utf-8")
    text = text.replace("s0,2024-02-15,lunch", "s0,2024-02-15,lynch").replace("s1,2024-03-15", "s7,2024-03-15")
    (valid_district / "meals.csv").write_text(text, encoding="utf-8")
    configure(valid_district, "meals", 'on_fault = "reject"')
    district = load_district(valid_district)
    assert len(district.table("meals")) == 14
    assert district.rejected("meals") == 2
    assert district.rejected("canteens") == 0
    kept = pd.read_csv(valid_district / "rejected" / "meals.csv", dtype="str")
    assert kept["(row)"].tolist() == ["3", "12"]
    assert kept["meal"].tolist() == ["lynch", "lunch"]
    assert "not in canteens.site_id" in kept["(faults)"].iloc[1]
    before = (valid_district / "rejected" / "meals.csv").read_bytes()
    load_district(valid_district).table("meals")
    assert (valid_district / "rejected" / "meals.csv").read_bytes() == before


def test_a_check_shows_rejected_rows_and_writes_nothing(valid_district: Path) -> None:
    from jingan_analysis.intake.check import check_district

    text = (valid_district / "meals.csv").read_text(encoding="utf-8").replace(",lunch,", ",lynch,", 1)
    (valid_district / "meals.csv").write_text(text, encoding="utf-8")
    configure(valid_district, "meals", 'on_fault = "reject"')
    report = check_district(valid_district)
    assert report.ok
    assert [fault.rejected for fault in report.faults] == [True]
    assert any("1 of 16 rows rejected" in notice.text for notice in report.notices)
    assert not (valid_district / "rejected").exists()


def test_a_table_of_rejected_rows_only_is_a_fault(valid_district: Path) -> None:
    text = (valid_district / "meals.csv").read_text(encoding="utf-8").replace(",lunch,", ",lynch,")
    (valid_district / "meals.csv").write_text(text, encoding="utf-8")
    configure(valid_district, "meals", 'on_fault = "reject"')
    with pytest.raises(InvalidTable, match="no row is left"):
        load_district(valid_district).table("meals")


def test_a_chinese_table_in_gb18030_is_the_same_table(valid_district: Path) -> None:
    plain = load_district(valid_district).table("meals")
    head, _, body = (valid_district / "meals.csv").read_text(encoding="utf-8").partition("\n")
    chinese = ",".join(CONTRACTS["meals"].column(name).header.zh for name in head.split(","))
    body = body.replace("lunch", "午餐").replace("dine_in", "堂食").replace("-15,", "/15,").replace("2024-0", "2024/")
    (valid_district / "meals.csv").write_text(chinese + "\n" + body, encoding="gb18030")
    configure(valid_district, "meals", 'encoding = "gb18030"')
    district = load_district(valid_district)
    assert district.table("meals").equals(plain)
    counted = {(repair.column, repair.kind): repair.count for repair in district.repairs("meals")}
    assert counted == {
        ("meal", "label to code"): 16,
        ("mode", "label to code"): 16,
        ("served_on", "date rewritten"): 16,
    }


def test_constants_fill_a_column(valid_district: Path) -> None:
    text = (
        (valid_district / "meals.csv")
        .read_text(encoding="utf-8")
        .replace(",mode,", ",other,")
        .replace(",dine_in,", ",,")
    )
    (valid_district / "meals.csv").write_text(text, encoding="utf-8")
    configure(valid_district, "meals", 'constants = {mode = "堂食"}')
    assert set(load_district(valid_district).table("meals")["mode"]) == {"dine_in"}


@pytest.mark.parametrize("table_format", ["gpkg", "parquet"])
def test_points_and_boundaries_of_a_gis(valid_district: Path, table_format: str) -> None:
    import geopandas as gpd

    plain = load_district(valid_district)
    canteens, units = plain.table("canteens"), plain.table("sub_districts")
    layer = gpd.GeoDataFrame(
        canteens.drop(columns=["lon", "lat", "x_m", "y_m"]),
        geometry=gpd.points_from_xy(canteens["lon"], canteens["lat"]),
        crs="EPSG:4326",
    )
    for name, frame in (("canteens", layer), ("sub_districts", units)):
        file = valid_district / f"{name}.{table_format}"
        frame.to_file(file, driver="GPKG") if table_format == "gpkg" else frame.to_parquet(file)
        text = (valid_district / "district.toml").read_text(encoding="utf-8")
        for old in ("csv", "geojson"):
            text = text.replace(
                f'file = "{name}.{old}"\nformat = "{old}"', f'file = "{file.name}"\nformat = "{table_format}"'
            )
        (valid_district / "district.toml").write_text(text, encoding="utf-8")
    district = load_district(valid_district)
    pd.testing.assert_frame_equal(district.table("canteens"), canteens)
    assert district.table("sub_districts").geom_equals_exact(units, 1e-3).all()


def test_digests_are_those_of_the_files_read(valid_district: Path) -> None:
    district = load_district(valid_district)
    assert list(district.input_digests()) == ["district.toml"]
    district.table("matters")
    expected = {
        name: hashlib.sha256((valid_district / name).read_bytes()).hexdigest()
        for name in ("district.toml", "matters.csv")
    }
    assert district.input_digests() == expected
    district.table("meals")
    assert {"meals.csv", "canteens.csv"} <= set(district.input_digests())


def test_what_was_asked_of_one_view_is_not_asked_of_another(valid_district: Path) -> None:
    district = load_district(valid_district)
    district.table("meals")
    view = district.unread()
    assert view == district
    assert list(view.input_digests()) == ["district.toml"]
    assert view.sources() == {}
    view.table("canteens")
    alone = load_district(valid_district)
    alone.table("canteens")
    assert view.input_digests() == alone.input_digests()
    assert "meals.csv" in district.input_digests()
    # Canteens were read before; so were the sub-districts that they are checked against, which count here, too.
    assert "sub_districts.geojson" in view.input_digests()


def test_a_view_reads_no_file_again(valid_district: Path) -> None:
    district = load_district(valid_district)
    district.table("canteens")
    (valid_district / "canteens.csv").unlink()
    assert len(district.unread().table("canteens"))


def test_two_loads_give_the_same_tables(valid_district: Path) -> None:
    one, two = load_district(valid_district), load_district(valid_district)
    for name in CONTRACTS:
        assert one.table(name).equals(two.table(name))


def test_features_out_of_order_give_the_same_units(valid_district: Path) -> None:
    before = load_district(valid_district).table("sub_districts").set_index("subdistrict_code").sort_index()
    file = valid_district / "sub_districts.geojson"
    content = json.loads(file.read_text(encoding="utf-8"))
    content["features"].reverse()
    file.write_text(json.dumps(content), encoding="utf-8")
    after = load_district(valid_district).table("sub_districts").set_index("subdistrict_code").sort_index()
    assert after.equals(before)


def test_importing_the_module_loads_no_heavy_library() -> None:
    code = "import sys, jingan_analysis.district as d; print([m for m in ('pandas', 'pandera', 'geopandas', 'openpyxl', 'shapely') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
