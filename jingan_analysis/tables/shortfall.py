"""Layout of the tables on why little is in reach, and on what could be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from jingan_analysis.tables.supply_words import SupplyWords

FACTOR_LABELS = {
    "distance": "Distance",
    "competition": "Competition",
    "capacity": "Capacity",
    "barriers": "Barriers",
}
KIND_LABELS = {"crossing": "new crossing", "gate": "gate to open"}


def why_here(frame: pd.DataFrame, words: SupplyWords, labels: Mapping[str, str]) -> Table:
    """Shortfall by sub-district and its four parts."""
    return Table(
        "why_here",
        f"Why here: shortfall of {words.supply.lower()} in reach of {words.people} within {words.limit}, split into what "
        "causes it, by sub-district",
        frame,
        (
            TableColumn("persons", "People", "count", "persons"),
            TableColumn("access", "In reach", "number", words.per, 2),
            TableColumn("reference", "District’s mean", "number", words.per, 2),
            TableColumn("shortfall", "Shortfall", "number", words.per, 2),
            *(
                TableColumn(name, label, "number", words.per, 2, "Of the shortfall, due to")
                for name, label in FACTOR_LABELS.items()
            ),
        ),
        row_header="Sub-district",
        row_labels=dict(labels),
        marks=missing_marks(frame, "z"),
        notes=(
            "The parts sum to the shortfall against the district’s mean; below 0, a part helps the sub-district. Counted are "
            f"{words.supply.lower()} of known size, so who has only sites of unknown size in reach "
            "counts with none; people outside the border compete.",
            "Distance: as many sites near as the average resident has. Competition: every site shared by equally many. "
            "Capacity: all sites equally large. Barriers: every possible crossing of creeks, railways and walls open.",
            "Each part is a mean over all orders of these four counterfactuals (Shapley value); each is computed anew, the "
            "barriers with a new search of all walks.",
        ),
        detail=True,
    )


def openings(frame: pd.DataFrame, words: SupplyWords, labels: Mapping[str, str], *, candidates: int) -> Table:
    """Links to open, most people gained first.

    Parameters
    ----------
    candidates
        Links that were looked at.
    """
    shown = frame.assign(
        kind=[KIND_LABELS.get(kind, kind) for kind in frame["kind"]],
        subdistrict=[labels.get(code, "outside the district") for code in frame["subdistrict_code"]],
    ).drop(columns="subdistrict_code")
    return Table(
        "openings",
        f"Crossings and gates that would bring most {words.people} of {words.place} within {words.limit} of {words.site}",
        shown,
        (
            TableColumn("kind", "What", "text"),
            TableColumn("subdistrict", "Where", "text"),
            TableColumn("gained_persons", "Would be reached", "count", "persons"),
            TableColumn("gained_homes", "Places", "count"),
            TableColumn("length_m", "Length", "count", "metres"),
            TableColumn("present_walk_m", "Walk between its ends now", "count", "metres"),
            TableColumn("x_m", "East", "count", "metres"),
            TableColumn("y_m", "North", "count", "metres"),
        ),
        row_header="Rank",
        marks=missing_marks(shown, "z"),
        notes=(
            f"Each of {candidates:,} short links across gaps in the street network was opened alone, and all nearest walks "
            "computed anew. Whether a crossing can be built there, and at what cost, the network does not know.",
            "Walk [z]: no walk joins its ends now. East and north: the middle of the link in the district’s metric "
            "reference system.",
        ),
        detail=True,
    )
