"""Bad rows in the tables on linked beds are told with their file, row, column and rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from spoiled_rows import assert_told

SPOILED = [
    pytest.param("bed_stock", "280,150,5", "280,281,5", "occupied_bed_days is at most usable_bed_days", id="over 100 %"),
    pytest.param("bed_stock", "280,150,5", "280,150,11", "occupied_mid_month is at most beds_usable", id="over on the 15th"),
    pytest.param("bed_stock", "10,280,150,5", "10,311,150,5", "usable_bed_days is at most 31 times beds_usable", id="days"),
    pytest.param("bed_stock", "o0,2023-01", "o9,2023-01", "inst_id is not in institutions.inst_id", id="unknown institution"),
    pytest.param("bed_episodes", "2024-03-01,2024-03-15,transferred", "2024-03-01,2024-02-15,transferred", "ended_on is not before started_on", id="backwards"),
    pytest.param("bed_episodes", "2024-03-15,transferred", "2024-03-15,", "end_reason and ended_on are both given or both empty", id="no reason"),
    pytest.param("bed_episodes", "medical,o2", "cot,o2", "Write one of: home_care", id="unknown kind"),
    pytest.param("bed_episodes", "e001,", "e000,", "the same episode_id stands in an earlier row", id="one episode twice"),
    pytest.param("bed_episodes", "transferred,3", "transferred,7", "care_grade must be between 1 and 6", id="grade"),
    pytest.param("bed_requests", "2024-03-01,moved", "2024-01-01,moved", "ended_on is not before requested_on", id="ended before"),
    pytest.param("bed_requests", "2024-03-01,moved", ",moved", "outcome and ended_on are both given or both empty", id="outcome without day"),
    pytest.param("bed_contracts", "2023-10-01,\n", "2023-10-01,2023-09-01\n", "ended_on is not before signed_on", id="contract"),
    pytest.param("data_links", "d01,true", "d00,true", "the same person_id stands in an earlier row", id="one person twice"),
    pytest.param("comparison_occupancy", "1000,500", "1000,1500", "occupied_bed_days is at most usable_bed_days", id="elsewhere"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "right", "wrong", "rule"), SPOILED)
def test_a_spoiled_row_is_told(valid_district: Path, table: str, right: str, wrong: str, rule: str) -> None:
    assert_told(valid_district, table, right, wrong, rule)
