"""What a household is known by when it is first assessed, as covariates of the models of relief coverage."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.contracts.relief_columns import GRADES, RELIEF_CATEGORIES

if TYPE_CHECKING:
    import pandas as pd

FEWEST_IN_GROUP = 10
"""A group with fewer households that had the event is put together with the one compared with."""
FACTORS = {
    "grade": tuple(choice.code for choice in GRADES),
    "category": tuple(choice.code for choice in RELIEF_CATEGORIES),
}


@dataclass(frozen=True)
class Covariates:
    """Covariates of n households.

    Attributes
    ----------
    names
        ``grade_high``, ``category_low_income``, ..., ``members`` and ``proactive``, those that vary; p of them.
    table
        Shape (n, p): 1 or 0 for groups and ``proactive``; people more or less than one for ``members``.
    compared_with
        By factor, the group that its other groups are compared with: the largest.
    """

    names: tuple[str, ...]
    table: NDArray[np.float64]
    compared_with: dict[str, str]

    def with_column(self, name: str, values: NDArray[np.float64]) -> Covariates:
        """One covariate more, if it varies."""
        if len(values) == 0 or values.min() == values.max():
            return self
        return Covariates((*self.names, name), np.column_stack([self.table, values]), self.compared_with)


def covariates(households: pd.DataFrame, happened: pd.Series, proactive: Collection[str]) -> Covariates:
    """Grade and category in groups, household size, and whether the service found the household itself.

    Parameters
    ----------
    households
        Columns ``grade``, ``category``, ``members`` and ``source``, one row a household, shape (n, ...).
    happened
        Whether the event of the model was seen, shape (n,).
    proactive
        Discovery sources that count as found by the service.
    """
    columns: dict[str, NDArray[np.float64]] = {}
    compared_with = {}
    for factor, levels in FACTORS.items():
        counts = households[factor].value_counts().reindex(list(levels), fill_value=0)
        compared_with[factor] = str(counts.idxmax())
        columns |= {
            f"{factor}_{level}": np.asarray(households[factor] == level, dtype=np.float64)
            for level in _large_enough(households.loc[happened, factor], levels)
            if level != compared_with[factor]
        }
    found = households["source"].isin(list(proactive))
    if min(int(found[happened].sum()), int((~found)[happened].sum())) >= FEWEST_IN_GROUP:
        columns["proactive"] = np.asarray(found, dtype=np.float64)
    members = np.asarray(households["members"], dtype=np.float64)
    if len(members) and members.min() < members.max():
        columns["members"] = members - 1.0
    table = np.column_stack(list(columns.values())) if columns else np.zeros((len(households), 0))
    return Covariates(tuple(columns), table, compared_with)


def _large_enough(groups: pd.Series, levels: Sequence[str]) -> list[str]:
    counts = groups.value_counts()
    return [level for level in levels if counts.get(level, 0) >= FEWEST_IN_GROUP]
