"""What a report says of the border where nothing is known of the other side."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from altered import Altered

from jingan_analysis.district import load_district
from jingan_analysis.geography.boundaries import outline
from jingan_analysis.studies import run_study
from jingan_analysis.tables.claims import plain_text
from jingan_analysis.tables.html import table_html

LIMIT_M = 900.0


@pytest.fixture
def small(valid_district):
    """Three units of 30 homes; nobody and nothing beyond the border."""
    return load_district(valid_district)


def moved_out(district: Any, table: str, key: str, name: str) -> pd.DataFrame:
    """The table with one row more, 100 m beyond the western border."""
    rows = district.table(table)
    west = outline(district.table("sub_districts")).bounds
    row = rows.iloc[[0]].copy()
    row[key], row["x_m"], row["y_m"] = name, west[0] - 100.0, (west[1] + west[3]) / 2
    row["subdistrict_code"] = pd.array([pd.NA], dtype=rows["subdistrict_code"].dtype)
    return pd.concat([rows, row], ignore_index=True)


def with_neighbour(district: Any) -> pd.DataFrame:
    people = district.table("population")
    return pd.concat([people, people[people["point_id"] == "p00"].assign(point_id="beyond")], ignore_index=True)


def run(district: Any, study: str = "canteen_reach", **values: Any):
    result = run_study(study, district, period="2024-08", **values)
    for table in result.tables.values():
        assert table_html(table)
    return result


def border_notes(result):
    return [note.plain for note in result.notes if "beyond the border" in note.plain]


def test_bounds_are_those_of_a_naive_count(small):
    """Homes one by one; the part beyond the border by counting small squares of the circle."""
    result = run(small)
    table = result.tables["edge"].frame
    border = outline(small.table("sub_districts"))
    homes, people, sites = (small.table(name) for name in ("demand_points", "population", "canteens"))
    older = people[people["age_from_years"] >= 60].groupby("point_id")["persons"].sum()
    persons = homes["point_id"].map(older).fillna(0.0).to_numpy()
    walk_m = walks_m(small, homes, sites)
    share = result.tables["by_subdistrict"].frame["share"]
    np.testing.assert_allclose(table["certain"], share)

    metres = [shapely.Point(x, y).distance(border.boundary) for x, y in homes[["x_m", "y_m"]].to_numpy()]
    possible = (walk_m.min(axis=1) <= LIMIT_M) | (np.array(metres) <= LIMIT_M)
    assert table.at["district", "possible"] == pytest.approx(np.average(possible, weights=persons))
    assert table.at["district", "near_border"] == pytest.approx(
        np.average(np.array(metres) <= LIMIT_M, weights=persons)
    )

    weight = np.vectorize(gaussian)(walk_m)
    days = sites["open_days_per_week"].astype(float).fillna(7.0) / 7.0
    supply = (sites["capacity_meals_per_day"].astype(float) * days).to_numpy()
    demand = persons @ weight
    beyond = [by_squares(x, y, border) for x, y in sites[["x_m", "y_m"]].to_numpy()]
    fewer = [s / (d * (1 + o / (1 - o))) for s, d, o in zip(supply, demand, beyond, strict=True)]
    estimate, worst = weight @ (supply / demand), weight @ np.array(fewer)
    mean = np.average(estimate, weights=persons)
    homes_beyond = [by_squares(x, y, border) for x, y in homes[["x_m", "y_m"]].to_numpy()]
    best = estimate + np.array(homes_beyond) * mean
    for name, values in (("estimate", estimate), ("worst", worst), ("best", best)):
        expected = 100 * np.average(values, weights=persons)
        assert table.at["district", name] == pytest.approx(expected, rel=1e-9 if name == "estimate" else 0.01), name


def gaussian(metres: float) -> float:
    if metres > LIMIT_M:
        return 0.0
    floor = math.exp(-0.5)
    return (math.exp(-0.5 * (metres / LIMIT_M) ** 2) - floor) / (1 - floor)


def by_squares(x: float, y: float, border: shapely.Geometry) -> float:
    """Part of the circle beyond the border, weighted, from 200 squares a side."""
    steps = (np.arange(200) + 0.5) / 100 - 1
    dx, dy = (part.ravel() * LIMIT_M for part in np.meshgrid(steps, steps))
    weight = np.vectorize(gaussian)(np.hypot(dx, dy))
    return float(np.average(~shapely.contains_xy(border, x + dx, y + dy), weights=weight))


def walks_m(district, homes, sites):
    from jingan_analysis.studies.residents import district_residents
    from jingan_analysis.studies.units import district_units
    from jingan_analysis.studies.walking import Walking

    residents = district_residents(district, district_units(district), "resident")
    costs = Walking.of(district).costs(residents, sites, "site_id", 20_000_000)
    metres = np.full((len(homes), len(sites)), np.inf)
    metres[costs.origin, costs.destination] = costs.distance_mm / 1000.0
    return metres


def test_a_note_says_what_the_border_leaves_open(small):
    (note,) = border_notes(run(small))
    assert note.startswith("The data hold no people or canteens beyond the border, and ")
    caption = plain_text(run(small).tables["edge"].caption)
    assert "no people or canteens" not in caption
    assert "people or canteens beyond it" in caption


def test_what_is_known_of_the_other_side_needs_no_bounds(small):
    homes = moved_out(small, "demand_points", "point_id", "beyond")
    people, canteens = with_neighbour(small), moved_out(small, "canteens", "site_id", "beyond")
    only_homes = run(Altered(small, demand_points=homes, population=people))
    assert "no canteens beyond the border" in border_notes(only_homes)[0]
    frame = only_homes.tables["edge"].frame
    pd.testing.assert_series_equal(frame["worst"], frame["estimate"], check_names=False)
    only_sites = run(Altered(small, canteens=canteens))
    assert "no people beyond the border" in border_notes(only_sites)[0]
    frame = only_sites.tables["edge"].frame
    pd.testing.assert_series_equal(frame["best"], frame["estimate"], check_names=False)
    pd.testing.assert_series_equal(frame["possible"], frame["certain"], check_names=False)
    both = run(Altered(small, demand_points=homes, population=people, canteens=canteens))
    assert "edge" not in both.tables
    assert not border_notes(both)


def test_the_estimate_is_what_the_report_gives(small):
    result = run(small)
    np.testing.assert_allclose(
        result.tables["edge"].frame["estimate"], result.tables["meals_access"].frame["meals_per_100"]
    )


def test_a_denser_other_side_widens_the_bounds(small):
    thin, dense = (run(small, outside_density_ratio=ratio).tables["edge"].frame.loc["district"] for ratio in (0.5, 2))
    assert dense["worst"] < thin["worst"] <= thin["estimate"] <= thin["best"] < dense["best"]
    empty = run(small, outside_density_ratio=0).tables["edge"].frame
    pd.testing.assert_series_equal(empty["worst"], empty["best"], check_names=False)


@pytest.mark.parametrize(
    ("ratio", "language", "said"),
    [
        (1, "en", "the other side is as dense as this one in people"),
        (2, "en", "the other side is 2 times as dense as this one in people"),
        (1, "zh", "界外人口密度与本区相同"),
        (1, "ja", "外は人の密度がこの区と同じ"),
    ],
)
def test_the_note_says_how_dense_the_other_side_is(small, ratio, language, said):
    notes = run(small, outside_density_ratio=ratio, language=language).tables["edge"].notes
    assert len([note for note in notes if said in plain_text(note)]) == 1


def test_unknown_capacities_leave_bounds_of_reach_alone(small):
    canteens = small.table("canteens")
    result = run(Altered(small, canteens=canteens.assign(capacity_meals_per_day=float("nan"))))
    assert result.tables["edge"].marks["district", "worst"] == "z"
    assert "a head" not in border_notes(result)[0]


def test_spots_have_bounds_too(small):
    result = run(small, "service_access")
    np.testing.assert_allclose(
        result.tables["edge"].frame["certain"], result.tables["by_subdistrict"].frame["within_5_share"]
    )
    assert "people or nearby spots beyond the border" in border_notes(result)[0]
