"""Water, railway and elevated road: lines that streets cross at few places only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Polygon

from jingan_analysis.demo.projection import to_metres
from jingan_analysis.demo.units import read_data


@dataclass(frozen=True)
class Barrier:
    """One line in metres, its crossings (k, 2) in metres, and what a walk across it is like."""

    key: str
    way_kind: str
    line: LineString
    crossings: NDArray[np.float64]
    stairs: bool = False
    wait_s: float = 0.0


def load_barriers() -> tuple[Barrier, ...]:
    """Load the declared barriers."""
    return tuple(
        Barrier(
            key=row["key"],
            way_kind=row["way_kind"],
            line=LineString(to_metres(np.array(row["line"]))),
            crossings=to_metres(np.array(row["crossings"])),
            stairs=row.get("stairs", False),
            wait_s=row.get("wait_s", 0.0),
        )
        for row in read_data("streets.toml")["barriers"]
    )


def load_open_ground() -> list[Polygon]:
    """Load park, yard and works: polygons in metres without homes and streets."""
    return [Polygon(to_metres(np.array(row["ring"]))) for row in read_data("streets.toml")["open_ground"]]


def load_pocket() -> Polygon:
    """Load the planted neighbourhood between railway and creek, in metres."""
    return Polygon(to_metres(np.array(read_data("streets.toml")["pocket"]["ring"])))


def crossing_kinds(
    starts: NDArray[np.float64], ends: NDArray[np.float64], barriers: tuple[Barrier, ...]
) -> NDArray[np.str_]:
    """Say what happens to each segment: ``""`` crosses nothing, ``blocked``, or the kind of crossing.

    A declared crossing opens the nearest segment that meets its barrier and no other barrier.
    """
    segments = shapely.linestrings(np.stack([starts, ends], axis=1))
    meets = np.array([shapely.intersects(segments, barrier.line) for barrier in barriers])
    kinds = np.where(meets.any(axis=0), "blocked", "").astype("U16")
    for barrier, hit in zip(barriers, meets, strict=True):
        alone = np.flatnonzero(hit & (meets.sum(axis=0) == 1))
        middles = (starts[alone] + ends[alone]) / 2
        for crossing in barrier.crossings:
            distances = np.round(np.hypot(*(middles - crossing).T), 3)
            kinds[alone[int(np.argmin(distances))]] = barrier.way_kind
    return kinds
