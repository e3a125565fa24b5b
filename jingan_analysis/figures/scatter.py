"""Points in a plane, the notable ones labelled."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jingan_analysis.figures.canvas import new_canvas
from jingan_analysis.figures.lettering import LINE_HEIGHT, balanced, text_width, widest
from jingan_analysis.figures.rows import KeyItem, draw_key, key_height
from jingan_analysis.figures.scales import (
    Scale,
    axis_space,
    draw_horizontal_axis,
    draw_vertical_axis,
    horizontal_scale,
    nice_ticks,
    span_of,
)
from jingan_analysis.figures.spreading import overlap
from jingan_analysis.figures.style import INK, SMALL, WIDTH, publication_style, series_colour
from jingan_analysis.figures.svg import to_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import pandas as pd

    from jingan_analysis.figures.canvas import Anchor, Box, Canvas, Position

_HEIGHT = 360.0
_RADIUS = 4.5


@dataclass(frozen=True)
class ReferenceLine:
    """A line for comparison across the whole panel: where ``x`` or ``y`` has a value, with a label."""

    label: str
    x: float | None = None
    y: float | None = None

    def __post_init__(self) -> None:
        if (self.x is None) == (self.y is None):
            raise ValueError(f"reference line {self.label!r} needs either x or y, not both or neither")


def scatter(  # noqa: PLR0913  # all are named by the caller
    *,
    name: str,
    points: pd.DataFrame,
    x_title: str,
    y_title: str,
    x_format: Callable[[float], str],
    y_format: Callable[[float], str],
    labelled: Collection[str] = (),
    references: tuple[ReferenceLine, ...] = (),
    include_x: tuple[float, ...] = (0.0,),
    include_y: tuple[float, ...] = (0.0,),
) -> str:
    """Points with direct labels for the notable ones and lines for comparison.

    Parameters
    ----------
    name
        Name of the figure.
    points
        Index: label. Columns ``x``, ``y`` and, for two to six groups, ``series``. A point with a missing
        coordinate is not drawn.
    x_title, y_title
        What each axis shows, with its unit.
    x_format, y_format
        How values are printed.
    labelled
        Labels of the points to name, the most important first; one that finds no free place stays unnamed.
    references
        Lines for comparison.
    include_x, include_y
        Values that the scales must contain.

    Returns
    -------
    str
        One ``<svg>`` element.
    """
    known = points.dropna(subset=["x", "y"])
    series = list(dict.fromkeys(map(str, known["series"]))) if "series" in known else []
    key = [KeyItem(label, series_colour(number), "o") for number, label in enumerate(series)]
    x_limits = span_of(known["x"], include=(*include_x, *(line.x for line in references if line.x is not None)))
    y_limits = span_of(known["y"], include=(*include_y, *(line.y for line in references if line.y is not None)))
    ticks = nice_ticks(*y_limits, value_format=y_format)
    left = widest(map(y_format, ticks), SMALL) + 14
    top = (key_height(key) if key else 0) + 42 + (len(balanced(y_title, WIDTH - 8, SMALL)) - 1) * SMALL * LINE_HEIGHT
    up = Scale(ticks, top + _HEIGHT, top)
    across = horizontal_scale(x_limits, left + 6, WIDTH - 24, x_format)
    with publication_style():
        canvas = new_canvas(name, up.start + axis_space(x_title))
        draw_key(canvas, key)
        draw_horizontal_axis(canvas, across, top=top, bottom=up.start, value_format=x_format, title=x_title)
        draw_vertical_axis(canvas, up, left=left, right=across.end, value_format=y_format, title=y_title)
        taken = [_draw_reference(canvas, line, across, up) for line in references]
        places = {}
        for label, row in zip(map(str, known.index), known.to_dict("records"), strict=True):
            places[label] = (across.at(float(row["x"])), up.at(float(row["y"])))
            colour = series_colour(series.index(str(row["series"])) if series else 0)
            canvas.dot(places[label], colour=colour, radius=_RADIUS)
        _label_points(canvas, places, labelled, taken, limits=(across.start, top, WIDTH - 4, up.start))
        return to_svg(canvas.figure)


def _draw_reference(canvas: Canvas, line: ReferenceLine, across: Scale, up: Scale) -> Box:
    """The line and its label; returns the label's box."""
    width = text_width(line.label, SMALL)
    if line.y is not None:
        y = up.at(line.y)
        canvas.rule((across.start, y), (across.end, y), colour=INK, width=1.25, dashed=True)
        canvas.write((across.end, y - 9), line.label, size=SMALL, anchor="right", halo=True)
        return (across.end - width, y - 17, across.end, y - 1)
    x = across.at(line.x if line.x is not None else math.nan)
    canvas.rule((x, up.end), (x, up.start), colour=INK, width=1.25, dashed=True)
    right_of = x + 6 + width < WIDTH - 4
    anchor: Anchor = "left" if right_of else "right"
    canvas.write((x + 6 if right_of else x - 6, up.end + 9), line.label, size=SMALL, anchor=anchor, halo=True)
    return (x, up.end, x + 8 + width, up.end + 18) if right_of else (x - 8 - width, up.end, x, up.end + 18)


def _label_points(
    canvas: Canvas, places: dict[str, Position], labelled: Collection[str], taken: list[Box], *, limits: Box
) -> None:
    """Labels right, left, above or below their points, where they hide neither a label nor a point."""
    dots = [(x - _RADIUS, y - _RADIUS, x + _RADIUS, y + _RADIUS) for x, y in places.values()]
    boxes = list(taken)
    for label in labelled:
        if label not in places:
            continue
        x, y = places[label]
        width = text_width(label, SMALL)
        for left, middle in (
            (x + 8, y), (x - 8 - width, y), (x - width / 2, y - 14), (x - width / 2, y + 14),
            (x + 6, y - 12), (x + 6, y + 12), (x - 6 - width, y - 12), (x - 6 - width, y + 12),
        ):  # fmt: skip
            box = (left - 1, middle - 8, left + width + 1, middle + 8)
            inside = limits[0] <= box[0] and box[2] <= limits[2] and limits[1] <= box[1] and box[3] <= limits[3]
            if inside and not any(overlap(box, other) for other in [*boxes, *dots]):
                canvas.write((left, middle), label, size=SMALL, halo=True)
                boxes.append(box)
                break
