"""Sizes of the effects planted in the tables on homes adapted for old age, and none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from jingan_analysis.demo.units import read_data


@dataclass(frozen=True)
class RetrofitEffects:
    """Sizes of the effects planted in the tables on adapted homes.

    Attributes
    ----------
    withdrawal_ratio_in
        Factor on the chance a day to withdraw, by unit.
    slower_in
        Factor on the days of every step, by unit.
    uptake_in, uptake_of
        Factor on how often households apply for each one in need, by unit and by priority group.
    fall_ratio_after
        Factor on falls at home from the day of acceptance on.
    prompting_ratio, prompting_days
        Factor on falls at home in so many days before an application: a fall prompts it.
    """

    withdrawal_ratio_in: Mapping[str, float]
    slower_in: Mapping[str, float]
    uptake_in: Mapping[str, float]
    uptake_of: Mapping[str, float]
    fall_ratio_after: float
    prompting_ratio: float
    prompting_days: int


def planted_retrofit_effects() -> RetrofitEffects:
    """Read the effects of the demonstration district."""
    return RetrofitEffects(**read_data("planted.toml")["home_retrofits"])


def no_retrofit_effects() -> RetrofitEffects:
    """Keep the levels and leave out every effect."""
    return replace(
        planted_retrofit_effects(),
        withdrawal_ratio_in={},
        slower_in={},
        uptake_in={},
        uptake_of={},
        fall_ratio_after=1.0,
        prompting_ratio=1.0,
    )
