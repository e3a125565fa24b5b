"""Stays in one of several states, each ended by a move or by the end of the watch: their door and their ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.durations import whole_codes

CENSORED: Final = -1
"""Destination of a stay that was last seen without a move."""

_MOST_STATES = 30
"""More states than this are a column of something else."""


@dataclass(frozen=True)
class StateSpells:
    """Checked stays, sorted by subject and entry: under watch in ``origin`` on every day t with entry < t <= exit.

    Attributes
    ----------
    subject
        Code of the person, shape (n,).
    origin
        State of the stay, 0 to k - 1, shape (n,).
    destination
        State that the stay ended in, or ``CENSORED``, shape (n,).
    entry, exit
        Whole days, shape (n,).
    states
        Names of the k states; codes are positions in it.
    """

    subject: NDArray[np.int64]
    origin: NDArray[np.int64]
    destination: NDArray[np.int64]
    entry: NDArray[np.int64]
    exit: NDArray[np.int64]
    states: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.origin)

    @property
    def absorbing(self) -> NDArray[np.bool_]:
        """States in which nobody was ever watched, such as death, shape (k,)."""
        found: NDArray[np.bool_] = np.bincount(self.origin, minlength=len(self.states)) == 0
        return found


@dataclass(frozen=True)
class StateLedger:
    """Who was under watch in which state on each distinct day of an entry or an exit.

    The ledger closes: ``at_risk[j + 1] = at_risk[j] - moves[j].sum(axis=1) - censored[j] + entered[j]``.

    Attributes
    ----------
    days
        Distinct days, rising, shape (t,).
    at_risk
        Stays under watch on that day, before its moves, shape (t, k).
    moves
        Moves from state (second axis) to state (third axis) on that day, shape (t, k, k).
    censored
        Stays last seen on that day without a move; they still count as at risk of its moves; shape (t, k).
    entered
        Stays watched from just after that day, those that a move began among them, shape (t, k).
    """

    days: NDArray[np.int64]
    at_risk: NDArray[np.int64]
    moves: NDArray[np.int64]
    censored: NDArray[np.int64]
    entered: NDArray[np.int64]


@dataclass(frozen=True)
class TransitionCounts:
    """How often people moved, and how long they were watched.

    Attributes
    ----------
    states
        Names of the k states.
    moves
        Moves from state (row) to state (column), shape (k, k).
    spells, censored
        Stays, and those last seen without a move, shape (k,).
    person_days
        Days under watch, shape (k,).
    persons
        Distinct people watched in each state, shape (k,); they do not add up, for people move.
    """

    states: tuple[str, ...]
    moves: NDArray[np.int64]
    spells: NDArray[np.int64]
    censored: NDArray[np.int64]
    person_days: NDArray[np.int64]
    persons: NDArray[np.int64]


def state_spells(
    subjects: ArrayLike,
    origins: ArrayLike,
    destinations: ArrayLike,
    entry: ArrayLike,
    exits: ArrayLike,
    *,
    states: Sequence[str],
) -> StateSpells:
    """Stays whose people, states and days make sense together.

    A person is in one state at a time. Who holds two kinds of bed at once is in a state of its own, such as "both".

    Parameters
    ----------
    subjects
        Whole code of the person, shape (n,), n at least 1.
    origins, destinations
        State of the stay and state that it ended in, as positions in ``states``; ``CENSORED`` (-1) for a stay last
        seen without a move; shape (n,).
    entry, exits
        Whole days, entry before exit, shape (n,): a stay is watched on the days after its entry up to its exit. An
        entry after the day on which the person came is left truncation.
    states
        Names of the states, at least 2, all different.

    Raises
    ------
    InvalidParameter
        If a code or day is impossible, a stay ends in its own state or before it begins, or the stays of a person
        overlap or contradict each other. All faults are told at once.
    """
    names = tuple(states)
    faults = [] if 2 <= len(set(names)) == len(names) <= _MOST_STATES else [_names_fault(names)]
    n = np.size(np.asarray(subjects))
    if n == 0:
        faults.append("subjects is empty; give at least one stay, or say that there is none")
    subject = whole_codes(faults, "subjects", subjects, n, least=None)
    origin = _state_codes(faults, "origins", origins, n, len(names), least=0)
    destination = _state_codes(faults, "destinations", destinations, n, len(names), least=CENSORED)
    begin = whole_codes(faults, "entry", entry, n, least=None)
    end = whole_codes(faults, "exits", exits, n, least=None)
    if not faults:
        order = np.lexsort((end, begin, subject))
        spells = StateSpells(subject[order], origin[order], destination[order], begin[order], end[order], names)
        faults = _contradictions(spells, order)
    if faults:
        raise InvalidParameter("; ".join(faults))
    return spells


def _names_fault(names: tuple[str, ...]) -> str:
    return f"states names {len(names)} states, {len(set(names))} of them different; give 2 to {_MOST_STATES}, each once"


def _state_codes(
    faults: list[str], name: str, values: ArrayLike, length: int, states: int, *, least: int
) -> NDArray[np.int64]:
    before = len(faults)
    codes = whole_codes(faults, name, values, length, least=least)
    above = codes >= states
    if len(faults) == before and above.any():
        faults.append(
            f"{name}: {int(above.sum())} of {length} are above {states - 1}, the first at position "
            f"{int(np.argmax(above))}; give positions in states, which names {states}"
        )
    return codes


def _contradictions(spells: StateSpells, order: NDArray[np.int64]) -> list[str]:
    """What is wrong with stays whose columns are fine one by one."""
    same = spells.subject[1:] == spells.subject[:-1]
    touches = same & (spells.entry[1:] == spells.exit[:-1])
    ended = spells.destination[:-1]
    expected = np.where(ended == CENSORED, spells.origin[:-1], ended)
    later = order[1:]
    checks = (
        (spells.origin == spells.destination, order, "end in their own state; join them to the stay that follows"),
        (spells.entry >= spells.exit, order, "do not end after their entry; leave out stays of no day, and count them"),
        (
            same & (spells.entry[1:] < spells.exit[:-1]),
            later,
            "begin before the same person's earlier stay has ended; a person who is in two states at once is in a "
            "state of its own",
        ),
        (
            touches & (spells.origin[1:] != expected),
            later,
            "begin on the day on which the same person's earlier stay ended, but not in the state that it ended in; "
            "give every move its destination",
        ),
    )
    return [
        f"stays: {int(wrong.sum())} of {len(spells)} {what}; the first is at position {int(where[wrong].min())}"
        for wrong, where, what in checks
        if wrong.any()
    ]


def state_ledger(spells: StateSpells) -> StateLedger:
    """The ledger of stays under watch; see :class:`StateLedger`."""
    k = len(spells.states)
    days = np.unique(np.concatenate([spells.entry, spells.exit]))
    begin, end = (np.searchsorted(days, when) for when in (spells.entry, spells.exit))

    def counted(where: NDArray[np.int64], width: int) -> NDArray[np.int64]:
        return np.bincount(where, minlength=len(days) * width)

    moved = spells.destination != CENSORED
    cell = (end * k + spells.origin) * k + spells.destination
    moves = counted(cell[moved], k * k).reshape(-1, k, k)
    leaving = counted(end * k + spells.origin, k).reshape(-1, k)
    entered = counted(begin * k + spells.origin, k).reshape(-1, k)
    at_risk = np.zeros_like(leaving)
    at_risk[1:] = np.cumsum(entered - leaving, axis=0)[:-1]
    return StateLedger(days, at_risk, moves, leaving - moves.sum(axis=2), entered)


def transition_counts(spells: StateSpells) -> TransitionCounts:
    """Moves between states, and stays, people and days under watch in each."""
    k = len(spells.states)
    moved = spells.destination != CENSORED
    moves = np.bincount(spells.origin[moved] * k + spells.destination[moved], minlength=k * k).reshape(k, k)
    stays = np.bincount(spells.origin, minlength=k)
    days = np.zeros(k, dtype=np.int64)
    np.add.at(days, spells.origin, spells.exit - spells.entry)
    pairs = np.unique(np.stack([spells.subject, spells.origin]), axis=1)
    persons = np.bincount(pairs[1], minlength=k)
    return TransitionCounts(spells.states, moves, stays, stays - moves.sum(axis=1), days, persons)


def joined(spells: StateSpells) -> StateSpells:
    """The same watch with pieces of one stay put together, where one ends unmoved and the next goes on at once."""
    continues = np.zeros(len(spells), dtype=bool)
    continues[1:] = (
        (spells.subject[1:] == spells.subject[:-1])
        & (spells.entry[1:] == spells.exit[:-1])
        & (spells.destination[:-1] == CENSORED)
    )
    first = np.flatnonzero(~continues)
    last = np.append(first[1:], len(spells)) - 1
    return StateSpells(
        spells.subject[first], spells.origin[first], spells.destination[last],
        spells.entry[first], spells.exit[last], spells.states,
    )  # fmt: skip
