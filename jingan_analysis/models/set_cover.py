"""The fewest sets that still cover everything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from jingan_analysis.errors import DidNotConverge, InvalidParameter, LedgerDoesNotClose
from jingan_analysis.models.linear_program import maximise


@dataclass(frozen=True)
class Cover:
    """A smallest cover, and a bound for all covers.

    Attributes
    ----------
    chosen
        Sets of the cover, shape (n,).
    essential
        Sets that alone cover some element, and are therefore in every cover, shape (n,).
    uncoverable
        Elements that no set covers, shape (m,); the cover is one of all others.
    bound
        No cover has fewer sets: by weights of the elements, which are checked here.
    """

    chosen: NDArray[np.bool_]
    essential: NDArray[np.bool_]
    uncoverable: NDArray[np.bool_]
    bound: int

    @property
    def size(self) -> int:
        """How many sets it has."""
        return int(self.chosen.sum())

    @property
    def gap(self) -> int:
        """Size minus bound: 0 proves that no cover is smaller; above 0, only the solver's complete search says so."""
        return self.size - self.bound


def smallest_cover(element: ArrayLike, chosen_set: ArrayLike, *, elements: int, sets: int) -> Cover:
    """Choose as few sets as possible so that each element is in one of them.

    Minimise sum over j of x_j, subject to sum over j that contain i of x_j >= 1 for each element i, x_j in {0, 1}.

    Where
        x_j  is 1 if set j is chosen.

    One of Karp's problems (1972), and small here. The bound is the dual of the linear relaxation: with any weights
    u >= 0 of elements that sum to at most 1 in each set, no cover has fewer than sum u_i sets, rounded up.

    Parameters
    ----------
    element, chosen_set
        Pairs: the set contains the element, shape (k,) each. Repetitions do no harm.
    elements, sets
        How many there are.

    Raises
    ------
    InvalidParameter
        If the pairs are no positions of elements and sets.
    DidNotConverge
        If the solver does not come to an optimum.
    LedgerDoesNotClose
        If the solver's answer leaves out an element.
    """
    contains = _matrix(element, chosen_set, elements, sets)
    covers = np.asarray(contains.sum(axis=1)).ravel()
    needed = contains[np.flatnonzero(covers > 0)]
    essential = np.asarray(contains[np.flatnonzero(covers == 1)].sum(axis=0)).ravel() > 0
    chosen = _chosen(needed)
    if (needed @ chosen.astype(np.float64) < 1).any():
        raise LedgerDoesNotClose("the cover leaves out an element that a set covers")
    return Cover(chosen, essential, covers == 0, _dual_bound(needed))


def _matrix(element: ArrayLike, chosen_set: ArrayLike, elements: int, sets: int) -> csr_array:
    row, column = np.asarray(element), np.asarray(chosen_set)
    for name, found, limit in (("element", row, elements), ("chosen_set", column, sets)):
        whole = found.ndim == 1 and (found.dtype.kind in "iu" or not len(found))
        if not whole or len(row) != len(column) or (found < 0).any() or (found >= limit).any():
            raise InvalidParameter(f"{name} must be whole positions below {limit}, one for each pair, shape (k,)")
    matrix = csr_array((np.ones(len(row)), (row.astype(np.int64), column.astype(np.int64))), shape=(elements, sets))
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    return matrix


def _chosen(needed: csr_array) -> NDArray[np.bool_]:
    from scipy.optimize import Bounds, LinearConstraint, milp  # heavy

    count = needed.shape[1]
    if not needed.shape[0]:
        return np.zeros(count, dtype=np.bool_)
    # A hair more for a later set: of several smallest covers it is one and the same, the first sets first where it can.
    hair = np.arange(count) / (count * (count + 1.0))
    found = milp(
        1.0 + hair,
        constraints=LinearConstraint(needed, lb=1.0),
        integrality=np.ones(count),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    if found.status != 0:
        raise DidNotConverge(f"the smallest cover is not proven: {found.message}")
    return np.asarray(found.x > 0.5)


def _dual_bound(needed: csr_array) -> int:
    """A number of sets that every cover has, by weights of the elements; made feasible before it is trusted."""
    if not needed.shape[0]:
        return 0
    rows = csr_array(needed.T)
    weight = np.maximum(maximise(np.ones(rows.shape[1]), rows, np.ones(rows.shape[0])).x, 0.0)
    weight /= max(float((rows @ weight).max()), 1.0)
    # What rounding may have added is taken off before rounding up.
    return int(np.ceil(weight.sum() - 1e-6))
