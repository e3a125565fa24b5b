"""What advisers carry and what they have learned: the cases in their charge, and their training."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import SEED, stream
from jingan_analysis.demo.planted import Planted
from jingan_analysis.demo.relief_households import Register

_STAGES = {
    "primary": ("2022-11-05", 6, 3.0),
    "intermediate": ("2023-06-10", 5, 6.0),
    "advanced": ("2024-03-16", 4, 12.0),
}
"""First day, number of sessions, hours of each."""
_GOES_ON = {"primary": 0.95, "intermediate": 0.62, "advanced": 0.45}
"""Chance that an adviser takes part in a stage, given the stage before."""
_NOBODY = 0.04


def close_cases(
    register: Register, first: pd.DataFrame, advisers: pd.DataFrame, planted: Planted, seed: int = SEED
) -> pd.DataFrame:
    """Make the table ``relief_cases``: with who is in charge, and when assessed ones closed without a service."""
    cases = register.cases
    closed = cases["case_id"].map(first.set_index("case_id")["closed_on"].dt.strftime("%Y-%m-%d")).fillna("")
    return cases.assign(
        closed_on=cases["closed_on"].where(cases["closed_on"] != "", closed),
        adviser_id=_in_charge(cases, register.households, advisers, planted, seed),
    )


def _in_charge(
    cases: pd.DataFrame, households: pd.DataFrame, advisers: pd.DataFrame, planted: Planted, seed: int
) -> NDArray[np.str_]:
    """Adviser of each case: one of its unit by full-time equivalent, or the one who carries most; empty for nobody."""
    random = stream("charge", seed)
    home = households.set_index("household_id")["subdistrict_code"]
    units = cases["household_id"].map(home).to_numpy()
    active = advisers[advisers["left_on"] == ""]
    charge = np.full(len(cases), "", dtype="U8")
    for code, here in active.groupby("subdistrict_code"):
        rows = np.flatnonzero(units == code)
        chance = here["fte"].to_numpy(np.float64)
        charge[rows] = random.choice(here["adviser_id"].to_numpy(), len(rows), p=chance / chance.sum())
        alone = rows[random.random(len(rows)) < planted.one_adviser_share.get(str(code), 0.0)]
        charge[alone] = here["adviser_id"].iloc[0]
    charge[random.random(len(cases)) < _NOBODY] = ""
    return charge


def train(advisers: pd.DataFrame, seed: int = SEED) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the tables ``training_sessions`` and ``training_records``: a stage is for those who did the one before."""
    random = stream("training", seed)
    sessions: list[dict[str, Any]] = []
    records: list[pd.DataFrame] = []
    ready = advisers["registered_on"].to_numpy().astype("datetime64[D]")
    for stage, (first_day, count, hours) in _STAGES.items():
        days = np.datetime64(first_day) + 56 * np.arange(count)
        ids = np.array([f"T{len(sessions) + number + 1:02d}" for number in range(count)])
        sessions += [
            {"session_id": name, "stage": stage, "held_on": str(day), "hours": hours}
            for name, day in zip(ids, days, strict=True)
        ]
        # Any of the sessions that are still to come, once the stage before is done.
        earliest = np.searchsorted(days, ready)
        session = np.minimum(earliest + random.integers(0, 3, len(advisers)), count - 1)
        invited = earliest < count
        came = invited & (random.random(len(advisers)) < _GOES_ON[stage])
        booked = came | (invited & (random.random(len(advisers)) < 0.2))
        records.append(
            pd.DataFrame(
                {
                    "adviser_id": advisers["adviser_id"].to_numpy()[booked],
                    "session_id": ids[session[booked]],
                    "attended": came[booked],
                }
            )
        )
        ready = np.where(came, days[session], np.datetime64("2100-01-01"))
    return pd.DataFrame(sessions), pd.concat(records, ignore_index=True).sort_values(
        ["adviser_id", "session_id"], ignore_index=True
    )
