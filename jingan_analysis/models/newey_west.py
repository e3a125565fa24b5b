"""Newey and West's standard errors: robust to autocorrelation and unequal variance, with every option said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class NeweyWest:
    """The covariance of p coefficients, and how it was made.

    Attributes
    ----------
    covariance
        Shape (p, p), with the small-sample factor.
    lags
        Largest lag with weight, in months.
    lag_rule
        ``floor(4 (n/100)^(2/9))`` if the lags were not given, else ``given``.
    months
        Months used.
    small_sample_factor
        n / (n - p), as Stata's ``newey`` has it, n counting the months of both series if there are two; statsmodels and
        R's sandwich have 1 unless asked.
    freedom
        Degrees of freedom of Student's distribution for intervals and tests, n - p.
    kernel
        Weight of lag j is 1 - j / (lags + 1).
    scores
        What is summed: the scores of the quasi-likelihood at its top, not centred and not whitened before; those of
        two series in one month are added first.
    """

    covariance: Vector
    lags: int
    lag_rule: Literal["floor(4 (n/100)^(2/9))", "given"]
    months: int
    small_sample_factor: float
    freedom: int
    kernel: Literal["bartlett"] = "bartlett"
    scores: Literal["quasi-likelihood"] = "quasi-likelihood"


def lag_rule(months: int) -> int:
    """Lags for so many months: floor(4 (n/100)^(2/9)).

    Notes
    -----
    Newey, W. K. and West, K. D. (1994), Automatic lag selection in covariance matrix estimation, *Review of Economic
    Studies* 61(4), with the usual constant.
    """
    return int(np.floor(4.0 * (months / 100.0) ** (2.0 / 9.0)))


def newey_west(
    scores: Vector, month: NDArray[np.int64], bread: Vector, *, freedom: int, lags: int | None = None
) -> NeweyWest:
    r"""Sandwich with Bartlett weights.

    .. math::

        \frac{n}{n - p} B \Bigl[\Gamma_0 + \sum_{j=1}^{L} \Bigl(1 - \frac{j}{L + 1}\Bigr)
        (\Gamma_j + \Gamma_j^\top)\Bigr] B, \qquad \Gamma_j = \sum_t s_t s_{t-j}^\top

    Where
        s_t   score of month t; 0 in a month that is missing, so that lags stay months;
        B     inverse of the information, without dispersion; L lags.

    In series of a few years it is too small: with p terms for n months the scores are far from independent of the
    coefficients, and a level that lasts for months varies more than L lags can see. See
    :mod:`jingan_analysis.models.serial_errors` for what intervals are made from.

    Parameters
    ----------
    scores
        Scores of the coefficients by month, shape (n, p).
    month
        Whole numbers in order, shape (n,).
    bread
        Shape (p, p).
    freedom
        n - p; with a comparison series, months of both less p.
    lags
        None takes :func:`lag_rule`.

    Raises
    ------
    InvalidParameter
        If the lags are negative or there is no freedom.

    Notes
    -----
    Newey, W. K. and West, K. D. (1987), A simple, positive semi-definite, heteroskedasticity and autocorrelation
    consistent covariance matrix, *Econometrica* 55(3).
    """
    chosen = lag_rule(len(month)) if lags is None else lags
    if chosen < 0 or freedom < 1:
        raise InvalidParameter(f"lags={chosen} must be 0 or more, and freedom={freedom} 1 or more")
    span = np.zeros((int(month[-1] - month[0]) + 1, scores.shape[1]))
    span[month - month[0]] = scores
    meat = span.T @ span
    for lag in range(1, min(chosen, len(span) - 1) + 1):
        lagged = span[lag:].T @ span[:-lag]
        meat += (1.0 - lag / (chosen + 1.0)) * (lagged + lagged.T)
    rows = freedom + scores.shape[1]
    factor = rows / freedom
    rule: Literal["floor(4 (n/100)^(2/9))", "given"] = "floor(4 (n/100)^(2/9))" if lags is None else "given"
    return NeweyWest(factor * bread @ meat @ bread, chosen, rule, len(month), factor, freedom)
