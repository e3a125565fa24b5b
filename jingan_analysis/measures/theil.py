"""Theil's two indices, T and L, weighted by people, and their exact split by group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import LedgerDoesNotClose
from jingan_analysis.measures.weighted_points import amounts, membership, not_below_zero

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DECOMPOSITION_TOLERANCE = 1e-9
"""Largest difference between an index and the sum of its two parts."""


class TheilDecomposition(NamedTuple):
    """A Theil index and its two parts.

    Attributes
    ----------
    total
        The index of everybody.
    between
        What would be left if everybody had the mean of their group.
    within
        The mean of the groups' own index, weighted by their share of the value (T) or of the people (L).
    """

    total: float
    between: float
    within: float

    @property
    def between_share(self) -> float:
        """Part of the inequality that lies between groups, 0 to 1; NaN where there is none at all."""
        return self.between / self.total if self.total > 0 else float("nan")

    def to_frame(self) -> pd.DataFrame:
        """One row a part: ``part``, ``index`` and ``share_of_total`` (NaN where there is no inequality)."""
        parts = {"between": self.between, "within": self.within, "total": self.total}
        index = np.array(list(parts.values()))
        share = index / self.total if self.total > 0 else np.full(len(parts), np.nan)
        return pd.DataFrame({"part": list(parts), "index": index, "share_of_total": share})

    def plot(self, *, ax: Axes | None = None) -> Axes:
        """Draw the two parts as one bar."""
        from jingan_analysis.plotting import stacked

        parts = {"between": np.nan_to_num(self.between), "within": np.nan_to_num(self.within)}
        return stacked({"Theil": parts}, x_title="% of it", ax=ax)

    def _repr_html_(self) -> str:
        """How JupyterLab shows the parts."""
        from jingan_analysis.showing import shown

        none = dict.fromkeys(("index", "share_of_total"), "not defined")
        return shown("Theil index and its parts", frame=self.to_frame(), missing=none)


@dataclass(frozen=True)
class MeanLogDeviation:
    """Theil's L, and who keeps it from being defined.

    Attributes
    ----------
    index
        Mean log deviation, 0 for equal shares; NaN where somebody has nothing.
    persons_with_zero
        Persons who have nothing; above 0, the index is not defined.
    persons
        All persons.
    """

    index: float
    persons_with_zero: float
    persons: float

    def __float__(self) -> float:
        return self.index

    @property
    def undefined_because(self) -> str | None:
        """Why there is no index; None where there is one."""
        if not np.isnan(self.index):
            return None
        if self.persons <= 0:
            return "nobody lives here"
        have_nothing = f"{self.persons_with_zero:g} of {self.persons:g} persons have nothing"
        return f"{have_nothing}, and 0 has no logarithm"

    def to_frame(self) -> pd.DataFrame:
        """One row: ``index``, ``persons_with_zero``, ``persons``, ``undefined_because``."""
        return pd.DataFrame(
            {
                "index": [self.index],
                "persons_with_zero": [self.persons_with_zero],
                "persons": [self.persons],
                "undefined_because": [self.undefined_because],
            }
        )

    def _repr_html_(self) -> str:
        """How JupyterLab shows the index, or why there is none."""
        from jingan_analysis.showing import Fact, number_text, share_text, shown

        because = self.undefined_because
        facts = [
            Fact("Theil L", f"not defined: {because}" if because else number_text(self.index)),
            Fact("Persons who have nothing", share_text(self.persons_with_zero, self.persons)),
        ]
        return shown("Mean log deviation", facts)


def theil_t(value: ArrayLike, weight: ArrayLike) -> float:
    r"""Population-weighted Theil index T.

    .. math::

        T = \sum_i \frac{w_i}{W} \frac{y_i}{\mu} \ln \frac{y_i}{\mu}

    Where
        y_i   what one person has at point i; w_i persons there; W all persons;
        μ     mean over persons; 0 ln 0 is 0.

    Returns
    -------
    float
        0 for equal shares, at most ln W; NaN where nobody lives or nobody has anything.

    Raises
    ------
    InvalidParameter
        If an amount is negative, infinite or NaN, or the shapes differ.

    Notes
    -----
    Theil, H. (1967), *Economics and Information Theory*, North-Holland.
    """
    amount, persons = amounts(value, weight)
    return float(theil_t_of_draws(amount, persons[None, :])[0])


def theil_t_of_draws(value: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Theil's T of many weightings of the same points: (n,) and (draws, n) give (draws,)."""
    mean = _means(value, weight)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = weight / weight.sum(axis=1, keepdims=True)
        ratio = value / np.where(mean > 0, mean, np.nan)[:, None]
        index = np.sum(share * _x_log_x(ratio), axis=1)
    # Equal shares leave rounding of either sign; maximum passes NaN through.
    return np.asarray(np.maximum(index, 0.0), dtype=np.float64)


def theil_l(value: ArrayLike, weight: ArrayLike) -> MeanLogDeviation:
    r"""Population-weighted Theil index L, the mean log deviation.

    .. math::

        L = \sum_i \frac{w_i}{W} \ln \frac{\mu}{y_i}

    Where
        y_i   what one person has at point i; w_i persons there; W all persons;
        μ     mean over persons.

    A single person with nothing makes L infinite. Dropping that person would hide exactly those
    without access, so there is then no index, and the result says how many persons it was.

    Raises
    ------
    InvalidParameter
        If an amount is negative, infinite or NaN, or the shapes differ.

    Notes
    -----
    Theil, H. (1967), *Economics and Information Theory*, North-Holland, chapter 4; Shorrocks, A. F.
    (1980), *Econometrica* 48(3).
    """
    amount, persons = amounts(value, weight)
    return MeanLogDeviation(
        index=float(theil_l_of_draws(amount, persons[None, :])[0]),
        persons_with_zero=float(persons[amount == 0].sum()),
        persons=float(persons.sum()),
    )


def theil_l_of_draws(value: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Theil's L of many weightings of the same points: (n,) and (draws, n) give (draws,)."""
    mean = _means(value, weight)
    with_zero = weight[:, value == 0].sum(axis=1) > 0
    logarithm = np.zeros(len(value))
    np.log(value, out=logarithm, where=value > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        index = np.log(mean) - (weight @ logarithm) / weight.sum(axis=1)
    return np.where(with_zero | ~(mean > 0), np.nan, np.maximum(index, 0.0))


def theil_decomposition(value: ArrayLike, weight: ArrayLike, group: ArrayLike) -> TheilDecomposition:
    r"""Split Theil's T into inequality between and within groups.

    .. math::

        T = \sum_g \frac{W_g}{W} \frac{\mu_g}{\mu} \ln \frac{\mu_g}{\mu}
          + \sum_g \frac{W_g\, \mu_g}{W \mu}\, T_g

    Where
        W_g, μ_g, T_g   persons, mean and Theil's T of group g;
        W, μ            persons and mean of everybody.

    Parameters
    ----------
    value
        What one person has at each point, shape (n,).
    weight
        Persons at each point, shape (n,).
    group
        Group of each point, such as its sub-district, shape (n,).

    Returns
    -------
    TheilDecomposition
        All NaN where nobody lives or nobody has anything.

    Raises
    ------
    InvalidParameter
        If an amount is negative, infinite or NaN, a label is missing, or the shapes differ.
    LedgerDoesNotClose
        If the parts do not add up to the total.

    Notes
    -----
    Shorrocks, A. F. (1980), The class of additively decomposable inequality measures,
    *Econometrica* 48(3).
    """
    amount, persons = amounts(value, weight)
    member, names = membership("group", group, len(amount))
    total = theil_t(amount, persons)
    if np.isnan(total):
        return TheilDecomposition(total, total, total)
    heads, means = _group_means(amount, persons, member, len(names))
    between = theil_t(means, heads)
    mean_of_own_group = np.where(means > 0, means, 1.0)[member]
    owned = float((persons * amount).sum())
    within = float(np.sum(persons * mean_of_own_group / owned * _x_log_x(amount / mean_of_own_group)))
    return _adding_up("Theil's T", total, between, not_below_zero(within))


def theil_l_decomposition(value: ArrayLike, weight: ArrayLike, group: ArrayLike) -> TheilDecomposition:
    r"""Split Theil's L into inequality between and within groups.

    .. math::

        L = \sum_g \frac{W_g}{W} \ln \frac{\mu}{\mu_g} + \sum_g \frac{W_g}{W} L_g

    Where
        W_g, μ_g, L_g   persons, mean and Theil's L of group g;
        W, μ            persons and mean of everybody.

    All parts are NaN where somebody has nothing; :func:`theil_l` tells how many persons.
    Parameters, errors and source are those of :func:`theil_decomposition`.
    """
    amount, persons = amounts(value, weight)
    member, names = membership("group", group, len(amount))
    total = theil_l(amount, persons).index
    if np.isnan(total):
        return TheilDecomposition(total, total, total)
    heads, means = _group_means(amount, persons, member, len(names))
    lived_in = persons > 0
    ratio = means[member[lived_in]] / amount[lived_in]
    within = float(np.sum(persons[lived_in] * np.log(ratio)) / persons.sum())
    return _adding_up("Theil's L", total, theil_l(means, heads).index, not_below_zero(within))


def _group_means(
    amount: NDArray[np.float64], persons: NDArray[np.float64], member: NDArray[np.int64], n_groups: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    heads = np.bincount(member, persons, n_groups).astype(np.float64)
    means = np.zeros(n_groups)
    np.divide(np.bincount(member, persons * amount, n_groups), heads, out=means, where=heads > 0)
    return heads, means


def _adding_up(name: str, total: float, between: float, within: float) -> TheilDecomposition:
    if abs(total - between - within) > DECOMPOSITION_TOLERANCE * max(1.0, total):
        raise LedgerDoesNotClose(
            f"{name} is {total!r}, but between {between!r} plus within {within!r} differs; do not use this result"
        )
    return TheilDecomposition(total, between, within)


def _means(value: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    people = weight.sum(axis=1)
    mean = np.full(len(weight), np.nan)
    np.divide(weight @ value, people, out=mean, where=people > 0)
    return mean


def _x_log_x(ratio: NDArray[np.float64]) -> NDArray[np.float64]:
    logarithm = np.zeros(ratio.shape)
    np.log(ratio, out=logarithm, where=ratio > 0)
    return np.asarray(ratio * logarithm, dtype=np.float64)
