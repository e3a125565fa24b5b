"""What fairness costs: the same capacity, shared by another rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, hstack

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.assignment import Assignment, Needs, assign, transport_rows
from jingan_analysis.models.linear_program import maximise


@dataclass(frozen=True)
class EvenShares:
    """The assignment whose worst area has the most, and among these the one that serves most.

    Attributes
    ----------
    least_share
        Served over wanted of the area worst off, as high as it can be.
    served
        Units of each area; fractions of a unit may be left over from an area that shares its last one, shape (a,).
    share
        Served over wanted, NaN where nothing is wanted that a project is open to, shape (a,).
    total
        Units served in all.
    """

    least_share: float
    served: NDArray[np.float64]
    share: NDArray[np.float64]
    total: float


def by_priority(problem: Needs, priority: ArrayLike) -> Assignment:
    """Serve the first priority as far as possible, then the second with what is left, and so on (lexicographic).

    Whoever may be served at all makes a polymatroid: serving by priority costs no unit in total (Edmonds 1970), only
    value where a later group is worth more.

    Parameters
    ----------
    priority
        0 for the first, 1 for the next, and so on, shape (g,).

    Raises
    ------
    InvalidParameter
        If there is not one whole priority of at least 0 for each group.
    """
    rank = np.asarray(priority)
    if rank.shape != problem.wanted.shape or rank.dtype.kind not in "iu" or (rank < 0).any():
        raise InvalidParameter("priority must be one whole number of at least 0 for each group")
    # On a polymatroid the greedy rule is optimal for every weights in the same order: only their order matters.
    worth = 1.0 + float(rank.max(initial=0)) - rank
    return assign(Needs(problem.wanted, worth, problem.capacity, problem.group, problem.project))


def even_shares(problem: Needs, area: ArrayLike) -> EvenShares:
    """Raise the share served of the area worst off as far as it goes, then serve as much as that leaves room for.

    Maximise t, then with t* fixed the units served, subject to the limits of the assignment and
        sum over the area's pairs of f_e >= t w_a  for each area a,
    where w_a are the units wanted in the area that some project is open to.

    Parameters
    ----------
    area
        Position of each group's area, shape (g,).
    """
    place = np.asarray(area, dtype=np.int64)
    if place.shape != problem.wanted.shape or (place < 0).any():
        raise InvalidParameter("area must be one position of at least 0 for each group")
    count = int(place.max(initial=-1)) + 1
    wanted = np.bincount(place, np.where(problem.has_project, problem.wanted, 0.0), count).astype(np.float64)
    pairs = len(problem.group)
    in_area = csr_array((np.ones(pairs), (place[problem.group], np.arange(pairs))), shape=(count, pairs))
    limits = np.concatenate([problem.wanted, problem.capacity]).astype(np.float64)
    if not pairs or not wanted.any():
        return EvenShares(float("nan"), np.zeros(count), np.full(count, np.nan), 0.0)
    least = _least_share(problem, in_area, wanted, limits)
    # A hair below the best share: the second stage must not fail on the rounding of the first.
    floor = np.maximum(least - 1e-9, 0.0) * wanted
    found = maximise(np.ones(pairs), transport_rows(problem), limits, at_least=(in_area, floor))
    served = in_area @ found.x
    share = np.divide(served, wanted, out=np.full(count, np.nan), where=wanted > 0)
    return EvenShares(least, served, share, float(served.sum()))


def _least_share(problem: Needs, in_area: csr_array, wanted: NDArray[np.float64], limits: NDArray[np.float64]) -> float:
    """The highest share that every area can have at once."""
    used = np.flatnonzero(wanted > 0)
    share = csr_array(-wanted[used, None])
    top = csr_array((len(limits), 1))
    rows, area = _beside(transport_rows(problem), top), _beside(csr_array(in_area[used]), share)
    objective = np.zeros(rows.shape[1])
    objective[-1] = 1.0
    return min(maximise(objective, rows, limits, at_least=(area, np.zeros(len(used)))).value, 1.0)


def _beside(left: csr_array, right: csr_array) -> csr_array:
    return csr_array(hstack([left, right]))
