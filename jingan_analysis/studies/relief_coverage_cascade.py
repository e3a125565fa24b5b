"""From the register to a service and back: who is known, assessed, planned for, served and assessed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.contracts.relief import HOUSEHOLDS
from jingan_analysis.disclosure.suppression import Marks, without_suppressed
from jingan_analysis.studies.rate_columns import (
    grouped,
    missing_marks,
    published_counts,
    share_columns,
    with_shares,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from jingan_analysis.studies.relief_coverage_records import Records

CATEGORIES = tuple(choice.code for choice in HOUSEHOLDS.column("relief_category").choices)
COVERAGE = {"known": "eligible", "assessed": "eligible", "served": "eligible", "never_served": "eligible"}
"""Counts of the coverage tables by sub-district and category, with their denominator."""
LOSSES = (("assessed", "known"), ("served", "assessed"))
"""Columns of these tables whose difference is a loss between two steps."""


def first_days(records: Records) -> pd.DataFrame:
    """First day of each kind of record, one row an eligible household; NaT where there is none."""
    kinds = {"known": records.cases, "assessed": records.assessments}
    if records.plans is not None:
        kinds["planned"] = records.plans
    kinds |= {"served": records.events, "reassessed": assessed_again(records)}
    index = records.eligible.index
    return pd.DataFrame(
        {step: table.groupby("household_id")["day"].min().reindex(index) for step, table in kinds.items()}
    )


def assessed_again(records: Records) -> pd.DataFrame:
    """Assessments after the household's first one and after its first service: they can tell what the service did."""
    table = records.assessments
    first = table.groupby("household_id")["day"].transform("min")
    served = records.events.groupby("household_id")["day"].min().reindex(table["household_id"]).to_numpy()
    return table[(table["day"] > first) & (table["day"] > served)]


def steps_reached(days: pd.DataFrame) -> pd.DataFrame:
    """Whether a household has reached each step *and every step before it*; the eligible are the first."""
    having = days.notna()
    steps = pd.DataFrame({"eligible": np.ones(len(days), dtype=bool)}, index=days.index)
    for step, before in zip(having.columns, steps_before(days), strict=True):
        steps[step] = having[step] & steps[before]
    return steps


def steps_before(days: pd.DataFrame) -> list[str]:
    """The step before each step."""
    return ["eligible", *days.columns[:-1]]


def cascade(
    steps: pd.DataFrame, *, confidence: float, minimum_cell: int, hidden: Collection[str] = ()
) -> tuple[pd.DataFrame, Marks]:
    """One row a step: households, share of the eligible, share of the step before, and who was lost.

    ``hidden`` are steps whose count another table of the report suppresses.
    """
    households = steps.sum().astype("int64")
    frame = pd.DataFrame({"households": households, "eligible": households["eligible"]})
    frame["previous"] = households.shift(1)
    frame["lost"] = frame["previous"] - frame["households"]
    frame = with_shares(frame, {"households": "eligible"}, confidence=confidence)
    later = with_shares(
        frame.iloc[1:].assign(step=frame["households"].iloc[1:]), {"step": "previous"}, confidence=confidence
    )
    for name in share_columns("step"):
        frame[name] = later[name]
    # All of the eligible are eligible: an interval around that would be nonsense.
    frame.loc["eligible", ["households_lower", "households_upper"]] = np.nan
    frame = frame.drop(columns=["eligible", "previous"])
    marks = missing_marks(frame) | _small_steps(frame, minimum_cell, hidden)
    return without_suppressed(frame, marks), marks


def _small_steps(frame: pd.DataFrame, minimum_cell: int, hidden: Collection[str]) -> Marks:
    """A small step, or a small loss beside it, hides the step and what the next row would give away."""
    lost_small = frame["lost"].between(1, minimum_cell - 1)
    small = frame["households"].between(1, minimum_cell - 1) | lost_small | frame.index.isin(list(hidden))
    if "planned" in frame.index:
        # The other tables show who is served but not who is planned for: hide the planned as well.
        small["planned"] |= bool(lost_small["served"])
    change = ["lost", *share_columns("step")]
    marks: Marks = {}
    for position, step in enumerate(frame.index):
        if small.iloc[position]:
            marks |= {(str(step), column): "c" for column in ("households", *share_columns("households"))}
        if position and small.iloc[position - 1 : position + 1].any():
            marks |= {(str(step), column): "c" for column in change}
    return marks


def coverage(
    steps: pd.DataFrame,
    days: pd.DataFrame,
    group: pd.Series,
    rows: Sequence[str],
    *,
    total_row: str,
    confidence: float,
    minimum_cell: int,
    hidden_totals: Collection[str] = (),
) -> tuple[pd.DataFrame, Marks]:
    """Coverage of the eligible by group, with the total of all eligible households."""
    flags = steps[["eligible", "known", "assessed", "served"]].assign(never_served=days["served"].isna())
    frame = with_shares(grouped(flags, group, rows, total_row), COVERAGE, confidence=confidence)
    return published_counts(
        frame,
        minimum_cell=minimum_cell,
        total_row=total_row,
        whole_by_part=COVERAGE,
        steps=LOSSES,
        hidden_totals=hidden_totals,
    )


def order_breaks(days: pd.DataFrame) -> pd.DataFrame:
    """Eligible households with a record but none of the step before, or with one that is earlier than it."""
    found = {}
    # The first step has none before it, and an assessment is called one again only after a service.
    for step, before in list(zip(days.columns, steps_before(days), strict=True))[1:-1]:
        having = days[step].notna()
        found[step] = {
            "without": int((having & days[before].isna()).sum()),
            "earlier": int((having & (days[step] < days[before])).sum()),
        }
    return pd.DataFrame.from_dict(found, orient="index", columns=["without", "earlier"])


def flow(records: Records, *, confidence: float, minimum_cell: int) -> tuple[pd.DataFrame, Marks]:
    """What happened in the window: records, distinct households, how many for the first time."""
    kinds = {
        "known": records.cases,
        "assessed": records.assessments,
        "planned": records.plans,
        "served": records.events,
    }
    register = records.households.index[records.households["in_window"]]
    found = {}
    for step, table in kinds.items():
        if table is None:
            continue
        window = records.in_window(table)
        households = pd.Index(window["household_id"].unique())
        first = table.groupby("household_id")["day"].min() >= records.start
        found[step] = {
            "records": len(window),
            "households": len(households),
            "first_time": int(first.sum()),
            "on_register": int((register.get_indexer(households) >= 0).sum()),
            "register": len(register),
        }
    frame = with_shares(
        pd.DataFrame.from_dict(found, orient="index"), {"on_register": "register"}, confidence=confidence
    )
    return published_counts(
        frame,
        minimum_cell=minimum_cell,
        total_row=None,
        whole_by_part={"on_register": "register", "first_time": "households"},
        derived={"households": ["records"]},
    )
