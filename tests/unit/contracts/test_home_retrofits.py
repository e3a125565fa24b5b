"""Bad rows in the tables on adapted homes are told with their file, row, column and rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from spoiled_rows import assert_told

from jingan_analysis.district import load_district
from jingan_analysis.errors import InvalidTable

SPOILED = [
    pytest.param("retrofit_applications", "2023-05-01,withdrawn", "2023-05-01,", "end_reason and ended_on are both given or both empty", id="no reason"),
    pytest.param("retrofit_applications", "2023-05-01,withdrawn", ",withdrawn", "end_reason and ended_on are both given or both empty", id="no day"),
    pytest.param("retrofit_applications", "2023-05-01,withdrawn", "2023-01-01,withdrawn", "ended_on is not before applied_on", id="ended before"),
    pytest.param("retrofit_applications", "withdrawn", "bored", "Write one of: withdrawn", id="unknown reason"),
    pytest.param("retrofit_applications", "g001,", "g000,", "the same app_id stands in an earlier row", id="one application twice"),
    pytest.param("retrofit_assessments", "g000,", "g999,", "app_id is not in retrofit_applications.app_id", id="no application"),
    pytest.param("retrofit_contracts", "4000,3000", "4000,4001", "subsidy_yuan is at most total_yuan", id="subsidy above cost"),
    pytest.param("retrofit_contracts", "4000,3000", "4000,-1", "subsidy_yuan must be between 0", id="negative subsidy"),
    pytest.param("retrofit_works", "2023-05-25,2023-06-10", "2023-06-11,2023-06-10", "accepted_on is not before finished_on", id="accepted before finished"),
    pytest.param("retrofit_works", "2023-05-25,2023-06-10", "2023-05-19,2023-06-10", "finished_on is not before started_on", id="finished before begun"),
    pytest.param("retrofit_works", "2023-05-25,2023-06-10", ",2023-06-10", "accepted_on is empty where finished_on is", id="accepted unfinished"),
    pytest.param("retrofit_need", "alone,25", "none,25", "Write one of: frail", id="need of nobody in particular"),
    pytest.param("retrofit_need", "alone,25", "frail,25", "the same subdistrict_code + priority_group stands in an earlier row", id="need twice"),
    pytest.param("fall_observation", "b001,", "b000,", "the same person_id stands in an earlier row", id="one person twice"),
    pytest.param("fall_observation", "2022-01-01,2024-03-31", "2024-04-01,2024-03-31", "observed_to is not before observed_from", id="watch backwards"),
    pytest.param("fall_events", "b000,2022-05-04", "b000,2022-02-03", "the same person_id + fell_on + place stands in an earlier row", id="one fall twice"),
    pytest.param("peer_retrofits", "q2,2023-12-31", "q2,2024-08-31", "the same place + as_of stands in an earlier row", id="one district twice"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "right", "wrong", "rule"), SPOILED)
def test_a_spoiled_row_is_told(valid_district: Path, table: str, right: str, wrong: str, rule: str) -> None:
    assert_told(valid_district, table, right, wrong, rule)


def test_people_are_not_named_in_a_fault(valid_district: Path) -> None:
    file = valid_district / "fall_events.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("b000,2022-05-04", "b000,2022-02-03", 1), encoding="utf-8")
    with pytest.raises(InvalidTable) as told:
        load_district(valid_district).table("fall_events")
    assert "b000" not in str(told.value)
