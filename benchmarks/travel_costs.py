"""Walking distances on a network: this package against networkx, and against pandana where it is installed.

    python -m benchmarks.travel_costs [--side 60] [--homes 4000] [--facilities 300] [--minutes 15]

One run times all of them on the same grid of streets, each round in another order of facilities, and prints seconds and
ratios. networkx gets the graph ready-made, with every place as a node of its own: only its search is timed, while
our time includes snapping, which is also shown alone. pandana snaps to nodes, so that its distances differ; its
speed compares.
"""

from __future__ import annotations

import argparse
import math
import resource
import statistics
import time
from importlib.util import find_spec
from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely

from jingan_analysis.geography.network import Network
from jingan_analysis.geography.snapping import snap
from jingan_analysis.geography.travel import travel_costs
from jingan_analysis.geography.travel_costs import TravelCosts, reach_mm

BLOCK_M = 90.0
ROUNDS = 3


def streets(side: int) -> gpd.GeoDataFrame:
    rows = [
        (i, j, i + a, j + b)
        for i in range(side)
        for j in range(side)
        for a, b in ((1, 0), (0, 1))
        if i + a < side and j + b < side and (i * 7 + j * 3 + a) % 13
    ]
    ends = np.array(rows, dtype=float).reshape(-1, 2, 2) * BLOCK_M
    lines = shapely.linestrings(ends)
    return gpd.GeoDataFrame(
        {
            "edge_id": [f"e{number}" for number in range(len(rows))],
            "from_node": [f"{i}-{j}" for i, j, _, _ in rows],
            "to_node": [f"{i}-{j}" for _, _, i, j in rows],
            "length_m": shapely.length(lines),
        },
        geometry=lines,
        crs="EPSG:4549",
    )


def spread(count: int, side: int, x: float, y: float) -> np.ndarray:
    steps = np.arange(1, count + 1)[:, None] * np.sqrt([x, y])
    return (steps % 1) * (side - 1) * BLOCK_M


def cut_graph(network: Network, homes: np.ndarray, sites: np.ndarray) -> nx.Graph:
    """The network cut at every joining point, as networkx wants it."""
    graph = nx.Graph()
    on_edge: dict[int, list[tuple[int, str]]] = {}
    for side, xy in (("h", homes), ("s", sites)):
        found = snap(network, xy, cap_m=200)
        for row in np.flatnonzero(found.snapped).tolist():
            on_edge.setdefault(int(found.edge[row]), []).append((int(found.along_mm[row]), f"{side}{row}j"))
            graph.add_edge(f"{side}{row}", f"{side}{row}j", mm=int(found.off_network_mm[row]))
    for edge in range(network.n_edges):
        ends = int(network.edge_from[edge]), int(network.edge_to[edge])
        stops = [(0, ends[0]), *sorted(on_edge.get(edge, [])), (int(network.length_mm[edge]), ends[1])]
        for (a_mm, a), (b_mm, b) in pairwise(stops):
            graph.add_edge(a, b, mm=b_mm - a_mm)
    return graph


def by_networkx(graph: nx.Graph, order: np.ndarray, cutoff_mm: int) -> dict[tuple[int, int], int]:
    search = nx.single_source_dijkstra_path_length
    return {
        (int(node[1:]), site): distance
        for site in order.tolist()
        for node, distance in search(graph, f"s{site}", cutoff=cutoff_mm, weight="mm").items()
        if isinstance(node, str) and node[0] == "h" and node[-1] != "j"
    }


def by_us(network: Network, homes: np.ndarray, sites: np.ndarray, order: np.ndarray, cutoff_mm: int) -> TravelCosts:
    home_ids, site_ids = np.arange(len(homes)).astype(object), order.astype(object)
    return travel_costs(home_ids, homes, site_ids, sites[order], network=network, cutoff_mm=cutoff_mm)


def as_dict(costs: TravelCosts) -> dict[tuple[int, int], int]:
    pairs = zip(costs.origin.tolist(), costs.destination_ids[costs.destination].tolist(), strict=True)
    return dict(zip(pairs, costs.distance_mm.tolist(), strict=True))


def by_pandana(
    frame: gpd.GeoDataFrame, network: Network, homes: np.ndarray, sites: np.ndarray, cutoff_mm: int
) -> float:
    """Seconds for pandana's nearest-facility query, which is less than all pairs."""
    import pandana
    import pandas as pd

    ends = pd.DataFrame({"from": network.edge_from, "to": network.edge_to})
    peer = pandana.Network(
        network.node_xy[:, 0], network.node_xy[:, 1], ends["from"], ends["to"], frame[["length_m"]], twoway=True
    )
    peer.precompute(cutoff_mm / 1000)
    started = time.perf_counter()
    peer.set_pois("site", cutoff_mm / 1000, 10, sites[:, 0], sites[:, 1])
    peer.nearest_pois(cutoff_mm / 1000, "site", num_pois=10)
    peer.get_node_ids(homes[:, 0], homes[:, 1])
    return time.perf_counter() - started


def timed(action, *arguments):
    started = time.perf_counter()
    return action(*arguments), time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("side", 60), ("homes", 4000), ("facilities", 300), ("minutes", 15)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    frame = streets(options.side)
    network, building_s = timed(Network.from_edges, frame)
    homes, sites = spread(options.homes, options.side, 2, 3), spread(options.facilities, options.side, 5, 7)
    cutoff_mm = reach_mm(1.0, options.minutes)
    graph = cut_graph(network, homes, sites)
    seconds: dict[str, list[float]] = {"ours": [], "snapping": [], "networkx": []}
    for turn in range(ROUNDS):
        order = np.roll(np.arange(len(sites)), math.ceil(turn * len(sites) / ROUNDS))
        ours, ours_s = timed(by_us, network, homes, sites, order, cutoff_mm)
        _, snapping_s = timed(lambda: [snap(network, xy, cap_m=200) for xy in (homes, sites)])
        theirs, theirs_s = timed(by_networkx, graph, order, cutoff_mm)
        assert as_dict(ours) == theirs, "the two computations disagree"
        seconds["ours"].append(ours_s)
        seconds["snapping"].append(snapping_s)
        seconds["networkx"].append(theirs_s)
    ours_s, snapping_s, networkx_s = (statistics.median(times) for times in seconds.values())
    print(
        f"{network.n_nodes:,} nodes, {network.n_edges:,} edges, {len(homes):,} homes, {len(sites):,} facilities, "
        f"{len(ours.origin):,} pairs"
    )
    print(f"building the network: {building_s:.3f} s")
    print(f"ours     {ours_s:8.3f} s   1.0   (of which snapping {snapping_s:.3f} s)")
    print(f"networkx {networkx_s:8.3f} s   {networkx_s / ours_s:.1f}   (search only; same distances to the millimetre)")
    if find_spec("pandana"):
        pandana_s = by_pandana(frame, network, homes, sites, cutoff_mm)
        print(f"pandana  {pandana_s:8.3f} s   {pandana_s / ours_s:.1f}   (ten nearest only, from node to node)")
    else:
        print("pandana is not installed: not compared")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
