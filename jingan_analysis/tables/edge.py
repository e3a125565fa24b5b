"""Layout of the table on what the other side of the border could change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.tables.formatting import format_value
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from jingan_analysis.tables.supply_words import SupplyWords


def edge(frame: pd.DataFrame, words: SupplyWords, labels: Mapping[str, str], unknown: str, ratio: float) -> Table:
    """Bounds of reach and of supply a head.

    Parameters
    ----------
    unknown
        What the data do not hold: ``people or canteens``.
    ratio
        How dense the other side is at most.
    """
    dense = "as dense as" if ratio == 1 else f"{format_value(ratio, 'setting', 0)} times as dense as"
    return Table(
        "edge",
        f"At the border: what {unknown} beyond it, of which nothing is known, could change within {words.limit}, {words.people}",
        frame,
        (
            TableColumn("near_border", "Live near the border", "percent", "of people", 1),
            TableColumn("certain", "At least", "percent", "of people", 1, "Within reach"),
            TableColumn("possible", "At most", "percent", "of people", 1, "Within reach"),
            TableColumn("worst", "Worst case", "number", words.per, 1, f"{words.supply} in reach"),
            TableColumn("estimate", "Counting the inside alone", "number", words.per, 1, f"{words.supply} in reach"),
            TableColumn("best", "Best case", "number", words.per, 1, f"{words.supply} in reach"),
        ),
        row_header="Sub-district",
        row_labels=dict(labels),
        marks=missing_marks(frame, "z"),
        total_row="district",
        notes=(
            "Within reach: no walk is shorter than the straight line, so who lives farther from the border than the limit "
            "reaches nothing beyond it; who lives nearer is counted out in the one column and in in the other.",
            f"{words.supply} in reach: modelled. Worst case: the other side is {dense} this one in people, has nothing of its "
            "own, and comes over here. Best case: nobody comes, and the other side offers as much in proportion. A single large site "
            "right behind the border can lift one sub-district above its best case.",
            "To replace these bounds by numbers, add the places beyond the border, as far as two walks, to the data.",
        ),
    )
