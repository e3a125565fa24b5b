"""Groups that may use the same projects are one type, projects open to the same types one class: a small problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.models.assignment_needs import Needs


@dataclass(frozen=True)
class Merged:
    """A problem whose groups and projects are all different.

    Attributes
    ----------
    problem
        The needs of types and the capacities of classes.
    type_of
        Type of each group, shape (g,).
    class_of
        Class of each project, shape (p,).
    """

    problem: Needs
    type_of: NDArray[np.int64]
    class_of: NDArray[np.int64]

    def with_capacity(self, capacity: NDArray[np.int64]) -> Needs:
        """The small problem with other capacities of the projects, shape (p,)."""
        return replace(self.problem, capacity=_sums(self.class_of, capacity, len(self.problem.capacity)))


def merged(problem: Needs, area: NDArray[np.int64] | None = None) -> Merged:
    """Merge what nothing tells apart.

    Types are in an order of their own (most valuable first, then by the projects that they may use): the order of the
    groups does not change what the solver sees.

    Parameters
    ----------
    problem
        Groups and projects.
    area
        Keeps groups of different areas apart, shape (g,).
    """
    place = np.zeros(len(problem.wanted), dtype=np.int64) if area is None else area
    marks = list(zip((-problem.value).tolist(), place.tolist(), strict=True))
    type_of, first_group = _alike(marks, problem.group, problem.project)
    kind, project = _distinct(type_of[problem.group], problem.project, len(problem.capacity))
    class_of, first_project = _alike([()] * len(problem.capacity), project, kind)
    kind, category = _distinct(kind, class_of[project], len(first_project))
    small = Needs(
        wanted=_sums(type_of, problem.wanted, len(first_group)),
        value=problem.value[first_group],
        capacity=_sums(class_of, problem.capacity, len(first_project)),
        group=kind,
        project=category,
    )
    return Merged(small, type_of, class_of)


def _distinct(
    first: NDArray[np.int64], second: NDArray[np.int64], width: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs without repetition, in order; the second is below ``width``."""
    return np.divmod(np.unique(first * max(width, 1) + second), max(width, 1))


def _alike(
    marks: Sequence[tuple[float, ...]], row: NDArray[np.int64], column: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Label of each row by its mark and its columns, in their order, and the first row of each label."""
    order = np.lexsort((column, row))
    # Big-endian bytes are in the order of their numbers.
    sorted_columns, ends = column[order].astype(">i8"), np.searchsorted(row[order], np.arange(len(marks) + 1))
    keys: list[tuple[float | bytes, ...]] = [
        (*mark, sorted_columns[ends[i] : ends[i + 1]].tobytes()) for i, mark in enumerate(marks)
    ]
    first: dict[tuple[float | bytes, ...], int] = {}
    for position, key in enumerate(keys):
        first.setdefault(key, position)
    ranked = sorted(first.items())
    number = {key: label for label, (key, _) in enumerate(ranked)}
    label = np.array([number[key] for key in keys], dtype=np.int64)
    return label, np.array([position for _, position in ranked], dtype=np.int64)


def spread(problem: Needs, small: Merged, flow: NDArray[np.int64]) -> NDArray[np.int64]:
    """Units of each pair of the problem, given those of each pair of the small one.

    What nothing tells apart is treated alike: the groups of a type share its units in proportion to what they want, the
    projects of a class in proportion to what they have, by largest remainders, the first of equal ones first.
    """
    served = _sums(small.problem.group, flow, len(small.problem.wanted))
    used = _sums(small.problem.project, flow, len(small.problem.capacity))
    by_group = in_proportion(served, problem.wanted, small.type_of)
    by_project = in_proportion(used, problem.capacity, small.class_of)
    # All units in one line, class after class: types lie along it, and projects.
    line = np.lexsort((small.problem.group, small.problem.project))
    projects, groups = np.argsort(small.class_of, kind="stable"), np.argsort(small.type_of, kind="stable")
    pair, place, units = overlap(flow[line], by_project[projects])
    kind, project = small.problem.group[line][pair], projects[place]
    # The same units, type after type: projects lie along the line, and groups.
    line = np.lexsort((project, kind))
    pair, place, units = overlap(units[line], by_group[groups])
    return _on_pairs(problem, groups[place], project[line][pair], units)


def _on_pairs(
    problem: Needs, group: NDArray[np.int64], project: NDArray[np.int64], units: NDArray[np.int64]
) -> NDArray[np.int64]:
    width = max(len(problem.capacity), 1)
    own = problem.group * width + problem.project
    order = np.argsort(own)
    flow = np.zeros(len(own), dtype=np.int64)
    flow[order[np.searchsorted(own[order], group * width + project)]] = units
    return flow


def in_proportion(total: NDArray[np.int64], weight: NDArray[np.int64], owner: NDArray[np.int64]) -> NDArray[np.int64]:
    """Share the total of each owner among its members in proportion to their weights, in whole units.

    Parameters
    ----------
    total
        Units of each owner, shape (k,).
    weight, owner
        Weight and owner of each member, shape (n,).

    Returns
    -------
    NDArray
        Units of each member, less than one unit away from its part, shape (n,); never above its weight if the total is
        not above the sum of the weights. Where that sum is 0, the total must be 0.
    """
    whole = np.maximum(_sums(owner, weight, len(total)), 1)[owner]
    # Python's whole numbers: a product of two amounts may not fit in 64 bits.
    parts = [divmod(int(t) * int(w), int(s)) for t, w, s in zip(total[owner], weight, whole, strict=True)]
    base = np.array([part[0] for part in parts], dtype=np.int64)
    # One scale for the remainders of one owner; the first of equal ones first.
    rest = np.array([part[1] for part in parts], dtype=np.float64)
    order = np.lexsort((-rest, owner))
    start = np.searchsorted(owner[order], np.arange(len(total)))
    rank = np.arange(len(order)) - start[owner[order]]
    base[order] += rank < (total - _sums(owner, base, len(total)))[owner[order]]
    return base


def overlap(
    first: NDArray[np.int64], second: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Lay two rows of amounts with the same sum along one line: which lie above each other, and over how many units."""
    above, below = np.cumsum(first), np.cumsum(second)
    ends = np.union1d(above, below)
    ends = ends[ends > 0]
    starts = np.concatenate([np.zeros(min(len(ends), 1), dtype=np.int64), ends[:-1]])
    return np.searchsorted(above, starts, "right"), np.searchsorted(below, starts, "right"), ends - starts


def _sums(owner: NDArray[np.int64], units: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Exact sums by owner."""
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, owner, units)
    return total
