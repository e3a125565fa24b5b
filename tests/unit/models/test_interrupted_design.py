"""Terms of a segmented regression: against a loop over months, and what is refused at the door."""

from __future__ import annotations

import math

import numpy as np
import pytest

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.interrupted_design import SegmentedModel, design, monthly_series

START = 12 * 2022  # January 2022
MONTH = np.arange(START, START + 36)


def naive_row(month, breaks, pairs, covariate):
    row = {"intercept": 1.0, "trend": float(month - breaks[0])}
    for number, at in enumerate(breaks, start=1):
        row[f"level_{number}"] = 1.0 if month >= at else 0.0
        row[f"slope_{number}"] = float(month - at) if month >= at else 0.0
    for pair in range(1, pairs + 1):
        calendar = month % 12 + 1
        row[f"sine_{pair}"] = math.sin(2 * math.pi * pair * calendar / 12)
        row[f"cosine_{pair}"] = math.cos(2 * math.pi * pair * calendar / 12)
    row["festival_days"] = covariate
    return row


def test_terms_agree_with_a_loop_and_slopes_are_0_at_their_break():
    breaks = (START + 12, START + 24)
    festival = np.where(MONTH % 12 == 1, 7.0, 0.0)
    series = monthly_series(MONTH, MONTH * 0.5, covariates=festival[:, None], covariate_names=["festival_days"])
    found = design(series, SegmentedModel("gaussian", breaks, season=2))
    for at, month in enumerate(MONTH):
        expected = naive_row(int(month), breaks, 2, festival[at])
        assert set(found.names) == set(expected)
        assert found.matrix[0, at] == pytest.approx([expected[name] for name in found.names])
    assert [found.names[place] for place in (*found.level, *found.slope)] == [
        "level_1",
        "level_2",
        "slope_1",
        "slope_2",
    ]
    for place, at in zip(found.slope, (12, 24), strict=True):
        assert found.matrix[0, at - 1 : at + 2, place].tolist() == [0, 0, 1]


def test_calendar_months_are_compared_with_the_first_one_that_is_there():
    series = monthly_series(MONTH[MONTH % 12 != 0], np.ones(33))
    found = design(series, SegmentedModel("gaussian", (START + 12,), season="months", slope_change=False))
    assert found.names[3:] == tuple(f"calendar_month_{k}" for k in range(3, 13))
    assert found.slope.tolist() == []
    assert found.matrix[0, :, 3:].sum(axis=0).tolist() == [3] * 10


def test_a_comparison_has_terms_of_its_own_and_shares_the_season():
    series = monthly_series(MONTH, np.ones(36), comparison=np.ones(36))
    found = design(series, SegmentedModel("gaussian", (START + 12,), season=1))
    own = ["intercept", "trend", "level_1", "slope_1"]
    assert found.names == (*(f"comparison_{name}" for name in own), *own, "sine_1", "cosine_1")
    assert (found.matrix[0, :, :4] == found.matrix[0, :, 4:8]).all()
    assert (found.matrix[1, :, 4:8] == 0).all()
    assert (found.matrix[0, :, 8:] == found.matrix[1, :, 8:]).all()
    # Without the break the series still changes as its comparison does.
    without = found.without([0])
    assert (without[:, [6, 7]] == 0).all() and (without[:, :6] == found.matrix[0, :, :6]).all()


def test_without_one_break_the_other_stays():
    series = monthly_series(MONTH, np.ones(36))
    found = design(series, SegmentedModel("gaussian", (START + 12, START + 24), season=0))
    without = found.without([1])
    changed = (without != found.matrix[0]).any(axis=0)
    assert [name for name, moved in zip(found.names, changed, strict=True) if moved] == ["level_2", "slope_2"]


def test_months_are_put_in_order():
    order = np.random.default_rng(0).permutation(36)
    series = monthly_series(MONTH[order], MONTH[order] * 2.0, size=MONTH[order] * 3.0)
    assert (series.month == MONTH).all()
    assert (series.outcome[0] == MONTH * 2.0).all() and (series.size[0] == MONTH * 3.0).all()
    assert len(series.before(START + 5).month) == 5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"month": MONTH * 1.0}, r"month must be whole numbers that count months"),
        ({"month": np.append(MONTH[:-1], MONTH[0])}, r"some months are there more than once"),
        ({"outcome": np.ones(35)}, r"outcome has shape \(35,\); give one value a month, shape \(36,\)"),
        ({"outcome": np.append(np.ones(35), np.nan)}, r"outcome: 1 of 36 values are not finite"),
        ({"size": np.append(np.ones(35), 0)}, r"size: 1 of 36 values are not above 0"),
        ({"comparison_size": np.ones(36)}, r"comparison_size is given without comparison"),
        ({"comparison": np.ones(36), "size": np.ones(36)}, r"give both or neither"),
        ({"covariates": np.ones((36, 1))}, r"covariates has shape \(36, 1\) for 36 months and 0 names"),
        ({"covariates": np.full((36, 1), np.inf), "covariate_names": ["a"]}, r"give finite numbers"),
    ],
)
def test_a_series_that_is_none_is_refused(change, message):
    given = {"month": MONTH, "outcome": np.ones(36), **change}
    with pytest.raises(InvalidParameter, match=message):
        monthly_series(given.pop("month"), given.pop("outcome"), **given)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"family": "normal"}, r"family='normal' is not one of binomial, poisson, gaussian"),
        ({"breaks": ()}, r"breaks=\(\) must name at least one month"),
        ({"breaks": (5, 5)}, r"each later than the one before"),
        ({"season": 6}, r"season=6 must be 'months' or a number of pairs from 0 to 5"),
        ({"season": "quarters"}, r"season='quarters' must be"),
        ({"fewest_months": 1}, r"fewest_months=1 must be 2 or more"),
        ({"lags": -1}, r"lags=-1 must be 0 or more"),
    ],
)
def test_a_model_that_is_none_is_refused(change, message):
    with pytest.raises(InvalidParameter, match=message):
        SegmentedModel(**{"family": "poisson", "breaks": (5,), **change})
