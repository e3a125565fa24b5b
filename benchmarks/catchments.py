"""E2SFCA on nine million pairs, RAAM on 52 thousand, and a multiverse, against PySAL access and against single runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.race import installed, race, table, with_version
from benchmarks.streets import some_nodes, streets
from jingan_analysis.geography.travel import travel_costs
from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.measures.catchment import enhanced_two_step_catchment
from jingan_analysis.measures.catchments.methods import catchment
from jingan_analysis.measures.catchments.rational_agent import rational_agents
from jingan_analysis.models.multiverse import multiverse, specification_grid

if TYPE_CHECKING:
    from collections.abc import Callable

    from jingan_analysis.models.multiverse_specification import Specification

LIMIT_MM = 800_000
"""Ten minutes at 1.3 m/s are within it."""


def town(n_origins: int, n_sites: int, sites_each: int) -> tuple[TravelCosts, np.ndarray, np.ndarray]:
    """So many sites within the limit of every origin, in the order in which a search leaves pairs."""
    rng = np.random.default_rng(0)
    origin = np.repeat(np.arange(n_origins), sites_each)
    site = ((origin * 7919 + np.tile(np.arange(sites_each), n_origins) * (n_sites // sites_each)) % n_sites).astype(int)
    distance_mm = rng.integers(0, LIMIT_MM, len(origin))
    order = np.lexsort((site, distance_mm, origin))
    costs = TravelCosts(
        origin_ids=np.arange(n_origins).astype(object),
        destination_ids=np.arange(n_sites).astype(object),
        origin=origin,
        destination=site[order],
        distance_mm=distance_mm[order],
        cutoff_mm=LIMIT_MM,
        method="walking_network",
        origin_snapped=np.ones(n_origins, dtype=bool),
        destination_snapped=np.ones(n_sites, dtype=bool),
    )
    return costs, rng.integers(1, 5, n_origins).astype(float), rng.integers(50, 500, n_sites).astype(float)


def run(scale: float = 1.0) -> str:
    return "\n".join([two_step(scale), agents(), many_choices(scale), many_choices_with_walks(scale)])


def as_access(costs: TravelCosts, persons: np.ndarray, supply: np.ndarray):
    """The same for the package access; costs in metres."""
    import pandas as pd
    from access import Access

    return Access(
        demand_df=pd.DataFrame({"origin": np.arange(len(persons)), "people": persons}),
        demand_index="origin",
        demand_value="people",
        supply_df=pd.DataFrame({"dest": np.arange(len(supply)), "meals": supply}),
        supply_index="dest",
        supply_value="meals",
        cost_df=pd.DataFrame({"origin": costs.origin, "dest": costs.destination, "cost": costs.distance_mm / 1000.0}),
        cost_origin="origin",
        cost_dest="dest",
        cost_name="cost",
    )


def two_step(scale: float) -> str:
    costs, persons, supply = town(int(450_000 * scale), 5000, 20)
    contenders = {"ours": lambda _: enhanced_two_step_catchment(costs, persons, supply, LIMIT_MM)}
    rounds, notes = {"ours": 7}, {}
    if installed("access"):
        from access.weights import gaussian

        tool = as_access(costs, persons, supply)
        name = with_version("access")
        contenders[name] = lambda turn: tool.two_stage_fca(
            name=f"run{turn}", cost="cost", max_cost=LIMIT_MM / 1000.0, weight_fn=gaussian(LIMIT_MM / 3000.0)
        )
        rounds[name], notes[name] = 2, "two_stage_fca with a Gaussian weight"
    results = race(contenders, rounds=rounds, notes=notes)
    return table(f"E2SFCA on {len(costs.origin):,} pairs", results)


def agents() -> str:
    costs, persons, supply = town(5200, 100, 10)
    contenders = {"ours": lambda _: rational_agents(costs, persons, supply, LIMIT_MM, tau_mm=LIMIT_MM / 2)}
    rounds, notes = {"ours": 7}, {}
    if installed("access"):
        tool = as_access(costs, persons, supply)
        name = with_version("access")
        contenders[name] = lambda turn: tool.raam(name=f"run{turn}", cost="cost", tau=LIMIT_MM / 2000.0)
        rounds[name], notes[name] = 2, "whole people, its own stopping rule"
    return table(f"RAAM on {len(costs.origin):,} pairs", race(contenders, rounds=rounds, notes=notes))


def grid(groups: dict[str, np.ndarray]) -> list[Specification]:
    """243 combinations."""
    return specification_grid(
        methods=("e2sfca", "3sfca", "m2sfca"),
        minutes=(5.0, 8.0, 10.0),
        decays=("uniform", "gaussian", "linear"),
        walk_speeds_mps=(0.8, 1.0, 1.3),
        denominators=tuple(groups),
    )


def groups_of(persons: np.ndarray) -> dict[str, np.ndarray]:
    """Three denominators."""
    return {"all": persons, "half": np.floor(persons / 2), "few": (persons > 3).astype(float)}


def one_by_one(
    turn: int, groups: dict[str, np.ndarray], supply: np.ndarray, unit: np.ndarray, walks: Callable[[int], TravelCosts]
) -> None:
    """Twenty specifications at random, each a run of its own."""
    chosen = grid(groups)
    for row in np.random.default_rng(turn).choice(len(chosen), 20, replace=False):
        one = chosen[row]
        people = groups[one.denominator]
        access = catchment(one.method, walks(one.limit_mm), people, supply, one.limit_mm, decay=one.decay).access
        np.bincount(unit, access * people, 14) / np.bincount(unit, people, 14)


def many_choices(scale: float) -> str:
    """All specifications in one pass against 20 of them one after the other, on walks that are ready."""
    costs, persons, supply = town(int(20_000 * scale), 250, 10)
    groups, unit = groups_of(persons), np.arange(len(persons)) % 14
    chosen = grid(groups)
    whole, single = f"ours, {len(chosen)} specifications in one pass", "ours, 20 of them one by one"
    results = race(
        {
            whole: lambda _: multiverse(costs, groups, supply, unit, chosen),
            single: lambda turn: one_by_one(turn, groups, supply, unit, lambda _: costs),
        },
        rounds={whole: 7, single: 7},
    )
    return table(f"Multiverse on {len(costs.origin):,} pairs that are ready", results)


def many_choices_with_walks(scale: float) -> str:
    """The same from the network on: one search in all against one for each single run."""
    streets_of = streets(int(75_000 * scale))
    network = streets_of.network()
    homes, sites = (streets_of.xy[some_nodes(streets_of, n, seed=n)] for n in (int(20_000 * scale), 249))
    persons = np.random.default_rng(0).integers(1, 5, len(homes)).astype(float)
    supply, unit = np.full(len(sites), 100.0), np.arange(len(homes)) % 14
    groups = groups_of(persons)
    chosen = grid(groups)
    names = [np.arange(len(places)).astype(str).astype(object) for places in (homes, sites)]

    def walks(limit_mm: int) -> TravelCosts:
        return travel_costs(names[0], homes, names[1], sites, network=network, cutoff_mm=limit_mm, snap_cap_m=200)

    longest = max(one.limit_mm for one in chosen)
    whole, single = f"ours, {len(chosen)} specifications in one pass", "ours, 20 of them one by one"
    results = race(
        {
            whole: lambda _: multiverse(walks(longest), groups, supply, unit, chosen),
            single: lambda turn: one_by_one(turn, groups, supply, unit, walks),
        },
        rounds={whole: 5, single: 3},
        notes={whole: "one search of all walks", single: "each with its own search, as single reports have"},
    )
    n_pairs = len(walks(longest).origin)
    return table(f"Multiverse from the streets on: {network.n_nodes:,} nodes, {n_pairs:,} pairs", results)


if __name__ == "__main__":
    import sys

    print(run(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0))
