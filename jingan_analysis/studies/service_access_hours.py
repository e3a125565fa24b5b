"""When there is an open service point near home: every hour of an ordinary week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.contracts.opening_hours import OpeningHours
from jingan_analysis.geography.travel_costs import reach_mm

if TYPE_CHECKING:
    from jingan_analysis.studies.service_access import Params
    from jingan_analysis.studies.service_access_inputs import Inputs

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOMENTS: Final[dict[str, tuple[int, int]]] = {
    "working_hours": (1, 10),
    "lunch": (1, 12),
    "evening": (1, 18),
    "saturday": (5, 10),
    "sunday": (6, 10),
    "night": (1, 3),
}
"""Moments shown with intervals: (weekday, hour), Monday is 0; each stands for the hour that begins then."""

ANY = "any"
STAFFED = "staffed"


@dataclass(frozen=True)
class Hours:
    """Shares of residents with an open point near home.

    Attributes
    ----------
    week
        Share with any open point, index hour (``00`` to ``23``), one column a weekday.
    moments
        Rates at chosen moments, index ``moment-who``: any point, or a centre or spot with staff.
    known, unknown
        Points with and without stated hours in the area reported on; unknown ones count as closed.
    """

    week: pd.DataFrame
    moments: pd.DataFrame
    known: int
    unknown: int


def opening_hours(inputs: Inputs, params: Params) -> Hours:
    """Find when residents have an open point within the access threshold."""
    limit = reach_mm(params.walk_speed_mps, params.access_threshold_minutes)
    everyone = inputs.of_kind(None)
    staffed = ~inputs.of_kind("self_service_24h")
    open_near = {ANY: reached_at(inputs, everyone, limit), STAFFED: reached_at(inputs, staffed, limit)}
    moments = {}
    for moment, (weekday, hour) in MOMENTS.items():
        for who, reached in open_near.items():
            part = reached[:, weekday, hour].astype(np.float64)
            moments[f"{moment}-{who}"] = {
                "moment": moment,
                "who": who,
                "weekday": weekday,
                "hour": hour,
                **inputs.people.in_row(part, inputs.row),
            }
    here = inputs.in_report(inputs.points)["hours"]
    return Hours(
        week=_week(inputs, open_near[ANY]),
        moments=pd.DataFrame.from_dict(moments, orient="index"),
        known=int(here.notna().sum()),
        unknown=int(here.isna().sum()),
    )


def reached_at(inputs: Inputs, keep: NDArray[np.bool_], limit_mm: int) -> NDArray[np.bool_]:
    """Whether each home has an open kept point within the limit, by weekday and hour.

    Points with the same hours are searched together: there are few patterns and many points.

    Returns
    -------
    ndarray
        Shape (n_origins, 7, 24).
    """
    texts = inputs.points["hours"]
    reached = np.zeros((inputs.costs.n_origins, 7, 24), dtype=np.bool_)
    for text in sorted(texts.dropna().unique()):
        near = inputs.reached(keep & (texts == text).fillna(False).to_numpy(dtype=np.bool_), limit_mm)
        reached |= near[:, None, None] & OpeningHours.parse(text).weekly()
    return reached


def _week(inputs: Inputs, reached: NDArray[np.bool_]) -> pd.DataFrame:
    people = inputs.people
    persons = np.where(people.in_area(inputs.row), people.located, 0.0)
    total = persons.sum()
    shares = np.tensordot(persons, reached, axes=1) / total if total > 0 else np.full((7, 24), np.nan)
    return pd.DataFrame(shares.T, index=[f"{hour:02d}" for hour in range(24)], columns=list(DAYS))
