"""Rows of the tables on relief, written by hand, and records made of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd

from jingan_analysis.studies.period import Period
from jingan_analysis.studies.relief_coverage_needs import DIMENSIONS
from jingan_analysis.studies.relief_coverage_records import Records, relief_records

COLUMNS = {
    "households": [
        "household_id",
        "subdistrict_code",
        "committee_id",
        "members",
        "relief_category",
        "relief_from",
        "relief_to",
    ],
    "relief_cases": ["case_id", "household_id", "opened_on", "discovery_source", "closed_on"],
    "need_assessments": ["household_id", "assessed_on", *(f"score_{name}" for name in DIMENSIONS), "grade"],
    "service_plans": ["case_id", "project_id", "agreed_on"],
    "service_events": ["case_id", "project_id", "done_on"],
}
DAYS = ("relief_from", "relief_to", "opened_on", "closed_on", "assessed_on", "agreed_on", "done_on")


def relief_of(period: str = "2024-08", **tables: list[dict[str, Any]]) -> Records:
    """Records of a district made of the rows given."""
    frames = {}
    for name, names in COLUMNS.items():
        frame = pd.DataFrame(tables.get(name, []), columns=names)
        frames[name] = frame.assign(**{column: pd.to_datetime(frame[column]) for column in names if column in DAYS})
    district = SimpleNamespace(table=frames.__getitem__, has=lambda name: name in frames)
    return relief_records(district, Period.parse(period))


def household(name: str, first: str = "2023-01-01", last: str | None = None, **more: Any) -> dict[str, Any]:
    """A household; of one member and unit A unless told otherwise."""
    return {
        "household_id": name,
        "subdistrict_code": "A",
        "committee_id": "A1",
        "members": 1,
        "relief_category": "low_income",
        "relief_from": first,
        "relief_to": last,
        **more,
    }


def case(name: str, day: str, closed: str | None = None, *, number: str = "") -> dict[str, Any]:
    """A case of a household, its only one unless it has a number."""
    return {
        "case_id": f"K-{name}{number}",
        "household_id": name,
        "opened_on": day,
        "discovery_source": "window",
        "closed_on": closed,
    }


def assessment(name: str, day: str, grade: str = "medium", **scores: float) -> dict[str, Any]:
    """An assessment of a household; scores not given are 0."""
    every = {f"score_{dimension}": scores.get(dimension, 0.0) for dimension in DIMENSIONS}
    return {"household_id": name, "assessed_on": day, "grade": grade, **every}


def service(name: str, day: str, project: str = "P") -> dict[str, Any]:
    """A service to the household's first case."""
    return {"case_id": f"K-{name}", "project_id": project, "done_on": day}
