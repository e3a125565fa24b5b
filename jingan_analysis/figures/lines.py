"""Lines over an ordered axis, labelled at their ends."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from jingan_analysis.figures.canvas import new_canvas
from jingan_analysis.figures.lettering import LINE_HEIGHT, balanced, text_width, widest
from jingan_analysis.figures.scales import (
    Scale,
    axis_space,
    draw_vertical_axis,
    nice_ticks,
    span_of,
    write_axis_title,
)
from jingan_analysis.figures.spreading import spread
from jingan_analysis.figures.style import AXIS, INK, INK_SOFT, SMALL, TEXT, WIDTH, publication_style, series_colour
from jingan_analysis.figures.svg import to_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from jingan_analysis.figures.canvas import Canvas, Position

_HEIGHT = 300.0
_LABEL_LIMIT = 150.0
_MOST_MARKS = 12
"""Numbers on the horizontal axis that are named one by one; with more, round ones are."""

_LEADER = 22.0
_KEY_HEIGHT = 22.0


def lines(  # noqa: PLR0913  # all are named by the caller
    *,
    name: str,
    frame: pd.DataFrame,
    x_title: str,
    y_title: str,
    value_format: Callable[[float], str],
    x_format: Callable[[float], str] = lambda value: f"{value:g}",
    include: tuple[float, ...] = (0.0,),
    reference: float | None = None,
    reference_label: str = "",
    moments: Mapping[float, str] | None = None,
    modelled: pd.DataFrame | None = None,
    modelled_label: str = "",
) -> str:
    """Several lines over one ordered axis, each labelled with its name and last value.

    Parameters
    ----------
    name
        Name of the figure.
    frame
        Index in order: numbers (placed to scale) or texts (placed evenly). One column a line, at most six; its
        name is the label. A missing value breaks its line.
    x_title, y_title
        What each axis shows, with its unit.
    value_format, x_format
        How values and numbers along the axis are printed.
    include
        Values that the vertical scale must contain.
    reference, reference_label
        Vertical position's line for comparison, and its label.
    moments
        Labels of upright lines by where they stand along a numeric axis, such as the beginning of a programme.
    modelled, modelled_label
        What a model says of the same lines, of the same shape as the frame: dashed, with a key of that label.

    Returns
    -------
    str
        One ``<svg>`` element.
    """
    from pandas.api.types import is_numeric_dtype  # heavy

    numeric = is_numeric_dtype(frame.index)
    places = [float(x) for x in frame.index] if numeric else [float(number) for number in range(len(frame))]
    marks = _round_marks(places) if numeric and len(places) > _MOST_MARKS else places
    x_labels = [x_format(x) for x in marks] if numeric else [str(x) for x in frame.index]
    told = [*frame.to_numpy().ravel(), *([] if modelled is None else modelled.to_numpy().ravel())]
    limits = span_of(told, include=(*include, *([] if reference is None else [reference])))
    ticks = nice_ticks(*limits, value_format=value_format)
    ends = [_end_label(frame[column], str(column), value_format) for column in frame.columns]
    left = widest(map(value_format, ticks), SMALL) + 14
    right = WIDTH - 6 - max(widest(end, TEXT) for end in ends) - _LEADER - 8
    top = 42.0 + (len(balanced(y_title, WIDTH - 8, SMALL)) - 1) * SMALL * LINE_HEIGHT
    top += 0.0 if modelled is None else _KEY_HEIGHT
    up = Scale(ticks, top + _HEIGHT, top)
    spacing = (places[0], places[-1]) if places[-1] > places[0] else (places[0] - 1, places[0] + 1)
    across = Scale(spacing, left + 8, right)
    with publication_style():
        canvas = new_canvas(name, up.start + axis_space(x_title))
        draw_vertical_axis(canvas, up, left=left, right=right, value_format=value_format, title=y_title)
        _draw_x_labels(canvas, [across.at(x) for x in marks], x_labels, up.start, x_title)
        if reference is not None:
            canvas.rule((left, up.at(reference)), (right, up.at(reference)), colour=INK, width=1.25, dashed=True)
            canvas.write((left + 10, up.at(reference) - 9), reference_label, size=SMALL, halo=True)
        for number, (place, label) in enumerate((moments or {}).items()):
            # Neighbours stand at two heights, so that their labels do not meet.
            foot = up.start - 10 - number % 2 * SMALL * LINE_HEIGHT
            _draw_moment(canvas, (across.at(place), foot), label, (up.end, up.start), right)
        if modelled is not None:
            _draw_modelled(canvas, modelled, [across.at(x) for x in places], up, modelled_label)
        last: list[Position] = []
        for number, column in enumerate(frame.columns):
            points = [(across.at(x), up.at(float(y))) for x, y in zip(places, frame[column], strict=True)]
            last.append(_draw_line(canvas, points, series_colour(number), default=(right, up.start)))
        _write_ends(canvas, last, ends, right, (up.end, up.start))
        return to_svg(canvas.figure)


def _draw_moment(canvas: Canvas, foot: Position, label: str, ends: tuple[float, float], right: float) -> None:
    """An upright line, its label at the foot on the side that has room."""
    x, y = foot
    canvas.rule((x, ends[0]), (x, ends[1]), colour=AXIS, width=1.25, dashed=True)
    fits = x + 5 + text_width(label, SMALL) <= right
    canvas.write(
        (x + 5 if fits else x - 5, y), label, size=SMALL, colour=INK_SOFT, anchor="left" if fits else "right", halo=True
    )


def _draw_modelled(canvas: Canvas, modelled: pd.DataFrame, places: Sequence[float], up: Scale, label: str) -> None:
    """Dashed lines beside those of the same number, and what they are."""
    canvas.rule((6, 12), (34, 12), colour=INK, width=1.5, dashed=True)
    canvas.write((42, 12), label, size=SMALL)
    for number, column in enumerate(modelled.columns):
        known = [(x, up.at(float(y))) for x, y in zip(places, modelled[column], strict=True) if not math.isnan(y)]
        if len(known) > 1:
            canvas.curve(known, colour=series_colour(number), width=1.5, dashed=True)


def _round_marks(places: Sequence[float]) -> list[float]:
    """Round numbers inside the range, for a scale with too many places to name each."""
    return [tick for tick in nice_ticks(places[0], places[-1], count=8) if places[0] <= tick <= places[-1]]


def _end_label(values: pd.Series, label: str, value_format: Callable[[float], str]) -> tuple[str, ...]:
    known = values.dropna()
    text = f"{label} {value_format(float(known.iloc[-1]))}" if len(known) else f"{label} [x]"
    return balanced(text, _LABEL_LIMIT, TEXT)


def _draw_line(canvas: Canvas, points: Sequence[Position], colour: str, *, default: Position) -> Position:
    """The line with gaps where values are missing; returns where it ends."""
    run: list[Position] = []
    end = default
    for point in [*points, (math.nan, math.nan)]:
        if math.isnan(point[1]):
            if len(run) > 1:
                canvas.curve(run, colour=colour, width=2.5)
            elif run:
                canvas.dot(run[0], colour=colour, radius=3.5)
            run = []
        else:
            run.append(point)
            end = point
    known = [point for point in points if not math.isnan(point[1])]
    if known:
        canvas.dot(known[-1], colour=colour, radius=4.0)
    return end


def _draw_x_labels(
    canvas: Canvas, positions: Sequence[float], labels: Sequence[str], bottom: float, title: str
) -> None:
    """As many labels as have room, evenly chosen, always the first."""
    step = 1
    while step < len(labels) and not _roomy(positions[::step], labels[::step]):
        step += 1
    for x, label in list(zip(positions, labels, strict=True))[::step]:
        half = text_width(label, SMALL) / 2
        canvas.rule((x, bottom), (x, bottom + 4), colour=AXIS)
        canvas.write((max(x, half + 4), bottom + 15), label, size=SMALL, colour=INK_SOFT, anchor="center")
    write_axis_title(canvas, (positions[0] + positions[-1]) / 2, bottom, title)


def _roomy(positions: Sequence[float], labels: Sequence[str]) -> bool:
    widths = [text_width(label, SMALL) for label in labels]
    return all(
        right - left >= (first + second) / 2 + 8
        for left, right, first, second in zip(positions, positions[1:], widths, widths[1:], strict=False)
    )


def _write_ends(
    canvas: Canvas, ends: Sequence[Position], labels: Sequence[tuple[str, ...]], x: float, limits: tuple[float, float]
) -> None:
    """Labels in plain ink, which reads on any screen, tied to their lines by a leader in the line's colour.

    A line that ends before the others has its leader from its last dot on.
    """
    tallest = max(len(label) for label in labels) * TEXT * LINE_HEIGHT + 3
    places = spread([end for _, end in ends], distance=tallest, low=limits[0], high=limits[1])
    for number, ((last, start), y, label) in enumerate(zip(ends, places, labels, strict=True)):
        bend = [(last + 4, start)] if last < x - 4 else []
        canvas.curve([*bend, (x + 4, start), (x + _LEADER, y)], colour=series_colour(number), width=1.25)
        canvas.write_lines((x + _LEADER + 4, y), label)
