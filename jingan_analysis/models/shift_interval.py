"""The interval of a shift index, which holds where nothing changed, too."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import confidence_level
from jingan_analysis.measures.share_shift import shift_index
from jingan_analysis.models.simultaneous_intervals import simultaneous_critical_value

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ShiftInterval:
    """A shift index with its interval, and the change of each share with intervals that hold at once.

    Attributes
    ----------
    index, lower, upper
        From 0 to 1.
    change, change_lower, change_upper
        Later less earlier share of each kind, shape (k,).
    confidence
        Confidence level.
    """

    index: float
    lower: float
    upper: float
    change: Floats
    change_lower: Floats
    change_upper: Floats
    confidence: float


def shift_interval(
    before: ArrayLike, after: ArrayLike, *, dispersion: float = 1.0, confidence: float = 0.95, seed: int = 0
) -> ShiftInterval:
    r"""Interval of the shift index between two spans.

    .. math::

        S = \max_{s \in \{-1, 1\}^k} \tfrac{1}{2} s^\top \delta, \qquad
        \max_s \tfrac{1}{2} \left(s^\top \hat\delta - c\, e_s\right) \le S \le
        \max_s \tfrac{1}{2} \left(s^\top \hat\delta + c\, e_s\right)

    Where
        δ    later less earlier shares; the largest sum over signs s is the sum of their sizes;
        e    standard error of the sum, from multinomial variances times the dispersion;
        c    what covers the sums over all signs at once.

    Chance alone makes an index above zero, so that a plain interval around it would never reach zero; this one does.

    Parameters
    ----------
    before, after
        Cases by kind, shape (k,).
    dispersion
        How many times the variance is that of independent cases.
    seed
        Of the draws for the critical value.

    Raises
    ------
    InvalidParameter
        If the counts are not as :func:`~jingan_analysis.measures.share_shift.shift_index` wants them, or the dispersion
        is not above 0.
    """
    level = confidence_level(confidence)
    index = shift_index(before, after)
    if not dispersion > 0:
        raise InvalidParameter(f"dispersion={dispersion!r} must be above 0")
    earlier, later = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    change = later / later.sum() - earlier / earlier.sum()
    covariance = dispersion * (_share_covariance(earlier) + _share_covariance(later))
    # One of two opposite rows of signs is enough: the other says the same of the falls.
    signs = np.array([(1.0, *rest) for rest in product((-1.0, 1.0), repeat=len(change) - 1)])[:-1]
    of_sums = signs @ covariance @ signs.T
    if not np.diag(of_sums).max(initial=0.0) > 1e-15:
        return ShiftInterval(index, index, index, change, change, change, level)
    half = simultaneous_critical_value(of_sums, confidence=level, seed=seed) * np.sqrt(
        np.clip(np.diag(of_sums), 0.0, None)
    )
    size = np.abs(signs @ change)
    lower, upper = float((size - half).max() / 2.0), float((size + half).max() / 2.0)
    error = np.sqrt(np.clip(np.diag(covariance), 0.0, None))
    each = simultaneous_critical_value(covariance, confidence=level, seed=seed) * error
    return ShiftInterval(index, max(lower, 0.0), min(upper, 1.0), change, change - each, change + each, level)


def _share_covariance(counts: Floats) -> Floats:
    """Covariance of shares of independent cases; kinds of few cases are taken as if half a case were added."""
    share = (counts + 0.5) / (counts + 0.5).sum()
    return np.asarray((np.diag(share) - np.outer(share, share)) / counts.sum())
