"""p-dispersion: against all choices with every rule and both kinds of pairs, sets of conflicts, and faults."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_problems import allowed_choices, site_rules

from jingan_analysis.errors import InvalidParameter, NoSiteAllowed
from jingan_analysis.models.siting import Effort, SiteRules, p_dispersion
from jingan_analysis.models.siting.conflicts import cliques


def closest(apart, rules, chosen, among) -> float:
    """The closest two chosen sites, pair by pair."""
    pairs = [
        apart[one, other]
        for one, other in combinations(np.flatnonzero(chosen), 2)
        if among == "all" or not (rules.standing[one] and rules.standing[other])
    ]
    return min(pairs, default=np.inf)


@st.composite
def problems(draw):
    sites = draw(st.integers(1, 6))
    numbers = np.random.default_rng(draw(st.integers(0, 100_000)))
    apart = np.triu(numbers.integers(0, 9, (sites, sites)).astype(float), 1)
    apart[numbers.random((sites, sites)) < draw(st.sampled_from([0.0, 0.2]))] = np.inf
    apart = np.maximum(np.triu(apart, 1), np.triu(apart, 1).T)
    np.fill_diagonal(apart, draw(st.sampled_from([0.0, np.nan])))
    return apart, draw(site_rules(sites)), draw(st.integers(1, sites))


@given(problems(), st.sampled_from(["new", "all"]))
@settings(max_examples=40, deadline=None)
def test_it_is_the_best_of_all_choices(problem, among):
    apart, rules, sites = problem
    values = [closest(apart, rules, chosen, among) for chosen in allowed_choices(rules) if chosen.sum() >= sites]
    if not values:
        with pytest.raises(NoSiteAllowed):
            p_dispersion(apart, rules, sites=sites, among=among)
        return
    found = p_dispersion(apart, rules, sites=sites, among=among)
    assert found.value == max(values) == found.bound and found.gap == 0
    assert found.value == closest(apart, rules, found.chosen, among)
    assert rules.allows(found.chosen) and found.chosen.sum() >= sites


@given(st.integers(1, 9), st.floats(0, 1), st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_sets_of_conflicts_hold_each_pair_and_nothing_else(sites, share, seed):
    upper = np.triu(np.random.default_rng(seed).random((sites, sites)) < share, 1)
    conflict = upper | upper.T
    rows = cliques(conflict)
    together = (rows.T @ rows).toarray() > 0
    np.fill_diagonal(together, val=False)
    assert (together == conflict).all()


def square(sites=40, seed=0):
    places = np.random.default_rng(seed).random((sites, 2))
    return np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))


def test_more_sites_are_never_further_apart_and_limits_are_bounds():
    apart = square()
    found = [p_dispersion(apart, SiteRules(40), sites=count) for count in (2, 4, 7, 11)]
    assert [one.value for one in found] == sorted((one.value for one in found), reverse=True)
    assert found[0].value == apart.max() and all(one.gap == 0 for one in found)
    hurried = p_dispersion(apart, SiteRules(40), sites=7, effort=Effort(nodes=1))
    assert hurried.value <= found[2].value <= hurried.bound


def test_standing_sites_that_are_close_do_not_decide_where_new_ones_stand():
    # On a line: two standing sites side by side at 0 and 1, candidates at 4 and 9.
    at = np.array([0.0, 1.0, 4.0, 9.0])
    apart = np.abs(at[:, None] - at[None])
    rules = SiteRules(4, most_new=1, standing=at <= 1)
    found = p_dispersion(apart, rules, sites=3)
    assert (found.value, found.chosen.tolist()) == (8, [True, True, False, True])
    assert p_dispersion(apart, rules, sites=3, among="all").value == 1
    movable = SiteRules(4, most_new=1, standing=at <= 1, may_close=at == 1)
    closed = p_dispersion(apart, movable, sites=2, among="all")
    assert (closed.value, closed.chosen.tolist()) == (9, [True, False, False, True])


def test_a_single_site_is_far_from_everything():
    found = p_dispersion(square(3), SiteRules(3), sites=1)
    assert found.value == found.bound == np.inf and found.gap == 0
    assert p_dispersion(square(3), SiteRules(3, standing=np.ones(3, dtype=bool)), sites=3).value == np.inf


def test_too_few_sites_are_told():
    with pytest.raises(NoSiteAllowed, match="has 3 sites, and the largest has 2; ask for no more than 2, or relax"):
        p_dispersion(square(5), SiteRules(5, most_new=2), sites=3)
    with pytest.raises(NoSiteAllowed, match="no choice of sites keeps all rules"):
        p_dispersion(square(2), SiteRules(2, most_new=0, forced=np.array([True, False])), sites=1)


FLAT = np.zeros((2, 2))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"apart": np.zeros((2, 3))}, r"apart has the shape \(2, 3\); give how far each of 2 sites is from each"),
        ({"apart": [[0, 1], [2, 0]]}, "1 pairs of sites are not as far there as back, the first of sites 0 and 1"),
        ({"apart": [[0, -1], [-1, 0]]}, "2 of 2 distances are negative or NaN, the first from site 0 to site 1"),
        ({"apart": [[0, np.nan], [1, 0]]}, "1 of 2 distances are negative or NaN"),
        ({"sites": 0}, "sites=0 must be a whole number from 1 to the 2 sites"),
        ({"sites": 3}, "sites=3 must be a whole number from 1 to the 2 sites"),
        ({"sites": 1.5}, "sites=1.5 must be a whole number"),
        ({"sites": True}, "sites=True must be a whole number"),
        ({"among": "some"}, "among='some' must be one of 'new', 'all'"),
    ],
)
def test_faults_are_told(values, message):
    given = {"apart": FLAT, "sites": 1, "among": "new"} | values
    with pytest.raises(InvalidParameter, match=message):
        p_dispersion(given["apart"], SiteRules(2), sites=given["sites"], among=given["among"])
