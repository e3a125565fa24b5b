"""What is read off a survival curve: shares and numbers on given days, quantiles, the restricted mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import quantity
from jingan_analysis.models.durations import number_at_risk
from jingan_analysis.models.survival import SurvivalCurve

_TIE = 1e-10
"""A survival that is this close to a share is that share: products of fractions leave 1e-16."""


@dataclass(frozen=True)
class SurvivalAt:
    """Survival of one group on given days.

    Attributes
    ----------
    days
        The days asked for, shape (d,).
    at_risk
        Spells under watch on each, before its events, shape (d,).
    survival, lower, upper
        Share without the event after each day and its interval, shape (d,); NaN before the watch begins and after
        the last day seen while some still waited, for there the data say nothing.
    """

    days: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    survival: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


@dataclass(frozen=True)
class SurvivalQuantiles:
    """Days by which given shares have had the event.

    Attributes
    ----------
    shares
        The shares asked for, shape (q,); 0.5 is the median.
    days
        First day by which at least that share has had the event, shape (q,); NaN if it was not reached.
    lower, upper
        Brookmeyer–Crowley interval in days, shape (q,); NaN where its end was not reached, so that a NaN ``upper``
        is an interval that is open to the right.
    """

    shares: NDArray[np.float64]
    days: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


@dataclass(frozen=True)
class RestrictedMean:
    """Mean days without the event, out of the first ``limit`` days.

    Attributes
    ----------
    limit
        Days that are looked at.
    days, std_error
        The mean and its standard error, in days.
    lower, upper
        Normal interval in days.
    """

    limit: float
    days: float
    std_error: float
    lower: float
    upper: float


def survival_at(curve: SurvivalCurve, days: ArrayLike) -> SurvivalAt:
    """Survival, its interval and the number at risk on given days.

    Raises
    ------
    InvalidParameter
        If a day is negative, infinite or NaN.
    """
    asked = quantity("days", days)
    position = np.searchsorted(curve.times, asked, side="right") - 1
    known = (asked >= curve.start) & ((asked <= curve.times[-1]) | (curve.survival[-1] == 0))
    first = position < 0

    def carried(values: NDArray[np.float64], before: float) -> NDArray[np.float64]:
        return np.where(known, np.where(first, before, values[np.maximum(position, 0)]), np.nan)

    return SurvivalAt(
        asked,
        number_at_risk(curve.times, curve.at_risk, asked),
        carried(curve.survival, 1.0),
        carried(curve.lower, np.nan),
        carried(curve.upper, np.nan),
    )


def survival_quantiles(curve: SurvivalCurve, shares: ArrayLike = (0.5,)) -> SurvivalQuantiles:
    r"""Days by which given shares have had the event, with Brookmeyer–Crowley intervals.

    .. math:: \hat q_p = \min\{t : \hat S(t) \le 1 - p\}, \qquad \{t : L(t) \le 1 - p \le U(t)\}

    Where
        L, U   pointwise limits of the survival at t.

    Where the curve lies exactly at 1 - p for a while, the first of these days is given (some programs give the
    middle).

    Parameters
    ----------
    curve
        A survival curve.
    shares
        Shares that have had the event, above 0 and below 1, shape (q,).

    Raises
    ------
    InvalidParameter
        If a share is not between 0 and 1.

    Notes
    -----
    Brookmeyer, R. and Crowley, J. (1982), A confidence interval for the median survival time, *Biometrics* 38(1).
    """
    asked = quantity("shares", shares)
    if np.any((asked <= 0) | (asked >= 1)):
        raise InvalidParameter("shares must lie between 0 and 1, such as 0.5 for the median")
    # No limit is known where nobody is left to wait, but the lower one cannot lie above 0.
    low = np.where(curve.survival == 0, 0.0, curve.lower)
    days, lower, upper = (
        np.array([_first_below(curve.times, values, 1.0 - p) for p in asked])
        for values in (curve.survival, low, curve.upper)
    )
    return SurvivalQuantiles(asked, days, lower, upper)


def _first_below(times: NDArray[np.float64], values: NDArray[np.float64], share: float) -> float:
    """First day on which the values are at most the share; NaN compares as not reached."""
    reached = values <= share + _TIE
    return float(times[int(np.argmax(reached))]) if reached.any() else float("nan")


def restricted_mean(curve: SurvivalCurve, limit: float) -> RestrictedMean:
    r"""Mean days without the event within the first days: the area under the curve.

    .. math::

        \hat\mu_\tau = \int_0^\tau \hat S(t)\,dt, \qquad
        \hat V = \sum_{t_j \le \tau} \Bigl(\int_{t_j}^\tau \hat S(t)\,dt\Bigr)^2 \frac{d_j}{n_j (n_j - d_j)}

    Where
        τ   the limit. The mean is that of days out of the first τ, and is known even if the median is not.

    Parameters
    ----------
    curve
        A survival curve that is watched from day 0.
    limit
        Days that are looked at, above 0 and not beyond the last day seen unless nobody waited any more. Groups are
        compared at the same limit.

    Raises
    ------
    InvalidParameter
        If the curve is not watched from day 0 or not up to the limit.

    Notes
    -----
    Royston, P. and Parmar, M. K. B. (2013), Restricted mean survival time, *BMC Medical Research Methodology* 13:152.
    """
    last = float(curve.times[-1])
    if curve.start > 0:
        raise InvalidParameter(f"curve of group {curve.group} is watched from day {curve.start:g} only, not from day 0")
    if not limit > 0 or (limit > last and curve.survival[-1] > 0) or np.isinf(limit):
        raise InvalidParameter(
            f"limit={limit!r} must be above 0 and at most {last:g}, the last day on which group {curve.group} was seen"
        )
    inside = curve.times <= limit
    edges = np.concatenate([[0.0], curve.times[inside], [limit]])
    pieces = np.concatenate([[1.0], curve.survival[inside]]) * np.diff(edges)
    beyond = pieces[::-1].cumsum()[::-1][1:]
    left = curve.at_risk - curve.events
    terms = np.where(left > 0, curve.events / np.maximum(curve.at_risk * left, 1), 0.0)[inside]
    mean, error = float(pieces.sum()), float(np.sqrt(beyond**2 @ terms))
    from scipy.stats import norm

    half = float(norm.isf((1.0 - curve.confidence) / 2.0)) * error
    return RestrictedMean(float(limit), mean, error, mean - half, mean + half)
