"""Services after the first one: how many a month, for whom more, and whether they vary more than by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.errors import DidNotConverge
from jingan_analysis.models.count_regression import CountRegression, count_regression
from jingan_analysis.models.transition_intensities import DAYS_A_MONTH
from jingan_analysis.studies.relief_coverage_covariates import Covariates, covariates
from jingan_analysis.studies.relief_coverage_waiting import SERVED, closed_on, entitled_until

if TYPE_CHECKING:
    from collections.abc import Collection

    from jingan_analysis.studies.relief_coverage_records import Records
    from jingan_analysis.studies.relief_coverage_waiting import Waits

FEWEST_HOUSEHOLDS = 30
EARLIER = "assessed_earlier"


@dataclass(frozen=True)
class FurtherServices:
    """The fitted models and what they are about.

    Attributes
    ----------
    model
        Poisson and negative binomial regression of the services of the window after the first one.
    covariates
        What its covariates are.
    months
        Household-months of exposure.
    after_end
        Services after the case was closed or entitlement ended, in no count.
    """

    model: CountRegression
    covariates: Covariates
    months: float
    after_end: int

    def to_frame(self) -> pd.DataFrame:
        """One row a covariate: ``ratio``, ``lower``, ``upper`` and ``p_value``, and Poisson's ``chance_lower`` and ``chance_upper``."""
        model = self.model.negative_binomial
        return pd.DataFrame(
            {
                "ratio": model.rate_ratio,
                "lower": model.lower,
                "upper": model.upper,
                "p_value": model.p_value,
                "chance_lower": self.model.poisson.lower,
                "chance_upper": self.model.poisson.upper,
            },
            index=list(self.model.names),
        )


def further_rows(records: Records, waits: Waits) -> tuple[pd.DataFrame, int]:
    """Served households under service in the window: ``further`` services and ``days`` of exposure, and services too late for any.

    The day of the first service is what let the household in: exposure begins on the day after it, or on the first day of
    the window. It ends on the last day, when the last case is closed, or when entitlement ends.
    """
    frame = waits.frame[waits.frame["cause"] == SERVED]
    next_day = frame["assessed_on"] + pd.to_timedelta(frame["days"] + 1, unit="D")
    begins = next_day.where(next_day > records.start, records.start)
    closed, entitled = closed_on(records).reindex(frame.index), entitled_until(records, frame.index)
    ends = entitled.where(~(closed < entitled), closed)
    events = records.events[records.events["household_id"].isin(frame.index)]
    of_event = events["household_id"]
    begun = events["day"].to_numpy() >= begins.reindex(of_event).to_numpy()
    in_time = events["day"].to_numpy() <= ends.reindex(of_event).to_numpy()
    further = of_event[begun & in_time].value_counts().reindex(frame.index, fill_value=0)
    days = ((ends - begins).dt.days + 1).clip(lower=0)
    rows = frame.assign(further=further, days=days, earlier=frame["assessed_on"] < records.start)
    return rows[days > 0], int((begun & ~in_time).sum())


def further_services(
    records: Records, waits: Waits, proactive: Collection[str], *, confidence: float
) -> FurtherServices | None:
    """Rate ratios of further services; None where too few households were under service, or no model fits.

    When a household was assessed, in the window or earlier, is always among the covariates: services of long-known
    households are another matter than those of new ones.
    """
    rows, after_end = further_rows(records, waits)
    if len(rows) < FEWEST_HOUSEHOLDS or not rows["further"].sum():
        return None
    known = covariates(rows, rows["further"] > 0, proactive)
    known = known.with_column(EARLIER, rows["earlier"].to_numpy("float64"))
    try:
        model = count_regression(
            rows["further"], known.table, names=known.names, exposure=rows["days"] / DAYS_A_MONTH, confidence=confidence
        )
    except DidNotConverge:
        return None
    return FurtherServices(model, known, float(rows["days"].sum() / DAYS_A_MONTH), after_end)
