"""Who has how much: Lorenz curve, Gini and Theil, always weighted by people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter, LedgerDoesNotClose
from jingan_analysis.measures.quantity import confidence_level, quantity

DECOMPOSITION_TOLERANCE = 1e-9
"""Largest difference between Theil's T and the sum of its two parts."""


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


class TheilDecomposition(NamedTuple):
    """Theil's T and its two parts.

    Attributes
    ----------
    total
        Theil's T of everybody.
    between
        What would be left if everybody had the mean of their group.
    within
        The mean of the groups' own T, weighted by their share of the value.
    """

    total: float
    between: float
    within: float

    @property
    def between_share(self) -> float:
        """Part of the inequality that lies between groups, 0 to 1; NaN where there is none at all."""
        return self.between / self.total if self.total > 0 else float("nan")


class GiniInterval(NamedTuple):
    """Percentile interval of a Gini coefficient.

    Attributes
    ----------
    lower, upper
        Bounds; NaN with fewer than two areas, and where too many resamples have no coefficient.
    """

    lower: float
    upper: float


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
    amount, persons = _sorted(value, weight)
    return LorenzCurve(
        population_share=_cumulative_share(persons),
        value_share=_cumulative_share(persons * amount),
        gini=_gini_of_sorted(amount, persons),
    )


def gini(value: ArrayLike, weight: ArrayLike) -> float:
    """Population-weighted Gini coefficient; see :func:`lorenz_curve`."""
    return lorenz_curve(value, weight).gini


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
    amount, persons = _amounts(value, weight)
    total = persons.sum()
    owned = (persons * amount).sum()
    if total <= 0 or owned <= 0:
        return float("nan")
    return _not_below_zero(float(np.sum(persons / total * _x_log_x(amount / (owned / total)))))


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
        If an amount is negative, infinite or NaN, or the shapes differ.
    LedgerDoesNotClose
        If the parts do not add up to the total.

    Notes
    -----
    Shorrocks, A. F. (1980), The class of additively decomposable inequality measures,
    *Econometrica* 48(3).
    """
    amount, persons = _amounts(value, weight)
    member = _membership("group", group, len(amount))
    total = theil_t(amount, persons)
    if np.isnan(total):
        return TheilDecomposition(total, total, total)
    heads = np.bincount(member, persons)
    owned = np.bincount(member, persons * amount)
    populated = heads > 0
    means = np.zeros(len(heads))
    means[populated] = owned[populated] / heads[populated]
    between = theil_t(means, heads)
    mean_of_own_group = np.where(means > 0, means, 1.0)[member]
    within = float(np.sum(persons * mean_of_own_group / owned.sum() * _x_log_x(amount / mean_of_own_group)))
    within = _not_below_zero(within)
    if abs(total - between - within) > DECOMPOSITION_TOLERANCE * max(1.0, total):
        raise LedgerDoesNotClose(
            f"Theil's T is {total!r}, but between {between!r} plus within {within!r} differs; do not use this result"
        )
    return TheilDecomposition(total, between, within)


def gini_interval(
    value: ArrayLike,
    weight: ArrayLike,
    area: ArrayLike,
    *,
    seed: int,
    draws: int = 500,
    confidence: float = 0.95,
) -> GiniInterval:
    """Bootstrap a Gini coefficient by resampling whole areas.

    Neighbours share their facilities, so areas are resampled, not people: resampling people gives
    intervals that are far too narrow. The interval tells how much the coefficient depends on
    which areas the district happens to have; with about ten areas or fewer it is rough.
    Resamples in which nobody has anything have no coefficient and are left out; there is no
    interval if they are more than one minus the confidence level of all.

    Parameters
    ----------
    value
        What one person has at each point, shape (n,).
    weight
        Persons at each point, shape (n,).
    area
        Area of each point, such as its committee, shape (n,).
    seed
        Seed of the resampling; the same seed gives the same interval.
    draws
        Number of resamples.
    confidence
        Confidence level of the percentile interval.

    Raises
    ------
    InvalidParameter
        If an amount is negative, infinite or NaN, the shapes differ, draws is below 1, or the
        confidence is not between 0 and 1.

    Notes
    -----
    Davison, A. C. and Hinkley, D. V. (1997), *Bootstrap Methods and their Application*,
    Cambridge University Press, section 3.8 on hierarchical data.
    """
    level = confidence_level(confidence)
    if draws < 1:
        raise InvalidParameter(f"draws={draws} must be 1 or more")
    amount, persons = _amounts(value, weight)
    member = _membership("area", area, len(amount))
    order = np.argsort(amount, kind="stable")
    amount, persons, member = amount[order], persons[order], member[order]
    n_areas = int(member.max()) + 1 if len(member) else 0
    if n_areas < 2:
        return GiniInterval(float("nan"), float("nan"))
    rng = np.random.default_rng(seed)
    drawn = np.empty(draws)
    for draw in range(draws):
        # Sorted once: an area drawn twice counts twice, which leaves the order of its people alone.
        times = np.bincount(rng.integers(0, n_areas, n_areas), minlength=n_areas)
        drawn[draw] = _gini_of_sorted(amount, persons * times[member])
    defined = drawn[~np.isnan(drawn)]
    if draws - len(defined) > (1.0 - level) * draws:
        return GiniInterval(float("nan"), float("nan"))
    tail = (1.0 - level) / 2.0
    lower, upper = np.quantile(defined, (tail, 1.0 - tail))
    return GiniInterval(float(lower), float(upper))


def _amounts(value: ArrayLike, weight: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    amount = quantity("value", value)
    return amount, quantity("weight", weight, length=len(amount))


def _sorted(value: ArrayLike, weight: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    amount, persons = _amounts(value, weight)
    order = np.argsort(amount, kind="stable")
    return amount[order], persons[order]


def _cumulative_share(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    sums = np.zeros(len(parts) + 1)
    np.cumsum(parts, out=sums[1:])
    if sums[-1] <= 0:
        return np.full(len(sums), np.nan)
    # The last share is 1 to the bit: a number divided by itself.
    return np.asarray(sums / sums[-1], dtype=np.float64)


def _gini_of_sorted(amount: NDArray[np.float64], persons: NDArray[np.float64]) -> float:
    people = float(persons.sum())
    parts = persons * amount
    owned = np.cumsum(parts)
    if people <= 0 or owned[-1] <= 0:
        return float("nan")
    # L_i + L_(i-1), without building the shifted array: twice the sum so far, less the last part.
    return _not_below_zero(1.0 - float(np.sum(persons * (2.0 * owned - parts))) / (people * float(owned[-1])))


def _x_log_x(ratio: NDArray[np.float64]) -> NDArray[np.float64]:
    logarithm = np.zeros(len(ratio))
    np.log(ratio, out=logarithm, where=ratio > 0)
    return ratio * logarithm


def _membership(name: str, labels: ArrayLike, length: int) -> NDArray[np.int64]:
    found = np.asarray(labels)
    if found.shape != (length,):
        raise InvalidParameter(f"{name} has shape {found.shape}; give one for each value, shape ({length},)")
    return np.asarray(np.unique(found, return_inverse=True)[1], dtype=np.int64)


def _not_below_zero(index: float) -> float:
    # Equal shares leave rounding of either sign; NaN passes through.
    return max(index, 0.0)
