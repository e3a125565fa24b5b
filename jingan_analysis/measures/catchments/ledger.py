"""The account of supply and demand that every catchment method closes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.errors import LedgerDoesNotClose

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEDGER_TOLERANCE = 1e-9
"""Largest relative difference between a total and the sum of its parts."""


@dataclass(frozen=True)
class Ledger:
    """Where the supply went and which demand got some.

    Attributes
    ----------
    supply_total
        Known supply, units per day.
    supply_allocated
        Supply that reaches people: the sum over origins of persons times access.
    supply_without_demand
        Known supply at sites with nobody in reach.
    sites_unknown
        Number of sites whose capacity is not known; they are in no sum.
    demand_total
        Persons.
    demand_with_access
        Persons with access above zero.
    demand_without_access
        Persons with no supply in reach.
    demand_unknown
        Persons for whom the only supply in reach is of unknown capacity.
    demand_unsnapped
        Persons off the network, whose reach is not known.
    demand_outside
        Persons who live outside and compete, but are not reported; they are in none of the parts above.
    supply_lost
        Supply that a method by its construction leaves unallocated; negative where it hands out more than there is. 0
        for methods that conserve.
    """

    supply_total: float
    supply_allocated: float
    supply_without_demand: float
    sites_unknown: int
    demand_total: float
    demand_with_access: float
    demand_without_access: float
    demand_unknown: float
    demand_unsnapped: float
    demand_outside: float = 0.0
    supply_lost: float = 0.0

    @property
    def inflation(self) -> float:
        """Supply allocated over supply in anybody's reach: 1 for methods that conserve, NaN where none is in reach."""
        reachable = self.supply_total - self.supply_without_demand
        return self.supply_allocated / reachable if reachable > 0 else math.nan

    @property
    def supply_parts(self) -> dict[str, float]:
        """Where the known supply went, by words; the parts add up to the total."""
        parts = {"reaches people": self.supply_allocated, "nobody in reach": self.supply_without_demand}
        return parts | ({"lost by the method": self.supply_lost} if self.supply_lost else {})

    @property
    def demand_parts(self) -> dict[str, float]:
        """What the persons have, by words; the parts add up to the total."""
        parts = {
            "some supply": self.demand_with_access,
            "certainly none": self.demand_without_access,
            "not known: only unknown capacity in reach": self.demand_unknown,
            "not known: not joined to the network": self.demand_unsnapped,
        }
        return parts | ({"outside, only competing": self.demand_outside} if self.demand_outside else {})

    def to_frame(self) -> pd.DataFrame:
        """One row a part and a total of each account: ``account``, ``part``, ``amount``, ``share_of_total``."""
        rows = [
            (account, part, amount, amount / total if total else math.nan)
            for account, total, parts in (
                ("supply, units per day", self.supply_total, self.supply_parts),
                ("demand, persons", self.demand_total, self.demand_parts),
            )
            for part, amount in {**parts, "total": total}.items()
        ]
        return pd.DataFrame(rows, columns=["account", "part", "amount", "share_of_total"])

    def plot(self, *, ax: Axes | None = None) -> Axes:
        """Draw both accounts as bars; what is lost or made by a method is in the table only."""
        from jingan_analysis.plotting import AXIS, NONE_COLOUR, RAMP, RULE, SERIES, stacked

        meant = dict(zip(self.demand_parts, (SERIES[0], NONE_COLOUR, AXIS, RULE, RAMP[1]), strict=False))
        parts = {name: max(amount, 0.0) for name, amount in self.supply_parts.items()}
        return stacked({"Supply": parts, "Persons": self.demand_parts}, x_title="% of the total", colours=meant, ax=ax)

    def _repr_html_(self) -> str:
        """How JupyterLab shows the account."""
        from jingan_analysis.showing import shown

        return shown(
            "Account of supply and demand",
            frame=self.to_frame(),
            missing={"share_of_total": "none"},
            notes=self._notes(),
        )

    def _notes(self) -> list[str]:
        notes = ["Both accounts close: each total is the sum of its parts."]
        if self.sites_unknown:
            notes.append(f"Sites of unknown capacity: {self.sites_unknown:,}. They are in no sum.")
        if self.supply_lost:
            notes.append(f"By its construction the method hands out {self.inflation:.1%} of the supply in reach.")
        return notes

    def close(self) -> None:
        """Verify that supply and demand are both accounted for.

        Raises
        ------
        LedgerDoesNotClose
            If a total differs from the sum of its parts by more than 1e-9 of itself.
        """
        supplied = (self.supply_allocated, self.supply_without_demand, self.supply_lost)
        _must_equal("supply", self.supply_total, supplied)
        people = (
            self.demand_with_access,
            self.demand_without_access,
            self.demand_unknown,
            self.demand_unsnapped,
            self.demand_outside,
        )
        _must_equal("demand", self.demand_total, people)


def _must_equal(name: str, whole: float, parts: tuple[float, ...]) -> None:
    # Parts of both signs may cancel; the tolerance is a part of the largest amount that is moved.
    scale = max(abs(whole), *(abs(part) for part in parts))
    if not abs(whole - math.fsum(parts)) <= LEDGER_TOLERANCE * scale:
        raise LedgerDoesNotClose(
            f"The {name} ledger does not close: total {whole!r}, sum of its parts {math.fsum(parts)!r}; "
            "do not use this result, and report it together with the inputs"
        )
