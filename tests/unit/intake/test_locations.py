"""Points say where they are: axes, datum, unit and distance from the district."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from jingan_analysis.district import load_district
from jingan_analysis.intake.check import check_district
from jingan_analysis.intake.datums import wgs84_to_gcj02
from jingan_analysis.intake.faults import Fault

HEAD = "site_id,name_en,kind,subdistrict_code,lon,lat,capacity_meals_per_day"
U1, U2, U3 = "010001000000", "010002000000", "010003000000"


def with_canteens(folder: Path, *rows: str, datum: str = "WGS84") -> list[Fault]:
    lines = [f"s{number},Site,canteen,{row},100" for number, row in enumerate(rows)]
    (folder / "canteens.csv").write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    text = (folder / "district.toml").read_text(encoding="utf-8").partition("[tables.walking_network]")[0]
    text += f'[tables.canteens]\nfile = "canteens.csv"\nformat = "csv"\ndatum = "{datum}"\n'
    (folder / "district.toml").write_text(text, encoding="utf-8")
    return [fault for fault in check_district(folder).faults if fault.table == "canteens"]


def gcj(lon: float, lat: float) -> str:
    east, north = wgs84_to_gcj02(np.array([lon]), np.array([lat]))
    return f"{east[0]:.7f},{north[0]:.7f}"


def test_points_in_their_unit_near_a_border_or_outside_without_a_code_are_fine(valid_district: Path) -> None:
    faults = with_canteens(
        valid_district,
        f"{U1},120.305,31.205",
        f"{U1},120.3103,31.205",  # 30 m over the border: drawing noise
        ",120.2900,31.205",  # outside, within the buffer
        ",120.3003,31.205",  # 30 m inside the district: drawing noise
    )
    assert faults == []


@pytest.mark.parametrize(
    ("row", "words", "column"),
    [
        (f"{U1},31.205,120.305", "swapped", "lon"),
        (f"{U1},121.305,31.205", "km outside the district", "lon"),
        (",120.2,31.205", "km outside the district", "lon"),
        (f"{U1},120.3250,31.205", f"lies in {U3}, not in the unit", "subdistrict_code"),
        (f"{U1},120.2990,31.205", "lies outside the district, not in the unit", "subdistrict_code"),
        (",120.305,31.205", "the code is empty", "subdistrict_code"),
        (f"{U1},220.305,31.205", "between -180 and 180", "lon"),
        (f"{U1},120.305,95", "between -90 and 90", "lat"),
        (f"{U1},,31.205", "empty", "lon"),
    ],
)
def test_each_fault_is_found_once(valid_district: Path, row: str, words: str, column: str) -> None:
    faults = with_canteens(valid_district, row, f"{U2},120.315,31.205")
    assert [(fault.row, fault.column) for fault in faults if fault.rule] == [(2, column)]
    assert words in faults[0].rule


def test_a_wrong_datum_is_suspected(valid_district: Path) -> None:
    # GCJ-02 moves a point about 450 m east here: from unit 1, 200 m west of the border, into unit 2.
    faults = with_canteens(valid_district, f"{U1},{gcj(120.3079, 31.206)}")
    assert len(faults) == 1
    assert f"in {U1} if its datum were GCJ02 instead of WGS84" in faults[0].rule
    assert "datum = 'GCJ02'" in faults[0].mend


def test_gcj02_points_come_out_in_wgs84(valid_district: Path) -> None:
    faults = with_canteens(valid_district, f"{U1},{gcj(120.3079, 31.206)}", datum="GCJ02")
    assert faults == []
    table = load_district(valid_district).table("canteens")
    assert table["lon"].iloc[0] == pytest.approx(120.3079, abs=2e-7)
    assert table["lat"].iloc[0] == pytest.approx(31.206, abs=2e-7)


def test_without_boundaries_places_are_not_checked_and_that_is_said(valid_district: Path) -> None:
    (valid_district / "sub_districts.geojson").unlink()
    report = check_district(valid_district)
    assert {fault.table for fault in report.faults} == {"sub_districts"}
    assert any("places are not checked" in notice.text for notice in report.notices)
