"""Backup coverage: against all choices with every rule and share, known directions, and faults."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from site_problems import allowed_choices, site_rules

from jingan_analysis.errors import InvalidParameter, NoSiteAllowed
from jingan_analysis.models.siting import Effort, SiteRules, backup_coverage, maximal_coverage


def worth(near, people, chosen, first_share) -> float:
    """People with a first and a second chosen site near, group by group."""
    total = 0.0
    for group, count in enumerate(people):
        times = sum(bool(near[group, site]) for site in np.flatnonzero(chosen))
        total += count * (first_share * (times >= 1) + (1 - first_share) * (times >= 2))
    return total


def town(groups=250, sites=40, reach=2.0, seed=0):
    numbers = np.random.default_rng(seed)
    homes, places = numbers.random((groups, 2)) * 10, numbers.random((sites, 2)) * 10
    away = np.hypot(*(homes[:, None] - places[None]).transpose(2, 0, 1))
    return away <= reach, numbers.integers(0, 100, groups).astype(float)


@st.composite
def problems(draw):
    groups, sites = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    numbers = np.random.default_rng(draw(st.integers(0, 100_000)))
    near = numbers.random((groups, sites)) < draw(st.sampled_from([0.3, 0.6]))
    return near, numbers.integers(0, 4, groups).astype(float), draw(site_rules(sites))


@given(problems(), st.sampled_from([0.0, 0.2, 0.49, 0.5, 0.8, 1.0]), st.booleans())
@settings(max_examples=40, deadline=None)
def test_it_is_the_best_of_all_choices(problem, first_share, started):
    near, people, rules = problem
    values = [worth(near, people, chosen, first_share) for chosen in allowed_choices(rules)]
    start = np.ones(rules.sites, dtype=bool) if started else None
    if not values:
        with pytest.raises(NoSiteAllowed, match="no choice of sites keeps all rules"):
            backup_coverage(near, people, rules, first_share=first_share, start=start)
        return
    found = backup_coverage(near, people, rules, first_share=first_share, start=start)
    assert found.value == pytest.approx(max(values)) == pytest.approx(found.bound)
    assert found.value == pytest.approx(worth(near, people, found.chosen, first_share))
    assert found.times.tolist() == (near & found.chosen).sum(axis=1).tolist()
    assert rules.allows(found.chosen)


def test_only_the_first_is_maximal_coverage():
    near, people = town()
    rules = SiteRules(40, most_new=5)
    found = backup_coverage(near, people, rules, first_share=1.0)
    assert found.value == found.covered == maximal_coverage(near, people, rules).value
    assert found.gap < 1e-9


def test_what_the_first_counts_less_is_covered_less_and_backed_up_more():
    near, people = town(groups=120, sites=20, seed=1)
    found = [backup_coverage(near, people, SiteRules(20, most_new=5), first_share=s) for s in (1.0, 0.7, 0.5, 0.2)]
    assert [one.covered for one in found] == sorted((one.covered for one in found), reverse=True)
    assert [one.backed_up for one in found] == sorted(one.backed_up for one in found)


def test_half_a_first_and_half_a_second_are_not_sold_as_one():
    found = backup_coverage(np.array([[True]]), [10], SiteRules(1, most_new=1), first_share=0.2)
    assert (found.value, found.covered, found.backed_up) == (2.0, 10.0, 0.0)
    assert found.bound == pytest.approx(2.0)


def test_a_standing_site_is_a_first_one():
    near = np.array([[True, True, False], [False, False, True]])
    rules = SiteRules(3, most_new=1, standing=np.array([True, False, False]))
    assert backup_coverage(near, [10, 9], rules).chosen.tolist() == [True, True, False]
    assert backup_coverage(near, [10, 9], rules, first_share=0.6).chosen.tolist() == [True, False, True]


def test_sparse_and_groups_in_parts_are_the_same_and_an_effort_cut_short_is_told():
    near, people = town(seed=2)
    rules = SiteRules(40, most_new=5)
    whole = backup_coverage(near, people, rules)
    parts = backup_coverage(csr_array(np.repeat(near, 2, axis=0)), np.repeat(people / 2, 2), rules)
    assert whole.value == pytest.approx(parts.value)
    hurried = backup_coverage(near, people, rules, effort=Effort(nodes=1))
    assert hurried.value <= whole.value <= hurried.bound + 1e-6
    begun = backup_coverage(near, people, rules, effort=Effort(nodes=1), start=whole.chosen)
    assert begun.value == whole.value


def test_nobody_and_nowhere_are_answers():
    nobody = backup_coverage(np.ones((2, 2), dtype=bool), [0, 0], SiteRules(2, most_new=1))
    assert nobody.value == nobody.bound == nobody.gap == 0
    nowhere = backup_coverage(np.zeros((2, 2), dtype=bool), [3, 4], SiteRules(2, most_new=1))
    assert nowhere.value == 0 and nowhere.times.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"near": np.ones((2, 2))}, "near has the type float64; give true or false"),
        ({"near": np.ones((2, 3), dtype=bool)}, r"near has the shape \(2, 3\)"),
        ({"people": [1.0, np.nan]}, "people: 1 of 2 values are NaN"),
        ({"people": [1.0, -2.0]}, "people: 1 of 2 values are negative"),
        ({"first_share": 1.2}, "first_share=1.2 must be a share from 0 to 1, such as 0.8"),
        ({"first_share": np.nan}, "first_share=nan must be a share"),
        ({"start": np.ones((2, 2), dtype=bool)}, r"start has the shape \(2, 2\)"),
    ],
)
def test_faults_are_told(values, message):
    given = {"near": np.ones((2, 2), dtype=bool), "people": [1.0, 2.0], "first_share": 0.5, "start": None} | values
    near, people = given.pop("near"), given.pop("people")
    with pytest.raises(InvalidParameter, match=message):
        backup_coverage(near, people, SiteRules(2, most_new=1), **given)
