"""The interval of a sum or difference of independent estimates, from their own intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from jingan_analysis.errors import InvalidParameter


@dataclass(frozen=True)
class CombinedEstimate:
    """A linear combination of estimates.

    Attributes
    ----------
    value
        The combination, in the unit of the estimates.
    lower, upper
        Its interval, at the confidence level of theirs.
    """

    value: float
    lower: float
    upper: float


def combined_interval(
    estimates: ArrayLike, lower: ArrayLike, upper: ArrayLike, *, coefficients: ArrayLike
) -> CombinedEstimate:
    r"""Recover the variances that the separate intervals hold (MOVER), and combine them.

    .. math::

        \hat\theta = \sum_k c_k \hat\theta_k, \qquad
        L = \hat\theta - \sqrt{\sum_k \left(c_k \hat\theta_k - \min(c_k l_k, c_k u_k)\right)^2}, \qquad
        U = \hat\theta + \sqrt{\sum_k \left(\max(c_k l_k, c_k u_k) - c_k \hat\theta_k\right)^2}

    Where
        θ_k         independent estimates with intervals from l_k to u_k;
        c_k         coefficients: 1 and -1 give the difference of two of them.

    Each bound keeps the asymmetry of the intervals that it comes from. With Wilson intervals of two shares it is
    Newcombe's interval of their difference.

    Parameters
    ----------
    estimates, lower, upper
        Estimates and their intervals, all of one confidence level, shape (k,), with lower <= estimate <= upper.
    coefficients
        What each is multiplied by, shape (k,).

    Raises
    ------
    InvalidParameter
        If the shapes differ, a number is not known, or an estimate lies outside its interval.

    Notes
    -----
    Newcombe, R. G. (1998), Interval estimation for the difference between independent proportions, *Statistics in
    Medicine* 17(8), method 10; Zou, G. Y., Huang, W. and Zhang, X. (2009), A note on confidence interval estimation
    for a linear function of binomial proportions, *Computational Statistics & Data Analysis* 53(4).
    """
    value, low, high, weight = (
        np.asarray(given, dtype=np.float64) for given in (estimates, lower, upper, coefficients)
    )
    if value.ndim != 1 or not len(value) or any(given.shape != value.shape for given in (low, high, weight)):
        raise InvalidParameter(
            f"estimates has shape {value.shape}, lower {low.shape}, upper {high.shape}, coefficients {weight.shape}; "
            "give one of each, shape (k,)"
        )
    # A number that is not known is in no order with the others.
    faulty = ~((low <= value) & (value <= high) & np.isfinite(weight))
    if faulty.any():
        raise InvalidParameter(
            f"estimates: {int(faulty.sum())} of {len(value)} lie outside their interval or are not known, the first at "
            f"position {int(np.argmax(faulty))}"
        )
    part, ends = weight * value, np.sort([weight * low, weight * high], axis=0)
    combined = float(part.sum())
    below, above = float(np.sqrt(((part - ends[0]) ** 2).sum())), float(np.sqrt(((ends[1] - part) ** 2).sum()))
    return CombinedEstimate(combined, combined - below, combined + above)
