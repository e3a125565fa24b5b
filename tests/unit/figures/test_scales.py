from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jingan_analysis.figures.classes import ValueClasses, value_classes
from jingan_analysis.figures.scales import Scale, horizontal_scale, nice_ticks, span_of
from jingan_analysis.figures.spreading import overlap, spread
from jingan_analysis.figures.style import RAMP

PROPERTY = settings(deadline=None, max_examples=100, derandomize=True)
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)


def percent(value):
    return f"{value * 100:.0f}%"


def test_ticks_are_round():
    assert nice_ticks(0, 0.93) == (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def test_rounding_noise_above_one_does_not_stretch_the_scale():
    assert nice_ticks(0, 1 + 2e-16)[-1] == 1.0


def test_a_scale_of_small_counts_prints_no_number_twice():
    # Half steps from 0 to 2 would read 0, 0, 1, 2, 2.
    printed = [f"{tick:.0f}" for tick in nice_ticks(0, 2, value_format=lambda value: f"{value:.0f}")]
    assert printed == ["0", "1", "2"]


@PROPERTY
@given(NUMBERS, NUMBERS)
def test_ticks_increase_and_cover_the_range(first, second):
    low, high = sorted((first, second))
    ticks = nice_ticks(low, high)
    assert list(ticks) == sorted(set(ticks))
    # A limit may pass the last tick by rounding noise (ten decimals, or 1e-9 of the range), never by more.
    noise = 1e-9 * max(1.0, high - low)
    assert ticks[0] <= low + noise and ticks[-1] >= high - noise


def test_no_finite_value_is_an_error_that_says_what_to_do():
    with pytest.raises(ValueError, match="show the table instead"):
        span_of([math.nan, math.inf])
    with pytest.raises(ValueError, match="finite"):
        nice_ticks(0, math.inf)
    assert span_of([0.5, math.nan]) == (0.0, 0.5)


def test_a_scale_maps_its_ends_to_its_ends():
    scale = Scale((10.0, 20.0, 30.0), 100.0, 0.0)
    assert (scale.at(10), scale.at(20), scale.at(30)) == (100, 50, 0)


def test_a_narrow_scale_has_fewer_ticks():
    wide, narrow = (horizontal_scale((0, 1e6), 0, width, "{:,.0f}".format) for width in (600, 120))
    assert len(narrow.ticks) < len(wide.ticks)


def test_classes_of_percentages_are_round_and_at_most_five():
    classes = value_classes([0.31, 0.62, 0.97, math.nan], value_format=percent)
    assert classes.breaks == (0.2, 0.4, 0.6, 0.8, 1.0)
    assert next(text for _, text in classes.ranges(percent)) == "20% to 40%"


@pytest.mark.parametrize(("value", "position"), [(0, 0), (0.4999, 0), (0.5, 1), (0.9, 1), (1.0, 2), (2.0, 2)])
def test_a_value_on_a_break_belongs_to_the_class_above_except_the_last(value, position):
    assert ValueClasses((0.0, 0.5, 1.0, 2.0)).position(value) == position


def test_few_classes_use_the_ends_of_the_ramp():
    assert value_classes([0], breaks=[0, 1]).colour(0) == RAMP[2]
    two = value_classes([0], breaks=[0, 1, 2])
    assert (two.colour(0), two.colour(2)) == (RAMP[0], RAMP[4])


@PROPERTY
@given(st.lists(NUMBERS, min_size=1, max_size=30))
@example([400001.0, -400001.0])
def test_every_value_finds_the_class_a_loop_finds(values):
    classes = value_classes(values)
    assert 1 <= classes.count <= len(RAMP)
    for value in values:
        held = min(max(value, classes.breaks[0]), classes.breaks[-1])
        slow = classes.count - 1
        for number in range(classes.count):
            if classes.breaks[number] <= held < classes.breaks[number + 1]:
                slow = number
        assert classes.position(held) == slow


@pytest.mark.parametrize(
    ("breaks", "message"),
    [([0, 0.5], "do not cover the value 0.7"), ([1, 0], "strictly increasing"), ([0], "2 to 6"), (range(8), "2 to 6")],
)
def test_breaks_that_do_not_fit_are_refused(breaks, message):
    with pytest.raises(ValueError, match=message):
        value_classes([0.7], breaks=breaks)


def test_a_value_outside_the_breaks_is_refused():
    with pytest.raises(ValueError, match="outside the breaks"):
        ValueClasses((0.0, 1.0)).position(1.5)


def test_two_labels_share_the_shift():
    assert spread([50, 50], distance=10, low=0, high=100) == [45, 55]


def test_labels_with_room_stay_where_they_want():
    assert spread([80, 20], distance=10, low=0, high=100) == [80, 20]


@PROPERTY
@given(st.lists(st.floats(-20, 120), min_size=1, max_size=10), st.floats(1, 10))
def test_spread_labels_keep_order_distance_and_limits(wanted, distance):
    placed = spread(wanted, distance=distance, low=0, high=100)
    step = min(distance, 100 / max(len(wanted) - 1, 1))
    ordered = sorted(placed)
    assert all(b - a >= step - 1e-6 for a, b in itertools.pairwise(ordered))
    assert ordered[0] >= -1e-6 and ordered[-1] <= 100 + 1e-6
    for a in range(len(wanted)):
        for b in range(len(wanted)):
            assert wanted[a] >= wanted[b] or placed[a] <= placed[b]


def test_boxes_that_touch_do_not_overlap():
    assert not overlap((0, 0, 1, 1), (1, 0, 2, 1))
    assert overlap((0, 0, 1, 1), (0.9, 0.9, 2, 2))
