"""Accelerated failure time models against a general optimiser, and their directions and refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import norm, weibull_min

from jingan_analysis.errors import DidNotConverge, InvalidParameter
from jingan_analysis.models.failure_time import failure_time
from jingan_analysis.models.proportional_hazards import proportional_hazards


def sample(seed=0, n=150, *, ratio=2.0):
    """Weibull waits; whoever is alone waits ``ratio`` times as long."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.integers(0, 2, n), rng.normal(size=n)])
    wait = 30 * ratio ** x[:, 0] * rng.weibull(1.5, n)
    censor = rng.uniform(10, 120, n)
    return np.maximum(np.ceil(np.minimum(wait, censor)), 1), (wait <= censor).astype(int), x


def fit(days, seen, x, **options):
    return failure_time(days, seen, x, names=["alone", "age"], **options)


def naive(days, seen, x, entry, distribution):
    """Minus the log-likelihood, spell by spell with scipy's distributions."""

    def minus(parameters):
        alpha, *beta, log_scale = parameters
        scale, total = math.exp(log_scale), 0.0
        for t, event, row, start in zip(days, seen, x, entry, strict=True):
            location = alpha + row @ np.array(beta)
            if distribution == "weibull":
                law = weibull_min(1 / scale, scale=math.exp(location))
                total += law.logpdf(t) if event else law.logsf(t)
                total -= law.logsf(start) if start else 0.0
            else:
                z = (math.log(t) - location) / scale
                total += norm.logpdf(z) - math.log(scale * t) if event else norm.logsf(z)
                total -= norm.logsf((math.log(start) - location) / scale) if start else 0.0
        return -total

    return minus


@pytest.mark.parametrize("distribution", ["weibull", "lognormal"])
def test_no_other_parameters_are_likelier_and_errors_are_those_of_the_curvature(distribution):
    days, seen, x = sample(1, 25)
    entry = np.where(np.arange(25) % 3 == 0, np.floor(days / 2), 0)
    found = fit(days, seen, x, entry=entry, distribution=distribution)
    minus = naive(days, seen, x, entry, distribution)
    best = np.array([found.intercept, *found.log_time_ratio, math.log(found.scale)])
    assert minus(best) == pytest.approx(-found.log_likelihood, abs=1e-8)
    other = minimize(minus, best + 0.2, method="BFGS", options={"gtol": 1e-3})
    assert other.x == pytest.approx(best, abs=2e-3)
    step, eye = 1e-3, np.eye(4)
    hessian = np.array(
        [
            [
                (
                    minus(best + step * (a + b))
                    - minus(best + step * (a - b))
                    - minus(best - step * (a - b))
                    + minus(best - step * (a + b))
                )
                / (4 * step**2)
                for b in eye
            ]
            for a in eye
        ]
    )
    assert found.covariance == pytest.approx(np.linalg.inv(hessian), abs=1e-4)


def test_a_wait_twice_as_long_is_found():
    found = fit(*sample(2, 800))
    assert found.lower[0] < 2 < found.upper[0]
    assert found.time_ratio[0] == pytest.approx(2, rel=0.15)
    assert found.p_value[0] < 1e-6 < found.p_value[1]


def test_a_weibull_time_ratio_is_a_hazard_ratio_turned_over():
    """Of Weibull waits both models hold, and log hazard ratio = -log time ratio / scale."""
    days, seen, x = sample(3, 800)
    cox = proportional_hazards(days, seen, x, names=["alone", "age"])
    weibull = fit(days, seen, x)
    assert -weibull.log_time_ratio / weibull.scale == pytest.approx(cox.log_hazard_ratio, abs=0.06)


@settings(deadline=None, max_examples=15, derandomize=True)
@given(seed=st.integers(0, 30), unit=st.sampled_from([0.25, 7.0, 365.25]), shift=st.floats(-50, 50))
def test_the_unit_of_time_moves_the_intercept_only(seed, unit, shift):
    days, seen, x = sample(seed, 60)
    plain, other = fit(days, seen, x), fit(days * unit, seen, x + np.array([0, shift]))
    assert other.log_time_ratio == pytest.approx(plain.log_time_ratio, rel=1e-6, abs=1e-9)
    assert other.std_error == pytest.approx(plain.std_error, rel=1e-6)
    assert other.scale == pytest.approx(plain.scale, rel=1e-8)
    moved = plain.intercept + math.log(unit) - shift * plain.log_time_ratio[1]
    assert other.intercept == pytest.approx(moved, abs=1e-6)


def test_akaike_prefers_the_distribution_that_made_the_days():
    rng = np.random.default_rng(5)
    for name, days in (("weibull", 30 * rng.weibull(2, 500)), ("lognormal", np.exp(3 + rng.normal(size=500)))):
        none = np.empty((500, 0))
        fits = {d: failure_time(days, np.ones(500), none, names=[], distribution=d) for d in ("weibull", "lognormal")}
        assert min(fits, key=lambda d: fits[d].akaike) == name


def test_copies_of_a_spell_in_its_cluster_do_not_make_the_estimate_surer():
    days, seen, x = sample(6, 80)
    single = fit(days, seen, x, clusters=np.arange(80))
    thrice = fit(np.repeat(days, 3), np.repeat(seen, 3), np.repeat(x, 3, axis=0), clusters=np.repeat(np.arange(80), 3))
    assert thrice.std_error == pytest.approx(single.std_error, rel=1e-6)
    assert (thrice.clusters, single.events) == (80, int(seen.sum()))


def test_a_category_without_events_has_no_finite_estimate():
    days, seen, x = sample(0, 60)
    x[:, 0] = seen == 0
    with pytest.raises(DidNotConverge, match="The weibull model has no finite estimate"):
        fit(days, seen, x)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"durations": np.zeros(60)}, "durations: 60 of 60 are 0; count the day of the request as day 1"),
        ({"names": ["a", "a"]}, "names are not all different"),
        ({"names": ["a"]}, r"covariates has shape \(60, 2\)"),
        ({"covariates": np.full((60, 2), np.nan)}, "covariates: 60 of 60 rows hold NaN"),
        ({"covariates": np.ones((60, 2))}, "are constant or collinear"),
        ({"observed": np.eye(1, 60)[0]}, "observed holds 1 events for 4 parameters"),
        ({"observed": np.full(60, 2)}, "count the others as censored"),
        ({"clusters": np.arange(60) % 4}, "clusters holds 4 for 4 parameters"),
        ({"distribution": "gamma"}, "distribution='gamma' is unknown"),
        ({"confidence": 95}, "confidence=95"),
    ],
)
def test_impossible_arguments_are_refused(change, message):
    days, seen, x = sample(0, 60)
    arguments = {"durations": days, "observed": seen, "covariates": x, "names": ["alone", "age"]} | change
    with pytest.raises(InvalidParameter, match=message):
        failure_time(**arguments)
