"""How sure the main numbers are when speeds, homes and capacities are known only roughly, and which matters most."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.geography.travel_costs import reach_mm
from jingan_analysis.measures.catchment import enhanced_two_step_catchment
from jingan_analysis.measures.inequality import gini
from jingan_analysis.measures.reach import nearest
from jingan_analysis.models.monte_carlo_inputs import Fixed, Reallocation, Triangular, UnknownCapacity
from jingan_analysis.models.sensitivity import interval_if_known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from jingan_analysis.models.monte_carlo_inputs import Distribution, Value
    from jingan_analysis.models.sensitivity import IfKnown
    from jingan_analysis.studies.supply_near import SupplyNear
    from jingan_analysis.studies.walking_parameters import WalkingParams

DRAWS = 200
INPUTS = ("speed", "homes", "capacity")


@dataclass(frozen=True, eq=False)
class UncertaintyQuestion:
    """What is uncertain.

    Attributes
    ----------
    near
        Whom what sites serve, and how far.
    """

    near: SupplyNear

    @property
    def params(self) -> WalkingParams:
        """Speeds, seed and confidence."""
        return self.near.params

    @property
    def speeds(self) -> list[float]:
        """Slow, main and fast walking speed, metres a second."""
        return drawn_speeds(self.params)

    @cached_property
    def nearest_mm(self) -> NDArray[np.float64]:
        """Walk to the nearest site, infinite where none is within the longest limit, shape (n_points,)."""
        return np.nan_to_num(nearest(self.near.walks).distance_mm, nan=np.inf)

    @property
    def inputs(self) -> dict[str, Distribution]:
        """Distributions of the uncertain inputs; what is known is left out."""
        found: dict[str, Distribution] = {}
        slow, main, fast = self.speeds
        found["speed"] = Triangular(slow, main, fast) if slow < fast else Fixed(slow)
        found["homes"] = self._homes()
        found["capacity"] = self._capacity()
        return {name: one for name, one in found.items() if not isinstance(one, Fixed)}

    def _homes(self) -> Distribution:
        """People of each sub-district, and of the outside, placed anew at its homes; parts of a person stay."""
        persons = self.near.persons[self._in_order]
        if (persons != np.floor(persons)).any():
            return Fixed(persons)
        # Areas in the order of their codes and homes in that of their names: rows in another order draw the same.
        rank = np.argsort(np.argsort(np.array(self.near.units.codes, dtype=object)))
        area = np.append(rank, len(rank))[self.near.residents.unit[self._in_order]]
        living = np.bincount(area, persons, len(rank) + 1)
        return Reallocation(persons=living, area=area, weight=persons)

    @cached_property
    def _in_order(self) -> NDArray[np.int64]:
        return np.argsort(self.near.residents.point_ids.astype(str), kind="stable")

    def _capacity(self) -> Distribution:
        known = self.near.supply[np.isfinite(self.near.supply)]
        if not len(known) or len(known) == len(self.near.supply):
            return Fixed(self.near.supply)
        return UnknownCapacity(self.near.supply, float(known.min()), float(known.max()))

    def main_numbers(self, drawn: Mapping[str, Value]) -> dict[str, float]:
        """The main numbers for one state of the inputs; what is not drawn is as in the report."""
        speed = float(drawn.get("speed", self.params.walk_speed_mps))
        persons = self.near.persons
        if "homes" in drawn:
            persons = np.empty(len(self.near.persons))
            persons[self._in_order] = np.asarray(drawn["homes"], dtype=np.float64)
        limit_mm = reach_mm(speed, self.near.minutes)
        here = persons[self.near.in_focus]
        reached = float(here[(self.nearest_mm <= limit_mm)[self.near.in_focus]].sum())
        beyond = self.near.in_focus & (self.nearest_mm > limit_mm) & self.near.walks.origin_snapped
        numbers = {"share": reached / (here.sum() or np.nan), "not_reached": float(persons[beyond].sum())}
        supply = np.asarray(drawn.get("capacity", self.near.supply), dtype=np.float64)
        return numbers | self._meals(persons, supply, limit_mm)

    def _meals(self, persons: NDArray[np.float64], supply: NDArray[np.float64], limit_mm: int) -> dict[str, float]:
        access = enhanced_two_step_catchment(self.near.walks, persons, supply, limit_mm).access
        known = np.isfinite(access) & (persons > 0)
        inside, focus = known & self.near.residents.inside, known & self.near.in_focus
        if not (access[focus] > 0).any():
            return {"in_reach": np.nan, "gini": np.nan, "low_share": np.nan}
        line = self.params.low_access_share * float(np.average(access[inside], weights=persons[inside]))
        here, weight = access[focus], persons[focus]
        return {
            "in_reach": self.near.per_people * float(np.average(here, weights=weight)),
            "gini": float(gini(here, weight)),
            "low_share": float(np.average(here < line, weights=weight)),
        }

    @cached_property
    def found(self) -> IfKnown | None:
        """Intervals, and how far each would shrink; None where nothing is uncertain or nobody is counted."""
        if not self.near.persons[self.near.in_focus].any() or not self.inputs or self.near.residents.modelled:
            return None
        return interval_if_known(
            self.main_numbers, self.inputs, draws=DRAWS, seed=self.params.seed, confidence=self.params.confidence
        )


def drawn_speeds(params: WalkingParams) -> list[float]:
    """Slow, main and fast walking speed, metres a second."""
    every = (*params.walk_speeds_mps, params.walk_speed_mps)
    return [min(every), params.walk_speed_mps, max(every)]


def intervals(question: UncertaintyQuestion) -> pd.DataFrame | None:
    """Main numbers with the interval over all uncertain inputs, one row a number.

    Returns
    -------
    DataFrame
        ``value`` as in the report, ``lower``, ``upper``, and by input how much the interval would shrink if it were
        known exactly (below 0: it would grow).
    """
    found = question.found
    if found is None:
        return None
    whole, main = found.everything_uncertain, question.main_numbers({})
    frame = pd.DataFrame(
        {"value": [main[name] for name in whole.names], "lower": whole.lower, "upper": whole.upper},
        index=list(whole.names),
    )
    for name in INPUTS:
        row = found.inputs.index(name) if name in found.inputs else None
        frame[name] = np.nan if row is None else found.shrinkage[row]
    return frame.dropna(subset=["value"])
