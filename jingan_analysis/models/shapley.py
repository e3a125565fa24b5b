"""The Shapley value: what each of a few players adds, the mean over all orders in which they can join."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter


def shapley_values(coalitions: NDArray[np.float64]) -> NDArray[np.float64]:
    r"""Shapley value of each player.

    .. math:: \phi_k = \sum_{T \not\ni k} \frac{|T|!\,(n - 1 - |T|)!}{n!} \bigl(v(T \cup k) - v(T)\bigr)

    Where
        v(T)   value of coalition T, row :math:`\sum_{k \in T} 2^k` of the table; n number of players.

    Parameters
    ----------
    coalitions
        Value of every coalition, shape (2^n, ...).

    Returns
    -------
    numpy.ndarray
        Shape (n, ...); the sum over players is the value of all less that of none.

    Raises
    ------
    InvalidParameter
        If the number of rows is not a power of two, at least 2.

    Notes
    -----
    Shapley, L. S. (1953), A value for n-person games, in *Contributions to the Theory of Games* II.
    """
    n = len(coalitions).bit_length() - 1
    if n < 1 or len(coalitions) != 1 << n:
        raise InvalidParameter(f"coalitions has {len(coalitions)} rows; give one for each of the 2^n sets of n players")
    row = np.arange(1 << n)
    size = np.array([int(c).bit_count() for c in row])
    weight = np.array([math.factorial(s) * math.factorial(max(n - 1 - s, 0)) / math.factorial(n) for s in size])
    values = []
    for player in range(n):
        without = row[row & (1 << player) == 0]
        added = coalitions[without | (1 << player)] - coalitions[without]
        values.append(np.tensordot(weight[without], added, axes=1))
    return np.array(values)
