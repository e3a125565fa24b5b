"""Horizontal bars: single, grouped or stacked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from jingan_analysis.figures.canvas import new_canvas
from jingan_analysis.figures.lettering import text_width, widest
from jingan_analysis.figures.rows import KeyItem, draw_key, key_height, layout_rows, write_row_labels
from jingan_analysis.figures.scales import axis_space, draw_horizontal_axis, horizontal_scale, span_of
from jingan_analysis.figures.style import INK, ON_SERIES, PAPER, SERIES, SMALL, TEXT, publication_style, series_colour
from jingan_analysis.figures.svg import to_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from jingan_analysis.figures.canvas import Canvas
    from jingan_analysis.figures.rows import RowLayout
    from jingan_analysis.figures.scales import Scale

BarMode = Literal["grouped", "stacked"]

_BAR = 17.0


def bars(  # noqa: PLR0913  # all are named by the caller
    *,
    name: str,
    rows: pd.DataFrame,
    x_title: str,
    value_format: Callable[[float], str],
    mode: BarMode = "grouped",
    series_labels: Mapping[str, str] | None = None,
    reference: float | None = None,
    reference_label: str = "",
    missing_label: str = "[x]",
    tick_format: Callable[[float], str] | None = None,
) -> str:
    """Horizontal bars from zero with printed values, rows in the order given.

    Parameters
    ----------
    name
        Name of the figure.
    rows
        Index: row label. One column a series, at most six; one column draws single bars.
    x_title
        What is measured, with its unit.
    value_format
        How a value is printed.
    mode
        Several series beside each other, or adding up to the row's whole (no negative values).
    series_labels
        Label of each column, the column's name where absent.
    reference, reference_label
        Vertical line for comparison, and its label.
    missing_label
        Printed where a value is missing.
    tick_format
        How the scale's numbers are printed; as values where None.

    Returns
    -------
    str
        One ``<svg>`` element.

    Raises
    ------
    ValueError
        If stacked values are negative, or nothing can be drawn.
    """
    ticks_as = tick_format or value_format
    names = [str((series_labels or {}).get(str(column), column)) for column in rows.columns]
    key = [KeyItem(label, series_colour(number)) for number, label in enumerate(names)] if len(names) > 1 else []
    values = [[float(value) for value in row] for row in rows.to_numpy()]
    stacked = mode == "stacked" and len(names) > 1
    if stacked and any(value < 0 for row in values for value in row):
        raise ValueError(f"figure {name!r}: stacked bars cannot show negative values; use mode='grouped'")
    layout = layout_rows(
        [str(label) for label in rows.index],
        mark_heights=[(1 if stacked else len(names)) * _BAR + 11] * len(values),
        value_width=0 if stacked else _outside_room(values, value_format, missing_label),
        left_room=_negative_room(values, value_format),
        above=key_height(key) + (22.0 if reference_label else 0.0),
        below=axis_space(x_title),
    )
    ends = [math.fsum(filter(math.isfinite, row)) for row in values] if stacked else [v for row in values for v in row]
    limits = span_of(ends, include=(0.0, *([] if reference is None else [reference])))
    scale = horizontal_scale(limits, layout.plot_left, layout.plot_right, ticks_as)
    with publication_style():
        canvas = new_canvas(name, layout.height)
        draw_key(canvas, key)
        write_row_labels(canvas, layout)
        draw_horizontal_axis(canvas, scale, top=layout.top, bottom=layout.bottom, value_format=ticks_as, title=x_title)
        for row, centre in zip(values, layout.centres, strict=True):
            if stacked:
                _stack(canvas, row, centre, scale, value_format)
            else:
                _group(canvas, row, centre, scale, lambda value: _text(value, value_format, missing_label))
        if reference is not None:
            _draw_reference(canvas, layout, scale.at(reference), reference_label)
        return to_svg(canvas.figure)


def _text(value: float, value_format: Callable[[float], str], missing_label: str) -> str:
    return missing_label if math.isnan(value) else value_format(value)


def _outside_room(values: list[list[float]], value_format: Callable[[float], str], missing_label: str) -> float:
    """Room right of the scale, so that the value of the longest bar stays on the sheet."""
    return widest((_text(value, value_format, missing_label) for row in values for value in row), TEXT)


def _negative_room(values: list[list[float]], value_format: Callable[[float], str]) -> float:
    """Room left of the scale, so that the value of the longest negative bar stays clear of the row labels."""
    texts = [value_format(value) for row in values for value in row if value < 0]
    return widest(texts, SMALL) + 5 if texts else 0.0


def _group(canvas: Canvas, row: list[float], centre: float, scale: Scale, text: Callable[[float], str]) -> None:
    zero = scale.at(0.0)
    for number, value in enumerate(row):
        y = centre + (number - (len(row) - 1) / 2) * _BAR
        end = zero if math.isnan(value) else scale.at(value)
        if end != zero:
            canvas.box((min(zero, end), y - _BAR / 2 + 1, max(zero, end), y + _BAR / 2 - 1), colour=SERIES[number])
        if value < 0:
            canvas.write((end - 5, y), text(value), size=SMALL, anchor="right", halo=True)
        else:
            canvas.write((end + 5, y), text(value), size=SMALL, halo=True)


def _stack(canvas: Canvas, row: list[float], centre: float, scale: Scale, value_format: Callable[[float], str]) -> None:
    """Parts end to end; a part prints its value where the text fits inside it."""
    reached = 0.0
    for number, value in enumerate(row):
        if not value > 0:
            continue
        left, right = scale.at(reached), scale.at(reached + value)
        canvas.box((left, centre - _BAR / 2, right, centre + _BAR / 2), colour=SERIES[number], edge=PAPER)
        label = value_format(value)
        if text_width(label, SMALL) + 6 <= right - left:
            canvas.write(((left + right) / 2, centre), label, size=SMALL, colour=ON_SERIES[number], anchor="center")
        reached += value


def _draw_reference(canvas: Canvas, layout: RowLayout, x: float, label: str) -> None:
    canvas.rule((x, layout.top - 4), (x, layout.bottom), colour=INK, width=1.25, dashed=True)
    if label:
        canvas.write_inside((x, layout.top - 14), label, size=SMALL)
