"""Gated compounds: strips of a block whose inner path meets the street at gates only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPoint, Polygon

from jingan_analysis.demo.allocation import stream
from jingan_analysis.demo.barriers import load_barriers, load_open_ground
from jingan_analysis.demo.streets import Streets

_STOPS = (0.30, 0.50, 0.70)
_ASIDE = 0.09
_BARRIER_CLEARANCE_M = 22.0
_TWO_GATES_SHARE = 0.18
_OUTSIDE_BLOCKS_SHARE = 0.33


@dataclass(frozen=True)
class Compound:
    """One gated compound.

    Attributes
    ----------
    gates
        The street edge (node numbers, smaller first) of each gate and the gate's place in metres.
    path
        Inner path in metres, (k, 2), gate end first; with two gates it leads from one to the other.
    homes
        Demand points in metres, (h, 2).
    """

    gates: tuple[tuple[tuple[int, int], tuple[float, float]], ...]
    path: NDArray[np.float64]
    homes: NDArray[np.float64]


def build_compounds(streets: Streets, border: Polygon) -> list[Compound]:
    """All compounds: two strips a block inside the border, one home a block around it."""
    random = stream("compounds")
    corners = streets.nodes[streets.blocks]
    inside = shapely.intersects(shapely.polygons(corners), border)
    edges = {(int(a), int(b)) for a, b in streets.edges}
    built = []
    for block, quad, within in zip(streets.blocks, corners, inside, strict=True):
        if within or random.random() < _OUTSIDE_BLOCKS_SHARE:
            strips = 2 if within else 1
            built += [_compound(block, quad, (strip, strips), edges, random) for strip in range(strips)]
    compounds = [compound for compound in built if compound is not None]
    barriers = [barrier.line for barrier in load_barriers()]
    closed = shapely.union_all([*barriers, *load_open_ground()])
    grounds = np.array([_ground(compound) for compound in compounds])
    clear = shapely.distance(grounds, closed) > _BARRIER_CLEARANCE_M
    return [compound for compound, free in zip(compounds, clear, strict=True) if free]


def _ground(compound: Compound) -> Polygon:
    places = [place for _, place in compound.gates]
    return MultiPoint([*places, *compound.path, *compound.homes]).convex_hull


def _compound(
    block: NDArray[np.int64],
    quad: NDArray[np.float64],
    strip: tuple[int, int],
    edges: set[tuple[int, int]],
    random: np.random.Generator,
) -> Compound | None:
    """Make one strip of the block, or None where no street passes it."""
    turn = int(np.hypot(*(quad[1] - quad[0])) < np.hypot(*(quad[3] - quad[0])))
    ring, shape = np.roll(block, -turn), np.roll(quad, -turn, axis=0)
    south, north = _edge(ring[0], ring[1]), _edge(ring[3], ring[2])
    sides = [side for side, edge in ((0, south), (1, north)) if edge in edges]
    if not sides:
        return None
    number, strips = strip
    middle = (number + 0.5) / strips + float(random.uniform(-0.05, 0.05)) / strips
    through = len(sides) == 2 and random.random() < _TWO_GATES_SHARE
    first = sides[int(random.integers(len(sides)))]
    stops = [stop if first == 0 else 1 - stop for stop in _STOPS]
    # The path bends a little: a compound is no tunnel.
    bend = [middle + float(random.uniform(-0.03, 0.03)) / strips for _ in stops]
    path = [_at(shape, place, stop) for place, stop in zip(bend, stops, strict=True)]
    gates = [first, 1 - first] if through else [first]
    if strips == 1:
        stops, bend = stops[1:2], bend[1:2]
    aside = random.choice([-_ASIDE, _ASIDE], len(stops)) * random.uniform(0.7, 1.1, len(stops))
    homes = [_at(shape, place + far, stop) for place, far, stop in zip(bend, aside, stops, strict=True)]
    return Compound(
        gates=tuple(((south, north)[side], tuple(_at(shape, middle, float(side)))) for side in gates),
        path=np.array(path),
        homes=np.array(homes),
    )


def _edge(one: np.int64, other: np.int64) -> tuple[int, int]:
    return (int(min(one, other)), int(max(one, other)))


def _at(quad: NDArray[np.float64], along: float, across: float) -> NDArray[np.float64]:
    """Bilinear place in a block: (0, 0) is its first corner, (1, 1) the third."""
    low = quad[0] + (quad[1] - quad[0]) * along
    high = quad[3] + (quad[2] - quad[3]) * along
    return np.asarray(low + (high - low) * across)
