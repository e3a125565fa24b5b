"""Every number of the tables of canteen reach from the files of a district, by plain loops.

A table is a dictionary of rows, a row a dictionary of numbers; None stands for a number that does not exist.
"""

from __future__ import annotations

import datetime as dt
import math
import operator
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import naive_equity
import naive_robustness
import naive_walkers
import numpy as np
import pyarrow.parquet as pq
from naive_walks import Streets, beside, border, canteens, demand_points, population, units, walks
from scipy.stats import t as student

LONGEST_MM = round(1.3 * 15 * 60_000)
SPEEDS, MINUTES = (0.8, 1.0, 1.3), (5, 10, 15)
MAIN_MM = 15 * 60_000
LAST_DAY = dt.date(2024, 8, 31)
YEAR = dt.date(2023, 9, 1), LAST_DAY
SEED, DRAWS, LEFT_OUT = 20240831, 500, 1000
Z = NormalDist().inv_cdf(0.975)
GROUPS = {
    "older": lambda row: True,
    "aged_80_plus": lambda row: row["age_from_years"] >= 80,
    "living_alone": lambda row: row["living_arrangement"] == "alone",
    "frail": lambda row: row["frailty"] == "frail",
    "frail_80_plus": lambda row: row["frailty"] == "frail" and row["age_from_years"] >= 80,
    "alone_80_plus": lambda row: row["living_arrangement"] == "alone" and row["age_from_years"] >= 80,
}


class Ground:
    """What does not depend on whom one counts: places, walks, meals."""

    limit_mm = MAIN_MM

    def __init__(self, folder):
        self.folder = folder
        self.homes, self.streets = demand_points(folder), Streets(folder)
        self.sites, self.not_in_service = self.places(folder)
        self.names, rings, corners = units(folder)
        self.neighbours = {
            code: [other for other in self.names if other != code and corners[code] & corners[other]]
            for code in self.names
        }
        for place in [*self.homes, *self.sites]:
            place["joined"] = self.streets.joined(place["xy"])
        self.walks = walks(self.streets, self.homes, self.sites, LONGEST_MM)
        self.edge = border(rings)

    @cached_property
    def border_mm(self):
        """Straight way from every home to the outer border."""
        return [
            min(beside(home["xy"], a, b)[0] for a, b in self.edge) * 1000 if home["unit"] else math.inf
            for home in self.homes
        ]

    @cached_property
    def probabilities(self):
        return naive_walkers.probabilities(self.streets, self.homes, self.sites, self.limit_mm // 1000)

    @cached_property
    def moved_from_island(self):
        """Identifiers of the places whose nearest street of all is an island."""
        return {place["id"] for place in [*self.homes, *self.sites] if self.streets.passes_over_island(place["xy"])}

    @cached_property
    def meals(self):
        return pq.read_table(self.folder / "meals.parquet").to_pylist()

    def places(self, folder):
        """Sites in service on the last day, and how many are not."""
        return canteens(folder, LAST_DAY)

    def within(self, limit_mm, *, own=False):
        """Rows of the homes with a canteen at most that far away."""
        return {i for (i, j), mm in self.walks.items() if mm <= limit_mm and (self.sites[j]["unit"] or not own)}


def counts_by_home(ground, basis):
    """Persons aged 60 and over of each group, one list of all homes a group."""
    row_of = {home["id"]: number for number, home in enumerate(ground.homes)}
    found = {name: [0.0] * len(ground.homes) for name in GROUPS}
    for row in population(ground.folder, basis):
        if row["age_from_years"] >= 60:
            for name, belongs in GROUPS.items():
                if belongs(row):
                    found[name][row_of[row["point_id"]]] += row["persons"]
    return found


def wilson(share, n):
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def rate(persons, having, here):
    """Persons, those with the property, share and bounds on the effective number of homes."""
    homes = [(persons[i], persons[i] if i in having else 0.0) for i in here if persons[i] > 0]
    total, part, m = sum(n for n, _ in homes), sum(y for _, y in homes), len(homes)
    if not homes:
        return {"persons": 0.0, "reached": 0.0, "share": None, "lower": None, "upper": None}
    share = part / total
    effective = total**2 / sum(n * n for n, _ in homes)
    if m > 1:
        variance = m / (m - 1) * sum((y - share * n) ** 2 for n, y in homes) / total**2
        if variance > 0 and 0 < share < 1:
            effective = min(share * (1 - share) / variance, total)
    lower, upper = wilson(share, effective)
    return {"persons": total, "reached": part, "share": share, "lower": lower, "upper": upper}


def weight(mm, limit=MAIN_MM):
    """Gaussian decay, 1 at the door and 0 at the limit."""
    return (math.exp(-((mm / limit) ** 2) / 2) - math.exp(-1 / 2)) / (1 - math.exp(-1 / 2)) if mm < limit else 0.0


def meals_in_reach(ground, older):
    """Meals a person and day at each home: 0 for none, None where it is not known; meals nobody can reach."""
    demand, access, unknown = defaultdict(float), [0.0] * len(older), set()
    near = {pair: weight(mm, ground.limit_mm) for pair, mm in ground.walks.items() if mm < ground.limit_mm}
    for (i, j), w in near.items():
        demand[j] += older[i] * w
    for (i, j), w in near.items():
        if math.isnan(ground.sites[j]["daily"]):
            unknown.add(i)
        elif demand[j] > 0:
            access[i] += ground.sites[j]["daily"] / demand[j] * w
    for i, home in enumerate(ground.homes):
        if home["joined"] is None or (access[i] == 0 and i in unknown):
            access[i] = None
    daily = [site["daily"] for site in ground.sites]
    return access, sum(meals for j, meals in enumerate(daily) if not math.isnan(meals) and demand[j] == 0)


def mean(values, weights):
    return sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)


def gini(values, weights):
    """Covariance with the middle rank: 2 cov(y, F) / mean."""
    pairs = sorted((v, w) for v, w in zip(values, weights, strict=True) if w > 0)
    people, owned = sum(w for _, w in pairs), sum(v * w for v, w in pairs)
    if owned == 0:
        return None
    before, ranked = 0.0, 0.0
    for v, w in pairs:
        ranked += v * w * (before + w / 2)
        before += w
    return 2 * ranked / (owned * people) - 1


def theil(values, weights):
    middle = mean(values, weights)
    return sum(w * v / middle * math.log(v / middle) for v, w in zip(values, weights, strict=True) if v > 0) / sum(
        weights
    )


@dataclass
class Resamples:
    """What an index is over resamples of whole areas, over all but some areas, and over all."""

    drawn: list
    left_out: list
    whole: object
    areas: int


def resampled(index, values, weights, areas, *others):
    """An index over resamples of whole areas, in order of content.

    ``index`` takes rows of (value, persons, ...), ascending by value, or is one of ``naive_equity.OfSums``.
    """
    rows = [row for row in zip(values, weights, *others, areas, strict=True) if row[1] > 0]
    contents = sorted(sorted(row[:-1] for row in rows if row[-1] == one) for one in {row[-1] for row in rows})
    n = len(contents)
    order = sorted((*row, area) for area, points in enumerate(contents) for row in points)

    def by_rows(times):
        return index(
            [
                (row[0], row[1] * times[row[-1]], *row[2:-1])
                for row in order
                if times[row[-1]]  # who is not there adds nothing to any sum
            ]
        )

    def by_sums(times):
        return index.of_sums([sum(map(operator.mul, times, one)) for one in sums])

    if isinstance(index, naive_equity.OfSums):
        sums = list(zip(*(index.sums(points) for points in contents), strict=True))
    counted = by_sums if isinstance(index, naive_equity.OfSums) else by_rows
    chosen = np.random.default_rng(SEED).integers(0, n, (DRAWS, n))
    blocks = min(n, LEFT_OUT)
    return Resamples(
        drawn=[counted(np.bincount(row, minlength=n).tolist()) for row in chosen],
        left_out=[counted([int(area % blocks != one) for area in range(n)]) for one in range(blocks)],
        whole=counted([1] * n),
        areas=n,
    )


def bounds(resamples, finish=lambda one: one):
    """BCa bounds with Student's quantile; ``finish`` makes the index of what was resampled."""
    drawn, left_out = (
        [finish(one) for one in some if one is not None] for some in (resamples.drawn, resamples.left_out)
    )
    whole, n = finish(resamples.whole), resamples.areas
    apart = [sum(left_out) / len(left_out) - one for one in left_out]
    a = sum(x**3 for x in apart) / (6 * sum(x**2 for x in apart) ** 1.5)
    z0 = NormalDist().inv_cdf((sum(one < whole for one in drawn) + sum(one == whole for one in drawn) / 2) / len(drawn))
    t = math.sqrt(n / (n - 1)) * student.ppf(0.975, n - 1)
    return tuple(quantile(drawn, NormalDist().cdf(z0 + (z0 + s) / (1 - a * (z0 + s)))) for s in (-t, t))


def quantile(values, share):
    """Between the two neighbours in order, in proportion."""
    values, place = sorted(values), share * (len(values) - 1)
    low = math.floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


def reach_tables(ground, persons, places, focus):
    older, near = persons["older"], ground.within(MAIN_MM)
    unsnapped = {i for i, home in enumerate(ground.homes) if home["joined"] is None}
    far = {i for i in range(len(older)) if i not in near | unsnapped}
    by_unit, frail_far = {}, {}
    for code, here in places.items():
        row = by_unit[code] = rate(older, near, here)
        row["older_persons"] = row.pop("persons")
        row["canteens"] = sum(bool(site["unit"]) and code in (site["unit"], "district") for site in ground.sites)
        for minutes in MINUTES:
            row[f"share_{minutes}"] = rate(older, ground.within(minutes * 60_000), here)["share"]
        row["unsnapped"] = sum(older[i] for i in here if i in unsnapped)
        row["not_reached"] = sum(older[i] for i in here if i in far)
        row["share_own"] = rate(older, ground.within(MAIN_MM, own=True), here)["share"]
        at_border = {i for i in here if ground.border_mm[i] <= MAIN_MM}
        row["share_near_border"] = rate(older, at_border, here)["share"]
        row = frail_far[code] = rate(persons["frail"], far, here)
        row["frail_persons"], row["frail_far"] = row.pop("persons"), row.pop("reached")
    scenarios = {
        f"{speed:g}-{minutes}": {"walk_speed_mps": speed, "minutes": minutes}
        | rate(older, ground.within(round(speed * minutes * 60_000)), focus)
        for speed in SPEEDS
        for minutes in MINUTES
    }
    groups = {name: rate(people, near, focus) for name, people in persons.items()}
    for name, row in groups.items():
        row["unsnapped"] = sum(persons[name][i] for i in focus if i in unsnapped)
        row["not_reached"] = row["persons"] - row["reached"] - row["unsnapped"]
    return {"by_subdistrict": by_unit, "scenarios": scenarios, "groups": groups, "far_and_frail": frail_far}


def access_tables(ground, persons, places, focus):
    older = persons["older"]
    access, without_demand = meals_in_reach(ground, older)
    inside = [i for i in places["district"] if access[i] is not None]
    line = mean([access[i] for i in inside], [older[i] for i in inside]) / 2
    by_unit = {}
    for code, everybody in places.items():
        here = [i for i in everybody if access[i] is not None]
        values, weights = [access[i] for i in here], [older[i] for i in here]
        supply = [site["daily"] for site in ground.sites if site["unit"] and code in (site["unit"], "district")]
        known = [meals for meals in supply if not math.isnan(meals)]
        by_unit[code] = {
            "capacity": sum(known) if known or not supply else None,
            "meals_per_100": 100 * mean(values, weights),
            "unknown_share": mean([float(access[i] is None) for i in everybody], [older[i] for i in everybody]),
            "none_share": mean([float(value == 0) for value in values], weights),
            "low_share": mean([float(value < line) for value in values], weights),
            "gini": gini(values, weights),
        }
    found = {} if len(focus) < len(places["district"]) else {"access_clusters": clusters(ground, means_of(by_unit))}
    return found | {
        "meals_access": by_unit,
        "equity": equity(ground, persons, access, [i for i in focus if access[i] is not None and older[i] > 0], line),
        "ledger": ledger(ground, older, access, without_demand),
    }


def equity(ground, persons, access, here, line):
    older = persons["older"]
    values, weights = [access[i] for i in here], [older[i] for i in here]
    order = {code: number for number, code in enumerate(ground.names)}
    of_unit = [order[ground.homes[i]["unit"]] for i in here]
    total, whole = theil(values, weights), sum(v * w for v, w in zip(values, weights, strict=True))
    between = within = 0.0
    for unit in set(of_unit):
        own = [position for position, other in enumerate(of_unit) if other == unit]
        v, w = [values[position] for position in own], [weights[position] for position in own]
        owned = sum(a * b for a, b in zip(v, w, strict=True))
        if owned > 0:
            between += owned / whole * math.log(mean(v, w) / mean(values, weights))
            within += owned / whole * theil(v, w)
    gini_between, gini_within, overlap = naive_equity.gini_parts(values, weights, of_unit)
    exact = {
        "gini_between": gini_between,
        "gini_within": gini_within,
        "gini_overlap": overlap,
        "theil_between": between,
        "theil_within": within,
        "between_share": between / total,
        "theil_l": None if 0 in values else math.nan,
    }
    areas = of_unit if len(set(of_unit)) > 1 else list(range(len(here)))
    sampled = {
        "gini": naive_equity.gini,
        "theil_total": naive_equity.theil,
        "atkinson": naive_equity.atkinson,
        "palma": naive_equity.palma,
        "poor_share": naive_equity.poverty(line, 0),
        "poor_gap": naive_equity.poverty(line, 1),
        "poor_severity": naive_equity.poverty(line, 2),
    }
    found = {name: interval(value, (None, None)) for name, value in exact.items()}
    rows = sorted(zip(values, weights, strict=True))
    for name, index in sampled.items():
        value = index(rows)
        found[name] = interval(
            value, (None, None) if value is None else bounds(resampled(index, values, weights, areas))
        )
    return found | along_frailty(ground, persons, here, areas)


def along_frailty(ground, persons, here, areas):
    """Both indices of who is near along the share of frail people: of the same resamples."""
    near, older = ground.within(ground.limit_mm), persons["older"]
    reach, weights = [float(i in near) for i in here], [older[i] for i in here]
    frail = [persons["frail"][i] / older[i] for i in here]
    whole = naive_equity.concentration(sorted(zip(reach, weights, frail, strict=True)))
    names = {"frail_erreygers": naive_equity.erreygers, "frail_wagstaff": naive_equity.wagstaff}
    if whole is None:
        return {name: interval(None, (None, None)) for name in names}
    resamples = resampled(naive_equity.concentration, reach, weights, areas, frail)
    found = {}
    for name, finish in names.items():
        value = finish(whole)
        found[name] = interval(value, (None, None) if value is None else bounds(resamples, finish))
    return found


def interval(value, limits):
    return {"value": value, "lower": limits[0], "upper": limits[1]}


def means_of(by_unit):
    return {code: row["meals_per_100"] for code, row in by_unit.items() if code != "district"}


def clusters(ground, mean_of):
    """Moran's I of the sub-districts' means, and of each with the neighbours it touches."""
    codes, beside = sorted(ground.names), ground.neighbours
    middle = sum(mean_of[code] for code in codes) / len(codes)
    apart = {code: mean_of[code] - middle for code in codes}
    square = sum(one * one for one in apart.values())
    lag = {code: sum(apart[other] for other in beside[code]) / len(beside[code]) for code in codes}
    rows = {
        code: {"access": mean_of[code], "index": (len(codes) - 1) * apart[code] * lag[code] / square} for code in codes
    }
    return rows | {"district": {"access": None, "index": sum(apart[code] * lag[code] for code in codes) / square}}


def ledger(ground, older, access, without_demand):
    rows = {
        name: {"persons": 0.0, "supply": 0.0}
        for name in ("inside_with", "inside_without", "inside_unknown", "inside_unsnapped", "outside")
    }
    for home, people, meals in zip(ground.homes, older, access, strict=True):
        if not home["unit"]:
            account = "outside"
        elif home["joined"] is None:
            account = "inside_unsnapped"
        elif meals is None:
            account = "inside_unknown"
        else:
            account = "inside_with" if meals > 0 else "inside_without"
        rows[account]["persons"] += people
        rows[account]["supply"] += people * (meals or 0.0)
    rows["without_demand"] = {"persons": None, "supply": without_demand}
    supply = sum(site["daily"] for site in ground.sites if not math.isnan(site["daily"]))
    return rows | {"total": {"persons": sum(older), "supply": supply}}


def meal_tables(ground, older, places, unit):
    own = {site["id"] for site in ground.sites if site["unit"]}
    in_year = [row for row in ground.meals if YEAR[0] <= row["served_on"] <= YEAR[1]]
    totals, by_site = defaultdict(float), defaultdict(lambda: defaultdict(float))
    days, months = defaultdict(set), set()
    for row in in_year:
        site, meals = row["site_id"], row["elder_meals"] + row["other_meals"]
        if site in own:
            months.add(str(row["served_on"])[:7])
            for name in ("all", row["mode"]):
                totals[name] += meals
                by_site[site][name] += meals
            totals["elder"] += row["elder_meals"]
            totals["other"] += row["other_meals"]
            by_site[site]["elder"] += row["elder_meals"]
            if meals:
                days[site].add(row["served_on"])
    older_inside = sum(older[i] for i in places["district"])
    canteens = {}
    for j, site in enumerate(ground.sites):
        if not site["unit"] or unit not in (None, site["unit"]):
            continue
        meals, open_days = by_site[site["id"]], len(days[site["id"]])
        capacity = None if math.isnan(site["capacity"]) else site["capacity"]
        canteens[site["id"]] = {
            "capacity": capacity,
            "older_in_reach": sum(older[i] for (i, k), mm in ground.walks.items() if k == j and mm <= MAIN_MM),
            "meals": meals["all"],
            "open_days": open_days,
            "meals_per_open_day": meals["all"] / open_days,
            "elder_share": meals["elder"] / meals["all"],
            "delivery_share": meals["delivery"] / meals["all"],
            "utilisation": meals["all"] / open_days / capacity if capacity else None,
        }
    used = [row["utilisation"] for row in canteens.values() if row["utilisation"] is not None]
    load = {"known": len(used), "overloaded": sum(u >= 0.95 for u in used), "idle": sum(u < 0.4 for u in used)}
    load["unknown"] = len(canteens) - len(used)
    n_days = (YEAR[1] - YEAR[0]).days + 1
    rows = ("all", "elder", "other", "dine_in", "takeaway", "delivery")
    return {
        "canteens": canteens,
        "load": {name: {"canteens": count} for name, count in load.items()},
        "meals": {
            name: {
                "meals": totals[name],
                "share": totals[name] / totals["all"],
                "per_day": totals[name] / n_days,
                "per_older_person": totals[name] / older_inside,
            }
            for name in rows
        },
        "published": published(ground, {"canteens": len(own), "meals": totals["all"] if len(months) == 12 else None}),
    }


def published(ground, held):
    """Numbers 11 and 12 of the interview beside the data."""
    text = (ground.folder / "../../published/interview.toml").read_text("utf-8")
    values = {claim["id"]: claim["values"] for claim in tomllib.loads(text)["claim"]}
    pairs = {row: (values[claim][0], held[row]) for row, claim in (("canteens", "F11"), ("meals", "F12"))}
    return {row: {"published": told, "data": data, "difference": data - told} for row, (told, data) in pairs.items()}


def counted_tables(ground, older):
    homes = [home for home, people in zip(ground.homes, older, strict=True) if people > 0]
    joined = {"Homes": homes, "Canteens": ground.sites}
    snapping = {}
    for name, places in joined.items():
        legs = [place["joined"][3] / 1000 for place in places if place["joined"]]
        snapping[name] = {
            "places": len(places),
            "joined": len(legs),
            "beyond_cap": len(places) - len(legs),
            "moved_from_island": sum(place["id"] in ground.moved_from_island for place in places if place["joined"]),
            "median_m": quantile(legs, 0.5),
            "p95_m": quantile(legs, 0.95),
            "longest_m": max(legs),
        }
    unit_of = {site["id"]: site["unit"] for site in ground.sites}
    counts = {
        "closed_sites": ground.not_in_service,
        "unsnapped_sites": sum(site["joined"] is None for site in ground.sites),
        "unknown_capacity": sum(math.isnan(site["capacity"]) for site in ground.sites),
        "outside_sites": sum(not site["unit"] for site in ground.sites),
        "unsnapped_people": sum(n for h, n in zip(ground.homes, older, strict=True) if h["unit"] and not h["joined"]),
        "outside_people": sum(n for h, n in zip(ground.homes, older, strict=True) if not h["unit"]),
        "meals_outside": sum(not YEAR[0] <= row["served_on"] <= YEAR[1] for row in ground.meals),
        "meals_elsewhere": sum(
            not unit_of[row["site_id"]] for row in ground.meals if YEAR[0] <= row["served_on"] <= YEAR[1]
        ),
        "meals_closed": 0,  # no canteen of the district is out of service: see closed_sites
    }
    return {"snapping": snapping, "exclusions": {name: {"count": count} for name, count in counts.items()}}


def tables(ground, *, basis="resident", unit=None, minimum_cell=10):
    """All tables by name."""
    persons = counts_by_home(ground, basis)
    places = {code: [i for i, home in enumerate(ground.homes) if home["unit"] == code] for code in ground.names}
    places["district"] = [i for i, home in enumerate(ground.homes) if home["unit"]]
    focus = places[unit or "district"]
    settings = {
        "age_from_years": 60,
        "walk_speed_mps": 1.0,
        "access_threshold_minutes": 15,
        "walk_speed_spread": 0.2,
        "stairs_factor": 2,
        "slowest_walk_speed_mps": 0.8,
        "oldest_age_from_years": 80,
        "snap_cap_m": 200,
        "rest_every_m": 200,
        "rest_s": 60,
        "crossing_gap_m": 100,
        "crossing_detour_m": 500,
        "crossing_spacing_m": 150,
        "low_access_share": 0.5,
        "permutations": 9999,
        "false_discovery_rate": 0.05,
        "monte_carlo_draws": 200,
        "slowest_speed_mps": 0.8,
        "fastest_speed_mps": 1.3,
        "outside_density_ratio": 1,
        "overload_share": 0.95,
        "idle_share": 0.4,
        "minimum_cell": minimum_cell,
        "confidence": 0.95,
        "seed": SEED,
    }
    return {
        **reach_tables(ground, persons, places, focus),
        **naive_walkers.tables(ground, persons, places, focus),
        **naive_robustness.tables(ground, {name: persons[name] for name in ("older", "aged_80_plus", "frail")}, places),
        **access_tables(ground, persons, places, focus),
        **meal_tables(ground, persons["older"], places, unit),
        **counted_tables(ground, persons["older"]),
        "settings": {name: {"value": value} for name, value in settings.items()},
    }
