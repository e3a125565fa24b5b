"""From a request to the move: how long people wait, how their requests end, and how many beds would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.models.competing_risks import cumulative_incidence, incidence_at
from jingan_analysis.models.offered_load import offered_load
from jingan_analysis.models.queueing import erlang_b, servers_for_blocking
from jingan_analysis.studies.bed_linkage_records import KINDS
from jingan_analysis.studies.reached_within import reached_within

if TYPE_CHECKING:
    from jingan_analysis.studies.bed_linkage_records import BedRecords

CAUSES = {"moved": 1, "refused": 2, "withdrawn": 3, "died": 4}
"""How a request may end; 0 is open."""
CURVE_DAYS = tuple(range(5, 91, 5))


def waits(requests: pd.DataFrame, end: pd.Timestamp) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Days from each request to its end or the last day, and how it ended."""
    days = (requests["ended_on"].fillna(end) - requests["requested_on"]).dt.days
    cause = requests["outcome"].map(CAUSES).fillna(0)
    return days.to_numpy().astype(np.float64), cause.to_numpy().astype(np.int64)


def requests_by_kind(
    requests: pd.DataFrame, records: BedRecords, within_days: int, *, confidence: float
) -> pd.DataFrame:
    """Requests made in the period by the kind of bed asked for, ``total`` last.

    Columns ``requests``, one an ending, ``open``, ``median_days`` (until half of all requests have ended in a move; NaN
    where that never is) and ``within_share`` with its interval (moved within the days, of all requests).
    """
    mine = requests[requests["requested_on"] >= records.start]
    parts = {kind: mine[mine["to_type"] == kind] for kind in KINDS} | {"total": mine}
    rows = {name: _row(part, records.end, within_days, confidence) for name, part in parts.items()}
    return pd.DataFrame.from_dict(rows, orient="index")


def _row(requests: pd.DataFrame, end: pd.Timestamp, within_days: int, confidence: float) -> dict[str, float]:
    days, cause = waits(requests, end)
    row: dict[str, float] = {"requests": len(requests)}
    row |= {name: int((cause == code).sum()) for name, code in CAUSES.items()}
    row["open"] = int((cause == 0).sum())
    row |= reached_within(days, cause, CAUSES["moved"], within_days, confidence=confidence)
    return row


def by_channel(requests: pd.DataFrame, records: BedRecords, within_days: int, *, confidence: float) -> pd.DataFrame:
    """Requests of people who hold a bed and have a contract, by channel, since the first one through the green channel.

    Who has no contract cannot use the channel: leaving them in would compare people, not channels.
    """
    signed = _signed(requests, records)
    mine = requests[
        requests["from_type"].notna() & (signed <= requests["requested_on"]) & requests["green_channel"].notna()
    ]
    green = mine["green_channel"].astype(bool)
    since = mine["requested_on"].where(green).min()
    mine, green = mine[mine["requested_on"] >= since], green[mine["requested_on"] >= since]
    rows = {}
    for name, part in {"green": mine[green], "other": mine[~green]}.items():
        days, cause = waits(part, records.end)
        rows[name] = {
            "requests": len(part),
            "moved": int((cause == CAUSES["moved"]).sum()),
            **reached_within(days, cause, CAUSES["moved"], within_days, confidence=confidence),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _signed(requests: pd.DataFrame, records: BedRecords) -> pd.Series:
    """First day of each person's contract; NaT for none."""
    if records.contracts is None:
        return pd.Series(pd.NaT, index=requests.index, dtype="datetime64[s]")
    return requests["person_id"].map(records.contracts.groupby("person_id")["signed_on"].min())


def waiting_curve(requests: pd.DataFrame, records: BedRecords, kind: str, *, confidence: float) -> pd.DataFrame | None:
    """Requests of the period for one kind of bed by days: moved, refused or withdrawn, dead, still open."""
    mine = _asked_for(requests, records, kind)
    days, cause = waits(mine, records.end)
    if not (cause == CAUSES["moved"]).any():
        return None
    merged = np.where(cause == CAUSES["withdrawn"], CAUSES["refused"], np.where(cause == CAUSES["died"], 3, cause))
    curve = cumulative_incidence(days, merged, confidence=confidence)[0]
    at = incidence_at(curve, np.array(CURVE_DAYS, dtype=np.float64))
    frame = pd.DataFrame(
        {"requests": len(mine), "moved_share": at.incidence[0], "moved_lower": at.lower[0], "moved_upper": at.upper[0]},
        index=[str(day) for day in CURVE_DAYS],
    )
    for name, number in (("away_share", 1), ("died_share", 2)):
        frame[name] = at.incidence[number] if number < len(at.incidence) else 0.0
    return frame.assign(open_share=at.survival)


def watched_days(requests: pd.DataFrame, records: BedRecords, kind: str) -> NDArray[np.float64]:
    """Days that each request of the curve was followed."""
    return waits(_asked_for(requests, records, kind), records.end)[0]


def _asked_for(requests: pd.DataFrame, records: BedRecords, kind: str) -> pd.DataFrame:
    return requests[(requests["requested_on"] >= records.start) & (requests["to_type"] == kind)]


def beds_needed(records: BedRecords, unit: str | None, blocked_share: float, *, confidence: float) -> pd.DataFrame:
    """Beds that the present load asks for, by kind, if one request in so many may find none free (Erlang's loss formula).

    Columns ``arrivals`` a day, ``mean_days`` of a stay, ``load``, ``beds`` usable now, ``blocked_share``
    at that number, and ``needed`` with the number at each end of the interval.
    """
    stays, stock = records.stays_of(unit), records.stock_of(unit)
    now = stock[stock["month"] == f"{records.end:%Y-%m}"]
    rows = {}
    for kind in KINDS:
        mine = stays[(stays["bed_type"] == kind) & (stays["started_on"] >= records.start)]
        beds = int(now.loc[now["bed_type"] == kind, "beds_usable"].sum())
        rows[kind] = _load_row(mine, beds, records, blocked_share, confidence)
    return pd.DataFrame.from_dict(rows, orient="index")


def _load_row(
    stays: pd.DataFrame, beds: int, records: BedRecords, blocked_share: float, confidence: float
) -> dict[str, float]:
    days = float((records.end - records.start).days + 1)
    ended = stays["ended_on"].notna().to_numpy()
    until = stays["ended_on"].fillna(records.end + pd.Timedelta(days=1))
    lasted = (until - stays["started_on"]).dt.days.to_numpy(np.float64)
    names = ("arrivals", "mean_days", "load", "blocked_share", "needed", "needed_lower", "needed_upper")
    row: dict[str, float] = {"stays": len(stays), "beds": beds, **dict.fromkeys(names, float("nan"))}
    if not len(stays) or not ended.any() or not lasted.sum() > 0:
        return row
    load = offered_load(len(stays), days, lasted, ended=ended, confidence=confidence)
    if load.refusal is not None:
        return row
    row |= {"arrivals": load.arrivals_per_day, "mean_days": load.mean_stay_days}
    row["load"] = load.load
    row["blocked_share"] = float(erlang_b(beds, load.load))
    for name, value in (("needed", load.load), ("needed_lower", load.lower), ("needed_upper", load.upper)):
        row[name] = servers_for_blocking(value, blocked_share).servers
    return row
