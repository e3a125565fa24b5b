"""Layout of the tables on whether a finding depends on the choices behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

VERDICTS = {
    "always": "under every choice",
    "never": "under no choice",
    "depends": "depends on the choice",
    "unknown": "not known",
}
CHOICES = {
    "method": "Method (E2SFCA, 3SFCA, M2SFCA)",
    "minutes": "Time limit",
    "decay": "Decay with distance (uniform, Gaussian, linear)",
    "walk_speed_mps": "Walking speed",
    "denominator": "Whom the supply is for",
    "interactions": "Combinations of choices",
    "specifications": "All combinations",
}


def robustness(frame: pd.DataFrame, supply: str, labels: Mapping[str, str], low_share: str) -> Table:
    """Ranks of sub-districts over all choices.

    Parameters
    ----------
    supply
        What is in reach, such as ``Meals in reach``.
    """
    shown = frame.assign(verdict=[VERDICTS[verdict] for verdict in frame["verdict"]])
    return Table(
        "robustness",
        f"{supply}: rank of each sub-district under every choice of method, time limit, decay, speed and denominator",
        shown,
        (
            TableColumn("rank_median", "Median", "number", "1 = least", 1, "Rank"),
            TableColumn("rank_p05", "5th percentile", "number", "1 = least", 1, "Rank"),
            TableColumn("rank_p95", "95th percentile", "number", "1 = least", 1, "Rank"),
            TableColumn("rank_min", "Lowest", "number", "1 = least", 1, "Rank"),
            TableColumn("rank_max", "Highest", "number", "1 = least", 1, "Rank"),
            TableColumn("underserved_share", "Underserved", "percent", "of choices", 0),
            TableColumn("verdict", "Underserved", "text"),
        ),
        row_header="Sub-district",
        row_labels=dict(labels),
        marks=missing_marks(shown, "x"),
        notes=(
            f"Underserved: the sub-district’s mean is 0 or below {low_share} of the district’s under the same choice.",
            "The spread of a rank is over choices, each counting the same; it is no confidence interval.",
        ),
        detail=True,
    )


def choices(frame: pd.DataFrame) -> Table:
    """Which choice drives the disagreement."""
    return Table(
        "choices",
        "Which choice changes the ranks of sub-districts: share of the variance of ranks",
        frame,
        (
            TableColumn("options", "Options", "count"),
            TableColumn("share", "Share", "percent", "of the variance", 1),
        ),
        row_header="Choice",
        row_labels=CHOICES,
        marks=missing_marks(frame, "z"),
        notes=(
            "Main effects of each choice over the full grid (law of total variance); with the combinations they sum to one.",
        ),
        detail=True,
    )
