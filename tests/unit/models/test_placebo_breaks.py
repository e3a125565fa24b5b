"""Placebo breaks: against a loop, and in directions."""

from __future__ import annotations

import numpy as np
import pytest

from jingan_analysis.models.interrupted_design import SegmentedModel, monthly_series
from jingan_analysis.models.interrupted_series import interrupted_series
from jingan_analysis.models.placebo_breaks import placebo_breaks


def found(jump, *, seed=1, breaks=(36,), slope_change=True, n=60):
    t = np.arange(n)
    y = 20 + 0.1 * t + np.random.default_rng(seed).normal(size=n) + jump * (t >= 36)
    model = SegmentedModel("gaussian", breaks, season=0, slope_change=slope_change)
    return interrupted_series(monthly_series(t, y), model)


def test_each_placebo_agrees_with_a_regression_by_hand():
    result = found(5.0, breaks=(36, 48))
    placebo = placebo_breaks(result)
    assert placebo.table.index.tolist() == list(range(8, 29))
    y = result.series.outcome[0, :36]
    for month, row in placebo.table.iterrows():
        t = np.arange(36)
        x = np.column_stack([np.ones(36), t, t >= month, np.maximum(t - month, 0)])
        beta = np.linalg.lstsq(x, y, rcond=None)[0]
        assert (row["level"], row["slope"]) == pytest.approx((beta[2], beta[3]))
        assert (row["months_before"], row["months_from"], row["refusal"]) == (month, 36 - month, None)
    table = result.to_frame()
    assert placebo.level == table.loc["level_1", "estimate"]
    assert placebo.level_t == pytest.approx(table.loc["level_1", "estimate"] / table.loc["level_1", "std_error"])
    extreme = [abs(value) >= abs(placebo.slope_t) for value in placebo.table["slope_t"]]
    assert placebo.share_slope_t == pytest.approx(np.mean(extreme))


def test_a_true_break_stands_out_and_none_does_not():
    assert placebo_breaks(found(8.0)).share_level_t == 0
    shares = [placebo_breaks(found(0.0, seed=seed)).share_level_t for seed in range(12)]
    assert 0.25 < np.mean(shares) < 0.75


def test_months_on_each_side_can_be_asked_for():
    assert placebo_breaks(found(1.0), fewest_months=12).table.index.tolist() == list(range(12, 25))


def test_without_change_of_slope_only_levels_are_compared():
    placebo = placebo_breaks(found(8.0, slope_change=False))
    assert placebo.share_level == 0 and np.isnan(placebo.share_slope) and placebo.table["slope"].isna().all()


def test_too_few_months_before_the_break_leave_nothing_to_compare():
    placebo = placebo_breaks(found(8.0, breaks=(15,)))
    assert (placebo.refusal, len(placebo.table)) == ("no_admissible_month", 0)
    assert np.isnan(placebo.share_level)
    assert placebo_breaks(found(8.0, breaks=(16,))).table.index.tolist() == [8]


def test_a_refused_series_has_no_change_to_compare():
    placebo = placebo_breaks(found(8.0, breaks=(36, 40)))
    assert placebo.refusal == "no_true_estimate" and len(placebo.table) == 21


def test_placebos_that_cannot_be_fitted_are_told():
    t = np.arange(40)
    y = np.random.default_rng(3).normal(size=40)
    result = interrupted_series(monthly_series(t, y), SegmentedModel("gaussian", (17,), season="months"))
    placebo = placebo_breaks(result)
    assert placebo.refusal == "no_placebo_estimate"
    assert set(placebo.table["refusal"]) == {"too_few_months_for_terms"}
