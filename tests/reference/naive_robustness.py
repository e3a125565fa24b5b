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


def near_of(ground, minutes, decay, speed):
    """Home, site and weight of every walk within the limit."""
    limit = round(speed * minutes * 60_000)
    return [(i, j, falls(decay, mm / limit)) for (i, j), mm in ground.walks.items() if mm <= limit]


def pulls_of(ground, method, near):
    """Home, site, how much the home draws from the site, and how much of the site counts for the home."""
    if method == "3sfca":
        daily, choices = [site["daily"] for site in ground.sites], defaultdict(float)
        for i, j, w in near:
            choices[i] += w if daily[j] > 0 else 0.0
        shares = [w * w / choices[i] if daily[j] > 0 and w > 0 else 0.0 for i, j, w in near]
        return [(i, j, share, share) for (i, j, _), share in zip(near, shares, strict=True)]
    return [(i, j, w, w * w if method == "m2sfca" else w) for i, j, w in near]


def access_of(ground, persons, pulls, unknown):
    drawn, access = [0.0] * len(ground.sites), [0.0] * len(persons)
    for i, j, pull, _ in pulls:
        drawn[j] += persons[i] * pull
    each = [
        site["daily"] / people if people > 0 and not math.isnan(site["daily"]) else 0.0
        for site, people in zip(ground.sites, drawn, strict=True)
    ]
    for i, j, _, part in pulls:
        access[i] += each[j] * part
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
    reached = {option: near_of(ground, *option) for option in product(MINUTES, DECAYS, SPEEDS)}
    for method, *where in product(METHODS, MINUTES, DECAYS, SPEEDS):
        near = reached[tuple(where)]
        unknown = {i for i, j, w in near if w > 0 and math.isnan(ground.sites[j]["daily"])}
        pulls = pulls_of(ground, method, near)
        for persons in groups.values():
            access = access_of(ground, persons, pulls, unknown)
            means = {code: mean_of(access, persons, places[code]) for code in units}
            whole = mean_of(access, persons, places["district"])
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
