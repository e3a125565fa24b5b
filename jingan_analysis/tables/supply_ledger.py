"""Layout of the account of people and supply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.supply_words import SupplyWords


def ledger(frame: pd.DataFrame, words: SupplyWords) -> Table:
    """Accounts of people and supply."""
    supply = words.supply.lower()
    return Table(
        "ledger",
        f"Accounts of people and {supply} in the catchments ({words.limit})",
        frame,
        (
            TableColumn("persons", "People", "count", "persons"),
            TableColumn("supply", words.supply, "number", words.amount, 1),
        ),
        row_header="Account",
        row_labels={
            "inside_with": f"Inside the district: {supply} in reach",
            "inside_without": f"Inside: no {supply} in reach",
            "inside_unknown": f"Inside: only {words.sites} of unknown capacity in reach",
            "inside_unsnapped": "Inside: walk unknown",
            "outside": "Outside the border",
            "without_demand": f"At {words.sites} that nobody can reach",
            "total": "Total",
        },
        marks=missing_marks(frame, "z"),
        notes=("Both accounts close: their parts add up to the total, or this report would not have been published.",),
        detail=True,
    )
