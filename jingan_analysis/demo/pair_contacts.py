"""Contacts of pairs, week by week: those that were due and were made."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import stream
from jingan_analysis.demo.befriending_effects import BefriendingEffects
from jingan_analysis.demo.befriending_people import Elders, Volunteers, befriending_settings, last_day
from jingan_analysis.demo.places import Places

_WEEK = 7
_SURE = 0.985


def keep_contact(
    places: Places, volunteers: Volunteers, elders: Elders, pairs: pd.DataFrame, effects: BefriendingEffects, seed: int
) -> pd.DataFrame:
    """Contacts made: ``pair`` (row of ``pairs``), ``day`` since the first one, and ``mode``."""
    declared = befriending_settings()
    random = stream("pair contacts", seed)
    first = _day(declared["contact"]["records_from"])
    weeks = np.arange(first, last_day() + 1, _WEEK)
    watched = pairs[pairs["end"] > first]
    table = watched.assign(
        pair=watched.index,
        weekday=random.integers(0, _WEEK, len(watched)),
        turn=random.integers(0, 2, len(watched)),
        programme=volunteers.programme[watched["volunteer"]],
        unit=places.unit[elders.point[watched["elder"]]],
        rate=np.array(list(declared["elder"]["contacts_per_week"].values()))[elders.risk[watched["elder"]]],
    )
    noise = random.normal(0.0, declared["contact"]["week_noise_log_odds"], len(weeks))
    pieces = [
        _week(table, number, int(week), float(noise[number]), places, effects, random)
        for number, week in enumerate(weeks)
    ]
    found = pd.concat(pieces, ignore_index=True)
    inside = (found["day"] >= found["start"]) & (found["day"] < found["end"]) & (found["day"] <= last_day())
    contacts: pd.DataFrame = found.loc[inside, ["pair", "day", "mode"]]
    return contacts


def _day(date: str) -> int:
    """A date as days since the first one."""
    return int(
        (np.datetime64(date, "D") - np.datetime64(befriending_settings()["first_day"], "D")) / np.timedelta64(1, "D")
    )


def _week(
    table: pd.DataFrame,
    number: int,
    week: int,
    noise: float,
    places: Places,
    effects: BefriendingEffects,
    random: np.random.Generator,
) -> pd.DataFrame:
    """Contacts of one week: two at twice a week, three days apart, and one in every second week at half."""
    declared = befriending_settings()["contact"]
    present = table[(table["start"] < week + _WEEK) & (table["end"] >= week)]
    here = random.random(int(table["volunteer"].max()) + 1) >= declared["volunteer_away_chance"]
    chance = _chance(present, week, noise, places, effects)
    pieces = []
    for turn in (0, 1):
        due = (present["rate"] >= 2) if turn else (present["rate"] >= 1) | (present["turn"] == number % 2)
        made = due & (random.random(len(present)) < chance) & here[present["volunteer"]]
        errand = random.random(len(present)) < declared["errand_share"]
        calls = (present["turn"] == number % 2) & (present["rate"] >= 1) if turn == 0 else np.ones(len(present), bool)
        mode = np.where(errand, "errand", np.where(calls, "call", "visit"))
        day = week + (present["weekday"] + 3 * turn) % _WEEK
        pieces.append(present.assign(day=day, mode=mode)[made])
    found: pd.DataFrame = pd.concat(pieces)
    return found


def _chance(
    present: pd.DataFrame, week: int, noise: float, places: Places, effects: BefriendingEffects
) -> NDArray[np.float64]:
    declared = befriending_settings()
    base = declared["contact"]["chance"]
    by_unit = np.array([effects.contact_chance_in.get(unit.code, base) for unit in places.units])
    chance = by_unit[present["unit"]]
    if week >= _day(effects.reminder_from):
        chance = chance + np.where(present["programme"] == 0, effects.reminder_chance_added, 0.0)
    chance = np.minimum(chance, _SURE)
    return np.asarray(1.0 / (1.0 + (1.0 / chance - 1.0) * np.exp(-noise)))
