"""Boundaries, streets and gates: what the ground plan promises."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from jingan_analysis.demo.barriers import crossing_kinds, load_barriers, load_pocket
from jingan_analysis.demo.boundaries import power_cells
from jingan_analysis.demo.units import load_units


@pytest.fixture(scope="module")
def cells(tables):
    return gpd.GeoDataFrame(tables["sub_districts"], geometry="geometry", crs=4326).to_crs(4549)


@pytest.fixture(scope="module")
def edges(tables):
    return gpd.GeoDataFrame(tables["walking_network"], geometry="geometry", crs=4326).to_crs(4549)


@pytest.fixture(scope="module")
def graph(edges):
    nodes = pd.unique(pd.concat([edges["from_node"], edges["to_node"]]))
    number = {node: position for position, node in enumerate(nodes)}
    ends = np.column_stack([edges["from_node"].map(number), edges["to_node"].map(number)])
    matrix = coo_matrix((edges["length_m"], (ends[:, 0], ends[:, 1])), shape=(len(nodes), len(nodes)))
    return matrix.tocsr(), ends


@pytest.fixture(scope="module")
def walk_m(points, tables, edges, graph):
    """Metres from each demand point to the nearest canteen: snapped to edges, naive in everything else."""
    matrix, ends = graph
    lines, lengths = edges.geometry.to_numpy(), edges["length_m"].to_numpy()
    tree = shapely.STRtree(lines)

    def snap(xy):
        spots = shapely.points(xy)
        found, away = tree.query_nearest(spots, return_distance=True, all_matches=False)
        return found[1], away, shapely.line_locate_point(lines[found[1]], spots)

    canteens = tables["canteens"]
    sites = gpd.GeoSeries.from_xy(canteens["lon"], canteens["lat"], crs=4326).to_crs(4549)
    edge, away, along = snap(np.column_stack([sites.x, sites.y]))
    start = np.full(matrix.shape[0], np.inf)
    for number, extra, place in zip(edge, away, along, strict=True):
        for node, rest in ((ends[number, 0], place), (ends[number, 1], lengths[number] - place)):
            start = np.minimum(start, dijkstra(matrix, directed=False, indices=node) + rest + extra)
    edge, away, along = snap(points[["x", "y"]].to_numpy())
    return away + np.minimum(start[ends[edge, 0]] + along, start[ends[edge, 1]] + lengths[edge] - along)


def test_units_neither_overlap_nor_leave_gaps(cells):
    assert cells.geometry.is_valid.all()
    assert (cells.geometry.geom_type == "Polygon").all()
    assert shapely.coverage_is_valid(cells.geometry.to_numpy())
    assert cells.geometry.union_all().geom_type == "Polygon"
    assert len(cells.geometry.union_all().interiors) == 0


def test_areas_are_near_the_stated_ones(cells):
    assert (np.abs(cells.geometry.area / 1e6 / cells["area_km2"] - 1) < 0.03).all()


def test_every_centroid_lies_in_its_unit(cells):
    centroids = gpd.GeoSeries.from_xy(*np.array([unit.centroid for unit in load_units()]).T, crs=4326).to_crs(4549)
    assert cells.geometry.contains(centroids).all()


def test_a_power_diagram_of_equal_weights_gives_each_point_its_nearest_centre():
    random = np.random.default_rng(7)
    centres = random.uniform(0, 1000, (6, 2))
    cells = power_cells(centres, np.full(6, 50.0), shapely.box(0, 0, 1000, 1000))
    assert sum(cell.area for cell in cells) == pytest.approx(1_000_000)
    for spot in random.uniform(0, 1000, (200, 2)):
        nearest = int(np.argmin([np.hypot(*(spot - centre)) for centre in centres]))
        assert cells[nearest].buffer(1e-6).contains(shapely.Point(spot))


def test_more_weight_means_more_ground():
    centres, box = np.array([[250.0, 500.0], [750.0, 500.0]]), shapely.box(0, 0, 1000, 1000)
    left, right = power_cells(centres, np.array([100_000.0, 0.0]), box)
    # The border moves by w / (2 d) = 100 m towards the lighter centre.
    assert (left.area, right.area) == (pytest.approx(600_000), pytest.approx(400_000))


def test_points_lie_in_the_unit_that_they_state(points, cells, tables):
    spots = {"demand_points": points, "canteens": tables["canteens"], "service_points": tables["service_points"]}
    for table in spots.values():
        xy = gpd.GeoSeries.from_xy(table["lon"], table["lat"], crs=4326).to_crs(4549)
        for code, shape in zip(cells["subdistrict_code"], cells.geometry, strict=True):
            assert (xy.within(shape).to_numpy() == (table["subdistrict_code"] == code).to_numpy()).all()


def test_the_network_has_the_promised_size_and_no_odd_edges(edges, graph):
    _, ends = graph
    assert 12_000 <= len(edges) <= 20_000
    assert (ends[:, 0] != ends[:, 1]).all()
    assert len(np.unique(np.sort(ends, axis=1), axis=0)) == len(ends)
    gap = edges["length_m"] - edges.geometry.length
    assert gap.between(0, 0.0011).all()
    assert edges["length_m"].min() > 1


def test_one_small_island_and_nothing_else(graph, edges):
    matrix, ends = graph
    _, labels = connected_components(matrix, directed=False)
    assert sorted(np.bincount(labels)) == [3, matrix.shape[0] - 3]
    island = np.bincount(labels).argmin()
    assert (edges.loc[labels[ends[:, 0]] == island, "way_kind"] == "compound_path").all()


def test_the_island_is_three_homes_in_beizhan(points, walk_m):
    cut_off = points[np.isinf(walk_m)]
    assert cut_off["subdistrict_code"].tolist() == ["310106016000"] * 3


def test_barriers_are_crossed_at_declared_places_only(edges):
    for barrier in load_barriers():
        crossing = edges[edges.geometry.intersects(barrier.line)]
        assert (crossing["way_kind"] == barrier.way_kind).all()
        assert 0 < len(crossing) <= len(barrier.crossings)


def test_a_crossing_opens_the_nearest_segment():
    barrier = load_barriers()[0]
    x, y = barrier.crossings[2]
    starts = np.array([[x - 5, y - 400.0], [x + 300, y - 400.0], [x, y + 900]])
    ends = np.array([[x + 5, y + 400.0], [x + 300, y + 400.0], [x, y + 950]])
    single = type(barrier)(barrier.key, "bridge", barrier.line, barrier.crossings[2:3])
    assert crossing_kinds(starts, ends, (single,)).tolist() == ["bridge", "blocked", ""]


def test_compounds_meet_the_street_at_gates_only(edges):
    street = edges["way_kind"].isin(["residential", "secondary", "bridge", "underpass", "crossing"])
    inner = edges[edges["way_kind"] == "compound_path"]
    gates = edges[edges["way_kind"] == "gate"]
    on_street = set(edges.loc[street, ["from_node", "to_node"]].to_numpy().ravel())
    in_compound = set(inner[["from_node", "to_node"]].to_numpy().ravel())
    assert not on_street & in_compound
    for ends in gates[["from_node", "to_node"]].to_numpy():
        assert {end in on_street for end in ends} == {True, False}


def test_homes_snap_to_their_own_compound_and_not_to_the_street(points, edges):
    found = edges.sindex.nearest(shapely.points(points[["x", "y"]].to_numpy()), return_all=False)[1]
    assert set(edges["way_kind"].to_numpy()[found]) <= {"compound_path", "gate"}


def test_the_pocket_is_near_as_the_crow_flies_and_far_on_foot(points, walk_m, tables):
    inside = (points["subdistrict_code"] != "").to_numpy()
    pocket = inside & shapely.contains_xy(load_pocket(), points["x"], points["y"])
    canteens = tables["canteens"]
    sites = gpd.GeoSeries.from_xy(canteens["lon"], canteens["lat"], crs=4326).to_crs(4549)
    straight = np.min(
        [np.hypot(points["x"] - x, points["y"] - y) for x, y in zip(sites.x, sites.y, strict=True)], axis=0
    )
    assert pocket.sum() > 80
    # Fifteen minutes at 1.3 m/s, the fastest of the walkers that the reports consider.
    assert walk_m[pocket].min() > 1.3 * 15 * 60
    assert np.median(straight[pocket]) < 0.9 * 1.0 * 15 * 60

    def oldest(rows):
        return points.loc[rows, "oldest"].sum() / points.loc[rows, "residents"].sum()

    assert oldest(pocket) > 2 * oldest(inside)


def test_the_far_are_more_often_frail_where_it_was_planted(points, walk_m):
    frail = {}
    for code in ("310106019000", "310106101000", "310106018000"):
        here = (points["subdistrict_code"] == code).to_numpy()
        near, far = here & (walk_m <= 900), here & (walk_m > 900)
        shares = [points.loc[rows, "frail"].sum() / points.loc[rows, "older"].sum() for rows in (near, far)]
        frail[code] = shares[1] / shares[0]
    assert frail["310106019000"] > 1.15
    assert frail["310106101000"] > 1.3
    assert abs(frail["310106018000"] - 1) < 0.12


def test_large_capacity_stands_just_outside_the_south_west(tables, cells):
    canteens = tables["canteens"]
    outside = canteens[canteens["subdistrict_code"] == ""]
    sites = gpd.GeoSeries.from_xy(outside["lon"], outside["lat"], crs=4326).to_crs(4549)
    corner = cells[cells["subdistrict_code"].isin(["310106013000", "310106014000"])].geometry.union_all()
    capacity = pd.to_numeric(outside["capacity_meals_per_day"])
    near = (sites.distance(corner) < 800).to_numpy()
    inside = pd.to_numeric(
        canteens.loc[canteens["subdistrict_code"].isin(["310106013000", "310106014000"]), "capacity_meals_per_day"]
    )
    assert capacity[near].sum() > 1.5 * inside.sum()
    assert not sites.within(cells.geometry.union_all()).any()
