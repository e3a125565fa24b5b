"""Choropleth map of a district's units, with sites."""

from __future__ import annotations

import math
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
from jingan_analysis.figures.classes import value_classes
from jingan_analysis.figures.map_labels import draw_labels, place_labels
from jingan_analysis.figures.style import AXIS, HATCH, INK, LAND, NO_DATA, PAPER, publication_style
from jingan_analysis.figures.svg import to_svg
from jingan_analysis.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import geopandas as gpd
    import pandas as pd

    from jingan_analysis.figures.cartography import SiteStyle
    from jingan_analysis.figures.classes import ValueClasses


def choropleth(  # noqa: PLR0913  # one argument a layer of the map; all are named by the caller
    *,
    name: str,
    units: gpd.GeoDataFrame,
    values: pd.Series,
    labels: Mapping[str, str],
    legend_title: str,
    value_format: Callable[[float], str],
    sites: pd.DataFrame | None = None,
    site_styles: Mapping[str, SiteStyle] | None = None,
    site_title: str = "",
    context_lines: gpd.GeoDataFrame | None = None,
    highlight: str | None = None,
    breaks: Sequence[float] | None = None,
    no_data_label: str | None = None,
) -> str:
    """Every unit shaded by its value and named; sites as markers; a legend of classes; a scale bar.

    Parameters
    ----------
    name
        Name of the figure.
    units
        Polygons in the district's metric CRS; index: unit code.
    values
        Value by unit code; a unit that is missing or NaN is hatched as not available.
    labels
        Name by unit code.
    legend_title
        What is mapped, with its unit.
    value_format
        How class limits are printed.
    sites
        Columns ``x_m``, ``y_m`` (same CRS), ``kind``.
    site_styles, site_title
        Look and legend label by kind, and the title of that part of the legend.
    context_lines
        Streets and water in the same CRS; column ``kind`` equal to ``"water"`` tells the water.
    highlight
        Code of a unit to outline.
    breaks
        Edges of at most five classes; round ones of equal width where None.
    no_data_label
        Legend of the hatching; None says that the value is not available.

    Returns
    -------
    str
        One ``<svg>`` element.

    Raises
    ------
    ValueError
        If the units are not in metres, a value names no unit, or the breaks do not fit.
    """
    import shapely  # heavy

    codes = [str(code) for code in units.index]
    by_code = {str(code): float(value) for code, value in values.items()}
    _require_units({*by_code, *([highlight] if highlight is not None else [])}, codes, name)
    classes = (
        value_classes(by_code.values(), breaks=breaks, value_format=value_format)
        if _any_known(by_code) or breaks is not None
        else None
    )
    looks = site_looks(sites, site_styles)
    missing = any(math.isnan(by_code.get(code, math.nan)) for code in codes)
    blocks = _legend(classes, value_format, legend_title)
    if missing:
        blocks = _with_missing(blocks, no_data_label or tr("not available"))
    if looks:
        marks = (LegendEntry(look.label, look.colour, look.marker, look.radius) for look in looks.values())
        blocks.append(LegendBlock(site_title, tuple(marks)))
    frame = map_frame(units, blocks)
    with publication_style():
        canvas = new_canvas(name, frame.height)
        areas = drawn_outlines(units, frame)
        for code, area in areas.items():
            value = by_code.get(code, math.nan)
            unknown = math.isnan(value) or classes is None
            fill = NO_DATA if unknown or classes is None else classes.colour(value)
            path = geometry_path([area], frame)
            canvas.shape(path, fill=fill, edge=HATCH if unknown else "none", width=0.5, hatch=unknown)
        draw_context(canvas, frame, context_lines, clip_to=units.union_all())
        canvas.shape(geometry_path(list(areas.values()), frame), edge=PAPER, width=1.2, layer=2.5)
        # The lightest class hardly differs from the paper: the district's own edge is drawn.
        canvas.shape(geometry_path([shapely.union_all(list(areas.values()))], frame), edge=AXIS, width=0.9, layer=2.55)
        if highlight is not None:
            canvas.shape(geometry_path([areas[highlight]], frame), edge=INK, width=2.5, layer=2.6)
        covered = draw_sites(canvas, frame, sites, looks)
        draw_labels(canvas, place_labels(areas, labels, frame, obstacles=covered))
        draw_legend(canvas, frame, blocks)
        return to_svg(canvas.figure, decimals=1)


def _any_known(values: Mapping[str, float]) -> bool:
    return any(not math.isnan(value) for value in values.values())


def _require_units(wanted: set[str], codes: list[str], name: str) -> None:
    unknown = sorted(wanted - set(codes))
    if unknown:
        raise ValueError(f"figure {name!r}: no unit has the code {unknown[0]!r}; units: {', '.join(codes)}")


def _legend(classes: ValueClasses | None, value_format: Callable[[float], str], title: str) -> list[LegendBlock]:
    """Highest class on top, as on a thermometer."""
    ranges = classes.ranges(value_format) if classes is not None else ()
    return [LegendBlock(title, tuple(LegendEntry(text, colour) for colour, text in reversed(ranges)))]


def _with_missing(blocks: list[LegendBlock], label: str) -> list[LegendBlock]:
    first, *others = blocks
    return [LegendBlock(first.title, (*first.entries, LegendEntry(label, LAND, hatched=True))), *others]
