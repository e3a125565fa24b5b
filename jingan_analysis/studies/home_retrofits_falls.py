"""Falls before and after a home was adapted: self-controlled, so that only what changes within a person counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.measures.rates import poisson_rates, wilson_rate
from jingan_analysis.models.case_histories import CaseHistories, OwnWindow, TimeSteps, case_histories
from jingan_analysis.models.case_series import CaseSeries, ObservationEnd, Refusal, case_series, observation_end

if TYPE_CHECKING:
    from collections.abc import Sequence

Why = Refusal | Literal["too_few_falls"]
PLACES = ("home", "elsewhere")
WINDOWS = ("prompted", "waiting", "after")
PARTS = ("early", "late")
AGES = (70.0, 75.0, 80.0, 85.0, 90.0)
FEWEST_IN_BAND = 10
"""Falls that a band of age or a quarter of the year must have to be told apart."""
_YEAR = 365.25
_MONTH = _YEAR / 12
_LAST_DAYS = 90.0


@dataclass(frozen=True)
class Options:
    """How falls are compared.

    Attributes
    ----------
    before_days
        Days before an application that are kept apart.
    early_days
        Days after acceptance that are also told apart.
    naive_days
        Days before an application that the simple comparison counts.
    fewest
        Falls that a comparison must have.
    confidence
        Confidence level of intervals.
    """

    before_days: int
    early_days: int
    naive_days: int
    fewest: int
    confidence: float


@dataclass(frozen=True)
class Falls:
    """Falls in one kind of place.

    Attributes
    ----------
    refusal
        Why nothing is estimated; None where it is.
    histories
        Days of watch, falls and acceptances.
    series
        Windows before an application, until acceptance, and after it; None where refused for too few falls.
    split
        The same with the time after acceptance in two; None where refused, and for falls elsewhere.
    ends
        Whether watches broke off after falls; None where refused.
    """

    refusal: Why | None
    histories: CaseHistories
    series: CaseSeries | None
    split: CaseSeries | None
    ends: ObservationEnd | None


def falls_at(watched: pd.DataFrame, falls: pd.DataFrame, place: str, options: Options) -> Falls:
    """Compare falls in one kind of place within persons; the time after acceptance is split for falls at home alone."""
    histories = histories_of(watched, falls[falls["place"] == place])
    if len(histories.event) < options.fewest:
        return Falls("too_few_falls", histories, None, None, None)
    steps, windows = steps_of(watched, histories), own_windows(watched, options)
    series = case_series(histories, windows, steps=steps, confidence=options.confidence, intervals_of_steps=False)
    if series.refusal is not None:
        return Falls(series.refusal, histories, series, None, None)
    split = None
    if place == "home":
        apart = own_windows(watched, options, split=True)
        split = case_series(histories, apart, steps=steps, confidence=options.confidence, intervals_of_steps=False)
    ends = observation_end(
        histories, windows, ended_early=watched["early"].to_numpy(), days=_LAST_DAYS, steps=steps,
        confidence=options.confidence, series=series,
    )  # fmt: skip
    return Falls(None, histories, series, None if split is None or split.refusal is not None else split, ends)


def days_of(dates: pd.Series) -> NDArray[np.float64]:
    """Days since 1970, NaN where there is none."""
    values = dates.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(values), np.nan, values.astype(np.int64).astype(np.float64))


def histories_of(watched: pd.DataFrame, falls: pd.DataFrame) -> CaseHistories:
    """Days of watch, falls and acceptances of the people watched."""
    return case_histories(
        days_of(watched["start"]), days_of(watched["end"]),
        days_of(falls["fell_on"]), falls["watched"].to_numpy(), days_of(watched["accepted_on"]),
    )  # fmt: skip


def own_windows(watched: pd.DataFrame, options: Options, *, split: bool = False) -> list[OwnWindow]:
    """Before an application, from it to acceptance (or the end, or for good), and after acceptance."""
    applied, accepted, ended = (days_of(watched[name]) for name in ("applied_on", "accepted_on", "ended_on"))
    over = np.where(np.isnan(accepted), np.where(np.isnan(ended), np.inf, ended), accepted)
    # Who never applied has no window at all.
    over = np.where(np.isnan(applied), np.nan, over)
    last = days_of(watched["end"])
    until = np.minimum(over, np.maximum(last, applied))
    found = [
        OwnWindow("prompted", applied - options.before_days, applied, before_exposure=True),
        OwnWindow("waiting", applied, until),
    ]
    if not split:
        return [*found, OwnWindow("after", accepted, np.maximum(last, accepted))]
    turn = accepted + options.early_days
    return [*found, OwnWindow("early", accepted, turn), OwnWindow("late", turn, np.maximum(last, turn))]


def steps_of(watched: pd.DataFrame, histories: CaseHistories) -> list[TimeSteps]:
    """Bands of age and quarters of the year, as far as enough falls are in each."""
    birth = days_of(watched["birth"])
    age = (histories.event - birth[histories.person]) / _YEAR
    cuts = kept_cuts(age, AGES)
    found = [TimeSteps("age", [cut * _YEAR for cut in cuts], origin=birth)] if cuts else []
    first = np.datetime64(int(histories.start.min()), "D").astype("datetime64[Y]")
    last = np.datetime64(int(histories.end.max()), "D").astype("datetime64[Y]") + 1
    starts = np.arange(first.astype("datetime64[M]"), last.astype("datetime64[M]"), 3)
    edges = starts.astype("datetime64[D]").astype(np.int64).astype(np.float64)
    quarter = np.arange(len(edges)) % 4
    counts = np.bincount(quarter[np.searchsorted(edges, histories.event, side="right") - 1], minlength=4)
    if counts.min() >= FEWEST_IN_BAND:
        found.append(TimeSteps("quarter", edges[1:].tolist(), levels=quarter.tolist()))
    return found


def kept_cuts(values: NDArray[np.float64], cuts: Sequence[float]) -> list[float]:
    """Cuts between bands that hold enough values each; a band with too few joins the one below it."""
    kept: list[float] = []
    for cut in cuts:
        inside = ((values < cut) & (values >= (kept[-1] if kept else -np.inf))).sum()
        if inside >= FEWEST_IN_BAND and (values >= cut).sum() >= FEWEST_IN_BAND:
            kept.append(cut)
    return kept


def ratios(found: Falls) -> pd.DataFrame:
    """One row a window, ``base`` first: ``falls``, ``months`` of those who fell, ``ratio``, ``lower``, ``upper`` and ``p_value``."""
    assert found.series is not None
    series = found.series
    inside = [series.names.index(name) for name in WINDOWS]
    events, days = series.term_events[inside], series.term_days[inside]
    cases = np.unique(found.histories.person)
    all_days = float((found.histories.end - found.histories.start)[cases].sum())
    frame = pd.DataFrame(
        {
            "falls": [len(found.histories.event) - events.sum(), *events],
            "months": np.array([all_days - days.sum(), *days]) / _MONTH,
        },
        index=["base", *WINDOWS],
    )
    frame.loc["total"] = frame.sum()
    for name, values in _estimates(series, inside).items():
        frame[name] = [np.nan, *values, np.nan]
    return frame.astype({"falls": "int64"})


def ratios_split(found: Falls) -> pd.DataFrame | None:
    """The time after acceptance in two, and both together."""
    if found.split is None:
        return None
    inside = [found.split.names.index(name) for name in PARTS]
    frame = pd.DataFrame(
        {"falls": found.split.term_events[inside], "months": found.split.term_days[inside] / _MONTH}, index=list(PARTS)
    )
    frame.loc["total"] = frame.sum()
    for name, values in _estimates(found.split, inside).items():
        frame[name] = [*values, np.nan]
    return frame.astype({"falls": "int64"})


def _estimates(series: CaseSeries, places: Sequence[int]) -> dict[str, NDArray[np.float64]]:
    return {
        "ratio": series.rate_ratio[places],
        "lower": series.lower[places],
        "upper": series.upper[places],
        "p_value": series.p_value[places],
    }


def before_after(watched: pd.DataFrame, falls: pd.DataFrame, place: str, options: Options) -> pd.DataFrame:
    """The simple comparison: rate before an application and after acceptance, of people whose homes were adapted.

    Rows ``before``, ``after`` and ``ratio``; columns ``falls``, ``months`` of watch, ``rate`` for each 1,000 person-months
    with its exact Poisson interval, and ``ratio`` with its interval, from the share of the falls that came after. It
    leaves out neither the falls that prompted the application nor age and season.
    """
    start, end = days_of(watched["start"]), days_of(watched["end"])
    applied, accepted = days_of(watched["applied_on"]), days_of(watched["accepted_on"])
    there = falls[falls["place"] == place]
    day, who = days_of(there["fell_on"]), there["watched"].to_numpy()
    rows = {}
    for name, (begins, ends) in {
        "before": (np.maximum(start, applied - options.naive_days), np.minimum(end, applied)),
        "after": (np.maximum(start, accepted), end),
    }.items():
        mine = ~np.isnan(accepted) & (ends > begins)
        inside = mine[who] & (day >= begins[who]) & (day < ends[who])
        rows[name] = {"falls": int(inside.sum()), "months": float((ends - begins)[mine].sum()) / _MONTH}
    frame = pd.DataFrame.from_dict(rows, orient="index")
    rate = poisson_rates(frame["falls"].to_numpy(), frame["months"].to_numpy(), confidence=options.confidence)
    frame = frame.assign(rate=rate.rate * 1000, rate_lower=rate.lower * 1000, rate_upper=rate.upper * 1000)
    for name, value in _crude_ratio(frame, options.confidence).items():
        frame[name] = [np.nan, value]
    return frame


def _crude_ratio(frame: pd.DataFrame, confidence: float) -> dict[str, float]:
    """Ratio of two Poisson rates: given both counts together, the later one is binomial."""
    before, after = frame["falls"].tolist()
    if not before or not after:
        return dict.fromkeys(("ratio", "lower", "upper"), float("nan"))
    share = wilson_rate(after, before + after, confidence=confidence)
    months = frame["months"].loc["before"] / frame["months"].loc["after"]
    values = {"ratio": share.share, "lower": share.lower, "upper": share.upper}
    return {name: float(value / (1 - value) * months) for name, value in values.items()}


def series_checks(found: Falls) -> pd.DataFrame:
    """What the comparison rests on: people, those who fell, and falls in the last days of watches that broke off."""
    assert found.series is not None
    assert found.ends is not None
    rows: dict[str, float] = {
        "persons": found.series.persons,
        "cases": found.series.cases,
        "exposed_cases": found.series.exposed_cases,
        "ended_early": found.ends.ended_early,
        "observed": found.ends.observed,
        "expected": found.ends.expected,
        "ends_p_value": found.ends.p_value,
        "overall_p_value": found.series.overall_p_value,
    }
    return pd.DataFrame({"value": pd.Series(rows, dtype="float64")})
