"""Permutation of effects over their standard errors: against loops, at its level, and its interval against the test."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.adoption_panel import adoption_panel
from jingan_analysis.models.permutation import permutation_test
from jingan_analysis.models.permutation_by_precision import (
    Assignments,
    assignments,
    event_time_effects,
    permuted_contrast,
    precision_test,
    smallest_p_value,
    treated_cells,
)
from jingan_analysis.models.staggered_aggregates import aggregate_effects
from jingan_analysis.models.staggered_effects import group_time_effects


def drawn(seed, *, units=7, periods=6, dates=(2, 4)):
    generator = np.random.default_rng(seed)
    adoption = np.full(units, -1)
    adoption[: len(dates)] = dates
    variance = np.repeat(generator.uniform(0.2, 4.0, (units, 1)), periods, axis=1)
    outcomes = generator.normal(size=(units, 1)) + generator.normal(size=(units, periods)) * np.sqrt(variance)
    return adoption_panel(outcomes, generator.permutation(adoption), 1 / variance[:, 0]), variance


def overall(panel, adoption, outcomes=None):
    """The size-weighted mean effect by the estimator itself."""
    table = panel.outcomes if outcomes is None else outcomes
    return aggregate_effects(group_time_effects(table, adoption, weights=panel.weights), "simple").overall


def standard_error(panel, adoption, variance):
    """By moving one outcome after the other: the effect is linear in them."""
    start, total = overall(panel, adoption), 0.0
    for cell in np.ndindex(panel.outcomes.shape):
        moved = panel.outcomes.copy()
        moved[cell] += 1.0
        total += (overall(panel, adoption, moved) - start) ** 2 * variance[cell]
    return math.sqrt(total)


def test_effects_errors_and_p_values_agree_with_loops_over_every_order_of_the_dates():
    panel, variance = drawn(3, units=5, periods=5, dates=(2, 3))
    found = precision_test(panel, variance, assignments(panel.adoption), confidence=0.9)
    real = overall(panel, panel.adoption) / standard_error(panel, panel.adoption, variance)
    ratios = []
    for order in set(itertools.permutations(panel.adoption.tolist())):
        given = np.array(order)
        ratios.append(overall(panel, given) / standard_error(panel, given, variance))
    assert found.assignments == len(ratios) == 20
    assert found.effect == found.distribution[0] == pytest.approx(overall(panel, panel.adoption))
    assert found.studentised == pytest.approx(real)
    assert found.p_value == pytest.approx(np.mean(np.abs(ratios) >= abs(real) - 1e-9))
    assert np.sort(found.distribution) == pytest.approx(np.sort(ratios) * found.effect / real)


def test_where_all_are_equally_exact_it_is_the_plain_test():
    panel, _ = drawn(5, units=8, dates=(3, 3))
    alike = adoption_panel(panel.outcomes, panel.adoption)
    plain = permutation_test(alike.outcomes, alike.adoption, confidence=0.9)
    found = precision_test(alike, np.full((8, 6), 7.0), assignments(alike.adoption), confidence=0.9)
    for name in ("effect", "p_value", "lower", "upper", "assignments", "exact", "smallest_p_value"):
        assert getattr(found, name) == pytest.approx(getattr(plain, name)), name


def test_only_proportions_of_the_variances_matter():
    panel, variance = drawn(7)
    looked_at = assignments(panel.adoption)
    once, scaled = (precision_test(panel, size * variance, looked_at) for size in (1.0, 1e6))
    assert (once.p_value, once.lower, once.upper) == pytest.approx((scaled.p_value, scaled.lower, scaled.upper))


def test_the_interval_holds_what_the_test_does_not_reject():
    panel, variance = drawn(5, units=9, periods=7, dates=(2, 3, 5))
    looked_at = assignments(panel.adoption)
    found = precision_test(panel, variance, looked_at, confidence=0.9)
    assert found.lower < found.effect < found.upper
    for edge, outwards in ((found.lower, -1), (found.upper, 1)):
        for step, rejected in ((outwards * 1e-6, True), (-outwards * 1e-6, False)):
            rest = adoption_panel(panel.outcomes - (edge + step) * treated_cells(panel), panel.adoption, panel.weights)
            assert (precision_test(rest, variance, looked_at, confidence=0.9).p_value <= 0.1) is rejected
    wider = precision_test(panel, variance, looked_at, confidence=0.98)
    assert wider.lower < found.lower
    assert wider.upper > found.upper


def rejections(treated_size, tests=300):
    """Share rejected at 10 % without any effect, two units of one size treated, ten others of sizes 4 to 64."""
    sizes = np.array([treated_size] * 2 + [4, 4, 4, 8, 8, 8, 16, 16, 64, 64], dtype=float)
    adoption = np.array([2, 3, *[-1] * 10])
    variance = np.repeat(1 / sizes[:, None], 6, axis=1)
    looked_at = assignments(adoption)
    generator = np.random.default_rng(1)
    plain = precise = 0
    for _ in range(tests):
        panel = adoption_panel(generator.normal(size=(12, 6)) * np.sqrt(variance), adoption, sizes)
        plain += permutation_test(panel.outcomes, adoption, weights=sizes, confidence=0.9).p_value <= 0.1
        precise += precision_test(panel, variance, looked_at, confidence=0.9).p_value <= 0.1
    return plain / tests, precise / tests


def test_it_keeps_its_level_whichever_units_are_treated_and_the_plain_test_does_not():
    limit = 3.3 * math.sqrt(0.1 * 0.9 / 300)
    for size in (4, 64):
        plain, precise = rejections(size)
        assert abs(precise - 0.1) < limit, (size, precise)
        # Effects of exact units are held against those of units that swing, and the other way round.
        assert plain < 0.02 if size == 64 else plain > 0.15, (size, plain)


def test_if_dates_fall_at_random_it_is_exact_even_with_wrong_variances():
    p_values = []
    for seed in range(400):
        panel, variance = drawn(seed, units=7, periods=4, dates=(2, 2))
        p_values.append(precision_test(panel, variance[::-1] ** 2, assignments(panel.adoption), confidence=0.8).p_value)
    for count in (2, 4, 10):
        rate = count / 21
        assert abs(np.mean(np.array(p_values) <= rate + 1e-9) - rate) < 3.3 * math.sqrt(rate * (1 - rate) / 400)


def test_an_effect_is_found_and_the_bins_add_up_to_the_p_value():
    panel, variance = drawn(2, units=12, dates=(2, 3))
    looked_at = assignments(panel.adoption)
    large = adoption_panel(panel.outcomes + 9.0 * treated_cells(panel), panel.adoption, panel.weights)
    found = precision_test(large, variance, looked_at)
    assert found.p_value < 0.05
    assert found.lower > 0
    bins = found.histogram()
    assert bins["count"].sum() == found.assignments == 132
    assert bins.loc[bins["as_extreme"], "count"].sum() / 132 == pytest.approx(found.p_value)


def test_effects_by_event_time_are_the_aggregates_and_an_effect_is_no_chance_of_others():
    panel, variance = drawn(11, units=14, periods=8, dates=(2, 4))
    moved = adoption_panel(panel.outcomes + 40.0 * treated_cells(panel), panel.adoption, panel.weights)
    looked_at = assignments(moved.adoption)
    constant = precision_test(moved, variance, looked_at).effect
    found = event_time_effects(moved, variance, looked_at, constant=constant)
    aggregates = aggregate_effects(
        group_time_effects(moved.outcomes, moved.adoption, weights=moved.weights, base_period="universal"), "event"
    )
    expected = dict(zip(aggregates.at.tolist(), aggregates.effect, strict=True))
    assert found.at.tolist() == [time for time in expected if time != -1] == [-4, -3, -2, 0, 1, 2, 3, 4, 5]
    assert found.effect == pytest.approx([expected[time] for time in found.at.tolist()])
    # Two units carry times -2 to 3; one of fourteen cannot be told from chance at 95 %.
    known = dict(zip(found.at.tolist(), ~np.isnan(found.lower), strict=True))
    assert [time for time, is_known in known.items() if is_known] == [-2, 0, 1, 2, 3]
    assert (found.upper - found.lower)[~np.isnan(found.lower)].max() < 40.0, "the effect itself is not chance"
    without = event_time_effects(panel, variance, looked_at, constant=constant - 40.0)
    assert without.before_p_value == pytest.approx(found.before_p_value)
    assert (without.upper - without.lower) == pytest.approx(found.upper - found.lower, nan_ok=True)


def test_units_that_moved_apart_before_are_noticed_at_the_level():
    p_values = []
    for seed in range(300):
        panel, variance = drawn(seed, units=9, periods=6, dates=(3, 3))
        looked_at = assignments(panel.adoption)
        constant = precision_test(panel, variance, looked_at, confidence=0.9).effect
        p_values.append(event_time_effects(panel, variance, looked_at, constant=constant).before_p_value)
    assert abs(np.mean(np.array(p_values) <= 0.1) - 0.1) < 3.3 * math.sqrt(0.09 / 300) + 0.02
    apart = panel.outcomes + 30.0 * (panel.adoption[:, None] >= 0) * np.arange(6)
    found = event_time_effects(adoption_panel(apart, panel.adoption), variance, looked_at, constant=100.0)
    assert found.before_p_value < 0.1


def test_a_sample_keeps_the_real_dates_first_and_its_seed():
    panel, variance = drawn(4, units=9, dates=(2, 3, 4))
    whole = assignments(panel.adoption)
    first, again, other = (assignments(panel.adoption, most=100, draws=999, seed=seed) for seed in (1, 1, 2))
    assert whole.exact
    assert not first.exact
    assert len(first.rows) == 1000
    assert (first.rows[0] == panel.adoption).all()
    assert (first.rows == again.rows).all()
    assert (first.rows != other.rows).any()
    exact, sampled = (precision_test(panel, variance, looked_at) for looked_at in (whole, first))
    assert sampled.p_value == pytest.approx(exact.p_value, abs=0.06)


def test_chunks_do_not_change_anything(monkeypatch):
    panel, variance = drawn(4, units=9, dates=(2, 3, 4))
    rows = assignments(panel.adoption).rows
    whole = permuted_contrast(panel, rows, panel.outcomes, variance, [0, 1])
    monkeypatch.setattr("jingan_analysis.models.permutation_by_precision._CELLS", 700)
    parts = permuted_contrast(panel, rows, panel.outcomes, variance, [0, 1])
    assert whole[0] == pytest.approx(parts[0])
    assert whole[1] == pytest.approx(parts[1])


def test_too_few_assignments_are_told_before_and_refused():
    panel, variance = drawn(1, units=8, dates=(3,))
    looked_at = assignments(panel.adoption)
    assert smallest_p_value(panel, variance, looked_at) == pytest.approx(1 / 8)
    with pytest.raises(
        InvalidParameter, match=r"with 8 ways.*below 0\.1250.*confidence 0\.95; ask for at most 0\.8750"
    ):
        precision_test(panel, variance, looked_at)
    assert np.isfinite(precision_test(panel, variance, looked_at, confidence=0.8).lower)
    half, variance = drawn(1, units=6, dates=(3, 3, 3))
    assert smallest_p_value(half, variance, assignments(half.adoption)) >= 2 / 20, "the other half is as extreme"


def test_what_is_not_as_described_is_refused():
    panel, variance = drawn(1)
    looked_at = assignments(panel.adoption)
    for wrong in (variance[:, 1:], variance * 0.0, variance * np.nan):
        with pytest.raises(InvalidParameter, match=r"variance has shape .* shape \(7, 6\)"):
            precision_test(panel, wrong, looked_at)
    for adoption in ([0, 2, -1], [2, 3, 3]):
        given = adoption_panel(np.zeros((3, 4)), adoption)
        with pytest.raises(InvalidParameter, match=r"leave out units that are treated from the first period"):
            precision_test(given, np.ones((3, 4)), Assignments(np.array([adoption]), exact=True))
    with pytest.raises(InvalidParameter, match=r"draws=0 must be 1 or more, for 42 assignments"):
        assignments(panel.adoption, most=10, draws=0)
