"""Who eats at canteens and where canteens deliver: diners whose meals add up to the meals served to older people."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.contracts.canteen_use import MODES
from jingan_analysis.demo.allocation import SEED, largest_remainder, stream
from jingan_analysis.demo.canteen_effects import CanteenEffects
from jingan_analysis.demo.canteens import Sites
from jingan_analysis.demo.people import People
from jingan_analysis.demo.places import Places
from jingan_analysis.demo.units import read_data

_FAR_M = 600.0
"""Distance over which a canteen loses two thirds of its pull."""
_LIKES = (0.62, 0.16, 0.22)
"""Mean of the diners' shares of the three modes, and how they scatter: a Dirichlet with this concentration."""
_SCATTER = 1.5
_HUNGRIEST = 2.6
"""Meals of the hungriest diner over those of a mean one."""

Tables = dict[str, pd.DataFrame]


def canteen_use(
    places: Places, people: People, sites: Sites, meals: pd.DataFrame, effects: CanteenEffects, seed: int = SEED
) -> Tables:
    """Make the tables ``canteen_diners`` and ``delivery_areas``; other seeds and effects make other districts."""
    areas = _delivery_areas(places, sites, effects)
    diners = _with_meals(_diners(places, people, sites, meals, effects, seed), areas, meals, seed)
    return {"canteen_diners": diners, "delivery_areas": areas}


def _delivery_areas(places: Places, sites: Sites, effects: CanteenEffects) -> pd.DataFrame:
    """Each committee is served by the two nearest canteens of the district that deliver."""
    delivering = np.flatnonzero(sites.inside & sites.table["delivers"].to_numpy(dtype=bool))
    ids = sites.table["site_id"].to_numpy(dtype=str)
    rows = []
    for number, committee in enumerate(places.committees["committee_id"]):
        away = np.round(np.hypot(*(sites.xy[delivering] - places.centre(number)).T), 2)
        near = delivering[np.argsort(away, kind="stable")[:2]]
        rows += [(ids[site], committee) for site in near if committee not in effects.undelivered]
    table = pd.DataFrame(rows, columns=["site_id", "committee_id"])
    return table.sort_values(["site_id", "committee_id"], ignore_index=True)


def _diners(
    places: Places, people: People, sites: Sites, meals: pd.DataFrame, effects: CanteenEffects, seed: int
) -> pd.DataFrame:
    """Persons by the committee of their home, with the canteens that they go to: one row a person and canteen."""
    random = stream("canteen diners", seed)
    inside = np.flatnonzero(sites.inside)
    served = meals.groupby("site_id")["elder_meals"].sum()
    pull = served.reindex(sites.table["site_id"].iloc[inside]).to_numpy(dtype=np.float64)
    codes = places.committees["subdistrict_code"].to_numpy(dtype=str)
    older = np.bincount(places.committee[places.unit >= 0], people.older[places.unit >= 0], len(codes))
    share = np.array([effects.penetration_in.get(code, effects.penetration) for code in codes])
    persons = np.minimum(random.binomial(older.astype(np.int64), share), older.astype(np.int64))
    rows = []
    for number, count in enumerate(persons):
        away = np.hypot(*(sites.xy[inside] - places.centre(number)).T)
        chances = pull * np.exp(-np.minimum(away, 6_000.0) / _FAR_M) + 1e-12
        first = random.choice(len(inside), size=count, p=chances / chances.sum())
        second = random.choice(len(inside), size=count, p=chances / chances.sum())
        both = (random.random(count) < effects.two_canteens_chance) & (second != first)
        rows.append(_visits(number, first, np.where(both, second, -1)))
    table = pd.concat(rows, ignore_index=True)
    table["person"] = pd.factorize(table["committee"] * 1_000_000 + table["who"])[0]
    table["site_id"] = sites.table["site_id"].to_numpy(dtype=str)[inside[table["site"]]]
    table["committee_id"] = places.committees["committee_id"].to_numpy(dtype=str)[table["committee"]]
    table["subdistrict_code"] = codes[table["committee"]]
    return table.drop(columns=["who", "site", "committee"])


def _visits(committee: int, first: NDArray[np.int64], second: NDArray[np.int64]) -> pd.DataFrame:
    who = np.arange(len(first))
    table = pd.DataFrame({"who": np.append(who, who), "site": np.append(first, second)})
    return table[table["site"] >= 0].assign(committee=committee)


def _with_meals(diners: pd.DataFrame, areas: pd.DataFrame, meals: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Split every canteen's meals to older people of each mode among its diners; who gets none is no diner."""
    random = stream("canteen diners: meals", seed)
    # Bounded, so that nobody eats more than three meals a day at the canteen with the fewest diners.
    appetite = np.minimum(random.gamma(1.0, 1.0, len(diners)) + 0.02, _HUNGRIEST)
    likes = random.dirichlet(_SCATTER * np.array(_LIKES), len(diners))
    delivered = pd.MultiIndex.from_frame(diners[["site_id", "committee_id"]]).isin(pd.MultiIndex.from_frame(areas))
    likes[~delivered, MODES.index("delivery")] = 0.0
    counts = np.zeros((len(diners), len(MODES)), dtype=np.int64)
    served = meals.groupby(["site_id", "mode"])["elder_meals"].sum()
    for site, rows in diners.groupby("site_id").indices.items():
        for number, mode in enumerate(MODES):
            total = int(served.get((site, mode), 0))
            if total:
                counts[rows, number] = largest_remainder(appetite[rows] * likes[rows, number], total)
    kept = counts.sum(axis=1) > 0
    table = diners.assign(**{f"{mode}_meals": counts[:, number] for number, mode in enumerate(MODES)})[kept]
    return _finished(table, meals, random)


def _finished(table: pd.DataFrame, meals: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Add pseudonyms, years of birth and days of the first and the last meal."""
    year = read_data("sites.toml")["year"]
    persons = int(table["person"].max()) + 1
    births = np.round(1964 - random.gamma(1.7, 6.5, persons)).clip(1922, 1964).astype(np.int64)
    numbers = random.permutation(persons)
    begins = table["site_id"].map(meals.groupby("site_id")["served_on"].min()).to_numpy()
    last = np.full(len(table), year["last_day"], dtype="datetime64[D]")
    span = (last - begins.astype("datetime64[D]")).astype(np.int64)
    total = table[[f"{mode}_meals" for mode in MODES]].sum(axis=1).to_numpy()
    # Who eats seldom comes late or stops early; a single meal has one day.
    early = np.floor(random.beta(1.0, 1.0 + total / 8.0) * span).astype(np.int64)
    late = span - np.floor(random.beta(1.0, 1.0 + total / 8.0) * (span - early)).astype(np.int64)
    late = np.where(total == 1, early, late)
    ready = table.assign(
        person_id=[f"N{numbers[person] + 1:05d}" for person in table["person"]],
        birth_year=births[table["person"]],
        first_on=begins.astype("datetime64[D]") + early,
        last_on=begins.astype("datetime64[D]") + late,
        year_to=np.datetime64(year["last_day"]),
    ).drop(columns="person")
    dates = ["first_on", "last_on", "year_to"]
    ready[dates] = ready[dates].astype("datetime64[s]")
    return ready.sort_values(["site_id", "person_id"], ignore_index=True)
