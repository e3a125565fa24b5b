"""Sizes of the effects planted in the tables on canteens, and none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from jingan_analysis.demo.units import read_data


@dataclass(frozen=True)
class CanteenEffects:
    """Sizes of the effects planted in the tables on canteens.

    Attributes
    ----------
    weekend, holiday, spring_festival
        Meals of an open day of that kind over those of an ordinary weekday.
    summer
        Factor on the meals of weekdays and weekends in July and August.
    penetration
        Share of older residents who ate at a canteen in the year; ``penetration_in`` holds the units that differ.
    two_canteens_chance
        Chance that a diner ate at a second canteen, too.
    undelivered
        Committees to which no canteen delivers.
    """

    weekend: float
    holiday: float
    spring_festival: float
    summer: float
    penetration: float
    penetration_in: Mapping[str, float]
    two_canteens_chance: float
    undelivered: tuple[str, ...]


def planted_canteen_effects() -> CanteenEffects:
    """Read the effects of the demonstration district."""
    declared = read_data("planted.toml")["canteens"]
    return CanteenEffects(**{**declared, "undelivered": tuple(declared["undelivered"])})


def no_canteen_effects() -> CanteenEffects:
    """Every open day alike, one penetration everywhere, and delivery to every committee."""
    return replace(
        planted_canteen_effects(),
        weekend=1.0,
        holiday=1.0,
        spring_festival=1.0,
        summer=1.0,
        penetration_in={},
        undelivered=(),
    )
