"""Results of models print what a reader needs first, and tell what was left out."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pytest
import shapely

from jingan_analysis.geography.network import Network
from jingan_analysis.geography.severance import candidate_crossings
from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.models.monte_carlo_inputs import Fixed, Uniform
from jingan_analysis.models.multiverse import multiverse, specification_grid
from jingan_analysis.models.openings import openings
from jingan_analysis.models.sensitivity import interval_if_known
from jingan_analysis.models.why_here import why_here

LIMIT_MM = 900_000
COSTS = TravelCosts(
    origin_ids=np.arange(3).astype(object),
    destination_ids=np.arange(2).astype(object),
    origin=np.array([0, 1, 1, 2]),
    destination=np.array([0, 0, 1, 1]),
    distance_mm=np.array([100_000, 200_000, 300_000, 800_000]),
    cutoff_mm=LIMIT_MM,
    method="walking_network",
    origin_snapped=np.ones(3, dtype=bool),
    destination_snapped=np.ones(2, dtype=bool),
)
PERSONS, SUPPLY, UNIT = np.array([10.0, 20.0, 30.0]), np.array([50.0, 20.0]), np.array(["<a>", "b", "c"])


def text_of(html):
    return re.sub(r"\s+", " ", re.sub(r"<style.*?</style>|<[^>]*>", " ", html))


def test_multiverse_tells_what_holds_under_every_choice():
    chosen = specification_grid(
        methods=("e2sfca", "m2sfca"),
        minutes=(10.0, 15.0),
        decays=("gaussian",),
        walk_speeds_mps=(1.0,),
        denominators=("all",),
    )
    found = multiverse(COSTS, {"all": PERSONS}, SUPPLY, UNIT, chosen)
    html = found._repr_html_()
    told = text_of(html)
    assert "Specifications 4" in told
    assert "no confidence interval" in told
    assert "&lt;a&gt;" in html and "<a>" not in html, "labels come from data"


def test_why_here_shows_the_largest_deficit_first():
    found = why_here(COSTS, COSTS, PERSONS, np.array([50.0, np.nan]), UNIT, LIMIT_MM)
    told = text_of(found._repr_html_())
    assert "Sites of unknown capacity, left out 1" in told
    worst = found.units[found.worst(1)[0]]
    assert told.index(f" {worst} ") < min(told.index(f" {unit} ") for unit in ("b", "c") if unit != worst)


def test_openings_say_where_there_is_no_walk():
    lines = shapely.linestrings([[(0, 0), (100, 0)], [(0, 60), (100, 60)]])
    frame = gpd.GeoDataFrame(
        {"edge_id": ["s", "n"], "from_node": ["a", "c"], "to_node": ["b", "d"], "length_m": [100.0, 100.0]},
        geometry=lines,
        crs="EPSG:4549",
    )
    network = Network.from_edges(frame)
    links = candidate_crossings(network, gap_m=80, detour_m=200, spacing_m=10)
    homes, site = np.array([[50.0, 60.0]]), np.array([[50.0, 0.0]])
    found = openings(links, network, homes, [7.0], site, limit_mm=400_000, main_component_only=False)
    told = text_of(found._repr_html_())
    assert "no walk" in told
    assert f"Links looked at {len(links)}" in told
    assert found.gained_persons.max() == 7


@pytest.mark.parametrize("spread", [1.0, 5.0])
def test_monte_carlo_and_what_matters(spread):
    inputs = {"x": Uniform(0.0, spread), "y": Uniform(0.0, 1.0), "z": Fixed(2.0)}
    found = interval_if_known(
        lambda drawn: {"sum": float(drawn["x"]) + float(drawn["y"])}, inputs, draws=100, seed=1, confidence=0.9
    )
    assert "Shrinkage" in text_of(found._repr_html_())
    told = text_of(found.everything_uncertain._repr_html_())
    assert "Draws 100" in told
    assert "sum" in told
