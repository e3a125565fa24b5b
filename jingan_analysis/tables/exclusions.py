"""The table of what a report leaves out, counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from jingan_analysis.language import tr
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

Unit = Literal["households", "cases", "rows"]
"""What is counted; ``rows`` of an input are neither households nor people."""

Excluded = Mapping[str, tuple[int, Unit]]
"""How many of what were left out, by reason."""


def counted(excluded: Excluded) -> pd.DataFrame:
    """``count`` and ``unit`` by reason."""
    import pandas as pd  # heavy

    return pd.DataFrame.from_dict(dict(excluded), orient="index", columns=["count", "unit"])


def exclusions(frame: pd.DataFrame, labels: dict[str, str]) -> Table:
    """Lay out what no number counts, as :func:`counted` gives it."""
    units = {"households": tr("households"), "cases": tr("cases"), "rows": tr("rows")}
    return Table(
        "exclusions",
        tr("Counted exclusions, whole district"),
        frame,
        (
            TableColumn("count", tr("Number"), "count", counts="households"),
            TableColumn("unit", tr("Unit"), "text", labels=units),
        ),
        row_header=tr("Reason"),
        row_labels=labels,
        uncounted=frozenset(frame.index[frame["unit"] == "rows"]),
        notes=(tr("Rows of the input are counted as they are; small counts of households are suppressed."),),
        detail=True,
    )
