"""Bounce-back: of those who moved, how many moved back within so many days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import confidence_level
from jingan_analysis.models.competing_risks import cumulative_incidence, incidence_at
from jingan_analysis.models.state_spells import CENSORED, StateSpells, joined

_CENSORED, _BACK, _ONWARD, _ABSORBED = 0, 1, 2, 3


@dataclass(frozen=True)
class BounceBack:
    """What followed moves between states that can be left again.

    ``back + onward + absorbed + stayed + unknown`` is ``moves``.

    Attributes
    ----------
    states
        Names of the k states.
    within_days
        Days that are looked at.
    moves
        Moves from state (row) to state (column) that can be left again, shape (k, k).
    back, onward, absorbed
        Of them, those followed within the days by a move back to the state left, by one to another state, and by one
        to a state that nobody leaves; shape (k, k).
    stayed, unknown
        Watched in the new state for all the days, and lost from sight before; shape (k, k).
    share, lower, upper
        Share that moved back within the days, over all moves, with those lost from sight as censored and other moves as
        competing, and its log-minus-log interval; NaN where it cannot be told.
    onward_share
        Share that moved on to another state that can be left, likewise.
    confidence
        Confidence level of the interval.
    """

    states: tuple[str, ...]
    within_days: int
    moves: NDArray[np.int64]
    back: NDArray[np.int64]
    onward: NDArray[np.int64]
    absorbed: NDArray[np.int64]
    stayed: NDArray[np.int64]
    unknown: NDArray[np.int64]
    share: float
    lower: float
    upper: float
    onward_share: float
    confidence: float


def bounce_back(
    spells: StateSpells, within_days: int, *, origin: int | None = None, confidence: float = 0.95
) -> BounceBack:
    """Moves that were taken back, or followed by another, within so many days.

    The share is a cumulative incidence: leaving out those who were lost from sight would count only those who moved
    fast. The interval takes moves as independent, which those of one person are not.

    Parameters
    ----------
    spells
        From :func:`~jingan_analysis.models.state_spells.state_spells`.
    within_days
        Days after the move that are looked at, that day included, at least 1.
    origin
        Only moves that left this state, a position in ``spells.states``; all moves where None.
    confidence
        Confidence level.

    Raises
    ------
    InvalidParameter
        If the number of days is below 1, the confidence is not between 0 and 1, or nobody moved to a state that can be
        left again.
    """
    level = confidence_level(confidence)
    if within_days < 1:
        raise InvalidParameter(f"within_days={within_days!r} must be at least 1")
    stays = joined(spells)
    left, reached, days, outcome = _followed(stays)
    if origin is not None:
        chosen = left == origin
        left, reached, days, outcome = left[chosen], reached[chosen], days[chosen], outcome[chosen]
    if len(days) == 0:
        raise InvalidParameter("spells hold no move to a state that can be left again, so nothing can bounce back")
    k = len(stays.states)
    soon = days <= within_days

    def counted(kept: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(left[kept] * k + reached[kept], minlength=k * k).reshape(k, k)

    # Watched up to the last of the days without a move, or moved later: stayed.
    stayed = ~soon | ((outcome == _CENSORED) & (days == within_days))
    share, lower, upper, onward = _shares(days, outcome, within_days, level)
    return BounceBack(
        stays.states,
        within_days,
        counted(np.ones(len(days), dtype=bool)),
        counted(soon & (outcome == _BACK)),
        counted(soon & (outcome == _ONWARD)),
        counted(soon & (outcome == _ABSORBED)),
        counted(stayed),
        counted(~stayed & (outcome == _CENSORED)),
        share,
        lower,
        upper,
        onward,
        level,
    )


def _followed(
    stays: StateSpells,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Of each move: the state left, the state reached, the days until what came next, and what that was."""
    absorbing = stays.absorbing
    move = np.flatnonzero((stays.destination != CENSORED) & ~absorbing[stays.destination])
    after = np.minimum(move + 1, len(stays) - 1)
    goes_on = (after > move) & (stays.subject[after] == stays.subject[move]) & (stays.entry[after] == stays.exit[move])
    left, reached = stays.origin[move], stays.destination[move]
    days = np.where(goes_on, stays.exit[after] - stays.entry[after], 0)
    after_that = np.where(goes_on, stays.destination[after], CENSORED)
    ended = absorbing[np.maximum(after_that, 0)]
    outcome = np.where(after_that == left, _BACK, np.where(ended, _ABSORBED, _ONWARD))
    return left, reached, days, np.where(after_that == CENSORED, _CENSORED, outcome)


def _shares(
    days: NDArray[np.int64], outcome: NDArray[np.int64], within_days: int, level: float
) -> tuple[float, float, float, float]:
    """Share that moved back, its interval, and the share that moved on."""
    if not outcome.any():
        known = 0.0 if days.max() >= within_days else float("nan")
        return known, float("nan"), float("nan"), known
    (result,) = cumulative_incidence(days, outcome, confidence=level)
    at = incidence_at(result, [within_days])
    onward = 0.0 if len(at.incidence) < _ONWARD else at.incidence[_ONWARD - 1, 0]
    if len(at.incidence) < _ONWARD and np.isnan(at.incidence[0, 0]):
        onward = float("nan")
    return float(at.incidence[0, 0]), float(at.lower[0, 0]), float(at.upper[0, 0]), float(onward)
