"""Dot map: every demand point in the colour of its class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jingan_analysis.figures.canvas import new_canvas
from jingan_analysis.figures.cartography import (
    LegendBlock,
    LegendEntry,
    draw_context,
    draw_legend,
    draw_sites,
    drawn_outlines,
    geometry_path,
    map_frame,
    site_looks,
)
from jingan_analysis.figures.map_labels import draw_labels, place_labels
from jingan_analysis.figures.style import AXIS, INK, LAND, SERIES, publication_style
from jingan_analysis.figures.svg import to_svg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    from matplotlib.path import Path

    from jingan_analysis.figures.canvas import Position
    from jingan_analysis.figures.cartography import SiteStyle

REACH_COLOURS = (SERIES[0], SERIES[1], SERIES[5], SERIES[2], AXIS, SERIES[4])
"""Near to far: dark blue, teal, violet, plum; then grey for what is unknown. The orange of sites is not among them."""


@dataclass(frozen=True)
class DotStyle:
    """Legend label and colour role of one class of points; without a colour, the class's place decides."""

    label: str
    colour: str | None = None


def dot_map(  # noqa: PLR0913  # one argument a layer of the map; all are named by the caller
    *,
    name: str,
    units: gpd.GeoDataFrame,
    points: pd.DataFrame,
    category_styles: Mapping[str, DotStyle],
    labels: Mapping[str, str] | None = None,
    legend_title: str = "",
    sites: pd.DataFrame | None = None,
    site_styles: Mapping[str, SiteStyle] | None = None,
    site_title: str = "",
    context_lines: gpd.GeoDataFrame | None = None,
    highlight: str | None = None,
) -> str:
    """Points coloured by class over the units' outlines, with sites.

    Parameters
    ----------
    name
        Name of the figure.
    units
        Polygons in the district's metric CRS; index: unit code.
    points
        Columns ``x_m``, ``y_m`` (same CRS), ``category``. Points beyond the map's edge are left out.
    category_styles
        Legend label and colour by category, near to far; later ones are drawn on top.
    labels
        Name by unit code; None writes no names.
    legend_title
        What the classes are.
    sites, site_styles, site_title, context_lines, highlight
        As for :func:`.maps.choropleth`.

    Returns
    -------
    str
        One ``<svg>`` element; each class is one path, about 12 bytes a point.

    Raises
    ------
    ValueError
        If a point has a category without a style, or there are more categories than colours.
    """
    colours = _colours(name, points, category_styles)
    looks = site_looks(sites, site_styles)
    entries = (LegendEntry(style.label, colours[key], "o") for key, style in category_styles.items())
    blocks = [LegendBlock(legend_title, tuple(entries))]
    if looks:
        marks = (LegendEntry(look.label, look.colour, look.marker, look.radius) for look in looks.values())
        blocks.append(LegendBlock(site_title, tuple(marks)))
    frame = map_frame(units, blocks)
    size = 2.4 if len(points) > 2500 else 3.2
    with publication_style():
        canvas = new_canvas(name, frame.height)
        areas = drawn_outlines(units, frame)
        canvas.shape(geometry_path(list(areas.values()), frame), fill=LAND, layer=1.0)
        draw_context(canvas, frame, context_lines, clip_to=units.union_all())
        categories = [str(category) for category in points["category"]]
        places = [frame.at(float(x), float(y)) for x, y in zip(points["x_m"], points["y_m"], strict=True)]
        for layer, key in enumerate(category_styles):
            chosen = [place for place, category in zip(places, categories, strict=True) if category == key]
            chosen = [place for place in chosen if frame.contains(place)]
            if chosen:
                canvas.shape(_dots(chosen), edge=colours[key], width=size, layer=2.1 + layer / 100, round_ends=True)
        canvas.shape(geometry_path(list(areas.values()), frame), edge=AXIS, width=0.8, layer=2.5)
        if highlight is not None:
            canvas.shape(geometry_path([areas[highlight]], frame), edge=INK, width=2.5, layer=2.6)
        covered = draw_sites(canvas, frame, sites, looks)
        if labels is not None:
            draw_labels(canvas, place_labels(areas, labels, frame, obstacles=covered))
        draw_legend(canvas, frame, blocks)
        return to_svg(canvas.figure, decimals=1)


def _colours(name: str, points: pd.DataFrame, styles: Mapping[str, DotStyle]) -> dict[str, str]:
    unknown = sorted({str(category) for category in points["category"]} - set(styles))
    if unknown:
        raise ValueError(f"figure {name!r}: category {unknown[0]!r} has no style; styles: {', '.join(styles)}")
    if len(styles) > len(REACH_COLOURS) and any(style.colour is None for style in styles.values()):
        raise ValueError(
            f"figure {name!r}: give each of the {len(styles)} categories a colour; "
            f"{len(REACH_COLOURS)} have one by default"
        )
    return {key: style.colour or REACH_COLOURS[number] for number, (key, style) in enumerate(styles.items())}


def _dots(places: Sequence[Position]) -> Path:
    """Lines of no length, which round caps turn into dots."""
    import numpy as np  # heavy
    from matplotlib.path import Path as MplPath

    vertices = np.repeat(np.asarray(places, dtype=float), 2, axis=0)
    codes = np.tile(np.array([MplPath.MOVETO, MplPath.LINETO], dtype=MplPath.code_type), len(places))
    return MplPath(vertices, codes)
