"""The partial likelihood of the Cox model: its value, slope, curvature, residuals and maximum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import DidNotConverge, InvalidParameter
from jingan_analysis.models.durations import Spells

_MOST_STEPS = 30

Vector = NDArray[np.float64]
Ties = Literal["efron", "breslow"]
"""How events on the same day are treated: as if they left one after the other in random order, or all at once."""


@dataclass(frozen=True)
class RiskSets:
    """Who is at risk at which event, prepared once.

    A cell is a day with events of one stratum; spell i is at risk in the cells from ``first[i]`` up to but not
    including ``last[i]``. A row is one event; its ``fraction`` is the part (l - 1) / d of the tied events of its cell
    that Efron's method takes to have left already, and 0 for Breslow's.

    Attributes
    ----------
    covariates
        Shape (n, p).
    first, last
        Cells of each spell, shape (n,).
    row_spell, row_cell, fraction
        Spell, cell and fraction of each event, ordered by cell, shape (e,).
    blocks
        Edges of the strata among the cells, shape (strata + 1,).
    cell_day
        Day of each cell, shape (c,).
    ties
        How tied events are treated.
    """

    covariates: NDArray[np.float64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    row_spell: NDArray[np.int64]
    row_cell: NDArray[np.int64]
    fraction: NDArray[np.float64]
    blocks: NDArray[np.int64]
    cell_day: NDArray[np.float64]
    ties: Ties

    @property
    def cells(self) -> int:
        """Number of cells."""
        return len(self.cell_day)


@dataclass(frozen=True)
class Moments:
    """The likelihood at one vector of coefficients.

    Attributes
    ----------
    log_likelihood
        Natural logarithm of the partial likelihood.
    relative
        Relative hazard of each spell, up to a common factor, shape (n,).
    total, mean
        Sum of relative hazards, and mean of the covariates weighted by them, in each row's risk set, shapes (e,) and
        (e, p).
    """

    log_likelihood: float
    relative: Vector
    total: Vector
    mean: Vector


def risk_sets(
    spells: Spells, stratum: NDArray[np.int64], covariates: NDArray[np.float64], ties: Ties = "efron"
) -> RiskSets:
    """Prepare the risk sets of spells with an event flag, strata and covariates of shape (n, p)."""
    event = spells.cause == 1
    days = np.unique(spells.duration[event])
    block = np.unique(stratum, return_inverse=True)[1] * len(days)
    last = block + np.searchsorted(days, spells.duration, side="right")
    first = block + np.searchsorted(days, spells.entry, side="right")
    used, cell_of, tied = np.unique(last[event] - 1, return_inverse=True, return_counts=True)
    order = np.argsort(cell_of, kind="stable")
    row_cell = cell_of[order]
    place = np.arange(len(row_cell)) - np.concatenate([[0], np.cumsum(tied)[:-1]])[row_cell]
    fraction = place / tied[row_cell] if ties == "efron" else np.zeros(len(row_cell))
    blocks = np.searchsorted(used, np.arange(0, block.max() + len(days) + 1, len(days)))
    return RiskSets(
        covariates, np.searchsorted(used, first), np.searchsorted(used, last), np.flatnonzero(event)[order], row_cell,
        fraction, blocks, days[used % len(days)], ties,
    )  # fmt: skip


def _over_risk_sets(sets: RiskSets, values: Vector) -> Vector:
    """Sum of the values of all spells at risk in each cell: (n, p) gives (c, p).

    Added up from the last day backwards, so that small late risk sets are sums of few small numbers and not the
    differences of large ones.
    """
    kept = sets.last > sets.first
    reached = np.zeros((sets.cells, values.shape[1]))
    np.add.at(reached, sets.last[kept] - 1, values[kept])
    low = sets.blocks[np.searchsorted(sets.blocks, sets.first[kept], side="right") - 1]
    late = np.flatnonzero(kept)[sets.first[kept] > low]
    np.add.at(reached, sets.first[late] - 1, -values[late])
    for start, stop in zip(sets.blocks[:-1], sets.blocks[1:], strict=True):
        reached[start:stop] = np.cumsum(reached[start:stop][::-1], axis=0)[::-1]
    return reached


def moments(sets: RiskSets, coefficients: Vector) -> Moments:
    r"""The partial likelihood and the weighted means of its risk sets.

    .. math::

        \log L = \sum_j \Bigl[ \sum_{i \in D_j} x_i^\top \beta
            - \sum_{l=1}^{d_j} \log \Bigl( \sum_{i \in R_j} e^{x_i^\top \beta}
            - \tfrac{l - 1}{d_j} \sum_{i \in D_j} e^{x_i^\top \beta} \Bigr) \Bigr]

    Where
        R_j, D_j   spells at risk, and those with the event, on event day j of a stratum; d_j the size of D_j.

    Breslow's likelihood leaves out the part with (l - 1) / d_j; where many events share a day it pulls the coefficients
    towards 0.

    Notes
    -----
    Efron, B. (1977), The efficiency of Cox's likelihood function for censored data, *Journal of the American
    Statistical Association* 72(359).
    """
    predictor = sets.covariates @ coefficients
    predictor = predictor - predictor.max()
    relative = np.exp(predictor)
    weighted = np.column_stack([relative, relative[:, None] * sets.covariates])
    everyone = _over_risk_sets(sets, weighted)
    leaving = np.zeros_like(everyone)
    np.add.at(leaving, sets.row_cell, weighted[sets.row_spell])
    rows = everyone[sets.row_cell] - sets.fraction[:, None] * leaving[sets.row_cell]
    total = rows[:, 0]
    log_likelihood = float(predictor[sets.row_spell].sum() - np.log(total).sum())
    return Moments(log_likelihood, relative, total, rows[:, 1:] / total[:, None])


def schoenfeld(sets: RiskSets, at: Moments) -> Vector:
    """Covariates of each event less their mean in its risk set, shape (e, p); the sum is the score."""
    return sets.covariates[sets.row_spell] - at.mean


def information(sets: RiskSets, at: Moments, weight: Vector) -> Vector:
    """Sum over events of a weight times the covariance of the covariates in the risk set, shape (p, p).

    With weights of 1 it is the observed information, minus the curvature of the log-likelihood.
    """
    exposure = at.relative * _exposure(sets, weight / at.total)
    x = sets.covariates
    return np.asarray(x.T @ (exposure[:, None] * x) - at.mean.T @ (weight[:, None] * at.mean), dtype=np.float64)


def _exposure(sets: RiskSets, per_row: Vector) -> Vector:
    """Sum of an amount per row over all rows for which each spell is at risk; tied events count in part."""
    reached = np.concatenate([[0.0], np.cumsum(np.bincount(sets.row_cell, per_row, sets.cells))])
    exposure = reached[sets.last] - reached[sets.first]
    tied = np.bincount(sets.row_cell, per_row * sets.fraction, sets.cells)
    exposure[sets.row_spell] -= tied[sets.row_cell]
    return np.asarray(exposure, dtype=np.float64)


def score_residuals(sets: RiskSets, at: Moments) -> Vector:
    r"""What each spell adds to the score, shape (n, p).

    .. math::

        L_i = \int (x_i - \bar x(t))\, dN_i(t) - \int Y_i(t)\, e^{x_i^\top \hat\beta} (x_i - \bar x(t))\,
              d\hat\Lambda_0(t)

    Where
        N_i, Y_i   whether spell i has had the event, and is at risk, at t; Λ_0 the baseline cumulative hazard.
    """
    x = sets.covariates
    exposure = _exposure(sets, 1.0 / at.total)
    means = np.column_stack([_exposure(sets, column / at.total) for column in at.mean.T])
    residuals = -at.relative[:, None] * (x * exposure[:, None] - means)
    tied = np.bincount(sets.row_cell, minlength=sets.cells)
    average = np.zeros((sets.cells, x.shape[1]))
    np.add.at(average, sets.row_cell, at.mean)
    average /= tied[:, None]
    residuals[sets.row_spell] += x[sets.row_spell] - average[sets.row_cell]
    return residuals


def refuse_collinear(curvature: Vector, names: Sequence[str]) -> None:
    """Refuse covariates that the risk sets cannot tell apart, by the information without covariates.

    Raises
    ------
    InvalidParameter
        If a covariate is constant in every risk set, or follows from others; the message names them.
    """
    own = np.diag(curvature)
    constant = own <= 1e-9 * max(float(own.max()), 1.0)
    if constant.any():
        which = ", ".join(name for name, flat in zip(names, constant, strict=True) if flat)
        raise InvalidParameter(f"covariates: {which} never differs among spells at risk together; leave it out")
    root = np.sqrt(own)
    values, vectors = np.linalg.eigh(curvature / np.outer(root, root))
    if values[0] < 1e-9:
        together = np.abs(vectors[:, 0]) > 1e-3
        which = ", ".join(name for name, part in zip(names, together, strict=True) if part)
        raise InvalidParameter(f"covariates: {which} are collinear, each follows from the others; leave one out")


def maximum(sets: RiskSets, start: Moments, names: Sequence[str]) -> tuple[Vector, Moments]:
    """Estimate and likelihood by Newton's method with halved steps, from coefficients of 0.

    The covariates are expected in units of their standard deviation.

    Raises
    ------
    DidNotConverge
        If the likelihood has no maximum: its steps do not shrink. The message names what runs off.
    """
    beta, at = np.zeros(sets.covariates.shape[1]), start
    ones = np.ones(len(start.total))
    step = beta
    for _ in range(_MOST_STEPS):
        curvature = information(sets, at, ones)
        if not np.isfinite(curvature).all() or np.linalg.cond(curvature) > 1e13:
            break
        step = np.linalg.solve(curvature, schoenfeld(sets, at).sum(axis=0))
        if np.abs(step).max() < 1e-9:
            return beta, at
        part = 1.0
        while part > 1e-6:
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                ahead = moments(sets, beta + part * step)
            if ahead.log_likelihood >= at.log_likelihood - 1e-9 * abs(at.log_likelihood):
                break
            part /= 2.0
        beta, at = beta + part * step, ahead
    moving = np.abs(step) > 0.05
    which = [name for name, moves in zip(names, moving, strict=True) if moves] or list(names)
    raise DidNotConverge(
        f"Cox regression has no finite estimate: {', '.join(which)} separates spells with events from those without, "
        "as when a category has no events; merge categories or leave it out"
    )
