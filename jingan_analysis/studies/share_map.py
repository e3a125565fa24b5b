"""The map of a share by sub-district that a report begins with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.maps import choropleth
from jingan_analysis.language import tr
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, state
from jingan_analysis.tables.formatting import percent

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.figures.cartography import SiteStyle
    from jingan_analysis.studies.units import Units
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]


@dataclass(frozen=True)
class MapWords:
    """What the map says.

    Attributes
    ----------
    uneven, even
        Templates of the finding, where sub-districts differ and where they do not, in English: ``{low}`` in
        ``{lowest}``, ``{high}`` in ``{highest}``, ``{all}`` in the whole district.
    alternative
        The same for those who cannot see it.
    subtitle, legend
        What is measured, in the spoken language.
    """

    uneven: str
    even: str
    alternative: str
    subtitle: str
    legend: str


@dataclass(frozen=True)
class Sites:
    """Places marked on the map, their looks, and what a reader must know of them."""

    frame: pd.DataFrame
    styles: Mapping[str, SiteStyle]
    note: str


def ends_of(tables: Tables, table: str, column: str) -> tuple[str, str] | None:
    """Rows with the lowest and the highest shown share of a table by sub-district; None with fewer than two."""
    known = tables[table].frame[column].drop(DISTRICT_ROW).dropna()
    return (str(known.idxmin()), str(known.idxmax())) if len(known) > 1 else None


def beyond_note(tables: Tables, table: str, column: str) -> tuple[str, ...]:
    """What a reader of the lowest and the highest must know where sub-districts are suppressed; empty where none is."""
    marks = tables[table].marks
    if not any(mark == "c" for (_, name), mark in marks.items() if name == column):
        return ()
    return (tr("The lowest and the highest are those of the sub-districts shown; others may lie beyond them."),)


def share_map(
    units: Units, unit: str | None, tables: Tables, cells: tuple[str, str], words: MapWords, sites: Sites | None = None
) -> Figure | None:
    """Sub-districts shaded by a share; None where fewer than two may be shown.

    Parameters
    ----------
    unit
        Code of the sub-district to set apart, or None.
    cells
        Table by sub-district and column of the share.
    """
    table, column = cells
    ends = ends_of(tables, table, column)
    if ends is None:
        return None
    places = {"low": ends[0], "high": ends[1], "all": DISTRICT_ROW}
    claims = {name: Claim(table, row, column) for name, row in places.items()}
    names = {"lowest": units.names[ends[0]], "highest": units.names[ends[1]]}
    values = tables[table].frame[column].drop(DISTRICT_ROW)
    finding = words.uneven if float(values[ends[0]]) < float(values[ends[1]]) else words.even
    return Figure(
        "map",
        state(finding, tables, words=names, **claims),
        words.subtitle,
        state(words.alternative, tables, words=names, **claims),
        choropleth(
            name="map",
            units=units.frame,
            values=values,
            labels=units.names,
            legend_title=words.legend,
            value_format=percent,
            sites=None if sites is None else sites.frame,
            site_styles=None if sites is None else dict(sites.styles),
            highlight=unit,
            no_data_label=tr("not shown"),
        ),
        table,
        (*(() if sites is None else (sites.note,)), *beyond_note(tables, table, column)),
    )
