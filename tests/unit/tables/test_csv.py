from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest

from jingan_analysis.tables.csv import table_csv


@pytest.fixture
def rows(table):
    return list(csv.DictReader(io.StringIO(table_csv(table))))


def test_columns_are_the_row_its_label_and_the_columns_with_marks_where_used(table):
    header = table_csv(table).splitlines()[0]
    assert header == "row,label,older,share,share_mark,lower,lower_mark,note"


def test_numbers_keep_their_full_precision_and_counts_are_whole(rows):
    assert float(rows[0]["share"]) == 0.61234567891
    assert rows[0]["older"] == "1234"


def test_a_cell_with_a_mark_is_empty_except_for_low_reliability(rows):
    by_row = {row["row"]: row for row in rows}
    assert (by_row["a"]["share"], by_row["a"]["share_mark"]) == ("0.61234567891", "u")
    assert (by_row["b c"]["share"], by_row["b c"]["share_mark"]) == ("", "x")
    assert (by_row["b c"]["lower"], by_row["b c"]["lower_mark"]) == ("", "c"), "a suppressed number leaks"


def test_text_that_a_spreadsheet_would_run_is_disarmed(rows):
    assert rows[1]["note"] == "'=SUM(A1)"


def test_rows_keep_the_frames_order_and_lines_end_alike(table, rows):
    assert [row["row"] for row in rows] == ["a", "total", "b c"]
    assert "\r" not in table_csv(table)
    assert rows[0]["label"] == "宝山路街道"


def test_a_missing_number_without_a_mark_is_an_error(table):
    with pytest.raises(ValueError, match="row 'total', column 'lower': the value is missing; give the cell a mark"):
        table_csv(replace(table, marks={}))


FORMULAS = (
    "=HYPERLINK(1)", "+cmd|'/C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", '"=1', '" "=1', "＝1", "＋1", "－1", "＠1", "\n=1",
    "a;=1", "a;  +1", "a\t@1", "a\n-1", "a\r\n=1", "\ufeff=1", "−1", "|x", "%x",
)  # fmt: skip


def _starts(text: str) -> list[str]:
    """First signs of all cells that a spreadsheet may make of a text, whichever sign it parts cells with."""
    cells = [text, *re.split(r"[;\t\r\n]", text)]
    return [cell.lstrip(' "\t\r\n\ufeff')[:1] for cell in cells]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_begins_as_a_formula(table, text):
    frame = table.frame.assign(note=text).rename(index={"a": text}).rename(columns={"note": text})
    columns = (*table.columns[:-1], replace(table.columns[-1], name=text))
    hostile = replace(
        table, frame=frame, columns=columns, row_labels={text: text},
        marks={(text if row == "a" else row, name): mark for (row, name), mark in table.marks.items()},
    )  # fmt: skip
    cells = list(csv.reader(io.StringIO(table_csv(hostile))))
    assert [cells[0][-1], cells[1][0], cells[1][1], cells[1][-1]] == [cells[1][0]] * 4
    assert cells[1][0].replace("'", "") == re.sub(r"\r\n?", "\n", text).replace("'", "")
    for cell in (cell for row in cells for cell in row):
        assert not set("=+-@|%＝＋－＠−") & set(_starts(cell)) or _is_number(cell), cell


@pytest.mark.parametrize("text", ["a=b", "Mo-Fr 09:00", "3 + 4", "a; b", "宝山路街道", "x-1", "", "50%"])
def test_other_texts_stay_as_they_are(table, text):
    assert list(csv.reader(io.StringIO(table_csv(replace(table, frame=table.frame.assign(note=text))))))[1][-1] == text


def test_a_negative_number_is_a_number(table):
    rows = list(csv.DictReader(io.StringIO(table_csv(replace(table, frame=table.frame.assign(older=-5.5))))))
    assert {row["older"] for row in rows} == {"-5.5"}


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
