"""From values to positions: round ticks, linear scales and the light axes drawn for them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from jingan_analysis.figures.lettering import LINE_HEIGHT, balanced, widest
from jingan_analysis.figures.style import AXIS, INK_SOFT, RULE, SMALL, WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jingan_analysis.figures.canvas import Canvas

TITLE_WIDTH = WIDTH - 8
"""Widest line of a title; longer ones wrap."""

_TITLE_DROP = 33.0
"""From the panel's edge to the middle of the first line of the axis title."""


def axis_space(title: str) -> float:
    """Height below a panel that tick labels and the axis title take up."""
    lines = len(balanced(title, TITLE_WIDTH, SMALL))
    return _TITLE_DROP + 13 + (lines - 1) * SMALL * LINE_HEIGHT


def write_axis_title(canvas: Canvas, centre: float, bottom: float, title: str) -> None:
    """The title of a horizontal axis, under its tick labels."""
    drop = _TITLE_DROP + (len(balanced(title, TITLE_WIDTH, SMALL)) - 1) * SMALL * LINE_HEIGHT / 2
    canvas.write_inside((centre, bottom + drop), title, size=SMALL, colour=INK_SOFT)


def nice_ticks(
    low: float, high: float, *, count: int = 5, least: int = 2, value_format: Callable[[float], str] | None = None
) -> tuple[float, ...]:
    """Round numbers that cover a range in at most ``count`` steps or so, ``least`` of them inside the range.

    With ``value_format``, steps are widened until no two numbers print alike, so that a scale of counts never
    reads 0, 0, 1, 1, 2.

    Raises
    ------
    ValueError
        If the range is not finite.
    """
    from matplotlib.ticker import MaxNLocator  # heavy

    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError(f"the scale would run from {low} to {high}; a figure needs at least one finite value")
    # A share of 1 that comes out of a formula as 1 + 1e-16 must not stretch the scale to 120 %.
    low, high = round(low, 10), round(high, 10)
    if not high > low:
        high = low + (abs(low) or 1.0)
    for steps in range(max(1, count), 0, -1):
        ticks = MaxNLocator(nbins=steps, steps=[1, 2, 5, 10], min_n_ticks=least).tick_values(low, high)
        rounded = tuple(round(float(tick), 12) + 0.0 for tick in ticks)
        if value_format is None or len(set(map(value_format, rounded))) == len(rounded):
            break
    return rounded


def span_of(values: Iterable[float], *, include: Iterable[float] = (0.0,)) -> tuple[float, float]:
    """Smallest and largest of the finite values, together with values the scale must show.

    Raises
    ------
    ValueError
        If no value is finite.
    """
    finite = [float(value) for value in values if math.isfinite(value)]
    if not finite:
        raise ValueError("there is no value to draw: all are missing; show the table instead of a figure")
    wanted = [*finite, *include]
    return min(wanted), max(wanted)


@dataclass(frozen=True)
class Scale:
    """A linear scale from its first to its last tick, between two positions on the sheet."""

    ticks: tuple[float, ...]
    start: float
    end: float

    def at(self, value: float) -> float:
        """Position of a value."""
        low, high = self.ticks[0], self.ticks[-1]
        return self.start + (value - low) / (high - low) * (self.end - self.start)


def horizontal_scale(
    limits: tuple[float, float], left: float, right: float, value_format: Callable[[float], str]
) -> Scale:
    """A scale with as many round ticks as have room for their labels."""
    for count in (6, 5, 4, 3, 2, 1):
        ticks = nice_ticks(*limits, count=count, value_format=value_format)
        step = (right - left) / (len(ticks) - 1)
        if widest(map(value_format, ticks), SMALL) + 10 <= step:
            break
    return Scale(ticks, left, right)


def draw_horizontal_axis(
    canvas: Canvas,
    scale: Scale,
    *,
    top: float,
    bottom: float,
    value_format: Callable[[float], str],
    title: str,
    grid: bool = True,
) -> None:
    """Light grid lines across the panel, their values and the axis title underneath."""
    for tick in scale.ticks:
        x = scale.at(tick)
        if grid:
            canvas.rule((x, top), (x, bottom), colour=AXIS if tick == 0 else RULE)
        canvas.write((x, bottom + 13), value_format(tick), size=SMALL, colour=INK_SOFT, anchor="center")
    write_axis_title(canvas, (scale.start + scale.end) / 2, bottom, title)


def draw_vertical_axis(
    canvas: Canvas,
    scale: Scale,
    *,
    left: float,
    right: float,
    value_format: Callable[[float], str],
    title: str,
    title_side: Literal["above", "none"] = "above",
) -> None:
    """Light grid lines with their values to the left, and the axis title above, read without turning the head."""
    for tick in scale.ticks:
        y = scale.at(tick)
        canvas.rule((left, y), (right, y), colour=AXIS if tick == 0 else RULE)
        canvas.write((left - 6, y), value_format(tick), size=SMALL, colour=INK_SOFT, anchor="right")
    if title_side == "above":
        lines = balanced(title, TITLE_WIDTH, SMALL)
        x = min(left - 6 - widest(map(value_format, scale.ticks), SMALL), WIDTH - 4 - widest(lines, SMALL))
        for number, line in enumerate(reversed(lines)):
            canvas.write((x, scale.end - 20 - number * SMALL * LINE_HEIGHT), line, size=SMALL, colour=INK_SOFT)
