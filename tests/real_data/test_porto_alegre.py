"""A city nobody here drew: OpenStreetMap streets, people by hexagon, health care in place of canteens."""

from __future__ import annotations

import re

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.spatial import cKDTree

from jingan_analysis import load_district, run_study
from jingan_analysis.geography.nearest import nearest_facility
from jingan_analysis.geography.network import Network
from jingan_analysis.geography.travel import travel_costs
from jingan_analysis.intake.check import check_district

pytestmark = [pytest.mark.real_data, pytest.mark.slow]

CRS = "EPSG:31982"
CAP_M = 200.0
LIMIT_M = 15 * 60 * 1.0
"""Fifteen minutes at one metre a second."""

ROUNDING_M = 0.01
"""The package counts whole millimetres: each of a walk's at most six parts is rounded."""


@pytest.fixture(scope="module")
def hexagons(real_data):
    """The source as it is, read by pandas alone."""
    return pd.read_csv(real_data("porto_alegre") / "hexgrid.csv")


@pytest.fixture(scope="module")
def district(porto_alegre):
    """The district as the package reads it."""
    return load_district(porto_alegre)


# --- the same walks, computed in another way --------------------------------------------------


@pytest.fixture(scope="module")
def streets(porto_alegre):
    """Main component of the imported edges, by networkx."""
    edges = gpd.read_parquet(porto_alegre / "walking_network.parquet").to_crs(CRS)
    whole = nx.MultiGraph()
    for row in edges[["from_node", "to_node", "length_m"]].itertuples(index=False):
        whole.add_edge(row.from_node, row.to_node, metres=row.length_m)

    def length(nodes):
        return whole.subgraph(nodes).size(weight="metres")

    main = max(nx.connected_components(whole), key=length)
    kept = edges[edges["from_node"].isin(main)].reset_index(drop=True)
    return whole.subgraph(main).copy(), kept


def joined(streets, points):
    """For each point the metres to the nearest street, its row, and the walk from there to both of its ends."""
    _, edges = streets
    lines = edges.geometry.to_numpy()
    tree = shapely.STRtree(lines)
    found = []
    for point in points:
        row = int(tree.nearest(point))
        share = shapely.line_locate_point(lines[row], point, normalized=True)
        length = edges["length_m"].iloc[row]
        found.append((shapely.distance(point, lines[row]), row, share * length, (1 - share) * length))
    return found


def reference_m(streets, start, others):
    """Metres from one joined place to the others; None where the street is too far for either."""
    graph, edges = streets
    away, row, back, ahead = start
    if away > CAP_M:
        return [None] * len(others)
    ends = edges[["from_node", "to_node"]].to_numpy()
    graph.add_edge("start", ends[row][0], metres=back)
    graph.add_edge("start", ends[row][1], metres=ahead)
    metres = nx.single_source_dijkstra_path_length(graph, "start", cutoff=LIMIT_M, weight="metres")
    graph.remove_node("start")
    found = []
    for other_away, other_row, other_back, other_ahead in others:
        ways = [
            metres.get(ends[other_row][0], np.inf) + other_back,
            metres.get(ends[other_row][1], np.inf) + other_ahead,
        ]
        if other_row == row:
            ways.append(abs(other_back - back))
        found.append(None if other_away > CAP_M else away + min(ways) + other_away)
    return found


def test_walking_times_agree_with_networkx(district, streets):
    homes, sites = district.table("demand_points"), district.table("canteens").iloc[::12]
    xy = [table[["x_m", "y_m"]].to_numpy() for table in (homes, sites)]
    costs = travel_costs(
        homes["point_id"].to_numpy(object), xy[0], sites["site_id"].to_numpy(object), xy[1],
        network=Network.from_edges(district.table("walking_network")), cutoff_mm=round(LIMIT_M * 1000), snap_cap_m=CAP_M,
    )  # fmt: skip
    ours = {}
    for origin, destination, mm in zip(costs.origin, costs.destination, costs.distance_mm, strict=True):
        ours[int(origin), int(destination)] = mm / 1000
    from_homes, from_sites = (joined(streets, shapely.points(each)) for each in xy)
    compared = 0
    for site, start in enumerate(from_sites):
        for home, metres in enumerate(reference_m(streets, start, from_homes)):
            if (xy[0][home] == xy[1][site]).all():
                metres = None if metres is None else 0.0  # nobody walks to the street and back
            if metres is None or metres > LIMIT_M + ROUNDING_M:
                assert (home, site) not in ours
            elif metres < LIMIT_M - ROUNDING_M:
                assert ours[home, site] == pytest.approx(metres, abs=ROUNDING_M)
                compared += 1
    assert compared > 100, "a comparison of nothing proves nothing"


# --- what joining places to crossings instead of streets would change --------------------------


def by_nodes(streets, homes_xy, sites_xy, *, legs):
    """Whether each home is within the limit of a site when both stand at their nearest crossing, by networkx.

    Parameters
    ----------
    legs
        Whether the straight line from the place to its crossing is walked, too; packages that join places to nodes
        leave it out.
    """
    graph, edges = streets
    ends = shapely.get_coordinates(shapely.get_point(np.repeat(edges.geometry.to_numpy(), 2), [0, -1] * len(edges)))
    names = edges[["from_node", "to_node"]].to_numpy().ravel()
    away, nearest = cKDTree(ends).query(np.concatenate([homes_xy, sites_xy]))
    n_homes = len(homes_xy)
    graph = graph.copy()
    for row in np.flatnonzero(away[n_homes:] <= CAP_M):
        metres = away[n_homes + row] if legs else 0.0
        graph.add_edge(("site", row), names[nearest[n_homes + row]], metres=metres)
    sources = [node for node in graph if isinstance(node, tuple)]
    reach = nx.multi_source_dijkstra_path_length(graph, sources, cutoff=LIMIT_M, weight="metres")
    walk = np.array([reach.get(names[node], np.inf) for node in nearest[:n_homes]])
    return (away[:n_homes] <= CAP_M) & (walk + (away[:n_homes] if legs else 0.0) <= LIMIT_M)


def test_joining_places_to_crossings_moves_people_across_the_limit(district, streets):
    """The figures are told in ``docs/snapping.md``."""
    homes, sites = district.table("demand_points"), district.table("canteens")
    homes_xy, sites_xy = (table[["x_m", "y_m"]].to_numpy() for table in (homes, sites))
    people = district.table("population").set_index("point_id")["persons"].reindex(homes["point_id"]).to_numpy(float)
    network = Network.from_edges(district.table("walking_network"))
    found = nearest_facility(homes_xy, sites_xy, network=network, cutoff_mm=round(LIMIT_M * 1000), snap_cap_m=CAP_M)
    edge = found.found
    bare, walked = (by_nodes(streets, homes_xy, sites_xy, legs=legs) for legs in (False, True))
    share = {
        name: people[one].sum() / people.sum() for name, one in (("edge", edge), ("bare", bare), ("walked", walked))
    }
    moved = {name: people[one != edge].sum() / people.sum() for name, one in (("bare", bare), ("walked", walked))}
    assert share == pytest.approx({"edge": 0.7474, "bare": 0.7864, "walked": 0.7312}, abs=5e-5)
    assert moved == pytest.approx({"bare": 0.0649, "walked": 0.0493}, abs=5e-5)
    assert share["bare"] > share["edge"], "without the legs walks are too short"
    assert share["walked"] < share["edge"], "a walk that must begin at a crossing is a detour"


# --- the import ---------------------------------------------------------------------------------


def test_the_import_tells_the_size_the_islands_and_the_licence(porto_alegre_import):
    porto_alegre, told = porto_alegre_import
    assert "18,880 nodes, 25,933 edges, 1,833.4 km" in told
    assert "islands: 64" in told
    assert "access=private: 476" in told
    assert "OpenStreetMap contributors" in (porto_alegre / "district.toml").read_text(encoding="utf-8")


def test_the_check_finds_no_fault_and_names_parallel_streets_and_islands(porto_alegre):
    report = check_district(porto_alegre)
    assert report.faults == ()
    said = " ".join(notice.text for notice in report.notices if notice.table == "walking_network")
    assert "85 edge(s) join two nodes that another edge joins already" in said
    assert "65 parts" in said


# --- the report ---------------------------------------------------------------------------------


def test_everybody_of_the_source_is_counted_once(porto_alegre_report, hexagons):
    total = porto_alegre_report.table("by_subdistrict").loc["district"]
    assert total["older_persons"] == hexagons["population"].sum() == 812_935
    assert total["reached"] + total["not_reached"] + total["unsnapped"] == total["older_persons"]
    assert total["canteens"] == hexagons["healthcare"].sum() == 141
    ledger = porto_alegre_report.table("ledger")
    assert ledger["persons"].drop("total").sum() == ledger.loc["total", "persons"] == 812_935
    assert ledger.loc["total", "supply"] == 0, "no capacity is known"


def test_people_reached_and_people_without_a_street_agree_with_networkx(porto_alegre_report, hexagons, streets):
    """All sites at once: one search from a node that joins every one of them."""
    graph, edges = streets
    ends = edges[["from_node", "to_node"]].to_numpy()
    points = gpd.GeoSeries(gpd.points_from_xy(hexagons["lon"], hexagons["lat"]), crs="EPSG:4326").to_crs(CRS)
    places = joined(streets, points)
    has_site = (hexagons["healthcare"] > 0).to_numpy()
    on_edge = {}
    for (away, row, back, ahead), site in zip(places, has_site, strict=True):
        if site and away <= CAP_M:
            graph.add_edge("sites", ends[row][0], metres=away + back)
            graph.add_edge("sites", ends[row][1], metres=away + ahead)
            on_edge.setdefault(row, []).append((away, back))
    metres = nx.single_source_dijkstra_path_length(graph, "sites", cutoff=LIMIT_M, weight="metres")
    graph.remove_node("sites")
    nearest = []
    for (away, row, back, ahead), site in zip(places, has_site, strict=True):
        ways = [metres.get(ends[row][0], np.inf) + back, metres.get(ends[row][1], np.inf) + ahead]
        ways += [other_away + abs(other_back - back) for other_away, other_back in on_edge.get(row, [])]
        nearest.append(np.inf if away > CAP_M else 0.0 if site else away + min(ways))
    nearest = np.array(nearest)
    assert not (np.abs(nearest - LIMIT_M) < ROUNDING_M).any(), "no hexagon may hang on rounding"
    total = porto_alegre_report.table("by_subdistrict").loc["district"]
    assert total["reached"] == hexagons.loc[nearest <= LIMIT_M, "population"].sum()
    apart = np.array([place[0] > CAP_M for place in places])
    assert total["unsnapped"] == hexagons.loc[apart, "population"].sum() > 0


def test_slow_walkers_and_short_times_reach_less(porto_alegre_report):
    shares = porto_alegre_report.table("scenarios").pivot_table(
        index="walk_speed_mps", columns="minutes", values="share"
    )
    assert (shares.diff().dropna() >= 0).all().all()
    assert (shares.diff(axis=1).iloc[:, 1:] > 0).all().all()
    # One hexagon in eleven has health care, and a quarter of an hour leads about two hexagons far.
    assert 0.6 < shares.loc[1.0, 15.0] < 0.9


def test_what_is_unknown_is_counted_and_no_stamp_stands_there(porto_alegre_report):
    counted = porto_alegre_report.table("exclusions")["count"]
    assert counted["unknown_capacity"] == 141
    assert counted["unsnapped_sites"] == 1, "health care on an island of the river"
    assert counted["unsnapped_people"] == 1_288
    text = porto_alegre_report.text.lower()
    assert "synthetic" not in text
    # Walkers and the worst case at the border are modelled, and say so where they stand; the data are not.
    assert not re.search(r"modelled (data|population|travel|walking)", text)
    assert "812,935" in porto_alegre_report.printed
    assert "阿雷格里港" in text
    assert "ポルトアレグレ" in text


def test_with_a_declared_capacity_the_account_of_meals_closes(porto_alegre, write_porto_alegre):
    """One hundred meals a day everywhere: what people receive is what the sites in reach give."""
    trial = write_porto_alegre(capacity=100)
    for name in ("walking_network.parquet", "district.toml"):
        (trial / name).write_bytes((porto_alegre / name).read_bytes())
    result = run_study("canteen_reach", load_district(trial), period="2024-08")
    ledger = result.tables["ledger"].frame
    assert ledger.loc["total", "supply"] == pytest.approx(14_100)
    assert ledger["supply"].drop("total").sum() == pytest.approx(14_100)
    assert ledger.loc["without_demand", "supply"] >= 100, "the site without a street serves nobody"
    assert ledger["persons"].drop("total").sum() == pytest.approx(812_935)
    # Meals for each 100 people: what they receive over all whose walk is known.
    district = result.tables["meals_access"].frame.loc["district"]
    received = ledger.loc["inside_with", "supply"]
    assert district["meals_per_100"] == pytest.approx(100 * received / (812_935 - 1_288))
    assert all(check.passed for check in result.checks)


# --- where next --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def where_next(district):
    """Five more places of health care among the fullest hexagons without one."""
    return run_study("next_sites", district, period="2024-08", draws=0)


def test_five_more_places_of_health_care_are_proven_best(where_next, hexagons):
    row = where_next.tables["by_subdistrict"].frame.loc["district"]
    assert row["persons"] == hexagons["population"].sum() == 812_935
    assert row[["before", "gained", "missed", "unsnapped"]].sum() == row["persons"]
    assert len(where_next.tables["sites"].frame) == 5
    assert (where_next.tables["stop_curve"].frame["gap"] < 1e-9).all()
    assert (where_next.tables["frontier"].frame["proven"] == "yes").all()
    assert all(check.passed for check in where_next.checks)


def test_no_exchange_of_one_of_the_five_brings_more(district, where_next):
    from jingan_analysis.studies.next_sites import Params, situation_of

    situation = situation_of(district, Params(period="2024-08", age_from_years=0, new_sites=5))
    chosen = situation.stands | situation.sites["site_id"].isin(where_next.tables["sites"].frame.index).to_numpy()
    best = situation.people_covered(chosen)
    assert best == where_next.tables["choices"].frame.at["proposal", "covered"]
    for out in np.flatnonzero(chosen & ~situation.stands):
        for into in np.flatnonzero(~chosen)[::5]:
            other = chosen.copy()
            other[[out, into]] = False, True
            assert situation.people_covered(other) <= best


def test_supply_is_not_known_and_no_table_of_it_is_shown(where_next):
    assert "access" not in where_next.tables and "ledger" not in where_next.tables
