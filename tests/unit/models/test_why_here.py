from __future__ import annotations

import numpy as np
import pytest

from jingan_analysis.errors import InvalidParameter, LedgerDoesNotClose
from jingan_analysis.geography.network import Network
from jingan_analysis.geography.severance import candidate_crossings, opened_network
from jingan_analysis.geography.travel import travel_costs
from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.measures.catchment import enhanced_two_step_catchment
from jingan_analysis.models.shapley import shapley_values
from jingan_analysis.models.why_here import FACTORS, WhyHere, why_here

LIMIT = 1_000_000
DISTANCE, COMPETITION, CAPACITY, BARRIERS = range(4)


def table(walks, *, unsnapped=()):
    """Costs from metres, None for no walk."""
    n, m = len(walks), len(walks[0])
    pairs = np.array(
        [
            (i, j, walks[i][j] * 1000)
            for i in range(n)
            for j in range(m)
            if walks[i][j] is not None and i not in unsnapped
        ],
        dtype=np.int64,
    ).reshape(-1, 3)
    snapped = np.ones(n, dtype=bool)
    snapped[list(unsnapped)] = False
    return TravelCosts(
        origin_ids=np.arange(n).astype(object),
        destination_ids=np.arange(m).astype(object),
        origin=pairs[:, 0],
        destination=pairs[:, 1],
        distance_mm=pairs[:, 2],
        cutoff_mm=LIMIT,
        method="walking_network",
        origin_snapped=snapped,
        destination_snapped=np.ones(m, dtype=bool),
    )


def split(walks, persons, supply, units, opened=None, **options):
    costs = table(walks)
    return why_here(costs, costs if opened is None else table(opened), persons, supply, units, LIMIT, **options)


# --- Shapley values ---------------------------------------------------------------------------


def test_shapley_of_the_glove_game():
    """One left glove (player 0), two right ones: the textbook values are 2/3, 1/6, 1/6."""
    pair = [0, 0, 0, 1, 0, 1, 0, 1]
    assert shapley_values(np.array(pair, dtype=float)) == pytest.approx([2 / 3, 1 / 6, 1 / 6], abs=1e-15)


def test_shapley_of_independent_players_is_what_each_adds():
    adds = np.array([3.0, -1.0, 0.0, 5.0])
    values = np.array([sum(adds[k] for k in range(4) if c >> k & 1) for c in range(16)])
    assert shapley_values(values) == pytest.approx(adds, abs=1e-15)


@pytest.mark.parametrize("rows", [0, 1, 3, 15])
def test_shapley_needs_every_coalition(rows):
    with pytest.raises(InvalidParameter, match=f"coalitions has {rows} rows"):
        shapley_values(np.zeros(rows))


# --- the split --------------------------------------------------------------------------------


def test_empty_coalition_is_the_mean_of_the_catchment():
    rng = np.random.default_rng(5)
    walks = rng.integers(0, 1500, (40, 6)).tolist()
    walks = [[w if w <= 1000 else None for w in row] for row in walks]
    persons, supply = rng.integers(1, 90, 40).astype(float), rng.integers(20, 200, 6).astype(float)
    units = np.array(["a", "b", "c", "d"], dtype=object)[rng.integers(0, 4, 40)]
    found = split(walks, persons, supply, units)
    access = enhanced_two_step_catchment(table(walks), persons, supply, LIMIT).access
    for row, unit in enumerate("abcd"):
        own = units == unit
        assert found.access[row] == pytest.approx((access[own] * persons[own]).sum() / persons[own].sum(), rel=1e-12)
    assert (found.deficit * found.persons).sum() == pytest.approx(0.0, abs=1e-9 * supply.sum())
    assert found.parts.sum(axis=1) == pytest.approx(found.deficit, abs=1e-13)


def test_symmetric_units_have_no_deficit_and_equal_parts():
    found = split([[200, None], [None, 200]], [50, 50], [80.0, 80.0], ["a", "b"])
    assert found.deficit == pytest.approx([0, 0], abs=1e-15)
    assert found.parts == pytest.approx(np.zeros((2, 4)), abs=1e-15)


def test_a_single_cause_carries_the_whole_deficit():
    """Two units apart from each other that differ in one respect: the other parts are 0."""
    apart = [[200, None], [None, 200]]
    small = split(apart, [50, 50], [40.0, 120.0], ["a", "b"])
    assert small.parts[0] == pytest.approx([0, 0, small.deficit[0], 0], abs=1e-15)
    assert small.deficit[0] == pytest.approx(80 / 50 - 40 / 50)


def test_crowded_unit_has_competition_alone():
    """Outsiders who come to one unit's site crowd it; nothing else differs between the units but who comes."""
    walks = [[200, None], [None, 200], [200, None]]
    found = split(walks, [50, 50, 100], [80.0, 80.0], ["a", "b", None], outside=[False, False, True])
    assert found.parts[0, COMPETITION] > 0
    assert found.deficit[0] > 0 > found.deficit[1]
    assert found.parts[0, DISTANCE] == found.parts[1, DISTANCE] == pytest.approx(0.0, abs=1e-15)


def test_factor_that_changes_nothing_has_part_exactly_zero():
    walks = [[100, 900], [700, 300], [None, 500]]
    found = split(walks, [10, 40, 30], [70.0, 20.0], ["a", "b", "b"])
    assert (found.parts[:, BARRIERS] == 0.0).all()
    assert found.gain_if_opened == 0.0


# --- directions -------------------------------------------------------------------------------


APART = [[200, None, None], [None, 200, 500], [None, 400, 300]]


def test_doubling_capacity_near_a_unit_lowers_its_capacity_part():
    """Its site was small; once it is twice as large, small sites explain less of the deficit."""
    before = split(APART, [50, 50, 60], [40.0, 80.0, 100.0], ["a", "b", "c"])
    after = split(APART, [50, 50, 60], [80.0, 80.0, 100.0], ["a", "b", "c"])
    assert after.parts[0, CAPACITY] < before.parts[0, CAPACITY]


def test_tower_block_beside_the_site_raises_competition_and_nothing_about_size():
    """Newcomers just outside share the unit's site: it is more crowded, not smaller."""
    walks = [*APART, [200, None, None]]
    units, outside = ["a", "b", "c", None], [False, False, False, True]
    before = split(walks, [50, 50, 60, 0], [80.0, 80.0, 80.0], units, outside=outside)
    after = split(walks, [50, 50, 60, 300], [80.0, 80.0, 80.0], units, outside=outside)
    change = after.parts[0] - before.parts[0]
    assert change[COMPETITION] > 0
    assert change[COMPETITION] == max(change)
    assert after.parts[0, CAPACITY] == pytest.approx(0.0, abs=1e-15)


def test_longer_walks_raise_the_distance_part():
    """The unit's people move away from the only site that they reach."""
    near = split(APART, [50, 50, 60], [80.0, 80.0, 80.0], ["a", "b", "c"])
    far = split([[900, None, None], *APART[1:]], [50, 50, 60], [80.0, 80.0, 80.0], ["a", "b", "c"])
    assert far.parts[0, DISTANCE] > near.parts[0, DISTANCE]


def test_unit_without_any_site_is_explained_by_distance():
    """No site in reach and no link to open: no site near can be small or crowded, but the average ones can."""
    found = split([[200], [None]], [50, 50], [80.0], ["a", "b"])
    assert found.access[1] == 0.0
    assert found.parts[1] == pytest.approx([found.deficit[1], 0, 0, 0], abs=1e-15)


def creek(*, bridge):
    """Two streets along a creek, 60 m apart and joined by a bridge far to the west; a bridge nearer where asked."""
    import geopandas as gpd
    import shapely

    rows = [("w", (0, 0), (0, 60)), ("a", (0, 0), (900, 0)), ("b", (0, 60), (900, 60))]
    rows += [("n", (900, 60), (900, 160)), ("s", (900, 0), (900, -100))]
    rows += [("new", (900, 0), (900, 60))] if bridge else []
    return Network.from_edges(
        gpd.GeoDataFrame(
            {
                "edge_id": [row[0] for row in rows],
                "from_node": [str(row[1]) for row in rows],
                "to_node": [str(row[2]) for row in rows],
                "length_m": [float(np.hypot(*np.subtract(*row[1:]))) for row in rows],
            },
            geometry=[shapely.LineString(row[1:]) for row in rows],
            crs="EPSG:4549",
        )
    )


def creek_split(network, opened):
    homes = np.array([[900.0, -90.0], [905.0, 150.0], [30.0, 5.0]])
    sites = np.array([[900.0, 130.0], [60.0, 0.0]])
    costs = [
        travel_costs(
            np.array(["south", "north", "west"], dtype=object), homes, np.array(["x", "y"], dtype=object), sites,
            network=walking, cutoff_mm=LIMIT,
        )
        for walking in (network, opened)
    ]  # fmt: skip
    return why_here(*costs, [100, 100, 100], [120.0, 120.0], ["south", "north", "west"], LIMIT)


def test_creek_explains_the_far_bank_and_a_bridge_ends_it():
    """The south bank sees the site across the water; the candidate found there is the barrier in question."""
    network = creek(bridge=False)
    links = candidate_crossings(network, gap_m=80, detour_m=600, spacing_m=150)
    found = creek_split(network, opened_network(network, links))
    south = list(found.units).index("south")
    assert found.deficit[south] > 0
    assert found.parts[south, BARRIERS] > 0
    assert found.parts[list(found.units).index("north"), BARRIERS] < 0
    bridged = creek(bridge=True)
    assert not len(candidate_crossings(bridged, gap_m=80, detour_m=600, spacing_m=150))
    after = creek_split(bridged, bridged)
    assert after.parts[south, BARRIERS] == 0.0
    assert after.deficit[south] < found.deficit[south]


# --- who and what is left out -----------------------------------------------------------------


def test_unknown_capacity_is_left_out_and_counted():
    found = split([[200, 300], [None, 200]], [50, 30], [80.0, np.nan], ["a", "b"])
    assert (found.sites, found.sites_unknown) == (1, 1)
    assert list(found.beside_unknown) == [50, 30]
    assert found.access == pytest.approx([80 / 50, 0.0])


def test_site_in_nobodys_reach_is_left_out_and_counted():
    found = split([[200, None], [300, None]], [50, 30], [80.0, 900.0], ["a", "b"])
    assert (found.sites, found.sites_unreached, found.supply_unreached) == (1, 1, 900.0)
    assert found.reference == pytest.approx(1.0)


def test_site_that_only_an_open_link_reaches_counts_as_what_all_gain():
    """It adds to the mean once the link is open; the barrier's part says who gains more than the mean."""
    found = split([[200, None], [200, None]], [50, 50], [80.0, 40.0], ["a", "b"], opened=[[200, None], [200, 100]])
    assert found.gain_if_opened == pytest.approx(40 / 100)
    assert found.parts[1, BARRIERS] > 0 > found.parts[0, BARRIERS]
    assert found.coalitions[15] == pytest.approx([1.2, 1.2])


def test_unsnapped_homes_are_left_out_and_counted():
    costs = table([[200], [300], [400]], unsnapped=(2,))
    found = why_here(costs, costs, [50, 30, 7], [80.0], ["a", "b", "b"], LIMIT)
    assert found.persons_unsnapped == 7
    assert list(found.persons) == [50, 30]


def test_home_snapped_only_once_links_are_open_is_left_out_of_both():
    closed, opened = table([[200], [300], [400]], unsnapped=(2,)), table([[200], [300], [100]])
    found = why_here(closed, opened, [50, 30, 7], [80.0], ["a", "b", "b"], LIMIT)
    assert found.persons_unsnapped == 7
    assert found.parts[:, BARRIERS] == pytest.approx([0, 0], abs=1e-15)


def test_unit_without_persons_is_missing_and_never_among_the_worst():
    found = split([[200], [300], [None]], [50, 0, 30], [80.0], ["a", "empty", "z"])
    assert np.isnan(found.deficit[1]) and np.isnan(found.parts[1]).all()
    assert list(found.units[found.worst(5)]) == ["z", "a"]
    assert list(found.units[found.worst(1)]) == ["z"]


def test_outsiders_do_not_lower_the_reference():
    """People far outside reach nothing: the district's mean is that of its own people, not of all on the map."""
    walks = [[200], [300], [None]]
    found = split(walks, [50, 30, 100_000], [80.0], ["a", "b", None], outside=[False, False, True])
    assert found.reference == pytest.approx(1.0)
    assert found.persons_outside == 100_000


def test_order_of_rows_does_not_matter():
    rng = np.random.default_rng(3)
    walks = rng.integers(0, 1000, (12, 3)).tolist()
    persons, units = rng.integers(1, 30, 12), list("aabbccabcabc")
    order = rng.permutation(12)
    one = split(walks, persons, [10.0, 20.0, 5.0], units)
    other = split([walks[i] for i in order], persons[order], [10.0, 20.0, 5.0], [units[i] for i in order])
    assert one.parts == pytest.approx(other.parts, abs=1e-14)


def test_frame_names_units_of_measure():
    frame = split(APART, [50, 50, 60], [40.0, 80.0, 100.0], ["a", "b", "c"]).to_frame()
    parts = frame[[f"{name}_per_person" for name in FACTORS]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(frame["deficit_per_person"].to_numpy(), abs=1e-15)
    assert list(frame["unit"]) == ["a", "b", "c"]


# --- refusals ---------------------------------------------------------------------------------


def test_nothing_to_explain():
    with pytest.raises(InvalidParameter, match="no access to explain"):
        split([[None], [None]], [50, 50], [80.0], ["a", "b"])
    with pytest.raises(InvalidParameter, match="none of 0 sites"):
        split([[100], [100]], [50, 50], [np.nan], ["a", "b"])


def test_tables_of_other_places_are_refused():
    with pytest.raises(InvalidParameter, match="differ in destination_ids"):
        split([[100]], [50], [1.0], ["a"], opened=[[100, 100]])


def test_missing_labels_are_refused():
    with pytest.raises(InvalidParameter, match="1 origins have no label"):
        split([[100], [100]], [50, 50], [1.0], ["a", None])
    with pytest.raises(InvalidParameter, match="unit has 1 labels"):
        split([[100], [100]], [50, 50], [1.0], ["a"])
    with pytest.raises(InvalidParameter, match="outside has shape"):
        split([[100], [100]], [50, 50], [1.0], ["a", "b"], outside=[True])


def test_parts_that_do_not_sum_are_refused():
    from dataclasses import replace

    found = split(APART, [50, 50, 60], [40.0, 80.0, 100.0], ["a", "b", "c"])
    assert isinstance(found, WhyHere)
    wrong = replace(found, parts=found.parts + np.array([1e-6, 0, 0, 0]))
    with pytest.raises(LedgerDoesNotClose, match="parts of a deficit"):
        wrong.close()
    with pytest.raises(LedgerDoesNotClose, match="access must be"):
        found.close(catchment_access=found.access + 1e-6)
