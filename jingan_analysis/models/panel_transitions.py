"""Constant transition intensities from states that were seen at visits only: Kalbfleisch and Lawless's model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import DidNotConverge, InvalidParameter
from jingan_analysis.measures.quantity import confidence_level
from jingan_analysis.models.panel_likelihood import PanelPairs, log_likelihood_and_score, panel_pairs

PanelRefusalReason = Literal["intensity_near_zero", "intensity_without_limit", "flat_likelihood"]
"""Why intensities cannot be told: the likelihood is highest without the move; it rises however fast the move is, so
that visits are too far apart or their shares cannot come from constant intensities; or several intensities can make up
for each other."""

_FEWEST_MOVES = 1e-4
"""An intensity below which so few moves would be expected in all the time seen is as good as 0."""
_SHORTEST_STAYS = 1e-2
"""An intensity above which a stay would last less than this share of the shortest time between visits has no limit."""
_FORGOTTEN = 5.0
"""Moves in the shortest time between visits after which hardly a trace of the earlier state is left (exp(-5))."""


@dataclass(frozen=True)
class PanelTransitions:
    """Fitted intensities.

    Attributes
    ----------
    transitions
        Allowed moves (from, to), p of them, in row order.
    pairs
        Pairs of visits by earlier (row) and later state (column), shape (k, k).
    generator
        Intensities per unit of time, shape (k, k); rows sum to 0.
    std_error, lower, upper
        Of each intensity, and on the diagonal of minus the sum of its row, shape (k, k); the interval is symmetric on
        the log scale. NaN where no move is allowed.
    mean_stay, mean_stay_std_error
        Mean time of one stay in each state and its standard error, shape (k,); infinite and NaN where nobody leaves.
    covariance
        Of the logarithms of the intensities, shape (p, p), from the observed information.
    log_likelihood
        At the maximum.
    confidence
        Confidence level of the intervals.
    """

    transitions: tuple[tuple[int, int], ...]
    pairs: NDArray[np.int64]
    generator: NDArray[np.float64]
    std_error: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    mean_stay: NDArray[np.float64]
    mean_stay_std_error: NDArray[np.float64]
    covariance: NDArray[np.float64]
    log_likelihood: float
    confidence: float


@dataclass(frozen=True)
class PanelRefusal:
    """Visits that do not tell the intensities.

    Attributes
    ----------
    reason
        Why.
    transitions
        The moves (from, to) that cannot be told.
    pairs
        Pairs of visits by earlier (row) and later state (column), shape (k, k).
    """

    reason: PanelRefusalReason
    transitions: tuple[tuple[int, int], ...]
    pairs: NDArray[np.int64]


def panel_transitions(
    subjects: ArrayLike,
    times: ArrayLike,
    seen: ArrayLike,
    allowed: ArrayLike,
    *,
    exact: Sequence[int] = (),
    confidence: float = 0.95,
) -> PanelTransitions | PanelRefusal:
    r"""Maximum likelihood estimate of constant intensities from panel data.

    .. math::

        L(Q) = \prod p_{ab}(w) \prod_{\text{exact}} \sum_{r \ne b} p_{ar}(w)\, q_{rb}, \qquad p(w) = e^{Qw}, \qquad
        \hat V(\log \hat q) = \bigl(-\nabla^2 \ell\bigr)^{-1}

    Where
        a, b, w   states at two visits of a person that follow each other, and the time between them.

    The times of the visits must have nothing to do with the state. A visit that was made because somebody was moving is
    no visit of a panel.

    Parameters
    ----------
    subjects
        Whole code of the person, shape (n,).
    times
        When the state was seen, in any unit, shape (n,); all different within a person.
    seen
        State that was seen, 0 to k - 1, shape (n,).
    allowed
        Whether people can move directly from state (row) to state (column), shape (k, k); the diagonal is ignored.
    exact
        States that are entered at the time given, such as death; nobody leaves them.
    confidence
        Confidence level.

    Raises
    ------
    InvalidParameter
        If an argument is impossible; see :func:`~jingan_analysis.models.panel_likelihood.panel_pairs`.
    DidNotConverge
        If the likelihood has no maximum that can be found, for none of the reasons of a refusal.

    Notes
    -----
    Kalbfleisch, J. D. and Lawless, J. F. (1985), The analysis of panel data under a Markov assumption, *Journal of the
    American Statistical Association* 80(392); Jackson, C. H. (2011), Multi-state models for panel data: the msm package
    for R, *Journal of Statistical Software* 38(8).
    """
    level = confidence_level(confidence)
    ways = _allowed(allowed)
    pairs = panel_pairs(subjects, times, seen, ways, exact)
    transitions = tuple((int(a), int(b)) for a, b in np.argwhere(ways))
    limits = _limits(pairs)
    theta = _climbed(pairs, ways, limits)
    edge = _at_the_edge(theta, limits)
    if edge is not None:
        reason, wrong = edge
        return PanelRefusal(reason, tuple(t for t, w in zip(transitions, wrong, strict=True) if w), pairs.counts)
    information = _information(pairs, theta, ways)
    flat = _flat(information, theta, float(pairs.gaps[0]))
    if flat is not None:
        reason, wrong = flat
        return PanelRefusal(reason, tuple(t for t, w in zip(transitions, wrong, strict=True) if w), pairs.counts)
    value, score = log_likelihood_and_score(pairs, theta, ways)
    if score @ np.linalg.solve(information, score) > 1e-6:
        raise DidNotConverge("panel_transitions: the likelihood still rises where the search ended")
    return _fit(transitions, pairs, theta, np.asarray(np.linalg.inv(information), dtype=np.float64), value, level)


def _allowed(allowed: ArrayLike) -> NDArray[np.bool_]:
    ways = np.asarray(allowed, dtype=bool).copy()
    if ways.ndim != 2 or ways.shape[0] != ways.shape[1] or len(ways) < 2:
        raise InvalidParameter(f"allowed has shape {ways.shape}; give a square matrix of at least 2 states")
    np.fill_diagonal(ways, val=False)
    if not ways.any():
        raise InvalidParameter("allowed holds no move between different states; allow at least one")
    return ways


def _limits(pairs: PanelPairs) -> tuple[float, float]:
    """Logarithms of the intensities between which the search goes."""
    whole = float(pairs.number @ pairs.gaps[pairs.gap])
    return float(np.log(_FEWEST_MOVES / whole)), float(-np.log(_SHORTEST_STAYS * pairs.gaps[0]))


def _start(pairs: PanelPairs, ways: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Moves as if each had happened at the later visit, over the time that began in the state."""
    time = np.bincount(pairs.first, weights=pairs.number * pairs.gaps[pairs.gap], minlength=len(ways))
    moves = np.where(pairs.counts > 0, pairs.counts, 0.5)
    typical = float(pairs.number @ pairs.gaps[pairs.gap]) / float(pairs.number.sum())
    rate = moves / np.maximum(time, typical)[:, None]
    return np.asarray(np.log(rate[ways]), dtype=np.float64)


def _climbed(pairs: PanelPairs, ways: NDArray[np.bool_], limits: tuple[float, float]) -> NDArray[np.float64]:
    """Log intensities of the maximum: a quasi-Newton climb, and Newton's steps where it ended."""
    from scipy.optimize import minimize

    size = float(pairs.number.sum())

    def loss(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, score = log_likelihood_and_score(pairs, theta, ways)
        return (-value / size, -score / size) if np.isfinite(value) else (1e10, score)

    start = np.clip(_start(pairs, ways), limits[0] + 1.0, limits[1] - 1.0)
    options = {"maxiter": 500, "maxfun": 2000, "ftol": 1e-13, "gtol": 1e-9, "maxls": 40}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[limits] * len(start), options=options)
    theta = np.asarray(found.x, dtype=np.float64)
    for _ in range(5):
        if _at_the_edge(theta, limits) is not None:
            break
        _, score = log_likelihood_and_score(pairs, theta, ways)
        information = _information(pairs, theta, ways)
        if np.linalg.eigvalsh(information)[0] <= 0:
            break
        step = np.linalg.solve(information, score)
        _, after = log_likelihood_and_score(pairs, theta + step, ways)
        if score @ step < 1e-16 or np.abs(after).max() >= np.abs(score).max():
            break
        theta = theta + step
    return theta


def _at_the_edge(
    theta: NDArray[np.float64], limits: tuple[float, float]
) -> tuple[PanelRefusalReason, NDArray[np.bool_]] | None:
    low, high = theta < limits[0] + 1.0, theta > limits[1] - 1.0
    if high.any():
        return "intensity_without_limit", high
    return ("intensity_near_zero", low) if low.any() else None


def _flat(
    information: NDArray[np.float64], theta: NDArray[np.float64], shortest: float
) -> tuple[PanelRefusalReason, NDArray[np.bool_]] | None:
    """The intensities that the likelihood does not tell apart, if there are such."""
    spectrum, directions = np.linalg.eigh(information)
    if spectrum[0] >= 1e-6 * max(float(spectrum[-1]), 1e-300):
        return None
    fast: NDArray[np.bool_] = np.exp(theta) * shortest > _FORGOTTEN
    if fast.any():
        return "intensity_without_limit", fast
    weight = np.abs(directions[:, 0])
    return "flat_likelihood", np.asarray(weight > 0.1 * weight.max(), dtype=bool)


def _information(pairs: PanelPairs, theta: NDArray[np.float64], ways: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Minus the second derivatives: central differences of the exact first ones."""
    step = 1e-4
    rows = []
    for p in range(len(theta)):
        shift = np.zeros(len(theta))
        shift[p] = step
        ahead, behind = (log_likelihood_and_score(pairs, theta + sign * shift, ways)[1] for sign in (1, -1))
        rows.append((behind - ahead) / (2 * step))
    found = np.array(rows)
    return np.asarray((found + found.T) / 2, dtype=np.float64)


def _fit(
    transitions: tuple[tuple[int, int], ...],
    pairs: PanelPairs,
    theta: NDArray[np.float64],
    covariance: NDArray[np.float64],
    value: float,
    level: float,
) -> PanelTransitions:
    from scipy.stats import norm

    k = len(pairs.counts)
    rows, columns = (np.array(part) for part in zip(*transitions, strict=True))
    generator, error, relative = np.zeros((k, k)), np.full((k, k), np.nan), np.full((k, k), np.nan)
    intensity = np.exp(theta)
    generator[rows, columns] = intensity
    relative[rows, columns] = np.sqrt(np.diag(covariance))
    error[rows, columns] = intensity * relative[rows, columns]
    for state in np.unique(rows):
        own = np.where(rows == state, intensity, 0.0)
        generator[state, state] = -own.sum()
        error[state, state] = np.sqrt(own @ covariance @ own)
        relative[state, state] = error[state, state] / own.sum()
    spread = np.exp(float(norm.isf((1.0 - level) / 2.0)) * relative)
    ends = np.stack([generator / spread, generator * spread])
    leaving = -np.diag(generator)
    stay = np.where(leaving > 0, 1.0 / np.where(leaving > 0, leaving, 1.0), np.inf)
    return PanelTransitions(
        transitions, pairs.counts, generator, error, ends.min(axis=0), ends.max(axis=0), stay,
        np.diag(relative) / np.where(leaving > 0, leaving, 1.0), covariance, value, level,
    )  # fmt: skip
