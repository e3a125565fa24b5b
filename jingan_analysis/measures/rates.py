"""Rates that carry numerator, denominator, interval and method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import confidence_level, quantity

RateMethod = Literal["wilson", "garwood"]


@dataclass(frozen=True)
class Rate:
    """A share of a whole.

    Attributes
    ----------
    numerator, denominator
        Counts of the same thing; the numerator is part of the denominator.
    share, lower, upper
        Numerator over denominator and its interval, from 0 to 1; NaN where the denominator is 0.
    confidence
        Confidence level of the interval.
    method
        Name of the interval.
    """

    numerator: float
    denominator: float
    share: float
    lower: float
    upper: float
    confidence: float
    method: RateMethod


@dataclass(frozen=True)
class Rates:
    """Shares of several wholes.

    Attributes
    ----------
    numerator, denominator
        Counts, shape (n,).
    share, lower, upper
        From 0 to 1; NaN where the denominator is 0; shape (n,).
    confidence
        Confidence level of the intervals.
    method
        Name of the interval.
    """

    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    share: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    confidence: float
    method: RateMethod

    def __len__(self) -> int:
        return len(self.share)

    def __getitem__(self, position: int) -> Rate:
        return Rate(
            float(self.numerator[position]),
            float(self.denominator[position]),
            float(self.share[position]),
            float(self.lower[position]),
            float(self.upper[position]),
            self.confidence,
            self.method,
        )


@dataclass(frozen=True)
class Intensity:
    """Events per unit of exposure.

    Attributes
    ----------
    count, exposure
        Events, and what they are counted over, such as households or household-months.
    rate, lower, upper
        Events per unit of exposure and the interval; NaN where the exposure is 0.
    confidence
        Confidence level of the interval.
    method
        Name of the interval.
    """

    count: float
    exposure: float
    rate: float
    lower: float
    upper: float
    confidence: float
    method: RateMethod


@dataclass(frozen=True)
class Intensities:
    """Events per unit of exposure for several groups.

    Attributes
    ----------
    count, exposure
        Events and exposure, shape (n,).
    rate, lower, upper
        Events per unit of exposure and the interval; NaN where the exposure is 0; shape (n,).
    confidence
        Confidence level of the intervals.
    method
        Name of the interval.
    """

    count: NDArray[np.float64]
    exposure: NDArray[np.float64]
    rate: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    confidence: float
    method: RateMethod

    def __len__(self) -> int:
        return len(self.rate)

    def __getitem__(self, position: int) -> Intensity:
        return Intensity(
            float(self.count[position]),
            float(self.exposure[position]),
            float(self.rate[position]),
            float(self.lower[position]),
            float(self.upper[position]),
            self.confidence,
            self.method,
        )


def wilson_rates(numerators: ArrayLike, denominators: ArrayLike, *, confidence: float = 0.95) -> Rates:
    r"""Shares with Wilson score intervals.

    .. math::

        \frac{\hat p + \frac{z^2}{2n} \pm z \sqrt{\frac{\hat p (1 - \hat p)}{n} + \frac{z^2}{4 n^2}}}
             {1 + \frac{z^2}{n}}

    Where
        p   numerator over denominator n;
        z   standard normal quantile of the confidence level.

    The interval treats the counted units as independent. People who share an address are not:
    see :func:`~jingan_analysis.measures.clustered_rates.clustered_wilson`.

    Parameters
    ----------
    numerators, denominators
        Counts, shape (n,), with 0 <= numerator <= denominator.
    confidence
        Confidence level.

    Raises
    ------
    InvalidParameter
        If a count is negative, infinite or NaN, a numerator is above its denominator, the shapes
        differ, or the confidence is not between 0 and 1.

    Notes
    -----
    Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference,
    *Journal of the American Statistical Association* 22(158).
    """
    level = confidence_level(confidence)
    part = quantity("numerators", numerators)
    whole = quantity("denominators", denominators, length=len(part))
    above = part > whole
    if above.any():
        raise InvalidParameter(
            f"numerators: {int(above.sum())} of {len(part)} are above their denominator, the first at position "
            f"{int(np.argmax(above))}; count both from the same list, on the same basis and date"
        )
    share, lower, upper = (np.full(len(part), np.nan) for _ in range(3))
    known = whole > 0
    if known.any():
        from statsmodels.stats.proportion import proportion_confint

        share[known] = part[known] / whole[known]
        lower[known], upper[known] = proportion_confint(part[known], whole[known], alpha=1.0 - level, method="wilson")
        # Exact at the ends, where rounding leaves 1e-17.
        lower[known & (part == 0)] = 0.0
        upper[known & (part == whole)] = 1.0
    return Rates(part, whole, share, lower, upper, level, "wilson")


def wilson_rate(numerator: float, denominator: float, *, confidence: float = 0.95) -> Rate:
    """One share with its Wilson interval; see :func:`wilson_rates`."""
    return wilson_rates([numerator], [denominator], confidence=confidence)[0]


def poisson_rates(counts: ArrayLike, exposures: ArrayLike, *, confidence: float = 0.95) -> Intensities:
    r"""Events per unit of exposure with exact Poisson intervals.

    .. math::

        \left[\frac{\chi^2_{\alpha/2;\,2k}}{2e}, \quad \frac{\chi^2_{1-\alpha/2;\,2k+2}}{2e}\right]

    Where
        k     events; e exposure;
        α     one minus the confidence level; the lower bound is 0 for k = 0.

    The interval holds for independent events. Services that come in plans for the same household
    are not: read it as the least possible uncertainty.

    Parameters
    ----------
    counts
        Whole numbers of events, shape (n,).
    exposures
        What they are counted over, shape (n,).
    confidence
        Confidence level.

    Raises
    ------
    InvalidParameter
        If a count or exposure is negative, infinite or NaN, a count is not whole, events happened
        without exposure, the shapes differ, or the confidence is not between 0 and 1.

    Notes
    -----
    Garwood, F. (1936), Fiducial limits for the Poisson distribution, *Biometrika* 28(3/4).
    """
    level = confidence_level(confidence)
    events = quantity("counts", counts)
    over = quantity("exposures", exposures, length=len(events))
    if np.any(events != np.floor(events)):
        raise InvalidParameter("counts must be whole numbers of events; give count and exposure, not their ratio")
    if np.any((over == 0) & (events > 0)):
        raise InvalidParameter(
            f"exposures: 0 at position {int(np.argmax((over == 0) & (events > 0)))} where events were counted; "
            "count events and exposure over the same households"
        )
    from scipy.stats import chi2

    tail = (1.0 - level) / 2.0
    rate, lower, upper = (np.full(len(events), np.nan) for _ in range(3))
    known = over > 0
    k, e = events[known], over[known]
    rate[known] = k / e
    lower[known] = np.where(k > 0, chi2.ppf(tail, 2.0 * np.maximum(k, 1.0)), 0.0) / (2.0 * e)
    upper[known] = chi2.isf(tail, 2.0 * k + 2.0) / (2.0 * e)
    return Intensities(events, over, rate, lower, upper, level, "garwood")


def poisson_rate(count: float, exposure: float, *, confidence: float = 0.95) -> Intensity:
    """One rate with its exact Poisson interval; see :func:`poisson_rates`."""
    return poisson_rates([count], [exposure], confidence=confidence)[0]
