"""What the event log of home visits tells: closing, deviations, waits, months, people who came back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.measures.control_chart import control_chart
from jingan_analysis.models.competing_risks import cumulative_incidence, incidence_at
from jingan_analysis.models.conformance import Conformance, conformance
from jingan_analysis.models.directly_follows import END, START, DirectlyFollows, directly_follows
from jingan_analysis.models.loop_closure import (
    CLOSED_IN_TIME,
    NOT_YET_DUE,
    OUTCOMES,
    StepWaits,
    loop_closure,
    reopened,
    step_waits,
)
from jingan_analysis.studies.doorstep_loop_log import (
    ACTIVITIES,
    DISCOVER,
    EXITS,
    FOLLOW_UP,
    JUDGE,
    MODEL,
    REJECT,
    STEPS,
    VISIT,
    WITHDRAW,
    LoopLog,
)
from jingan_analysis.studies.rate_columns import with_shares
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from jingan_analysis.models.loop_closure import Closure
    from jingan_analysis.studies.doorstep_loop import Params

CAUSES = {WITHDRAW: 2, REJECT: 3}
"""Numbers of the ways out among the ends of a wait; 1 is the next step."""
INCIDENCE_DAYS = tuple(range(10, 181, 10))
SHOWN_VARIANTS = 10
NODES = {START: "start", END: "end", **dict(enumerate(ACTIVITIES))}
FORESEEN = frozenset(
    {
        (START, DISCOVER), (DISCOVER, JUDGE), (JUDGE, VISIT), (VISIT, FOLLOW_UP), (FOLLOW_UP, END), (JUDGE, REJECT),
        (REJECT, END), (DISCOVER, WITHDRAW), (JUDGE, WITHDRAW), (VISIT, WITHDRAW), (WITHDRAW, END),
    }
)  # fmt: skip
"""Edges of the directly-follows graph that the process foresees."""


def closure_of(loop: LoopLog, params: Params) -> Closure:
    """Sort the cases by whether their loop closed in time."""
    return loop_closure(loop.log, STEPS, EXITS, last_day=loop.end, within_days=params.loop_within_days)


def closure_by_unit(loop: LoopLog, codes: Sequence[str], params: Params) -> pd.DataFrame:
    """Cases due and closed in time by sub-district, with the whole district last."""
    closure = closure_of(loop, params)
    counts = pd.DataFrame({"due": closure.due, "in_time": closure.due & (closure.outcome == CLOSED_IN_TIME)})
    frame = counts.groupby(loop.units).sum().reindex(list(codes), fill_value=0)
    frame.loc[DISTRICT_ROW] = counts.sum()
    return with_shares(frame.astype("int64"), {"in_time": "due"}, confidence=params.confidence)


def outcomes(loop: LoopLog, params: Params) -> pd.DataFrame:
    """What became of the cases that are due, and of all."""
    closure = closure_of(loop, params)
    counted = np.bincount(closure.outcome[~closure.never_begun], minlength=len(OUTCOMES))
    frame = pd.DataFrame({"cases": counted[:NOT_YET_DUE]}, index=list(OUTCOMES[:NOT_YET_DUE]))
    frame.loc["total"] = int(counted[:NOT_YET_DUE].sum())
    frame["due"] = int(counted[:NOT_YET_DUE].sum())
    frame = with_shares(frame, {"cases": "due"}, confidence=params.confidence).drop(columns="due")
    # All of all is no estimate: chance cannot carry it anywhere.
    frame.loc["total", ["cases_lower", "cases_upper"]] = np.nan
    return frame


def waits_of(loop: LoopLog) -> dict[str, StepWaits]:
    """How long each step waited for the next."""
    pairs = ((DISCOVER, JUDGE), (JUDGE, VISIT), (VISIT, FOLLOW_UP))
    return {
        ACTIVITIES[following]: step_waits(loop.log, step, following, CAUSES, last_day=loop.end)
        for step, following in pairs
    }


def steps(loop: LoopLog, params: Params) -> pd.DataFrame:
    """One row a step: cases that came to the step before it, how they went on, and how long half of them took."""
    rows = {}
    for name, waits in waits_of(loop).items():
        came, done, withdrawn, rejected = len(waits.case), *(int((waits.cause == cause).sum()) for cause in (1, 2, 3))
        rows[name] = {
            "came": came, "done": done, "withdrawn": withdrawn, "rejected": rejected,
            "waiting": came - done - withdrawn - rejected, **_days(waits, params),
        }  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index")


def _days(waits: StepWaits, params: Params) -> dict[str, float]:
    """Days by which half and nine in ten had the next step, and the share that had it within the limit, all from the curve."""
    names = ("median_days", "p90_days", "within_share", "within_lower", "within_upper")
    if not (waits.cause == 1).any():
        return dict.fromkeys(names, float("nan"))
    curve = cumulative_incidence(waits.days, waits.cause, confidence=params.confidence)[0]
    at = incidence_at(curve, [float(params.step_within_days)])
    quantiles = (_reached(curve.times, curve.incidence[0], share) for share in (0.5, 0.9))
    return dict(zip(names, (*quantiles, *(float(v[0, 0]) for v in (at.incidence, at.lower, at.upper))), strict=True))


def _reached(days: NDArray[np.float64], incidence: NDArray[np.float64], share: float) -> float:
    """First day on which an incidence reaches a share; NaN where it never does."""
    reached = np.flatnonzero(incidence >= share - 1e-12)
    return float(days[reached[0]]) if len(reached) else float("nan")


def loop_spells(loop: LoopLog, params: Params) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Days from discovery to the end of each case, and how it ended: 0 open, 1 closed in order, 2 withdrawn, 3 rejected.

    A case with all steps but not in order never closes here: it is followed to the last day, as an open one is.
    """
    closure = closure_of(loop, params)
    begun = ~closure.never_begun
    start = loop.log.first_day(DISCOVER)
    last = float((np.datetime64(loop.end, "D")).astype(np.int64)) - start
    days, cause = np.where(np.isfinite(closure.days), closure.days, last), np.where(np.isfinite(closure.days), 1, 0)
    for code, number in CAUSES.items():
        away = loop.log.first_day(code) - start
        earlier = np.isfinite(away) & (away >= 0) & ((away < days) | ((cause == 0) & (away <= days)))
        days, cause = np.where(earlier, away, days), np.where(earlier, number, cause)
    return days[begun], cause[begun].astype(np.int64)


def incidence(loop: LoopLog, params: Params) -> pd.DataFrame | None:
    """Share of cases closed, withdrawn, rejected and still open so many days after discovery; None without an end."""
    days, cause = loop_spells(loop, params)
    if not (cause > 0).any():
        return None
    curve = cumulative_incidence(days, cause, confidence=params.confidence)[0]
    at = incidence_at(curve, np.array(INCIDENCE_DAYS, dtype=np.float64))
    frame = pd.DataFrame(
        {"cases": len(days), "closed_share": at.incidence[0], "closed_lower": at.lower[0], "closed_upper": at.upper[0]},
        index=[str(day) for day in INCIDENCE_DAYS],
    )  # fmt: skip
    for name, number in (("withdrawn_share", 1), ("rejected_share", 2)):
        frame[name] = at.incidence[number] if number < len(at.incidence) else 0.0
    frame["open_share"] = at.survival
    return frame


def conformance_of(loop: LoopLog) -> Conformance:
    """Align the cases with the four steps; open ones with a beginning of them."""
    return conformance(loop.log, MODEL, is_open=~loop.ended)


def conformity_by_unit(loop: LoopLog, found: Conformance, codes: Sequence[str], params: Params) -> pd.DataFrame:
    """Cases that follow the four steps, and mean fitness, by sub-district with the district last."""
    counts = pd.DataFrame({"cases": np.ones(len(loop.log), dtype=bool), "conforming": found.fits})
    frame = counts.groupby(loop.units).sum().reindex(list(codes), fill_value=0)
    frame.loc[DISTRICT_ROW] = counts.sum()
    frame = with_shares(frame.astype("int64"), {"conforming": "cases"}, confidence=params.confidence)
    costs = pd.DataFrame({"cost": found.cost, "worst": found.worst_cost})
    sums = costs.groupby(loop.units).sum().reindex(list(codes))
    sums.loc[DISTRICT_ROW] = costs.sum()
    frame["fitness"] = (1 - sums["cost"] / sums["worst"].where(sums["worst"] > 0)).to_numpy()
    return frame


def deviations(found: Conformance, params: Params) -> pd.DataFrame:
    """Cases with each kind of deviation, and with none; a case may have several."""
    total = len(found.fits)
    flags = {
        "none": found.fits,
        **{f"skipped_{ACTIVITIES[code]}": found.skipped[:, number] for number, code in enumerate(STEPS)},
        "repeated": found.repeated > 0,
        "out_of_order": found.out_of_order > 0,
        "foreign": found.foreign > 0,
    }
    frame = pd.DataFrame({"cases": {name: int(flag.sum()) for name, flag in flags.items()}})
    frame.loc["total", "cases"] = total
    frame = frame.astype("int64").assign(all=total)
    return with_shares(frame, {"cases": "all"}, confidence=params.confidence).drop(columns="all")


def graph_of(loop: LoopLog) -> DirectlyFollows:
    """What followed what."""
    return directly_follows(loop.log, is_open=~loop.ended)


def transitions(graph: DirectlyFollows) -> pd.DataFrame:
    """Edges of the directly-follows graph."""
    return pd.DataFrame(
        {
            "origin": [NODES[int(code)] for code in graph.origin],
            "target": [NODES[int(code)] for code in graph.target],
            "transitions": graph.transitions,
            "cases": graph.cases,
            "median_days": graph.median_days,
            "p90_days": graph.p90_days,
            "foreseen": [
                "yes" if (int(o), int(t)) in FORESEEN else "no" for o, t in zip(graph.origin, graph.target, strict=True)
            ],
        },
        index=[f"{NODES[int(o)]}-{NODES[int(t)]}" for o, t in zip(graph.origin, graph.target, strict=True)],
    )


def variants(found: Conformance, params: Params) -> tuple[pd.DataFrame, list[tuple[int, ...]]]:
    """The most frequent sequences, the rest together, and the sequences themselves."""
    counts = found.variants.counts[:SHOWN_VARIANTS]
    traces = list(found.variants.traces[:SHOWN_VARIANTS])
    total = int(found.variants.counts.sum())
    frame = pd.DataFrame({"cases": counts}, index=[f"v{number + 1}" for number in range(len(counts))])
    frame.loc["others"] = total - int(counts.sum())
    frame.loc["total"] = total
    frame = frame.astype("int64").assign(all=total)
    return with_shares(frame, {"cases": "all"}, confidence=params.confidence).drop(columns="all"), traces


def by_month(loop: LoopLog, params: Params) -> pd.DataFrame:
    """Cases by month of discovery: how many were judged, and closed, in time; months that are not due stay empty.

    A month is due when its last day lies the whole limit before the last day of the records: then every one of its
    cases has had the time.
    """
    start = loop.log.first_day(DISCOVER)
    begun = np.isfinite(start)
    month = pd.PeriodIndex(pd.to_datetime(start[begun], unit="D"), freq="M")
    judged = step_waits(loop.log, DISCOVER, JUDGE, CAUSES, last_day=loop.end)
    in_time = np.zeros(len(loop.log), dtype=bool)
    in_time[judged.case] = (judged.cause == 1) & (judged.days <= params.judge_within_days)
    closure = closure_of(loop, params)
    closed = closure.days <= params.loop_within_days
    months = pd.period_range(month.min(), pd.Period(loop.end, "M"), freq="M")
    frame = pd.DataFrame({"cases": month.value_counts().reindex(months, fill_value=0)})
    for name, flag, limit in (
        ("judged", in_time, params.judge_within_days),
        ("closed", closed, params.loop_within_days),
    ):
        due = np.array([last.date() + timedelta(days=limit) <= loop.end for last in months.to_timestamp(how="end")])
        counts = pd.Series(flag[begun]).groupby(month).sum().reindex(months, fill_value=0)
        frame[name] = counts.where(due)
        frame[f"{name}_share"] = (frame[name] / frame["cases"].where(frame["cases"] > 0)).to_numpy()
        frame = _charted(frame, name)
    frame.index = frame.index.astype(str)
    return frame


def _charted(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Centre, limits and signal of a monthly share; empty where too few months are known."""
    shares = frame[f"{name}_share"].to_numpy()
    columns = [f"{name}_centre", f"{name}_low", f"{name}_high"]
    if np.isfinite(shares).sum() < 2:
        return frame.assign(**dict.fromkeys(columns, np.nan), **{f"{name}_signal": "z"})
    chart = control_chart(shares, better="up")
    signal = np.select(
        [chart.improvement & chart.concern, chart.improvement, chart.concern], ["both", "better", "worse"], "none"
    )
    limits = (chart.centre, np.clip(chart.lower, 0, 1), np.clip(chart.upper, 0, 1))
    return frame.assign(
        **dict(zip(columns, limits, strict=True)),
        **{f"{name}_signal": np.where(np.isfinite(shares), signal, "z")},
    )


def came_back(loop: LoopLog, codes: Sequence[str], params: Params) -> pd.DataFrame:
    """Closed cases whose person had a new one soon after, by sub-district with the district last."""
    found = reopened(
        loop.persons, loop.log.first_day(DISCOVER), loop.closed_on, last_day=loop.end, within_days=params.reopened_within_days
    )  # fmt: skip
    counts = pd.DataFrame({"closed": found.at_risk, "reopened": found.came_back})
    frame = counts.groupby(loop.units).sum().reindex(list(codes), fill_value=0)
    frame.loc[DISTRICT_ROW] = counts.sum()
    return with_shares(frame.astype("int64"), {"reopened": "closed"}, confidence=params.confidence)
