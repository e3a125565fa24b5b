"""Each kind of bad input is a fault (or a notice), by itself, and hides nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from jingan_analysis.intake.check import check_district
from jingan_analysis.intake.faults import FaultReport


def edit(folder: Path, file: str, change: Callable) -> None:
    content = json.loads((folder / file).read_text(encoding="utf-8"))
    change(content["features"])
    (folder / file).write_text(json.dumps(content), encoding="utf-8")


def swap(folder: Path, file: str, old: str, new: str, count: int = 1) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, count), encoding="utf-8")


def only(report: FaultReport, table: str) -> str:
    assert [fault.table for fault in report.faults] == [table], str(report)
    return report.faults[0].rule


def test_missing_file(valid_district: Path) -> None:
    (valid_district / "resources.csv").unlink()
    assert "does not exist" in only(check_district(valid_district), "resources")


def test_a_file_that_leads_out_of_the_folder(valid_district: Path, tmp_path: Path) -> None:
    (valid_district / "resources.csv").rename(tmp_path / "elsewhere.csv")
    (valid_district / "resources.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert "outside the district folder" in only(check_district(valid_district), "resources")


def test_empty_table_and_zero_demand(valid_district: Path) -> None:
    head = "point_id,basis,age_from_years,age_to_years,persons\n"
    (valid_district / "population.csv").write_text(head, encoding="utf-8")
    assert only(check_district(valid_district), "population") == "the table has no rows"
    (valid_district / "population.csv").write_text(head + "p00,resident,0,,0\n", encoding="utf-8")
    assert "nobody lives here" in only(check_district(valid_district), "population")


@pytest.mark.parametrize("value", ["-5", "1e7", "two hundred"])
def test_negative_absurd_and_wrong_values(valid_district: Path, value: str) -> None:
    swap(valid_district, "population.csv", ",200\n", f",{value}\n")
    assert "persons" in only(check_district(valid_district), "population")


def test_duplicate_ids_count_empty_key_cells_as_equal(valid_district: Path) -> None:
    swap(valid_district, "population.csv", "p00,resident,80,,20\n", "p00,resident,80,,20\np00,resident,80,,21\n")
    assert "earlier row" in only(check_district(valid_district), "population")


def test_an_unknown_unit_code(valid_district: Path) -> None:
    swap(valid_district, "home_visit_targets.csv", "010002000000", "010020000000")
    report = check_district(valid_district)
    assert "not in sub_districts.subdistrict_code" in only(report, "home_visit_targets")
    assert "'010002000000'" in report.faults[0].mend


@pytest.mark.parametrize("day", ["1899-12-31", "2101-01-01", "2023-02-29"])
def test_dates_outside_all_reason(valid_district: Path, day: str) -> None:
    swap(valid_district, "meals.csv", "2024-01-15", day)
    assert "served_on" in only(check_district(valid_district), "meals")


def test_an_invalid_polygon(valid_district: Path) -> None:
    def cross(units) -> None:
        ring = units[0]["geometry"]["coordinates"][0]
        ring[1], ring[2] = ring[2], ring[1]

    edit(valid_district, "sub_districts.geojson", cross)
    report = check_district(valid_district)
    assert "Self-intersection" in only(report, "sub_districts")
    assert any("mend the boundaries first" in notice.text for notice in report.notices)


def test_swapped_axes_and_wrong_type_of_a_polygon(valid_district: Path) -> None:
    def flip(units) -> None:
        units[0]["geometry"]["coordinates"] = [[[y, x] for x, y in units[0]["geometry"]["coordinates"][0]]]

    edit(valid_district, "sub_districts.geojson", flip)
    assert "swapped" in only(check_district(valid_district), "sub_districts")
    edit(
        valid_district,
        "sub_districts.geojson",
        lambda units: units[0].update(geometry={"type": "Point", "coordinates": [120.3, 31.2]}),
    )
    assert "is a Point" in only(check_district(valid_district), "sub_districts")
    edit(valid_district, "sub_districts.geojson", lambda units: units[0].update(geometry=None))
    assert "missing" in only(check_district(valid_district), "sub_districts")


def test_an_overlap_of_drawing_noise_is_no_fault_and_a_hole_is_a_notice(valid_district: Path) -> None:
    def nudge(units) -> None:  # 1e-7 degrees: about a centimetre, 11 m2 along the border
        for corner in (0, 3, 4):
            units[1]["geometry"]["coordinates"][0][corner][0] -= 1e-7

    edit(valid_district, "sub_districts.geojson", nudge)
    assert check_district(valid_district).ok

    def hole(units) -> None:
        inner = [[120.317, 31.207], [120.319, 31.207], [120.319, 31.209], [120.317, 31.209], [120.317, 31.207]]
        units[1]["geometry"]["coordinates"].append(inner)

    edit(valid_district, "sub_districts.geojson", hole)
    report = check_district(valid_district)
    assert any("1 hole(s)" in notice.text for notice in report.notices if notice.table == "sub_districts"), str(report)


def test_an_island_and_parallel_edges_are_notices(valid_district: Path) -> None:
    def change(edges) -> None:
        near = json.loads(json.dumps(edges[0]))
        near["properties"].update(edge_id="twin", length_m=260.0)
        far = json.loads(json.dumps(edges[0]))
        far["properties"].update(edge_id="far", from_node="x1", to_node="x2")
        edges += [near, far]

    edit(valid_district, "walking_network.geojson", change)
    report = check_district(valid_district)
    assert report.ok
    said = " ".join(notice.text for notice in report.notices)
    assert "2 parts" in said
    assert "all but 0.81% (240 m)" in said
    assert "1 edge(s) join two nodes" in said


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"length_m": None}, "empty"),
        ({"length_m": -3}, "between 0 and 50,000"),
        ({"length_m": 0}, "no length"),
        ({"length_m": 0, "to_node": "n0-0"}, "leads back"),
        ({"length_m": 5}, "below the straight line"),
        ({"from_node": "n9-3"}, "other edges have this node"),
    ],
)
def test_impossible_edges(valid_district: Path, changes: dict, words: str) -> None:
    edit(valid_district, "walking_network.geojson", lambda edges: edges[0]["properties"].update(changes))
    report = check_district(valid_district)
    assert {fault.table for fault in report.faults} == {"walking_network"}
    assert any(words in fault.rule for fault in report.faults), str(report)


def test_a_broken_configuration_of_one_table_does_not_hide_the_others(valid_district: Path) -> None:
    swap(
        valid_district,
        "district.toml",
        '[tables.canteens]\nfile = "canteens.csv"\nformat = "csv"',
        '[tables.canteens]\nfile = "canteens.csv"\nformat = "xls"',
    )
    swap(valid_district, "meals.csv", ",lunch,", ",lynch,")
    assert {fault.table for fault in check_district(valid_district).faults} == {"district.toml", "meals"}


def test_no_folder_no_tables_and_a_missing_file_of_figures(tmp_path: Path) -> None:
    assert not check_district(tmp_path / "nowhere").ok
    text = 'key = "a"\npublished = "none.toml"\nnames = {en = "A", zh = "A", ja = "A"}\n[geography]\nmetric_crs = "EPSG:4549"\n'
    (tmp_path / "district.toml").write_text(text, encoding="utf-8")
    assert [fault.column for fault in check_district(tmp_path).faults] == ["published", "tables"]


def test_faults_of_published_figures_are_told_with_those_of_the_tables(tmp_path):
    named = 'published = ["none.toml", "figures"]'
    text = f'key = "a"\n{named}\nnames = {{en = "A", zh = "A", ja = "A"}}\n[geography]\nmetric_crs = "EPSG:4549"\n'
    (tmp_path / "district.toml").write_text(text, encoding="utf-8")
    (tmp_path / "figures").mkdir()
    for name, content in {"a": "title ", "b": 'title = "t"'}.items():
        (tmp_path / "figures" / f"{name}.toml").write_text(content, encoding="utf-8")
    told = [(fault.column, fault.rule) for fault in check_district(tmp_path).faults]
    assert [column for column, _ in told].count("published") == 3
    rules = " ".join(rule for _, rule in told)
    assert all(words in rules for words in ("does not exist", "a.toml cannot be read", "b.toml is not valid"))


def test_undeclared_tables_are_a_notice(valid_district: Path) -> None:
    text = (valid_district / "district.toml").read_text(encoding="utf-8")
    (valid_district / "district.toml").write_text(
        text.replace('\n[tables.committees]\nfile = "committees.csv"\nformat = "csv"\n', ""), encoding="utf-8"
    )
    report = check_district(valid_district)
    assert report.ok
    assert any("not declared" in notice.text and "committees" in notice.text for notice in report.notices)
    assert any("not checked against committees" in notice.text for notice in report.notices)


def test_values_of_people_never_show(valid_district: Path) -> None:
    secret = "王小明-4711"
    swap(valid_district, "relief_cases.csv", "x00,h00,2024-02-01,adviser_visit", f"x00,{secret},2024-02-01,{secret}")
    swap(valid_district, "households.csv", "h01,010001000000,c01,2", f"{secret},{secret},c01,{secret}")
    swap(valid_district, "need_assessments.csv", "z00,h00,2024-02-20,0.4", f"z00,h00,{secret},7.25")
    swap(valid_district, "service_events.csv", "v002024-04,x00", f"v002024-05,{secret}")
    report = check_district(valid_district)
    assert len(report.faults) >= 9
    shown = str(report) + repr(report) + str(report.rows())
    assert "4711" not in shown
    assert "小明" not in shown
    assert "7.25" not in shown
    assert "v002024-05" not in shown
    assert "'h0" not in shown, "not even the nearest household is named"
    assert all(fault.value == "[withheld]" for fault in report.faults if fault.row is not None)


def test_a_wrong_code_of_a_unit_is_named_where_it_stands(valid_district: Path) -> None:
    """All the faults are in the other tables, which are right."""
    path = valid_district / "sub_districts.geojson"
    path.write_text(path.read_text(encoding="utf-8").replace("010002000000", "010002900000"), encoding="utf-8")
    report = check_district(valid_district)
    assert not report.ok
    assert "sub_districts" not in {fault.table for fault in report.faults}
    said = [notice.text for notice in report.notices if notice.table == "sub_districts"]
    assert said == [
        f"no row of {table} names 010002900000; {table} names 010002000000 instead: are these the same?"
        for table in ("committees", "demand_points")
    ]


def test_a_unit_in_which_nobody_lives_is_named(valid_district: Path) -> None:
    path = valid_district / "demand_points.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if "010003000000" not in line) + "\n", encoding="utf-8")
    said = [notice.text for notice in check_district(valid_district).notices if notice.table == "sub_districts"]
    assert said == ["no row of demand_points names 010003000000"]
