"""Probability of a walk in time by plain search: one speed after the other on a graph built for it."""

from __future__ import annotations

import math
from statistics import NormalDist

import networkx as nx

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
        return streets.joined(place["xy"], stairs=stairs is not None)

    doors, ends = [joined(home) for home in homes], [door for site in sites if (door := joined(site))]
    in_time = [0] * len(homes)
    for drawn in range(DRAWN):
        pace = speed * math.exp(SPREAD * NormalDist().inv_cdf((drawn + 0.5) / DRAWN))
        for row, mm in enumerate(nearest(streets, doors, ends, pace, stairs)):
            rest_s = (max(math.ceil(mm / 1000 / REST_EVERY_M) - 1, 0) * REST_S if mm < math.inf else 0) * rests
            in_time[row] += mm <= math.floor(round(pace * limit_s * 1000, 6)) and (
                rest_s == 0 or mm / 1000 <= (limit_s - rest_s) * pace
            )
    return [None if door is None else count / DRAWN for door, count in zip(doors, in_time, strict=True)]


def nearest(streets, doors, ends, pace, stairs):
    """Cost in millimetres from each home to the nearest site, waits as the way walked meanwhile."""
    cost = []
    for (_, _, length, _), is_stairs, wait_s in zip(streets.edges, streets.stairs, streets.wait_s, strict=True):
        dear = math.inf if is_stairs and stairs is None else length * (stairs if is_stairs else 1)
        cost.append(dear if dear == math.inf else round(dear + wait_s * pace * 1000))
    graph = nx.DiGraph()

    def link(start, end, mm):
        if mm < graph.get_edge_data(start, end, {"mm": math.inf})["mm"]:
            graph.add_edge(start, end, mm=mm)

    for (start, end, _, _), mm in zip(streets.edges, cost, strict=True):
        if mm < math.inf:
            link(start, end, mm)
            link(end, start, mm)
    on_edge = {}
    for number, before, after, gap in ends:
        start, end, length, _ = streets.edges[number]
        link("site", start, round(cost[number] * before / length) + gap)
        link("site", end, round(cost[number] * after / length) + gap)
        on_edge.setdefault(number, []).append((before, gap))
    reach = nx.single_source_dijkstra_path_length(graph, "site", weight="mm")
    found = []
    for door in doors:
        if door is None:
            found.append(math.inf)
            continue
        number, before, after, gap = door
        start, end, length, _ = streets.edges[number]
        ways = [
            reach.get(start, math.inf) + round(cost[number] * before / length),
            reach.get(end, math.inf) + round(cost[number] * after / length),
            *(round(cost[number] * abs(before - along) / length) + off for along, off in on_edge.get(number, ())),
        ]
        found.append(min(ways) + gap)
    return found


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
