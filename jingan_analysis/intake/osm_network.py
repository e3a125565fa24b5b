"""Import of a walking network from an OpenStreetMap extract.

:mod:`jingan_analysis.intake.osm_ways` says which ways people can walk on. Here they are cut where they meet,
measured, and written as the district's table ``walking_network``. Every edge is walked both ways.
"""

from __future__ import annotations

import os
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidNetwork
from jingan_analysis.intake.config import CONFIG_FILE, load_config
from jingan_analysis.intake.osm_ways import Ways, read_ways

if TYPE_CHECKING:
    import geopandas as gpd

    from jingan_analysis.intake.config import DistrictConfig

FILE_NAME: Final = "walking_network.parquet"
_DEGREES_PER_STEP: Final = 1e-7
"""OpenStreetMap keeps coordinates in whole ten-millionths of a degree."""


@dataclass(frozen=True)
class ImportSummary:
    """What an import found and made.

    Attributes
    ----------
    path
        The Parquet file written.
    nodes, edges, length_km
        Size of the network.
    islands
        Parts that no walk joins to the main one.
    main_share
        Share of the length that the main part holds, 0 to 1.
    kept_ways
        Ways of the extract that the network holds.
    dropped_ways
        Ways with a ``highway`` tag that it does not hold, by reason.
    missing_nodes
        Points that ways name but the extract lacks; the ways end there.
    closed_barriers
        Barriers at which ways were parted.
    edges_outside
        Edges left out because they lie beyond the district and its surroundings.
    notes
        What the user should know or do next.
    """

    path: Path
    nodes: int
    edges: int
    length_km: float
    islands: int
    main_share: float
    kept_ways: int
    dropped_ways: Mapping[str, int]
    missing_nodes: int
    closed_barriers: int
    edges_outside: int
    notes: tuple[str, ...]

    def __str__(self) -> str:
        lines = [
            f"{self.path}: {self.nodes:,} nodes, {self.edges:,} edges, {self.length_km:,.1f} km",
            f"ways walked on: {self.kept_ways:,}",
            f"islands: {self.islands:,}; the main part holds {self.main_share:.1%} of the length",
        ]
        lines += [f"ways left out, {reason}: {count:,}" for reason, count in self.dropped_ways.items()]
        counted = {
            "points missing in the extract": self.missing_nodes,
            "closed barriers that part ways": self.closed_barriers,
            "edges beyond the district's surroundings": self.edges_outside,
        }
        lines += [f"{name}: {count:,}" for name, count in counted.items() if count]
        return "\n".join([*lines, *self.notes])


def import_network(pbf: Path, district_path: Path) -> ImportSummary:
    """Make a district's walking network from an OpenStreetMap extract.

    Ways are cut where they meet. Lengths are measured in the district's metric CRS, as everything else is, and rounded
    up to whole millimetres. If the district already has ``sub_districts``, edges beyond its outline and the
    surroundings that ``buffer_m`` sets are left out. The file appears whole or not at all.

    Parameters
    ----------
    pbf
        The extract: ``.osm.pbf``, ``.osm``, or another format that osmium reads.
    district_path
        The district's folder; its ``district.toml`` names the metric CRS and gets a ``[tables.walking_network]`` entry
        if it has none.

    Raises
    ------
    DistrictNotFound
        If the folder has no ``district.toml``.
    DistrictConfigError
        If it breaks a rule.
    InvalidTable
        If the district has ``sub_districts`` and they break their contract.
    InvalidNetwork
        If the extract is missing or unreadable, or nobody can walk on anything in it.
    """
    pbf, district_path = Path(pbf), Path(district_path)
    config = load_config(district_path)
    ways = read_ways(pbf)
    edges = _edges(ways, config.geography.metric_crs)
    edges, outside = _surroundings_only(edges, config, district_path)
    if edges.empty:
        raise InvalidNetwork(f"{pbf} holds no way that people can walk in this district; {_reasons(ways.dropped)}")
    path = district_path / FILE_NAME
    _write_whole(path, edges)
    notes = _declare(district_path / CONFIG_FILE, config, pbf.name)
    islands, main_share = _islands(edges)
    return ImportSummary(
        path=path,
        nodes=len(np.unique(edges[["from_node", "to_node"]].to_numpy(dtype=object))),
        edges=len(edges),
        length_km=float(edges["length_m"].sum()) / 1000.0,
        islands=islands,
        main_share=main_share,
        kept_ways=len(ways.names),
        dropped_ways=dict(sorted(ways.dropped.items())),
        missing_nodes=ways.missing_nodes,
        closed_barriers=len(ways.shut),
        edges_outside=outside,
        notes=notes,
    )


# --- cutting ----------------------------------------------------------------------------------


def _edges(ways: Ways, metric_crs: str) -> gpd.GeoDataFrame:
    """Cut the runs where they meet, end, or stand before a shut barrier; lines in WGS 84."""
    import geopandas as gpd
    import pandas as pd
    import shapely

    run = np.repeat(np.arange(len(ways.runs)), [len(nodes) for nodes in ways.runs])
    refs = np.array([node for nodes in ways.runs for node in nodes], dtype=np.int64)
    unique, node = np.unique(refs, return_inverse=True)
    degrees = np.array([ways.position[ref] for ref in unique.tolist()], dtype=np.float64).reshape(-1, 2)
    degrees = np.round(degrees * _DEGREES_PER_STEP, 7)
    first, last = _cuts(run, node, np.isin(unique, list(ways.shut)))
    vertex, edge = _vertices(first, last)
    way = np.array(ways.way, dtype=np.int64)[run[first]]
    names = np.array(ways.names, dtype=object)[way]
    part = pd.Series(way).groupby(way).cumcount().to_numpy() + 1 if len(way) else way
    edge_ids = np.array([f"{name}-{number}" for name, number in zip(names, part, strict=True)], dtype=object)
    return gpd.GeoDataFrame(
        {
            "edge_id": edge_ids,
            "from_node": _node_names(refs[first], edge_ids, ways.shut, "a"),
            "to_node": _node_names(refs[last], edge_ids, ways.shut, "b"),
            "length_m": _lengths_m(_projected(degrees, metric_crs)[node[vertex]], edge),
            "way_kind": np.array(ways.kinds, dtype=object)[way],
            "walk_direction": np.array(ways.directions, dtype=object)[way],
            "stairs": np.array(ways.kinds, dtype=object)[way] == "steps",
        },
        geometry=shapely.linestrings(degrees[node[vertex]], indices=edge) if len(edge) else [],
        crs="EPSG:4326",
    )


def _cuts(
    run: NDArray[np.int64], node: NDArray[np.int64], shut: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places in the list of vertices where each edge begins and ends."""
    begins, ends = np.ones(len(run), dtype=np.bool_), np.ones(len(run), dtype=np.bool_)
    begins[1:] = run[1:] != run[:-1]
    ends[:-1] = begins[1:]
    met = np.bincount(node, minlength=len(shut)) > 1
    cut = np.flatnonzero(begins | ends | (met | shut)[node])
    same_run = run[cut[1:]] == run[cut[:-1]]
    return cut[:-1][same_run], cut[1:][same_run]


def _vertices(first: NDArray[np.int64], last: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every vertex of every edge, and the edge it belongs to."""
    count = last - first + 1
    edge = np.repeat(np.arange(len(first)), count)
    start = np.cumsum(count) - count
    return np.arange(len(edge)) - start[edge] + first[edge], edge


def _node_names(
    refs: NDArray[np.int64], edge_ids: NDArray[np.object_], shut: frozenset[int], end: str
) -> NDArray[np.object_]:
    """A node's number; at a shut barrier a name of its own for each edge, so that none joins another."""
    return np.array(
        [f"{ref}/{edge}{end}" if ref in shut else str(ref) for ref, edge in zip(refs.tolist(), edge_ids, strict=True)],
        dtype=object,
    )


def _projected(degrees: NDArray[np.float64], metric_crs: str) -> NDArray[np.float64]:
    import pyproj

    transformer = pyproj.Transformer.from_crs("EPSG:4326", metric_crs, always_xy=True)
    return np.column_stack(transformer.transform(degrees[:, 0], degrees[:, 1]))


def _lengths_m(xy: NDArray[np.float64], edge: NDArray[np.int64]) -> NDArray[np.float64]:
    """Length of each edge, rounded up to millimetres: never below its straight line, never nothing."""
    within = edge[1:] == edge[:-1]
    segment_m = np.hypot(*np.diff(xy, axis=0).T)[within]
    length_m = np.bincount(edge[1:][within], weights=segment_m)
    # A sum a hair above a whole millimetre is that millimetre.
    return np.maximum(np.ceil(np.round(length_m * 1000.0, 4)), 1.0) / 1000.0


def _surroundings_only(
    edges: gpd.GeoDataFrame, config: DistrictConfig, district_path: Path
) -> tuple[gpd.GeoDataFrame, int]:
    """The edges that touch the district's outline widened by its ``buffer_m``, and how many do not."""
    if "sub_districts" not in config.tables or edges.empty:
        return edges, 0
    from jingan_analysis.district import load_district

    district = load_district(district_path)
    units = district.table("sub_districts")
    zone = units.geometry.union_all().buffer(district.buffer_m)
    near = edges.to_crs(units.crs).intersects(zone)
    return edges[near].reset_index(drop=True), int((~near).sum())


def _islands(edges: gpd.GeoDataFrame) -> tuple[int, float]:
    """Number of parts besides the main one, and the main one's share of the length."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    names, node = np.unique(edges[["from_node", "to_node"]].to_numpy(dtype=object), return_inverse=True)
    ends = node.reshape(-1, 2)
    graph = coo_array((np.ones(len(ends), dtype=np.int8), (ends[:, 0], ends[:, 1])), shape=(len(names), len(names)))
    parts, label = connected_components(graph, directed=False)
    length_m = np.bincount(label[ends[:, 0]], weights=edges["length_m"].to_numpy())
    return int(parts) - 1, float(length_m.max() / length_m.sum())


# --- the district's folder --------------------------------------------------------------------


def _write_whole(path: Path, edges: gpd.GeoDataFrame) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        edges.to_parquet(part, index=False)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _declare(path: Path, config: DistrictConfig, source: str) -> tuple[str, ...]:
    """Add the table to ``district.toml`` if it is not there; say what was done."""
    declared = config.tables.get("walking_network")
    if declared is not None:
        if (declared.file, declared.format, declared.datum) == (FILE_NAME, "parquet", "WGS84"):
            return ()
        note = (
            f"{path.name} reads another walking network ({declared.file}, {declared.format}, {declared.datum}); to use "
            f'this one, set file = "{FILE_NAME}", format = "parquet" and datum = "WGS84" under [tables.walking_network]'
        )
        return (note,)
    lines = (
        "\n# Written by 'jingan import-network'.\n[tables.walking_network]\n"
        f'file = "{FILE_NAME}"\nformat = "parquet"\ndatum = "WGS84"\n'
        f'source = "OpenStreetMap extract {_plain(source)}"\nlicence = "ODbL 1.0, OpenStreetMap contributors"\n'
    )
    text = path.read_text(encoding="utf-8-sig")
    text += ("" if text.endswith("\n") else "\n") + lines
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return (f"add to {path.name}:{lines}",)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
    return (f"added [tables.walking_network] to {path.name}",)


def _plain(name: str) -> str:
    """A file name without what would end a TOML text."""
    return "".join(character for character in name if character.isprintable() and character not in '"\\')


def _reasons(dropped: Counter[str]) -> str:
    if not dropped:
        return "it has no way with a highway tag"
    return "left out: " + ", ".join(f"{reason} ({count:,})" for reason, count in sorted(dropped.items()))
