"""The tables on volunteers who keep contact with older people, cut at the last day of the records."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import SEED, stream
from jingan_analysis.demo.befriending_effects import BefriendingEffects
from jingan_analysis.demo.befriending_people import (
    PROGRAMMES,
    Elders,
    Size,
    Volunteers,
    befriending_settings,
    last_day,
    list_elders,
    published_size,
    recruit,
)
from jingan_analysis.demo.pair_contacts import keep_contact
from jingan_analysis.demo.pair_movements import distinct_paired, move_pairs
from jingan_analysis.demo.people import People
from jingan_analysis.demo.places import Places

_AGES = {0: (58, 74), 1: (24, 70)}
"""Age when joining by programme: younger older people help older ones, and anybody keeps company."""


def befriend(
    places: Places, people: People, effects: BefriendingEffects, seed: int = SEED, size: Size | None = None
) -> dict[str, pd.DataFrame]:
    """Make the four tables; other seeds, effects and sizes make other districts of the same kind.

    Raises
    ------
    ValueError
        If fewer are paired on the last day than the size asks for.
    """
    size = published_size() if size is None else size
    volunteers = recruit(places, people, effects, size, seed)
    elders = list_elders(places, people, size, seed)
    pairs = move_pairs(places, volunteers, elders, effects, seed)
    kept = _kept(elders, pairs, size)
    pairs = pairs[kept[pairs["elder"]]].sort_values(["elder", "start", "volunteer"], ignore_index=True)
    contacts = keep_contact(places, volunteers, elders, pairs, effects, seed)
    return {
        "volunteers": _volunteer_table(places, volunteers, seed),
        "elder_needs": _elder_table(places, elders, kept, seed),
        "pairings": _pair_table(pairs),
        "companion_contacts": _contact_table(contacts),
    }


def _kept(elders: Elders, pairs: pd.DataFrame, size: Size) -> NDArray[np.bool_]:
    """Everybody but a few of those who are paired, spread over the district, where there are too many."""
    kept = np.ones(len(elders.point), dtype=bool)
    paired = distinct_paired(pairs)
    if size.paired is not None:
        if len(paired) < size.paired:
            raise ValueError(f"{len(paired)} are paired on the last day, not {size.paired}; declare more as listed")
        spread = np.linspace(0, len(paired) - 1, len(paired) - size.paired).astype(np.int64)
        kept[paired[spread]] = False
    return kept


def _last_dates(days: NDArray[np.int64]) -> NDArray[np.str_]:
    """The day before the first one without; empty where that is after the last day of the records."""
    return np.where(days <= last_day(), _dates(days - 1), "")


def _dates(days: NDArray[np.int64]) -> NDArray[np.str_]:
    dates = (np.datetime64(befriending_settings()["first_day"]) + days.astype("timedelta64[D]")).astype(str)
    return np.asarray(dates)


def _home(places: Places, point: NDArray[np.int64], unknown: NDArray[np.bool_]) -> dict[str, NDArray[np.str_]]:
    codes = np.array([unit.code for unit in places.units])
    committees = places.committees["committee_id"].to_numpy(dtype=str)
    return {
        "subdistrict_code": codes[places.unit[point]],
        "committee_id": committees[places.committee[point]],
        "point_id": np.where(unknown, "", places.point_ids[point]),
    }


def _volunteer_table(places: Places, volunteers: Volunteers, seed: int) -> pd.DataFrame:
    random = stream("befriending volunteer records", seed)
    count = len(volunteers.point)
    low, high = (np.array([_AGES[number][side] for number in (0, 1)])[volunteers.programme] for side in (0, 1))
    months = (low * 12 + random.integers(0, (high - low) * 12)).astype(np.int64)
    joined = _dates(volunteers.joined)
    born = joined.astype("datetime64[M]") - months.astype("timedelta64[M]")
    unknown = random.random(count) < befriending_settings()["volunteer"]["home_unknown"]
    return pd.DataFrame(
        {
            "vol_id": _ids("W", np.arange(count)),
            "birth_month": born.astype(str),
            **_home(places, volunteers.point, unknown),
            "programme": np.array(PROGRAMMES)[volunteers.programme],
            "joined_on": joined,
            "left_on": _last_dates(volunteers.left),
            "max_load": volunteers.max_load,
        }
    )


def _elder_table(places: Places, elders: Elders, kept: NDArray[np.bool_], seed: int) -> pd.DataFrame:
    declared = befriending_settings()["elder"]
    unknown = stream("befriending elder records", seed).random(len(kept)) < declared["home_unknown"]
    risks, per_week = list(declared["risk"]), np.array(list(declared["contacts_per_week"].values()))
    table = pd.DataFrame(
        {
            "person_id": _ids("F", np.arange(len(kept))),
            **_home(places, elders.point, unknown),
            "living_arrangement": np.array(list(declared["living"]))[elders.living],
            "risk_level": np.array(risks)[elders.risk],
            "required_contacts_per_week": per_week[elders.risk],
            "listed_on": _dates(elders.listed),
            "delisted_on": _last_dates(elders.left),
        }
    )
    return table[kept].reset_index(drop=True)


def _pair_table(pairs: pd.DataFrame) -> pd.DataFrame:
    ended = pairs["end"].to_numpy() <= last_day()
    return pd.DataFrame(
        {
            "pair_id": _ids("J", np.arange(len(pairs))),
            "vol_id": _ids("W", pairs["volunteer"].to_numpy()),
            "person_id": _ids("F", pairs["elder"].to_numpy()),
            "paired_on": _dates(pairs["start"].to_numpy()),
            "ended_on": _last_dates(pairs["end"].to_numpy()),
            "end_reason": np.where(ended, pairs["reason"], ""),
        }
    )


def _contact_table(contacts: pd.DataFrame) -> pd.DataFrame:
    ordered = contacts.sort_values(["pair", "day", "mode"], kind="stable", ignore_index=True)
    return pd.DataFrame(
        {
            "pair_id": _ids("J", ordered["pair"].to_numpy()),
            "done_on": pd.to_datetime(_dates(ordered["day"].to_numpy())),
            "mode": ordered["mode"],
            "contacts": np.ones(len(ordered), dtype=np.int64),
        }
    )


def _ids(letter: str, numbers: NDArray[np.int64]) -> NDArray[np.str_]:
    return np.char.add(letter, np.char.zfill((numbers + 1).astype(str), 6))
