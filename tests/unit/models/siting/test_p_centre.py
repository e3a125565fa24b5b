"""p-centre: against all choices with every rule, known directions, and faults."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_problems import allowed_choices, site_rules

from jingan_analysis.errors import NoSiteAllowed
from jingan_analysis.models.siting import Effort, SiteRules, p_centre, ways


@st.composite
def problems(draw):
    groups, sites = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    numbers = np.random.default_rng(draw(st.integers(0, 100_000)))
    travel = numbers.integers(0, 8, (groups, sites)).astype(float)
    travel[numbers.random((groups, sites)) < draw(st.sampled_from([0.0, 0.3]))] = np.inf
    return travel, numbers.integers(0, 3, groups).astype(float), draw(site_rules(sites))


@given(problems())
@settings(max_examples=150, deadline=None)
def test_it_is_the_best_of_all_choices(problem):
    travel, people, rules = problem
    longest = [
        max((min(travel[i, chosen], default=np.inf) for i in np.flatnonzero(people)), default=0.0)
        for chosen in allowed_choices(rules)
    ]
    if not longest or min(longest) == np.inf:
        with pytest.raises(NoSiteAllowed):
            p_centre(ways(travel, people), rules)
        return
    found = p_centre(ways(travel, people), rules)
    assert found.value == min(longest) == found.bound
    assert rules.allows(found.chosen)


def test_more_sites_never_leave_a_longer_way_and_limits_are_bounds():
    numbers = np.random.default_rng(0)
    travel = np.hypot(*(numbers.random((150, 1, 2)) - numbers.random((1, 30, 2))).transpose(2, 0, 1))
    asked = ways(travel, np.ones(150))
    left = [p_centre(asked, SiteRules(30, most_new=count)) for count in (2, 3, 5, 8)]
    assert [one.value for one in left] == sorted((one.value for one in left), reverse=True)
    assert all(one.gap == 0 for one in left)
    hurried = p_centre(asked, SiteRules(30, most_new=5), effort=Effort(nodes=1))
    assert hurried.bound <= left[2].value <= hurried.value


def test_groups_out_of_reach_and_nobody_at_all():
    travel = np.array([[1.0, np.inf], [np.inf, np.inf]])
    with pytest.raises(NoSiteAllowed, match="brings a site in reach of every group with people"):
        p_centre(ways(travel, [1, 1]), SiteRules(2, most_new=1))
    assert p_centre(ways(travel, [1, 0]), SiteRules(2, most_new=1)).value == 1
    assert p_centre(ways(travel, [0, 0]), SiteRules(2, most_new=1)).value == 0
