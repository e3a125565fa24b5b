"""The multiverse against one separate run a specification."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from jingan_analysis.geography.travel_costs import TravelCosts, reach_mm
from jingan_analysis.measures.catchments.methods import catchment
from jingan_analysis.models.multiverse import BelowMeanShare, multiverse, specification_grid

METHODS = ("e2sfca", "3sfca", "m2sfca", "mh3sfca", "bfca")
MINUTES = (5.0, 10.0, 15.0)
DECAYS = ("gaussian", "linear", "uniform")
SPEEDS = (0.6, 0.8, 1.2)
GROUPS = ("older", "over_80")


def district(seed, *, shuffled=False, n_origins=60, n_destinations=8):
    rng = np.random.default_rng(seed)
    metres = rng.integers(10, 2_000, (n_origins, n_destinations))
    snapped = rng.random(n_origins) > 0.1
    cutoff = reach_mm(max(SPEEDS), max(MINUTES))
    pairs = [
        (i, int(metres[i, j]) * 1000, j)
        for i in range(n_origins)
        for j in range(n_destinations)
        if snapped[i] and metres[i, j] * 1000 <= cutoff
    ]
    pairs = sorted(pairs)
    if shuffled:
        pairs = [pairs[p] for p in rng.permutation(len(pairs))]
    column = np.array(pairs, dtype=np.int64)
    costs = TravelCosts(
        origin_ids=np.arange(n_origins).astype(object),
        destination_ids=np.arange(n_destinations).astype(object),
        origin=column[:, 0],
        destination=column[:, 2],
        distance_mm=column[:, 1],
        cutoff_mm=cutoff,
        method="walking_network",
        origin_snapped=snapped,
        destination_snapped=np.ones(n_destinations, dtype=bool),
    )
    older = rng.integers(0, 40, n_origins).astype(float)
    demand = {"older": older, "over_80": np.floor(older / 4)}
    supply = rng.integers(0, 200, n_destinations).astype(float)
    supply[:2] = np.nan
    units = np.array([None if u == 5 else f"unit{u}" for u in rng.integers(0, 6, n_origins)], dtype=object)
    return costs, demand, supply, units


def run(costs, demand, supply, units, choices):
    outside = np.array([unit is None for unit in units])
    return multiverse(costs, demand, supply, units, choices, outside=outside, underserved=BelowMeanShare(0.8))


def one_run(costs, demand, supply, specification):
    """Access by a single call."""
    limit = int(specification[3] * specification[1] * 60_000 + 1e-6)
    persons = demand[specification[4]]
    return catchment(specification[0], costs, persons, supply, limit, decay=specification[2]).access


def unit_means(access, persons, units):
    """Persons-weighted mean access of the known, and share of persons not known, by plain loops."""
    means, unknown = [], []
    for label in sorted({u for u in units if u is not None}):
        got = known = living = 0.0
        for a, p, u in zip(access, persons, units, strict=True):
            if u == label:
                living += p
                if not math.isnan(a):
                    known += p
                    got += a * p
        means.append(got / known if known else float("nan"))
        unknown.append((living - known) / living if living else float("nan"))
    return means, unknown


@pytest.mark.parametrize(("seed", "shuffled"), [(1, False), (2, True), (3, False)])
def test_every_specification_equals_its_own_run(seed, shuffled):
    costs, demand, supply, units = district(seed, shuffled=shuffled)
    choices = specification_grid(
        methods=METHODS, minutes=MINUTES, decays=DECAYS, walk_speeds_mps=SPEEDS, denominators=GROUPS
    )
    found = run(costs, demand, supply, units, choices)
    runs = list(itertools.product(METHODS, MINUTES, DECAYS, SPEEDS, GROUPS))
    assert len(runs) == len(found.specifications) == 270
    for row, chosen in enumerate(runs):
        specification = found.specifications[row]
        assert (
            specification.method,
            specification.minutes,
            specification.decay,
            specification.walk_speed_mps,
            specification.denominator,
        ) == chosen
        access = one_run(costs, demand, supply, chosen)
        means, unknown = unit_means(access, demand[chosen[4]], units)
        np.testing.assert_allclose(found.access[row], means, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(found.unknown_share[row], unknown, rtol=1e-12, atol=1e-15)
    assert (found.unknown_share > 0).any()  # or the test shows nothing about what is not known


@pytest.mark.parametrize("seed", [4, 5])
def test_ranks_and_underserved_units_by_counting(seed):
    costs, demand, supply, units = district(seed)
    choices = specification_grid(
        methods=METHODS, minutes=MINUTES, decays=DECAYS, walk_speeds_mps=SPEEDS, denominators=GROUPS
    )
    found = run(costs, demand, supply, units, choices)
    labels = sorted({u for u in units if u is not None})
    times = dict.fromkeys(labels, 0)
    for row, chosen in enumerate(itertools.product(METHODS, MINUTES, DECAYS, SPEEDS, GROUPS)):
        access, persons = one_run(costs, demand, supply, chosen), demand[chosen[4]]
        inside = [i for i, u in enumerate(units) if u is not None and not math.isnan(access[i])]
        district_mean = sum(access[i] * persons[i] for i in inside) / sum(persons[i] for i in inside)
        assert found.district_access[row] == pytest.approx(district_mean, rel=1e-12)
        means = unit_means(access, persons, units)[0]
        for u, (label, mean) in enumerate(zip(labels, means, strict=True)):
            lower = sum(other < mean - 1e-9 for other in means)
            equal = sum(abs(other - mean) <= 1e-9 for other in means)
            assert found.rank[row, u] == lower + (equal + 1) / 2
            assert found.underserved[row, u] == (mean < 0.8 * district_mean - 1e-12 or mean == 0)
            times[label] += mean < 0.8 * district_mean - 1e-12 or mean == 0
    assert found.underserved_share.tolist() == [times[label] / 270 for label in labels]
    assert found.always_underserved.tolist() == [times[label] == 270 for label in labels]
    assert found.never_underserved.tolist() == [times[label] == 0 for label in labels]


def test_variance_shares_by_looping_over_levels():
    costs, demand, supply, units = district(6)
    choices = specification_grid(
        methods=METHODS, minutes=MINUTES, decays=DECAYS, walk_speeds_mps=SPEEDS, denominators=GROUPS
    )
    found = run(costs, demand, supply, units, choices)
    runs = list(itertools.product(METHODS, MINUTES, DECAYS, SPEEDS, GROUPS))
    whole = sum(np.var(found.rank[:, u]) for u in range(len(found.units)))
    for factor, levels in enumerate((METHODS, MINUTES, DECAYS, SPEEDS, GROUPS)):
        between = 0.0
        for u in range(len(found.units)):
            means = [np.mean([found.rank[r, u] for r, run in enumerate(runs) if run[factor] == one]) for one in levels]
            between += np.var(means)
        assert found.drivers.main[factor] == pytest.approx(between / whole, rel=1e-9, abs=1e-12)
    assert found.drivers.main.sum() + found.drivers.interactions == pytest.approx(1.0, abs=1e-12)
