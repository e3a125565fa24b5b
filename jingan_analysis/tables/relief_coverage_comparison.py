"""Layout of the table that compares sub-districts fairly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import tr
from jingan_analysis.tables.columns import households
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.relief_coverage import Marks
    from jingan_analysis.tables.words import Words

COUNTS = ("never_served", "eligible")


def comparison(
    frame: pd.DataFrame,
    marks: Marks,
    words: Words,
    labels: dict[str, str],
    *,
    positions: dict[str, str],
    pooled: bool,
    dispersion: str,
) -> Table:
    """Shares never served as counted and drawn towards the mean, and where they lie in the funnel.

    Parameters
    ----------
    positions
        Words for the codes of both columns of positions.
    pooled
        Whether the units differ by no more than chance, so that all have one share.
    dispersion
        What the wider limits allow for, in a sentence.
    """
    group = tr("Drawn towards the mean")
    shares = {"shrunken": tr("Share"), "lower": tr("Lower"), "upper": tr("Upper"), "weight": tr("Own weight")}
    return Table(
        "comparison",
        tr("Sub-districts compared: never served, raw and drawn towards the mean, {place}, {day}", place=words.district, day=words.end),
        frame,
        (
            households("eligible", tr("Eligible")),
            households("never_served", tr("Number"), group=tr("Never served"), part_of="eligible"),
            TableColumn("raw", tr("Share"), "percent", "", 1, tr("Never served"), made_from=COUNTS),
            *(TableColumn(name, header, "percent", "", 0 if name == "weight" else 1, group, made_from=COUNTS) for name, header in shares.items()),
            TableColumn("position", tr("By chance alone"), "text", "", 0, tr("Against the funnel"), labels=positions, made_from=COUNTS),
            TableColumn("position_widened", tr("With usual differences"), "text", "", 0, tr("Against the funnel"), labels=positions, made_from=COUNTS),
        ),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=marks,
        total_row="district",
        notes=(
            tr("The sub-districts differ by no more than chance, so all are given the pooled share.")
            if pooled
            else tr(
                "The share of a small sub-district is drawn towards the mean of all, the more so the fewer households it "
                "has; own weight is what its own share counts for. The intervals are credible intervals of the share."
            ),
            tr(
                "Limits of the funnel leave out one in twenty, and two in a thousand, of sub-districts of that size if all had the district's share: beyond is outside the first, far beyond outside the second."
            ),
            dispersion,
        ),
    )  # fmt: skip
