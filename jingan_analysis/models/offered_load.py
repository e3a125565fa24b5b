"""Offered load: how many beds would be in use if there were always one free, with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.counts import counts
from jingan_analysis.measures.quantity import confidence_level, quantity


@dataclass(frozen=True)
class OfferedLoad:
    """Arrivals a day, mean stay and their product, or why there is none.

    Attributes
    ----------
    refusal
        ``no_arrivals``, ``no_stay_ended``, or ``too_few_stays`` where a single stay shows no variation; None otherwise.
    arrivals, days
        Arrivals counted, and the days over which they were.
    stays, ended
        Stays looked at, and those of them whose end was seen.
    arrivals_per_day, mean_stay_days, load
        Estimates; NaN where refused.
    log_std_error
        Standard error of the logarithm of the load; NaN where refused.
    lower, upper
        Interval of the load; NaN where refused.
    method
        ``log_delta`` where every stay ended: the spread of stays is that observed. ``log_delta_exponential`` where some
        are still going on: stays count as exponential.
    confidence
        Confidence level.
    """

    refusal: Literal["no_arrivals", "no_stay_ended", "too_few_stays"] | None
    arrivals: int
    days: float
    stays: int
    ended: int
    arrivals_per_day: float
    mean_stay_days: float
    load: float
    log_std_error: float
    lower: float
    upper: float
    method: Literal["log_delta", "log_delta_exponential"]
    confidence: float


def offered_load(
    arrivals: int, days: float, stays: ArrayLike, *, ended: ArrayLike | None = None, confidence: float = 0.95
) -> OfferedLoad:
    r"""Offered load from a count of arrivals and observed stays, with an interval on the log scale.

    .. math::

        \hat a = \frac{N}{T} \bar x, \qquad
        \widehat{\operatorname{var}}(\log \hat a) = \frac{1}{N} + \frac{s^2}{n \bar x^2}, \qquad
        \hat a \, e^{\pm z \sqrt{\widehat{\operatorname{var}}}}

    Where
        N, T     arrivals and days; N is Poisson;
        x̄, s, n  mean, standard deviation and number of stays.

    The same variance holds where the stays are those of the N arrivals: their sum is compound Poisson. Where some stays
    are still going on, the mean of the ended ones alone would be too short, since long stays are the ones that are cut.
    Then :math:`\bar x` is all days stayed over the number d that ended, the maximum likelihood estimate for exponential
    stays, and the second term is 1 / d.

    Parameters
    ----------
    arrivals
        Arrivals counted, demand that was turned away included: those who got a bed only give the load that was carried.
    days
        Days over which they were counted, above 0.
    stays
        Days of each stay until its end, or until it was last seen, shape (n,).
    ended
        Whether the end was seen, shape (n,); all where None.
    confidence
        Confidence level.

    Raises
    ------
    InvalidParameter
        If a number is negative, infinite or NaN, the days are 0, no stay lasted, or shapes differ.

    Notes
    -----
    Cox, D. R. (1965), Some problems of statistical analysis connected with congestion, in Smith and Wilkinson (eds),
    *Proceedings of the Symposium on Congestion Theory*; Lawless, J. F. (2003), *Statistical Models and Methods for
    Lifetime Data*, 2nd ed., section 4.1, for censored exponential stays.
    """
    from scipy.stats import norm

    level = confidence_level(confidence)
    (count,), (over,) = counts("arrivals", [arrivals]), quantity("days", [days])
    lasted = quantity("stays", stays)
    seen = _seen(ended, len(lasted))
    if over <= 0:
        raise InvalidParameter(f"days={days!r} must be above 0")
    if len(lasted) and lasted.sum() <= 0:
        raise InvalidParameter("stays: every stay is 0 days; count the day of arrival, or give hours as parts of a day")
    finished = int(seen.sum())
    all_ended = finished == len(lasted)
    method: Literal["log_delta", "log_delta_exponential"] = "log_delta" if all_ended else "log_delta_exponential"
    refusal = _refusal(int(count), len(lasted), finished)
    if refusal is not None:
        nothing = (float("nan"),) * 6
        return OfferedLoad(refusal, int(count), float(over), len(lasted), finished, *nothing, method, level)
    stay = float(lasted.sum()) / finished
    of_stay = float(lasted.var(ddof=1)) / (finished * stay**2) if all_ended else 1.0 / finished
    error = float(np.sqrt(1.0 / count + of_stay))
    rate = float(count / over)
    half = float(norm.isf((1.0 - level) / 2.0)) * error
    load = rate * stay
    return OfferedLoad(
        None, int(count), float(over), len(lasted), finished, rate, stay, load, error, load * float(np.exp(-half)),
        load * float(np.exp(half)), method, level,
    )  # fmt: skip


def _seen(ended: ArrayLike | None, length: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    given = np.ones(length, dtype=bool) if ended is None else np.asarray(ended)
    if given.shape != (length,):
        raise InvalidParameter(f"ended has shape {given.shape}; give one for each stay, shape ({length},)")
    if not np.isin(given, (0, 1)).all():
        raise InvalidParameter("ended must be True or False for each stay")
    return given.astype(bool)


def _refusal(
    arrivals: int, stays: int, finished: int
) -> Literal["no_arrivals", "no_stay_ended", "too_few_stays"] | None:
    if arrivals == 0:
        return "no_arrivals"
    if finished == 0:
        return "no_stay_ended"
    return "too_few_stays" if stays == 1 else None
