"""Layout of the tables on why little is in reach, and on what could be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr, worded
from jingan_analysis.tables.claims import Claim, sentence_case, state
from jingan_analysis.tables.columns import persons
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.settings import SETTINGS
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.supply_words import SupplyWords

FACTORS = {
    "distance": mark("distance"),
    "competition": mark("competition"),
    "capacity": mark("capacity"),
    "barriers": mark("barriers"),
}
"""What causes a shortfall, within a sentence, by code."""

TRIED = "crossings_tried"
"""Row of the table of parameters: how many links were opened, one after the other."""

KINDS = {"crossing": mark("new crossing"), "gate": mark("gate to open")}


def factor_headings() -> dict[str, str]:
    """What causes a shortfall, as headings, by code."""
    return {name: sentence_case(cause) for name, cause in worded(FACTORS).items()}


def why_here(frame: pd.DataFrame, words: SupplyWords, labels: Mapping[str, str]) -> Table:
    """Shortfall by sub-district and its four parts."""
    due = tr("Of the shortfall, due to")
    return Table(
        "why_here",
        state(
            "Why here: shortfall of {in_reach} of {people} within {limit}, split into what causes it, by sub-district",
            {},
            words=words.phrases,
        ),
        frame,
        (
            persons("persons", tr("People")),
            TableColumn("access", tr("In reach"), "number", words.per, 2),
            TableColumn("reference", tr("District’s mean"), "number", words.per, 2),
            TableColumn("shortfall", tr("Shortfall"), "number", words.per, 2),
            *(TableColumn(name, label, "number", words.per, 2, due) for name, label in factor_headings().items()),
        ),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=missing_marks(frame, "z"),
        notes=_why_here_notes(words),
        detail=True,
    )


def _why_here_notes(words: SupplyWords) -> tuple[Text, ...]:
    return (
        state(
            "The parts sum to the shortfall against the district’s mean; below 0, a part helps the sub-district. Counted are "
            "{supply} of known size, so who has only sites of unknown size in reach counts with none; people outside the "
            "border compete.",
            {},
            words=words.phrases,
        ),
        tr(
            "Distance: as many sites near as the average resident has. Competition: every site shared by equally many. "
            "Capacity: all sites equally large. Barriers: every possible crossing of creeks, railways and walls open."
        ),
        tr(
            "Each part is a mean over all orders of these four counterfactuals (Shapley value); each is computed anew, the "
            "barriers with a new search of all walks."
        ),
    )


def openings(frame: pd.DataFrame, words: SupplyWords, labels: Mapping[str, str], tables: Mapping[str, Table]) -> Table:
    """Links to open, most people gained first.

    Parameters
    ----------
    tables
        With the table of parameters, which holds the number of links that were tried.
    """
    outside, metres = tr("outside the district"), tr("metres")
    shown = frame.assign(subdistrict=[labels.get(code, outside) for code in frame["subdistrict_code"]])
    return Table(
        "openings",
        state(
            "Crossings and gates that would bring most {people} of {place} within {limit} of {site}",
            {},
            words=words.phrases,
        ),
        shown.drop(columns="subdistrict_code"),
        (
            TableColumn("kind", tr("What"), "text", labels=worded(KINDS)),
            TableColumn("subdistrict", tr("Where"), "text"),
            persons("gained_persons", tr("Would be reached")),
            TableColumn("gained_homes", tr("Places"), "count"),
            TableColumn("length_m", tr("Length"), "count", metres),
            TableColumn("present_walk_m", tr("Walk between its ends now"), "count", metres),
            TableColumn("x_m", tr("East"), "count", metres),
            TableColumn("y_m", tr("North"), "count", metres),
        ),
        row_header=tr("Rank"),
        marks=missing_marks(shown, "z"),
        notes=(
            state(
                "Each of {links} short links across gaps in the street network was opened alone, and all nearest walks "
                "computed anew. Whether a crossing can be built there, and at what cost, the network does not know.",
                tables,
                links=Claim(SETTINGS, TRIED, "value", decimals=0, kind="count"),
            ),
            tr(
                "Walk [z]: no walk joins its ends now. East and north: the middle of the link in the district’s metric "
                "reference system."
            ),
        ),
        detail=True,
    )
