"""Tables and figures on why little is in reach somewhere, for every study with sites and a catchment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.figures.bars import bars
from jingan_analysis.figures.cartography import SiteStyle
from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.point_map import DotStyle, dot_map
from jingan_analysis.figures.style import AXIS, SERIES
from jingan_analysis.language import tr
from jingan_analysis.models.why_here import FACTORS
from jingan_analysis.studies import shortfall as numbers
from jingan_analysis.studies.settings_table import settings_table
from jingan_analysis.studies.shortfall import ShortfallQuestion
from jingan_analysis.tables import shortfall as layout
from jingan_analysis.tables.claims import Claim, Statement, sentence_case, state
from jingan_analysis.tables.formatting import format_value
from jingan_analysis.tables.settings import SETTINGS
from jingan_analysis.tables.supply_words import SupplyWords

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.table import Table

SHOWN_OPENINGS = 5
"""Crossings drawn on the map."""


def shortfall_settings(question: ShortfallQuestion) -> dict[str, tuple[float, str, str]]:
    """Rows of the settings table: value, unit and meaning."""
    params, links = question.params, question.links
    tried = tr("Possible crossings and closed gates, each opened alone (counted in the network)")
    return {
        "crossing_gap_m": (params.crossing_gap_m, tr("metres"), tr("Longest possible crossing (project convention)")),
        "crossing_detour_m": (
            params.crossing_detour_m,
            tr("metres"),
            tr("Least walk that a possible crossing replaces (project convention)"),
        ),
        "crossing_spacing_m": (
            params.crossing_spacing_m,
            tr("metres"),
            tr("Along a barrier, one possible crossing in so many metres (project convention)"),
        ),
        **({} if links is None else {layout.TRIED: (float(len(links)), tr("links"), tried)}),
    }


def shortfall_tables(question: ShortfallQuestion, words: SupplyWords) -> list[Table]:
    """Why here, and what could be opened; what the data cannot tell is left out."""
    tables = []
    split = numbers.by_subdistrict(question)
    if split is not None:
        tables.append(layout.why_here(split, words, question.units.labels))
    links = numbers.openings_frame(question)
    if links is not None:
        bound = {SETTINGS: settings_table(shortfall_settings(question))}
        tables.append(layout.openings(links, words, question.units.labels, bound))
    return tables


def why_here_figure(
    question: ShortfallQuestion, tables: Mapping[str, Table], words: SupplyWords, how: Text
) -> Figure | None:
    """What causes the largest shortfalls, or that of the sub-district reported on; None where there is none."""
    if "why_here" not in tables:
        return None
    frame, unit = tables["why_here"].frame, question.params.unit
    codes = numbers.worst(frame if unit is None else frame.loc[[unit]])
    if not codes:
        return None
    rows = frame.loc[codes, list(FACTORS)]
    rows.index = pd.Index([question.units.names[code] for code in codes])
    title = _title(question, tables, words, codes[0])
    return Figure(
        "why_here",
        title,
        state(
            "Shortfall of {in_reach} against the district’s mean, {per}, split into four causes (Shapley values); below 0 a "
            "cause helps; {people} within {limit}; {how}",
            tables,
            words={**words.phrases, "how": how},
        ),
        title,
        bars(
            name="why_here",
            rows=rows,
            x_title=sentence_case(tr("{supply} {per}", supply=words.noun, per=words.per)),
            value_format=lambda value: format_value(value, "number", 2),
            series_labels=layout.factor_headings(),
        ),
        "why_here",
    )


def _title(question: ShortfallQuestion, tables: Mapping[str, Table], words: SupplyWords, code: str) -> Statement:
    row = tables["why_here"].frame.loc[code]
    cause = max(FACTORS, key=lambda factor: row[factor])
    return state(
        "{place} has {access} {supply} {per} in reach where the district’s mean is {reference}; the largest cause is {cause} ({part})",
        tables,
        words={**words.phrases, "place": question.units.names[code], "cause": tr(layout.FACTORS[cause])},
        access=Claim("why_here", code, "access"),
        reference=Claim("why_here", code, "reference"),
        part=Claim("why_here", code, cause),
    )


def openings_figure(
    question: ShortfallQuestion,
    tables: Mapping[str, Table],
    words: SupplyWords,
    near: NDArray[np.bool_],
    site_layer: tuple[pd.DataFrame, dict[str, SiteStyle], str],
) -> Figure | None:
    """Where a crossing would bring most people within reach; None where none would.

    Parameters
    ----------
    near
        Points with a site within reach, shape (n_points,).
    """
    if "openings" not in tables:
        return None
    sites, styles, site_title = site_layer
    best = tables["openings"].frame.head(SHOWN_OPENINGS)
    drawn = pd.concat(
        [sites, best[["x_m", "y_m"]].assign(kind="crossing", row=[f"openings {row}" for row in best.index])],
        ignore_index=True,
    )
    lived_in = question.residents.inside & (question.persons > 0)
    points = pd.DataFrame(question.residents.xy_m, columns=["x_m", "y_m"]).assign(
        category=["near" if one else "far" for one in near]
    )[lived_in]
    title = _openings_title(tables, words)
    return Figure(
        "openings",
        title,
        state(
            "Homes of {people} by whether {site} is within {limit}, and the short links across gaps in the street network that "
            "would bring most people within reach",
            tables,
            words=words.phrases,
        ),
        title,
        dot_map(
            name="openings",
            units=question.units.frame,
            points=points,
            category_styles={"near": DotStyle(tr("within reach"), AXIS), "far": DotStyle(tr("beyond"), SERIES[0])},
            labels=question.units.names,
            legend_title=tr("Walk to {site}", site=words.site),
            sites=drawn,
            site_styles={**styles, "crossing": SiteStyle(tr("possible crossing"), "D", SERIES[2], 4.5)},
            site_title=tr("{sites} and crossings", sites=site_title),
            highlight=question.params.unit,
            unit_table="by_subdistrict",
        ),
        "openings",
        (tr("Whether a crossing can be built there, and at what cost, the street network does not know."),),
    )


def _openings_title(tables: Mapping[str, Table], words: SupplyWords) -> Statement:
    gained = Claim("openings", "1", "gained_persons")
    if len(tables["openings"].frame) < 2:
        return state(
            "A crossing at the best place would bring {gained} people within reach of {site}",
            tables,
            words=words.phrases,
            gained=gained,
        )
    return state(
        "A crossing at the best place would bring {gained} people within reach of {site}; the second best, {second}",
        tables,
        words=words.phrases,
        gained=gained,
        second=Claim("openings", "2", "gained_persons"),
    )
