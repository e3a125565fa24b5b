"""Gini split, Theil L, Atkinson, Palma, poverty and concentration: known values and the four kinds of nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.atkinson import atkinson
from jingan_analysis.measures.concentration import concentration_index, erreygers_index, wagstaff_index
from jingan_analysis.measures.inequality import (
    gini,
    gini_decomposition,
    lorenz_curve,
    theil_decomposition,
    theil_l,
    theil_l_decomposition,
    theil_t,
)
from jingan_analysis.measures.palma import palma_ratio
from jingan_analysis.measures.poverty import access_poverty, foster_greer_thorbecke

# The example vector of R's ineq, in its documentation and that of acid, DescTools and IC2.
INCOMES = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]
ONE_EACH = [1] * 10


def test_the_values_that_r_prints():
    # ineq 0.2-13: ineq(x) 0.4620911, Theil(x) 0.3623412, Atkinson(x, 0.5) 0.1796591, Atkinson(x, 1) 0.3518251.
    assert gini(INCOMES, ONE_EACH) == pytest.approx(0.462091130267624, abs=1e-14)
    assert theil_t(INCOMES, ONE_EACH) == pytest.approx(0.3623412, abs=5e-8)
    assert atkinson(INCOMES, ONE_EACH, epsilon=0.5) == pytest.approx(0.1796591, abs=5e-8)
    assert atkinson(INCOMES, ONE_EACH, epsilon=1) == pytest.approx(0.3518251, abs=5e-8)


# Gini with its parts ------------------------------------------------------------------------------


def test_a_gini_split_by_hand():
    # a: 1, 3; b: 2, 6. Mean 3, means 2 and 4. Mean differences: G = sum |yi - yj| / (2 n^2 mean).
    # Pairs: |1-3| 2, |1-2| 1, |1-6| 5, |3-2| 1, |3-6| 3, |2-6| 4 = 16, twice 32; 32 / (2*16*3) = 1/3.
    # Between: |2-4| for four pairs of 2 x 2 people, 2*4*2 / 96 = 1/6.
    # Within: a has G 2*2/(2*4*2) = 1/4 and shares 1/2 of people, 1/3 of the value; b 2*4/(2*4*4) = 1/4, 1/2, 2/3.
    # Overlap: only 3 in the poorer a exceeds 2 in the richer b, by 1: 2*1/(16*3) = 1/24.
    split = gini_decomposition([1, 3, 2, 6], [1, 1, 1, 1], ["a", "a", "b", "b"])
    assert split.total == pytest.approx(1 / 3, abs=1e-15)
    assert split.between == pytest.approx(1 / 6, abs=1e-15)
    assert split.within == pytest.approx(1 / 4 * (1 / 2 * 1 / 3 + 1 / 2 * 2 / 3), abs=1e-15)
    assert split.overlap == pytest.approx(1 / 24, abs=1e-15)
    assert split.group.tolist() == ["a", "b"]
    assert split.mean.tolist() == [2.0, 4.0]
    frame = split.to_frame().set_index("part")
    assert frame.loc[["between", "within", "overlap"], "share_of_total"].sum() == pytest.approx(1.0)
    assert split.groups_to_frame()["gini"].tolist() == pytest.approx([0.25, 0.25])


def test_groups_that_lie_apart_do_not_overlap():
    split = gini_decomposition([1, 2, 8, 9], [3, 1, 2, 2], ["a", "a", "b", "b"])
    assert split.overlap == pytest.approx(0.0, abs=1e-15)


def test_mixing_the_groups_moves_inequality_from_between_to_overlap():
    # The same eight people; at first all of the poor live in one place, then they are spread.
    value = [1, 1, 2, 2, 7, 7, 8, 8]
    apart = gini_decomposition(value, [1] * 8, [0, 0, 0, 0, 1, 1, 1, 1])
    mixed = gini_decomposition(value, [1] * 8, [0, 0, 0, 1, 0, 1, 1, 1])
    assert apart.total == pytest.approx(mixed.total, abs=1e-15)
    assert mixed.between < apart.between
    assert mixed.overlap > apart.overlap == pytest.approx(0.0, abs=1e-15)


def test_a_group_that_has_nothing_and_one_where_nobody_lives():
    split = gini_decomposition([0, 0, 2, 4, 9], [1, 1, 1, 1, 0], ["a", "a", "b", "b", "empty"])
    assert split.group.tolist() == ["a", "b"]
    assert math.isnan(split.gini[0])
    assert split.between + split.within + split.overlap == pytest.approx(split.total, abs=1e-15)
    nothing = gini_decomposition([0, 0], [1, 1], ["a", "b"])
    assert all(math.isnan(part) for part in (nothing.total, nothing.between, nothing.within, nothing.overlap))
    assert gini_decomposition([], [], []).group.tolist() == []
    equal = gini_decomposition([2, 2], [1, 1], ["a", "b"]).to_frame()
    assert equal["index"].tolist() == [0.0, 0.0, 0.0, 0.0]
    assert equal["share_of_total"].isna().all()


def test_a_missing_group_is_refused_not_made_a_group():
    for missing in (None, np.nan):
        with pytest.raises(InvalidParameter, match=r"group: 1 of 2 labels are missing, the first at position 1"):
            gini_decomposition([1, 2], [1, 1], np.array(["a", missing], dtype=object))


# Theil L ------------------------------------------------------------------------------------------


def test_mean_log_deviation_by_hand():
    # 1 and 3, mean 2: (ln(2/1) + ln(2/3)) / 2.
    found = theil_l([1, 3], [1, 1])
    assert found.index == pytest.approx((math.log(2) + math.log(2 / 3)) / 2, abs=1e-15)
    assert float(found) == found.index
    assert found.undefined_because is None
    # L is what Atkinson's index of 1 says in other words: A = 1 - exp(-L).
    assert atkinson(INCOMES, ONE_EACH, epsilon=1) == pytest.approx(1 - math.exp(-theil_l(INCOMES, ONE_EACH).index))


def test_people_with_nothing_make_it_undefined_and_are_counted():
    # Filtering zeros out, as peers do, would say 0: perfect equality.
    found = theil_l([0, 2, 2, 0], [30, 5, 5, 0])
    assert math.isnan(found.index)
    assert found.persons_with_zero == 30
    assert found.undefined_because == "30 of 40 persons have nothing, and 0 has no logarithm"
    assert found.to_frame()["undefined_because"].tolist() == [found.undefined_because]
    assert theil_l([2, 2, 0], [5, 5, 0]).index == 0.0, "nobody lives at the point that has nothing"
    assert theil_l([], []).undefined_because == "nobody lives here"
    assert all(math.isnan(part) for part in theil_l_decomposition([0, 1], [1, 1], ["a", "b"]))


def test_theil_l_all_between_or_all_within():
    between = theil_l_decomposition([1, 1, 3, 3], [1, 1, 1, 1], ["a", "a", "b", "b"])
    assert between.within == pytest.approx(0.0, abs=1e-15)
    assert between.between == pytest.approx(theil_l([1, 3], [1, 1]).index)
    within = theil_l_decomposition([1, 3, 1, 3], [1, 1, 1, 1], ["a", "a", "b", "b"])
    assert within.between == pytest.approx(0.0, abs=1e-15)
    assert within.to_frame()["part"].tolist() == ["between", "within", "total"]


def test_theil_frame_adds_up():
    frame = theil_decomposition([1, 2, 5], [1, 1, 1], ["a", "a", "b"]).to_frame().set_index("part")
    assert frame.loc[["between", "within"], "share_of_total"].sum() == pytest.approx(1.0)


# Atkinson -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("epsilon", "expected"),
    [
        (0.5, 1 - ((1 + 3) / 2) ** 2 / 5),  # of 1 and 9, mean 5: mean root 2, squared 4
        (1, 1 - 3 / 5),  # geometric mean 3
        (2, 1 - 1.8 / 5),  # harmonic mean 2 / (1 + 1/9) = 1.8
    ],
)
def test_atkinson_by_hand(epsilon, expected):
    assert atkinson([1, 9], [1, 1], epsilon=epsilon) == pytest.approx(expected, abs=1e-14)


def test_atkinson_with_people_who_have_nothing():
    # A third has nothing: at 0.5, 1 - (2/3 * sqrt(3))^2 / 2 = 1/3; from 1 on the index is 1.
    value, weight = [0, 3], [1, 2]
    assert atkinson(value, weight, epsilon=0.5) == pytest.approx(1 / 3, abs=1e-14)
    for epsilon in (1, 1.5, 3):
        assert atkinson(value, weight, epsilon=epsilon) == 1.0
        assert atkinson([0, 3], [0, 2], epsilon=epsilon) == pytest.approx(0.0, abs=1e-12), "nobody has nothing"
    assert math.isnan(atkinson([0, 0], [1, 1], epsilon=2))
    assert math.isnan(atkinson([], [], epsilon=0.5))
    assert math.isnan(atkinson([1], [0], epsilon=1))


def test_a_large_aversion_does_not_overflow():
    # The index tends to one minus the least over the mean.
    assert atkinson([1e-3, 1e3], [1, 1], epsilon=200) == pytest.approx(1.0, abs=1e-5)
    assert atkinson([2, 4], [1, 1], epsilon=2000) == pytest.approx(1 - 2 / 3, abs=1e-3)


@pytest.mark.parametrize("epsilon", [0, -1, math.nan, math.inf])
def test_atkinson_needs_an_aversion(epsilon):
    with pytest.raises(InvalidParameter, match=r"epsilon=.* must be a number above 0"):
        atkinson([1, 2], [1, 1], epsilon=epsilon)


# Palma --------------------------------------------------------------------------------------------


def test_palma_by_hand():
    # Ten people with 1 to 10: the top one has 10, the lowest four 1 + 2 + 3 + 4.
    found = palma_ratio(range(1, 11), ONE_EACH)
    assert found.ratio == pytest.approx(1.0, abs=1e-14)
    assert found.top_share == pytest.approx(10 / 55, abs=1e-14)
    assert found.bottom_share == pytest.approx(10 / 55, abs=1e-14)
    assert float(found) == found.ratio


def test_a_point_at_the_boundary_is_split_exactly():
    # 3 persons with 1, 5 with 2, 2 with 10. Lowest 4: 3 with 1 and 1 with 2 = 5. Top 1: 10.
    found = palma_ratio([2, 10, 1], [5, 2, 3])
    assert found.ratio == pytest.approx(10 / 5, abs=1e-14)
    # Everybody alike: a tenth over four tenths.
    assert palma_ratio([7], [3]).ratio == pytest.approx(0.25, abs=1e-14)


def test_no_palma_where_the_lowest_have_nothing():
    found = palma_ratio([0, 5], [40, 60])
    assert math.isnan(found.ratio), "infinity is not a number to report"
    assert (found.bottom_share, found.top_share) == (0.0, pytest.approx(1 / 6))
    assert found.undefined_because == "the lowest 40 % of persons have nothing"
    assert found.to_frame()["undefined_because"].notna().all()
    # 39 of 100 have nothing: one person with something is in the lowest 40.
    assert palma_ratio([0, 5], [39, 61]).ratio == pytest.approx(10.0)
    assert palma_ratio([0], [4]).undefined_because == "nobody lives here or nobody has anything"
    assert palma_ratio([], []).undefined_because == "nobody lives here or nobody has anything"


@pytest.mark.parametrize("unit", [0.1, 0.3, 0.7, 1.1, 3.0, 1e-9, 1e9])
def test_rounding_at_the_boundary_is_no_person(unit):
    # Exactly 40 % have nothing whatever the unit of the weight; a sliver of rounding must not divide.
    assert math.isnan(palma_ratio([0, 5], [4 * unit, 6 * unit]).ratio)


# Poverty of access --------------------------------------------------------------------------------


def test_poverty_by_hand():
    # Line 10; 2 persons with 4, 3 with 10, 5 with 0: gaps 0.6, none, 1.
    found = access_poverty([4, 10, 0], [2, 3, 5], line=10)
    assert found.headcount_ratio == pytest.approx(0.7)
    assert found.gap == pytest.approx((2 * 0.6 + 5) / 10)
    assert found.severity == pytest.approx((2 * 0.36 + 5) / 10)
    assert (found.persons_below, found.persons_with_zero, found.persons) == (7, 5, 10)
    assert found.missing == pytest.approx(2 * 6 + 5 * 10)
    assert found.to_frame()["line"].tolist() == [10.0]


def test_who_has_exactly_the_line_is_not_poor():
    assert foster_greer_thorbecke([10, 10], [1, 1], line=10, alpha=0) == 0.0
    assert foster_greer_thorbecke([np.nextafter(10, 0), 10], [1, 1], line=10, alpha=0) == 0.5


def test_poverty_bounds_and_nobody():
    for alpha in (0, 1, 2):
        assert foster_greer_thorbecke([0, 0], [1, 3], line=5, alpha=alpha) == 1.0
        assert math.isnan(foster_greer_thorbecke([1], [0], line=5, alpha=alpha))
        assert math.isnan(foster_greer_thorbecke([], [], line=5, alpha=alpha))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"line": 0, "alpha": 1}, "line=0 must be a number above 0"),
        ({"line": math.inf, "alpha": 1}, "line=inf must be"),
        ({"line": 1, "alpha": -1}, "alpha=-1 must be 0 or more"),
    ],
)
def test_poverty_needs_a_line(options, message):
    with pytest.raises(InvalidParameter, match=message):
        foster_greer_thorbecke([1], [1], **options)


# Concentration ------------------------------------------------------------------------------------


def test_concentration_by_hand():
    # 1, 2, 3 for ranks 1/6, 3/6, 5/6; mean 2; cov = (1*(-1/3) + 3*(1/3)) / 3 = 2/9; C = 2/2 * 2/9.
    found = concentration_index([1, 2, 3], [1, 1, 1], [10, 20, 30], bounds=(0, 4))
    assert found.standard == pytest.approx(2 / 9, abs=1e-15)
    assert found.generalised == pytest.approx(4 / 9, abs=1e-15)
    assert found.erreygers == pytest.approx(4 * 2 / 4 * 2 / 9, abs=1e-15)
    assert found.wagstaff == pytest.approx(4 * 2 / (2 * 2) * 2 / 9, abs=1e-15)
    assert float(found) == found.standard
    assert found.to_frame()["form"].tolist() == ["standard", "generalised", "erreygers", "wagstaff"]


def test_ranked_by_itself_it_is_the_gini():
    assert concentration_index(INCOMES, ONE_EACH, INCOMES).standard == pytest.approx(gini(INCOMES, ONE_EACH), abs=1e-15)
    assert concentration_index(INCOMES, ONE_EACH, -np.array(INCOMES)).standard == pytest.approx(
        -gini(INCOMES, ONE_EACH), abs=1e-15
    )


def test_ties_do_not_depend_on_the_order_of_rows():
    # All rank the same: nobody stands above another.
    assert concentration_index([1, 5, 9], [1, 2, 3], [4, 4, 4]).standard == pytest.approx(0.0, abs=1e-15)
    one = concentration_index([0, 8, 3], [1, 1, 2], [1, 1, 2]).standard
    other = concentration_index([8, 0, 3], [1, 1, 2], [1, 1, 2]).standard
    assert one == pytest.approx(other, abs=1e-15)


def test_less_for_the_deprived_is_negative():
    deprivation = [0.1, 0.4, 0.9]
    assert concentration_index([9, 5, 1], [10, 10, 10], deprivation).standard < 0
    assert concentration_index([1, 5, 9], [10, 10, 10], deprivation).standard > 0


def test_the_corrected_forms_mirror_having_and_lacking():
    covered, weight, rank = np.array([1, 0, 1, 1, 0]), [4, 1, 2, 2, 3], [1, 2, 3, 4, 5]
    for corrected in (erreygers_index, wagstaff_index):
        has = corrected(covered, weight, rank, bounds=(0, 1))
        lacks = corrected(1 - covered, weight, rank, bounds=(0, 1))
        assert has == pytest.approx(-lacks, abs=1e-15)
    standard = [concentration_index(v, weight, rank).standard for v in (covered, 1 - covered)]
    assert abs(standard[0]) != pytest.approx(abs(standard[1])), "the reason for the corrections"


def test_wagstaff_reaches_one_where_all_cover_is_at_one_end():
    assert wagstaff_index([1, 1, 0, 0, 0], [1] * 5, [5, 4, 3, 2, 1], bounds=(0, 1)) == pytest.approx(1.0, abs=1e-15)
    # Erreygers' reaches 1 only where half are covered.
    assert erreygers_index([1, 1, 0, 0], [1] * 4, [4, 3, 2, 1], bounds=(0, 1)) == pytest.approx(1.0, abs=1e-15)


def test_concentration_of_nothing():
    nobody = concentration_index([1, 2], [0, 0], [1, 2], bounds=(0, 3))
    assert all(math.isnan(x) for x in (nobody.standard, nobody.generalised, nobody.erreygers, nobody.wagstaff))
    nothing = concentration_index([0, 0], [1, 1], [1, 2], bounds=(0, 1))
    assert math.isnan(nothing.standard)
    assert math.isnan(nothing.wagstaff)
    assert nothing.erreygers == 0.0
    assert math.isnan(concentration_index([], [], []).standard)
    assert math.isnan(concentration_index([1, 2], [1, 1], [1, 2]).erreygers), "no bounds, no correction"


@pytest.mark.parametrize(
    ("ranking", "bounds", "message"),
    [
        ([1, np.nan], None, "ranking: 1 of 2 values are NaN or infinite, the first at position 1"),
        ([1], None, r"ranking has shape \(1,\)"),
        ([1, 2], (0, 1), "1 of 2 values lie beyond them, the first at position 1"),
        ([1, 2], (3, 1), r"bounds=\(3, 1\) must be two numbers, the smaller first"),
    ],
)
def test_concentration_messages(ranking, bounds, message):
    with pytest.raises(InvalidParameter, match=message):
        concentration_index([1, 2], [1, 1], ranking, bounds=bounds)


def test_the_lorenz_frame():
    assert lorenz_curve([1, 3], [1, 1]).to_frame().to_dict("list") == {
        "population_share": [0.0, 0.5, 1.0],
        "value_share": [0.0, 0.25, 1.0],
    }
