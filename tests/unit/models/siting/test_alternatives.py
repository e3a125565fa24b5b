"""Near-optimal alternatives: against all choices, with how often a site appears in them, and faults."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_problems import allowed_choices, coverings, villages

from jingan_analysis.errors import InvalidParameter, NoSiteAllowed
from jingan_analysis.models.siting import Effort, SiteRules, alternatives


def worth(near, people, chosen):
    return float(sum(weight for weight, row in zip(people, near, strict=True) if (row & chosen).any()))


@given(coverings(), st.sampled_from([0.0, 0.1, 0.5]))
@settings(max_examples=80, deadline=None)
def test_all_choices_within_the_share_that_leave_out_a_site_are_found(problem, within):
    near, people, rules = problem
    choices = allowed_choices(rules)
    if not choices:
        with pytest.raises(NoSiteAllowed):
            alternatives(near, people, rules, within=within)
        return
    found = alternatives(near, people, rules, within=within, most=200)
    best = max(worth(near, people, chosen) for chosen in choices)
    good = [chosen for chosen in choices if worth(near, people, chosen) >= (1 - within) * best - 1e-9]
    plans = [plan.chosen for plan in found.plans]
    assert found.complete and found.plans[0].value == best
    values = [plan.value for plan in found.plans]
    assert values == sorted(values, reverse=True)
    assert [worth(near, people, chosen) for chosen in plans] == values
    assert all(any((plan == chosen).all() for chosen in good) for plan in plans)
    # Whatever was not listed has all free sites of some plan that was: it adds to one, and differs from none.
    for chosen in good:
        assert any((chosen | ~rules.free)[plan].all() for plan in plans)
    for later, plan in enumerate(plans):
        assert all((before & rules.free & ~plan).any() for before in plans[:later])


def test_the_list_is_complete_where_it_says_so_and_sites_of_all_plans_cannot_be_missed():
    near, people, _ = villages()
    rules = SiteRules(25, most_new=4)
    found = alternatives(near, people, rules, within=0.03, most=100)
    assert found.complete and 2 < len(found.plans) < 100
    for site in np.flatnonzero(found.always):
        without = alternatives(near, people, SiteRules(25, most_new=4, barred=np.arange(25) == site), most=1)
        assert without.plans[0].value < 0.97 * found.plans[0].value
    assert found.frequency.sum() == pytest.approx(np.mean([plan.chosen.sum() for plan in found.plans]))
    frame = found.to_frame()
    assert frame.loc[0, ["lost", "exchanged"]].tolist() == [0, 0] and (frame["lost"].diff().dropna() >= 0).all()


def test_more_difference_finds_fewer_and_worse():
    near, people, _ = villages()
    rules = SiteRules(25, most_new=4)
    one, two = (alternatives(near, people, rules, within=0.2, differ=differ, most=4) for differ in (1, 2))
    assert two.to_frame()["exchanged"].iloc[1:].min() >= 2
    assert two.plans[-1].value <= one.plans[-1].value


def test_a_search_cut_short_ends_the_list_and_does_not_call_it_complete():
    near, people, _ = villages(groups=400, sites=60, reach=1.5)
    found = alternatives(near, people, SiteRules(60, most_new=8), most=5, effort=Effort(seconds=1e-4))
    assert not found.complete and len(found.plans) >= 1


def test_faults_are_told_together():
    with pytest.raises(InvalidParameter, match=r"within=1.5 .*; differ=0 .*; most=0 "):
        alternatives(np.ones((2, 2), dtype=bool), [1, 1], SiteRules(2), within=1.5, differ=0, most=0)
