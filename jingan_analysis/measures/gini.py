"""Gini coefficient, weighted by people, and its exact split by group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import LedgerDoesNotClose
from jingan_analysis.measures.weighted_points import amounts, membership, not_below_zero

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DECOMPOSITION_TOLERANCE = 1e-9
"""Largest difference between an index and the sum of its parts."""


@dataclass(frozen=True)
class GiniDecomposition:
    """A Gini coefficient and its three parts.

    Attributes
    ----------
    total
        Gini coefficient of everybody; NaN, like all parts, where nobody lives or nobody has anything.
    between
        What would be left if everybody had the mean of their group.
    within
        The groups' own coefficients, each times its shares of the people and of the value.
    overlap
        What comes from groups that overlap: people of a poorer group who have more than people of
        a richer one. 0 where the groups lie apart, never negative.
    group
        Labels of the groups in which somebody lives, sorted, shape (n_groups,).
    persons, mean, gini
        Persons, mean value and own coefficient of each group, shape (n_groups,); the coefficient is
        NaN where nobody in the group has anything.
    """

    total: float
    between: float
    within: float
    overlap: float
    group: NDArray[np.generic]
    persons: NDArray[np.float64]
    mean: NDArray[np.float64]
    gini: NDArray[np.float64]

    def to_frame(self) -> pd.DataFrame:
        """One row a part: ``part``, ``index`` and ``share_of_total`` (NaN where there is no inequality)."""
        parts = {"between": self.between, "within": self.within, "overlap": self.overlap, "total": self.total}
        index = np.array(list(parts.values()))
        share = index / self.total if self.total > 0 else np.full(len(parts), np.nan)
        return pd.DataFrame({"part": list(parts), "index": index, "share_of_total": share})

    def plot(self, *, ax: Axes | None = None) -> Axes:
        """Draw the three parts as one bar."""
        from jingan_analysis.plotting import stacked

        parts = {"between": self.between, "within": self.within, "overlap": self.overlap}
        return stacked(
            {"Gini": {part: np.nan_to_num(index) for part, index in parts.items()}}, x_title="% of it", ax=ax
        )

    def _repr_html_(self) -> str:
        """How JupyterLab shows the parts, and the groups under a fold."""
        from jingan_analysis.showing import Fact, shown

        none = dict.fromkeys(("index", "share_of_total"), "not defined")
        parts = shown("Gini coefficient and its parts", frame=self.to_frame(), missing=none)
        facts = [Fact("Groups in which somebody lives", len(self.group))]
        alike = {"gini": "not defined: nobody has anything"}
        return parts + shown("Groups", facts, self.groups_to_frame(), missing=alike)

    def groups_to_frame(self) -> pd.DataFrame:
        """One row a group: ``group``, ``persons``, ``mean_value`` and ``gini``."""
        return pd.DataFrame({"group": self.group, "persons": self.persons, "mean_value": self.mean, "gini": self.gini})


def gini(value: ArrayLike, weight: ArrayLike) -> float:
    r"""Population-weighted Gini coefficient.

    .. math::

        G = 1 - \sum_{i=1}^{n} (F_i - F_{i-1}) (L_i + L_{i-1})

    Where
        F_i   share of the people up to point i, points sorted by value;
        L_i   their share of the value; F_0 = L_0 = 0.

    Parameters
    ----------
    value
        What one person has at each point, shape (n,).
    weight
        Persons at each point, shape (n,).

    Returns
    -------
    float
        0 for equal shares, below 1; NaN where nobody lives or nobody has anything.

    Raises
    ------
    InvalidParameter
        If an amount is negative, infinite or NaN, or the shapes differ.

    Notes
    -----
    Gini, C. (1912), *Variabilità e mutabilità*; Lerman, R. I. and Yitzhaki, S. (1989), *Journal of
    Econometrics* 42(1), for weighted data.
    """
    amount, persons = amounts(value, weight)
    order = np.argsort(amount, kind="stable")
    return float(gini_of_draws(amount[order], persons[None, order])[0])


def gini_of_draws(value: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gini coefficients of many weightings of the same points, shape (draws,).

    Parameters
    ----------
    value
        What one person has at each point, in ascending order, shape (n,).
    weight
        Persons at each point in each draw, shape (draws, n).
    """
    # Equal shares leave rounding of either sign; maximum passes NaN through.
    return np.maximum(_concentration_in_order(value, weight), 0.0)


def gini_decomposition(value: ArrayLike, weight: ArrayLike, group: ArrayLike) -> GiniDecomposition:
    r"""Split a Gini coefficient into inequality between groups, within groups, and their overlap.

    .. math::

        G = G_b + \sum_g \frac{W_g}{W} \frac{W_g \mu_g}{W \mu} G_g + R, \qquad
        R = \frac{2}{W^2 \mu} \sum_{\mu_g < \mu_h} \sum_{i \in g} \sum_{j \in h} w_i w_j \max(y_i - y_j, 0)

    Where
        G_b             Gini coefficient if everybody had the mean of their group;
        W_g, μ_g, G_g   persons, mean and Gini coefficient of group g; W, μ of everybody;
        R               overlap, what people of poorer groups have more than people of richer ones.

    R is G less the concentration coefficient of the value when people stand in order of their group's
    mean and then of their own value: re-ranking can only raise it, so R is never negative. Between
    plus overlap is Dagum's gross contribution between groups, of which G_b is the net part and R the
    part that comes from transvariation.

    Parameters
    ----------
    value
        What one person has at each point, shape (n,).
    weight
        Persons at each point, shape (n,).
    group
        Group of each point, such as its sub-district, shape (n,).

    Raises
    ------
    InvalidParameter
        If an amount is negative, infinite or NaN, a label is missing, or the shapes differ.
    LedgerDoesNotClose
        If the parts do not add up to the total.

    Notes
    -----
    Lambert, P. J. and Aronson, J. R. (1993), Inequality decomposition analysis and the Gini
    coefficient revisited, *Economic Journal* 103(420); Dagum, C. (1997), A new approach to the
    decomposition of the Gini income inequality ratio, *Empirical Economics* 22(4).
    """
    amount, persons = amounts(value, weight)
    member, names = membership("group", group, len(amount))
    heads = np.bincount(member, persons, len(names)).astype(np.float64)
    owned = np.bincount(member, persons * amount, len(names)).astype(np.float64)
    populated = heads > 0
    mean = np.divide(owned, heads, out=np.zeros(len(heads)), where=populated)
    own = np.array([gini(amount[member == g], persons[member == g]) for g in range(len(names))])
    total, between = gini(amount, persons), gini(mean, heads)
    if np.isnan(total):
        within = overlap = total
    else:
        within = float(np.sum(heads / heads.sum() * owned / owned.sum() * np.nan_to_num(own)))
        order = np.lexsort((amount, member, mean[member]))
        overlap = not_below_zero(total - float(_concentration_in_order(amount[order], persons[None, order])[0]))
        _must_add_up("The Gini coefficient", total, {"between": between, "within": within, "overlap": overlap})
    keep = populated
    return GiniDecomposition(total, between, within, overlap, names[keep], heads[keep], mean[keep], own[keep])


def _concentration_in_order(value: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    if not len(value):
        return np.full(len(weight), np.nan)
    parts = weight * value
    owned = np.cumsum(parts, axis=1)
    people, total = weight.sum(axis=1), owned[:, -1]
    # L_i + L_(i-1), without building the shifted array: twice the sum so far, less the last part.
    doubled = np.sum(weight * (2.0 * owned - parts), axis=1)
    index = np.full(len(weight), np.nan)
    np.divide(doubled, people * total, out=index, where=(people > 0) & (total > 0))
    return np.asarray(1.0 - index, dtype=np.float64)


def _must_add_up(name: str, total: float, parts: dict[str, float]) -> None:
    if abs(total - sum(parts.values())) > DECOMPOSITION_TOLERANCE * max(1.0, total):
        listed = ", ".join(f"{part} {index!r}" for part, index in parts.items())
        raise LedgerDoesNotClose(f"{name} is {total!r}, but its parts {listed} do not add up; do not use this result")
