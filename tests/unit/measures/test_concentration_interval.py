"""Concentration curve, and the errors of the index: against the paper's formula, resampling and the convenient regression."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.concentration import concentration_index
from jingan_analysis.measures.concentration_curve import concentration_curve
from jingan_analysis.measures.concentration_interval import concentration_interval
from jingan_analysis.measures.lorenz import lorenz_curve


def kakwani_1997(values):
    """Equation 14 for people in the order of their ranks, all of the same weight."""
    n, mean = len(values), sum(values) / len(values)
    c = 2 / (n * mean) * sum(y * (2 * i - 1) / (2 * n) for i, y in enumerate(values, 1)) - 1
    q = [sum(values[:i]) / (mean * n) for i in range(n + 1)]
    a = [y / mean * (2 * (2 * i - 1) / (2 * n) - 1 - c) + 2 - q[i - 1] - q[i] for i, y in enumerate(values, 1)]
    return c, math.sqrt((sum(x * x for x in a) / n - (1 + c) ** 2) / n)


@pytest.mark.parametrize("seed", range(5))
def test_the_error_is_that_of_kakwani_wagstaff_and_van_doorslaer(seed):
    values = np.random.default_rng(seed).exponential(size=30)
    index, error = kakwani_1997(values.tolist())
    found = concentration_interval(values, np.ones(30), np.arange(30))
    assert found.index.standard == pytest.approx(index, abs=1e-12)
    assert found.std_error[0] == pytest.approx(error, abs=1e-12)
    assert (found.lower[0], found.upper[0]) == pytest.approx(
        (index - 1.959964 * error, index + 1.959964 * error), abs=1e-6
    )
    assert np.isnan(found.std_error[2:]).all(), "no bounds, no corrected form"


def test_the_convenient_regression_gives_the_same_index():
    # O'Donnell and others (2008), chapter 8: 2 var(R) y / mean on R has the index as its slope.
    generator = np.random.default_rng(1)
    values, rank = generator.exponential(size=50), (np.arange(50) + 0.5) / 50
    slope = np.polyfit(rank, 2 * rank.var() * values / values.mean(), 1)[0]
    assert concentration_interval(values, np.ones(50), np.arange(50)).index.standard == pytest.approx(slope)


def test_all_forms_have_the_error_that_resampling_gives():
    generator = np.random.default_rng(3)
    ranking, weight = generator.normal(size=300), generator.uniform(1, 4, 300)
    value = (generator.uniform(size=300) < 1 / (1 + np.exp(-1 - ranking))).astype(float)
    found = concentration_interval(value, weight, ranking, bounds=(0, 1))
    draws = []
    for _ in range(400):
        rows = generator.integers(0, 300, 300)
        one = concentration_index(value[rows], weight[rows], ranking[rows], bounds=(0, 1))
        draws.append([one.standard, one.generalised, one.erreygers, one.wagstaff])
    assert found.std_error == pytest.approx(np.std(draws, axis=0), rel=0.12)
    assert (
        found.lower < [found.index.standard, found.index.generalised, found.index.erreygers, found.index.wagstaff]
    ).all()


def test_all_forms_have_the_error_of_the_jackknife_where_nearly_all_are_covered():
    # The error of the mean is a large part of Wagstaff's error here; 400 points, each left out once.
    ranking = np.arange(400.0)
    value = (np.random.default_rng(5).uniform(size=400) < 0.6 + 0.4 * (ranking / 400) ** 0.3).astype(float)
    found = concentration_interval(value, np.ones(400), ranking, bounds=(0, 1))
    left_out = []
    for point in range(400):
        one = concentration_index(*(np.delete(x, point) for x in (value, np.ones(400), ranking)), bounds=(0, 1))
        left_out.append([one.standard, one.generalised, one.erreygers, one.wagstaff])
    jackknife = np.sqrt(399**2 / 400 * np.var(left_out, axis=0))
    assert value.mean() > 0.85
    assert found.std_error == pytest.approx(jackknife, rel=0.04)


def test_points_that_repeat_in_a_cluster_are_no_new_evidence():
    generator = np.random.default_rng(4)
    value, ranking = generator.exponential(size=40), generator.normal(size=40)
    once = concentration_interval(value, np.ones(40), ranking, bounds=(0, 20), clusters=np.arange(40))
    twice = concentration_interval(
        np.tile(value, 2), np.ones(80), np.tile(ranking, 2), bounds=(0, 20), clusters=np.tile(np.arange(40), 2)
    )
    assert twice.std_error == pytest.approx(once.std_error)
    assert (once.units, twice.units) == (40, 40)
    alone = concentration_interval(np.tile(value, 2), np.ones(80), np.tile(ranking, 2), bounds=(0, 20))
    assert alone.std_error == pytest.approx(once.std_error * math.sqrt(39 / 40 / 2))


def test_erreygers_and_wagstaff_err_alike_for_having_and_lacking():
    covered, weight, ranking = np.array([1, 0, 1, 1, 0, 1.0]), [4, 1, 2, 2, 3, 1], [1, 2, 2, 4, 5, 6]
    has = concentration_interval(covered, weight, ranking, bounds=(0, 1))
    lacks = concentration_interval(1 - covered, weight, ranking, bounds=(0, 1))
    assert has.std_error[1:] == pytest.approx(lacks.std_error[1:])
    assert has.lower[2:] == pytest.approx(-lacks.upper[2:])


def test_splitting_a_point_of_no_persons_or_ordering_rows_changes_nothing():
    value, weight, ranking = np.array([1.0, 5, 2, 2, 7]), np.array([3.0, 1, 2, 2, 4]), np.array([1.0, 2, 2, 3, 0])
    plain = concentration_interval(value, weight, ranking, bounds=(0, 9))
    order = np.array([4, 2, 0, 1, 3])
    assert concentration_interval(
        value[order], weight[order], ranking[order], bounds=(0, 9)
    ).std_error == pytest.approx(plain.std_error)
    with_nobody = concentration_interval(
        np.append(value, 8), np.append(weight, 0), np.append(ranking, 9), bounds=(0, 9)
    )
    assert with_nobody.std_error == pytest.approx(plain.std_error)
    assert with_nobody.units == 5


def test_what_has_no_error_says_so():
    one = concentration_interval([3.0], [5], [1], bounds=(0, 4))
    assert np.isnan(one.std_error).all() and one.units == 1
    nothing = concentration_interval([0, 0], [1, 1], [1, 2], bounds=(0, 1))
    assert np.isnan(nothing.std_error).all()
    everybody = concentration_interval([1, 1], [1, 1], [1, 2], bounds=(0, 1))
    assert everybody.std_error[0] == pytest.approx(0.0, abs=1e-12) and math.isnan(everybody.std_error[3])
    assert one.to_frame().columns.tolist() == ["form", "index", "std_error", "lower", "upper"]
    with pytest.raises(InvalidParameter, match=r"clusters: 1 of 2 labels are missing"):
        concentration_interval([1, 1], [1, 1], [1, 2], clusters=np.array(["a", None], dtype=object))


def test_the_curve_by_hand():
    # Ranks 1, 2, 2: 4 of 10 persons have 1 each, 6 have 2 and 3.
    curve = concentration_curve([1, 2, 3], [4, 3, 3], [1, 2, 2])
    assert curve.population_share.tolist() == pytest.approx([0, 0.4, 1])
    assert curve.value_share.tolist() == pytest.approx([0, 4 / 19, 1])
    assert curve.to_frame().columns.tolist() == ["population_share", "value_share"]
    assert np.isnan(concentration_curve([0, 0], [1, 1], [1, 2]).value_share).all()
    assert np.isnan(concentration_curve([], [], []).population_share).all()
    assert len(concentration_curve([1, 9], [2, 0], [1, 2]).population_share) == 2, "nobody lives at the second"


@settings(deadline=None, max_examples=60, derandomize=True)
@given(seed=st.integers(0, 10_000), n=st.integers(2, 12))
def test_the_area_of_the_curve_is_the_index_and_along_itself_it_is_the_lorenz_curve(seed, n):
    generator = np.random.default_rng(seed)
    value, weight = generator.integers(0, 5, n) + 0.5, generator.integers(1, 6, n)
    ranking = generator.integers(0, 4, n)
    curve = concentration_curve(value, weight, ranking)
    area = np.sum(np.diff(curve.population_share) * (curve.value_share[1:] + curve.value_share[:-1]))
    assert concentration_index(value, weight, ranking).standard == pytest.approx(1 - area, abs=1e-12)
    order = generator.permutation(n)
    other = concentration_curve(value[order], weight[order], ranking[order])
    assert np.array_equal(other.value_share, curve.value_share)
    own, lorenz = concentration_curve(value, weight, value), lorenz_curve(value, weight)
    assert np.interp(lorenz.population_share, own.population_share, own.value_share) == pytest.approx(
        lorenz.value_share
    )
