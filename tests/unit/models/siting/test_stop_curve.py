"""The value of one site more: each number solved by itself, where to stop, and numbers that no choice allows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_problems import coverings, villages

from jingan_analysis.errors import InvalidParameter, NoSiteAllowed
from jingan_analysis.models.siting import SiteRules, maximal_coverage, stop_curve


@given(coverings(), st.integers(0, 4))
@settings(max_examples=60, deadline=None)
def test_each_number_is_the_best_for_it(problem, most):
    near, people, rules = problem
    expected = {}
    for count in range(most + 1):
        try:
            expected[count] = maximal_coverage(
                near, people, rules.__class__(**{**vars(rules), "most_new": count})
            ).value
        except NoSiteAllowed:
            continue
    if not expected:
        with pytest.raises(NoSiteAllowed):
            stop_curve(near, people, rules, most_new=most)
        return
    found = stop_curve(near, people, rules, most_new=most)
    assert dict(zip(found.new_sites.tolist(), found.covered.tolist(), strict=True)) == {
        count: value for count, value in expected.items() if count <= found.new_sites[-1]
    }
    # It ends early only where nobody is left to cover.
    assert found.new_sites[-1] == max(expected) or found.plans[-1].missed == 0


def test_where_to_stop():
    near, people, _ = villages()
    found = stop_curve(near, people, SiteRules(25), most_new=10)
    stop = found.stop_at(200)
    gained = dict(zip(found.new_sites, found.gained, strict=True))
    assert gained[stop] >= 200 and all(gained[count] < 200 for count in gained if count > stop)
    assert found.stop_at(1e9) == 0
    assert found.to_frame()["gap"].max() < 1e-9


def test_quotas_leave_out_numbers_that_are_too_few():
    near, people, _ = villages()
    unit = np.arange(25) % 3
    found = stop_curve(near, people, SiteRules(25, unit=unit, least_in_unit=np.ones(3, dtype=int)), most_new=5)
    assert found.new_sites[0] == 3


def test_faults_are_told():
    with pytest.raises(InvalidParameter, match="most_new=-1"):
        stop_curve(np.ones((2, 2), dtype=bool), [1, 1], SiteRules(2), most_new=-1)
