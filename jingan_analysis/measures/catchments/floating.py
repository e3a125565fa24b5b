"""Compiled sums over pairs. Importing this module loads the compiler."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = Any

_ONE_BLOCK_PAIRS = 1_000_000
_BLOCKS = 4
"""Whatever the number of processors: the same sums everywhere, to the last bit."""


def weighted_sums(
    source: NDArray[np.int64],
    target: NDArray[np.int64],
    weight: NDArray[np.float64],
    values: NDArray[np.float64],
    n_targets: int,
) -> NDArray[np.float64]:
    """Value of the source times weight, summed over the pairs of each target.

    Parameters
    ----------
    source, target, weight
        Row of the source, row of the target and weight of each pair, shape (n_pairs,).
    values
        Value of each source row.
    n_targets
        Number of target rows.

    Returns
    -------
    numpy.ndarray
        Sums, shape (n_targets,), in the order of pairs; above a million pairs in four blocks, two at a time.
    """
    if len(weight) <= _ONE_BLOCK_PAIRS:
        return np.asarray(_sums(source, target, weight, values, n_targets))
    bounds = np.linspace(0, len(weight), _BLOCKS + 1).astype(int)
    parts = [slice(first, last) for first, last in pairwise(bounds)]
    with ThreadPoolExecutor(_BLOCKS) as threads:
        found = list(
            threads.map(lambda part: _sums(source[part], target[part], weight[part], values, n_targets), parts)
        )
    return np.asarray(sum(found[1:], start=found[0]), dtype=np.float64)


@njit(cache=True, nogil=True)
def _sums(source: Array, target: Array, weight: Array, values: Array, n_targets: int) -> Array:
    sums = np.zeros(n_targets)
    for pair in range(len(weight)):
        sums[target[pair]] += values[source[pair]] * weight[pair]
    return sums


@njit(cache=True, nogil=True)
def weighted_column_sums(source: Array, target: Array, weight: Array, values: Array, n_targets: int) -> Array:
    """:func:`weighted_sums` of every column of the values at once, in one block, shape (n_targets, n_columns)."""
    n_columns = values.shape[1]
    sums = np.zeros((n_targets, n_columns))
    for pair in range(len(weight)):
        here, there, share = source[pair], target[pair], weight[pair]
        for column in range(n_columns):
            sums[there, column] += values[here, column] * share
    return sums
