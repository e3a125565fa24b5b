"""Step curves over days: how many still wait, or how many have left by each door, with bands and numbers at risk."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from jingan_analysis.figures.canvas import new_canvas
from jingan_analysis.figures.lettering import LINE_HEIGHT, balanced, text_width, widest
from jingan_analysis.figures.scales import (
    TITLE_WIDTH,
    Scale,
    axis_space,
    draw_vertical_axis,
    nice_ticks,
    span_of,
    write_axis_title,
)
from jingan_analysis.figures.spreading import spread
from jingan_analysis.figures.style import AXIS, INK_SOFT, SMALL, TEXT, WIDTH, publication_style, series_colour
from jingan_analysis.figures.svg import to_svg
from jingan_analysis.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jingan_analysis.figures.canvas import Canvas, Position

_HEIGHT = 290.0
_LABEL_LIMIT = 150.0
_LEADER = 22.0
_BAND = 0.16
"""Opacity of an interval's band: three of them on top of each other still show the grid."""


@dataclass(frozen=True)
class StepCurve:
    """One curve that changes on certain days and stays level in between.

    Attributes
    ----------
    label
        Its name, printed at its end.
    days
        Days on which it changes or somebody is last seen, rising. It is drawn up to the last of them.
    values
        Share after each day, from 0 to 1.
    lower, upper
        Interval after each day, NaN where there is none; empty for no band.
    start
        First day of the watch.
    censored
        Days to tick, on which spells were last seen without an event; empty for no ticks.
    at_risk
        Numbers at risk on the marked days as they are to be printed, suppressed ones as their mark; empty for no
        table.
    """

    label: str
    days: Sequence[float]
    values: Sequence[float]
    lower: Sequence[float] = ()
    upper: Sequence[float] = ()
    start: float = 0.0
    censored: Sequence[float] = ()
    at_risk: Sequence[str] = ()


def survival_curves(
    *,
    name: str,
    curves: Sequence[StepCurve],
    marks: Sequence[float],
    x_title: str,
    y_title: str,
    value_format: Callable[[float], str],
    x_format: Callable[[float], str] = lambda value: f"{value:g}",
) -> str:
    """Falling curves from 1: the share that still waits.

    A step is one event or a few. Whether steps, ticks and numbers at risk may be shown is for the disclosure policy to
    say before they come here.

    Parameters
    ----------
    name
        Name of the figure.
    curves
        One to six curves.
    marks
        Days along the axis, rising, the first its beginning and the last its end: what lies beyond is not drawn.
        They are the columns of the table of numbers at risk.
    x_title, y_title
        What each axis shows, with its unit; say there what the bands are.
    value_format, x_format
        How shares and days are printed.

    Returns
    -------
    str
        One ``<svg>`` element.

    Raises
    ------
    ValueError
        If there is no curve, there are fewer than two marks or they do not rise, or lengths do not match.
    """
    return _step_figure(name, curves, marks, (x_title, y_title), (value_format, x_format), origin=1.0)


def incidence_curves(
    *,
    name: str,
    curves: Sequence[StepCurve],
    marks: Sequence[float],
    x_title: str,
    y_title: str,
    value_format: Callable[[float], str],
    x_format: Callable[[float], str] = lambda value: f"{value:g}",
    at_risk: Sequence[str] = (),
) -> str:
    """Rising curves from 0: the share that has left by each door; see :func:`survival_curves`.

    All doors have the same numbers at risk: they are ``at_risk``, one for every mark, or empty for no table.
    """
    formats = (value_format, x_format)
    return _step_figure(name, curves, marks, (x_title, y_title), formats, origin=0.0, of_all=at_risk)


def _step_figure(
    name: str,
    curves: Sequence[StepCurve],
    marks: Sequence[float],
    titles: tuple[str, str],
    formats: tuple[Callable[[float], str], Callable[[float], str]],
    *,
    origin: float,
    of_all: Sequence[str] = (),
) -> str:
    _check(name, curves, marks, of_all)
    value_format, x_format = formats
    shown = [_within(curve, marks[-1], origin) for curve in curves]
    limits = span_of((value for steps in shown for step in steps for value in step[1:]), include=(0.0, origin))
    ticks = nice_ticks(*limits, value_format=value_format)
    ends = [
        balanced(f"{curve.label} {value_format(steps[-1][1])}", _LABEL_LIMIT, TEXT)
        for curve, steps in zip(curves, shown, strict=True)
    ]
    rows = [_Row(balanced(c.label, _LABEL_LIMIT, SMALL), c.at_risk) for c in curves if len(c.at_risk)]
    rows += [_Row((), of_all)] if len(of_all) else []
    left = max(
        widest(map(value_format, ticks), SMALL) + 14, *(text_width(row.cells[0], SMALL) / 2 for row in rows), 0.0
    )
    right = WIDTH - 14 - _LEADER - max(*(widest(end, TEXT) for end in ends), *(row.width for row in rows), 0.0)
    top = 42.0 + (len(balanced(titles[1], TITLE_WIDTH, SMALL)) - 1) * SMALL * LINE_HEIGHT
    across, up = Scale((marks[0], marks[-1]), left + 8, right), Scale(ticks, top + _HEIGHT, top)
    days = [(across.at(mark), x_format(mark)) for mark in marks]
    below = up.start + axis_space(titles[0]) + 4
    with publication_style():
        canvas = new_canvas(name, below + (24 + sum(row.height for row in rows) if rows else 0.0))
        draw_vertical_axis(canvas, up, left=left, right=right, value_format=value_format, title=titles[1])
        for number, steps in enumerate(shown):
            _draw_band(canvas, steps, across, up, series_colour(number))
        for number, (curve, steps) in enumerate(zip(curves, shown, strict=True)):
            _draw_curve(canvas, curve, steps, (across, up), series_colour(number))
        _write_ends(canvas, [(across.at(s[-1][0]), up.at(s[-1][1])) for s in shown], ends, right, (up.end, up.start))
        columns = _columns(days, rows)
        _write_days(canvas, [days[column] for column in columns], up.start)
        write_axis_title(canvas, (left + right) / 2, up.start, titles[0])
        if rows:
            _write_table(canvas, rows, {column: days[column][0] for column in columns}, (left, right, below))
        return to_svg(canvas.figure)


@dataclass(frozen=True)
class _Row:
    """A row of the table of numbers at risk: lines of its label, none where it is about all curves, and its cells."""

    label: tuple[str, ...]
    cells: Sequence[str]

    @property
    def width(self) -> float:
        return widest(self.label, SMALL) + 6 if self.label else 0.0

    @property
    def height(self) -> float:
        return max(18.0, len(self.label) * SMALL * LINE_HEIGHT + 5)


_Step = tuple[float, float, float, float]
"""Day from which it holds, value, lower, upper."""


def _check(name: str, curves: Sequence[StepCurve], marks: Sequence[float], of_all: Sequence[str]) -> None:
    faults = []
    if not curves:
        faults.append("there is no curve; show a sentence instead of an empty figure")
    if len(marks) < 2 or any(second <= first for first, second in pairwise(marks)):
        faults.append(f"marks holds {len(marks)} days; give at least two, rising")
    for curve in curves:
        lengths = {len(curve.values), *(len(part) for part in (curve.lower, curve.upper) if len(part))}
        if not len(curve.days) or lengths != {len(curve.days)}:
            faults.append(f"{curve.label}: days, values and limits differ in length, or there are none")
        if len(curve.at_risk) != (len(marks) if len(curves[0].at_risk) else 0):
            faults.append(f"{curve.label}: give a number at risk for every mark of every curve, or none")
    if len(of_all) not in (0, len(marks)):
        faults.append(f"at_risk holds {len(of_all)} numbers; give one for every of {len(marks)} marks, or none")
    if faults:
        raise ValueError(f"figure {name!r}: {'; '.join(faults)}")


def _within(curve: StepCurve, last: float, origin: float) -> list[_Step]:
    """The steps up to the last marked day, closed by one that repeats the last value where the curve ends."""
    nothing = [math.nan] * len(curve.days)
    lower, upper = (curve.lower, curve.upper) if len(curve.lower) else (nothing, nothing)
    steps: list[_Step] = [(curve.start, origin, math.nan, math.nan)]
    steps += [
        (float(day), float(value), float(low), float(high))
        for day, value, low, high in zip(curve.days, curve.values, lower, upper, strict=True)
        if day <= last
    ]
    return [*steps, (min(float(curve.days[-1]), last), *steps[-1][1:])]


def _draw_curve(
    canvas: Canvas, curve: StepCurve, steps: Sequence[_Step], scales: tuple[Scale, Scale], colour: str
) -> None:
    across, up = scales
    path: list[Position] = [(across.at(steps[0][0]), up.at(steps[0][1]))]
    for before, step in pairwise(steps):
        corner = (across.at(step[0]), up.at(before[1]))
        path += [corner, (corner[0], up.at(step[1]))]
    canvas.curve(path, colour=colour, width=2.25)
    for day in curve.censored:
        if steps[0][0] <= day <= steps[-1][0]:
            x, y = across.at(day), up.at([step[1] for step in steps if step[0] <= day][-1])
            canvas.rule((x, y - 4.5), (x, y + 4.5), colour=colour, width=1.25)


def _draw_band(canvas: Canvas, steps: Sequence[_Step], across: Scale, up: Scale, colour: str) -> None:
    """One translucent shape for each run of days with an interval."""
    from matplotlib.patches import PathPatch  # heavy
    from matplotlib.path import Path

    upper: list[Position] = []
    lower: list[Position] = []
    for step, after in pairwise([*steps, (steps[-1][0], math.nan, math.nan, math.nan)]):
        known = not (math.isnan(step[2]) or math.isnan(step[3]))
        if known:
            x, end = across.at(step[0]), across.at(after[0])
            upper += [(x, up.at(step[3])), (end, up.at(step[3]))]
            lower += [(x, up.at(step[2])), (end, up.at(step[2]))]
        if upper and (not known or math.isnan(after[1])):
            outline = Path([*upper, *reversed(lower), upper[0]])
            canvas.sheet.add_artist(
                PathPatch(outline, facecolor=colour, edgecolor="none", alpha=_BAND, zorder=3, clip_on=False)
            )
            upper, lower = [], []


def _columns(days: Sequence[tuple[float, str]], rows: Sequence[_Row]) -> list[int]:
    """Marks whose day and numbers at risk have room, evenly chosen, always the first."""
    widths = [widest((day, *(row.cells[number] for row in rows)), SMALL) for number, (_, day) in enumerate(days)]
    for step in range(1, len(days)):
        chosen = list(range(0, len(days), step))
        if all(days[b][0] - days[a][0] >= (widths[a] + widths[b]) / 2 + 8 for a, b in pairwise(chosen)):
            return chosen
    return [0]


def _write_days(canvas: Canvas, days: Sequence[tuple[float, str]], bottom: float) -> None:
    for x, day in days:
        canvas.rule((x, bottom), (x, bottom + 4), colour=AXIS)
        canvas.write((x, bottom + 15), day, size=SMALL, colour=INK_SOFT, anchor="center")


def _write_ends(
    canvas: Canvas,
    wanted: Sequence[Position],
    labels: Sequence[tuple[str, ...]],
    right: float,
    limits: tuple[float, float],
) -> None:
    """Labels at the right edge; a curve that ends earlier is tied to its label by a thin dashed line."""
    tallest = max(len(label) for label in labels) * TEXT * LINE_HEIGHT + 3
    places = spread([y for _, y in wanted], distance=tallest, low=limits[0], high=limits[1])
    for number, ((x, start), y, label) in enumerate(zip(wanted, places, labels, strict=True)):
        if x < right - 6:
            canvas.rule((x + 5, start), (right + 4, start), colour=AXIS, dashed=True)
        canvas.curve([(right + 4, start), (right + _LEADER, y)], colour=series_colour(number), width=1.25)
        canvas.write_lines((right + _LEADER + 4, y), label)
        canvas.dot((x, start), colour=series_colour(number), radius=3.5)


def _write_table(
    canvas: Canvas, rows: Sequence[_Row], columns: Mapping[int, float], edges: tuple[float, float, float]
) -> None:
    """Numbers at risk under their days, the curve's name to the right, under its end label."""
    left, right, y = edges
    canvas.write((6, y + 6), tr("Number at risk"), size=SMALL, colour=INK_SOFT)
    canvas.rule((left, y + 17), (right, y + 17))
    y += 20
    for number, row in enumerate(rows):
        middle = y + row.height / 2
        for column, x in columns.items():
            canvas.write((x, middle), row.cells[column], size=SMALL, anchor="center")
        if row.label:
            canvas.dot((right + _LEADER + 2, middle), colour=series_colour(number), radius=3.5)
            canvas.write_lines((right + _LEADER + 10, middle), row.label, size=SMALL)
        y += row.height
