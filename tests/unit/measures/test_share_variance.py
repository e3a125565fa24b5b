"""Variance of each share of a panel: by hand, and in its directions."""

from __future__ import annotations

import numpy as np
import pytest

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.share_variance import share_variance


def test_two_units_and_two_periods_by_hand():
    part, whole = [[5, 10], [2, 2]], [[10, 10], [4, 4]]
    # 19 of 28 have it, 20 of 30 with one of each more; shares 0.5, 1 and 0.5, 0.5.
    overall = 20 / 30
    chance = overall * (1 - overall)
    # Unit means 0.75 and 0.5, period means 0.5 and 0.75, mean of all 0.625: every residual is 0.125 in size.
    spread = 4 * 0.125**2 / 1 - (2 * chance / 10 + 2 * chance / 4) / 4
    assert spread == pytest.approx(17 / 720)
    found = share_variance(part, whole)
    assert found == pytest.approx(np.array([[spread + chance / 10] * 2, [spread + chance / 4] * 2]))


def test_shares_that_vary_less_than_chance_makes_them_have_the_variance_of_chance():
    found = share_variance([[5, 5], [2, 2]], [[10, 10], [4, 4]])
    assert found == pytest.approx(np.array([[0.25 / 10] * 2, [0.25 / 4] * 2]))


def test_spread_beyond_chance_is_added_to_every_share():
    part, whole = np.array([[0, 1000], [1000, 0]]), np.full((2, 2), 1000)
    found = share_variance(part, whole)
    overall = 2001 / 4002
    chance = overall * (1 - overall) / 1000
    assert found == pytest.approx(np.full((2, 2), (4 * 0.5**2 - chance) + chance))


def test_many_panels_without_spread_give_none_on_average_and_spread_is_found():
    generator = np.random.default_rng(1)
    whole = np.repeat(generator.integers(5, 60, (13, 1)), 8, axis=1)
    quiet, loud = [], []
    for _ in range(300):
        chance = 0.45 + generator.normal(0, 0.1, (13, 8)).clip(-0.3, 0.3)
        for found, share in ((quiet, np.full((13, 8), 0.45)), (loud, chance)):
            variance = share_variance(generator.binomial(whole, share), whole)
            found.append(variance.min() - 0.25 / whole.max())
    assert np.mean(quiet) < 0.002
    assert np.mean(loud) == pytest.approx(0.01, abs=0.002)


def test_larger_units_are_never_less_exact_and_nothing_is_exact():
    found = share_variance([[4, 4], [40, 40]], [[4, 4], [40, 40]])
    assert (found > 0).all(), "all of all cases is no proof that no other could come"
    assert (found[0] > found[1]).all()


@pytest.mark.parametrize(
    ("part", "whole", "message"),
    [
        ([[1, 2]], [[2, 2]], r"at least two units and two periods"),
        ([[1], [2]], [[2], [2]], r"at least two units and two periods"),
        ([[1, 1], [1, 1]], [[2, 2]], r"part has shape \(2, 2\) and whole \(1, 2\)"),
        ([[1, 1], [1, 0]], [[2, 2], [2, 0]], r"1 of 4 cells are no share, the first of unit 1 in period 1"),
        ([[1, 3], [1, 1]], [[2, 2], [2, 2]], r"the first of unit 0 in period 1"),
    ],
)
def test_what_is_no_panel_of_shares_is_refused(part, whole, message):
    with pytest.raises(InvalidParameter, match=message):
        share_variance(part, whole)
