"""Dots with intervals, one row an area: how large, and how sure."""

from __future__ import annotations

import math
from itertools import chain
from typing import TYPE_CHECKING

from jingan_analysis.figures.canvas import new_canvas
from jingan_analysis.figures.lettering import text_width, widest
from jingan_analysis.figures.rows import KeyItem, draw_key, key_height, layout_rows, write_row_labels
from jingan_analysis.figures.scales import axis_space, draw_horizontal_axis, horizontal_scale, span_of
from jingan_analysis.figures.style import INK, INK_SOFT, RULE, SMALL, TEXT, publication_style, series_colour
from jingan_analysis.figures.svg import to_svg

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from jingan_analysis.figures.canvas import Canvas
    from jingan_analysis.figures.rows import RowLayout
    from jingan_analysis.figures.scales import Scale

_LINE = 19.0
"""Height of one dot with its interval."""

_Mark = tuple[float, float, float, str]
"""Value, lower, upper, colour."""


def interval_dots(  # noqa: PLR0913  # all are named by the caller
    *,
    name: str,
    rows: pd.DataFrame,
    x_title: str,
    value_format: Callable[[float], str],
    reference: float | None = None,
    reference_label: str = "",
    missing_label: str = "[x]",
    include: tuple[float, ...] = (0.0,),
    tick_format: Callable[[float], str] | None = None,
) -> str:
    """Dots with intervals and printed values, rows in the order given.

    Parameters
    ----------
    name
        Name of the figure.
    rows
        Index: row label (repeated for several series). Columns ``value``, ``lower``, ``upper`` and, for two to
        six series, ``series`` (its label). A missing value is shown as ``missing_label``; missing limits draw no
        interval.
    x_title
        What is measured, with its unit.
    value_format
        How a value is printed.
    reference, reference_label
        Vertical line for comparison, such as the district's value, and its label.
    missing_label
        Printed where a value is missing.
    include
        Values that the scale must contain; ``()`` lets it start near the smallest value.
    tick_format
        How the scale's numbers are printed; as values where None.

    Returns
    -------
    str
        One ``<svg>`` element.
    """
    ticks_as = tick_format or value_format
    labels = list(dict.fromkeys(map(str, rows.index)))
    series = list(dict.fromkeys(map(str, rows["series"]))) if "series" in rows else []
    marks = {label: _marks(rows.loc[rows.index.astype(str) == label], series) for label in labels}
    key = [KeyItem(label, series_colour(number), "o") for number, label in enumerate(series)]
    value_width, interval_width = _value_widths(marks, value_format, missing_label)
    above = key_height(key) + (22.0 if reference_label else 0.0)
    layout = layout_rows(
        labels,
        mark_heights=[len(marks[label]) * _LINE + 9 for label in labels],
        value_width=value_width + interval_width + (6 if interval_width else 0),
        above=above,
        below=axis_space(x_title),
    )
    shown = [number for mark in chain.from_iterable(marks.values()) for number in mark[:3]]
    limits = span_of(shown, include=(*include, *([] if reference is None else [reference])))
    scale = horizontal_scale(limits, layout.plot_left, layout.plot_right, ticks_as)
    with publication_style():
        canvas = new_canvas(name, layout.height)
        draw_key(canvas, key)
        write_row_labels(canvas, layout)
        draw_horizontal_axis(canvas, scale, top=layout.top, bottom=layout.bottom, value_format=ticks_as, title=x_title)
        if reference is not None:
            _draw_reference(canvas, layout, scale.at(reference), reference_label)
        for row, label in enumerate(labels):
            centre = layout.centres[row]
            if row:
                edge = centre - layout.heights[row] / 2
                canvas.rule((6, edge), (594, edge), colour=RULE, width=0.5)
            for line, mark in enumerate(marks[label]):
                y = centre + (line - (len(marks[label]) - 1) / 2) * _LINE
                _draw_mark(canvas, mark, y, scale)
                _write_value(canvas, mark, (layout.value_left + value_width, y), value_format, missing_label)
        return to_svg(canvas.figure)


def _marks(rows: pd.DataFrame, series: list[str]) -> list[_Mark]:
    marks: list[_Mark] = []
    for row in rows.to_dict("records"):
        colour = series_colour(series.index(str(row["series"])) if series else 0)
        marks.append((float(row["value"]), float(row["lower"]), float(row["upper"]), colour))
    return marks


def _value_widths(
    marks: dict[str, list[_Mark]], value_format: Callable[[float], str], missing_label: str
) -> tuple[float, float]:
    every = list(chain.from_iterable(marks.values()))
    values = [_value_text(mark, value_format, missing_label) for mark in every]
    return widest(values, TEXT), widest((_interval_text(mark, value_format) for mark in every), SMALL)


def _value_text(mark: _Mark, value_format: Callable[[float], str], missing_label: str) -> str:
    return missing_label if math.isnan(mark[0]) else value_format(mark[0])


def _interval_text(mark: _Mark, value_format: Callable[[float], str]) -> str:
    value, lower, upper, _ = mark
    if any(map(math.isnan, (value, lower, upper))):
        return ""
    return f"({value_format(lower)}\N{EN DASH}{value_format(upper)})"


def _draw_mark(canvas: Canvas, mark: _Mark, y: float, scale: Scale) -> None:
    value, lower, upper, colour = mark
    if math.isnan(value):
        return
    if not (math.isnan(lower) or math.isnan(upper)):
        canvas.curve([(scale.at(lower), y), (scale.at(upper), y)], colour=colour, width=2.5)
    canvas.dot((scale.at(value), y), colour=colour, radius=5.0)


def _write_value(
    canvas: Canvas, mark: _Mark, place: tuple[float, float], value_format: Callable[[float], str], missing_label: str
) -> None:
    """The value ending at ``place``, its interval after it."""
    x, y = place
    canvas.write(place, _value_text(mark, value_format, missing_label), anchor="right")
    interval = _interval_text(mark, value_format)
    if interval:
        canvas.write((x + 6, y), interval, size=SMALL, colour=INK_SOFT)


def _draw_reference(canvas: Canvas, layout: RowLayout, x: float, label: str) -> None:
    canvas.rule((x, layout.top - 4), (x, layout.bottom), colour=INK, width=1.25, dashed=True)
    if label:
        half = text_width(label, SMALL) / 2
        left, right = layout.plot_left - 12, 594.0
        canvas.write_inside((min(max(x, left + half), right - half), layout.top - 14), label, size=SMALL, colour=INK)
