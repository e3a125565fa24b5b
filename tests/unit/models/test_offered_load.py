"""Offered load: its parts, its interval, and stays that are still going on."""

from __future__ import annotations

import numpy as np
import pytest

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.offered_load import offered_load


def test_the_load_and_its_error_by_hand():
    """20 arrivals in 10 days and stays of 1, 2, 3 days: 2 a day, 2 days each."""
    found = offered_load(20, 10, [1, 2, 3])
    assert (found.arrivals_per_day, found.mean_stay_days, found.load) == (2.0, 2.0, 4.0)
    assert found.log_std_error == pytest.approx(np.sqrt(1 / 20 + 1 / (3 * 4)))
    assert found.lower * found.upper == pytest.approx(16.0), "symmetric on the log scale"
    assert found.upper == pytest.approx(4 * np.exp(1.959964 * found.log_std_error), rel=1e-6)
    assert (found.refusal, found.method) == (None, "log_delta")


def test_stays_that_go_on_count_their_days_but_not_as_ended():
    found = offered_load(20, 10, [1, 2, 3, 6], ended=[1, 1, 1, 0])
    assert found.mean_stay_days == 4.0 and found.ended == 3 and found.method == "log_delta_exponential"
    assert found.log_std_error == pytest.approx(np.sqrt(1 / 20 + 1 / 3))


def test_hours_instead_of_days_leave_the_load_alone():
    days, hours = offered_load(20, 10, [1, 2, 3]), offered_load(20, 240, [24, 48, 72])
    assert (hours.load, hours.lower, hours.upper) == pytest.approx((days.load, days.lower, days.upper))


@pytest.mark.parametrize("watched", [None, 12.0])
def test_the_interval_covers_the_load_about_as_often_as_it_says(watched):
    """A load of 0.6 * 15 = 9 over 90 days; stays end within 12 days of their start, or are cut then."""
    generator, draws, covered, loads = np.random.default_rng(8), 1000, 0, []
    for _ in range(draws):
        arrivals = generator.poisson(0.6 * 90)
        stays = generator.exponential(15.0, arrivals)
        ended = None if watched is None else stays <= watched
        seen = stays if watched is None else np.minimum(stays, watched)
        found = offered_load(arrivals, 90, seen, ended=ended)
        loads.append(np.log(found.load))
        covered += found.lower <= 9.0 <= found.upper
    assert 0.925 < covered / draws < 0.97
    assert np.std(loads) == pytest.approx(found.log_std_error, rel=0.35)
    if watched is not None:
        assert stays[stays <= watched].mean() < 9, "ended stays alone are too short"


@pytest.mark.parametrize(
    ("arrivals", "stays", "ended", "refusal"),
    [
        (0, [1, 2], None, "no_arrivals"),
        (3, [], None, "no_stay_ended"),
        (3, [1, 2], [0, 0], "no_stay_ended"),
        (3, [2], None, "too_few_stays"),
    ],
)
def test_what_cannot_be_estimated_is_a_refusal(arrivals, stays, ended, refusal):
    found = offered_load(arrivals, 10, stays, ended=ended)
    assert found.refusal == refusal
    assert np.isnan([found.load, found.lower, found.upper, found.mean_stay_days]).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: offered_load(2.5, 10, [1, 2]), "arrivals: 1 of 1 values are not whole"),
        (lambda: offered_load(2, 0, [1, 2]), "days=0 must be above 0"),
        (lambda: offered_load(2, 10, [1, -2]), "stays: 1 of 2 values are negative"),
        (lambda: offered_load(2, 10, [0, 0]), "every stay is 0 days"),
        (lambda: offered_load(2, 10, [1, 2], ended=[1]), "ended has shape"),
        (lambda: offered_load(2, 10, [1, 2], ended=[1, 2]), "ended must be True or False"),
        (lambda: offered_load(2, 10, [1, 2], confidence=95), "confidence=95"),
    ],
)
def test_impossible_arguments_are_refused(call, message):
    with pytest.raises(InvalidParameter, match=message):
        call()
