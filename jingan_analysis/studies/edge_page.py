"""Table and note on what the other side of the border could change, for every study with sites and a catchment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.studies.edge import EdgeQuestion, by_subdistrict
from jingan_analysis.studies.settings_table import settings_table
from jingan_analysis.tables import edge as layout
from jingan_analysis.tables.claims import Claim, state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.studies.supply_near import SupplyNear
    from jingan_analysis.studies.walking_parameters import WalkingParams
    from jingan_analysis.tables.claims import Statement
    from jingan_analysis.tables.supply_words import SupplyWords
    from jingan_analysis.tables.table import Table


def edge_tables(near: SupplyNear, words: SupplyWords) -> list[Table]:
    """Bounds by sub-district; empty where people and sites beyond the border are both in the data."""
    question = EdgeQuestion(near)
    frame = by_subdistrict(question)
    if frame is None:
        return []
    settings = settings_table(edge_settings(near.params))
    return [layout.edge(frame, words, near.units.labels, question.unknown(words.sites), settings)]


def edge_settings(params: WalkingParams) -> dict[str, tuple[float, str, str]]:
    """Rows of the settings table: value, unit and meaning."""
    meaning = tr("How dense the other side of the border may be, where nothing is known of it (project convention)")
    return {"outside_density_ratio": (params.outside_density_ratio, tr("of the district"), meaning)}


def edge_notes(near: SupplyNear, tables: Mapping[str, Table], sites: str) -> list[Statement]:
    """What the border leaves open, in a sentence or two; empty where nothing is.

    Parameters
    ----------
    sites
        What is walked to, in the plural.
    """
    row = near.units.row(near.params.unit)
    if "edge" not in tables or not tables["edge"].number(row, "near_border") > 0:
        return []
    template = mark(
        "The data hold no {unknown} beyond the border, and {near} of the people counted live within one walk of it. "
        "The share within reach lies between {certain} and {possible}, whatever is there."
    )
    columns = {"near": "near_border", "certain": "certain", "possible": "possible"}
    if (row, "worst") not in tables["edge"].marks:
        template = mark(
            "The data hold no {unknown} beyond the border, and {near} of the people counted live within one walk of it. "
            "The share within reach lies between {certain} and {possible}, whatever is there; what is in reach a head lies "
            "between {worst} and {best} if the other side is like this one."
        )
        columns |= {"worst": "worst", "best": "best"}
    bound = {name: Claim("edge", row, column) for name, column in columns.items()}
    words = {"unknown": EdgeQuestion(near).unknown(sites)}
    return [state(template, tables, words=words, **bound)]
