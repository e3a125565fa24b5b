"""Staggered difference-in-differences: by hand, against loops, in directions, and where two-way fixed effects are wrong."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.staggered_aggregates import aggregate_effects
from jingan_analysis.models.staggered_effects import group_time_effects

AGGREGATIONS = ("simple", "group", "event", "calendar")


def panel(seed, *, units=14, periods=9, dates=(3, 5, 5, 6, 6), weights=False):
    generator = np.random.default_rng(seed)
    adoption = np.full(units, -1)
    adoption[: len(dates)] = dates
    outcomes = generator.normal(size=(units, periods)) + generator.normal(size=(units, 1))
    return outcomes, adoption, generator.uniform(1, 9, units) if weights else None


def naive_cell(outcomes, adoption, weights, g, t, comparison, base_period):
    base = g - 1 if base_period == "universal" or t >= g else t - 1
    sides = [[], []]
    for i, date in enumerate(adoption):
        if date == g:
            sides[0].append(i)
        elif date == -1 or (comparison == "not_yet_treated" and date > max(t, base)):
            sides[1].append(i)
    means, variance = [], 0.0
    for side in sides:
        total = sum(weights[i] for i in side)
        changes = [outcomes[i][t] - outcomes[i][base] for i in side]
        mean = sum(weights[i] * change for i, change in zip(side, changes, strict=True)) / total
        variance += sum((weights[i] / total * (change - mean)) ** 2 for i, change in zip(side, changes, strict=True))
        means.append(mean)
    return means[0] - means[1], math.sqrt(variance)


@pytest.mark.parametrize("comparison", ["never_treated", "not_yet_treated"])
@pytest.mark.parametrize("base_period", ["varying", "universal"])
@pytest.mark.parametrize("seed", range(3))
def test_every_cell_agrees_with_loops(comparison, base_period, seed):
    outcomes, adoption, weights = panel(seed, weights=True, dates=(3, 3, 5, 5, 6, 6))
    found = group_time_effects(outcomes, adoption, weights=weights, comparison=comparison, base_period=base_period)
    for column, (g, t) in enumerate(zip(found.group, found.period, strict=True)):
        effect, error = naive_cell(outcomes, adoption, weights, g, t, comparison, base_period)
        assert found.effect[column] == pytest.approx(effect, abs=1e-12)
        if base_period == "universal" and t == g - 1:
            assert found.effect[column] == 0.0 and math.isnan(found.std_error[column])
        else:
            assert found.std_error[column] == pytest.approx(error, abs=1e-12)
    cells = {"varying": (9 - 1) * 3, "universal": 9 * 3}
    assert len(found.effect) == cells[base_period]


def test_two_units_and_two_periods_are_the_difference_of_differences():
    found = group_time_effects([[0.2, 0.5], [0.1, 0.2]], [1, -1])
    assert found.effect.tolist() == pytest.approx([0.2])
    assert np.isnan(found.std_error).all(), "one unit has no spread"
    assert found.flags == ("few_pre_periods", "single_treated_unit", "few_treated_units", "few_comparison_units")
    assert np.isnan([found.lower, found.upper]).all()
    assert (found.treated_units.tolist(), found.comparison_units.tolist()) == ([1], [1])


def two_way_fixed_effects(outcomes, adoption):
    treated = (adoption[:, None] >= 0) & (np.arange(outcomes.shape[1]) >= adoption[:, None])

    def within(table):
        return table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()

    d = within(treated.astype(float))
    return float((d * within(outcomes)).sum() / (d * d).sum())


def test_where_effects_grow_two_way_fixed_effects_are_wrong_and_these_are_not():
    # No noise, parallel trends, and an effect that grows by 1 a period; nobody is left untreated for long.
    periods, adoption = 12, np.array([2, 2, 6, 6, -1])
    time = np.arange(periods)
    since = np.where(adoption[:, None] >= 0, time - adoption[:, None], -1)
    effect = np.where(since >= 0, since + 1.0, 0.0)
    outcomes = 3.0 * np.arange(5)[:, None] + 0.5 * time + effect
    truth = effect[since >= 0].mean()
    found = group_time_effects(outcomes, adoption)
    assert aggregate_effects(found, "simple").overall == pytest.approx(truth)
    by_event = aggregate_effects(found, "event")
    assert by_event.effect[by_event.at >= 0] == pytest.approx(by_event.at[by_event.at >= 0] + 1.0)
    assert by_event.effect[by_event.at < 0] == pytest.approx(0.0, abs=1e-12)
    assert abs(two_way_fixed_effects(outcomes, adoption) - truth) > 0.25 * truth
    # The reason: later units are compared with earlier ones, whose growing effect is taken for a trend.
    assert two_way_fixed_effects(outcomes, adoption) < truth


def naive_aggregates(found):
    share = dict(zip(found.groups.tolist(), found.group_share.tolist(), strict=True))
    cells = [
        (g, t, effect)
        for g, t, effect in zip(found.group.tolist(), found.period.tolist(), found.effect.tolist(), strict=True)
        if not math.isnan(effect)
    ]
    late = [cell for cell in cells if cell[1] >= cell[0]]

    def mean(chosen):
        total = sum(share[g] for g, _, _ in chosen)
        return sum(share[g] * effect for g, _, effect in chosen) / total

    def by(key, chosen):
        return {k: mean([cell for cell in chosen if key(cell) == k]) for k in sorted({key(cell) for cell in chosen})}

    group, event = by(lambda c: c[0], late), by(lambda c: c[1] - c[0], cells)
    calendar = by(lambda c: c[1], late)
    total = sum(share[g] for g in group)
    after = [value for e, value in event.items() if e >= 0]
    return {
        "simple": ({}, mean(late)),
        "group": (group, sum(share[g] * value for g, value in group.items()) / total),
        "event": (event, sum(after) / len(after)),
        "calendar": (calendar, sum(calendar.values()) / len(calendar)),
    }


@pytest.mark.parametrize("comparison", ["never_treated", "not_yet_treated"])
@pytest.mark.parametrize("base_period", ["varying", "universal"])
def test_aggregates_agree_with_loops(comparison, base_period):
    outcomes, adoption, weights = panel(11, weights=True)
    found = group_time_effects(outcomes, adoption, weights=weights, comparison=comparison, base_period=base_period)
    for aggregation, (effects, overall) in naive_aggregates(found).items():
        result = aggregate_effects(found, aggregation)
        assert result.at.tolist() == list(effects)
        assert result.effect.tolist() == pytest.approx(list(effects.values()))
        assert result.overall == pytest.approx(overall)


def test_the_standard_error_of_an_aggregate_is_that_of_resampled_units():
    # Weights of groups are estimated too; leaving their part out would show when effects of groups differ.
    outcomes, adoption, _ = panel(5, units=120, periods=5, dates=(2,) * 30 + (3,) * 30)
    outcomes[adoption == 2] += np.where(np.arange(5) >= 2, 4.0, 0.0)
    found = group_time_effects(outcomes, adoption)
    generator = np.random.default_rng(0)
    draws = {aggregation: [] for aggregation in AGGREGATIONS}
    for _ in range(300):
        rows = generator.integers(0, 120, 120)
        again = group_time_effects(outcomes[rows], adoption[rows])
        for aggregation in AGGREGATIONS:
            draws[aggregation].append(aggregate_effects(again, aggregation).overall)
    for aggregation in AGGREGATIONS:
        result = aggregate_effects(found, aggregation)
        assert result.overall_std_error == pytest.approx(np.std(draws[aggregation]), rel=0.15)
        assert result.overall_lower < result.overall < result.overall_upper


def test_an_unknown_error_makes_the_errors_that_rest_on_it_unknown():
    outcomes, adoption, _ = panel(2, dates=(3, 5, 5, 6, 6))
    found = group_time_effects(outcomes, adoption)
    assert np.isnan(found.std_error[found.group == 3]).all()
    assert not np.isnan(found.std_error[found.group != 3]).any()
    by_group = aggregate_effects(found, "group")
    assert np.isnan(by_group.std_error).tolist() == [True, False, False]
    assert math.isnan(by_group.overall_std_error)
    assert not math.isnan(by_group.overall)
    assert math.isnan(found.pre_trend_p_value) and found.pre_trend_freedom == 2 + 4 + 5


def test_event_times_say_how_many_groups_they_rest_on():
    found = group_time_effects(*panel(1)[:2], base_period="universal")
    by_event = aggregate_effects(found, "event")
    assert by_event.at.tolist() == list(range(-6, 6))
    assert by_event.groups.tolist() == [1, 2, 2, 3, 3, 3, 3, 3, 3, 2, 1, 1]
    before = by_event.at == -1
    assert by_event.effect[before] == 0.0 and np.isnan(by_event.std_error[before])


def test_units_treated_from_the_start_are_left_out_and_counted():
    outcomes, adoption, weights = panel(4, weights=True)
    adoption[-1] = 0
    for comparison in ("never_treated", "not_yet_treated"):
        with_it = group_time_effects(outcomes, adoption, weights=weights, comparison=comparison)
        without = group_time_effects(outcomes[:-1], adoption[:-1], weights=weights[:-1], comparison=comparison)
        assert (with_it.treated_from_start, without.treated_from_start) == (1, 0)
        assert with_it.effect == pytest.approx(without.effect)
        one, other = (aggregate_effects(each, "simple") for each in (with_it, without))
        assert one.overall == pytest.approx(other.overall)


def test_without_never_treated_the_last_groups_effects_are_not_a_number():
    outcomes, adoption, _ = panel(3, units=6, dates=(2, 2, 4, 4, 6, 6))
    with pytest.raises(InvalidParameter, match=r"nobody is never treated; use comparison='not_yet_treated'"):
        group_time_effects(outcomes, adoption)
    found = group_time_effects(outcomes, adoption, comparison="not_yet_treated")
    late = found.period >= 6
    assert np.isnan(found.effect[late]).all() and (found.comparison_units[late] == 0).all()
    # The last group has nobody to compare with from the period in which the group before it is treated.
    assert np.isnan(found.effect[~late]).sum() == ((found.group == 6) & np.isin(found.period, (4, 5))).sum() == 2
    assert "no_comparison" in found.flags
    assert aggregate_effects(found, "calendar").at.tolist() == [2, 3, 4, 5]
    assert aggregate_effects(found, "group").at.tolist() == [2, 4]


def test_the_pre_trend_test_sees_a_trend_and_rejects_seldom_without():
    outcomes, adoption, _ = panel(8, units=300, periods=4, dates=(2,) * 40 + (3,) * 40)
    assert group_time_effects(outcomes, adoption).pre_trend_p_value > 0.05
    trend = outcomes + np.where(adoption[:, None] > 0, 0.6 * np.arange(4), 0.0)
    found = group_time_effects(trend, adoption)
    assert found.pre_trend_p_value < 0.001
    assert found.pre_trend_freedom == 3
    few = group_time_effects(outcomes[[0, 1, 40, 41, 100, 101]], adoption[[0, 1, 40, 41, 100, 101]])
    assert few.pre_trend_freedom == 3
    assert math.isnan(group_time_effects(outcomes[:, 1:], np.where(adoption > 0, 1, -1)).pre_trend_p_value)


@settings(deadline=None, max_examples=25, derandomize=True)
@given(seed=st.integers(0, 10_000), shift=st.floats(-5, 5), factor=st.floats(0.1, 10), effect=st.floats(-2, 2))
def test_levels_and_common_shocks_do_not_matter_and_effects_add(seed, shift, factor, effect):
    outcomes, adoption, weights = panel(seed, units=8, periods=6, weights=True, dates=(2, 2, 3, 4))
    generator = np.random.default_rng(seed + 1)
    treated = (adoption[:, None] >= 0) & (np.arange(6) >= adoption[:, None])
    moved = outcomes + shift * generator.normal(size=(8, 1)) + generator.normal(size=6) + effect * treated
    plain = aggregate_effects(group_time_effects(outcomes, adoption, weights=weights), "event")
    found = aggregate_effects(group_time_effects(factor * moved, adoption, weights=3 * weights), "event")
    assert found.effect == pytest.approx(factor * (plain.effect + effect * (plain.at >= 0)), abs=1e-9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"outcomes": [[1.0, np.nan], [0.0, 1.0]]},
            r"outcomes: 1 of 4 are NaN or infinite, the first of unit 0 in period 1",
        ),
        ({"outcomes": [[1.0], [2.0]]}, r"at least two periods"),
        ({"adoption": [-1, -1]}, r"no unit is treated"),
        ({"adoption": [0, -1]}, r"no treated unit is observed before its treatment"),
        ({"adoption": [2, -1]}, r"adoption: 1 of 2 lie outside the panel, the first at unit 0; allowed are 0 to 1"),
        ({"adoption": [0.5, -1]}, r"adoption must be whole numbers"),
        ({"adoption": [1]}, r"adoption has shape \(1,\); give one for each unit, shape \(2,\)"),
        ({"weights": [0, 1]}, r"weights: 1 of 2 are not above 0, the first at unit 0"),
        ({"comparison": "all"}, r"comparison='all' is not one of never_treated, not_yet_treated"),
        ({"base_period": "first"}, r"base_period='first' is not one of varying, universal"),
        ({"confidence": 95}, r"confidence=95 must lie between 0 and 1"),
        (
            {"adoption": [1, 1], "comparison": "not_yet_treated"},
            r"in no period is there a unit that is not yet treated",
        ),
    ],
)
def test_what_cannot_be_answered_is_refused(change, message):
    given = {"outcomes": [[1.0, 2.0], [0.0, 1.0]], "adoption": [1, -1], **change}
    with pytest.raises(InvalidParameter, match=message):
        group_time_effects(given.pop("outcomes"), given.pop("adoption"), **given)


def test_all_faults_are_told_at_once_and_nothing_is_changed():
    outcomes = np.array([[1.0, np.inf], [0.0, 1.0]])
    with pytest.raises(InvalidParameter, match=r"outcomes: 1 of 4 .*; adoption: no unit is treated.*; weights: 1 of 2"):
        group_time_effects(outcomes, [-1, -1], weights=[1, -1])
    given = np.array([[1.0, 2.0], [0.0, 1.0]])
    group_time_effects(given, [1, -1])
    assert given.tolist() == [[1.0, 2.0], [0.0, 1.0]]
    with pytest.raises(InvalidParameter, match=r"aggregation='year' is not one of simple, group, event, calendar"):
        aggregate_effects(group_time_effects(given, [1, -1]), "year")
