from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString

from jingan_analysis.geography.network import Network
from jingan_analysis.studies.snapping_table import snapping_table
from jingan_analysis.studies.walking import Walking


def network() -> Network:
    """A street of 1,000 m along y = 0, and an island of 100 m along y = 500."""
    import geopandas as gpd

    lines = [LineString([(0, 0), (500, 0)]), LineString([(500, 0), (1000, 0)]), LineString([(0, 500), (100, 500)])]
    edges = gpd.GeoDataFrame(
        {
            "edge_id": ["a", "b", "c"],
            "from_node": ["1", "2", "8"],
            "to_node": ["2", "3", "9"],
            "length_m": [500.0, 500.0, 100.0],
        },
        geometry=lines,
        crs="EPSG:4549",
    )
    return Network.from_edges(edges)


def test_off_network_legs_are_those_of_the_joined_places():
    walking = Walking(network(), snap_cap_m=450.0, detour_factor=1.3)
    homes = np.array([[10.0, 3.0], [20.0, 5.0], [30.0, -40.0], [50.0, 430.0], [50.0, 900.0]])
    table = snapping_table(walking, {"Homes": homes, "Canteens": np.empty((0, 2))})
    row = table.frame.loc["Homes"]
    assert (row["places"], row["joined"], row["beyond_cap"]) == (5, 4, 1)
    # The fourth home is 70 m from the island and 430 m from the street that leads anywhere.
    assert row["moved_from_island"] == 1
    assert row["longest_m"] == pytest.approx(430.0)
    assert row["median_m"] == pytest.approx(np.median([3.0, 5.0, 40.0, 430.0]))
    empty = table.frame.loc["Canteens"]
    assert (empty["places"], empty["joined"]) == (0, 0)
    assert pd.isna(empty["median_m"]) and table.marks[("Canteens", "median_m")] == "z"


def test_a_straight_line_has_no_snapping():
    assert snapping_table(Walking(None, 200.0, 1.3), {"Homes": np.zeros((1, 2))}) is None
