"""Multidimensional poverty by Alkire and Foster: how many are poor in several ways, and in how many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter, LedgerDoesNotClose
from jingan_analysis.measures.quantity import quantity
from jingan_analysis.measures.weighted_points import membership


@dataclass(frozen=True)
class MultidimensionalPoverty:
    """Adjusted headcount ratio with its parts.

    Attributes
    ----------
    headcount, intensity, adjusted
        H, the share of the poor; A, the mean weighted share of dimensions in which the poor are deprived (NaN where
        nobody is poor); M0 = H A.
    std_error, headcount_std_error, intensity_std_error
        Of M0, H and A, for the households as a sample of others like them; 0 where all are alike or the sample is the
        whole population, NaN with fewer than two households (for A: two poor ones).
    poor
        Whether each household is poor, shape (n,); False where it is unknown.
    censored_headcount, uncensored_headcount
        Share of households that are poor and deprived in each dimension, and that are deprived in it, shape (d,).
    contribution
        Part of M0 that each dimension makes up, shape (d,), adding up to 1; NaN where nobody is poor.
    known, unknown
        Households counted, and households left out because a score is missing.
    weights
        As used: they add up to one, shape (d,).
    """

    headcount: float
    intensity: float
    adjusted: float
    std_error: float
    headcount_std_error: float
    intensity_std_error: float
    poor: NDArray[np.bool_]
    censored_headcount: NDArray[np.float64]
    uncensored_headcount: NDArray[np.float64]
    contribution: NDArray[np.float64]
    known: int
    unknown: int
    weights: NDArray[np.float64]


@dataclass(frozen=True)
class PovertyByGroup:
    """The measure of g groups, which adds up to that of all.

    Attributes
    ----------
    whole
        The measure of all.
    group
        Labels of the groups, sorted, shape (g,).
    population_share
        Each group's share of the households (or people) counted, shape (g,); 0 where none is known.
    headcount, intensity, adjusted, std_error
        Of each group, shape (g,); NaN where no household is known.
    contribution
        Share of M0 that comes from each group, shape (g,), adding up to 1; NaN where nobody is poor.
    known, unknown
        Households counted and left out in each group, shape (g,).
    """

    whole: MultidimensionalPoverty
    group: NDArray[np.generic]
    population_share: NDArray[np.float64]
    headcount: NDArray[np.float64]
    intensity: NDArray[np.float64]
    adjusted: NDArray[np.float64]
    std_error: NDArray[np.float64]
    contribution: NDArray[np.float64]
    known: NDArray[np.int64]
    unknown: NDArray[np.int64]


def deprivations(scores: ArrayLike, cutoffs: ArrayLike, *, worse: Literal["high", "low"]) -> NDArray[np.float64]:
    """Which households are deprived in which dimension: 1, 0, or NaN where the score is not known.

    Parameters
    ----------
    scores
        One row a household and one column a dimension, shape (n, d).
    cutoffs
        Cutoff of each dimension, shape (d,).
    worse
        ``high`` for scores of need: deprived from the cutoff on. ``low`` for achievements: deprived below it.

    Raises
    ------
    InvalidParameter
        If the shapes do not fit, a score is infinite, or a cutoff is not finite.
    """
    table, limits = np.asarray(scores, dtype=np.float64), np.asarray(cutoffs, dtype=np.float64)
    if table.ndim != 2 or limits.shape != table.shape[1:]:
        raise InvalidParameter(f"scores has shape {table.shape} and cutoffs {limits.shape}; give (n, d) and (d,)")
    if not np.isfinite(limits).all() or np.isinf(table).any():
        raise InvalidParameter("cutoffs and scores must be finite; a score that is not known is NaN")
    if worse not in ("high", "low"):
        raise InvalidParameter(f"worse={worse!r} must be high (scores of need) or low (achievements)")
    deprived = table >= limits if worse == "high" else table < limits
    return np.where(np.isnan(table), np.nan, deprived)


def multidimensional_poverty(
    deprived: ArrayLike,
    weights: ArrayLike,
    *,
    cutoff: float,
    people: ArrayLike | None = None,
    population: int | None = None,
) -> MultidimensionalPoverty:
    r"""Count deprivations, call poor who has enough of them, and measure how many and how deeply.

    .. math::

        H = \bar p, \quad A = \frac{\sum_i c_i p_i}{\sum_i p_i}, \quad M_0 = H A = \overline{c p}, \quad
        p_i = 1\{c_i \ge k\}, \quad c_i = \sum_j w_j g_{ij}

    Where
        g_ij   1 if household i is deprived in dimension j, 0 if not; w_j weights that add up to 1;
        k      share of weighted dimensions from which a household is poor. Means are weighted by people, if given.

    Standard errors are those of ratios of totals, linearised: the households are independent, people in one are not.

    Parameters
    ----------
    deprived
        1 or True for deprived, 0 for not, NaN for unknown, shape (n, d); see :func:`deprivations`. A household with a
        missing score is left out and counted, for its count is not known.
    weights
        Weights of the dimensions, shape (d,); only their proportions matter.
    cutoff
        k, above 0 and at most 1: the smallest weight calls poor whoever is deprived at all (union), 1 only who is
        deprived in everything (intersection).
    people
        People in each household, shape (n,), to make the measure one of people; None counts every household once.
    population
        Households of which those known are a sample without replacement; the errors are then smaller, and 0 if all are
        known. None is a population without end.

    Raises
    ------
    InvalidParameter
        If shapes differ, a value is neither 0, 1 nor NaN, no weight is positive, the cutoff is out of range, or the
        population is smaller than the sample.

    Notes
    -----
    Alkire, S. and Foster, J. (2011), Counting and multidimensional poverty measurement, *Journal of Public Economics*
    95(7-8); Alkire, S. and others (2015), *Multidimensional Poverty Measurement and Analysis*, chapters 5 and 8.
    """
    g = np.asarray(deprived, dtype=np.float64)
    share = _weights(g, weights)
    if not 0 < cutoff <= 1:
        raise InvalidParameter(f"cutoff={cutoff!r} must be above 0 and at most 1")
    size = np.ones(len(g)) if people is None else quantity("people", people, length=len(g))
    whole = ~np.isnan(g).any(axis=1)
    sampled = _sampled_share(int(whole.sum()), population)
    poor, size = np.zeros(len(g), dtype=bool), np.where(whole, size, 0.0)
    counts = np.where(whole, np.nan_to_num(g) @ share, 0.0)
    # A sum of weights such as three tenths must not miss a cutoff of 0.3 by rounding.
    poor[whole] = counts[whole] >= cutoff - 1e-12
    base, left_out = float(size.sum()), int((~whole).sum())
    if base == 0:
        none, nothing = float("nan"), np.full(g.shape[1], np.nan)
        return MultidimensionalPoverty(
            none, none, none, none, none, none, poor, nothing, nothing, nothing, int(whole.sum()), left_out, share
        )
    censored = np.where(poor, counts, 0.0)
    adjusted, headcount = float(size @ censored) / base, float(size @ poor) / base
    by_dimension = (size * poor) @ np.nan_to_num(g) / base
    of_the_poor = size * poor
    return MultidimensionalPoverty(
        headcount=headcount,
        intensity=adjusted / headcount if headcount else float("nan"),
        adjusted=adjusted,
        std_error=_std_error(censored[whole], size[whole], sampled),
        headcount_std_error=_std_error(poor[whole].astype(np.float64), size[whole], sampled),
        intensity_std_error=_std_error(counts[of_the_poor > 0], of_the_poor[of_the_poor > 0], sampled),
        poor=poor,
        censored_headcount=by_dimension,
        uncensored_headcount=size @ np.nan_to_num(g) / base,
        contribution=share * by_dimension / adjusted if adjusted else np.full(len(share), np.nan),
        known=int(whole.sum()),
        unknown=left_out,
        weights=share,
    )


def poverty_by_group(
    deprived: ArrayLike,
    weights: ArrayLike,
    groups: ArrayLike,
    *,
    cutoff: float,
    people: ArrayLike | None = None,
) -> PovertyByGroup:
    r"""The measure of each group, and what it adds to that of all.

    .. math:: M_0 = \sum_g \nu_g M_{0,g}

    Where
        ν_g   the group's share of the households, or people, that are counted: those with all scores known.

    Parameters
    ----------
    deprived, weights, cutoff, people
        As for :func:`multidimensional_poverty`.
    groups
        Label of each household's group, shape (n,).

    Raises
    ------
    InvalidParameter
        As :func:`multidimensional_poverty`; or if a label is missing.
    LedgerDoesNotClose
        If the parts do not add up to the whole.
    """
    g = np.asarray(deprived, dtype=np.float64)
    whole = multidimensional_poverty(g, weights, cutoff=cutoff, people=people)
    member, labels = membership("groups", groups, len(g))
    size = np.ones(len(g)) if people is None else quantity("people", people, length=len(g))
    parts = [
        multidimensional_poverty(g[member == k], weights, cutoff=cutoff, people=size[member == k])
        for k in range(len(labels))
    ]
    counted = np.where(np.isnan(g).any(axis=1), 0.0, size)
    heads = np.bincount(member, weights=counted, minlength=len(labels))
    share = heads / heads.sum() if heads.sum() > 0 else np.full(len(labels), np.nan)
    headcount, intensity, adjusted, std_error = (
        np.array([getattr(part, name) for part in parts])
        for name in ("headcount", "intensity", "adjusted", "std_error")
    )
    added = np.where(heads > 0, share * adjusted, 0.0)
    if whole.adjusted >= 0 and abs(added.sum() - whole.adjusted) > 1e-9:
        raise LedgerDoesNotClose(f"the groups add up to {added.sum():.6f} and the whole is {whole.adjusted:.6f}")
    contribution = added / whole.adjusted if whole.adjusted > 0 else np.full(len(labels), np.nan)
    known, unknown = (
        np.array([getattr(part, name) for part in parts], dtype=np.int64) for name in ("known", "unknown")
    )
    return PovertyByGroup(
        whole, labels, share, headcount, intensity, adjusted, std_error, contribution, known, unknown
    )  # fmt: skip


def _weights(g: NDArray[np.float64], weights: ArrayLike) -> NDArray[np.float64]:
    if g.ndim != 2 or not np.isin(g[~np.isnan(g)], (0.0, 1.0)).all():
        raise InvalidParameter(
            "deprived must be a table of 0, 1 and NaN, one row a household and one column a dimension"
        )
    given = quantity("weights", weights, length=g.shape[1])
    if given.sum() <= 0:
        raise InvalidParameter("weights: at least one must be positive")
    return np.asarray(given / given.sum())


def _sampled_share(known: int, population: int | None) -> float:
    if population is None:
        return 0.0
    if population < max(known, 1):
        raise InvalidParameter(f"population={population!r} must be at least the {known} households that are known")
    return known / population


def _std_error(values: NDArray[np.float64], size: NDArray[np.float64], sampled: float) -> float:
    """Linearised standard error of a ratio of totals, with the finite population's correction."""
    if len(values) < 2 or size.sum() <= 0:
        return float("nan")
    mean = float(size @ values) / size.sum()
    scores = size * (values - mean) / size.sum()
    return float(np.sqrt((1.0 - sampled) * len(values) / (len(values) - 1) * (scores**2).sum()))
