"""What every map shares: sheet and scale, ground, sites, labels, legend column, scale bar and north arrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jingan_analysis.figures.lettering import LINE_HEIGHT, wrap
from jingan_analysis.figures.scales import nice_ticks
from jingan_analysis.figures.style import (
    INK,
    INK_SOFT,
    PAPER,
    SERIES,
    SMALL,
    STREET,
    TEXT,
    WATER,
    WIDTH,
)
from jingan_analysis.figures.svg import hook
from jingan_analysis.language import tr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    from matplotlib.path import Path
    from shapely.geometry.base import BaseGeometry

    from jingan_analysis.figures.canvas import Box, Canvas, Position

LEGEND_WIDTH: Final = 168.0
_MARGIN = 6.0
_HIGHEST = 660.0
_SITE_LOOKS: Final = (("o", SERIES[3]), ("s", SERIES[2]), ("D", SERIES[1]), ("^", SERIES[4]))


@dataclass(frozen=True)
class SiteStyle:
    """How sites of one kind look.

    Attributes
    ----------
    label
        Printed in the legend.
    marker
        Matplotlib marker; shapes differ so that colour is never the only cue.
    colour
        A colour role of :mod:`.style`.
    radius
        In figure units.
    """

    label: str
    marker: str = "o"
    colour: str = SERIES[3]
    radius: float = 4.5


@dataclass(frozen=True)
class MapFrame:
    """Where the map lies on the sheet.

    Attributes
    ----------
    left, top, right, bottom
        Edges of the map in figure units.
    min_x, max_y
        Metres at the left and upper edge of the land.
    scale
        Figure units a metre.
    offset_x, offset_y
        Figure units from the sheet's corner to the land's corner.
    height
        Height of the sheet.
    beside
        Whether the legend stands beside the map rather than under it.
    """

    left: float
    top: float
    right: float
    bottom: float
    min_x: float
    max_y: float
    scale: float
    offset_x: float
    offset_y: float
    height: float
    beside: bool

    def at(self, x_m: float, y_m: float) -> Position:
        """Position of a point given in metres."""
        return self.offset_x + (x_m - self.min_x) * self.scale, self.offset_y + (self.max_y - y_m) * self.scale

    def contains(self, position: Position) -> bool:
        """Whether a position lies on the map."""
        return self.left <= position[0] <= self.right and self.top <= position[1] <= self.bottom


def map_frame(units: gpd.GeoDataFrame, blocks: Sequence[LegendBlock]) -> MapFrame:
    """Fit the land beside the legend if it is tall, above it if it is wide.

    Raises
    ------
    ValueError
        If there is no land, or its coordinates are not metres.
    """
    if len(units) == 0:
        raise ValueError("units is empty; a map needs the sub-districts")
    if units.crs is not None and units.crs.is_geographic:
        raise ValueError(f"units are in {units.crs.name}, in degrees; project them to the district's metric CRS first")
    min_x, min_y, max_x, max_y = map(float, units.total_bounds)
    wide, tall = max(max_x - min_x, 1.0), max(max_y - min_y, 1.0)
    beside = tall / wide > 0.9
    room = WIDTH - 2 * _MARGIN - (LEGEND_WIDTH + 14 if beside else 0)
    scale = min(room / wide, (_HIGHEST - 2 * _MARGIN) / tall)
    bottom = _MARGIN + tall * scale
    offset_x = _MARGIN + (room - wide * scale) / 2
    legend = legend_height(blocks, beside=beside)
    height = max(bottom, legend) + _MARGIN if beside else bottom + 18 + legend + _MARGIN
    return MapFrame(_MARGIN, _MARGIN, _MARGIN + room, bottom, min_x, max_y, scale, offset_x, _MARGIN, height, beside)


def geometry_path(geometries: Sequence[BaseGeometry], frame: MapFrame) -> Path:
    """All rings and lines of some geometries as one path on the sheet."""
    import numpy as np  # heavy
    import shapely
    from matplotlib.path import Path as MplPath

    parts = [part for geometry in geometries for part in shapely.get_parts(geometry) if not part.is_empty]
    polygons = [part for part in parts if part.geom_type == "Polygon"]
    rings = [*shapely.get_rings(polygons)] if polygons else []
    rings += [part for part in parts if part.geom_type in ("LineString", "LinearRing")]
    vertices, codes = [], []
    for ring in rings:
        points = shapely.get_coordinates(ring)
        vertices.append([frame.at(x, y) for x, y in points])
        code = np.full(len(points), MplPath.LINETO, dtype=MplPath.code_type)
        code[0] = MplPath.MOVETO
        if ring.geom_type == "LinearRing":
            code[-1] = MplPath.CLOSEPOLY
        codes.append(code)
    if not vertices:
        return MplPath(np.zeros((0, 2)))
    return MplPath(np.concatenate(vertices), np.concatenate(codes))


def drawn_outlines(units: gpd.GeoDataFrame, frame: MapFrame) -> dict[str, BaseGeometry]:
    """Boundaries by code, without detail finer than half a figure unit; shared borders stay shared."""
    import shapely  # heavy

    simpler = shapely.coverage_simplify(list(units.geometry), 0.5 / frame.scale)
    return dict(zip(map(str, units.index), simpler, strict=True))


def draw_context(canvas: Canvas, frame: MapFrame, lines: gpd.GeoDataFrame | None, *, clip_to: BaseGeometry) -> None:
    """Streets and water, light, inside the district only; column ``kind`` tells water from the rest."""
    if lines is None or len(lines) == 0:
        return
    import shapely  # heavy

    clipped = shapely.intersection(shapely.simplify(list(lines.geometry), 0.7 / frame.scale), clip_to)
    kinds = [str(kind) for kind in lines["kind"]] if "kind" in lines else [""] * len(lines)
    for wanted, colour, width in ((False, STREET, 0.6), (True, WATER, 2.0)):
        chosen = [shape for shape, kind in zip(clipped, kinds, strict=True) if (kind == "water") is wanted]
        lines_only = [part for shape in chosen for part in shapely.get_parts(shape) if part.geom_type == "LineString"]
        if lines_only:
            canvas.shape(geometry_path(lines_only, frame), edge=colour, width=width, layer=2.0)


def site_looks(sites: pd.DataFrame | None, styles: Mapping[str, SiteStyle] | None) -> dict[str, SiteStyle]:
    """Style of each kind of site that occurs, in the order of ``styles``, then of occurrence."""
    if sites is None or len(sites) == 0:
        return {}
    given = dict(styles or {})
    kinds = list(dict.fromkeys(map(str, sites["kind"])))
    looks = {kind: given[kind] for kind in given if kind in kinds}
    for kind in kinds:
        marker, colour = _SITE_LOOKS[len(looks) % len(_SITE_LOOKS)]
        looks.setdefault(kind, SiteStyle(kind, marker, colour))
    return looks


def draw_sites(
    canvas: Canvas, frame: MapFrame, sites: pd.DataFrame | None, looks: Mapping[str, SiteStyle]
) -> list[Box]:
    """Sites as markers; those beyond the map's edge are left out. Returns the boxes they cover.

    A page's script tells each site's ``label`` and, from the table and row that its ``row`` names, its values.
    """
    if sites is None:
        return []
    covered: list[Box] = []
    kinds = [str(kind) for kind in sites["kind"]]
    for kind, look in looks.items():
        chosen = [here == kind for here in kinds]
        told = sites.reindex(columns=["x_m", "y_m", "row", "label"])[chosen]
        for x_m, y_m, row, label in told.itertuples(index=False):
            place = frame.at(float(x_m), float(y_m))
            if frame.contains(place):
                canvas.dot(place, colour=look.colour, radius=look.radius, marker=look.marker,
                           hook=hook(site=_known(row), label=_known(label), kind=look.label))  # fmt: skip
                covered.append((place[0] - look.radius, place[1] - look.radius,
                                place[0] + look.radius, place[1] + look.radius))  # fmt: skip
    return covered


def _known(text: object) -> str:
    return text if isinstance(text, str) else ""


@dataclass(frozen=True)
class LegendEntry:
    """One line of a map legend; ``marker`` None draws a swatch, ``hatched`` a missing-value swatch."""

    label: str
    colour: str = PAPER
    marker: str | None = None
    radius: float = 4.5
    hatched: bool = False


@dataclass(frozen=True)
class LegendBlock:
    """A titled group of legend entries."""

    title: str
    entries: tuple[LegendEntry, ...]

    @property
    def height(self) -> float:
        """Height in figure units."""
        title = len(wrap(self.title, LEGEND_WIDTH, SMALL)) if self.title else 0
        return title * SMALL * LINE_HEIGHT + 4 + sum(map(_entry_height, self.entries)) + 12


SCALE_BLOCK: Final = 44.0
"""Height of the scale bar with the north arrow."""


def legend_height(blocks: Sequence[LegendBlock], *, beside: bool = True) -> float:
    """Height of a legend with its scale bar: stacked beside the map, or side by side under it."""
    if beside:
        return sum(block.height for block in blocks) + SCALE_BLOCK
    return max([SCALE_BLOCK, *(block.height for block in blocks)])


def draw_legend(canvas: Canvas, frame: MapFrame, blocks: Sequence[LegendBlock]) -> None:
    """Legend blocks and the scale bar, beside the map or under it."""
    x, y = (WIDTH - LEGEND_WIDTH - _MARGIN, _MARGIN) if frame.beside else (_MARGIN, frame.bottom + 18)
    with canvas.key():
        for block in blocks:
            _draw_block(canvas, block, x, y)
            if frame.beside:
                y += block.height
            else:
                x += LEGEND_WIDTH + 14
        _draw_scale(canvas, frame, (x, y + 8))


def _entry_height(entry: LegendEntry) -> float:
    return max(20.0, len(wrap(entry.label, LEGEND_WIDTH - 26, SMALL)) * SMALL * LINE_HEIGHT + 5)


def _draw_block(canvas: Canvas, block: LegendBlock, x: float, y: float) -> None:
    if block.title:
        lines = wrap(block.title, LEGEND_WIDTH, SMALL)
        height = len(lines) * SMALL * LINE_HEIGHT
        canvas.write_lines((x, y + height / 2), lines, size=SMALL)
        y += height
    y += 4
    for entry in block.entries:
        height = _entry_height(entry)
        middle = y + height / 2
        swatch = (x, middle - 7, x + 18, middle + 7)
        if entry.hatched:
            canvas.hatched_box(swatch)
        elif entry.marker is None:
            canvas.box(swatch, colour=entry.colour)
        else:
            canvas.dot((x + 9, middle), colour=entry.colour, radius=entry.radius, marker=entry.marker)
        canvas.write_lines((x + 26, middle), wrap(entry.label, LEGEND_WIDTH - 26, SMALL), size=SMALL)
        y += height


def _draw_scale(canvas: Canvas, frame: MapFrame, corner: Position) -> None:
    """A bar of a round length, at most 110 units long, and a small arrow to the north."""
    longest_km = 110 / frame.scale / 1000
    length_km = max(tick for tick in nice_ticks(0, longest_km, count=3) if tick <= longest_km)
    x, y = corner
    end = x + length_km * 1000 * frame.scale
    canvas.rule((x, y), (end, y), colour=INK, width=1.5)
    for tick in (x, end):
        canvas.rule((tick, y - 4), (tick, y + 4), colour=INK, width=1.5)
    canvas.write((x, y + 15), tr("{length} km", length=f"{length_km:g}"), size=SMALL, colour=INK_SOFT)
    arrow = x + LEGEND_WIDTH - 24
    canvas.dot((arrow, y - 3), colour=INK_SOFT, radius=4.0, marker="^")
    canvas.write((arrow, y + 12), tr("N"), size=SMALL, colour=INK_SOFT, anchor="center")


MAP_TEXT: Final = TEXT - 1.5
"""Size of labels on maps."""
