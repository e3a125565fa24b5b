"""Nelson–Aalen and Aalen–Johansen: how fast people move between states, and where they are after so many days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import confidence_level
from jingan_analysis.models.state_spells import StateLedger, StateSpells, state_ledger

ProbabilityInterval = Literal["log_log", "plain"]

_NOBODY = 1e-12
"""A probability below this is none: products of fractions leave 1e-16."""
_NO_SPREAD = 1e-7
"""A standard error below this is none: it is the root of what rounding leaves of a variance."""


@dataclass(frozen=True)
class CumulativeIntensities:
    """Nelson–Aalen estimate of every transition.

    Attributes
    ----------
    states
        Names of the k states.
    days
        Distinct days of entries and exits, rising, shape (t,).
    at_risk, moves
        Stays under watch on that day, shape (t, k), and moves on it, shape (t, k, k).
    intensity
        Expected moves of one person who is in the first state all the time, summed up to and with that day, shape
        (t, k, k): first the state left, then the state reached.
    std_error
        Greenwood's, shape (t, k, k).
    lower, upper
        Pointwise interval, symmetric on the log scale, shape (t, k, k); NaN where nobody has moved.
    confidence
        Confidence level of the interval.
    """

    states: tuple[str, ...]
    days: NDArray[np.int64]
    at_risk: NDArray[np.int64]
    moves: NDArray[np.int64]
    intensity: NDArray[np.float64]
    std_error: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    confidence: float


@dataclass(frozen=True)
class TransitionProbabilities:
    """Aalen–Johansen estimate P(s, t) for every t: rows are the state on day s, columns the state on day t.

    Attributes
    ----------
    states
        Names of the k states.
    absorbing
        States in which nobody was ever watched, such as death, shape (k,).
    start
        Day s.
    days
        Distinct days t of entries and exits after s, rising, shape (t,).
    at_risk, moves
        Stays under watch on that day, shape (t, k), and moves on it, shape (t, k, k).
    probability
        Shape (t, k, k); every row sums to 1.
    std_error
        Greenwood's, shape (t, k, k).
    covariance
        Of the probabilities of one row, shape (t, k, k, k): row, column, column.
    lower, upper
        Pointwise interval, shape (t, k, k); NaN where the variance is 0, and for ``log_log`` where the probability is
        0 or 1.
    supported
        Whether somebody was watched in every state that a person of this row can have been in, on all days from s to
        t, shape (t, k). Where it is False, the row stands still for want of data and says nothing.
    confidence, interval
        Confidence level and scale of the interval.
    """

    states: tuple[str, ...]
    absorbing: NDArray[np.bool_]
    start: int
    days: NDArray[np.int64]
    at_risk: NDArray[np.int64]
    moves: NDArray[np.int64]
    probability: NDArray[np.float64]
    std_error: NDArray[np.float64]
    covariance: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    supported: NDArray[np.bool_]
    confidence: float
    interval: ProbabilityInterval


@dataclass(frozen=True)
class ProbabilitiesAt:
    """Transition probabilities on given days.

    Attributes
    ----------
    days
        The days asked for, shape (d,).
    probability, std_error, lower, upper
        Shape (d, k, k); NaN in rows that are not supported by people under watch up to that day.
    """

    days: NDArray[np.int64]
    probability: NDArray[np.float64]
    std_error: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


def cumulative_intensities(spells: StateSpells, *, confidence: float = 0.95) -> CumulativeIntensities:
    r"""Nelson–Aalen estimate of the cumulative intensity of every transition.

    .. math::

        \hat A_{hj}(t) = \sum_{t_i \le t} \frac{d_{hj}(t_i)}{n_h(t_i)}, \qquad
        \hat V = \sum_{t_i \le t} \frac{(n_h - d_{hj})\, d_{hj}}{n_h^3}, \qquad
        \hat A_{hj} \exp(\pm z \sqrt{\hat V} / \hat A_{hj})

    Where
        d_hj   moves from h to j on day t_i; n_h stays in h under watch on it.

    Parameters
    ----------
    spells
        From :func:`~jingan_analysis.models.state_spells.state_spells`.
    confidence
        Confidence level.

    Raises
    ------
    InvalidParameter
        If the confidence is not between 0 and 1.

    Notes
    -----
    Andersen, P. K., Borgan, Ø., Gill, R. D. and Keiding, N. (1993), *Statistical Models Based on Counting Processes*,
    sections IV.1 and IV.4.
    """
    level = confidence_level(confidence)
    ledger = state_ledger(spells)
    n = np.maximum(ledger.at_risk, 1)[:, :, None].astype(np.float64)
    d = ledger.moves
    value = np.cumsum(d / n, axis=0)
    error = np.sqrt(np.cumsum((n - d) * d / n**3, axis=0))
    lower, upper = (np.full(value.shape, np.nan) for _ in range(2))
    seen = value > 0
    spread = np.exp(_quantile(level) * error[seen] / value[seen])
    lower[seen], upper[seen] = value[seen] / spread, value[seen] * spread
    return CumulativeIntensities(
        spells.states, ledger.days, ledger.at_risk, ledger.moves, value, error, lower, upper, level
    )


def transition_probabilities(
    spells: StateSpells,
    *,
    start: int = 0,
    until: int | None = None,
    confidence: float = 0.95,
    interval: ProbabilityInterval = "log_log",
) -> TransitionProbabilities:
    r"""Aalen–Johansen estimate of the matrix of transition probabilities.

    .. math::

        \hat P(s, t) = \prod_{s < t_i \le t} \bigl(I + \Delta \hat A(t_i)\bigr), \qquad
        \hat C_h(t_i) = (I + \Delta \hat A)^\top \hat C_h(t_{i-1}) (I + \Delta \hat A)
            + \sum_g \hat P_{hg}(s, t_{i-1})^2 \, \frac{\operatorname{diag}(a_g) - a_g a_g^\top}{n_g}

    Where
        ΔA    moves d_hj over stays at risk n_h on day t_i, with rows that sum to 0;
        a_g   row g of I + ΔA(t_i);
        C_h   covariance of row h of P, of Greenwood's kind: ties on a day are multinomial.

    ``log_log`` is :math:`\hat P^{\exp(\pm z \sqrt{\hat V} / (\hat P \log \hat P))}` and never leaves 0 to 1; ``plain``
    is symmetric and cut at 0 and 1.

    Rows answer what becomes of somebody who is in state h on day s. For s after the first day, and for states that are
    entered on the way, this takes the moves to depend on the present state and the day alone (Markov).

    Parameters
    ----------
    spells
        From :func:`~jingan_analysis.models.state_spells.state_spells`.
    start
        Day s; moves after it count.
    until
        Last day t; the last day seen where None.
    confidence, interval
        Confidence level and scale of the interval.

    Raises
    ------
    InvalidParameter
        If no day lies between start and until, or an option is impossible.

    Notes
    -----
    Aalen, O. O. and Johansen, S. (1978), An empirical transition matrix for non-homogeneous Markov chains based on
    censored observations, *Scandinavian Journal of Statistics* 5(3); Andersen, Borgan, Gill and Keiding (1993), section
    IV.4.1; the same variance as R's etm: Allignol, A., Schumacher, M. and Beyersmann, J. (2011), *Journal of
    Statistical Software* 38(4).
    """
    level, scale = confidence_level(confidence), known_interval(interval)
    ledger = ledger_between(spells, start, until)
    k = len(spells.states)
    probability, covariance = propagated(ledger, np.eye(k), np.zeros((k, k, k)))
    error = np.sqrt(np.maximum(np.diagonal(covariance, axis1=2, axis2=3), 0.0))
    lower, upper = probability_interval(probability, error, level, scale)
    return TransitionProbabilities(
        spells.states, spells.absorbing, start, ledger.days, ledger.at_risk, ledger.moves,
        probability, error, covariance, lower, upper,
        supported_rows(ledger, np.eye(k), probability, spells.absorbing), level, scale,
    )  # fmt: skip


def ledger_between(spells: StateSpells, start: int, until: int | None) -> StateLedger:
    """The part of the ledger after ``start`` and up to ``until``.

    Raises
    ------
    InvalidParameter
        If nothing happened between them.
    """
    ledger = state_ledger(spells)
    last = int(ledger.days[-1]) if until is None else until
    kept = (ledger.days > start) & (ledger.days <= last)
    if not kept.any():
        raise InvalidParameter(
            f"start={start!r}, until={until!r}: nobody came, moved or left between them; stays were seen from day "
            f"{int(ledger.days[0])} to {int(ledger.days[-1])}"
        )
    return StateLedger(
        ledger.days[kept], ledger.at_risk[kept], ledger.moves[kept], ledger.censored[kept], ledger.entered[kept]
    )


def increments(ledger: StateLedger) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """I + ΔA of each day, shape (t, k, k), and the multinomial covariance of its rows, shape (t, k, k, k)."""
    n = np.maximum(ledger.at_risk, 1).astype(np.float64)
    k = n.shape[1]
    step = ledger.moves / n[:, :, None]
    # The rest is counted, not subtracted from 1: where all move, exactly nobody stays.
    step[:, np.arange(k), np.arange(k)] = (n - ledger.moves.sum(axis=2)) / n
    noise = -step[:, :, :, None] * step[:, :, None, :]
    noise[:, :, np.arange(k), np.arange(k)] += step
    return step, noise / n[:, :, None, None]


def propagated(
    ledger: StateLedger, first: NDArray[np.float64], spread: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distributions over states carried from day to day, and their covariances.

    Parameters
    ----------
    ledger
        Of the days after the start.
    first, spread
        Distributions at the start, shape (r, k), and their covariances, shape (r, k, k).

    Returns
    -------
    tuple of numpy.ndarray
        After each day: distributions, shape (t, r, k), and covariances, shape (t, r, k, k).
    """
    step, noise = increments(ledger)
    moving = np.asarray(ledger.moves.any(axis=(1, 2)))
    now, covariance = first, spread
    shares, spreads = np.empty((len(step), *first.shape)), np.empty((len(step), *spread.shape))
    for i in range(len(step)):
        if moving[i]:
            covariance = step[i].T @ covariance @ step[i] + np.tensordot(now**2, noise[i], axes=1)
            now = now @ step[i]
        shares[i], spreads[i] = now, covariance
    return shares, spreads


def supported_rows(
    ledger: StateLedger, first: NDArray[np.float64], shares: NDArray[np.float64], absorbing: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Whether each distribution rests on people under watch on all days so far, shape (t, r)."""
    before = np.concatenate([first[None], shares[:-1]])
    unwatched = ((ledger.at_risk == 0) & ~absorbing)[:, None, :]
    return ~np.logical_or.accumulate(((before > _NOBODY) & unwatched).any(axis=2), axis=0)


def probability_interval(
    share: NDArray[np.float64], std_error: NDArray[np.float64], level: float, interval: ProbabilityInterval
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pointwise interval of probabilities; NaN where the variance says nothing."""
    lower, upper = (np.full(share.shape, np.nan) for _ in range(2))
    known = std_error > _NO_SPREAD
    if interval == "log_log":
        known &= (share > _NOBODY) & (share < 1 - _NOBODY)
        p = share[known]
        reach = np.exp(_quantile(level) * std_error[known] / (p * -np.log(p)))
        lower[known], upper[known] = p**reach, p ** (1.0 / reach)
    else:
        half = _quantile(level) * std_error[known]
        lower[known], upper[known] = np.maximum(share[known] - half, 0.0), np.minimum(share[known] + half, 1.0)
    return lower, upper


def known_interval(interval: ProbabilityInterval) -> ProbabilityInterval:
    """The interval's name, if there is one of that name.

    Raises
    ------
    InvalidParameter
        If there is none.
    """
    if interval not in get_args(ProbabilityInterval):
        raise InvalidParameter(f"interval={interval!r} is unknown; give 'log_log' or 'plain'")
    return interval


def _quantile(level: float) -> float:
    from scipy.stats import norm

    return float(norm.isf((1.0 - level) / 2.0))


def probabilities_at(result: TransitionProbabilities, days: ArrayLike) -> ProbabilitiesAt:
    """Transition probabilities and their intervals on given days.

    After the last day seen they are known only for rows whose people have all come to a state that nobody leaves.

    Raises
    ------
    InvalidParameter
        If a day is not whole or lies before the start.
    """
    asked = np.atleast_1d(np.asarray(days))
    if asked.ndim != 1 or np.any(asked != np.floor(asked)) or np.any(asked < result.start):
        raise InvalidParameter(f"days must be whole and not before the start, day {result.start}")
    k = len(result.states)
    position = np.searchsorted(result.days, asked, side="right") - 1
    known = _known(result, asked, position)[:, :, None]

    def carried(values: NDArray[np.float64], before: NDArray[np.float64]) -> NDArray[np.float64]:
        held = np.where((position < 0)[:, None, None], before, values[np.maximum(position, 0)])
        return np.where(known, held, np.nan)

    none = np.full((k, k), np.nan)
    return ProbabilitiesAt(
        asked.astype(np.int64),
        carried(result.probability, np.eye(k)),
        carried(result.std_error, np.zeros((k, k))),
        carried(result.lower, none),
        carried(result.upper, none),
    )


def _known(result: TransitionProbabilities, asked: NDArray[np.int64], position: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each row is supported up to each day asked for, shape (d, k)."""
    exact = (position >= 0) & (result.days[np.maximum(position, 0)] == asked)
    needed = np.where(exact, position, position + 1)
    last = len(result.days) - 1
    # Beyond the last day a row is known where all probability has come to states that nobody leaves.
    settled = result.supported[last] & (result.probability[last][:, ~result.absorbing].sum(axis=1) < _NOBODY)
    known: NDArray[np.bool_] = np.where((needed > last)[:, None], settled, result.supported[np.minimum(needed, last)])
    known[asked == result.start] = True
    return known
