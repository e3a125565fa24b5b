"""What the other side of the border could change: towns that are known whole, and then only in part."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.geography.boundaries import distance_to_boundary_m, share_outside
from jingan_analysis.geography.travel import travel_costs
from jingan_analysis.measures.catchment import enhanced_two_step_catchment
from jingan_analysis.measures.decay import decay_weights
from jingan_analysis.measures.edge_bounds import OtherSide, access_bounds, reach_bounds
from jingan_analysis.measures.reach import reached

LIMIT_M = 800
LIMIT_MM = LIMIT_M * 1000
DISTRICT = shapely.box(0, 0, 3000, 3000)


def walks(homes_xy, sites_xy):
    names = [np.array([f"{n}" for n in range(len(places))], dtype=object) for places in (homes_xy, sites_xy)]
    return travel_costs(
        names[0], homes_xy, names[1], sites_xy, network=None, cutoff_mm=LIMIT_MM, snap_cap_m=200.0, detour_factor=1.0
    )


def weight(metres):
    return decay_weights(np.rint(metres * 1000).astype(np.int64), LIMIT_MM, "gaussian")


def inside(places):
    return shapely.contains_xy(DISTRICT, places)


def lattice(step_m, rng):
    """One place at random in every square of that side, two walks beyond the border."""
    corners = np.arange(-2 * LIMIT_M, 3000 + 2 * LIMIT_M, step_m)
    squares = np.stack(np.meshgrid(corners, corners), axis=-1).reshape(-1, 2)
    return squares + rng.uniform(0, step_m, squares.shape)


def town(seed, *, people_beyond=1.0, sites_beyond=1.0):
    """An even town on both sides of the border, thinner beyond it: homes, people, sites."""
    rng = np.random.default_rng(seed)
    homes, sites = lattice(80, rng), lattice(300, rng)
    homes = homes[inside(homes) | (rng.random(len(homes)) < people_beyond)]
    sites = sites[inside(sites) | (rng.random(len(sites)) < sites_beyond)]
    return homes, rng.integers(1, 20, len(homes)).astype(float), sites


def bounds_from_inside(homes, persons, sites, ratio=1.0):
    home, site = inside(homes), inside(sites)
    beyond = OtherSide(
        share_outside(sites[site], DISTRICT, LIMIT_M, weight),
        share_outside(homes[home], DISTRICT, LIMIT_M, weight),
        ratio,
    )
    return access_bounds(
        walks(homes[home], sites[site]), persons[home], np.full(int(site.sum()), 100.0), LIMIT_MM, beyond
    )


def truth(homes, persons, sites):
    return enhanced_two_step_catchment(walks(homes, sites), persons, np.full(len(sites), 100.0), LIMIT_MM).access


@given(st.integers(0, 10_000), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=15, deadline=None)
def test_reach_lies_between_its_bounds_whatever_is_beyond_the_border(seed, people, more_sites):
    homes, _, sites = town(seed, people_beyond=people, sites_beyond=more_sites)
    home, site = inside(homes), inside(sites)
    found = reach_bounds(walks(homes[home], sites[site]), LIMIT_MM, distance_to_boundary_m(homes[home], DISTRICT))
    known = reached(walks(homes[home], sites), LIMIT_MM)
    assert np.all(found.certain <= known)
    assert np.all(known <= found.possible)


def test_a_home_farther_from_the_border_than_the_limit_is_certain():
    homes = np.array([[800.0, 1500.0], [800.001, 1500.0]])
    found = reach_bounds(walks(homes, np.empty((0, 2))), LIMIT_MM, distance_to_boundary_m(homes, DISTRICT))
    assert found.certain.tolist() == [False, False]
    assert found.possible.tolist() == [True, False]


def quarter_means(homes, persons, *values):
    """Means over people in sixteen squares of the district, shape (16,) each."""
    xy, weights = homes[inside(homes)], persons[inside(homes)]
    quarter = (xy // 750).astype(int) @ [4, 1]
    people = np.bincount(quarter, weights, 16)
    return [np.bincount(quarter, weights * value, 16) / people for value in values]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("people", "more_sites"), [(1.0, 1.0), (1.0, 0.0), (0.5, 0.5), (1.0, 0.5), (0.0, 0.0)])
def test_the_mean_of_every_quarter_lies_between_its_bounds(seed, people, more_sites):
    """An even town whose other side offers no more a head than this one; what is left of chance is a few per cent."""
    homes, persons, sites = town(seed, people_beyond=people, sites_beyond=more_sites)
    found, whole = bounds_from_inside(homes, persons, sites), truth(homes, persons, sites)[inside(homes)]
    lower, real, upper = quarter_means(homes, persons, found.lower, whole, found.upper)
    assert np.all(0.93 * lower <= real)
    assert np.all(real <= 1.07 * upper)


def test_the_cases_are_reached():
    """The worst case and the best are what such towns have: the bounds are not wider than they must be."""
    empty = town(1, sites_beyond=0.0)
    lower, real = quarter_means(*empty[:2], bounds_from_inside(*empty).lower, truth(*empty)[inside(empty[0])])
    np.testing.assert_allclose(lower, real, rtol=0.12)
    whole, alone = town(2), town(2, people_beyond=0.0, sites_beyond=0.0)
    best = bounds_from_inside(*whole).upper
    assert np.average(best) > np.average(truth(*alone))


def test_counting_the_inside_alone_is_wrong_at_the_border_and_right_far_from_it():
    homes, persons, sites = town(1, sites_beyond=0.0)
    found, whole = bounds_from_inside(homes, persons, sites), truth(homes, persons, sites)[inside(homes)]
    metres = distance_to_boundary_m(homes[inside(homes)], DISTRICT)
    near = metres < 200
    assert np.average(found.estimate[near]) > 1.2 * np.average(whole[near])
    assert np.average(found.lower[near]) < 1.1 * np.average(whole[near])
    far = metres > 1.7 * LIMIT_M
    np.testing.assert_allclose(found.estimate[far], whole[far], rtol=0.01)


@given(st.integers(0, 10_000), st.floats(0, 5))
@settings(max_examples=20, deadline=None)
def test_bounds_hold_the_estimate_and_widen_with_the_other_side(seed, ratio):
    homes, persons, sites = town(seed)
    few = slice(None, None, 10)
    homes, persons = homes[few], persons[few]
    thin, dense = (bounds_from_inside(homes, persons, sites, k) for k in (ratio, ratio + 1))
    known = np.isfinite(thin.estimate)
    assert np.all(thin.lower[known] <= thin.estimate[known])
    assert np.all(thin.estimate[known] <= thin.upper[known])
    assert np.all(dense.lower[known] <= thin.lower[known] * (1 + 1e-12))
    assert np.all(dense.upper[known] >= thin.upper[known])


def test_an_empty_other_side_changes_nothing():
    homes, persons, sites = town(2)
    found = bounds_from_inside(homes, persons, sites, 0.0)
    np.testing.assert_array_equal(found.lower, found.estimate)
    np.testing.assert_array_equal(found.upper, found.estimate)


def test_by_hand():
    """One home, one site of 10 at its door; half of each catchment beyond: ten people get 1, 1/2, and 1 + 1/2."""
    place = np.array([[0.0, 0.0]])
    found = access_bounds(walks(place, place), [10.0], [10.0], LIMIT_MM, OtherSide(np.array([0.5]), np.array([0.5])))
    assert [found.lower[0], found.estimate[0], found.upper[0]] == pytest.approx([0.5, 1.0, 1.5], abs=1e-12)


def test_people_beyond_the_border_who_are_known_are_not_in_the_mean():
    places, part = np.array([[0.0, 0.0], [5000.0, 0.0]]), np.array([0.5, 0.0])
    arguments = (walks(places, places), [10.0, 10.0], [10.0, 90.0], LIMIT_MM, OtherSide(np.zeros(2), part))
    assert access_bounds(*arguments).upper[0] == pytest.approx(1.0 + 0.5 * 5.0)
    assert access_bounds(*arguments, outside=[False, True]).upper[0] == pytest.approx(1.0 + 0.5 * 1.0)


def test_unknown_supply_stays_unknown_and_a_site_all_beyond_gives_nothing_in_the_worst_case():
    places = np.array([[0.0, 0.0], [5000.0, 0.0]])
    found = access_bounds(
        walks(places, places), [10.0, 10.0], [np.nan, 10.0], LIMIT_MM, OtherSide(np.array([0.5, 1.0]), np.zeros(2))
    )
    assert np.isnan([found.lower[0], found.estimate[0], found.upper[0]]).all()
    assert (found.lower[1], found.estimate[1]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("sites", "homes", "ratio", "words"),
    [
        ([1.5], [0.0], 1.0, "of_sites"),
        ([0.0], [-0.1], 1.0, "of_homes"),
        ([0.0], [0.0], -1.0, "density_ratio"),
        ([0.0], [0.0], np.inf, "density_ratio"),
    ],
)
def test_parts_and_ratio_have_ranges(sites, homes, ratio, words):
    with pytest.raises(InvalidParameter, match=words):
        OtherSide(np.array(sites), np.array(homes), ratio)
