"""Bad rows in the tables on the use of canteens are told with their file, row, column and rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from jingan_analysis.contracts import CONTRACTS
from jingan_analysis.district import load_district
from jingan_analysis.errors import InvalidTable

SPOILED = [
    pytest.param("canteen_diners", "g001,s0", "g000,s0", "the same person_id + site_id + year_to", id="diner twice"),
    pytest.param("canteen_diners", "g001,s0", "g001,s9", "site_id is not in canteens.site_id", id="unknown site"),
    pytest.param("canteen_diners", ",51,10,0,", ",-1,10,0,", "dine_in_meals must be between 0 and 2,000", id="negative"),
    pytest.param("canteen_diners", ",51,10,0,", ",0,0,0,", "a diner has at least one meal", id="no meal"),
    pytest.param("canteen_diners", "c01,1950", "c99,1950", "committee_id is not in committees.committee_id", id="unknown committee"),
    pytest.param("canteen_diners", "2023-10-01,2024-08-15", "2024-08-16,2024-08-15", "last_on is not before first_on", id="backwards"),
    pytest.param("canteen_diners", "2024-08-15,2024-08-31", "2024-09-15,2024-08-31", "year_to is not before last_on", id="after the year"),
    pytest.param("canteen_diners", "c00,1950", "c00,1850", "birth_year must be between 1,880 and 2,100", id="birth"),
    pytest.param("delivery_areas", "s1,c10", "s1,c99", "committee_id is not in committees.committee_id", id="area of unknown committee"),
    pytest.param("delivery_areas", "s1,c10", "s7,c10", "site_id is not in canteens.site_id", id="area of unknown canteen"),
    pytest.param("delivery_areas", "s1,c20", "s1,c10", "the same site_id + committee_id", id="area twice"),
    pytest.param("meals", ",120,30", ",-120,30", "elder_meals must be between 0 and", id="negative meals"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "right", "wrong", "rule"), SPOILED)
def test_a_spoiled_row_is_told(valid_district: Path, table: str, right: str, wrong: str, rule: str) -> None:
    assert len(load_district(valid_district).table(table))
    file = valid_district / f"{table}.csv"
    text = file.read_text(encoding="utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(InvalidTable) as told:
        load_district(valid_district).table(table)
    message = str(told.value)
    assert rule in message
    assert f"{table}.csv" in message
    assert "row" in message


def test_diners_are_people_and_areas_are_not() -> None:
    assert CONTRACTS["canteen_diners"].person_level
    assert not CONTRACTS["delivery_areas"].person_level
