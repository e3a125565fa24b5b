"""From assessment to service: how long households wait, what is planned for them, what they get."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import SEED, days_later, stream
from jingan_analysis.demo.planted import Planted
from jingan_analysis.demo.relief_households import Register
from jingan_analysis.demo.relief_needs import NEED_FROM, needs_list, score_columns
from jingan_analysis.demo.relief_projects import open_to
from jingan_analysis.demo.units import read_data

_EMERGENCY_CASES = 26
_BEFORE = np.datetime64("2023-01-01")
_LEAST_DAYS = 2
"""A plan takes a day, a service another one."""

Days = NDArray[np.datetime64]


def window() -> tuple[np.datetime64, np.datetime64]:
    """First and last day of the window."""
    declared = read_data("relief.toml")["window"]
    return np.datetime64(declared["first_day"]), np.datetime64(declared["last_day"])


def wait_for_service(first: pd.DataFrame, planted: Planted, seed: int = SEED) -> pd.DataFrame:
    """Add ``planned_on``, ``first_service_on`` and ``closed_on`` to the first assessments; NaT for not yet.

    Service and closing compete: whichever comes first. A plan is agreed somewhere on the way to the service; half of
    those that close without a service had one.
    """
    random = stream("waits", seed)
    _, last = window()
    hazard = np.log(2) / planted.medium_median_days * first["grade"].map(planted.hazard_ratio).to_numpy(np.float64)
    service = _LEAST_DAYS + np.floor(random.exponential(1 / hazard)).astype(np.int64)
    closing = _LEAST_DAYS + np.floor(random.exponential(1 / planted.closed_per_day, len(first))).astype(np.int64)
    until = np.minimum(service, closing) - _LEAST_DAYS
    on_the_way = 1 + np.floor(random.uniform(0.3, 0.9, len(first)) * until).astype(np.int64)
    closes = closing < service
    had_plan = ~closes | (random.random(len(first)) < 0.5)
    assessed: Days = first["assessed_on"].to_numpy().astype("datetime64[D]")
    return first.assign(
        planned_on=_until(days_after(assessed, on_the_way), last, had_plan),
        first_service_on=_until(days_after(assessed, service), last, ~closes),
        closed_on=_until(days_after(assessed, closing), last, closes),
    )


def _until(days: Days, last: np.datetime64, chosen: NDArray[np.bool_]) -> Days:
    """Days that have come, NaT for all others; in seconds, as pandas keeps dates."""
    return np.where(chosen & (days <= last), days, np.datetime64("NaT", "D")).astype("datetime64[s]")


def agree_plans(first: pd.DataFrame, projects: pd.DataFrame, rules: pd.DataFrame, seed: int = SEED) -> pd.DataFrame:
    """Make the table ``service_plans`` with columns more: ``household_id``, ``need_dimension`` and ``served``."""
    random = stream("plans", seed)
    declared = read_data("relief.toml")["needs"]
    planned = first[first["planned_on"].notna()].reset_index(drop=True)
    scores = planned[score_columns()].to_numpy()
    chances = np.array([[row["planned"], row["served"]] for row in declared.values()])
    chosen = (scores >= NEED_FROM) & (random.random(scores.shape) < chances[:, 0])
    chosen[np.arange(len(planned)), scores.argmax(axis=1)] |= ~chosen.any(axis=1)
    served = chosen & (random.random(scores.shape) < chances[:, 1])
    has_service = planned["first_service_on"].notna().to_numpy()
    served &= has_service[:, None]
    # A household with a service got it from one of its plans at least: the first of them.
    served[np.arange(len(planned)), chosen.argmax(axis=1)] |= has_service & ~served.any(axis=1)
    row, need = np.nonzero(chosen)
    project = _offered(planned.iloc[row], need, projects, rules, random)
    high = np.where(planned["grade"].to_numpy()[row] == "low", 16, 26)
    table = pd.DataFrame(
        {
            "case_id": planned["case_id"].to_numpy()[row],
            "project_id": project["project_id"].to_numpy(),
            "agreed_on": planned["planned_on"].dt.strftime("%Y-%m-%d").to_numpy()[row],
            "layer": project["layer"].to_numpy(),
            "planned_units": random.integers(3, high),
            "household_id": planned["household_id"].to_numpy()[row],
            "need_dimension": np.array(needs_list())[need],
            "served": served[row, need],
        }
    ).sort_values(["agreed_on", "case_id", "project_id"], ignore_index=True)
    table.insert(0, "plan_id", [f"L{number + 1:05d}" for number in range(len(table))])
    return table


def _offered(
    homes: pd.DataFrame,
    need: NDArray[np.int64],
    projects: pd.DataFrame,
    rules: pd.DataFrame,
    random: np.random.Generator,
) -> pd.DataFrame:
    """A project for each need: any that answers it and is open to the household; if none is, any that answers it."""
    answers = np.array(needs_list())[need][:, None] == projects["need_dimension"].to_numpy()
    fits = answers & open_to(homes, projects, rules)
    fits |= answers & ~fits.any(axis=1, keepdims=True)
    offered: pd.DataFrame = projects.iloc[np.where(fits, random.random(fits.shape), -1.0).argmax(axis=1)]
    return offered


def give_services(
    register: Register,
    first: pd.DataFrame,
    plans: pd.DataFrame,
    projects: pd.DataFrame,
    planted: Planted,
    seed: int = SEED,
) -> pd.DataFrame:
    """Make the table ``service_events``; the counts in and before the window are met exactly."""
    declared = read_data("relief.toml")["events"]
    random = stream("events", seed)
    start, last = window()
    served = first[first["first_service_on"].notna()].reset_index(drop=True)
    served["factor"] = _household_factors(served, planted, random)
    now, earlier = served[served["fate"] == "window"], served[served["fate"] == "before"]
    to_earlier, to_others = declared["window_to_assessed_before"], declared["window_to_never_assessed"]
    visits = [
        _visits(now, declared["window"] - to_earlier - to_others, (start, last), random),
        _visits(earlier, to_earlier, (start, last), random),
        _visits(earlier, declared["before"], (_BEFORE, days_later(start, -1)), random),
    ]
    table = pd.concat([_with_projects(pd.concat(visits), plans, random), _emergencies(register, projects, random)])
    minutes = random.choice([20, 30, 45, 60, 90, 120], len(table), p=[0.15, 0.3, 0.2, 0.2, 0.1, 0.05])
    table["minutes"] = np.where(random.random(len(table)) >= 0.04, minutes.astype(str), "")
    table = table.sort_values(["done_on", "case_id", "project_id"], kind="stable", ignore_index=True)
    table.insert(0, "event_id", [f"V{number + 1:05d}" for number in range(len(table))])
    return table


def _household_factors(served: pd.DataFrame, planted: Planted, random: np.random.Generator) -> NDArray[np.float64]:
    """A household's rate of further services: that of its grade times a gamma factor with mean 1."""
    rate = served["grade"].map(planted.rate_ratio).to_numpy(np.float64)
    return rate * random.gamma(1 / planted.dispersion, planted.dispersion, len(served))


def _visits(
    served: pd.DataFrame, total: int, days: tuple[np.datetime64, np.datetime64], random: np.random.Generator
) -> pd.DataFrame:
    """Days of service: the first one where it lies within the days, then the rest by factor and days of exposure.

    Given their total, counts with gamma-mixed Poisson means are multinomial: the total is met and the mixture kept.
    """
    here = served[served["first_service_on"] <= pd.Timestamp(days[1])]
    begun = here["first_service_on"].to_numpy().astype("datetime64[D]")
    first_here = begun >= days[0]
    since = np.maximum(begun, days[0])
    exposure = (days[1] - since).astype(np.int64) + np.where(first_here, 0, 1)
    weight = here["factor"].to_numpy() * exposure
    further = random.multinomial(total - int(first_here.sum()), weight / weight.sum())
    row = np.repeat(np.arange(len(here)), further)
    within = np.floor(random.random(len(row)) * exposure[row]).astype(np.int64)
    done = days_after(since[row], within + first_here[row])
    cases = here["case_id"].to_numpy()
    return pd.DataFrame(
        {
            "case_id": np.concatenate([cases[first_here], cases[row]]),
            "done_on": np.concatenate([begun[first_here], done]).astype(str),
        }
    )


def days_after(days: Days, count: NDArray[np.int64]) -> Days:
    """Days so many days later."""
    later: Days = days + count.astype("timedelta64[D]")
    return later


def _with_projects(visits: pd.DataFrame, plans: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """One of the served plans of the case for each visit, larger plans more often."""
    served = plans[plans["served"]].sort_values(["case_id", "project_id"])
    cumulated = served.groupby("case_id")["planned_units"].cumsum().to_numpy()
    starts = served.groupby("case_id").cumcount().eq(0).to_numpy().nonzero()[0]
    ends = np.append(starts[1:], len(served))
    slot = pd.Series(np.arange(len(starts)), index=served["case_id"].to_numpy()[starts])
    of_visit = visits["case_id"].map(slot).to_numpy(np.int64)
    # One running sum over all cases: a draw within a case's stretch of it picks the plan.
    before = np.concatenate([[0], np.cumsum(cumulated[ends - 1])])[of_visit]
    running = cumulated + np.repeat(np.concatenate([[0], np.cumsum(cumulated[ends - 1])[:-1]]), ends - starts)
    drawn = before + random.random(len(visits)) * cumulated[ends - 1][of_visit]
    position = np.searchsorted(running, drawn, side="right")
    return visits.assign(project_id=served["project_id"].to_numpy()[position])


def _emergencies(register: Register, projects: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Services to cases that were served at once, without assessment or plan."""
    _, last = window()
    cases = register.cases
    pool = cases[(cases["fate"] == "known") & (cases["closed_on"] == "") & (cases["opened_on"] < "2024-07-15")]
    chosen = pool.iloc[np.sort(random.choice(len(pool), _EMERGENCY_CASES, replace=False))]
    urgent = projects.loc[projects["layer"] == "emergency", "project_id"].to_numpy()
    total = read_data("relief.toml")["events"]["window_to_never_assessed"]
    row = np.concatenate([np.arange(len(chosen)), random.integers(0, len(chosen), total - len(chosen))])
    project = random.choice(urgent, len(chosen))
    start = np.maximum(chosen["opened_on"].to_numpy().astype("datetime64[D]"), window()[0])
    length = (last - start).astype(np.int64) + 1
    done = days_after(start[row], np.floor(random.random(total) * length[row]).astype(np.int64))
    return pd.DataFrame(
        {"case_id": chosen["case_id"].to_numpy()[row], "done_on": done.astype(str), "project_id": project[row]}
    )
