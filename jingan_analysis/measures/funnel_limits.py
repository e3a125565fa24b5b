"""Control limits of funnel plots: exact ones by chance alone, and ones widened for over-dispersion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

FunnelKind = Literal["share", "rate"]
Overdispersion = Literal["additive", "multiplicative"]

LIMITS: Final = (0.95, 0.998)
"""Probability between the inner and between the outer limits: about two and three standard deviations."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class FunnelLimits:
    """Limits for units of some sizes.

    Attributes
    ----------
    size
        Denominators or exposures, shape (n,).
    lower_inner, upper_inner
        95 % limits; NaN where the size is 0; shape (n,).
    lower_outer, upper_outer
        99.8 % limits; NaN where the size is 0; shape (n,).
    """

    size: Array
    lower_inner: Array
    upper_inner: Array
    lower_outer: Array
    upper_outer: Array

    def outside(self, value: Array) -> NDArray[np.int8]:
        """-2 or 2 beyond the outer, -1 or 1 beyond the inner limits, 0 within or unknown; on a limit is within."""
        above = (value > self.upper_inner).astype(np.int8) + (value > self.upper_outer).astype(np.int8)
        below = (value < self.lower_inner).astype(np.int8) + (value < self.lower_outer).astype(np.int8)
        return np.asarray(above - below, dtype=np.int8)


def exact_limits(kind: FunnelKind, centre: float, size: Array) -> FunnelLimits:
    r"""Exact binomial or Poisson limits, interpolated between whole counts.

    .. math::

        y_{lower} = \frac{r_p - \alpha}{n}, \quad y_{upper} = \frac{r_p + 1 - \alpha}{n}, \quad
        \alpha = \frac{F(r_p) - p}{F(r_p) - F(r_p - 1)}

    Where
        F     distribution function of the count of a unit of size n at the centre;
        r_p   smallest count with F(r_p) >= p: p = 0.025 and 0.001 below, 0.975 and 0.999 above.

    Limits end at 0, and at 1 for shares. A unit lies beyond a limit just where chance reaches its count with less
    than the tail's probability. Spiegelhalter interpolates the upper limit downwards as he does the lower one, which
    puts the count r_p beyond it although chance reaches r_p more often than that: one case of one person would lie
    above a share of 18 %. His upper limit is one case lower than ours; with many cases that is nothing.

    Notes
    -----
    Spiegelhalter, D. J. (2005), Funnel plots for comparing institutional performance, *Statistics in Medicine* 24(8),
    appendix A.1.
    """
    inner, outer = ((1.0 - level) / 2.0 for level in LIMITS)
    lower_inner, upper_inner = _exact_pair(kind, centre, size, inner)
    lower_outer, upper_outer = _exact_pair(kind, centre, size, outer)
    return FunnelLimits(size, lower_inner, upper_inner, lower_outer, upper_outer)


def _exact_pair(kind: FunnelKind, centre: float, size: Array, tail: float) -> tuple[Array, Array]:
    """Lower and upper limit with the tail's probability beyond each."""
    from scipy.stats import binom, poisson

    lower, upper = np.full(len(size), np.nan), np.full(len(size), np.nan)
    known = size > 0
    if centre == 0 or (kind == "share" and centre == 1):
        lower[known] = upper[known] = centre
        return lower, upper
    n = size[known]
    chance = binom(n, centre) if kind == "share" else poisson(n * centre)
    for limit, p, step in ((lower, tail, 0.0), (upper, 1.0 - tail, 1.0)):
        count = chance.ppf(p)
        reached, before = chance.cdf(count), chance.cdf(count - 1)
        between = (reached - p) / (reached - before)
        limit[known] = np.clip((count + step - between) / n, 0.0, 1.0 if kind == "share" else None)
    return lower, upper


def widened_limits(
    kind: FunnelKind, centre: float, size: Array, overdispersion: Overdispersion, phi: float, tau: float
) -> FunnelLimits:
    """Normal limits that allow for units that differ; see :func:`.funnel.funnel_of_shares`.

    Nowhere narrower than the exact ones: in small units the normal distribution ends before the exact one does.
    """
    from scipy.stats import norm

    own = standard_error(kind, centre, size)
    spread = np.sqrt(own**2 + tau**2) if overdispersion == "additive" else np.sqrt(phi) * own
    most = 1.0 if kind == "share" else np.inf
    inner, outer = (float(norm.isf((1.0 - level) / 2.0)) * spread for level in LIMITS)
    exact = exact_limits(kind, centre, size)
    return FunnelLimits(
        size,
        np.clip(np.minimum(centre - inner, exact.lower_inner), 0.0, None),
        np.clip(np.maximum(centre + inner, exact.upper_inner), None, most),
        np.clip(np.minimum(centre - outer, exact.lower_outer), 0.0, None),
        np.clip(np.maximum(centre + outer, exact.upper_outer), None, most),
    )


def standard_error(kind: FunnelKind, centre: float, size: Array) -> Array:
    """Standard deviation by chance; NaN where the size is 0."""
    variance = centre * (1.0 - centre) if kind == "share" else centre
    error = np.full(len(size), np.nan)
    error[size > 0] = np.sqrt(variance / size[size > 0])
    return error
