"""How fast shares change: a trend that may bend, the season taken out, and its pace in a year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import confidence_level
from jingan_analysis.models.multinomial_shares import MultinomialShares, multinomial_shares
from jingan_analysis.models.simultaneous_intervals import simultaneous_critical_value

Floats = NDArray[np.float64]

YEAR = 12
BEND = 9
"""Months between bends: a year is too stiff where something begins and ends within one, and with half a year a trend
that goes up and down can be a season as well."""

FEWEST_MONTHS_WITH_SEASON = 2 * YEAR
"""With fewer months some month of the year is seen once only, and a season cannot be told from a trend."""


@dataclass(frozen=True)
class TrendDesign:
    """Columns that explain shares by month, and what they change by in a year.

    Attributes
    ----------
    columns
        Constant, slope, change of the slope at each bend, and a column for each month of the year but the first if
        there is a season, shape (n_months, p).
    pace
        Derivative of the columns along time, for a year, shape (n_months, p).
    bends
        Months, counted from 0, from which on the slope is another one.
    season
        Whether the months of the year have levels of their own.
    """

    columns: Floats
    pace: Floats
    bends: tuple[int, ...]
    season: bool


@dataclass(frozen=True)
class YearlyChange:
    """Mean change of shares in a year over some months, which adds up to zero over the kinds.

    Attributes
    ----------
    change
        Of each kind, as shares, shape (k,).
    lower, upper
        Intervals that cover all kinds at once, shape (k,).
    covariance
        Shape (k, k).
    critical_value
        Standard errors to each side.
    confidence
        Probability that all are covered.
    """

    change: Floats
    lower: Floats
    upper: Floats
    covariance: Floats
    critical_value: float
    confidence: float


def trend_design(months_of_year: ArrayLike) -> TrendDesign:
    """Lay out a trend and, where it can be told, a season; with a season the trend may bend every nine months.

    Bends are counted back from the last month; the first piece is the longest. Without a season they would stand for
    it.

    Parameters
    ----------
    months_of_year
        1 to 12, of consecutive months, shape (n_months,).

    Raises
    ------
    InvalidParameter
        If the months do not follow each other, or there are fewer than two.
    """
    months = np.asarray(months_of_year, dtype=np.int64)
    in_order = months.ndim == 1 and len(months) >= 2 and bool(((np.diff(months) - 1) % YEAR == 0).all())
    if not in_order or not np.isin(months, np.arange(1, YEAR + 1)).all():
        raise InvalidParameter("months_of_year must be consecutive months from 1 to 12, two at least")
    place = np.arange(len(months))
    season = len(months) >= FEWEST_MONTHS_WITH_SEASON
    bends = tuple(sorted(len(months) - BEND * pieces for pieces in range(1, len(months) // BEND))) if season else ()
    time = [(place - place.mean()) / YEAR, *(np.maximum(place - bend + 0.5, 0.0) / YEAR for bend in bends)]
    pace = [np.ones(len(place)), *((place >= bend).astype(np.float64) for bend in bends)]
    levels = [(months == month).astype(np.float64) for month in range(2, YEAR + 1)] if season else []
    still = [np.zeros(len(place))] * len(levels)
    columns = np.column_stack([np.ones(len(place)), *time, *levels])
    return TrendDesign(columns, np.column_stack([np.zeros(len(place)), *pace, *still]), bends, season)


def yearly_change(
    model: MultinomialShares,
    design: TrendDesign,
    *,
    months: slice = slice(None),
    confidence: float = 0.95,
    seed: int = 0,
) -> YearlyChange:
    r"""Mean over months of how fast each share changes, with intervals that hold for all kinds at once.

    .. math::

        \frac{\partial \pi_{tk}}{\partial t} = \pi_{tk} \left(d_{tk} - \sum_j \pi_{tj} d_{tj}\right), \qquad
        d_{tk} = \dot x_t^\top \beta_k

    Where
        π, β   shares and coefficients of the model;
        ẋ      what the columns of the design change by in a year, the season standing still.

    The errors follow by the delta method from the covariance of the coefficients, dispersion included.

    Parameters
    ----------
    model
        From :func:`~jingan_analysis.models.multinomial_shares.multinomial_shares` with the columns of the design.
    months
        Which months the mean is over.
    seed
        Of the draws for the critical value.
    """
    level = confidence_level(confidence)
    shares, columns, pace = model.shares[months], design.columns[months], design.pace[months]
    kinds = shares.shape[1]
    speed = np.column_stack([np.zeros(len(pace)), pace @ model.coefficients])
    apart = speed - (shares * speed).sum(axis=1, keepdims=True)
    change = (shares * apart).mean(axis=0)
    # What each share moves by with its own log odds and those of the others, shape (n, k, k).
    moves = shares[:, :, None] * (np.eye(kinds) - shares[:, None, :])
    by_odds = moves * apart[:, :, None] - shares[:, :, None] * (shares * apart)[:, None, :]
    gradient = (
        np.einsum("tkm,tp->kmp", by_odds[:, :, 1:], columns) + np.einsum("tkm,tp->kmp", moves[:, :, 1:], pace)
    ).reshape(kinds, -1) / len(shares)
    covariance = gradient @ model.covariance @ gradient.T
    critical = simultaneous_critical_value(covariance, confidence=level, seed=seed)
    half = critical * np.sqrt(np.clip(np.diag(covariance), 0.0, None))
    return YearlyChange(change, change - half, change + half, covariance, critical, level)


def share_trends(counts: ArrayLike, months_of_year: ArrayLike) -> tuple[MultinomialShares, TrendDesign]:
    """Fit trend and season to counts by month and kind, shape (n_months, k).

    Raises
    ------
    InvalidParameter, DidNotConverge
        As :func:`trend_design` and :func:`~jingan_analysis.models.multinomial_shares.multinomial_shares`.
    """
    design = trend_design(months_of_year)
    return multinomial_shares(counts, design.columns), design
