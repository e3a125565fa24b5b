"""Rows of a regression of counts: checked at the door, standardised, and known to have finite coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import quantity

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class CountRows:
    """Rows with exposure.

    Attributes
    ----------
    counts, offset
        Events and log exposure, shape (n,).
    design
        A column of ones and the covariates with mean 0 and standard deviation 1, shape (n, p + 1).
    names
        Of the covariates, p of them.
    centre, scale
        Mean and standard deviation of each covariate, shape (p,).
    clusters, n_clusters
        Number of each row's cluster from 0, shape (n,), and how many there are; None without.
    without_exposure
        Rows left out.
    """

    counts: Vector
    offset: Vector
    design: Vector
    names: tuple[str, ...]
    centre: Vector
    scale: Vector
    clusters: NDArray[np.int64] | None
    n_clusters: int | None
    without_exposure: int

    def in_own_units(self, coefficients: Vector, covariance: Vector) -> tuple[Vector, Vector]:
        """Coefficients and covariance for covariates as they were given."""
        back = np.diag(np.append(1.0, 1.0 / self.scale))
        back[0, 1:] = -self.centre / self.scale
        return back @ coefficients, back @ covariance @ back.T


def count_rows(
    counts: ArrayLike,
    covariates: ArrayLike,
    *,
    names: Sequence[str],
    exposure: ArrayLike | None,
    clusters: ArrayLike | None,
) -> CountRows:
    """Check and standardise; see :func:`~jingan_analysis.models.count_regression.count_regression`."""
    events = quantity("counts", counts)
    if (events != np.floor(events)).any():
        raise InvalidParameter("counts must be whole numbers of events; give count and exposure, not their ratio")
    table = _table(covariates, names, len(events))
    over = np.ones(len(events)) if exposure is None else quantity("exposure", exposure, length=len(events))
    impossible = (over == 0) & (events > 0)
    if impossible.any():
        raise InvalidParameter(
            f"exposure: 0 in {int(impossible.sum())} of {len(events)} rows where events were counted, the first at "
            f"position {int(np.argmax(impossible))}; count events and exposure over the same households"
        )
    kept = over > 0
    codes = _codes(clusters, len(events), kept)
    events, table, over = events[kept], table[kept], over[kept]
    _enough(events, table, codes)
    centre, scale = table.mean(axis=0), table.std(axis=0)
    flat = scale <= 1e-12 * np.maximum(np.abs(centre), 1.0)
    if flat.any():
        raise InvalidParameter(f"covariates: {names[int(np.argmax(flat))]!r} is the same in every row; leave it out")
    design = np.column_stack([np.ones(len(events)), (table - centre) / scale])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise InvalidParameter("covariates: some say the same as others together; leave one of them out")
    if _separated(design, events):
        raise InvalidParameter(
            "counts: the covariates tell exactly which rows have no events, so that a rate ratio would be 0; "
            "merge the category without events with another, or leave it out"
        )
    n_clusters = None if codes is None else int(codes.max()) + 1
    left_out = int((~kept).sum())
    return CountRows(events, np.log(over), design, tuple(names), centre, scale, codes, n_clusters, left_out)


def _table(covariates: ArrayLike, names: Sequence[str], rows: int) -> Vector:
    table = np.array(covariates, dtype=np.float64)
    if table.shape != (rows, len(names)):
        raise InvalidParameter(
            f"covariates has shape {table.shape}; give one row a count and one column a name, "
            f"shape ({rows}, {len(names)})"
        )
    if len(set(names)) < len(names):
        raise InvalidParameter("names must all be different")
    unknown = ~np.isfinite(table)
    if unknown.any():
        row, column = np.argwhere(unknown)[0]
        raise InvalidParameter(
            f"covariates: {int(unknown.sum())} values are NaN or infinite, the first at position {row} of "
            f"{names[column]!r}; leave out what is not known before, and count it"
        )
    return table


def _codes(clusters: ArrayLike | None, rows: int, kept: NDArray[np.bool_]) -> NDArray[np.int64] | None:
    if clusters is None:
        return None
    given = np.asarray(clusters)
    if given.shape != (rows,):
        raise InvalidParameter(f"clusters has shape {given.shape}; give one code a count, shape ({rows},)")
    missing = pd.isna(given)
    if missing.any():
        raise InvalidParameter(
            f"clusters: {int(missing.sum())} of {rows} codes are missing, the first at position "
            f"{int(np.argmax(missing))}"
        )
    return np.asarray(np.unique(given[kept], return_inverse=True)[1], dtype=np.int64)


def _enough(events: Vector, table: Vector, codes: NDArray[np.int64] | None) -> None:
    coefficients = table.shape[1] + 1
    if len(events) <= coefficients:
        raise InvalidParameter(f"counts: {len(events)} rows with exposure are too few for {coefficients} coefficients")
    if events.sum() == 0:
        raise InvalidParameter("counts: no event was counted, so there is no rate to explain")
    if codes is not None and int(codes.max()) < coefficients:
        raise InvalidParameter(
            f"clusters: {int(codes.max()) + 1} are too few for the robust errors of {coefficients} coefficients; "
            f"have at least {coefficients + 1}, or fewer covariates"
        )


def _separated(design: Vector, events: Vector) -> bool:
    """Whether the likelihood rises for ever in some direction d: x d = 0 where events happened, x d <= 0 elsewhere.

    Correia, S., Guimarães, P. and Zylkin, T. (2019), Verifying the existence of maximum likelihood estimates for
    generalized linear models, arXiv:1903.01633.
    """
    happened, none = design[events > 0], design[events == 0]
    if np.linalg.matrix_rank(happened) == design.shape[1]:
        return False
    from scipy.optimize import linprog

    found = linprog(
        none.sum(axis=0),
        A_ub=none,
        b_ub=np.zeros(len(none)),
        A_eq=happened,
        b_eq=np.zeros(len(happened)),
        bounds=(-1.0, 1.0),
        method="highs",
    )
    return not found.success or bool(found.fun < -1e-7)
