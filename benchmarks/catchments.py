"""Floating catchments: this package against a plain loop, and against PySAL access where it is installed.

    python -m benchmarks.catchments [--origins 20000] [--sites 500] [--near 40]

One run times all of them on the same made-up distances, each round with other demand, and prints
seconds and ratios (theirs over ours). Results are compared before a ratio is printed.
"""

from __future__ import annotations

import argparse
import math
import resource
import statistics
import time
from importlib.util import find_spec

import numpy as np
import pandas as pd

from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.measures.catchment import enhanced_two_step_catchment
from jingan_analysis.measures.decay import decay_weights

LIMIT_MM = 900_000
ROUNDS = 3


def made_up_costs(origins: int, sites: int, near: int) -> TravelCosts:
    dice = np.random.default_rng(7)
    origin = np.repeat(np.arange(origins), near)
    destination = ((np.arange(near)[None, :] * (sites // near) + dice.integers(0, sites, (origins, 1))) % sites).ravel()
    distance = dice.integers(0, 1_200_000, len(origin))
    order = np.lexsort((destination, distance, origin))
    return TravelCosts(
        origin_ids=np.arange(origins).astype(object),
        destination_ids=np.arange(sites).astype(object),
        origin=origin[order],
        destination=destination[order],
        distance_mm=distance[order],
        cutoff_mm=1_200_000,
        method="walking_network",
        origin_snapped=np.ones(origins, dtype=bool),
        destination_snapped=np.ones(sites, dtype=bool),
    )


def by_loop(costs: TravelCosts, demand: np.ndarray, supply: np.ndarray) -> np.ndarray:
    persons, units = demand.tolist(), supply.tolist()
    weight = decay_weights(costs.distance_mm, LIMIT_MM, "gaussian").tolist()
    pairs = list(zip(costs.origin.tolist(), costs.destination.tolist(), weight, strict=True))
    competing = [0.0] * costs.n_destinations
    for i, j, w in pairs:
        competing[j] += persons[i] * w
    access = [0.0] * costs.n_origins
    for i, j, w in pairs:
        if competing[j] > 0:
            access[i] += units[j] / competing[j] * w
    return np.array(access)


def gaussian(distance_mm: float) -> float:
    """Weight of one pair: access calls its weight function pair by pair."""
    if distance_mm > LIMIT_MM:
        return 0.0
    return (math.exp(-0.5 * (distance_mm / LIMIT_MM) ** 2) - math.exp(-0.5)) / (1.0 - math.exp(-0.5))


def by_access(frame: pd.DataFrame, demand: np.ndarray, supply: np.ndarray) -> np.ndarray:
    from access.fca import two_stage_fca

    found = two_stage_fca(
        pd.DataFrame({"demand": demand}),
        pd.DataFrame({"supply": supply}),
        frame,
        LIMIT_MM,
        demand_index=True,
        supply_index=True,
        weight_fn=gaussian,
    )
    return found.reindex(range(len(demand))).to_numpy()


def timed(action, *arguments):
    started = time.perf_counter()
    return action(*arguments), time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--origins", type=int, default=20_000)
    parser.add_argument("--sites", type=int, default=500)
    parser.add_argument("--near", type=int, default=40, help="sites within the cutoff of each origin")
    options = parser.parse_args()

    costs = made_up_costs(options.origins, options.sites, options.near)
    dice = np.random.default_rng(8)
    supply = dice.uniform(10, 400, options.sites)
    names = ["ours", "loop"] + (["access"] if find_spec("access") else [])
    frame = pd.DataFrame({"origin": costs.origin, "dest": costs.destination, "cost": costs.distance_mm})
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for round_ in range(ROUNDS):
        demand = dice.integers(1, 400, options.origins).astype(float)
        found, took = timed(lambda d=demand: enhanced_two_step_catchment(costs, d, supply, LIMIT_MM).access)
        seconds["ours"].append(took)
        for name, rival in (
            ("loop", lambda d=demand: by_loop(costs, d, supply)),
            ("access", lambda d=demand: by_access(frame, d, supply)),
        ):
            if name in seconds:
                theirs, took = timed(rival)
                np.testing.assert_allclose(np.nan_to_num(theirs), found, rtol=1e-9, err_msg=f"{name}, round {round_}")
                seconds[name].append(took)
    ours = statistics.median(seconds["ours"])
    print(
        f"{len(costs.origin):,} pairs, {options.origins:,} origins, {options.sites:,} sites, median of {ROUNDS} rounds"
    )
    for name in names:
        median = statistics.median(seconds[name])
        print(f"  {name:8} {median:8.4f} s   {median / ours:6.1f} ×")
    if "access" not in names:
        print("  access   not installed")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
