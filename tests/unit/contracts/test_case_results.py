"""Bad rows in the table on results of cases are told with their file, row, column and rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from spoiled_rows import assert_told

from jingan_analysis.district import load_district

SPOILED = [
    pytest.param("window,50,45,40", "window,44,45,40", "on_time_cases is not above finished_cases", id="more on time than finished"),
    pytest.param("window,50,45,40", "window,50,45,51", "first_time_cases is not above finished_cases", id="more right than finished"),
    pytest.param("window,50,45,40", "window,-1,,", "finished_cases must be between 0 and 1,000,000", id="negative"),
    pytest.param("window,50,45,40", "counter,50,45,40", "Write one of: window", id="unknown channel"),
    pytest.param("010001000000,window", "010009000000,window", "subdistrict_code is not in sub_districts.subdistrict_code", id="unknown sub-district"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "rule"), SPOILED)
def test_a_spoiled_row_is_told(valid_district: Path, right: str, wrong: str, rule: str) -> None:
    assert_told(valid_district, "case_results", right, wrong, rule)


def test_a_month_twice_is_told(valid_district: Path) -> None:
    first = (valid_district / "case_results.csv").read_text(encoding="utf-8").splitlines()[1]
    assert_told(
        valid_district, "case_results", first, f"{first}\n{first}",
        "the same month + subdistrict_code + channel stands in an earlier row",
    )  # fmt: skip


def test_what_is_not_recorded_is_no_fault(valid_district: Path) -> None:
    file = valid_district / "case_results.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("window,50,45,40", "window,50,,"), encoding="utf-8")
    table = load_district(valid_district).table("case_results")
    assert table["on_time_cases"].isna().any() and table["first_time_cases"].isna().any()
