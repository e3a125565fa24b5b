"""Concentration curve: cumulative shares of what people have, those who rank low first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.measures.concentration import finite_ranking
from jingan_analysis.measures.weighted_points import amounts


@dataclass(frozen=True)
class ConcentrationCurve:
    """Cumulative shares of people and of what they have, from those who rank lowest upwards.

    Above the diagonal, people who rank low have more than their share.

    Attributes
    ----------
    population_share, value_share
        From 0 to 1, beginning with 0, shape (ranks + 1,): one point for all people of one rank, so that the order of
        rows does not matter. The value share is NaN throughout where nobody has anything.
    """

    population_share: NDArray[np.float64]
    value_share: NDArray[np.float64]

    def to_frame(self) -> pd.DataFrame:
        """One row a point of the curve: ``population_share`` and ``value_share``, both from 0 to 1."""
        return pd.DataFrame({"population_share": self.population_share, "value_share": self.value_share})


def concentration_curve(value: ArrayLike, weight: ArrayLike, ranking: ArrayLike) -> ConcentrationCurve:
    r"""Population-weighted concentration curve of a value along a ranking.

    .. math:: C = 1 - \sum_{i=1}^{n} (F_i - F_{i-1}) (L_i + L_{i-1})

    Where
        F_i   share of the people up to rank i; L_i their share of the value; F_0 = L_0 = 0;
        C     the concentration index: twice the area between diagonal and curve.

    Parameters
    ----------
    value
        What one person has at each point, shape (n,).
    weight
        Persons at each point, shape (n,).
    ranking
        What people are ranked by, from low to high, shape (n,).

    Raises
    ------
    InvalidParameter
        If an amount is negative, infinite or NaN, the ranking is not finite, or the shapes differ.

    Notes
    -----
    Kakwani, N. C. (1977), Applications of Lorenz curves in economic analysis, *Econometrica* 45(3).
    """
    amount, persons = amounts(value, weight)
    rank_by = finite_ranking(ranking, len(amount))
    _, rank = np.unique(rank_by, return_inverse=True)
    ranks = int(rank.max()) + 1 if len(rank) else 0
    # Those who have least come first within a rank, so that rounding is the same in any order of rows.
    order = np.lexsort((persons, amount))
    heads: NDArray[Any] = np.bincount(rank[order], weights=persons[order], minlength=ranks)
    owned: NDArray[Any] = np.bincount(rank[order], weights=(persons * amount)[order], minlength=ranks)
    return ConcentrationCurve(cumulative_share(heads[heads > 0]), cumulative_share(owned[heads > 0]))


def cumulative_share(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares of the whole up to each part, beginning with 0 and ending with 1; NaN where the whole is 0."""
    sums = np.append(0.0, np.cumsum(parts))
    if sums[-1] <= 0:
        return np.full(len(sums), np.nan)
    return np.asarray(sums / sums[-1], dtype=np.float64)
