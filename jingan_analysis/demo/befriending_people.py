"""Volunteers and older people of the befriending programmes: who they are, where they live, when they come and go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import stream
from jingan_analysis.demo.befriending_effects import BefriendingEffects
from jingan_analysis.demo.people import People
from jingan_analysis.demo.places import Places
from jingan_analysis.demo.relief_services import window
from jingan_analysis.demo.units import read_data

PROGRAMMES = ("old_partners", "company_in_age")
LONG = 10**6
"""Days until something that does not happen."""
_YEAR = 365.25

Days = NDArray[np.int64]


def befriending_settings() -> dict[str, Any]:
    """What is declared for the programmes."""
    return read_data("befriending.toml")


def last_day() -> int:
    """The last day of the records, counted from the first one."""
    return int((window()[1] - np.datetime64(befriending_settings()["first_day"])).astype(np.int64))


@dataclass(frozen=True)
class Size:
    """How many people there are.

    Attributes
    ----------
    volunteers
        Volunteers active on the last day.
    listed
        Older people listed over the whole time.
    paired
        Older people paired on the last day; those beyond are left out, with all that is known of them. None keeps all.
    """

    volunteers: int
    listed: int
    paired: int | None


def published_size() -> Size:
    """The size that was published."""
    declared = befriending_settings()
    return Size(declared["volunteers"], declared["listed"], declared["paired"])


@dataclass(frozen=True)
class Volunteers:
    """Volunteers, shape (m,).

    Attributes
    ----------
    point
        Demand point of the home.
    programme
        Its position in :data:`PROGRAMMES`.
    joined, left
        First day, and first day without them.
    max_load
        Most older people.
    """

    point: NDArray[np.int64]
    programme: NDArray[np.int64]
    joined: Days
    left: Days
    max_load: NDArray[np.int64]


@dataclass(frozen=True)
class Elders:
    """Older people, shape (n,).

    Attributes
    ----------
    point
        Demand point of the home.
    risk, living
        Their positions in the settings.
    listed, left
        First day on the list, and first day off it.
    both
        Whether both programmes look after them.
    """

    point: NDArray[np.int64]
    risk: NDArray[np.int64]
    living: NDArray[np.int64]
    listed: Days
    left: Days
    both: NDArray[np.bool_]


def recruit(places: Places, people: People, effects: BefriendingEffects, size: Size, seed: int) -> Volunteers:
    """Volunteers, as many as leave so many active on the last day."""
    declared = befriending_settings()["volunteer"]
    random = stream("befriending volunteers", seed)
    count, last = 2 * size.volunteers + 50, last_day()
    point = _homes(places, people, random, count, effects)
    programme = (random.random(count) < declared["company_share"]).astype(np.int64)
    joined = _arrivals(random, count, declared["joined_at_first"], declared["first_within_days"], last)
    factor = np.where(programme == 1, effects.company_leaving_hazard_ratio, 1.0)
    left = joined + np.ceil(random.exponential(_YEAR / declared["leaves_per_year"] / factor)).astype(np.int64)
    loads = np.array([int(load) for load in declared["max_load"]])
    max_load = random.choice(loads, count, p=np.array(list(declared["max_load"].values())))
    enough = int(np.searchsorted(np.cumsum(left > last), size.volunteers)) + 1
    # Numbered street by street, as a register is kept; it also makes the files smaller.
    order = np.argsort(point[:enough], kind="stable")
    return Volunteers(*(part[:enough][order] for part in (point, programme, joined, left, max_load)))


def list_elders(places: Places, people: People, size: Size, seed: int) -> Elders:
    """Older people of the list."""
    declared = befriending_settings()["elder"]
    random = stream("befriending elders", seed)
    count, last = size.listed, last_day()
    listed = _arrivals(random, count, declared["listed_at_first"], declared["first_within_days"], last)
    return Elders(
        point=np.sort(_homes(places, people, random, count, None)),
        risk=random.choice(3, count, p=np.array(list(declared["risk"].values()))),
        living=random.choice(3, count, p=np.array(list(declared["living"].values()))),
        listed=listed,
        left=listed + np.ceil(random.exponential(_YEAR / declared["leaves_per_year"], count)).astype(np.int64),
        both=random.random(count) < declared["in_both_programmes"],
    )


def _arrivals(random: np.random.Generator, count: int, at_first: float, within: int, last: int) -> Days:
    early = random.random(count) < at_first
    return np.where(early, random.integers(0, within, count), random.integers(within, last + 1, count))


def _homes(
    places: Places, people: People, random: np.random.Generator, count: int, effects: BefriendingEffects | None
) -> NDArray[np.int64]:
    """Demand points of so many homes, by their older residents."""
    weights = np.where(places.unit >= 0, people.older, 0).astype(np.float64)
    if effects is not None:
        factors = np.array([effects.volunteers_factor_in.get(unit.code, 1.0) for unit in places.units] + [0.0])
        weights *= factors[places.unit]
    return random.choice(len(weights), count, p=weights / weights.sum())
