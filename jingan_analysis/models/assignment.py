"""The best possible assignment of requests to projects under capacity and eligibility, and the proof that it is."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from jingan_analysis.errors import LedgerDoesNotClose
from jingan_analysis.models.assignment_needs import Needs, needs
from jingan_analysis.models.assignment_prices import bound_of, one_less, one_more, worth
from jingan_analysis.models.assignment_types import merged, spread
from jingan_analysis.models.largest_flow import fits, largest_flow
from jingan_analysis.models.linear_program import maximise

__all__ = [
    "Assignment",
    "Needs",
    "Plan",
    "assign",
    "needs",
    "plan_of",
    "proven",
    "rounded",
    "transport_rows",
    "whole_flow",
]


@dataclass(frozen=True)
class Plan:
    """Who gets how much from which project.

    ``wanted = served + no_project + no_capacity`` in every group, ``capacity = used + idle`` in every project.

    Attributes
    ----------
    flow
        Units from each allowed pair, whole numbers, shape (e,).
    served, no_project, no_capacity
        Units of each group that are served, that no project is open to, and that find no room, shape (g,).
    used, idle
        Units of each project, shape (p,).
    """

    flow: NDArray[np.int64]
    served: NDArray[np.int64]
    no_project: NDArray[np.int64]
    no_capacity: NDArray[np.int64]
    used: NDArray[np.int64]
    idle: NDArray[np.int64]


@dataclass(frozen=True)
class Assignment(Plan):
    """A plan, its bound, and what limits it.

    Attributes
    ----------
    value, bound
        What the plan is worth, and an upper bound for every plan: by the prices ``one_more``, checked pair by pair
        without rounding and not taken from the solver.
    one_more
        What one unit more of the project would add, exactly, shape (p,).
    one_less
        What one unit less of it would lose, exactly; NaN where it has none to lose, shape (p,). It may be more than
        ``one_more``: every price between the two proves the optimum, and a solver returns any of them.
    """

    value: float
    bound: float
    one_more: NDArray[np.float64]
    one_less: NDArray[np.float64]

    @property
    def gap(self) -> float:
        """Bound minus value: 0 for a proven optimum."""
        return self.bound - self.value

    @property
    def scarce(self) -> NDArray[np.bool_]:
        """Projects of which one unit more would be used, shape (p,)."""
        return self.one_more > 0


def assign(problem: Needs) -> Assignment:
    """Serve as much value as capacity, eligibility and area allow.

    Maximise sum over e of v_g f_e, subject to
        sum over e of g of f_e <= w_g,  sum over e of p of f_e <= c_p,  f >= 0.

    Where
        f_e  are the units of pair e = (g, p);  w_g the units that group g wants and v_g what one is worth;
        c_p  is the capacity of project p.

    It is a transport problem: its matrix is totally unimodular, so that a vertex is whole without asking for it
    (Hoffman & Kruskal 1956). A group may be served in part. The proof is duality: with any prices y >= 0,
        sum c_p y_p + sum w_g max(0, v_g - min over the group's projects of y_p)
    is an upper bound, and what one unit more of each project would add are prices that reach it.

    What nothing tells apart is merged before the solver sees it, and shares what it gets in proportion
    (``assignment_types``). Of several best assignments it is one and the same for every order of the groups, but for
    the last unit between groups that have the same right to it: the first one has it.

    Raises
    ------
    DidNotConverge
        If the solver finds no optimum.
    LedgerDoesNotClose
        If the flow is not whole, breaks a limit, or does not reach its bound.
    """
    small = merged(problem)
    found = spread(problem, small, whole_flow(small.problem))
    plan = plan_of(problem, found)
    value, price = proven(problem, found)
    return Assignment(
        **vars(plan),
        value=float(value),
        bound=float(bound_of(problem, price)),
        one_more=price,
        one_less=one_less(problem, found),
    )


def proven(problem: Needs, flow: NDArray[np.int64]) -> tuple[Fraction, NDArray[np.float64]]:
    """Value of a flow without rounding, and the prices that prove it: what one unit more of each project adds.

    Raises
    ------
    LedgerDoesNotClose
        If they do not prove it.
    """
    price = one_more(problem, flow)
    value, bound = worth(problem.value[problem.group], flow), bound_of(problem, price)
    if value != bound:
        raise LedgerDoesNotClose(
            f"the assignment is worth {float(value):g} and its bound is {float(bound):g}: it is not proven"
        )
    return value, price


def plan_of(problem: Needs, flow: NDArray[np.int64]) -> Plan:
    """The ledger of a flow.

    Raises
    ------
    LedgerDoesNotClose
        If it serves more than is wanted or than there is room for.
    """
    served = np.bincount(problem.group, flow, len(problem.wanted)).astype(np.int64)
    used = np.bincount(problem.project, flow, len(problem.capacity)).astype(np.int64)
    if (served > problem.wanted).any() or (used > problem.capacity).any() or (flow < 0).any():
        raise LedgerDoesNotClose("the assignment serves more than is wanted or than there is room for")
    left = problem.wanted - served
    return Plan(
        flow=flow,
        served=served,
        no_project=np.where(problem.has_project, 0, left),
        no_capacity=np.where(problem.has_project, left, 0),
        used=used,
        idle=problem.capacity - used,
    )


def transport_rows(problem: Needs) -> csr_array:
    """Rows of the groups, then of the projects: which pairs each one limits, shape (g + p, e)."""
    count = len(problem.group)
    pair = np.arange(count)
    row = np.concatenate([problem.group, len(problem.wanted) + problem.project])
    shape = (len(problem.wanted) + len(problem.capacity), count)
    return csr_array((np.ones(2 * count), (row, np.concatenate([pair, pair]))), shape=shape)


def whole_flow(problem: Needs) -> NDArray[np.int64]:
    """A best flow in whole units, shape (e,).

    What can be served at all makes a polymatroid, on which the best depends on the order of the values only (Edmonds
    1970). Equal ones are a largest flow; otherwise a linear program sees their ranks, so that it cannot take two close
    values for equal.
    """
    rank = np.unique(problem.value, return_inverse=True)[1].astype(np.float64) + 1
    if rank.max(initial=1) == 1 and fits(problem):
        return largest_flow(problem)
    limits = np.concatenate([problem.wanted, problem.capacity]).astype(np.float64)
    return rounded(maximise(rank[problem.group], transport_rows(problem), limits).x)


def rounded(flow: NDArray[np.float64]) -> NDArray[np.int64]:
    """The whole numbers that a vertex consists of.

    Raises
    ------
    LedgerDoesNotClose
        If it does not.
    """
    whole = np.rint(flow)
    if np.abs(flow - whole).max(initial=0.0) > 1e-6:
        raise LedgerDoesNotClose("the solver's vertex is not whole, which a transport problem's always is")
    return whole.astype(np.int64)
