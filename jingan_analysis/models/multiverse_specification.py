"""The choices behind one accessibility number, and the grid of all reasonable ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.geography.travel_costs import reach_mm
from jingan_analysis.measures.decay import Decay

FACTORS: Final = ("method", "minutes", "decay", "walk_speed_mps", "denominator")
"""The choices of a specification, in the order in which they are reported."""


@dataclass(frozen=True)
class Specification:
    """One complete set of choices.

    Attributes
    ----------
    method
        Name of a catchment method, such as ``e2sfca``; see :data:`.methods.CATCHMENT_METHODS`.
    minutes
        Longest walk, inclusive.
    decay
        Shape of the distance decay.
    walk_speed_mps
        Walking speed in metres per second.
    denominator
        Name of the group of persons who share the supply, such as ``aged_80_and_over``.
    """

    method: str
    minutes: float
    decay: Decay
    walk_speed_mps: float
    denominator: str

    @property
    def id(self) -> str:
        """Readable name, the same for the same choices."""
        return f"{self.method} · {self.decay} · {self.minutes:g} min · {self.walk_speed_mps:g} m/s · {self.denominator}"

    @property
    def limit_mm(self) -> int:
        """Longest walk in millimetres, inclusive."""
        return reach_mm(self.walk_speed_mps, self.minutes)


def specification_grid(
    *,
    methods: Sequence[str],
    minutes: Sequence[float],
    decays: Sequence[Decay],
    walk_speeds_mps: Sequence[float],
    denominators: Sequence[str],
) -> tuple[Specification, ...]:
    """Every combination of the choices once.

    Raises
    ------
    InvalidParameter
        If a choice has no option or an option twice.
    """
    options = (methods, minutes, decays, walk_speeds_mps, denominators)
    names = ("methods", "minutes", "decays", "walk_speeds_mps", "denominators")
    for name, option in zip(names, options, strict=True):
        if not option or len(set(option)) != len(option):
            raise InvalidParameter(f"{name}={list(option)!r} must name at least one option and none of them twice")
    return tuple(
        Specification(method, limit, decay, speed, denominator)
        for method, limit, decay, speed, denominator in product(*options[:2], *options[2:])
    )
