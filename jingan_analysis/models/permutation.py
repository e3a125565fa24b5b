"""Randomisation inference: what the effect would look like had the dates of adoption fallen on other units."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import confidence_level
from jingan_analysis.models.adoption_panel import NEVER, AdoptionPanel, adoption_panel
from jingan_analysis.models.assigned_dates import drawn_assignments, every_assignment, number_of_assignments
from jingan_analysis.models.staggered_effects import Comparison, comparison_units

Weighting = Literal["simple", "group"]
Floats = NDArray[np.float64]
_CHUNK = 4096
"""Assignments worked on at once, so that memory stays small."""


@dataclass(frozen=True)
class PermutationTest:
    """Test that nobody's outcome was changed at all, and the interval of a constant effect.

    Attributes
    ----------
    effect
        Mean effect on the treated under the real dates, in the unit of the outcome.
    p_value
        Share of assignments whose effect is at least as far from 0; the real one counts.
    studentised, studentised_p_value
        Effect over its standard error, and the same test with it: less misled when sizes or spreads of units differ.
        NaN where fewer than two units are treated, for there is no spread to divide by.
    lower, upper
        All constant effects that the test of the plain effect does not reject at the confidence asked for.
    smallest_p_value
        Smallest p value that this test could give, however large a constant effect. Where half of the units are treated
        at once, the other half treated instead is always as extreme.
    assignments
        Number of assignments looked at, the real one among them.
    exact
        Whether these are all there are; otherwise they are a sample and the real one, counted by the +1 rule.
    distribution
        Effect under each assignment, the real one first, shape (assignments,).
    weighting, comparison, confidence
        As asked for.
    """

    effect: float
    p_value: float
    studentised: float
    studentised_p_value: float
    lower: float
    upper: float
    smallest_p_value: float
    assignments: int
    exact: bool
    distribution: Floats
    weighting: Weighting
    comparison: Comparison
    confidence: float

    def histogram(self, *, bins: int = 30) -> pd.DataFrame:
        """Assignments by effect: ``left``, ``right``, ``count`` and ``as_extreme``.

        The real effect and its opposite are edges, so that each bin is wholly as extreme as the real effect or not at
        all, and the counts of the extreme ones over all assignments are the p value.

        Parameters
        ----------
        bins
            About how many.
        """
        size, largest = abs(self.effect), float(np.abs(self.distribution).max())
        edge = _edges(size, largest, bins)
        # An effect that is at an edge but for rounding belongs outside of it, as it does for the p value.
        step = np.searchsorted(edge, np.abs(self.distribution) + 1e-10 * largest, side="right") - 1
        place = np.where(self.distribution >= 0, step, -1 - step)
        number = np.arange(int(place.min()), int(place.max()) + 1)
        inner = np.where(number >= 0, number, -1 - number)
        sign = np.where(number >= 0, 1.0, -1.0)
        sides = np.sort(np.column_stack([sign * edge[inner], sign * edge[inner + 1]]), axis=1)
        return pd.DataFrame(
            {
                "left": sides[:, 0],
                "right": sides[:, 1],
                "count": np.bincount(place - number[0], minlength=len(number)),
                "as_extreme": edge[inner] >= size * (1.0 - 1e-12),
            }
        )


def _edges(size: float, largest: float, bins: int) -> Floats:
    """Edges from 0 past the largest, one of them the size of the real effect."""
    width = 2.0 * (largest or 1.0) / bins
    inside = round(size / width)
    if inside:
        return np.asarray(np.arange(math.ceil(largest * inside / size) + 2) * size / inside, dtype=np.float64)
    outside: Floats = size + np.arange(bins // 2 + 2, dtype=np.float64) * width
    return outside if size <= 1e-10 * largest else np.append(0.0, outside)


def permutation_test(  # noqa: PLR0913  # options, named by the caller
    outcomes: ArrayLike,
    adoption: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    comparison: Comparison = "never_treated",
    weighting: Weighting = "simple",
    most_assignments: int = 20_000,
    draws: int = 4_999,
    seed: int = 0,
    confidence: float = 0.95,
) -> PermutationTest:
    r"""Permute the dates of adoption over the units and compare the effect with what chance gives.

    .. math::

        p = \frac{1 + \#\{a : |T_a| \ge |T|\}}{1 + A}, \qquad
        T_a(\tau) = T_a(Y) - \tau\, T_a(Z), \qquad T(\tau) = T(Y) - \tau

    Where
        T   the size-weighted mean of ATT(g, t) over t >= g, or of their mean in each group; a one of the A other
            assignments (all of them, or a sample);
        Z   1 where a unit is really treated; the interval holds every τ whose removal is not rejected.

    The test is exact, whatever the number of units, if every unit could as well have had any of the dates. Where units
    were chosen for a reason it only says how unusual the effect is among the units. It tests that no outcome changed;
    the interval supposes that all changed by the same amount.

    Parameters
    ----------
    outcomes, adoption, weights, comparison
        As for :func:`~jingan_analysis.models.staggered_effects.group_time_effects`. Units treated from the first
        period on are left out.
    weighting
        Whether every treated unit-period weighs by size (simple), or every treated unit (group).
    most_assignments
        If there are no more than that, all are looked at.
    draws, seed
        Number of assignments drawn otherwise, and the seed of the draw.
    confidence
        Confidence level of the interval.

    Raises
    ------
    InvalidParameter
        If the panel does not carry it, nobody is left to compare with under some assignment, or there are so few
        assignments that no p value can be as small as one minus the confidence.

    Notes
    -----
    Fisher, R. A. (1935), *The Design of Experiments*; Rosenbaum, P. R. (2002), *Observational Studies*, section 2;
    Phipson, B. and Smyth, G. K. (2010), Permutation p-values should never be zero, *Statistical Applications in
    Genetics and Molecular Biology* 9(1), for the +1; Roth, J. and Sant'Anna, P. H. C. (2023), Efficient estimation for
    staggered rollout designs, *Journal of Political Economy: Microeconomics* 1(4), for the studentised statistic.
    """
    level = confidence_level(confidence)
    if weighting not in get_args(Weighting) or comparison not in get_args(Comparison):
        raise InvalidParameter(f"weighting={weighting!r} or comparison={comparison!r} is not one of those known")
    given = adoption_panel(outcomes, adoption, weights)
    panel = AdoptionPanel(
        given.outcomes[given.usable], given.adoption[given.usable], given.weights[given.usable], given.dates
    )
    _check_comparison(panel, comparison)
    number = number_of_assignments(panel.adoption)
    exact = number <= most_assignments
    if not exact and draws < 1:
        raise InvalidParameter(f"draws={draws!r} must be 1 or more, for {number} assignments are too many to look at")
    rows = (
        np.array(list(every_assignment(panel.adoption)))
        if exact
        else drawn_assignments(panel.adoption, draws, seed=seed)
    )
    return _tested(panel, rows, (exact, weighting, comparison, level))


def _check_comparison(panel: AdoptionPanel, comparison: Comparison) -> None:
    """Whom a date is compared with does not depend on who has it, only on how many have which."""
    last = panel.periods - 1
    until = last if comparison == "not_yet_treated" else 0
    if not comparison_units(panel.adoption, until, comparison).any():
        raise InvalidParameter(
            "adoption: in the last period nobody is left that is not treated; shorten the panel or leave this test out"
        )


def _tested(
    panel: AdoptionPanel, rows: NDArray[np.int64], asked: tuple[bool, Weighting, Comparison, float]
) -> PermutationTest:
    exact, weighting, comparison, level = asked
    really = (panel.adoption[:, None] != NEVER) & (np.arange(panel.periods) >= panel.adoption[:, None])
    effects, errors, slopes = [], [], []
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK]
        effect, error = assigned_effects(panel, part, panel.outcomes, comparison=comparison, weighting=weighting)
        slope, _ = assigned_effects(panel, part, really.astype(np.float64), comparison=comparison, weighting=weighting)
        effects.append(effect)
        errors.append(error)
        slopes.append(slope)
    distribution, error, slope = (np.concatenate(parts) for parts in (effects, errors, slopes))
    smallest = _smallest_p_value(slope, level)
    lower, upper = not_rejected(distribution, slope, 1.0 - level)
    ratio = _ratios(distribution, error) if (panel.adoption != NEVER).sum() > 1 else np.full(len(rows), np.nan)
    return PermutationTest(
        float(distribution[0]), share_as_extreme(distribution), float(ratio[0]), share_as_extreme(ratio), lower,
        upper, smallest, len(rows), exact, distribution, weighting, comparison, level,
    )  # fmt: skip


def assigned_effects(
    panel: AdoptionPanel,
    rows: NDArray[np.int64],
    outcomes: Floats,
    *,
    comparison: Comparison,
    weighting: Weighting,
) -> tuple[Floats, Floats]:
    """Mean effect and its standard error under each assignment, shapes (assignments,).

    The standard error takes the spread of effects over all treated units, whatever their date, so that it exists
    where each date has one unit.
    """
    weights = panel.weights
    effect = np.zeros(len(rows))
    own = np.zeros(rows.shape)  # part of the effect that each treated unit brings
    share = np.zeros(rows.shape)  # its weight in the effect
    spread = np.zeros(rows.shape)  # deviation of each comparison unit
    whole = np.zeros(len(rows))
    for date in panel.dates.tolist():
        treated = (rows == date) * weights
        length = panel.periods - date
        each = 1.0 if weighting == "simple" else 1.0 / length
        for period in range(date, panel.periods):
            change = outcomes[:, period] - outcomes[:, date - 1]
            others = comparison_units(rows, period, comparison) * weights
            people = others.sum(axis=1)
            mean = others @ change / people
            own += each * treated * (change - mean[:, None])
            spread += (each * treated.sum(axis=1) / people)[:, None] * others * (change - mean[:, None])
            share += each * treated
        whole += each * length * treated.sum(axis=1)
    effect = own.sum(axis=1) / whole
    deviation = (own - share * effect[:, None] - spread) / whole[:, None]
    return effect, np.sqrt((deviation**2).sum(axis=1))


def _ratios(effect: Floats, error: Floats) -> Floats:
    """Effect over error; without any spread there is no error, and any effect is beyond all others."""
    tiny = 1e-12 * max(float(np.abs(effect).max()), float(error.max()), 1e-300)
    ratio = np.where(np.abs(effect) > tiny, np.copysign(np.inf, effect), 0.0)
    np.divide(effect, error, out=ratio, where=error > tiny)
    return ratio


def share_as_extreme(values: Floats) -> float:
    """Share of values at least as far from 0 as the first; equal but for rounding counts."""
    if np.isnan(values[0]):
        return float("nan")
    size = np.abs(values)
    finite = size[np.isfinite(size)]
    slack = 1e-10 * float(finite.max()) if len(finite) else 0.0
    return float(np.mean(size >= size[0] - slack))


def always_as_extreme(slope: Floats) -> NDArray[np.bool_]:
    """The real assignment, its repetitions in a sample, and the one that turns every effect round, if there is one."""
    return np.asarray(np.abs(slope) > 1.0 - 1e-9)


def _smallest_p_value(slope: Floats, level: float) -> float:
    smallest = float(always_as_extreme(slope).mean())
    if smallest > 1.0 - level + 1e-12:
        raise InvalidParameter(
            f"only {len(slope)} ways to assign the dates are looked at, so no p value is below {smallest:.4f} and "
            f"there is no interval of confidence {level:g}; "
            f"ask for at most {1.0 - smallest:.4f}, or have more units or draws"
        )
    return smallest


def not_rejected(effect: Floats, slope: Floats, alpha: float) -> tuple[float, float]:
    """Ends of the constant effects that are not rejected: effect and slope under each assignment, the real one first.

    |T_a - τ z_a| >= |T - τ| holds between two values of τ, the real effect among them; so the p value falls step by
    step away from the effect, and its steps are these values in order.
    """
    observed = float(effect[0])
    same = always_as_extreme(slope)
    safe = np.where(same, 0.0, slope)
    first, second = (observed - effect) / (1.0 - safe), (observed + effect) / (1.0 + safe)
    low = np.where(same, -np.inf, np.minimum(first, second))
    high = np.where(same, np.inf, np.maximum(first, second))
    # More than alpha of all assignments must be at least as extreme.
    needed = math.floor(alpha * len(effect) + 1e-9)
    return float(np.sort(low)[needed]), float(np.sort(high)[::-1][needed])
