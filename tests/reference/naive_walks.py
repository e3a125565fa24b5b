"""Walks of a district folder by plain loops: its own reading, datum, snapping and search; nothing from the package.

Works on the demonstration district's file formats only.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
from collections import Counter, defaultdict
from itertools import pairwise

import networkx as nx
import pyarrow.parquet as pq
import shapely
from pyproj import Transformer

TO_METRES = Transformer.from_crs(4326, 4549, always_xy=True)
SNAP_CAP_M = 200
CELL_M = 100


def demand_points(folder):
    """Identifier, unit (empty outside) and metres of every home."""
    with (folder / "demand_points.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    xy = TO_METRES.transform([float(row["lon"]) for row in rows], [float(row["lat"]) for row in rows])
    return [
        {"id": row["point_id"], "unit": row["subdistrict_code"], "xy": place}
        for row, place in zip(rows, zip(*xy, strict=True), strict=True)
    ]


def population(folder, basis):
    """Rows of the population table on one basis, as dictionaries."""
    return [row for row in pq.read_table(folder / "population.parquet").to_pylist() if row["basis"] == basis]


def units(folder):
    """Code and English name of the units, in file order, their metric rings, and the corners of each."""
    features = json.loads((folder / "sub_districts.geojson").read_text("utf-8"))["features"]
    names = {row["properties"]["subdistrict_code"]: row["properties"]["name_en"] for row in features}
    rings = [ring for row in features for ring in row["geometry"]["coordinates"]]
    corners = {
        row["properties"]["subdistrict_code"]: {
            tuple(corner) for ring in row["geometry"]["coordinates"] for corner in ring
        }
        for row in features
    }
    rings = [list(zip(*TO_METRES.transform(*zip(*ring, strict=True)), strict=True)) for ring in rings]
    return names, rings, corners


def canteens(folder, last_day):
    """Canteens in service on a day, and how many are not."""
    with (folder / "canteens.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = []
    for row in rows:
        opened, closed = row["启用日期"], row["停用日期"]
        if (opened and dt.date.fromisoformat(opened) > last_day) or (
            closed and dt.date.fromisoformat(closed) < last_day
        ):
            continue
        capacity = float(row["日供餐能力（份）"] or "nan")
        found.append(
            {
                "id": row["助餐点编号"],
                "unit": row["街镇代码"],
                "xy": TO_METRES.transform(*unshifted(float(row["经度"]), float(row["纬度"]))),
                "capacity": capacity,
                "daily": capacity * float(row["每周开放天数"] or 7) / 7,
            }
        )
    return sorted(found, key=lambda site: site["id"]), len(rows) - len(found)


def shifted(lon, lat):
    """WGS 84 to GCJ-02."""
    x, y = lon - 105, lat - 35

    def waves(angle, *parts):
        return sum(height * math.sin(angle * math.pi * turns) for turns, height in parts) * 2 / 3

    both = waves(x, (6, 20), (2, 20))
    east = 300 + x + 2 * y + x * x / 10 + x * y / 10 + math.sqrt(abs(x)) / 10
    east += both + waves(x, (1, 20), (1 / 3, 40), (1 / 12, 150), (1 / 30, 300))
    north = -100 + 2 * x + 3 * y + y * y / 5 + x * y / 10 + math.sqrt(abs(x)) / 5
    north += both + waves(y, (1, 20), (1 / 3, 40), (1 / 12, 160), (1 / 30, 320))
    a, e2, angle = 6378245.0, 0.00669342162296594323, math.radians(lat)
    w = math.sqrt(1 - e2 * math.sin(angle) ** 2)
    return lon + math.degrees(east * w / (a * math.cos(angle))), lat + math.degrees(north * w**3 / (a * (1 - e2)))


def unshifted(lon, lat):
    """GCJ-02 to WGS 84: look for the point that is shifted to the given one."""
    guess = lon, lat
    for _ in range(30):
        there = shifted(*guess)
        guess = guess[0] - (there[0] - lon), guess[1] - (there[1] - lat)
    return guess


class Streets:
    """Edges in whole millimetres and metres, in square cells, and the graph of their nodes."""

    def __init__(self, folder):
        rows = pq.read_table(folder / "walking_network.parquet").to_pylist()
        self.edges, self.cells, self.graph = [], defaultdict(list), nx.Graph()
        self.stairs, self.wait_s = [bool(row["stairs"]) for row in rows], [row["wait_s"] or 0 for row in rows]
        self.beside_node = defaultdict(list)  # the other end and the number of each edge
        for number, row in enumerate(rows):
            self.beside_node[row["from_node"]].append((row["to_node"], number))
            self.beside_node[row["to_node"]].append((row["from_node"], number))
            lonlat = shapely.from_wkb(row["geometry"]).coords
            line = list(zip(*TO_METRES.transform(*zip(*lonlat, strict=True)), strict=True))
            length = round(row["length_m"] * 1000)
            self.edges.append((row["from_node"], row["to_node"], length, line))
            known = self.graph.get_edge_data(row["from_node"], row["to_node"], {"mm": math.inf})["mm"]
            self.graph.add_edge(row["from_node"], row["to_node"], mm=min(length, known))
        parts = {node: number for number, part in enumerate(nx.connected_components(self.graph)) for node in part}
        length_of = Counter()
        for start, _, length, _ in self.edges:
            length_of[parts[start]] += length
        main = length_of.most_common(1)[0][0]
        self.in_main = [parts[start] == main for start, _, _, _ in self.edges]
        for number, (_, _, _, line) in enumerate(self.edges):
            for position, (a, b) in enumerate(pairwise(line)):
                for i in range(int(min(a[0], b[0]) // CELL_M), int(max(a[0], b[0]) // CELL_M) + 1):
                    for j in range(int(min(a[1], b[1]) // CELL_M), int(max(a[1], b[1]) // CELL_M) + 1):
                        self.cells[i, j].append((number, position))

    def nearest(self, xy, *, main_only, stairs=True):
        """Distance to the nearest edge in metres, and the edge; the first of equals."""
        i, j = (int(value // CELL_M) for value in xy)
        best = (math.inf, -1)
        for ring in range(SNAP_CAP_M // CELL_M + 2):
            for x in range(i - ring, i + ring + 1):
                for y in range(j - ring, j + ring + 1):
                    if max(abs(x - i), abs(y - j)) != ring:
                        continue
                    for number, position in self.cells.get((x, y), ()):
                        if (not main_only or self.in_main[number]) and (stairs or not self.stairs[number]):
                            line = self.edges[number][3]
                            best = min(best, (beside(xy, line[position], line[position + 1])[0], number))
            if best[0] <= ring * CELL_M:  # whatever lies in the next ring is farther
                break
        return best

    def joined(self, xy, *, stairs=True):
        """Edge, walk to its two ends, way to the street, all in millimetres; None beyond the cap."""
        gap_m, number = self.nearest(xy, main_only=True, stairs=stairs)
        if round(gap_m * 1000) > SNAP_CAP_M * 1000:
            return None
        _, _, length, line = self.edges[number]
        parts = [beside(xy, a, b) for a, b in pairwise(line)]
        legs = [math.dist(a, b) for a, b in pairwise(line)]
        first = min(range(len(parts)), key=lambda position: parts[position][0])
        along = round((sum(legs[:first]) + parts[first][1] * legs[first]) / sum(legs) * length)
        return number, along, length - along, round(gap_m * 1000)

    def passes_over_island(self, xy):
        """Whether the nearest street of all is an island, within the cap."""
        gap_m, number = self.nearest(xy, main_only=False)
        return gap_m <= SNAP_CAP_M and not self.in_main[number]


def beside(p, a, b):
    """Distance from a point to a segment, and how far along it, 0 to 1."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    share = 0.0 if square == 0 else min(1.0, max(0.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square))
    return math.hypot(a[0] + share * dx - p[0], a[1] + share * dy - p[1]), share


def walks(streets, homes, sites, cutoff_mm):
    """Millimetres by (row of home, row of site), within the cutoff; one plain Dijkstra a site."""
    found, graph, homes_on = {}, streets.graph, defaultdict(list)
    for row, home in enumerate(homes):
        if home["joined"] is not None:
            own, *door = home["joined"]
            homes_on[own].append((row, *door, [round(value * 1000) for value in home["xy"]]))
    for column, site in enumerate(sites):
        if site["joined"] is None:
            continue
        number, before, after, gap = site["joined"]
        start, end, _, _ = streets.edges[number]
        graph.add_edge("site", start, mm=before)
        graph.add_edge("site", end, mm=after if start != end else min(before, after))
        reach = nx.single_source_dijkstra_path_length(graph, "site", cutoff=cutoff_mm, weight="mm")
        graph.remove_node("site")
        here = [round(value * 1000) for value in site["xy"]]
        for own, doors in homes_on.items():
            first, last = (reach.get(node, math.inf) for node in streets.edges[own][:2])
            if own != number and min(first, last) == math.inf:
                continue
            for row, to_start, to_end, home_gap, there in doors:
                ways = [first + to_start, last + to_end]
                if own == number:
                    ways.append(abs(to_start - before))
                total = 0 if there == here else min(ways) + home_gap + gap
                if total <= cutoff_mm:
                    found[row, column] = total
    return found


def border(rings):
    """Segments of the outer border: those that only one unit has."""
    times = Counter(frozenset(pair) for ring in rings for pair in pairwise(ring))
    return [tuple(pair) for pair, count in times.items() if count == 1]
