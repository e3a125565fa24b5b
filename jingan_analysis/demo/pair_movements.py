"""Day by day: who is paired with whom, until one of the two leaves or gives up."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from jingan_analysis.demo.allocation import stream
from jingan_analysis.demo.befriending_effects import BefriendingEffects
from jingan_analysis.demo.befriending_people import Elders, Volunteers, befriending_settings, last_day
from jingan_analysis.demo.places import Places

_YEAR = 365.25
REASONS = ("volunteer_left", "gave_up", "elder_left")
_ANY = -1


@dataclass(frozen=True)
class _Place:
    """A place of one elder in one programme, or in any."""

    elder: int
    programme: int


class _World:
    """Volunteers with their present load, and the neighbours of every elder."""

    def __init__(self, places: Places, volunteers: Volunteers, elders: Elders, effects: BefriendingEffects) -> None:
        self.settings = befriending_settings()["pair"]
        self.elders, self.effects = elders, effects
        self.load = np.zeros(len(volunteers.point), dtype=np.int64)
        tree = cKDTree(places.xy[volunteers.point])
        known = min(self.settings["neighbours"], len(volunteers.point))
        away, self.near = tree.query(places.xy[elders.point], k=known)
        self.weight = np.exp(-np.round(away, 2) / self.settings["scale_m"])
        self.across = places.committee[volunteers.point][self.near] != places.committee[elders.point][:, None]
        # Looked up once for every elder's neighbours: the days below ask millions of times.
        self.joined, self.left = volunteers.joined[self.near], volunteers.left[self.near]
        self.programme, self.max_load = volunteers.programme[self.near], volunteers.max_load[self.near]

    def choose(self, place: _Place, day: int, random: np.random.Generator) -> int | None:
        """One of the neighbours who has room, the near ones more often; its position among them."""
        elder = place.elder
        free = self.load[self.near[elder]] < self.max_load[elder]
        free &= self.joined[elder] <= day
        free &= self.left[elder] > day
        if place.programme != _ANY:
            free &= self.programme[elder] == place.programme
        chances = (self.weight[elder] * free).cumsum()
        if not chances[-1] > 0:
            return None
        return int(chances.searchsorted(random.random() * chances[-1], side="right"))

    def end(self, elder: int, position: int, day: int, random: np.random.Generator) -> tuple[int, str]:
        """The first day without a pair, and why it is over."""
        ratio = self.effects.across_committees_hazard_ratio if self.across[elder, position] else 1.0
        mean = _YEAR / (self.settings["gives_up_per_year"] * ratio)
        ends = (
            int(self.left[elder, position]),
            day + int(np.ceil(random.exponential(mean))),
            int(self.elders.left[elder]),
        )
        first = int(np.argmin(ends))
        return ends[first], REASONS[first]


def move_pairs(
    places: Places, volunteers: Volunteers, elders: Elders, effects: BefriendingEffects, seed: int
) -> pd.DataFrame:
    """All pairs: ``volunteer``, ``elder``, ``start``, ``end`` in days, and ``reason``.

    Those that last end after the last day.
    """
    random = stream("pairs", seed)
    world = _World(places, volunteers, elders, effects)
    wait, last = world.settings["wait_mean_days"], last_day()
    queue: list[tuple[int, int, _Place, int]] = []
    for place in _places(elders):
        first = int(elders.listed[place.elder] + random.exponential(wait))
        queue.append((first, len(queue), place, -1))
    heapq.heapify(queue)
    number, rows = len(queue), []
    while queue and queue[0][0] <= last:
        day, _, place, leaving = heapq.heappop(queue)
        if leaving >= 0:
            world.load[leaving] -= 1
        number += 1
        if elders.left[place.elder] <= day:
            continue
        if leaving >= 0:
            again = day + 1 + int(random.exponential(wait))
            heapq.heappush(queue, (again, number, place, -1))
            continue
        position = world.choose(place, day, random)
        if position is None:
            again = day + 1 + int(random.exponential(world.settings["nobody_free_wait_days"]))
            heapq.heappush(queue, (again, number, place, -1))
            continue
        volunteer = int(world.near[place.elder, position])
        end, reason = world.end(place.elder, position, day, random)
        world.load[volunteer] += 1
        rows.append((volunteer, place.elder, day, end, reason))
        heapq.heappush(queue, (end, number, place, volunteer))
    return pd.DataFrame(rows, columns=["volunteer", "elder", "start", "end", "reason"])


def _places(elders: Elders) -> list[_Place]:
    found = []
    for elder, both in enumerate(elders.both.tolist()):
        found += [_Place(elder, programme) for programme in ((0, 1) if both else (_ANY,))]
    return found


def distinct_paired(pairs: pd.DataFrame) -> NDArray[np.int64]:
    """Elders with a pair on the last day."""
    return np.unique(pairs.loc[pairs["end"] > last_day(), "elder"].to_numpy())
