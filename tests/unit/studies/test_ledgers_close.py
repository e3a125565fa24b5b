"""Accounts of every study on districts drawn at random: people, sites, capacities, households, services."""

from __future__ import annotations

from math import fsum
from typing import Any

import numpy as np
import pandas as pd
import pytest
from altered import Altered
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.district import load_district
from jingan_analysis.studies import canteen_reach, relief_coverage, run_study, service_access

SITES = {"canteens": "site_id", "service_points": "point_id"}
DRAWN = settings(max_examples=10, deadline=None, derandomize=True)


@pytest.fixture(scope="module")
def small(tmp_path_factory, write_district):
    return load_district(write_district(tmp_path_factory.mktemp("ledgers") / "small"))


def answer(study: Any, district: Any):
    return run_study(study.__name__.rpartition(".")[2], district, period="2024-08", minimum_cell=1)


def moved(rng: np.random.Generator, rows: pd.DataFrame) -> pd.DataFrame:
    """Every place somewhere within the district or up to 600 m around it; a few far from any street."""
    x, y = rows["x_m"].to_numpy(), rows["y_m"].to_numpy()
    far = rng.random(len(rows)) < 0.1
    return rows.assign(
        x_m=rng.uniform(x.min() - 600, x.max() + 600, len(rows)) + 50_000 * far,
        y_m=rng.uniform(y.min() - 600, y.max() + 600, len(rows)),
        subdistrict_code=rows["subdistrict_code"].where(rng.random(len(rows)) < 0.8),
    )


def many(sites: pd.DataFrame, key: str) -> pd.DataFrame:
    """Ten sites for each."""
    found = pd.concat([sites] * 10, ignore_index=True)
    return found.assign(**{key: [f"site{number}" for number in range(len(found))]})


def drawn(district: Any, seed: int) -> Altered:
    """Homes, sites, people and capacities at random, with every kind of nothing among them."""
    rng = np.random.default_rng(seed)
    people = district.table("population")
    canteens, points = (many(district.table(name), key) for name, key in SITES.items())
    capacity = rng.choice([0.0, 7.0, 33.3, 250.0, np.nan], len(canteens))
    return Altered(
        district,
        demand_points=moved(rng, district.table("demand_points")),
        population=people.assign(persons=rng.choice([0.0, 0.4, 1.0, 17.0, 1234.5], len(people))),
        canteens=moved(rng, canteens).assign(capacity_meals_per_day=capacity),
        service_points=moved(rng, points).assign(kind="remote_spot"),
        # What was served, and where, does not belong to the places drawn here.
        meals=district.table("meals").iloc[:0],
        case_counts=district.table("case_counts").iloc[:0],
        point_matters=district.table("point_matters").iloc[:0],
    )


@pytest.mark.parametrize("study", [canteen_reach, service_access], ids=lambda study: study.__name__.rpartition(".")[2])
@given(seed=st.integers(0, 2**32 - 1))
@DRAWN
def test_people_and_supply_are_all_accounted_for(small, study, seed):
    district = drawn(small, seed)
    result = answer(study, district)
    assert [check.name for check in result.checks if not check.passed] == []
    account = result.tables["ledger"].frame
    for column in ("persons", "supply"):
        parts = account[column].drop("total").dropna()
        assert (parts >= 0).all()
        assert account.at["total", column] > 0
        assert fsum(parts) == pytest.approx(account.at["total", column], rel=1e-9, abs=1e-9)
    people = district.table("population")
    people = people[people["basis"] == "resident"]
    older = people["age_from_years"] >= (60 if study is canteen_reach else 0)
    assert account.at["total", "persons"] == pytest.approx(fsum(people.loc[older, "persons"]), rel=1e-9)


@given(seed=st.integers(0, 2**32 - 1))
@DRAWN
def test_households_and_services_are_all_accounted_for(small, seed):
    rng = np.random.default_rng(seed)
    tables = {
        name: rows[rng.random(len(rows)) < rng.choice([0.1, 0.5, 0.9])].reset_index(drop=True)
        for name, rows in (
            (name, small.table(name)) for name in ("need_assessments", "service_plans", "service_events")
        )
    }
    result = answer(relief_coverage, Altered(small, **tables))
    failed = {check.name for check in result.checks if not check.passed}
    assert failed <= {"steps come in order"}, "a plan without an assessment is a finding, not a fault of the account"
