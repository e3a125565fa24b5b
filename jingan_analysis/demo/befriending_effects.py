"""Sizes of the effects planted in the tables on volunteers, and none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from jingan_analysis.demo.units import read_data


@dataclass(frozen=True)
class BefriendingEffects:
    """Sizes of the effects planted in the tables on volunteers and the older people they look after.

    Attributes
    ----------
    volunteers_factor_in
        Factor on the chance that a volunteer lives in a unit, where it is not 1.
    across_committees_hazard_ratio
        Factor on the hazard that a pair is given up whose two homes are in different committees.
    company_leaving_hazard_ratio
        Factor on the hazard that a volunteer of Company in Old Age leaves.
    contact_chance_in
        Chance that a due contact is made, in the units where it differs.
    reminder_from, reminder_chance_added
        From that day on, added to the chance of a due contact of Old Partners.
    """

    volunteers_factor_in: Mapping[str, float]
    across_committees_hazard_ratio: float
    company_leaving_hazard_ratio: float
    contact_chance_in: Mapping[str, float]
    reminder_from: str
    reminder_chance_added: float


def planted_befriending_effects() -> BefriendingEffects:
    """Read the effects of the demonstration district."""
    return BefriendingEffects(**read_data("planted.toml")["befriending"])


def no_befriending_effects() -> BefriendingEffects:
    """Keep the levels and leave out every effect."""
    return replace(
        planted_befriending_effects(),
        volunteers_factor_in={},
        across_committees_hazard_ratio=1.0,
        company_leaving_hazard_ratio=1.0,
        contact_chance_in={},
        reminder_chance_added=0.0,
    )
