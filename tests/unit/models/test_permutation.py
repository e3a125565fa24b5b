"""Randomisation inference: against loops, at its level under no effect, and its interval against the test it inverts."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.assigned_dates import every_assignment, number_of_assignments
from jingan_analysis.models.permutation import permutation_test
from jingan_analysis.models.staggered_aggregates import aggregate_effects
from jingan_analysis.models.staggered_effects import group_time_effects


def panel(seed, *, units=7, periods=6, dates=(2, 4)):
    generator = np.random.default_rng(seed)
    adoption = np.full(units, -1)
    adoption[: len(dates)] = dates
    # Units keep their level, and a shock lasts.
    outcomes = np.cumsum(generator.normal(size=(units, periods)), axis=1) + generator.normal(size=(units, 1))
    return outcomes, generator.permutation(adoption), generator.uniform(1, 5, units)


def treated(adoption, periods):
    return (adoption[:, None] >= 0) & (np.arange(periods) >= adoption[:, None])


def naive_test(outcomes, adoption, weights, comparison, weighting):
    """Every different order of the dates, each effect from the estimator itself."""
    orders = set(itertools.permutations(adoption.tolist()))
    effects = {}
    for order in orders:
        cells = group_time_effects(outcomes, np.array(order), weights=weights, comparison=comparison)
        effects[order] = aggregate_effects(cells, weighting).overall
    real = effects[tuple(adoption.tolist())]
    return real, sum(abs(effect) >= abs(real) - 1e-9 for effect in effects.values()) / len(orders), effects


@pytest.mark.parametrize("comparison", ["never_treated", "not_yet_treated"])
@pytest.mark.parametrize("weighting", ["simple", "group"])
def test_the_distribution_is_that_of_every_order_of_the_dates(comparison, weighting):
    outcomes, adoption, weights = panel(3, units=6, dates=(2, 2, 4))
    found = permutation_test(
        outcomes, adoption, weights=weights, comparison=comparison, weighting=weighting, confidence=0.9
    )
    effect, p_value, effects = naive_test(outcomes, adoption, weights, comparison, weighting)
    assert found.assignments == len(effects) == 60
    assert found.effect == found.distribution[0] == pytest.approx(effect)
    assert np.sort(found.distribution) == pytest.approx(sorted(effects.values()))
    assert found.p_value == pytest.approx(p_value)
    assert found.exact and found.smallest_p_value == pytest.approx(1 / 60)


def naive_studentised(outcomes, adoption):
    """Equal weights, never treated, simple: each treated unit's own effect, and each comparison unit's part."""
    units, periods = outcomes.shape
    never = [i for i in range(units) if adoption[i] == -1]
    parts, shares, spread, whole = {}, {}, dict.fromkeys(never, 0.0), 0
    for i in range(units):
        if adoption[i] == -1:
            continue
        g = adoption[i]
        parts[i], shares[i] = 0.0, periods - g
        for t in range(g, periods):
            mean = sum(outcomes[j][t] - outcomes[j][g - 1] for j in never) / len(never)
            parts[i] += outcomes[i][t] - outcomes[i][g - 1] - mean
            for j in never:
                spread[j] += (outcomes[j][t] - outcomes[j][g - 1] - mean) / len(never)
        whole += periods - g
    effect = sum(parts.values()) / whole
    deviations = [(parts[i] - shares[i] * effect) / whole for i in parts] + [value / whole for value in spread.values()]
    return effect / math.sqrt(sum(d * d for d in deviations))


def test_the_studentised_test_agrees_with_loops():
    outcomes, adoption, _ = panel(9, units=6, dates=(2, 4))
    found = permutation_test(outcomes, adoption, confidence=0.9)
    every = [naive_studentised(outcomes, row) for row in every_assignment(adoption)]
    assert found.studentised == pytest.approx(every[0])
    assert found.studentised_p_value == pytest.approx(np.mean(np.abs(every) >= abs(every[0]) - 1e-9))


def test_every_assignment_comes_once_and_the_real_one_first():
    adoption = np.array([3, -1, 2, -1, 2])
    rows = [tuple(row) for row in every_assignment(adoption)]
    assert rows[0] == tuple(adoption)
    assert set(rows) == set(itertools.permutations(adoption.tolist()))
    assert len(rows) == number_of_assignments(adoption) == 30
    assert number_of_assignments(np.array([5, 8, 11, *[-1] * 11])) == 2184


def test_under_no_effect_it_rejects_as_often_as_it_says():
    # 600 districts without any effect; 8 units, two treated: 56 ways, so p <= 3/56 comes in 3 of 56 districts.
    plain, studentised = [], []
    for seed in range(600):
        outcomes, adoption, weights = panel(seed, units=8, periods=5, dates=(2, 3))
        found = permutation_test(outcomes, adoption, weights=weights, confidence=0.9)
        plain.append(found.p_value)
        studentised.append(found.studentised_p_value)
    for p_values in (np.array(plain), np.array(studentised)):
        for count in (3, 6, 28):
            rate = count / 56
            share = (p_values <= rate + 1e-9).mean()
            assert abs(share - rate) < 3.5 * math.sqrt(rate * (1 - rate) / 600)


def test_an_effect_is_found_and_a_larger_one_more_surely():
    outcomes, adoption, _ = panel(1, units=14, periods=12, dates=(5, 6, 8))
    small, large = (
        permutation_test(outcomes + size * treated(adoption, 12), adoption) for size in (0.5, 15.0)
    )  # fmt: skip
    assert large.p_value < 0.01 < small.p_value
    assert large.studentised_p_value < 0.05
    assert small.assignments == 2184


@pytest.mark.parametrize("comparison", ["never_treated", "not_yet_treated"])
@pytest.mark.parametrize("weighting", ["simple", "group"])
def test_the_interval_holds_what_the_test_does_not_reject(comparison, weighting):
    outcomes, adoption, weights = panel(5, units=9, periods=7, dates=(2, 3, 5))
    options = {"weights": weights, "comparison": comparison, "weighting": weighting, "confidence": 0.9}
    found = permutation_test(outcomes, adoption, **options)
    assert found.lower < found.effect < found.upper
    for edge, outwards in ((found.lower, -1), (found.upper, 1)):
        for step, rejected in ((outwards * 1e-6, True), (-outwards * 1e-6, False)):
            removed = outcomes - (edge + step) * treated(adoption, 7)
            p_value = permutation_test(removed, adoption, **options).p_value
            assert (p_value <= 0.1) is rejected
    # Removing the effect itself leaves nothing, whatever else is assumed.
    nothing = permutation_test(outcomes - found.effect * treated(adoption, 7), adoption, **options)
    assert nothing.p_value == 1.0
    assert nothing.effect == pytest.approx(0.0, abs=1e-12)


def test_the_interval_covers_the_true_effect_as_often_as_it_says():
    covered = []
    for seed in range(300):
        outcomes, adoption, _ = panel(seed, units=7, periods=4, dates=(2, 2))
        found = permutation_test(outcomes + 1.5 * treated(adoption, 4), adoption, confidence=0.8)
        covered.append(found.lower <= 1.5 <= found.upper)
    # 21 assignments: at most 4 of 21 reject, so coverage is 17/21 = 0.81.
    assert abs(np.mean(covered) - 17 / 21) < 3.5 * math.sqrt(0.81 * 0.19 / 300)


def test_more_confidence_gives_a_wider_interval():
    outcomes, adoption, _ = panel(2, units=9, dates=(2, 3))
    narrow, wide = (permutation_test(outcomes, adoption, confidence=level) for level in (0.8, 0.95))
    assert wide.lower < narrow.lower < narrow.upper < wide.upper


def test_a_sample_follows_the_rule_of_one_more_and_its_seed():
    outcomes, adoption, weights = panel(4, units=9, dates=(2, 3, 4))
    whole = permutation_test(outcomes, adoption, weights=weights)
    drawn = [
        permutation_test(outcomes, adoption, weights=weights, most_assignments=100, draws=999, seed=seed)
        for seed in (1, 1, 2)
    ]
    assert not drawn[0].exact and drawn[0].assignments == 1000
    # The real assignment may be drawn again.
    assert drawn[0].smallest_p_value == np.isclose(drawn[0].distribution, drawn[0].effect).mean() >= 0.001
    assert drawn[0].p_value == drawn[1].p_value
    assert not np.array_equal(drawn[0].distribution, drawn[2].distribution)
    others = np.abs(drawn[0].distribution[1:])
    assert drawn[0].p_value == (1 + (others >= abs(drawn[0].effect) - 1e-9).sum()) / 1000
    assert drawn[0].p_value == pytest.approx(whole.p_value, abs=0.06)
    assert drawn[0].lower == pytest.approx(whole.lower, abs=0.5)
    assert (whole.exact, whole.assignments) == (True, 504)


def test_with_too_few_assignments_it_refuses_and_says_how_much_confidence_is_possible():
    # One treated unit of 14: no p value can be below 1/14.
    outcomes, adoption, _ = panel(0, units=14, dates=(3,))
    with pytest.raises(
        InvalidParameter, match=r"only 14 ways to assign the dates are looked at.*0\.0714.*at most 0\.9286"
    ):
        permutation_test(outcomes, adoption)
    found = permutation_test(outcomes, adoption, confidence=0.9)
    assert found.smallest_p_value == pytest.approx(1 / 14)
    assert math.isnan(found.studentised) and math.isnan(found.studentised_p_value)
    assert np.isfinite([found.lower, found.upper]).all()


def test_half_of_the_units_treated_at_once_are_as_extreme_as_the_other_half():
    # 20 ways of 3 of 6: the real one and its mirror image tie whatever the effect, so no p value is below 2/20.
    outcomes, adoption, weights = panel(0, units=6, dates=(3, 3, 3))
    huge = outcomes + 1e4 * treated(adoption, 6)
    found = permutation_test(huge, adoption, weights=weights, confidence=0.9)
    assert found.p_value == found.smallest_p_value == pytest.approx(2 / 20)
    assert np.isfinite([found.lower, found.upper]).all()
    with pytest.raises(InvalidParameter, match=r"no p value is below 0\.1000.*at most 0\.9000"):
        permutation_test(huge, adoption, weights=weights)


def test_units_treated_from_the_start_take_no_part():
    outcomes, adoption, weights = panel(6, units=9, dates=(2, 4, 0))
    kept = adoption != 0
    with_it = permutation_test(outcomes, adoption, weights=weights)
    without = permutation_test(outcomes[kept], adoption[kept], weights=weights[kept])
    assert (with_it.p_value, with_it.lower, with_it.assignments) == (without.p_value, without.lower, 56)


def test_nobody_to_compare_with_is_refused():
    outcomes, adoption, _ = panel(6, units=4, dates=(2, 2, 4, 4))
    for comparison in ("never_treated", "not_yet_treated"):
        with pytest.raises(InvalidParameter, match=r"in the last period nobody is left that is not treated"):
            permutation_test(outcomes, adoption, comparison=comparison)


def test_outcomes_that_never_move_are_no_evidence():
    found = permutation_test(np.ones((9, 5)), np.array([2, 3, *[-1] * 7]))
    assert (found.effect, found.p_value, found.studentised, found.studentised_p_value) == (0.0, 1.0, 0.0, 1.0)
    assert (found.lower, found.upper) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weighting": "event"}, r"weighting='event'"),
        ({"comparison": "all"}, r"comparison='all'"),
        ({"most_assignments": 10, "draws": 0}, r"draws=0 must be 1 or more, for 42 assignments"),
        ({"confidence": 1.0}, r"confidence=1.0 must lie between 0 and 1"),
    ],
)
def test_options_that_make_no_sense_are_refused(options, message):
    outcomes, adoption, _ = panel(0, units=7, dates=(2, 4))
    with pytest.raises(InvalidParameter, match=message):
        permutation_test(outcomes, adoption, **options)


@pytest.mark.parametrize("effect", [0.0, 1e-9, 0.01, 0.4, -6.0])
def test_the_bins_of_the_histogram_add_up_to_the_p_value(effect):
    outcomes, adoption, _ = panel(7, units=10, dates=(2, 3))
    own = permutation_test(outcomes, adoption).effect
    found = permutation_test(outcomes + (effect - own) * treated(adoption, 6), adoption)
    bins = found.histogram(bins=20)
    assert bins["count"].sum() == found.assignments == 90
    assert bins.loc[bins.as_extreme, "count"].sum() / 90 == pytest.approx(found.p_value)
    assert bins.right[:-1].to_numpy() == pytest.approx(bins.left[1:].to_numpy())
    for row in bins.itertuples():
        inside = (found.distribution > row.left + 1e-9) & (found.distribution < row.right - 1e-9)
        edges = np.isclose(found.distribution, row.left, atol=1e-9) | np.isclose(
            found.distribution, row.right, atol=1e-9
        )
        assert inside.sum() <= row.count <= inside.sum() + edges.sum()
    assert 8 < len(bins) < 60


def test_a_histogram_of_nothing_has_one_bin():
    found = permutation_test(np.ones((9, 5)), np.array([2, 3, *[-1] * 7]))
    bins = found.histogram()
    assert bins["count"].tolist() == [72] and bins.as_extreme.tolist() == [True]
