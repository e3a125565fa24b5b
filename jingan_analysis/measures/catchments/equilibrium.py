"""Compiled water-filling for the rational agent model. Importing this module loads the compiler."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

Array = Any


@njit(cache=True, nogil=True)
def share_out(  # noqa: C901, PLR0912 - one loop, kept whole so that it compiles to one
    start: Array, site: Array, travel: Array, persons: Array, pace: Array, rounds: int, gap: float
) -> Array:
    """Move people among sites until nobody gains by moving; one place at a time, exactly.

    Parameters
    ----------
    start, site, travel
        Pairs by origin: offsets, site rows, and cost of the walk.
    persons
        People at each origin.
    pace
        Cost that one more person adds at each site.
    rounds, gap
        Most rounds, and relative gap at which to stop.

    Returns
    -------
    tuple
        People of each pair, load of each site, relative gap, rounds taken.
    """
    n_origins, n_pairs = len(persons), len(site)
    flow, load = np.zeros(n_pairs), np.zeros(len(pace))
    order = np.empty(n_pairs, dtype=np.int64)
    cost = np.empty(n_pairs)
    reached = np.inf
    for turn in range(rounds):
        for origin in range(n_origins):
            low, high = start[origin], start[origin + 1]
            if high == low or persons[origin] == 0.0:
                continue
            for pair in range(low, high):
                load[site[pair]] -= flow[pair]
                cost[pair] = travel[pair] + load[site[pair]] * pace[site[pair]]
                order[pair] = pair
            # Few sites are in reach: insertion sort by cost, ties in the order of pairs.
            for pair in range(low + 1, high):
                item = order[pair]
                at = pair
                while at > low and cost[order[at - 1]] > cost[item]:
                    order[at] = order[at - 1]
                    at -= 1
                order[at] = item
            # The common cost at which the cheapest sites together take everybody in.
            taken, weighted, level, used = 0.0, 0.0, 0.0, low
            while used < high:
                pair = order[used]
                if used > low and level <= cost[pair]:
                    break
                taken += 1.0 / pace[site[pair]]
                weighted += cost[pair] / pace[site[pair]]
                level = (persons[origin] + weighted) / taken
                used += 1
            for place in range(low, high):
                pair = order[place]
                flow[pair] = max((level - cost[pair]) / pace[site[pair]], 0.0) if place < used else 0.0
                load[site[pair]] += flow[pair]
        total, excess = 0.0, 0.0
        for origin in range(n_origins):
            low, high = start[origin], start[origin + 1]
            best = np.inf
            for pair in range(low, high):
                best = min(best, travel[pair] + load[site[pair]] * pace[site[pair]])
            for pair in range(low, high):
                paid = travel[pair] + load[site[pair]] * pace[site[pair]]
                total += flow[pair] * paid
                excess += flow[pair] * (paid - best)
        reached = excess / total if total > 0.0 else 0.0
        if reached <= gap:
            return flow, load, reached, turn + 1
    return flow, load, reached, rounds
