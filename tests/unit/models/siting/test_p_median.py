"""p-median: against all choices with every rule, OR-Library's optima, bounds, directions, and faults."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from site_problems import allowed_choices, site_rules

from jingan_analysis.errors import InvalidParameter, NoSiteAllowed
from jingan_analysis.models.siting import NOWHERE, Effort, SiteRules, p_median, ways
from jingan_analysis.models.siting.costs import costs
from jingan_analysis.models.siting.lagrangian import Pace, ascend
from jingan_analysis.models.siting.nearest_sites import nearest_sites
from jingan_analysis.models.siting.radii import Radii

BEYOND = 20.0


def travelled(travel, people, chosen, beyond) -> float:
    """What all people travel, group by group."""
    total = 0.0
    for group, count in enumerate(people):
        reached = [travel[group, site] for site in np.flatnonzero(chosen)]
        total += count * min([*reached, beyond]) if count else 0.0
    return total


@st.composite
def problems(draw):
    groups, sites = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    numbers = np.random.default_rng(draw(st.integers(0, 100_000)))
    travel = numbers.integers(0, 8, (groups, sites)) * draw(st.sampled_from([1.0, 0.37]))
    travel[numbers.random((groups, sites)) < draw(st.sampled_from([0.0, 0.4]))] = np.inf
    return travel, numbers.integers(0, 4, groups).astype(float), draw(site_rules(sites))


@given(problems(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_it_is_the_best_of_all_choices(problem, everybody):
    travel, people, rules = problem
    beyond = np.inf if everybody else BEYOND
    totals = [travelled(travel, people, chosen, beyond) for chosen in allowed_choices(rules)]
    asked = ways(travel, people, beyond=None if everybody else BEYOND)
    if not totals or min(totals) == np.inf:
        with pytest.raises(NoSiteAllowed):
            p_median(asked, rules)
        return
    found = p_median(asked, rules)
    assert found.value == pytest.approx(min(totals))
    assert found.bound == pytest.approx(min(totals))
    assert rules.allows(found.chosen)
    assert travelled(travel, people, found.chosen, beyond) == pytest.approx(found.value)
    assert found.unreached == people[found.site == NOWHERE].sum()


@given(problems(), st.sampled_from([0, 3, 40]))
@settings(max_examples=100, deadline=None)
def test_every_price_bounds_every_choice_and_each_site_and_group_on_its_own(problem, steps):
    travel, people, rules = problem
    asked = ways(travel, people, beyond=BEYOND)
    whole = asked.cost * np.repeat(people, np.diff(asked.start))
    posed = costs(asked.start, asked.site, whole, people * BEYOND, asked.sites)
    choices = allowed_choices(rules)
    best = min((posed.total(chosen) for chosen in choices), default=0.0)
    prices = np.random.default_rng(steps).random(len(people)) * people * BEYOND
    for pace, price in ((Pace(0), prices), (Pace(steps), None)):
        bound = ascend(posed, rules, aim=best, pace=pace, price=price)
        for chosen in choices:
            total, each = posed.total(chosen), posed.each(chosen)
            assert total >= bound.value - 1e-6
            assert (total >= bound.value + np.maximum(each - bound.price, 0) - 1e-6).all()
            unlike = (chosen != (bound.chosen > 0.5)) & rules.free
            assert (total >= bound.value + bound.regret[unlike] - 1e-6).all()


@given(problems(), st.sampled_from([0, 5]))
@settings(max_examples=60, deadline=None)
def test_what_the_ascent_leaves_open_is_searched_for_the_same(problem, steps):
    travel, people, rules = problem
    choices = allowed_choices(rules)
    asked = ways(travel, people, beyond=BEYOND)
    whole = asked.cost * np.repeat(people, np.diff(asked.start))
    posed = costs(asked.start, asked.site, whole, people * BEYOND, asked.sites)
    found = nearest_sites(posed, rules, steps=steps)
    assert (found.chosen is None) == (not choices)
    if choices:
        assert found.value == pytest.approx(min(posed.total(chosen) for chosen in choices))
        assert found.bound == pytest.approx(found.value)


@given(problems(), st.integers(0, 10_000))
@settings(max_examples=80, deadline=None)
def test_a_choice_is_a_point_of_the_program_and_costs_there_what_it_costs(problem, seed):
    travel, people, _ = problem
    asked = ways(travel, people, beyond=BEYOND)
    whole = asked.cost * np.repeat(people, np.diff(asked.start))
    radii = Radii.of(costs(asked.start, asked.site, whole, people * BEYOND, asked.sites))
    program = radii.program(SiteRules(asked.sites), np.zeros(len(people), dtype=bool))
    chosen = np.random.default_rng(seed).random(asked.sites) < 0.4
    point = radii.point(chosen)
    met = program.rows @ point
    assert (met >= program.row_lower - 1e-9).all() and (met <= program.row_upper + 1e-9).all()
    assert program.cost @ point + radii.least.sum() == pytest.approx(radii.costs.total(chosen))


def test_sparse_ways_are_those_of_a_dense_array():
    numbers = np.random.default_rng(4)
    travel = numbers.integers(1, 30, (80, 12)).astype(float)
    travel[numbers.random(travel.shape) < 0.3] = np.inf
    people = numbers.integers(0, 9, 80).astype(float)
    group, site = np.nonzero(np.isfinite(travel))
    sparse = csr_array((travel[group, site], (group, site)), shape=travel.shape)
    dense, same = ways(travel, people, beyond=60), ways(sparse, people, beyond=60)
    for name in ("start", "site", "cost", "people"):
        np.testing.assert_array_equal(getattr(dense, name), getattr(same, name))


def test_a_middling_town_is_proven():
    numbers = np.random.default_rng(0)
    homes, places = numbers.random((500, 2)), numbers.random((80, 2))
    travel = np.hypot(*(homes[:, None] - places[None]).transpose(2, 0, 1))
    found = p_median(ways(travel, numbers.integers(1, 50, 500)), SiteRules(80, most_new=7))
    assert found.gap < 1e-9 and found.chosen.sum() == 7
    more = p_median(ways(travel, found.people), SiteRules(80, most_new=8))
    assert more.value < found.value
    assert found.mean == pytest.approx(found.value / found.people.sum())


HARD = np.hypot(
    *(np.random.default_rng(7).random((2, 300, 30, 2)) * [[[[1]]], [[[-1]]]]).sum(axis=0).transpose(2, 0, 1)
)
"""Ways of no plane, whose linear relaxation leaves much open."""

HARD_TOWN = ways(HARD, np.arange(300) % 17), SiteRules(30, most_new=4)


@pytest.fixture(scope="module")
def proven():
    return p_median(*HARD_TOWN)


@pytest.mark.parametrize("effort", [Effort(nodes=1), Effort(nodes=5), Effort(seconds=1e-3), Effort(relative_gap=0.05)])
def test_what_a_limit_cuts_short_is_bounded(effort, proven):
    short = p_median(*HARD_TOWN, effort=effort)
    assert short.bound <= proven.value * (1 + 1e-9) <= short.value * (1 + 2e-9)
    assert short.gap > 0 or effort.relative_gap
    assert short.gap <= effort.relative_gap or not effort.relative_gap


def test_a_proof_is_the_same_again(proven):
    again = p_median(*HARD_TOWN)
    assert proven.gap < 1e-9
    np.testing.assert_array_equal(again.chosen, proven.chosen)
    assert again.bound == proven.bound


def test_forced_barred_and_standing_sites_are_kept_while_branching():
    rng = np.random.default_rng(3)
    marks = rng.permutation(30)
    barred, forced, standing = (np.isin(np.arange(30), marks[part]) for part in (slice(8), slice(8, 9), slice(9, 10)))
    rules = SiteRules(30, most_new=4, standing=standing, forced=forced, barred=barred)
    asked = ways(HARD, np.ones(300))
    found = p_median(asked, rules)
    assert found.gap < 1e-9 and rules.allows(found.chosen)
    assert found.chosen[forced | standing].all() and not found.chosen[barred].any()
    # The same through the integer program, which rules that are more than a count take.
    plain = SiteRules(30, most_new=4, standing=standing, forced=forced, barred=barred, cost=np.ones(30), budget=30.0)
    assert p_median(asked, plain).value == pytest.approx(found.value)


def test_groups_out_of_reach_are_told_apart():
    travel = np.array([[1.0, np.inf], [np.inf, np.inf]])
    with pytest.raises(NoSiteAllowed, match="1 of 2 groups with people have no site in reach"):
        p_median(ways(travel, [1, 2]), SiteRules(2, most_new=1))
    with pytest.raises(NoSiteAllowed, match="no choice that the rules allow brings a site in reach"):
        p_median(ways(np.array([[1.0, np.inf], [np.inf, 1.0]]), [1, 2]), SiteRules(2, most_new=1))
    counted = p_median(ways(travel, [1, 2], beyond=30), SiteRules(2, most_new=1))
    assert (counted.value, counted.unreached, counted.site.tolist()) == (61, 2, [0, NOWHERE])
    # Nobody lives there, so nobody needs a site.
    assert p_median(ways(travel, [1, 0]), SiteRules(2, most_new=1)).value == 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"travel": np.array([[np.nan, 1.0]])}, "1 of 2 ways are negative, NaN or infinite, the first from group 0 to site 0"),
        ({"travel": np.array([[-1.0, 1.0]])}, "negative"),
        ({"travel": np.array([1.0])}, r"travel has the shape \(1,\)"),
        ({"beyond": 0.5}, "beyond=0.5 must be a number of at least the longest way within reach, 2"),
        ({"people": [np.inf]}, "people: 1 of 1 values are infinite"),
    ],
)  # fmt: skip
def test_faults_are_told(values, message):
    given = {"travel": np.array([[1.0, 2.0]]), "people": [1.0]} | values
    with pytest.raises(InvalidParameter, match=message):
        ways(given["travel"], given["people"], beyond=given.get("beyond"))
