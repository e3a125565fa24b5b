"""Cox regression: how much sooner or later, with covariates, and whether its assumptions hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import confidence_level
from jingan_analysis.models.concordance import concordance
from jingan_analysis.models.durations import Spells, checked_spells, whole_codes
from jingan_analysis.models.partial_likelihood import (
    Moments,
    RiskSets,
    Ties,
    information,
    maximum,
    moments,
    refuse_collinear,
    risk_sets,
    schoenfeld,
    score_residuals,
)
from jingan_analysis.models.proportionality import ProportionalityTest, TimeTransform, proportionality

Caveat = Literal["few_events", "few_clusters", "not_proportional", "proportionality_untested"]
"""What a reader has to be told: fewer than 10 events for each covariate; fewer than 30 clusters, so that robust errors
are too small; a hazard ratio that changes with time, so that one number is an average over the days that were watched;
and events that leave no drift to test."""

_LEAST_EVENTS = 10.0
"""Events per covariate below which estimates are biased and intervals wrong: Peduzzi et al. (1995)."""

_LEAST_CLUSTERS = 30
"""Clusters below which the sandwich is too small: Cameron and Miller (2015) say 20 to 50."""


@dataclass(frozen=True)
class ProportionalHazards:
    """A fitted Cox model with p covariates.

    Attributes
    ----------
    names
        Covariates.
    spells, events, strata
        Numbers of spells, events and strata.
    ties
        How tied events are treated.
    log_hazard_ratio, std_error
        Coefficients for one unit more of each covariate, and their standard errors, shape (p,): robust if there are
        clusters, from the information otherwise.
    covariance
        Of the coefficients, as in ``std_error``, shape (p, p).
    model_std_error
        Standard errors from the information, shape (p,).
    hazard_ratio, lower, upper
        exp of the coefficients and of their normal interval, shape (p,).
    z, p_value
        Wald test of each coefficient, shape (p,).
    confidence
        Confidence level of the interval.
    clusters
        Number of clusters of the robust errors; None without.
    log_likelihood, null_log_likelihood
        At the estimate and without covariates.
    likelihood_ratio, likelihood_ratio_p_value, score_chi2
        Tests of all coefficients together, p degrees of freedom; they ignore clusters.
    concordance
        Harrell's C within strata.
    events_per_covariate
        Events divided by p.
    proportionality
        Grambsch–Therneau test.
    caveats
        What has to be said with the result.
    """

    names: tuple[str, ...]
    spells: int
    events: int
    strata: int
    ties: Ties
    log_hazard_ratio: NDArray[np.float64]
    std_error: NDArray[np.float64]
    covariance: NDArray[np.float64]
    model_std_error: NDArray[np.float64]
    hazard_ratio: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    z: NDArray[np.float64]
    p_value: NDArray[np.float64]
    confidence: float
    clusters: int | None
    log_likelihood: float
    null_log_likelihood: float
    likelihood_ratio: float
    likelihood_ratio_p_value: float
    score_chi2: float
    concordance: float
    events_per_covariate: float
    proportionality: ProportionalityTest
    caveats: tuple[Caveat, ...]


def proportional_hazards(  # noqa: PLR0913  # all but the data are named by the caller
    durations: ArrayLike,
    observed: ArrayLike,
    covariates: ArrayLike,
    *,
    names: Sequence[str],
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    entry: ArrayLike | None = None,
    ties: Ties = "efron",
    transform: TimeTransform = "km",
    level: float = 0.05,
    confidence: float = 0.95,
) -> ProportionalHazards:
    r"""Cox proportional hazards, robust errors, and the test of its assumption.

    .. math::

        \lambda_i(t) = \lambda_{0s}(t)\, e^{x_i^\top \beta}, \qquad
        \hat V = I^{-1}, \qquad
        \hat V_{robust} = I^{-1} \Bigl[ \sum_c \Bigl(\sum_{i \in c} L_i\Bigr) \Bigl(\sum_{i \in c} L_i\Bigr)^\top
        \Bigr] I^{-1}

    Where
        λ_0s   baseline hazard of stratum s, left open; I information at the estimate;
        L_i    score residual of spell i; c clusters, such as the sub-districts that households share.

    For one of several causes, count the others as censored: the ratios are then those of the cause-specific hazard and
    say nothing of the cumulative incidence by themselves.

    Parameters
    ----------
    durations, observed, entry
        As for :func:`~jingan_analysis.models.survival.kaplan_meier`.
    covariates
        Finite numbers, shape (n, p).
    names
        Name of each covariate, p of them, all different.
    strata
        Whole codes, shape (n,): each stratum has a baseline of its own, the remedy for a covariate that fails the test.
    clusters
        Whole codes, shape (n,): spells of one cluster may depend on each other.
    ties
        How events on the same day are treated; ``breslow`` is there to compare with older results.
    transform, level
        Of the Grambsch–Therneau test.
    confidence
        Confidence level of the intervals.

    Raises
    ------
    InvalidParameter
        If an argument is impossible, covariates are constant or collinear where events happen, events are not more
        than covariates, or clusters are not.
    DidNotConverge
        If the likelihood has no maximum because a covariate separates those with from those without events.

    Notes
    -----
    Cox, D. R. (1972), Regression models and life-tables, *Journal of the Royal Statistical Society B* 34(2); Lin, D. Y.
    and Wei, L. J. (1989), The robust inference for the Cox proportional hazards model, *Journal of the American
    Statistical Association* 84(408); Peduzzi, P. et al. (1995), *Journal of Clinical Epidemiology* 48(12).
    """
    confidence_level(confidence)
    if ties not in get_args(Ties):
        raise InvalidParameter(f"ties={ties!r} is unknown; give one of {', '.join(get_args(Ties))}")
    spells, x, stratum, cluster = _checked(durations, observed, covariates, names, strata, clusters, entry)
    centre, scale = x.mean(axis=0), _spread(x)
    sets = risk_sets(spells, stratum, (x - centre) / scale, ties)
    null = moments(sets, np.zeros(x.shape[1]))
    refuse_collinear(information(sets, null, np.ones(len(null.total))), names)
    scaled, at = maximum(sets, null, names)
    test = proportionality(spells, sets, at, tuple(names), transform=transform, level=level)
    return _result(spells, stratum, cluster, sets, scale, (null, scaled, at), test, confidence)


def _checked(
    durations: ArrayLike,
    observed: ArrayLike,
    covariates: ArrayLike,
    names: Sequence[str],
    strata: ArrayLike | None,
    clusters: ArrayLike | None,
    entry: ArrayLike | None,
) -> tuple[Spells, NDArray[np.float64], NDArray[np.int64], NDArray[np.int64] | None]:
    spells = checked_spells(durations, observed, entry=entry)
    n, faults = len(spells), list[str]()
    stratum = whole_codes(faults, "strata", np.zeros(n) if strata is None else strata, n, least=None)
    cluster = None if clusters is None else whole_codes(faults, "clusters", clusters, n, least=None)
    x = np.array(covariates, dtype=np.float64)
    p = len(names)
    if p == 0 or len(set(names)) < p:
        faults.append(f"names holds {p} names, {len(set(names))} of them different; name every covariate once")
    if x.shape != (n, p):
        faults.append(f"covariates has shape {x.shape}; give one row a spell and one column a name, shape ({n}, {p})")
    elif not np.isfinite(x).all():
        wrong = ~np.isfinite(x)
        faults.append(
            f"covariates: {int(wrong.any(axis=1).sum())} of {n} rows hold NaN or infinite values, the first at "
            f"position {int(np.argmax(wrong.any(axis=1)))}; leave out what is not known before, and count it"
        )
    events = int(np.count_nonzero(spells.cause))
    if np.any(spells.cause > 1):
        faults.append("observed holds codes above 1; for one of several causes, count the others as censored")
    if events <= p:
        faults.append(f"observed holds {events} events for {p} covariates; more events than covariates are needed")
    if cluster is not None and len(np.unique(cluster)) <= p:
        faults.append(f"clusters holds {len(np.unique(cluster))} clusters for {p} covariates; more clusters are needed")
    if faults:
        raise InvalidParameter("; ".join(faults))
    return spells, x, stratum, cluster


def _spread(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard deviations to scale by; 1 for a constant, which is refused later with its name."""
    spread = x.std(axis=0)
    return np.where(spread > 1e-12 * np.maximum(np.abs(x).max(axis=0), 1e-300), spread, 1.0)


def _result(
    spells: Spells,
    stratum: NDArray[np.int64],
    cluster: NDArray[np.int64] | None,
    sets: RiskSets,
    scale: NDArray[np.float64],
    fit: tuple[Moments, NDArray[np.float64], Moments],
    test: ProportionalityTest,
    level: float,
) -> ProportionalHazards:
    from scipy.stats import chi2, norm

    null, scaled, at = fit
    ones, p = np.ones(len(at.total)), len(scale)
    model = np.linalg.inv(information(sets, at, ones))
    covariance = model if cluster is None else _sandwich(model, score_residuals(sets, at), cluster)
    covariance = covariance / np.outer(scale, scale)
    beta, error = scaled / scale, np.sqrt(np.diag(covariance))
    half = float(norm.isf((1.0 - level) / 2.0)) * error
    ratio = 2.0 * (at.log_likelihood - null.log_likelihood)
    clusters = None if cluster is None else len(np.unique(cluster))
    events = len(sets.row_spell)
    test = replace(test, drift=test.drift / scale)
    with np.errstate(over="ignore"):
        hazard_ratio, lower, upper = np.exp(beta), np.exp(beta - half), np.exp(beta + half)
    return ProportionalHazards(
        names=test.names,
        spells=len(spells),
        events=events,
        strata=len(np.unique(stratum)),
        ties=sets.ties,
        log_hazard_ratio=beta,
        std_error=error,
        covariance=covariance,
        model_std_error=np.sqrt(np.diag(model)) / scale,
        hazard_ratio=hazard_ratio,
        lower=lower,
        upper=upper,
        z=beta / error,
        p_value=np.asarray(2.0 * norm.sf(np.abs(beta / error)), dtype=np.float64),
        confidence=level,
        clusters=clusters,
        log_likelihood=at.log_likelihood,
        null_log_likelihood=null.log_likelihood,
        likelihood_ratio=ratio,
        likelihood_ratio_p_value=float(chi2.sf(ratio, p)),
        score_chi2=_score_test(sets, null),
        concordance=concordance(spells, stratum, sets.covariates @ scaled),
        events_per_covariate=events / p,
        proportionality=test,
        caveats=_caveats(events / p, clusters, test),
    )


def _score_test(sets: RiskSets, null: Moments) -> float:
    slope = schoenfeld(sets, null).sum(axis=0)
    return float(slope @ np.linalg.solve(information(sets, null, np.ones(len(null.total))), slope))


def _sandwich(
    model: NDArray[np.floating], residuals: NDArray[np.float64], cluster: NDArray[np.int64]
) -> NDArray[np.float64]:
    position = np.unique(cluster, return_inverse=True)[1]
    sums = np.zeros((position.max() + 1, residuals.shape[1]))
    np.add.at(sums, position, residuals)
    return np.asarray(model @ (sums.T @ sums) @ model, dtype=np.float64)


def _caveats(events_per_covariate: float, clusters: int | None, test: ProportionalityTest) -> tuple[Caveat, ...]:
    caveats: list[Caveat] = []
    if events_per_covariate < _LEAST_EVENTS:
        caveats.append("few_events")
    if clusters is not None and clusters < _LEAST_CLUSTERS:
        caveats.append("few_clusters")
    if test.holds is None:
        caveats.append("proportionality_untested")
    elif not test.holds:
        caveats.append("not_proportional")
    return tuple(caveats)
