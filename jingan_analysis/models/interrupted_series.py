"""Interrupted time series: how level and slope of a monthly series changed at dates that were known beforehand."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import confidence_level
from jingan_analysis.models.interrupted_design import Design, MonthlySeries, SegmentedModel, design
from jingan_analysis.models.newey_west import NeweyWest, newey_west
from jingan_analysis.models.serial_errors import SerialErrors, serial_errors

Vector = NDArray[np.float64]
Refusal = Literal[
    "two_points_only",
    "too_few_months",
    "no_variation",
    "singular_design",
    "too_few_months_for_terms",
    "no_convergence",
]
FEWEST_FREEDOM = 4
"""Residual degrees of freedom below which neither spread nor autocorrelation can be told."""


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted segmented regression with p terms, of s series in n months.

    Attributes
    ----------
    design
        The terms.
    estimate
        Coefficients on the scale of the link, shape (p,): log odds, log rates, or units of the outcome; slopes a month.
    fitted
        Expected share, rate or outcome of each series, shape (s, n).
    pearson
        Pearson residuals: distance of the outcome from the expected one in the standard deviations of the family,
        shape (s, n).
    bread
        Inverse of the information if the dispersion were 1, shape (p, p): the covariance of plain Poisson or binomial.
    dispersion
        Sum of squared Pearson residuals over ``freedom``; its product with ``bread`` is the quasi-likelihood's
        covariance, in which months do not depend on each other.
    freedom
        Months of all series less p.
    newey_west
        Newey and West's covariance and its options.
    serial
        Errors with autocorrelation, of which intervals and p values are made.
    """

    design: Design
    estimate: Vector
    fitted: Vector
    pearson: Vector
    bread: Vector
    dispersion: float
    freedom: int
    newey_west: NeweyWest
    serial: SerialErrors


@dataclass(frozen=True, eq=False)
class InterruptedSeries:
    """The changes of a series at its breaks, or why they are not estimated.

    Attributes
    ----------
    series, model
        What was asked.
    months_by_segment
        Months before the first break, between breaks, and from the last one on.
    refusal
        Why nothing was estimated: ``two_points_only`` where there are no more months than that; ``too_few_months``
        where a segment has fewer than ``model.fewest_months``; ``no_variation`` where a series is the same in all
        months, or the model meets every one, or both series say the same; ``singular_design`` where terms say the same;
        ``too_few_months_for_terms`` where the terms leave too little to tell the spread from; ``no_convergence`` where
        a term runs off without end, as when all beds of a segment are occupied. None where ``fit`` is there.
    fit
        The estimates; None with a refusal.
    confidence
        Confidence level of the intervals.
    """

    series: MonthlySeries
    model: SegmentedModel
    months_by_segment: tuple[int, ...]
    refusal: Refusal | None
    fit: Fit | None
    confidence: float

    def to_frame(self) -> pd.DataFrame:
        """One row a term, with each kind of error beside the other; no row with a refusal.

        ``std_error``, ``lower``, ``upper`` and ``p_value`` allow for autocorrelation; columns that begin with
        ``newey_west_`` or ``quasi_`` are those of these errors, with Student's distribution on the same freedom.
        """
        return _coefficients(self)


def interrupted_series(series: MonthlySeries, model: SegmentedModel, *, confidence: float = 0.95) -> InterruptedSeries:
    r"""Fit a segmented regression by quasi-likelihood.

    .. math::

        g(\mu_t) = \eta_t, \qquad \operatorname{Var} y_t = \phi V(\mu_t), \qquad
        \sum_t \frac{y_t - \mu_t}{V(\mu_t)} \frac{\partial \mu_t}{\partial \beta} = 0

    Where
        η      the terms of :func:`jingan_analysis.models.interrupted_design.design`;
        g, V   log odds and binomial variance of the size; log with the size as offset and μ; or identity and 1;
        φ      dispersion: the sum of squared Pearson residuals over n - p.

    Intervals come from :func:`jingan_analysis.models.serial_errors.serial_errors`, since months depend on each other in
    a way that a series of a few years does not tell well. Newey–West and quasi-likelihood errors stand beside them.

    Nothing else may have happened at a break that moved the series: the model cannot tell one cause from another of the
    same month. A comparison series takes away what happened to both.

    Parameters
    ----------
    series
        From :func:`jingan_analysis.models.interrupted_design.monthly_series`.
    model
        Family, breaks and terms.
    confidence
        Confidence level.

    Raises
    ------
    InvalidParameter
        If the family needs a size and there is none or the reverse, an outcome lies outside what the family allows, or
        the confidence level is none.

    Notes
    -----
    Wagner, A. K., Soumerai, S. B., Zhang, F. and Ross-Degnan, D. (2002), Segmented regression analysis of interrupted
    time series studies in medication use research, *Journal of Clinical Pharmacy and Therapeutics* 27(4).
    """
    level = confidence_level(confidence)
    _check(series, model)
    cuts = np.searchsorted(series.month, model.breaks)
    segments = tuple(int(n) for n in np.diff([0, *cuts, len(series.month)]))
    terms = design(series, model)
    refusal = _refusal(series, model, segments, terms)
    fit: Fit | None = None
    if refusal is None:
        fit, refusal = _fit(series, model, terms)
    return InterruptedSeries(series, model, segments, refusal, fit, level)


def _check(series: MonthlySeries, model: SegmentedModel) -> None:
    family, size, outcome = model.family, series.size, series.outcome
    if family == "gaussian":
        if size is not None:
            raise InvalidParameter("family='gaussian' has no size; divide the outcome by it before, or leave it out")
        return
    if family == "binomial" and size is None:
        raise InvalidParameter(
            "family='binomial' needs the size of which the outcome is a part, such as usable bed-days"
        )
    most = np.inf if family == "poisson" or size is None else size
    if (outcome < 0).any() or (outcome > most).any():
        raise InvalidParameter(
            f"outcome: {int(((outcome < 0) | (outcome > most)).sum())} of {outcome.size} values are below 0 or above "
            f"their size, which family={family!r} does not allow"
        )


def _refusal(series: MonthlySeries, model: SegmentedModel, segments: tuple[int, ...], terms: Design) -> Refusal | None:
    matrix = terms.matrix.reshape(-1, len(terms.names))
    level = series.outcome if series.size is None else series.outcome / series.size
    checks: tuple[tuple[Refusal, bool], ...] = (
        ("two_points_only", len(series.month) <= 2),
        ("too_few_months", min(segments) < model.fewest_months),
        ("no_variation", bool((np.ptp(level, axis=1) <= 1e-12 * np.abs(level).max(axis=1, initial=0.0)).any())),
        ("too_few_months_for_terms", len(matrix) - matrix.shape[1] < FEWEST_FREEDOM),
    )
    found = next((refusal for refusal, holds in checks if holds), None)
    if found is not None:
        return found
    scaled = matrix / np.maximum(np.linalg.norm(matrix, axis=0), 1e-300)
    return "singular_design" if np.linalg.matrix_rank(scaled, tol=1e-8) < matrix.shape[1] else None


def _fit(series: MonthlySeries, model: SegmentedModel, terms: Design) -> tuple[Fit | None, Refusal | None]:
    estimate = _coefficients_of(series, model, terms)
    if estimate is None:
        return None, "no_convergence"
    predictor = terms.matrix @ estimate
    fitted = mean_of(model, predictor)
    size = np.ones_like(fitted) if series.size is None else series.size
    # The links are canonical: the variance of an outcome is also its weight in the information.
    variance = size * slope_of(model, fitted)
    pearson = np.asarray((series.outcome - size * fitted) / np.sqrt(variance), dtype=np.float64)
    weighted = np.asarray(terms.matrix * np.sqrt(variance)[:, :, None], dtype=np.float64)
    flat = weighted.reshape(-1, weighted.shape[2])
    bread = np.asarray(np.linalg.inv(flat.T @ flat), dtype=np.float64)
    freedom = flat.shape[0] - flat.shape[1]
    scatter = pearson @ pearson.T
    spread = (series.outcome**2 / variance).sum(axis=1)
    if (np.diag(scatter) <= 1e-18 * spread).any() or np.linalg.cond(scatter) > 1e12:
        return None, "no_variation"
    scores = (weighted * pearson[:, :, None]).sum(axis=0)
    return Fit(
        terms, estimate, fitted, pearson, bread, float(np.trace(scatter)) / freedom, freedom,
        newey_west(scores, series.month, bread, freedom=freedom, lags=model.lags),
        serial_errors(pearson, weighted, series.month, bread),
    ), None  # fmt: skip


def mean_of(model: SegmentedModel, predictor: Vector) -> Vector:
    """Share, rate or outcome at a value of the linear predictor, the same shape."""
    if model.family == "binomial":
        return np.asarray(1.0 / (1.0 + np.exp(-predictor)))
    return np.asarray(np.exp(predictor) if model.family == "poisson" else predictor)


def slope_of(model: SegmentedModel, mean: Vector) -> Vector:
    """Slope of the mean in the linear predictor where the mean is this, the same shape."""
    if model.family == "binomial":
        return mean * (1.0 - mean)
    return mean if model.family == "poisson" else np.ones_like(mean)


def _coefficients_of(series: MonthlySeries, model: SegmentedModel, terms: Design) -> Vector | None:
    """The coefficients; None where they run off without end."""
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.regression.linear_model import OLS

    matrix = terms.matrix.reshape(-1, len(terms.names))
    y = series.outcome.ravel()
    if model.family == "gaussian":
        return np.asarray(OLS(y, matrix).fit(method="qr").params, dtype=np.float64)
    size = np.ones_like(y) if series.size is None else series.size.ravel()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        if model.family == "binomial":
            glm = GLM(y / size, matrix, family=families.Binomial(), var_weights=size)
        else:
            glm = GLM(y, matrix, family=families.Poisson(), offset=np.log(size))
        try:
            found = np.asarray(glm.fit(method="IRLS", maxiter=100, tol=1e-10).params, dtype=np.float64)
        except (np.linalg.LinAlgError, ValueError):
            return None
        fitted = mean_of(model, matrix @ found)
        left = np.abs(matrix.T @ (y - size * fitted))
        flat = not bool(left.max() < 1e-6 * np.abs(matrix.T @ np.abs(y)).max())
    # Odds of a million to one in some month: the series is all or nothing there, and any larger number would do.
    edge = not np.isfinite(found).all() or bool((slope_of(model, fitted) < 1e-8 * fitted.max()).any())
    return None if flat or edge else found


def _coefficients(found: InterruptedSeries) -> pd.DataFrame:
    fit = found.fit
    errors = ("std_error", "lower", "upper", "p_value")
    columns = ["estimate", *errors, *(f"newey_west_{e}" for e in errors), *(f"quasi_{e}" for e in errors)]
    if fit is None:
        return pd.DataFrame(columns=columns, index=pd.Index([], name="term"), dtype=np.float64)
    each = np.eye(len(fit.estimate))
    half = fit.serial.half_width(each, found.confidence)
    serial = (
        fit.serial.std_error(each), fit.estimate - half, fit.estimate + half,
        fit.serial.p_value(each, fit.estimate),
    )  # fmt: skip
    others = [
        column
        for covariance in (fit.newey_west.covariance, fit.dispersion * fit.bread)
        for column in student(fit.estimate, np.sqrt(np.diag(covariance)), fit.freedom, found.confidence)
    ]
    values = dict(zip(columns, (fit.estimate, *serial, *others), strict=True))
    return pd.DataFrame(values, index=pd.Index(fit.design.names, name="term"))


def student(
    estimate: Vector, std_error: Vector, freedom: int, confidence: float
) -> tuple[Vector, Vector, Vector, Vector]:
    """Standard error, limits and p value with Student's distribution, each of the shape of the estimate."""
    from scipy.stats import t

    half = float(t.isf((1.0 - confidence) / 2.0, freedom)) * std_error
    p_value = np.asarray(2.0 * t.sf(np.abs(estimate) / std_error, freedom))
    return std_error, estimate - half, estimate + half, p_value
