"""Marks on missing numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.vocabulary import Mark

if TYPE_CHECKING:
    import pandas as pd


def missing_marks(frame: pd.DataFrame, mark: Mark) -> dict[tuple[str, str], Mark]:
    """Give every missing number of a frame the same mark; missing texts get none."""
    missing = frame.select_dtypes("number").isna().stack()
    return {(str(row), str(column)): mark for row, column in missing.index[missing.to_numpy(dtype=bool)]}
