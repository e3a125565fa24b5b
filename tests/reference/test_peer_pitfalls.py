"""Pitfalls that other packages fell into: their way beside ours, on a case whose answer is known by hand.

Each test first shows that the other way misses the answer, so it would fail if we went that way.
"""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
import tracemalloc
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from scipy.sparse import coo_matrix

from jingan_analysis.errors import InvalidNetwork, InvalidParameter
from jingan_analysis.geography import travel
from jingan_analysis.geography.network import Network
from jingan_analysis.geography.travel import travel_costs
from jingan_analysis.geography.travel_costs import TravelCosts, reach_mm
from jingan_analysis.measures.area_bootstrap import area_bootstrap
from jingan_analysis.measures.catchments.methods import catchment
from jingan_analysis.measures.catchments.rational_agent import rational_agents
from jingan_analysis.measures.inequality import gini
from jingan_analysis.measures.reach import nearest, reach_state, reached

ROOT = Path(__file__).resolve().parents[2]


def streets(*rows, crs="EPSG:4549"):
    """A network of (edge_id, from_node, to_node, vertices)."""
    frame = gpd.GeoDataFrame(
        {
            "edge_id": [row[0] for row in rows],
            "from_node": [row[1] for row in rows],
            "to_node": [row[2] for row in rows],
            "length_m": [shapely.LineString(row[3]).length for row in rows],
        },
        geometry=[shapely.LineString(row[3]) for row in rows],
        crs=crs,
    )
    return Network.from_edges(frame)


def walks(network, homes, sites, *, cutoff_m=10_000.0, **options):
    """Walks between places given as coordinates; without a network straight lines."""
    names = [
        np.array([f"{kind}{n}" for n in range(len(xy))], dtype=object) for kind, xy in (("h", homes), ("s", sites))
    ]
    xy = [np.array(places, dtype=float).reshape(-1, 2) for places in (homes, sites)]
    return travel_costs(names[0], xy[0], names[1], xy[1], network=network, cutoff_mm=round(cutoff_m * 1000), **options)


def straight(homes, sites, cutoff_m=10_000.0):
    return walks(None, homes, sites, cutoff_m=cutoff_m, detour_factor=1.0)


STREET = ("street", "a", "b", [(0, 0), (1000, 0)])


# --- walks ------------------------------------------------------------------------------------------


def test_places_snapped_to_the_nearest_node_lose_a_home_that_is_near():
    """pandana, access: the walk begins and ends at a crossing, and the way to it is not counted."""
    homes, sites = [(450.0, 0.0), (0.0, 150.0)], [(650.0, 0.0)]
    crossings = [0.0, 1000.0]
    peer = [abs(min(crossings, key=lambda c, x=x: abs(c - x)) - 1000.0) for x, _ in homes]  # the site's crossing is b
    assert peer == [1000.0, 1000.0]
    found = walks(streets(STREET), homes, sites)
    assert found.distance_mm.tolist() == [200_000, 800_000]  # along the street, and with the 150 m to it
    assert reached(found, 200_000).tolist() == [True, False]


def test_unreachable_is_missing_and_counted_and_not_a_number():
    """pandana says 4,294,967.295 m, QNEAT3 the last valid cost, valhalla 0 m."""
    island = ("yard", "p", "q", [(0, 900), (200, 900)])
    found = walks(
        streets(STREET, island), [(0.0, 0.0), (100.0, 900.0)], [(500.0, 0.0)], main_component_only=False, snap_cap_m=50
    )
    near = nearest(found)
    mean_m = [np.mean([500.0, peer]) for peer in (4_294_967.295, 0.0)]
    reached_by_peer = [peer <= 600.0 for peer in (500.0, 0.0)]  # the last valid cost, or 0, says that she is there
    assert 500.0 not in mean_m
    assert all(reached_by_peer)
    assert np.nanmean(near.distance_mm) == 500_000
    assert near.distance_mm[0] == 500_000
    assert math.isnan(near.distance_mm[1])
    assert near.destination[1] == -1
    assert reach_state(found, 10_000_000).tolist() == ["reached", "beyond"]


def test_exactly_the_limit_is_within_it():
    """AccessMod: < for <= left out every place at exactly the limit."""
    found = straight([(0.0, 0.0)], [(900.0, 0.0)])
    limit = reach_mm(1.0, 15.0)
    assert not (found.distance_mm < limit).any()
    assert reached(found, limit).tolist() == [True]
    assert reached(found, limit - 1).tolist() == [False]


def test_minutes_are_minutes_and_speeds_are_metres_a_second():
    """AccessMod took seconds for minutes."""
    assert reach_mm(1.0, 15.0) == 900_000  # not 15,000
    assert straight([(0.0, 0.0)], [(900.0, 0.0)]).minutes(1.0).tolist() == [15.0]


def test_streets_in_degrees_are_refused_and_not_answered_with_nothing():
    """QNEAT3: costs became NULL where the units of the CRS did not fit."""
    with pytest.raises(InvalidNetwork, match="project it to the district's metric CRS"):
        streets(STREET, crs="EPSG:4326")


def test_of_parallel_streets_the_shorter_is_walked():
    """scipy sums parallel edges, a simple graph keeps the last one."""
    ways = [("a", "b", 100.0), ("a", "b", 220.0)]
    summed = coo_matrix(([way[2] for way in ways], ([0, 0], [1, 1]))).tocsr()[0, 1]
    simple = nx.Graph()
    simple.add_weighted_edges_from(ways)
    assert (summed, simple["a"]["b"]["weight"]) == (320.0, 220.0)
    bow = ("bow", "a", "b", [(0, 0), (50, 97.98), (100, 0)])
    inlet, outlet = ("in", "x", "a", [(-50, 0), (0, 0)]), ("out", "b", "y", [(100, 0), (150, 0)])
    for order in ([("short", "a", "b", [(0, 0), (100, 0)]), bow], [bow, ("short", "a", "b", [(0, 0), (100, 0)])]):
        assert walks(streets(*order, inlet, outlet), [(-50.0, 0.0)], [(150.0, 0.0)]).distance_mm.tolist() == [200_000]


def test_a_tie_at_the_limit_does_not_depend_on_the_order_of_adding_up():
    """Sums of floats put pairs that are exactly 800 m apart on either side of 800 m."""
    pieces = [0.1, 0.7, 799.2]
    assert sum(pieces) != sum(reversed(pieces))
    at = np.cumsum([0.0, *pieces])
    forward = [(f"e{k}", f"n{k}", f"n{k + 1}", [(at[k], 0), (at[k + 1], 0)]) for k in range(3)]
    for rows in (forward, forward[::-1]):
        found = walks(streets(*rows), [(0.0, 0.0), (800.0, 0.0)], [(800.0, 0.0), (0.0, 0.0)])
        assert set(found.distance_mm.tolist()) == {0, 800_000}
        assert reached(found, 800_000).all()


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_any_number_of_threads_gives_the_same_walks(monkeypatch, workers):
    """Arrays that threads fill at once came out differently from run to run."""
    rng = np.random.default_rng(1)
    rows = []
    for i in range(20):
        for j in range(20):
            rows.append((f"x{i}-{j}", f"{i}-{j}", f"{i + 1}-{j}", [(i * 90, j * 90), (i * 90 + 90, j * 90)]))
            rows.append((f"y{i}-{j}", f"{i}-{j}", f"{i}-{j + 1}", [(i * 90, j * 90), (i * 90, j * 90 + 90)]))
    network = streets(*rows)
    homes, sites = rng.uniform(0, 1800, (300, 2)), rng.uniform(0, 1800, (40, 2))
    alone = walks(network, homes, sites, cutoff_m=700)
    monkeypatch.setattr(travel, "_ONE_THREAD_NODES", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: workers)
    together = walks(network, homes, sites, cutoff_m=700)
    for name in ("origin", "destination", "distance_mm"):
        np.testing.assert_array_equal(getattr(alone, name), getattr(together, name))


def test_a_site_in_a_yard_is_reached_by_its_gate():
    """A straight line, or the nearest street, walks through the wall of a compound."""
    network = streets(STREET, ("gate", "a", "g", [(0, 0), (0, 20)]), ("yard", "g", "h", [(0, 20), (300, 20)]))
    homes, sites = [(300.0, 20.0)], [(300.0, 0.0)]
    assert straight(homes, sites).distance_mm.tolist() == [20_000]
    assert walks(network, homes, sites).distance_mm.tolist() == [620_000]


def test_a_walk_to_oneself_is_zero_and_to_the_neighbour_is_not():
    """Self-trips: left out by some, and given the length of the nearest edge by others."""
    found = walks(streets(STREET), [(50.0, 40.0), (51.0, 40.0)], [(50.0, 40.0)])
    assert found.distance_mm.tolist() == [0, 81_000]


def test_ids_given_twice_are_refused():
    """A pivot sums what has one name, a join multiplies it."""
    ids, xy = np.array(["a", "a"], dtype=object), np.zeros((2, 2))
    for homes, sites in ((ids, np.array(["s", "t"], dtype=object)), (np.array(["s", "t"], dtype=object), ids)):
        with pytest.raises(InvalidParameter, match="more than once|repeat|twice"):
            travel_costs(homes, xy, sites, xy, network=None, cutoff_mm=1000)


# --- catchments -------------------------------------------------------------------------------------


def test_a_site_whose_only_people_in_reach_are_none_gives_no_infinity():
    """access: 2SFCA divides by the demand in reach and returns infinity where it is 0."""
    costs = straight([(0.0, 0.0), (5000.0, 0.0)], [(0.0, 0.0), (5000.0, 0.0)])
    with np.errstate(divide="ignore"):
        peer = np.float64(10.0) / np.float64(0.0)
    assert np.isinf(peer)
    found = catchment("e2sfca", costs, [0.0, 100.0], [10.0, 10.0], 500_000, decay="uniform")
    assert found.access.tolist() == [0.0, 0.1]
    assert found.ledger.supply_without_demand == 10.0


def test_a_home_that_reaches_nothing_stays_in_with_zero():
    """access: an origin without any pair is missing from the result, and from every mean."""
    costs = straight([(0.0, 0.0), (9000.0, 0.0)], [(0.0, 0.0)], cutoff_m=500)
    assert np.unique(costs.origin).tolist() == [0]  # a join on the pairs would drop the second
    found = catchment("e2sfca", costs, [100.0, 100.0], [10.0], 500_000, decay="uniform")
    assert found.access.tolist() == [0.1, 0.0]
    assert found.ledger.demand_without_access == 100.0


def test_three_step_shares_choices_inside_the_catchment_only():
    """access: 3SFCA normalises over all rows of the cost table, beyond the catchment too."""
    homes, sites = [(0.0, 0.0)], [(0.0, 0.0), (2000.0, 0.0)]
    table = straight(homes, sites)
    peer_choice = 1.0 / len(table.destination)  # both rows of the table, though one site only is in the catchment
    found = catchment("3sfca", table, [10.0], [10.0, 10.0], 500_000, decay="uniform")
    assert found.access[0] == pytest.approx(1.0)
    assert peer_choice * 10.0 / 10.0 != pytest.approx(1.0)


@pytest.mark.parametrize("people", [1.0, 2.0, 3.0, 4.0])
def test_cells_of_a_few_people_move_too(people):
    """access: RAAM moves whole people only, a fixed part of each cell, rounded down: cells of one to four never move."""
    moved_by_peer = math.floor(people * 0.2)
    assert moved_by_peer == 0
    costs = straight([(0.0, 0.0)], [(0.0, 0.0), (0.0, 0.0)])
    found = rational_agents(costs, [people], [10.0, 10.0], 500_000, tau_mm=100_000, rho=1.0)
    assert found.flow == pytest.approx([people / 2, people / 2], rel=1e-6)


def test_rational_agents_need_memory_for_pairs_and_not_for_a_table():
    """access: RAAM pivots to origins times destinations; 50,000 by 5,000 would be two gigabytes."""
    rng, n_homes, n_sites = np.random.default_rng(3), 50_000, 5_000
    near = rng.integers(0, n_sites, (n_homes, 2))
    pairs = np.unique(np.stack([np.repeat(np.arange(n_homes), 2), near.ravel()], axis=1), axis=0)
    distance = rng.integers(0, 900_000, len(pairs))
    order = np.lexsort((pairs[:, 1], distance, pairs[:, 0]))
    costs = TravelCosts(
        origin_ids=np.arange(n_homes).astype(str).astype(object),
        destination_ids=np.arange(n_sites).astype(str).astype(object),
        origin=pairs[order, 0],
        destination=pairs[order, 1],
        distance_mm=distance[order],
        cutoff_mm=900_000,
        method="walking_network",
        origin_snapped=np.ones(n_homes, dtype=bool),
        destination_snapped=np.ones(n_sites, dtype=bool),
    )
    tracemalloc.start()
    found = rational_agents(costs, np.ones(n_homes), np.full(n_sites, 5.0), 900_000, tau_mm=300_000, rho=1.0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.load.sum() == pytest.approx(n_homes)
    assert peak < n_homes * n_sites * 8 / 20


def test_people_beyond_the_border_compete_and_are_not_reported():
    """Cut at the border, a site beside it looks twice as generous as it is."""
    costs = straight([(0.0, 0.0), (10.0, 0.0)], [(5.0, 0.0)])
    cut = catchment("e2sfca", costs, [100.0, 0.0], [10.0], 500_000, decay="uniform")
    whole = catchment("e2sfca", costs, [100.0, 100.0], [10.0], 500_000, decay="uniform", outside=[False, True])
    assert cut.access[0] == pytest.approx(0.1)
    assert whole.access[0] == pytest.approx(0.05)
    assert whole.ledger.demand_outside == 100.0


@pytest.mark.parametrize("demand", [[math.nan], [math.inf], [-1.0]])
def test_amounts_that_are_none_are_refused(demand):
    """A NaN in the costs or the demand spread to every sum, or dropped out of it without a word."""
    with pytest.raises(InvalidParameter, match="demand"):
        catchment("e2sfca", straight([(0.0, 0.0)], [(0.0, 0.0)]), demand, [10.0], 500_000)


# --- equity -----------------------------------------------------------------------------------------


def test_the_gini_counts_people_and_not_areas():
    """inequality: no weights, so a hamlet counts as much as a town."""
    access, people = [0.0, 1.0], [10.0, 990.0]
    assert gini(access, [1.0, 1.0]) == pytest.approx(0.5)
    assert gini(access, people) == pytest.approx(0.01)


def test_people_without_access_stay_in_the_gini():
    """Zeros filtered out: whoever has nothing is not counted, and all looks equal."""
    access, people = np.array([0.0, 2.0, 2.0]), np.array([50.0, 25.0, 25.0])
    kept = access > 0
    assert gini(access[kept], people[kept]) == 0.0
    assert gini(access, people) == pytest.approx(0.5)


def test_neighbours_share_their_access_so_areas_are_resampled():
    """A bootstrap over people takes a compound for a thousand observations: its interval is far too narrow."""
    rng = np.random.default_rng(4)
    level = rng.lognormal(0.0, 0.8, 20)
    area = np.repeat(np.arange(20), 200)
    access = level[area] * rng.lognormal(0.0, 0.05, len(area))
    ones = np.ones(len(area))
    ours = area_bootstrap(gini, access, ones, area, seed=1, draws=300)
    picks = np.random.default_rng(1).integers(0, len(area), (300, len(area)))
    peer = np.quantile([gini(access[pick], ones) for pick in picks], [0.025, 0.975])
    assert np.ptp(peer) < (ours.upper - ours.lower) / 4


# --- imports ----------------------------------------------------------------------------------------


def test_the_package_starts_without_what_one_study_needs():
    """Some peers take two seconds to import, because they import all they might need."""
    heavy = ["matplotlib.pyplot", "statsmodels.api", "numba", "esda", "libpysal", "nbconvert", "papermill", "osmium"]
    code = f"import sys, jingan_analysis; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


# --- the list -----------------------------------------------------------------------------------------


def test_every_test_on_the_list_of_pitfalls_exists():
    """``docs/pitfalls.md`` names a test for each pitfall."""
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs" / "pitfalls.md").read_text(encoding="utf-8"))
    assert len(named) >= 40
    missing = [
        f"{file}::{test}" for file, test in named if f"def {test}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]
    assert not missing
