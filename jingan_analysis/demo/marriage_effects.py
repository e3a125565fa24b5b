"""Sizes of the effects planted in the tables on marriages, and none of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from jingan_analysis.demo.units import read_data


@dataclass(frozen=True)
class MarriageEffects:
    """Sizes of the effects planted in the tables on the registration of marriages.

    Attributes
    ----------
    moved_ratio
        Registrations that come from elsewhere in the city from the first opening on, over those of the district's own
        couples; each is one fewer elsewhere.
    created_ratio
        The same from the second opening on, of couples who would not have registered in the city.
    foreign_per_day
        Foreign-related marriages on an ordinary weekday from the third opening on.
    may_20, qixi, other_lucky, month_end, near_festival
        Marriages of such a day over those of an ordinary weekday.
    inter_province_there
        Chance of an inter-provincial couple to live in one declared unit, over that unit's usual one.
    peak_no_show_added
        Added to the chance not to come, on days that couples choose.
    """

    moved_ratio: float
    created_ratio: float
    foreign_per_day: float
    may_20: float
    qixi: float
    other_lucky: float
    month_end: float
    near_festival: float
    inter_province_there: float
    peak_no_show_added: float


def planted_marriage_effects() -> MarriageEffects:
    """Read the effects of the demonstration district."""
    return MarriageEffects(**read_data("planted.toml")["marriage"])


def no_marriage_effects() -> MarriageEffects:
    """Nobody comes from elsewhere, every open day of a kind is like the others, and couples live where people do."""
    return replace(
        planted_marriage_effects(),
        moved_ratio=0.0,
        created_ratio=0.0,
        foreign_per_day=0.0,
        may_20=1.0,
        qixi=1.0,
        other_lucky=1.0,
        month_end=1.0,
        near_festival=1.0,
        inter_province_there=1.0,
        peak_no_show_added=0.0,
    )
