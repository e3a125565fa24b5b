"""Resampling areas: order and names do not matter, and the intervals cover the truth."""

from __future__ import annotations

import math
import random
from functools import partial
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.area_bootstrap import area_bootstrap, weighted_mean
from jingan_analysis.measures.atkinson import atkinson
from jingan_analysis.measures.concentration import concentration_index, erreygers_index
from jingan_analysis.measures.inequality import gini, gini_interval, theil_l, theil_t
from jingan_analysis.measures.palma import palma_ratio
from jingan_analysis.measures.poverty import foster_greer_thorbecke

modest = settings(deadline=None, max_examples=30, derandomize=True)


def district(seed, n_areas=20, *, per_area=8):
    """Areas differ in level and in who is covered; neighbours are alike."""
    rng = np.random.default_rng(seed)
    area = np.repeat(np.arange(n_areas), per_area)
    covered = (rng.random(len(area)) >= rng.beta(0.8, 1.6, n_areas)[area]).astype(float)
    value = covered * rng.gamma(2.0, 1.0, n_areas)[area] * rng.lognormal(0.0, 0.4, len(area))
    weight = rng.integers(1, 60, len(area)) * rng.integers(1, 4, n_areas)[area]
    return value, weight.astype(float), area, covered


STATISTICS = {
    "gini": gini,
    "theil_t": theil_t,
    "theil_l": theil_l,
    "atkinson": partial(atkinson, epsilon=0.5),
    "atkinson_1": partial(atkinson, epsilon=1),
    "atkinson_2": partial(atkinson, epsilon=2),
    "palma": palma_ratio,
    "poverty": partial(foster_greer_thorbecke, line=1.0, alpha=1),
    "mean": weighted_mean,
}


def unknown_to_the_package(statistic):
    """The same index as a function of a researcher, which is called draw by draw."""

    def own(*columns):
        return statistic(*columns)

    return own


@pytest.mark.parametrize("name", STATISTICS)
@pytest.mark.parametrize("zeros", [True, False])
def test_many_draws_at_once_agree_with_draw_by_draw(name, zeros):
    value, weight, area, _ = district(1)
    value = value if zeros else value + 0.1
    statistic = STATISTICS[name]
    at_once = area_bootstrap(statistic, value, weight, area, seed=2, draws=150)
    one_by_one = area_bootstrap(unknown_to_the_package(statistic), value, weight, area, seed=2, draws=150)
    assert one_by_one.estimate == pytest.approx(float(statistic(value, weight)), abs=1e-12, nan_ok=True)
    assert at_once.undefined_draws == one_by_one.undefined_draws
    assert at_once.undefined_because == one_by_one.undefined_because
    for found in ("estimate", "lower", "upper"):
        assert getattr(at_once, found) == pytest.approx(getattr(one_by_one, found), abs=1e-11, nan_ok=True)


def test_an_index_along_a_ranking():
    value, weight, area, _ = district(3)
    ranking = np.round(np.random.default_rng(4).normal(size=len(value)), 1)
    options = {"seed": 2, "draws": 150, "ranking": ranking}
    at_once = area_bootstrap(concentration_index, value, weight, area, **options)
    one_by_one = area_bootstrap(unknown_to_the_package(concentration_index), value, weight, area, **options)
    assert (at_once.lower, at_once.upper) == pytest.approx((one_by_one.lower, one_by_one.upper), abs=1e-12)
    bounded = area_bootstrap(partial(erreygers_index, bounds=(0, 100)), value, weight, area, **options)
    assert bounded.lower < bounded.estimate < bounded.upper
    with pytest.raises(InvalidParameter, match="ranking: 1 of 160 values are NaN or infinite"):
        area_bootstrap(concentration_index, value, weight, area, seed=1, ranking=np.append(ranking[1:], np.nan))


def plain_interval(statistic, value, weight, area, *, seed, draws, confidence):
    """The definition, with lists: areas in order of content, BCa with Student's quantile."""
    contents = sorted(
        sorted((v, w) for v, w, a in zip(value, weight, area, strict=True) if a == one) for one in set(area.tolist())
    )

    def index(chosen):
        points = [point for area in chosen for point in area]
        return statistic([v for v, _ in points], [w for _, w in points])

    n, whole = len(contents), index(contents)
    chosen = np.random.default_rng(seed).integers(0, n, (draws, n))
    drawn = [index([contents[i] for i in row]) for row in chosen]
    left_out = [index(contents[:i] + contents[i + 1 :]) for i in range(n)]
    apart = [sum(left_out) / n - one for one in left_out]
    a = sum(x**3 for x in apart) / (6 * sum(x**2 for x in apart) ** 1.5)
    normal = NormalDist()
    z0 = normal.inv_cdf(sum(one < whole for one in drawn) / draws)
    t = math.sqrt(n / (n - 1)) * student.ppf((1 + confidence) / 2, n - 1)
    tails = [normal.cdf(z0 + (z0 + s) / (1 - a * (z0 + s))) for s in (-t, t)]
    return tuple(np.quantile(drawn, tails))


@pytest.mark.parametrize("statistic", [gini, weighted_mean])
def test_the_interval_agrees_with_its_definition(statistic):
    value, weight, area, _ = district(7)
    found = area_bootstrap(statistic, value, weight, area, seed=3, draws=120, confidence=0.9)
    plain = plain_interval(statistic, value, weight, area, seed=3, draws=120, confidence=0.9)
    assert (found.lower, found.upper) == pytest.approx(plain, abs=1e-12)


@modest
@given(seed=st.integers(0, 2**32 - 1))
def test_order_of_rows_and_names_of_areas_do_not_matter_to_the_bit(seed):
    value, weight, area, _ = district(5, 9, per_area=4)
    dice = random.Random(seed)
    order = dice.sample(range(len(value)), len(value))
    names = np.array(dice.sample([f"area {i}" for i in range(9)], 9))
    # Too many resamples have no Palma ratio: that answer does not depend on the order either.
    for statistic in (gini, theil_t, weighted_mean, palma_ratio):
        plain = area_bootstrap(statistic, value, weight, area, seed=1, draws=60)
        for labels in (area, names[area]):
            moved = area_bootstrap(statistic, value[order], weight[order], labels[order], seed=1, draws=60)
            assert repr(moved) == repr(plain)
    ranking = np.round(value * 3) % 5
    plain = area_bootstrap(concentration_index, value, weight, area, seed=1, draws=60, ranking=ranking)
    moved = area_bootstrap(
        concentration_index, value[order], weight[order], names[area[order]], seed=1, draws=60, ranking=ranking[order]
    )
    assert plain == moved


def test_points_and_areas_where_nobody_lives_change_nothing():
    value, weight, area, _ = district(5, 9, per_area=4)
    plain = area_bootstrap(gini, value, weight, area, seed=1, draws=60)
    more = (np.append(value, [9.0, 8.0]), np.append(weight, [0.0, 0.0]), np.append(area, [0, 77]))
    assert area_bootstrap(gini, *more, seed=1, draws=60) == plain
    assert plain.areas == 9


def test_the_unit_of_persons_and_values_does_not_matter():
    value, weight, area, _ = district(5)
    plain = area_bootstrap(gini, value, weight, area, seed=1, draws=200)
    scaled = area_bootstrap(gini, value * 3.7, weight * 0.01, area, seed=1, draws=200)
    assert (scaled.lower, scaled.upper) == pytest.approx((plain.lower, plain.upper), abs=1e-12)


def test_resampling_points_would_be_far_too_narrow():
    value, weight, area, _ = district(6, 20, per_area=50)
    by_area = area_bootstrap(gini, value, weight, area, seed=1, draws=400)
    by_point = area_bootstrap(gini, value, weight, np.arange(len(value)), seed=1, draws=400)
    assert by_area.upper - by_area.lower > 2 * (by_point.upper - by_point.lower)


def test_no_interval_and_why():
    one = area_bootstrap(gini, [1, 2], [1, 1], ["a", "a"], seed=1)
    assert one.estimate == pytest.approx(1 / 6)
    assert one.undefined_because == "an interval needs at least 2 areas with people, not 1"
    assert area_bootstrap(gini, [], [], [], seed=1).areas == 0
    nothing = area_bootstrap(gini, [0, 0], [1, 1], ["a", "b"], seed=1)
    assert nothing.undefined_because == "the index is not defined for the areas together"
    rare = area_bootstrap(gini, [0, 0, 2], [1, 1, 1], ["a", "b", "c"], seed=1, draws=300)
    # Only one of three areas has anything: (2/3)^3 of the resamples miss it.
    assert 0.2 < rare.undefined_draws / 300 < 0.4
    assert rare.undefined_because == f"the index is not defined in {rare.undefined_draws} of 300 resamples"
    for found in (one, nothing, rare):
        assert math.isnan(found.lower)
        assert math.isnan(found.upper)
    assert rare.to_frame()["undefined_because"].notna().all()


def test_areas_that_are_all_alike_give_a_point():
    found = area_bootstrap(gini, [1, 3, 1, 3], [1, 1, 1, 1], ["a", "a", "b", "b"], seed=1, draws=50)
    assert (found.lower, found.upper) == pytest.approx((0.25, 0.25))


@pytest.mark.parametrize("n_areas", [2, 3])
def test_very_few_areas_stay_within_what_was_drawn(n_areas):
    # Student's quantile with one degree of freedom is 12.7: the bounds are the extremes, never beyond.
    _, weight, area, covered = district(8, n_areas)
    found = area_bootstrap(weighted_mean, covered, weight, area, seed=1, draws=200, confidence=0.99)
    assert 0 <= found.lower <= found.estimate <= found.upper <= 1


def test_more_areas_than_are_left_out_one_at_a_time():
    rng = np.random.default_rng(1)
    value, weight = rng.gamma(1.0, 1.0, 2500), rng.integers(1, 9, 2500)
    found = area_bootstrap(gini, value, weight, np.arange(2500), seed=1, draws=200)
    assert found.lower < found.estimate < found.upper
    assert found.upper - found.lower < 0.05


def test_choices_are_checked():
    value, weight, area, _ = district(5)
    with pytest.raises(InvalidParameter, match="draws=0 must be 1 or more"):
        area_bootstrap(gini, value, weight, area, seed=1, draws=0)
    with pytest.raises(InvalidParameter, match="confidence=95 must lie between 0 and 1"):
        area_bootstrap(gini, value, weight, area, seed=1, confidence=95)
    with pytest.raises(InvalidParameter, match="area: 1 of 2 labels are missing"):
        area_bootstrap(gini, [1, 2], [1, 1], np.array(["a", None], dtype=object), seed=1)


def test_the_interval_of_the_gini_is_that_of_the_area_bootstrap():
    value, weight, area, _ = district(5)
    found = area_bootstrap(gini, value, weight, area, seed=4, draws=500)
    assert gini_interval(value, weight, area, seed=4) == (found.lower, found.upper)


def heavy_tailed_district(seed, n_areas):
    """Areas of unequal size, heavy tails, rare access."""
    rng = np.random.default_rng(seed)
    area = np.repeat(np.arange(n_areas), rng.integers(3, 20, n_areas))
    covered = (rng.random(len(area)) < rng.beta(2.0, 1.0, n_areas)[area]).astype(float)
    value = covered * rng.lognormal(0.0, 0.8, n_areas)[area] * rng.gamma(3.0, 1 / 3, len(area))
    return value, rng.lognormal(3.0, 0.7, len(area)), area, covered


@pytest.mark.slow
@pytest.mark.parametrize("make", [district, heavy_tailed_district])
def test_intervals_cover_the_truth_nearly_as_often_as_they_say(make):
    # The truth is the index of very many areas; each of 300 districts is 30 of them.
    large = [make(900 + i, 20_000) for i in range(3)]
    truth = {gini: np.mean([gini(v, w) for v, w, _, _ in large])}
    truth[weighted_mean] = np.mean([weighted_mean(c, w) for _, w, _, c in large])
    hits = {gini: [], weighted_mean: []}
    for seed in range(300):
        value, weight, area, covered = make(10_000 + seed, 30)
        for statistic, amount in ((gini, value), (weighted_mean, covered)):
            found = area_bootstrap(statistic, amount, weight, area, seed=seed, draws=999)
            hits[statistic].append(found.lower <= truth[statistic] <= found.upper)
    for statistic, hit in hits.items():
        assert 0.90 <= np.mean(hit) <= 0.98, statistic.__name__
