"""Households in difficulty, and how relief came to know some of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import SEED, days_later, stream
from jingan_analysis.demo.people import People
from jingan_analysis.demo.places import Places
from jingan_analysis.demo.planted import Planted
from jingan_analysis.demo.relief_supply import committees_without_adviser
from jingan_analysis.demo.units import read_data

Fate = str
"""``window`` and ``before``: first assessed in or before the window; ``known``: never assessed; ``unknown``."""

_ASSESSED_BY_CATEGORY = {
    "minimum_living_allowance": 1.0,
    "extreme_hardship": 1.6,
    "low_income": 0.8,
    "rigid_expenditure": 0.6,
}


@dataclass(frozen=True)
class Register:
    """Households and cases.

    Attributes
    ----------
    households
        The table ``households``.
    cases
        The table ``relief_cases`` with two columns more: ``fate`` and ``assessed_on`` (NaT where never).
    """

    households: pd.DataFrame
    cases: pd.DataFrame


def register_households(places: Places, people: People, planted: Planted, seed: int = SEED) -> Register:
    """Make the register, unevenly known by unit and category, and the cases of those who are known."""
    declared = read_data("relief.toml")
    random = stream("households", seed)
    households = _entitled(places, people, declared, random)
    reach = households["subdistrict_code"].map({unit.code: unit.reach for unit in places.units}).to_numpy()
    category = households["relief_category"]
    known_weight = reach * category.map({key: row["reach"] for key, row in declared["categories"].items()}).to_numpy()
    fates = _fates(known_weight, reach * category.map(_ASSESSED_BY_CATEGORY).to_numpy(), declared["households"], random)
    cases = _cases(households, fates, places, declared, planted, random)
    households = _entitlement(households, cases, fates, declared, random)
    return Register(households, cases)


def _entitled(places: Places, people: People, declared: dict[str, Any], random: np.random.Generator) -> pd.DataFrame:
    """Households by committee: residents times the unit's declared weight."""
    count = declared["households"]["entitled"] + declared["households"]["ended"]
    inside = places.unit >= 0
    residents = np.bincount(places.committee[inside], people.residents[inside])
    weights = {unit.code: unit.relief for unit in places.units}
    chance = residents * places.committees["subdistrict_code"].map(weights).to_numpy()
    chosen = np.repeat(np.arange(len(chance)), random.multinomial(count, chance / chance.sum()))
    kinds = list(declared["categories"])
    shares = [declared["categories"][kind]["share"] for kind in kinds]
    return pd.DataFrame(
        {
            "household_id": [f"H{number + 1:05d}" for number in range(count)],
            "subdistrict_code": places.committees["subdistrict_code"].to_numpy()[chosen],
            "committee_id": places.committees["committee_id"].to_numpy()[chosen],
            "members": random.choice([1, 2, 3, 4, 5], count, p=[0.38, 0.31, 0.20, 0.08, 0.03]),
            "relief_category": random.choice(kinds, count, p=shares),
        }
    )


def _fates(
    known: NDArray[np.float64], assessed: NDArray[np.float64], counts: dict[str, int], random: np.random.Generator
) -> NDArray[np.str_]:
    fates = np.full(len(known), "unknown", dtype="U8")
    chosen = random.choice(len(known), counts["known"], replace=False, p=known / known.sum())
    fates[chosen] = "known"
    for fate in ("window", "before"):
        pool = np.flatnonzero(fates == "known")
        count = counts["assessed_in_window" if fate == "window" else "assessed_before"]
        fates[random.choice(pool, count, replace=False, p=assessed[pool] / assessed[pool].sum())] = fate
    return fates


def _cases(
    households: pd.DataFrame,
    fates: NDArray[np.str_],
    places: Places,
    declared: dict[str, Any],
    planted: Planted,
    random: np.random.Generator,
) -> pd.DataFrame:
    """One case a known household: opened before its first assessment."""
    known = np.flatnonzero(fates != "unknown")
    fate, count = fates[known], len(known)
    first = np.datetime64(declared["window"]["first_day"])
    assessed = np.full(count, np.datetime64("NaT", "D"))
    in_window, before = fate == "window", fate == "before"
    assessed[in_window] = days_later(first, 1) + random.integers(0, 242, in_window.sum())
    assessed[before] = days_later(first, -1) - random.integers(0, 365, before.sum())
    opened = np.datetime64("2022-07-01") + random.integers(0, 790, count)
    some = in_window | before
    opened[some] = assessed[some] - random.integers(2, 75, some.sum())
    closed = opened + random.integers(90, 300, count)
    ends = (fate == "known") & (random.random(count) < 0.3) & (closed <= np.datetime64(declared["window"]["last_day"]))
    table = pd.DataFrame(
        {
            "household_id": households["household_id"].to_numpy()[known],
            "opened_on": opened.astype(str),
            "discovery_source": _sources(households.iloc[known], opened, places, planted, random),
            "closed_on": np.where(ends, closed.astype(str), ""),
            "fate": fate,
            "assessed_on": assessed,
        }
    ).sort_values(["opened_on", "household_id"], ignore_index=True)
    table.insert(0, "case_id", [f"K{number + 1:05d}" for number in range(count)])
    return table


def _sources(
    homes: pd.DataFrame,
    opened: NDArray[np.datetime64],
    places: Places,
    planted: Planted,
    random: np.random.Generator,
) -> NDArray[np.str_]:
    """Units with much reach look for people, more so once they have a station; without an adviser nobody visits."""
    reach = homes["subdistrict_code"].map({unit.code: unit.reach for unit in places.units}).to_numpy(dtype=np.float64)
    stations = {row["unit"]: np.datetime64(row["opened_on"]) for row in read_data("relief.toml")["stations"]}
    station = homes["subdistrict_code"].map(stations).to_numpy(dtype="datetime64[D]")
    added = planted.proactive_chance_added * (opened >= station)
    proactive = random.random(len(homes)) < np.minimum(0.9, 0.24 + 0.22 * reach + added)
    lost = homes["committee_id"].isin(committees_without_adviser(places)).to_numpy()
    draw = random.random(len(homes))
    visits = np.where(lost, 0.08, 0.42)
    scaled = draw * (visits + 0.58)
    found = np.select([scaled < visits, scaled < visits + 0.34], ["adviser_visit", "committee"], "data_match")
    came = np.select([draw < 0.60, draw < 0.82], ["window", "online"], "referral")
    return np.where(proactive, found, came)


def _entitlement(
    households: pd.DataFrame,
    cases: pd.DataFrame,
    fates: NDArray[np.str_],
    declared: dict[str, Any],
    random: np.random.Generator,
) -> pd.DataFrame:
    """First and last day of entitlement: before the case, and open at the window's end except for the ended."""
    opened = households["household_id"].map(cases.set_index("household_id")["opened_on"])
    latest = np.array(opened.fillna("2024-07-31"), dtype="datetime64[D]")
    since = latest - random.integers(10, 2800, len(households))
    ended = np.full(len(households), "", dtype="U10")
    pool = np.flatnonzero(np.isin(fates, ["unknown", "known"]) & (since < np.datetime64("2023-01-01")))
    chosen = random.choice(pool, declared["households"]["ended"], replace=False)
    ended[chosen] = (np.datetime64("2023-03-01") + random.integers(0, 540, len(chosen))).astype(str)
    return households.assign(relief_from=since.astype(str), relief_to=ended)
