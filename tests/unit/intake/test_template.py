"""An empty district can be filled in, in any language, and then loads."""

from __future__ import annotations

import csv
import io
import json
import re
import runpy
from pathlib import Path

import pytest

from jingan_analysis.contracts import CONTRACTS, Column
from jingan_analysis.district import load_district
from jingan_analysis.errors import MissingTable
from jingan_analysis.intake.check import check_district
from jingan_analysis.intake.template import TemplateExists, write_template
from jingan_analysis.vocabulary import LANGUAGES

SMALL = runpy.run_path(str(Path(__file__).parents[1] / "conftest.py"))


SOME = ("sub_districts", "committees", "demand_points", "population", "canteens", "households", "walking_network")


def as_written(text: str, column: Column, language: str) -> str | float | None:
    """A value of the small district as a person would write it in a spreadsheet."""
    if text == "":
        return None
    if column.kind == "boolean":
        no = text.lower() in {"false", "no", "0"}
        return {"zh": ("是", "否"), "ja": ("はい", "いいえ"), "en": ("yes", "no")}[language][no]
    labels = {choice.code: getattr(choice.label, language) for choice in column.choices}
    return float(text) if column.kind in {"integer", "number"} else labels.get(text, text)


def fill(folder: Path, language: str) -> None:
    """Fill every workbook with the small district's rows, choices and booleans as a person would write them."""
    from openpyxl import load_workbook

    for name, text in SMALL["plain_tables"]().items():
        if not (folder / f"{name}.xlsx").exists():
            continue
        contract = CONTRACTS[name]
        book = load_workbook(folder / f"{name}.xlsx")
        sheet = book.worksheets[0]
        order = [column.name for column in contract.columns]
        for row, record in enumerate(csv.DictReader(io.StringIO(text)), start=2):
            for key, text_value in record.items():
                value = as_written(text_value, contract.column(key), language)
                sheet.cell(row, order.index(key) + 1, value)
        book.save(folder / f"{name}.xlsx")
    for name, features in (("sub_districts", "unit_features"), ("walking_network", "edge_features")):
        (folder / f"{name}.geojson").write_text(json.dumps(SMALL["collection"](SMALL[features]())), encoding="utf-8")
    text = (folder / "district.toml").read_text(encoding="utf-8").replace('metric_crs = ""', 'metric_crs = "EPSG:4549"')
    text = text.replace('datum = ""', 'datum = "WGS84"')
    (folder / "district.toml").write_text(re.sub(r'(en|zh|ja) = ""', r'\1 = "X"', text), encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filled_template_loads_and_holds_the_same_data(tmp_path: Path, valid_district: Path, language: str) -> None:
    tables = list(CONTRACTS if language == "zh" else SOME)
    write_template(tmp_path / "new", language, tables)
    fill(tmp_path / "new", language)
    report = check_district(tmp_path / "new")
    assert report.faults == (), str(report)
    new, old = load_district(tmp_path / "new"), load_district(valid_district)
    for name in tables:
        assert new.table(name).equals(old.table(name)), name


def test_an_unfilled_template_says_what_is_missing(tmp_path: Path) -> None:
    write_template(tmp_path, "zh")
    words = " ".join(fault.rule for fault in check_district(tmp_path).faults)
    assert "is not a CRS" in words
    assert "at least 1 character" in words


def test_workbooks_help_whoever_fills_them(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    assert write_template(tmp_path, "zh", ["canteens"]) == tmp_path / "district.toml"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["canteens.xlsx", "district.toml"]
    book = load_workbook(tmp_path / "canteens.xlsx")
    sheet = book.worksheets[0]
    columns = CONTRACTS["canteens"].columns
    assert [cell.value for cell in sheet[1]] == [column.header.zh for column in columns]
    assert all(column.description in cell.comment.text for cell, column in zip(sheet[1], columns, strict=True))
    assert sheet.column_dimensions["A"].number_format == "@"
    lists = {str(rule.sqref).split("2:")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    kind = [column.name for column in columns].index("kind")
    assert lists["ABCDEFGHIJKLMNOP"[kind]].endswith("$4")
    offered = [row[kind] for row in book["lists"].iter_rows(values_only=True, max_row=4)]
    assert offered == [choice.label.zh for choice in columns[kind].choices]
    assert len(lists) == 2, "a list each for the kind and for delivery"
    noted = [row[1] for row in book["说明"].iter_rows(values_only=True, min_row=5)]
    assert noted == [column.name for column in columns]


def test_two_templates_are_the_same_bytes(tmp_path: Path) -> None:
    write_template(tmp_path / "a", "ja", ["canteens", "meals"])
    write_template(tmp_path / "b", "ja", ["canteens", "meals"])
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_nothing_is_overwritten_and_names_are_checked(tmp_path: Path) -> None:
    write_template(tmp_path, "en", ["matters"])
    with pytest.raises(TemplateExists, match=r"district\.toml already"):
        write_template(tmp_path, "en", ["meals"])
    with pytest.raises(MissingTable, match="Did you mean 'canteens'"):
        write_template(tmp_path / "x", "en", ["canteen"])
