"""Compiled searches for links that could be opened: walks between given nodes, people that a link brings within reach.

As in :mod:`jingan_analysis.geography.search`, searches run against the direction of the walk and are bounded by a
cutoff; importing this module loads the compiler, so import it only where links are searched for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from jingan_analysis.geography.search import FAR, _pop, _push, _settle, empty_buckets

Array = Any

_NODE_BITS = np.int64(32)
_NODE_MASK = np.int64(2**32 - 1)


@njit(cache=True, nogil=True)
def walks_between(arcs: Array, source: Array, pair_start: Array, target: Array, cutoff: int) -> Array:
    """Walks from given nodes to given others; each search ends when its last target is found.

    Parameters
    ----------
    arcs
        ``start`` (n_nodes + 1), ``tail``, ``cost_mm`` (n_arcs): the arcs that lead to each node.
    source
        Nodes that walks lead to, shape (n_sources,).
    pair_start
        Offsets into ``target``, shape (n_sources + 1,).
    target
        Nodes that walks come from, shape (n_pairs,).
    cutoff
        Longest walk in millimetres, inclusive.

    Returns
    -------
    numpy.ndarray
        Walk from each target to its source, ``FAR`` beyond the cutoff, shape (n_pairs,).
    """
    start, tail, cost = arcs
    n_nodes = len(start) - 1
    distance = np.full(n_nodes, FAR, dtype=np.int32)
    settled = np.zeros(n_nodes, dtype=np.bool_)
    wanted = np.zeros(n_nodes, dtype=np.bool_)
    touched = np.empty(n_nodes, dtype=np.int32)
    heap = np.empty(len(tail) + 4, dtype=np.int64)
    walked = np.full(len(target), FAR, dtype=np.int32)
    for row in range(len(source)):
        missing = 0
        for pair in range(pair_start[row], pair_start[row + 1]):
            missing += not wanted[target[pair]]
            wanted[target[pair]] = True
        distance[source[row]] = 0
        touched[0], n_touched = source[row], 1
        size = _push(heap, 0, 0, source[row])
        while size > 0 and missing > 0:
            key = heap[0]
            size = _pop(heap, size)
            node, reached = key & _NODE_MASK, key >> _NODE_BITS
            if settled[node]:
                continue
            settled[node] = True
            missing -= wanted[node]
            for arc in range(start[node], start[node + 1]):
                longer = reached + cost[arc]
                other = tail[arc]
                if longer <= cutoff and longer < distance[other]:
                    if distance[other] == FAR:
                        touched[n_touched] = other
                        n_touched += 1
                    distance[other] = longer
                    size = _push(heap, size, longer, other)
        for pair in range(pair_start[row], pair_start[row + 1]):
            wanted[target[pair]] = False
            if settled[target[pair]]:
                walked[pair] = distance[target[pair]]
        for place in range(n_touched):
            distance[touched[place]] = FAR
            settled[touched[place]] = False
    return walked


@njit(cache=True, nogil=True)
def gained_by_link(arcs: Array, seed_node: Array, seed_leg: Array, doors: Array, persons: Array, cutoff: int) -> Array:
    """People at given homes who come within the cutoff over each link.

    Parameters
    ----------
    arcs
        As in :func:`walks_between`.
    seed_node, seed_leg
        Node where the walk enters each link (-1: nobody's walk becomes shorter), and the walk from there over the link
        to the nearest facility; shapes (n_links,).
    doors
        ``start`` (n_nodes + 1): homes' doors at each node; then home and walk to the node of each door. Only homes
        beyond the cutoff have doors.
    persons
        Persons of each home, shape (n_homes,).

    Returns
    -------
    tuple
        Persons and homes gained, shapes (n_links,).
    """
    door_start, door_home, door_leg = doors
    n_nodes = len(arcs[0]) - 1
    distance = np.full(n_nodes, FAR, dtype=np.int32)
    touched = np.empty(n_nodes, dtype=np.int32)
    buckets = empty_buckets(n_nodes, cutoff)
    counted = np.full(len(persons), -1, dtype=np.int64)
    gained = np.zeros(len(seed_node))
    homes = np.zeros(len(seed_node), dtype=np.int64)
    for link in range(len(seed_node)):
        if seed_node[link] < 0:
            continue
        n_touched = _settle(arcs, ((seed_node[link], seed_leg[link]),), cutoff, distance, touched, buckets)
        for place in range(n_touched):
            node = touched[place]
            for door in range(door_start[node], door_start[node + 1]):
                home = door_home[door]
                if counted[home] != link and np.int64(distance[node]) + door_leg[door] <= cutoff:
                    counted[home] = link
                    gained[link] += persons[home]
                    homes[link] += 1
        for place in range(n_touched):
            distance[touched[place]] = FAR
    return gained, homes
