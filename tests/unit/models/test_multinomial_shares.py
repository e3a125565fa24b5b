"""Shares over time: against statsmodels on single cases, a binomial logit, numeric derivatives, and planted paces."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import DidNotConverge, InvalidParameter
from jingan_analysis.models.multinomial_shares import multinomial_shares, shares_of
from jingan_analysis.models.share_trends import share_trends, trend_design, yearly_change

MONTHS = np.arange(36) % 12 + 1


def drawn(seed: int, n: int = 36, whole: int = 400, pace: float = 0.3) -> np.ndarray:
    random = np.random.default_rng(seed)
    time = (np.arange(n) - n / 2) / 12
    odds = np.column_stack([np.zeros(n), -0.5 + pace * time, -1.5 - pace * time])
    shares = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    return np.array([random.multinomial(whole, row) for row in shares])


def test_as_statsmodels_finds_from_single_cases():
    counts = drawn(1, n=6, whole=80)
    design = np.column_stack([np.ones(6), np.arange(6) / 12])
    found = multinomial_shares(counts, design)
    kinds = np.concatenate([np.repeat(np.arange(3), row) for row in counts])
    rows = np.repeat(np.arange(6), counts.sum(axis=1))
    peer = sm.MNLogit(kinds, design[rows]).fit(disp=0, tol=1e-12)
    assert found.coefficients == pytest.approx(np.asarray(peer.params), abs=1e-6)
    assert found.covariance / found.dispersion == pytest.approx(np.asarray(peer.cov_params()), rel=1e-5, abs=1e-9)
    assert found.log_likelihood == pytest.approx(peer.llf)


def test_two_kinds_are_a_binomial_logit_with_pearson_scale():
    counts = drawn(2)[:, :2]
    design = trend_design(MONTHS).columns
    found = multinomial_shares(counts, design)
    peer = sm.GLM(counts[:, ::-1], design, family=sm.families.Binomial()).fit(scale="X2")
    assert found.coefficients[:, 0] == pytest.approx(peer.params, abs=1e-7)
    assert found.dispersion == pytest.approx(peer.pearson_chi2 / peer.df_resid)
    assert found.covariance / found.dispersion == pytest.approx(peer.cov_params() / peer.scale, rel=1e-5, abs=1e-9)


def test_one_constant_gives_the_shares_of_all_cases():
    counts = drawn(3)
    found = multinomial_shares(counts, np.ones((36, 1)))
    assert found.shares[0] == pytest.approx(counts.sum(axis=0) / counts.sum())


def test_cases_that_come_in_fives_have_five_times_the_variance():
    counts = np.random.default_rng(4).multinomial(300, (0.5, 0.3, 0.2), size=400)
    design = np.ones((400, 1))
    once, five = multinomial_shares(counts, design), multinomial_shares(5 * counts, design)
    assert once.dispersion == pytest.approx(1.0, abs=0.12)
    assert five.dispersion == pytest.approx(5.0, rel=0.12)
    assert five.covariance == pytest.approx(once.covariance * five.dispersion / once.dispersion / 5, rel=1e-9)


def test_the_pace_and_its_error_against_numeric_derivatives():
    model, design = share_trends(drawn(5), MONTHS)
    found = yearly_change(model, design)

    def pace(coefficients: np.ndarray) -> np.ndarray:
        ahead = shares_of(design.columns + 1e-5 * design.pace, coefficients)
        back = shares_of(design.columns - 1e-5 * design.pace, coefficients)
        return ((ahead - back) / 2e-5).mean(axis=0)

    assert found.change == pytest.approx(pace(model.coefficients), abs=1e-8)
    gradient = []
    for kind in range(model.coefficients.shape[1]):
        for column in range(model.coefficients.shape[0]):
            step = np.zeros_like(model.coefficients)
            step[column, kind] = 1e-4
            gradient.append((pace(model.coefficients + step) - pace(model.coefficients - step)) / 2e-4)
    gradient = np.array(gradient).T
    assert found.covariance == pytest.approx(gradient @ model.covariance @ gradient.T, rel=1e-3, abs=1e-9)


def test_intervals_hold_the_true_pace_of_all_kinds_at_once():
    truth, held = None, 0
    for seed in range(100):
        model, design = share_trends(drawn(100 + seed), MONTHS)
        found = yearly_change(model, design, seed=1)
        if truth is None:
            time = (np.arange(36) - 18) / 12
            odds = np.column_stack([np.zeros(36), -0.5 + 0.3 * time, -1.5 - 0.3 * time])
            shares = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
            speed = np.array([0.0, 0.3, -0.3])
            truth = (shares * (speed - (shares @ speed)[:, None])).mean(axis=0)
        held += bool(((found.lower <= truth) & (truth <= found.upper)).all())
    assert 88 <= held <= 100
    assert found.critical_value > 1.96


def test_bends_and_season_only_where_they_can_be_told():
    assert trend_design(MONTHS).bends == (9, 18, 27)
    assert trend_design(MONTHS).season and not trend_design(MONTHS[:23]).season
    assert trend_design(MONTHS[:23]).bends == ()
    assert trend_design([*MONTHS, 1, 2]).bends == (11, 20, 29)
    with pytest.raises(InvalidParameter, match="consecutive months"):
        trend_design([1, 2, 4])


def test_a_season_alone_is_no_pace():
    season = np.where(MONTHS == 2, 0.5, 0.7)
    counts = np.round(np.column_stack([season, 1 - season]) * 1000)
    model, design = share_trends(counts, MONTHS)
    assert yearly_change(model, design).change == pytest.approx([0, 0], abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.permutations(range(3)))
def test_changes_add_up_to_zero_and_the_order_of_kinds_does_not_matter(seed, order):
    counts = drawn(seed, n=15, whole=120) + 1
    months = np.arange(15) % 12 + 1
    found = yearly_change(*share_trends(counts, months))
    assert found.change.sum() == pytest.approx(0, abs=1e-9)
    assert found.covariance.sum(axis=0) == pytest.approx(0, abs=1e-9)
    turned = yearly_change(*share_trends(counts[:, list(order)], months))
    assert turned.change == pytest.approx(found.change[list(order)], abs=1e-7)


def test_what_cannot_be_fitted_is_told():
    with pytest.raises(InvalidParameter, match="no case is of kind 1"):
        multinomial_shares([[3, 0], [4, 0]], [[1.0], [1.0]])
    with pytest.raises(InvalidParameter, match="not negative"):
        multinomial_shares([[3, -1], [4, 2]], [[1.0], [1.0]])
    with pytest.raises(InvalidParameter, match="do not differ over"):
        multinomial_shares([[3, 1], [4, 2]], [[1.0, 2.0], [1.0, 2.0]])
    with pytest.raises(InvalidParameter, match="as many rows"):
        multinomial_shares([[3, 1], [4, 2]], [[1.0]])
    with pytest.raises(DidNotConverge):
        multinomial_shares([[30, 0], [30, 0], [0, 30]], [[1.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
