"""Least regret against all choices, how often a site stays, directions, and faults."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_problems import allowed_choices, coverings, villages

from jingan_analysis.errors import InvalidParameter, NoSiteAllowed
from jingan_analysis.models.siting import SiteRules, least_regret, maximal_coverage, staying_share


@given(coverings(), st.integers(1, 4), st.integers(0, 1000))
@settings(max_examples=80, deadline=None)
def test_no_choice_has_a_smaller_largest_regret(problem, scenarios, seed):
    near, _, rules = problem
    people = np.random.default_rng(seed).integers(0, 9, (scenarios, len(near))).astype(float)
    choices = allowed_choices(rules)
    if not choices:
        with pytest.raises(NoSiteAllowed):
            least_regret(near, people, rules)
        return
    worth = np.array([[row[(near & chosen).any(axis=1)].sum() for row in people] for chosen in choices])
    expected = (worth.max(axis=0) - worth).max(axis=1).min()
    found = least_regret(near, people, rules)
    assert rules.allows(found.chosen)
    assert found.value == pytest.approx(expected, abs=1e-9)
    assert found.bound == pytest.approx(expected, abs=1e-5)


def test_one_scenario_leaves_no_regret_and_more_scenarios_never_less():
    near, homes, unit = villages()
    people, other = (np.where(here, 5 * homes, homes) for here in (unit < 2, unit >= 2))
    rules = SiteRules(25, most_new=4)
    alone = least_regret(near, people[None], rules)
    both = least_regret(near, np.array([people, other]), rules)
    assert alone.value == 0 and both.value > 0
    best = maximal_coverage(near, people, rules).chosen
    assert both.value <= (
        other[(near & both.best[1].chosen).any(axis=1)].sum() - other[(near & best).any(axis=1)].sum()
    )
    assert both.to_frame()["regret"].tolist() == both.regret.tolist()


def test_a_site_stays_where_nothing_changes_and_less_often_the_less_is_known():
    near, people, _ = villages()
    rules = SiteRules(25, most_new=4)
    best = maximal_coverage(near, people, rules).chosen
    assert (staying_share(near, [people] * 3, rules, best) == best).all()

    def stays(spread):
        numbers = np.random.default_rng(1)
        draws = [people * np.exp(numbers.normal(0, spread, len(people))) for _ in range(30)]
        return staying_share(near, draws, rules, best)[best].mean()

    assert 1.0 >= stays(0.05) >= stays(1.5) > 0


def test_a_tie_is_no_reason_to_leave_a_site():
    near, rules = np.ones((3, 4), dtype=bool), SiteRules(4, most_new=1)
    for site in range(4):
        chosen = np.arange(4) == site
        assert (staying_share(near, [[1, 2, 3]], rules, chosen) == chosen).all()


def test_faults_are_told():
    near, rules = np.ones((3, 2), dtype=bool), SiteRules(2, most_new=1)
    with pytest.raises(InvalidParameter, match=r"people has the shape \(3,\)"):
        least_regret(near, [1, 2, 3], rules)
    with pytest.raises(InvalidParameter, match="people of scenario 1"):
        least_regret(near, [[1, 2, 3], [1, np.nan, 3]], rules)
    with pytest.raises(InvalidParameter, match="chosen breaks the rules"):
        staying_share(near, [[1, 2, 3]], rules, np.ones(2, dtype=bool))
    with pytest.raises(InvalidParameter, match="draws is empty"):
        staying_share(near, [], rules, np.array([True, False]))
