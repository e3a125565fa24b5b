"""Staggered difference-in-differences: the effect on each group of units in each period, by Callaway and Sant'Anna."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import confidence_level
from jingan_analysis.models.adoption_panel import NEVER, AdoptionPanel, adoption_panel

Comparison = Literal["never_treated", "not_yet_treated"]
BasePeriod = Literal["varying", "universal"]
Flag = Literal["few_pre_periods", "single_treated_unit", "few_treated_units", "few_comparison_units", "no_comparison"]

FEWEST_PRE_PERIODS = 4
"""With fewer periods before treatment, a common trend can hardly be looked at."""

FEWEST_UNITS = 10
"""With fewer units on a side, the normal interval is not to be trusted: use the permutation test."""


@dataclass(frozen=True)
class GroupTimeEffects:
    """Effects by group (units that are first treated in the same period) and period: m cells.

    Attributes
    ----------
    group, period
        First treated period of the group and the period of the effect, shape (m,).
    effect
        ATT(g, t) in the unit of the outcome, shape (m,). NaN where no unit is left to compare with. Before treatment
        it should be near 0.
    std_error
        From the influence function, each unit a cluster of its own, shape (m,). NaN where one side has a single unit:
        it has no spread to estimate from. NaN in the base period, which is 0 by definition.
    lower, upper
        Normal interval, one cell at a time, shape (m,).
    treated_units, comparison_units
        Units in the group and units it is compared with, shape (m,).
    influence
        Influence of each unit on each cell; its sum of squares is the variance; shape (n_units, m).
    groups, group_share
        The groups and their share of all weights, shape (n_groups,).
    membership
        Weight of each unit in its group, as a share of all weights, shape (n_units, n_groups).
    comparison, base_period
        As asked for.
    periods
        Number of periods.
    pre_periods
        Periods before treatment of the group that has fewest.
    treated_from_start
        Units left out because they are treated in the first period.
    pre_trend_chi2, pre_trend_freedom, pre_trend_p_value
        Wald test that all effects before treatment are 0; NaN where there are none or their covariance is singular,
        as with more of them than units. That it does not reject is no proof of a common trend.
    flags
        What limits the result.
    confidence
        Confidence level of the intervals.
    """

    group: NDArray[np.int64]
    period: NDArray[np.int64]
    effect: NDArray[np.float64]
    std_error: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    treated_units: NDArray[np.int64]
    comparison_units: NDArray[np.int64]
    influence: NDArray[np.float64]
    groups: NDArray[np.int64]
    group_share: NDArray[np.float64]
    membership: NDArray[np.float64]
    comparison: Comparison
    base_period: BasePeriod
    periods: int
    pre_periods: int
    treated_from_start: int
    pre_trend_chi2: float
    pre_trend_freedom: int
    pre_trend_p_value: float
    flags: tuple[Flag, ...]
    confidence: float


def group_time_effects(
    outcomes: ArrayLike,
    adoption: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    comparison: Comparison = "never_treated",
    base_period: BasePeriod = "varying",
    confidence: float = 0.95,
) -> GroupTimeEffects:
    r"""Average effect on the treated by group and period, with no covariates.

    .. math::

        ATT(g, t) = E[Y_t - Y_b \mid G = g] - E[Y_t - Y_b \mid C], \qquad
        \psi_i = \frac{w_i}{W_g} 1\{G_i = g\} (\Delta_i - \bar\Delta_g) - \frac{w_i}{W_C} 1\{i \in C\}
        (\Delta_i - \bar\Delta_C), \qquad se^2 = \sum_i \psi_i^2

    Where
        G      first treated period; Δ the change from the base period b to t, its means weighted by w;
        b      g - 1; before treatment t - 1 with the varying base period, g - 1 too with the universal one;
        C      units that are never treated, or those not treated until after both t and b.

    Two-way fixed effects compare units that are treated late with those already treated and are wrong when effects
    grow; here no treated unit is ever compared with. It rests on parallel trends: without treatment, the group's mean
    would have moved like that of its comparison units. No anticipation is allowed for.

    Parameters
    ----------
    outcomes
        Shares, means or counts, shape (n_units, n_periods).
    adoption
        First treated period of each unit, counted from 0; -1 for never; shape (n_units,).
    weights
        Sizes of the units, shape (n_units,); None weighs all alike.
    comparison
        Whom the treated are compared with.
    base_period
        What effects before treatment are measured from; those after it are the same in both.
    confidence
        Confidence level.

    Raises
    ------
    InvalidParameter
        If the panel is not as described, nobody is treated, nobody is observed before treatment, or there is nobody
        to compare with.

    Notes
    -----
    Callaway, B. and Sant'Anna, P. H. C. (2021), Difference-in-differences with multiple time periods, *Journal of
    Econometrics* 225(2), equations 2.8 and 2.9.
    """
    level = confidence_level(confidence)
    for name, value, known in (
        ("comparison", comparison, get_args(Comparison)),
        ("base_period", base_period, get_args(BasePeriod)),
    ):
        if value not in known:
            raise InvalidParameter(f"{name}={value!r} is not one of {', '.join(known)}")
    panel = adoption_panel(outcomes, adoption, weights)
    if comparison == "never_treated" and not (panel.adoption == NEVER).any():
        raise InvalidParameter(
            "adoption: every unit is treated in the end, so nobody is never treated; use comparison='not_yet_treated'"
        )
    cells = _cells(panel, base_period)
    parts = [_cell(panel, *cell, comparison) for cell in cells]
    if all(np.isnan(part[0]) for part in parts):
        raise InvalidParameter("adoption: in no period is there a unit that is not yet treated to compare with")
    return _result(panel, cells, parts, (comparison, base_period, level))


def _cells(panel: AdoptionPanel, base_period: BasePeriod) -> list[tuple[int, int, int]]:
    """Group, period and base period of every effect, by group and period."""
    cells = []
    for group in panel.dates.tolist():
        for period in range(panel.periods):
            if base_period == "universal" or period >= group:
                cells.append((group, period, group - 1))
            elif period > 0:
                cells.append((group, period, period - 1))
    return cells


_Cell = tuple[float, int, int, NDArray[np.float64]]
"""Effect, units of the group, units to compare with, influence of each unit."""


def comparison_units(adoption: NDArray[np.int64], until: int, comparison: Comparison) -> NDArray[np.bool_]:
    """Which units may be compared with up to a period, the same shape as ``adoption``."""
    never = adoption == NEVER
    return np.asarray(never if comparison == "never_treated" else never | (adoption > until))


def _cell(panel: AdoptionPanel, group: int, period: int, base: int, comparison: Comparison) -> _Cell:
    change = panel.outcomes[:, period] - panel.outcomes[:, base]
    treated = panel.adoption == group
    others = comparison_units(panel.adoption, max(period, base), comparison) & ~treated
    influence = np.zeros(len(change))
    if not others.any():
        return float("nan"), int(treated.sum()), 0, np.full(len(change), np.nan)
    means = []
    for side, sign in ((treated, 1.0), (others, -1.0)):
        share = np.where(side, panel.weights, 0.0) / panel.weights[side].sum()
        mean = float(share @ change)
        influence += sign * share * (change - mean)
        means.append(mean)
    return means[0] - means[1], int(treated.sum()), int(others.sum()), influence


def _result(
    panel: AdoptionPanel,
    cells: list[tuple[int, int, int]],
    parts: list[_Cell],
    asked: tuple[Comparison, BasePeriod, float],
) -> GroupTimeEffects:
    comparison, base_period, level = asked
    group, period, base = (np.array(column, dtype=np.int64) for column in zip(*cells, strict=True))
    effect = np.array([part[0] for part in parts])
    treated, others = (np.array([part[k] for part in parts], dtype=np.int64) for k in (1, 2))
    influence = np.column_stack([part[3] for part in parts])
    std_error = np.sqrt((influence**2).sum(axis=0))
    std_error[(treated < 2) | (others < 2) | (period == base)] = np.nan
    lower, upper = normal_interval(effect, std_error, level)
    # As the panel that is used has them: units treated from the start are in no group and no comparison.
    weights = np.where(panel.usable, panel.weights, 0.0) / panel.weights[panel.usable].sum()
    membership = weights[:, None] * (panel.adoption[:, None] == panel.dates)
    before = (period < group) & (period != base) & ~np.isnan(effect)
    chi2, freedom, p_value = _wald(effect[before], influence[:, before], std_error[before])
    return GroupTimeEffects(
        group, period, effect, std_error, lower, upper, treated, others, influence, panel.dates,
        membership.sum(axis=0), membership, comparison, base_period, panel.periods, int(panel.dates[0]),
        int((panel.adoption == 0).sum()), chi2, freedom, p_value, _flags(panel, others, period >= group), level,
    )  # fmt: skip


def normal_interval(
    effect: NDArray[np.float64], std_error: NDArray[np.float64], confidence: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Estimate plus and minus the normal quantile times the standard error; NaN stays NaN."""
    from scipy.stats import norm

    half = float(norm.isf((1.0 - confidence) / 2.0)) * std_error
    return effect - half, effect + half


def _wald(
    effect: NDArray[np.float64], influence: NDArray[np.float64], std_error: NDArray[np.float64]
) -> tuple[float, int, float]:
    """Wald test that all effects are 0."""
    from scipy.stats import chi2

    freedom = len(effect)
    if not freedom or np.isnan(std_error).any():
        return float("nan"), freedom, float("nan")
    covariance = influence.T @ influence
    if np.linalg.matrix_rank(covariance, hermitian=True) < freedom:
        return float("nan"), freedom, float("nan")
    statistic = float(effect @ np.linalg.solve(covariance, effect))
    return statistic, freedom, float(chi2.sf(statistic, freedom))


def _flags(panel: AdoptionPanel, others: NDArray[np.int64], after: NDArray[np.bool_]) -> tuple[Flag, ...]:
    sizes = [int((panel.adoption == date).sum()) for date in panel.dates]
    compared = others[after]
    checks: tuple[tuple[Flag, bool], ...] = (
        ("few_pre_periods", int(panel.dates[0]) < FEWEST_PRE_PERIODS),
        ("single_treated_unit", 1 in sizes),
        ("few_treated_units", sum(sizes) < FEWEST_UNITS),
        ("few_comparison_units", bool((compared[compared > 0] < FEWEST_UNITS).any())),
        ("no_comparison", bool((compared == 0).any())),
    )
    return tuple(flag for flag, applies in checks if applies)
