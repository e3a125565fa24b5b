"""Older people with the same candidates: for counting places, a few thousand kinds stand for all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.models.pairing_candidates import Candidates

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Alike:
    """Elders by kind: those of one kind have the same candidates, and elders without any are of one kind.

    Attributes
    ----------
    kind
        Kind of each elder, shape (n,).
    members
        Elders of each kind, shape (k,).
    pair_kind, pair_volunteer
        Allowed pairs of a kind and a volunteer, shape (p,) each.
    """

    kind: Integers
    members: Integers
    pair_kind: Integers
    pair_volunteer: Integers

    def turn(self) -> Integers:
        """Position of each elder among those of the same kind, in order, shape (n,)."""
        order = np.argsort(self.kind, kind="stable")
        turn = np.empty(len(order), dtype=np.int64)
        turn[order] = np.arange(len(order)) - (np.cumsum(self.members) - self.members)[self.kind[order]]
        return turn


def alike(problem: Candidates) -> Alike:
    """Find the kinds: by sums of random numbers, one a candidate, and then by looking at the candidates themselves."""
    degree = np.bincount(problem.elder, minlength=problem.elders)
    start = np.cumsum(degree) - degree
    number = np.random.default_rng(0).integers(2**63, size=problem.volunteers, dtype=np.uint64)
    total = np.zeros(problem.elders, dtype=np.uint64)
    np.add.at(total, problem.elder, number[problem.volunteer])
    _, first, kind = np.unique(
        np.stack([total, degree.astype(np.uint64)]), axis=1, return_index=True, return_inverse=True
    )
    like = first[kind.ravel()]
    offset = np.arange(len(problem.elder)) - start[problem.elder]
    unlike = problem.volunteer != problem.volunteer[start[like[problem.elder]] + offset]
    # Two sums that are equal by chance: those elders stand for themselves.
    alone = np.bincount(problem.elder[unlike], minlength=problem.elders) > 0
    like = np.where(alone, np.arange(problem.elders), like)
    leaders, found = np.unique(like, return_inverse=True)
    leads = np.zeros(problem.elders, dtype=np.bool_)
    leads[leaders] = True
    pairs = leads[problem.elder]
    return Alike(
        kind=found,
        members=np.bincount(found),
        pair_kind=found[problem.elder[pairs]],
        pair_volunteer=problem.volunteer[pairs],
    )
