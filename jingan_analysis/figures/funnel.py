"""Funnel plots: units by size and value, between the limits that chance keeps to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jingan_analysis.figures.canvas import new_canvas
from jingan_analysis.figures.lettering import LINE_HEIGHT, balanced, text_width, widest
from jingan_analysis.figures.point_labels import list_height, place_names, write_list, write_names
from jingan_analysis.figures.rows import KeyItem, draw_key, key_height
from jingan_analysis.figures.scales import (
    TITLE_WIDTH,
    Scale,
    axis_space,
    draw_horizontal_axis,
    draw_vertical_axis,
    horizontal_scale,
    nice_ticks,
    span_of,
)
from jingan_analysis.figures.spreading import spread
from jingan_analysis.figures.style import INK, INK_SOFT, SERIES, SMALL, WIDTH, publication_style
from jingan_analysis.figures.svg import to_svg
from jingan_analysis.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from jingan_analysis.figures.canvas import Box, Canvas, Position
    from jingan_analysis.figures.point_labels import PointLabels

_HEIGHT = 360.0
_RADIUS = 5.0
_MARKS = {0: (SERIES[0], "o"), 1: (SERIES[3], "D"), 2: (SERIES[2], "s")}
"""Colour and shape by how far outside: within, beyond the inner, beyond the outer limits."""

_LINES = ("lower_outer", "lower_inner", "upper_inner", "upper_outer")


def funnel(  # noqa: PLR0913  # all are named by the caller
    *,
    name: str,
    points: pd.DataFrame,
    limits: pd.DataFrame,
    centre: float,
    centre_label: str,
    x_title: str,
    y_title: str,
    x_format: Callable[[float], str],
    y_format: Callable[[float], str],
    include: tuple[float, ...] = (0.0,),
) -> str:
    """Funnel plot with both limits; the units beyond one are named and have a shape and colour of their own.

    Where the names do not all find a place free of marks, the units have numbers, and the names are listed below.

    Parameters
    ----------
    name
        Name of the figure.
    points
        Index: unit. Columns ``size``, ``value`` and ``outside``: -2 or 2 beyond the outer, -1 or 1 beyond the inner
        limits, 0 within. A unit without a value is not drawn.
    limits
        Index: sizes in order, those of the drawn curves. Columns ``lower_inner``, ``upper_inner``, ``lower_outer``,
        ``upper_outer``; missing values are left out.
    centre, centre_label
        The common value and its label.
    x_title, y_title
        What each axis shows, with its unit.
    x_format, y_format
        How values are printed.
    include
        Values that the vertical scale must contain.

    Returns
    -------
    str
        One ``<svg>`` element.
    """
    known = points.dropna(subset=["size", "value"])
    codes = sorted({abs(int(code)) for code in known["outside"]} | {0})
    key = [KeyItem(_key_label(code), *_MARKS[code]) for code in codes]
    ticks = nice_ticks(*_vertical_span(known, limits, centre, include), value_format=y_format)
    left = widest(map(y_format, ticks), SMALL) + 14
    names = {"inner": "95%", "outer": "99.8%", "centre": centre_label}
    ends = {what: balanced(text, 110.0, SMALL) for what, text in names.items()}
    right = WIDTH - 12 - max(widest(lines, SMALL) for lines in ends.values()) - 14
    top = key_height(key) + 42 + (len(balanced(y_title, TITLE_WIDTH, SMALL)) - 1) * SMALL * LINE_HEIGHT
    up = Scale(ticks, top + _HEIGHT, top)
    across = horizontal_scale((0.0, float(max(known["size"].max(), limits.index.max()))), left + 6, right, x_format)
    places = _places(known, across, up)
    placed = _place_names(known, places, across, up, (left, top + 4, WIDTH - 4, up.start - 2))
    foot = up.start + axis_space(x_title)
    with publication_style():
        canvas = new_canvas(name, foot + list_height(placed))
        draw_key(canvas, key)
        draw_horizontal_axis(canvas, across, top=top, bottom=up.start, value_format=x_format, title=x_title)
        draw_vertical_axis(canvas, up, left=left, right=across.end, value_format=y_format, title=y_title)
        canvas.rule((across.start, up.at(centre)), (across.end, up.at(centre)), colour=INK, width=1.25)
        last = _draw_limits(canvas, limits, across, up)
        _write_ends(canvas, {**last, "centre": (across.end, up.at(centre))}, ends, across.end, up)
        for place, code in zip(places, known["outside"], strict=True):
            colour, marker = _MARKS[abs(int(code))]
            canvas.dot(place, colour=colour, radius=_RADIUS, marker=marker)
        write_names(canvas, placed)
        write_list(canvas, placed, foot)
        return to_svg(canvas.figure)


def _key_label(code: int) -> str:
    return (tr("within the limits"), tr("beyond the 95% limits"), tr("beyond the 99.8% limits"))[code]


def _vertical_span(
    known: pd.DataFrame, limits: pd.DataFrame, centre: float, include: tuple[float, ...]
) -> tuple[float, float]:
    """The scale holds every unit, and the limits from the smallest unit on: left of it they only grow."""
    shown = limits.loc[limits.index >= known["size"].min(), list(_LINES)] if len(known) else limits[list(_LINES)]
    return span_of([*known["value"], *shown.to_numpy().ravel(), centre], include=include)


def _draw_limits(canvas: Canvas, limits: pd.DataFrame, across: Scale, up: Scale) -> dict[str, Position]:
    """The four curves, cut where they leave the panel; returns where the upper and lower ones end."""
    ends: dict[str, Position] = {}
    low, high = up.ticks[0], up.ticks[-1]
    for line in _LINES:
        values = limits[line].to_numpy(dtype=np.float64)
        inside = (values >= low) & (values <= high)
        run = [
            (across.at(float(size)), up.at(float(value)))
            for size, value, drawn in zip(limits.index, values, inside, strict=True)
            if drawn
        ]
        if len(run) > 1:
            canvas.curve(run, colour=INK_SOFT, width=1.25, dashed=line.endswith("inner"))
            ends[line] = run[-1]
    return ends


def _write_ends(
    canvas: Canvas, last: dict[str, Position], ends: dict[str, tuple[str, ...]], right: float, up: Scale
) -> None:
    """Labels of the lines at their right ends."""
    lines = [what for what in last if what in (*_LINES, "centre")]
    texts = [ends[what.rpartition("_")[2]] for what in lines]
    step = max(len(text) for text in texts) * SMALL * LINE_HEIGHT + 1
    places = spread([last[what][1] for what in lines], distance=step, low=up.end, high=up.start)
    for what, text, y in zip(lines, texts, places, strict=True):
        canvas.curve([last[what], (right + 10, y)], colour=INK_SOFT, width=0.75)
        canvas.write_lines((right + 13, y), text, size=SMALL, colour=INK if what == "centre" else INK_SOFT)


def _places(known: pd.DataFrame, across: Scale, up: Scale) -> list[Position]:
    return [
        (across.at(float(size)), up.at(float(value))) for size, value in zip(known["size"], known["value"], strict=True)
    ]


def _place_names(known: pd.DataFrame, places: list[Position], across: Scale, up: Scale, limits: Box) -> PointLabels:
    """Places of the names of the units outside, those beyond the outer limits first."""
    codes = [abs(int(code)) for code in known["outside"]]
    labels = [str(label) for label in known.index]
    outside = sorted((number for number, code in enumerate(codes) if code), key=lambda number: -codes[number])
    return place_names(
        {labels[number]: places[number] for number in outside},
        marks=places,
        radius=_RADIUS,
        taken=[_end_box(across.end, up)],
        limits=limits,
    )


def _end_box(right: float, up: Scale) -> Box:
    """The margin in which the lines' own labels stand."""
    return (right + 4, up.end - text_width("0", SMALL), WIDTH, up.start + text_width("0", SMALL))
