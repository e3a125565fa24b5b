"""What relief advisers have learned and what they carry: training, open cases, and the fewest moves to a fair load.

Advisers are persons. What leaves this module are counts of a whole sub-district; where fewer than three advisers stand
behind a number, :func:`of_few_advisers` hides it, so that nobody's own load can be read off a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.contracts.relief_supply import TRAINING_SESSIONS
from jingan_analysis.measures.workload import workload
from jingan_analysis.models.rebalancing import fewest_moves
from jingan_analysis.studies.rate_columns import share_columns, with_shares
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from jingan_analysis.disclosure.suppression import Marks

STAGES = tuple(choice.code for choice in TRAINING_SESSIONS.column("stage").choices)
"""Stages of training in their order."""
ACTIVE = "active"
"""First row of the funnel of training."""
FEWEST_ADVISERS = 3
"""With two advisers behind a number, each of them could work out the other's."""


@dataclass(frozen=True)
class Charges:
    """Open cases and who has them in charge on the last day.

    Attributes
    ----------
    advisers
        One row an active adviser with working time: ``unit``, ``full_time`` (equivalents, above 0) and ``cases``. It is
        never shown.
    open_cases
        All cases open on the last day.
    left_out
        Open cases that are in no load, by reason: ``open_nobody`` (no adviser in charge), ``open_left`` (one who is not
        active on the last day), ``open_no_time`` (one whose full-time equivalent is unknown or zero).
    advisers_no_time
        Active advisers whose full-time equivalent is unknown or zero.
    """

    advisers: pd.DataFrame
    open_cases: int
    left_out: dict[str, int]
    advisers_no_time: int

    @property
    def in_load(self) -> int:
        """Open cases of active advisers with working time."""
        return int(self.advisers["cases"].sum())


def active_advisers(advisers: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Advisers registered on or before the last day and not gone before it."""
    left = advisers["left_on"]
    return advisers[(advisers["registered_on"] <= end) & (left.isna() | (left >= end))]


def training(
    advisers: pd.DataFrame,
    sessions: pd.DataFrame,
    records: pd.DataFrame,
    *,
    end: pd.Timestamp,
    stages: Sequence[str] = STAGES,
    confidence: float,
) -> pd.DataFrame:
    """Funnel of training among the advisers active on the last day.

    Parameters
    ----------
    advisers, sessions, records
        The tables ``advisers``, ``training_sessions`` and ``training_records``.
    end
        Last day; a session counts if it was held by then.
    stages
        Stages in their order.

    Returns
    -------
    DataFrame
        Rows ``active`` and the stages: ``sessions`` held, ``advisers`` who attended the stage and every one before it,
        their share of the active (``advisers_share`` with bounds) and of the step before (``step_share`` with bounds),
        and ``without``, advisers who attended the stage but not every one before it. What does not apply is NaN: all of
        the first row but its count, ``without`` of the first stage, shares of a stage that was not held.
    """
    active = active_advisers(advisers, end)["adviser_id"]
    held = sessions[sessions["held_on"] <= end]
    stage_of = records["session_id"].map(held.set_index("session_id")["stage"])
    came = records["attended"].astype(bool)
    reached = pd.Series(data=True, index=active.index)
    rows: dict[str, dict[str, float]] = {ACTIVE: {"sessions": np.nan, "advisers": len(active), "without": np.nan}}
    for number, stage in enumerate(stages):
        attended = active.isin(records.loc[came & (stage_of == stage), "adviser_id"])
        without = int((attended & ~reached).sum()) if number else np.nan
        reached &= attended
        sessions_held = int((held["stage"] == stage).sum())
        rows[stage] = {"sessions": sessions_held, "advisers": int(reached.sum()), "without": without}
    return _funnel_shares(pd.DataFrame.from_dict(rows, orient="index"), confidence)


def _funnel_shares(frame: pd.DataFrame, confidence: float) -> pd.DataFrame:
    count = frame["advisers"]
    wholes = frame.assign(active=count.iloc[0], step=count, previous=count.shift(1, fill_value=count.iloc[0]))
    found = with_shares(wholes, {"advisers": "active", "step": "previous"}, confidence=confidence)
    shares = [*share_columns("advisers"), *share_columns("step")]
    # All of all need no share, and of a stage that was never held nobody can have a share.
    found.loc[~(found["sessions"] > 0), shares] = np.nan
    return found[["sessions", "advisers", *shares, "without"]]


def charges_of(advisers: pd.DataFrame, cases: pd.DataFrame, *, end: pd.Timestamp) -> Charges:
    """Find the open cases and the active advisers who have them in charge.

    Parameters
    ----------
    advisers
        The table ``advisers``.
    cases
        One row a case: ``day`` of opening, ``closed_on`` and ``adviser_id``. A case that closes on the last day is closed.
    end
        Last day of the period.
    """
    active = active_advisers(advisers, end)
    working = active[active["fte"] > 0]
    charge = cases.loc[(cases["day"] <= end) & ~(cases["closed_on"] <= end), "adviser_id"]
    someone = charge.notna()
    here, at_work = charge.isin(active["adviser_id"]), charge.isin(working["adviser_id"])
    held = charge[at_work].value_counts()
    return Charges(
        advisers=pd.DataFrame(
            {
                "unit": working["subdistrict_code"].to_numpy(),
                "full_time": working["fte"].to_numpy(dtype=np.float64),
                "cases": held.reindex(working["adviser_id"], fill_value=0).to_numpy(dtype=np.int64),
            }
        ),
        open_cases=len(charge),
        left_out={
            "open_nobody": int((~someone).sum()),
            "open_left": int((someone & ~here).sum()),
            "open_no_time": int((here & ~at_work).sum()),
        },
        advisers_no_time=len(active) - len(working),
    )


def workload_by_unit(charges: Charges, rows: Sequence[str], *, norm: float) -> pd.DataFrame:
    """Load by the adviser's sub-district, with the whole district, computed from all its advisers, last.

    Returns
    -------
    DataFrame
        ``advisers`` with working time, ``full_time`` equivalents, open ``cases``, ``load`` (all cases over all working
        time), ``gini`` of the load (advisers weighted by working time), ``over`` (advisers above the norm) and ``excess``
        (whole cases above it). Load and Gini are NaN where there is no working time, the Gini also without cases.
    """
    found = {row: _load(mine, norm) for row, mine in _parts(charges, rows).items()}
    found[DISTRICT_ROW] = _load(charges.advisers, norm)
    return pd.DataFrame.from_dict(found, orient="index")


def _parts(charges: Charges, rows: Iterable[str]) -> dict[str, pd.DataFrame]:
    return {row: charges.advisers[charges.advisers["unit"] == row] for row in rows}


def _load(advisers: pd.DataFrame, norm: float) -> dict[str, float]:
    cases, time = advisers["cases"].to_numpy(), advisers["full_time"].to_numpy()
    counts = {"advisers": len(advisers), "full_time": float(time.sum()), "cases": int(cases.sum())}
    if advisers.empty:
        return counts | {"load": np.nan, "gini": np.nan, "over": 0, "excess": 0}
    found = workload(cases, time, norm=norm)
    excess = np.maximum(cases - _room(time, norm), 0)
    return counts | {
        "load": found.mean,
        "gini": found.gini,
        "over": int((excess > 0).sum()),
        "excess": int(excess.sum()),
    }


def _room(full_time: NDArray[np.float64], norm: float) -> NDArray[np.int64]:
    """Whole cases within the norm, rounded as :func:`jingan_analysis.models.rebalancing.rebalance` does."""
    return np.floor(norm * full_time + 1e-9).astype(np.int64)


def rebalanced_by_unit(charges: Charges, rows: Sequence[str], *, norm: float) -> pd.DataFrame:
    """Fewest cases to move between the advisers of each sub-district; the district's row is the sum of the others.

    Returns
    -------
    DataFrame
        Open ``cases``, ``excess`` (above the norm, adviser by adviser), ``moves`` (fewest cases to move inside the
        sub-district), ``unplaced`` (above the norm whatever is moved), ``missing_full_time`` (equivalents that would take
        these), and in the district's row alone ``unplaced_across``: what would stay above the norm if cases could move
        across the whole district.

    Notes
    -----
    How many move is the same in every best answer, who gives what to whom is not: so only numbers of a whole sub-district
    are told.
    """
    found = {row: _rebalanced(mine, norm) for row, mine in _parts(charges, rows).items()}
    frame = pd.DataFrame.from_dict(found, orient="index")
    frame.loc[DISTRICT_ROW] = frame.sum()
    frame["missing_full_time"] = frame["unplaced"] / norm
    frame["unplaced_across"] = np.nan
    frame.loc[DISTRICT_ROW, "unplaced_across"] = _unplaced_across(charges.advisers, norm)
    return frame


def _rebalanced(advisers: pd.DataFrame, norm: float) -> dict[str, int]:
    cases, time = advisers["cases"].to_numpy(), advisers["full_time"].to_numpy()
    moves, unplaced = fewest_moves(cases, time, norm=norm)
    return {"cases": int(cases.sum()), "excess": moves + unplaced, "moves": moves, "unplaced": unplaced}


def _unplaced_across(advisers: pd.DataFrame, norm: float) -> int:
    """Where every case may go to everybody, what is left over is what all the room together cannot take."""
    room = _room(advisers["full_time"].to_numpy(), norm)
    return max(int(advisers["cases"].sum() - room.sum()), 0)


def of_few_advisers(frame: pd.DataFrame, loads: pd.DataFrame) -> Marks:
    """Cells that would tell the load of one adviser, or of two who know their own.

    Parameters
    ----------
    frame
        Of :func:`workload_by_unit` or :func:`rebalanced_by_unit`.
    loads
        Of the former: how many advisers, and how many above the norm, stand behind each row.

    Returns
    -------
    dict
        ``"c"`` by (row, column). Behind ``excess`` and ``moves`` stand those above the norm only, behind all other numbers
        on cases all advisers: what is too many whatever is moved depends on the room of everybody.
    """
    few = loads["advisers"].between(1, FEWEST_ADVISERS - 1)
    few_above = loads["over"].between(1, FEWEST_ADVISERS - 1)
    marks: Marks = {}
    for column in frame.columns.difference(["advisers", "full_time"], sort=False):
        hidden = few | few_above if column in ("excess", "moves") else few
        marks |= {(str(row), str(column)): "c" for row in frame.index[hidden & frame[column].notna()]}
    return marks
