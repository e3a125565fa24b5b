"""Homes adapted: for each 1,000 older residents, by year, what they cost, and against other districts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.studies.rate_columns import with_rate
from jingan_analysis.studies.residents import district_residents
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.home_retrofits_records import RetrofitRecords
    from jingan_analysis.studies.units import Units
    from jingan_analysis.vocabulary import PopulationBasis

OLDER_YEARS = 60
PER = 1000.0
TOTAL = "total"


def older_people(district: District, units: Units, basis: PopulationBasis) -> pd.Series | None:
    """People aged 60 and over by sub-district; None where the district does not tell."""
    if not (district.has("population") and district.has("demand_points")):
        return None
    residents = district_residents(district, units, basis)
    persons = residents.persons(age_from_years=OLDER_YEARS)[residents.inside]
    counts = np.bincount(residents.unit[residents.inside], weights=persons, minlength=len(units))
    return pd.Series(counts, index=units.codes)


def completions(
    records: RetrofitRecords, older: pd.Series | None, codes: Sequence[str], *, confidence: float
) -> pd.DataFrame:
    """Adapted homes by sub-district, the district last: ``accepted``, ``older``, and ``rate`` for each 1,000 with its interval.

    The interval is Poisson's: how far the rate may lie from what would be usual for such a place by chance alone.
    """
    done = records.applications[records.applications["accepted_on"].notna()]
    frame = done.groupby("subdistrict_code").size().reindex(list(codes), fill_value=0).to_frame("accepted")
    frame.loc[DISTRICT_ROW] = len(done)
    if older is None:
        return frame
    people = older.reindex(list(codes))
    frame["older"] = [*people, people.sum()]
    return with_rate(frame, "rate", "accepted", "older", confidence=confidence, per=PER)


def by_year(records: RetrofitRecords, unit: str | None) -> pd.DataFrame:
    """One row a calendar year and ``total``: what was applied for, accepted and paid in it.

    Columns ``applications`` (made in the year), ``accepted`` (in the year), and of the latter ``median_yuan``,
    ``total_yuan``, ``subsidy_yuan`` and ``subsidy_share``: the sum of subsidies over the sum of costs, not a mean of shares.
    """
    table = records.of(unit)
    years = range(records.first.year, records.end.year + 1)
    done = table[table["accepted_on"].notna()]
    parts = {
        str(year): (table[table["applied_on"].dt.year == year], done[done["accepted_on"].dt.year == year])
        for year in years
    }
    rows = {name: _cost_row(*part) for name, part in (parts | {TOTAL: (table, done)}).items()}
    return pd.DataFrame.from_dict(rows, orient="index")  # fmt: skip


def _cost_row(made: pd.DataFrame, done: pd.DataFrame) -> dict[str, float]:
    total, subsidy = float(done["total_yuan"].sum()), float(done["subsidy_yuan"].sum())
    return {
        "applications": len(made),
        "accepted": len(done),
        "median_yuan": float(done["total_yuan"].median()) if len(done) else np.nan,
        "total_yuan": total,
        "subsidy_yuan": subsidy,
        "subsidy_share": subsidy / total if total > 0 else np.nan,
    }


def ranked(records: RetrofitRecords) -> pd.DataFrame | None:
    """Adapted homes here and in other districts, most first, with ``rank``; None without figures of others.

    Ties share the better rank. The others' figures may be of earlier days; ``as_of`` says of which.
    """
    if records.peers is None:
        return None
    here = int(records.applications["accepted_on"].notna().sum())
    own = pd.DataFrame({"households": [here], "as_of": [records.end]}, index=[DISTRICT_ROW])
    frame = pd.concat([own, records.peers[["households", "as_of"]]])
    frame["rank"] = frame["households"].astype("float64").rank(method="min", ascending=False)
    frame["as_of"] = frame["as_of"].dt.strftime("%Y-%m-%d")
    return frame.sort_values(["rank"], kind="stable")[["rank", "households", "as_of"]]
