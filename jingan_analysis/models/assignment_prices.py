"""What a project's unit is worth, exactly: prices that prove an assignment."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.models.assignment_needs import Needs


def one_more(problem: Needs, flow: NDArray[np.int64]) -> NDArray[np.float64]:
    """What one unit more of each project would add to an optimal flow, exactly.

    One unit more of project p serves a group that still wants, or takes over a unit of a group that project q serves,
    so that q has one unit more: the most valuable group at the end of any such chain.

    A solver's dual price cannot say this where the optimum is degenerate: it lies anywhere between what one unit more
    adds and what one unit less loses. The values of this function are the smallest prices that prove the optimum, those
    of ``one_less`` the largest (Shapley & Shubik 1971: the prices form a lattice).

    Parameters
    ----------
    problem, flow
        An optimal flow, shape (e,).

    Returns
    -------
    NDArray
        Shape (p,).
    """
    gain = np.zeros(len(problem.capacity))
    wants = (problem.wanted > np.bincount(problem.group, flow, len(problem.wanted)))[problem.group]
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


def one_less(problem: Needs, flow: NDArray[np.int64]) -> NDArray[np.float64]:
    """What one unit less of each project would lose of an optimal flow, exactly; NaN where it has none to lose.

    An idle unit is no loss. Otherwise a group that the project serves loses a unit, or gets it from project q, so that
    q has one unit less: the least valuable group at the end of any such chain.
    """
    used = np.bincount(problem.project, flow, len(problem.capacity))
    loss = np.where(used < problem.capacity, 0.0, np.inf)
    serving = flow > 0
    while True:
        moved = problem.value.copy()
        np.minimum.at(moved, problem.group, loss[problem.project])
        better = loss.copy()
        np.minimum.at(better, problem.project[serving], moved[problem.group[serving]])
        if (better == loss).all():
            return np.where(problem.capacity > 0, loss, np.nan)
        loss = better


def bound_of(problem: Needs, price: NDArray[np.float64]) -> Fraction:
    """Upper bound for the value of every assignment, by any prices of the projects of at least 0, without rounding.

    sum over p of c_p y_p + sum over g of w_g max(0, v_g - min over the projects of g of y_p)

    Where
        c_p  is the capacity of project p and y_p its price;
        w_g  are the units that group g wants and v_g what one is worth.
    """
    cheapest = np.full(len(problem.wanted), np.inf)
    np.minimum.at(cheapest, problem.group, price[problem.project])
    gains = cheapest < problem.value
    units = problem.wanted[gains]
    return worth(price, problem.capacity) + worth(problem.value[gains], units) - worth(cheapest[gains], units)


def worth(value: NDArray[np.float64], units: NDArray[np.int64]) -> Fraction:
    """Sum of value times units, without rounding."""
    different, owner = np.unique(value, return_inverse=True)
    total = np.zeros(len(different), dtype=np.int64)
    np.add.at(total, owner, units)
    # Fractions are slow, and values few.
    return sum((Fraction(v) * n for v, n in zip(different.tolist(), total.tolist(), strict=True)), Fraction(0))
