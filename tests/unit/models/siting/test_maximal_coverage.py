"""Maximal coverage: against all choices with every rule, known directions, and faults."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.sparse import csr_array
from site_problems import allowed_choices, coverings

from jingan_analysis.errors import InvalidParameter, NoSiteAllowed
from jingan_analysis.models.siting import Effort, SiteRules, maximal_coverage


def town(groups=400, sites=60, reach=1.2, seed=0):
    numbers = np.random.default_rng(seed)
    homes, places = numbers.random((groups, 2)) * 10, numbers.random((sites, 2)) * 10
    away = np.hypot(*(homes[:, None] - places[None]).transpose(2, 0, 1))
    return away <= reach, numbers.integers(0, 100, groups).astype(float)


@given(coverings())
@settings(max_examples=150, deadline=None)
def test_it_is_the_best_of_all_choices(problem):
    near, people, rules = problem
    worth = [
        sum(people[i] for i in range(len(people)) if (near[i] & chosen).any()) for chosen in allowed_choices(rules)
    ]
    if not worth:
        with pytest.raises(NoSiteAllowed, match="no choice of sites keeps all rules"):
            maximal_coverage(near, people, rules)
        return
    found = maximal_coverage(near, people, rules)
    assert found.value == max(worth)
    assert found.bound == pytest.approx(max(worth))
    assert rules.allows(found.chosen)
    assert found.value + found.missed + found.beyond == people.sum()


def test_a_larger_town_is_proven_and_no_single_exchange_is_better():
    near, people = town()
    found = maximal_coverage(near, people, SiteRules(60, most_new=8))
    assert found.gap == pytest.approx(0, abs=1e-9) and found.chosen.sum() == 8
    for out in np.flatnonzero(found.chosen):
        for into in np.flatnonzero(~found.chosen):
            other = found.chosen.copy()
            other[[out, into]] = False, True
            assert people[(near & other).any(axis=1)].sum() <= found.value


def test_more_sites_more_budget_and_fewer_rules_never_cover_less():
    near, people = town(seed=1)
    standing = np.arange(60) < 4
    values = [maximal_coverage(near, people, SiteRules(60, most_new=k, standing=standing)).value for k in range(5)]
    assert values == sorted(values)
    # Each further site adds no more than the one before could have added: covering has falling returns at an optimum
    # only roughly, so what must hold is that the first site adds at least a k-th of what k sites add.
    assert all(values[1] - values[0] >= (values[k] - values[0]) / k for k in range(1, 5))
    movable = SiteRules(60, most_new=2, standing=standing, may_close=standing, most_closed=2, moves=True)
    assert maximal_coverage(near, people, movable).value >= values[2]


def test_a_unit_that_must_have_a_site_gets_one_although_others_would_cover_more():
    near = np.array([[True, False], [True, False], [False, True]])
    unit = np.array([0, 1])
    free = maximal_coverage(near, [50, 50, 1], SiteRules(2, most_new=1))
    bound = maximal_coverage(near, [50, 50, 1], SiteRules(2, most_new=1, unit=unit, least_in_unit=np.array([0, 1])))
    assert (free.value, bound.value) == (100, 1)


def test_sparse_and_dense_groups_in_parts_or_together_are_the_same():
    near, people = town(groups=150, sites=30)
    rules = SiteRules(30, most_new=4)
    whole = maximal_coverage(near, people, rules)
    split = maximal_coverage(np.repeat(near, 2, axis=0), np.repeat(people / 2, 2), rules)
    assert maximal_coverage(csr_array(near), people, rules).value == whole.value == pytest.approx(split.value)
    assert (whole.chosen == maximal_coverage(near, people, rules).chosen).all()


def test_an_effort_cut_short_says_how_far_it_may_be_from_the_best():
    near, people = town(groups=1500, sites=120, reach=1.6, seed=3)
    found = maximal_coverage(near, people, SiteRules(120, most_new=9), effort=Effort(nodes=1))
    proven = maximal_coverage(near, people, SiteRules(120, most_new=9))
    assert found.value <= proven.value <= found.bound + 1e-6
    assert proven.gap == pytest.approx(0, abs=1e-9)


def test_nobody_and_nowhere_are_answers():
    nobody = maximal_coverage(np.ones((2, 2), dtype=bool), [0, 0], SiteRules(2, most_new=1))
    assert nobody.value == nobody.bound == nobody.gap == 0
    nowhere = maximal_coverage(np.zeros((2, 2), dtype=bool), [3, 4], SiteRules(2, most_new=1))
    assert (nowhere.value, nowhere.missed, nowhere.beyond) == (0, 0, 7)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"near": np.ones((2, 3))}, "near has the type float64; give true or false"),
        ({"near": np.ones((2, 3), dtype=bool)}, r"near has the shape \(2, 3\); give \(groups, 2\)"),
        ({"people": [1.0, np.nan]}, "people: 1 of 2 values are NaN"),
        ({"people": [1.0, -2.0]}, "people: 1 of 2 values are negative"),
        ({"people": [1.0]}, r"people has shape \(1,\); give one amount each, shape \(2,\)"),
    ],
)
def test_faults_are_told(values, message):
    given = {"near": np.ones((2, 2), dtype=bool), "people": [1.0, 2.0]} | values
    with pytest.raises(InvalidParameter, match=message):
        maximal_coverage(given["near"], given["people"], SiteRules(2, most_new=1))
