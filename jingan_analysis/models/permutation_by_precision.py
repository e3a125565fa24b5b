"""Randomisation inference where units are not equally exact: each effect is held against its own standard error."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import confidence_level
from jingan_analysis.models.adoption_panel import NEVER, AdoptionPanel
from jingan_analysis.models.assigned_dates import drawn_assignments, every_assignment, number_of_assignments
from jingan_analysis.models.permutation import PermutationTest, always_as_extreme, not_rejected, share_as_extreme

Floats = NDArray[np.float64]
_CELLS = 2_000_000
"""Coefficients held at once, so that memory stays small."""


@dataclass(frozen=True)
class Assignments:
    """Ways to give the dates to the units.

    Attributes
    ----------
    rows
        First treated period by assignment and unit, the real one first, shape (assignments, n_units).
    exact
        Whether these are all there are; otherwise they are a sample and the real one.
    """

    rows: NDArray[np.int64]
    exact: bool


@dataclass(frozen=True)
class EventTimeEffects:
    """Effects by time since adoption, with intervals from permutations.

    Attributes
    ----------
    at
        Periods since adoption, negative before it, -1 left out for it is the base, shape (k,).
    effect, lower, upper
        In the unit of the outcome, shape (k,). Limits are NaN where so few units carry an effect that the confidence
        asked for cannot be had.
    before_p_value
        Test that all effects before adoption are 0, by the largest of them over its standard error; NaN without any.
    confidence
        Confidence level of the intervals, one event time at a time.
    """

    at: NDArray[np.int64]
    effect: Floats
    lower: Floats
    upper: Floats
    before_p_value: float
    confidence: float


def assignments(adoption: NDArray[np.int64], *, most: int = 20_000, draws: int = 4_999, seed: int = 0) -> Assignments:
    """All assignments if there are no more than ``most``, otherwise the real one and so many drawn with that seed.

    Raises
    ------
    InvalidParameter
        If there are too many to look at and none are to be drawn.
    """
    number = number_of_assignments(adoption)
    if number <= most:
        return Assignments(np.array(list(every_assignment(adoption))), exact=True)
    if draws < 1:
        raise InvalidParameter(f"draws={draws!r} must be 1 or more, for {number} assignments are too many to look at")
    return Assignments(drawn_assignments(adoption, draws, seed=seed), exact=False)


def precision_test(
    panel: AdoptionPanel, variance: ArrayLike, looked_at: Assignments, *, confidence: float = 0.95
) -> PermutationTest:
    r"""Permute the dates of adoption and compare the effect over its standard error with what chance gives.

    .. math::

        p = \frac{1}{A} \left|\left\{a : \frac{|T_a|}{s_a} \ge \frac{|T|}{s}\right\}\right|, \qquad
        T_a = \sum_{i,t} c_{a,it}\, y_{it}, \qquad s_a^2 = \sum_{i,t} c_{a,it}^2\, v_{it}

    Where
        T       the size-weighted mean of ATT(g, t) over t >= g under the real assignment, against units never treated;
        a       one of A assignments, the real one among them;
        c, v    coefficient of each outcome y in the effect, and its variance.

    Like the plain test (:func:`~jingan_analysis.models.permutation.permutation_test`) it is exact if every unit could
    as well have had any of the dates, whatever the variances. If the units were chosen, the plain test holds large
    ones, whose outcomes are exact, against effects of small ones that swing by chance, and rejects too seldom; with
    small ones treated it rejects too often. This one keeps its level as far as the variances are in proportion. The
    interval holds every constant effect whose removal from the treated outcomes is not rejected.

    Parameters
    ----------
    panel
        Outcomes, dates and sizes; no unit treated from the first period on, and one at least that is never treated.
    variance
        Variance of each outcome, up to a common factor, above 0, shape (n_units, n_periods).
    looked_at
        From :func:`assignments`.
    confidence
        Confidence level of the interval.

    Returns
    -------
    PermutationTest
        Its ``distribution`` is the effect under each assignment, brought to the standard error of the real one, so that
        its histogram adds up to the p value; ``studentised`` is T / s and has the same p value.

    Raises
    ------
    InvalidParameter
        If the panel or the variances are not as described, or there are so few assignments that no p value can be as
        small as one minus the confidence.

    Notes
    -----
    MacKinnon, J. G. and Webb, M. D. (2020), Randomization inference for difference-in-differences with few treated
    clusters, *Journal of Econometrics* 218(2); Ferman, B. and Pinto, C. (2019), *Review of Economics and Statistics*
    101(3); Chung, E. and Romano, J. P. (2013), *Annals of Statistics* 41(2), for effects over their standard error.
    """
    level = confidence_level(confidence)
    effect, slope, error = _relative(panel, variance, looked_at)
    smallest = float(always_as_extreme(slope).mean())
    if smallest > 1.0 - level + 1e-12:
        raise InvalidParameter(
            f"looked_at: with {len(slope)} ways to assign the dates no p value is below {smallest:.4f}, so there is no "
            f"interval of confidence {level:g}; ask for at most {1.0 - smallest:.4f}, or have more units or draws"
        )
    lower, upper = not_rejected(effect, slope, 1.0 - level)
    p_value, ratio = share_as_extreme(effect), float(effect[0] / error)
    return PermutationTest(
        float(effect[0]), p_value, ratio, p_value, lower, upper, smallest, len(slope), looked_at.exact, effect,
        "simple", "never_treated", level,
    )  # fmt: skip


def smallest_p_value(panel: AdoptionPanel, variance: ArrayLike, looked_at: Assignments) -> float:
    """The smallest p value that :func:`precision_test` could give, however large a constant effect."""
    return float(always_as_extreme(_relative(panel, variance, looked_at)[1]).mean())


def event_time_effects(
    panel: AdoptionPanel, variance: ArrayLike, looked_at: Assignments, *, constant: float, confidence: float = 0.95
) -> EventTimeEffects:
    """Effects at each time since adoption, all measured from the last period before it.

    Parameters
    ----------
    panel, variance, looked_at
        As for :func:`precision_test`.
    constant
        The effect found over all times: it is taken out of the treated outcomes before chance is looked at, for there
        it would pass for chance. Intervals reach as far to each side of an effect as chance then does.
    confidence
        Confidence level.

    Raises
    ------
    InvalidParameter
        If the panel or the variances are not as described.
    """
    level, noise = confidence_level(confidence), _variances(panel, variance)
    rest = panel.outcomes - constant * treated_cells(panel)
    dates = panel.dates.tolist()
    times = sorted({period - date for date in dates for period in range(panel.periods)} - {-1})
    effects, halves, ratios = [], [], []
    for time in times:
        chance, error = permuted_contrast(panel, looked_at.rows, rest, noise, [time])
        effects.append(float(chance[0]) + constant * (time >= 0))
        ratios.append(np.abs(chance) / error)
        carried = np.isin(panel.adoption, [date for date in dates if 0 <= date + time < panel.periods])
        enough = number_of_assignments(np.where(carried, panel.adoption, NEVER)) * (1.0 - level) >= 1.0 - 1e-9
        halves.append(float(error[0]) * _quantile(ratios[-1], 1.0 - level) if enough else math.nan)
    effect, half = np.array(effects), np.array(halves)
    before = [ratio for time, ratio in zip(times, ratios, strict=True) if time < 0]
    p_value = share_as_extreme(np.max(before, axis=0)) if before else math.nan
    return EventTimeEffects(np.array(times, dtype=np.int64), effect, effect - half, effect + half, p_value, level)


def treated_cells(panel: AdoptionPanel) -> Floats:
    """1 where a unit is treated in a period, else 0, shape (n_units, n_periods)."""
    begun = np.arange(panel.periods) >= panel.adoption[:, None]
    return np.asarray((panel.adoption[:, None] != NEVER) & begun, dtype=np.float64)


def permuted_contrast(
    panel: AdoptionPanel, rows: NDArray[np.int64], outcomes: Floats, variance: Floats, event_times: Collection[int]
) -> tuple[Floats, Floats]:
    """Size-weighted mean of ATT(g, g + e) over dates g and event times e under each assignment, and its standard error.

    Parameters
    ----------
    panel
        Whose dates and sizes count.
    rows
        Assignments, shape (assignments, n_units).
    outcomes, variance
        Shape (n_units, n_periods).
    event_times
        Periods since adoption; those outside the panel are left out, and one at least must be inside.

    Returns
    -------
    tuple
        Effect and standard error, shapes (assignments,).
    """
    effects, errors = [], []
    step = max(1, _CELLS // outcomes.size)
    for start in range(0, len(rows), step):
        coefficient = _coefficients(panel, rows[start : start + step], event_times)
        effects.append(np.einsum("aut,ut->a", coefficient, outcomes))
        errors.append(np.sqrt(np.einsum("aut,ut->a", coefficient**2, variance)))
    return np.concatenate(effects), np.concatenate(errors)


def _coefficients(panel: AdoptionPanel, rows: NDArray[np.int64], event_times: Collection[int]) -> Floats:
    """What each outcome is multiplied by in the effect, shape (assignments, n_units, n_periods)."""
    found = np.zeros((*rows.shape, panel.periods))
    whole = np.zeros(len(rows))
    never = (rows == NEVER) * panel.weights
    others = never / never.sum(axis=1, keepdims=True)
    for date in panel.dates.tolist():
        treated = (rows == date) * panel.weights
        size = treated.sum(axis=1)
        difference = treated - size[:, None] * others
        for period in (date + time for time in event_times):
            if 0 <= period < panel.periods:
                found[:, :, period] += difference
                found[:, :, date - 1] -= difference
                whole += size
    return found / whole[:, None, None]


def _variances(panel: AdoptionPanel, variance: ArrayLike) -> Floats:
    given = np.array(variance, dtype=np.float64)
    if given.shape != panel.outcomes.shape or not (np.isfinite(given) & (given > 0)).all():
        raise InvalidParameter(
            f"variance has shape {given.shape}; give one number above 0 for each outcome, shape {panel.outcomes.shape}"
        )
    if not panel.usable.all() or not (panel.adoption == NEVER).any():
        raise InvalidParameter(
            "panel: leave out units that are treated from the first period on, and have one at least that never is"
        )
    return given


def _relative(panel: AdoptionPanel, variance: ArrayLike, looked_at: Assignments) -> tuple[Floats, Floats, float]:
    """Effect and what is seen of a constant real one under each assignment, at the real standard error, and that."""
    noise = _variances(panel, variance)
    times = range(panel.periods)
    effect, error = permuted_contrast(panel, looked_at.rows, panel.outcomes, noise, times)
    slope, _ = permuted_contrast(panel, looked_at.rows, treated_cells(panel), noise, times)
    scale = error[0] / error
    return effect * scale, slope * scale, float(error[0])


def _quantile(sizes: Floats, alpha: float) -> float:
    """The largest size that no more than alpha of all exceed."""
    return float(np.sort(sizes)[::-1][math.floor(alpha * len(sizes) + 1e-9)])
