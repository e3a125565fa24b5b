"""The home district from public data: real boundaries, committees and canteens, modelled places and walks."""

from __future__ import annotations

import re
from html import unescape

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from jingan_analysis import load_district, run_study
from jingan_analysis.errors import InvalidParameter, MissingTable
from jingan_analysis.intake.check import check_district

pytestmark = [pytest.mark.real_data, pytest.mark.slow]

TOWN, MISCODED = "310106101000", "310106100000"
NEIGHBOURS = {
    "胶州片区社区长者食堂": "长寿路街道",
    "万里街道社区长者食堂": "万里街道",
    "北部片区社区长者食堂": "桃浦镇",
}
"""Canteens just outside, by the neighbour's unit of their address."""


@pytest.fixture(scope="module")
def source(real_data):
    """The real data on the district."""
    return real_data("jingan")


@pytest.fixture(scope="module")
def population(source):
    """Published totals by unit, read by pandas alone."""
    return pd.read_csv(source / "subdistrict_population_c2018.csv").set_index("name")


# --- boundaries, committees, canteens ------------------------------------------------------------


def test_the_real_tables_have_no_fault(home):
    report = check_district(home)
    assert report.faults == ()
    district = load_district(home)
    units, committees = district.table("sub_districts"), district.table("committees")
    assert len(units) == 14
    assert units.area.sum() / 1e6 == pytest.approx(36.74, rel=0.002)
    assert units["name_ja"].notna().all()
    assert len(committees) == 267
    assert "lon" not in committees, "committees have no place, and need none"


def test_committees_by_unit_agree_with_the_published_counts(home, population):
    district = load_district(home)
    names = district.table("sub_districts").set_index("subdistrict_code")["name_zh"]
    found = district.table("committees")["subdistrict_code"].map(names).value_counts()
    assert found.to_dict() == population["residents_committees_NBS2023"].to_dict()


def canteens_in(district, units):
    """Name of the unit that holds each canteen, by geopandas."""
    table = load_district(district).table("canteens")
    points = gpd.GeoDataFrame(
        table[["name_zh"]], geometry=gpd.points_from_xy(table["lon"], table["lat"]), crs="EPSG:4326"
    )
    found = points.sjoin(units[["osm_name", "geometry"]].to_crs("EPSG:4326"), how="left")
    return found.set_index("name_zh")["osm_name"]


def test_canteens_in_gcj02_fall_into_the_unit_of_their_address(home, source, unit_of_address):
    units = gpd.read_file(source / "subdistricts_osm.geojson")
    around = gpd.read_file(source / "subdistricts_with_2km_neighbours_osm.geojson")
    assert canteens_in(home, units).dropna().to_dict() == unit_of_address
    assert canteens_in(home, around)[list(NEIGHBOURS)].to_dict() == NEIGHBOURS
    # Without the conversion not one of the neighbours' canteens stands in its own unit.
    table = pd.read_csv(source / "canteens_2025_gcj02.csv").set_index("name").loc[list(NEIGHBOURS)]
    plain = gpd.GeoDataFrame(geometry=gpd.points_from_xy(table["lon_gcj02"], table["lat_gcj02"]), crs="EPSG:4326")
    found = plain.sjoin(around[["osm_name", "geometry"]].to_crs("EPSG:4326"), how="left")["osm_name"]
    assert (found.to_numpy() != np.array(list(NEIGHBOURS.values()))).all()


def test_a_wrong_datum_moves_canteens_by_hundreds_of_metres_and_is_found(home, write_home):
    spoilt = write_home(canteen_datum="WGS84")
    report = check_district(spoilt)
    assert not report.ok
    assert {fault.table for fault in report.faults} == {"canteens"}
    suspected = [fault for fault in report.faults if "if its datum were GCJ02 instead of WGS84" in fault.rule]
    assert len(suspected) == 1
    assert "datum = 'GCJ02'" in suspected[0].mend
    # The faulty rows are left out, so that the others can be compared.
    text = (spoilt / "district.toml").read_text(encoding="utf-8")
    (spoilt / "district.toml").write_text(
        text.replace('datum = "WGS84"\nheaders = { name', 'datum = "WGS84"\non_fault = "reject"\nheaders = { name'),
        encoding="utf-8",
    )
    right = load_district(home).table("canteens").set_index("site_id")[["x_m", "y_m"]]
    wrong = load_district(spoilt).table("canteens").set_index("site_id")[["x_m", "y_m"]]
    moved = (wrong - right).dropna()
    assert len(moved) == 10
    assert np.hypot(moved["x_m"], moved["y_m"]).between(300, 700).all()


def test_swapped_axes_are_a_fault_of_each_row(write_home):
    faults = check_district(write_home(swapped=True)).faults
    assert [fault.row for fault in faults] == list(range(2, 14))
    assert all("longitude and latitude are swapped" in fault.rule for fault in faults)


def test_canteens_far_outside_are_faults_where_the_buffer_is_short(write_home):
    faults = check_district(write_home(buffer_m=3000)).faults
    assert [re.search(r"[\d.]+ km outside", fault.rule)[0] for fault in faults] == [
        "9.5 km outside", "3.2 km outside", "11.1 km outside",
    ]  # fmt: skip


# --- the mis-coded town ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def as_found(write_home):
    """The boundary file as it is published."""
    return write_home(as_found=True)


def test_the_check_says_everything_about_the_miscoded_town(as_found, home):
    points = load_district(home).table("demand_points")
    report = check_district(as_found)
    assert not report.ok
    by_table = pd.Series([fault.table for fault in report.faults]).value_counts()
    town = int((points["subdistrict_code"] == TOWN).sum())
    assert by_table.to_dict() == {"committees": 37, "canteens": 2, "demand_points": town}
    for fault in report.faults:
        assert fault.value == TOWN
        assert f"The nearest is '{MISCODED}'" in fault.mend
    # One line a table, with all its rows, and the unit whose code is the cause.
    told = str(report)
    assert told.count(f"'{TOWN}': subdistrict_code is not in") == 3
    assert "committees.csv, rows 232–268 (37 rows)" in told
    assert f"no row of committees names {MISCODED}; committees names {TOWN} instead: are these the same?" in told


def test_a_study_on_the_miscoded_town_stops_with_the_same_words(as_found):
    from jingan_analysis.errors import InvalidTable

    with pytest.raises(InvalidTable, match=f"'{TOWN}': subdistrict_code is not in sub_districts") as caught:
        run_study("canteen_reach", load_district(as_found), period="2024-08")
    assert len(str(caught.value)) < 1_000


# --- the report -------------------------------------------------------------------------------------


def test_everybody_of_the_source_is_counted_once(home_report, population):
    table = home_report.table("by_subdistrict")
    total = table.loc["district"]
    assert total["older_persons"] == pytest.approx(population["actual_pop_syrks"].sum()) == pytest.approx(1_048_741)
    assert total["reached"] + total["not_reached"] == pytest.approx(total["older_persons"])
    assert total["unsnapped"] == 0, "without a network nobody can be too far from it"
    by_name = table.drop("district").set_index(table.drop("district")["label"].str.split().str[-1])["older_persons"]
    assert by_name.to_dict() == pytest.approx(population["actual_pop_syrks"].to_dict())
    assert (total["canteens"], home_report.table("exclusions").loc["outside_sites", "count"]) == (5, 7)
    ledger = home_report.table("ledger")
    assert ledger["persons"].drop("total").sum() == pytest.approx(ledger.loc["total", "persons"])


def test_straight_lines_agree_with_plain_distances(home, home_report):
    """Fifteen minutes at one metre a second, and streets 1.3 times the straight line."""
    district = load_district(home)
    homes, sites = district.table("demand_points"), district.table("canteens")
    people = district.table("population").query("basis == 'resident'").set_index("point_id")["persons"]
    xy = [table[["x_m", "y_m"]].to_numpy() for table in (homes, sites)]
    straight = np.linalg.norm(xy[0][:, None, :] - xy[1][None, :, :], axis=2).min(axis=1)
    assert not (np.abs(straight * 1.3 - 900) < 0.01).any(), "no point may hang on rounding"
    reached = people[homes.loc[straight * 1.3 <= 900, "point_id"]].sum()
    assert home_report.table("by_subdistrict").loc["district", "reached"] == pytest.approx(reached)


WALKED = {"by_subdistrict", "scenarios", "groups", "canteens", "ledger"}
"""Tables of this report that rest on walks."""


def test_the_page_every_table_and_every_figure_say_modelled(home_report):
    page = home_report.page
    assert "Modelled travel: no walking network" in page
    assert "Modelled population: each unit's people spread evenly over a grid of 150 m" in unescape(page)
    blocks = dict(re.findall(r'<table id="table-(\w+)"(.*?)(?=<table id=|$)', page, flags=re.DOTALL))
    for name in WALKED:
        assert "Modelled walking distance: straight line × 1.3." in re.sub("<[^>]*>", "", blocks[name]), name
    assert "Modelled walking distance" not in blocks["settings"]
    assert "synthetic" not in home_report.text.lower()
    figures = re.findall(r"<figure\b.*?</figure>", page, flags=re.DOTALL)
    assert len(figures) >= 4
    for figure in figures:
        assert "modelled walking distance: straight line × 1.3" in re.sub("<[^>]*>", "", figure)


def test_modelled_homes_have_no_interval(home_report):
    """An interval would follow from how fine the grid is, and from nothing else."""
    for name in ("by_subdistrict", "scenarios", "groups"):
        table = home_report.table(name)
        assert table[["lower", "upper"]].isna().all(axis=None), name
    assert "where people live is modelled here, so no interval is given" in home_report.text


def test_registered_people_are_another_count_of_the_same_places(home, population):
    result = run_study("canteen_reach", load_district(home), period="2024-08", basis="registered")
    total = result.tables["by_subdistrict"].frame.loc["district", "older_persons"]
    assert total == pytest.approx(population["registered_pop_hjrks"].sum())
    assert "registered residents" in str(result.headline)


def test_ages_that_nobody_knows_cannot_be_asked_for(home):
    with pytest.raises(InvalidParameter, match="age_from_years=60 splits an age band .* begin at 0"):
        run_study("canteen_reach", load_district(home), period="2024-08", age_from_years=60)


# --- what these data do not carry ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("study", "tables"),
    [
        ("service_access", "table service_points"),
        ("relief_coverage", "tables households, relief_cases, need_assessments, service_events"),
    ],
)
def test_other_studies_name_all_the_tables_they_lack(home, study, tables):
    with pytest.raises(MissingTable, match=rf"'jingan_public' has no {tables}") as caught:
        run_study(study, load_district(home), period="2024-08")
    assert "it has: canteens, committees, demand_points, population, sub_districts" in str(caught.value)
    assert "under [tables] in district.toml" in str(caught.value)
