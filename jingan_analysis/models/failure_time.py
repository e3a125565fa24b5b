"""Accelerated failure time: how many times longer the wait is, an answer that needs no proportional hazards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import DidNotConverge, InvalidParameter
from jingan_analysis.measures.quantity import confidence_level
from jingan_analysis.models.durations import Spells, checked_spells, whole_codes

Distribution = Literal["weibull", "lognormal"]
"""Of the days: Weibull has hazards that are proportional too and rise or fall all the time; with the log-normal one the
hazard rises and then falls."""

Vector = NDArray[np.float64]
_MOST_STEPS = 60


@dataclass(frozen=True)
class FailureTime:
    """A fitted model of log days with p covariates.

    Attributes
    ----------
    distribution
        Of the days.
    names
        Covariates.
    spells, events
        Numbers of spells and events.
    intercept
        Mean log days of the error-free wait where all covariates are 0.
    log_time_ratio, std_error
        Coefficients for one unit more of each covariate and their standard errors, shape (p,): robust if there are
        clusters.
    time_ratio, lower, upper
        exp of the coefficients and of their normal interval, shape (p,): 2 is a wait twice as long, at every quantile.
    z, p_value
        Wald test of each coefficient, shape (p,).
    scale, log_scale_std_error
        Scale σ of log days, and the standard error of its logarithm.
    covariance
        Of intercept, coefficients and log scale, shape (p + 2, p + 2).
    confidence
        Confidence level of the interval.
    clusters
        Number of clusters of the robust errors; None without.
    log_likelihood, akaike
        Of days, not of their logarithms, so that distributions can be compared; Akaike's criterion, smaller is better.
    """

    distribution: Distribution
    names: tuple[str, ...]
    spells: int
    events: int
    intercept: float
    log_time_ratio: Vector
    std_error: Vector
    time_ratio: Vector
    lower: Vector
    upper: Vector
    z: Vector
    p_value: Vector
    scale: float
    log_scale_std_error: float
    covariance: Vector
    confidence: float
    clusters: int | None
    log_likelihood: float
    akaike: float


def failure_time(
    durations: ArrayLike,
    observed: ArrayLike,
    covariates: ArrayLike,
    *,
    names: Sequence[str],
    distribution: Distribution = "weibull",
    clusters: ArrayLike | None = None,
    entry: ArrayLike | None = None,
    confidence: float = 0.95,
) -> FailureTime:
    r"""Accelerated failure time model by maximum likelihood.

    .. math::

        \log T_i = \alpha + x_i^\top \beta + \sigma \varepsilon_i, \qquad
        \ell = \sum_i \delta_i \bigl[\log f(z_i) - \log(\sigma t_i)\bigr] + (1 - \delta_i) \log S(z_i) - \log S(z_{0i})

    Where
        ε       smallest extreme value (Weibull) or standard normal (log-normal), with density f and survival S;
        z, z_0  standardised residuals of log days at the end and at the (late) entry of the spell.

    Parameters
    ----------
    durations, observed, entry
        As for :func:`~jingan_analysis.models.survival.kaplan_meier`, but above 0: the logarithm of 0 days does not
        exist.
    covariates
        Finite numbers, shape (n, p); p may be 0.
    names
        Name of each covariate, p of them, all different.
    distribution
        Of the days.
    clusters
        Whole codes, shape (n,): spells of one cluster may depend on each other.
    confidence
        Confidence level of the intervals.

    Raises
    ------
    InvalidParameter
        If an argument is impossible, a duration is 0, covariates are collinear, or events or clusters are not more than
        parameters.
    DidNotConverge
        If the likelihood has no maximum.

    Notes
    -----
    Kalbfleisch, J. D. and Prentice, R. L. (2002), *The Statistical Analysis of Failure Time Data*, chapter 3.
    """
    confidence_level(confidence)
    spells, x, cluster = _checked(durations, observed, covariates, names, clusters, entry)
    if distribution not in get_args(Distribution):
        raise InvalidParameter(f"distribution={distribution!r} is unknown; give one of weibull, lognormal")
    centre, spread = x.mean(axis=0), np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)
    design = np.column_stack([np.log(spells.duration), -np.ones(len(x)), -(x - centre) / spread])
    _refuse_collinear(design[:, 1:], names)
    late = spells.entry > 0
    before = design[late].copy()
    before[:, 0] = np.log(spells.entry[late])
    data = _Data(design, before, late, spells.cause == 1)
    theta, curvature = _maximum(data, distribution)
    inverse = np.asarray(np.linalg.inv(curvature), dtype=np.float64)
    if cluster is not None:
        scores = _scores(data, theta, distribution)
        sums = np.zeros((len(np.unique(cluster)), scores.shape[1]))
        np.add.at(sums, np.unique(cluster, return_inverse=True)[1], scores)
        inverse = np.asarray(inverse @ (sums.T @ sums) @ inverse, dtype=np.float64)
    estimate, covariance = _in_days(theta, inverse, centre, spread)
    value = _value(data, theta, distribution) - float(np.log(spells.duration[data.seen]).sum())
    return _result(distribution, tuple(names), data, estimate, covariance, value, cluster, confidence)


@dataclass(frozen=True)
class _Data:
    """Rows (log days, -1, -covariates) at the end of all spells and at the entry of late ones, so that z = row · θ."""

    ends: Vector
    entries: Vector
    late: NDArray[np.bool_]
    seen: NDArray[np.bool_]


def _checked(
    durations: ArrayLike,
    observed: ArrayLike,
    covariates: ArrayLike,
    names: Sequence[str],
    clusters: ArrayLike | None,
    entry: ArrayLike | None,
) -> tuple[Spells, Vector, NDArray[np.int64] | None]:
    spells = checked_spells(durations, observed, entry=entry)
    n, p, faults = len(spells), len(names), list[str]()
    cluster = None if clusters is None else whole_codes(faults, "clusters", clusters, n, least=None)
    x = np.array(covariates, dtype=np.float64)
    if len(set(names)) < p:
        faults.append("names are not all different; name every covariate once")
    if x.shape != (n, p):
        faults.append(f"covariates has shape {x.shape}; give one row a spell and one column a name, shape ({n}, {p})")
    elif not np.isfinite(x).all():
        wrong = ~np.isfinite(x).all(axis=1)
        faults.append(
            f"covariates: {int(wrong.sum())} of {n} rows hold NaN or infinite values; leave them out, count them"
        )
    zero = spells.duration == 0
    if zero.any():
        faults.append(
            f"durations: {int(zero.sum())} of {n} are 0; count the day of the request as day 1, or half a day"
        )
    if np.any(spells.cause > 1):
        faults.append("observed holds codes above 1; for one of several causes, count the others as censored")
    if np.count_nonzero(spells.cause) <= p + 2:
        faults.append(f"observed holds {np.count_nonzero(spells.cause)} events for {p + 2} parameters; more are needed")
    if cluster is not None and len(np.unique(cluster)) <= p + 2:
        faults.append(f"clusters holds {len(np.unique(cluster))} for {p + 2} parameters; more are needed")
    if faults:
        raise InvalidParameter("; ".join(faults))
    return spells, x, cluster


def _refuse_collinear(design: Vector, names: Sequence[str]) -> None:
    values, vectors = np.linalg.eigh(design.T @ design / len(design))
    if values[0] < 1e-9:
        which = [name for name, part in zip(names, vectors[1:, 0], strict=True) if abs(part) > 1e-3]
        raise InvalidParameter(f"covariates: {', '.join(which)} are constant or collinear; leave one out")


def _terms(z: Vector, seen: NDArray[np.bool_], distribution: Distribution) -> tuple[Vector, Vector, Vector]:
    """Log density of events and log survival of the others, with first and second derivative by z."""
    if distribution == "weibull":
        hazard = np.exp(np.minimum(z, 700.0))
        return np.where(seen, z, 0.0) - hazard, np.where(seen, 1.0, 0.0) - hazard, -hazard
    from scipy.stats import norm

    ratio = np.exp(norm.logpdf(z) - norm.logsf(z))
    return (
        np.where(seen, norm.logpdf(z), norm.logsf(z)),
        np.where(seen, -z, -ratio),
        np.where(seen, -1.0, -ratio * (ratio - z)),
    )


def _value(data: _Data, theta: Vector, distribution: Distribution) -> float:
    ends = _terms(data.ends @ theta, data.seen, distribution)[0].sum() + data.seen.sum() * np.log(theta[0])
    return float(ends - _terms(data.entries @ theta, np.zeros(len(data.entries), bool), distribution)[0].sum())


def _scores(data: _Data, theta: Vector, distribution: Distribution) -> Vector:
    """What each spell adds to the slope, shape (n, p + 2)."""
    scores = data.ends * _terms(data.ends @ theta, data.seen, distribution)[1][:, None]
    scores[data.seen, 0] += 1.0 / theta[0]
    before = _terms(data.entries @ theta, np.zeros(len(data.entries), bool), distribution)[1]
    scores[data.late] -= data.entries * before[:, None]
    return np.asarray(scores, dtype=np.float64)


def _curvature(data: _Data, theta: Vector, distribution: Distribution) -> Vector:
    ends = -_terms(data.ends @ theta, data.seen, distribution)[2]
    before = -_terms(data.entries @ theta, np.zeros(len(data.entries), bool), distribution)[2]
    curvature = data.ends.T @ (ends[:, None] * data.ends) - data.entries.T @ (before[:, None] * data.entries)
    curvature[0, 0] += data.seen.sum() / theta[0] ** 2
    return np.asarray(curvature, dtype=np.float64)


def _maximum(data: _Data, distribution: Distribution) -> tuple[Vector, Vector]:
    """Newton's method in 1/σ and β/σ, in which the log-likelihood without late entry is concave (Burridge 1981)."""
    log_days = data.ends[:, 0]
    theta = np.zeros(data.ends.shape[1])
    theta[0] = 1.0 / max(float(log_days.std()), 0.1)
    theta[1] = theta[0] * log_days.mean()
    for _ in range(_MOST_STEPS):
        curvature = _curvature(data, theta, distribution)
        if not np.isfinite(curvature).all() or np.linalg.cond(curvature) > 1e13:
            break
        step = np.linalg.solve(curvature, _scores(data, theta, distribution).sum(axis=0))
        if np.abs(step).max() < 1e-9 * max(1.0, np.abs(theta).max()):
            if np.linalg.eigvalsh(curvature)[0] <= 0:
                break
            return theta, curvature
        value, part = _value(data, theta, distribution), 1.0
        while part > 1e-8 and (
            theta[0] + part * step[0] <= 0
            or not _value(data, theta + part * step, distribution) >= value - 1e-9 * abs(value)
        ):
            part /= 2.0
        theta = theta + part * step
    raise DidNotConverge(
        f"The {distribution} model has no finite estimate; a category without events, or days that covariates explain "
        "entirely, are the likely causes: merge categories or leave them out"
    )


def _in_days(theta: Vector, inverse: Vector, centre: Vector, spread: Vector) -> tuple[Vector, Vector]:
    """Intercept, coefficients and log scale, and their covariance by the delta method."""
    p, sigma = len(centre), 1.0 / theta[0]
    location, slope = theta[1] * sigma, theta[2:] * sigma / spread
    estimate = np.concatenate([[location - centre @ slope], slope, [np.log(sigma)]])
    change = np.zeros((p + 2, p + 2))
    change[1 : p + 1, 0], change[1 : p + 1, 2:] = -slope * sigma, np.diag(sigma / spread)
    change[0, 0], change[0, 1] = -location * sigma + centre @ slope * sigma, sigma
    change[0, 2:] = -centre * sigma / spread
    change[p + 1, 0] = -sigma
    return estimate, change @ inverse @ change.T


def _result(
    distribution: Distribution,
    names: tuple[str, ...],
    data: _Data,
    estimate: Vector,
    covariance: Vector,
    value: float,
    cluster: NDArray[np.int64] | None,
    level: float,
) -> FailureTime:
    from scipy.stats import norm

    error = np.sqrt(np.diag(covariance))
    beta, own = estimate[1:-1], error[1:-1]
    half = float(norm.isf((1.0 - level) / 2.0)) * own
    return FailureTime(
        distribution=distribution,
        names=names,
        spells=len(data.ends),
        events=int(data.seen.sum()),
        intercept=float(estimate[0]),
        log_time_ratio=beta,
        std_error=own,
        time_ratio=np.exp(beta),
        lower=np.exp(beta - half),
        upper=np.exp(beta + half),
        z=beta / own,
        p_value=np.asarray(2.0 * norm.sf(np.abs(beta / own)), dtype=np.float64),
        scale=float(np.exp(estimate[-1])),
        log_scale_std_error=float(error[-1]),
        covariance=covariance,
        confidence=level,
        clusters=None if cluster is None else len(np.unique(cluster)),
        log_likelihood=value,
        akaike=2.0 * len(estimate) - 2.0 * value,
    )
