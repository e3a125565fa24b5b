"""Intervals from draws: point, mean, common random numbers, undefined draws, coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.measures.catchment import two_step_catchment
from jingan_analysis.models.monte_carlo import difference, monte_carlo
from jingan_analysis.models.monte_carlo_inputs import (
    Fixed,
    LogNormal,
    MarginOfError,
    Normal,
    Reallocation,
    Uniform,
    UnknownCapacity,
)


def total(drawn):
    return {"total": drawn["a"] + drawn["b"]}


TWO = {"a": Normal(10, 1), "b": Uniform(0, 2)}


def test_interval_of_a_sum_against_the_same_draws_by_hand():
    found = monte_carlo(total, TWO, draws=400, seed=5, confidence=0.9)
    drawn = sorted(found.each_draw[:, 0])
    assert found.point.tolist() == [11.0]
    assert found.mean[0] == pytest.approx(sum(drawn) / 400)
    # numpy's default percentile interpolates between order statistics at (n - 1) q.
    place = 399 * 0.05
    assert found.lower[0] == pytest.approx(drawn[19] + (place - 19) * (drawn[20] - drawn[19]))
    assert found.standard_error[0] == pytest.approx(np.std(drawn, ddof=1) / 20)
    assert found.undefined.tolist() == [0]


def test_standard_error_of_the_mean_shrinks_with_the_root_of_the_draws():
    few = monte_carlo(total, TWO, draws=100, seed=5, confidence=0.9)
    many = monte_carlo(total, TWO, draws=1600, seed=5, confidence=0.9)
    assert few.standard_error[0] / many.standard_error[0] == pytest.approx(4, rel=0.15)
    assert abs(many.mean[0] - 11) < 4 * many.standard_error[0]


def test_more_draws_go_on_where_fewer_stopped():
    few = monte_carlo(total, TWO, draws=40, seed=5, confidence=0.9)
    many = monte_carlo(total, TWO, draws=80, seed=5, confidence=0.9)
    assert (many.each_draw[:40] == few.each_draw).all()


def test_same_seed_same_bytes_another_seed_others():
    one = monte_carlo(total, TWO, draws=40, seed=5, confidence=0.9)
    assert one.each_draw.tobytes() == monte_carlo(total, TWO, draws=40, seed=5, confidence=0.9).each_draw.tobytes()
    assert (one.each_draw != monte_carlo(total, TWO, draws=40, seed=6, confidence=0.9).each_draw).all()


def test_everything_known_gives_an_interval_without_width():
    found = monte_carlo(total, {"a": Fixed(3), "b": Fixed(4)}, draws=20, seed=1, confidence=0.9)
    assert (found.lower[0], found.point[0], found.upper[0], found.standard_error[0]) == (7, 7, 7, 0)


def test_common_draws_make_a_difference_far_more_certain_than_separate_ones():
    def plan(extra):
        return lambda drawn: {"served": float(np.minimum(drawn["people"], drawn["seats"] + extra).sum())}

    inputs = {"people": Normal(np.full(20, 100.0), 20), "seats": Uniform(np.full(20, 60.0), 140)}
    now = monte_carlo(plan(0), inputs, draws=400, seed=1, confidence=0.95)
    more = monte_carlo(plan(5), inputs, draws=400, seed=1, confidence=0.95)
    apart = monte_carlo(plan(5), inputs, draws=400, seed=2, confidence=0.95)
    common = difference(more, now)
    assert common.each_draw.var() * 20 < (apart.each_draw - now.each_draw).var()
    assert 0 < common.lower[0] < common.mean[0] < common.upper[0] <= 100
    assert (apart.each_draw < now.each_draw).any()  # drawn apart, more seats can seem to serve fewer


def test_a_difference_needs_the_same_draws_and_a_shared_number():
    one = monte_carlo(total, TWO, draws=40, seed=1, confidence=0.9)
    with pytest.raises(InvalidParameter, match="drawn apart"):
        difference(one, monte_carlo(total, TWO, draws=40, seed=2, confidence=0.9))
    with pytest.raises(InvalidParameter, match="drawn apart"):
        difference(one, monte_carlo(total, TWO, draws=50, seed=1, confidence=0.9))
    other = monte_carlo(lambda drawn: {"other": drawn["a"]}, TWO, draws=40, seed=1, confidence=0.9)
    with pytest.raises(InvalidParameter, match="shared"):
        difference(one, other)


def test_undefined_draws_are_counted_and_left_out():
    def share(drawn):
        return {"share": math.nan if drawn["a"] < 0.25 else 1.0, "infinite": math.inf, "a": drawn["a"]}

    found = monte_carlo(share, {"a": Uniform(0, 1)}, draws=200, seed=3, confidence=0.9)
    below = int((found.each_draw[:, 2] < 0.25).sum())
    assert 0 < below < 200
    assert found.undefined.tolist() == [below, 200, 0]
    assert found.mean[0] == 1.0
    assert np.isnan([found.mean[1], found.lower[1], found.upper[1], found.standard_error[1]]).all()
    assert found.to_frame()["undefined_draws"].tolist() == [below, 200, 0]


def test_too_few_draws_a_level_in_percent_and_a_changing_headline_are_refused():
    with pytest.raises(InvalidParameter, match="at least 40"):
        monte_carlo(total, TWO, draws=39, seed=1, confidence=0.95)
    with pytest.raises(InvalidParameter, match="0.95"):
        monte_carlo(total, TWO, draws=100, seed=1, confidence=95)

    def moody(drawn):
        return {"a": 1.0} if drawn["a"] == 10 else {"b": 1.0}

    with pytest.raises(InvalidParameter, match="NaN where it is not defined"):
        monte_carlo(moody, TWO, draws=40, seed=1, confidence=0.9)


N_POINTS, N_SITES, N_AREAS = 40, 4, 5


def simulated_district(rng):
    """A town whose truth is known: distances, people, seats, speed."""
    home, site = rng.random((N_POINTS, 2)) * 2000, rng.random((N_SITES, 2)) * 2000
    metres = np.hypot(*(home[:, None] - site[None]).transpose(2, 0, 1))
    i, j = np.indices(metres.shape)
    costs = TravelCosts(
        origin_ids=np.arange(N_POINTS).astype(object),
        destination_ids=np.arange(N_SITES).astype(object),
        origin=i.ravel(),
        destination=j.ravel(),
        distance_mm=(metres.ravel() * 1000).astype(np.int64),
        cutoff_mm=3_000_000,
        method="walking_network",
        origin_snapped=np.ones(N_POINTS, dtype=bool),
        destination_snapped=np.ones(N_SITES, dtype=bool),
    )
    area = np.arange(N_POINTS) % N_AREAS
    return costs, area, rng.integers(1, 10, N_POINTS).astype(float)


def headline_numbers(costs):
    def model(drawn):
        persons, limit = drawn["people"], int(drawn["speed"] * 10 * 60_000)
        near = np.bincount(costs.origin, costs.distance_mm <= limit, costs.n_origins) > 0
        access = two_step_catchment(costs, persons, drawn["seats"], limit).access
        return {
            "persons_in_reach": float(persons[near].sum()),
            "share_in_reach": float(persons[near].sum() / persons.sum()),
            "share_below_half": float(persons[access < 0.5].sum() / persons.sum()),
        }

    return model


def coverage(trials, truth_and_inputs, *, confidence):
    """How often the interval holds the truth, for each headline number."""
    held = []
    for trial in range(trials):
        rng = np.random.default_rng([2024, trial])
        costs, area, weight = simulated_district(rng)
        truth, inputs = truth_and_inputs(rng, area, weight)
        model = headline_numbers(costs)
        found = monte_carlo(model, inputs, draws=120, seed=trial, confidence=confidence)
        true = np.array(list(model(truth).values()))
        held.append((found.lower <= true) & (true <= found.upper))
    return np.mean(held, axis=0)


def allocated_town(rng, area, weight):
    """Area totals are published; where in the area people live, the speed and two capacities are not known."""
    people = Reallocation(np.full(N_AREAS, 60), area, weight, trust=10)
    speed, seats = LogNormal(0.9, 1.15), UnknownCapacity([80, np.nan, 50, np.nan], 10, 90)
    truth = {"people": people.draw(rng), "speed": speed.draw(rng), "seats": seats.draw(rng)}
    return truth, {"people": people, "speed": speed, "seats": seats}


def surveyed_town(rng, area, weight):
    """Counts are published from a sample with margins; the truth is not drawn from our distributions."""
    true_people = rng.integers(60, 200, N_POINTS).astype(float)
    margin = 1.645 * (se := rng.uniform(4, 12, N_POINTS))
    published = true_people + se * rng.standard_normal(N_POINTS)
    seats = np.full(N_SITES, 400.0)
    truth = {"people": true_people, "speed": 0.9, "seats": seats}
    return truth, {"people": MarginOfError(published, margin), "speed": Fixed(0.9), "seats": Fixed(seats)}


@pytest.mark.slow
def test_intervals_of_allocated_towns_hold_the_truth_as_often_as_they_say():
    # 240 towns at 90 %: the standard error of the coverage is 1.9 points; four of them either side.
    held = coverage(240, allocated_town, confidence=0.9)
    assert (np.abs(held - 0.9) < 4 * math.sqrt(0.9 * 0.1 / 240)).all(), held


@pytest.mark.slow
def test_intervals_of_surveyed_towns_hold_the_truth_as_often_as_they_say():
    held = coverage(240, surveyed_town, confidence=0.9)
    assert (np.abs(held[:2] - 0.9) < 4 * math.sqrt(0.9 * 0.1 / 240)).all(), held


@pytest.mark.slow
def test_believing_one_uncertain_input_known_gives_intervals_that_hold_too_rarely():
    def overconfident(rng, area, weight):
        truth, inputs = allocated_town(rng, area, weight)
        return truth, {**inputs, "speed": Fixed(0.9)}

    held = coverage(120, overconfident, confidence=0.9)
    assert (held[:2] < 0.75).all(), held
