"""Linear programs on sparse arrays, solved by HiGHS as SciPy carries it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from jingan_analysis.errors import DidNotConverge


@dataclass(frozen=True)
class Solution:
    """An optimal solution.

    Attributes
    ----------
    value
        Objective.
    x
        Variables, a vertex of the feasible set, shape (n,).
    """

    value: float
    x: NDArray[np.float64]


def maximise(
    objective: NDArray[np.float64],
    rows: csr_array,
    upper: NDArray[np.float64],
    *,
    at_least: tuple[csr_array, NDArray[np.float64]] | None = None,
) -> Solution:
    """Maximise c x subject to rows x <= upper, and x >= 0.

    Parameters
    ----------
    objective
        c, shape (n,).
    rows, upper
        Sparse matrix of shape (m, n) and limits of shape (m,).
    at_least
        Further rows with lower limits.

    Raises
    ------
    DidNotConverge
        If the solver does not come to an optimum (the message has its words), or no variable is there to meet limits.
    """
    from scipy.optimize import linprog  # heavy

    matrix, limits = rows, upper
    if at_least is not None:
        matrix = csr_array(vstack([rows, -at_least[0]]))
        limits = np.concatenate([upper, -at_least[1]])
    if not len(objective):
        if (limits < 0).any():
            raise DidNotConverge("the linear program has no solution: a limit is broken, and there is no variable")
        return Solution(0.0, np.zeros(0))
    # The dual simplex ends at a vertex, and at the same one every time.
    found = linprog(-objective, A_ub=matrix, b_ub=limits, bounds=(0, None), method="highs-ds")
    if found.status != 0:
        raise DidNotConverge(f"the linear program has no proven optimum: {found.message}")
    return Solution(float(-found.fun), np.asarray(found.x))
