"""Intervals for shares of people who live together at points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ClusteredRates:
    """Shares by group, with intervals that respect clustering.

    Attributes
    ----------
    numerator, denominator
        Persons with the property, and all persons, shape (n_groups,).
    share, lower, upper
        From 0 to 1; NaN where the denominator is zero; shape (n_groups,).
    effective_size
        Number of independent persons that would carry as much information; shape (n_groups,).
    """

    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    share: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    effective_size: NDArray[np.float64]


def clustered_wilson(
    having: NDArray[np.float64],
    persons: NDArray[np.float64],
    group: NDArray[np.int64],
    n_groups: int,
    *,
    confidence: float,
) -> ClusteredRates:
    r"""Wilson intervals on the effective sample size of people clustered at points.

    Neighbours share their walk, so a thousand people in one compound are one observation rather
    than a thousand; treating them as independent gives intervals that are far too narrow.

    .. math::

        \hat V = \frac{m}{m-1} \frac{\sum_i (y_i - \hat p\, n_i)^2}{(\sum_i n_i)^2}, \qquad
        n^* = \min\left(\frac{\hat p (1 - \hat p)}{\hat V},\; \sum_i n_i\right)

    Where
        y_i, n_i   persons with the property and all persons at point i;
        m          points with anybody; p the group's share;
        n*         effective size, put into the Wilson score interval. Where the share is 0 or 1, or
                   V is 0, n* is Kish's (sum n)^2 / sum n^2.

    Parameters
    ----------
    having, persons
        Persons with the property and all persons at each point, shape (n_points,).
    group
        Group of each point, -1 for none, shape (n_points,).
    n_groups
        Number of groups.
    confidence
        Confidence level.

    Raises
    ------
    ValueError
        If ``having`` is negative or above ``persons`` somewhere.

    Notes
    -----
    Dean, N. and Pagano, M. (2015), Evaluating confidence interval methods for binomial proportions in
    clustered surveys, *Journal of Survey Statistics and Methodology* 3(4).
    """
    if np.any(having < 0) or np.any(having > persons):
        raise ValueError("having must lie between 0 and persons at every point")
    kept = (group >= 0) & (persons > 0)
    n, y, g = persons[kept], having[kept], group[kept]
    total = np.bincount(g, n, n_groups)
    with_property = np.bincount(g, y, n_groups)
    points = np.bincount(g, minlength=n_groups).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(total > 0, with_property / total, np.nan)
        spread = np.bincount(g, (y - share[g] * n) ** 2, n_groups)
        variance = points / (points - 1) * spread / total**2
        kish = total**2 / np.bincount(g, n**2, n_groups)
        effective = share * (1 - share) / variance
    effective = np.where(np.isfinite(effective) & (effective > 0), np.minimum(effective, total), kish)
    lower, upper = _wilson(share, effective, confidence)
    lower = np.where(share == 0, 0.0, lower)  # not the 1e-18 that the formula leaves
    upper = np.where(share == 1, 1.0, upper)
    return ClusteredRates(with_property.astype(np.float64), total.astype(np.float64), share, lower, upper, effective)


def _wilson(
    share: NDArray[np.float64], size: NDArray[np.float64], confidence: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    from statsmodels.stats.proportion import proportion_confint

    lower = np.full(share.shape, np.nan)
    upper = np.full(share.shape, np.nan)
    known = np.isfinite(share) & np.isfinite(size)
    if known.any():
        found = proportion_confint(share[known] * size[known], size[known], alpha=1 - confidence, method="wilson")
        lower[known], upper[known] = found
    return lower, upper
