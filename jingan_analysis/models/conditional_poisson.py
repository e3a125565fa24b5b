"""Poisson regression within persons: how many events a person has is given, and only when they happen is explained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import DidNotConverge

Vector = NDArray[np.float64]
_MOST_STEPS = 100
_FLAT = 1e-9
"""Largest slope of the log-likelihood, per event, that still counts as its top."""


@dataclass(frozen=True)
class PersonRows:
    """Person-time of persons who had events, one row a person and pattern of covariates.

    Attributes
    ----------
    person
        Position of the person, rising, shape (r,); each has at least one event.
    days
        Person-time of the row, above 0, shape (r,).
    events
        Whole numbers of events in it, shape (r,).
    design
        Covariates, shape (r, p); what does not vary within a person cancels out.
    """

    person: NDArray[np.int64]
    days: Vector
    events: Vector
    design: Vector

    @property
    def first(self) -> NDArray[np.int64]:
        """First row of each person, shape (persons,)."""
        return np.flatnonzero(self._begins)

    @property
    def counted(self) -> NDArray[np.int64]:
        """Number of each row's person, from 0 in the order of the rows, shape (r,)."""
        return np.asarray(np.cumsum(self._begins) - 1, dtype=np.int64)

    @property
    def _begins(self) -> NDArray[np.bool_]:
        return np.append(True, self.person[1:] != self.person[:-1])[: len(self.person)]


@dataclass(frozen=True)
class ConditionalFit:
    """Top of the conditional likelihood.

    Attributes
    ----------
    coefficients
        Log rate ratios, shape (p,).
    information
        Observed information, which is also the expected one, shape (p, p).
    log_likelihood
        Without the constant that counts the orders of a person's events. It depends on how finely days of the same
        covariates are cut, so that only differences between models of the same rows mean anything.
    """

    coefficients: Vector
    information: Vector
    log_likelihood: float


def conditional_fit(
    rows: PersonRows, *, held: dict[int, float] | None = None, start: Vector | None = None
) -> ConditionalFit:
    r"""Maximum of the multinomial likelihood by Newton's method, with the coefficients in ``held`` kept as they are.

    .. math::

        \ell(\beta) = \sum_i \sum_k y_{ik} \log \pi_{ik}, \qquad
        \pi_{ik} = \frac{d_{ik} e^{x_{ik}^\top \beta}}{\sum_m d_{im} e^{x_{im}^\top \beta}}, \qquad
        I = \sum_i y_{i\cdot} \Bigl( \sum_k \pi_{ik} x_{ik} x_{ik}^\top - \bar x_i \bar x_i^\top \Bigr)

    Where
        y, d, x   events, days and covariates of row k of person i;
        x̄_i       mean of x under π.

    It is the likelihood of Poisson counts with an intercept for each person, given the person's sum. It is concave, so
    a top is the only one; where it may have none, ask :func:`terms_without_top` before.

    Raises
    ------
    DidNotConverge
        If the slopes do not vanish.
    """
    kept = {} if held is None else held
    beta = np.zeros(rows.design.shape[1]) if start is None else start.astype(np.float64)
    for place, value in kept.items():
        beta[place] = value
    free = np.setdiff1d(np.arange(len(beta)), list(kept))
    value, slope, information = _likelihood(rows, beta)
    for _ in range(_MOST_STEPS):
        if not len(free) or np.abs(slope[free]).max() <= _FLAT * rows.events.sum():
            return ConditionalFit(beta, information, value)
        step = np.zeros(len(beta))
        step[free] = np.linalg.lstsq(information[np.ix_(free, free)], slope[free], rcond=None)[0]
        beta, value, slope, information = _uphill(rows, beta, step, value)
    raise DidNotConverge(f"the conditional likelihood has no top within {_MOST_STEPS} steps; use fewer terms")


def _uphill(rows: PersonRows, beta: Vector, step: Vector, value: float) -> tuple[Vector, float, Vector, Vector]:
    """A Newton step, halved until it does not lead down."""
    share = min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-300))
    for _ in range(60):
        found = _likelihood(rows, beta + share * step)
        if found[0] >= value - 1e-12 * abs(value):
            return (beta + share * step, *found)
        share /= 2.0
    raise DidNotConverge("the conditional likelihood does not rise along its slope; use fewer terms")


def _likelihood(rows: PersonRows, beta: Vector) -> tuple[float, Vector, Vector]:
    """Log-likelihood, slopes and information."""
    first = rows.first
    log_share = log_shares(rows, beta)
    share, had = np.exp(log_share), np.add.reduceat(rows.events, first)
    value = float(rows.events @ log_share)
    expected = share * had[rows.counted]
    mean = np.add.reduceat(share[:, None] * rows.design, first, axis=0)
    information = (rows.design.T * expected) @ rows.design - (mean.T * had) @ mean
    return value, (rows.events - expected) @ rows.design, information


def log_shares(rows: PersonRows, beta: Vector) -> Vector:
    """Logarithm of the chance π that an event of the person falls into the row, shape (r,)."""
    first = rows.first
    linear = np.log(rows.days) + rows.design @ beta
    # The largest of each person is taken out before the exponential, so that none overflows.
    linear -= np.maximum.reduceat(linear, first)[rows.counted]
    return np.asarray(linear - np.log(np.add.reduceat(np.exp(linear), first))[rows.counted], dtype=np.float64)


def contrasts(rows: PersonRows) -> Vector:
    """Distinct differences of covariates between a row and one with an event of the same person, shape (d, p)."""
    terms = rows.design.shape[1]
    # Many persons have the same rows: each set of rows is looked at once.
    seen = {b"": np.zeros((0, terms))}
    for start, stop in zip(rows.first.tolist(), [*rows.first[1:].tolist(), len(rows.person)], strict=True):
        own, had = rows.design[start:stop], rows.events[start:stop] > 0
        key = own.tobytes() + had.tobytes()
        if key not in seen:
            seen[key] = (own[None, :, :] - own[had][:, None, :]).reshape(-1, terms)
    return np.asarray(np.unique(np.concatenate(list(seen.values())), axis=0), dtype=np.float64)


def terms_not_told_apart(differences: Vector) -> NDArray[np.bool_]:
    """Whether each term takes part in a combination that never varies within a person, shape (p,)."""
    if not differences.size:
        return np.ones(differences.shape[1], dtype=bool)
    _, size, axes = np.linalg.svd(differences)
    kept = int((size > size.max() * 1e-9).sum())
    return np.asarray(np.abs(axes[kept:]).max(axis=0, initial=0.0) > 1e-9)


def terms_without_top(differences: Vector) -> NDArray[np.bool_]:
    """Whether each term takes part in a direction along which the likelihood rises for ever, shape (p,).

    Along d it does so where no other row of a person has a larger x d than the rows with the person's events, and some
    have a smaller one: a window without an event, or with all of them.

    Notes
    -----
    Albert, A. and Anderson, J. A. (1984), On the existence of maximum likelihood estimates in logistic regression
    models, *Biometrika* 71(1).
    """
    from scipy.optimize import linprog

    found = linprog(
        differences.sum(axis=0),
        A_ub=differences,
        b_ub=np.zeros(len(differences)),
        bounds=(-1.0, 1.0),
        method="highs",
    )
    rises = bool(found.success) and float(found.fun) < -1e-7
    return np.abs(found.x) > 1e-7 if rises else np.zeros(differences.shape[1], dtype=bool)


def profile_interval(rows: PersonRows, fit: ConditionalFit, term: int, confidence: float) -> tuple[float, float]:
    r"""Interval of a coefficient from the likelihood maximised over the others.

    It holds every value b with :math:`2 \{\ell(\hat\beta) - \max_{\beta_j = b} \ell(\beta)\}` up to the quantile of chi
    squared with one degree of freedom: unlike Wald's, it is not bound to be symmetric.

    Returns
    -------
    tuple
        Lower and upper log rate ratio.
    """
    from scipy.stats import chi2

    room = float(chi2.isf(1.0 - confidence, 1))
    spread = float(np.sqrt(room * np.linalg.inv(fit.information)[term, term]))
    return _end(rows, fit, term, -spread, room), _end(rows, fit, term, spread, room)


def _end(rows: PersonRows, fit: ConditionalFit, term: int, step: float, room: float) -> float:
    from scipy.optimize import brentq

    top = float(fit.coefficients[term])
    last = fit.coefficients

    def beyond(value: float) -> float:
        nonlocal last
        found = conditional_fit(rows, held={term: value}, start=last)
        last = found.coefficients
        return 2.0 * (fit.log_likelihood - found.log_likelihood) - room

    inner, outer = top, top + step
    while beyond(outer) < 0.0:
        inner, outer = outer, outer + step
        if abs(outer - top) > 100.0:
            raise DidNotConverge("the profile likelihood does not fall; use Wald's interval, or fewer terms")
    return float(brentq(beyond, inner, outer, xtol=1e-8))
