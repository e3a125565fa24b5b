"""Lorenz curve: cumulative shares of people and of what they have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.measures.gini import gini_of_draws
from jingan_analysis.measures.weighted_points import amounts


@dataclass(frozen=True)
class LorenzCurve:
    """Cumulative shares of people and of what they have, from those with the least upwards.

    Attributes
    ----------
    population_share, value_share
        From 0 to 1, beginning with 0, shape (n + 1,). The value share is NaN throughout where
        nobody has anything.
    gini
        Gini coefficient, 0 for equal shares; NaN where nobody lives or nobody has anything.
    """

    population_share: NDArray[np.float64]
    value_share: NDArray[np.float64]
    gini: float

    def to_frame(self) -> pd.DataFrame:
        """One row a point of the curve: ``population_share`` and ``value_share``, both from 0 to 1."""
        return pd.DataFrame({"population_share": self.population_share, "value_share": self.value_share})


def lorenz_curve(value: ArrayLike, weight: ArrayLike) -> LorenzCurve:
    r"""Population-weighted Lorenz curve and Gini coefficient.

    .. math::

        G = 1 - \sum_{i=1}^{n} (F_i - F_{i-1}) (L_i + L_{i-1})

    Where
        F_i   share of the people up to point i, points sorted by value;
        L_i   their share of the value; F_0 = L_0 = 0.

    People who have nothing stay in: leaving zeros out hides exactly those without access.

    Parameters
    ----------
    value
        What one person has at each point, such as meals per person, shape (n,).
    weight
        Persons at each point, shape (n,).

    Raises
    ------
    InvalidParameter
        If an amount is negative, infinite or NaN, or the shapes differ.

    Notes
    -----
    Lorenz, M. O. (1905), *Publications of the American Statistical Association* 9(70);
    Lerman, R. I. and Yitzhaki, S. (1989), *Journal of Econometrics* 42(1), for weighted data.
    """
    amount, persons = amounts(value, weight)
    order = np.argsort(amount, kind="stable")
    amount, persons = amount[order], persons[order]
    return LorenzCurve(
        population_share=_cumulative_share(persons),
        value_share=_cumulative_share(persons * amount),
        gini=float(gini_of_draws(amount, persons[None, :])[0]),
    )


def _cumulative_share(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    sums = np.zeros(len(parts) + 1)
    np.cumsum(parts, out=sums[1:])
    if sums[-1] <= 0:
        return np.full(len(sums), np.nan)
    # The last share is 1 to the bit: a number divided by itself.
    return np.asarray(sums / sums[-1], dtype=np.float64)
