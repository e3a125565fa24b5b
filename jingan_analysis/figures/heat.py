"""Heat maps: rows by columns, and the hours of a week."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel.dates import get_day_names

from jingan_analysis.figures.canvas import new_canvas
from jingan_analysis.figures.classes import value_classes
from jingan_analysis.figures.lettering import LINE_HEIGHT, balanced, text_width, widest
from jingan_analysis.figures.rows import LABEL_LIMIT
from jingan_analysis.figures.scales import TITLE_WIDTH, axis_space, write_axis_title
from jingan_analysis.figures.style import HATCH, INK_SOFT, LAND, PAPER, SMALL, TEXT, WIDTH, publication_style
from jingan_analysis.figures.svg import to_svg
from jingan_analysis.language import locale, tr
from jingan_analysis.tables.formatting import format_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    import pandas as pd

    from jingan_analysis.figures.canvas import Canvas
    from jingan_analysis.figures.classes import ValueClasses

_EDGE = 6.0
_LEGEND = 58.0
_PANEL_TITLE = 24.0


def heat(
    *,
    name: str,
    frame: pd.DataFrame,
    value_format: Callable[[float], str],
    legend_title: str,
    breaks: Sequence[float] | None = None,
) -> str:
    """A table whose cells are shaded by value and print it; missing cells are hatched.

    Parameters
    ----------
    name
        Name of the figure.
    frame
        Index: row labels. Columns: column labels.
    value_format
        How a value is printed.
    legend_title
        What the cells show, with its unit.
    breaks
        Edges of at most five classes; round ones where None.

    Returns
    -------
    str
        One ``<svg>`` element.
    """
    cells = [[float(value) for value in row] for row in frame.to_numpy()]
    flat = [value for row in cells for value in row]
    classes = value_classes(flat, breaks=breaks, value_format=value_format)
    labels = [balanced(str(label), LABEL_LIMIT, TEXT) for label in frame.index]
    left = _EDGE + max(widest(lines, TEXT) for lines in labels) + 10
    step = (WIDTH - _EDGE - left) / len(frame.columns)
    heads = [balanced(str(label), step - 6, SMALL) for label in frame.columns]
    top = _key_height(legend_title) + max(len(lines) for lines in heads) * SMALL * LINE_HEIGHT + 10
    heights = [max(28.0, len(lines) * TEXT * LINE_HEIGHT + 6) for lines in labels]
    with publication_style():
        canvas = new_canvas(name, top + sum(heights) + 6)
        missing = tr("not available") if any(map(math.isnan, flat)) else ""
        with canvas.key():
            draw_class_key(canvas, classes, value_format, legend_title, no_data_label=missing)
        for number, lines in enumerate(heads):
            y = top - 6 - len(lines) * SMALL * LINE_HEIGHT / 2
            canvas.write_lines((left + (number + 0.5) * step, y), lines, size=SMALL, colour=INK_SOFT, anchor="center")
        y = top
        for lines, row, height in zip(labels, cells, heights, strict=True):
            canvas.write_lines((left - 10, y + height / 2), lines, anchor="right")
            for number, value in enumerate(row):
                box = (left + number * step, y, left + (number + 1) * step - 1.5, y + height - 1.5)
                _draw_cell(canvas, box, value, classes, value_format)
            y += height
        return to_svg(canvas.figure)


def week_hours(
    *,
    name: str,
    matrix: np.ndarray,
    legend_title: str,
    x_title: str,
) -> str:
    """The hours of a week, shaded by a share.

    Parameters
    ----------
    name
        Name of the figure.
    matrix
        Shape (7, 24): shares from 0 to 1, Monday first, hour 0 first. Exactly zero has a class of its own.
    legend_title, x_title
        What the cells show; title of the hours.

    Returns
    -------
    str
        One ``<svg>`` element.

    Raises
    ------
    ValueError
        If the matrix is not 7 by 24, or a share lies outside 0 to 1.
    """
    return week_panels(name=name, panels={"": matrix}, legend_title=legend_title, x_title=x_title)


def week_panels(
    *,
    name: str,
    panels: Mapping[str, np.ndarray],
    legend_title: str,
    x_title: str,
) -> str:
    """The hours of a week in one panel, or in several beside and below each other, shaded by the same classes.

    Parameters
    ----------
    panels
        A matrix as of :func:`week_hours` by the panel's title; one without a title takes the whole width.

    Returns
    -------
    str
        One ``<svg>`` element.

    Raises
    ------
    ValueError
        If a matrix is not 7 by 24, or a share lies outside 0 to 1.
    """
    cells = {title: _week_cells(name, matrix) for title, matrix in panels.items()}
    flat = [value for week in cells.values() for row in week for value in row]
    classes = value_classes(flat, breaks=(0.0, 0.2, 0.4, 0.6, 0.8, 1.0))
    layout = _PanelLayout.of(list(cells), _key_height(legend_title) + 8.0, x_title)
    with publication_style():
        canvas = new_canvas(name, layout.height)
        missing = tr("not available") if any(map(math.isnan, flat)) else ""
        with canvas.key():
            draw_class_key(canvas, classes, _percent, legend_title, none_label=tr("none"), no_data_label=missing)
        for number, (title, week) in enumerate(cells.items()):
            _draw_week(canvas, layout, number, title, week, classes)
        return to_svg(canvas.figure)


@dataclass(frozen=True)
class _PanelLayout:
    """Where the weeks stand on the sheet: one over the whole width, or two in a row.

    Attributes
    ----------
    columns
        Panels in a row.
    top
        Upper edge of the first row.
    rows
        Rows of panels.
    row_height
        Height of one row of panels with its titles and axis.
    x_title
        Title of the hours.
    """

    columns: int
    top: float
    rows: int
    row_height: float
    x_title: str

    @classmethod
    def of(cls, titles: Sequence[str], top: float, x_title: str) -> _PanelLayout:
        columns = min(2, len(titles))
        title = _PANEL_TITLE if any(titles) else 0.0
        row_height = title + 7 * _day_height(columns) + axis_space(x_title)
        return cls(columns, top, math.ceil(len(titles) / columns), row_height, x_title)

    @property
    def height(self) -> float:
        """Height of the whole sheet."""
        return self.top + self.rows * self.row_height

    def corner(self, number: int) -> tuple[float, float, float]:
        """Left, right and upper edge of one panel, title and names of days included."""
        width = (WIDTH - 16 - _EDGE) / self.columns
        left = _EDGE + number % self.columns * width
        return left, left + width - (14 if self.columns > 1 else 0), self.top + number // self.columns * self.row_height


def _week_cells(name: str, matrix: np.ndarray) -> list[list[float]]:
    shape = tuple(len(row) for row in matrix)
    if shape != (24,) * 7:
        raise ValueError(f"figure {name!r}: matrix has shape {getattr(matrix, 'shape', shape)}; it must be (7, 24)")
    return [[float(value) for value in row] for row in matrix]


def _day_height(columns: int) -> float:
    return 26.0 if columns == 1 else 18.0


def _draw_week(
    canvas: Canvas, layout: _PanelLayout, number: int, title: str, week: list[list[float]], classes: ValueClasses
) -> None:
    edge, right, top = layout.corner(number)
    size = TEXT if layout.columns == 1 else SMALL
    names = get_day_names("abbreviated", locale=locale())
    labels = [names[day] for day in range(len(week))]
    left, height = edge + widest(labels, size) + 10, _day_height(layout.columns)
    step = (right - left) / 24
    if title:
        canvas.write((left, top + _PANEL_TITLE / 2 - 2), title)
        top += _PANEL_TITLE
    for day, (label, row) in enumerate(zip(labels, week, strict=True)):
        y = top + day * height
        canvas.write((left - 10, y + height / 2), label, size=size, anchor="right")
        for hour, value in enumerate(row):
            box = (left + hour * step, y, left + (hour + 1) * step - 1, y + height - 1.5)
            if math.isnan(value):
                canvas.hatched_box(box)
            else:
                canvas.box(box, colour=LAND if value == 0 else classes.colour(value))
    bottom = top + 7 * height
    for hour in range(0, 25, 3 * layout.columns):
        x = left + hour * step
        canvas.rule((x, bottom), (x, bottom + 4), colour=HATCH)
        canvas.write((x, bottom + 14), f"{hour}:00", size=SMALL, colour=INK_SOFT, anchor="center")
    write_axis_title(canvas, (left + right) / 2, bottom, layout.x_title)


def _percent(share: float) -> str:
    return format_value(share, "percent", 0)


def _key_height(title: str) -> float:
    """Height of the key with its title, which may need several lines."""
    return _LEGEND + (len(balanced(title, TITLE_WIDTH, SMALL)) - 1) * SMALL * LINE_HEIGHT


def draw_class_key(
    canvas: Canvas,
    classes: ValueClasses,
    value_format: Callable[[float], str],
    title: str,
    *,
    none_label: str = "",
    no_data_label: str = "",
) -> None:
    """The classes as one strip with their edges printed under it, at the top of the sheet."""
    more = _key_height(title) - _LEGEND
    canvas.write_inside((0, 10 + more / 2), title, size=SMALL)
    width, y, x = 46.0, 22.0 + more, _EDGE
    if none_label:
        canvas.box((x, y, x + 20, y + 12), colour=LAND)
        canvas.write((x, y + 22), none_label, size=SMALL, colour=INK_SOFT)
        x += max(20.0, text_width(none_label, SMALL)) + 26
    edges = list(map(value_format, classes.breaks))
    width = max(width, widest(edges, SMALL) + 8)
    for number, (colour, _) in enumerate(classes.ranges(value_format)):
        canvas.box((x + number * width, y, x + (number + 1) * width, y + 12), colour=colour, edge=PAPER)
    for number, edge in enumerate(edges):
        place = x + number * width
        if number == 0:
            place = max(place, _EDGE + text_width(edge, SMALL) / 2)
        canvas.write((place, y + 22), edge, size=SMALL, colour=INK_SOFT, anchor="center")
    if no_data_label:
        x += classes.count * width + 34
        canvas.hatched_box((x, y, x + 20, y + 12))
        canvas.write((x, y + 22), no_data_label, size=SMALL, colour=INK_SOFT)


def _draw_cell(
    canvas: Canvas,
    box: tuple[float, float, float, float],
    value: float,
    classes: ValueClasses,
    value_format: Callable[[float], str],
) -> None:
    if math.isnan(value):
        canvas.hatched_box(box)
        return
    canvas.box(box, colour=classes.colour(value))
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    text = value_format(value)
    if text_width(text, SMALL) <= box[2] - box[0] - 2:
        canvas.write(middle, text, size=SMALL, colour=classes.text_colour(value), anchor="center")
