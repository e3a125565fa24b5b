"""The nearest of 249 facilities for every node of a large network."""

from __future__ import annotations

import numpy as np

from benchmarks.race import installed, race, table, with_version
from benchmarks.streets import Streets, some_nodes, streets
from jingan_analysis.geography.nearest import sweep
from jingan_analysis.geography.search_graph import SearchGraph
from jingan_analysis.geography.snapping import snap

FACILITIES, CUTOFF_MM = 249, 100_000_000
NEAR_MM = 1_200_000
PANDANA_NODES = 20_000


def run(n_nodes: int = 500_000) -> str:
    sizes = dict.fromkeys((n_nodes, PANDANA_NODES) if installed("pandana") else (n_nodes,))
    return "\n".join(one(size) for size in sizes)


def one(n_nodes: int) -> str:
    town = streets(n_nodes)
    network, chosen = town.network(), [some_nodes(town, FACILITIES, seed=seed) for seed in range(7)]
    sites = [snap(network, town.xy[nodes], cap_m=200) for nodes in chosen]
    graph = SearchGraph.of(network)

    contenders = {
        "ours": lambda turn: sweep(graph, sites[turn % 7], CUTOFF_MM),
        "ours with building the graph": lambda turn: sweep(SearchGraph.of(network), sites[turn % 7], CUTOFF_MM),
    }
    contenders["ours within 1,200 m"] = lambda turn: sweep(graph, sites[turn % 7], NEAR_MM)
    rounds, notes = dict.fromkeys(contenders, 7), {"ours within 1,200 m": "what a study asks for"}
    for name, search, turns, note in peers(town, chosen):
        contenders[name], rounds[name], notes[name] = search, turns, note
    results = race(contenders, rounds=rounds, notes=notes)
    return table(f"Nearest of {FACILITIES} facilities, {network.n_nodes:,} nodes, {network.n_edges:,} edges", results)


def peers(town: Streets, chosen: list[np.ndarray]):
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    n, weight = town.n_nodes, town.length_mm.astype(float)
    matrix = csr_array((weight, (town.first, town.last)), shape=(n, n))
    yield (
        with_version("scipy"),
        lambda turn: dijkstra(matrix, directed=False, indices=chosen[turn % 7], min_only=True),
        5,
        "min_only",
    )
    if installed("networkx"):
        yield from by_networkx(town, chosen)
    if installed("rustworkx"):
        yield from by_rustworkx(town, chosen)
    if installed("igraph"):
        yield from by_igraph(town, chosen)
    if installed("networkit"):
        yield from by_networkit(town, chosen)
    # pandana contracts its network when it builds it: minutes on a large one.
    if installed("pandana") and n <= PANDANA_NODES:
        yield from by_pandana(town, chosen)


def by_networkx(town, chosen):
    import networkx as nx

    def build():
        graph = nx.Graph()
        graph.add_weighted_edges_from(
            zip(town.first.tolist(), town.last.tolist(), town.length_mm.tolist(), strict=True), weight="mm"
        )
        return graph

    graph = build()
    search = nx.multi_source_dijkstra_path_length
    yield (
        with_version("networkx"),
        lambda turn: search(graph, set(chosen[turn % 7].tolist()), weight="mm"),
        2,
        "graph ready",
    )
    yield (
        "networkx with building the graph",
        lambda turn: search(build(), set(chosen[turn % 7].tolist()), weight="mm"),
        1,
        "",
    )


def with_hub(town, nodes):
    """One node more, joined to all facilities at no cost: the usual way where there is no search from many."""
    first = np.concatenate([town.first, np.full(len(nodes), town.n_nodes)])
    last = np.concatenate([town.last, nodes])
    return first, last, np.concatenate([town.length_mm, np.zeros(len(nodes), dtype=np.int64)]).astype(float)


def by_rustworkx(town, chosen):
    import rustworkx as rx

    graphs = []
    for nodes in chosen[:3]:
        graph = rx.PyGraph()
        graph.add_nodes_from(range(town.n_nodes + 1))
        graph.add_edges_from(list(zip(*(part.tolist() for part in with_hub(town, nodes)), strict=True)))
        graphs.append(graph)
    yield (
        with_version("rustworkx"),
        lambda turn: rx.dijkstra_shortest_path_lengths(graphs[turn % 3], town.n_nodes, float),
        3,
        "graph ready",
    )


def by_igraph(town, chosen):
    import igraph

    graphs = []
    for nodes in chosen[:3]:
        first, last, weight = with_hub(town, nodes)
        graphs.append((igraph.Graph(town.n_nodes + 1, np.column_stack([first, last])), weight))
    yield (
        with_version("igraph"),
        lambda turn: graphs[turn % 3][0].distances(town.n_nodes, weights=graphs[turn % 3][1]),
        3,
        "graph ready",
    )


def by_networkit(town, chosen):
    import networkit as nk

    graphs = []
    for nodes in chosen[:3]:
        graph = nk.Graph(town.n_nodes + 1, weighted=True)
        first, last, weight = with_hub(town, nodes)
        graph.addEdges((weight, (first, last)))
        graphs.append(graph)
    yield (
        with_version("networkit"),
        lambda turn: nk.distance.Dijkstra(graphs[turn % 3], town.n_nodes, False).run(),
        3,
        "graph ready",
    )


def by_pandana(town, chosen):
    import pandana
    import pandas as pd

    def build_and_search(turn: int):
        x, y = (pd.Series(axis) for axis in town.xy.T)
        edges = pd.DataFrame({"metres": town.length_mm / 1000.0})
        network = pandana.Network(x, y, pd.Series(town.first), pd.Series(town.last), edges)
        nodes = chosen[turn % 7]
        network.set_pois("site", 5000.0, 1, x.iloc[nodes], y.iloc[nodes])
        return network.nearest_pois(5000.0, "site", num_pois=1)

    yield f"{with_version('pandana')} with building the network", build_and_search, 1, "walks of up to 5 km only"


if __name__ == "__main__":
    import sys

    print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 500_000))
