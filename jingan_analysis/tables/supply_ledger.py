"""Layout of the account of people and supply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import tr
from jingan_analysis.tables.claims import sentence_case, state
from jingan_analysis.tables.columns import persons
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.supply_words import SupplyWords


def ledger(frame: pd.DataFrame, words: SupplyWords) -> Table:
    """Accounts of people and supply."""
    supply, sites = words.noun, words.sites
    return Table(
        "ledger",
        state("Accounts of people and {supply} in the catchments ({limit})", {}, words=words.phrases),
        frame,
        (
            persons("persons", tr("People")),
            TableColumn("supply", sentence_case(supply), "number", words.amount, 1),
        ),
        row_header=tr("Account"),
        row_labels={
            "inside_with": tr("Inside the district: {supply} in reach", supply=supply),
            "inside_without": tr("Inside: no {supply} in reach", supply=supply),
            "inside_unknown": tr("Inside: only {sites} of unknown capacity in reach", sites=sites),
            "inside_unsnapped": tr("Inside: walk unknown"),
            "outside": tr("Outside the border"),
            "without_demand": tr("At {sites} that nobody can reach", sites=sites),
            "total": tr("Total"),
        },
        marks=missing_marks(frame, "z"),
        total_row="total",
        notes=(
            tr("Both accounts close: their parts add up to the total, or this report would not have been published."),
        ),
        detail=True,
    )
