"""Compiled shortest-path searches over a walking network, in whole millimetres.

Every search starts at the facilities, of which there are few, and runs against the direction of the walk; it is bounded
by a cutoff and touches nothing beyond it. Arrays in, arrays out: what they mean is said by
:mod:`jingan_analysis.geography.travel`. Importing this module loads the compiler, which takes most of a second, so
import it only where a network is searched.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

Array = Any
"""Compiled code checks its own types; annotations would only repeat them."""

FAR = np.int32(2**31 - 1)
"""No walk within the cutoff."""

NONE = np.int32(-1)

_BUCKET_BITS = 16
"""A bucket is 65 metres wide, about a block."""

_IDLE = np.int32(-2)
"""Not waiting in a bucket."""

_NODE_BITS = np.int64(32)
_NODE_MASK = np.int64(2**32 - 1)
_SHORT_SEGMENT = 48
"""Longest list that is sorted by insertion, which beats a merge sort on short lists."""


# --- a heap of (distance, node) in one whole number each: ties go to the lower node ------------


@njit(cache=True, nogil=True, inline="always")
def _push(heap: Array, size: int, distance: int, node: int) -> int:
    key = (np.int64(distance) << _NODE_BITS) | np.int64(node)
    place = size
    while place > 0:
        parent = (place - 1) >> 2
        if heap[parent] <= key:
            break
        heap[place] = heap[parent]
        place = parent
    heap[place] = key
    return size + 1


@njit(cache=True, nogil=True, inline="always")
def _pop(heap: Array, size: int) -> int:
    """Remove the first entry; the caller has read it."""
    size -= 1
    key = heap[size]
    place = 0
    while True:
        child = 4 * place + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + 4, size)):
            if heap[other] < heap[least]:
                least = other
        if heap[least] >= key:
            break
        heap[place] = heap[least]
        place = least
    heap[place] = key
    return size


# --- the graph --------------------------------------------------------------------------------


@njit(cache=True, nogil=True)
def arcs_by_head(first: Array, last: Array, forward: Array, backward: Array, n_nodes: int) -> Array:
    """Sort both directions of all edges by the node they lead to: start, tail, cost_mm, edge.

    Closed directions (below 0) and loops have no arc: no shortest way walks a loop.
    """
    start = np.zeros(n_nodes + 1, dtype=np.int64)
    for edge in range(len(first)):
        if first[edge] != last[edge]:
            start[last[edge] + 1] += forward[edge] >= 0
            start[first[edge] + 1] += backward[edge] >= 0
    for node in range(n_nodes):
        start[node + 1] += start[node]
    place = start[:-1].copy()
    n_arcs = start[n_nodes]
    tail = np.empty(n_arcs, dtype=np.int32)
    cost = np.empty(n_arcs, dtype=np.int32)
    walked = np.empty(n_arcs, dtype=np.int32)
    for edge in range(len(first)):
        one, other = first[edge], last[edge]
        if one == other:
            continue
        if forward[edge] >= 0:
            at = place[other]
            place[other] += 1
            tail[at], cost[at], walked[at] = one, min(forward[edge], FAR), edge
        if backward[edge] >= 0:
            at = place[one]
            place[one] += 1
            tail[at], cost[at], walked[at] = other, min(backward[edge], FAR), edge
    return start, tail, cost, walked


@njit(cache=True, nogil=True)
def in_groups(group: Array, n_groups: int) -> Array:
    """Rows in order of their group: where each group begins (n_groups + 1,), and the rows (n_rows,)."""
    start = np.zeros(n_groups + 1, dtype=np.int64)
    for row in range(len(group)):
        start[group[row] + 1] += 1
    for one in range(n_groups):
        start[one + 1] += start[one]
    place = start[:-1].copy()
    order = np.empty(len(group), dtype=np.int64)
    for row in range(len(group)):
        order[place[group[row]]] = row
        place[group[row]] += 1
    return start, order


# --- one to many ------------------------------------------------------------------------------


@njit(cache=True, nogil=True)
def empty_buckets(n_nodes: int, cutoff: int) -> Array:
    """Buckets up to the cutoff, nobody waiting: first node of each, and each node's neighbours in its bucket."""
    head = np.full((cutoff >> _BUCKET_BITS) + 1, NONE, dtype=np.int32)
    return head, np.empty(n_nodes, dtype=np.int32), np.full(n_nodes, _IDLE, dtype=np.int32)


@njit(cache=True, nogil=True, inline="always")
def _move(node: int, since: int, to: int, head: Array, after: Array, before: Array) -> None:
    """Put a node at the head of bucket ``to``, taking it out of bucket ``since`` where it waits there."""
    if before[node] != _IDLE:
        if since == to:
            return
        left, right = before[node], after[node]
        if left < 0:
            head[since] = right
        else:
            after[left] = right
        if right >= 0:
            before[right] = left
    first = head[to]
    after[node], before[node] = first, NONE
    if first >= 0:
        before[first] = node
    head[to] = node


@njit(cache=True, nogil=True)
def _settle(arcs: Array, seeds: Array, cutoff: int, distance: Array, touched: Array, buckets: Array) -> int:
    """Distances from all nodes to one facility; returns how many nodes are within the cutoff.

    Nodes wait in buckets as wide as a block of streets and leave a bucket in any order; one whose distance falls
    afterwards waits again. On streets that is rare, and a bucket costs less than a heap. The distances are the same.

    ``distance`` is ``FAR`` everywhere before and after: the caller resets what ``touched`` lists. Buckets are empty
    before and after.
    """
    start, tail, cost = arcs
    head, after, before = buckets
    n_touched = 0
    for node, leg in seeds:
        if node >= 0 and leg <= cutoff and leg < distance[node]:
            old = distance[node]
            if old == FAR:
                touched[n_touched] = node
                n_touched += 1
            distance[node] = leg
            _move(node, old >> _BUCKET_BITS, leg >> _BUCKET_BITS, head, after, before)
    for bucket in range(len(head)):
        while head[bucket] >= 0:
            node = head[bucket]
            following = after[node]
            head[bucket] = following
            if following >= 0:
                before[following] = NONE
            before[node] = _IDLE
            reached = np.int64(distance[node])
            for arc in range(start[node], start[node + 1]):
                longer = reached + cost[arc]
                other = tail[arc]
                old = distance[other]
                if longer <= cutoff and longer < old:
                    if old == FAR:
                        touched[n_touched] = other
                        n_touched += 1
                    distance[other] = longer
                    _move(other, old >> _BUCKET_BITS, longer >> _BUCKET_BITS, head, after, before)
    return n_touched


@njit(cache=True, nogil=True)
def pairs_in_reach(  # noqa: C901, PLR0912 - one loop, kept whole so that it compiles to one
    arcs: Array, street: Array, homes: Array, facilities: Array, cutoff: int, first: int, last: int, room: int
) -> Array:
    """Walks from all homes to the facilities ``first`` to ``last``, as many as fit into the room.

    Parameters
    ----------
    arcs
        ``start`` (n_nodes + 1), ``tail``, ``cost_mm`` (n_arcs): the arcs that lead *to* each node.
    street
        ``start`` (n_nodes + 1) and ``edge`` (n_incident): edges with homes at each node; then ``from`` and ``to`` of
        each such edge (n_home_edges).
    homes
        ``start`` (n_home_edges + 1): homes of each edge, which are given in this order; then for each home its row, its
        walk to the edge's first and last node including the leg off the network (``FAR`` where it must not be walked),
        its place along the edge, and its leg off the network.
    facilities
        For each: node and walk from it, twice; its edge (row among the edges with homes, or -1); its place along it;
        its leg off the network; cost of a millimetre along its edge forwards and backwards (below 0: closed).

    Returns
    -------
    tuple
        Home, facility, distance (n_pairs,) and the first facility that was not searched for want of room.
    """
    node_start, incident, edge_from, edge_to = street
    home_start, home_row, home_back, home_ahead, home_along, home_off = homes
    seed_node, seed_leg, own_edge, own_along, own_off, own_pace = facilities
    n_nodes = len(node_start) - 1
    distance = np.full(n_nodes, FAR, dtype=np.int32)
    touched = np.empty(n_nodes, dtype=np.int32)
    buckets = empty_buckets(n_nodes, cutoff)
    origin = np.empty(room, dtype=np.int32)
    destination = np.empty(room, dtype=np.int32)
    walked = np.empty(room, dtype=np.int32)
    found = 0
    for facility in range(first, last):
        seeds = (
            (seed_node[facility, 0], seed_leg[facility, 0]),
            (seed_node[facility, 1], seed_leg[facility, 1]),
        )
        n_touched = _settle(arcs, seeds, cutoff, distance, touched, buckets)
        before = found
        fits = True
        own = own_edge[facility]
        if own >= 0:
            fits = found + home_start[own + 1] - home_start[own] <= room
            if fits:
                for home in range(home_start[own], home_start[own + 1]):
                    best = np.int64(distance[edge_from[own]]) + home_back[home]
                    best = min(best, np.int64(distance[edge_to[own]]) + home_ahead[home])
                    gap = own_along[facility] - home_along[home]
                    pace = own_pace[facility, 0] if gap >= 0 else own_pace[facility, 1]
                    if pace >= 0.0 or gap == 0:
                        direct = np.int64(np.rint(abs(gap) * max(pace, 0.0))) + home_off[home] + own_off[facility]
                        best = min(best, direct)
                    if best <= cutoff:
                        origin[found], destination[found], walked[found] = home_row[home], facility, best
                        found += 1
        for place in range(n_touched):
            node = touched[place]
            if not fits:
                break
            for item in range(node_start[node], node_start[node + 1]):
                edge = incident[item]
                if edge == own or (node != edge_from[edge] and distance[edge_from[edge]] != FAR):
                    continue
                if found + home_start[edge + 1] - home_start[edge] > room:
                    fits = False
                    break
                back, ahead = np.int64(distance[edge_from[edge]]), np.int64(distance[edge_to[edge]])
                for home in range(home_start[edge], home_start[edge + 1]):
                    best = min(back + home_back[home], ahead + home_ahead[home])
                    if best <= cutoff:
                        origin[found], destination[found], walked[found] = home_row[home], facility, best
                        found += 1
        for place in range(n_touched):
            distance[touched[place]] = FAR
        if not fits:
            return origin[:before], destination[:before], walked[:before], facility
    return origin[:found], destination[:found], walked[:found], last


@njit(cache=True, nogil=True)
def by_origin(origin: Array, destination: Array, walked: Array, n_origins: int) -> Array:
    """Sort pairs by origin, distance and destination."""
    start = np.zeros(n_origins + 1, dtype=np.int64)
    for pair in range(len(origin)):
        start[origin[pair] + 1] += 1
    for row in range(n_origins):
        start[row + 1] += start[row]
    place = start[:-1].copy()
    # Distance and destination in one whole number: their order is its order, and it moves at once.
    key = np.empty(len(origin), dtype=np.int64)
    for pair in range(len(origin)):
        row = origin[pair]
        key[place[row]] = (np.int64(walked[pair]) << _NODE_BITS) | np.int64(destination[pair])
        place[row] += 1
    whence = np.empty(len(origin), dtype=np.int64)
    where = np.empty(len(origin), dtype=np.int64)
    how_far = np.empty(len(origin), dtype=np.int64)
    for row in range(n_origins):
        low, high = start[row], start[row + 1]
        if high - low > _SHORT_SEGMENT:
            key[low:high].sort()
        else:
            for pair in range(low + 1, high):
                one, at = key[pair], pair
                while at > low and key[at - 1] > one:
                    key[at] = key[at - 1]
                    at -= 1
                key[at] = one
        for pair in range(low, high):
            whence[pair], where[pair], how_far[pair] = row, key[pair] & _NODE_MASK, key[pair] >> _NODE_BITS
    return whence, where, how_far


# --- the nearest of many ----------------------------------------------------------------------


@njit(cache=True, nogil=True)
def nearest_source(arcs: Array, arc_edge: Array, seeds: Array, cutoff: int) -> Array:
    """Walk from every node to its nearest seed, in one sweep.

    Parameters
    ----------
    arcs, arc_edge
        As in :func:`pairs_in_reach`; ``arc_edge`` is the edge that each arc walks.
    seeds
        ``node``, ``leg_mm`` and ``source`` (n_seeds). Of equally near sources the lowest wins.

    Returns
    -------
    tuple
        For each node: distance (``FAR`` beyond the cutoff), source, the edge on which the walk leaves the node and
        the node it leads to (-1 at a seed and beyond the cutoff).
    """
    start, tail, cost = arcs
    n_nodes = len(start) - 1
    distance = np.full(n_nodes, FAR, dtype=np.int32)
    source = np.full(n_nodes, NONE, dtype=np.int32)
    leaves_by = np.full(n_nodes, NONE, dtype=np.int32)
    leads_to = np.full(n_nodes, NONE, dtype=np.int32)
    head, after, before = empty_buckets(n_nodes, cutoff)
    for seed in range(len(seeds[0])):
        node, leg, name = seeds[0][seed], seeds[1][seed], seeds[2][seed]
        if leg > cutoff:
            continue
        old = distance[node]
        if leg < old or (leg == old and name < source[node]):
            distance[node], source[node] = leg, name
            _move(node, old >> _BUCKET_BITS, leg >> _BUCKET_BITS, head, after, before)
    for bucket in range(len(head)):
        while head[bucket] >= 0:
            node = head[bucket]
            following = after[node]
            head[bucket] = following
            if following >= 0:
                before[following] = NONE
            before[node] = _IDLE
            reached, name = np.int64(distance[node]), source[node]
            for arc in range(start[node], start[node + 1]):
                longer = reached + cost[arc]
                other = tail[arc]
                old = distance[other]
                # A node that got an equally near, lower source tells its neighbours again.
                if longer <= cutoff and (longer < old or (longer == old and name < source[other])):
                    distance[other], source[other] = longer, name
                    leaves_by[other], leads_to[other] = arc_edge[arc], node
                    _move(other, old >> _BUCKET_BITS, longer >> _BUCKET_BITS, head, after, before)
    return distance, source, leaves_by, leads_to


@njit(cache=True, nogil=True)
def nearest_sources(arcs: Array, seeds: Array, cutoff: int, k: int) -> Array:
    """Walks from every node to its k nearest sources, in one sweep: distance and source, both (n_nodes, k)."""
    start, tail, cost = arcs
    n_nodes, n_seeds = len(start) - 1, len(seeds[0])
    distance = np.full((n_nodes, k), FAR, dtype=np.int32)
    source = np.full((n_nodes, k), NONE, dtype=np.int32)
    known = np.zeros(n_nodes, dtype=np.int32)
    # An entry is a walk offered to a node: at most one an arc for each of the k sources of the node it leads to.
    room = n_seeds + k * len(tail) + 4
    offer_node, offer_source = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
    heap = np.empty(room, dtype=np.int64)
    size, offers = 0, 0
    order = np.argsort(seeds[2], kind="mergesort")
    for item in range(n_seeds):
        seed = order[item]
        if seeds[1][seed] <= cutoff:
            offer_node[offers], offer_source[offers] = seeds[0][seed], seeds[2][seed]
            size = _push(heap, size, seeds[1][seed], offers)
            offers += 1
    while size > 0:
        key = heap[0]
        size = _pop(heap, size)
        offer, reached = key & _NODE_MASK, key >> _NODE_BITS
        node, name = offer_node[offer], offer_source[offer]
        count = known[node]
        taken = count == k
        for rank in range(count):
            taken = taken or source[node, rank] == name
        if taken:
            continue
        distance[node, count], source[node, count] = reached, name
        known[node] = count + 1
        for arc in range(start[node], start[node + 1]):
            longer = reached + cost[arc]
            if longer <= cutoff and known[tail[arc]] < k:
                offer_node[offers], offer_source[offers] = tail[arc], name
                size = _push(heap, size, longer, offers)
                offers += 1
    return distance, source
