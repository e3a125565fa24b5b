"""What each channel promises and how much of it is within a walk: residents times matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.geography.travel_costs import reach_mm
from jingan_analysis.studies.service_access_channels import CHANNELS
from jingan_analysis.studies.service_access_matters import case_weights, reached_matters, weighted_part
from jingan_analysis.studies.service_access_reach import PART, limit_name
from jingan_analysis.studies.service_access_when import ANY, PLACES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jingan_analysis.studies.service_access import Params
    from jingan_analysis.studies.service_access_inputs import Inputs
    from jingan_analysis.studies.service_access_matters import Offer


def reach_by_channel(inputs: Inputs, offer: Offer, params: Params, cases: pd.Series | None) -> pd.DataFrame:
    """Promise and reach of every channel.

    Returns
    -------
    DataFrame
        Index channel, ``any`` last; ``listed`` (matters that the list opens), ``listed_share`` (part of the cases that
        they make), ``offered`` (matters that some point in the area handles; NaN where no walk leads to the channel),
        ``persons``, and for each limit the rate of a resident's case drawn at random, NaN likewise.
    """
    weights = case_weights(offer, cases)
    inside = inputs.points.index.isin(inputs.in_report(inputs.points).index)
    rows = {}
    for channel in (*CHANNELS, ANY):
        listed = _listed(offer, channel)
        row: dict[str, float] = {"listed": float(listed.sum()), "listed_share": float(weights[listed].sum())}
        if channel in PLACES:
            keep = inputs.of_kind(PLACES[channel])
            row["offered"] = float(offer.offers[keep & inside].any(axis=0).sum())
            row |= _rates(inputs, offer, params, keep, weights)
        rows[channel] = row
    return pd.DataFrame.from_dict(rows, orient="index")


def _listed(offer: Offer, channel: str) -> NDArray[np.bool_]:
    """Matters that the list opens in a channel; for ``any`` in one of those that one walks to."""
    named = [name for name in PLACES if name != ANY] if channel == ANY else [channel]
    return np.asarray(offer.listed.reindex(columns=named, fill_value=False).any(axis=1), dtype=np.bool_)


def _rates(
    inputs: Inputs,
    offer: Offer,
    params: Params,
    keep: NDArray[np.bool_],
    weights: NDArray[np.float64],
) -> dict[str, float]:
    row: dict[str, float] = {}
    for minutes in params.limits_minutes:
        reached = reached_matters(inputs, offer, keep, reach_mm(params.walk_speed_mps, minutes))
        rate = inputs.people.in_row(weighted_part(reached, weights), inputs.row)
        row |= {f"within_{limit_name(minutes)}_{name}": float(rate[name]) for name in PART}
        row["persons"] = float(rate["denominator"])
    return row
