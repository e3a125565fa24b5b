"""Standard errors and intervals of the concentration index and its corrected forms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.measures.concentration import ConcentrationIndex, concentration_index, finite_ranking
from jingan_analysis.measures.quantity import confidence_level
from jingan_analysis.measures.weighted_points import amounts, membership

FORMS = ("standard", "generalised", "erreygers", "wagstaff")


@dataclass(frozen=True)
class ConcentrationInterval:
    """Concentration index in its four forms with their errors.

    Attributes
    ----------
    index
        The index.
    std_error, lower, upper
        Of standard, generalised, Erreygers' and Wagstaff's form in this order, shape (4,); NaN where the form is, or
        where there is a single unit.
    units
        Independent units: points where somebody lives, or their clusters.
    confidence
        Confidence level of the normal interval.
    """

    index: ConcentrationIndex
    std_error: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    units: int
    confidence: float

    def to_frame(self) -> pd.DataFrame:
        """One row a form: ``form``, ``index``, ``std_error``, ``lower`` and ``upper``."""
        columns = {"std_error": self.std_error, "lower": self.lower, "upper": self.upper}
        return self.index.to_frame().assign(**columns)


def concentration_interval(
    value: ArrayLike,
    weight: ArrayLike,
    ranking: ArrayLike,
    *,
    bounds: tuple[float, float] | None = None,
    clusters: ArrayLike | None = None,
    confidence: float = 0.95,
) -> ConcentrationInterval:
    r"""Concentration index with the standard error of Kakwani, Wagstaff and van Doorslaer.

    .. math::

        \widehat{\operatorname{var}}(C) = \frac{1}{n} \Bigl[ \frac{1}{n} \sum_i a_i^2 - (1 + C)^2 \Bigr], \qquad
        a_i = \frac{y_i}{\mu} (2 R_i - 1 - C) + 2 - q_{i-1} - q_i

    Where
        R   fractional rank; q_i share of the value that people up to rank i have;
        C   the index. With weights w, and people of the same rank taken together, the variance is
            :math:`\sum_i (w_i / W)^2 (a_i - 1 - C)^2`, which is the same where all weigh alike.

    The other forms follow by the delta method, with the error of the mean μ. The ranking counts as known. The people at
    a point are alike and count as one unit; points that belong together, such as those of one committee, should share a
    cluster, whose parts are added before they are squared, times G / (G - 1).

    Parameters
    ----------
    value, weight, ranking, bounds
        As for :func:`~jingan_analysis.measures.concentration.concentration_index`.
    clusters
        Label of each point's cluster, shape (n,); None makes every point a unit.
    confidence
        Confidence level.

    Raises
    ------
    InvalidParameter
        As for :func:`~jingan_analysis.measures.concentration.concentration_index`; or if a cluster is missing.

    Notes
    -----
    Kakwani, N., Wagstaff, A. and van Doorslaer, E. (1997), Socioeconomic inequalities in health: measurement,
    computation, and statistical inference, *Journal of Econometrics* 77(1), equation 14.
    """
    from scipy.stats import norm

    level = confidence_level(confidence)
    index = concentration_index(value, weight, ranking, bounds=bounds)
    amount, persons = amounts(value, weight)
    rank_by = finite_ranking(ranking, len(amount))
    unit = np.arange(len(amount)) if clusters is None else membership("clusters", clusters, len(amount))[0]
    lived = persons > 0
    unit = unit[lived]
    units = len(np.unique(unit))
    std_error = np.full(len(FORMS), np.nan)
    # Nobody who has anything leaves nothing to divide by.
    if units > 1 and index.mean > 0:
        parts = _influence(amount[lived], persons[lived], rank_by[lived], index)
        std_error = _root_sum_of_squares(parts, unit, clustered=clusters is not None)
    estimate = np.array([getattr(index, form) for form in FORMS])
    std_error[np.isnan(estimate)] = np.nan
    half = float(norm.isf((1.0 - level) / 2.0)) * std_error
    return ConcentrationInterval(index, std_error, estimate - half, estimate + half, units, level)


def _influence(
    amount: NDArray[np.float64], persons: NDArray[np.float64], rank_by: NDArray[np.float64], index: ConcentrationIndex
) -> NDArray[np.float64]:
    """Part of each point in the error of each form, shape (4, n)."""
    share = persons / persons.sum()
    mean, standard, generalised = index.mean, index.standard, index.generalised
    _, rank = np.unique(rank_by, return_inverse=True)
    heads, owned = np.bincount(rank, weights=share), np.bincount(rank, weights=share * amount / mean)
    middle = (np.cumsum(heads) - heads / 2.0)[rank]
    ordinates = (2.0 * np.cumsum(owned) - owned)[rank]  # q before the rank plus q after it
    of_standard = amount / mean * (2.0 * middle - 1.0 - standard) + 2.0 - ordinates - (1.0 + standard)
    of_mean = amount - mean
    of_generalised = mean * of_standard + standard * of_mean
    low, high = index.bounds if index.bounds is not None else (np.nan, np.nan)
    room = (high - mean) * (mean - low)
    slope = high + low - 2.0 * mean
    room = room if room > 0 else np.nan
    of_wagstaff = (high - low) * (of_generalised / room - generalised * slope * of_mean / room**2)
    forms = (of_standard, of_generalised, 4.0 / (high - low) * of_generalised, of_wagstaff)
    return np.asarray(share * np.stack(forms), dtype=np.float64)


def _root_sum_of_squares(
    parts: NDArray[np.float64], unit: NDArray[np.int64], *, clustered: bool
) -> NDArray[np.float64]:
    _, place = np.unique(unit, return_inverse=True)
    sums = np.stack([np.bincount(place, weights=part) for part in parts])
    factor = sums.shape[1] / (sums.shape[1] - 1) if clustered else 1.0
    return np.asarray(np.sqrt(factor * (sums**2).sum(axis=1)))
