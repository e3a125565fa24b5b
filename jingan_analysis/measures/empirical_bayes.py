"""Empirical Bayes: shares of small areas, drawn towards what all of them have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import confidence_level, quantity

Pooling = Literal["partial", "complete"]

_LEAST_AREAS = 3
_MOST_PRECISE = 1e6
"""The largest number of trials that a prior is tried to be worth."""
_NO_BETTER = 1e-4
"""Gain in log likelihood over one share for all that is none: far less than any test would call a difference."""
_GRID = 12
"""Weights of a typical area on the grid of priors; four times as many means."""


@dataclass(frozen=True)
class ShrunkenShares:
    """Shares of areas under a common beta prior.

    Attributes
    ----------
    raw
        Events over trials, NaN where there is no trial, shape (n,).
    shrunken, lower, upper
        Posterior mean and credible interval, shape (n,). The interval averages over priors by how likely they make the
        data, since one learned from a few areas is not known: with the best one alone it would be too narrow.
    weight
        What the area's own share counts for in its posterior mean, from 0 to 1, shape (n,).
    prior_mean, prior_precision
        Mean of the prior, and how many trials it is worth; infinite where the areas do not differ.
    pooling
        ``partial``; ``complete`` where the areas differ by no more than chance: all have the pooled share.
    confidence
        Level of the credible interval.
    """

    raw: NDArray[np.float64]
    shrunken: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    weight: NDArray[np.float64]
    prior_mean: float
    prior_precision: float
    pooling: Pooling
    confidence: float


def shrunken_shares(events: ArrayLike, trials: ArrayLike, *, confidence: float = 0.95) -> ShrunkenShares:
    """Shrink the shares of areas towards their common mean, the less so the more an area has to say.

    Where
        x_i ~ Binomial(n_i, p_i),  p_i ~ Beta(m M, (1 - m) M);
        m and M maximise the marginal (beta-binomial) likelihood;
        posterior mean = w_i x_i / n_i + (1 - w_i) m  with  w_i = n_i / (n_i + M).
    If no prior makes the counts likelier than one share for all does, or all trials ended alike, the areas differ by
    no more than chance, and all have the pooled share.

    Parameters
    ----------
    events, trials
        Counts of each area, shape (n,). An area without a trial gets the prior.

    Raises
    ------
    InvalidParameter
        If there are more events than trials, or fewer than three areas with trials: a prior cannot be learned.

    Source: Efron & Morris (1975); Carlin & Louis (2008), Bayesian Methods for Data Analysis, ch. 5; Daniels (1999),
    A prior for the variance in hierarchical models, for the interval.
    """
    n = quantity("trials", trials)
    x = quantity("events", events, length=len(n))
    if (x > n).any():
        raise InvalidParameter(f"events: {int((x > n).sum())} areas have more events than trials")
    if (n > 0).sum() < _LEAST_AREAS:
        raise InvalidParameter(f"trials: {int((n > 0).sum())} areas have any; a prior needs at least {_LEAST_AREAS}")
    level = confidence_level(confidence)
    raw = np.divide(x, n, out=np.full(len(n), np.nan), where=n > 0)
    mean, precision = _prior(x, n)
    lower, upper = _credible(x, n, level)
    if np.isinf(precision):
        weight = np.zeros(len(n))
        shrunken = weight + mean
    else:
        weight = n / (n + precision)
        shrunken = weight * np.nan_to_num(raw) + (1 - weight) * mean
    pooling: Pooling = "complete" if np.isinf(precision) else "partial"
    return ShrunkenShares(
        raw, shrunken, np.minimum(lower, shrunken), np.maximum(upper, shrunken), weight, mean, precision, pooling, level
    )


def _prior(x: NDArray[np.float64], n: NDArray[np.float64]) -> tuple[float, float]:
    """Mean and precision of the beta prior that maximise the beta-binomial likelihood; infinite where all share one."""
    from scipy.optimize import minimize
    from scipy.special import betaln, expit, xlog1py, xlogy

    x, n = x[n > 0], n[n > 0]
    share = float(x.sum() / n.sum())
    if not 0 < share < 1:
        return share, float("inf")

    def negative(theta: NDArray[np.float64]) -> float:
        mean, precision = expit(theta[0]), np.exp(theta[1])
        a, b = mean * precision, (1 - mean) * precision
        return -float((betaln(x + a, n - x + b) - betaln(a, b)).sum())

    logit = float(np.log(share / (1 - share)))
    bounds = [(logit - 8, logit + 8), (-4.0, np.log(_MOST_PRECISE))]
    starts = [np.array([logit, start]) for start in (1.0, 4.0, 8.0)]
    best = min((minimize(negative, s, method="L-BFGS-B", bounds=bounds) for s in starts), key=lambda found: found.fun)
    # The limit for ever larger precisions is written out: near it, differences of log gammas are mostly rounding.
    in_common = float((xlogy(x, share) + xlog1py(n - x, -share)).sum())
    if -float(best.fun) <= in_common + _NO_BETTER:
        return share, float("inf")
    return float(expit(best.x[0])), float(np.exp(best.x[1]))


def _credible(
    x: NDArray[np.float64], n: NDArray[np.float64], level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Quantiles of each area's posterior, averaged over a grid of priors.

    The mean has a uniform hyperprior and the precision the one that makes the weight of a typical area uniform
    (Daniels 1999), so that no value of the weight is favoured.
    """
    from scipy.special import betainc, betaln

    typical = float(np.median(n[n > 0]))
    weights = (np.arange(_GRID) + 0.5) / _GRID
    means = np.linspace(0, 1, 4 * _GRID + 2)[1:-1]
    m, precision = (axis.ravel() for axis in np.meshgrid(means, typical * (1 - weights) / weights))
    a, b = m * precision, (1 - m) * precision
    seen = n > 0
    fit = (betaln(x[seen, None] + a, (n - x)[seen, None] + b) - betaln(a, b)).sum(axis=0)
    chance = np.exp(fit - fit.max())
    likely = chance > 1e-4
    chance, a, b = chance[likely] / chance[likely].sum(), a[likely], b[likely]
    ends = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        low, high = np.zeros(len(n)), np.ones(len(n))
        for _ in range(26):
            middle = (low + high) / 2
            below = betainc(x[:, None] + a, (n - x)[:, None] + b, middle[:, None]) @ chance < tail
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        ends.append((low + high) / 2)
    return ends[0], ends[1]


@dataclass(frozen=True)
class ShrunkenRates:
    """Rates of areas by Marshall's global estimator.

    Attributes
    ----------
    raw, shrunken
        Events over exposure, and the same shrunken, shape (n,).
    weight
        What the area's own rate counts for, from 0 to 1, shape (n,).
    mean, variance
        Mean of all, and variance between areas beyond chance; 0 where there is none.
    """

    raw: NDArray[np.float64]
    shrunken: NDArray[np.float64]
    weight: NDArray[np.float64]
    mean: float
    variance: float


def shrunken_rates(events: ArrayLike, exposure: ArrayLike) -> ShrunkenRates:
    """Shrink rates towards the overall rate by the method of moments.

    Where
        m = sum x_i / sum n_i;  s2 = sum n_i (r_i - m)^2 / sum n_i;  A = max(0, s2 - m / mean(n));
        shrunken = w_i r_i + (1 - w_i) m  with  w_i = A / (A + m / n_i).

    Raises
    ------
    InvalidParameter
        If an exposure is not positive, or there are fewer than three areas.

    Source: Marshall (1991), Mapping disease and mortality rates using empirical Bayes estimators.
    """
    n = quantity("exposure", exposure)
    x = quantity("events", events, length=len(n))
    if (n <= 0).any() or len(n) < _LEAST_AREAS:
        raise InvalidParameter(f"exposure: must be positive for at least {_LEAST_AREAS} areas, and for all given")
    raw = x / n
    mean = float(x.sum() / n.sum())
    spread = float((n * (raw - mean) ** 2).sum() / n.sum())
    variance = max(0.0, spread - mean / float(n.mean()))
    weight = variance / (variance + mean / n) if mean > 0 else np.zeros(len(n))
    return ShrunkenRates(raw, weight * raw + (1 - weight) * mean, weight, mean, variance)
