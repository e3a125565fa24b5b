"""Twenty planted faults of different kinds are all found in one run, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path

from jingan_analysis.intake.check import check_district


def replace(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) >= 1, (file, old)
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def edit_json(folder: Path, file: str, change) -> None:
    content = json.loads((folder / file).read_text(encoding="utf-8"))
    change(content["features"])
    (folder / file).write_text(json.dumps(content), encoding="utf-8")


def plant(folder: Path) -> None:
    replace(folder, "district.toml", "snap_cap_m", "snap_cap_metres")  # 1 unknown key
    (folder / "resources.csv").unlink()  # 2 missing file
    replace(folder, "projects.csv", "layer", "stage")  # 3 missing column
    replace(folder, "canteens.csv", ",41,", ",many,")  # 4 wrong type
    replace(folder, "committees.csv", "c00,010001000000", "c00,")  # 5 empty required cell
    replace(folder, "service_points.csv", "Kiosk 0,self_service_24h", "Kiosk 0,self_servise_24h")  # 6 not a choice
    replace(folder, "home_visit_targets.csv", "40,12", "-40,-50")  # 7 negative
    replace(folder, "matters.csv", "m2,2", "m1,2")  # 8 duplicate key
    replace(folder, "advisers.csv", "2023-01-01,,", "2023-01-01,2022-01-01,")  # 9 row rule
    replace(folder, "meals.csv", "s1,2024-01-15", "s9,2024-01-15")  # 10 unknown reference
    replace(folder, "demand_points.csv", "120.301000,31.202000", "31.202000,120.301000")  # 11 swapped axes
    replace(folder, "demand_points.csv", "120.301800", "121.301800")  # 12 outside
    replace(folder, "stations.csv", "120.305000", "120.325000")  # 13 not in its unit
    replace(folder, "service_events.csv", "2024-04-20", "2024-04-31")  # 14 not a day
    replace(folder, "case_counts.csv", "2024-01,", "January,")  # 15 not a month
    replace(folder, "service_points.csv", "Mo-Fr 09:00-17:00", "Mo-Fr 09:00-25:00")  # 16 hours
    edit_json(folder, "walking_network.geojson", lambda edges: edges[0]["properties"].update(length_m=12.0))  # 17
    edit_json(folder, "walking_network.geojson", lambda edges: edges[5]["properties"].update(length_m=0))  # 18
    (folder / "point_matters.csv").write_text("point_id,matter_id\n", encoding="utf-8")  # 19 empty table

    def overlap(units) -> None:  # 20 overlapping polygons
        west = units[1]["geometry"]["coordinates"][0]
        for corner in (0, 3, 4):
            west[corner][0] = round(west[corner][0] - 0.0005, 6)

    edit_json(folder, "sub_districts.geojson", overlap)


EXPECTED = [
    ("district.toml", None, "geography.snap_cap_metres", "unknown key"),
    ("resources", None, None, "does not exist"),
    ("projects", None, "layer", "column is missing"),
    ("canteens", 3, "seats", "not a whole number"),
    ("committees", 2, "subdistrict_code", "empty"),
    ("service_points", 5, "kind", "not one of its choices"),
    ("home_visit_targets", 2, "listed_persons", "between 0 and 1,000,000"),
    ("home_visit_targets", 2, "served_persons", "between 0 and 1,000,000"),
    ("matters", 3, "matter_id", "earlier row"),
    ("advisers", 2, "left_on", "not before"),
    ("meals", 10, "site_id", "not in canteens.site_id"),
    ("demand_points", 2, "lon", "swapped"),
    ("demand_points", 3, "lon", "outside the district"),
    ("stations", 2, "subdistrict_code", "lies in 010003000000"),
    ("service_events", 2, "done_on", "not a day of the calendar"),
    ("case_counts", 2, "month", "not a month"),
    ("service_points", 2, "hours", "'09:00-25:00'"),
    ("walking_network", 1, "length_m", "below the straight line"),
    ("walking_network", 6, "length_m", "no length"),
    ("point_matters", None, None, "no rows"),
    ("sub_districts", 2, "geometry", "overlaps"),
]
"""Table, row, column and words of each fault; the negative count breaks the range of two columns."""

FOLLOWING = [
    # Faults that the planted ones entail: a matter that is gone, and the kiosk near the widened unit.
    ("matter_channels", 4, "matter_id", "not in matters.matter_id"),
]


def test_the_district_has_no_fault_before(valid_district: Path) -> None:
    report = check_district(valid_district)
    assert report.ok
    assert report.faults == ()


def test_twenty_planted_faults_are_found_in_one_run(valid_district: Path) -> None:
    plant(valid_district)
    report = check_district(valid_district)
    found = [(fault.table, fault.row, fault.column, fault.rule) for fault in report.faults]
    for table, row, column, words in [*EXPECTED, *FOLLOWING]:
        hits = [each for each in found if each[:3] == (table, row, column) and words in each[3]]
        assert len(hits) == 1, (table, row, column, words, str(report))
    assert len(found) == len(EXPECTED) + len(FOLLOWING), str(report)
    assert not report.ok


def test_every_fault_says_where_and_how_to_mend_it(valid_district: Path) -> None:
    plant(valid_district)
    for fault in check_district(valid_district).faults:
        assert fault.file
        assert fault.mend.endswith(".")
        assert fault.mend[0].isupper()
        assert len(fault.mend.split()) >= 3


def test_the_nearest_valid_name_is_given(valid_district: Path) -> None:
    plant(valid_district)
    mends = {(fault.table, fault.column): fault.mend for fault in check_district(valid_district).faults}
    assert "'snap_cap_m'" in mends["district.toml", "geography.snap_cap_metres"]
    assert "'self_service_24h'" in mends["service_points", "kind"]
    assert "'s1'" in mends["meals", "site_id"] or "'s0'" in mends["meals", "site_id"]


def test_two_runs_say_the_same(valid_district: Path) -> None:
    plant(valid_district)
    assert str(check_district(valid_district)) == str(check_district(valid_district))
