"""From application to acceptance: how far applications come, how they end, and how long it takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.errors import LedgerDoesNotClose
from jingan_analysis.models.competing_risks import cumulative_incidence, incidence_at
from jingan_analysis.studies.compared_shares import Comparison, compared_shares
from jingan_analysis.studies.home_retrofits_records import REASONS, STAGES
from jingan_analysis.studies.numbers_at_risk import with_followed
from jingan_analysis.studies.reached_within import reached_within
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from jingan_analysis.studies.home_retrofits_records import RetrofitRecords
    from jingan_analysis.vocabulary import Mark

CAUSES = {"accepted": 1, "withdrawn": 2, "refused": 3, "moved_away": 4, "died": 5}
"""How an application may end; 0 is open."""
CURVE_DAYS = tuple(range(15, 241, 15))
ENDS = (*REASONS, "open")
TOTAL = "total"


def stages(records: RetrofitRecords, unit: str | None) -> pd.DataFrame:
    """One row a stage but the last, and ``total``: who reached it, who came to the next, and what became of the rest.

    Columns ``reached``, ``next``, one a reason of an end, ``open``, ``of_first`` and ``of_stage`` (shares that came to the
    next stage, of all applications and of those at this one; NaN where there are none).

    Raises
    ------
    LedgerDoesNotClose
        If somebody at a stage neither went on, nor ended, nor is open.
    """
    table = records.of(unit)
    reached = records.stage(table)
    ended = table["end_reason"].fillna("open").to_numpy()
    rows: dict[str, dict[str, float]] = {}
    for number, stage in enumerate(STAGES[:-1], start=1):
        here = reached == number
        row: dict[str, float] = {"reached": int((reached >= number).sum()), "next": int((reached > number).sum())}
        rows[stage] = row | {end: int((here & (ended == end)).sum()) for end in ENDS}
    frame = pd.DataFrame.from_dict(rows, orient="index")
    total = {"reached": len(table), "next": int((reached == len(STAGES)).sum())}
    frame.loc[TOTAL] = total | {end: frame[end].sum() for end in ENDS}
    gap = frame["reached"] - frame["next"] - frame[list(ENDS)].sum(axis=1)
    if (gap != 0).any():
        raise LedgerDoesNotClose(f"stages of adapted homes: {int(gap.abs().max())} applications are lost at a stage")
    frame = frame.astype("int64")
    return frame.assign(
        of_stage=frame["next"] / frame["reached"].where(frame["reached"] > 0),
        of_first=frame["next"] / len(table) if len(table) else np.nan,
    )


def spells(applications: pd.DataFrame, end: pd.Timestamp) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Days from each application to its end or the last day, and how it ended."""
    until = applications["accepted_on"].fillna(applications["ended_on"]).fillna(end)
    cause = applications["end_reason"].map(CAUSES).fillna(0).astype(np.int64)
    cause = cause.mask(applications["accepted_on"].notna(), CAUSES["accepted"])
    return (until - applications["applied_on"]).dt.days.to_numpy().astype(np.float64), cause.to_numpy().astype(np.int64)


def by_unit(records: RetrofitRecords, codes: Sequence[str], within_days: int, *, confidence: float) -> pd.DataFrame:
    """Applications by sub-district, the district last.

    Columns ``applications``, ``accepted``, ``withdrawn``, ``other`` (refused, moved away, died), ``open``, ``median_days`` (until
    half of all applications have come to acceptance; NaN where that is not reached) and ``within_share`` with its interval
    (accepted within the days, of all applications: cumulative incidence).
    """
    table = records.applications
    parts = {code: table[table["subdistrict_code"] == code] for code in codes} | {DISTRICT_ROW: table}
    rows = {name: _unit_row(part, records.end, within_days, confidence) for name, part in parts.items()}
    return pd.DataFrame.from_dict(rows, orient="index")


def _unit_row(applications: pd.DataFrame, end: pd.Timestamp, within_days: int, confidence: float) -> dict[str, float]:
    days, cause = spells(applications, end)
    counts = {name: int((cause == code).sum()) for name, code in CAUSES.items()}
    row: dict[str, float] = {"applications": len(applications), "accepted": counts["accepted"]}
    row |= {"withdrawn": counts["withdrawn"], "other": sum(counts[name] for name in ("refused", "moved_away", "died"))}
    row["open"] = int((cause == 0).sum())
    return row | reached_within(days, cause, CAUSES["accepted"], within_days, confidence=confidence)


def incidence_curve(
    records: RetrofitRecords, unit: str | None, *, confidence: float, minimum_cell: int
) -> tuple[pd.DataFrame, dict[tuple[str, str], Mark]] | None:
    """Where applications stand by days: accepted, withdrawn, ended otherwise, open; and how many are still followed.

    None where nobody was accepted yet.
    """
    days, cause = spells(records.of(unit), records.end)
    if not (cause == CAUSES["accepted"]).any():
        return None
    merged = np.minimum(cause, CAUSES["refused"])
    curve = cumulative_incidence(days, merged, confidence=confidence)[0]
    at = incidence_at(curve, np.array(CURVE_DAYS, dtype=np.float64))
    frame = pd.DataFrame(index=[str(day) for day in CURVE_DAYS])
    for place, name in enumerate(("accepted", "withdrawn", "other")):
        there = place < len(at.incidence)
        frame[f"{name}_share"] = at.incidence[place] if there else 0.0
        if name != "other":
            frame[f"{name}_lower"] = at.lower[place] if there else np.nan
            frame[f"{name}_upper"] = at.upper[place] if there else np.nan
    frame["open_share"] = at.survival
    return with_followed(frame, days, minimum_cell=minimum_cell)


def compared(
    records: RetrofitRecords, codes: Sequence[str], cause: str, within_days: int, *, confidence: float
) -> Comparison | None:
    """Sub-districts by the share of applications that ended in one way within the days; None with too few of them.

    Only applications made so long before the last day are counted, so that each had its time: a share without censoring.
    The columns are those of a comparison of shares.
    """
    table = records.applications
    old = table[table["applied_on"] <= records.end - pd.Timedelta(days=within_days)]
    days, ended = spells(old, records.end)
    part = pd.Series((ended == CAUSES[cause]) & (days <= within_days), index=old.index)
    counts = pd.DataFrame({"whole": True, "part": part}).groupby(old["subdistrict_code"]).sum()
    counts = counts.reindex(list(codes), fill_value=0).astype("int64")
    return compared_shares(counts, confidence=confidence)
