"""Names at points: each near its point, tied to it by a line, upon no other name and no mark."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from jingan_analysis.figures.lettering import LINE_HEIGHT, balanced, widest
from jingan_analysis.figures.spreading import overlap
from jingan_analysis.figures.style import INK_SOFT, SMALL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jingan_analysis.figures.canvas import Box, Canvas, Position

_WIDEST = 150.0
_DISTANCES = (10.0, 22.0, 36.0, 52.0, 70.0, 90.0, 112.0, 136.0, 162.0)
_ANGLES = (0, 180, 330, 30, 210, 150, 300, 60, 240, 120, 270, 90)
"""Degrees clockwise from the right: level first, as such names are the easiest to read."""


def name_points(
    canvas: Canvas,
    named: Mapping[str, Position],
    *,
    marks: Sequence[Position],
    radius: float,
    taken: Sequence[Box] = (),
    limits: Box,
) -> list[Box]:
    """Write each name where it covers nothing, the nearest such place; returns the boxes of the names.

    Parameters
    ----------
    named
        Position of each point that has a name, the most important first.
    marks
        Every point of the figure, named or not.
    radius
        Of the marks.
    taken
        Boxes of other texts.
    limits
        Where names may stand.
    """
    dots = [(x - radius - 1, y - radius - 1, x + radius + 1, y + radius + 1) for x, y in marks]
    boxes: list[Box] = []
    for name, point in named.items():
        lines = balanced(name, _WIDEST, SMALL)
        width, height = widest(lines, SMALL), len(lines) * SMALL * LINE_HEIGHT
        box = _place(point, (width, height), [*dots, *taken, *boxes], limits)
        nearest = (min(max(point[0], box[0]), box[2]), min(max(point[1], box[1]), box[3]))
        if math.dist(nearest, point) > radius + 5.5:
            canvas.curve([point, nearest], colour=INK_SOFT, width=0.75)
        middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        canvas.write_lines(middle, lines, size=SMALL, anchor="center", halo=True)
        boxes.append(box)
    return boxes


def _place(point: Position, size: tuple[float, float], taken: Sequence[Box], limits: Box) -> Box:
    """The nearest free box, else the one that covers the least."""
    best, least = None, math.inf
    for distance in _DISTANCES:
        for angle in _ANGLES:
            box = _beside(point, size, distance, angle)
            if box[0] < limits[0] or box[1] < limits[1] or box[2] > limits[2] or box[3] > limits[3]:
                continue
            covered = sum(_shared(box, other) for other in taken if overlap(box, other))
            if covered == 0:
                return box
            if covered < least:
                best, least = box, covered
    return best or _beside(point, size, _DISTANCES[0], 0)


def _beside(point: Position, size: tuple[float, float], distance: float, angle: int) -> Box:
    """The box of this size that lies in this direction, its near edge at the distance."""
    across, down = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    x = point[0] + across * (distance + size[0] / 2)
    y = point[1] + down * (distance + size[1] / 2)
    return (x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2)


def _shared(first: Box, second: Box) -> float:
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    return max(width, 0.0) * max(height, 0.0)
