"""Where couples come from, whether they keep their appointments, and what a visit at the window takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.contracts.marriage import TYPES
from jingan_analysis.measures.rates import wilson_rates
from jingan_analysis.studies.marriage_registration_records import CAME, OPENED
from jingan_analysis.studies.rate_columns import with_shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jingan_analysis.studies.marriage_registration_records import MarriageRecords

TOTAL = "total"
COMPARED = "compared"
"""The months of the city's published share."""
STAGES = ("before", *OPENED)
OTHER = "other"
"""Divorces and certificates that are issued again."""
TYPE_CODES = tuple(choice.code for choice in TYPES)


def scopes(records: MarriageRecords, *, confidence: float) -> pd.DataFrame:
    """Marriages of the period by scope, with shares."""
    counts = records.in_window["scope"].value_counts().reindex(list(records.scopes)).fillna(0).astype("float64")
    frame = pd.DataFrame({"marriages": counts})
    whole = float(counts.sum())
    frame = frame.join(_shares(frame["marriages"], np.full(len(frame), whole), frame.index, "", confidence))
    frame.loc[TOTAL, "marriages"] = whole
    return frame


def types(records: MarriageRecords, *, confidence: float) -> pd.DataFrame:
    """What was registered in the period by type, with shares."""
    done = records.done_in_window(*TYPE_CODES)["reg_type"].value_counts().reindex(list(TYPE_CODES)).fillna(0)
    frame = pd.DataFrame({"registered": done.astype("float64")})
    whole = float(frame["registered"].sum())
    frame = frame.join(_shares(frame["registered"], np.full(len(frame), whole), frame.index, "", confidence))
    frame.loc[TOTAL, "registered"] = whole
    return frame


def kept(records: MarriageRecords, *, confidence: float) -> pd.DataFrame:
    """Appointments up to the last day, marriages and the other types: ``booked``, ``shown``, ``missing`` and their share."""
    table = records.registrations
    due = table[table["slot_on"].notna() & (table["slot_on"] <= records.end)]
    due = due[due["result"].isin([*CAME, "not_shown"])]
    counts = pd.DataFrame(
        {"booked": 1.0, "shown": due["result"].isin(CAME) * 1.0, "missing": (due["result"] == "not_shown") * 1.0},
        index=due.index,
    )
    kind = due["reg_type"].astype(object).where(due["reg_type"] == "marriage", OTHER)
    frame = counts.groupby(kind).sum().reindex(["marriage", OTHER]).fillna(0.0)
    frame.loc[TOTAL] = frame.sum()
    return frame.join(_shares(frame["missing"], frame["booked"].to_numpy(), frame.index, "no_show_", confidence))


def stages(records: MarriageRecords, months: Sequence[str], benchmark: float, *, confidence: float) -> pd.DataFrame:
    """Marriages by scope before the openings, after each, and in the months of the city's published share.

    Parameters
    ----------
    months
        Of the city's published share; empty where there is nothing to hold against it.

    Returns
    -------
    DataFrame
        Rows with any marriage: a count by scope, ``marriages``, and the share registered city-wide with its interval and
        its difference from the benchmark in percentage points.
    """
    marriages = records.marriages
    day = marriages["done_on"]
    first = [pd.Timestamp.min, *records.openings.values(), pd.Timestamp.max]
    chosen = {
        stage: (day >= start) & (day < stop) for stage, start, stop in zip(STAGES, first, first[1:], strict=False)
    }
    chosen[COMPARED] = day.dt.strftime("%Y-%m").isin(list(months))
    rows = {
        stage: marriages["scope"][mine].value_counts().reindex(list(records.scopes)).fillna(0)
        for stage, mine in chosen.items()
    }
    frame = pd.DataFrame.from_dict(rows, orient="index").astype("float64")
    frame = frame.assign(marriages=frame.sum(axis=1))
    frame = frame[frame["marriages"] > 0]
    shares = _shares(frame["city"], frame["marriages"].to_numpy(), frame.index, "cross_", confidence)
    return frame.join(shares).assign(difference=100.0 * (shares["cross_share"] - benchmark))


def visits(records: MarriageRecords, *, confidence: float, types: Sequence[str] = ("marriage",)) -> pd.DataFrame:
    """Minutes at the window and missing documents of couples who came, by scope and together."""
    table = records.registrations
    came = table[table["reg_type"].isin(list(types)) & table["result"].isin(CAME)]
    rows = {}
    for scope in (*records.scopes, TOTAL):
        mine = came if scope == TOTAL else came[came["scope"] == scope]
        if mine.empty:
            continue
        minutes, documents = mine["minutes"].dropna().to_numpy(dtype=np.float64), mine["documents_short"].dropna()
        rows[scope] = {
            "came": float(len(mine)),
            "timed": float(len(minutes)),
            "median": float(np.median(minutes)) if len(minutes) else np.nan,
            "p90": float(np.quantile(minutes, 0.9)) if len(minutes) else np.nan,
            "noted": float(len(documents)),
            "short": float(documents.astype(bool).sum()),
        }
    frame = pd.DataFrame.from_dict(rows, orient="index")
    if frame.empty:
        return frame
    return with_shares(frame, {"short": "noted"}, confidence=confidence)


def _shares(part: pd.Series, whole: np.ndarray, index: pd.Index, prefix: str, confidence: float) -> pd.DataFrame:
    rates = wilson_rates(part.to_numpy(), whole, confidence=confidence)
    names = ("share", "lower", "upper")
    return pd.DataFrame({f"{prefix}{name}": getattr(rates, name) for name in names}, index=index)
