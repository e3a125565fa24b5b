"""Who can make the walk: reach as a probability, for several kinds of walkers and for people as they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.measures.walkers import Walker, mixed_probability
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jingan_analysis.studies.residents import Residents
    from jingan_analysis.studies.units import Units
    from jingan_analysis.studies.walking import Walking
    from jingan_analysis.studies.walking_parameters import WalkingParams

OWN_PACE = "own_pace"
"""Row of everybody walking as fits age and frailty."""

OLD_AGE_YEARS = 80
"""From this age on people walk as the second slowest kind, if they are not frail."""

LIKELY, UNLIKELY = 0.9, 0.1
"""Probabilities from which a walk is called almost certain, and below which hardly possible."""


@dataclass(frozen=True)
class WalkersQuestion:
    """What kinds of walkers are asked about.

    Attributes
    ----------
    residents, units, walking
        People, sub-districts and streets.
    persons
        People counted at each demand point, shape (n_points,).
    age_from_years
        Youngest age among them.
    sites
        Facilities, with ``x_m`` and ``y_m``.
    limit
        Name of the parameter that is the time limit.
    params
        Speeds and unit.
    """

    residents: Residents
    units: Units
    walking: Walking
    persons: NDArray[np.float64]
    age_from_years: int
    sites: pd.DataFrame
    limit: str
    params: WalkingParams

    @property
    def minutes(self) -> float:
        """Time limit."""
        return float(getattr(self.params, self.limit))

    @property
    def kinds(self) -> tuple[Walker, ...]:
        """One kind a speed, slowest first; if there are several, the slowest takes no stairs and rests."""
        params = self.params
        speeds = sorted(set(params.walk_speeds_mps))
        kinds = [Walker(f"{speed:g}", speed, params.walk_speed_spread, params.stairs_factor) for speed in speeds]
        if len(kinds) > 1:
            kinds[0] = Walker(
                kinds[0].key, speeds[0], params.walk_speed_spread, None, params.rest_every_m, params.rest_s
            )
        return tuple(kinds)

    @cached_property
    def probabilities(self) -> dict[str, NDArray[np.float64]]:
        """Probability of arriving in time by kind, then for people as they are; each of shape (n_points,)."""
        found = {
            kind.key: self.walking.probability(self.residents, self.sites, kind, self.minutes) for kind in self.kinds
        }
        if len(found) > 1 and self._tells_paces:
            found[OWN_PACE] = mixed_probability(np.array(list(found.values())), self.persons_by_kind)
        return found

    @property
    def persons_by_kind(self) -> NDArray[np.float64]:
        """People by the kind that they walk as, shape (n_kinds, n_points).

        Frail people walk as the slowest kind, others aged 80 and over as the second slowest, the rest as the fastest.
        """
        frail, old = self._frail(self.age_from_years), np.zeros(len(self.persons))
        if self.knows_old:
            from_years = max(OLD_AGE_YEARS, self.age_from_years)
            old = self.residents.persons(age_from_years=from_years) - self._frail(from_years)
        people = np.zeros((len(self.kinds), len(self.persons)))
        people[0] += frail
        people[min(1, len(people) - 1)] += old
        people[-1] += self.persons - frail - old
        return people

    def _frail(self, age_from_years: int) -> NDArray[np.float64]:
        if not self.residents.knows("frailty"):
            return np.zeros(len(self.persons))
        return self.residents.persons(age_from_years=age_from_years, frailty="frail")

    @property
    def knows_old(self) -> bool:
        """Whether the data's age bands tell who is aged 80 and over."""
        ages = self.residents.population["age_from_years"]
        return bool((ages == OLD_AGE_YEARS).any()) or self.age_from_years >= OLD_AGE_YEARS

    @property
    def _tells_paces(self) -> bool:
        return self.residents.knows("frailty") or self.knows_old


def by_kind(question: WalkersQuestion) -> pd.DataFrame:
    """Expected reach in the place reported on, one row a kind of walker.

    Returns
    -------
    DataFrame
        ``persons`` whose walk is known, ``expected`` of them who arrive in time, their ``share``, and the shares who
        live where the walk is ``likely`` and where it is ``unlikely``; ``unknown`` persons.
    """
    inside = question.residents.living_in(question.units, question.params.unit)
    return pd.DataFrame.from_dict(
        {
            name: _expected(probability[inside], question.persons[inside])
            for name, probability in question.probabilities.items()
        },
        orient="index",
    )


def by_subdistrict(question: WalkersQuestion) -> pd.DataFrame:
    """Expected share in time by sub-district and in the district, one column a kind of walker."""
    unit = question.residents.unit
    rows = {}
    for position, code in enumerate([*question.units.codes, DISTRICT_ROW]):
        here = question.residents.inside if code == DISTRICT_ROW else unit == position
        rows[code] = {
            name: _expected(probability[here], question.persons[here])["share"]
            for name, probability in question.probabilities.items()
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def probability_class(probability: NDArray[np.float64]) -> NDArray[np.object_]:
    """Class of each point: ``likely``, ``even``, ``doubtful``, ``unlikely`` or ``unknown``."""
    found = np.full(len(probability), "doubtful", dtype=object)
    found[probability >= LIKELY / 2 + UNLIKELY / 2] = "even"
    found[probability >= LIKELY] = "likely"
    found[probability < UNLIKELY] = "unlikely"
    found[np.isnan(probability)] = "unknown"
    return found


def _expected(probability: NDArray[np.float64], persons: NDArray[np.float64]) -> dict[str, float]:
    known = ~np.isnan(probability) & (persons > 0)
    # Where nobody of a mixture lives its probability is not defined, and nobody is unknown there.
    people, chance = persons[known], probability[known]
    total = float(people.sum()) or np.nan
    return {
        "persons": float(people.sum()),
        "expected": float((people * chance).sum()),
        "share": float((people * chance).sum()) / total,
        "likely": float(people[chance >= LIKELY].sum()) / total,
        "unlikely": float(people[chance < UNLIKELY].sum()) / total,
        "unknown": float(persons.sum() - people.sum()),
    }
