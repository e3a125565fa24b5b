"""Layout of the tables on whether a finding depends on the choices behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr, worded
from jingan_analysis.tables.claims import sentence_case, state
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.settings import SETTINGS, share_setting
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from jingan_analysis.tables.claims import Text

VERDICTS = {
    "always": mark("under every choice"),
    "never": mark("under no choice"),
    "depends": mark("depends on the choice"),
    "unknown": mark("not known"),
}
CHOICES = {
    "method": mark("Method (E2SFCA, 3SFCA, M2SFCA)"),
    "minutes": mark("Time limit"),
    "decay": mark("Decay with distance (uniform, Gaussian, linear)"),
    "walk_speed_mps": mark("Walking speed"),
    "denominator": mark("Whom the supply is for"),
    "interactions": mark("Combinations of choices"),
    "specifications": mark("All combinations"),
}


def robustness(frame: pd.DataFrame, supply: Text, labels: Mapping[str, str], settings: Table) -> Table:
    """Ranks of sub-districts over all choices.

    Parameters
    ----------
    supply
        What is in reach, such as ``Meals in reach``.
    settings
        Parameters with the share of the mean below which access is low.
    """
    rank, least = tr("Rank"), tr("1 = least")
    return Table(
        "robustness",
        sentence_case(
            state(
                "{supply}: rank of each sub-district under every choice of method, time limit, decay, speed and denominator",
                {},
                words={"supply": supply},
            )
        ),
        frame,
        (
            TableColumn("rank_median", tr("Median"), "number", least, 1, rank),
            TableColumn("rank_p05", tr("5th percentile"), "number", least, 1, rank),
            TableColumn("rank_p95", tr("95th percentile"), "number", least, 1, rank),
            TableColumn("rank_min", tr("Lowest"), "number", least, 1, rank),
            TableColumn("rank_max", tr("Highest"), "number", least, 1, rank),
            TableColumn("underserved_share", tr("Underserved"), "percent", tr("of choices"), 0),
            TableColumn("verdict", tr("Underserved"), "text", labels=worded(VERDICTS)),
        ),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=missing_marks(frame, "x"),
        notes=(
            state(
                "Underserved: the sub-district’s mean is 0 or below {share} of the district’s under the same choice.",
                {SETTINGS: settings},
                share=share_setting("low_access_share"),
            ),
            tr("The spread of a rank is over choices, each counting the same; it is no confidence interval."),
        ),
        detail=True,
    )


def choices(frame: pd.DataFrame) -> Table:
    """Which choice drives the disagreement."""
    return Table(
        "choices",
        tr("Which choice changes the ranks of sub-districts: share of the variance of ranks"),
        frame,
        (
            TableColumn("options", tr("Options"), "count"),
            TableColumn("share", tr("Share"), "percent", tr("of the variance"), 1),
        ),
        row_header=tr("Choice"),
        row_labels=worded(CHOICES),
        marks=missing_marks(frame, "z"),
        notes=(
            tr(
                "Main effects of each choice over the full grid (law of total variance); with the combinations they sum "
                "to one."
            ),
        ),
        detail=True,
    )
