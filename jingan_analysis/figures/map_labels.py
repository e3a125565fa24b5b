"""Placing area names on a map: inside the area where they fit, else beside it with a leader line.

A greedy point-feature labelling (Christensen, Marks and Shieber 1995): areas with the least room choose first
among candidate places around their pole of inaccessibility; names never overlap each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jingan_analysis.figures.cartography import MAP_TEXT
from jingan_analysis.figures.lettering import LINE_HEIGHT, balanced, widest
from jingan_analysis.figures.spreading import overlap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from jingan_analysis.figures.canvas import Box, Canvas, Position
    from jingan_analysis.figures.cartography import MapFrame

_LEADER_FROM = 0.55
"""A name with less than this share inside its area gets a leader line."""
_SHORTEST_LEADER = 14.0
"""A shorter line, in figure units, would look like one more site."""


@dataclass(frozen=True)
class PlacedLabel:
    """A name in its place.

    Attributes
    ----------
    lines
        Lines of the name.
    centre
        Middle of the text on the sheet.
    box
        What it covers.
    anchor
        Point inside the area where a leader line starts, None if the name lies on its area.
    """

    lines: tuple[str, ...]
    centre: Position
    box: Box
    anchor: Position | None


def place_labels(
    areas: Mapping[str, BaseGeometry], labels: Mapping[str, str], frame: MapFrame, *, obstacles: Sequence[Box] = ()
) -> list[PlacedLabel]:
    """Choose a place for the name of every area.

    Parameters
    ----------
    areas
        Polygons in metres, by code.
    labels
        Names by code; the code itself where absent.
    frame
        Where the map lies.
    obstacles
        Boxes (of sites) that names should rather not cover.
    """
    import shapely  # heavy

    poles = {code: _pole(area) for code, area in areas.items()}
    placed: list[PlacedLabel] = []
    for code in sorted(areas, key=lambda code: (poles[code][2], code)):
        x, y, _ = poles[code]
        pole = frame.at(x, y)
        shape = shapely.transform(areas[code], lambda points: [frame.at(*point) for point in points])
        free = [
            label
            for label in _candidates(labels.get(code, code), pole, frame)
            if not any(overlap(label.box, other.box) for other in placed)
        ]
        if free:
            costs, inside = _costs(free, shape, pole, obstacles)
            best = int(np.round(costs, 6).argmin())
            placed.append(_with_leader(free[best], float(inside[best]), pole))
    return placed


def draw_labels(canvas: Canvas, labels: Sequence[PlacedLabel]) -> None:
    """Names with a halo, and leader lines under them."""
    from jingan_analysis.figures.style import INK, PAPER

    for label in labels:
        if label.anchor is not None:
            left, top, right, bottom = label.box
            end = (min(max(label.anchor[0], left), right), min(max(label.anchor[1], top), bottom))
            if math.dist(label.anchor, end) < _SHORTEST_LEADER:
                continue
            # A line of ink on a wider one of paper stands out on every shade, light or dark.
            canvas.curve([label.anchor, end], colour=PAPER, width=3.0)
            canvas.curve([label.anchor, end], colour=INK, width=1.0)
            canvas.dot(label.anchor, colour=INK, radius=2.2, edge=PAPER)
    for label in labels:
        canvas.write_lines(label.centre, label.lines, size=MAP_TEXT, anchor="center", halo=True)


def _pole(area: BaseGeometry) -> tuple[float, float, float]:
    """Centre and radius of the largest circle inside an area, to within a fiftieth of its size."""
    import shapely  # heavy

    largest = max(shapely.get_parts(area), key=lambda part: part.area)
    circle = shapely.maximum_inscribed_circle(largest, tolerance=math.sqrt(largest.area) / 50)
    x, y = map(float, shapely.get_coordinates(circle)[0])
    return x, y, float(circle.length)


def _candidates(name: str, pole: Position, frame: MapFrame) -> Iterator[PlacedLabel]:
    """The name on one to three lines, at the pole and on rings around it, all on the map."""
    versions = dict.fromkeys(balanced(name, width, MAP_TEXT) for width in (130.0, 90.0, 66.0))
    for lines in versions:
        half = widest(lines, MAP_TEXT) / 2 + 2
        tall = len(lines) * MAP_TEXT * LINE_HEIGHT / 2 + 1
        for radius, steps in ((0, 1), (7, 8), (14, 12), (22, 16), (32, 20), (44, 24), (58, 24), (76, 28), (98, 32)):
            for step in range(steps):
                angle = 2 * math.pi * step / steps
                x, y = pole[0] + 1.4 * radius * math.cos(angle), pole[1] + radius * math.sin(angle)
                box = (x - half, y - tall, x + half, y + tall)
                if box[0] >= 3 and box[2] <= frame.right + 8 and box[1] >= 3 and box[3] <= frame.bottom + 3:
                    yield PlacedLabel(lines, (x, y), box, None)


def _costs(
    labels: Sequence[PlacedLabel], shape: BaseGeometry, pole: Position, obstacles: Sequence[Box]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cost of each place, and the share of its text that lies upon the area.

    Less is better: outside its area, over all of a small area, over a site, far from the middle, on many lines.
    """
    import shapely  # heavy

    edges = np.array([label.box for label in labels])
    common = shapely.area(shapely.intersection(shape, shapely.box(*edges.T)))
    inside = common / ((edges[:, 2] - edges[:, 0]) * (edges[:, 3] - edges[:, 1]))
    centres = np.array([label.centre for label in labels])
    lines = np.array([len(label.lines) for label in labels])
    shade = 100 * (1 - inside) + 40 * common / shape.area
    away = 0.6 * np.hypot(*(centres - pole).T)
    return shade + 60 * _covered(edges, obstacles) + away + 3 * lines, inside


def _covered(edges: NDArray[np.float64], obstacles: Sequence[Box]) -> NDArray[np.int64]:
    """How many obstacles each box overlaps."""
    if not obstacles:
        return np.zeros(len(edges), dtype=np.int64)
    left, top, right, bottom = edges.T[:, :, None]
    sites = np.array(obstacles).T
    across = (left < sites[2]) & (sites[0] < right)
    return np.asarray((across & (top < sites[3]) & (sites[1] < bottom)).sum(axis=1), dtype=np.int64)


def _with_leader(label: PlacedLabel, inside: float, pole: Position) -> PlacedLabel:
    left, top, right, bottom = label.box
    covers_pole = left <= pole[0] <= right and top <= pole[1] <= bottom
    if covers_pole or inside >= _LEADER_FROM:
        return label
    return PlacedLabel(label.lines, label.centre, label.box, pole)
