"""Edges of the walking network: possible lengths, consistent nodes, islands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from jingan_analysis.intake.faults import Findings

SHORTER_SHARE: Final = 0.01
SHORTER_M: Final = 1.0
"""A stated length may fall below the straight line by 1 % and 1 m: projection and rounding."""

NODE_SPREAD_M: Final = 1.0
"""The ends of lines that meet in one node lie this close together."""


def check_edges(
    frame: pd.DataFrame,
    shapes: NDArray[np.object_],
    usable: NDArray[np.bool_],
    rows: NDArray[np.int64],
    findings: Findings,
) -> None:
    """Record impossible edges as faults; parallel edges and islands as notices."""
    length = frame["length_m"].to_numpy(dtype=np.float64)
    for position in np.flatnonzero(length == 0).tolist():
        loop = frame["from_node"].iloc[position] == frame["to_node"].iloc[position]
        rule = "the edge has no length and leads back to its own node" if loop else "the edge has no length"
        _record(findings, rows, position, rule, "Remove the edge, or measure its length.", length)
    start, end = _ends(shapes, usable)
    straight = np.hypot(*(end - start).T)
    with np.errstate(invalid="ignore"):
        short = (length > 0) & (length < straight * (1 - SHORTER_SHARE) - SHORTER_M)
    for position in np.flatnonzero(short).tolist():
        rule = f"the length is below the straight line between its ends, {straight[position]:,.1f} m"
        _record(findings, rows, position, rule, "Measure the length again, in metres.", length)
    _nodes_in_two_places(frame, start, end, rows, findings)
    _parallel(frame, findings)
    _islands(frame, length, findings)


def _record(
    findings: Findings, rows: NDArray[np.int64], position: int, rule: str, mend: str, length: NDArray[np.float64]
) -> None:
    findings.fault(rule, mend, row=int(rows[position]), column="length_m", value=f"{length[position]:g}")


def _ends(shapes: NDArray[np.object_], usable: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """First and last vertex of each line in metres, shape (n, 2); missing where there is no line."""
    start, end = np.full((len(shapes), 2), np.nan), np.full((len(shapes), 2), np.nan)
    lines = shapes[usable]
    if len(lines):
        start[usable] = shapely.get_coordinates(shapely.get_point(lines, 0))
        end[usable] = shapely.get_coordinates(shapely.get_point(lines, -1))
    return start, end


def _nodes_in_two_places(
    frame: pd.DataFrame,
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    rows: NDArray[np.int64],
    findings: Findings,
) -> None:
    """An edge whose line ends away from where the other edges put the node."""
    n = len(frame)
    ends = pd.DataFrame(
        {
            "node": pd.concat([frame["from_node"], frame["to_node"]], ignore_index=True),
            "x": np.concatenate([start[:, 0], end[:, 0]]),
            "y": np.concatenate([start[:, 1], end[:, 1]]),
            "edge": np.tile(np.arange(n), 2),
            "column": ["from_node"] * n + ["to_node"] * n,
        }
    ).dropna()
    middle = ends.groupby("node")[["x", "y"]].transform("median")
    away = np.hypot(ends["x"] - middle["x"], ends["y"] - middle["y"])
    astray = ends[away > NODE_SPREAD_M]
    for edge, column, node in astray[["edge", "column", "node"]].to_numpy().tolist():
        findings.fault(
            "the line does not end where other edges have this node",
            "Check that from_node is at the line's first vertex and to_node at its last, and that the node is right.",
            row=int(rows[edge]),
            column=column,
            value=node,
        )


def _parallel(frame: pd.DataFrame, findings: Findings) -> None:

    codes = pd.factorize(pd.concat([frame["from_node"], frame["to_node"]], ignore_index=True))[0].reshape(2, -1)
    pairs = pd.DataFrame(np.sort(codes, axis=0).T)
    parallel = int(pairs[(codes >= 0).all(axis=0)].duplicated().sum())
    if parallel:
        findings.notice(f"{parallel} edge(s) join two nodes that another edge joins already; the shortest counts")


def _islands(frame: pd.DataFrame, length: NDArray[np.float64], findings: Findings) -> None:
    """Say how much of the network hangs together."""
    ends = pd.concat([frame["from_node"], frame["to_node"]], ignore_index=True)
    codes, nodes = pd.factorize(ends)
    start, end = codes.reshape(2, -1)
    known = (start >= 0) & (end >= 0) & (length > 0)
    if not known.any():
        return
    graph = coo_array((np.ones(int(known.sum())), (start[known], end[known])), shape=(len(nodes), len(nodes)))
    labels = connected_components(graph, directed=False)[1][start[known]]
    metres = np.bincount(labels, weights=length[known])
    parts = int((np.bincount(labels) > 0).sum())
    if parts > 1:
        apart = 1 - metres.max() / metres.sum()
        findings.notice(
            f"the network falls into {parts} parts that no edge joins; "
            f"the largest has all but {apart:.2%} ({metres.sum() - metres.max():,.0f} m) of its length"
        )
