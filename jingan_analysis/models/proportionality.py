"""Grambsch–Therneau test: whether hazard ratios stay the same as time goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.durations import Spells
from jingan_analysis.models.holm import holm
from jingan_analysis.models.partial_likelihood import Moments, RiskSets, information, schoenfeld

TimeTransform = Literal["km", "rank", "identity"]
"""Time along which a coefficient may drift: one minus the Kaplan–Meier curve just before the event (robust to long
tails), the rank of the event day, or the day itself."""


@dataclass(frozen=True)
class ProportionalityTest:
    """Tests of proportional hazards.

    Attributes
    ----------
    transform
        The time scale of the drift.
    names
        Covariates, p of them.
    drift
        Slope of each coefficient along the transformed time, one step of Newton's method from 0, shape (p,).
    chi2, p_value
        Test of each covariate, one degree of freedom, shape (p,); all NaN where the events leave nothing to test, such
        as events on one day only.
    adjusted
        Holm's p values over the covariates, shape (p,): ten covariates are ten chances to reject.
    global_chi2, global_p_value
        Test of all covariates together, p degrees of freedom.
    level
        Level of the tests.
    failing
        Covariates whose adjusted p value is below the level.
    """

    transform: TimeTransform
    names: tuple[str, ...]
    drift: NDArray[np.float64]
    chi2: NDArray[np.float64]
    p_value: NDArray[np.float64]
    adjusted: NDArray[np.float64]
    global_chi2: float
    global_p_value: float
    level: float
    failing: tuple[str, ...]

    @property
    def holds(self) -> bool | None:
        """Whether neither the global test nor that of a covariate rejects, which proves nothing; None if untestable."""
        if np.isnan(self.global_p_value):
            return None
        return not self.failing and self.global_p_value >= self.level


def proportionality(
    spells: Spells,
    sets: RiskSets,
    at: Moments,
    names: tuple[str, ...],
    *,
    transform: TimeTransform = "km",
    level: float = 0.05,
) -> ProportionalityTest:
    r"""Score tests of coefficients that drift along transformed time, β(t) = β + θ g(t).

    .. math::

        T = \Bigl(\sum_j g_j r_j\Bigr)^\top D^{-1} \Bigl(\sum_j g_j r_j\Bigr), \qquad
        D = \sum_j g_j^2 V_j - \Bigl(\sum_j g_j V_j\Bigr) \Bigl(\sum_j V_j\Bigr)^{-1} \Bigl(\sum_j g_j V_j\Bigr)

    Where
        r_j, V_j   Schoenfeld residual of event j, and covariance of the covariates in its risk set, at the estimate;
        g_j        transformed time of the event. The test of one covariate uses its entry of the sum and of D.

    These are the tests on the Schoenfeld residuals scaled by their own variances. An approximation that puts the mean
    variance for each V_j is also in use (R's cox.zph before survival 3.0, lifelines) and gives other numbers.

    Parameters
    ----------
    spells, sets, at
        The spells, their risk sets, and the likelihood at the estimate.
    names
        Covariates.
    transform
        The time scale of the drift.
    level
        Level at which a covariate is said to fail.

    Raises
    ------
    InvalidParameter
        If the transform is unknown or the level is not between 0 and 1.

    Notes
    -----
    Grambsch, P. M. and Therneau, T. M. (1994), Proportional hazards tests and diagnostics based on weighted residuals,
    *Biometrika* 81(3).
    """
    if transform not in get_args(TimeTransform):
        raise InvalidParameter(f"transform={transform!r} is unknown; give one of {', '.join(get_args(TimeTransform))}")
    if not 0 < level < 1:
        raise InvalidParameter(f"level={level!r} must lie between 0 and 1, such as 0.05")
    from scipy.stats import chi2 as distribution

    g = _transformed(spells, sets.cell_day[sets.row_cell], transform)
    # Centred and scaled: the tests do not change, the rounding error does.
    spread = float(g.std())
    g = (g - g.mean()) / (spread if spread > 0 else 1.0)
    drifted = g @ schoenfeld(sets, at)
    plain, once, twice = (information(sets, at, g**power) for power in (0, 1, 2))
    variance = twice - once @ np.linalg.solve(plain, once)
    own = np.diag(variance)
    if spread == 0 or np.any(own <= 1e-10 * np.diag(plain)) or np.linalg.cond(variance) > 1e12:
        nothing = np.full(len(names), np.nan)
        return ProportionalityTest(transform, names, nothing, nothing, nothing, nothing, np.nan, np.nan, level, ())
    chi2 = drifted**2 / own
    together = np.linalg.solve(variance, drifted)
    p_value = np.asarray(distribution.sf(chi2, 1), dtype=np.float64)
    adjusted = holm(p_value)
    overall = float(drifted @ together)
    failing = tuple(name for name, p in zip(names, adjusted, strict=True) if p < level)
    p_overall = float(distribution.sf(overall, len(names)))
    return ProportionalityTest(
        transform, names, together / spread, chi2, p_value, adjusted, overall, p_overall, level, failing
    )


def _transformed(spells: Spells, day: NDArray[np.float64], transform: TimeTransform) -> NDArray[np.float64]:
    if transform == "identity":
        return day.copy()
    if transform == "rank":
        from scipy.stats import rankdata

        return np.asarray(rankdata(day), dtype=np.float64)
    days, events = np.unique(spells.duration[spells.cause == 1], return_counts=True)
    ended = np.searchsorted(np.sort(spells.duration), days, side="left")
    at_risk = np.searchsorted(np.sort(spells.entry), days, side="left") - ended
    survival = np.concatenate([[1.0], np.cumprod(1.0 - events / at_risk)[:-1]])
    return np.asarray(1.0 - survival[np.searchsorted(days, day)], dtype=np.float64)
