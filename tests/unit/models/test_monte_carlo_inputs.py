"""Distributions of inputs: moments, bounds, and streams keyed by name."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.monte_carlo_inputs import (
    Fixed,
    LogNormal,
    MarginOfError,
    Normal,
    Reallocation,
    Triangular,
    Uniform,
    UnknownCapacity,
    central_inputs,
    draw_inputs,
    streams,
)


def sample(distribution, n=20_000):
    stream = np.random.default_rng(7)
    return np.array([distribution.draw(stream) for _ in range(n)])


def test_normal_has_its_mean_and_deviation_where_the_cut_is_far():
    drawn = sample(Normal(100, 5))
    assert drawn.mean() == pytest.approx(100, abs=0.15)
    assert drawn.std() == pytest.approx(5, rel=0.03)


def test_normal_cut_at_zero_is_the_half_normal_when_its_mean_is_zero():
    # Mean of |N(0, 1)| is sqrt(2 / pi); clipping instead of cutting would give half of that.
    drawn = sample(Normal(0, 1))
    assert drawn.min() >= 0
    assert drawn.mean() == pytest.approx(math.sqrt(2 / math.pi), rel=0.02)
    assert (drawn == 0).sum() == 0


def test_log_normal_is_given_by_median_and_factor():
    drawn = sample(LogNormal(0.8, 1.25))
    assert np.median(drawn) == pytest.approx(0.8, rel=0.01)
    assert np.mean((drawn > 0.8 / 1.25) & (drawn < 0.8 * 1.25)) == pytest.approx(0.6827, abs=0.01)


def test_triangular_has_its_mean_and_bounds():
    drawn = sample(Triangular(1, 2, 6))
    assert drawn.mean() == pytest.approx(3, rel=0.01)
    assert drawn.var() == pytest.approx((1 + 4 + 36 - 2 - 6 - 12) / 18, rel=0.03)
    assert 1 <= drawn.min() < 1.2 and 5.7 < drawn.max() <= 6


@pytest.mark.parametrize("mode", [1.0, 3.0])
def test_triangular_with_its_mode_at_a_bound(mode):
    drawn = sample(Triangular(1, mode, 3), 4000)
    assert drawn.mean() == pytest.approx((4 + mode) / 3, rel=0.02)


def test_triangular_of_one_point():
    assert Triangular(2, 2, 2).draw(np.random.default_rng(1)) == 2.0


def test_margin_of_error_is_at_ninety_percent():
    # The ACS handbook divides by 1.645; 90 % of draws lie within the published margin.
    drawn = sample(MarginOfError(400, 60))
    assert drawn.std() == pytest.approx(60 / 1.645, rel=0.03)
    assert np.mean(np.abs(drawn - 400) <= 60) == pytest.approx(0.9, abs=0.01)


def test_no_margin_is_no_doubt():
    assert sample(MarginOfError([5, 0], [0, 0]), 3).tolist() == [[5, 0]] * 3


def test_unknown_capacity_leaves_known_ones_alone():
    capacity = UnknownCapacity([50, np.nan, 0, np.nan], 20, [100, 100, 100, 60])
    drawn = sample(capacity, 3000)
    assert (drawn[:, 0] == 50).all() and (drawn[:, 2] == 0).all()
    assert 20 <= drawn[:, 1].min() < 22 and 98 < drawn[:, 1].max() <= 100
    assert drawn[:, 3].max() <= 60
    assert capacity.centre().tolist() == [50, 60, 0, 40]


@settings(deadline=None, max_examples=60, derandomize=True)
@given(
    persons=st.lists(st.integers(0, 50), min_size=1, max_size=4),
    points=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=12),
    trust=st.sampled_from([None, 0.5, 20.0]),
    seed=st.integers(0, 99),
)
def test_a_reallocation_keeps_every_area_total(persons, points, trust, seed):
    area = np.array([a % len(persons) for a, _ in points])
    weight = np.array([float(w) for _, w in points])
    total = np.bincount(area, weight, len(persons))
    persons = [p if total[a] > 0 else 0 for a, p in enumerate(persons)]
    allocation = Reallocation(persons, area, weight, trust=trust)
    drawn = allocation.draw(np.random.default_rng(seed))
    assert np.bincount(area, drawn, len(persons)).tolist() == persons
    assert (drawn == np.floor(drawn)).all()
    assert (drawn[weight == 0] == 0).all()
    np.testing.assert_allclose(np.bincount(area, allocation.centre(), len(persons)), persons, rtol=1e-12)


def test_reallocation_has_multinomial_spread_and_distrust_widens_it():
    trusted = sample(Reallocation([100], [0, 0], [3, 1]), 4000)[:, 0]
    doubted = sample(Reallocation([100], [0, 0], [3, 1], trust=9), 4000)[:, 0]
    assert trusted.mean() == pytest.approx(75, abs=0.3)
    assert trusted.var() == pytest.approx(100 * 0.75 * 0.25, rel=0.08)
    # Dirichlet-multinomial: the variance grows by (N + κ) / (1 + κ).
    assert doubted.var() == pytest.approx(100 * 0.75 * 0.25 * 109 / 10, rel=0.08)


def test_another_input_never_changes_a_draw():
    few = {"speed": Uniform(0, 1), "people": Normal([5, 6], 1)}
    many = {"capacity": Uniform(0, 9), **few, "gate": Triangular(0, 1, 2)}
    one, other = streams(few, 3), streams(many, 3)
    for _ in range(5):
        a, b = draw_inputs(few, one), draw_inputs(many, other)
        assert a["speed"] == b["speed"]
        assert a["people"].tolist() == b["people"].tolist()
    assert b["capacity"] / 9 != b["speed"]  # streams of different names are not the same stream


def test_draws_of_numbers_rise_together_whatever_the_distribution():
    # Inverse distribution functions: scenarios that change a parameter keep the draw's place in it.
    slow, fast = sample(LogNormal(0.6, 1.2), 50), sample(LogNormal(1.2, 1.2), 50)
    np.testing.assert_allclose(fast, 2 * slow, rtol=1e-12)
    assert (sample(Normal(10, 2), 50).argsort() == sample(Uniform(0, 1), 50).argsort()).all()


def test_drawn_arrays_cannot_be_changed_by_a_model():
    inputs = {"people": Fixed([1.0, 2.0])}
    drawn = draw_inputs(inputs, streams(inputs, 0))["people"]
    with pytest.raises(ValueError, match="read-only"):
        drawn[0] = 5.0
    assert central_inputs(inputs)["people"].tolist() == [1.0, 2.0]


def test_fixed_leaves_the_callers_array_writable():
    mine = np.array([1.0, 2.0])
    central_inputs({"people": Fixed(mine)})
    mine[0] = 3.0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Normal(-1, 1), "mean"),
        (lambda: Normal(1, -1), "standard_deviation"),
        (lambda: LogNormal(0, 1.2), "median"),
        (lambda: LogNormal(1, 0.2), "spread"),
        (lambda: Uniform(2, 1), "low"),
        (lambda: Uniform(float("nan"), 1), "low"),
        (lambda: Triangular(1, 0, 2), "mode"),
        (lambda: MarginOfError(5, -555555555), "margin"),  # the code for "no margin" in ACS tables
        (lambda: MarginOfError(5, 1, confidence=90), "confidence"),
        (lambda: UnknownCapacity([np.nan], 5, 4), "low"),
        (lambda: Reallocation([1.5], [0], [1]), "whole"),
        (lambda: Reallocation([1], [1], [1]), "area"),
        (lambda: Reallocation([1], [0], [0]), "weight"),
        (lambda: Reallocation([1], [0], [1], trust=0), "trust"),
        (lambda: streams({}, -1), "seed"),
    ],
)
def test_bad_inputs_are_refused_by_name(make, message):
    with pytest.raises(InvalidParameter, match=message):
        make()
