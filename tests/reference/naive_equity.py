"""Indices of inequality and poverty by plain loops over rows of (value, persons, ...), ascending by value."""

from __future__ import annotations

import math
from itertools import groupby


def gini(rows):
    before = owned = ranked = 0.0
    for value, persons, *_ in rows:
        ranked += value * persons * (before + persons / 2)
        owned += value * persons
        before += persons
    return 2 * ranked / (owned * before) - 1 if owned else None


def mean_of(rows):
    people = sum(persons for _, persons, *_ in rows)
    return sum(value * persons for value, persons, *_ in rows) / people if people else None


def theil(rows):
    middle, people = mean_of(rows), sum(persons for _, persons, *_ in rows)
    if not middle:
        return None
    return sum(n * v / middle * math.log(v / middle) for v, n, *_ in rows if v > 0) / people


def atkinson(rows):
    """With an aversion of one half."""
    middle, people = mean_of(rows), sum(persons for _, persons, *_ in rows)
    if not middle:
        return None
    return 1 - (sum(n * math.sqrt(v) for v, n, *_ in rows) / people) ** 2 / middle


def palma(rows):
    people, owned = sum(n for _, n, *_ in rows), sum(v * n for v, n, *_ in rows)

    def below(share):
        """Part of everything that this share of people has, those with the least first."""
        left, held = share * people, 0.0
        for value, persons, *_ in rows:
            held += value * min(persons, left)
            left -= min(persons, left)
        return held / owned

    return (1 - below(0.9)) / below(0.4) if owned and below(0.4) > 0 else None


def poverty(line, alpha):
    def index(rows):
        people = sum(n for _, n, *_ in rows)
        return sum(n * ((line - v) / line) ** alpha for v, n, *_ in rows if v < line) / people

    return index


def concentration(rows):
    """Covariance of value and rank; ties share the middle of their ranks."""
    people, middle = sum(n for _, n, _ in rows), mean_of(rows)
    found = before = 0.0
    for _, same in groupby(sorted((rank, value, n) for value, n, rank in rows if n), key=lambda row: row[0]):
        members = list(same)
        here = sum(n for _, _, n in members)
        found += sum(value * n for _, value, n in members) * ((before + here / 2) / people - 0.5) / people
        before += here
    return 2 * found / middle if middle else None


def erreygers(rows):
    index = concentration(rows)
    return None if index is None else 4 * mean_of(rows) * index


def wagstaff(rows):
    index, middle = concentration(rows), mean_of(rows)
    return None if index is None or middle == 1 else index / (1 - middle)


def gini_parts(values, weights, groups):
    """Between, within and overlap, the last from all pairs of people of two groups."""
    rows = list(zip(values, weights, groups, strict=True))
    people, owned = sum(weights), sum(v * n for v, n, _ in rows)
    by_group = {one: sorted((v, n) for v, n, group in rows if group == one) for one in set(groups)}
    means = {one: mean_of(members) for one, members in by_group.items()}
    heads = {one: sum(n for _, n in members) for one, members in by_group.items()}
    between = gini(sorted((means[one], heads[one]) for one in by_group))
    within = sum(
        heads[one] / people * heads[one] * means[one] / owned * (gini(members) or 0)
        for one, members in by_group.items()
    )
    overlap = 0.0
    for poor, below in by_group.items():
        for rich, above in by_group.items():
            if means[poor] < means[rich]:
                overlap += more_than(below, above)
    return between, within, 2 * overlap / (people * owned)


def more_than(first, second):
    """Sum of what each person of the first group has more than each of the second."""
    found, below, held, position = 0.0, 0.0, 0.0, 0
    for value, persons in first:
        while position < len(second) and second[position][0] < value:
            below += second[position][1]
            held += second[position][0] * second[position][1]
            position += 1
        found += persons * (value * below - held)
    return found
