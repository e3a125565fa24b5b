"""Sizes of the effects planted in the tables on linked beds, and none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from jingan_analysis.demo.units import read_data


@dataclass(frozen=True)
class BedEffects:
    """Sizes of the effects planted in the tables on linked beds.

    Attributes
    ----------
    pilot_from
        First day of the pilot.
    level_log_odds, slope_log_odds_per_month
        Added to the log-odds of an occupied bed-day in institutions from that month on, and in each month after it.
    green_channel_hazard_ratio
        Factor on the chance a day that a request is granted, through the green channel.
    bounce_back_chance
        Chance that a person who comes from a medical bed goes back soon.
    contract_chance
        Chance of a resident to sign a contract; ``contract_chance_in`` holds the units that differ.
    """

    pilot_from: str
    level_log_odds: float
    slope_log_odds_per_month: float
    green_channel_hazard_ratio: float
    bounce_back_chance: float
    contract_chance: float
    contract_chance_in: Mapping[str, float]


def planted_bed_effects() -> BedEffects:
    """Read the effects of the demonstration district."""
    return BedEffects(**read_data("planted.toml")["linked_beds"])


def no_bed_effects() -> BedEffects:
    """Keep the levels and leave out every effect."""
    return replace(
        planted_bed_effects(),
        level_log_odds=0.0,
        slope_log_odds_per_month=0.0,
        green_channel_hazard_ratio=1.0,
        bounce_back_chance=0.0,
        contract_chance_in={},
    )
