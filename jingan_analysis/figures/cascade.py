"""A cascade: how many remain after each step, and where they are lost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from jingan_analysis.figures.canvas import new_canvas
from jingan_analysis.figures.lettering import LINE_HEIGHT, balanced, text_width, widest
from jingan_analysis.figures.style import INK_SOFT, LAND, SERIES, SMALL, TEXT, WIDTH, publication_style
from jingan_analysis.figures.svg import to_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    count_format: Callable[[float], str] = lambda count: f"{count:,.0f}",
    share_format: Callable[[float], str] = lambda share: f"{share * 100:.1f}%",
    of_first: str = "{share} of all",
    of_previous: str = "{share} of the step before",
) -> str:
    """Bars of the people at each step, with the share that each step keeps of the one before.

    Parameters
    ----------
    name
        Name of the figure.
    steps
        At least two steps; the bars' lengths are the counts.
    count_format, share_format
        How counts and shares are printed.
    of_first, of_previous
        Phrases with the placeholder ``{share}``.

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
    counts = [count_format(step[1]) if math.isfinite(step[1]) else "[x]" for step in steps]
    full = WIDTH - 2 * _EDGE - widest(counts, TEXT) - 12
    with publication_style():
        canvas = new_canvas(name, _STEP * len(steps) + 4)
        for number, (label, count, share_first, share_previous) in enumerate(steps):
            top = _STEP * number + 24
            width = full * count / largest if math.isfinite(count) else 0.0
            _heading(canvas, label, "" if number == 0 else _share(of_first, share_first, share_format), top)
            canvas.box((_EDGE, top, _EDGE + full, top + _BAR), colour=LAND)
            if width > 0:
                canvas.box((_EDGE, top, _EDGE + width, top + _BAR), colour=SERIES[0])
            canvas.write((_EDGE + full + 8, top + _BAR / 2), counts[number])
            if number:
                _drop(canvas, _share(of_previous, share_previous, share_format), top - 33)
        return to_svg(canvas.figure)


def _share(phrase: str, share: float, share_format: Callable[[float], str]) -> str:
    return phrase.format(share=share_format(share) if math.isfinite(share) else "[x]")


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
