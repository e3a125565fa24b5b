"""Groups of people who can be served by just the same sites are one group to a model of coverage."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Integers = NDArray[np.int64]


def alike(near: csr_array) -> tuple[Integers, Integers]:
    """Find groups with the same sites.

    Parameters
    ----------
    near
        Which groups are near which sites, shape (g, s).

    Returns
    -------
    first, number
        A group of each kind, shape (k,), and the kind of each group, shape (g,).

    Notes
    -----
    Kinds are told apart by random sums of 64 bits over their sites and then checked against their first group, so that
    two kinds are never taken for one.
    """
    near = near.copy()
    near.sum_duplicates()
    sums = np.random.default_rng(0).integers(0, 2**63, size=near.shape[1], dtype=np.uint64)
    before = np.concatenate([[np.uint64(0)], np.cumsum(sums[near.indices], dtype=np.uint64)])
    key = before[near.indptr[1:]] - before[near.indptr[:-1]]
    _, first, number = np.unique(key, return_index=True, return_inverse=True)
    number = np.asarray(number, dtype=np.int64).ravel()
    if not _same(near, first[number]):
        rows = np.array([row.tobytes() for row in np.split(near.indices, near.indptr[1:-1])], dtype=object)
        _, first, number = np.unique(rows, return_index=True, return_inverse=True)
    return np.asarray(first, dtype=np.int64), np.asarray(number, dtype=np.int64).ravel()


def _same(near: csr_array, other: Integers) -> bool:
    """Whether each group has the very sites of the other one named for it."""
    length = np.diff(near.indptr)
    if (length != length[other]).any():
        return False
    entry = np.arange(len(near.indices)) - np.repeat(near.indptr[:-1], length)
    return bool((near.indices == near.indices[np.repeat(near.indptr[:-1][other], length) + entry]).all())
