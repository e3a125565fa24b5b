"""Set covering: against all choices with every rule, who cannot be covered, and what is told where nothing works."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_problems import allowed_choices, site_rules

from jingan_analysis.errors import NoSiteAllowed
from jingan_analysis.models.siting import SiteRules, location_set_covering, maximal_coverage


@st.composite
def problems(draw):
    groups, sites = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    numbers = np.random.default_rng(draw(st.integers(0, 100_000)))
    return numbers.random((groups, sites)) < 0.45, numbers.integers(0, 3, groups).astype(float), draw(site_rules(sites))


@given(problems())
@settings(max_examples=150, deadline=None)
def test_it_is_the_cheapest_of_all_choices_that_cover(problem):
    near, people, rules = problem
    wanted = [near[group] for group in range(len(people)) if people[group] and (near[group] & ~rules.barred).any()]
    cost = np.ones(rules.sites) if rules.cost is None else rules.cost
    worth = [
        cost[chosen].sum() for chosen in allowed_choices(rules) if all((row & chosen).any() for row in wanted)
    ]  # fmt: skip
    if not worth:
        with pytest.raises(NoSiteAllowed):
            location_set_covering(near, people, rules)
        return
    found = location_set_covering(near, people, rules)
    assert found.value == pytest.approx(min(worth)) == pytest.approx(found.bound)
    assert rules.allows(found.chosen) and all((row & found.chosen).any() for row in wanted)
    hopeless = [bool(people[group]) and not (near[group] & ~rules.barred).any() for group in range(len(people))]
    assert found.hopeless.tolist() == hopeless
    assert found.hopeless_people == people[found.hopeless].sum()


def test_as_many_sites_cover_everybody_and_one_fewer_do_not():
    numbers = np.random.default_rng(2)
    homes, places = numbers.random((300, 2)) * 10, numbers.random((60, 2)) * 10
    near = np.hypot(*(homes[:, None] - places[None]).transpose(2, 0, 1)) <= 2
    people = np.ones(300)
    least = location_set_covering(near, people, SiteRules(60))
    everybody = people.sum() - least.hopeless_people
    assert maximal_coverage(near, people, SiteRules(60, most_new=int(least.value))).value == everybody
    assert maximal_coverage(near, people, SiteRules(60, most_new=int(least.value) - 1)).value < everybody


def test_too_few_sites_are_told():
    with pytest.raises(NoSiteAllowed, match="covers everybody whom a site could cover; allow more sites"):
        location_set_covering(np.eye(3, dtype=bool), np.ones(3), SiteRules(3, most_new=2))


def test_standing_sites_count_although_they_cover_nobody():
    found = location_set_covering(
        np.array([[False, True]]), [5], SiteRules(2, standing=np.array([True, False]))
    )  # fmt: skip
    assert found.chosen.tolist() == [True, True] and found.value == 2
