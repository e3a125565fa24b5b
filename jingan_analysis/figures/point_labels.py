"""Names at points: near their points, upon no other name and no mark; numbers and a list where there is no room."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jingan_analysis.figures.lettering import LINE_HEIGHT, balanced, text_width, widest, wrap
from jingan_analysis.figures.spreading import overlap
from jingan_analysis.figures.style import INK_SOFT, SMALL, WIDTH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jingan_analysis.figures.canvas import Box, Canvas, Position

_WIDEST = 150.0
_DISTANCES = (10.0, 22.0, 36.0, 52.0, 70.0, 90.0, 112.0, 136.0, 162.0)
_ANGLES = (0, 180, 330, 30, 210, 150, 300, 60, 240, 120, 270, 90)
"""Degrees clockwise from the right: level first, as such names are the easiest to read."""

_STEP = 2.0
"""Distance of the places at which a line is held against what it must not cross."""

_LIST_EDGE = 6.0
_LIST_GAP = 6.0


@dataclass(frozen=True)
class PointLabel:
    """A label with its place.

    Attributes
    ----------
    lines
        The label, line by line.
    box
        What it covers.
    leader
        Ends of the line from the point to the label; empty where the label is right beside its point.
    """

    lines: tuple[str, ...]
    box: Box
    leader: tuple[Position, ...]


@dataclass(frozen=True)
class PointLabels:
    """Labels of points.

    Attributes
    ----------
    labels
        In the order in which the points were named: their names, or numbers from left to right.
    listed
        The names of the numbers from 1 on, to be listed beside the panel; empty where the labels are names.
    """

    labels: tuple[PointLabel, ...]
    listed: tuple[str, ...]


def place_names(
    named: Mapping[str, Position],
    *,
    marks: Sequence[Position],
    radius: float,
    taken: Sequence[Box] = (),
    limits: Box,
) -> PointLabels:
    """The nearest place for each name where neither it nor its line covers a mark or a name.

    Where a name finds no such place, all points have numbers instead: names of which some lie upon marks hide what
    the figure shows, and a mixture of names and numbers reads as two kinds of points. A number that finds none
    either covers the least that it can.

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
    texts = {name: balanced(name, _WIDEST, SMALL) for name in named}
    labels, covered = _arranged(texts, named, radius, [*dots, *taken], limits)
    if not covered:
        return PointLabels(labels, ())
    listed = tuple(sorted(named, key=lambda name: named[name]))
    numbers = {name: (str(listed.index(name) + 1),) for name in named}
    return PointLabels(_arranged(numbers, named, radius, [*dots, *taken], limits)[0], listed)


def write_names(canvas: Canvas, placed: PointLabels) -> None:
    """Write labels, with their lines, where they were placed."""
    for label in placed.labels:
        if label.leader:
            canvas.curve(label.leader, colour=INK_SOFT, width=0.75)
        middle = ((label.box[0] + label.box[2]) / 2, (label.box[1] + label.box[3]) / 2)
        canvas.write_lines(middle, label.lines, size=SMALL, anchor="center", halo=True)


def list_height(placed: PointLabels) -> float:
    """Height that the list of numbered names takes up; 0 where there is none."""
    lines = sum(len(entry) for entry in _entries(placed))
    return lines * SMALL * LINE_HEIGHT + 2 * _LIST_GAP if lines else 0.0


def write_list(canvas: Canvas, placed: PointLabels, top: float) -> None:
    """Write the numbers and their names under each other."""
    y = top + _LIST_GAP + SMALL * LINE_HEIGHT / 2
    edge = _LIST_EDGE + _number_width(placed)
    for number, lines in enumerate(_entries(placed), start=1):
        canvas.write((edge, y), str(number), size=SMALL, anchor="right")
        for line in lines:
            canvas.write((edge + _LIST_GAP, y), line, size=SMALL)
            y += SMALL * LINE_HEIGHT


def _number_width(placed: PointLabels) -> float:
    return text_width(str(len(placed.listed)), SMALL)


def _entries(placed: PointLabels) -> list[tuple[str, ...]]:
    room = WIDTH - 2 * _LIST_EDGE - _number_width(placed) - _LIST_GAP
    return [wrap(name, room, SMALL) for name in placed.listed]


def _arranged(
    texts: Mapping[str, tuple[str, ...]],
    points: Mapping[str, Position],
    radius: float,
    taken: Sequence[Box],
    limits: Box,
) -> tuple[tuple[PointLabel, ...], bool]:
    """A place for each label, and whether any of them covers something."""
    labels: list[PointLabel] = []
    covers = False
    for name, lines in texts.items():
        point, size = points[name], (widest(lines, SMALL), len(lines) * SMALL * LINE_HEIGHT)
        label, free = _placed(point, lines, size, radius, taken, labels, limits)
        covers = covers or not free
        labels.append(label)
    return tuple(labels), covers


def _placed(
    point: Position,
    lines: tuple[str, ...],
    size: tuple[float, float],
    radius: float,
    taken: Sequence[Box],
    labels: Sequence[PointLabel],
    limits: Box,
) -> tuple[PointLabel, bool]:
    """The nearest free place, else the one that covers the least; and whether it is free."""
    boxes = [*taken, *(label.box for label in labels)]
    # The point's own mark is where its line begins.
    crossable = [box for box in boxes if not _holds(box, point)]
    best, least = PointLabel(lines, _beside(point, size, _DISTANCES[0], 0), ()), math.inf
    for distance in _DISTANCES:
        for angle in _ANGLES:
            box = _beside(point, size, distance, angle)
            if box[0] < limits[0] or box[1] < limits[1] or box[2] > limits[2] or box[3] > limits[3]:
                continue
            label = PointLabel(lines, box, _leader(point, box, radius))
            covered = sum(_shared(box, other) for other in boxes if overlap(box, other))
            if covered == 0 and not _crosses(label, crossable, labels):
                return label, True
            if covered < least:
                best, least = label, covered
    return best, False


def _leader(point: Position, box: Box, radius: float) -> tuple[Position, ...]:
    nearest = (min(max(point[0], box[0]), box[2]), min(max(point[1], box[1]), box[3]))
    return (point, nearest) if math.dist(nearest, point) > radius + 5.5 else ()


def _crosses(label: PointLabel, boxes: Sequence[Box], labels: Sequence[PointLabel]) -> bool:
    """Whether the label's line runs over one of the boxes, or the line of another label under the label."""
    if any(_holds(box, place) for place in _along(label.leader) for box in boxes):
        return True
    return any(_holds(label.box, place) for other in labels for place in _along(other.leader))


def _along(leader: tuple[Position, ...]) -> list[Position]:
    if not leader:
        return []
    (x, y), (right, down) = leader
    steps = max(1, math.ceil(math.dist(*leader) / _STEP))
    return [(x + (right - x) * step / steps, y + (down - y) * step / steps) for step in range(steps + 1)]


def _holds(box: Box, place: Position) -> bool:
    return box[0] < place[0] < box[2] and box[1] < place[1] < box[3]


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
