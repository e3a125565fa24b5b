"""Linear programs, solved by HiGHS from sparse arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from jingan_analysis.errors import DidNotConverge


@dataclass(frozen=True)
class Solution:
    """An optimal solution.

    Attributes
    ----------
    value
        Objective.
    x
        Variables, shape (n,).
    row_duals
        What one unit more of each row's upper limit would add to the objective, at the margin, shape (m,).
    """

    value: float
    x: NDArray[np.float64]
    row_duals: NDArray[np.float64]


class LinearProgram:
    """Maximise c x subject to row limits, x at least 0; limits may be changed and solved again from the last basis.

    Parameters
    ----------
    objective
        c, shape (n,).
    rows
        Sparse matrix, shape (m, n).
    upper, lower
        Limits of the rows, shape (m,); ``lower`` defaults to none.
    """

    def __init__(
        self,
        objective: NDArray[np.float64],
        rows: csr_array,
        upper: NDArray[np.float64],
        lower: NDArray[np.float64] | None = None,
    ) -> None:
        import highspy  # heavy

        highs: Any = highspy.Highs  # it has no annotations
        self._highs = highs()
        self._highs.setOptionValue("output_flag", False)
        # One thread: the same vertex every time, however many cores there are.
        self._highs.setOptionValue("threads", 1)
        self._infinity = highspy.kHighsInf
        self._optimal = highspy.HighsModelStatus.kOptimal
        low = np.full(len(upper), -self._infinity) if lower is None else lower
        self._lower = low
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(objective), len(upper)
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_cost_ = objective
        lp.col_lower_, lp.col_upper_ = np.zeros(len(objective)), np.full(len(objective), self._infinity)
        lp.row_lower_, lp.row_upper_ = low, np.asarray(upper, dtype=np.float64)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
        self._highs.passModel(lp)

    def solve(self) -> Solution:
        """Solve, from the last basis if there is one.

        Raises
        ------
        DidNotConverge
            If the solver does not come to an optimum; the message has its status.
        """
        self._highs.run()
        status = self._highs.getModelStatus()
        if status != self._optimal:
            words = self._highs.modelStatusToString(status)
            raise DidNotConverge(f"the linear program has no proven optimum: HiGHS says {words!r}")
        found = self._highs.getSolution()
        value = float(self._highs.getInfo().objective_function_value)
        return Solution(value, np.array(found.col_value), np.array(found.row_dual))

    def limit(self, row: int, upper: float) -> None:
        """Change the upper limit of a row."""
        self._highs.changeRowBounds(row, float(self._lower[row]), float(upper))
