from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter, LedgerDoesNotClose
from jingan_analysis.geography.impedance import impedance
from jingan_analysis.geography.nearest import nearest_facility
from jingan_analysis.geography.network import Network
from jingan_analysis.geography.severance import Links, candidate_crossings, closed_gates, opened_network
from jingan_analysis.models.openings import openings


def town(lines, **columns):
    """A network from pairs of corner coordinates in metres."""
    return Network.from_edges(
        gpd.GeoDataFrame(
            {
                "edge_id": [f"{a}{b}" for a, b in lines],
                "from_node": [str(a) for a, _ in lines],
                "to_node": [str(b) for _, b in lines],
                "length_m": [float(np.hypot(*np.subtract(a, b))) for a, b in lines],
                **columns,
            },
            geometry=[shapely.LineString([a, b]) for a, b in lines],
            crs="EPSG:4549",
        )
    )


BANKS = [
    ((0, 0), (0, 60)),
    ((0, 0), (450, 0)),
    ((450, 0), (900, 0)),
    ((0, 60), (450, 60)),
    ((450, 60), (900, 60)),
    ((900, 60), (900, 300)),
    ((900, 0), (900, -200)),
]
HOMES = np.array([[900.0, -150.0], [700.0, -5.0], [100.0, -5.0], [880.0, 65.0], [5000.0, 0.0]])
PERSONS = [40, 30, 20, 10, 7]
SITE = np.array([[900.0, 250.0]])
LIMIT = 600_000


@pytest.fixture
def creek():
    walking = town(BANKS)
    return walking, candidate_crossings(walking, gap_m=80, detour_m=600, spacing_m=150)


def test_bridge_brings_the_far_bank_within(creek):
    """Over the east bridge: 150 + 60 + 190 m for the first home, 5 + 200 + 250 m for the second; over the middle one the
    second walks 5 + 250 + 60 + 450 + 190 m, which is too far."""
    found = openings(creek[1], creek[0], HOMES, PERSONS, SITE, limit_mm=LIMIT)
    assert list(found.links.link_id) == ["crossing-(900, 0)-(900, 60)", "crossing-(450, 0)-(450, 60)"]
    assert list(found.gained_persons) == [70, 0]
    assert list(found.gained_homes) == [2, 0]
    assert (found.within_persons, found.beyond_persons, found.unsnapped_persons, found.persons) == (10, 90, 7, 107)
    assert list(found.home_turn) == [-2, -2, -2, -1, -3]


def test_the_limit_is_inclusive(creek):
    walk = 150_000 + 60_000 + 190_000
    for limit, gained in ((walk, 40), (walk - 1, 0)):
        found = openings(creek[1], creek[0], HOMES[:1], [40], SITE, limit_mm=limit)
        assert found.gained_persons.max() == gained


def test_link_that_already_exists_gains_nobody(creek):
    """The bridge is opened in the input; opening it once more beside itself moves nobody."""
    walking, links = creek
    found = openings(links, opened_network(walking, links), HOMES, PERSONS, SITE, limit_mm=LIMIT)
    assert not found.gained_persons.any()


def test_closed_gate_gains_as_a_crossing_does(creek):
    closed = [False] * 7 + [True]
    walking = town([*BANKS, ((900, 0), (900, 60))], closed=closed)
    found = openings(closed_gates(walking), walking, HOMES, PERSONS, SITE, limit_mm=LIMIT)
    assert list(found.gained_persons) == [70]


def test_gate_that_leads_one_way_gains_those_on_one_side(creek):
    """Walkable from north to south only, it lets nobody come from the south bank to the site in the north."""
    lines = [*BANKS, ((900, 0), (900, 60))]
    rules = {"closed": [False] * 7 + [True]}
    for direction, gained in (("forward", 70), ("backward", 0)):
        walking = town(lines, walk_direction=["both"] * 7 + [direction], **rules)
        assert (
            openings(closed_gates(walking), walking, HOMES, PERSONS, SITE, limit_mm=LIMIT).gained_persons[0] == gained
        )


def test_who_cannot_take_stairs_may_gain_more():
    """The bridge in the west is a flight of stairs: without it the south bank is cut off, and the new link frees it."""
    walking = town(BANKS, stairs=[True] + [False] * 6)
    level = impedance(walking, stairs_factor=None)
    links = candidate_crossings(walking, gap_m=80, detour_m=600, spacing_m=150, cost=level)
    assert links.separate.all()
    far = 3_000_000
    assert openings(links, walking, HOMES, PERSONS, SITE, limit_mm=far).gained_persons.max() == 0
    slow = openings(links, walking, HOMES, PERSONS, SITE, limit_mm=far, cost=level)
    assert slow.gained_persons.max() == 90


def test_ties_go_to_the_lower_name():
    """Two equal bridges at equal distance from the only home."""
    lines = [((0, 0), (400, 0)), ((400, 0), (800, 0)), ((0, 60), (400, 60)), ((400, 60), (800, 60))]
    lines += [((-700, 0), (0, 0)), ((-700, 60), (0, 60)), ((-700, 0), (-700, 60))]
    walking = town(lines)
    links = candidate_crossings(walking, gap_m=60, detour_m=600, spacing_m=150)
    found = openings(
        links, walking, np.array([[400.0, -5.0]]), [9], np.array([[400.0, 70.0]]), limit_mm=900_000, turns=3
    )
    best = found.gained_persons == found.gained_persons.max()
    assert best.sum() >= 2
    assert list(found.links.link_id[best]) == sorted(found.links.link_id[best])
    assert list(found.opened_in_turn) == [0]


def test_in_turn_the_second_gains_beside_the_first(creek):
    """Alone the middle bridge gains 50 with a longer limit; beside the east one only whoever is left."""
    walking, links = creek
    limit = 1_010_000
    found = openings(links, walking, HOMES, PERSONS, SITE, limit_mm=limit, turns=5)
    frame = found.in_turn_frame()
    assert frame["gained_persons_so_far"].iloc[-1] + found.within_persons + found.beyond_persons + 7 == 107
    assert found.gained_in_turn.sum() < found.gained_persons.sum()


def test_no_turns_and_no_links(creek):
    walking, links = creek
    none = links.take(np.zeros(len(links), dtype=bool))
    found = openings(none, walking, HOMES, PERSONS, SITE, limit_mm=LIMIT, turns=2)
    assert len(found.to_frame()) == len(found.in_turn_frame()) == 0
    assert found.within_persons == 10


def test_faults_are_named(creek):
    walking, links = creek
    with pytest.raises(InvalidParameter, match="turns=-1"):
        openings(links, walking, HOMES, PERSONS, SITE, limit_mm=LIMIT, turns=-1)
    with pytest.raises(InvalidParameter, match="persons"):
        openings(links, walking, HOMES, PERSONS[:2], SITE, limit_mm=LIMIT)
    with pytest.raises(InvalidParameter, match="cutoff_mm=0"):
        openings(links, walking, HOMES, PERSONS, SITE, limit_mm=0)


def test_ledger_that_does_not_close_is_refused(creek):
    found = openings(creek[1], creek[0], HOMES, PERSONS, SITE, limit_mm=LIMIT)
    with pytest.raises(LedgerDoesNotClose, match="107.0 persons"):
        replace(found, within_persons=11.0).close()


# --- against a new search with the link in the network ----------------------------------------


@st.composite
def towns(draw):
    """A grid with missing streets; homes and sites stand in the streets, so that a new link moves nobody's door."""
    size, shift = draw(st.integers(3, 5)), st.integers(-20, 20)
    place = {(i, j): (100 * i + draw(shift), 100 * j + draw(shift)) for i in range(size) for j in range(size)}
    near = [(a, b) for a in place for b in place if a < b and abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1]
    kept = draw(st.lists(st.sampled_from(near), min_size=len(near) // 2, unique=True))
    lines = [(place[a], place[b]) for a, b in kept]
    spot = st.tuples(st.integers(0, len(lines) - 1), st.sampled_from([0.2, 0.3, 0.5, 0.8]))
    homes, sites = draw(st.lists(spot, min_size=1, max_size=12)), draw(st.lists(spot, min_size=1, max_size=3))
    persons = [draw(st.integers(0, 50)) for _ in homes]
    return lines, homes, sites, persons, draw(st.integers(100_000, 700_000))


def doors(lines, spots):
    return np.array([np.add(lines[k][0], share * np.subtract(lines[k][1], lines[k][0])) for k, share in spots])


@settings(deadline=None, max_examples=25, derandomize=True)
@given(towns())
def test_gains_equal_a_new_search_with_the_link(drawn):
    lines, homes, sites, persons, limit = drawn
    walking, persons = town(lines), np.array(persons)
    home_xy, site_xy = doors(lines, homes), doors(lines, sites)
    links = candidate_crossings(walking, gap_m=150, detour_m=300, spacing_m=1)
    options = {"cutoff_mm": limit, "main_component_only": False}
    found = openings(links, walking, home_xy, persons, site_xy, limit_mm=limit, turns=3, main_component_only=False)
    before = nearest_facility(home_xy, site_xy, network=walking, **options).found
    for row in range(len(found.links)):
        opened = opened_network(walking, found.links.take(np.array([row])))
        after = nearest_facility(home_xy, site_xy, network=opened, **options).found
        assert found.gained_persons[row] == persons[after & ~before].sum()
        assert found.gained_homes[row] == (after & ~before & (persons > 0)).sum()
    so_far = before
    for step, gained in enumerate(found.gained_in_turn):
        opened = opened_network(walking, found.links.take(found.opened_in_turn[: step + 1]))
        after = nearest_facility(home_xy, site_xy, network=opened, **options).found
        assert gained == persons[after & ~so_far].sum()
        assert (found.home_turn[after & ~so_far] == step).all()
        so_far = after
    parts = found.within_persons + found.gained_in_turn.sum() + found.beyond_persons + found.unsnapped_persons
    assert parts == persons.sum()
    assert (np.diff(found.gained_persons) <= 0).all()


def test_links_of_both_kinds_are_ranked_together(creek):
    lines = [*BANKS, ((900, 0), (900, 60))]
    walking = town(lines, closed=[False] * 7 + [True])
    crossings = candidate_crossings(walking, gap_m=80, detour_m=600, spacing_m=150)
    found = openings(Links.joined(crossings, closed_gates(walking)), walking, HOMES, PERSONS, SITE, limit_mm=LIMIT)
    assert list(found.to_frame()["kind"]) == ["gate", "crossing"]
