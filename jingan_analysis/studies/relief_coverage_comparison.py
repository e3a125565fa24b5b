"""Sub-districts compared fairly by their households that were never served."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.studies.compared_shares import Comparison, compared_shares

if TYPE_CHECKING:
    from collections.abc import Sequence


def comparison(
    never_served: pd.Series, unit: pd.Series, rows: Sequence[str], *, confidence: float
) -> Comparison | None:
    """Compare units by their share of never served households; None where too few units have eligible ones.

    Parameters
    ----------
    never_served
        Whether each eligible household was never served.
    unit
        Code of the sub-district of each, with the same index.
    rows
        Codes of all units, in the order of the table.

    Returns
    -------
    Comparison
        Its ``whole`` and ``part`` are called ``eligible`` and ``never_served``.
    """
    counts = pd.DataFrame({"eligible": True, "never_served": never_served}).groupby(unit).sum()
    counts = counts.reindex(list(rows), fill_value=0).astype("int64")
    found = compared_shares(counts.set_axis(["whole", "part"], axis=1), confidence=confidence)
    if found is None:
        return None
    return replace(found, frame=found.frame.rename(columns={"whole": "eligible", "part": "never_served"}))
