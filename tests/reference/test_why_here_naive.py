"""The split of a deficit against plain loops over people, sites and all orders of the four factors."""

from __future__ import annotations

from itertools import permutations
from math import exp, isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.models.why_here import FACTORS, why_here

LIMIT = 900_000


def table(walks, snapped=None):
    """Costs from a matrix of millimetres, None for no walk; pairs in the order of destinations, not of origins."""
    n, m = len(walks), len(walks[0])
    pairs = [(i, j, walks[i][j]) for j in range(m) for i in range(n) if walks[i][j] is not None]
    column = np.array(pairs, dtype=np.int64).reshape(-1, 3)
    return TravelCosts(
        origin_ids=np.array([f"h{i}" for i in range(n)], dtype=object),
        destination_ids=np.array([f"s{j}" for j in range(m)], dtype=object),
        origin=column[:, 0],
        destination=column[:, 1],
        distance_mm=column[:, 2],
        cutoff_mm=LIMIT,
        method="walking_network",
        origin_snapped=np.ones(n, dtype=bool) if snapped is None else np.array(snapped),
        destination_snapped=np.ones(m, dtype=bool),
    )


def weight(walk):
    if walk is None or walk >= LIMIT:
        return 0.0
    return (exp(-0.5 * (walk / LIMIT) ** 2) - exp(-0.5)) / (1 - exp(-0.5))


def naive_access(even, unit, walks, walks_opened, persons, supply, units):
    """Access of one unit with some factors even; unit None for the mean of all units."""
    w = walks_opened if "barriers" in even else walks
    homes, sites = range(len(persons)), [j for j in range(len(supply)) if not isnan(supply[j])]
    f = {(i, j): weight(w[i][j]) for i in homes for j in sites}
    everybody = {j: sum(persons[i] * f[i, j] for i in homes) for j in sites}
    insiders = {j: sum(persons[i] * f[i, j] for i in homes if units[i] is not None) for j in sites}
    q = {j: insiders[j] / everybody[j] if everybody[j] else 0.0 for j in sites}
    used = sum(q.values())
    s, d = {j: supply[j] for j in sites}, dict(everybody)
    if "capacity" in even:
        mean = sum(q[j] * supply[j] for j in sites) / used if used else 0.0
        s = dict.fromkeys(sites, mean)
    if "competition" in even:
        mean = sum(q[j] * everybody[j] for j in sites) / used if used else 0.0
        d = dict.fromkeys(sites, mean)
    members = [i for i in homes if (units[i] == unit if unit is not None else units[i] is not None)]
    living = sum(persons[i] for i in members)
    walk_to = {j: sum(persons[i] * f[i, j] for i in members) / living for j in sites}
    if "distance" in even:
        residents = sum(persons[i] for i in homes if units[i] is not None)
        average = {j: insiders[j] / residents for j in sites}
        near = sum(walk_to.values())
        walk_to = {j: walk_to[j] * sum(average.values()) / near for j in sites} if near else average
    return sum(walk_to[j] * s[j] / d[j] for j in sites if d[j] > 0)


def naive_split(unit, *inputs):
    """Mean of what each factor adds over all 24 orders; what all units gain from opening belongs to nobody."""
    parts = dict.fromkeys(FACTORS, 0.0)
    for order in permutations(FACTORS):
        even = set()
        for factor in order:
            before = naive_access(even, unit, *inputs)
            even.add(factor)
            parts[factor] += (naive_access(even, unit, *inputs) - before) / 24
    parts["barriers"] -= naive_access({"barriers"}, None, *inputs) - naive_access(set(), None, *inputs)
    return [parts[factor] for factor in FACTORS]


@st.composite
def districts(draw):
    n, m = draw(st.integers(2, 7)), draw(st.integers(1, 4))
    walk = st.one_of(st.none(), st.integers(0, LIMIT))
    walks = [[draw(walk) for _ in range(m)] for _ in range(n)]
    opened = [[w if w is None else draw(st.integers(0, w)) for w in row] for row in walks]
    opened = [[draw(walk) if w is None else w for w in row] for row in opened]
    persons = [draw(st.integers(0, 500)) for _ in range(n)]
    supply = [draw(st.one_of(st.just(float("nan")), st.integers(0, 300).map(float))) for _ in range(m)]
    units = [draw(st.sampled_from(["a", "b", None])) for _ in range(n)]
    return walks, opened, persons, supply, units


def split(walks, opened, persons, supply, units):
    outside = np.array([unit is None for unit in units])
    return why_here(table(walks), table(opened), persons, supply, units, LIMIT, outside=outside)


def has_supply(walks, opened, persons, supply, units):
    """Whether somebody in a unit reaches supply of known size, now or with the links open."""
    return any(
        persons[i] > 0 and units[i] is not None and supply[j] > 0 and max(weight(walks[i][j]), weight(opened[i][j])) > 0
        for i in range(len(persons))
        for j in range(len(supply))
    )


@settings(deadline=None, max_examples=120, derandomize=True)
@given(districts())
def test_equals_plain_loops_over_all_orders(district):
    if not has_supply(*district):
        with pytest.raises(ValueError, match="no access to explain"):
            split(*district)
        return
    found = split(*district)
    mean = naive_access(set(), None, *district)
    assert found.reference == pytest.approx(mean, rel=1e-12, abs=1e-14)
    for row, unit in enumerate(found.units):
        if found.persons[row] == 0:
            assert np.isnan(found.deficit[row]) and np.isnan(found.parts[row]).all()
            continue
        access = naive_access(set(), unit, *district)
        size = max(
            naive_access(set(even), unit, *district)
            for order in permutations(FACTORS)
            for even in (order[:1], order[:2], order[:3], order)
        )
        size = max(size, access, mean)
        assert found.access[row] == pytest.approx(access, rel=1e-12, abs=1e-14)
        assert found.parts[row] == pytest.approx(naive_split(unit, *district), rel=1e-9, abs=1e-11 * size)
        assert found.parts[row].sum() == pytest.approx(mean - access, abs=1e-11 * size)


def test_whole_district_without_outsiders_is_supply_over_persons():
    """With everybody in a unit and every site reached, the reference is all supply over all persons, to the last digit."""
    walks = [[100_000, 400_000], [300_000, None], [None, 200_000]]
    found = split(walks, walks, [10, 20, 30], [120.0, 60.0], ["a", "a", "b"])
    assert found.reference == pytest.approx(180 / 60, rel=1e-15)
    assert found.coalitions[15] == pytest.approx([3.0, 3.0], rel=1e-14)
    assert found.gain_if_opened == 0.0
