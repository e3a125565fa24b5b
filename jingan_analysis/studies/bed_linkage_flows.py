"""Who moves where between the five kinds of bed: flows, the account of every month, and what becomes of a stay."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.models.bounce_back import bounce_back
from jingan_analysis.models.state_occupation import expected_sojourn
from jingan_analysis.models.state_spells import CENSORED, StateSpells, state_spells
from jingan_analysis.models.stock_and_flow import StockAndFlow, flows_by_month, stock_and_flow
from jingan_analysis.studies.bed_linkage_records import DUAL, KINDS, OUTSIDE

if TYPE_CHECKING:
    from jingan_analysis.studies.bed_linkage_records import BedRecords

BOTH = "both"
"""A home care bed and a home sickbed held at once: a state of its own, as nobody can be in two."""
STATES = (*KINDS, BOTH, *OUTSIDE)
_BOTH, _LEFT, _DIED = STATES.index(BOTH), STATES.index("left"), STATES.index("died")
SOJOURN_DAYS = 365


@dataclass(frozen=True)
class Account:
    """Stock and flow of the five kinds in every month from the first one on record.

    Attributes
    ----------
    months
        First days of the months, m of them.
    flows
        Moves of each month from (second axis) to (third axis) the kinds and the places outside, shape (m, 8, 8).
    ledger
        Stocks counted at the beginning of each month, and flows between the kinds and outside; places outside are in the
        order of ``OUTSIDE``, ``home`` also being where people come from.
    """

    months: pd.DatetimeIndex
    flows: NDArray[np.int64]
    ledger: StockAndFlow


def account_of(stays: pd.DataFrame, first: pd.Timestamp, end: pd.Timestamp) -> Account:
    """Count stocks at the beginning of every month, and the flows between, each on its own.

    A stay counts on the days from its first night on, and no more on the day it ends. A bed that is taken beside another
    one (the pair that may be held at once) comes from home, as that person leaves no bed for it.
    """
    months = pd.date_range(first, end, freq="MS")
    edges = [*months, end + pd.Timedelta(days=1)]
    kind = pd.Index(KINDS).get_indexer(pd.Index(stays["bed_type"]))
    ends = stays["ended_on"].fillna(pd.Timestamp("2200-01-01"))
    stocks = np.array(
        [np.bincount(kind[(stays["started_on"] < edge) & (ends >= edge)], minlength=len(KINDS)) for edge in edges]
    )
    moves = _moves(stays)
    inside = moves[(moves["day"] >= months[0]) & (moves["day"] <= end)]
    month = np.searchsorted(months.to_numpy(), inside["day"].to_numpy(), side="right") - 1
    flows = flows_by_month(
        month, inside["origin"], inside["target"], number=len(months), kinds=len(KINDS), outside=len(OUTSIDE)
    )
    return Account(months, flows, stock_and_flow(stocks, flows))


def _moves(stays: pd.DataFrame) -> pd.DataFrame:
    """Every beginning and end of a stay: a transfer joins the end of one with the beginning of the next.

    ``day``, ``origin`` and ``target``: 0 to 4 for the kinds, then the places of ``OUTSIDE``.
    """
    home = len(KINDS) + OUTSIDE.index("home")
    kind = pd.Index(KINDS).get_indexer(pd.Index(stays["bed_type"]))
    table = stays[["person_id", "started_on", "ended_on", "end_reason"]].assign(kind=kind)
    ended = table[table["ended_on"].notna()]
    moved = ended[ended["end_reason"] == "transferred"].reset_index(names="left")
    arrived = table.reset_index(names="came")
    pairs = moved.merge(
        arrived, left_on=["person_id", "ended_on"], right_on=["person_id", "started_on"], suffixes=("", "_next")
    )
    pairs = pairs[pairs["left"] != pairs["came"]].drop_duplicates("left").drop_duplicates("came")
    # A transfer to a bed that is not on record leaves the five kinds: it counts as given up.
    lost = moved[~moved["left"].isin(pairs["left"])]
    out = ended[ended["end_reason"] != "transferred"]
    reason = out["end_reason"].map({name: len(KINDS) + place for place, name in enumerate(OUTSIDE)})
    entered = table[~table.index.isin(pairs["came"])]
    pieces = [
        pd.DataFrame({"day": pairs["ended_on"], "origin": pairs["kind"], "target": pairs["kind_next"]}),
        pd.DataFrame({"day": out["ended_on"], "origin": out["kind"], "target": reason}),
        pd.DataFrame({"day": lost["ended_on"], "origin": lost["kind"], "target": len(KINDS) + OUTSIDE.index("left")}),
        pd.DataFrame({"day": entered["started_on"], "origin": home, "target": entered["kind"]}),
    ]
    return pd.concat(pieces, ignore_index=True).astype({"origin": "int64", "target": "int64"})


def flow_table(account: Account, records: BedRecords) -> pd.DataFrame:
    """Moves of the period from each kind (and from home) to each kind and out: one row an origin, ``total`` last."""
    names = [*KINDS, *OUTSIDE]
    matrix = account.flows[account.months >= records.start].sum(axis=0)
    frame = pd.DataFrame(matrix, index=names, columns=names).drop(index=["left", "died"])
    frame["total"] = frame.sum(axis=1)
    frame.loc["total"] = frame.sum()
    return frame


def account_table(account: Account, records: BedRecords) -> pd.DataFrame:
    """Stocks at both ends of the period by kind, and what the flows between leave unexplained."""
    chosen = np.flatnonzero(account.months >= records.start)
    frame = pd.DataFrame(
        {
            "opening": account.ledger.opening[chosen[0]],
            "closing": account.ledger.closing[chosen[-1]],
            "unexplained": account.ledger.residual[chosen].sum(axis=0),
        },
        index=list(KINDS),
    )
    frame.loc["total"] = frame.sum()
    return frame


@dataclass(frozen=True)
class Courses:
    """What every person held, one state after the other, in days since the first day on record; n states in all.

    Attributes
    ----------
    person
        Number of the person, shape (n,), rising.
    state, target
        Position in ``STATES``; ``target`` is the state that followed, or ``CENSORED``; shape (n,).
    begin, end
        Days, shape (n,); a state may have begun before the first day.
    """

    person: NDArray[np.int64]
    state: NDArray[np.int64]
    target: NDArray[np.int64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]


def courses_of(stays: pd.DataFrame, first: pd.Timestamp, end: pd.Timestamp) -> Courses:
    """Lay the stays of each person end to end.

    A home care bed with a home sickbed beside it is a state of its own. Whoever has no bed after the first stay is in the
    state in which the last one ended, at home or given up, until the next bed or the last day: were those watched who
    come back, and they alone, everybody would come back. Stays that begin and end on one day leave no trace.
    """
    last = end + pd.Timedelta(days=1)
    table = stays[stays["ended_on"].isna() | (stays["ended_on"] > stays["started_on"])]
    table = table.sort_values(["person_id", "started_on"], kind="stable")
    person = pd.factorize(table["person_id"])[0]
    begins = (table["started_on"] - first).dt.days.tolist()
    ends = (table["ended_on"].fillna(last) - first).dt.days.tolist()
    kinds = pd.Index(STATES).get_indexer(pd.Index(table["bed_type"])).tolist()
    reasons = pd.Index(STATES).get_indexer(pd.Index(table["end_reason"].fillna("")))
    # Whom a transfer takes to a bed that is not on record has given up the one he had.
    after = np.where(table["ended_on"].isna(), CENSORED, np.where(reasons < 0, _LEFT, reasons)).tolist()
    edges = [*np.flatnonzero(np.diff(person, prepend=-1)).tolist(), len(person)]
    rows: list[tuple[int, int, int, int, int]] = []
    day_after = (last - first).days
    for number, (low, high) in enumerate(pairwise(edges)):
        rows += _course(number, begins[low:high], ends[low:high], kinds[low:high], after[low:high], day_after)
    columns = np.array(rows, dtype=np.int64).reshape(-1, 5)
    # A move on the day after the last one would not be on record: nobody is at risk of it.
    columns[columns[:, 2] == CENSORED, 4] = day_after - 1
    return Courses(*columns[columns[:, 3] < columns[:, 4]].T)


def _course(
    number: int, begins: list[int], ends: list[int], kinds: list[int], after: list[int], day_after: int
) -> list[tuple[int, int, int, int, int]]:
    """States of one person until death or the day after the last one: between two edges the same beds are held."""
    states: list[list[int]] = []
    died = _DIED in after
    for low, high in pairwise(sorted({*begins, *ends, *(() if died else (day_after,))})):
        held = [kind for kind, begin, end in zip(kinds, begins, ends, strict=True) if begin <= low < end]
        state = (held[0] if len(held) == 1 else _BOTH) if held else _without_bed(low, ends, after)
        if states and states[-1][0] == state:
            states[-1][2] = high
        else:
            states.append([state, low, high])
    targets = [*(state[0] for state in states[1:]), _DIED if died else CENSORED]
    return [(number, state, target, low, high) for (state, low, high), target in zip(states, targets, strict=True)]


def _without_bed(day: int, ends: list[int], after: list[int]) -> int:
    """Where the latest stay that ended by a day left its person."""
    return max((end, state) for end, state in zip(ends, after, strict=True) if end <= day)[1]


def spells_after(courses: Courses, kind: str) -> StateSpells | None:
    """What became of those who came to a kind of bed, by days since; None where nobody did on record.

    Each person counts once, from the first time on record. Who gives back one of two beds has not come to the other.
    """
    came = (courses.state == STATES.index(kind)) & (courses.begin >= 0)
    if kind in DUAL:
        came[1:] &= (courses.state[:-1] != _BOTH) | (courses.person[:-1] != courses.person[1:])
    if not came.any():
        return None
    zero = np.full(int(courses.person.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(zero, courses.person[came], courses.begin[came])
    day = zero[courses.person]
    kept = courses.begin >= day
    return state_spells(
        courses.person[kept],
        courses.state[kept],
        courses.target[kept],
        (courses.begin - day)[kept],
        (courses.end - day)[kept],
        states=STATES,
    )


def days_after(courses: Courses, *, confidence: float) -> pd.DataFrame:
    """Mean days within a year of coming to each kind that are spent in each state: one row a kind that people came to.

    Columns ``persons``, one a state, ``both`` counted as a home care bed, and ``linked``: days in any of the five.
    """
    rows = {}
    for kind in KINDS:
        spells = spells_after(courses, kind)
        if spells is None:
            continue
        start = np.zeros(len(STATES))
        start[STATES.index(kind)] = 1.0
        sojourn = expected_sojourn(spells, SOJOURN_DAYS, initial=start, confidence=confidence)
        days = dict(zip(STATES, sojourn.days.tolist(), strict=True))
        days["home_care"] += days.pop(BOTH)
        linked = sum(days[name] for name in KINDS)
        rows[kind] = {"persons": len(np.unique(spells.subject)), **days, "linked": linked}
    return pd.DataFrame.from_dict(rows, orient="index")


def back_table(courses: Courses, within_days: int, *, confidence: float) -> pd.DataFrame | None:
    """Moves between beds that were taken back within some days, by the kind left, ``total`` last; None without any move.

    Columns ``moves``, ``back`` and ``back_share`` with its interval.
    """
    kept = (courses.end > 0) & (courses.state <= _BOTH)
    if not kept.any():
        return None
    spells = state_spells(
        courses.person[kept],
        courses.state[kept],
        courses.target[kept],
        np.maximum(courses.begin, 0)[kept],
        courses.end[kept],
        states=STATES,
    )
    linked = len(KINDS) + 1
    moved = (spells.destination >= 0) & (spells.destination < linked)
    left = [kind for kind in KINDS if (spells.origin[moved] == STATES.index(kind)).any()]
    if not left:
        return None
    rows = {}
    for name in (*left, "total"):
        origin = None if name == "total" else STATES.index(name)
        found = bounce_back(spells, within_days, origin=origin, confidence=confidence)
        rows[name] = {
            "moves": int(found.moves.sum()),
            "back": int(found.back.sum()),
            "back_share": found.share,
            "back_lower": found.lower,
            "back_upper": found.upper,
        }
    return pd.DataFrame.from_dict(rows, orient="index")
