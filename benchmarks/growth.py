"""Time and memory follow the pairs that are reached, from 8 thousand nodes to two million."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.race import peak_of, peak_while
from benchmarks.streets import Streets, some_nodes, streets
from jingan_analysis.geography.network import Network
from jingan_analysis.geography.search_graph import SearchGraph
from jingan_analysis.geography.snapping import Snapping
from jingan_analysis.geography.travel import _walks

SIZES = (8_000, 500_000, 2_000_000)
SHANGHAI = "graphs/shanghai_drive_edges.txt"
NODES_A_FACILITY, CUTOFF_MM = 100, 1_200_000


def run(sizes: tuple[int, ...] = SIZES) -> str:
    lines = [
        "### Growth: one facility for every 100 nodes, all pairs within 1,200 m",
        "",
        "| nodes | edges | pairs | seconds | µs a pair | MB above the network | bytes a pair |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    named: list[object] = list(sizes)
    home = os.environ.get("JINGAN_REAL_DATA")
    if home and (Path(home) / SHANGHAI).exists():
        named.insert(1, Path(home) / SHANGHAI)
    for name in named:
        found = peak_of("benchmarks.growth", name)
        lines.append(
            f"| {found['nodes']:,}{' (Shanghai, real)' if isinstance(name, Path) else ''} | {found['edges']:,} | "
            f"{found['pairs']:,} | {found['seconds']:.3g} | {1e6 * found['seconds'] / found['pairs']:.3g} | "
            f"{found['extra_mb']:.0f} | {1e6 * found['extra_mb'] / found['pairs']:.0f} |"
        )
    if len(named) == len(sizes):
        lines += ["", f"The real streets are missing: set JINGAN_REAL_DATA to a folder with {SHANGHAI}."]
    return "\n".join(lines) + "\n"


def one(name: str) -> None:
    town = streets(int(name)) if name.isdigit() else real(Path(name))
    network = town.network()
    chosen = some_nodes(town, town.n_nodes // NODES_A_FACILITY, seed=0)
    graph = SearchGraph.of(network)
    homes, sites, few = (at_nodes(network, nodes) for nodes in (np.arange(town.n_nodes), chosen, chosen[:2]))
    _walks(graph, homes, few, CUTOFF_MM)
    found, before, most = peak_while(lambda: _walks(graph, homes, sites, CUTOFF_MM))
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        _walks(graph, homes, sites, CUTOFF_MM)
        seconds.append(time.perf_counter() - start)
    print(
        json.dumps(
            {
                "nodes": network.n_nodes,
                "edges": network.n_edges,
                "pairs": len(found[0]),
                "seconds": sorted(seconds)[1],
                "extra_mb": most - before,
            }
        )
    )


def at_nodes(network: Network, nodes: np.ndarray) -> Snapping:
    """Places that stand at nodes: at one end of some edge there."""
    edge_of = np.empty(network.n_nodes, dtype=np.int64)
    edge_of[network.edge_to] = np.arange(network.n_edges)
    edge_of[network.edge_from] = np.arange(network.n_edges)
    edge = edge_of[nodes]
    at_start, nothing = network.edge_from[edge] == nodes, np.zeros(len(nodes), dtype=np.int64)
    length_mm = network.length_mm[edge]
    return Snapping(
        edge=edge,
        edge_id=network.edge_ids[edge],
        along_mm=np.where(at_start, nothing, length_mm),
        to_end_mm=np.where(at_start, length_mm, nothing),
        off_network_mm=nothing,
        snapped_xy=network.node_xy[nodes],
        snapped=np.ones(len(nodes), dtype=bool),
        moved_from_island=np.zeros(len(nodes), dtype=bool),
        cap_m=200.0,
    )


def real(path: Path) -> Streets:
    """The main part of a real drive graph, walked both ways; it has no coordinates, so nodes stand on a line."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    table = pd.read_csv(path, sep=r"\s+").to_numpy(dtype=np.float64)
    node, ends = np.unique(table[:, :2].astype(np.int64), return_inverse=True)
    ends = np.sort(ends.reshape(-1, 2), axis=1)
    ends, row = np.unique(ends[ends[:, 0] != ends[:, 1]], axis=0, return_index=True)
    length_mm = np.maximum(np.rint(table[:, 2][np.flatnonzero(table[:, 0] != table[:, 1])][row] * 1000), 1)
    linked = coo_array((np.ones(len(ends)), ends.T), shape=(len(node), len(node)))
    _, part = connected_components(linked, directed=False)
    main = part == np.bincount(part).argmax()
    number = np.cumsum(main) - 1
    kept = main[ends[:, 0]]
    # A line must not be longer than its walk: all nodes stand within a tenth of a millimetre.
    xy = np.column_stack([np.arange(int(main.sum())) * 1e-9, np.zeros(int(main.sum()))])
    return Streets(xy, number[ends[kept, 0]], number[ends[kept, 1]], length_mm[kept].astype(np.int64))


if __name__ == "__main__":
    import sys

    if len(sys.argv) > 1:
        one(sys.argv[1])
    else:
        print(run())
