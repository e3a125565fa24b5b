"""Walkers, equity, ranks, accounts and bounds of service access against plain loops over the files of the district."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import jingan_analysis as ja

DEMO = Path(__file__).parents[2] / "data" / "districts" / "demo"
NOT_COMPARED = {"access_clusters": {"p_value", "q_value"}}
"""Columns that hang on random permutations; see the test on clusters of canteen reach."""


@pytest.fixture(scope="module")
def naive(naive_service_supply):
    return naive_service_supply.tables(naive_service_supply.SpotGround(DEMO))


@pytest.fixture(scope="module")
def tables():
    return ja.run_study("service_access", ja.load_district(DEMO), period="2024-08").tables


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["walkers", "walkers_by_subdistrict", "robustness", "choices", "access_clusters", "equity", "ledger", "edge"],
)
def test_every_number_agrees(naive, tables, name):
    table, expected = tables[name], naive[name]
    assert set(table.frame.index) == set(expected)
    compared = {column for row in expected.values() for column in row} | NOT_COMPARED.get(name, set())
    assert compared == {column.name for column in table.columns if column.kind != "text"}
    for row, numbers in expected.items():
        for column, number in numbers.items():
            cell = table.frame.at[row, column]
            if number is None:
                assert math.isnan(cell), (row, column)
                assert table.marks[row, column] in {"x", "z"}
            elif not (isinstance(number, float) and math.isnan(number)):
                assert cell == pytest.approx(number, rel=1e-9, abs=1e-12), (row, column)


@pytest.mark.slow
def test_the_best_case_adds_what_the_border_hides(tables):
    frame = tables["edge"].frame
    assert (frame["best"] >= frame["estimate"]).all()
    assert (frame["best"] > frame["estimate"]).equals(frame["near_border"] > 0)
