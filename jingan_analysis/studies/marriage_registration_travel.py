"""Time that the openings save couples, as a distribution over declared assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.models.monte_carlo import MonteCarlo, monte_carlo
from jingan_analysis.models.monte_carlo_inputs import Distribution, Triangular, Value
from jingan_analysis.models.sensitivity import SobolIndices, sobol_indices
from jingan_analysis.studies.marriage_registration_records import OPENED

if TYPE_CHECKING:
    from jingan_analysis.studies.marriage_registration_records import MarriageRecords

TOTAL = "total"
EXTRA_TRIP = "extra_trip"
BOTH_WAYS = 2.0
_MINUTES = 60.0
_FEWER_DRAWS = 4
"""The shares of the variance run the model for every input: a quarter of the draws tells them."""


@dataclass(frozen=True)
class TravelSaved:
    """Time saved in the period.

    Attributes
    ----------
    couples
        Marriages of the period by scope with an assumption.
    inputs
        Assumptions by name: ``here <scope>``, ``alternative <scope>`` in minutes one way, and ``extra_trip``.
    draws, seed, confidence
        Of the Monte Carlo.
    """

    couples: Mapping[str, int]
    inputs: Mapping[str, Distribution]
    draws: int
    seed: int
    confidence: float

    def model(self, drawn: Mapping[str, Value]) -> dict[str, float]:
        r"""Minutes saved for each couple by scope, and hours in all.

        .. math:: S = \frac{1}{60} \sum_g n_g\, 2\, q\, (a_g - h_g)

        Where
            n   couples of scope g; a, h minutes one way to the responsible office and to this one; q the share of couples
                whom the opening saves the way.
        """
        share = float(drawn[EXTRA_TRIP])
        found, hours = {}, 0.0
        for scope, couples in self.couples.items():
            each = BOTH_WAYS * (share * float(drawn[f"alternative {scope}"]) - share * float(drawn[f"here {scope}"]))
            found[scope] = each
            found[f"hours {scope}"] = couples * each / _MINUTES
            hours += couples * each / _MINUTES
        return {**found, f"hours {TOTAL}": hours}

    @cached_property
    def run(self) -> MonteCarlo:
        """The numbers over the draws."""
        return monte_carlo(self.model, self.inputs, draws=self.draws, seed=self.seed, confidence=self.confidence)

    @cached_property
    def shares(self) -> SobolIndices:
        """Shares of the variance of all hours by input."""

        def hours(drawn: Mapping[str, Value]) -> dict[str, float]:
            return {TOTAL: self.model(drawn)[f"hours {TOTAL}"]}

        return sobol_indices(hours, self.inputs, draws=max(self.draws // _FEWER_DRAWS, 2), seed=self.seed)

    def by_scope(self) -> pd.DataFrame:
        """Median and interval of minutes for each couple and of hours, by scope and in all."""
        at = {name: place for place, name in enumerate(self.run.names)}
        median = np.median(self.run.each_draw, axis=0)
        rows = {}
        for scope in (*self.couples, TOTAL):
            row = {"couples": float(sum(self.couples.values()) if scope == TOTAL else self.couples[scope])}
            for prefix, name in (("minutes", scope), ("hours", f"hours {scope}")):
                if name in at:
                    place = at[name]
                    row[prefix] = float(median[place])
                    row[f"{prefix}_lower"] = float(self.run.lower[place])
                    row[f"{prefix}_upper"] = float(self.run.upper[place])
            rows[scope] = row
        return pd.DataFrame.from_dict(rows, orient="index")

    def by_input(self) -> pd.DataFrame:
        """Assumptions with their triangles, and their shares of the variance of all hours."""
        places = {name: number for number, name in enumerate(self.shares.inputs)}
        rows = {}
        for name, triangle in self.inputs.items():
            assert isinstance(triangle, Triangular)
            rows[name] = {
                "low": float(np.asarray(triangle.low)),
                "mode": float(np.asarray(triangle.mode)),
                "high": float(np.asarray(triangle.high)),
                "first_order": float(self.shares.first_order[places[name], 0]),
                "total": float(self.shares.total[places[name], 0]),
            }
        return pd.DataFrame.from_dict(rows, orient="index")


def travel_saved(
    records: MarriageRecords, extra_trip: tuple[float, float, float], *, draws: int, seed: int, confidence: float
) -> TravelSaved | None:
    """Assumptions of the scopes that the openings brought; None without any, or without couples of theirs."""
    if records.travel is None:
        return None
    counts = records.in_window["scope"].value_counts()
    scopes = [scope for scope in OPENED if scope in records.travel.index and counts.get(scope, 0) > 0]
    if not scopes:
        return None
    inputs: dict[str, Distribution] = {EXTRA_TRIP: Triangular(*extra_trip)}
    for scope in scopes:
        for way in ("here", "alternative"):
            low, mode, high = (
                float(records.travel[f"{way}_{part}_minutes"].to_dict()[scope]) for part in ("low", "mode", "high")
            )
            inputs[f"{way} {scope}"] = Triangular(low, mode, high)
    return TravelSaved({scope: int(counts[scope]) for scope in scopes}, inputs, draws, seed, confidence)
