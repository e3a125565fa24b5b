"""Institutions with linked beds, how many beds they have by month, and how many of them should be occupied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import largest_remainder, rounded_shares, stream
from jingan_analysis.demo.bed_effects import BedEffects
from jingan_analysis.demo.places import Places
from jingan_analysis.demo.units import read_data

JOINED = ("elder_home", "care_home", "nursing_home")
"""Kinds of institution whose residents sign contracts."""


@dataclass(frozen=True)
class BedPlaces:
    """Institutions and their beds.

    Attributes
    ----------
    table
        The table ``institutions``.
    months
        First days of the months, up to the horizon.
    beds
        Beds by kind: one row an institution, one column a month.
    """

    table: pd.DataFrame
    months: NDArray[np.datetime64]
    beds: Mapping[str, NDArray[np.int64]]


def bed_settings() -> dict[str, Any]:
    """What is declared of linked beds."""
    return read_data("linked_beds.toml")


def months_between(first: str, last: str) -> NDArray[np.datetime64]:
    """First days of the months from one day to another."""
    return np.arange(np.datetime64(first, "M"), np.datetime64(last, "M") + 1).astype("datetime64[D]")


def days_of(months: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Days of each month."""
    ends = np.append(months.astype("datetime64[M]"), months[-1].astype("datetime64[M]") + 1).astype("datetime64[D]")
    return np.asarray(np.diff(ends).astype(np.int64))


def build_institutions(places: Places, effects: BedEffects, seed: int) -> BedPlaces:
    """Make the table ``institutions`` and give each its beds."""
    declared, random = bed_settings(), stream("bed places", seed)
    rows: list[dict[str, str]] = []
    holds: list[list[str]] = []
    for group in declared["institutions"]:
        for number in range(group["count"]):
            unit = places.units[(number * 5 + len(group["kind"])) % len(places.units)]
            more = ["home_care"] if number < group.get("home_care_in_first", 0) else []
            holds.append([*group["holds"], *more])
            rows.append(
                {
                    "inst_id": f"I{len(rows) + 1:02d}",
                    **{f"name_{language}": f"{group[language]} {number + 1}" for language in ("en", "zh", "ja")},
                    "kind": group["kind"],
                    "subdistrict_code": unit.code,
                }
            )
    table = pd.DataFrame(rows)
    table["joined_on"] = _joined(table, effects, declared["coverage"]["never_joined"], random)
    months = months_between(declared["first_day"], declared["horizon"])
    beds = {kind["bed_type"]: _beds(kind, holds, months, random) for kind in declared["kinds"]}
    return BedPlaces(table, months, _grown(beds, months, declared["growth"]))


def _joined(table: pd.DataFrame, effects: BedEffects, never: int, random: np.random.Generator) -> list[str]:
    """Institutions join within the first ten months of the pilot, the last few homes never."""
    days = np.datetime64(effects.pilot_from, "D") + random.integers(0, 300, len(table))
    homes = np.flatnonzero(table["kind"].isin(JOINED))
    out = set(homes[-never:].tolist())
    return ["" if place in out else str(day) for place, day in enumerate(days)]


def _beds(
    kind: Mapping[str, Any], holds: list[list[str]], months: NDArray[np.datetime64], random: np.random.Generator
) -> NDArray[np.int64]:
    """Beds of one kind, spread over those that hold it, the same in every month."""
    holders = np.array([kind["bed_type"] in one for one in holds])
    beds = np.zeros(len(holds), dtype=np.int64)
    weights = random.uniform(0.5, 2.0, int(holders.sum()))
    beds[holders] = rounded_shares(weights, kind["beds"], at_least=10)
    return np.tile(beds[:, None], len(months))


def _grown(
    beds: dict[str, NDArray[np.int64]], months: NDArray[np.datetime64], growth: Mapping[str, Any]
) -> dict[str, NDArray[np.int64]]:
    """More beds in the three largest homes from one month on."""
    homes = beds["institution"].copy()
    largest = np.argsort(-homes[:, 0], kind="stable")[:3]
    later = months >= np.datetime64(growth["month"], "M").astype("datetime64[D]")
    homes[np.ix_(largest, later)] += largest_remainder(np.ones(3), growth["beds"])[:, None]
    return {**beds, "institution": homes}


def log_odds(months: NDArray[np.datetime64], random: np.random.Generator) -> NDArray[np.float64]:
    """Log-odds of an occupied bed-day that every place shares, with noise of its own."""
    declared = bed_settings()["occupancy"]
    month = months.astype("datetime64[M]")
    since = (month - np.datetime64(declared["anchor_month"], "M")).astype(np.int64)
    of_year = month.astype(np.int64) % 12
    festival = np.isin(month.astype(str), declared["spring_festival_months"])
    noise = np.zeros(len(months))
    rho = declared["noise_autocorrelation"]
    shocks = random.normal(0.0, declared["noise_log_odds"] * np.sqrt(1 - rho**2), len(months))
    for place, shock in enumerate(shocks):
        noise[place] = rho * noise[place - 1] + shock if place else shock / np.sqrt(1 - rho**2)
    return np.asarray(
        declared["anchor_log_odds"]
        + declared["trend_log_odds_per_month"] * since
        + declared["season_log_odds"] * np.cos(2 * np.pi * (of_year - 9) / 12)
        + declared["spring_festival_log_odds"] * festival
        + noise
    )


def occupied_target(places: BedPlaces, effects: BedEffects, seed: int) -> dict[str, NDArray[np.float64]]:
    """Beds of each kind that should be occupied in each month."""
    random = stream("bed occupancy", seed)
    after = (places.months.astype("datetime64[M]") - np.datetime64(effects.pilot_from, "M")).astype(np.int64)
    effect = np.where(after >= 0, effects.level_log_odds + effects.slope_log_odds_per_month * after, 0.0)
    homes = 1 / (1 + np.exp(-(log_odds(places.months, random) + effect)))
    shares = {kind["bed_type"]: kind.get("occupancy", homes) for kind in bed_settings()["kinds"]}
    return {name: np.asarray(share * places.beds[name].sum(axis=0)) for name, share in shares.items()}


def comparison_table(last_day: np.datetime64, seed: int) -> pd.DataFrame:
    """Make the table ``comparison_occupancy``: places that share trend and season and have no pilot."""
    declared, random = bed_settings(), stream("bed comparison", seed)
    months = months_between(declared["first_day"], str(last_day))
    days = days_of(months)
    pieces = []
    for place, beds in declared["comparison"]["places"].items():
        share = 1 / (1 + np.exp(-(log_odds(months, random) + declared["comparison"]["log_odds"][place])))
        usable = beds * days
        pieces.append(
            pd.DataFrame(
                {
                    "place": place,
                    "month": months.astype("datetime64[M]").astype(str),
                    "bed_type": "institution",
                    "usable_bed_days": usable,
                    "occupied_bed_days": np.round(share * usable).astype(np.int64),
                }
            )
        )
    return pd.concat(pieces, ignore_index=True)
