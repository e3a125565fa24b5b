"""Day by day: who enters a linked bed, asks for another one, moves, goes home or dies."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import stream
from jingan_analysis.demo.bed_effects import BedEffects
from jingan_analysis.demo.bed_places import BedPlaces, bed_settings, days_of, occupied_target
from jingan_analysis.demo.places import Places

SIGNING = ("institution", "home_care")
"""Kinds of bed whose holders sign a contract."""
_LONG = 10**6
_BOUNCE_DAYS = 12.0
_GRADES = np.array([0.15, 0.25, 0.25, 0.20, 0.15])
"""Chance of each grade from 2 to 6."""
_OUTCOMES = ("moved", "refused", "withdrawn", "died")


@dataclass
class Stay:
    """One stay in one kind of bed, in days since the first day."""

    person: int
    kind: str
    inst: int
    start: int
    end: int = _LONG
    reason: str = ""
    beside: int | None = None


@dataclass
class Request:
    """One request to move."""

    person: int
    from_kind: str
    to_kind: str
    day: int
    end: int
    outcome: str
    green: bool


@dataclass
class Beds:
    """The state of all beds on a day, and everything that has happened until then."""

    places: BedPlaces
    effects: BedEffects
    random: np.random.Generator
    units: NDArray[np.int64]
    kinds: Mapping[str, Mapping[str, Any]]
    settings: Mapping[str, Any]
    stays: list[Stay] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    home: list[int] = field(default_factory=list)
    grade: list[int] = field(default_factory=list)
    joining: list[tuple[int | None, float]] = field(default_factory=list)
    signed: dict[int, tuple[int, int]] = field(default_factory=dict)
    taken: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    agenda: list[tuple[int, int, str, int]] = field(default_factory=list)

    def plan(self, day: int, what: str, stay: int) -> None:
        """Put something on the agenda of a day."""
        heapq.heappush(self.agenda, (day, len(self.agenda) + len(self.stays), what, stay))


def move_people(places: Places, beds: BedPlaces, effects: BedEffects, seed: int) -> Beds:
    """Let people enter, move and leave until the horizon; institutions follow their target of occupied beds."""
    settings = bed_settings()
    kinds = {kind["bed_type"]: kind for kind in settings["kinds"]}
    older = np.array([unit.older for unit in places.units])
    random = stream("bed movements", seed)
    chance = older * np.bincount(places.unit[places.unit >= 0], minlength=len(older))
    units = random.choice(len(older), 60_000, p=chance / chance.sum())
    state = Beds(beds, effects, random, units, kinds, settings)
    state.joining = _joining(beds, effects)
    state.taken = {name: np.zeros(len(beds.table), dtype=np.int64) for name in kinds}
    target = occupied_target(beds, effects, seed)
    month_of = np.repeat(np.arange(len(beds.months)), days_of(beds.months))
    for day, month in enumerate(month_of.tolist()):
        _live(state, day, month)
        for name in kinds:
            for _ in range(round(target[name][month]) - int(state.taken[name].sum())):
                _enter(state, name, day, month, begun=day == 0)
    return state


def _joining(beds: BedPlaces, effects: BedEffects) -> list[tuple[int | None, float]]:
    """Day on which each institution joined, None if it never does, and the chance that a resident signs there."""
    since = [
        int((np.datetime64(day) - beds.months[0]).astype(np.int64)) if day else None for day in beds.table["joined_on"]
    ]
    units = beds.table["subdistrict_code"]
    chance = [effects.contract_chance_in.get(unit, effects.contract_chance) for unit in units]
    return list(zip(since, chance, strict=True))


def _live(state: Beds, day: int, month: int) -> None:
    """Everything on the agenda of the day."""
    while state.agenda and state.agenda[0][0] <= day:
        _, _, what, number = heapq.heappop(state.agenda)
        stay = state.stays[number]
        if stay.end != _LONG and stay.end <= day:
            continue
        if what == "beside":
            _open_beside(state, number, day, month)
        elif what == "choose":
            _choose(state, number, day)
        elif what.startswith("move "):
            _move(state, number, what.removeprefix("move "), day, month)
        else:
            _leave(state, number, what, day)


def _enter(state: Beds, kind: str, day: int, month: int, *, begun: bool) -> None:
    """A new person comes from home; on the first day stays have lasted for some time already."""
    person = len(state.home)
    state.home.append(int(state.units[person]))
    state.grade.append(2 + _pick(state, _GRADES))
    number = _open(state, person, kind, day, month)
    if number is None:
        return
    if begun:
        state.stays[number].start -= int(state.random.exponential(state.kinds[kind]["mean_stay_days"]))
    elif kind in SIGNING:
        wait, _ = _ending(state, kind, green=False)
        state.requests.append(Request(person, "", kind, day - wait, day, "moved", green=False))


def _open(state: Beds, person: int, kind: str, day: int, month: int, *, bounce: bool = False) -> int | None:
    """Open a stay where a bed is free; None where none is."""
    free = np.maximum(state.places.beds[kind][:, month] - state.taken[kind], 0)
    if not free.sum():
        return None
    inst = _pick(state, free)
    state.taken[kind][inst] += 1
    state.stays.append(Stay(person, kind, inst, day))
    number = len(state.stays) - 1
    if kind in SIGNING:
        _sign(state, person, inst, day)
    if bounce and kind != "medical":
        state.plan(day + 1 + int(state.random.exponential(_BOUNCE_DAYS)), "move medical", number)
    else:
        _plan_choice(state, number, day)
    dual = state.settings["dual"]
    if kind == "home_care" and state.random.random() < dual["chance"]:
        state.plan(day + int(state.random.integers(1, dual["within_days"])), "beside", number)
    return number


def _plan_choice(state: Beds, number: int, day: int) -> None:
    mean = state.kinds[state.stays[number].kind]["mean_stay_days"]
    state.plan(day + 1 + int(state.random.exponential(mean)), "choose", number)


def _sign(state: Beds, person: int, inst: int, day: int) -> None:
    """A contract some time after the institution has its own; some never sign."""
    since, chance = state.joining[inst]
    if person not in state.signed and since is not None and state.random.random() < chance:
        state.signed[person] = (max(day, since) + int(state.random.exponential(25.0)), inst)


def _choose(state: Beds, number: int, day: int) -> None:
    """The stay ends, or a move is asked for, which is granted, refused, withdrawn or ended by death."""
    stay = state.stays[number]
    ways = state.kinds[stay.kind]["to"]
    way = list(ways)[_pick(state, np.array(list(ways.values())))]
    if way not in state.kinds:
        _leave(state, number, way, day)
        return
    signed = state.signed.get(stay.person, (_LONG, 0))[0]
    green = day >= signed and state.random.random() < state.settings["requests"]["green_share"]
    wait, outcome = _ending(state, way, green=green)
    state.requests.append(Request(stay.person, stay.kind, way, day, day + wait, outcome, green))
    if outcome == "moved":
        state.plan(day + wait, f"move {way}", number)
    elif outcome == "died":
        state.plan(day + wait, "died", number)
    else:
        _plan_choice(state, number, day + wait)


def _ending(state: Beds, way: str, *, green: bool) -> tuple[int, str]:
    """Days that a request takes, and how it ends: hazards that compete."""
    declared = state.settings["requests"]
    granted = declared["granted_per_day"][way]
    rates = granted * np.array([1.0, declared["refused"], declared["withdrawn"], declared["died"][way]])
    rates[0] *= state.effects.green_channel_hazard_ratio if green else 1.0
    return int(state.random.exponential(1 / rates.sum())), _OUTCOMES[_pick(state, rates)]


def _pick(state: Beds, weights: NDArray[np.int64] | NDArray[np.float64]) -> int:
    """Position of one of the weights, with a chance in proportion to it."""
    reached = np.cumsum(weights)
    return int(np.searchsorted(reached, state.random.random() * reached[-1], side="right"))


def _leave(state: Beds, number: int, reason: str, day: int) -> None:
    stay = state.stays[number]
    stay.end, stay.reason = day, reason
    state.taken[stay.kind][stay.inst] -= 1
    if stay.beside is not None and state.stays[stay.beside].end == _LONG:
        other = state.stays[stay.beside]
        other.end, other.reason = day, "died" if reason == "died" else "left"
        state.taken[other.kind][other.inst] -= 1


def _move(state: Beds, number: int, kind: str, day: int, month: int) -> None:
    """Into another kind of bed; where none is free the person stays and asks again later."""
    stay = state.stays[number]
    bounce = stay.kind == "medical" and state.random.random() < state.effects.bounce_back_chance
    if _open(state, stay.person, kind, day, month, bounce=bounce) is None:
        asked = next(one for one in reversed(state.requests) if one.person == stay.person)
        asked.outcome = "refused"
        _plan_choice(state, number, day)
        return
    _leave(state, number, "transferred", day)


def _open_beside(state: Beds, number: int, day: int, month: int) -> None:
    """A home sickbed beside a home care bed: two beds held at once."""
    free = np.maximum(state.places.beds["home_sickbed"][:, month] - state.taken["home_sickbed"], 0)
    if not free.sum():
        return
    inst = _pick(state, free)
    state.taken["home_sickbed"][inst] += 1
    state.stays.append(Stay(state.stays[number].person, "home_sickbed", inst, day))
    state.stays[number].beside = len(state.stays) - 1
    lasts = state.random.exponential(state.kinds["home_sickbed"]["mean_stay_days"])
    state.plan(day + 1 + int(lasts), "home", len(state.stays) - 1)


def stay_table(state: Beds) -> pd.DataFrame:
    """Every stay, with days since the first one."""
    return pd.DataFrame([vars(stay) for stay in state.stays]).drop(columns="beside")
