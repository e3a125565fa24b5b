"""Occupancy of the five kinds of bed: bed-days by month, and the change split into residents and beds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.models.occupancy_change import occupancy_change
from jingan_analysis.studies.bed_linkage_records import KINDS
from jingan_analysis.tables.columns import POINTS

if TYPE_CHECKING:
    from jingan_analysis.studies.period import Period


def by_month(stock: pd.DataFrame, kind: str = "institution") -> pd.DataFrame:
    """Bed-days of one kind by month: ``occupied_bed_days``, ``usable_bed_days`` and their quotient ``share``."""
    mine = stock[stock["bed_type"] == kind]
    sums = mine.groupby("month")[["occupied_bed_days", "usable_bed_days"]].sum().astype("float64")
    return sums.assign(share=sums["occupied_bed_days"] / sums["usable_bed_days"].where(sums["usable_bed_days"] > 0))


def occupancy_by_kind(stock: pd.DataFrame, window: Period) -> pd.DataFrame:
    """One row a kind: beds and occupancy of the last month, of the calendar year before, and why it changed.

    Columns ``beds`` (usable beds a day of the last month), ``share`` (occupied over usable bed-days), ``point_share`` (on
    the 15th, of institutions that counted it), ``before_share`` (all of the calendar year before), ``change``,
    ``by_residents`` and ``by_beds`` in percentage points.
    """
    last, year = f"{window.end:%Y-%m}", str(window.end.year - 1)
    rows = {kind: _row(stock[stock["bed_type"] == kind], last, year) for kind in KINDS}
    return pd.DataFrame.from_dict(rows, orient="index")


def _row(stock: pd.DataFrame, last: str, year: str) -> dict[str, float]:
    now, before = stock[stock["month"] == last], stock[stock["month"].str.startswith(year)]
    counted = now.dropna(subset=["occupied_mid_month"])
    row = {
        "beds": _a_day(now, "usable_bed_days"),
        "share": _quotient(now["occupied_bed_days"].sum(), now["usable_bed_days"].sum()),
        "point_share": _quotient(counted["occupied_mid_month"].sum(), counted["beds_usable"].sum()),
        "before_share": _quotient(before["occupied_bed_days"].sum(), before["usable_bed_days"].sum()),
        "change": np.nan,
        "by_residents": np.nan,
        "by_beds": np.nan,
    }
    if row["share"] >= 0 and row["before_share"] >= 0:
        numbers = [_a_day(part, f"{what}_bed_days") for part in (before, now) for what in ("occupied", "usable")]
        change = occupancy_change(*([number] for number in numbers), order="beds_first")
        parts = {"change": change.change, "by_residents": change.by_residents, "by_beds": change.by_beds}
        row |= {name: float(part[0]) * POINTS for name, part in parts.items()}
    return row


def _a_day(stock: pd.DataFrame, column: str) -> float:
    """Beds on an average day of the months told of."""
    months = pd.PeriodIndex(stock["month"].unique(), freq="M")
    days = float(np.sum(months.days_in_month))
    return float(stock[column].sum()) / days if days else float("nan")


def _quotient(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole > 0 else float("nan")
