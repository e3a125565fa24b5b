"""How many services, for how many households, and for which ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.measures.clustered_rates import clustered_wilson
from jingan_analysis.studies.rate_columns import published_counts, with_rate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jingan_analysis.disclosure.suppression import Marks
    from jingan_analysis.studies.relief_coverage_records import Records

TOTAL = "total"
PER_HOUSEHOLDS = 100
"""Services are given per so many eligible households."""


def intensity(
    records: Records,
    assessed: pd.Index,
    rows: Sequence[str],
    *,
    total_row: str,
    confidence: float,
    minimum_cell: int,
) -> tuple[pd.DataFrame, Marks]:
    """Services of the window per served, per assessed and per eligible household, by sub-district.

    Numerator and denominator of every rate are the same households.

    Parameters
    ----------
    assessed
        Eligible households assessed by the last day.
    """
    per_household = records.in_window(records.events).groupby("household_id").size()
    households = records.households
    services = per_household.reindex(households.index, fill_value=0)
    is_assessed = households.index.isin(assessed)
    counted = pd.DataFrame(
        {
            "services": services,
            "served": services > 0,
            "services_assessed": services.where(is_assessed, 0),
            "assessed": is_assessed,
            "services_eligible": services.where(households["eligible"], 0),
            "eligible": households["eligible"],
        }
    ).astype("int64")
    frame = counted.groupby(households["subdistrict_code"]).sum().reindex(list(rows), fill_value=0)
    frame.loc[total_row] = counted.sum()
    frame = with_rate(frame, "per_served", "services", "served", confidence=confidence)
    frame = with_rate(frame, "per_assessed", "services_assessed", "assessed", confidence=confidence)
    frame = with_rate(
        frame, "per_100_eligible", "services_eligible", "eligible", confidence=confidence, per=PER_HOUSEHOLDS
    )
    return published_counts(
        frame,
        minimum_cell=minimum_cell,
        total_row=total_row,
        whole_by_part={"assessed": "eligible"},
        alone=("served",),
        derived={
            "served": ["services", *_with_bounds("per_served")],
            "assessed": ["services_assessed", *_with_bounds("per_assessed")],
            "eligible": ["services_eligible", *_with_bounds("per_100_eligible")],
        },
    )


def services_by_assessment(records: Records, *, confidence: float, minimum_cell: int) -> tuple[pd.DataFrame, Marks]:
    """Services of the window by when their household was assessed: in the window, only earlier, or never."""
    per_household = records.in_window(records.events).groupby("household_id").size()
    in_window = pd.Index(records.in_window(records.assessments)["household_id"].unique())
    ever = pd.Index(records.assessments["household_id"].unique())
    groups = {
        "window": in_window,
        "earlier": ever.difference(in_window),
        "never": per_household.index.difference(ever),
    }
    frame = pd.DataFrame(
        {name: _of_group(per_household, households, confidence) for name, households in groups.items()}
    ).T
    total = int(per_household.sum())
    everybody = {"services": total, "served": len(per_household), "share": 1.0 if total else np.nan}
    frame = pd.concat([frame, pd.DataFrame([everybody], index=[TOTAL])])
    # Who was never assessed and not served either is no group of this table: a rate per household has no base.
    frame.loc[["never", TOTAL], "households"] = np.nan
    based = frame.loc[["window", "earlier"]]
    rated = with_rate(based, "per_household", "services", "households", confidence=confidence)
    for name in _with_bounds("per_household"):
        frame[name] = rated[name]
    return published_counts(
        frame,
        minimum_cell=minimum_cell,
        total_row=TOTAL,
        whole_by_part={},
        alone=("served", "households"),
        derived={
            "served": ["services", "share", "lower", "upper", *_with_bounds("per_household")],
            "households": _with_bounds("per_household"),
        },
    )


def _of_group(per_household: pd.Series, households: pd.Index, confidence: float) -> dict[str, float]:
    services = per_household.to_numpy(dtype=np.float64)
    mine = per_household.index.isin(households)
    rate = clustered_wilson(
        np.where(mine, services, 0.0), services, np.zeros(len(services), dtype=np.int64), 1, confidence=confidence
    )
    return {
        "services": float(services[mine].sum()),
        "share": float(rate.share[0]),
        "lower": float(rate.lower[0]),
        "upper": float(rate.upper[0]),
        "served": float(mine.sum()),
        "households": float(len(households)),
    }


def _with_bounds(rate: str) -> list[str]:
    return [rate, f"{rate}_lower", f"{rate}_upper"]
