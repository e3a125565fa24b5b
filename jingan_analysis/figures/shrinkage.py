"""Raw and shrunken values side by side: how far little evidence is drawn towards what all have in common."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from jingan_analysis.figures.canvas import new_canvas
from jingan_analysis.figures.lettering import text_width, widest
from jingan_analysis.figures.rows import KeyItem, draw_key, key_height, layout_rows, write_row_labels
from jingan_analysis.figures.scales import axis_space, draw_horizontal_axis, horizontal_scale, span_of
from jingan_analysis.figures.style import INK, INK_SOFT, PAPER, RULE, SERIES, SMALL, TEXT, WIDTH, publication_style
from jingan_analysis.figures.svg import to_svg
from jingan_analysis.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from jingan_analysis.figures.canvas import Canvas
    from jingan_analysis.figures.rows import RowLayout
    from jingan_analysis.figures.scales import Scale

_ROW = 34.0
_APART = 6.5
"""How far the raw value lies above, and the shrunken one below, the middle of a row."""


def shrinkage(
    *,
    name: str,
    rows: pd.DataFrame,
    prior_mean: float,
    prior_label: str,
    x_title: str,
    value_format: Callable[[float], str],
    include: tuple[float, ...] = (0.0,),
    missing_label: str = "[x]",
) -> str:
    """One row a unit: a diamond for the raw value, a dot with its interval for the shrunken one, a line between.

    Parameters
    ----------
    name
        Name of the figure.
    rows
        Index: unit. Columns ``raw``, ``shrunken``, ``lower``, ``upper``; a missing raw value draws no mark, a missing
        shrunken one is printed as ``missing_label``.
    prior_mean, prior_label
        Vertical line: the value that units are drawn towards, and its label.
    x_title
        What is measured, with its unit.
    value_format
        How a value is printed.
    include
        Values that the scale must contain.
    missing_label
        Printed where a shrunken value is missing.

    Returns
    -------
    str
        One ``<svg>`` element.
    """
    labels = [str(label) for label in rows.index]
    marks = [{str(part): float(value) for part, value in row.items()} for row in rows.to_dict("records")]
    key = [KeyItem(tr("as counted"), SERIES[3], "D"), KeyItem(tr("drawn towards the mean"), SERIES[0], "o")]
    values = [missing_label if math.isnan(row["shrunken"]) else value_format(row["shrunken"]) for row in marks]
    intervals = [_interval_text(row, value_format) for row in marks]
    value_width, interval_width = widest(values, TEXT), widest(intervals, SMALL)
    layout = layout_rows(
        labels,
        mark_heights=[_ROW] * len(labels),
        value_width=value_width + interval_width + (6 if interval_width else 0),
        above=key_height(key) + 22.0,
        below=axis_space(x_title),
    )
    shown = rows[["raw", "shrunken", "lower", "upper"]].to_numpy().ravel()
    scale = horizontal_scale(
        span_of([*shown, prior_mean], include=include), layout.plot_left, layout.plot_right, value_format
    )
    with publication_style():
        canvas = new_canvas(name, layout.height)
        draw_key(canvas, key)
        write_row_labels(canvas, layout)
        draw_horizontal_axis(
            canvas, scale, top=layout.top, bottom=layout.bottom, value_format=value_format, title=x_title
        )
        _draw_prior(canvas, layout, scale.at(prior_mean), prior_label)
        for row, mark in enumerate(marks):
            y = layout.centres[row]
            if row:
                edge = y - layout.heights[row] / 2
                canvas.rule((6, edge), (WIDTH - 6, edge), colour=RULE, width=0.5)
            _draw_marks(canvas, mark, y, scale)
            x = layout.value_left + value_width
            canvas.write((x, y), values[row], anchor="right")
            if intervals[row]:
                canvas.write((x + 6, y), intervals[row], size=SMALL, colour=INK_SOFT)
        return to_svg(canvas.figure)


def _interval_text(row: Mapping[str, float], value_format: Callable[[float], str]) -> str:
    if any(math.isnan(row[part]) for part in ("shrunken", "lower", "upper")):
        return ""
    return f"({value_format(row['lower'])}\N{EN DASH}{value_format(row['upper'])})"


def _draw_marks(canvas: Canvas, row: Mapping[str, float], y: float, scale: Scale) -> None:
    raw, shrunken = row["raw"], row["shrunken"]
    above, below = y - _APART, y + _APART
    if not math.isnan(raw) and not math.isnan(shrunken):
        canvas.curve([(scale.at(raw), above), (scale.at(shrunken), below)], colour=INK_SOFT, width=0.9)
    if not math.isnan(shrunken):
        if not (math.isnan(row["lower"]) or math.isnan(row["upper"])):
            canvas.curve(
                [(scale.at(row["lower"]), below), (scale.at(row["upper"]), below)], colour=SERIES[0], width=2.5
            )
        canvas.dot((scale.at(shrunken), below), colour=SERIES[0], radius=5.0)
    if not math.isnan(raw):
        canvas.dot((scale.at(raw), above), colour=SERIES[3], radius=4.5, marker="D", edge=PAPER)


def _draw_prior(canvas: Canvas, layout: RowLayout, x: float, label: str) -> None:
    canvas.rule((x, layout.top - 4), (x, layout.bottom), colour=INK, width=1.25, dashed=True)
    half = text_width(label, SMALL) / 2
    left, right = layout.plot_left - 12, WIDTH - 6
    canvas.write_inside((min(max(x, left + half), right - half), layout.top - 14), label, size=SMALL, colour=INK)
