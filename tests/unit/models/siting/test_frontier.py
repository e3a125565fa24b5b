"""Efficiency against fairness: against all choices, every point solved again with its sites fixed, and faults."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_problems import allowed_choices, site_rules, villages

from jingan_analysis.errors import InvalidParameter, NoSiteAllowed
from jingan_analysis.models.siting import Effort, SiteRules, fairness_frontier, maximal_coverage

UNITS = 3


@st.composite
def trades(draw):
    groups, sites = draw(st.integers(2, 9)), draw(st.integers(1, 6))
    numbers = np.random.default_rng(draw(st.integers(0, 100_000)))
    near = numbers.random((groups, sites)) < 0.4
    people, unit = numbers.integers(0, 5, groups).astype(float), numbers.integers(-1, UNITS, groups)
    return near, people, unit, draw(site_rules(sites))


def both(near, people, unit, chosen):
    """People covered and the worst unit's share, group by group."""
    covered, inside, total = 0.0, {}, {}
    for group, weight in enumerate(people):
        here = (near[group] & chosen).any()
        covered += weight * here
        if unit[group] >= 0 and weight > 0:
            inside[unit[group]] = inside.get(unit[group], 0.0) + weight * here
            total[unit[group]] = total.get(unit[group], 0.0) + weight
    return covered, min(inside[one] / total[one] for one in total)


def unbeaten(pairs):
    """Pairs that no other equals in one and beats in the other."""
    return sorted(
        {one for one in pairs if not any(o != one and o[0] >= one[0] and o[1] >= one[1] for o in pairs)}, reverse=True
    )


@given(trades())
@settings(max_examples=100, deadline=None)
def test_it_is_every_choice_that_none_beats(problem):
    near, people, unit, rules = problem
    if not (people[unit >= 0] > 0).any():
        with pytest.raises(InvalidParameter, match="nobody lives in any unit"):
            fairness_frontier(near, people, unit, rules)
        return
    choices = allowed_choices(rules)
    if not choices:
        with pytest.raises(NoSiteAllowed):
            fairness_frontier(near, people, unit, rules)
        return
    expected = unbeaten({both(near, people, unit, chosen) for chosen in choices})
    found = fairness_frontier(near, people, unit, rules)
    assert found.complete and all(point.proven and rules.allows(point.chosen) for point in found.points)
    assert [(point.covered, pytest.approx(point.worst)) for point in found.points] == expected


def test_each_point_is_the_same_when_it_is_solved_with_its_sites_fixed():
    near, people, unit = villages()
    found = fairness_frontier(near, people, unit, SiteRules(25, most_new=6))
    assert len(found.points) > 2 and found.complete
    for point in found.points:
        fixed = maximal_coverage(near, people, SiteRules(25, forced=point.chosen, barred=~point.chosen))
        assert fixed.value == point.covered and fixed.gap == pytest.approx(0, abs=1e-12)
        assert point.worst == both(near, people, unit, point.chosen)[1]


def test_fairness_has_a_price_and_shortfall_falls_with_it():
    near, people, unit = villages()
    found = fairness_frontier(near, people, unit, SiteRules(25, most_new=6))
    frame = found.to_frame(line=1.0)
    assert (np.diff(frame["covered"]) < 0).all() and (np.diff(frame["worst"]) > 0).all()
    assert frame["price"].iloc[0] == 0 and (np.diff(frame["price"]) > 0).all()
    # With a line of all people the mean shortfall is the share not covered.
    assert frame["gap"].to_numpy() == pytest.approx(1 - frame["covered"].to_numpy() / people.sum())
    assert (frame["severity"] <= frame["gap"]).all()


def test_a_limit_of_points_is_told():
    near, people, unit = villages()
    found = fairness_frontier(near, people, unit, SiteRules(25, most_new=6), most_points=2)
    assert len(found.points) == 2 and not found.complete


def test_faults_are_told():
    near, people, unit = villages(groups=5)
    rules = SiteRules(25, most_new=2)
    with pytest.raises(InvalidParameter, match="unit has the shape"):
        fairness_frontier(near, people, unit[:3], rules)
    with pytest.raises(InvalidParameter, match="most_points=0"):
        fairness_frontier(near, people, unit, rules, most_points=0)
    with pytest.raises(InvalidParameter, match="nobody lives"):
        fairness_frontier(near, people * 0, unit, rules)
    with pytest.raises(InvalidParameter, match="people"):
        fairness_frontier(near, np.where(people > 0, np.nan, 0), unit, rules)


def test_a_search_cut_short_says_that_it_is_not_complete():
    numbers = np.random.default_rng(5)
    near, people, unit = numbers.random((80, 15)) < 0.1, numbers.integers(1, 9, 80).astype(float), np.arange(80) % 4
    rules = SiteRules(15, most_new=4)
    whole = fairness_frontier(near, people, unit, rules)
    assert whole.complete and len(whole.points) > 1
    short = fairness_frontier(near, people, unit, rules, effort=Effort(seconds=1e-6))
    assert not short.complete and 0 < len(short.points) < len(whole.points)
    for point in short.points:
        assert point.most_covered >= max(other.covered for other in whole.points if other.worst >= point.worst)
        assert point.highest_worst >= max(
            (other.worst for other in whole.points if other.covered >= point.covered), default=0.0
        )
