import numpy as np
import pytest
from esda.smoothing import Empirical_Bayes
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.empirical_bayes import shrunken_rates, shrunken_shares

areas = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=4, max_size=14).map(
    lambda pairs: np.array([(min(a, b), max(a, b)) for a, b in pairs], dtype=float)
)


@settings(max_examples=40, deadline=None)
@given(areas)
def test_a_shrunken_share_lies_between_its_own_and_the_prior(counts):
    x, n = counts.T
    if (n > 0).sum() < 3:
        return
    found = shrunken_shares(x, n)
    low, high = np.fmin(found.raw, found.prior_mean), np.fmax(found.raw, found.prior_mean)
    assert (found.shrunken >= low - 1e-9).all()
    assert (found.shrunken <= high + 1e-9).all()
    assert (found.lower <= found.shrunken + 1e-9).all()
    assert (found.shrunken <= found.upper + 1e-9).all()
    assert (found.weight[n == 0] == 0).all()


def test_the_prior_is_the_best_on_a_grid():
    random = np.random.default_rng(5)
    n = random.integers(20, 300, 14)
    x = random.binomial(n, random.beta(8, 12, 14))
    found = shrunken_shares(x, n)

    def likelihood(mean, precision):
        return betabinom.logpmf(x, n, mean * precision, (1 - mean) * precision).sum()

    best = likelihood(found.prior_mean, found.prior_precision)
    grid = [likelihood(m, p) for m in np.linspace(0.05, 0.95, 60) for p in np.geomspace(0.5, 5000, 60)]
    assert best >= max(grid) - 1e-9


def test_areas_that_differ_by_chance_alone_share_one_value():
    n = np.array([50.0, 80, 120, 200, 60])
    found = shrunken_shares(n * 0.3, n)
    assert found.pooling == "complete"
    assert found.shrunken == pytest.approx(np.full(5, 0.3))
    assert found.prior_precision == np.inf


def test_a_small_area_moves_more_than_a_large_one():
    found = shrunken_shares([9, 270, 100, 20, 60], [10, 300, 400, 200, 150])
    assert found.pooling == "partial"
    moved = np.abs(found.raw - found.shrunken)
    assert moved[0] > 5 * moved[1]


def test_shrunken_shares_are_nearer_to_the_truth():
    """Stein: over many areas the shrunken are closer on average, which is what they are for."""
    random = np.random.default_rng(6)
    raw = shrunk = 0.0
    for _ in range(60):
        truth = random.beta(10, 20, 14)
        n = random.integers(10, 60, 14)
        found = shrunken_shares(random.binomial(n, truth), n)
        raw += ((found.raw - truth) ** 2).sum()
        shrunk += ((found.shrunken - truth) ** 2).sum()
    assert shrunk < 0.75 * raw


def test_credible_intervals_cover_near_their_level():
    random = np.random.default_rng(7)
    hits = 0
    for _ in range(80):
        truth = random.beta(10, 20, 14)
        n = random.integers(20, 200, 14)
        found = shrunken_shares(random.binomial(n, truth), n)
        hits += ((found.lower <= truth) & (truth <= found.upper)).sum()
    assert 0.90 < hits / (80 * 14) < 0.97


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 500)), min_size=3, max_size=20))
def test_rates_agree_with_an_independent_package(pairs):
    x, n = np.array(pairs, dtype=float).T
    found = shrunken_rates(x, n)
    if found.variance > 1e-12 and x.sum() > 0:
        # It draws with the variance even where it is negative; where it is positive the two are one formula.
        assert found.shrunken == pytest.approx(np.ravel(Empirical_Bayes(x, n).r), abs=1e-9)
    else:
        assert found.shrunken == pytest.approx(np.full(len(x), found.mean))


@pytest.mark.parametrize(
    ("call", "message"),
    [(lambda: shrunken_shares([3, 1, 1], [2, 2, 2]), "1 areas have more"), (lambda: shrunken_shares([1, 0], [2, 2]), "2 areas have any"),
     (lambda: shrunken_rates([1, 1, 1], [1, 0, 1]), "must be positive"), (lambda: shrunken_rates([1, 1], [1, 1]), "at least 3")],
)  # fmt: skip
def test_what_has_no_prior_is_refused(call, message):
    with pytest.raises(InvalidParameter, match=message):
        call()
