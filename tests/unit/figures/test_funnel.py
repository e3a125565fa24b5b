"""The funnel plot: limits, names and marks."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from jingan_analysis.figures.funnel import funnel
from jingan_analysis.figures.point_labels import place_names
from jingan_analysis.figures.spreading import overlap

LONG = "Residents aged 60 and over who reach a canteen within 15 minutes on foot, share of all in the sub-district"
SIZES = np.array([20, 45, 60, 80, 110, 140, 160, 200, 240, 300, 380, 420], float)
VALUES = np.array([0.1, 0.35, 0.2, 0.12, 0.25, 0.24, 0.19, 0.3, 0.15, 0.22, 0.12, 0.31])


def percent(value):
    return f"{value * 100:.0f}%"


def curves(centre=0.2):
    sizes = np.linspace(10, 450, 60)
    error = np.sqrt(centre * (1 - centre) / sizes)
    columns = {
        "lower_inner": centre - 1.96 * error, "upper_inner": centre + 1.96 * error,
        "lower_outer": centre - 3.09 * error, "upper_outer": centre + 3.09 * error,
    }  # fmt: skip
    return pd.DataFrame(columns, index=sizes).clip(lower=0.0)


def drawn(names, outside, **changes):
    points = pd.DataFrame({"size": SIZES, "value": VALUES, "outside": outside}, index=list(names))
    options = {
        "name": "f", "points": points, "limits": curves(), "centre": 0.2, "centre_label": "all units 20%",
        "x_title": LONG, "y_title": LONG, "x_format": lambda value: f"{value:,.0f}", "y_format": percent,
    }  # fmt: skip
    return funnel(**options | changes)


def filled(svg, role):
    uses = [element.get("fill", "") for element in ET.fromstring(svg).iter() if element.tag.endswith("use")]
    return sum(f"--{role}," in use for use in uses)


def test_it_is_readable_with_long_names_and_many_units_outside(names, assert_readable):
    assert_readable(drawn(names, [0, 1, 0, -1, 0, 0, 0, 2, -1, 0, -2, 2]))
    assert_readable(drawn(names, [0] * 12, centre_label="the whole district, all households"))


def test_units_outside_are_named_and_others_are_not(texts_of):
    svg = drawn([f"unit {letter}" for letter in "abcdefghijkl"], [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, -2, 0])
    texts = {text.text for text in texts_of(svg)}
    assert {"unit b", "unit k"} <= texts
    assert not {"unit a", "unit l"} & texts


def test_shape_and_colour_tell_how_far_outside(texts_of):
    svg = drawn("abcdefghijkl", [0, 1, 0, -1, 0, 0, 0, 2, 0, 0, -2, -2])
    # Each class once more in the key.
    assert (filled(svg, "series-1"), filled(svg, "series-4"), filled(svg, "series-3")) == (8, 3, 4)
    texts = {text.text for text in texts_of(svg)}
    assert {"within the limits", "beyond the 95% limits", "beyond the 99.8% limits"} <= texts
    quiet = {text.text for text in texts_of(drawn("abcdefghijkl", [0] * 12))}
    assert "beyond the 95% limits" not in quiet


def test_both_limits_and_the_centre_are_labelled_at_their_ends(texts_of):
    texts = [text.text for text in texts_of(drawn("abcdefghijkl", [0] * 12))]
    assert (texts.count("95%"), texts.count("99.8%"), texts.count("all units 20%")) == (2, 2, 1)


def test_a_unit_without_a_value_is_not_drawn():
    points = pd.DataFrame(
        {"size": [30.0, 0.0, 90.0], "value": [0.2, np.nan, 0.3], "outside": [0, 0, 0]}, index=list("abc")
    )
    assert filled(drawn("abcdefghijkl", [0] * 12, points=points), "series-1") == 2 + 1


def test_the_same_numbers_give_the_same_picture():
    outside = [0, 1, 0, -1, 0, 0, 0, 2, -1, 0, -2, 2]
    assert drawn("abcdefghijkl", outside) == drawn("abcdefghijkl", outside)


LIMITS = (4.0, 10.0, 596.0, 390.0)
CROWD = [f"Community service centre of the {word} neighbourhood and its surroundings" for word in "abcdefghijkl"]


def inside(box, x, y):
    return box[0] < x < box[2] and box[1] < y < box[3]


@pytest.mark.parametrize("seed", [*range(12), 72, 181])
@pytest.mark.parametrize("text", ["Service centre number {}", CROWD[0] + " {}"])
def test_names_and_their_lines_cover_neither_each_other_nor_a_mark(seed, text):
    random = np.random.default_rng(seed)
    marks = [tuple(place) for place in random.uniform((50, 50), (550, 350), size=(14, 2))]
    named = {text.format(number): place for number, place in enumerate(marks[:8])}
    placed = place_names(named, marks=marks, radius=5.0, limits=LIMITS)
    boxes = [label.box for label in placed.labels]
    for number, (label, own) in enumerate(zip(placed.labels, named.values(), strict=True)):
        box = label.box
        assert box[0] >= LIMITS[0] and box[2] <= LIMITS[2] and box[1] >= LIMITS[1] and box[3] <= LIMITS[3]
        others = [other for at, other in enumerate(boxes) if at != number]
        assert not any(overlap(box, other) for other in others)
        assert not any(overlap(box, (x - 5, y - 5, x + 5, y + 5)) for x, y in marks)
        for x, y in np.linspace(*label.leader, 400) if label.leader else ():
            assert not any(inside(other, x, y) for other in others)
            assert not any(np.hypot(x - a, y - b) < 5 for a, b in marks if (a, b) != own)


def test_names_that_find_no_place_become_numbers_from_left_to_right():
    marks = [(100.0 + 12 * number, 200.0 + 25 * (number % 2)) for number in range(12)]
    named = dict(zip(CROWD[::-1], marks, strict=True))
    placed = place_names(named, marks=marks, radius=5.0, limits=LIMITS)
    assert placed.listed == tuple(CROWD[::-1])
    assert [label.lines for label in placed.labels] == [(str(number),) for number in range(1, 13)]
    few = place_names({CROWD[0]: marks[0]}, marks=marks[:1], radius=5.0, limits=LIMITS)
    assert few.listed == ()
    assert " ".join(few.labels[0].lines) == CROWD[0]


def test_numbered_units_are_listed_below_and_hide_nothing(texts_of, assert_readable):
    outside = [2, 1, -1, -1, 1, 2, -2, 2, -1, 1, -2, 2]
    svg = drawn(CROWD, outside, x_title="Households")
    assert_readable(svg)
    texts = [text.text for text in texts_of(svg)]
    assert all(texts.count(name) == 1 for name in CROWD), "each on one line of the list"
    assert all(texts.count(str(number)) >= 2 for number in range(1, 13)), "at the point and in the list"


def test_a_name_beside_its_point_needs_no_line():
    placed = place_names({"Canal": (100.0, 100.0)}, marks=[(100.0, 100.0)], radius=5.0, limits=(0, 0, 600, 300))
    assert placed.labels[0].leader == ()
