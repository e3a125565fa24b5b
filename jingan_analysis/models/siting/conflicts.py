"""Pairs of sites of which one at most may be chosen, as few rows that say more than the pairs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Mask = NDArray[np.bool_]


def cliques(conflict: Mask) -> csr_array:
    """Sets of sites that all conflict with each other, so many that each pair is in one.

    Of three sites each two of which conflict, pairs allow half of each, and the set allows one of them: rows of sets
    leave less to search. Each set is grown from a pair that no set has yet, by the site with most conflicts first.

    Parameters
    ----------
    conflict
        Which sites conflict, symmetric, false on the diagonal, shape (s, s).

    Returns
    -------
    csr_array
        1 for each site of each set, shape (c, s).
    """
    left, degree = conflict.copy(), conflict.sum(axis=1)
    sets: list[list[int]] = []
    for one in np.argsort(-degree, kind="stable").tolist():
        while left[one].any():
            other = int(np.argmax(np.where(left[one], degree, -1)))
            sets.append(_grown(conflict, degree, [one, other]))
            left[np.ix_(sets[-1], sets[-1])] = False
    entry = np.repeat(np.arange(len(sets)), [len(members) for members in sets]).astype(np.int64)
    site = np.array([site for members in sets for site in members], dtype=np.int64)
    return csr_array((np.ones(len(site)), (entry, site)), shape=(len(sets), len(conflict)))


def _grown(conflict: Mask, degree: NDArray[np.int64], members: list[int]) -> list[int]:
    """The set and sites that conflict with all of it, until there is none."""
    inside = conflict[members].all(axis=0)
    while inside.any():
        following = int(np.argmax(np.where(inside, degree, -1)))
        members = [*members, following]
        inside &= conflict[following]
    return members
