"""What the changes at breaks amount to: the series as it is expected beside the series without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.interrupted_series import Fit, InterruptedSeries, mean_of, slope_of

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Counterfactual:
    """A series beside what it would have been without some of its breaks; n months.

    Attributes
    ----------
    month
        Shape (n,).
    observed
        Share, rate or outcome, shape (n,).
    fitted
        What the model expects, shape (n,).
    without
        What it expects had the breaks not happened, shape (n,); with a comparison, had the series changed at them as
        much as its comparison.
    difference, difference_std_error, difference_lower, difference_upper
        ``fitted`` less ``without``, shape (n,): a share of 0.02 is two percentage points. 0 before the breaks.
    ratio, ratio_lower, ratio_upper
        ``fitted`` over ``without``, shape (n,); NaN where a measurement is not above 0. For shares it is the ratio of
        shares, not of odds.
    breaks
        Breaks that are taken away, counted from 0.
    confidence
        Confidence level of the intervals, one month at a time.
    """

    month: NDArray[np.int64]
    observed: Vector
    fitted: Vector
    without: Vector
    difference: Vector
    difference_std_error: Vector
    difference_lower: Vector
    difference_upper: Vector
    ratio: Vector
    ratio_lower: Vector
    ratio_upper: Vector
    breaks: tuple[int, ...]
    confidence: float

    def to_frame(self) -> pd.DataFrame:
        """One row a month."""
        names = (
            "observed", "fitted", "without", "difference", "difference_std_error", "difference_lower",
            "difference_upper", "ratio", "ratio_lower", "ratio_upper",
        )  # fmt: skip
        return pd.DataFrame({name: getattr(self, name) for name in names}, index=pd.Index(self.month, name="month"))


def counterfactual(found: InterruptedSeries, *, breaks: Sequence[int] | None = None) -> Counterfactual | None:
    r"""Effect of breaks in each month, by the delta method.

    .. math::

        \Delta_t = \mu(x_t^\top \hat\beta) - \mu(\tilde x_t^\top \hat\beta), \quad
        \nabla \Delta_t = \mu'_t x_t - \tilde\mu'_t \tilde x_t, \quad
        \nabla \log r_t = \frac{\mu'_t}{\mu_t} x_t - \frac{\tilde\mu'_t}{\tilde\mu_t} \tilde x_t

    Where
        x, x̃   terms of the month with and without the breaks; μ' slope of the mean in the linear predictor;
        r      ratio, whose interval is that of its logarithm.

    The further from the break, the more the answer leans on the slope before it having gone on.

    Parameters
    ----------
    found
        From :func:`jingan_analysis.models.interrupted_series.interrupted_series`.
    breaks
        Breaks to take away, counted from 0; None takes all.

    Returns
    -------
    Counterfactual or None
        None where nothing was estimated.

    Raises
    ------
    InvalidParameter
        If there is no such break.
    """
    b = len(found.model.breaks)
    chosen = tuple(range(b)) if breaks is None else tuple(sorted(set(breaks)))
    if not chosen or not all(0 <= place < b for place in chosen):
        raise InvalidParameter(f"breaks={breaks!r} must name breaks from 0 to {b - 1}")
    fit = found.fit
    return None if fit is None else _compared(found, fit, chosen)


def _compared(found: InterruptedSeries, fit: Fit, chosen: tuple[int, ...]) -> Counterfactual:
    terms, others = fit.design.matrix[0], fit.design.without(chosen)
    fitted, without = (mean_of(found.model, rows @ fit.estimate) for rows in (terms, others))
    tilt, tilt_without = (slope_of(found.model, mean)[:, None] for mean in (fitted, without))
    difference = fitted - without
    half = np.zeros_like(fitted)
    error, log_half, ratio = half.copy(), half.copy(), np.ones_like(fitted)
    # Before the breaks nothing differs, and there is nothing to put an interval around.
    after = (terms != others).any(axis=1)
    contrast = tilt * terms - tilt_without * others
    positive = after & (fitted > 0) & (without > 0)
    ratio[after & ~positive] = np.nan
    ratio[positive] = fitted[positive] / without[positive]
    if after.any():
        half[after] = fit.serial.half_width(contrast[after], found.confidence)
        error[after] = fit.serial.std_error(contrast[after])
    if positive.any():
        logs = tilt * terms / fitted[:, None] - tilt_without * others / without[:, None]
        log_half[positive] = fit.serial.half_width(logs[positive], found.confidence)
    size = 1.0 if found.series.size is None else found.series.size[0]
    return Counterfactual(
        found.series.month, found.series.outcome[0] / size, fitted, without, difference, error, difference - half,
        difference + half, ratio, ratio * np.exp(-log_half), ratio * np.exp(log_half), chosen, found.confidence,
    )  # fmt: skip


def effects_after(found: InterruptedSeries, place: int, months_after: Sequence[int]) -> pd.DataFrame | None:
    """Effect of one break so many months after it.

    Parameters
    ----------
    place
        Which break, counted from 0. The others stay: the effect of the second break is beside that of the first.
    months_after
        0 is the first month after the break.

    Returns
    -------
    DataFrame or None
        One row for each of ``months_after``: ``month`` and the columns of :meth:`Counterfactual.to_frame`, NaN in
        months that the series does not have; None where nothing was estimated.

    Raises
    ------
    InvalidParameter
        If there is no such break, or months are negative.
    """
    if any(after < 0 for after in months_after):
        raise InvalidParameter(
            f"months_after={tuple(months_after)!r} must be 0 or more: a break has no effect before it"
        )
    table = counterfactual(found, breaks=(place,))
    if table is None:
        return None
    wanted = [found.model.breaks[place] + after for after in months_after]
    rows = table.to_frame().reindex(wanted).rename_axis("month").reset_index()
    return rows.set_index(pd.Index(list(months_after), name="months_after"))
