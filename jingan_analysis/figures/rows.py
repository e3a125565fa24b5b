"""Layout of figures that read as a list: a label to the left, marks in the middle, values to the right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jingan_analysis.figures.lettering import LINE_HEIGHT, balanced, widest
from jingan_analysis.figures.style import SMALL, TEXT, WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jingan_analysis.figures.canvas import Canvas

LABEL_LIMIT: Final = 0.34 * WIDTH
"""Widest column of row labels; longer labels wrap."""

_EDGE = 6.0
_GAP = 12.0


@dataclass(frozen=True)
class RowLayout:
    """Where rows and columns of a list-like figure lie, in figure units.

    Attributes
    ----------
    labels
        Lines of each row's label.
    centres
        Middle height of each row.
    heights
        Height of each row.
    label_right, plot_left, plot_right, value_left
        Edges of the three columns.
    top, bottom
        Upper and lower edge of the rows.
    height
        Height of the whole figure.
    """

    labels: tuple[tuple[str, ...], ...]
    centres: tuple[float, ...]
    heights: tuple[float, ...]
    label_right: float
    plot_left: float
    plot_right: float
    value_left: float
    top: float
    bottom: float
    height: float


def layout_rows(
    labels: Sequence[str],
    *,
    mark_heights: Sequence[float],
    value_width: float,
    left_room: float = 0.0,
    above: float = 8.0,
    below: float = 8.0,
) -> RowLayout:
    """Place rows under each other, each as high as its label or its marks need.

    Parameters
    ----------
    labels
        Row labels, of any length.
    mark_heights
        Height that each row's marks need.
    value_width
        Width of the column of printed values, 0 for none.
    left_room
        Extra room between labels and scale, for values printed left of negative bars.
    above, below
        Room above the rows (for a key) and below (for an axis).

    Raises
    ------
    ValueError
        If there are no rows.
    """
    if not labels:
        raise ValueError("a figure needs at least one row; show a sentence instead of an empty figure")
    wrapped = tuple(balanced(label, LABEL_LIMIT, TEXT) for label in labels)
    label_right = _EDGE + max(widest(lines, TEXT) for lines in wrapped)
    value_left = WIDTH - _EDGE - value_width
    heights, centres, y = [], [], above
    for lines, marks in zip(wrapped, mark_heights, strict=True):
        height = max(marks, len(lines) * TEXT * LINE_HEIGHT + 8)
        heights.append(height)
        centres.append(y + height / 2)
        y += height
    # Tick labels at the ends of the scale are centred on it and need room on either side.
    return RowLayout(
        wrapped, tuple(centres), tuple(heights), label_right, label_right + _GAP + 6 + left_room,
        value_left - (_GAP + 6 if value_width else 18.0), value_left, above, y, y + below,
    )  # fmt: skip


def write_row_labels(canvas: Canvas, layout: RowLayout) -> None:
    """Row labels, right-aligned towards their marks."""
    for lines, centre in zip(layout.labels, layout.centres, strict=True):
        canvas.write_lines((layout.label_right, centre), lines, anchor="right")


@dataclass(frozen=True)
class KeyItem:
    """One entry of a key: its label, colour and marker (``s`` for a swatch)."""

    label: str
    colour: str
    marker: str = "s"


def key_height(items: Sequence[KeyItem]) -> float:
    """Height of a key set at the full width of the sheet, 0 for none."""
    return 22.0 * len(_key_lines(items)) + 6 if items else 8.0


def draw_key(canvas: Canvas, items: Sequence[KeyItem]) -> None:
    """A key in as few lines as fit, at the top of the sheet."""
    with canvas.key():
        for number, line in enumerate(_key_lines(items)):
            x, y = _EDGE, 12.0 + 22.0 * number
            for item in line:
                canvas.dot((x + 6, y), colour=item.colour, radius=5.5, marker=item.marker)
                canvas.write((x + 17, y), item.label, size=SMALL)
                x += _key_width(item)


def _key_width(item: KeyItem) -> float:
    return 17 + widest([item.label], SMALL) + 20


def _key_lines(items: Sequence[KeyItem]) -> list[list[KeyItem]]:
    lines: list[list[KeyItem]] = []
    used = 0.0
    for item in items:
        if not lines or used + _key_width(item) > WIDTH:
            lines.append([])
            used = 0.0
        lines[-1].append(item)
        used += _key_width(item)
    return lines
