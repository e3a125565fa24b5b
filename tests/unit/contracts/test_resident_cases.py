"""Bad rows in the table on cases by where people live are told with their file, row, column and rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from spoiled_rows import assert_told

from jingan_analysis.district import load_district

SPOILED = [
    pytest.param("2024-01,c00,window,30", "2024-01,c00,window,-3", "cases must be between 0 and 1,000,000", id="negative"),
    pytest.param("2024-01,c00,window,30", "2024-01,c00,window,", "cases", id="unknown count"),
    pytest.param("2024-01,c00,window,30", "2024-01,c00,counter,30", "Write one of: window", id="unknown channel"),
    pytest.param("2024-01,c00,window,30", "2024-01,c99,window,30", "committee_id is not in committees.committee_id", id="unknown committee"),
    pytest.param("2024-01,c00,window,30", "2124-01,c00,window,30", "month", id="month of a far future"),
    pytest.param("2024-01,c00,window,30", "2024-13,c00,window,30", "month", id="no such month"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "rule"), SPOILED)
def test_a_spoiled_row_is_told(valid_district: Path, right: str, wrong: str, rule: str) -> None:
    assert_told(valid_district, "resident_cases", right, wrong, rule)


@pytest.mark.parametrize("row", ["2024-01,c00,window,30", "2024-01,,window,3"], ids=["known", "residence unknown"])
def test_a_combination_twice_is_told(valid_district: Path, row: str) -> None:
    told = "the same month + committee_id + channel stands in an earlier row"
    assert_told(valid_district, "resident_cases", row, f"{row}\n{row}", told)


def test_an_unknown_residence_is_no_fault(valid_district: Path) -> None:
    table = load_district(valid_district).table("resident_cases")
    assert table["committee_id"].isna().sum() == 8
