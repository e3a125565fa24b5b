"""Bad rows in the tables on volunteers are told with their file, row, column and rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from spoiled_rows import assert_told

from jingan_analysis.district import load_district

SPOILED = [
    pytest.param("volunteers", "1950-03", "2011-03", "a volunteer is 18 to 110 years old when joining", id="aged twelve"),
    pytest.param("volunteers", "1950-03", "1900-03", "a volunteer is 18 to 110 years old when joining", id="too old"),
    pytest.param("volunteers", "2023-01-01,,6", "2023-01-01,2022-01-01,6", "left_on is not before joined_on", id="left before"),
    pytest.param("volunteers", "vo01,", "vo00,", "the same vol_id stands in an earlier row", id="one volunteer twice"),
    pytest.param("volunteers", "old_partners", "chess", "Write one of: old_partners", id="unknown programme"),
    pytest.param("elder_needs", "el01,", "el00,", "the same person_id stands in an earlier row", id="one person twice"),
    pytest.param("elder_needs", "medium,1,", "medium,0,", "required_contacts_per_week must be between 0.1 and 21", id="no contact due"),
    pytest.param("elder_needs", "p00,alone", "p99,alone", "point_id is not in demand_points.point_id", id="unknown home"),
    pytest.param("pairings", "vo00,el00", "vo99,el00", "vol_id is not in volunteers.vol_id", id="unknown volunteer"),
    pytest.param("pairings", "el00,2023-03-01,", "el00,2023-03-01,2023-02-01", "ended_on is not before paired_on", id="ended before"),
    pytest.param("pairings", "2023-09-30,gave_up", ",gave_up", "a pair with end_reason has ended_on", id="reason without day"),
    pytest.param("companion_contacts", "pr00,2024-07-09", "pr00,2024-07-02", "the same pair_id + done_on + mode stands in an earlier row", id="contact twice"),
    pytest.param("companion_contacts", "pr00,2024-07-02,call", "pr77,2024-07-02,call", "pair_id is not in pairings.pair_id", id="unknown pair"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "right", "wrong", "rule"), SPOILED)
def test_a_spoiled_row_is_told(valid_district: Path, table: str, right: str, wrong: str, rule: str) -> None:
    assert_told(valid_district, table, right, wrong, rule)


def test_an_unknown_month_of_birth_is_no_fault(valid_district: Path) -> None:
    file = valid_district / "volunteers.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("1950-03", ""), encoding="utf-8")
    assert load_district(valid_district).table("volunteers")["birth_month"].isna().sum() == 3
