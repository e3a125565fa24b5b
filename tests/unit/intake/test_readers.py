"""Each format gives exact text, and a file that is not what it says is refused."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest

from jingan_analysis.intake.config import TableConfig
from jingan_analysis.intake.raw_table import UnreadableFile
from jingan_analysis.intake.readers import read_raw


def table(file: Path, table_format: str, **more) -> TableConfig:
    return TableConfig(file=file.name, format=table_format, **more)


def refused(file: Path, table_format: str, **more) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        read_raw(file, table(file, table_format, **more))
    assert caught.value.mend.endswith(".")
    return caught.value


def workbook(file: Path, rows: list[list], *, formats: dict[str, str] | None = None) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cell, number_format in (formats or {}).items():
        book.active[cell].number_format = number_format
    book.save(file)
    return file


def test_csv_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text('id,name\n001,"two\nlines"\n\n003,"a\u2028b"\n', encoding="utf-8")
    raw = read_raw(file, table(file, "csv"))
    assert raw.frame["id"].tolist() == ["001", "003"]
    assert raw.rows.tolist() == [2, 5]
    assert raw.blank_rows == 1


def test_csv_with_a_byte_order_mark_and_in_gb18030(tmp_path: Path) -> None:
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        file = tmp_path / f"{encoding}.csv"
        file.write_text("编号,名称\n007,𠮷祥食堂\n", encoding=encoding)
        raw = read_raw(file, table(file, "csv", encoding="utf-8" if encoding == "utf-8-sig" else encoding))
        assert raw.frame.to_dict("list") == {"编号": ["007"], "名称": ["𠮷祥食堂"]}


def test_a_wrong_encoding_names_the_right_one(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("id,name\n1,静\n", encoding="gb18030")
    error = refused(file, "csv")
    assert error.row == 2
    assert "'gb18030'" in error.mend


@pytest.mark.parametrize(
    ("content", "words", "row"),
    [
        ("", "0 bytes", None),
        ("\n\n", "no headers", 1),
        ("a,b,a\n1,2,3\n", "columns 1 and 3 have the same header", 1),
        ('a,b\n1,"open\n', "begins on line 2", 2),
    ],
)
def test_bad_csv(tmp_path: Path, content: str, words: str, row: int | None) -> None:
    file = tmp_path / "a.csv"
    file.write_text(content, encoding="utf-8")
    error = refused(file, "csv")
    assert words in error.rule
    assert error.row == row


def test_rows_wider_than_the_header_are_reported(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("a,b\n1,2\n1,2,3\n1\n", encoding="utf-8")
    raw = read_raw(file, table(file, "csv"))
    assert raw.ragged == ((3, 3),)
    assert raw.frame["b"].fillna("-").tolist() == ["2", "2", "-"]


def test_xlsx_gives_exact_text(tmp_path: Path) -> None:
    rows = [
        ["code", "n", "day", "yes"],
        [310106011000, 1.5, dt.datetime(2024, 8, 31), True],
        [1.0e11, 7, dt.datetime(2024, 8, 31, 10, 30), False],
        ["0007", None, dt.date(2024, 1, 2), None],
        [7, 0.1, None, None],
        [310106198001011230.0, None, None, None],
    ]
    file = workbook(tmp_path / "a.xlsx", rows, formats={"A5": "0000"})
    raw = read_raw(file, table(file, "xlsx"))
    codes = raw.frame["code"].tolist()
    assert codes[:4] == ["310106011000", "100000000000", "0007", "0007"]
    assert codes[4] in {"310106198001011230", "3.10106198001011E+17"}
    assert raw.frame["n"].dropna().tolist() == ["1.5", "7", "0.1"]
    assert raw.frame["day"].dropna().tolist() == ["2024-08-31", "2024-08-31 10:30:00", "2024-01-02"]
    assert raw.frame["yes"].dropna().tolist() == ["true", "false"]
    assert raw.rows.tolist() == [2, 3, 4, 5, 6]


def test_a_long_code_that_a_spreadsheet_took_for_a_number_does_not_look_whole() -> None:
    from jingan_analysis.intake.raw_table import text_of

    assert text_of(999999999999999.0) == "999999999999999"
    assert text_of(3.1010619800101123e17) == "3.10106198001011E+17"


def test_xlsx_faults(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", [["a", "b"], [1, "=A2+1"]])
    assert "formula" in refused(file, "xlsx").rule
    assert "no sheet 'Tabel'" in refused(file, "xlsx", sheet="Tabel").rule
    file = workbook(tmp_path / "b.xlsx", [["a", "a"], [1, 2]])
    assert "same header" in refused(file, "xlsx").rule
    (tmp_path / "c.xlsx").write_bytes(b"PK\x03\x04 broken")
    assert "damaged" in refused(tmp_path / "c.xlsx", "xlsx").rule


def test_a_value_beside_the_table_is_reported(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", [["a", "b"], [1, 2, None, 9], [None, None], [3, 4]])
    raw = read_raw(file, table(file, "xlsx"))
    assert raw.ragged == ((2, 4),)
    assert raw.rows.tolist() == [2, 4]


def test_geojson_keeps_codes_and_shapes(tmp_path: Path) -> None:
    file = tmp_path / "a.geojson"
    point = {"type": "Point", "coordinates": [121.4, 31.2]}
    features = [
        {"type": "Feature", "properties": {"code": "007", "n": 3}, "geometry": point},
        {"type": "Feature", "properties": {"n": 4.5}, "geometry": None},
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    raw = read_raw(file, table(file, "geojson"))
    assert raw.frame["code"].fillna("-").tolist() == ["007", "-"]
    assert raw.frame["n"].tolist() == ["3", "4.5"]
    assert raw.geometry is not None
    assert raw.geometry[0].x == 121.4
    assert raw.geometry[1] is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"type": "FeatureCollection"', "not JSON"),
        ('{"type": "Feature"}', "not a FeatureCollection"),
        ('{"type": "FeatureCollection", "crs": {"properties": {"name": "EPSG:3857"}}, "features": []}', "EPSG:3857"),
        ('{"type": "FeatureCollection", "features": [{"properties": {"a": 1, "a": 2}}]}', "same name twice"),
        ('{"type": "FeatureCollection", "features": [{"geometry": {"type": "Point"}}]}', "damaged geometry"),
    ],
)
def test_bad_geojson(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "a.geojson"
    file.write_text(content, encoding="utf-8")
    assert words in refused(file, "geojson").rule


def frame():
    import geopandas as gpd

    columns = {"code": ["007", "008"], "n": [1, 2]}
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy([121.4, 121.5], [31.2, 31.3]), crs="EPSG:4326")


def test_geopackage_and_geoparquet(tmp_path: Path) -> None:
    frame().to_file(tmp_path / "a.gpkg", layer="one", driver="GPKG")
    frame().to_parquet(tmp_path / "a.parquet")
    for file in (tmp_path / "a.gpkg", tmp_path / "a.parquet"):
        raw = read_raw(file, table(file, file.suffix[1:], datum="WGS84"))
        assert raw.frame["code"].tolist() == ["007", "008"]
        assert [shape.x for shape in raw.geometry] == [121.4, 121.5]


def test_a_projected_crs_that_the_file_states_is_undone(tmp_path: Path) -> None:
    frame().to_crs("EPSG:4549").to_file(tmp_path / "a.gpkg", layer="one", driver="GPKG")
    raw = read_raw(tmp_path / "a.gpkg", table(tmp_path / "a.gpkg", "gpkg", datum="WGS84"))
    assert np.allclose([shape.x for shape in raw.geometry], [121.4, 121.5], atol=1e-7)
    assert "GCJ02 cannot be" in refused(tmp_path / "a.gpkg", "gpkg", datum="GCJ02").rule


def test_several_layers_need_a_name(tmp_path: Path) -> None:
    frame().to_file(tmp_path / "a.gpkg", layer="one", driver="GPKG")
    frame().to_file(tmp_path / "a.gpkg", layer="two", driver="GPKG")
    assert "2 layers" in refused(tmp_path / "a.gpkg", "gpkg", datum="WGS84").rule
    assert "'one'" in refused(tmp_path / "a.gpkg", "gpkg", datum="WGS84", layer="ones").mend


VRT = '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'


@pytest.mark.parametrize("table_format", ["gpkg", "geojson", "parquet", "xlsx"])
def test_a_virtual_table_under_another_name_is_refused(tmp_path: Path, table_format: str) -> None:
    file = tmp_path / f"a.{table_format}"
    file.write_text(VRT, encoding="utf-8")
    assert "OGR virtual table" in refused(file, table_format).rule


def test_a_geopackage_that_reaches_beyond_itself_is_refused(tmp_path: Path) -> None:
    import sqlite3
    from contextlib import closing

    frame().to_file(tmp_path / "a.gpkg", layer="one", driver="GPKG")
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute(
            "INSERT INTO sqlite_master VALUES ('table', 'v', 'v', 0, 'CREATE VIRTUAL TABLE v USING VirtualOGR(''/etc/passwd'')')"
        )
        database.commit()
    assert "virtual table" in refused(tmp_path / "a.gpkg", "gpkg", datum="WGS84").rule


def test_a_workbook_named_csv_and_a_damaged_parquet_are_refused(tmp_path: Path) -> None:
    workbook(tmp_path / "a.csv", [["a"], [1]])
    assert "zip archive" in refused(tmp_path / "a.csv", "csv").rule
    (tmp_path / "a.parquet").write_bytes(b"PAR1 nonsense PAR1")
    assert "damaged" in refused(tmp_path / "a.parquet", "parquet").rule


def test_parquet_days_are_days(tmp_path: Path) -> None:
    import decimal

    import pyarrow as pa
    import pyarrow.parquet as pq

    content = pa.table(
        {
            "day": [dt.date(2024, 8, 31), None],
            "price": [decimal.Decimal("1.50"), None],
            "word": pa.array(["a", "b"]).dictionary_encode(),
        }
    )
    pq.write_table(content, tmp_path / "a.parquet")
    raw = read_raw(tmp_path / "a.parquet", table(tmp_path / "a.parquet", "parquet"))
    assert str(raw.frame["day"].dtype).startswith("datetime64")
    assert raw.frame["price"].iloc[0] == 1.5
    assert raw.frame["word"].tolist() == ["a", "b"]
