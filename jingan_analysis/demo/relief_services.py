"""From assessment to service: scores, plans, events."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from jingan_analysis.demo.allocation import days_later, rounded_shares, stream
from jingan_analysis.demo.places import Places
from jingan_analysis.demo.relief_households import Register
from jingan_analysis.demo.units import read_data

_PLANNED_BY_GRADE = {"high": 0.97, "medium": 0.92, "low": 0.78}
_DAYS_TO_PLAN = {"high": (2, 14), "medium": (5, 28), "low": (8, 40)}
_EMERGENCY_CASES = 26


def assess_needs(register: Register) -> pd.DataFrame:
    """Make the table ``need_assessments``: first assessments and a few repeats."""
    declared = read_data("relief.toml")
    random = stream("assessments")
    first = register.cases[register.cases["fate"].isin(["window", "before"])]
    days = first[["household_id", "fate", "assessed_on"]].reset_index(drop=True)
    repeats = [days, *(_repeats(days, fate, declared, random) for fate in ("window", "before"))]
    table = pd.concat(repeats, ignore_index=True)
    needs = declared["needs"]
    found = random.random((len(table), len(needs))) < [row["found"] for row in needs.values()]
    scores = np.where(found, random.uniform(0.52, 0.98, found.shape), random.uniform(0.0, 0.42, found.shape))
    table[[f"score_{need}" for need in needs]] = np.round(scores, 2)
    total = np.round(scores, 2).sum(axis=1)
    table["grade"] = np.select([total >= 4.6, total >= 3.3], ["high", "medium"], "low")
    table["assessed_on"] = table["assessed_on"].to_numpy().astype("datetime64[D]").astype(str)
    table = table.sort_values(["assessed_on", "household_id"], ignore_index=True).drop(columns="fate")
    table.insert(0, "assessment_id", [f"N{number + 1:05d}" for number in range(len(table))])
    return table


def _repeats(days: pd.DataFrame, fate: str, declared: dict[str, Any], random: np.random.Generator) -> pd.DataFrame:
    """Second assessments in the same period, at least 90 days after the first."""
    first = np.datetime64(declared["window"]["first_day"])
    last = np.datetime64(declared["window"]["last_day"]) if fate == "window" else days_later(first, -1)
    assessed = days["assessed_on"].to_numpy().astype("datetime64[D]")
    pool = np.flatnonzero((days["fate"] == fate).to_numpy() & (assessed <= days_later(last, -100)))
    count = declared["households"]["reassessed_in_window" if fate == "window" else "reassessed_before"]
    chosen = np.sort(random.choice(pool, count, replace=False))
    later = np.minimum(assessed[chosen] + random.integers(90, 200, count), last)
    return days.iloc[chosen].assign(assessed_on=later)


def agree_plans(register: Register, assessments: pd.DataFrame, projects: pd.DataFrame, places: Places) -> pd.DataFrame:
    """Make the table ``service_plans`` with two columns more: ``fate`` and ``served``."""
    declared = read_data("relief.toml")
    random = stream("plans")
    last = np.datetime64(declared["window"]["last_day"])
    reach = {unit.code: unit.reach for unit in places.units}
    of_household = register.households.set_index("household_id")["subdistrict_code"].map(reach)
    cases = register.cases.set_index("household_id")
    by_need = dict(list(projects.groupby("need_dimension")))
    rows: list[dict[str, Any]] = []
    for row in assessments.drop_duplicates("household_id").to_dict("records"):
        household, grade = row["household_id"], row["grade"]
        tilt = 0.75 + 0.25 * min(float(of_household[household]), 1.2)
        agreed = days_later(np.datetime64(row["assessed_on"]), int(random.integers(*_DAYS_TO_PLAN[grade])))
        if random.random() >= _PLANNED_BY_GRADE[grade] * tilt or agreed > last:
            continue
        for need, chances in declared["needs"].items():
            if row[f"score_{need}"] >= 0.5 and random.random() < chances["planned"]:
                offers = by_need[need]
                project = offers.iloc[int(random.integers(len(offers)))]
                plan = {"case_id": cases.loc[household, "case_id"], "project_id": project["project_id"]}
                plan |= {"agreed_on": str(agreed), "layer": project["layer"]}
                plan["planned_units"] = int(random.integers(3, 16 if grade == "low" else 26))
                plan["fate"] = cases.loc[household, "fate"]
                plan["served"] = bool(random.random() < chances["served"] * tilt and agreed <= days_later(last, -12))
                rows.append(plan)
    table = pd.DataFrame(rows).sort_values(["agreed_on", "case_id", "project_id"], ignore_index=True)
    table.insert(0, "plan_id", [f"L{number + 1:05d}" for number in range(len(table))])
    return table


def give_services(register: Register, plans: pd.DataFrame, projects: pd.DataFrame) -> pd.DataFrame:
    """Make the table ``service_events``; the counts in and before the window are met exactly."""
    declared = read_data("relief.toml")
    events, random = declared["events"], stream("events")
    first, last = (np.datetime64(declared["window"][name]) for name in ("first_day", "last_day"))
    served = plans[plans["served"]]
    now, earlier = served[served["fate"] == "window"], served[served["fate"] == "before"]
    others = events["window_to_assessed_before"], events["window_to_never_assessed"]
    started = earlier[earlier["agreed_on"].to_numpy().astype("datetime64[D]") <= days_later(first, -12)]
    pieces = [
        _spread(now, events["window"] - sum(others), (first, last), random),
        _spread(earlier, others[0], (first, last), random),
        _spread(_emergencies(register, projects, random), others[1], (first, last), random),
        _spread(started, events["before"], (np.datetime64("2023-01-01"), days_later(first, -1)), random),
    ]
    table = pd.concat(pieces, ignore_index=True)
    table = table.sort_values(["done_on", "case_id", "project_id"], kind="stable", ignore_index=True)
    table.insert(0, "event_id", [f"V{number + 1:05d}" for number in range(len(table))])
    return table


def _emergencies(register: Register, projects: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Cases that were served at once, without assessment or plan."""
    cases = register.cases
    pool = cases[(cases["fate"] == "known") & (cases["closed_on"] == "") & (cases["opened_on"] < "2024-07-15")]
    chosen = pool.iloc[np.sort(random.choice(len(pool), _EMERGENCY_CASES, replace=False))]
    urgent = projects.loc[projects["layer"] == "emergency", "project_id"].to_numpy()
    return pd.DataFrame(
        {
            "case_id": chosen["case_id"].to_numpy(),
            "project_id": random.choice(urgent, len(chosen)),
            "agreed_on": chosen["opened_on"].to_numpy(),
            "planned_units": 2,
        }
    )


def _spread(
    plans: pd.DataFrame,
    total: int,
    days: tuple[np.datetime64, np.datetime64],
    random: np.random.Generator,
) -> pd.DataFrame:
    """Events of these plans within the days: more for larger plans that run longer, at least one each."""
    agreed = plans["agreed_on"].to_numpy().astype("datetime64[D]")
    start = np.maximum(agreed + random.integers(2, 11, len(plans)), days[0])
    length = (days[1] - start).astype(np.int64) + 1
    counts = rounded_shares(plans["planned_units"].to_numpy(dtype=np.float64) * length, total, at_least=1)
    rows = np.repeat(np.arange(len(plans)), counts)
    done = start[rows] + np.floor(random.random(total) * length[rows]).astype(np.int64)
    minutes = random.choice([20, 30, 45, 60, 90, 120], total, p=[0.15, 0.3, 0.2, 0.2, 0.1, 0.05])
    recorded = random.random(total) >= 0.04
    return pd.DataFrame(
        {
            "case_id": plans["case_id"].to_numpy()[rows],
            "project_id": plans["project_id"].to_numpy()[rows],
            "done_on": done.astype(str),
            "minutes": np.where(recorded, minutes.astype(str), ""),
        }
    )
