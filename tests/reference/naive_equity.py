"""Indices of inequality and poverty by plain loops over rows of (value, persons, ...), ascending by value."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass


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


@dataclass
class OfSums:
    """An index that follows from sums over people, so that sums of whole areas are enough to resample it.

    ``content`` is what a value adds for each person besides itself; ``finish`` takes people, what they have, and the
    sum of the content.
    """

    content: Callable
    finish: Callable

    def sums(self, rows):
        return (
            sum(n for _, n, *_ in rows),
            sum(v * n for v, n, *_ in rows),
            sum(n * self.content(v) for v, n, *_ in rows),
        )

    def of_sums(self, sums):
        return self.finish(*sums)

    def __call__(self, rows):
        return self.of_sums(self.sums(rows))


theil = OfSums(
    lambda value: value * math.log(value) if value > 0 else 0.0,
    lambda people, owned, content: content / owned - math.log(owned / people) if owned else None,
)
atkinson = OfSums(
    math.sqrt, lambda people, owned, content: 1 - (content / people) ** 2 / (owned / people) if owned else None
)
"""With an aversion of one half."""


def palma(rows):
    people, owned = sum(n for _, n, *_ in rows), sum(v * n for v, n, *_ in rows)

    def below(share):
        """Part of everything that this share of people has, those with the least first."""
        left, held = share * people, 0.0
        for value, persons, *_ in rows:
            if persons >= left:
                return (held + value * left) / owned
            held += value * persons
            left -= persons
        return held / owned

    least = below(0.4) if owned else 0.0
    return (1 - below(0.9)) / least if least > 0 else None


def poverty(line, alpha):
    return OfSums(
        lambda value: ((line - value) / line) ** alpha if value < line else 0.0,
        lambda people, owned, content: content / people,
    )


def concentration(rows):
    """Twice the covariance of value and rank over the mean, where ties share the middle of their ranks; and the mean."""
    of_rank = {}
    for value, n, rank in rows:
        here, having = of_rank.get(rank, (0.0, 0.0))
        of_rank[rank] = here + n, having + value * n
    people, owned = (sum(some) for some in zip(*of_rank.values(), strict=True))
    found = before = 0.0
    for _, (here, having) in sorted(of_rank.items()):
        found += having * ((before + here / 2) / people - 0.5) / people
        before += here
    middle = owned / people
    return (2 * found / middle, middle) if middle else None


def erreygers(found):
    index, middle = found
    return 4 * middle * index


def wagstaff(found):
    index, middle = found
    return None if middle == 1 else index / (1 - middle)


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
