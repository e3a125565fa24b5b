from __future__ import annotations

import csv
import io
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
