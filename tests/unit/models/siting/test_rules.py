"""Rules for sites: what they allow, against reading them site by site; what to relax; faults, all at once."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_problems import allowed_choices, kept_by_reading, site_rules

from jingan_analysis.errors import InvalidParameter, NoSiteAllowed
from jingan_analysis.models.siting import SiteRules, maximal_coverage
from jingan_analysis.models.siting.cheapest_sites import cheapest_sites
from jingan_analysis.models.siting.infeasible import relaxations
from jingan_analysis.models.siting.site_program import allowed_choice


@given(st.integers(1, 6).flatmap(site_rules))
@settings(max_examples=150, deadline=None)
def test_they_allow_what_reading_them_allows(rules):
    for bits in product([False, True], repeat=rules.sites):
        chosen = np.array(bits, dtype=bool)
        assert rules.allows(chosen) == kept_by_reading(rules, chosen)
    some = allowed_choice(rules)
    assert (some is not None) == bool(allowed_choices(rules))
    assert some is None or rules.allows(some)


@given(st.integers(1, 5).flatmap(site_rules))
@settings(max_examples=100, deadline=None)
def test_what_to_relax_is_enough_and_the_least(rules):
    if allowed_choices(rules):
        assert relaxations(rules) == ()
        return
    for one in relaxations(rules):
        lower = one.rule == "least_in_unit"
        for needed, enough in ((one.needed, True), (one.needed + (1 if lower else -1) * 1e-6, False)):
            if one.unit is None:
                value = needed if one.rule == "budget" else int(np.ceil(needed) if enough else np.ceil(needed) - 1)
                changed = replace(rules, **{one.rule: value})
            else:
                quota = getattr(rules, one.rule).copy()
                step = 0 if enough else (1 if lower else -1)
                quota[one.unit] = int(one.needed) + step
                changed = replace(rules, **{one.rule: quota})
            assert bool(allowed_choices(changed)) == enough, (one, needed)


@given(st.integers(1, 6).flatmap(site_rules), st.integers(0, 10_000))
@settings(max_examples=150, deadline=None)
def test_the_cheapest_sites_bound_every_choice_and_each_site_on_its_own(rules, seed):
    cost = np.random.default_rng(seed).integers(-9, 3, rules.sites).astype(float)
    found = cheapest_sites(cost, rules, rules.limits())
    for chosen in allowed_choices(rules):
        total = float(cost @ chosen)
        unlike = (chosen != (found.chosen > 0.5)) & rules.free
        assert total >= found.value - 1e-9
        assert (total >= found.value + found.regret[unlike] - 1e-9).all()


def test_a_closed_site_that_moves_frees_one_more():
    gone = np.array([True, False, False])
    rules = SiteRules(3, most_new=1, standing=gone, barred=gone, moves=True)
    found = cheapest_sites(np.array([0.0, -2.0, -3.0]), rules, rules.limits())
    assert (found.value, found.chosen.tolist()) == (-5, [0, 1, 1])


def test_the_message_names_what_to_relax_and_by_how_much():
    rules = SiteRules(3, most_new=1, cost=np.array([5.0, 6.0, 7.0]), budget=9.0, forced=np.array([True, True, False]))
    near = np.ones((1, 3), dtype=bool)
    with pytest.raises(NoSiteAllowed, match="no single one of them is to blame"):
        maximal_coverage(near, [1], rules)
    dear = SiteRules(3, most_new=2, cost=np.array([5.0, 6.0, 7.0]), budget=9.0, forced=np.array([True, True, False]))
    with pytest.raises(NoSiteAllowed, match="any one of these would do.*: budget 11 in place of 9"):
        maximal_coverage(near, [1], dear)
    unit = np.array([0, 0, 1])
    quotas = SiteRules(3, most_new=1, unit=unit, least_in_unit=np.array([1, 1]))
    with pytest.raises(
        NoSiteAllowed,
        match="most_new 2 in place of 1; least_in_unit of unit 0 0 in place of 1; least_in_unit of unit 1 0 in place of 1",
    ):
        maximal_coverage(near, [1], quotas)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"sites": 0}, "sites=0 must be a whole number"),
        ({"most_new": -1}, "most_new=-1 must be a whole number of at least 0"),
        ({"most_closed": 1.5}, "most_closed=1.5 must be a whole number"),
        ({"forced": np.array([True])}, "forced must be true or false for each of 3 sites"),
        ({"may_close": np.array([True, False, False])}, "may_close names a site that does not stand"),
        ({"budget": 3.0}, "cost and budget belong together"),
        ({"cost": np.array([1.0, np.nan, 2.0]), "budget": 3.0}, "cost: 1 of 3 values are NaN"),
        ({"least_in_unit": np.array([1])}, "least_in_unit asks for the unit of each site"),
        ({"unit": np.array([0, 1, 2]), "least_in_unit": np.array([1])}, "for each of 3 units"),
        ({"forced": np.array([True, False, False]), "barred": np.array([True, False, False])}, "1 sites are forced and barred"),
    ],
)  # fmt: skip
def test_faults_are_told(values, message):
    with pytest.raises(InvalidParameter, match=message):
        SiteRules(**{"sites": 3, "most_new": 1} | values)


def test_all_faults_are_told_at_once():
    with pytest.raises(InvalidParameter, match="most_new=-1.*; .*asks for the unit"):
        SiteRules(3, most_new=-1, most_in_unit=np.array([1]))
