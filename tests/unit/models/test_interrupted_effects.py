"""Effects of breaks: against numeric slopes and loops, and in directions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.interrupted_design import SegmentedModel, monthly_series
from jingan_analysis.models.interrupted_effects import counterfactual, effects_after
from jingan_analysis.models.interrupted_series import interrupted_series

START = 12 * 2021 + 7
BREAKS = (START + 24, START + 36)
LINKS = {
    "binomial": lambda eta: 1 / (1 + math.exp(-eta)),
    "poisson": math.exp,
    "gaussian": float,
}


def found(family="binomial", *, comparison=False, n=48, jump=0.4):
    generator = np.random.default_rng(1)
    t = np.arange(n)
    usable = generator.integers(8_000, 10_000, n)
    eta = 0.8 + jump * (t >= 24) + 0.02 * np.maximum(t - 36, 0) + generator.normal(scale=0.05, size=n)
    series = [generator.binomial(usable, 1 / (1 + np.exp(-eta + shift))) for shift in (0, 0.2)]
    sizes = {} if family == "gaussian" else {"size": usable}
    if comparison:
        sizes |= {"comparison": series[1]} | ({} if family == "gaussian" else {"comparison_size": usable})
    return interrupted_series(monthly_series(START + t, series[0], **sizes), SegmentedModel(family, BREAKS, season=1))


@pytest.mark.parametrize("family", ["binomial", "poisson", "gaussian"])
@pytest.mark.parametrize("comparison", [False, True])
@pytest.mark.parametrize("breaks", [None, (0,), (1,)])
def test_effects_and_errors_agree_with_numeric_slopes(family, comparison, breaks):
    result = found(family, comparison=comparison)
    fit, link = result.fit, LINKS[family]
    effect = counterfactual(result, breaks=breaks)
    assert effect.breaks == ((0, 1) if breaks is None else breaks)
    gone = [f"{kind}_{k + 1}" for k in effect.breaks for kind in ("level", "slope")]
    for at in (10, 24, 30, 40, 47):
        with_breaks = fit.design.matrix[0, at]
        without = [0 if name in gone else x for name, x in zip(fit.design.names, with_breaks, strict=True)]

        def read(beta, rows=(with_breaks, without)):
            means = [link(sum(b * x for b, x in zip(beta, row, strict=True))) for row in rows]
            return means[0] - means[1], math.log(means[0] / means[1])

        difference, log_ratio = read(fit.estimate)
        assert effect.difference[at] == pytest.approx(difference, abs=1e-9)
        assert effect.ratio[at] == pytest.approx(math.exp(log_ratio))
        slopes = []
        for place in range(len(fit.estimate)):
            step = np.zeros(len(fit.estimate))
            step[place] = 1e-5
            up, down = read(fit.estimate + step), read(fit.estimate - step)
            slopes.append([(u - d) / 2e-5 for u, d in zip(up, down, strict=True)])
        slopes = np.array(slopes).T
        if at < 24 or (breaks == (1,) and at < 36):
            assert (effect.difference_lower[at], effect.ratio_upper[at]) == (0, 1)
            continue
        half = fit.serial.half_width(slopes, 0.95)
        assert effect.difference_std_error[at] == pytest.approx(fit.serial.std_error(slopes)[0], rel=1e-4)
        assert effect.difference_upper[at] - difference == pytest.approx(half[0], rel=1e-4)
        assert math.log(effect.ratio_lower[at]) == pytest.approx(log_ratio - half[1], rel=1e-3, abs=1e-6)


def test_the_parts_of_the_page_are_there():
    result = found()
    effect = counterfactual(result)
    assert effect.observed == pytest.approx(result.series.outcome[0] / result.series.size[0])
    assert effect.fitted - effect.without == pytest.approx(effect.difference)
    assert effect.to_frame().shape == (48, 10)


def test_more_beds_occupied_is_an_effect_above_0_and_a_ratio_above_1():
    up, down = (counterfactual(found(jump=jump)) for jump in (0.4, -0.4))
    assert up.difference_lower[24] > 0 and up.ratio_lower[24] > 1
    assert down.difference_upper[24] < 0 and down.ratio_upper[24] < 1
    # From 69 to 77 % of bed-days: eight percentage points.
    assert up.difference[24] == pytest.approx(0.08, abs=0.02)


def test_the_further_from_the_break_the_less_is_known():
    effect = counterfactual(found("gaussian"), breaks=(0,))
    # Up to the second break months on both sides help; beyond it the first segment's slope is only drawn on.
    assert (np.diff(effect.difference_std_error[35:]) > 0).all()
    assert effect.difference_std_error[47] > 2 * effect.difference_std_error[24:36].min()


def test_effects_at_chosen_months():
    result = found()
    table = effects_after(result, 1, [0, 6, 12])
    assert table["month"].tolist() == [BREAKS[1], BREAKS[1] + 6, BREAKS[1] + 12]
    assert table.loc[6, "difference"] == pytest.approx(counterfactual(result, breaks=(1,)).difference[42])
    assert table.loc[12].drop("month").isna().all(), "the series ends eleven months after the break"


def test_a_measurement_below_0_has_no_ratio():
    t = np.arange(40)
    y = np.random.default_rng(2).normal(size=40) - 3.0 * (t >= 20)
    result = interrupted_series(monthly_series(t, y), SegmentedModel("gaussian", (20,), season=0))
    effect = counterfactual(result)
    assert np.isnan(effect.ratio[20:]).all() and np.isfinite(effect.difference_lower).all()


def test_without_a_fit_there_is_no_effect():
    result = interrupted_series(monthly_series([1, 2], [1, 2]), SegmentedModel("gaussian", (2,), season=0))
    assert counterfactual(result) is None
    assert effects_after(result, 0, [0]) is None


@pytest.mark.parametrize("breaks", [(), (2,), (-1,)])
def test_a_break_that_is_none_is_refused(breaks):
    with pytest.raises(InvalidParameter, match=r"must name breaks from 0 to 1"):
        counterfactual(found(), breaks=breaks)


def test_months_before_the_break_are_refused():
    with pytest.raises(InvalidParameter, match=r"months_after=\(-1,\) must be 0 or more"):
        effects_after(found(), 0, [-1])
