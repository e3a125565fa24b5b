"""Shares of areas that are as even as capacity allows, as exact fractions (lexicographic max-min)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from jingan_analysis.errors import LedgerDoesNotClose
from jingan_analysis.models.assignment import proven, rounded, transport_rows, whole_flow
from jingan_analysis.models.assignment_needs import Needs
from jingan_analysis.models.linear_program import maximise


@dataclass(frozen=True)
class Leximin:
    """The most even shares.

    Attributes
    ----------
    share
        Served over wanted of each area, exactly; None where nothing is wanted that a project is open to, length a.
    units
        Whole units of each area, less than one unit away from its share; in all as many as there can be, shape (a,).
    flow
        Units from each pair that serve them, and among these the most valuable to the solver's precision, shape (e,).
    """

    share: tuple[Fraction | None, ...]
    units: NDArray[np.int64]
    flow: NDArray[np.int64]


@dataclass(frozen=True)
class _Areas:
    """A problem with the area of each group; ``rows`` limit areas, groups and projects, in that order."""

    problem: Needs
    area: NDArray[np.int64]
    wanted: NDArray[np.int64]
    rows: csr_array

    @property
    def in_area(self) -> csr_array:
        return csr_array(self.rows[: len(self.wanted)])

    def flow(
        self, objective: NDArray[np.float64], limit: NDArray[np.float64], *, exactly: bool = False
    ) -> NDArray[np.float64]:
        """The best flow, a vertex, with at most (or ``exactly``) so many units in each area."""
        limits = np.concatenate([limit, self.problem.wanted, self.problem.capacity]).astype(np.float64)
        return maximise(objective, self.rows, limits, at_least=(self.in_area, limit) if exactly else None).x

    def most(self, which: NDArray[np.bool_]) -> int:
        """Units that some areas can have at most, together and without the others."""
        alone = replace(
            self.problem,
            wanted=np.where(which[self.area], self.problem.wanted, 0),
            value=np.ones(len(self.area)),
        )
        return int(proven(alone, whole_flow(alone))[0])


def leximin(problem: Needs, area: NDArray[np.int64], areas: int) -> Leximin:
    """Raise the smallest share as far as it goes, then the second smallest, and so on.

    What areas can be served together makes a polymatroid with the rank function f(X), the most that the areas X can
    have without the others. Its lexicographically best point (Megiddo 1974; Fujishige 1980) has levels: the lowest is
        t = min over X of f(X) / w(X),
    where w(X) are the units that X wants. The largest X that attains it stays there, and the next level is that of the
    other areas with f(X u Y) - f(X) in the place of f(Y). Each t is found by Dinkelbach's steps (1967): start with
    all areas; try t in a flow; the areas that cannot grow there give the next X, until t stays. Areas and groups are
    nested, so that the matrix is totally unimodular with limits for both.

    Parameters
    ----------
    problem
        Groups and projects.
    area
        Position of each group's area, shape (g,).
    areas
        Number of areas.

    Raises
    ------
    LedgerDoesNotClose
        If a level is not proven in whole numbers.
    """
    data = _areas(problem, area, areas)
    rest, fixed = data.wanted > 0, np.zeros(areas, dtype=np.bool_)
    share: list[Fraction | None] = [None] * areas
    units = np.zeros(areas, dtype=np.int64)
    while rest.any():
        level, stuck = _next_level(data, units, fixed, rest)
        for place in np.flatnonzero(stuck):
            share[place] = level
        units = _whole_units(data, units, fixed, stuck, level)
        rest, fixed = rest & ~stuck, fixed | stuck
    flow = rounded(data.flow(problem.value[problem.group], units.astype(np.float64), exactly=True))
    if (_by_area(data, flow) != units).any():
        raise LedgerDoesNotClose("the most even shares cannot be served in whole units")
    return Leximin(tuple(share), units, flow)


def _areas(problem: Needs, area: NDArray[np.int64], areas: int) -> _Areas:
    pairs = len(problem.group)
    in_area = csr_array((np.ones(pairs), (area[problem.group], np.arange(pairs))), shape=(areas, pairs))
    wanted = np.zeros(areas, dtype=np.int64)
    np.add.at(wanted, area, np.where(problem.has_project, problem.wanted, 0))
    return _Areas(problem, area, wanted, csr_array(vstack([in_area, transport_rows(problem)])))


def _next_level(
    data: _Areas, units: NDArray[np.int64], fixed: NDArray[np.bool_], rest: NDArray[np.bool_]
) -> tuple[Fraction, NDArray[np.bool_]]:
    """The lowest share that the rest can be raised to together, and the areas that stay there."""
    taken = int(units[fixed].sum())
    level = Fraction(data.most(fixed | rest) - taken, int(data.wanted[rest].sum()))
    while True:
        limit = np.where(rest, level.numerator * data.wanted, level.denominator * units)
        flow = _scaled(data, limit, level.denominator)
        stuck = rest & ~_can_grow(data, flow, level.denominator)
        lower = Fraction(data.most(fixed | stuck) - taken, int(data.wanted[stuck].sum())) if stuck.any() else None
        if lower == level and (_by_area(data, flow) == limit).all():
            return level, stuck
        if lower is None or lower >= level:
            raise LedgerDoesNotClose("a level of the most even shares is not proven")
        level = lower


def _scaled(data: _Areas, limit: NDArray[np.int64], scale: int) -> NDArray[np.int64]:
    """The largest flow within the areas' limits, in units so small that it is whole."""
    found = data.flow(np.ones(data.rows.shape[1]), limit / scale) * scale
    whole = np.rint(found)
    if np.abs(found - whole).max(initial=0.0) > 1e-3:
        raise LedgerDoesNotClose(
            f"{data.wanted.sum()} units are too many to prove even shares of them; count in larger units"
        )
    return whole.astype(np.int64)


def _can_grow(data: _Areas, flow: NDArray[np.int64], scale: int) -> NDArray[np.bool_]:
    """Areas that could have more at nobody's cost: through chains of exchanges to a project with room, shape (a,)."""
    problem, serving = data.problem, flow > 0
    used, served = np.zeros(len(problem.capacity), np.int64), np.zeros(len(problem.wanted), np.int64)
    np.add.at(used, problem.project, flow)
    np.add.at(served, problem.group, flow)
    room, wants = used < scale * problem.capacity, served < scale * problem.wanted
    while True:
        enters = np.zeros(len(problem.wanted), dtype=np.bool_)
        np.logical_or.at(enters, problem.group, room[problem.project])
        grows = np.zeros(len(data.wanted), dtype=np.bool_)
        np.logical_or.at(grows, data.area, enters & wants)
        # A group makes room by moving, or by leaving its unit to another group of its area.
        moves = (enters | grows[data.area])[problem.group] & serving
        freed = room.copy()
        np.logical_or.at(freed, problem.project, moves)
        if (freed == room).all():
            return grows
        room = freed


def _whole_units(
    data: _Areas, units: NDArray[np.int64], fixed: NDArray[np.bool_], level_areas: NDArray[np.bool_], level: Fraction
) -> NDArray[np.int64]:
    """Round the areas of a level down or up: up by largest remainder where capacity allows, the first area first."""
    products = level.numerator * data.wanted
    floor, rest = np.divmod(products, level.denominator)
    low = np.where(level_areas, floor, np.where(fixed, units, 0))
    high = low + (level_areas & (rest > 0))
    order = np.lexsort((np.arange(len(rest)), -rest))
    weight = np.empty(len(rest))
    weight[order] = np.arange(len(rest), 0, -1)
    limits = np.concatenate([high, data.problem.wanted, data.problem.capacity]).astype(np.float64)
    lower = (data.in_area, low.astype(np.float64))
    flow = maximise(weight[data.area[data.problem.group]], data.rows, limits, at_least=lower).x
    found = _by_area(data, rounded(flow))
    if int(found.sum()) != data.most(fixed | level_areas) or (found < low).any() or (found > high).any():
        raise LedgerDoesNotClose("a level of the most even shares cannot be served in whole units")
    return found


def _by_area(data: _Areas, flow: NDArray[np.int64]) -> NDArray[np.int64]:
    total = np.zeros(len(data.wanted), dtype=np.int64)
    np.add.at(total, data.area[data.problem.group], flow)
    return total
