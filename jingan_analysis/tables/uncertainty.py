"""Layout of the table on how sure the main numbers are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.supply_words import SupplyWords


SHOWN_TIMES = {"share": 100.0, "gini": 100.0, "low_share": 100.0, "not_reached": 0.001}
"""Shares in hundredths and persons in thousands, so that one column with one decimal can hold all."""


def uncertainty(frame: pd.DataFrame, words: SupplyWords, *, draws: int, seed: int, speeds: str) -> Table:
    """Main numbers with intervals, and what would narrow them.

    Parameters
    ----------
    speeds
        Range of walking speeds that are drawn, such as ``0.8 to 1.3 m/s``.
    """
    shown = frame.copy()
    bounds = ["value", "lower", "upper"]
    for row, factor in SHOWN_TIMES.items():
        shown.loc[shown.index == row, bounds] *= factor
    return Table(
        "uncertainty",
        f"How sure: main numbers for {words.people}, {words.place}, when walking speed, homes and capacities are known only "
        "roughly",
        shown,
        (
            TableColumn("value", "In this report", "number", "", 1),
            TableColumn("lower", "Lower", "number", "", 1),
            TableColumn("upper", "Upper", "number", "", 1),
            TableColumn("speed", "Walking speed", "percent", "of its width", 0, "Interval would shrink if known:"),
            TableColumn("homes", "Homes", "percent", "of its width", 0, "Interval would shrink if known:"),
            TableColumn("capacity", "Capacities", "percent", "of its width", 0, "Interval would shrink if known:"),
        ),
        row_header="Number",
        row_labels={
            "share": "Within reach, % of people",
            "not_reached": "Not reached, thousand persons",
            "in_reach": f"{words.supply} in reach, {words.per}",
            "gini": f"Gini of {words.supply.lower()} in reach, × 100",
            "low_share": "Low access, % of people",
        },
        marks=missing_marks(shown, "z"),
        notes=(
            f"Monte Carlo, {draws} draws, seed {seed}: the speed of everybody between {speeds} (triangular, most often the main "
            "speed); people of each sub-district placed anew at its homes; unknown capacities anywhere between the smallest "
            "and the largest known. Lower and upper hold the middle of the draws, at the confidence in the parameters.",
            "In the report’s own number, sites of unknown capacity bring nothing; in the draws they bring something, so the "
            "interval can lie above the number.",
            "Shrinkage below 0: the other inputs matter more when this one is at its middle. [z]: not uncertain here.",
        ),
    )
