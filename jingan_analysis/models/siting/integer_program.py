"""Integer programs as sparse arrays, solved by HiGHS, with a bound that is always told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from jingan_analysis.errors import DidNotConverge, InvalidParameter

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Effort:
    """How long to search.

    Attributes
    ----------
    seconds
        Seconds of one search; None sets no limit. An answer that a limit cut short depends on the machine.
    nodes
        Nodes of one branch and bound; None sets no limit. The same answer on every machine.
    relative_gap
        End once bound and value differ by no more than this share; 0 asks for a proof.
    """

    seconds: float | None = None
    nodes: int | None = None
    relative_gap: float = 0.0

    def __post_init__(self) -> None:
        faults = []
        if self.seconds is not None and not self.seconds > 0:
            faults.append(f"seconds={self.seconds!r} must be above 0, or None for no limit")
        if self.nodes is not None and not self.nodes > 0:
            faults.append(f"nodes={self.nodes!r} must be above 0, or None for no limit")
        if not 0 <= self.relative_gap < 1:
            faults.append(f"relative_gap={self.relative_gap!r} must be a share from 0 to below 1")
        if faults:
            raise InvalidParameter("; ".join(faults))


PROOF = Effort()
"""Search until the optimum is proven."""


@dataclass(frozen=True)
class Program:
    """Minimise cost x subject to row_lower <= rows x <= row_upper and lower <= x <= upper.

    Attributes
    ----------
    cost
        Shape (n,).
    rows
        Shape (m, n).
    row_lower, row_upper
        Limits, infinite where there is none, shape (m,).
    lower, upper
        Bounds of the variables, shape (n,).
    whole
        Variables that must be whole numbers, shape (n,).
    """

    cost: Floats
    rows: csr_array
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    whole: Mask


@dataclass(frozen=True)
class Answer:
    """What a search found.

    Attributes
    ----------
    x
        The best point found, shape (n,); None where none was found.
    value
        Its cost; infinite where none was found.
    bound
        No point costs less: from the solver's search, minus infinity where it has none, infinity where no point exists.
    reduced
        What each variable costs beyond what the rows pay for it, shape (n,): only of a linear program.
    prices
        What one unit more of each row's limit changes the cost by, shape (m,): only of a linear program.
    """

    x: Floats | None
    value: float
    bound: float
    reduced: Floats | None = None
    prices: Floats | None = None

    @property
    def possible(self) -> bool:
        """False where it is proven that no point meets all limits."""
        return self.bound < np.inf


def solve(program: Program, *, effort: Effort = PROOF, start: Floats | None = None) -> Answer:
    """Find the best point of an integer program, from a start where one is known.

    Raises
    ------
    DidNotConverge
        If the solver ends in any other way than with an optimum, with a limit of the effort, or with the proof that no
        point exists.
    """
    from highspy import HighsModelStatus as Status  # heavy

    solver = _loaded(program, relaxed=False)
    solver.setOptionValue("mip_rel_gap", effort.relative_gap)
    solver.setOptionValue("mip_abs_gap", 0.0 if effort.relative_gap == 0 else 1e-9)
    if effort.seconds is not None:
        solver.setOptionValue("time_limit", float(effort.seconds))
    if effort.nodes is not None:
        solver.setOptionValue("mip_max_nodes", int(effort.nodes))
    if start is not None:
        _begin_at(solver, start)
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    if status in (Status.kInfeasible, Status.kUnboundedOrInfeasible):
        return Answer(None, np.inf, np.inf)
    if status not in (Status.kOptimal, Status.kTimeLimit, Status.kSolutionLimit, Status.kInterrupt):
        raise DidNotConverge(f"the search ended without an answer: {solver.modelStatusToString(status)}")
    found = info.primal_solution_status == 2
    x = np.asarray(solver.getSolution().col_value, dtype=np.float64) if found else None
    value = float(info.objective_function_value) if found else np.inf
    bound = float(info.mip_dual_bound) if program.whole.any() else value
    return Answer(x, value, min(bound, value))


def relax(program: Program) -> Answer:
    """Find the best point where no variable needs to be whole, with prices and reduced costs.

    Raises
    ------
    DidNotConverge
        If the solver ends neither with an optimum nor with the proof that no point exists.
    """
    from highspy import HighsModelStatus as Status  # heavy

    solver = _loaded(program, relaxed=True)
    solver.run()
    status = solver.getModelStatus()
    if status in (Status.kInfeasible, Status.kUnboundedOrInfeasible):
        return Answer(None, np.inf, np.inf)
    if status != Status.kOptimal:
        raise DidNotConverge(f"the relaxation ended without an answer: {solver.modelStatusToString(status)}")
    found = solver.getSolution()
    value = float(solver.getInfo().objective_function_value)
    x, reduced, prices = (
        np.asarray(one, dtype=np.float64) for one in (found.col_value, found.col_dual, found.row_dual)
    )
    return Answer(x, value, value, reduced, prices)


def _loaded(program: Program, *, relaxed: bool) -> Any:  # noqa: ANN401 highspy is compiled
    import highspy  # heavy

    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(program.cost), program.rows.shape[0]
    model.col_cost_, model.col_lower_, model.col_upper_ = program.cost, program.lower, program.upper
    model.row_lower_, model.row_upper_ = program.row_lower, program.row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = program.rows.indptr.astype(np.int32)
    model.a_matrix_.index_ = program.rows.indices.astype(np.int32)
    model.a_matrix_.value_ = program.rows.data
    if not relaxed and program.whole.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[whole] for whole in program.whole.tolist()]
    solver = _quiet()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 0)
    solver.passModel(model)
    return solver


def _quiet() -> Any:  # noqa: ANN401 highspy is compiled
    """A solver that prints nothing: not even the banner that comes with HiGHS's callbacks, which nobody uses here."""
    import highspy  # heavy

    class Quiet(highspy.Highs):
        def __init__(self) -> None:
            super(highspy.Highs, self).__init__()

    solver = Quiet()
    solver.setOptionValue("output_flag", False)
    return solver


def _begin_at(solver: Any, start: Floats) -> None:  # noqa: ANN401 highspy is compiled
    import highspy  # heavy

    solution = highspy.HighsSolution()
    solution.col_value = start
    solver.setSolution(solution)
