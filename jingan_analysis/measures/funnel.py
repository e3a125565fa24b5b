"""Funnel plots: which areas differ from all by more than their size explains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import quantity

LEVELS = (0.95, 0.998)
"""Two and three standard deviations: a warning, and an alarm."""
_LEAST_AREAS = 5
_WINSORISED = 0.1


@dataclass(frozen=True)
class Funnel:
    """Shares of areas around their common target.

    Attributes
    ----------
    share, target
        Share of each area, shape (n,), NaN without a trial; pooled share of all.
    z
        Standard deviations from the target by size alone, shape (n,).
    phi
        Over-dispersion: mean squared winsorised z; 1 where it is not above what chance gives.
    tau
        Standard deviation between areas beyond chance (additive model); 0 where phi is 1.
    lower, upper
        Limits of each area at both levels by size alone, shape (2, n).
    wide_lower, wide_upper
        The same with over-dispersion (additive), shape (2, n).
    outside, outside_wide
        0 inside, -1 or 1 beyond the first limit, -2 or 2 beyond the second, shape (n,): by size alone, and with
        over-dispersion.
    few_areas
        Whether there are too few areas to learn over-dispersion from; phi is 1 then.
    """

    share: NDArray[np.float64]
    target: float
    z: NDArray[np.float64]
    phi: float
    tau: float
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    wide_lower: NDArray[np.float64]
    wide_upper: NDArray[np.float64]
    outside: NDArray[np.int64]
    outside_wide: NDArray[np.int64]
    few_areas: bool


def funnel(events: ArrayLike, trials: ArrayLike) -> Funnel:
    """Limits at 95 and 99.8 per cent around the pooled share, with and without over-dispersion.

    Where
        z_i = (p_i - t) / s_i,  s_i = sqrt(t (1 - t) / n_i);
        phi = mean of z_i^2 after the outer tenth on each side is drawn in;
        tau^2 = max(0, (N phi - (N - 1)) / (sum u_i - sum u_i^2 / sum u_i)),  u_i = 1 / s_i^2;
        wide limits: t +- z sqrt(s_i^2 + tau^2), cut at 0 and 1.

    Limits by size alone are exact binomial quantiles, interpolated so that they are smooth in n.

    Raises
    ------
    InvalidParameter
        If there are more events than trials, or no area has a trial.

    Source: Spiegelhalter (2005), Funnel plots for comparing institutional performance; Spiegelhalter et al. (2012),
    Statistical methods for healthcare regulation, for the additive model.
    """
    n = quantity("trials", trials)
    x = quantity("events", events, length=len(n))
    if (x > n).any() or n.sum() == 0:
        raise InvalidParameter(
            f"trials must be positive somewhere and not below events ({int((x > n).sum())} areas are)"
        )
    seen = n > 0
    target = float(x.sum() / n.sum())
    share = np.divide(x, n, out=np.full(len(n), np.nan), where=seen)
    deviation = np.sqrt(target * (1 - target) / np.where(seen, n, np.nan))
    z = np.divide(share - target, deviation, out=np.zeros(len(n)), where=deviation > 0)
    z[~seen] = np.nan
    few = int(seen.sum()) < _LEAST_AREAS or target in (0.0, 1.0)
    phi, tau = (1.0, 0.0) if few else _over_dispersion(z[seen], deviation[seen])
    lower, upper = (np.array([_limit(target, n, side, level) for level in LEVELS]) for side in (-1, 1))
    wide = np.sqrt(deviation**2 + tau**2)
    steps = np.array([[_normal(level)] for level in LEVELS])
    wide_lower, wide_upper = np.clip(target - steps * wide, 0, 1), np.clip(target + steps * wide, 0, 1)
    if tau == 0:
        wide_lower, wide_upper = lower, upper
    return Funnel(
        share, target, z, phi, tau, lower, upper, wide_lower, wide_upper,
        _outside(share, lower, upper), _outside(share, wide_lower, wide_upper), few,
    )  # fmt: skip


def _normal(level: float) -> float:
    from scipy.stats import norm

    return float(norm.ppf((1 + level) / 2))


def _over_dispersion(z: NDArray[np.float64], deviation: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(z, [_WINSORISED, 1 - _WINSORISED])
    phi = float((np.clip(z, low, high) ** 2).mean())
    count, u = len(z), 1 / deviation**2
    if count * phi <= count - 1:
        return 1.0, 0.0
    return phi, float(np.sqrt((count * phi - (count - 1)) / (u.sum() - (u**2).sum() / u.sum())))


def _limit(target: float, n: NDArray[np.float64], side: int, level: float) -> NDArray[np.float64]:
    """Exact limit of a share: the binomial quantile, moved by how far it oversteps the tail (Spiegelhalter 2005)."""
    from scipy.stats import binom

    tail = (1 - level) / 2 if side < 0 else (1 + level) / 2
    r = binom.ppf(tail, n, target)
    above, at = binom.cdf(r, n, target), binom.cdf(r - 1, n, target)
    moved = r - np.divide(above - tail, above - at, out=np.zeros(len(n)), where=above > at)
    limit = np.clip(np.divide(moved, n, out=np.full(len(n), np.nan), where=n > 0), 0, 1)
    # Interpolated below one trial or so, the limit would cross the target.
    return np.asarray(np.minimum(limit, target) if side < 0 else np.maximum(limit, target))


def _outside(share: NDArray[np.float64], lower: NDArray[np.float64], upper: NDArray[np.float64]) -> NDArray[np.int64]:
    known = np.nan_to_num(share, nan=-9)
    seen = ~np.isnan(share)
    above = ((known > np.nan_to_num(upper, nan=9)) & seen).sum(axis=0)
    below = ((known < np.nan_to_num(lower, nan=-9)) & seen).sum(axis=0)
    return np.asarray(above - below, dtype=np.int64)
