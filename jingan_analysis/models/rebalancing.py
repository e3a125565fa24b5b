"""Moving as few cases as possible between workers so that nobody has more than the norm, with a proof."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import DidNotConverge, InvalidParameter
from jingan_analysis.measures.quantity import quantity

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Rebalancing:
    """The fewest moves that leave the fewest cases above the norm.

    Attributes
    ----------
    before, after, room
        Cases of each worker before and after, and the most that the norm allows, shape (n,).
    giver, receiver, moved
        Each move: the workers by position and the number of cases, shape (moves,). A worker may hand on cases of their
        own to make room for others.
    moves
        All cases moved.
    above_norm
        Cases of each worker that stay above the norm, shape (n,).
    unplaced
        All of them: no way to move cases places one more within the norm.
    missing_full_time
        Full-time equivalents that would take the unplaced cases.
    objective, bound
        n unplaced + moves of this answer, and a bound from the prices of the dual program that no answer can be below.
        They are equal, which proves that the answer is best.
    price
        Of one case more at each worker, in moves, shape (n,): the dual variables behind the bound.
    norm
        As given: cases a full-time equivalent.
    """

    before: Integers
    after: Integers
    room: Integers
    giver: Integers
    receiver: Integers
    moved: Integers
    moves: int
    above_norm: Integers
    unplaced: int
    missing_full_time: float
    objective: int
    bound: float
    price: Floats
    norm: float

    def to_frame(self) -> pd.DataFrame:
        """One row a move: ``giver``, ``receiver`` and ``cases``."""
        return pd.DataFrame({"giver": self.giver, "receiver": self.receiver, "cases": self.moved})


def same_group(groups: ArrayLike) -> NDArray[np.bool_]:
    """Between which workers cases may move if they stay in their group, shape (n, n)."""
    labels = np.asarray(groups)
    if labels.ndim != 1:
        raise InvalidParameter(f"groups has shape {labels.shape}; give one label a worker, shape (n,)")
    missing = pd.isna(labels)
    if missing.any():
        raise InvalidParameter(
            f"groups: {int(missing.sum())} of {len(labels)} labels are missing, the first at position "
            f"{int(np.argmax(missing))}; give workers without a group one of their own"
        )
    return np.asarray(labels[:, None] == labels[None, :])


def fewest_moves(cases: ArrayLike, full_time: ArrayLike, *, norm: float) -> tuple[int, int]:
    r"""Fewest moves, and cases that stay above the norm, where everybody may take over from everybody.

    .. math:: m = \min(e, r), \quad s = e - m, \qquad e = \sum_i (c_i - \lfloor k f_i \rfloor)^+, \quad
        r = \sum_i (\lfloor k f_i \rfloor - c_i)^+

    Where
        e, r   cases above the norm and room for more; a move takes at most one case from the first to the second, so
               there is no need to solve a program with an arc for each pair of workers.

    Parameters
    ----------
    cases, full_time, norm
        As for :func:`rebalance`, whose ``moves`` and ``unplaced`` these are if all moves are allowed.

    Returns
    -------
    tuple of int
        Moves, and cases above the norm whatever is moved.

    Raises
    ------
    InvalidParameter
        As :func:`rebalance`.
    """
    before, room = _checked(cases, full_time, norm)
    excess, free = int(np.maximum(before - room, 0).sum()), int(np.maximum(room - before, 0).sum())
    moves = min(excess, free)
    return moves, excess - moves


def rebalance(cases: ArrayLike, full_time: ArrayLike, *, norm: float, allowed: ArrayLike) -> Rebalancing:
    r"""Fewest moves to the fewest cases above the norm, by a minimum-cost flow.

    .. math::

        \min \; n \sum_i s_i + \sum_{(i,j)} x_{ij} \quad \text{s.t.} \quad
        0 \le c_i + \sum_j x_{ji} - \sum_j x_{ij} \le \lfloor k f_i \rfloor + s_i, \quad x, s \ge 0

    Where
        x_ij   cases moved from i to j, if that is allowed; s_i cases that stay above the norm;
        c, f   cases and full-time equivalents; k the norm; n workers. Placing one case more takes at most n - 1 moves,
               so the weight n puts unplaced cases before moves.

    The matrix is that of a network, so the optimum is whole without asking for it (Hoffman and Kruskal), and the prices
    of the linear program prove it.

    Parameters
    ----------
    cases
        Whole numbers of cases, shape (n,).
    full_time
        Full-time equivalent of each worker, shape (n,); whoever has none is given no cases and hands on all.
    norm
        Most cases a full-time equivalent should have, above 0; room of part of a case is none.
    allowed
        Whether cases may move from the row's worker to the column's, shape (n, n); see :func:`same_group`.

    Raises
    ------
    InvalidParameter
        If an amount is negative, infinite or NaN, cases are not whole, shapes differ or the norm is not above 0.
    DidNotConverge
        If the solver's answer cannot be proven.

    Notes
    -----
    Ahuja, R. K., Magnanti, T. L. and Orlin, J. B. (1993), *Network Flows*, chapters 9 and 11; Hoffman, A. J. and
    Kruskal, J. B. (1956), Integral boundary points of convex polyhedra, *Annals of Mathematics Studies* 38.
    """
    before, room = _checked(cases, full_time, norm)
    arcs = np.asarray(allowed)
    if arcs.shape != (len(before), len(before)) or arcs.dtype != np.bool_:
        raise InvalidParameter(
            f"allowed has shape {arcs.shape} and type {arcs.dtype}; give true or false for each pair of workers, "
            f"shape ({len(before)}, {len(before)})"
        )
    giver, receiver = np.nonzero(arcs & ~np.eye(len(before), dtype=bool))
    flow, price = _solved(before, room, giver, receiver)
    return _proven(before, room, (giver, receiver, flow), price, norm)


def _checked(cases: ArrayLike, full_time: ArrayLike, norm: float) -> tuple[Integers, Integers]:
    """Whole cases of each worker, and room for whole cases."""
    if not (math.isfinite(norm) and norm > 0):
        raise InvalidParameter(f"norm={norm!r} must be above 0: cases a full-time equivalent")
    number = quantity("cases", cases)
    if (number != np.floor(number)).any():
        raise InvalidParameter("cases must be whole numbers: a case is not divided between workers")
    time = quantity("full_time", full_time, length=len(number))
    # A product that is whole but for rounding, such as 0.1 times 30, is whole.
    return number.astype(np.int64), np.floor(norm * time + 1e-9).astype(np.int64)


def _program(before: Integers, room: Integers, giver: Integers, receiver: Integers) -> tuple[Floats, csr_array, Floats]:
    """Costs, rows and their limits: at most the room, at least nothing."""
    from scipy.sparse import csr_array, eye_array, hstack, vstack

    n, arcs = len(before), np.arange(len(giver))
    both = (np.concatenate([receiver, giver]), np.concatenate([arcs, arcs]))
    net = csr_array((np.repeat([1.0, -1.0], len(giver)), both), shape=(n, len(giver)))
    rows = csr_array(vstack([hstack([net, -eye_array(n)]), hstack([-net, csr_array((n, n))])]))
    limits = np.concatenate([room - before, before]).astype(np.float64)
    return np.append(np.ones(len(giver)), np.full(n, float(n))), rows, limits


def _solved(before: Integers, room: Integers, giver: Integers, receiver: Integers) -> tuple[Integers, Floats]:
    """Cases on each arc, and the prices of the rows."""
    from scipy.optimize import linprog

    if not len(before):
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    cost, rows, limits = _program(before, room, giver, receiver)
    # The simplex method ends in a corner, and the corners are whole.
    found = linprog(cost, A_ub=rows, b_ub=limits, method="highs-ds")
    if not found.success:
        raise DidNotConverge(f"the flow of cases was not solved: {found.message}")
    flow = np.round(found.x[: len(giver)])
    if np.abs(flow - found.x[: len(giver)]).max(initial=0.0) > 1e-6:
        raise DidNotConverge("the flow of cases was solved in parts of cases; do not use it")
    return flow.astype(np.int64), np.asarray(found.ineqlin.marginals, dtype=np.float64)


def _proven(
    before: Integers, room: Integers, arcs: tuple[Integers, Integers, Integers], marginals: Floats, norm: float
) -> Rebalancing:
    """The answer, once it keeps the rules and costs what its prices say it must."""
    giver, receiver, flow = arcs
    n = len(before)
    after = before.copy()
    np.subtract.at(after, giver, flow)
    np.add.at(after, receiver, flow)
    above = np.maximum(after - room, 0)
    moves, unplaced = int(flow.sum()), int(above.sum())
    objective = n * unplaced + moves
    bound = _bound(before, room, giver, receiver, marginals) if n else 0.0
    if (after < 0).any() or (flow < 0).any() or abs(objective - bound) > 1e-6 * (1 + objective):
        raise DidNotConverge(f"the moves cost {objective} and are proven to need {bound:g}; do not use them")
    used = flow > 0
    return Rebalancing(
        before=before,
        after=after,
        room=room,
        giver=giver[used].astype(np.int64),
        receiver=receiver[used].astype(np.int64),
        moved=flow[used],
        moves=moves,
        above_norm=above,
        unplaced=unplaced,
        missing_full_time=unplaced / norm,
        objective=objective,
        bound=bound,
        price=marginals[n:] - marginals[:n],
        norm=norm,
    )


def _bound(before: Integers, room: Integers, giver: Integers, receiver: Integers, marginals: Floats) -> float:
    """What the prices prove, whatever solver they come from: b y for every y <= 0 with A' y <= c."""
    cost, rows, limits = _program(before, room, giver, receiver)
    price = np.minimum(marginals, 0.0)
    if (rows.T @ price > cost + 1e-7).any():
        raise DidNotConverge("the prices of the flow of cases prove nothing; do not use it")
    return float(limits @ price)
