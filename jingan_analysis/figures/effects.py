"""Effects before and after an adoption with their intervals, and what chance alone would give."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from jingan_analysis.figures.canvas import new_canvas
from jingan_analysis.figures.lettering import LINE_HEIGHT, balanced, text_width, widest
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
    write_axis_title,
)
from jingan_analysis.figures.style import AXIS, HATCH, INK, INK_SOFT, PAPER, SERIES, SMALL, WIDTH, publication_style
from jingan_analysis.figures.svg import to_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from jingan_analysis.figures.canvas import Canvas

_HEIGHT = 260.0
_HISTOGRAM = 190.0
_LEAST = 1.5
"""Least height of a bar."""

_BEFORE, _AFTER = INK_SOFT, SERIES[0]


def event_study(
    *,
    name: str,
    frame: pd.DataFrame,
    x_title: str,
    y_title: str,
    value_format: Callable[[float], str],
    adoption_label: str,
    before_label: str,
    after_label: str,
) -> str:
    """Effects by periods since the adoption, which stands between -1 and 0, with intervals and a line at no effect.

    Parameters
    ----------
    name
        Name of the figure.
    frame
        Index: whole periods since adoption, in order, negative before it. Columns ``value``, ``lower`` and ``upper``.
        A missing value draws nothing; missing limits draw a mark without an interval, hollow if others have one.
    x_title, y_title
        What each axis shows, with its unit.
    value_format
        How the numbers of the vertical scale are printed.
    adoption_label
        Written at the line that marks the adoption.
    before_label, after_label
        What the quiet and the strong marks are.

    Returns
    -------
    str
        One ``<svg>`` element.

    Raises
    ------
    ValueError
        If all values are missing.
    """
    times = [int(time) for time in frame.index]
    some_known = bool(frame[["lower", "upper"]].notna().all(axis=1).any())
    limits = span_of(frame[["value", "lower", "upper"]].to_numpy().ravel())
    ticks = nice_ticks(*limits, value_format=value_format)
    key = [
        KeyItem(label, colour, marker)
        for label, colour, marker, shown in (
            (before_label, _BEFORE, "D", min(times) < 0),
            (after_label, _AFTER, "o", max(times) >= 0),
        )
        if shown
    ]
    left = widest(map(value_format, ticks), SMALL) + 14
    heading = balanced(adoption_label, WIDTH - left - 12, SMALL)
    titles = (len(balanced(y_title, TITLE_WIDTH, SMALL)) - 1) * SMALL * LINE_HEIGHT
    top = key_height(key) + 30.0 + titles + len(heading) * SMALL * LINE_HEIGHT + 8.0
    up = Scale(ticks, top + _HEIGHT, top)
    across = Scale((min(times) - 0.5, max(times) + 0.5), left, WIDTH - 8)
    with publication_style():
        canvas = new_canvas(name, up.start + axis_space(x_title))
        draw_key(canvas, key)
        _draw_values_axis(
            canvas, up, (left, WIDTH - 8), (y_title, value_format, len(heading) * SMALL * LINE_HEIGHT + 8.0)
        )
        canvas.rule((left, up.at(0.0)), (WIDTH - 8, up.at(0.0)), colour=INK, width=1.25)
        if min(times) < 0 <= max(times):
            _draw_adoption(canvas, across.at(-0.5), (up.end, up.start), heading)
        _draw_times(canvas, across, times, up.start, x_title)
        for time, row in zip(times, frame.to_dict("records"), strict=True):
            effect = (float(row["value"]), float(row["lower"]), float(row["upper"]))
            _draw_effect(canvas, across.at(time), up, effect, before=time < 0, hollow=some_known)
        return to_svg(canvas.figure)


def _draw_values_axis(
    canvas: Canvas, up: Scale, sides: tuple[float, float], texts: tuple[str, Callable[[float], str], float]
) -> None:
    """The vertical axis, its title above what is written over the panel."""
    title, value_format, room = texts
    draw_vertical_axis(
        canvas, up, left=sides[0], right=sides[1], value_format=value_format, title="", title_side="none"
    )
    for number, line in enumerate(reversed(balanced(title, TITLE_WIDTH, SMALL))):
        canvas.write((4, up.end - 16 - room - number * SMALL * LINE_HEIGHT), line, size=SMALL, colour=INK_SOFT)


def _draw_adoption(canvas: Canvas, x: float, ends: tuple[float, float], label: Sequence[str]) -> None:
    canvas.rule((x, ends[0] - 4), (x, ends[1]), colour=INK, width=1.25, dashed=True)
    half = widest(label, SMALL) / 2
    middle = min(max(x, half + 4), WIDTH - half - 4)
    height = ends[0] - 8 - len(label) * SMALL * LINE_HEIGHT / 2
    canvas.write_lines((middle, height), label, size=SMALL, anchor="center")


def _draw_times(canvas: Canvas, across: Scale, times: Sequence[int], bottom: float, title: str) -> None:
    """Every time, or every second, third, ...: 0 is always among those that are named."""
    room = across.at(1.0) - across.at(0.0)
    texts = {time: f"\N{MINUS SIGN}{-time}" if time < 0 else str(time) for time in times}
    step = 1
    while step < len(times) and widest(texts.values(), SMALL) + 8 > step * room:
        step += 1
    for time in times:
        if time % step == 0:
            canvas.rule((across.at(time), bottom), (across.at(time), bottom + 4), colour=AXIS)
            canvas.write((across.at(time), bottom + 15), texts[time], size=SMALL, colour=INK_SOFT, anchor="center")
    write_axis_title(canvas, (across.start + across.end) / 2, bottom, title)


def _draw_effect(
    canvas: Canvas, x: float, up: Scale, effect: tuple[float, float, float], *, before: bool, hollow: bool
) -> None:
    """An effect with its interval; without one it is hollow among others that have one."""
    value, lower, upper = effect
    if math.isnan(value):
        return
    colour, marker = (_BEFORE, "D") if before else (_AFTER, "o")
    known = not (math.isnan(lower) or math.isnan(upper))
    if known:
        canvas.curve([(x, up.at(lower)), (x, up.at(upper))], colour=colour, width=1.75 if before else 2.5)
    filled = known or not hollow
    place = (x, up.at(value))
    canvas.dot(place, colour=colour if filled else PAPER, radius=4.0, marker=marker, edge=PAPER if filled else colour)


def permutation_histogram(  # noqa: PLR0913  # all are named by the caller
    *,
    name: str,
    bins: pd.DataFrame,
    observed: float,
    x_title: str,
    y_title: str,
    value_format: Callable[[float], str],
    count_format: Callable[[float], str],
    observed_label: str,
    ordinary_label: str,
    extreme_label: str,
) -> str:
    """How often each effect comes about when the dates fall on other units, and where the real one lies.

    Parameters
    ----------
    name
        Name of the figure.
    bins
        Columns ``left``, ``right``, ``count`` and ``as_extreme``, in order.
    observed
        The real effect.
    x_title, y_title
        What each axis shows, with its unit.
    value_format, count_format
        How effects and counts are printed.
    observed_label
        Written at the line of the real effect.
    ordinary_label, extreme_label
        What the bars of the two colours are.

    Returns
    -------
    str
        One ``<svg>`` element.
    """
    key = [
        KeyItem(label, colour)
        for label, colour, shown in (
            (extreme_label, SERIES[0], bool(bins["as_extreme"].any())),
            (ordinary_label, HATCH, not bool(bins["as_extreme"].all())),
        )
        if shown
    ]
    ticks = nice_ticks(0.0, float(bins["count"].max()), count=4, value_format=count_format)
    left = widest(map(count_format, ticks), SMALL) + 14
    heading = balanced(observed_label, WIDTH - 12, SMALL)
    titles = (len(balanced(y_title, TITLE_WIDTH, SMALL)) - 1) * SMALL * LINE_HEIGHT
    room = len(heading) * SMALL * LINE_HEIGHT + 8.0
    top = key_height(key) + 30.0 + titles + room
    up = Scale(ticks, top + _HISTOGRAM, top)
    limits = span_of([*bins["left"], *bins["right"], observed])
    margin = text_width(value_format(limits[1]), SMALL) / 2 + 6
    across = horizontal_scale(limits, left + 8, WIDTH - margin, value_format)
    with publication_style():
        canvas = new_canvas(name, up.start + axis_space(x_title))
        draw_key(canvas, key)
        _draw_values_axis(canvas, up, (left, WIDTH - margin), (y_title, count_format, room))
        draw_horizontal_axis(
            canvas, across, top=up.end, bottom=up.start, value_format=value_format, title=x_title, grid=False
        )
        for row in bins.to_dict("records"):
            if row["count"] > 0:
                # One of thousands is no invisible line.
                height = min(up.at(row["count"]), up.start - _LEAST)
                box = (across.at(row["left"]) + 0.5, height, across.at(row["right"]) - 0.5, up.start)
                canvas.box(box, colour=SERIES[0] if row["as_extreme"] else HATCH)
        _draw_adoption(canvas, across.at(observed), (up.end, up.start), heading)
        return to_svg(canvas.figure)
