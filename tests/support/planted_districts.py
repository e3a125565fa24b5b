"""Districts made anew with other seeds by the generator of the demonstration district, as the studies read them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd

from jingan_analysis.demo import build
from jingan_analysis.demo.planted import Planted
from jingan_analysis.demo.relief_households import Register, register_households
from jingan_analysis.demo.relief_needs import assess_again, assess_first, assessment_table
from jingan_analysis.demo.relief_projects import list_projects, list_providers, restrict_projects
from jingan_analysis.demo.relief_services import agree_plans, give_services, wait_for_service
from jingan_analysis.demo.units import load_census, load_units, read_data
from jingan_analysis.studies.period import Period
from jingan_analysis.studies.relief_coverage_grade_change import GradeChange, grade_change
from jingan_analysis.studies.relief_coverage_records import Records, relief_records
from jingan_analysis.studies.relief_coverage_station_effect import StationEffect, station_effect

PROACTIVE = ("adviser_visit", "committee", "data_match")
WINDOW = Period.parse("2024-08")
UNITS = [unit.code for unit in load_units()]


@contextmanager
def declared_once() -> Iterator[None]:
    """Parse each declaration of the generator once: it reads them again for every table of every district."""
    with patch.object(tomllib, "loads", cache(tomllib.loads)):
        yield


@cache
def ground() -> tuple[Any, Any]:
    """Places and people, which no effect is planted in: made once."""
    units = load_units()
    cells = build.boundaries(units, read_data("units.toml")["district"]["outline_km2"])
    border = build.shapely.coverage_union_all(np.array(cells))
    places = build.settle_places(build.build_compounds(build.lay_streets(border), border), cells, units)
    return places, build.settle_people(places, build.build_sites(places), load_census())


def begun(planted: Planted, seed: int) -> tuple[Register, pd.DataFrame]:
    """Households and cases of one district, and first assessments with the wait after each."""
    register = register_households(*ground(), planted, seed)
    return register, wait_for_service(assess_first(register, planted, seed), planted, seed)


def as_read(register: Register, first: pd.DataFrame, services: pd.DataFrame) -> Records:
    """Households, cases, first assessments and services of one district, as the studies read them."""
    closed = first.set_index("case_id")["closed_on"]
    cases = register.cases.drop(columns=["fate", "assessed_on"])
    tables = {
        "households": register.households,
        "relief_cases": cases.assign(closed_on=_days(cases["closed_on"]).fillna(cases["case_id"].map(closed))),
        "need_assessments": assessment_table(first, first.iloc[:0]),
        "service_events": services,
    }
    for name, table in tables.items():
        dates = [column for column in table if column.endswith("_on") or column in ("relief_from", "relief_to")]
        tables[name] = table.assign(**{column: _days(table[column]) for column in dates})
    district = SimpleNamespace(table=tables.__getitem__, has=tables.__contains__)
    return relief_records(district, WINDOW)


@cache
def _projects() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Projects and whom they are open to, which no seed changes."""
    projects = list_projects(list_providers())
    return projects, restrict_projects(projects)


def all_services(register: Register, first: pd.DataFrame, planted: Planted, seed: int) -> pd.DataFrame:
    projects, rules = _projects()
    homes = first.merge(register.households[["household_id", "relief_category"]], on="household_id")
    return give_services(register, first, agree_plans(homes, projects, rules, seed), projects, planted, seed)


def first_services(first: pd.DataFrame) -> pd.DataFrame:
    """Only the first service of a household: it is all that waits are about."""
    served = first[first["first_service_on"].notna()]
    return served[["case_id"]].assign(done_on=served["first_service_on"])


def _days(written: pd.Series) -> pd.Series:
    """Days as the loader reads them; empty is no day."""
    if written.dtype.kind == "M":
        return written
    return pd.Series(np.where(written == "", "NaT", written).astype("datetime64[s]"), index=written.index)


def stations(units: tuple[str, str] | None = None) -> pd.DataFrame:
    """The declared stations; those that opened within the records in two other sub-districts where some are named."""
    table = pd.DataFrame(read_data("relief.toml")["stations"]).rename(columns={"unit": "subdistrict_code"})
    table["opened_on"] = pd.to_datetime(table["opened_on"])
    if units is not None:
        table.loc[table["opened_on"] >= pd.Timestamp(2022, 7, 1), "subdistrict_code"] = list(units)
    return table


def station_test(register: Register, table: pd.DataFrame) -> StationEffect | None:
    """The effect, or None where some sub-district had no case for years: once or twice in a hundred districts."""
    none = pd.DataFrame(columns=["household_id", "assessed_on", "grade", "day"])
    records = _bare_records(register, none, none)
    found = station_effect(records, UNITS, table, proactive=PROACTIVE, months=3, confidence=0.95, seed=1)
    assert found.refusal in (None, "cells_without_cases", "too_few_assignments")
    return found if found.refusal is None else None


def changes(register: Register, first: pd.DataFrame, planted: Planted, seed: int) -> GradeChange:
    """What became of grades from the first assessment to the second."""
    columns = ["household_id", "assessed_on", "grade"]
    assessments = pd.concat([first[columns], assess_again(first, planted, seed)[columns]])
    events = first.dropna(subset="first_service_on").rename(columns={"first_service_on": "day"})
    records = _bare_records(register, assessments, events[["household_id", "day"]])
    return grade_change(records, served_days_before=30, confidence=0.95)


def _bare_records(register: Register, assessments: pd.DataFrame, events: pd.DataFrame) -> Records:
    cases = register.cases.rename(columns={"opened_on": "day"})
    return Records(
        households=register.households.set_index("household_id"),
        cases=cases.assign(day=pd.to_datetime(cases["day"])),
        assessments=assessments.rename(columns={"assessed_on": "day"}),
        plans=None,
        events=events,
        window=WINDOW,
        exclusions=pd.DataFrame(),
    )
