"""Shares of several kinds: a baseline-category logit of counts that vary more than independent cases would."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import DidNotConverge, InvalidParameter

Floats = NDArray[np.float64]

_STEPS = 50
_STEEPEST = 1e-11
"""Largest slope of the log-likelihood, for each case, that still counts as its top."""

_FLATTEST = 1e-12
"""Smallest curvature, over the largest one, with which the coefficients are told apart."""

_VAGUEST = 100.0
"""Largest standard error of log odds: beyond it the likelihood rises for ever, more and more slowly."""

_NO_TOP = (
    "the likelihood has no top: some kind appears only where a column of the design says so; leave out the column "
    "or the kind"
)


@dataclass(frozen=True)
class MultinomialShares:
    """A fitted model of the shares of k kinds in n rows, with p columns of the design.

    Attributes
    ----------
    coefficients
        Log odds of each kind against the first, shape (p, k - 1).
    covariance
        Of the coefficients, the kinds one after the other, times the dispersion, shape (p (k - 1), p (k - 1)).
    shares
        Fitted shares, which add up to 1 in each row, shape (n, k).
    dispersion
        Pearson's X² over its degrees of freedom, never below 1: how many times the variance is that of independent
        cases. 1 where there is no degree of freedom.
    freedom
        Degrees of freedom left, n (k - 1) - p (k - 1).
    log_likelihood
        Of independent cases, without the multinomial constants.
    """

    coefficients: Floats
    covariance: Floats
    shares: Floats
    dispersion: float
    freedom: int
    log_likelihood: float


def multinomial_shares(counts: ArrayLike, design: ArrayLike) -> MultinomialShares:
    r"""Fit the shares by maximum likelihood.

    .. math::

        \log \frac{\pi_{tk}}{\pi_{t1}} = x_t^\top \beta_k, \qquad
        \phi = \frac{1}{f} \sum_{t,k} \frac{(y_{tk} - n_t \pi_{tk})^2}{n_t \pi_{tk}}, \qquad
        \operatorname{cov}(\hat\beta) = \phi\, I(\hat\beta)^{-1}

    Where
        y, n   cases of kind k in row t, and all cases of the row;
        x, β   row of the design; coefficients of kind k, zero for the first kind;
        φ, f   dispersion and degrees of freedom: quasi-likelihood lets the variance be φ times the multinomial one;
        I      Fisher information of independent cases.

    Parameters
    ----------
    counts
        Cases by row and kind, shape (n, k); each kind must have a case somewhere. Rows without any case carry nothing.
    design
        Columns that explain the shares, one of them constant, shape (n, p).

    Raises
    ------
    InvalidParameter
        If the shapes differ, a count is negative, a kind has no case, or the design does not tell its columns apart.
    DidNotConverge
        If the likelihood has no top, as where a kind appears only where some column of the design says so.

    Notes
    -----
    Agresti, A. (2013), *Categorical Data Analysis*, third edition, sections 8.1 and 14.3; McCullagh, P. and Nelder,
    J. A. (1989), *Generalized Linear Models*, section 5.5, for the dispersion.
    """
    cases, columns = _checked(counts, design)
    whole = cases.sum(axis=1)
    coefficients = np.zeros((columns.shape[1], cases.shape[1] - 1))
    value = _log_likelihood(cases, columns, coefficients)
    for _ in range(_STEPS):
        shares = shares_of(columns, coefficients)
        slope = columns.T @ (cases - whole[:, None] * shares)[:, 1:]
        if float(np.abs(slope).max()) <= _STEEPEST * float(whole.sum()):
            return _fitted(cases, columns, coefficients, value)
        step = _solved(_information(columns, whole, shares), slope)
        coefficients, value = _climbed(cases, columns, coefficients, step, value)
    raise DidNotConverge(
        f"the shares of {cases.shape[1]} kinds did not converge in {_STEPS} steps; leave out columns of the design, or "
        "kinds that hardly any case is of"
    )


def shares_of(design: Floats, coefficients: Floats) -> Floats:
    """Shares of all kinds at rows of a design, shape (n, k)."""
    odds = np.column_stack([np.zeros(len(design)), design @ coefficients])
    odds = np.exp(odds - odds.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def _checked(counts: ArrayLike, design: ArrayLike) -> tuple[Floats, Floats]:
    cases, columns = np.asarray(counts, dtype=np.float64), np.asarray(design, dtype=np.float64)
    if cases.ndim != 2 or columns.ndim != 2 or len(cases) != len(columns) or cases.shape[1] < 2:
        raise InvalidParameter(
            f"counts has shape {cases.shape} and design {columns.shape}; as many rows to both, and two kinds or more"
        )
    if not np.isfinite(columns).all() or not np.isfinite(cases).all() or (cases < 0).any():
        raise InvalidParameter("counts must be known and not negative, and the design must be known")
    if (cases.sum(axis=0) == 0).any():
        kinds = ", ".join(map(str, np.flatnonzero(cases.sum(axis=0) == 0)))
        raise InvalidParameter(f"counts: no case is of kind {kinds}; leave it out, for its share is zero in every row")
    used = cases.sum(axis=1) > 0
    if np.linalg.matrix_rank(columns[used]) < columns.shape[1]:
        raise InvalidParameter(f"design: {columns.shape[1]} columns do not differ over {used.sum()} rows")
    return cases, columns


def _log_likelihood(cases: Floats, columns: Floats, coefficients: Floats) -> float:
    shares = shares_of(columns, coefficients)
    with np.errstate(divide="ignore"):
        logs = np.log(shares)
    return float(np.where(cases > 0, cases * logs, 0.0).sum())


def _information(columns: Floats, whole: Floats, shares: Floats) -> Floats:
    """Fisher information, the kinds one after the other."""
    own = shares[:, 1:]
    spread = own[:, :, None] * np.eye(own.shape[1]) - own[:, :, None] * own[:, None, :]
    blocks = np.einsum("t,tkl,ti,tj->kilj", whole, spread, columns, columns, optimize=True)
    size = columns.shape[1] * own.shape[1]
    return np.asarray(blocks.reshape(size, size))


def _solved(information: Floats, slope: Floats) -> Floats:
    """Newton's step."""
    scale = np.sqrt(np.clip(np.diag(information), 1e-300, None))
    scaled = information / np.outer(scale, scale)
    if float(np.linalg.eigvalsh(scaled)[0]) < _FLATTEST:
        raise DidNotConverge(_NO_TOP)
    step = np.linalg.solve(scaled, slope.T.ravel() / scale) / scale
    return np.asarray(step.reshape(slope.shape[1], slope.shape[0]).T)


def _climbed(cases: Floats, columns: Floats, coefficients: Floats, step: Floats, value: float) -> tuple[Floats, float]:
    """The step, halved until it does not lead down."""
    slack = 1e-10 * abs(value)
    for halving in range(40):
        tried = coefficients + step * 0.5**halving
        reached = _log_likelihood(cases, columns, tried)
        if reached >= value - slack:
            return tried, reached
    raise DidNotConverge("no step along the slope makes the shares likelier; the counts may be too few")


def _fitted(cases: Floats, columns: Floats, coefficients: Floats, value: float) -> MultinomialShares:
    whole = cases.sum(axis=1)
    shares = shares_of(columns, coefficients)
    rows = int((whole > 0).sum())
    freedom = (rows - columns.shape[1]) * coefficients.shape[1]
    expected = (whole[:, None] * shares)[whole > 0]
    pearson = float(((cases[whole > 0] - expected) ** 2 / expected).sum())
    dispersion = max(pearson / freedom, 1.0) if freedom > 0 else 1.0
    covariance = np.asarray(np.linalg.inv(_information(columns, whole, shares)), dtype=np.float64)
    spread = np.diag(covariance).reshape(coefficients.shape[1], -1)
    if not float((np.sqrt(np.abs(spread)) * np.abs(columns).max(axis=0)).max()) < _VAGUEST:
        raise DidNotConverge(_NO_TOP)
    return MultinomialShares(coefficients, np.asarray(dispersion * covariance), shares, dispersion, freedom, value)
