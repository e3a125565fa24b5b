"""Slots and windows: how full days are, who does not come, what a peak day needs, and how long couples wait at the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.measures.rates import wilson_rates
from jingan_analysis.models.censored_demand import censored_demand
from jingan_analysis.models.queueing import mean_wait, servers_for_long_waits, share_waiting_longer
from jingan_analysis.models.served_share import places_for_share, served_share
from jingan_analysis.studies.marriage_registration_days import PEAKS, WEEK, week_or_peak
from jingan_analysis.studies.marriage_registration_records import CAME

if TYPE_CHECKING:
    from jingan_analysis.studies.marriage_registration_days import Calendar
    from jingan_analysis.studies.marriage_registration_records import MarriageRecords

TOTAL = "total"
WINDOW_DAYS = ("weekday", "saturday", *PEAKS)
"""Kinds of day for which windows are reckoned."""


@dataclass(frozen=True)
class Targets:
    """What the office should reach.

    Attributes
    ----------
    wished_share
        Share of those who wish a peak day that should get it.
    wait_minutes, long_wait_share
        A longer wait is long, and so large a share may have one.
    confidence
        Confidence level.
    """

    wished_share: float
    wait_minutes: float
    long_wait_share: float
    confidence: float


def slot_use(records: MarriageRecords, calendar: Calendar, *, confidence: float) -> pd.DataFrame:
    """Slots by day of the week, days that couples choose apart, and all: use and no-shows with intervals."""
    days = records.days
    groups = week_or_peak(pd.DatetimeIndex(days.index), calendar.kinds)
    counts = days[["capacity", "booked", "shown"]].assign(days=1.0, full=(days["booked"] == days["capacity"]) * 1.0)
    frame = counts.groupby(groups).sum()
    frame = frame.reindex([name for name in (*WEEK, *PEAKS) if name in frame.index])
    frame.loc[TOTAL] = frame.sum()
    frame = frame.assign(missing=frame["booked"] - frame["shown"], used=frame["booked"] / frame["capacity"])
    rates = wilson_rates(frame["missing"].to_numpy(), frame["booked"].to_numpy(), confidence=confidence)
    return frame.assign(no_show_share=rates.share, no_show_lower=rates.lower, no_show_upper=rates.upper)


def peak_demand(records: MarriageRecords, calendar: Calendar, targets: Targets) -> pd.DataFrame:
    """What days that couples choose would need: one row a kind.

    A full day tells only that at least so many wished it. The usual number is the mean of ordinary weekdays of the same
    month; now is that of the twelve months up to the last day.

    Returns
    -------
    DataFrame
        ``days``, ``full``, ``ratio``, ``lower``, ``upper``, ``wished`` on such a day now with its interval, ``slots`` on
        the last such day, ``served_share`` with them, and ``needed`` slots; NaN where every day was full.
    """
    days, kinds = records.days, calendar.kinds
    months = pd.Series(pd.DatetimeIndex(days.index).strftime("%Y-%m"), index=days.index)
    ordinary = days["booked"][kinds == "weekday"]
    usual = months.map(ordinary.groupby(months[kinds == "weekday"]).mean())
    now = float(ordinary[ordinary.index >= pd.Timestamp(records.window.year_start)].mean())
    alpha = 0.0 if calendar.found is None else calendar.found.negative_binomial.alpha
    rows = {}
    for kind in PEAKS:
        mine = days[(kinds == kind) & (usual > 0)]
        level = usual.loc[mine.index]
        found = censored_demand(mine["booked"], mine["capacity"], level, alpha=alpha, confidence=targets.confidence)
        rows[kind] = {
            "days": float(found.days), "full": float(found.full),
            "ratio": found.ratio, "lower": found.lower, "upper": found.upper,
            "wished": found.ratio * now, "wished_lower": found.lower * now, "wished_upper": found.upper * now,
            "slots": float(mine["capacity"].iloc[-1]) if len(mine) else np.nan,
        }  # fmt: skip
    frame = pd.DataFrame.from_dict(rows, orient="index")
    return frame[frame["days"] > 0].pipe(_slots_needed, alpha, targets)


def _slots_needed(frame: pd.DataFrame, alpha: float, targets: Targets) -> pd.DataFrame:
    known = frame["wished"] > 0
    served = [served_share(int(row["slots"]), row["wished"], alpha) for _, row in frame[known].iterrows()]
    needed = [float(places_for_share(wished, alpha, targets.wished_share)) for wished in frame["wished"][known]]
    return frame.assign(
        served_share=pd.Series(served, index=frame.index[known], dtype="float64").reindex(frame.index),
        needed=pd.Series(needed, index=frame.index[known], dtype="float64").reindex(frame.index),
    )


def windows(
    records: MarriageRecords, calendar: Calendar, demand: pd.DataFrame, use: pd.DataFrame, targets: Targets
) -> pd.DataFrame | None:
    """Waits at the windows by kind of day (Erlang C); None where windows, opening minutes or visits are not known.

    Returns
    -------
    DataFrame
        ``came`` a day (mean of the twelve months up to the last day), ``minutes`` of a visit, ``windows``, ``load``,
        ``long_share`` who wait longer than the target, ``wait`` in minutes (NaN where the queue never ends), ``needed``
        windows, and ``needed_for_all`` if everybody who wishes the day got it.
    """
    recent = records.days[records.days.index >= pd.Timestamp(records.window.year_start)]
    recent = recent.dropna(subset=["windows", "open_minutes"])
    seen = records.registrations
    seen = seen[seen["result"].isin(CAME) & seen["minutes"].notna()]
    if recent.empty or seen.empty:
        return None
    kind_of_visit = seen["slot_on"].map(calendar.kinds)
    rows = {}
    for kind in WINDOW_DAYS:
        mine = recent[calendar.kinds.loc[recent.index] == kind]
        minutes = seen["minutes"][kind_of_visit == kind]
        if mine.empty or minutes.empty or not mine["shown"].sum() > 0:
            continue
        visit, servers = float(minutes.mean()), round(float(mine["windows"].mean()))
        arrivals = float((mine["shown"] / mine["open_minutes"]).mean())
        load = arrivals * visit
        wait = float(mean_wait(servers, load, visit))
        needed = servers_for_long_waits(load, visit, targets.wait_minutes, targets.long_wait_share).servers
        rows[kind] = {
            "came": float(mine["shown"].mean()), "minutes": visit, "windows": float(servers), "load": load,
            "long_share": float(share_waiting_longer(servers, load, visit, targets.wait_minutes)),
            "wait": wait if np.isfinite(wait) else np.nan, "needed": float(needed),
            "needed_for_all": _for_all(kind, demand, use, visit, float(mine["open_minutes"].mean()), targets),
        }  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index") if rows else None


def _for_all(
    kind: str, demand: pd.DataFrame, use: pd.DataFrame, visit: float, open_minutes: float, targets: Targets
) -> float:
    """Windows if everybody who wishes a peak day got it, as many of them missing it as do; NaN for other days."""
    wished = float(demand["wished"].get(kind, np.nan))
    if not wished > 0:
        return float("nan")
    came = wished * (1.0 - float(use["no_show_share"].get(kind, 0.0)))
    load = came / open_minutes * visit
    return float(servers_for_long_waits(load, visit, targets.wait_minutes, targets.long_wait_share).servers)
