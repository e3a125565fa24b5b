"""Layout of published figures beside what the data hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.vocabulary import Mark

PUBLISHED = "published"


def published(frame: pd.DataFrame, marks: dict[tuple[str, str], Mark], district: str) -> Table:
    """Published figures against the data.

    Parameters
    ----------
    frame
        One row a figure with ``label``, ``claim``, ``published``, ``data``, ``difference``, ``unit``,
        ``status``, ``can_mean`` and ``cannot_mean``.
    district
        Name of the district, for the caption.
    """
    return Table(
        PUBLISHED,
        f"Published figures against the data, {district}",
        frame,
        (
            TableColumn("claim", "Published as", "text"),
            TableColumn("published", "Published", "count"),
            TableColumn("data", "In the data", "count"),
            TableColumn("difference", "Difference", "count"),
            TableColumn("unit", "Unit", "text"),
            TableColumn("status", "Status", "text"),
            TableColumn("can_mean", "Can mean", "text"),
            TableColumn("cannot_mean", "Cannot mean", "text"),
        ),
        row_header="Figure",
        row_labels={str(row): str(label) for row, label in frame["label"].items()},
        marks=marks,
        notes=(
            "Difference: data less published, for the whole district. A figure with a date is compared only with the "
            "window that it was published for; a rounded figure agrees within half a step, a lower bound if the data "
            "are not below it.",
        ),
    )
