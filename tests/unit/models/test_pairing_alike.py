"""Kinds of elders with the same candidates: against sets, with sums that are equal by chance, and in what they are for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from pairing_problems import community, problems

from jingan_analysis.models import pairing_alike as module
from jingan_analysis.models.pairing import candidates, shortage
from jingan_analysis.models.pairing_alike import alike


class Constant:
    """A generator whose numbers are all the same: every sum of as many is equal."""

    def integers(self, _, size, dtype):
        return np.ones(size, dtype=dtype)


def sets_of(problem):
    return [frozenset(problem.volunteer[problem.elder == elder].tolist()) for elder in range(problem.elders)]


@pytest.mark.parametrize("by_chance", [False, True])
@settings(max_examples=80, deadline=None, derandomize=True)
@given(problem=problems(elders=9, volunteers=4))
def test_of_one_kind_are_those_with_the_same_candidates(by_chance, problem):
    with pytest.MonkeyPatch.context() as patch:
        if by_chance:
            patch.setattr(module.np.random, "default_rng", lambda _: Constant())
        found = alike(problem)
    sets = sets_of(problem)
    for one in range(problem.elders):
        for other in range(problem.elders):
            if found.kind[one] == found.kind[other]:
                assert sets[one] == sets[other]
    if not by_chance:
        assert len(found.members) == len(set(sets))
    assert found.members.tolist() == np.bincount(found.kind).tolist()
    pairs = set(zip(found.pair_kind.tolist(), found.pair_volunteer.tolist(), strict=True))
    assert pairs == {(found.kind[elder], other) for elder, others in enumerate(sets) for other in others}
    for kind in range(len(found.members)):
        assert found.turn()[found.kind == kind].tolist() == list(range(found.members[kind]))


def test_many_at_one_address_are_one_kind_and_places_are_counted_for_each():
    problem = candidates(np.repeat(range(50), 2), [0, 1] * 50, [1] * 100, capacity=[20, 10], existing=[-1] * 50)
    assert alike(problem).members.tolist() == [50]
    found = shortage(problem)
    assert (found.most, found.missing_places, int(found.left_over.sum())) == (30, 20, 20)
    assert found.short_elder.all() and found.short_volunteer.all()


def test_kinds_of_the_same_pairs_hold_for_other_capacities():
    problem = community(capacity=3)
    more = candidates(
        problem.elder, problem.volunteer, problem.cost, capacity=problem.capacity + 1, existing=problem.existing
    )
    assert shortage(more, kinds=alike(problem)).most == shortage(more).most
