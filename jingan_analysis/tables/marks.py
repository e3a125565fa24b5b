"""Marks on missing numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import tr
from jingan_analysis.vocabulary import Mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


def missing_words(marks: Mapping[tuple[str, str], Mark], column: str) -> str:
    """What a figure calls the missing values of a column of a table: withheld, or not at hand."""
    found = {mark for (_, marked), mark in marks.items() if marked == column and mark != "u"}
    if "c" not in found:
        return tr("not available")
    return tr("not shown") if found == {"c"} else tr("not available or not shown")


def missing_marks(frame: pd.DataFrame, mark: Mark) -> dict[tuple[str, str], Mark]:
    """Give every missing number of a frame the same mark; missing texts get none."""
    missing = frame.select_dtypes("number").isna().stack()
    return {(str(row), str(column)): mark for row, column in missing.index[missing.to_numpy(dtype=bool)]}
