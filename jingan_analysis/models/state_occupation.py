"""State occupation: what share of people is in which state after so many days, and how many days they spend there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import confidence_level, quantity
from jingan_analysis.models.multi_state import (
    ProbabilityInterval,
    increments,
    known_interval,
    ledger_between,
    probability_interval,
    propagated,
    supported_rows,
)
from jingan_analysis.models.state_spells import StateLedger, StateSpells


@dataclass(frozen=True)
class StateOccupation:
    """Share of people in each state.

    Attributes
    ----------
    states
        Names of the k states.
    start
        Day on which people are in the initial distribution.
    initial
        That distribution, shape (k,).
    initial_persons
        People under watch on the start day from whom it was counted; None where it was given.
    days
        Distinct days of entries and exits after the start, rising, shape (t,).
    at_risk
        Stays under watch on that day, before its moves, shape (t, k).
    probability
        Share in each state after that day, shape (t, k); every row sums to 1.
    std_error, lower, upper
        Greenwood's, and the pointwise interval, shape (t, k).
    supported
        Whether somebody was watched in every state that holds a share, on all days so far, shape (t,).
    confidence, interval
        Confidence level and scale of the interval.
    """

    states: tuple[str, ...]
    start: int
    initial: NDArray[np.float64]
    initial_persons: int | None
    days: NDArray[np.int64]
    at_risk: NDArray[np.int64]
    probability: NDArray[np.float64]
    std_error: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    supported: NDArray[np.bool_]
    confidence: float
    interval: ProbabilityInterval


@dataclass(frozen=True)
class ExpectedSojourn:
    """Mean days in each state between the start and the horizon; NaN where nobody was watched for long enough.

    Attributes
    ----------
    states
        Names of the k states.
    start, horizon
        First and last day; every row of days adds up to their difference.
    initial
        Distribution over states at the start, shape (k,).
    days, std_error, lower, upper
        Of the initial distribution: mean days in each state, their standard error and normal interval, shape (k,).
    days_from, std_error_from
        Of people in each state (row) at the start: mean days in each state (column), shape (k, k).
    confidence
        Confidence level of the interval.
    """

    states: tuple[str, ...]
    start: int
    horizon: int
    initial: NDArray[np.float64]
    days: NDArray[np.float64]
    std_error: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    days_from: NDArray[np.float64]
    std_error_from: NDArray[np.float64]
    confidence: float


def state_occupation(
    spells: StateSpells,
    *,
    start: int = 0,
    initial: ArrayLike | None = None,
    until: int | None = None,
    confidence: float = 0.95,
    interval: ProbabilityInterval = "log_log",
) -> StateOccupation:
    r"""Aalen–Johansen estimate of the share of people in each state.

    .. math:: \hat\pi(t) = \pi(s) \, \hat P(s, t)

    Where
        π(s)   the initial distribution. If it is counted, its multinomial variance is part of the variance of π(t); if
               it is given, it is taken as exact.

    Counted from the people at the start, it holds whether or not moves depend on the past (Datta and Satten), as long
    as the end of a watch tells nothing about the person.

    Parameters
    ----------
    spells
        From :func:`~jingan_analysis.models.state_spells.state_spells`.
    start
        Day s; moves after it count.
    initial
        Shares of the states, 0 or more, sum 1, shape (k,); those of the people under watch just after the start where
        None.
    until
        Last day; the last day seen where None.
    confidence, interval
        As for :func:`~jingan_analysis.models.multi_state.transition_probabilities`.

    Raises
    ------
    InvalidParameter
        If the initial distribution is none, nobody is under watch at the start, nothing happened between start and
        until, or an option is impossible.

    Notes
    -----
    Datta, S. and Satten, G. A. (2001), Validity of the Aalen–Johansen estimators of stage occupation probabilities and
    Nelson–Aalen estimators of integrated transition hazards for non-Markov models, *Statistics and Probability
    Letters* 55(4).
    """
    level, scale = confidence_level(confidence), known_interval(interval)
    ledger = ledger_between(spells, start, until)
    share, spread, persons = _initial(spells, start, initial)
    rows, covariance = propagated(ledger, share[None], spread[None])
    error = np.sqrt(np.maximum(np.diagonal(covariance[:, 0], axis1=1, axis2=2), 0.0))
    lower, upper = probability_interval(rows[:, 0], error, level, scale)
    supported = supported_rows(ledger, share[None], rows, spells.absorbing)[:, 0]
    return StateOccupation(
        spells.states, start, share, persons, ledger.days, ledger.at_risk, rows[:, 0], error, lower, upper, supported,
        level, scale,
    )  # fmt: skip


def _initial(
    spells: StateSpells, start: int, initial: ArrayLike | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], int | None]:
    """Initial distribution, its covariance, and the people from whom it was counted."""
    k = len(spells.states)
    if initial is not None:
        share = quantity("initial", initial, length=k)
        if abs(share.sum() - 1.0) > 1e-9:
            raise InvalidParameter(f"initial sums to {share.sum():g}; give the shares of all {k} states, sum 1")
        return share, np.zeros((k, k)), None
    there = (spells.entry <= start) & (spells.exit > start)
    persons = int(there.sum())
    if persons == 0:
        raise InvalidParameter(
            f"start={start!r}: nobody is under watch just after that day; give a day on which people are, or initial"
        )
    share = np.bincount(spells.origin[there], minlength=k) / persons
    return share, (np.diag(share) - np.outer(share, share)) / persons, persons


def expected_sojourn(
    spells: StateSpells,
    horizon: int,
    *,
    start: int = 0,
    initial: ArrayLike | None = None,
    confidence: float = 0.95,
) -> ExpectedSojourn:
    r"""Mean days in each state within a horizon: the areas under the occupation probabilities.

    .. math:: \hat\mu_j(\tau) = \int_s^\tau \hat\pi_j(t)\,dt

    Where
        τ   the horizon. Its variance follows by the delta method, from the covariances of the probabilities of all days
            with each other.

    Parameters
    ----------
    spells, start, initial, confidence
        As for :func:`state_occupation`.
    horizon
        Last day, after the start. Groups are compared at the same horizon.

    Raises
    ------
    InvalidParameter
        As for :func:`state_occupation`, or if the horizon is not after the start.

    Notes
    -----
    Beyersmann, J. and Putter, H. (2014), A note on computing average state occupation times, *Demographic Research*
    30(62).
    """
    level = confidence_level(confidence)
    if horizon <= start:
        raise InvalidParameter(f"horizon={horizon!r} must be after the start, day {start}")
    ledger = ledger_between(spells, start, None)
    share, spread, _ = _initial(spells, start, initial)
    k = len(share)
    first = np.concatenate([np.eye(k), share[None]])
    first_spread = np.concatenate([np.zeros((k, k, k)), spread[None]])
    days, error = _areas(ledger, first, first_spread, start, horizon)
    known = _known_to_horizon(ledger, first, horizon, spells.absorbing)
    days[~known], error[~known] = np.nan, np.nan
    from scipy.stats import norm

    half = float(norm.isf((1.0 - level) / 2.0)) * error[k]
    lower, upper = np.maximum(days[k] - half, 0.0), np.minimum(days[k] + half, float(horizon - start))
    return ExpectedSojourn(
        spells.states, start, horizon, share, days[k], error[k], lower, upper, days[:k], error[:k], level
    )


def _areas(
    ledger: StateLedger, first: NDArray[np.float64], spread: NDArray[np.float64], start: int, horizon: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Areas under each distribution up to the horizon and their standard errors, both shape (r, k).

    Beside the covariance of the distribution go that of the area and the one between the two: the noise of a day is
    independent of all that was before.
    """
    step, noise = increments(ledger)
    edges = np.minimum(np.concatenate([[start], ledger.days, [horizon]]), horizon)
    widths = np.maximum(np.diff(edges), 0).astype(np.float64)
    now, own = first, spread
    area, mixed, total = widths[0] * now, widths[0] * own, widths[0] ** 2 * own
    for i in np.flatnonzero(ledger.days <= horizon):
        own = step[i].T @ own @ step[i] + np.tensordot(now**2, noise[i], axes=1)
        now, mixed = now @ step[i], mixed @ step[i]
        width = widths[i + 1]
        area = area + width * now
        total = total + width * (mixed + mixed.swapaxes(1, 2)) + width**2 * own
        mixed = mixed + width * own
    return area, np.sqrt(np.maximum(np.diagonal(total, axis1=1, axis2=2), 0.0))


def _known_to_horizon(
    ledger: StateLedger, first: NDArray[np.float64], horizon: int, absorbing: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Whether each distribution is supported up to the horizon, shape (r,)."""
    rows, _ = propagated(ledger, first, np.zeros((*first.shape, first.shape[1])))
    supported = supported_rows(ledger, first, rows, absorbing)
    needed = int(np.searchsorted(ledger.days, horizon))
    settled = supported[-1] & (rows[-1][:, ~absorbing].sum(axis=1) < 1e-12)
    return np.asarray(supported[needed] if needed < len(ledger.days) else settled, dtype=bool)
