"""How well cases follow the steps they should: optimal alignments with a model of sequential steps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.event_log import EventLog, Variants, variants

Move = Literal["both", "log", "model"]
_Path = tuple[int, int, int, tuple[tuple[Move, int], ...]]
"""Cost, minus the moves on both, minus the steps done, and the moves: the smallest is the best."""


@dataclass(frozen=True)
class StepModel:
    """Steps that follow each other, and activities that end a case before its last step.

    Attributes
    ----------
    steps
        Activity codes of the steps in order.
    exits
        For each activity that ends a case early, after how many steps it may (a set of numbers of steps done).
    """

    steps: tuple[int, ...]
    exits: tuple[tuple[int, frozenset[int]], ...] = ()

    def exit_allowed(self, code: int, done: int) -> bool:
        """Whether an activity may end the case after so many steps."""
        return any(code == activity and done in after for activity, after in self.exits)


@dataclass(frozen=True)
class Alignment:
    """The cheapest way to explain a trace by a run of the model.

    Attributes
    ----------
    cost
        Moves on the log alone plus moves on the model alone.
    moves
        What each move is, and its activity code: ``both``, an event that the model expects; ``log``, an event that it
        does not; ``model``, a step that has no event.
    steps_done
        Steps of the model that the run came to, with or without an event.
    """

    cost: int
    moves: tuple[tuple[Move, int], ...]
    steps_done: int


@dataclass(frozen=True)
class Conformance:
    """Alignments of a whole log, one a variant and kind of case (open or ended).

    Attributes
    ----------
    variants
        The variants of the log.
    is_open
        Whether each case is still open: aligned with the beginning of a run, shape (n_cases,).
    cost, worst_cost
        Of each case, shape (n_cases,): its alignment, and the alignment that has no move in common.
    fitness
        1 - cost / worst cost of each case, shape (n_cases,).
    skipped
        Steps without an event, shape (n_cases, n_steps).
    repeated, out_of_order, foreign
        Events that the model does not expect, shape (n_cases,): of a step that has its event already, of a step whose
        event the alignment has to put elsewhere, of an exit where none is allowed.
    """

    variants: Variants
    is_open: NDArray[np.bool_]
    cost: NDArray[np.int64]
    worst_cost: NDArray[np.int64]
    fitness: NDArray[np.float64]
    skipped: NDArray[np.bool_]
    repeated: NDArray[np.int64]
    out_of_order: NDArray[np.int64]
    foreign: NDArray[np.int64]

    @property
    def fits(self) -> NDArray[np.bool_]:
        """Cases without any deviation, shape (n_cases,)."""
        return np.asarray(self.cost == 0)

    @property
    def log_fitness(self) -> float:
        """1 - sum of costs / sum of worst costs over all cases; NaN for an empty log."""
        worst = int(self.worst_cost.sum())
        return 1 - int(self.cost.sum()) / worst if worst else float("nan")


def align(trace: tuple[int, ...], model: StepModel, *, is_open: bool) -> Alignment:
    """Find the optimal alignment of one trace by dynamic programming.

    Where
        a state is (events explained i, steps done k, ended or not); a move on both costs 0, a move on the log alone
        (i + 1) or on the model alone (k + 1) costs 1. An ended case must come to the last step or to an exit; an open
        one may stop at any step (prefix alignment), so that what has not happened yet is no deviation. Among
        alignments of the same cost the one that explains more events is taken, and then the one that comes further.

    Source: Adriansyah, van Dongen & van der Aalst (2011), Conformance checking using cost-based fitness analysis;
    van der Aalst (2016), Process Mining, ch. 8.
    """
    exits = {code for code, _ in model.exits}
    last = len(model.steps)

    @cache
    def best(i: int, k: int, *, ended: bool) -> _Path:
        """Find the best path from a state to the end."""
        found: list[_Path] = []
        if i == len(trace) and (ended or is_open or k == last):
            found.append((0, 0, -k, ()))
        if i < len(trace):
            code = trace[i]
            found.append(_ahead("log", code, 1, best(i + 1, k, ended=ended)))
            if not ended and k < last and model.steps[k] == code:
                found.append(_ahead("both", code, 0, best(i + 1, k + 1, ended=False)))
            if not ended and code in exits and model.exit_allowed(code, k):
                found.append(_ahead("both", code, 0, best(i + 1, k, ended=True)))
        if not ended and k < last:
            found.append(_ahead("model", model.steps[k], 1, best(i, k + 1, ended=False)))
        return min(found) if found else (len(trace) + last + 1, 0, 0, ())

    cost, _, steps, moves = best(0, 0, ended=False)
    return Alignment(cost, moves, -steps)


def _ahead(move: Move, code: int, cost: int, rest: _Path) -> _Path:
    return rest[0] + cost, rest[1] - (move == "both"), rest[2], ((move, code), *rest[3])


def worst_cost(trace: tuple[int, ...], model: StepModel, *, is_open: bool) -> int:
    """Cost without any move in common: every event on the log alone, and the shortest run on the model alone.

    The shortest run of an ended case goes through all steps, since an exit without an event explains nothing; that of
    an open case is empty.
    """
    return len(trace) + (0 if is_open else len(model.steps))


def conformance(log: EventLog, model: StepModel, *, is_open: NDArray[np.bool_]) -> Conformance:
    """Align every case with the model.

    Parameters
    ----------
    is_open
        Cases that had not ended when the log was taken, shape (n_cases,): their missing steps are no deviations.

    Raises
    ------
    InvalidParameter
        If ``is_open`` has another length than the log has cases, or the model names an activity that is not known.
    """
    if len(is_open) != len(log):
        raise InvalidParameter(f"is_open must have one value a case ({len(log)}), not {len(is_open)}")
    codes = [*model.steps, *(code for code, _ in model.exits)]
    if not all(0 <= code < len(log.activities) for code in codes) or len(set(codes)) != len(codes):
        raise InvalidParameter("the model must name each activity once, by its code in the log")
    groups = variants(log)
    shape = (len(log),)
    cost, worst = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    skipped = np.zeros((len(log), len(model.steps)), dtype=bool)
    counts = {name: np.zeros(shape, np.int64) for name in ("repeated", "out_of_order", "foreign")}
    for number, trace in enumerate(groups.traces):
        for state in (False, True):
            cases = (groups.of_case == number) & (is_open == state)
            if not cases.any():
                continue
            found = align(trace, model, is_open=state)
            cost[cases], worst[cases] = found.cost, worst_cost(trace, model, is_open=state)
            kinds, without = _deviations(found, model)
            skipped[cases] = without
            for name, count in kinds.items():
                counts[name][cases] = count
    fitness = 1 - np.divide(cost, worst, out=np.zeros(shape), where=worst > 0)
    return Conformance(groups, np.asarray(is_open, dtype=bool), cost, worst, fitness, skipped, **counts)


def _deviations(found: Alignment, model: StepModel) -> tuple[dict[str, int], NDArray[np.bool_]]:
    """Sort the moves on one side alone into kinds; each belongs to one kind, so they add up to the cost.

    An event of a step whose own place the model had to pass without it is out of order: the step was done, but not
    when it should have been. The step then counts as out of order and not as skipped, for the event and the place
    are one deviation; the ledger counts both of its moves.
    """
    placed = [code for move, code in found.moves if move == "both"]
    passed = [code for move, code in found.moves if move == "model"]
    kinds = {"repeated": 0, "out_of_order": 0, "foreign": 0}
    moved: set[int] = set()
    for move, code in found.moves:
        if move != "log":
            continue
        if code not in model.steps:
            kinds["foreign"] += 1
        elif code in placed or code in moved:
            kinds["repeated"] += 1
        else:
            kinds["out_of_order"] += 1
            moved.add(code)
    return kinds, np.array([step in passed and step not in moved for step in model.steps])
