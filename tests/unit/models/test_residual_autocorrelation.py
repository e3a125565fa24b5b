"""Autocorrelation of residuals: against statsmodels and loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
from statsmodels.stats.diagnostic import acorr_ljungbox
from statsmodels.stats.stattools import durbin_watson

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.residual_autocorrelation import residual_autocorrelation


def noise(seed, n=48, rho=0.0):
    e = np.random.default_rng(seed).normal(size=n)
    for at in range(1, n):
        e[at] += rho * e[at - 1]
    return e - e.mean()


@pytest.mark.parametrize("lost", [0, 2])
def test_it_agrees_with_statsmodels(lost):
    e = noise(1, rho=0.5)
    found = residual_autocorrelation(e, np.arange(48), lags=(3, 6, 12), freedom_lost=lost)
    peer = acorr_ljungbox(e, lags=[3, 6, 12], model_df=lost)
    assert found.statistic == pytest.approx(peer["lb_stat"].to_numpy())
    assert found.p_value == pytest.approx(peer["lb_pvalue"].to_numpy())
    assert found.freedom.tolist() == [3 - lost, 6 - lost, 12 - lost]
    assert found.durbin_watson == pytest.approx(durbin_watson(e))


def test_missing_months_agree_with_a_loop():
    month = np.delete(np.arange(40), [3, 4, 17, 30])
    e = noise(2, n=36)
    found = residual_autocorrelation(e, month, lags=(2,))
    at = dict(zip(month.tolist(), e, strict=True))
    total, statistic = sum(value**2 for value in e), 0.0
    for lag in (1, 2):
        r = sum(at[m] * at[m - lag] for m in at if m - lag in at) / total
        assert found.autocorrelation[lag - 1] == pytest.approx(r)
        statistic += r**2 / (36 - lag)
    assert found.statistic[0] == pytest.approx(36 * 38 * statistic)
    assert found.durbin_watson == pytest.approx(sum((at[m] - at[m - 1]) ** 2 for m in at if m - 1 in at) / total)


def test_it_rejects_where_months_depend_on_each_other_and_else_as_often_as_it_says():
    def rejected(rho):
        return np.mean(
            [
                residual_autocorrelation(noise(k, 60, rho), np.arange(60), lags=(6,)).p_value[0] < 0.05
                for k in range(200)
            ]
        )

    assert rejected(0.6) > 0.9
    assert rejected(0.0) < 0.05 + 3.5 * math.sqrt(0.05 * 0.95 / 200)


def test_without_freedom_there_is_no_test():
    found = residual_autocorrelation(noise(3), np.arange(48), lags=(1, 3), freedom_lost=2)
    assert np.isnan(found.p_value[0]) and np.isnan(found.statistic[0]) and 0 <= found.p_value[1] <= 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"month": [1, 2, 2, 3, 4]}, r"months in order"),
        ({"month": [1, 2]}, r"one residual a month"),
        ({"lags": (0,)}, r"lags=\(0,\) must lie from 1 to 4"),
        ({"lags": (5,)}, r"lags=\(5,\) must lie from 1 to 4"),
        ({"lags": ()}, r"lags=\(\) must lie"),
        ({"freedom_lost": -1}, r"freedom_lost=-1 be 0 or more"),
        ({"residual": [1.0] * 5}, r"all are the same"),
    ],
)
def test_what_cannot_be_tested_is_refused(change, message):
    given = {"residual": [1.0, -2.0, 0.5, 0.7, 1.0], "month": [1, 2, 3, 4, 5], "lags": (1,), **change}
    with pytest.raises(InvalidParameter, match=message):
        residual_autocorrelation(given.pop("residual"), given.pop("month"), **given)
