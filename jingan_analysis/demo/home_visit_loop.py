"""The closed loop of home visits: who is found, and what is done for them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import SEED, stream
from jingan_analysis.demo.people import People
from jingan_analysis.demo.places import Places
from jingan_analysis.demo.planted import Planted
from jingan_analysis.demo.relief_services import window

_FIRST_DAY = np.datetime64("2023-01-01")
_HAS_CASE = 0.85
_VISIT_MEDIAN_DAYS, _FOLLOW_UP_MEDIAN_DAYS = 7.0, 14.0
_WITHDRAWS_PER_DAY = 0.004
_REJECTED, _SKIPS_JUDGEMENT, _VISITED_TWICE, _SWAPPED, _REPEATED = 0.05, 0.05, 0.08, 0.02, 0.015
_RETURNS = 0.06

Days = NDArray[np.datetime64]


def run_loop(places: Places, people: People, planted: Planted, seed: int = SEED) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the tables ``target_listings`` and ``visit_events``."""
    random = stream("loop", seed)
    persons = _persons(places, people, planted, random)
    listings = _listings(persons, planted, random)
    found = listings.groupby("person_id").agg(subdistrict_code=("subdistrict_code", "first"), on=("listed_on", "min"))
    found = found[random.random(len(found)) < _HAS_CASE].reset_index()
    first = _events(found, planted, random)
    returning = _returning(first, random)
    again = _events(returning, planted, random)
    events = pd.concat([first.assign(returned=False), again.assign(returned=True)], ignore_index=True)
    return _listing_table(listings), _event_table(events)


def _persons(places: Places, people: People, planted: Planted, random: np.random.Generator) -> pd.DataFrame:
    """Everybody who should be found; a source never sees some of them, and nobody sees a list of all."""
    inside = places.unit >= 0
    older = np.bincount(places.unit[inside], people.older[inside])
    codes = np.array([unit.code for unit in places.units])
    count = planted.persons
    unit = np.repeat(np.arange(len(codes)), random.multinomial(count, older / older.sum()))
    return pd.DataFrame({"person_id": [f"B{n + 1:05d}" for n in range(count)], "subdistrict_code": codes[unit]})


def _listings(persons: pd.DataFrame, planted: Planted, random: np.random.Generator) -> pd.DataFrame:
    """Two sources that do not know of each other."""
    span = int((window()[1] - _FIRST_DAY).astype(np.int64)) + 1
    pieces = []
    for source, chance in (("visit", planted.found_by_visit), ("data_match", planted.found_by_data_match)):
        found = persons[random.random(len(persons)) < chance]
        days = _FIRST_DAY + random.integers(0, span, len(found))
        pieces.append(found.assign(source=source, listed_on=days.astype("datetime64[s]")))
    return pd.concat(pieces, ignore_index=True)


def _events(found: pd.DataFrame, planted: Planted, random: np.random.Generator) -> pd.DataFrame:
    """Activities of each case until the end of the window; each step waits for the one before."""
    count = len(found)
    start = found["on"].to_numpy().astype("datetime64[D]")
    faster = start >= np.datetime64(planted.judge_faster_from)
    judged_after = _waits(np.where(faster, planted.judge_days[1], planted.judge_days[0]), random)
    skips = random.random(count) < _SKIPS_JUDGEMENT
    judged = start + np.where(skips, np.timedelta64(0, "D"), judged_after)
    rejected = ~skips & (random.random(count) < _REJECTED)
    visited = judged + _waits(np.full(count, _VISIT_MEDIAN_DAYS), random)
    followed = visited + _waits(np.full(count, _FOLLOW_UP_MEDIAN_DAYS), random)
    missing = found["subdistrict_code"].map(planted.no_follow_up_in).fillna(planted.no_follow_up).to_numpy(np.float64)
    no_follow_up = random.random(count) < missing
    leaves = start + np.floor(random.exponential(1 / _WITHDRAWS_PER_DAY, count)).astype("timedelta64[D]")
    withdraws = ~rejected & (leaves < followed)
    ends = np.where(rejected, judged, np.where(withdraws, leaves, np.datetime64("2100-01-01")))
    again = random.random(count) < _VISITED_TWICE
    steps = [
        ("discover", start, np.ones(count, dtype=bool)),
        ("judge", judged, ~skips & (judged <= ends)),
        ("reject", judged, rejected),
        ("visit", visited, visited < ends),
        ("visit", visited + 3, (visited + 3 < ends) & (visited + 3 < followed) & again),
        ("follow_up", followed, (followed < ends) & ~no_follow_up),
        ("withdraw", leaves, withdraws),
    ]
    columns = found[["person_id", "subdistrict_code"]]
    pieces = [columns[chosen].assign(activity=name, on=day[chosen]) for name, day, chosen in steps]
    # Discovery starts over in a few cases, and in a few others the follow-up is dated before the visit.
    restarted = (random.random(count) < _REPEATED) & (judged < ends) & ~skips
    pieces.append(columns[restarted].assign(activity="discover", on=judged[restarted]))
    events = pd.concat(pieces).rename_axis("row").reset_index()
    order = {name: position for position, (name, _, _) in enumerate(steps)}
    events["order"] = events["activity"].map({**order, "visit": 3})
    events.loc[events.duplicated(["row", "activity"]) & (events["activity"] == "discover"), "order"] = 2
    swapped = np.flatnonzero((random.random(count) < _SWAPPED) & (followed < ends) & ~no_follow_up)
    early = events["row"].isin(swapped) & (events["activity"] == "follow_up")
    events.loc[early, "on"] = np.maximum(start, visited - 1)[events.loc[early, "row"]]
    events.loc[early, "order"] = 2
    kept: pd.DataFrame = events[events["on"] <= window()[1]]
    return kept


def _waits(median_days: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.timedelta64]:
    waits: NDArray[np.timedelta64] = np.floor(random.exponential(median_days / np.log(2))).astype("timedelta64[D]")
    return waits


def _returning(events: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Some of those followed up come back within three months, as a new case."""
    done = events[events["activity"] == "follow_up"]
    back = done[random.random(len(done)) < _RETURNS]
    on = back["on"].to_numpy().astype("datetime64[D]") + random.integers(5, 90, len(back))
    returning: pd.DataFrame = back[["person_id", "subdistrict_code"]].assign(on=on)
    return returning[returning["on"] <= window()[1]].reset_index(drop=True)


def _listing_table(listings: pd.DataFrame) -> pd.DataFrame:
    table = listings.assign(listed_on=listings["listed_on"].dt.strftime("%Y-%m-%d"))
    return table.sort_values(["listed_on", "person_id", "source"], ignore_index=True)


def _event_table(events: pd.DataFrame) -> pd.DataFrame:
    first = events.groupby(["person_id", "returned"])["on"].min()
    cases = first.reset_index().sort_values(["on", "person_id"])
    cases["case_id"] = [f"U{number + 1:05d}" for number in range(len(cases))]
    table = events.merge(cases.drop(columns="on"), on=["person_id", "returned"])
    table = table.sort_values(["on", "case_id", "order"], kind="stable", ignore_index=True)
    table["happened_on"] = table["on"].dt.strftime("%Y-%m-%d")
    table["event_id"] = [f"E{number + 1:05d}" for number in range(len(table))]
    return table[["event_id", "case_id", "person_id", "subdistrict_code", "activity", "happened_on"]]
