"""The measures against short independent loops on random small cases.

The loops are written from the papers' formulas and share nothing with the package: a dictionary of
distances, no arrays, no sparse table.
"""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.measures.catchment import enhanced_two_step_catchment, two_step_catchment
from jingan_analysis.measures.inequality import gini, lorenz_curve, theil_decomposition
from jingan_analysis.measures.reach import cumulative_opportunities, nearest, reached

LIMIT_MM = 900_000
CUTOFF_MM = 1_200_000
SEEDS = range(25)


def random_case(seed):
    dice = random.Random(seed)
    n_origins, n_sites = dice.randint(1, 30), dice.randint(1, 8)
    metres = {}
    for i in range(n_origins):
        for j in range(n_sites):
            # Round numbers, so that ties and pairs at exactly the limit are common.
            d = dice.choice([None, 0, 300_000, 600_000, 900_000, 900_001, dice.randint(0, CUTOFF_MM)])
            if d is not None:
                metres[i, j] = d
    demand = [dice.choice([0, 1, 2, dice.randint(0, 900)]) for _ in range(n_origins)]
    supply = [dice.choice([0.0, math.nan, dice.uniform(1, 400), dice.uniform(1, 400)]) for _ in range(n_sites)]
    return n_origins, n_sites, metres, demand, supply


def costs_from(n_origins, n_sites, metres):
    pairs = sorted((i, d, j) for (i, j), d in metres.items())
    column = np.array(pairs, dtype=np.int64).reshape(-1, 3)
    return TravelCosts(
        origin_ids=np.arange(n_origins).astype(str).astype(object),
        destination_ids=np.arange(n_sites).astype(str).astype(object),
        origin=column[:, 0],
        destination=column[:, 2],
        distance_mm=column[:, 1],
        cutoff_mm=CUTOFF_MM,
        method="walking_network",
        origin_snapped=np.ones(n_origins, dtype=bool),
        destination_snapped=np.ones(n_sites, dtype=bool),
    )


def gaussian(d):
    if d > LIMIT_MM:
        return 0.0
    return (math.exp(-0.5 * (d / LIMIT_MM) ** 2) - math.exp(-0.5)) / (1 - math.exp(-0.5))


def step(d):
    return 1.0 if d <= LIMIT_MM else 0.0


def naive_catchment(case, weight):
    n_origins, n_sites, metres, demand, supply = case
    ratio = []
    for j in range(n_sites):
        competing = sum(demand[i] * weight(metres[i, j]) for i in range(n_origins) if (i, j) in metres)
        ratio.append(supply[j] / competing if competing > 0 else math.nan)
    access = []
    for i in range(n_origins):
        total, unknown = 0.0, False
        for j in range(n_sites):
            w = weight(metres[i, j]) if (i, j) in metres else 0.0
            if w > 0 and math.isnan(supply[j]):
                unknown = True
            elif w > 0 and not math.isnan(ratio[j]):
                total += ratio[j] * w
        access.append(math.nan if unknown and total == 0 else total)
    return ratio, access


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("method", "weight"), [(two_step_catchment, step), (enhanced_two_step_catchment, gaussian)])
def test_catchments(seed, method, weight):
    case = random_case(seed)
    ratio, access = naive_catchment(case, weight)
    found = method(costs_from(*case[:3]), case[3], case[4], LIMIT_MM)
    np.testing.assert_allclose(found.supply_ratio, ratio, rtol=1e-12, atol=0)
    np.testing.assert_allclose(found.access, access, rtol=1e-12, atol=0)


@pytest.mark.parametrize("seed", SEEDS)
def test_reach(seed):
    n_origins, n_sites, metres, _, supply = case = random_case(seed)
    costs = costs_from(*case[:3])
    amounts = [0.0 if math.isnan(amount) else amount for amount in supply]
    found, within, total = nearest(costs), reached(costs, LIMIT_MM), cumulative_opportunities(costs, amounts, LIMIT_MM)
    for i in range(n_origins):
        choices = sorted((metres[i, j], j) for j in range(n_sites) if (i, j) in metres)
        assert found.destination[i] == (choices[0][1] if choices else -1)
        assert within[i] == any(d <= LIMIT_MM for d, _ in choices)
        assert total[i] == pytest.approx(sum(amounts[j] for d, j in choices if d <= LIMIT_MM), rel=1e-12)
        if choices:
            assert found.distance_mm[i] == choices[0][0]
        else:
            assert math.isnan(found.distance_mm[i])


def naive_gini(value, weight):
    # Half the mean absolute difference between all pairs of people, over their mean.
    people = sum(weight)
    mean = sum(v * w for v, w in zip(value, weight, strict=True)) / people
    gap = sum(
        w * u * abs(v - x) for v, w in zip(value, weight, strict=True) for x, u in zip(value, weight, strict=True)
    )
    return gap / (2 * people**2 * mean)


def naive_theil(value, weight):
    people = sum(weight)
    mean = sum(v * w for v, w in zip(value, weight, strict=True)) / people
    return sum(w * v / mean * math.log(v / mean) for v, w in zip(value, weight, strict=True) if v > 0) / people


@pytest.mark.parametrize("seed", SEEDS)
def test_inequality(seed):
    dice = random.Random(seed)
    n = dice.randint(2, 25)
    value = [dice.choice([0.0, 1.0, dice.uniform(0, 9)]) for _ in range(n)] + [2.0]
    weight = [dice.choice([0.0, 1.0, dice.uniform(0, 50)]) for _ in range(n)] + [1.0]
    group = [dice.randint(0, 3) for _ in range(n)] + [0]
    assert gini(value, weight) == pytest.approx(naive_gini(value, weight), abs=1e-12)
    total, between, within = theil_decomposition(value, weight, group)
    assert total == pytest.approx(naive_theil(value, weight), abs=1e-12)
    everything = sum(v * w for v, w in zip(value, weight, strict=True))
    parts = 0.0
    for g in set(group):
        members = [(v, w) for v, w, h in zip(value, weight, group, strict=True) if h == g]
        owned = sum(v * w for v, w in members)
        if owned > 0:
            parts += owned / everything * naive_theil(*zip(*members, strict=True))
    assert within == pytest.approx(parts, abs=1e-12)
    assert between == pytest.approx(total - parts, abs=1e-12)


def test_lorenz_against_a_list_of_single_people():
    # Weights that are whole numbers of people: the curve of every person written out, one by one.
    value, weight = [0.0, 3.0, 1.0, 1.0], [2, 1, 3, 4]
    people = sorted(v for v, w in zip(value, weight, strict=True) for _ in range(w))
    curve = lorenz_curve(value, weight)
    for share, owned in zip(curve.population_share, curve.value_share, strict=True):
        count = round(share * len(people))
        assert owned == pytest.approx(sum(people[:count]) / sum(people), abs=1e-15)
