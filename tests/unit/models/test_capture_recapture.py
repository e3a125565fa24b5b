import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.capture_recapture import chapman, under_dependence

counts = st.integers(0, 400)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 400), counts, counts)
def test_the_interval_holds_the_estimate_and_never_less_than_was_found(both, first, second):
    found = chapman(both, first, second)
    assert found.found == both + first + second
    assert found.found <= found.lower <= found.total <= found.upper
    assert found.hidden == pytest.approx(first * second / (both + 1))


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 400), counts, counts)
def test_the_order_of_the_lists_does_not_matter(both, first, second):
    assert chapman(both, first, second) == chapman(both, second, first)


def test_the_interval_covers_at_its_level_when_the_lists_are_independent():
    random = np.random.default_rng(3)
    size, hits = 2600, 0
    for _ in range(1000):
        one, other = random.random(size) < 0.55, random.random(size) < 0.40
        found = chapman((one & other).sum(), (one & ~other).sum(), (~one & other).sum())
        hits += found.lower <= size <= found.upper
    assert 930 <= hits <= 968


def test_lists_that_find_the_same_people_make_the_estimate_too_low():
    random = np.random.default_rng(4)
    easy = random.random(4000) < 0.5
    chance = np.where(easy, 0.8, 0.2)
    one, other = random.random(4000) < chance, random.random(4000) < chance
    cells = [((one & other) & s, (one & ~other) & s, (~one & other) & s) for s in (easy, ~easy)]
    strata = [[cell.sum() for cell in column] for column in zip(*cells, strict=True)]
    pooled = chapman(*[sum(column) for column in strata])
    stratified = chapman(*strata)
    assert pooled.upper < 4000
    assert stratified.lower < 4000 < stratified.upper


def test_strata_add_up():
    parts = [chapman(30, 50, 20), chapman(60, 10, 40)]
    both = chapman([30, 60], [50, 10], [20, 40])
    assert both.total == pytest.approx(sum(part.total for part in parts))


def test_independence_is_an_odds_ratio_of_one():
    assert under_dependence(40, 60, 30, odds_ratio=1.0) == pytest.approx(60 * 30 / 40)
    assert under_dependence([40, 10], [60, 5], [30, 4], odds_ratio=2.0) == pytest.approx(2 * (45 + 2))


def test_few_on_both_lists_are_flagged():
    assert chapman([6, 7], [5, 5], [5, 5]).small_overlap == 1


def test_what_cannot_be_estimated_is_refused():
    with pytest.raises(InvalidParameter, match="nobody is on both lists"):
        chapman(0, 10, 10)
    with pytest.raises(InvalidParameter, match="in 1 strata"):
        under_dependence([1, 0], [1, 1], [1, 1], odds_ratio=1.0)
    with pytest.raises(InvalidParameter, match="whole numbers"):
        chapman(1.5, 2, 3)
    with pytest.raises(InvalidParameter, match="odds_ratio=0"):
        under_dependence(1, 1, 1, odds_ratio=0)
