"""Why here, and what to open, on the demonstration district: against plain loops on a graph with the links added.

The links themselves are those of the study; which links are candidates is tested beside the search for them.
"""

from __future__ import annotations

import math
from copy import copy
from functools import cache
from itertools import permutations

import networkx as nx
import pytest

FACTORS = ("distance", "competition", "capacity", "barriers")
REPORTS = [{}, {"unit": "310106018000"}]
"""The district, and a sub-district with several crossings that would bring people within reach."""


@pytest.fixture(scope="module")
def ground(canteen_ground):
    return canteen_ground


@pytest.fixture(scope="module")
def older(naive_canteen_reach, ground):
    return naive_canteen_reach.counts_by_home(ground, "resident")["older"]


@pytest.fixture(scope="module", params=REPORTS, ids=["district", "unit"])
def report(request, canteen_report):
    found = canteen_report(**request.param)
    return found.params, found.result.tables, found.situation.shortfall


def links_of(question):
    """Name of both ends and millimetres of every link."""
    links, ids = question.links, question.walking.network.node_ids
    return [
        (str(ids[start]), str(ids[end]), int(length))
        for start, end, length in zip(links.from_node, links.to_node, links.length_mm, strict=True)
    ]


def with_links(streets, links):
    graph = streets.graph.copy()
    for start, end, length in links:
        known = graph.get_edge_data(start, end, {"mm": math.inf})["mm"]
        graph.add_edge(start, end, mm=min(length, known))
    return graph


def walks_with(links, ground, naive_walks, cutoff_mm):
    """Walks with links open: nobody is joined to a link, but islands that they reach are islands no more."""
    streets = copy(ground.streets)
    streets.graph = with_links(ground.streets, links)
    assert nx.is_connected(streets.graph)
    streets.in_main = [True] * len(streets.edges)
    homes, sites = (
        [{**place, "joined": streets.joined(place["xy"])} for place in places]
        for places in (ground.homes, ground.sites)
    )
    return naive_walks.walks(streets, homes, sites, cutoff_mm)


@pytest.mark.slow
def test_parts_are_means_over_all_orders(report, ground, older, naive_canteen_reach, naive_walks):
    _, tables, question = report
    opened = walks_with(links_of(question), ground, naive_walks, naive_canteen_reach.MAIN_MM)
    now = {pair: mm for pair, mm in ground.walks.items() if mm <= naive_canteen_reach.MAIN_MM}
    supply = {j: site["daily"] for j, site in enumerate(ground.sites) if not math.isnan(site["daily"])}
    states = {}
    for name, walks in (("now", now), ("opened", opened)):
        weight = {pair: naive_canteen_reach.weight(mm) for pair, mm in walks.items() if pair[1] in supply}
        drawn = dict.fromkeys(supply, 0.0)
        for (i, j), w in weight.items():
            drawn[j] += older[i] * w
        states[name] = weight, drawn
    counted = [j for j in supply if states["now"][1][j] > 0 or states["opened"][1][j] > 0]
    joined = [i for i, home in enumerate(ground.homes) if home["joined"] is not None and home["unit"]]
    people = sum(older[i] for i in joined)

    @cache
    def means(state):
        """What each site draws from the units, and its share; mean size, mean crowd, mean number near a person."""
        weight, drawn = states[state]
        own = {j: sum(older[i] * weight.get((i, j), 0.0) for i in joined) for j in counted}
        share = {j: own[j] / drawn[j] if drawn[j] > 0 else 0.0 for j in counted}
        whole = sum(share.values())
        size, crowd = (sum(share[j] * amount[j] for j in counted) / whole for amount in (supply, drawn))
        return own, size, crowd, sum(own.values()) / people

    @cache
    def near_of(state, unit):
        here = [i for i in joined if ground.homes[i]["unit"] == unit]
        living = sum(older[i] for i in here)
        return {j: sum(older[i] * states[state][0].get((i, j), 0.0) for i in here) / living for j in counted}

    def access(unit, even):
        state = "opened" if "barriers" in even else "now"
        own, size, crowd, number = means(state)
        near, drawn = near_of(state, unit), states[state][1]
        if "distance" in even:
            have = sum(near.values())
            near = {j: near[j] * number / have if have > 0 else own[j] / people for j in counted}
        offered = {j: size if "capacity" in even else supply[j] for j in counted}
        sharing = {j: crowd if "competition" in even else drawn[j] for j in counted}
        return 100 * sum(near[j] * offered[j] / sharing[j] for j in counted if near[j] > 0)

    def mean_access(state):
        weight, drawn = states[state]
        given = sum(
            older[i] * weight[i, j] * supply[j] / drawn[j] for i, j in weight if ground.homes[i]["unit"] if drawn[j]
        )
        return 100 * given / people

    frame, orders = tables["why_here"].frame, list(permutations(FACTORS))
    assert list(frame.index) == list(ground.names)
    for unit in frame.index:
        parts = {
            "distance": 0.0,
            "competition": 0.0,
            "capacity": 0.0,
            "barriers": mean_access("now") - mean_access("opened"),
        }
        for order in orders:
            for place, factor in enumerate(order):
                before, after = frozenset(order[:place]), frozenset(order[: place + 1])
                parts[factor] += (access(unit, after) - access(unit, before)) / len(orders)
        row = frame.loc[unit]
        assert row["persons"] == sum(older[i] for i in joined if ground.homes[i]["unit"] == unit)
        assert row["access"] == pytest.approx(access(unit, frozenset()), rel=1e-9)
        assert row["reference"] == pytest.approx(mean_access("now"), rel=1e-9)
        assert row["shortfall"] == pytest.approx(row["reference"] - row["access"], abs=1e-9)
        assert row[list(FACTORS)].to_dict() == pytest.approx(parts, rel=1e-7, abs=1e-9), unit
        assert row[list(FACTORS)].sum() == pytest.approx(row["shortfall"], abs=1e-9)


@pytest.mark.slow
def test_people_gained_are_those_of_a_new_search(report, ground, older, naive_canteen_reach):
    params, tables, question = report
    limit = naive_canteen_reach.MAIN_MM
    frame, ranked = tables["openings"].frame, question.ranked
    names = question.walking.network.node_ids

    def within(links):
        graph = with_links(ground.streets, links)
        for site in ground.sites:
            if site["joined"] is not None:
                number, before, after, gap = site["joined"]
                start, end, _, _ = ground.streets.edges[number]
                graph.add_edge(("site", site["id"]), start, mm=before + gap)
                graph.add_edge(("site", site["id"]), end, mm=after + gap)
        sources = [("site", site["id"]) for site in ground.sites if site["joined"] is not None]
        reach = nx.multi_source_dijkstra_path_length(graph, sources, cutoff=limit, weight="mm")
        now = ground.within(limit)
        found = set()
        for i, home in enumerate(ground.homes):
            if home["joined"] is not None and (params.unit is None or home["unit"] == params.unit) and home["unit"]:
                number, to_start, to_end, gap = home["joined"]
                start, end, _, _ = ground.streets.edges[number]
                way = min(reach.get(start, math.inf) + to_start, reach.get(end, math.inf) + to_end) + gap
                if way <= limit and i not in now:
                    found.add(i)
        return found

    assert not within([])
    for place, row in enumerate(frame.index):
        link = (
            str(names[ranked.links.from_node[place]]),
            str(names[ranked.links.to_node[place]]),
            int(ranked.links.length_mm[place]),
        )
        gained = within([link])
        assert frame.at[row, "gained_homes"] == sum(older[i] > 0 for i in gained), link
        assert frame.at[row, "gained_persons"] == sum(older[i] for i in gained), link
        assert frame.at[row, "length_m"] == link[2] / 1000
    assert frame["gained_persons"].is_monotonic_decreasing
    assert len(question.links) > len(frame)
