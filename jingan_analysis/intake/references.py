"""Codes that must stand in another table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Collection

    from jingan_analysis.contracts import Column
    from jingan_analysis.intake.faults import Findings

HINTED: Final = 20
"""Different unknown codes of one column for which the nearest known one is sought."""

SEARCHED: Final = 10_000
"""No nearest code is sought among more codes than this."""


def check_references(
    values: pd.Series, column: Column, known: Collection[str], rows: NDArray[np.int64], findings: Findings
) -> None:
    """Record every value that the other table does not have.

    Parameters
    ----------
    values
        The column, missing where a cell is empty.
    known
        Values of the referenced column.
    rows
        Row numbers of the file, shape (n,).
    """
    # An index is made once and looked up in bulk; "isin" on texts goes through them one by one.
    found = pd.Index(list(known), dtype="object").unique().get_indexer(pd.Index(values.astype("object"))) >= 0
    unknown = values.notna().to_numpy(dtype=bool) & ~found
    hints: dict[str, str] = {}
    for position in unknown.nonzero()[0].tolist():
        value = str(values.iloc[position])
        if value not in hints:
            hints[value] = findings.nearest(value, known, among=SEARCHED) if len(hints) < HINTED else ""
        table = str(column.references).partition(".")[0]
        mend = f"Correct the code, or add it to {table}.{hints[value]}"
        rule = f"{column.name} is not in {column.references}"
        findings.fault(rule, mend, row=int(rows[position]), column=column.name, value=value)
