"""Layout of sub-districts by one share, raw and drawn towards the mean, and where they lie in a funnel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jingan_analysis.language import mark, tr, worded
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from jingan_analysis.tables.claims import Text
    from jingan_analysis.vocabulary import Mark

PLACES: Final = {
    "far_below": mark("far below"),
    "below": mark("below"),
    "within": mark("within"),
    "above": mark("above"),
    "far_above": mark("far above"),
    "z": "[z]",
}
DISPERSION: Final = {
    "": mark(
        "Sub-districts vary more than chance makes them. The wider limits allow for the differences that are usual among them "
        "(additive over-dispersion); who lies beyond those differs more than sub-districts do here."
    ),
    "no_overdispersion": mark("Sub-districts vary no more than chance makes them, so both sets of limits are the same."),
    "too_few_units": mark("Too few sub-districts are known to say how much they usually differ; both sets of limits are the same."),
    "no_variation_possible": mark("All or none ended so, so that chance makes no variation; both sets of limits are the same."),
}  # fmt: skip
LIMITS: Final = mark(
    "Limits of the funnel leave out one in twenty, and two in a thousand, of sub-districts of that size if all had the district's share: beyond is outside the first, far beyond outside the second."
)
POOLED: Final = mark("The sub-districts differ by no more than chance, so all are given the pooled share.")


def compared_table(
    name: str,
    caption: Text,
    frame: pd.DataFrame,
    marks: dict[tuple[str, str], Mark],
    labels: Mapping[str, str],
    *,
    whole: TableColumn,
    part: TableColumn,
    notes: tuple[Text, ...],
) -> Table:
    """One row a sub-district and the district last.

    Parameters
    ----------
    frame
        From :func:`jingan_analysis.studies.compared_shares.compared_shares`.
    whole, part
        Columns ``whole`` and ``part`` with what they count.
    """
    group, funnel = tr("Drawn towards the mean"), tr("Against the funnel")
    shares = {
        "raw": ("", tr("Share")),
        "shrunken": (group, tr("Share")),
        "lower": (group, tr("Lower")),
        "upper": (group, tr("Upper")),
    }
    places = {"position": tr("By chance alone"), "position_widened": tr("With usual differences")}
    counts = (part.name, whole.name)
    return Table(
        name,
        caption,
        frame,
        (
            whole,
            part,
            *(TableColumn(column, label, "percent", "", 1, over, made_from=counts) for column, (over, label) in shares.items()),
            *(
                TableColumn(column, label, "text", "", 0, funnel, labels=worded(PLACES), made_from=counts)
                for column, label in places.items()
            ),
        ),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=marks,
        total_row="district",
        notes=notes,
        detail=True,
    )  # fmt: skip
