"""An XmR chart: months in order, their mean and limits, and the months that chance does not explain."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from jingan_analysis.figures.canvas import new_canvas
from jingan_analysis.figures.lettering import LINE_HEIGHT, balanced, text_width, widest
from jingan_analysis.figures.rows import KeyItem, draw_key, key_height
from jingan_analysis.figures.scales import Scale, axis_space, draw_vertical_axis, nice_ticks, span_of, write_axis_title
from jingan_analysis.figures.style import AXIS, INK, INK_SOFT, SERIES, SMALL, WIDTH, publication_style
from jingan_analysis.figures.svg import to_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from jingan_analysis.figures.canvas import Canvas

Signal = Literal["none", "better", "worse", "both", "special", "z"]

_HEIGHT = 250.0
_LOOK: dict[str, tuple[str, str, float]] = {
    "none": (INK_SOFT, "o", 4.0),
    "better": (SERIES[1], "^", 6.0),
    "worse": (SERIES[3], "v", 6.0),
    "both": (SERIES[2], "D", 5.0),
    "special": (SERIES[2], "D", 5.0),
}
"""Colour, shape and size of a point by its signal: shape says what colour says."""


def control_chart(  # noqa: PLR0913  # all are named by the caller
    *,
    name: str,
    frame: pd.DataFrame,
    y_title: str,
    x_title: str,
    value_format: Callable[[float], str],
    centre_label: str,
    limit_label: str,
    signal_labels: Mapping[str, str],
    include: tuple[float, ...] = (),
) -> str:
    """Points joined in order, a line for the mean, dashed lines for the limits, signals by shape and colour.

    Parameters
    ----------
    name
        Name of the figure.
    frame
        Index: labels of the months in order. Columns ``value`` (NaN breaks the line), ``centre``, ``low``, ``high``
        and ``signal``.
    y_title, x_title
        What the axes show.
    value_format
        How values are printed.
    centre_label, limit_label
        Names of the mean and of the limits, printed at the right end.
    signal_labels
        Names of the signals, for the key; those that do not occur are left out.
    include
        Values that the scale must contain.

    Returns
    -------
    str
        One ``<svg>`` element.
    """
    limits = span_of(frame[["value", "low", "high"]].to_numpy().ravel(), include=include)
    ticks = nice_ticks(*limits, value_format=value_format)
    left = widest(map(value_format, ticks), SMALL) + 14
    ends = [balanced(label, 130, SMALL) for label in (centre_label, limit_label)]
    right = WIDTH - 10 - max(widest(lines, SMALL) for lines in ends)
    key = [
        KeyItem(signal_labels[signal], _LOOK[signal][0], marker=_LOOK[signal][1])
        for signal in dict.fromkeys(frame["signal"])
        if signal in signal_labels
    ]
    head = key_height(key) if key else 0.0
    top = head + 42.0 + (len(balanced(y_title, WIDTH - 8, SMALL)) - 1) * SMALL * LINE_HEIGHT
    up = Scale(ticks, top + _HEIGHT, top)
    across = Scale((0.0, max(len(frame) - 1.0, 1.0)), left + 10, right - 12)
    with publication_style():
        canvas = new_canvas(name, up.start + axis_space(x_title))
        if key:
            draw_key(canvas, key)
        draw_vertical_axis(canvas, up, left=left, right=right, value_format=value_format, title=y_title)
        _draw_limits(canvas, frame, across, up, right, ends)
        _draw_points(canvas, frame, across, up)
        _write_months(canvas, [str(label) for label in frame.index], across, up.start, x_title)
        return to_svg(canvas.figure)


def _draw_limits(
    canvas: Canvas, frame: pd.DataFrame, across: Scale, up: Scale, right: float, ends: Sequence[tuple[str, ...]]
) -> None:
    """The mean and the limits as steps, for they may change where the chart was rebased."""
    for column, dashed, colour in (("centre", False, INK), ("low", True, INK_SOFT), ("high", True, INK_SOFT)):
        levels = frame[column].to_numpy()
        for place, level in enumerate(levels):
            if math.isfinite(level):
                start, end = max(place - 0.5, 0), min(place + 0.5, len(levels) - 1)
                canvas.rule(
                    (across.at(start), up.at(level)), (across.at(end), up.at(level)), colour=colour, width=1.25,
                    dashed=dashed,
                )  # fmt: skip
    last = frame.dropna(subset=["centre"]).iloc[-1]
    apart = abs(up.at(float(last["high"])) - up.at(float(last["centre"])))
    canvas.write_lines((right + 6, up.at(float(last["centre"]))), ends[0], size=SMALL)
    if apart > SMALL * LINE_HEIGHT * (len(ends[0]) + len(ends[1])) / 2:
        canvas.write_lines((right + 6, up.at(float(last["high"]))), ends[1], size=SMALL, colour=INK_SOFT)


def _draw_points(canvas: Canvas, frame: pd.DataFrame, across: Scale, up: Scale) -> None:
    run: list[tuple[float, float]] = []
    for place, value in enumerate([*frame["value"], math.nan]):
        if math.isfinite(value):
            run.append((across.at(place), up.at(float(value))))
        else:
            if len(run) > 1:
                canvas.curve(run, colour=INK_SOFT, width=1.5)
            run = []
    for place, (value, signal) in enumerate(zip(frame["value"], frame["signal"], strict=True)):
        if math.isfinite(value):
            colour, marker, radius = _LOOK[str(signal)]
            canvas.dot((across.at(place), up.at(float(value))), colour=colour, radius=radius, marker=marker)


def _write_months(canvas: Canvas, labels: Sequence[str], across: Scale, bottom: float, title: str) -> None:
    """As many months as have room, evenly chosen."""
    room = across.at(1) - across.at(0)
    every = max(1, math.ceil((widest(labels, SMALL) + 10) / room))
    for place in range(0, len(labels), every):
        x = across.at(place)
        canvas.rule((x, bottom), (x, bottom + 4), colour=AXIS)
        half = text_width(labels[place], SMALL) / 2
        canvas.write((max(x, half + 4), bottom + 15), labels[place], size=SMALL, colour=INK_SOFT, anchor="center")
    write_axis_title(canvas, (across.at(0) + across.at(len(labels) - 1)) / 2, bottom, title)
