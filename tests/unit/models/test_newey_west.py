"""Newey–West: against a loop, and against statsmodels with every option said."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.newey_west import lag_rule, newey_west


def regression(seed, n=40, p=3):
    generator = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), generator.normal(size=(n, p - 1))])
    y = x.sum(axis=1) + np.convolve(generator.normal(size=n + 3), [1, 0.8, 0.5, 0.2], "valid")
    return x, y


def naive(scores, month, bread, lags, factor):
    p = scores.shape[1]
    meat = np.zeros((p, p))
    for i, first in enumerate(month):
        for j, second in enumerate(month):
            distance = abs(int(first) - int(second))
            if distance <= lags:
                weight = 1 - distance / (lags + 1)
                for a in range(p):
                    for b in range(p):
                        meat[a, b] += weight * scores[i, a] * scores[j, b]
    return factor * bread @ meat @ bread


@pytest.mark.parametrize("lags", [0, 1, 4, 60])
@pytest.mark.parametrize("gaps", [False, True])
def test_the_covariance_agrees_with_a_loop(lags, gaps):
    x, y = regression(1, n=25)
    month = np.delete(np.arange(30), [3, 4, 11, 20, 28]) if gaps else np.arange(25)
    bread = np.linalg.inv(x.T @ x)
    scores = x * (y - x @ bread @ x.T @ y)[:, None]
    found = newey_west(scores, month, bread, freedom=22, lags=lags)
    assert found.covariance == pytest.approx(naive(scores, month, bread, lags, 25 / 22))
    assert (found.lags, found.lag_rule, found.months, found.freedom) == (lags, "given", 25, 22)
    assert (found.kernel, found.scores) == ("bartlett", "quasi-likelihood")
    assert found.small_sample_factor == pytest.approx(25 / 22)


@pytest.mark.parametrize("lags", [1, 3, 6])
def test_ordinary_least_squares_agrees_with_statsmodels(lags):
    x, y = regression(2)
    peer = sm.OLS(y, x).fit(
        cov_type="HAC",
        cov_kwds={
            "maxlags": lags,
            "use_correction": True,
            "weights_func": sm.stats.sandwich_covariance.weights_bartlett,
        },
        use_t=True,
    )
    found = newey_west(x * peer.resid[:, None], np.arange(40), np.linalg.inv(x.T @ x), freedom=37, lags=lags)
    assert found.covariance == pytest.approx(peer.cov_params())


@pytest.mark.parametrize("family", ["poisson", "binomial"])
def test_generalised_linear_models_agree_with_statsmodels(family):
    x, _ = regression(3)
    generator = np.random.default_rng(3)
    eta = 0.3 * x.sum(axis=1)
    options = {"maxlags": 3, "use_correction": True, "weights_func": sm.stats.sandwich_covariance.weights_bartlett}
    if family == "poisson":
        y = generator.poisson(20 * np.exp(eta))
        peer = sm.GLM(y, x, family=sm.families.Poisson()).fit(cov_type="HAC", cov_kwds=options, tol=1e-12)
        weight, size = peer.mu, np.ones(40)
    else:
        size = np.full(40, 50.0)
        y = generator.binomial(50, 1 / (1 + np.exp(-eta)))
        peer = sm.GLM(np.column_stack([y, 50 - y]), x, family=sm.families.Binomial()).fit(
            cov_type="HAC", cov_kwds=options, tol=1e-12
        )
        weight = 50 * peer.mu * (1 - peer.mu)
    bread = np.linalg.inv((x * weight[:, None]).T @ x)
    scores = x * (y - size * peer.mu)[:, None]
    found = newey_west(scores, np.arange(40), bread, freedom=37, lags=3)
    assert found.covariance == pytest.approx(peer.cov_params(), rel=1e-6)


@pytest.mark.parametrize(("months", "lags"), [(24, 2), (32, 3), (48, 3), (60, 3), (100, 4), (240, 4)])
def test_the_rule_of_lags(months, lags):
    assert lag_rule(months) == lags == math.floor(4 * (months / 100) ** (2 / 9))


@settings(deadline=None, max_examples=30, derandomize=True)
@given(seed=st.integers(0, 500), lags=st.integers(0, 30))
def test_the_covariance_is_never_negative_and_knows_no_direction_of_time(seed, lags):
    x, y = regression(seed)
    bread = np.linalg.inv(x.T @ x)
    scores = x * (y - x @ bread @ x.T @ y)[:, None]
    found = newey_west(scores, np.arange(40), bread, freedom=37, lags=lags).covariance
    assert np.linalg.eigvalsh(found).min() > -1e-12
    assert newey_west(scores[::-1], np.arange(40), bread, freedom=37, lags=lags).covariance == pytest.approx(found)


def test_with_no_lags_given_the_rule_is_used_and_told():
    x, y = regression(4)
    found = newey_west(x * y[:, None], np.arange(40), np.eye(3), freedom=37)
    assert (found.lags, found.lag_rule) == (3, "floor(4 (n/100)^(2/9))")


@pytest.mark.parametrize(("lags", "freedom"), [(-1, 5), (2, 0)])
def test_what_cannot_be_is_refused(lags, freedom):
    with pytest.raises(InvalidParameter, match=r"lags=-?\d+ must be 0 or more, and freedom=\d+ 1 or more"):
        newey_west(np.ones((4, 1)), np.arange(4), np.eye(1), freedom=freedom, lags=lags)
