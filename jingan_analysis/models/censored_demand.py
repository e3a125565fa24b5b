"""How many wanted to come on days of which some were full: of a full day only the least is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import confidence_level

if TYPE_CHECKING:
    from collections.abc import Callable

Vector = NDArray[np.float64]
_FARTHEST = float(np.log(1e4))
"""Logarithm of the largest ratio that is looked at, and of the inverse of the smallest one."""
_POISSON_BELOW = 1e-9
"""A smaller over-dispersion is none: the gamma function of its inverse would lose every digit."""


@dataclass(frozen=True)
class CensoredDemand:
    """Demand of n days over what is usual.

    Attributes
    ----------
    ratio, lower, upper
        Demand over the usual one with its interval. With the refusal ``every_day_full`` only ``lower`` is a number.
    days, full
        Days, and those of them that were full.
    refusal
        ``every_day_full``: any larger demand would have given the same; ``no_days``. None where the ratio is estimated.
    """

    ratio: float
    lower: float
    upper: float
    days: int
    full: int
    refusal: Literal["no_days", "every_day_full"] | None


def censored_demand(
    taken: ArrayLike, places: ArrayLike, usual: ArrayLike, *, alpha: float, confidence: float = 0.95
) -> CensoredDemand:
    r"""Ratio of demand by maximum likelihood, with full days as censored.

    .. math::

        \ell(\rho) = \sum_{y_i < c_i} \log P(D_i = y_i) + \sum_{y_i = c_i} \log P(D_i \ge c_i), \qquad
        D_i \sim \text{NB}(\rho\, m_i,\; \alpha)

    Where
        y, c   places taken and places there were; m usual number; ρ the ratio;
        α      variance is μ + α μ²: 0 is Poisson.

    The interval holds the ratios whose likelihood is within the chi-squared quantile of the largest one.

    Parameters
    ----------
    taken, places
        Whole numbers, taken at most places, shape (n,).
    usual
        Above 0, shape (n,).
    alpha
        Over-dispersion, 0 or more, taken as known.
    confidence
        Confidence level.

    Raises
    ------
    InvalidParameter
        If shapes differ or a number is impossible.

    Notes
    -----
    Terza, J. V. (1985), A Tobit-type estimator for the censored Poisson regression model, *Economics Letters* 18(4).
    """
    level = confidence_level(confidence)
    y, c, m = _checked(taken, places, usual, alpha)
    full = y == c
    if not len(y):
        return CensoredDemand(np.nan, np.nan, np.nan, 0, 0, "no_days")
    from scipy.optimize import brentq, minimize_scalar
    from scipy.stats import chi2

    def likelihood(log_ratio: float) -> float:
        return _log_likelihood(y, c, m * np.exp(log_ratio), alpha, full)

    drop = 0.5 * float(chi2.ppf(level, 1))
    if full.all():
        # The likelihood rises to 1 as the ratio grows.
        lower = brentq(lambda x: likelihood(x) + drop, -_FARTHEST, _FARTHEST)
        return CensoredDemand(np.nan, float(np.exp(lower)), np.nan, len(y), int(full.sum()), "every_day_full")
    best = minimize_scalar(lambda x: -likelihood(x), bounds=(-_FARTHEST, _FARTHEST), method="bounded").x
    top = likelihood(best)

    def edge(search: Callable[[float], float], bound: float) -> float:
        return float(np.exp(brentq(search, *sorted((best, bound)))))

    def below(x: float) -> float:
        return likelihood(x) - top + drop

    lower_edge = edge(below, -_FARTHEST) if y.any() else 0.0
    return CensoredDemand(
        float(np.exp(best)) if y.any() else 0.0, lower_edge, edge(below, _FARTHEST), len(y), int(full.sum()), None
    )


def _log_likelihood(y: Vector, c: Vector, mean: Vector, alpha: float, full: NDArray[np.bool_]) -> float:
    law = count_law(mean, alpha)
    exact = law.logpmf(y)[~full].sum()
    return float(exact + law.logsf(c - 1)[full].sum())


def count_law(mean: ArrayLike, alpha: float):  # type: ignore[no-untyped-def]  # noqa: ANN201  # scipy has no types
    """The negative binomial distribution of that mean, or Poisson's where alpha is as good as 0."""
    from scipy.stats import nbinom, poisson

    return poisson(mean) if alpha < _POISSON_BELOW else nbinom(1.0 / alpha, 1.0 / (1.0 + alpha * np.asarray(mean)))


def _checked(taken: ArrayLike, places: ArrayLike, usual: ArrayLike, alpha: float) -> tuple[Vector, Vector, Vector]:
    y, c, m = (np.asarray(values, dtype=np.float64) for values in (taken, places, usual))
    if not (y.ndim == 1 and y.shape == c.shape == m.shape):
        raise InvalidParameter(f"taken, places and usual have shapes {y.shape}, {c.shape}, {m.shape}; give one a day")
    whole = (y == np.floor(y)) & (c == np.floor(c)) & (y >= 0) & (y <= c) & (c > 0)
    if not whole.all():
        raise InvalidParameter(
            f"taken and places: {int((~whole).sum())} of {len(y)} days have no whole numbers with 0 <= taken <= places "
            "and places above 0; leave out days without places"
        )
    if not (np.isfinite(m) & (m > 0)).all():
        raise InvalidParameter("usual must be finite and above 0; leave out days whose usual number is not known")
    if not (np.isfinite(alpha) and alpha >= 0):
        raise InvalidParameter(f"alpha={alpha!r} must be 0 or more")
    return y, c, m
