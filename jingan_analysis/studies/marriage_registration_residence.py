"""In which sub-districts the couples live whose marriages are registered, and how many that is of their residents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.measures.rates import wilson_rates
from jingan_analysis.studies.marriage_registration_records import HOME_SCOPES, home_scopes
from jingan_analysis.studies.rate_columns import with_rate
from jingan_analysis.studies.residents import district_residents
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.marriage_registration_records import MarriageRecords
    from jingan_analysis.studies.units import Units
    from jingan_analysis.vocabulary import PopulationBasis

ELSEWHERE = "elsewhere"
"""Couples who live elsewhere, or of whom it is not noted."""
TOTAL = "total"
SHARED = ("inter_province",)
"""Scopes whose shares are given by sub-district."""
PER = 1000.0


@dataclass(frozen=True)
class Residents:
    """Residents by sub-district.

    Attributes
    ----------
    persons
        By code.
    ages
        First and last age that they are of; None for all ages, where the bands of the data do not tell these.
    stamps
        What every page must say of them.
    """

    persons: pd.Series
    ages: tuple[int, int] | None
    stamps: tuple[str, ...]


def residents(district: District, units: Units, basis: PopulationBasis) -> Residents | None:
    """Residents of the ages at which most people marry, or of all ages; None without a table of people."""
    if not (district.has("demand_points") and district.has("population")):
        return None
    people = district_residents(district, units, basis)
    first, last = (int(age) for age in parameter("marriage_ages").value)
    table = people.population
    low, high = table["age_from_years"], table["age_to_years"]
    within = ((low >= first) & (high <= last)).fillna(value=False).to_numpy(dtype=bool)
    beside = ((high < first) | (low > last)).fillna(value=False).to_numpy(dtype=bool)
    told = bool((within | beside).all() and within.any())
    counted = table[within] if told else table
    unit = people.unit[counted["position"].to_numpy()]
    inside = unit >= 0
    persons = np.bincount(unit[inside], counted["persons"].to_numpy(dtype=np.float64)[inside], len(units))
    return Residents(pd.Series(persons, index=units.codes), (first, last) if told else None, people.stamps)


def residence(records: MarriageRecords, units: Units, *, confidence: float) -> pd.DataFrame:
    """Marriages of the period by sub-district of residence and scope.

    Returns
    -------
    DataFrame
        One row a sub-district, then :data:`ELSEWHERE` and :data:`TOTAL`: ``marriages``, a count by scope, and the share of
        every scope of :data:`SHARED` with its interval.
    """
    found = records.in_window
    home = found["residence_code"].astype(object).where(found["residence_code"].notna(), ELSEWHERE)
    counts = pd.crosstab(home, home_scopes(found["scope"]))
    counts = counts.reindex(index=[*units.codes, ELSEWHERE], columns=list(HOME_SCOPES))
    frame = counts.fillna(0).astype("float64")
    frame.loc[TOTAL] = frame.sum()
    frame.insert(0, "marriages", frame.sum(axis=1))
    whole = frame["marriages"].to_numpy()
    for scope in SHARED:
        rates = wilson_rates(frame[scope].to_numpy(), whole, confidence=confidence)
        shares = {f"{scope}_{name}": getattr(rates, name) for name in ("share", "lower", "upper")}
        frame = frame.assign(**shares)
    return frame.rename_axis(index=None, columns=None)


def rates(lived: pd.DataFrame, people: Residents, *, confidence: float) -> pd.DataFrame:
    """Marriages of the period for every thousand residents, by sub-district and in all of them together.

    Parameters
    ----------
    lived
        Of :func:`residence`.

    Returns
    -------
    DataFrame
        ``marriages``, ``residents``, and ``rate`` with its exact Poisson interval; NaN where nobody lives.
    """
    codes = list(people.persons.index)
    frame = pd.DataFrame({"marriages": lived.loc[codes, "marriages"], "residents": people.persons})
    frame.loc[DISTRICT_ROW] = frame.sum()
    some = frame[frame["residents"] > 0]
    found = with_rate(some, "rate", "marriages", "residents", confidence=confidence, per=PER)
    return frame.join(found[["rate", "rate_lower", "rate_upper"]])
