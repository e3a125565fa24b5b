"""Who is watched for falls, and when they fall: at home less once the home is adapted, more before an application."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import stream
from jingan_analysis.demo.retrofit_effects import RetrofitEffects

_YEAR = 365.25
_OLDEST = 102.0


def fall_tables(
    homes: pd.DataFrame, declared: Mapping[str, Any], effects: RetrofitEffects, seed: int
) -> dict[str, pd.DataFrame]:
    """Make ``fall_observation`` and ``fall_events`` of some of the applicants."""
    random = stream("retrofit falls", seed)
    watched = _watched(homes, declared, random)
    falls = pd.concat(
        [_falls(watched, place, declared, effects, random) for place in ("home", "elsewhere")], ignore_index=True
    )
    falls = falls.drop_duplicates(["person_id", "day", "place"])
    falls = falls.sort_values(["day", "person_id", "place"], kind="stable", ignore_index=True)
    first = np.datetime64(declared["first_day"])
    noted = random.random(len(falls)) >= declared["falls"]["not_noted"]
    born = first + watched["birth"].to_numpy().astype("timedelta64[D]")
    injured = random.random(len(falls)) < declared["falls"]["injured"]
    return {
        "fall_observation": pd.DataFrame(
            {
                "person_id": watched["person_id"],
                "birth_month": born.astype("datetime64[M]").astype(str),
                "observed_from": (first + watched["from"].to_numpy().astype("timedelta64[D]")).astype(str),
                "observed_to": (first + watched["to"].to_numpy().astype("timedelta64[D]")).astype(str),
            }
        ),
        "fall_events": pd.DataFrame(
            {
                "person_id": falls["person_id"],
                "fell_on": (first + falls["day"].to_numpy().astype("timedelta64[D]")).astype(str),
                "place": falls["place"],
                "injury": np.where(noted, injured, None),
            }
        ),
    }  # fmt: skip


def _watched(homes: pd.DataFrame, declared: Mapping[str, Any], random: np.random.Generator) -> pd.DataFrame:
    """Who is watched, from when to when, in days since the first one; birthdays lie before it."""
    falls, count = declared["falls"], len(homes)
    last = _since(declared["last_day"], declared)
    latest = _since(falls["latest_first_day"], declared)
    mine = random.random(count) < falls["watched_share"]
    late = random.random(count) >= falls["from_first_day_share"]
    begin = np.where(late, random.integers(1, latest, count), 0)
    oldest = np.where(homes["group"] == "aged_80", 80.0, 64.0)
    born = -np.floor(_YEAR * np.minimum(oldest + random.gamma(2.2, 4.5, count), _OLDEST)).astype(np.int64)
    gone = homes["ended"].where(homes["reason"].isin(["died", "moved_away"])).to_numpy()
    came = np.nan_to_num(homes[["applied", "accepted", "ended"]].max(axis=1).to_numpy())
    left = np.maximum(came, begin) + 1 + np.floor(random.exponential(_YEAR / falls["leaves_a_year"], count))
    end = np.where(np.isnan(gone), left, gone)
    watched = homes.assign(birth=born, **{"from": begin, "to": np.minimum(end, last).astype(np.int64)})
    kept: pd.DataFrame = watched[mine & (watched["to"] >= watched["from"])].reset_index(drop=True)
    return kept


def _since(day: str, declared: Mapping[str, Any]) -> int:
    return int((np.datetime64(day, "D") - np.datetime64(declared["first_day"], "D")).astype(np.int64))


def _falls(
    watched: pd.DataFrame,
    place: str,
    declared: Mapping[str, Any],
    effects: RetrofitEffects,
    random: np.random.Generator,
) -> pd.DataFrame:
    """Falls in one kind of place: drawn at the greatest rate a person may have, and thinned to that of the day."""
    falls = declared["falls"]
    days = (watched["to"] - watched["from"] + 1).to_numpy()
    factor = random.gamma(falls["shape"], 1 / falls["shape"], len(watched))
    most = falls["factor_a_band"] ** len(falls["ages"]) * falls["first_quarter_factor"]
    most *= max(effects.prompting_ratio, 1.0)
    drawn = random.poisson(factor * falls[f"{place}_a_year"] / _YEAR * most * days)
    who = np.repeat(np.arange(len(watched)), drawn)
    day = watched["from"].to_numpy()[who] + np.floor(random.random(len(who)) * days[who]).astype(np.int64)
    rate = _relative(watched.iloc[who], day, place, declared, effects)
    kept = random.random(len(who)) < rate / most
    persons = watched["person_id"].to_numpy()[who[kept]]
    return pd.DataFrame({"person_id": persons, "day": day[kept], "place": place})


def _relative(
    persons: pd.DataFrame,
    day: NDArray[np.int64],
    place: str,
    declared: Mapping[str, Any],
    effects: RetrofitEffects,
) -> NDArray[np.float64]:
    """Rate of a fall on a day against a person's rate below the first age band, outside winter, before applying."""
    falls = declared["falls"]
    age = (day - persons["birth"].to_numpy()) / _YEAR
    rate = falls["factor_a_band"] ** np.searchsorted(falls["ages"], age, side="right").astype(np.float64)
    date = np.datetime64(declared["first_day"]) + day.astype("timedelta64[D]")
    first_quarter = date.astype("datetime64[M]").astype(np.int64) % 12 < 3
    rate = rate * np.where(first_quarter, falls["first_quarter_factor"], 1.0)
    if place != "home":
        return np.asarray(rate)
    applied, accepted = persons["applied"].to_numpy(), persons["accepted"].to_numpy()
    prompted = (day >= applied - effects.prompting_days) & (day < applied)
    rate = rate * np.where(prompted, effects.prompting_ratio, 1.0)
    return np.asarray(rate * np.where(day >= accepted, effects.fall_ratio_after, 1.0))
