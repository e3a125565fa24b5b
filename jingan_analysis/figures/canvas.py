"""A sheet of paper measured in figure units, on which builders place text, lines and marks.

Positions count from the top left corner, as in the finished SVG.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from jingan_analysis.figures.lettering import LINE_HEIGHT, balanced, text_width
from jingan_analysis.figures.style import HATCH, INK, NO_DATA, PAPER, RULE, TEXT, WIDTH
from jingan_analysis.figures.svg import HALO, KEY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.path import Path

Anchor = Literal["left", "center", "right"]
Position = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

_MIDDLE = 0.35
"""How far the baseline lies below the middle of a line of text, in ems."""


@dataclass(frozen=True)
class Canvas:
    """A matplotlib figure with one invisible sheet of axes in figure units."""

    figure: Figure
    sheet: Axes
    height: float

    def write(
        self,
        position: Position,
        text: str,
        *,
        size: float = TEXT,
        colour: str = INK,
        anchor: Anchor = "left",
        halo: bool = False,
    ) -> None:
        """One line of text whose middle height is at the position."""
        x, y = position
        line = self.sheet.text(
            x,
            y + _MIDDLE * size,
            text,
            fontsize=size,
            color=colour,
            ha=anchor,
            va="baseline",
            parse_math=False,
            zorder=9,
        )
        if halo:
            line.set_gid(HALO)

    def write_lines(
        self,
        position: Position,
        lines: Sequence[str],
        *,
        size: float = TEXT,
        colour: str = INK,
        anchor: Anchor = "left",
        halo: bool = False,
    ) -> None:
        """Several lines of text, centred in height on the position."""
        x, y = position
        first = y - (len(lines) - 1) / 2 * size * LINE_HEIGHT
        for number, line in enumerate(lines):
            place = (x, first + number * size * LINE_HEIGHT)
            self.write(place, line, size=size, colour=colour, anchor=anchor, halo=halo)

    def write_inside(
        self, position: Position, text: str, *, size: float = TEXT, colour: str = INK, halo: bool = False
    ) -> None:
        """Text centred on the position, wrapped and shifted so that it stays on the sheet."""
        lines = balanced(text, WIDTH - 8, size)
        half = max(text_width(line, size) for line in lines) / 2
        x = min(max(position[0], half + 4), WIDTH - half - 4)
        self.write_lines((x, position[1]), lines, size=size, colour=colour, anchor="center", halo=halo)

    @contextmanager
    def key(self) -> Iterator[None]:
        """What is drawn inside the block explains the picture: a thumbnail, which has no words, leaves it out."""
        from matplotlib.text import Text  # heavy

        before = set(self.sheet.get_children())
        yield
        for artist in self.sheet.get_children():
            if artist not in before and not isinstance(artist, Text):
                artist.set_gid(KEY)

    def rule(
        self, start: Position, end: Position, *, colour: str = RULE, width: float = 1.0, dashed: bool = False
    ) -> None:
        """A straight line."""
        style = (0, (4, 3)) if dashed else "-"
        self.sheet.plot(
            [start[0], end[0]],
            [start[1], end[1]],
            color=colour,
            linewidth=width,
            linestyle=style,
            clip_on=False,
            zorder=2,
        )

    def curve(self, points: Sequence[Position], *, colour: str, width: float = 2.0, dashed: bool = False) -> None:
        """A line through points."""
        import shapely  # heavy

        style = (0, (4, 3)) if dashed else "-"
        # A curve of thousands of points needs no detail finer than a twentieth of a unit.
        drawn = shapely.simplify(shapely.LineString(points), 0.05) if len(points) > 100 else None
        xs, ys = zip(*(points if drawn is None else drawn.coords), strict=True)
        self.sheet.plot(xs, ys, color=colour, linewidth=width, linestyle=style, clip_on=False, zorder=4)

    def box(self, box: Box, *, colour: str, edge: str | None = None, opacity: float = 1.0) -> None:
        """A filled rectangle."""
        from matplotlib.patches import Rectangle  # heavy

        left, top, right, bottom = box
        self.sheet.add_artist(
            Rectangle(
                (left, top), right - left, bottom - top, facecolor=colour, edgecolor=edge or "none",
                linewidth=1.0 if edge else 0.0, alpha=None if opacity == 1 else opacity, clip_on=False, zorder=3,
            )
        )  # fmt: skip

    def hatched_box(self, box: Box) -> None:
        """A rectangle that stands for a missing value."""
        from matplotlib.patches import Rectangle  # heavy

        left, top, right, bottom = box
        self.sheet.add_artist(
            Rectangle(
                (left, top), right - left, bottom - top, facecolor=NO_DATA, edgecolor=HATCH, hatch="////",
                linewidth=0.5, clip_on=False, zorder=3,
            )
        )  # fmt: skip

    def dot(
        self, position: Position, *, colour: str, radius: float = 4.5, marker: str = "o", edge: str = PAPER,
        hook: str | None = None,
    ) -> None:  # fmt: skip
        """One marker with a thin border that keeps it apart from what lies under it; see :func:`.svg.hook`."""
        from matplotlib.lines import Line2D  # heavy

        self.sheet.add_artist(
            Line2D(
                *([value] for value in position), marker=marker, markersize=2 * radius, color=colour,
                markeredgecolor=edge, markeredgewidth=1.0, linestyle="none", clip_on=False, zorder=5, gid=hook,
            )
        )  # fmt: skip

    def shape(
        self,
        path: Path,
        *,
        fill: str = "none",
        edge: str = "none",
        width: float = 1.0,
        layer: float = 1.0,
        hatch: bool = False,
        round_ends: bool = False,
        hook: str | None = None,
    ) -> None:
        """A path in figure units; see :func:`.svg.hook`."""
        from matplotlib.patches import PathPatch  # heavy

        self.sheet.add_artist(
            PathPatch(
                path, facecolor=fill, edgecolor=edge, linewidth=width, zorder=layer, clip_on=False,
                hatch="////" if hatch else None, capstyle="round" if round_ends else "butt", joinstyle="round",
                gid=hook,
            )
        )  # fmt: skip


def new_canvas(name: str, height: float) -> Canvas:
    """An empty sheet of the standard width; call it inside ``publication_style()``."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # heavy
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72, facecolor=PAPER, label=name)
    FigureCanvasSVG(figure)
    sheet = figure.add_axes((0, 0, 1, 1))
    sheet.set_axis_off()
    sheet.set_autoscale_on(False)
    sheet.set_xlim(0, WIDTH)
    sheet.set_ylim(height, 0)
    return Canvas(figure, sheet, height)
