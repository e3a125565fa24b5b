"""All pairs within 1,200 m of 5,000 facilities: time, and memory above the network itself."""

from __future__ import annotations

import json

import numpy as np

from benchmarks.race import installed, peak_of, peak_while, race, table, with_version
from benchmarks.streets import Streets, some_nodes, streets
from jingan_analysis.geography.search_graph import SearchGraph
from jingan_analysis.geography.snapping import Snapping, snap
from jingan_analysis.geography.travel import _walks

FACILITIES, CUTOFF_MM = 5000, 1_200_000


def run(n_nodes: int = 500_000) -> str:
    parts = [against_scipy(n_nodes)]
    parts.append(against_pandana() if installed("pandana") else "pandana is not installed: left out.\n")
    used = peak_of("benchmarks.pairs", n_nodes, "peak")
    parts.append(
        f"Memory: {used['pairs']:,.0f} pairs in {used['extra_mb']:,.0f} MB above the {used['before_mb']:,.0f} MB of a "
        "process that holds network, places and graph, and has searched once from ten facilities.\n"
    )
    return "\n".join(parts)


def against_scipy(n_nodes: int) -> str:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    town = streets(n_nodes)
    graph, homes, facilities = prepared(town)
    chosen = some_nodes(town, FACILITIES, seed=0)
    matrix = csr_array((town.length_mm.astype(float), (town.first, town.last)), shape=(town.n_nodes, town.n_nodes))

    def by_scipy(_: int):
        found = []
        for start in range(0, FACILITIES, 25):
            reach = dijkstra(matrix, directed=False, indices=chosen[start : start + 25], limit=CUTOFF_MM)
            site, node = np.nonzero(np.isfinite(reach))
            found.append((site + start, node, reach[site, node]))
        return found

    ours = _walks(graph, homes, facilities, CUTOFF_MM)
    theirs = sum(len(site) for site, _, _ in by_scipy(0))
    if abs(len(ours[0]) - theirs) > theirs * 1e-4:
        raise SystemExit(f"ours finds {len(ours[0]):,} pairs, scipy {theirs:,}")
    results = race(
        {"ours": lambda _: _walks(graph, homes, facilities, CUTOFF_MM), with_version("scipy"): by_scipy},
        rounds={"ours": 7, with_version("scipy"): 3},
        notes={with_version("scipy"): "25 facilities at a time: its answer is nodes × facilities"},
    )
    return table(f"{len(ours[0]):,} pairs within 1,200 m of {FACILITIES:,} facilities, {town.n_nodes:,} nodes", results)


def against_pandana(n_nodes: int = 20_000) -> str:
    import pandana
    import pandas as pd

    town = streets(n_nodes)
    graph, homes, facilities = prepared(town)
    chosen = some_nodes(town, FACILITIES, seed=0)
    x, y = (pd.Series(axis) for axis in town.xy.T)
    edges = pd.DataFrame({"metres": town.length_mm / 1000.0})
    network = pandana.Network(x, y, pd.Series(town.first), pd.Series(town.last), edges)
    name = with_version("pandana")
    results = race(
        {
            "ours": lambda _: _walks(graph, homes, facilities, CUTOFF_MM),
            name: lambda _: network.nodes_in_range(chosen.tolist(), CUTOFF_MM / 1000.0),
        },
        rounds={"ours": 5, name: 3},
        notes={name: "network ready"},
    )
    n_pairs = len(_walks(graph, homes, facilities, CUTOFF_MM)[0])
    return table(f"The same on a small network: {n_pairs:,} pairs, {town.n_nodes:,} nodes", results)


def prepared(town: Streets) -> tuple[SearchGraph, Snapping, Snapping]:
    network = town.network()
    chosen = some_nodes(town, FACILITIES, seed=0)
    return SearchGraph.of(network), snap(network, town.xy, cap_m=200), snap(network, town.xy[chosen], cap_m=200)


def peak(n_nodes: int) -> None:
    town = streets(n_nodes)
    network = town.network()
    graph, homes = SearchGraph.of(network), snap(network, town.xy, cap_m=200)
    few, all_sites = (snap(network, town.xy[some_nodes(town, count, seed=0)], cap_m=200) for count in (10, FACILITIES))
    _walks(graph, homes, few, CUTOFF_MM)
    found, before, most = peak_while(lambda: _walks(graph, homes, all_sites, CUTOFF_MM))
    print(json.dumps({"pairs": len(found[0]), "before_mb": before, "extra_mb": most - before}))


if __name__ == "__main__":
    import sys

    size = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    if sys.argv[2:] == ["peak"]:
        peak(size)
    else:
        print(run(size))
