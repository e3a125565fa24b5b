"""Assessments: which needs a household has, and which of them are left at the second one."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import SEED, days_later, stream
from jingan_analysis.demo.planted import Planted
from jingan_analysis.demo.relief_households import Register
from jingan_analysis.demo.units import read_data

NEED_FROM = 0.5
"""A score from here on stands for a need found; no score lies near it."""

_SERVED_LONG_ENOUGH_DAYS = 30


def needs_list() -> list[str]:
    """All need dimensions in order."""
    return list(read_data("relief.toml")["needs"])


def score_columns() -> list[str]:
    """Names of the score columns in order."""
    return [f"score_{need}" for need in needs_list()]


def assess_first(register: Register, planted: Planted, seed: int = SEED) -> pd.DataFrame:
    """First assessments, one row an assessed household: scores, grade, ``fate``, sub-district and case."""
    random = stream("assessments", seed)
    first = register.cases[register.cases["fate"].isin(["window", "before"])]
    table = first[["household_id", "case_id", "fate", "assessed_on"]].reset_index(drop=True)
    unit_of = register.households.set_index("household_id")["subdistrict_code"]
    table["subdistrict_code"] = table["household_id"].map(unit_of)
    tilt = table["subdistrict_code"].map(planted.need_tilt).fillna(1.0).to_numpy(dtype=np.float64)
    chance = [row["found"] for row in read_data("relief.toml")["needs"].values()]
    found = random.random((len(table), len(chance))) < np.minimum(0.95, np.outer(tilt, chance))
    return _scored(table, found, random)


def assess_again(first: pd.DataFrame, planted: Planted, seed: int = SEED) -> pd.DataFrame:
    """Second assessments of some households, at least 90 days later and in the same period as the first.

    ``first`` has a column ``first_service_on``: a need is resolved only where there was a service well before.
    """
    random = stream("reassessments", seed)
    pieces = [_chosen_again(first, fate, random) for fate in ("window", "before")]
    table = pd.concat(pieces, ignore_index=True)
    had = table[score_columns()].to_numpy() >= NEED_FROM
    waited = (table["assessed_on"] - table["first_service_on"]).dt.days.to_numpy()
    served = np.nan_to_num(waited, nan=-1) >= _SERVED_LONG_ENOUGH_DAYS
    resolved = (random.random(had.shape) < planted.resolved_chance) & served[:, None]
    appeared = random.random(had.shape) < 0.02
    return _scored(table, (had & ~resolved) | appeared, random)


def _scored(table: pd.DataFrame, found: NDArray[np.bool_], random: np.random.Generator) -> pd.DataFrame:
    scores = np.where(found, random.uniform(0.52, 0.98, found.shape), random.uniform(0.0, 0.42, found.shape)).round(2)
    total = scores.sum(axis=1).round(2)
    scored = pd.DataFrame(scores, columns=score_columns(), index=table.index)
    kept = table.drop(columns=[*score_columns(), "grade"], errors="ignore")
    return pd.concat([kept, scored], axis=1).assign(
        grade=np.select([total >= 4.6, total >= 3.3], ["high", "medium"], "low")
    )


def _chosen_again(first: pd.DataFrame, fate: str, random: np.random.Generator) -> pd.DataFrame:
    declared = read_data("relief.toml")
    start, end = (np.datetime64(declared["window"][name]) for name in ("first_day", "last_day"))
    last = end if fate == "window" else days_later(start, -1)
    assessed = first["assessed_on"].to_numpy().astype("datetime64[D]")
    pool = np.flatnonzero((first["fate"] == fate).to_numpy() & (assessed <= days_later(last, -100)))
    count = declared["households"]["reassessed_in_window" if fate == "window" else "reassessed_before"]
    chosen = np.sort(random.choice(pool, count, replace=False))
    later = np.minimum(assessed[chosen] + random.integers(90, 200, count), last)
    return first.iloc[chosen].reset_index(drop=True).assign(assessed_on=later.astype("datetime64[s]"))


def assessment_table(first: pd.DataFrame, again: pd.DataFrame) -> pd.DataFrame:
    """Make the table ``need_assessments``."""
    columns = ["household_id", "assessed_on", *score_columns(), "grade"]
    table = pd.concat([first[columns], again[columns]], ignore_index=True)
    table["assessed_on"] = table["assessed_on"].dt.strftime("%Y-%m-%d")
    table = table.sort_values(["assessed_on", "household_id"], ignore_index=True)
    table.insert(0, "assessment_id", [f"N{number + 1:05d}" for number in range(len(table))])
    return table
