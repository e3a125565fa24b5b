"""How much more of each project would be used: from one unit to as many as anybody wants."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.assignment import Assignment, proven, whole_flow
from jingan_analysis.models.assignment_needs import Needs
from jingan_analysis.models.assignment_types import merged


def what_more_adds(problem: Needs, best: Assignment, *, units: int | None = None) -> NDArray[np.float64]:
    """What some units more of each project would add, each project by itself.

    Where all values are equal, ``one_more`` says 1 of every scarce project; this tells which is the scarcest. What more
    units add never grows from one to the next (the value is a concave function of a capacity), and a project that is
    not scarce adds nothing however many there are.

    Parameters
    ----------
    problem, best
        A problem and its best assignment.
    units
        Units more; None takes as many as the project's groups want.

    Returns
    -------
    NDArray
        Value added, exactly, shape (p,).

    Raises
    ------
    InvalidParameter
        If ``units`` is below 0.
    """
    if units is not None and units < 0:
        raise InvalidParameter(f"units={units!r} must be at least 0, or None for as many as are wanted")
    wanted = np.zeros(len(problem.capacity), dtype=np.int64)
    np.add.at(wanted, problem.project, problem.wanted[problem.group])
    more = wanted if units is None else np.minimum(wanted, units)
    small, added = merged(problem), np.zeros(len(problem.capacity))
    # Projects of one class are open to the same groups: the same number more adds the same.
    known: dict[tuple[int, int], float] = {}
    for place in np.flatnonzero(best.scarce & (more > 0)):
        key = (int(small.class_of[place]), int(more[place]))
        if key not in known:
            part = _part_of(small.problem, key[0])
            known[key] = float(best_value(_enlarged(part, *key)) - best_value(part))
        added[place] = known[key]
    return added


def best_value(problem: Needs) -> Fraction:
    """What the best assignment is worth, by largest flows: without an assignment, and without rounding.

    sum over l of (v_l - v_l+1) F_l

    Where
        v_l  are the different values, the highest first, and 0 after the last;
        F_l  is the most that the groups of value v_l or more can have: on a polymatroid the greedy rule attains all of
             these at once (Edmonds 1970).
    """
    total, below = Fraction(0), Fraction(0)
    for value in np.unique(problem.value):
        served = replace(
            problem,
            wanted=np.where(problem.value >= value, problem.wanted, 0),
            value=np.ones(len(problem.wanted)),
        )
        total += (Fraction(float(value)) - below) * proven(served, whole_flow(served))[0]
        below = Fraction(float(value))
    return total


def _enlarged(problem: Needs, project: int, units: int) -> Needs:
    capacity = problem.capacity.copy()
    capacity[project] += units
    return replace(problem, capacity=capacity)


def _part_of(problem: Needs, project: int) -> Needs:
    """The groups and projects that hang together with a project, through others as well."""
    groups, size = len(problem.wanted), len(problem.wanted) + len(problem.capacity)
    links = csr_array((np.ones(len(problem.group)), (problem.group, groups + problem.project)), shape=(size, size))
    label = connected_components(links, directed=False)[1]
    inside = label == label[groups + project]
    pairs = inside[problem.group]
    return Needs(
        wanted=np.where(inside[:groups], problem.wanted, 0),
        value=problem.value,
        capacity=np.where(inside[groups:], problem.capacity, 0),
        group=problem.group[pairs],
        project=problem.project[pairs],
    )
