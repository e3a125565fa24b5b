"""Multidimensional poverty by Alkire and Foster: how many are poor in several ways, and in how many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import quantity


@dataclass(frozen=True)
class MultidimensionalPoverty:
    """Adjusted headcount ratio with its parts.

    Attributes
    ----------
    headcount, intensity, adjusted
        H, the share of the poor; A, the mean weighted share of dimensions in which the poor are deprived (NaN where
        nobody is poor); M0 = H A.
    std_error
        Of M0, for the households as a sample of others like them; 0 where all are alike.
    poor
        Whether each household is poor, shape (n,); False where it is unknown.
    censored_headcount
        Share of households that are poor and deprived in each dimension, shape (d,).
    contribution
        Part of M0 that each dimension makes up, shape (d,); NaN where nobody is poor.
    known, unknown
        Households counted, and households left out because a score is missing.
    weights
        As used: they add up to one, shape (d,).
    """

    headcount: float
    intensity: float
    adjusted: float
    std_error: float
    poor: NDArray[np.bool_]
    censored_headcount: NDArray[np.float64]
    contribution: NDArray[np.float64]
    known: int
    unknown: int
    weights: NDArray[np.float64]


def multidimensional_poverty(
    deprived: ArrayLike,
    weights: ArrayLike,
    *,
    cutoff: float,
    people: ArrayLike | None = None,
) -> MultidimensionalPoverty:
    """Count deprivations, call poor who has enough of them, and measure how many and how deeply.

    Where
        g_ij  is 1 if household i is deprived in dimension j and 0 if not;
        c_i = sum_j w_j g_ij with weights that add up to 1;
        i is poor if c_i >= k;  H = mean of poor;  A = mean of c_i over the poor;  M0 = H A = mean of c_i(k),
        with c_i(k) = c_i for the poor and 0 for all others.

    Parameters
    ----------
    deprived
        1 or True for deprived, 0 for not, NaN for unknown, shape (n, d). A household with a missing score is left
        out and counted, for its count is not known.
    weights
        Weights of the dimensions, shape (d,); only their proportions matter.
    cutoff
        k, the share of weighted dimensions from which a household is poor, above 0 and at most 1.
    people
        People in each household, shape (n,), to make the measure one of people; None counts every household once.

    Raises
    ------
    InvalidParameter
        If shapes differ, a value is neither 0, 1 nor NaN, no weight is positive, or the cutoff is out of range.

    Source: Alkire & Foster (2011), Counting and multidimensional poverty measurement; Alkire et al. (2015), ch. 5.
    """
    g = np.asarray(deprived, dtype=np.float64)
    share = _weights(g, weights)
    if not 0 < cutoff <= 1:
        raise InvalidParameter(f"cutoff={cutoff!r} must be above 0 and at most 1")
    size = np.ones(len(g)) if people is None else quantity("people", people, length=len(g))
    whole = ~np.isnan(g).any(axis=1)
    counts = np.where(whole, np.nan_to_num(g) @ share, 0.0)
    # A sum of weights such as three tenths must not miss a cutoff of 0.3 by rounding.
    poor = whole & (counts >= cutoff - 1e-12)
    base = float(size[whole].sum())
    if base == 0:
        none, nothing = float("nan"), np.full(g.shape[1], np.nan)
        left_out = int((~whole).sum())
        return MultidimensionalPoverty(none, none, none, none, poor, nothing, nothing, 0, left_out, share)
    censored = np.where(poor, counts, 0.0)
    adjusted = float(size @ censored) / base
    headcount = float(size @ poor) / base
    by_dimension = (size * poor) @ np.nan_to_num(g) / base
    return MultidimensionalPoverty(
        headcount=headcount,
        intensity=adjusted / headcount if headcount else float("nan"),
        adjusted=adjusted,
        std_error=_std_error(censored[whole], size[whole], adjusted),
        poor=poor,
        censored_headcount=by_dimension,
        contribution=share * by_dimension / adjusted if adjusted else np.full(len(share), np.nan),
        known=int(whole.sum()),
        unknown=int((~whole).sum()),
        weights=share,
    )


def _weights(g: NDArray[np.float64], weights: ArrayLike) -> NDArray[np.float64]:
    if g.ndim != 2 or not np.isin(g[~np.isnan(g)], (0.0, 1.0)).all():
        raise InvalidParameter(
            "deprived must be a table of 0, 1 and NaN, one row a household and one column a dimension"
        )
    given = quantity("weights", weights, length=g.shape[1])
    if given.sum() <= 0:
        raise InvalidParameter("weights: at least one must be positive")
    return np.asarray(given / given.sum())


def _std_error(censored: NDArray[np.float64], size: NDArray[np.float64], mean: float) -> float:
    """Linearised standard error of a ratio of totals."""
    if len(censored) < 2:
        return float("nan")
    scores = size * (censored - mean) / size.sum()
    return float(np.sqrt(len(censored) / (len(censored) - 1) * (scores**2).sum()))
