"""Compiled passes over sorted ways: the two nearest sites, what an exchange brings, reduced costs of sites.

Arrays in, arrays out; :mod:`jingan_analysis.models.siting.vertex_substitution` and ``lagrangian`` say what they mean.
``ways`` are three arrays: where each group's entries begin, site, cost. Costs are those of all people of a group.
Importing this module loads the compiler, which takes most of a second.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

Array = Any
"""Compiled code checks its own types; annotations would only repeat them."""


@njit(cache=True, nogil=True)
def two_nearest(ways: Array, beyond: Array, place: Array, first: Array, near: Array, next_near: Array) -> None:
    """Place of the nearest chosen site (-1 for none), its cost, and that of the second nearest."""
    start, site, cost = ways
    for group in range(len(beyond)):
        first[group], near[group], next_near[group] = -1, beyond[group], beyond[group]
        for way in range(start[group], start[group + 1]):
            if place[site[way]] >= 0:
                if first[group] < 0:
                    first[group], near[group] = place[site[way]], cost[way]
                else:
                    next_near[group] = cost[way]
                    break


@njit(cache=True, nogil=True)
def changes(ways: Array, place: Array, nearest_two: Array, gain: Array, loss: Array, both: Array) -> None:
    """What opening a site saves, what closing one costs, and what both together are counted wrong (Whitaker 1983)."""
    start, site, cost = ways
    first, near, next_near = nearest_two
    gain[:], loss[:], both[:] = 0.0, 0.0, 0.0
    for group in range(len(near)):
        here, nearest, second = first[group], near[group], next_near[group]
        if here >= 0:
            loss[here] += second - nearest
        for way in range(start[group], start[group + 1]):
            if cost[way] >= second:
                break
            at = site[way]
            if place[at] >= 0:
                continue
            if cost[way] < nearest:
                gain[at] += nearest - cost[way]
                if here >= 0:
                    both[at, here] += second - nearest
            elif here >= 0:
                both[at, here] += second - cost[way]


@njit(cache=True, nogil=True)
def opening_gains(ways: Array, near: Array, gain: Array) -> None:
    """What opening each site alone would save."""
    start, site, cost = ways
    gain[:] = 0.0
    for group in range(len(near)):
        for way in range(start[group], start[group + 1]):
            if cost[way] >= near[group]:
                break
            gain[site[way]] += near[group] - cost[way]


@njit(cache=True, nogil=True)
def settle(ways: Array, opened: int, near: Array) -> None:
    """Bring each group's nearest cost down to what the opened site offers."""
    start, site, cost = ways
    for group in range(len(near)):
        for way in range(start[group], start[group + 1]):
            if cost[way] >= near[group]:
                break
            if site[way] == opened:
                near[group] = cost[way]
                break


@njit(cache=True, nogil=True)
def reduced_costs(ways: Array, price: Array, reduced: Array) -> None:
    """What each site would earn below zero: the sum of min(0, cost - price) over its groups."""
    start, site, cost = ways
    reduced[:] = 0.0
    for group in range(len(price)):
        for way in range(start[group], start[group + 1]):
            if cost[way] >= price[group]:
                break
            reduced[site[way]] += cost[way] - price[group]


@njit(cache=True, nogil=True)
def served_times(ways: Array, price: Array, chosen: Array, times: Array) -> None:
    """How often each group would be served at its price, sites counted as much as they are chosen."""
    start, site, cost = ways
    for group in range(len(price)):
        times[group] = 0.0
        for way in range(start[group], start[group + 1]):
            if cost[way] >= price[group]:
                break
            times[group] += chosen[site[way]]


@njit(cache=True, nogil=True)
def cheapest_first(cost: Array, free: Array, most: int, chosen: Array, regret: Array) -> None:
    """Choose the cheapest free sites below zero, and say by how much the total rises if one were not as it is."""
    sites = np.flatnonzero(free)
    order = sites[np.argsort(cost[sites], kind="mergesort")]
    count = 0
    while count < min(most, len(order)) and cost[order[count]] < 0:
        chosen[order[count]] = 1.0
        count += 1
    full = count == most
    last = cost[order[count - 1]] if full and most else 0.0
    following = min(cost[order[count]], 0.0) if full and count < len(order) else 0.0
    for place, site in enumerate(order):
        regret[site] = following - cost[site] if place < count else max(cost[site] - last, 0.0)
