"""Ranks of sub-districts under every choice, one plain run after the other."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import product

METHODS, DECAYS = ("e2sfca", "3sfca", "m2sfca"), ("uniform", "gaussian", "linear")
MINUTES, SPEEDS = (5, 10, 15), (0.8, 1.0, 1.3)
FACTORS = ("method", "minutes", "decay", "walk_speed_mps", "denominator")


def falls(decay, share):
    """Weight at a share of the limit."""
    if decay == "gaussian":
        return (math.exp(-share * share / 2) - math.exp(-0.5)) / (1 - math.exp(-0.5)) if share < 1 else 0.0
    return 1.0 if decay == "uniform" else 1.0 - share


def access_of(ground, persons, method, minutes, decay, speed):
    limit = round(speed * minutes * 60_000)
    near = {pair: falls(decay, mm / limit) for pair, mm in ground.walks.items() if mm <= limit}
    daily = [site["daily"] for site in ground.sites]
    pull = near
    if method == "3sfca":
        choices = defaultdict(float)
        for (i, j), w in near.items():
            choices[i] += w if daily[j] > 0 else 0.0
        pull = {(i, j): w * w / choices[i] if daily[j] > 0 and w > 0 else 0.0 for (i, j), w in near.items()}
    drawn, access, unknown = defaultdict(float), [0.0] * len(persons), set()
    for (i, j), w in pull.items():
        drawn[j] += persons[i] * w
    for (i, j), w in near.items():
        if math.isnan(daily[j]):
            unknown |= {i} if w > 0 else set()
        elif drawn[j] > 0:
            access[i] += daily[j] / drawn[j] * (w * w if method == "m2sfca" else pull[i, j])
    return [
        None if home["joined"] is None or (access[i] == 0 and i in unknown) else access[i]
        for i, home in enumerate(ground.homes)
    ]


def mean_of(access, persons, homes):
    known = [(access[i], persons[i]) for i in homes if access[i] is not None]
    people = sum(n for _, n in known)
    return sum(a * n for a, n in known) / people if people else None


def quantile(values, share):
    values, place = sorted(values), share * (len(values) - 1)
    low = math.floor(place)
    return values[low] + (place - low) * (values[min(low + 1, len(values) - 1)] - values[low])


def variance(values):
    middle = sum(values) / len(values)
    return sum((value - middle) ** 2 for value in values) / len(values)


def tables(ground, groups, places, low_share=0.5):
    """The tables on robustness; groups are persons at every home by denominator."""
    units = [code for code in places if code != "district"]
    grid = list(product(METHODS, MINUTES, DECAYS, SPEEDS, groups))
    ranks, under = {code: [] for code in units}, {code: [] for code in units}
    for method, minutes, decay, speed, group in grid:
        access = access_of(ground, groups[group], method, minutes, decay, speed)
        means = {code: mean_of(access, groups[group], places[code]) for code in units}
        whole = mean_of(access, groups[group], places["district"])
        for code in units:
            lower = sum(means[other] < means[code] - 1e-9 * whole for other in units)
            equal = sum(abs(means[other] - means[code]) <= 1e-9 * whole for other in units)
            ranks[code].append(lower + (equal + 1) / 2)
            under[code].append(means[code] == 0 or means[code] < low_share * whole)
    shares = {
        code: {
            "rank_median": quantile(ranks[code], 0.5),
            "rank_p05": quantile(ranks[code], 0.05),
            "rank_p95": quantile(ranks[code], 0.95),
            "rank_min": min(ranks[code]),
            "rank_max": max(ranks[code]),
            "underserved_share": sum(under[code]) / len(grid),
        }
        for code in units
    }
    whole, choices = sum(variance(ranks[code]) for code in units), {}
    for place, (factor, options) in enumerate(zip(FACTORS, (METHODS, MINUTES, DECAYS, SPEEDS, groups), strict=True)):
        between = 0.0
        for code in units:
            own = [
                [rank for rank, chosen in zip(ranks[code], grid, strict=True) if chosen[place] == option]
                for option in options
            ]
            between += variance([sum(some) / len(some) for some in own])
        choices[factor] = {"options": len(options), "share": between / whole}
    rest = 1 - sum(row["share"] for row in choices.values())
    choices |= {
        "interactions": {"options": None, "share": rest},
        "specifications": {"options": len(grid), "share": None},
    }
    return {"robustness": shares, "choices": choices}
