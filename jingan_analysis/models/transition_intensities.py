"""Occurrence over exposure: how often people move between states, per 100 months that they were watched in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.rates import poisson_rates
from jingan_analysis.models.state_spells import CENSORED, StateSpells

DAYS_A_MONTH: Final = 365.25 / 12
"""Mean length of a month."""


@dataclass(frozen=True)
class TransitionIntensities:
    """Intensities that are constant within each of p periods.

    Attributes
    ----------
    states
        Names of the k states.
    absorbing
        States in which nobody was ever watched, shape (k,).
    period_start, period_end
        A period holds the days after its start up to its end, shape (p,).
    moves
        Moves from state (second axis) to state (third axis), shape (p, k, k).
    person_days
        Days under watch in each state, shape (p, k).
    rate, lower, upper
        Moves per 100 person-months and the exact Poisson interval, shape (p, k, k); NaN on the diagonal and where
        nobody was watched. A rate of 0 has an upper limit.
    confidence
        Confidence level of the interval.
    """

    states: tuple[str, ...]
    absorbing: NDArray[np.bool_]
    period_start: NDArray[np.int64]
    period_end: NDArray[np.int64]
    moves: NDArray[np.int64]
    person_days: NDArray[np.int64]
    rate: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    confidence: float


def transition_intensities(
    spells: StateSpells, *, cuts: Sequence[int] = (), confidence: float = 0.95
) -> TransitionIntensities:
    r"""Maximum likelihood estimate of intensities that are constant within periods.

    .. math:: \hat q_{hj} = d_{hj} / e_h

    Where
        d_hj   moves from h to j in the period; e_h time under watch in h.

    The interval (Garwood's) takes moves as independent. Those of one person are not: read it as the least possible
    uncertainty.

    Parameters
    ----------
    spells
        From :func:`~jingan_analysis.models.state_spells.state_spells`.
    cuts
        Last days of all periods but the last, rising, after the first entry and before the last exit; one period where
        empty.
    confidence
        Confidence level.

    Raises
    ------
    InvalidParameter
        If cuts do not rise or lie outside the watch, or the confidence is not between 0 and 1.

    Notes
    -----
    Hoem, J. M. (1976), The statistical theory of demographic rates, *Scandinavian Journal of Statistics* 3(4).
    """
    first, last = int(spells.entry.min()), int(spells.exit.max())
    edges = np.array([first, *cuts, last], dtype=np.int64)
    if np.any(np.diff(edges) <= 0):
        raise InvalidParameter(
            f"cuts={tuple(cuts)!r} must rise and lie after day {first} and before day {last}, within the watch"
        )
    k = len(spells.states)
    moves = _moves(spells, edges)
    days = np.array([_exposure(spells, lo, hi) for lo, hi in pairwise(edges)])
    exposed = np.repeat(days.ravel(), k) / DAYS_A_MONTH / 100.0
    found = poisson_rates(moves.ravel(), exposed, confidence=confidence)
    rate, lower, upper = (part.reshape(moves.shape).copy() for part in (found.rate, found.lower, found.upper))
    for part in (rate, lower, upper):
        part[:, np.arange(k), np.arange(k)] = np.nan
    return TransitionIntensities(
        spells.states, spells.absorbing, edges[:-1], edges[1:], moves, days, rate, lower, upper, found.confidence
    )


def _moves(spells: StateSpells, edges: NDArray[np.int64]) -> NDArray[np.int64]:
    k, periods = len(spells.states), len(edges) - 1
    moved = spells.destination != CENSORED
    period = np.searchsorted(edges[1:], spells.exit[moved])
    cell = (period * k + spells.origin[moved]) * k + spells.destination[moved]
    return np.bincount(cell, minlength=periods * k * k).reshape(periods, k, k)


def _exposure(spells: StateSpells, after: int, up_to: int) -> NDArray[np.int64]:
    days = np.clip(spells.exit, after, up_to) - np.clip(spells.entry, after, up_to)
    total = np.zeros(len(spells.states), dtype=np.int64)
    np.add.at(total, spells.origin, days)
    return total


def generator_of(intensities: TransitionIntensities, *, period: int = 0, days: float = 1.0) -> NDArray[np.float64]:
    """The generator of one period, for :mod:`~jingan_analysis.models.markov_generator`.

    Parameters
    ----------
    intensities
        From :func:`transition_intensities`.
    period
        Position of the period.
    days
        Length of the unit of time: 1 gives intensities per day, ``DAYS_A_MONTH`` per month.

    Returns
    -------
    numpy.ndarray
        Shape (k, k); rows sum to 0.

    Raises
    ------
    InvalidParameter
        If there is no such period, or nobody was watched in it in a state that people leave.
    """
    if not 0 <= period < len(intensities.moves):
        raise InvalidParameter(f"period={period!r} must be from 0 to {len(intensities.moves) - 1}")
    exposure = intensities.person_days[period]
    unseen = (exposure == 0) & ~intensities.absorbing
    if unseen.any():
        names = ", ".join(name for name, missing in zip(intensities.states, unseen, strict=True) if missing)
        raise InvalidParameter(f"period={period!r}: nobody was watched in {names}; join it with another period")
    generator = intensities.moves[period] / np.maximum(exposure, 1)[:, None] * days
    np.fill_diagonal(generator, -generator.sum(axis=1))
    return np.asarray(generator, dtype=np.float64)
