"""Regression of counts over exposure: Poisson, and negative binomial where counts vary more than Poisson's."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import DidNotConverge
from jingan_analysis.measures.quantity import confidence_level
from jingan_analysis.models.count_rows import CountRows, count_rows

Vector = NDArray[np.float64]
_STEEPEST = 1e-5
"""Largest slope of the log-likelihood per row that still counts as its top."""


@dataclass(frozen=True)
class CountModel:
    """A fitted model of log rates with p covariates.

    Attributes
    ----------
    alpha, alpha_std_error
        Variance is μ + α μ²: 0 is Poisson; α is 1/θ of R's glm.nb. The error of 0 is not a number.
    intercept
        Log rate where all covariates are 0.
    log_rate_ratio, std_error
        Coefficients and their standard errors, shape (p,): robust if there are clusters.
    rate_ratio, lower, upper
        exp of the coefficients and of their interval, shape (p,): 2 is twice the rate. The interval is normal, or
        Student's with one degree of freedom less than there are clusters.
    p_value
        Test that the rate ratio is 1, shape (p,).
    covariance
        Of intercept and coefficients, shape (p + 1, p + 1).
    fitted
        Expected counts of the rows used, shape (rows,).
    log_likelihood, akaike
        With all constants; Akaike's criterion, smaller is better.
    pearson_dispersion
        Sum of squared Pearson residuals over degrees of freedom; near 1 if the variance is right. NaN without any.
    """

    alpha: float
    alpha_std_error: float
    intercept: float
    log_rate_ratio: Vector
    std_error: Vector
    rate_ratio: Vector
    lower: Vector
    upper: Vector
    p_value: Vector
    covariance: Vector
    fitted: Vector
    log_likelihood: float
    akaike: float
    pearson_dispersion: float


@dataclass(frozen=True)
class CountRegression:
    """Both models of the same counts, and the test between them.

    Attributes
    ----------
    names
        Covariates, p of them.
    poisson, negative_binomial
        The models; where counts vary no more than Poisson's, both are the same.
    overdispersion_chi2, overdispersion_p_value
        Likelihood-ratio statistic of α = 0 and its p value. α cannot be below 0, so the statistic is half the time 0
        and else chi-squared with one degree of freedom.
    rows, events
        Rows used and events in them.
    without_exposure
        Rows left out because their exposure is 0.
    clusters
        Number of clusters of the robust errors; None without.
    confidence
        Confidence level of the intervals.
    """

    names: tuple[str, ...]
    poisson: CountModel
    negative_binomial: CountModel
    overdispersion_chi2: float
    overdispersion_p_value: float
    rows: int
    events: int
    without_exposure: int
    clusters: int | None
    confidence: float


def count_regression(
    counts: ArrayLike,
    covariates: ArrayLike,
    *,
    names: Sequence[str],
    exposure: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    confidence: float = 0.95,
) -> CountRegression:
    r"""Rate ratios by maximum likelihood, with over-dispersion estimated and tested.

    .. math::

        \log \mu_i = \log e_i + \beta_0 + x_i^\top \beta, \qquad \operatorname{Var} y_i = \mu_i + \alpha \mu_i^2, \qquad
        \operatorname{Cov} \hat\beta = I^{-1}, \quad I = \sum_i \frac{\mu_i}{1 + \alpha \mu_i} x_i x_i^\top

    Where
        e   exposure, such as household-months: its coefficient is held at 1;
        α   over-dispersion, estimated with the rest (NB2);
        I   expected information; with G clusters the covariance is
            :math:`\frac{G}{G - 1} I^{-1} \bigl(\sum_g s_g s_g^\top\bigr) I^{-1}` with scores
            :math:`s_g = \sum_{i \in g} \frac{y_i - \mu_i}{1 + \alpha \mu_i} x_i`.

    Parameters
    ----------
    counts
        Whole numbers of events, shape (n,).
    covariates
        Finite numbers, shape (n, p); p may be 0. The intercept is added.
    names
        Name of each covariate, p of them, all different.
    exposure
        What the events are counted over, shape (n,); None is 1 for each row. Rows with none and no events are left out
        and counted.
    clusters
        Code of the cluster of each row, such as its sub-district, shape (n,).
    confidence
        Confidence level.

    Raises
    ------
    InvalidParameter
        If a number is not known or of the wrong kind, events happened without exposure, covariates say the same, some
        covariates tell exactly which rows have no events (their rate ratio would be 0), or there are too few rows or
        clusters.
    DidNotConverge
        If no top of the likelihood is found.

    Notes
    -----
    Cameron, A. C. and Trivedi, P. K. (2013), *Regression Analysis of Count Data*, 2nd ed., chapters 3 and 5; Self, S.
    G. and Liang, K.-Y. (1987), *Journal of the American Statistical Association* 82(398), for the boundary.
    """
    level = confidence_level(confidence)
    rows = count_rows(counts, covariates, names=names, exposure=exposure, clusters=clusters)
    poisson_fit = _poisson(rows)
    fit, alpha_error = _negative_binomial(rows, poisson_fit)
    poisson = _model(rows, poisson_fit, float("nan"), level)
    over = fit[-1] > 0
    negative = _model(rows, fit, alpha_error, level) if over else poisson
    chi2 = max(2.0 * (negative.log_likelihood - poisson.log_likelihood), 0.0)
    return CountRegression(
        rows.names, poisson, negative, chi2, _boundary_p_value(chi2), len(rows.counts), int(rows.counts.sum()),
        rows.without_exposure, rows.n_clusters, level,
    )  # fmt: skip


def _boundary_p_value(chi2: float) -> float:
    from scipy.stats import chi2 as distribution

    return 0.5 * float(distribution.sf(chi2, 1)) if chi2 > 0 else 1.0


def _poisson(rows: CountRows) -> Vector:
    """Coefficients on the standardised covariates, and α = 0."""
    from statsmodels.discrete.discrete_model import Poisson

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        # From the overall rate, where the likelihood is concave all the way.
        start = np.zeros(rows.design.shape[1])
        start[0] = np.log(rows.counts.sum() / np.exp(rows.offset).sum())
        found = Poisson(rows.counts, rows.design, offset=rows.offset).fit(
            start_params=start, method="newton", maxiter=200, disp=0, skip_hessian=True
        )
    fit = np.append(np.asarray(found.params, dtype=np.float64), 0.0)
    return _checked("Poisson", rows, fit)


def _negative_binomial(rows: CountRows, poisson: Vector) -> tuple[Vector, float]:
    """Coefficients and α, and the standard error of α.

    Where the likelihood falls as α leaves 0, the counts vary no more than Poisson's and α is 0.
    """
    from statsmodels.discrete.discrete_model import NegativeBinomial

    mean = np.exp(rows.offset + rows.design @ poisson[:-1])
    excess = (rows.counts - mean) ** 2 - rows.counts
    if excess.sum() <= 1e-9 * rows.counts.sum():
        return poisson, float("nan")
    alpha = float(np.clip(excess.sum() / (mean**2).sum(), 1e-3, 10.0))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        model = NegativeBinomial(rows.counts, rows.design, loglike_method="nb2", offset=rows.offset)
        near = model.fit(start_params=np.append(poisson[:-1], alpha), method="bfgs", maxiter=500, disp=0)
        found = model.fit(start_params=near.params, method="newton", maxiter=100, disp=0, skip_hessian=True)
        fit = np.asarray(found.params, dtype=np.float64)
        slopes = model.score(fit)
        information = -model.hessian(fit)
    if not fit[-1] > 0 or not np.isfinite(slopes).all() or np.abs(slopes[-1]) > _STEEPEST * len(rows.counts):
        raise DidNotConverge("the negative binomial regression found no top of its likelihood; use fewer covariates")
    fit = _checked("negative binomial", rows, fit)
    variance = np.linalg.inv(information)[-1, -1]
    return fit, float(np.sqrt(variance)) if variance > 0 else float("nan")


def _checked(name: str, rows: CountRows, fit: Vector) -> Vector:
    """The coefficients, once the slopes of the likelihood are 0 there."""
    steep = True
    if np.isfinite(fit).all():
        slopes = _scores(rows, fit).sum(axis=0)
        steep = not bool(np.abs(slopes).max() < _STEEPEST * (1.0 + rows.counts.sum()))
    if steep:
        raise DidNotConverge(f"the {name} regression found no top of its likelihood; use fewer covariates")
    return fit


def _scores(rows: CountRows, fit: Vector) -> Vector:
    mean = np.exp(rows.offset + rows.design @ fit[:-1])
    return np.asarray(((rows.counts - mean) / (1.0 + fit[-1] * mean))[:, None] * rows.design)


def _model(rows: CountRows, fit: Vector, alpha_error: float, level: float) -> CountModel:
    from scipy.stats import norm, t

    alpha = float(fit[-1])
    mean = np.exp(rows.offset + rows.design @ fit[:-1])
    weighted = rows.design.T * (mean / (1.0 + alpha * mean))
    bread = np.asarray(np.linalg.inv(weighted @ rows.design), dtype=np.float64)
    covariance = bread
    distribution = norm()
    if rows.clusters is not None and rows.n_clusters is not None:
        sums = np.zeros((rows.n_clusters, len(bread)))
        np.add.at(sums, rows.clusters, _scores(rows, fit))
        covariance = rows.n_clusters / (rows.n_clusters - 1) * bread @ (sums.T @ sums) @ bread
        distribution = t(rows.n_clusters - 1)
    coefficients, covariance = rows.in_own_units(fit[:-1], covariance)
    beta, error = coefficients[1:], np.sqrt(np.diag(covariance))[1:]
    half = float(distribution.isf((1.0 - level) / 2.0)) * error
    likelihood = _log_likelihood(rows.counts, mean, alpha)
    freedom = len(mean) - len(coefficients)
    pearson = float(((rows.counts - mean) ** 2 / (mean + alpha * mean**2)).sum())
    return CountModel(
        alpha, alpha_error, float(coefficients[0]), beta, error, np.exp(beta), np.exp(beta - half), np.exp(beta + half),
        2.0 * distribution.sf(np.abs(beta / error)), covariance, mean, likelihood,
        2.0 * (len(coefficients) + (alpha > 0)) - 2.0 * likelihood, pearson / freedom if freedom else float("nan"),
    )  # fmt: skip


def _log_likelihood(counts: Vector, mean: Vector, alpha: float) -> float:
    from scipy.stats import nbinom, poisson

    if alpha == 0:
        return float(poisson.logpmf(counts, mean).sum())
    return float(nbinom.logpmf(counts, 1.0 / alpha, 1.0 / (1.0 + alpha * mean)).sum())
