"""Which pairs to open next: against a search of all choices, with a proof, directions, and faults."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.enabling import Offering, best_enabling


@st.composite
def offerings(draw, groups=5, sites=4, services=3):
    g, s, m = draw(st.integers(1, groups)), draw(st.integers(1, sites)), draw(st.integers(1, services))
    numbers = np.random.default_rng(draw(st.integers(0, 10_000)))
    return Offering(
        csr_array((numbers.random((g, s)) < 0.5).astype(float)),
        numbers.integers(0, 6, g).astype(float),
        numbers.integers(0, 4, m).astype(float) + np.eye(m)[0],
        numbers.random((g, m)) < 0.3,
        numbers.random((s, m)) < 0.8,
    )


def gain_by_loop(offering, pairs) -> float:
    near, total = offering.near.toarray() > 0, 0.0
    for group, people in enumerate(offering.people):
        for service, frequency in enumerate(offering.frequency):
            reached = any(near[group, site] for site, other in pairs if other == service)
            total += people * frequency * (reached and not offering.covered[group, service])
    return total


def town(groups=300, sites=40, services=12, seed=0) -> Offering:
    """Groups and sites on a square, services with the frequencies of a Pareto list."""
    numbers = np.random.default_rng(seed)
    home, site = numbers.random((groups, 2)), numbers.random((sites, 2))
    near = np.hypot(*(home[:, None] - site[None]).transpose(2, 0, 1)) < 0.16
    return Offering(
        csr_array(near.astype(float)),
        numbers.integers(1, 400, groups).astype(float),
        1.0 / (1.0 + np.arange(services)),
        numbers.random((groups, services)) < 0.35,
        numbers.random((sites, services)) < 0.7,
    )


@settings(max_examples=120, deadline=None, derandomize=True)
@given(offerings(), st.integers(1, 4))
def test_no_other_choice_brings_more(offering, budget):
    found = best_enabling(offering, budget)
    open_pairs = [tuple(pair) for pair in np.argwhere(offering.may_open)]
    best = max(
        (
            gain_by_loop(offering, choice)
            for count in range(budget + 1)
            for choice in combinations(open_pairs, min(count, len(open_pairs)))
        ),
        default=0.0,
    )
    chosen = list(zip(found.site.tolist(), found.service.tolist(), strict=True))
    assert found.gain == pytest.approx(best)
    assert gain_by_loop(offering, chosen) == pytest.approx(found.gain)
    assert len(set(chosen)) == len(chosen) <= budget and all(offering.may_open[pair] for pair in chosen)
    assert found.bound == pytest.approx(best) and found.gap < 1e-9


@pytest.mark.parametrize("budget", [1, 5, 20, 60])
def test_a_town_is_proven_and_greedy_is_no_better(budget):
    offering = town()
    found = best_enabling(offering, budget)
    assert len(found.site) == budget and found.gap < 1e-9
    assert found.greedy <= found.gain + 1e-9 <= found.bound + 1e-6
    assert offering.gain(found.site, found.service) == pytest.approx(found.gain)
    # What the next one adds is no more than what one alone brings, and the price of one lies between.
    assert found.added[0] == pytest.approx(offering.single_gain.max()) or budget > 1
    assert found.price <= offering.single_gain.max() + 1e-9


def test_greedy_is_beaten_where_the_best_single_site_splits_two_others():
    # The middle site serves 4 of 6; left and right serve all 6 together.
    near = csr_array(np.array([[1, 0, 0], [1, 1, 0], [1, 1, 0], [0, 1, 1], [0, 1, 1], [0, 0, 1]], dtype=float))
    offering = Offering(near, np.ones(6), np.ones(1), np.zeros((6, 1), bool), np.ones((3, 1), bool))
    found = best_enabling(offering, 2)
    assert (sorted(found.site.tolist()), found.gain, found.greedy, found.gap) == ([0, 2], 6.0, 5.0, 0.0)


def test_more_budget_brings_no_less_and_each_pair_less_than_the_one_before():
    offering = town(seed=1)
    gains = [best_enabling(offering, budget).gain for budget in (1, 2, 5, 10, 30)]
    assert gains == sorted(gains)
    found = best_enabling(offering, 30)
    assert (np.diff(found.added) <= 1e-9).all()
    assert found.added.sum() == pytest.approx(gains[-1])


def test_what_is_frequent_and_missed_comes_first():
    # Service 0 is asked for ten times as often, but is near to everybody; service 1 is near to nobody.
    near = csr_array(np.ones((2, 1)))
    covered = np.array([[True, False], [True, False]])
    offering = Offering(near, np.array([5.0, 7.0]), np.array([10.0, 1.0]), covered, np.ones((1, 2), bool))
    found = best_enabling(offering, 1)
    assert (found.service.tolist(), found.added.tolist()) == ([1], [12.0])


def test_a_budget_for_all_that_brings_something_takes_all_of_it():
    offering = town(groups=30, sites=5, services=3)
    found = best_enabling(offering, 500)
    everything = np.nonzero(offering.may_open)
    assert found.gain == pytest.approx(offering.gain(*everything))
    assert (found.gap, found.price) == (0.0, 0.0) and (found.added > 0).all()


def test_nothing_to_open_brings_nothing():
    offering = Offering(csr_array((2, 2)), np.ones(2), np.ones(1), np.zeros((2, 1), bool), np.zeros((2, 1), bool))
    found = best_enabling(offering, 3)
    assert (len(found.site), found.gain, found.bound, found.gap) == (0, 0.0, 0.0, 0.0)


def test_faults_are_told_at_once():
    with pytest.raises(InvalidParameter, match=r"people has the shape.*covered has the shape.*may_open has the shape"):
        Offering(csr_array((2, 2)), np.ones(3), np.ones(1), np.zeros((3, 1), bool), np.zeros((1, 1), bool))
    with pytest.raises(InvalidParameter, match="people"):
        Offering(csr_array((1, 1)), np.array([-1.0]), np.ones(1), np.zeros((1, 1), bool), np.zeros((1, 1), bool))
    with pytest.raises(InvalidParameter, match="no service is asked for"):
        Offering(csr_array((1, 1)), np.ones(1), np.zeros(1), np.zeros((1, 1), bool), np.zeros((1, 1), bool))
    with pytest.raises(InvalidParameter, match="budget=0 must be a whole number"):
        best_enabling(town(), 0)
