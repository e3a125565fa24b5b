"""Who comes to a first service sooner: Cox regression of the waits, within sub-districts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.errors import DidNotConverge
from jingan_analysis.models.proportional_hazards import ProportionalHazards, proportional_hazards
from jingan_analysis.studies.relief_coverage_covariates import Covariates, covariates
from jingan_analysis.studies.relief_coverage_waiting import SERVED

if TYPE_CHECKING:
    from collections.abc import Collection

    from jingan_analysis.studies.relief_coverage_waiting import Waits

EVENTS_PER_COVARIATE = 10
"""With fewer first services for each covariate nothing is estimated: Peduzzi et al. (1995)."""


@dataclass(frozen=True)
class Hazards:
    """The fitted model and what its covariates are."""

    model: ProportionalHazards
    covariates: Covariates

    def to_frame(self) -> pd.DataFrame:
        """One row a covariate: ``ratio``, ``lower``, ``upper``, ``p_value``, and ``drift_p_value`` of proportionality."""
        model = self.model
        return pd.DataFrame(
            {
                "ratio": model.hazard_ratio,
                "lower": model.lower,
                "upper": model.upper,
                "p_value": model.p_value,
                "drift_p_value": model.proportionality.adjusted,
            },
            index=list(model.names),
        )


def hazards(waits: Waits, proactive: Collection[str], *, confidence: float) -> Hazards | None:
    """Hazard ratios of a first service, closing counted as censoring; None where the services are too few for a model.

    Sub-districts are strata: households are compared with those of their own sub-district only, so that what differs
    between sub-districts explains nothing.
    """
    frame = waits.frame
    happened = frame["cause"] == SERVED
    known = covariates(frame, happened, proactive)
    if not known.names or happened.sum() < EVENTS_PER_COVARIATE * len(known.names):
        return None
    try:
        model = proportional_hazards(
            frame["days"], happened, known.table, names=known.names, strata=pd.factorize(frame["unit"])[0],
            confidence=confidence,
        )  # fmt: skip
    except DidNotConverge:
        return None
    return Hazards(model, known)
