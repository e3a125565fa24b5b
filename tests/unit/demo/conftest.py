"""The committed folder, read without the package's own intake."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from jingan_analysis.demo.build import build_tables

FOLDER = Path(__file__).parents[3] / "data/districts/demo"


@pytest.fixture(scope="session")
def folder() -> Path:
    return FOLDER


@pytest.fixture(scope="session")
def tables() -> dict[str, pd.DataFrame]:
    return build_tables()


@pytest.fixture(scope="session")
def points(tables) -> pd.DataFrame:
    """Demand points in metres with their residents by age."""
    table = tables["demand_points"].copy()
    people = tables["population"]
    people = people[people["basis"] == "resident"]
    for name, chosen in {
        "residents": people,
        "older": people[people["age_from_years"] >= 60],
        "oldest": people[people["age_from_years"] >= 80],
        "frail": people[people["frailty"] == "frail"],
    }.items():
        counts = chosen.groupby("point_id")["persons"].sum()
        table[name] = table["point_id"].map(counts).fillna(0).to_numpy()
    table[["x", "y"]] = metres(table)
    return table


def metres(table: pd.DataFrame) -> np.ndarray:
    shapes = gpd.GeoSeries.from_xy(table["lon"], table["lat"], crs=4326).to_crs(4549)
    return np.column_stack([shapes.x, shapes.y])
