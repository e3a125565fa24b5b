"""Probability of a walk in time by plain search: one speed after the other on a graph built for it."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from statistics import NormalDist

SPREAD, STAIRS_FACTOR, REST_EVERY_M, REST_S = 0.2, 2.0, 200, 60
DRAWN = 40
LIMIT_S = 15 * 60
KINDS = {
    "0.8": {"speed": 0.8, "stairs": None, "rests": True},
    "1": {"speed": 1.0, "stairs": STAIRS_FACTOR, "rests": False},
    "1.3": {"speed": 1.3, "stairs": STAIRS_FACTOR, "rests": False},
}


def probabilities(streets, homes, sites, limit_s=LIMIT_S):
    """Probability by kind of walker, one list of all homes a kind; None where a home is not joined."""
    return {name: of_kind(streets, homes, sites, limit_s, **kind) for name, kind in KINDS.items()}


def of_kind(streets, homes, sites, limit_s, *, speed, stairs, rests):
    def joined(place):
        return place["joined"] if stairs is not None else streets.joined(place["xy"], stairs=False)

    doors, ends = [joined(home) for home in homes], [door for site in sites if (door := joined(site))]
    in_time = [0] * len(homes)
    for drawn in range(DRAWN):
        pace = speed * math.exp(SPREAD * NormalDist().inv_cdf((drawn + 0.5) / DRAWN))
        limit_mm = math.floor(round(pace * limit_s * 1000, 6))
        for row, mm in enumerate(nearest(streets, doors, ends, pace, stairs, limit_mm)):
            if mm <= limit_mm:
                rest_s = max(math.ceil(mm / 1000 / REST_EVERY_M) - 1, 0) * REST_S * rests
                in_time[row] += rest_s == 0 or mm / 1000 <= (limit_s - rest_s) * pace
    return [None if door is None else count / DRAWN for door, count in zip(doors, in_time, strict=True)]


def nearest(streets, doors, ends, pace, stairs, limit_mm):
    """Cost in millimetres from each home to the nearest site, waits as the way walked meanwhile; inf beyond the limit."""
    cost = []
    for (_, _, length, _), is_stairs, wait_s in zip(streets.edges, streets.stairs, streets.wait_s, strict=True):
        dear = math.inf if is_stairs and stairs is None else length * (stairs if is_stairs else 1)
        cost.append(dear if dear == math.inf else round(dear + wait_s * pace * 1000))
    on_edge, begins = defaultdict(list), []
    for number, before, after, gap in ends:
        start, end, length, _ = streets.edges[number]
        begins.append((round(cost[number] * before / length) + gap, start))
        begins.append((round(cost[number] * after / length) + gap, end))
        on_edge[number].append((before, gap))
    reach = search(streets.beside_node, cost, begins, limit_mm)
    found = []
    for door in doors:
        mm = math.inf
        if door is not None:
            number, before, after, gap = door
            start, end, length, _ = streets.edges[number]
            if start in reach:
                mm = reach[start] + round(cost[number] * before / length)
            if end in reach:
                mm = min(mm, reach[end] + round(cost[number] * after / length))
            for along, off in on_edge.get(number, ()):
                mm = min(mm, round(cost[number] * abs(before - along) / length) + off)
            mm += gap
        found.append(mm)
    return found


def search(beside_node, cost, begins, limit_mm):
    """Cost to every node within the limit, by plain Dijkstra from all beginnings at once."""
    reach, waiting = {}, list(begins)
    heapq.heapify(waiting)
    while waiting:
        mm, node = heapq.heappop(waiting)
        if mm > limit_mm:
            break
        if node not in reach:
            reach[node] = mm
            for other, number in beside_node[node]:
                if other not in reach:
                    heapq.heappush(waiting, (mm + cost[number], other))
    return reach


def tables(ground, people, places, focus):
    """The tables on walkers.

    Parameters
    ----------
    people
        Persons at each home by group: ``older``, ``frail``, ``aged_80_plus`` and ``frail_80_plus``.
    """
    chance = dict(ground.probabilities)
    paces = zip(people["older"], people["frail"], people["aged_80_plus"], people["frail_80_plus"], strict=True)
    chance["own_pace"] = []
    for row, (older, frail, old, frail_old) in enumerate(paces):
        slow, middle, fast = (chance[name][row] for name in KINDS)
        if older == 0 or slow is None:
            chance["own_pace"].append(None)
        else:
            kinds = ((frail, slow), (old - frail_old, middle), (older - frail - (old - frail_old), fast))
            chance["own_pace"].append(sum(persons * share for persons, share in kinds) / older)
    return {
        "walkers": {name: expected(people["older"], values, focus) for name, values in chance.items()},
        "walkers_by_subdistrict": {
            place: {name: expected(people["older"], values, homes)["share"] for name, values in chance.items()}
            for place, homes in places.items()
        },
    }


def expected(persons, chance, homes):
    known = [(persons[row], chance[row]) for row in homes if persons[row] > 0 and chance[row] is not None]
    total = sum(people for people, _ in known)
    in_time = sum(people * share for people, share in known)
    return {
        "persons": total,
        "expected": in_time,
        "share": in_time / total,
        "likely": sum(people for people, share in known if share >= 0.9) / total,
        "unlikely": sum(people for people, share in known if share < 0.1) / total,
        "unknown": sum(persons[row] for row in homes) - total,
    }
