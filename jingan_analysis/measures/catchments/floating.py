"""Compiled sums over pairs. Importing this module loads the compiler."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

Array = Any


@njit(cache=True, nogil=True)
def weighted_sums(source: Array, target: Array, weight: Array, values: Array, n_targets: int) -> Array:
    """Value of the source times weight, summed over the pairs of each target, in the order of pairs.

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
        Sums, shape (n_targets,).
    """
    sums = np.zeros(n_targets)
    for pair in range(len(weight)):
        sums[target[pair]] += values[source[pair]] * weight[pair]
    return sums


@njit(cache=True, nogil=True)
def weighted_column_sums(source: Array, target: Array, weight: Array, values: Array, n_targets: int) -> Array:
    """:func:`weighted_sums` of every column of the values at once, shape (n_targets, n_columns)."""
    n_columns = values.shape[1]
    sums = np.zeros((n_targets, n_columns))
    for pair in range(len(weight)):
        here, there, share = source[pair], target[pair], weight[pair]
        for column in range(n_columns):
            sums[there, column] += values[here, column] * share
    return sums
