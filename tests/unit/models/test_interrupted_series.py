"""Interrupted time series: the fit against loops, directions with their reasons, and refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.interrupted_design import SegmentedModel, monthly_series
from jingan_analysis.models.interrupted_series import interrupted_series

START = 12 * 2021 + 7  # August 2021
BREAKS = (START + 24, START + 36)
TWO_BREAKS = SegmentedModel("binomial", BREAKS, season=1)


def planted(seed, *, level=(0.3, -0.2), slope=(0.02, 0.01), n=48, rho=0.0, spread=0.05, season=0.1):
    """Occupied of usable bed-days."""
    generator = np.random.default_rng(seed)
    t = np.arange(n)
    eta = 0.8 + 0.005 * (t - 24) + season * np.sin(2 * np.pi * (START + t + 1) / 12)
    for at, step, tilt in zip((24, 36), level, slope, strict=True):
        eta += np.where(t >= at, step + tilt * (t - at), 0.0)
    noise = generator.normal(size=n)
    for at in range(1, n):
        noise[at] = rho * noise[at - 1] + math.sqrt(1 - rho**2) * noise[at]
    usable = generator.integers(8_000, 10_000, n)
    return START + t, generator.binomial(usable, 1 / (1 + np.exp(-eta - spread * noise))), usable


def fitted(seed=1, model=TWO_BREAKS, **options):
    month, occupied, usable = planted(seed, **options)
    return interrupted_series(monthly_series(month, occupied, size=usable), model)


def estimates(found):
    return found.to_frame()["estimate"]


def naive_scores(found):
    """Slopes of the quasi-likelihood, one month and one term after the other."""
    fit, series = found.fit, found.series
    slopes, squares = np.zeros(len(fit.estimate)), 0.0
    for s in range(len(series.outcome)):
        for at in range(len(series.month)):
            row = fit.design.matrix[s, at]
            eta = sum(b * x for b, x in zip(fit.estimate, row, strict=True))
            size = 1.0 if series.size is None else series.size[s, at]
            if found.model.family == "binomial":
                mean = 1 / (1 + math.exp(-eta))
                variance = size * mean * (1 - mean)
            else:
                mean = math.exp(eta) if found.model.family == "poisson" else eta
                variance = size * mean if found.model.family == "poisson" else 1.0
            left = series.outcome[s, at] - size * mean
            assert fit.fitted[s, at] == pytest.approx(mean)
            assert fit.pearson[s, at] == pytest.approx(left / math.sqrt(variance), abs=1e-6)
            slopes += left * row
            squares += left**2 / variance
    return slopes, squares


@pytest.mark.parametrize("family", ["binomial", "poisson", "gaussian"])
@pytest.mark.parametrize("controlled", [False, True])
def test_the_fit_stands_at_the_top_and_its_dispersion_agrees_with_a_loop(family, controlled):
    month, occupied, usable = planted(2)
    _, other, of_other = planted(3, level=(0, 0), slope=(0, 0))
    sizes = {} if family == "gaussian" else {"size": usable}
    if controlled:
        sizes |= {"comparison": other} | ({} if family == "gaussian" else {"comparison_size": of_other})
    found = interrupted_series(monthly_series(month, occupied, **sizes), SegmentedModel(family, BREAKS, season=2))
    slopes, squares = naive_scores(found)
    assert np.abs(slopes).max() < 1e-4
    terms = len(found.fit.estimate)
    assert terms == (6 + 4 + 6 * controlled)
    assert found.fit.freedom == 48 * (1 + controlled) - terms
    assert found.fit.dispersion == pytest.approx(squares / found.fit.freedom)
    assert found.months_by_segment == (24, 12, 12)


def test_columns_of_the_table_are_what_they_say():
    found = fitted()
    table, fit = found.to_frame(), found.fit
    assert table.index.tolist()[:6] == ["intercept", "trend", "level_1", "level_2", "slope_1", "slope_2"]
    quasi = np.sqrt(fit.dispersion * np.diag(fit.bread))
    assert table["quasi_std_error"].to_numpy() == pytest.approx(quasi)
    assert table["newey_west_std_error"].to_numpy() == pytest.approx(np.sqrt(np.diag(fit.newey_west.covariance)))
    # Student's quantile with 48 - 8 degrees of freedom is 2.021.
    assert (table["quasi_upper"] - table["estimate"]).to_numpy() == pytest.approx(2.021075 * quasi, rel=1e-5)
    assert ((table["lower"] < table["estimate"]) & (table["estimate"] < table["upper"])).all()
    excludes = (table["lower"] > 0) | (table["upper"] < 0)
    assert (excludes == (table["p_value"] < 0.05)).all()
    assert (fit.newey_west.lags, fit.newey_west.freedom) == (3, 40)


def test_lags_that_are_given_are_used():
    found = fitted(model=SegmentedModel("binomial", BREAKS, season=1, lags=5))
    assert (found.fit.newey_west.lags, found.fit.newey_west.lag_rule) == (5, "given")


# --- directions ------------------------------------------------------------------------------------


def test_what_was_planted_comes_out():
    found = estimates(fitted(spread=0.0))
    assert found["level_1"] == pytest.approx(0.3, abs=0.05)
    assert found["level_2"] == pytest.approx(-0.2, abs=0.05)
    assert found["slope_1"] == pytest.approx(0.02, abs=0.006)
    assert found["slope_2"] == pytest.approx(0.01, abs=0.008)
    assert found["trend"] == pytest.approx(0.005, abs=0.002)


def test_a_change_of_slope_alone_is_no_change_of_level():
    # The slope counts from the break: counted from the start of the series, the level would be 0.05 * 24 too low.
    month, t = START + np.arange(48), np.arange(48)
    noise = np.random.default_rng(0).normal(scale=0.02, size=48)
    y = 10 + 0.1 * t + np.where(t >= 24, 0.05 * (t - 24), 0.0) + noise
    model = SegmentedModel("gaussian", BREAKS[:1], season=0)
    found = estimates(interrupted_series(monthly_series(month, y), model))
    assert found["level_1"] == pytest.approx(0.0, abs=0.03)
    assert found["slope_1"] == pytest.approx(0.05, abs=0.002)
    assert found["intercept"] == pytest.approx(12.4, abs=0.03), "the level at the break, had it not happened"


def test_months_that_depend_on_each_other_are_less_evidence():
    ratios = []
    for seed in range(10):
        table = fitted(seed, rho=0.7, spread=0.1).to_frame()
        ratios.append((table["std_error"] / table["quasi_std_error"]).loc[["level_1", "slope_1"]].mean())
    assert np.mean(ratios) > 1.3


def test_what_happened_to_the_comparison_too_is_no_effect():
    month, occupied, usable = planted(4)
    _, other, of_other = planted(5)
    series = monthly_series(month, occupied, size=usable, comparison=other, comparison_size=of_other)
    table = interrupted_series(series, TWO_BREAKS).to_frame()
    alone = fitted(4).to_frame()
    assert alone.loc["level_1", "lower"] > 0.15
    assert table.loc["comparison_level_1", "lower"] > 0.15
    assert table.loc["level_1", "lower"] < 0 < table.loc["level_1", "upper"]


def test_noise_that_both_series_share_does_not_blur_their_difference():
    month, t = START + np.arange(48), np.arange(48)
    generator = np.random.default_rng(6)
    common = generator.normal(size=48)
    y, other = (common + generator.normal(scale=0.1, size=48) for _ in range(2))
    y = y + 0.5 * (t >= 24)
    model = SegmentedModel("gaussian", BREAKS[:1], season=0)
    table = interrupted_series(monthly_series(month, y, comparison=other), model).to_frame()
    alone = interrupted_series(monthly_series(month, y), model).to_frame()
    assert table.loc["level_1", "std_error"] < 0.3 * alone.loc["level_1", "std_error"]
    assert table.loc["level_1", "lower"] > 0.2


def test_a_holiday_that_moves_is_taken_out_by_its_days():
    month, occupied, usable = planted(7, spread=0.01)
    days = np.zeros(48)
    days[[5, 6, 17, 30, 42]] = [2, 5, 7, 7, 7]
    fewer = np.round(occupied * (1 - 0.01 * days))
    model = SegmentedModel("binomial", BREAKS, season="months", fewest_months=8)
    without = interrupted_series(monthly_series(month, fewer, size=usable), model)
    series = monthly_series(month, fewer, size=usable, covariates=days[:, None], covariate_names=["festival_days"])
    found = interrupted_series(series, model)
    assert found.fit.dispersion < 0.5 * without.fit.dispersion
    assert found.to_frame().loc["festival_days", "upper"] < 0


def test_empty_beds_mirror_occupied_ones():
    month, occupied, usable = planted(8)
    found = estimates(fitted(8))
    mirrored = estimates(interrupted_series(monthly_series(month, usable - occupied, size=usable), TWO_BREAKS))
    assert mirrored.to_numpy() == pytest.approx(-found.to_numpy(), abs=1e-8)


@settings(deadline=None, max_examples=15, derandomize=True)
@given(seed=st.integers(0, 500), years=st.integers(-5, 5), factor=st.floats(0.01, 100), data=st.data())
def test_calendar_units_and_order_do_not_matter(seed, years, factor, data):
    month, events, _ = planted(seed)
    exposure = 1000.0 + np.arange(48)
    model = SegmentedModel("poisson", BREAKS, season=2)
    plain = interrupted_series(monthly_series(month, events, size=exposure), model).to_frame()
    order = np.array(data.draw(st.permutations(range(48))))
    later = SegmentedModel("poisson", tuple(b + 12 * years for b in BREAKS), season=2)
    moved = monthly_series(month[order] + 12 * years, events[order], size=factor * exposure[order])
    found = interrupted_series(moved, later).to_frame()
    changes = plain.index != "intercept"
    columns = ["estimate", "std_error", "lower", "upper", "newey_west_std_error", "quasi_std_error"]
    ours, theirs = found.loc[changes, columns].to_numpy(), plain.loc[changes, columns].to_numpy()
    assert ours == pytest.approx(theirs, rel=1e-5, abs=1e-7)
    shift = found.loc["intercept", "estimate"] - plain.loc["intercept", "estimate"]
    assert shift == pytest.approx(-math.log(factor), abs=1e-6)


# --- refusals --------------------------------------------------------------------------------------

ONE_BREAK = SegmentedModel("gaussian", (START + 12,), season=0)
NOISE = np.random.default_rng(9).normal(size=48)


def refused(n, model=ONE_BREAK, y=NOISE, **more):
    found = interrupted_series(monthly_series(START + np.arange(n), y[:n], **more), model)
    assert (found.fit is None) == (found.refusal is not None)
    assert found.refusal is None or found.to_frame().empty
    return found.refusal


def test_two_published_points_carry_no_inference():
    month = np.array([START + 3, START + 18])
    series = monthly_series(month, [7_000, 8_000], size=[10_000, 10_000])
    for fewest in (2, 8):
        model = SegmentedModel("binomial", (START + 12,), season=0, fewest_months=fewest)
        found = interrupted_series(series, model)
        assert (found.refusal, found.fit, found.months_by_segment) == ("two_points_only", None, (1, 1))


@pytest.mark.parametrize(("n", "reason"), [(19, "too_few_months"), (20, None), (12, "too_few_months")])
def test_each_segment_needs_its_months(n, reason):
    assert refused(n) == reason


def test_each_of_several_segments_needs_its_months():
    model = SegmentedModel("gaussian", (START + 12, START + 19), season=0)
    assert refused(40, model) == "too_few_months"
    assert refused(40, SegmentedModel("gaussian", (START + 12, START + 19), season=0, fewest_months=7)) is None


def test_a_break_outside_the_series_is_refused():
    assert refused(40, SegmentedModel("gaussian", (START - 5,), season=0)) == "too_few_months"
    assert refused(40, SegmentedModel("gaussian", (START + 50,), season=0)) == "too_few_months"


def test_a_series_that_does_not_move_is_refused():
    assert refused(30, y=np.full(48, 3.0)) == "no_variation"
    assert refused(30, y=np.zeros(48)) == "no_variation"
    straight = 2.0 + 0.5 * np.arange(48)
    assert refused(30, y=straight) == "no_variation", "a line leaves nothing to tell the spread from"
    assert refused(30, comparison=NOISE[:30]) == "no_variation", "the comparison is the series itself"


def test_terms_that_say_the_same_are_refused():
    same = (np.arange(30) >= 12).astype(float)[:, None]
    assert refused(30, covariates=same, covariate_names=["law"]) == "singular_design"
    nothing = np.zeros((30, 1))
    assert refused(30, covariates=nothing, covariate_names=["no_festival"]) == "singular_design"


def test_too_many_terms_are_refused():
    model = SegmentedModel("gaussian", (START + 8,), season="months")
    assert refused(18, model) == "too_few_months_for_terms"
    assert refused(36, SegmentedModel("gaussian", (START + 12,), season="months")) is None


@pytest.mark.parametrize("family", ["binomial", "poisson"])
def test_all_or_nothing_after_the_break_is_refused(family):
    month, occupied, usable = planted(10)
    occupied = np.where(month >= BREAKS[1], usable if family == "binomial" else 0, occupied)
    model = SegmentedModel(family, BREAKS, season=0)
    found = interrupted_series(monthly_series(month, occupied, size=usable), model)
    assert found.refusal == "no_convergence"


@pytest.mark.parametrize(
    ("family", "change", "message"),
    [
        ("binomial", {"size": None}, r"family='binomial' needs the size"),
        ("gaussian", {}, r"family='gaussian' has no size"),
        ("binomial", {"outcome": np.full(48, 200.0)}, r"outcome: 48 of 48 values are below 0 or above their size"),
        ("poisson", {"outcome": np.append(np.ones(47), -1)}, r"outcome: 1 of 48 values are below 0"),
    ],
)
def test_an_outcome_that_the_family_does_not_allow_is_refused(family, change, message):
    values = {"outcome": np.arange(48.0), "size": np.full(48, 100.0), **change}
    series = monthly_series(START + np.arange(48), values["outcome"], size=values["size"])
    with pytest.raises(InvalidParameter, match=message):
        interrupted_series(series, SegmentedModel(family, BREAKS))


def test_a_confidence_in_percent_is_refused():
    month, occupied, usable = planted(1)
    with pytest.raises(InvalidParameter, match=r"confidence=95 must lie"):
        interrupted_series(monthly_series(month, occupied, size=usable), TWO_BREAKS, confidence=95)
