"""How households become known, and the advisers who look for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.contracts.relief import RELIEF_CASES
from jingan_analysis.measures.clustered_rates import clustered_wilson
from jingan_analysis.studies.rate_columns import grouped, published_counts, share_columns, with_shares
from jingan_analysis.studies.relief_coverage_workload import active_advisers
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jingan_analysis.disclosure.suppression import Marks
    from jingan_analysis.studies.relief_coverage_records import Records

SOURCES = tuple(choice.code for choice in RELIEF_CASES.column("discovery_source").choices)
WITH_STATION, WITHOUT_STATION = "with_station", "without_station"
PER_HOUSEHOLDS = 1_000
"""Advisers are given per so many eligible households."""


def discovery(
    records: Records,
    proactive: Sequence[str],
    rows: Sequence[str],
    stations: pd.Series | None,
    *,
    confidence: float,
    minimum_cell: int,
) -> tuple[pd.DataFrame, Marks]:
    """Cases opened in the window and those found by the service itself, by sub-district.

    Parameters
    ----------
    stations
        Number of stations by sub-district; None where the district has no such table.
    """
    opened = records.in_window(records.cases)
    unit = opened["household_id"].map(records.households["subdistrict_code"])
    flags = pd.DataFrame({"cases": True, "proactive": opened["discovery_source"].isin(proactive)}, index=opened.index)
    frame = with_shares(grouped(flags, unit, rows, DISTRICT_ROW), {"proactive": "cases"}, confidence=confidence)
    frame, marks = published_counts(
        frame, minimum_cell=minimum_cell, total_row=DISTRICT_ROW, whole_by_part={"proactive": "cases"}
    )
    if stations is not None:
        count = stations.reindex(list(rows), fill_value=0)
        frame["stations"] = [*count, count.sum()]
    return frame, marks


def stations_by_unit(stations: pd.DataFrame, end: pd.Timestamp) -> pd.Series:
    """Stations open on the last day, by sub-district code."""
    is_open = stations["opened_on"].isna() | (stations["opened_on"] <= end)
    return stations.loc[is_open, "subdistrict_code"].value_counts()


def discovery_by_station(
    records: Records,
    proactive: Sequence[str],
    rows: Sequence[str],
    stations: pd.Series,
    *,
    confidence: float,
    minimum_cell: int,
) -> tuple[pd.DataFrame, Marks]:
    """Sub-districts with a station beside the others; cases of one sub-district are one cluster."""
    opened = records.in_window(records.cases)
    unit = opened["household_id"].map(records.households["subdistrict_code"])
    cases = unit.value_counts().reindex(list(rows), fill_value=0)
    found = unit[opened["discovery_source"].isin(proactive)].value_counts().reindex(list(rows), fill_value=0)
    group = np.where(pd.Index(rows).isin(stations.index), 0, 1).astype(np.int64)
    rates = clustered_wilson(
        np.asarray(found, dtype=np.float64), np.asarray(cases, dtype=np.float64), group, 2, confidence=confidence
    )
    frame = pd.DataFrame(
        {
            "units": np.bincount(group, minlength=2),
            "cases": rates.denominator,
            "proactive": rates.numerator,
            "proactive_share": rates.share,
            "proactive_lower": rates.lower,
            "proactive_upper": rates.upper,
        },
        index=[WITH_STATION, WITHOUT_STATION],
    )
    return published_counts(frame, minimum_cell=minimum_cell, total_row=None, whole_by_part={"proactive": "cases"})


def sources(
    records: Records, proactive: Sequence[str], *, confidence: float, minimum_cell: int
) -> tuple[pd.DataFrame, Marks]:
    """Cases opened in the window by how the household became known."""
    opened = records.in_window(records.cases)
    counts = opened["discovery_source"].value_counts().reindex(list(SOURCES), fill_value=0)
    frame = pd.DataFrame({"cases": counts})
    frame.loc["total"] = len(opened)
    frame["opened"] = len(opened)
    frame = with_shares(frame, {"cases": "opened"}, confidence=confidence)
    frame, marks = published_counts(
        frame, minimum_cell=minimum_cell, total_row="total", whole_by_part={"cases": "opened"}
    )
    frame["proactive"] = ["yes" if code in proactive else "no" for code in SOURCES] + [""]
    whole: Marks = dict.fromkeys([("total", "cases_lower"), ("total", "cases_upper")], "z")
    frame.loc["total", ["cases_lower", "cases_upper"]] = np.nan
    return frame.drop(columns="opened"), {cell: mark for cell, mark in (marks | whole).items() if cell[1] != "opened"}


def advisers_by_unit(
    advisers: pd.DataFrame,
    committees: pd.DataFrame,
    eligible: pd.Series,
    rows: Sequence[str],
    *,
    end: pd.Timestamp,
    per_point: int,
    confidence: float,
    minimum_cell: int,
) -> tuple[pd.DataFrame, Marks]:
    """Advisers active on the last day and the committees that have one, by sub-district.

    Parameters
    ----------
    eligible
        Sub-district code of every eligible household.
    per_point
        Advisers that every sub-district's own point should have; those without a committee count there.
    """
    active = active_advisers(advisers, end)
    at_point = active[active["committee_id"].isna()]
    covered = committees["committee_id"].isin(active["committee_id"].dropna())
    counts = {
        "committees": committees["subdistrict_code"],
        "covered": committees.loc[covered, "subdistrict_code"],
        "advisers": active["subdistrict_code"],
        "at_point": at_point["subdistrict_code"],
        "eligible": eligible,
    }
    frame = pd.DataFrame(
        {name: codes.value_counts().reindex(list(rows), fill_value=0) for name, codes in counts.items()}
    )
    frame["points"] = 1
    frame["points_meeting"] = (frame["at_point"] >= per_point).astype("int64")
    frame.loc[DISTRICT_ROW] = frame.sum()
    frame = with_shares(frame, {"covered": "committees", "points_meeting": "points"}, confidence=confidence)
    # One point either has enough advisers or not: only the district's share of points says anything.
    frame.loc[list(rows), share_columns("points_meeting")] = np.nan
    frame["uncovered"] = frame["committees"] - frame["covered"]
    frame["advisers_per_1000"] = (frame["advisers"] / frame["eligible"] * PER_HOUSEHOLDS).where(frame["eligible"] > 0)
    return published_counts(
        frame,
        minimum_cell=minimum_cell,
        total_row=DISTRICT_ROW,
        whole_by_part={},
        alone=("eligible",),
        derived={"eligible": ["advisers_per_1000"]},
    )
