"""Lorenz curves: how unequally something is shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.figures.canvas import new_canvas
from jingan_analysis.figures.lettering import LINE_HEIGHT, balanced
from jingan_analysis.figures.rows import KeyItem, draw_key, key_height
from jingan_analysis.figures.scales import TITLE_WIDTH, Scale, axis_space, draw_horizontal_axis, draw_vertical_axis
from jingan_analysis.figures.style import AXIS, INK_SOFT, SMALL, publication_style, series_colour
from jingan_analysis.figures.svg import to_svg
from jingan_analysis.language import tr
from jingan_analysis.tables.formatting import format_value, listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jingan_analysis.figures.canvas import Canvas

_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_LEFT, _SIDE = 84.0, 430.0


def lorenz(
    *,
    name: str,
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    x_title: str,
    y_title: str,
    gini_labels: Mapping[str, str] | None = None,
) -> str:
    """Lorenz curves against the line of equal shares.

    Parameters
    ----------
    name
        Name of the figure.
    curves
        By label: cumulative population shares and cumulative value shares, both from 0 to 1.
    x_title, y_title
        What is accumulated along each axis.
    gini_labels
        By curve label: its index as printed text, such as ``"Gini 0.31 (0.27–0.36)"``.

    Returns
    -------
    str
        One ``<svg>`` element.

    Raises
    ------
    ValueError
        If there is no curve.
    """
    if not curves:
        raise ValueError(f"figure {name!r}: there is no curve to draw; give at least one")
    texts = [listed([label, *filter(None, [(gini_labels or {}).get(label)])]) for label in curves]
    key = [KeyItem(text, series_colour(number)) for number, text in enumerate(texts)]
    top = key_height(key) + 34 + (len(balanced(y_title, TITLE_WIDTH, SMALL)) - 1) * SMALL * LINE_HEIGHT
    bottom = top + _SIDE
    across, up = Scale(_TICKS, _LEFT, _LEFT + _SIDE), Scale(_TICKS, bottom, top)
    with publication_style():
        canvas = new_canvas(name, bottom + axis_space(x_title))
        draw_key(canvas, key)
        draw_horizontal_axis(canvas, across, top=top, bottom=bottom, value_format=_percent, title=x_title)
        draw_vertical_axis(canvas, up, left=across.start, right=across.end, value_format=_percent, title=y_title)
        canvas.curve([(across.at(0), up.at(0)), (across.at(1), up.at(1))], colour=AXIS, width=1.25, dashed=True)
        _label_diagonal(canvas, across, up, tr("Equal shares"))
        for number, (population, value) in enumerate(curves.values()):
            points = [(across.at(p), up.at(v)) for p, v in zip(population, value, strict=True)]
            canvas.curve(points, colour=series_colour(number), width=2.5)
        return to_svg(canvas.figure)


def _percent(share: float) -> str:
    return format_value(share, "percent", 0)


def _label_diagonal(canvas: Canvas, across: Scale, up: Scale, label: str) -> None:
    """Above the diagonal, where no curve of a non-negative quantity passes."""
    canvas.write((across.at(0.56) - 10, up.at(0.56) - 8), label, size=SMALL, colour=INK_SOFT, anchor="right", halo=True)
