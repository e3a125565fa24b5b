"""Who finds an open point at night, and what can be done there: the round-the-clock points as a finding of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.contracts.opening_hours import OpeningHours
from jingan_analysis.geography.travel_costs import reach_mm
from jingan_analysis.studies.service_access_matters import case_weights, weighted_part
from jingan_analysis.studies.service_access_open import OpenMatters
from jingan_analysis.studies.service_access_reach import PART

if TYPE_CHECKING:
    from jingan_analysis.studies.service_access import Params
    from jingan_analysis.studies.service_access_inputs import Inputs
    from jingan_analysis.studies.service_access_matters import Offer

ROUND_THE_CLOCK = "self_service_24h"


def night_hours(params: Params) -> NDArray[np.bool_]:
    """Mask of the hours of the night on every day of the week; shape (7, 24)."""
    hour = np.arange(24)
    first, last = params.night_from_hour, params.night_to_hour
    in_night = (hour >= first) & (hour < last) if first < last else (hour >= first) | (hour < last)
    return np.broadcast_to(in_night, (7, 24))


def open_all_night(inputs: Inputs, params: Params) -> NDArray[np.bool_]:
    """Whether each point states to be open throughout every night; shape (n_destinations,)."""
    night = night_hours(params)
    return np.array(
        [isinstance(text, str) and bool(OpeningHours.parse(text).weekly()[night].all()) for text in inputs.points["hours"]],
        dtype=np.bool_,
    )  # fmt: skip


def nights(inputs: Inputs, offer: Offer | None, params: Params, cases: pd.Series | None) -> pd.DataFrame:
    """Points open throughout the night, who lives near one, and whose case can be done there, by sub-district.

    Returns
    -------
    DataFrame
        ``points`` (points called round-the-clock), ``open`` (points of any kind that state to be open throughout every
        night), ``persons``, the rate of residents near an open one under ``near_*``, and where the record of points is
        known the rate of a resident's case drawn at random under ``case_*``.
    """
    people = inputs.people
    limit = reach_mm(params.walk_speed_mps, params.access_threshold_minutes)
    is_open = open_all_night(inputs, params)
    near = people.by_unit(inputs.reached(is_open, limit).astype(np.float64))
    frame = pd.DataFrame(
        {
            "points": inputs.count_by_unit(inputs.points[inputs.of_kind(ROUND_THE_CLOCK)]),
            "open": inputs.count_by_unit(inputs.points[is_open]),
            "persons": near["denominator"],
        }
    ).join(near[list(PART)].add_prefix("near_"))
    if offer is None:
        return frame
    done = OpenMatters.of(inputs, offer, is_open, limit).throughout(night_hours(params))
    return frame.join(people.by_unit(weighted_part(done, case_weights(offer, cases)))[list(PART)].add_prefix("case_"))
