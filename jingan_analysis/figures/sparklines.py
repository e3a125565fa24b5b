"""Sparklines: one small control chart a row, all on one scale of time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from jingan_analysis.figures.canvas import new_canvas
from jingan_analysis.figures.lettering import balanced, text_width, widest
from jingan_analysis.figures.rows import KeyItem, draw_key, key_height, layout_rows, write_row_labels
from jingan_analysis.figures.scales import Scale
from jingan_analysis.figures.style import AXIS, HATCH, INK, INK_SOFT, SERIES, SMALL, TEXT, publication_style
from jingan_analysis.figures.svg import to_svg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jingan_analysis.figures.canvas import Canvas
    from jingan_analysis.figures.rows import RowLayout

Arrow = Literal["up", "down", "both", "none"]
Judged = Literal["better", "worse", "neither"]

_HEIGHT = 46.0
_VALUES = 150.0
_COLOURS: dict[str, str] = {"better": SERIES[1], "worse": SERIES[3], "neither": SERIES[2]}
_MARKERS: dict[str, str] = {"up": "^", "down": "v", "both": "D", "none": "o"}


@dataclass(frozen=True)
class Sparkline:
    """One row.

    Attributes
    ----------
    label
        What the line shows.
    places
        Where each point lies, in steps of the scale of time.
    values
        Value of each point, NaN where it cannot be computed.
    centre, low, high
        Mean and limits at each point, NaN where there is no chart.
    missing
        Steps of the scale of time that have no value: first and end of each stretch.
    arrow, judged
        What the chart says of the latest point, and whether that is better.
    value, words
        Printed at the end of the row: the latest value, and the change in words.
    """

    label: str
    places: Sequence[float]
    values: Sequence[float]
    centre: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    missing: Sequence[tuple[float, float]]
    arrow: Arrow
    judged: Judged
    value: str
    words: str


def sparklines(
    *, name: str, rows: Sequence[Sparkline], steps: Mapping[float, str], end: float, key: Mapping[str, str]
) -> str:
    """Rows of small charts under each other; each has a scale of its own upwards and all have one of time.

    Parameters
    ----------
    name
        Name of the figure.
    rows
        The lines.
    steps
        Labels of the scale of time by place.
    end
        Last place of the scale of time, which begins at 0.
    key
        Names of ``better``, ``worse``, ``neither`` and ``missing``; those that do not occur are left out.

    Returns
    -------
    str
        One ``<svg>`` element.
    """
    texts = [[row.value, *balanced(row.words, _VALUES, SMALL)] for row in rows]
    items = _key(rows, key)
    layout = layout_rows(
        [row.label for row in rows],
        mark_heights=[max(_HEIGHT, len(lines) * 17.0) + 14.0 for lines in texts],
        value_width=max(max(text_width(lines[0], TEXT), widest(lines[1:], SMALL)) for lines in texts),
        above=key_height(items),
        below=30.0,
    )
    across = Scale((0.0, end), layout.plot_left, layout.plot_right)
    with publication_style():
        canvas = new_canvas(name, layout.height)
        draw_key(canvas, items)
        write_row_labels(canvas, layout)
        for row, centre, lines in zip(rows, layout.centres, texts, strict=True):
            _draw(canvas, row, centre, across)
            _write(canvas, lines, centre, layout)
        _draw_time(canvas, layout, across, steps)
        return to_svg(canvas.figure)


def _key(rows: Sequence[Sparkline], key: Mapping[str, str]) -> list[KeyItem]:
    moved = {row.judged for row in rows if row.arrow != "none"}
    items = [KeyItem(key[name], colour, marker="^") for name, colour in _COLOURS.items() if name in moved]
    return items + ([KeyItem(key["missing"], HATCH)] if any(row.missing for row in rows) else [])


def _draw(canvas: Canvas, row: Sparkline, centre: float, across: Scale) -> None:
    top, bottom = centre - _HEIGHT / 2, centre + _HEIGHT / 2
    for first, last in row.missing:
        canvas.hatched_box((across.at(first), top, across.at(last), bottom))
    known = [value for value in (*row.values, *row.low, *row.high) if math.isfinite(value)]
    least, most = min(known), max(known)
    up = Scale((least, most) if most > least else (least - 1, most + 1), bottom, top)
    for levels, dashed in ((row.low, True), (row.high, True), (row.centre, False)):
        drawn = [(across.at(x), up.at(y)) for x, y in zip(row.places, levels, strict=True) if math.isfinite(y)]
        if len(drawn) > 1:
            canvas.curve(drawn, colour=INK_SOFT if dashed else AXIS, width=1.0, dashed=dashed)
    run: list[tuple[float, float]] = []
    for x, y in [*zip(row.places, row.values, strict=True), (math.nan, math.nan)]:
        if math.isfinite(y):
            run.append((across.at(x), up.at(y)))
            continue
        if len(run) > 1:
            canvas.curve(run, colour=INK, width=1.6)
        elif run:
            canvas.dot(run[0], colour=INK, radius=2.0)
        run = []
    x, y = [(x, y) for x, y in zip(row.places, row.values, strict=True) if math.isfinite(y)][-1]
    colour = INK if row.arrow == "none" else _COLOURS[row.judged]
    canvas.dot(
        (across.at(x), up.at(y)), colour=colour, radius=4.0 if row.arrow == "none" else 6.5, marker=_MARKERS[row.arrow]
    )


def _write(canvas: Canvas, lines: Sequence[str], centre: float, layout: RowLayout) -> None:
    first = centre - (len(lines) - 1) * 17.0 / 2
    for number, line in enumerate(lines):
        size, colour = (TEXT, INK) if number == 0 else (SMALL, INK_SOFT)
        canvas.write((layout.value_left, first + 17.0 * number), line, size=size, colour=colour)


def _draw_time(canvas: Canvas, layout: RowLayout, across: Scale, steps: Mapping[float, str]) -> None:
    canvas.rule((across.at(0.0), layout.bottom), (layout.plot_right, layout.bottom), colour=AXIS)
    free = -math.inf
    for place, label in steps.items():
        x, half = across.at(place), text_width(label, SMALL) / 2
        canvas.rule((x, layout.bottom), (x, layout.bottom + 4), colour=AXIS)
        if x - half > free:
            canvas.write((x, layout.bottom + 15), label, size=SMALL, colour=INK_SOFT, anchor="center")
            free = x + half + 8
