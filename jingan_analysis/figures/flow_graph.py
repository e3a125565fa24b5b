"""A process map: steps from top to bottom, and what followed what."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jingan_analysis.figures.canvas import new_canvas
from jingan_analysis.figures.lettering import LINE_HEIGHT, balanced
from jingan_analysis.figures.style import INK, INK_SOFT, LAND, SERIES, SMALL, TEXT, WIDTH, publication_style
from jingan_analysis.figures.svg import to_svg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jingan_analysis.figures.canvas import Anchor, Canvas, Position

_BOX_WIDTH = 128.0
_GAP = 46.0
_FIRST_LANE, _LANE, _LABEL = 30.0, 56.0, 34.0
_LOOP = 26.0
_WAYS_OUT = 130.0
_PORT = 17.0
_MARGIN = 6.0
_EXPECTED, _DEVIATION = SERIES[0], SERIES[3]


@dataclass(frozen=True)
class FlowNode:
    """One box of the map.

    Attributes
    ----------
    key
        What edges call it.
    label, detail
        Two lines of text, such as the activity and its number of cases.
    aside
        Whether it stands beside the main line (a way out) and not on it.
    """

    key: str
    label: str
    detail: str = ""
    aside: bool = False


@dataclass(frozen=True)
class FlowEdge:
    """One arrow of the map.

    Attributes
    ----------
    origin, target
        Keys of nodes.
    count
        What its width shows.
    label
        Text beside it.
    expected
        Whether the process foresees it; others are dashed and in another colour.
    """

    origin: str
    target: str
    count: float
    label: str
    expected: bool


@dataclass(frozen=True)
class _Place:
    left: float
    top: float
    right: float
    bottom: float
    rank: int
    aside: bool

    @property
    def x(self) -> float:
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        return (self.top + self.bottom) / 2


def flow_graph(*, name: str, nodes: Sequence[FlowNode], edges: Sequence[FlowEdge]) -> str:
    """Boxes in the order of the process from top to bottom, ways out to the right, arrows between them.

    Arrows forward to the next box run straight; those that skip a box or go back swing out to the left, so that none
    crosses the ways out; those that repeat a box turn round at its right. Width stands for the count.

    Parameters
    ----------
    name
        Name of the figure.
    nodes
        On the main line in order; each way out stands at the height of the gap after the box that it follows in
        ``nodes``.
    edges
        At most one for each pair of nodes.

    Returns
    -------
    str
        One ``<svg>`` element.

    Raises
    ------
    ValueError
        If an edge names a node that is not there, or there are fewer than two nodes on the main line.
    """
    keys = {node.key for node in nodes}
    lost = [edge for edge in edges if edge.origin not in keys or edge.target not in keys]
    if lost or sum(not node.aside for node in nodes) < 2:
        raise ValueError(
            f"figure {name!r}: {len(lost)} edges name no node; at least two nodes must be on the main line"
        )
    swings = _swings(nodes, edges)
    ports = _ports(nodes, edges)
    places, height = _layout(nodes, swings, ports)
    largest = max((edge.count for edge in edges), default=1.0)
    with publication_style():
        canvas = new_canvas(name, height)
        for edge in sorted(edges, key=lambda one: (one.expected, one.count)):
            _draw_edge(canvas, edge, places, swings | ports, _stroke(edge.count, largest))
        for node in nodes:
            _draw_node(canvas, node, places[node.key])
        return to_svg(canvas.figure)


def _stroke(count: float, largest: float) -> float:
    """Width by the square root, so that rare arrows stay visible beside frequent ones."""
    return 1.0 + 7.0 * math.sqrt(count / largest)


def _ranks(nodes: Sequence[FlowNode]) -> dict[str, int]:
    main = [node.key for node in nodes if not node.aside]
    return {key: number for number, key in enumerate(main)}


def _swings(nodes: Sequence[FlowNode], edges: Sequence[FlowEdge]) -> dict[tuple[str, str], float]:
    """How far to the left each arrow goes that skips a box or goes back.

    Short ones run inside, none over another, though they may meet at a box. Many lanes are closer together, so that
    the ways out keep their room.
    """
    ranks = _ranks(nodes)
    spans = {
        (edge.origin, edge.target): sorted((ranks[edge.origin], ranks[edge.target]))
        for edge in edges
        if edge.origin in ranks and edge.target in ranks and ranks[edge.target] - ranks[edge.origin] not in (0, 1)
    }
    lanes: dict[tuple[str, str], int] = {}
    taken: list[list[tuple[int, int]]] = []
    for key, (low, high) in sorted(spans.items(), key=lambda item: (item[1][1] - item[1][0], item[1][0])):
        free = (n for n, lane in enumerate(taken) if all(high <= a or low >= b for a, b in lane))
        lane = next(free, len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((low, high))
        lanes[key] = lane
    room = WIDTH - 2 * (_MARGIN + _BOX_WIDTH) - _FIRST_LANE - _LABEL - _WAYS_OUT
    apart = min(_LANE, room / max(1, len(taken) - 1))
    return {key: _FIRST_LANE + lane * apart for key, lane in lanes.items()}


def _ports(nodes: Sequence[FlowNode], edges: Sequence[FlowEdge]) -> dict[tuple[str, str], int]:
    """Which place at the side of a way out each arrow to it takes: the higher its box, the higher the place."""
    ranks = _ranks(nodes)
    ports: dict[tuple[str, str], int] = {}
    for node in nodes:
        coming = [edge.origin for edge in edges if node.aside and edge.target == node.key and edge.origin in ranks]
        ports |= {(origin, node.key): number for number, origin in enumerate(sorted(coming, key=ranks.__getitem__))}
    return ports


def _lines(text: str) -> tuple[str, ...]:
    return balanced(text, _BOX_WIDTH - 12, TEXT)


def _layout(
    nodes: Sequence[FlowNode], swings: Mapping[tuple[str, str], float], ports: Mapping[tuple[str, str], int]
) -> tuple[dict[str, _Place], float]:
    """Place every box; the sheet is as high as they need."""
    ranks = _ranks(nodes)
    middle = _MARGIN + _BOX_WIDTH / 2 + (_LABEL + max(swings.values()) if swings else 0.0)
    places: dict[str, _Place] = {}
    top, after, last = _MARGIN, -1, 0.0
    for node in nodes:
        tall = (len(_lines(node.label)) * TEXT + (SMALL if node.detail else 0)) * LINE_HEIGHT + 12
        if node.aside:
            tall = max(tall, 8 + _PORT * sum(1 for _, target in ports if target == node.key))
            x, y = WIDTH - _MARGIN - _BOX_WIDTH / 2, last + _GAP / 2
            places[node.key] = _Place(x - _BOX_WIDTH / 2, y - tall / 2, x + _BOX_WIDTH / 2, y + tall / 2, after, True)
            continue
        after = ranks[node.key]
        places[node.key] = _Place(middle - _BOX_WIDTH / 2, top, middle + _BOX_WIDTH / 2, top + tall, after, False)
        last = top + tall
        top = last + _GAP
    return places, max(place.bottom for place in places.values()) + _MARGIN


def _draw_node(canvas: Canvas, node: FlowNode, place: _Place) -> None:
    canvas.box((place.left, place.top, place.right, place.bottom), colour=LAND, edge=INK_SOFT)
    lines = _lines(node.label)
    height = len(lines) * TEXT * LINE_HEIGHT
    shift = SMALL * LINE_HEIGHT / 2 if node.detail else 0.0
    canvas.write_lines((place.x, place.y - shift), lines, anchor="center")
    if node.detail:
        canvas.write(
            (place.x, place.y - shift + height / 2 + SMALL * 0.62),
            node.detail,
            size=SMALL,
            colour=INK_SOFT,
            anchor="center",
        )


def _draw_edge(
    canvas: Canvas,
    edge: FlowEdge,
    places: Mapping[str, _Place],
    lanes: Mapping[tuple[str, str], float],
    width: float,
) -> None:
    origin, target = places[edge.origin], places[edge.target]
    colour = _EXPECTED if edge.expected else _DEVIATION
    points, label, anchor = _course(edge, origin, target, lanes)
    canvas.curve(points, colour=colour, width=width, dashed=not edge.expected)
    _arrow_head(canvas, points[-2], points[-1], colour, width)
    if edge.label:
        canvas.write(label, edge.label, size=SMALL, colour=INK, anchor=anchor, halo=True)


def _course(
    edge: FlowEdge, origin: _Place, target: _Place, lanes: Mapping[tuple[str, str], float]
) -> tuple[list[Position], Position, Anchor]:
    """The points of an arrow, where its label stands and how it is anchored."""
    lane = lanes.get((edge.origin, edge.target))
    if target.aside and lane is not None:
        return _way_out(origin, target, lane)
    if origin.aside or target.aside:
        return [(origin.x, origin.bottom), (target.x, target.top)], (origin.x + 8, origin.bottom + 10), "left"
    if origin is target:
        out = origin.right + _LOOP
        bow = _bow((origin.right, origin.y + 8), (origin.right + 2, origin.y - 8), out)
        return bow, (out + 6, origin.y), "left"
    if lane is None:
        down = [(origin.x, origin.bottom), (target.x, target.top - 2)]
        return down, (origin.x + 12, (origin.bottom + target.top) / 2), "left"
    out = origin.left - lane
    # Back arrows begin and end beside the ports of forward ones. Labels are off the middle, where the arrows of the
    # box that is passed begin and end.
    shift = 5.0 if target.rank < origin.rank else 0.0
    bow = _bow((origin.left, origin.y - shift), (target.left - 2, target.y + shift), out)
    return bow, (out + 2, 0.62 * origin.y + 0.38 * target.y), "center"


def _way_out(origin: _Place, target: _Place, port: float) -> tuple[list[Position], Position, Anchor]:
    """From the right side of a box level into its place at the way out, with room for a label before the arrow."""
    end = (target.left - 2, target.top + 4 + _PORT * (port + 0.5))
    start = (origin.right, origin.y + (origin.bottom - origin.top) / 4)
    bend = (end[0] - 70, end[1])
    middle = (start[0] + bend[0]) / 2
    points = [*_smooth(start, (middle, start[1]), (middle, end[1]), bend), end]
    return points, (end[0] - 12, end[1] - 8), "right"


def _bow(start: Position, end: Position, out: float) -> list[Position]:
    """A cubic curve that swings out to a vertical line."""
    reach = out + (out - (start[0] + end[0]) / 2) / 3
    return _smooth(start, (reach, start[1]), (reach, end[1]), end)


def _smooth(a: Position, b: Position, c: Position, d: Position) -> list[Position]:
    return [_cubic(a, b, c, d, n / 24) for n in range(25)]


def _cubic(a: Position, b: Position, c: Position, d: Position, t: float) -> Position:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    x = sum(w * point[0] for w, point in zip(weights, (a, b, c, d), strict=True))
    return x, sum(w * point[1] for w, point in zip(weights, (a, b, c, d), strict=True))


def _arrow_head(canvas: Canvas, before: Position, tip: Position, colour: str, width: float) -> None:
    """A filled triangle that points the way of the last stretch."""
    from matplotlib.path import Path  # heavy

    angle = math.atan2(tip[1] - before[1], tip[0] - before[0])
    size = 5.5 + width * 1.1
    corners = [tip] + [
        (tip[0] - size * math.cos(angle + turn), tip[1] - size * math.sin(angle + turn)) for turn in (0.45, -0.45)
    ]
    canvas.shape(Path([*corners, corners[0]], closed=True), fill=colour, layer=6.0)
