"""The directly-follows graph: which activity comes right after which, how often and how soon."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.event_log import EventLog

START, END = -1, -2
"""Codes of the two nodes that are no activity."""


@dataclass(frozen=True)
class DirectlyFollows:
    """Edges of a directly-follows graph, the most frequent first.

    Attributes
    ----------
    origin, target
        Activity codes, ``START`` or ``END``, shape (n_edges,).
    transitions
        How often the target follows the origin directly, shape (n_edges,).
    cases
        Cases in which it does at least once, shape (n_edges,).
    median_days, p90_days
        Days between the two events, NaN for edges of start and end, shape (n_edges,).
    still_open
        Cases whose last event has no edge to the end, because they have not ended, by activity code,
        shape (n_activities,).
    """

    origin: NDArray[np.int64]
    target: NDArray[np.int64]
    transitions: NDArray[np.int64]
    cases: NDArray[np.int64]
    median_days: NDArray[np.float64]
    p90_days: NDArray[np.float64]
    still_open: NDArray[np.int64]

    def __len__(self) -> int:
        """Number of edges."""
        return len(self.origin)

    def kept(self, share: float) -> tuple[NDArray[np.bool_], int]:
        """Edges with at least this share of all transitions, and how many transitions the others hold."""
        if not 0 <= share < 1:
            raise InvalidParameter(f"share={share!r} must be at least 0 and below 1")
        frequent = self.transitions >= share * self.transitions.sum()
        return frequent, int(self.transitions[~frequent].sum())


def directly_follows(log: EventLog, *, is_open: NDArray[np.bool_]) -> DirectlyFollows:
    """Count what follows what directly.

    Every event has one edge in and one edge out, so that at every activity the transitions in equal the transitions
    out plus the cases that are still open there.

    Parameters
    ----------
    is_open
        Cases that have not ended, shape (n_cases,): their last event leads nowhere yet.

    Source: van der Aalst (2016), Process Mining, ch. 5.
    """
    first = np.zeros(len(log.codes), dtype=bool)
    first[log.starts[:-1]] = True
    last = np.zeros(len(log.codes), dtype=bool)
    last[log.starts[1:] - 1] = True
    ending = last & ~is_open[log.cases]
    origin = np.concatenate([np.full(int(first.sum()), START), log.codes[:-1][~first[1:]], log.codes[ending]])
    target = np.concatenate([log.codes[first], log.codes[1:][~first[1:]], np.full(int(ending.sum()), END)])
    nothing = np.full(int(first.sum()), np.nan)
    days = np.concatenate([nothing, np.diff(log.days)[~first[1:]], np.full(int(ending.sum()), np.nan)])
    case = np.concatenate([log.cases[first], log.cases[1:][~first[1:]], log.cases[ending]])
    pairs, edge = np.unique(np.column_stack([origin, target]), axis=0, return_inverse=True)
    edge = edge.ravel()
    transitions = np.bincount(edge, minlength=len(pairs))
    distinct = np.bincount(np.unique(np.column_stack([edge, case]), axis=0)[:, 0], minlength=len(pairs))
    quantiles = np.array([_quantiles(days[edge == number]) for number in range(len(pairs))]).reshape(-1, 2)
    rank = np.lexsort((pairs[:, 1], pairs[:, 0], -transitions))
    waiting = np.bincount(log.codes[last & is_open[log.cases]], minlength=len(log.activities))
    return DirectlyFollows(
        pairs[rank, 0],
        pairs[rank, 1],
        transitions[rank],
        distinct[rank],
        quantiles[rank, 0],
        quantiles[rank, 1],
        waiting,
    )


def _quantiles(days: NDArray[np.float64]) -> tuple[float, float]:
    if np.isnan(days).all():
        return float("nan"), float("nan")
    return float(np.median(days)), float(np.quantile(days, 0.9))
