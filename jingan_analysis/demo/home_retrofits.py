"""The tables on homes adapted for old age: who is in need, who applies, and how far each comes by the last day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import SEED, stream
from jingan_analysis.demo.people import People
from jingan_analysis.demo.places import Places
from jingan_analysis.demo.retrofit_effects import RetrofitEffects
from jingan_analysis.demo.retrofit_falls import fall_tables
from jingan_analysis.demo.units import read_data

GROUPS = ("frail", "alone", "low_income", "aged_80")
_CHANNELS = ("sub_district", "committee", "online", "hospital")
_STEPS = ("assess", "sign", "start", "works", "accept")
_DAYS = ("assessed", "signed", "started", "finished", "accepted")


def retrofit_settings() -> dict[str, Any]:
    """What is declared of adapted homes."""
    return read_data("home_retrofits.toml")


def adapt_homes(places: Places, people: People, effects: RetrofitEffects, seed: int = SEED) -> dict[str, pd.DataFrame]:
    """Make the tables on adapted homes; other seeds and effects make other districts of the same kind."""
    declared = retrofit_settings()
    need = _need(places, people, declared, seed)
    homes = _until_accepted(_applications(places, need, effects, declared, seed), declared)
    return {**_step_tables(homes, declared, seed), "retrofit_need": need, **fall_tables(homes, declared, effects, seed)}


def _need(places: Places, people: People, declared: Mapping[str, Any], seed: int) -> pd.DataFrame:
    """Households in need by unit and group."""
    random, older = stream("retrofit need", seed), np.zeros(len(places.units))
    inside = places.unit >= 0
    np.add.at(older, places.unit[inside], people.older[inside])
    spread = declared["need"]["varies_by"]
    rate = declared["need"]["rate"]
    rows = [
        (unit.code, group, round(older[number] * rate[group] * random.uniform(1 - spread, 1 + spread)))
        for number, unit in enumerate(places.units)
        for group in GROUPS
    ]
    return pd.DataFrame(rows, columns=["subdistrict_code", "priority_group", "households"])


def _applications(
    places: Places, need: pd.DataFrame, effects: RetrofitEffects, declared: Mapping[str, Any], seed: int
) -> pd.DataFrame:
    """Applications in a random order, each followed to its end: days since the first one, NaN for what never came."""
    random, count = stream("retrofits", seed), declared["applications"]
    unit, group = _who(need, effects, declared, random)
    last = _last(declared)
    homes = pd.DataFrame({"unit": unit, "group": group})
    homes["committee"] = _committees(places, unit, random)
    homes["channel"] = np.array(_CHANNELS)[random.choice(4, count, p=[0.30, 0.45, 0.10, 0.15])]
    # More and more applications from year to year.
    homes["applied"] = np.floor(last * random.random(count) ** 0.8).astype(np.int64)
    slower = homes["unit"].map(effects.slower_in).fillna(1.0).to_numpy()
    day = homes["applied"].to_numpy().astype(np.float64)
    for step, name in zip(_STEPS, _DAYS, strict=True):
        lasts = declared["steps"][step]["shortest"] + random.exponential(declared["steps"][step]["mean"], count)
        day = day + np.round(lasts * slower)
        homes[name] = day
    return _ended(homes, effects, declared, random)


def _who(
    need: pd.DataFrame, effects: RetrofitEffects, declared: Mapping[str, Any], random: np.random.Generator
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Unit and group of each application: by need and uptake, or none of the groups."""
    weight = need["households"] * need["subdistrict_code"].map(effects.uptake_in).fillna(1.0)
    by_group = (weight * need["priority_group"].map(effects.uptake_of).fillna(1.0)).to_numpy()
    chosen = random.choice(len(need), declared["applications"], p=by_group / by_group.sum())
    unit = need["subdistrict_code"].to_numpy()[chosen]
    group = need["priority_group"].to_numpy()[chosen].astype(object)
    group[random.random(len(group)) < declared["need"]["none_share"]] = "none"
    return unit, group


def _committees(places: Places, unit: NDArray[np.object_], random: np.random.Generator) -> list[str]:
    """A committee of the unit; one in twenty is not known."""
    ids = places.committees.groupby("subdistrict_code")["committee_id"].apply(list).to_dict()
    place, known = random.random(len(unit)), random.random(len(unit)) >= 0.05
    drawn = zip(unit, place, known, strict=True)
    return [ids[code][int(at * len(ids[code]))] if is_known else "" for code, at, is_known in drawn]


def _ended(
    homes: pd.DataFrame, effects: RetrofitEffects, declared: Mapping[str, Any], random: np.random.Generator
) -> pd.DataFrame:
    """Withdrawal, refusal, death and moving away compete with the steps: whichever comes first."""
    count, applied = len(homes), homes["applied"].to_numpy()
    ratio = homes["unit"].map(effects.withdrawal_ratio_in).fillna(1.0).to_numpy()
    hazards = declared["ends"]
    ends = {
        "withdrawn": applied + 1 + np.floor(random.exponential(1 / (hazards["withdrawn"] * ratio), count)),
        "died": applied + 1 + np.floor(random.exponential(1 / hazards["died"], count)),
        "moved_away": applied + 1 + np.floor(random.exponential(1 / hazards["moved_away"], count)),
        "refused": np.where(
            random.random(count) < declared["steps"]["refused_after_assessment"],
            np.minimum(homes["assessed"] + random.integers(0, 8, count), homes["signed"] - 1),
            np.inf,
        ),
    }
    days = np.stack(list(ends.values()))
    first = days.min(axis=0)
    stopped = first <= homes["accepted"].to_numpy()
    homes["ended"] = np.where(stopped, first, np.nan)
    homes["reason"] = np.where(stopped, np.array(list(ends))[days.argmin(axis=0)], "")
    for name in _DAYS:
        homes[name] = homes[name].where(~(homes[name] > homes["ended"]))
    homes.loc[stopped, "accepted"] = np.nan
    return homes


def _until_accepted(homes: pd.DataFrame, declared: Mapping[str, Any]) -> pd.DataFrame:
    """So many that just as many were accepted as was published; what lies beyond the last day is not yet."""
    done = (homes["accepted"] <= _last(declared)).cumsum()
    enough = int(np.argmax(done.to_numpy() >= declared["accepted"]))
    kept = homes.iloc[: enough + 1].copy()
    late = kept["ended"] > _last(declared)
    kept.loc[late, "reason"] = ""
    for name in (*_DAYS, "ended"):
        kept[name] = kept[name].where(kept[name] <= _last(declared))
    kept = kept.sort_values(["applied", "unit", "group"], kind="stable", ignore_index=True)
    kept["app_id"] = [f"R{number + 1:05d}" for number in range(len(kept))]
    kept["person_id"] = [f"P{number + 1:05d}" for number in range(len(kept))]
    return kept


def _last(declared: Mapping[str, Any]) -> int:
    first, last = (np.datetime64(declared[day], "D") for day in ("first_day", "last_day"))
    return int(np.subtract(last, first).astype(np.int64))


def dates(days: pd.Series, declared: Mapping[str, Any]) -> pd.Series:
    """Days since the first one as dates; empty text where there is none."""
    known = days.notna()
    first = np.datetime64(declared["first_day"])
    written = first + days.where(known, 0).astype(np.int64).to_numpy().astype("timedelta64[D]")
    return pd.Series(np.where(known, written.astype(str), ""), index=days.index)


def _step_tables(homes: pd.DataFrame, declared: Mapping[str, Any], seed: int) -> dict[str, pd.DataFrame]:
    random = stream("retrofit works", seed)
    risks = 1 + random.poisson(4.0, len(homes))
    done = np.maximum(1, random.binomial(risks, 0.75))
    return {
        "retrofit_applications": pd.DataFrame(
            {
                "app_id": homes["app_id"],
                "home_id": homes["app_id"].str.replace("R", "W"),
                "person_id": homes["person_id"],
                "subdistrict_code": homes["unit"],
                "committee_id": homes["committee"],
                "applied_on": dates(homes["applied"], declared),
                "channel": homes["channel"],
                "priority_group": homes["group"],
                "ended_on": dates(homes["ended"], declared),
                "end_reason": homes["reason"],
            }
        ),
        "retrofit_assessments": _of_those(
            homes["assessed"], homes, {"assessed_on": dates(homes["assessed"], declared), "risk_items": risks}
        ),
        "retrofit_contracts": _of_those(
            homes["signed"], homes, {"signed_on": dates(homes["signed"], declared), **_costs(homes, declared, random)}
        ),
        "retrofit_works": _of_those(
            homes["started"],
            homes,
            {
                **{f"{name}_on": dates(homes[name], declared) for name in ("started", "finished", "accepted")},
                "items_done": done,
            },
        ),
    }


def _of_those(day: pd.Series, homes: pd.DataFrame, columns: Mapping[str, Any]) -> pd.DataFrame:
    """The rows of those who came so far, in order of the day."""
    table = pd.DataFrame({"app_id": homes["app_id"], **columns})[day.notna().to_numpy()]
    return table.sort_values([table.columns[1], "app_id"], kind="stable", ignore_index=True)


def _costs(homes: pd.DataFrame, declared: Mapping[str, Any], random: np.random.Generator) -> dict[str, Any]:
    cost = declared["cost"]
    package = np.array(list(cost["shares"]))[random.choice(3, len(homes), p=list(cost["shares"].values()))]
    median = pd.Series(package).map(cost["median_yuan"]).to_numpy()
    total = np.round(median * np.exp(random.normal(0, cost["log_spread"], len(homes))), -1)
    part = homes["group"].map(cost["subsidised"]).to_numpy()
    subsidy = np.round(np.minimum(total * part, cost["cap_yuan"]), -1)
    return {"package": package, "total_yuan": total, "subsidy_yuan": subsidy}
