"""Bad rows in the tables on diners and delivery are told with their file, row, column and rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from spoiled_rows import assert_told

from jingan_analysis.district import load_district

SPOILED = [
    pytest.param("canteen_diners", "dn2,s0", "dn1,s0", "the same person_id + site_id + year_to stands in an earlier row", id="one diner twice"),
    pytest.param("canteen_diners", "dn0,s0", "dn0,s9", "site_id is not in canteens.site_id", id="unknown canteen"),
    pytest.param("canteen_diners", "1940,8,0,0", "1940,-1,0,0", "dine_in_meals must be between 0 and 2,000", id="negative meals"),
    pytest.param("canteen_diners", "1940,8,0,0", "1940,0,0,0", "a diner has at least one meal", id="no meal"),
    pytest.param("canteen_diners", "2024-01-15,2024-08-15", "2024-08-25,2024-08-15", "last_on is not before first_on", id="backwards"),
    pytest.param("canteen_diners", "2024-08-15,2024-08-31", "2024-09-20,2024-08-31", "year_to is not before last_on", id="after the year"),
    pytest.param("canteen_diners", "1940,8,0,0", "1940,2001,0,0", "dine_in_meals must be between 0 and 2,000", id="too many meals"),
    pytest.param("canteen_diners", "s0,010001000000", "s0,010009000000", "subdistrict_code is not in sub_districts.subdistrict_code", id="unknown home"),
    pytest.param("delivery_areas", "s0,c00", "s9,c00", "site_id is not in canteens.site_id", id="delivery from nowhere"),
    pytest.param("delivery_areas", "s0,c00", "s0,c99", "committee_id is not in committees.committee_id", id="unknown committee"),
    pytest.param("delivery_areas", "s1,c11", "s0,c00", "the same site_id + committee_id stands in an earlier row", id="area twice"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "right", "wrong", "rule"), SPOILED)
def test_a_spoiled_row_is_told(valid_district: Path, table: str, right: str, wrong: str, rule: str) -> None:
    assert_told(valid_district, table, right, wrong, rule)


def test_an_unknown_home_and_age_are_no_fault(valid_district: Path) -> None:
    file = valid_district / "canteen_diners.csv"
    text = file.read_text(encoding="utf-8")
    assert "s0,010001000000,c00,1940," in text
    file.write_text(text.replace("s0,010001000000,c00,1940,", "s0,,,,", 1), encoding="utf-8")
    diners = load_district(valid_district).table("canteen_diners")
    assert diners[["subdistrict_code", "committee_id", "birth_year"]].isna().sum().tolist() == [1, 1, 1]


def test_diners_of_the_small_district_eat_no_more_than_was_served(valid_district: Path) -> None:
    district = load_district(valid_district)
    served = district.table("meals").groupby(["site_id", "mode"], observed=True)["elder_meals"].sum()
    for site, rows in district.table("canteen_diners").groupby("site_id"):
        for mode in ("dine_in", "takeaway", "delivery"):
            assert rows[f"{mode}_meals"].sum() <= served.get((site, mode), 0)
