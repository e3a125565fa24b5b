"""Layout of published figures beside what the data hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import tr
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from jingan_analysis.vocabulary import Mark

PUBLISHED = "published"


def published(
    frame: pd.DataFrame, marks: dict[tuple[str, str], Mark], district: str, statuses: Mapping[str, str]
) -> Table:
    """Published figures against the data.

    Parameters
    ----------
    frame
        One row a figure with ``label``, ``claim``, ``published``, ``data``, ``difference``, ``unit``,
        ``status``, ``can_mean`` and ``cannot_mean``.
    district
        Name of the district, for the caption.
    statuses
        What is shown for each status.
    """
    return Table(
        PUBLISHED,
        tr("Published figures against the data, {place}", place=district),
        frame,
        (
            TableColumn("published", tr("Published"), "count"),
            TableColumn("data", tr("In the data"), "count"),
            TableColumn("difference", tr("Difference"), "count"),
            TableColumn("unit", tr("Unit"), "text"),
            TableColumn("status", tr("Status"), "text", labels=statuses),
            TableColumn("claim", tr("Published as"), "text"),
            TableColumn("can_mean", tr("Can mean"), "text"),
            TableColumn("cannot_mean", tr("Cannot mean"), "text"),
        ),
        row_header=tr("Figure"),
        row_labels={str(row): str(label) for row, label in frame["label"].items()},
        marks=marks,
        notes=(
            tr(
                "Difference: data less published, for the whole district. A figure with a date is compared only with "
                "the window that it was published for; a rounded figure agrees within half a step, a lower bound if "
                "the data are not below it."
            ),
        ),
    )
