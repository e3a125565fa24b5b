"""The best possible assignment of requests to projects under capacity and eligibility, and the proof that it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from jingan_analysis.errors import InvalidParameter, LedgerDoesNotClose
from jingan_analysis.measures.quantity import quantity
from jingan_analysis.models.linear_program import maximise


@dataclass(frozen=True)
class Needs:
    """What is wanted and what there is, whole units of service.

    Requests that may use the same projects, and are worth the same, belong together in one group: nothing tells them
    apart, and thousands of requests become some hundred groups.

    Attributes
    ----------
    wanted
        Units that each group wants, shape (g,).
    value
        What one unit for the group is worth, above 0, shape (g,).
    capacity
        Units of each project, shape (p,).
    group, project
        Pairs that are allowed, shape (e,) each.
    """

    wanted: NDArray[np.int64]
    value: NDArray[np.float64]
    capacity: NDArray[np.int64]
    group: NDArray[np.int64]
    project: NDArray[np.int64]

    @property
    def has_project(self) -> NDArray[np.bool_]:
        """Groups that some project is open to, shape (g,)."""
        return np.bincount(self.group, minlength=len(self.wanted)) > 0


@dataclass(frozen=True)
class Assignment:
    """An assignment, its bound, and what limits it.

    ``wanted = served + no_project + no_capacity`` in every group.

    Attributes
    ----------
    flow
        Units from each allowed pair, whole numbers, shape (e,).
    served, no_project, no_capacity
        Units of each group that are served, that no project is open to, and that find no room, shape (g,).
    used, idle
        Units of each project, shape (p,).
    value, bound
        What the assignment is worth, and an upper bound for every assignment: by the prices of the projects, checked
        pair by pair and not taken from the solver.
    price
        A price of each project's unit that proves the bound, shape (p,). Where it is not unique, it is not what one
        unit more is worth: see ``one_more``.
    one_more
        What one unit more of the project would add, exactly, shape (p,).
    """

    flow: NDArray[np.int64]
    served: NDArray[np.int64]
    no_project: NDArray[np.int64]
    no_capacity: NDArray[np.int64]
    used: NDArray[np.int64]
    idle: NDArray[np.int64]
    value: float
    bound: float
    price: NDArray[np.float64]
    one_more: NDArray[np.float64]

    @property
    def gap(self) -> float:
        """Bound minus value: 0 for a proven optimum."""
        return self.bound - self.value


def needs(wanted: ArrayLike, value: ArrayLike, capacity: ArrayLike, group: ArrayLike, project: ArrayLike) -> Needs:
    """Check what an assignment starts from.

    Raises
    ------
    InvalidParameter
        If units are not whole, a value is not positive, a capacity is not known, or a pair is repeated or names a
        group or project that is not there; all faults at once.
    """
    amounts = {"wanted": quantity("wanted", wanted), "capacity": quantity("capacity", capacity, unknown=True)}
    worth = quantity("value", value, length=len(amounts["wanted"]))
    pairs = np.column_stack([np.asarray(group, dtype=np.int64).ravel(), np.asarray(project, dtype=np.int64).ravel()])
    faults = [
        f"{name}: {int((units % 1 > 0).sum())} are no whole number of units"
        for name, units in amounts.items()
        if (units % 1 > 0).any()
    ]
    if np.isnan(amounts["capacity"]).any():
        unknown = int(np.isnan(amounts["capacity"]).sum())
        faults.append(f"capacity: {unknown} are not known; decide what stands for them, such as 0")
    if (worth <= 0).any():
        faults.append(f"value: {int((worth <= 0).sum())} are not positive")
    sizes = (len(amounts["wanted"]), len(amounts["capacity"]))
    if ((pairs < 0) | (pairs >= sizes)).any():
        faults.append("group and project must be positions of wanted and capacity")
    if len(np.unique(pairs, axis=0)) != len(pairs):
        faults.append(
            f"group and project: {len(pairs) - len(np.unique(pairs, axis=0))} pairs stand there more than once"
        )
    if faults:
        raise InvalidParameter("; ".join(faults))
    return Needs(
        amounts["wanted"].astype(np.int64), worth, amounts["capacity"].astype(np.int64), pairs[:, 0], pairs[:, 1]
    )


def assign(problem: Needs) -> Assignment:
    """Serve as much value as capacity, eligibility and area allow.

    Maximise sum over e of v_g f_e, subject to
        sum over e of g of f_e <= w_g,  sum over e of p of f_e <= c_p,  f >= 0.

    Where
        f_e  are the units of pair e = (g, p);  w_g the units that group g wants and v_g what one is worth;
        c_p  is the capacity of project p.

    It is a transport problem: its matrix is totally unimodular, so that a vertex is whole without asking for it
    (Hoffman & Kruskal 1956). The proof is duality: with any prices y >= 0,
        sum c_p y_p + sum w_g max(0, v_g - min over the group's projects of y_p)
    is an upper bound, and the prices of the optimum reach it.

    Raises
    ------
    DidNotConverge
        If the solver finds no optimum.
    LedgerDoesNotClose
        If the flow is not whole, breaks a limit, or does not reach its bound.
    """
    flow, price = _solve(problem)
    served = np.bincount(problem.group, flow, len(problem.wanted)).astype(np.int64)
    used = np.bincount(problem.project, flow, len(problem.capacity)).astype(np.int64)
    if (served > problem.wanted).any() or (used > problem.capacity).any() or (flow < 0).any():
        raise LedgerDoesNotClose("the assignment serves more than is wanted or than there is room for")
    value, bound = float(problem.value @ served), bound_of(problem, price)
    if bound - value > 1e-6 * max(1.0, bound):
        raise LedgerDoesNotClose(f"the assignment is worth {value:g} and its bound is {bound:g}: it is not proven")
    left = problem.wanted - served
    return Assignment(
        flow=flow,
        served=served,
        no_project=np.where(problem.has_project, 0, left),
        no_capacity=np.where(problem.has_project, left, 0),
        used=used,
        idle=problem.capacity - used,
        value=value,
        bound=bound,
        price=price,
        one_more=one_more(problem, flow, left),
    )


def transport_rows(problem: Needs) -> csr_array:
    """Rows of the groups, then of the projects: which pairs each one limits, shape (g + p, e)."""
    count = len(problem.group)
    pair = np.arange(count)
    row = np.concatenate([problem.group, len(problem.wanted) + problem.project])
    shape = (len(problem.wanted) + len(problem.capacity), count)
    return csr_array((np.ones(2 * count), (row, np.concatenate([pair, pair]))), shape=shape)


def _solve(problem: Needs) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    if not len(problem.group):
        return np.zeros(0, dtype=np.int64), np.zeros(len(problem.capacity))
    limits = np.concatenate([problem.wanted, problem.capacity]).astype(np.float64)
    found = maximise(problem.value[problem.group], transport_rows(problem), limits)
    flow = np.rint(found.x)
    if np.abs(flow - found.x).max() > 1e-6:
        raise LedgerDoesNotClose("the solver's vertex is not whole, which a transport problem's always is")
    return flow.astype(np.int64), np.maximum(found.row_duals[len(problem.wanted) :], 0.0)


def bound_of(problem: Needs, price: NDArray[np.float64]) -> float:
    """Upper bound for the value of every assignment, by prices of the projects of at least 0."""
    cheapest = np.full(len(problem.wanted), np.inf)
    np.minimum.at(cheapest, problem.group, price[problem.project])
    surplus = np.maximum(problem.value - cheapest, 0.0)
    return float(problem.capacity @ price + problem.wanted @ surplus)


def one_more(problem: Needs, flow: NDArray[np.int64], left: NDArray[np.int64]) -> NDArray[np.float64]:
    """What one unit more of each project would add to an optimal flow, exactly.

    One unit more of project p serves a group that still wants, or takes over a unit of a group that project q serves,
    so that q has one unit more: the most valuable group at the end of any such chain. No dual price is needed, and
    where prices are not unique none would do: they say what is lost with one unit less as well.
    """
    # What a project can add by itself, and what it adds by freeing a unit of another one.
    gain = np.zeros(len(problem.capacity))
    wants = left[problem.group] > 0
    np.maximum.at(gain, problem.project[wants], problem.value[problem.group[wants]])
    serving = flow > 0
    while True:
        freed = np.zeros(len(problem.wanted))
        np.maximum.at(freed, problem.group[serving], gain[problem.project[serving]])
        better = gain.copy()
        np.maximum.at(better, problem.project, freed[problem.group])
        if (better == gain).all():
            return gain
        gain = better
