import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.funnel import funnel

areas = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 200)), min_size=5, max_size=14).map(
    lambda pairs: np.array([(min(a, b), b) for a, b in pairs], dtype=float)
)


@settings(max_examples=80, deadline=None)
@given(areas)
def test_limits_hold_the_target_and_the_second_the_first(counts):
    x, n = counts.T
    found = funnel(x, n)
    assert (found.lower[1] <= found.lower[0] + 1e-9).all()
    assert (found.upper[0] <= found.upper[1] + 1e-9).all()
    assert (found.lower[0] <= found.target + 1e-9).all()
    assert (found.upper[1] >= found.target - 1e-9).all()
    assert (np.abs(found.outside_wide) <= 2).all()


@pytest.mark.parametrize("target", [0.1, 0.5, 0.85])
def test_exact_limits_leave_out_what_they_say(target):
    """Interpolated limits lie within one event of the quantile: the tail is that of the level, or one event more."""
    n = np.array([15.0, 40, 100, 400, 1000])
    found = funnel(np.round(n * target), n)
    for i, size in enumerate(n):
        shares = np.arange(size + 1) / size
        chance = binom.pmf(np.arange(size + 1), size, found.target)
        last = [binom.pmf(binom.ppf(tail, size, found.target), size, found.target) for tail in (0.025, 0.975)]
        assert chance[shares < found.lower[0, i]].sum() <= 0.025 + last[0]
        assert chance[shares > found.upper[0, i]].sum() <= 0.025 + last[1]
        assert chance[shares > found.upper[0, i] + 1 / size].sum() <= 0.025


def test_an_area_that_differs_is_outside_and_the_others_are_not():
    n = np.full(14, 200.0)
    x = np.full(14, 100.0)
    x[3] = 40
    found = funnel(x, n)
    assert found.outside.tolist() == [0, 0, 0, -2] + [0] * 10


def test_over_dispersion_widens_the_funnel_and_calls_fewer():
    random = np.random.default_rng(8)
    n = random.integers(150, 800, 14)
    x = random.binomial(n, random.beta(30, 30, 14))
    found = funnel(x, n)
    assert found.phi > 3
    assert np.abs(found.outside).astype(bool).sum() > np.abs(found.outside_wide).astype(bool).sum()
    assert (found.wide_upper >= found.upper - 0.02).all()


def test_chance_alone_calls_one_in_twenty_beyond_the_first_limit():
    random = np.random.default_rng(9)
    called = alarms = 0
    for _ in range(300):
        n = random.integers(100, 600, 14)
        found = funnel(random.binomial(n, 0.4), n)
        called += (found.outside != 0).sum()
        alarms += (np.abs(found.outside) == 2).sum()
    assert 0.03 < called / (300 * 14) < 0.06
    assert alarms / (300 * 14) < 0.006


def test_few_areas_have_no_over_dispersion_of_their_own():
    found = funnel([5, 50, 95, 20], [100] * 4)
    assert found.few_areas
    assert found.phi == 1


def test_an_area_without_a_trial_is_not_known():
    found = funnel([5, 50, 40, 20, 30, 0], [100, 100, 100, 100, 100, 0])
    assert np.isnan(found.share[-1])
    assert found.outside[-1] == found.outside_wide[-1] == 0


def test_impossible_counts_are_refused():
    with pytest.raises(InvalidParameter, match="1 are"):
        funnel([3, 1], [2, 2])
