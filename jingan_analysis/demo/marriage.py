"""The tables on the registration of marriages, cut at the last day of the records."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import SEED, stream
from jingan_analysis.demo.marriage_days import PEAKS, marriage_settings, open_days
from jingan_analysis.demo.marriage_effects import MarriageEffects
from jingan_analysis.demo.marriage_residence import homes

SCOPES = ("own_district", "city", "inter_province", "foreign_related")
_PARTY = {
    "own_district": "own_district",
    "city": "elsewhere_in_city",
    "inter_province": "other_province",
    "foreign_related": "abroad",
}
"""Area of the party that gives a scope its name."""
_OFFICE = "MR01"


def register_marriages(effects: MarriageEffects, seed: int = SEED) -> dict[str, pd.DataFrame]:
    """Make the four tables; other seeds and effects make other districts of the same kind."""
    days = open_days(effects)
    wanted = _wanted(days, effects, seed)
    booked = _booked(wanted, days, stream("marriage queue", seed))
    rows = _visits(booked, days, effects, seed)
    registrations = _registration_table(rows, seed)
    return {
        "registrations": registrations.assign(residence_code=homes(registrations["scope"], effects, seed)),
        "appointments": _appointment_table(rows, days),
        "comparison_registrations": _elsewhere(days, effects, seed),
        "registration_travel": _travel(),
    }


def _expected(days: pd.DataFrame, effects: MarriageEffects) -> pd.DataFrame:
    """Applications expected by day, type and scope: one column each, in a fixed order."""
    declared = marriage_settings()
    per_day, from_day = declared["per_day"], {name: pd.Timestamp(day) for name, day in declared["openings"].items()}
    ratio = {"own_district": 1.0, "city": effects.moved_ratio, "inter_province": effects.created_ratio}
    foreign = {"foreign_related": effects.foreign_per_day / per_day["marriage"]}
    columns: dict[tuple[str, str], NDArray[np.float64]] = {}
    for scope, part in (ratio | foreign).items():
        opened = (days.index >= from_day.get(scope, days.index[0])).astype(np.float64)
        level = per_day["marriage"] * part * opened
        columns["marriage", scope] = level * days["factor"].to_numpy() * days["wave"].to_numpy()
        if scope != "foreign_related":
            some = 1.0 if scope == "own_district" else declared["demand"]["cross_share_of_divorces"] * (part > 0)
            columns["divorce", scope] = per_day["divorce"] * some * opened * days["weekday_factor"].to_numpy()
    columns["reissue", "own_district"] = per_day["reissue"] * days["weekday_factor"].to_numpy()
    return pd.DataFrame(columns, index=days.index)


def _wanted(days: pd.DataFrame, effects: MarriageEffects, seed: int) -> pd.DataFrame:
    """How many would like each day, by type and scope."""
    expected = _expected(days, effects)
    random = stream("marriage demand", seed)
    months = days["month"].unique()
    noise = 1.0 / marriage_settings()["demand"]["month_noise"] ** 2
    level = pd.Series(random.gamma(noise, 1.0 / noise, len(months)), index=months)
    mean = expected.mul(days["month"].map(level), axis=0)
    return pd.DataFrame(random.poisson(mean.to_numpy()), index=expected.index, columns=expected.columns)


def _capacity(days: pd.DataFrame) -> NDArray[np.int64]:
    declared = marriage_settings()
    later = (days.index >= declared["openings"]["city"]).astype(np.int64)
    slots = declared["slots"]
    peak = np.array(slots["peak"])[later]
    usual = np.array(slots["ordinary"])[later]
    return np.asarray(np.where(days["kind"].isin(("may_20", "qixi")), peak, usual), dtype=np.int64)


def _booked(wanted: pd.DataFrame, days: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """One row an application with its slot: where a day is full, those who asked last take the next open day."""
    capacity = _capacity(days)
    waiting: list[int] = []
    rows: list[tuple[int, int]] = []
    for day, counts in enumerate(wanted.to_numpy()):
        asked = np.repeat(np.arange(len(counts)), counts)
        queue = [*waiting, *random.permutation(asked).tolist()]
        rows += [(group, day) for group in queue[: capacity[day]]]
        waiting = queue[capacity[day] :]
    group, slot = np.array(rows, dtype=np.int64).T
    kinds, scopes = (wanted.columns.get_level_values(level).to_numpy(dtype=str) for level in (0, 1))
    return pd.DataFrame({"reg_type": kinds[group], "scope": scopes[group], "day": slot})


def _visits(booked: pd.DataFrame, days: pd.DataFrame, effects: MarriageEffects, seed: int) -> pd.DataFrame:
    """What came of every appointment."""
    declared = marriage_settings()["visit"]
    random = stream("marriage visits", seed)
    count = len(booked)
    peak = days["kind"].isin(PEAKS).to_numpy()[booked["day"]]
    chance = declared["not_shown"] + effects.peak_no_show_added * peak
    shown = random.random(count) >= chance
    short = shown & (random.random(count) < booked["scope"].map(declared["documents_short"]).to_numpy())
    refused = short & (random.random(count) < declared["refused_if_short"])
    lead = random.exponential(np.where(peak, declared["peak_lead_days"], declared["lead_days"])).astype(np.int64)
    lead += np.where(booked["reg_type"] == "divorce", declared["cooling_off_days"], 0)
    median = booked["scope"].map(declared["minutes_median"]).to_numpy(dtype=np.float64)
    median *= np.where(booked["reg_type"] == "divorce", declared["divorce_minutes_factor"], 1.0)
    minutes = np.clip(np.round(median * np.exp(declared["minutes_spread"] * random.standard_normal(count))), 3, 180)
    unknown = random.random(count) < declared["minutes_unknown"]
    slot = days.index[booked["day"]]
    return booked.assign(
        slot_on=slot,
        applied_on=slot - pd.to_timedelta(lead, unit="D"),
        shown=shown,
        short=short,
        minutes=np.where(shown & ~unknown, minutes, np.nan),
        result=np.select([~shown, refused], ["not_shown", "refused"], "registered"),
    )


def _registration_table(rows: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Applications made by the last day; what happens after it has not happened."""
    declared = marriage_settings()
    random = stream("marriage records", seed)
    last = pd.Timestamp(declared["last_day"])
    withdrawn = rows.sample(frac=declared["visit"]["withdrawn"], random_state=int(random.integers(2**31)))
    no_day = pd.Series(pd.NaT, index=withdrawn.index)
    withdrawn = withdrawn.assign(slot_on=no_day, shown=False, minutes=np.nan, result="withdrawn")
    every = pd.concat([rows, withdrawn]).sort_values(["applied_on", "day", "scope", "reg_type"], kind="stable")
    every = every[every["applied_on"] <= last].reset_index(drop=True)
    future = every["slot_on"] > last
    done = (every["result"] == "registered") & ~future
    seen = every["shown"] & ~future
    first, second = _areas(every["scope"], random)
    return pd.DataFrame(
        {
            "reg_id": [f"R{number:05d}" for number in range(1, len(every) + 1)],
            "reg_type": every["reg_type"],
            "scope": every["scope"],
            "party_a_area": first,
            "party_b_area": second,
            "applied_on": every["applied_on"].astype("datetime64[s]"),
            "slot_on": every["slot_on"].astype("datetime64[s]"),
            "done_on": every["slot_on"].where(done).astype("datetime64[s]"),
            "office_id": _OFFICE,
            "minutes": every["minutes"].where(seen),
            "documents_short": every["short"].where(seen).astype("boolean"),
            "result": np.where(future, "", every["result"]),
        }
    )


def _areas(scopes: pd.Series, random: np.random.Generator) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Areas of both parties, in either order."""
    party = scopes.map(_PARTY).to_numpy(dtype=str)
    other = np.empty(len(scopes), dtype="U20")
    for scope, chances in marriage_settings()["other_party"].items():
        mine = (scopes == scope).to_numpy()
        other[mine] = random.choice(list(chances), size=int(mine.sum()), p=list(chances.values()))
    swapped = random.random(len(scopes)) < 0.5
    return np.where(swapped, other, party), np.where(swapped, party, other)


def _appointment_table(rows: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    declared = marriage_settings()
    slots = declared["slots"]
    number = np.arange(len(days))
    peak = days["kind"].isin(("may_20", "qixi")).to_numpy()
    table = pd.DataFrame(
        {
            "office_id": _OFFICE,
            "slot_on": days.index.astype("datetime64[s]"),
            "capacity": _capacity(days),
            "booked": rows["day"].value_counts().reindex(number, fill_value=0).to_numpy(),
            "shown": rows["shown"].groupby(rows["day"]).sum().reindex(number, fill_value=0).to_numpy(),
            "windows": np.where(peak, slots["windows_on_peak_days"], slots["windows"]),
            "open_minutes": slots["open_minutes"],
        }
    )
    return pd.DataFrame(table[table["slot_on"] <= declared["last_day"]]).reset_index(drop=True)


def _elsewhere(days: pd.DataFrame, effects: MarriageEffects, seed: int) -> pd.DataFrame:
    """Marriages at places elsewhere: the same calendar, less those who moved here."""
    declared: dict[str, Any] = marriage_settings()
    random = stream("marriages elsewhere", seed)
    sizes = np.array(declared["elsewhere"]["marriages_per_day"])
    daily = days["factor"] * days["wave"]
    moved = _expected(days, effects)["marriage", "city"]
    within = days.index <= declared["last_day"]
    totals = pd.DataFrame({"daily": daily, "moved": moved})[within].groupby(days["month"][within]).sum()
    rows = []
    for place, size in enumerate(sizes, start=1):
        mean = size * totals["daily"] - size / sizes.sum() * totals["moved"]
        rows.append(pd.DataFrame({"place": f"E{place}", "month": totals.index, "marriages": random.poisson(mean)}))
    return pd.concat(rows, ignore_index=True)


def _travel() -> pd.DataFrame:
    rows = [
        {"scope": scope}
        | {
            f"{way}_{part}_minutes": value
            for way in ("here", "alternative")
            for part, value in zip(("low", "mode", "high"), minutes[way], strict=True)
        }
        for scope, minutes in marriage_settings()["travel"].items()
    ]
    return pd.DataFrame(rows)
