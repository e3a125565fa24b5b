"""Whether the residuals of months next to each other depend on each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ResidualAutocorrelation:
    """Autocorrelations of n residuals and tests that they are 0; m numbers of lags.

    Attributes
    ----------
    lags
        Numbers of lags that are tested together, shape (m,).
    statistic, freedom, p_value
        Ljung and Box's statistic and its chi-squared test, shape (m,); NaN where no degree of freedom is left.
    autocorrelation
        At lags 1, 2 ... up to the largest, shape (max lags,).
    durbin_watson
        Near 2 without autocorrelation, near 0 with a strong one; for information, without a test.
    """

    lags: NDArray[np.int64]
    statistic: Vector
    freedom: NDArray[np.int64]
    p_value: Vector
    autocorrelation: Vector
    durbin_watson: float


def residual_autocorrelation(
    residual: ArrayLike, month: ArrayLike, *, lags: Sequence[int] = (1, 6, 12), freedom_lost: int = 0
) -> ResidualAutocorrelation:
    r"""Ljung and Box's portmanteau test.

    .. math::

        Q_h = n (n + 2) \sum_{k=1}^{h} \frac{r_k^2}{n - k}, \qquad
        r_k = \frac{\sum_t e_t e_{t-k}}{\sum_t e_t^2}, \qquad Q_h \sim \chi^2_{h - d}

    Where
        e   residuals less their mean; a month that is missing counts as 0 in the sums and not in n;
        d   autoregressive coefficients that were fitted to the series: none in a segmented regression.

    In a short series with many terms residuals look less dependent than the months are: that the test does not reject
    is no proof of independence. Intervals here do not depend on its outcome.

    Parameters
    ----------
    residual
        Pearson or deviance residuals of one series, shape (n,).
    month
        Whole numbers in order, shape (n,).
    lags
        Numbers of lags, each from 1 to n - 1.
    freedom_lost
        d.

    Raises
    ------
    InvalidParameter
        If shapes differ, lags are out of range, or residuals are all the same.

    Notes
    -----
    Ljung, G. M. and Box, G. E. P. (1978), On a measure of lack of fit in time series models, *Biometrika* 65(2);
    Durbin, J. and Watson, G. S. (1950), *Biometrika* 37.
    """
    from scipy.stats import chi2

    e, when = np.asarray(residual, dtype=np.float64), np.asarray(month)
    asked = np.array(lags, dtype=np.int64)
    n = len(e)
    if e.ndim != 1 or when.shape != e.shape or (np.diff(when) <= 0).any():
        raise InvalidParameter("residual and month: give one residual a month of one series, months in order")
    if not len(asked) or asked.min() < 1 or asked.max() >= n or freedom_lost < 0:
        raise InvalidParameter(
            f"lags={tuple(lags)!r} must lie from 1 to {n - 1}, and freedom_lost={freedom_lost} be 0 or more"
        )
    if not np.ptp(e) > 0:
        raise InvalidParameter("residual: all are the same, so that their autocorrelation is not defined")
    span = np.zeros(int(when[-1] - when[0]) + 1)
    span[when - when[0]] = e - e.mean()
    products = [float(span[k:] @ span[:-k]) for k in range(1, int(asked.max()) + 1)]
    r = np.array(products) / float(span @ span)
    parts = np.cumsum(r**2 / (n - np.arange(1, len(r) + 1)))
    statistic = n * (n + 2.0) * parts[asked - 1]
    freedom = np.maximum(asked - freedom_lost, 0)
    p_value = np.where(freedom > 0, chi2.sf(statistic, np.maximum(freedom, 1)), np.nan)
    statistic = np.where(freedom > 0, statistic, np.nan)
    neighbours = np.diff(e)[np.diff(when) == 1]
    return ResidualAutocorrelation(asked, statistic, freedom, p_value, r, float((neighbours**2).sum() / (e**2).sum()))
