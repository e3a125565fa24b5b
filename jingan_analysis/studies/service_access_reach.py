"""How many residents have a point of each kind within a short walk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from jingan_analysis.geography.travel_costs import reach_mm
from jingan_analysis.studies.service_access_inputs import Inputs, last_distance_mm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jingan_analysis.studies.service_access import Params

KINDS: Final[dict[str, str | None]] = {
    "remote_spot": "remote_spot",
    "centre": "centre",
    "self_service_24h": "self_service_24h",
    "any": None,
}
"""Row name of each kind of point; None takes all kinds together."""

PART = ("numerator", "share", "lower", "upper")
"""Columns of a rate in a table whose rows have one denominator."""


def limit_name(minutes: float) -> str:
    """A time limit as part of a row or column name: ``5``, ``7_5``."""
    return f"{minutes:g}".replace(".", "_")


def reached_by_kind(inputs: Inputs, params: Params, kind: str, minutes: float) -> NDArray[np.float64]:
    """Whether each home has a point of that kind within the limit at the main speed: 1 or 0."""
    limit = reach_mm(params.walk_speed_mps, minutes)
    return inputs.reached(inputs.of_kind(KINDS[kind]), limit).astype(np.float64)


def tiers(inputs: Inputs, params: Params) -> pd.DataFrame:
    """Share of residents near each kind of point, in the row that the report speaks of.

    Returns
    -------
    DataFrame
        Index ``kind-limit``; columns ``kind``, ``limit``, ``unit`` and the rate. The last limit of
        each kind is the distance of the "last metres".
    """
    rows = {}
    for kind in KINDS:
        for minutes in params.limits_minutes:
            rate = inputs.people.in_row(reached_by_kind(inputs, params, kind, minutes), inputs.row)
            rows[f"{kind}-{limit_name(minutes)}"] = {"kind": kind, "limit": minutes, "unit": "minutes", **rate}
        rate = inputs.people.in_row(_last_metres(inputs, params, kind), inputs.row)
        rows[f"{kind}-last"] = {"kind": kind, "limit": params.last_distance_m, "unit": "metres", **rate}
    return pd.DataFrame.from_dict(rows, orient="index")


def by_subdistrict(inputs: Inputs, params: Params) -> pd.DataFrame:
    """Share of residents near a nearby spot at every limit, by sub-district."""
    frame = _residents(inputs)
    frame.insert(0, "spots", inputs.count_by_unit(inputs.points[inputs.of_kind("remote_spot")]))
    parts = {
        f"within_{limit_name(minutes)}": reached_by_kind(inputs, params, "remote_spot", minutes)
        for minutes in params.limits_minutes
    }
    return _with_rates(frame, inputs, parts)


def kinds_by_subdistrict(inputs: Inputs, params: Params) -> pd.DataFrame:
    """Share of residents near a centre, a 24-hour point, and within the last metres of any point."""
    frame = _residents(inputs)
    minutes = params.access_threshold_minutes
    parts = {
        "centre": reached_by_kind(inputs, params, "centre", minutes),
        "self_service_24h": reached_by_kind(inputs, params, "self_service_24h", minutes),
        "last": _last_metres(inputs, params, "any"),
    }
    return _with_rates(frame, inputs, parts)


def scenarios(inputs: Inputs, params: Params) -> pd.DataFrame:
    """Share of residents near each kind of point at every speed and limit."""
    rows = {}
    for kind in KINDS:
        keep = inputs.of_kind(KINDS[kind])
        for speed in params.walk_speeds_mps:
            row: dict[str, object] = {"kind": kind, "walk_speed_mps": speed}
            for minutes in params.limits_minutes:
                part = inputs.reached(keep, reach_mm(speed, minutes)).astype(np.float64)
                rate = inputs.people.in_row(part, inputs.row)
                row |= {f"within_{limit_name(minutes)}_{name}": rate[name] for name in PART}
                row["persons"] = rate["denominator"]
            rows[f"{kind}-{limit_name(speed)}"] = row
    return pd.DataFrame.from_dict(rows, orient="index")


def nearest_class(inputs: Inputs, params: Params) -> NDArray[np.object_]:
    """The shortest limit within which each home has a nearby spot; for the dot map.

    Returns
    -------
    ndarray
        ``"5"``, ``"10"`` … as in :func:`limit_name`, ``"beyond"`` or ``"unlocated"``; shape (n_origins,).
    """
    found = np.full(inputs.costs.n_origins, "beyond", dtype=object)
    for minutes in reversed(params.limits_minutes):
        found[reached_by_kind(inputs, params, "remote_spot", minutes) > 0] = limit_name(minutes)
    found[~inputs.costs.origin_snapped] = "unlocated"
    return found


def _last_metres(inputs: Inputs, params: Params, kind: str) -> NDArray[np.float64]:
    return inputs.reached(inputs.of_kind(KINDS[kind]), last_distance_mm(params)).astype(np.float64)


def _residents(inputs: Inputs) -> pd.DataFrame:
    people = inputs.people
    return pd.DataFrame({"persons": people.totals(people.located), "unlocated": people.totals(people.unlocated)})


def _with_rates(frame: pd.DataFrame, inputs: Inputs, parts: dict[str, NDArray[np.float64]]) -> pd.DataFrame:
    rates = [inputs.people.by_unit(part)[list(PART)].add_prefix(f"{name}_") for name, part in parts.items()]
    return pd.concat([frame, *rates], axis=1)
