"""When a matter can be done near home: every hour of an ordinary week, by channel and by matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.geography.travel_costs import reach_mm
from jingan_analysis.studies.service_access_hours import DAYS, MOMENTS
from jingan_analysis.studies.service_access_matters import CHANNEL_OF_KIND, case_weights, weighted_part
from jingan_analysis.studies.service_access_open import OpenMatters

if TYPE_CHECKING:
    from jingan_analysis.studies.service_access import Params
    from jingan_analysis.studies.service_access_inputs import Inputs
    from jingan_analysis.studies.service_access_matters import Offer

ANY: Final = "any"
PLACES: Final[dict[str, str | None]] = {ANY: None, **{channel: kind for kind, channel in CHANNEL_OF_KIND.items()}}
"""Kind of point by channel that one walks to; ``any`` are all of them."""


@dataclass(frozen=True)
class When:
    """When residents can have their cases done near home.

    Attributes
    ----------
    week
        Share of a resident's case drawn at random that can be done in an hour: index ``channel-hour``, one column a
        weekday.
    moments
        The same as rates at chosen moments, index ``moment-channel``.
    matters
        By matter: ``<channel>_hours``, hours a week in which a resident drawn at random can have it done, and the rate of
        residents who can outside office hours.
    """

    week: pd.DataFrame
    moments: pd.DataFrame
    matters: pd.DataFrame


def when_done(inputs: Inputs, offer: Offer, params: Params, cases: pd.Series | None) -> When:
    """Find when cases can be done within the access threshold.

    Parameters
    ----------
    cases
        Cases in the window by matter; None weighs all matters alike.
    """
    limit = reach_mm(params.walk_speed_mps, params.access_threshold_minutes)
    weights = case_weights(offer, cases)
    found = {channel: OpenMatters.of(inputs, offer, inputs.of_kind(kind), limit) for channel, kind in PLACES.items()}
    moments = {
        f"{moment}-{channel}": {
            "moment": moment,
            "channel": channel,
            "hour": hour,
            **inputs.people.in_row(weighted_part(reached.at(weekday, hour), weights), inputs.row),
        }
        for moment, (weekday, hour) in MOMENTS.items()
        for channel, reached in found.items()
    }
    shares = {channel: _shares_by_hour(inputs, reached) for channel, reached in found.items()}
    return When(
        week=pd.concat([_week(shares[channel] @ weights, channel) for channel in PLACES]),
        moments=pd.DataFrame.from_dict(moments, orient="index"),
        matters=_by_matter(inputs, offer, found[ANY], shares, params),
    )


def outside_office(params: Params) -> NDArray[np.bool_]:
    """Mask of the hours outside office hours: evenings, nights and weekends; shape (7, 24)."""
    hours = np.ones((7, 24), dtype=np.bool_)
    hours[:5, params.office_from_hour : params.office_to_hour] = False
    return hours


def _shares_by_hour(inputs: Inputs, reached: OpenMatters) -> NDArray[np.float64]:
    """Share of residents who can have each matter done in each hour; shape (7, 24, n_matters)."""
    persons = np.where(inputs.people.in_area(inputs.row), inputs.people.located, 0.0)
    shares = np.full((7, 24, reached.reached.shape[2]), np.nan)
    if persons.sum() > 0:
        for hours, matters in reached.alike():
            shares[hours] = persons @ matters / persons.sum()
    return shares


def _week(shares: NDArray[np.float64], channel: str) -> pd.DataFrame:
    return pd.DataFrame(shares.T, index=[f"{channel}-{hour:02d}" for hour in range(24)], columns=list(DAYS))


def _by_matter(
    inputs: Inputs, offer: Offer, anywhere: OpenMatters, shares: dict[str, NDArray[np.float64]], params: Params
) -> pd.DataFrame:
    frame = offer.matters[["group_no", "name"]].copy()
    for channel, each in shares.items():
        frame[f"{channel}_hours"] = each.sum(axis=(0, 1))
    for channel in ("home_visit", "online"):
        frame[channel] = offer.listed.get(channel, False)
    late = anywhere.some_hour(outside_office(params)).astype(np.float64)
    rates = pd.DataFrame([inputs.people.in_row(column, inputs.row) for column in late.T])
    return frame.join(rates.set_axis(frame.index, axis=0))
