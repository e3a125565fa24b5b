"""Canteen reach on the demonstration district, computed again with networkx and plain loops.

Shares nothing with the package but the input files: its own snapping, graph, catchments and sums.
"""

import math
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from pyproj import Transformer
from shapely.geometry import Point

import jingan_analysis as ja

DEMO = Path(__file__).parents[2] / "data" / "districts" / "demo"
LIMIT_MM = 15 * 60 * 1000
SNAP_CAP_M = 200


@pytest.fixture(scope="module")
def published():
    return ja.run_study("canteen_reach", ja.load_district(DEMO), period="2024-08")


@pytest.fixture(scope="module")
def people():
    points = pd.read_csv(DEMO / "demand_points.csv", dtype=str)
    points = points.rename(columns=dict(zip(points.columns, points.columns, strict=True)))
    persons = pd.read_parquet(DEMO / "population.parquet")
    older = persons[(persons["basis"] == "resident") & (persons["age_from_years"] >= 60)]
    points["older"] = points["point_id"].map(older.groupby("point_id")["persons"].sum()).fillna(0.0)
    frail = older[older["frailty"] == "frail"]
    points["frail"] = points["point_id"].map(frail.groupby("point_id")["persons"].sum()).fillna(0.0)
    return points


@pytest.fixture(scope="module")
def walks(people):
    """Distance in whole millimetres by (point, site), for all pairs within the limit at 1.3 m/s."""
    district = ja.load_district(DEMO)
    sites = district.table("canteens")  # opening dates and datum are intake's business, tested there
    edges = gpd.read_parquet(DEMO / "walking_network.parquet").to_crs(4549)
    to_metres = Transformer.from_crs(4326, 4549, always_xy=True)
    graph = nx.Graph()
    lengths = [round(float(length) * 1000) for length in edges["length_m"]]
    for start, end, length in zip(edges["from_node"], edges["to_node"], lengths, strict=True):
        if not graph.has_edge(start, end) or graph[start][end]["mm"] > length:
            graph.add_edge(start, end, mm=length)
    largest = max(nx.connected_components(graph), key=len)
    usable = edges[edges["from_node"].isin(largest)].reset_index(drop=True)
    usable_mm = [length for length, start in zip(lengths, edges["from_node"], strict=True) if start in largest]

    bounds = usable.bounds.to_numpy()

    def snap(x, y):
        point = Point(x, y)
        box = (bounds[:, 0] - SNAP_CAP_M <= x) & (x <= bounds[:, 2] + SNAP_CAP_M)
        box &= (bounds[:, 1] - SNAP_CAP_M <= y) & (y <= bounds[:, 3] + SNAP_CAP_M)
        near = np.flatnonzero(box)
        gaps = np.array([usable.geometry.iloc[row].distance(point) for row in near])
        if not len(gaps) or gaps.min() > SNAP_CAP_M:
            return None
        gap_m, row = float(gaps.min()), int(near[np.argmin(gaps)])
        line = usable.geometry.iloc[row]
        along = round(line.project(point) / line.length * usable_mm[row])
        return row, along, usable_mm[row] - along, round(gap_m * 1000)

    homes = [
        snap(*to_metres.transform(float(lon), float(lat)))
        for lon, lat in zip(people["lon"], people["lat"], strict=True)
    ]
    found = {}
    for site in sites.itertuples():
        place = snap(site.x_m, site.y_m)
        if place is None:
            continue
        row, before, after, gap = place
        graph.add_edge("site", usable["from_node"][row], mm=before)
        graph.add_edge(
            "site",
            usable["to_node"][row],
            mm=min(after, graph.get_edge_data("site", usable["to_node"][row], {"mm": after})["mm"]),
        )
        reach = nx.single_source_dijkstra_path_length(graph, "site", cutoff=1_200_000, weight="mm")
        graph.remove_node("site")
        for position, home in enumerate(homes):
            if home is None:
                continue
            home_row, home_before, home_after, home_gap = home
            ways = [
                reach.get(usable["from_node"][home_row], math.inf) + home_before,
                reach.get(usable["to_node"][home_row], math.inf) + home_after,
            ]
            if home_row == row:
                ways.append(abs(home_before - before))
            total = min(ways) + home_gap + gap
            if total <= 1_170_000:
                found[position, site.Index] = total
    return found, sites


@pytest.mark.slow
def test_reached_people_by_subdistrict_at_every_speed_and_limit(published, people, walks):
    found, _ = walks
    nearest = {}
    for (position, _site), distance in found.items():
        nearest[position] = min(distance, nearest.get(position, math.inf))
    scenarios = published.tables["scenarios"].frame
    inside = people["subdistrict_code"].notna()
    for speed in (0.8, 1.0, 1.3):
        for minutes in (5, 10, 15):
            limit = round(speed * minutes * 60_000)
            reached = sum(people["older"][p] for p, d in nearest.items() if d <= limit and inside[p])
            assert scenarios.at[f"{speed:g}-{minutes}", "reached"] == pytest.approx(reached, rel=1e-9), (speed, minutes)
    frame = published.tables["by_subdistrict"].frame
    for code, persons in people[inside].groupby("subdistrict_code")["older"]:
        reached = sum(persons[p] for p in persons.index if nearest.get(p, math.inf) <= LIMIT_MM)
        assert frame.at[code, "older_persons"] == pytest.approx(persons.sum(), rel=1e-9)
        assert frame.at[code, "reached"] == pytest.approx(reached, rel=1e-9)
        assert frame.at[code, "share"] == pytest.approx(reached / persons.sum(), rel=1e-9)
    frail = published.tables["far_and_frail"].frame
    for code, persons in people[inside].groupby("subdistrict_code")["frail"]:
        far = sum(persons[p] for p in persons.index if nearest.get(p, math.inf) > LIMIT_MM)
        assert frail.at[code, "frail_far"] == pytest.approx(far, rel=1e-9)


@pytest.mark.slow
def test_meals_in_reach_by_plain_loops(published, people, walks):
    found, sites = walks

    def weight(distance):
        return (math.exp(-0.5 * (distance / LIMIT_MM) ** 2) - math.exp(-0.5)) / (1 - math.exp(-0.5))

    near = {pair: weight(distance) for pair, distance in found.items() if distance <= LIMIT_MM}
    demand = dict.fromkeys(sites.index, 0.0)
    for (position, site), factor in near.items():
        demand[site] += people["older"][position] * factor
    access = dict.fromkeys(people.index, 0.0)
    unknown = set()
    for (position, site), factor in near.items():
        capacity = sites.at[site, "capacity_meals_per_day"]
        if math.isnan(capacity):
            if factor > 0:
                unknown.add(position)
            continue
        days = sites.at[site, "open_days_per_week"]
        daily = capacity * (7 if pd.isna(days) else days) / 7
        access[position] += daily / demand[site] * factor
    known = [p for p in people.index if not (access[p] == 0 and p in unknown)]
    frame = published.tables["meals_access"].frame
    inside = people["subdistrict_code"].notna()
    for code in [*people["subdistrict_code"].dropna().unique(), "district"]:
        here = [p for p in known if inside[p] and code in (people["subdistrict_code"][p], "district")]
        persons = sum(people["older"][p] for p in here)
        meals = sum(people["older"][p] * access[p] for p in here)
        none = sum(people["older"][p] for p in here if access[p] == 0)
        assert frame.at[code, "meals_per_100"] == pytest.approx(100 * meals / persons, rel=1e-9)
        assert frame.at[code, "none_share"] == pytest.approx(none / persons, rel=1e-9, abs=1e-12)
    whole = [p for p in known if inside[p] and people["older"][p] > 0]
    values = np.array([access[p] for p in whole])
    weights = np.array([people["older"][p] for p in whole])
    mean = (values * weights).sum() / weights.sum()
    spread = sum(float(weights @ np.abs(values - values[i])) * weights[i] for i in range(len(whole)))
    gini = spread / (2 * weights.sum() ** 2 * mean)
    assert published.tables["equity"].frame.at["gini", "value"] == pytest.approx(gini, rel=1e-9)


def test_meals_and_loads_by_plain_sums(published):
    meals = pd.read_parquet(DEMO / "meals.parquet")
    meals["all"] = meals["elder_meals"] + meals["other_meals"]
    assert published.tables["meals"].frame.at["all", "meals"] == 3_800_000
    canteens = published.tables["canteens"].frame
    for site in canteens.index:
        own = meals[meals["site_id"] == site]
        days = own.loc[own["all"] > 0, "served_on"].nunique()
        assert canteens.at[site, "meals"] == own["all"].sum()
        assert canteens.at[site, "open_days"] == days
        if canteens.at[site, "capacity"] == canteens.at[site, "capacity"]:
            wanted = own["all"].sum() / days / canteens.at[site, "capacity"]
            assert canteens.at[site, "utilisation"] == pytest.approx(wanted, rel=1e-9)
