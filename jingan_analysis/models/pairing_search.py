"""Compiled search for the cheapest shipment: one unit after another along the shortest way of exchanges.

Arrays in, arrays out: what they mean is said by :mod:`jingan_analysis.models.pairing_flow`. Importing this module loads
the compiler, which takes most of a second, so import it only where somebody is paired.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

Array = Any
"""Compiled code checks its own types; annotations would only repeat them."""

FAR = np.int64(2**62)
"""No way found yet."""


# --- a heap of (distance, column): ties go to the lower column ---------------------------------


@njit(cache=True, nogil=True, inline="always")
def _push(key: Array, column: Array, size: int, distance: int, which: int) -> int:
    place = size
    while place > 0:
        parent = (place - 1) >> 1
        if key[parent] < distance or (key[parent] == distance and column[parent] <= which):
            break
        key[place], column[place] = key[parent], column[parent]
        place = parent
    key[place], column[place] = distance, which
    return size + 1


@njit(cache=True, nogil=True, inline="always")
def _pop(key: Array, column: Array, size: int) -> int:
    """Remove the first entry; the caller has read it."""
    size -= 1
    distance, which = key[size], column[size]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and (
            key[child + 1] < key[child] or (key[child + 1] == key[child] and column[child + 1] < column[child])
        ):
            child += 1
        if distance < key[child] or (distance == key[child] and which <= column[child]):
            break
        key[place], column[place] = key[child], column[child]
        place = child
    key[place], column[place] = distance, which
    return size


# --- one unit ----------------------------------------------------------------------------------


@njit(cache=True, nogil=True, inline="always")
def _relax(row: int, offset: int, arcs: Array, price: Array, state: Array, heap: Array, sizes: Array) -> None:
    """Look at all columns of a row; ``offset`` makes costs less prices into distances from the first row."""
    start, head, cost = arcs
    distance, into, done, touched = state
    key, column = heap
    for arc in range(start[row], start[row + 1]):
        other = head[arc]
        if done[other]:
            continue
        longer = cost[arc] - price[other] - offset
        if longer < distance[other]:
            if distance[other] == FAR:
                touched[sizes[0]] = other
                sizes[0] += 1
            distance[other] = longer
            into[other] = arc
            sizes[1] = _push(key, column, sizes[1], longer, other)


@njit(cache=True, nogil=True)
def _nearest_room(
    first: int, arcs: Array, price: Array, state: Array, heap: Array, rows: Array, columns: Array
) -> tuple[int, int, int, int]:
    """Dijkstra from a row to the nearest column with room: that column, its distance, columns and rows looked at.

    A full column leads on to the rows that it serves: each of them could be served elsewhere.
    """
    _, head, cost = arcs
    _, _, done, _ = state
    key, column = heap
    via, seen, listed, tail = rows
    slot, slot_start, used, room = columns
    sizes = np.zeros(2, dtype=np.int64)
    seen[first], listed[0] = True, first
    n_rows = 1
    _relax(first, 0, arcs, price, state, heap, sizes)
    while sizes[1] > 0:
        at, which = key[0], column[0]
        sizes[1] = _pop(key, column, sizes[1])
        if done[which]:
            continue
        if used[which] < room[which]:
            return which, at, sizes[0], n_rows
        done[which] = True
        for place in range(slot_start[which], slot_start[which] + used[which]):
            arc = slot[place]
            row = tail[arc]
            if not seen[row]:
                seen[row], listed[n_rows], via[row] = True, row, arc
                n_rows += 1
                _relax(row, cost[arc] - price[head[arc]] - at, arcs, price, state, heap, sizes)
    return -1, 0, sizes[0], n_rows


@njit(cache=True, nogil=True, inline="always")
def _exchange(first: int, end: int, head: Array, into: Array, rows: Array, columns: Array) -> None:
    """Take the arcs on the way from the first row to the column with room, and give up those between."""
    via, _, _, tail = rows
    slot, slot_start, used, _ = columns
    arc = into[end]
    slot[slot_start[end] + used[end]] = arc
    used[end] += 1
    while tail[arc] != first:
        given_up = via[tail[arc]]
        column = head[given_up]
        place = slot_start[column]
        while slot[place] != given_up:
            place += 1
        arc = into[column]
        slot[place] = arc


# --- all units ---------------------------------------------------------------------------------


@njit(cache=True, nogil=True)
def cheapest_units(
    start: Array, head: Array, cost: Array, tail: Array, supply: Array, room: Array
) -> tuple[Array, Array, int]:
    """Arcs used, prices of the columns, and units that found no room."""
    n_rows, n_columns, n_arcs = len(supply), len(room), len(head)
    price = np.zeros(n_columns, dtype=np.int64)
    touched = np.empty(n_columns, dtype=np.int64)
    distance, into = np.full(n_columns, FAR), np.full(n_columns, -1)
    done, seen = np.zeros(n_columns, dtype=np.bool_), np.zeros(n_rows, dtype=np.bool_)
    via, listed = np.full(n_rows, -1), np.empty(n_rows, dtype=np.int64)
    slot_start = np.zeros(n_columns + 1, dtype=np.int64)
    slot_start[1:] = np.cumsum(room)
    slot, used = np.empty(slot_start[-1], dtype=np.int64), np.zeros(n_columns, dtype=np.int64)
    arcs, state = (start, head, cost), (distance, into, done, touched)
    # In one search a column is pushed at most once by each of its arcs.
    heap = np.empty(n_arcs + 1, dtype=np.int64), np.empty(n_arcs + 1, dtype=np.int64)
    rows, columns = (via, seen, listed, tail), (slot, slot_start, used, room)
    left = 0
    for row in range(n_rows):
        for _ in range(supply[row]):
            end, length, n_touched, n_seen = _nearest_room(row, arcs, price, state, heap, rows, columns)
            if end >= 0:
                _exchange(row, end, head, into, rows, columns)
            else:
                left += 1
            for number in range(n_touched):
                column = touched[number]
                if end >= 0 and done[column]:
                    price[column] += distance[column] - length
                distance[column], done[column] = FAR, False
            for number in range(n_seen):
                seen[listed[number]] = False
    flow = np.zeros(n_arcs, dtype=np.bool_)
    for column in range(n_columns):
        for place in range(slot_start[column], slot_start[column] + used[column]):
            flow[slot[place]] = True
    return flow, price, left
