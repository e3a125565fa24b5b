"""The walking network: streets cut at gates, joined to the inner paths of compounds."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from jingan_analysis.demo.barriers import load_barriers
from jingan_analysis.demo.compounds import Compound
from jingan_analysis.demo.projection import settle, to_degrees, to_metres
from jingan_analysis.demo.streets import Streets
from jingan_analysis.demo.units import read_data

_SAME_GATE_M = 6.0


class _Network:
    """Nodes and edges while they are collected."""

    def __init__(self, nodes: NDArray[np.float64]) -> None:
        self.places: list[NDArray[np.float64]] = list(nodes)
        self.lines: list[list[int]] = []
        self.kinds: list[str] = []

    def node(self, place: NDArray[np.float64]) -> int:
        self.places.append(place)
        return len(self.places) - 1

    def edge(self, *vertices: int, kind: str) -> None:
        self.lines.append(list(vertices))
        self.kinds.append(kind)


def walking_network(streets: Streets, compounds: list[Compound]) -> pd.DataFrame:
    """Make the table ``walking_network``; its geometry is a LineString in degrees.

    One compound keeps its gate shut: its inner path is an island.
    """
    network = _Network(streets.nodes)
    shut = shut_compound(compounds)
    on_street: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, compound in enumerate(compounds):
        _join(network, compound, on_street, shut=number == shut)
    for (first, last), kind in zip(streets.edges.tolist(), streets.way_kinds, strict=True):
        start = network.places[first]
        gates = sorted(on_street[first, last], key=lambda gate: float(np.hypot(*(network.places[gate] - start))))
        chain = [first, *gates, last]
        for one, other in pairwise(chain):
            network.edge(one, other, kind=str(kind))
    return _table(network)


def shut_compound(compounds: list[Compound]) -> int:
    """Find the compound that the closed gate cuts off: its number."""
    near = to_metres(np.array([read_data("streets.toml")["island"]["near"]]))[0]
    distances = [round(float(np.hypot(*(compound.homes[0] - near))), 2) for compound in compounds]
    return int(np.argmin(distances))


def _join(network: _Network, compound: Compound, on_street: dict[tuple[int, int], list[int]], *, shut: bool) -> None:
    inner = [network.node(place) for place in settle(compound.path)]
    for one, other in pairwise(inner):
        network.edge(one, other, kind="compound_path")
    if shut:
        return
    for (street, place), end in zip(compound.gates, (inner[0], inner[-1]), strict=False):
        network.edge(_gate(network, on_street[street], settle(np.array([place]))[0]), end, kind="gate")


def _gate(network: _Network, others: list[int], place: NDArray[np.float64]) -> int:
    """Find or make the gate's node; two gates that face each other across the street share one."""
    for other in others:
        if float(np.hypot(*(network.places[other] - place))) < _SAME_GATE_M:
            return other
    others.append(network.node(place))
    return others[-1]


def _table(network: _Network) -> pd.DataFrame:
    degrees = to_degrees(np.array(network.places))
    metres = to_metres(degrees)
    used = np.unique(np.concatenate([np.array(line) for line in network.lines]))
    # Nodes are numbered from north to south, so that the file does not show how it was made.
    ranked = used[np.lexsort((degrees[used, 0], -degrees[used, 1]))]
    names = {int(node): f"N{rank + 1:05d}" for rank, node in enumerate(ranked)}
    lengths = np.array([_length(metres[line]) for line in network.lines])
    barriers = load_barriers()
    stairs = {barrier.way_kind for barrier in barriers if barrier.stairs}
    waits = {barrier.way_kind: barrier.wait_s for barrier in barriers}
    table = pd.DataFrame(
        {
            "from_node": [names[line[0]] for line in network.lines],
            "to_node": [names[line[-1]] for line in network.lines],
            # Rounded up: a walking length is never below the line's own.
            "length_m": np.ceil(lengths * 1000) / 1000,
            "way_kind": network.kinds,
            "walk_direction": "both",
            "stairs": [kind in stairs for kind in network.kinds],
            "wait_s": [waits.get(kind, 0.0) for kind in network.kinds],
            "closed": False,
            "geometry": [shapely.linestrings(degrees[line]) for line in network.lines],
        }
    ).sort_values(["from_node", "to_node"], kind="stable", ignore_index=True)
    table.insert(0, "edge_id", [f"E{number + 1:05d}" for number in range(len(table))])
    return table


def _length(line: NDArray[np.float64]) -> float:
    return float(np.hypot(*np.diff(line, axis=0).T).sum())
