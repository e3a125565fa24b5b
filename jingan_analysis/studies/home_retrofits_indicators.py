"""The headline indicator of adapted homes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.language import mark
from jingan_analysis.studies.home_retrofits_records import retrofit_records
from jingan_analysis.studies.indicators import Indicator, Measured, by_month, sampled

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.home_retrofits import Params

INDICATORS = (
    Indicator(
        "accepted",
        mark("Home adapted and accepted in time"),
        mark("applications that are due"),
        ("sub_districts", "retrofit_applications", "retrofit_assessments", "retrofit_contracts", "retrofit_works"),
    ),
)


def measured(district: District, params: Params) -> dict[str, Measured]:
    """Applications accepted within the limit among those made so long before the last day, in all and by month.

    Withdrawn applications stay in the denominator. A month of applications is due when its last day is.
    """
    records = retrofit_records(district, params.window)
    made = records.of(params.unit)
    limit = pd.Timedelta(days=params.accepted_within_days)
    in_time = made["accepted_on"] - made["applied_on"] <= limit
    due = made["applied_on"] + limit <= records.end
    series = by_month(made["applied_on"], in_time, records.end)
    last_days = pd.PeriodIndex(series.index, freq="M").to_timestamp(how="end").normalize()
    series = series.where(pd.Series(last_days + limit <= records.end, index=series.index))
    return {"accepted": sampled(int((due & in_time).sum()), int(due.sum()), series, confidence=params.confidence)}
