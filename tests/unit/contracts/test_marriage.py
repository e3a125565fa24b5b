"""Bad rows in the tables on marriage registration are told with their file, row, column and rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from spoiled_rows import assert_told

from jingan_analysis.district import load_district
from jingan_analysis.errors import InvalidTable

FITS = "scope fits the areas of the two parties"
SPOILED = [
    pytest.param("registrations", "own_district,own_district,elsewhere_in_city", "own_district,other_province,elsewhere_in_city", FITS, id="nobody of the district"),
    pytest.param("registrations", "own_district,own_district,elsewhere_in_city", "own_district,own_district,abroad", FITS, id="abroad in own district"),
    pytest.param("registrations", "city,elsewhere_in_city,other_province", "city,own_district,other_province", FITS, id="own in city-wide"),
    pytest.param("registrations", "city,elsewhere_in_city,other_province", "inter_province,elsewhere_in_city,other_province", FITS, id="city in inter-provincial"),
    pytest.param("registrations", "city,elsewhere_in_city,other_province", "foreign_related,elsewhere_in_city,other_province", FITS, id="nobody from abroad"),
    pytest.param("registrations", "2023-01-02,2023-01-11,2023-01-11", "2023-01-02,2023-01-12,2023-01-11", "done_on is not before slot_on", id="slot after done"),
    pytest.param("registrations", "2023-01-02,2023-01-11,2023-01-11", "2023-01-12,2023-01-11,2023-01-11", "slot_on is not before applied_on", id="slot before application"),
    pytest.param("registrations", "2023-01-02,2023-01-11,2023-01-11", "2023-01-12,,2023-01-11", "done_on is not before applied_on", id="done before application"),
    pytest.param("registrations", "2023-01-11,b1,14", ",b1,14", "done_on is given where the result is registered, and only there", id="registered on no day"),
    pytest.param("registrations", "false,registered", "false,refused", "done_on is given where the result is registered, and only there", id="refused on a day"),
    pytest.param("registrations", "b1,14,", "b1,0,", "minutes must be between 1 and 300", id="no minute"),
    pytest.param("registrations", "b1,14,", "b1,600,", "minutes must be between 1 and 300", id="ten hours"),
    pytest.param("registrations", "rg0001,", "rg0000,", "the same reg_id stands in an earlier row", id="one registration twice"),
    pytest.param("registrations", "marriage", "engagement", "Write one of: marriage", id="unknown type"),
    pytest.param("registrations", "registered,010001000000", "registered,310199999999", "residence_code is not in sub_districts.subdistrict_code", id="no such sub-district"),
    pytest.param("registrations", "registered,010001000000", "registered,310106013000", "residence_code is not in sub_districts.subdistrict_code", id="sub-district of another district"),
    pytest.param("appointments", "6,4,4", "3,4,4", "booked is at most capacity", id="overbooked"),
    pytest.param("appointments", "6,4,4", "6,4,5", "shown is at most booked", id="more came"),
    pytest.param("appointments", "b1,2023-01-12", "b1,2023-01-11", "the same office_id + slot_on stands in an earlier row", id="one day twice"),
    pytest.param("comparison_registrations", "q1,2023-02", "q1,2023-01", "the same place + month stands in an earlier row", id="one month twice"),
    pytest.param("registration_travel", "city,10,25,60", "city,30,25,60", "here_low_minutes, here_mode_minutes, here_high_minutes do not fall", id="mode below low"),
    pytest.param("registration_travel", "30,60,100", "30,60,50", "alternative_low_minutes, alternative_mode_minutes, alternative_high_minutes do not fall", id="high below mode"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "right", "wrong", "rule"), SPOILED)
def test_a_spoiled_row_is_told(valid_district: Path, table: str, right: str, wrong: str, rule: str) -> None:
    assert_told(valid_district, table, right, wrong, rule)


def test_couples_are_not_named_in_a_fault(valid_district: Path) -> None:
    file = valid_district / "registrations.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("rg0001,", "rg0000,", 1), encoding="utf-8")
    with pytest.raises(InvalidTable) as told:
        load_district(valid_district).table("registrations")
    assert "rg0000" not in str(told.value)


def test_all_faults_of_a_table_are_told_at_once(valid_district: Path) -> None:
    file = valid_district / "registrations.csv"
    text = file.read_text(encoding="utf-8").replace("b1,14,", "b1,0,", 1).replace("rg0102,", "rg0101,", 1)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidTable) as told:
        load_district(valid_district).table("registrations")
    assert all(word in str(told.value) for word in ("minutes must be", "the same reg_id"))
