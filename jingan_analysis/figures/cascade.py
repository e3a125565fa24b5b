"""A cascade: how many remain after each step, and where they are lost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from jingan_analysis.figures.canvas import new_canvas
from jingan_analysis.figures.lettering import LINE_HEIGHT, balanced, text_width, widest
from jingan_analysis.figures.style import INK_SOFT, LAND, SERIES, SMALL, TEXT, WIDTH, publication_style
from jingan_analysis.figures.svg import to_svg
from jingan_analysis.language import tr
from jingan_analysis.tables.formatting import format_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jingan_analysis.figures.canvas import Canvas

CascadeStep = tuple[str, float, float, float]
"""Label, count, share of the first step, share of the step before (both 0 to 1)."""

_BAR = 30.0
_STEP = 76.0
_EDGE = 6.0


def cascade(
    *,
    name: str,
    steps: Sequence[CascadeStep],
    of_first: str | None = None,
) -> str:
    """Bars of the people at each step, with the share that each step keeps of the one before.

    Parameters
    ----------
    name
        Name of the figure.
    steps
        At least two steps; the bars' lengths are the counts.
    of_first
        What a share of the first step is called, in the spoken language, with the placeholder ``{share}``; None says
        that it is one of all.

    Returns
    -------
    str
        One ``<svg>`` element.

    Raises
    ------
    ValueError
        If there are fewer than two steps, or no count is positive.
    """
    if len(steps) < 2:
        raise ValueError(f"figure {name!r}: a cascade needs at least two steps, got {len(steps)}")
    largest = max((count for _, count, _, _ in steps if math.isfinite(count)), default=0.0)
    if not largest > 0:
        raise ValueError(f"figure {name!r}: every count is zero or missing; show a sentence instead of a cascade")
    counts = [format_value(step[1], "count", 0) if math.isfinite(step[1]) else "[x]" for step in steps]
    full = WIDTH - 2 * _EDGE - widest(counts, TEXT) - 12
    phrase = of_first or tr("{share} of all")
    with publication_style():
        canvas = new_canvas(name, _STEP * len(steps) + 4)
        for number, (label, count, share_first, share_previous) in enumerate(steps):
            top = _STEP * number + 24
            width = full * count / largest if math.isfinite(count) else 0.0
            _heading(canvas, label, "" if number == 0 else phrase.format(share=_share(share_first)), top)
            canvas.box((_EDGE, top, _EDGE + full, top + _BAR), colour=LAND)
            if width > 0:
                canvas.box((_EDGE, top, _EDGE + width, top + _BAR), colour=SERIES[0])
            canvas.write((_EDGE + full + 8, top + _BAR / 2), counts[number])
            if number:
                _drop(canvas, tr("{share} of the step before", share=_share(share_previous)), top - 33)
        return to_svg(canvas.figure)


def _share(share: float) -> str:
    return format_value(share, "percent", 1) if math.isfinite(share) else "[x]"


def _heading(canvas: Canvas, label: str, share: str, top: float) -> None:
    """The step's name, with its share of the first step at the end of the line."""
    room = WIDTH - 2 * _EDGE - text_width(share, SMALL) - 14
    lines = balanced(label, room, TEXT)
    canvas.write_lines((_EDGE, top - 12 - (len(lines) - 1) * TEXT * LINE_HEIGHT / 2), lines)
    if share:
        canvas.write((WIDTH - _EDGE, top - 12), share, size=SMALL, colour=INK_SOFT, anchor="right")


def _drop(canvas: Canvas, text: str, y: float) -> None:
    """A small arrow down and the share that was kept."""
    canvas.dot((_EDGE + 6, y), colour=INK_SOFT, radius=4.5, marker="v")
    canvas.write((_EDGE + 16, y), text, size=SMALL, colour=INK_SOFT)
