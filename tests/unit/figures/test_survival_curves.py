"""Step curves with bands, ticks and numbers at risk, read back from the finished SVG."""

from __future__ import annotations

import math
from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from jingan_analysis.figures.survival_curves import StepCurve, incidence_curves, survival_curves

LONG = "Households whose request was made by a neighbour on their behalf"
WORDS = {
    "en": ("Men", "Women, living with relatives or in a home", "Share still waiting, with 95% intervals (shaded)"),
    "zh": ("石门二路街道", "与亲属同住或住在养老机构的女性老年人", "仍在等待的申请所占比例，阴影为95%置信区间"),
    "ja": ("男性", "親族と同居または介護施設に入居している女性", "まだ待っている申請の割合（網かけは95％信頼区間）"),
}


def percent(value):
    return f"{value:.0%}"


def falling(label, *, at_risk=(), band=True, until=360.0, steps=30, end=0.2, censored=()):
    days = np.linspace(2, until, steps)
    values = np.linspace(1, end, steps + 1)[1:]
    limits = {"lower": values * 0.8, "upper": np.minimum(values * 1.2, 1)} if band else {}
    return StepCurve(label, days, values, at_risk=at_risk, censored=censored, **limits)


def drawn(curves, marks=(0, 90, 180, 270, 360), draw=survival_curves, y_title="Share"):
    return draw(name="f", curves=curves, marks=marks, x_title="Days", y_title=y_title, value_format=percent)


def paths(svg, **attributes):
    wanted = {key.replace("_", "-"): value for key, value in attributes.items()}
    return [e for e in ET.fromstring(svg).iter() if all(e.get(key) == value for key, value in wanted.items())]


@pytest.mark.parametrize("language", WORDS)
def test_long_names_and_large_numbers_stay_on_the_sheet_and_apart(language, assert_readable, texts_of):
    short, long, title = WORDS[language]
    numbers = ("1,234,567", "1,034,567", "900,123", "45,678", "0")
    curves = [falling(short, at_risk=numbers, end=0.2), falling(long, at_risk=numbers, end=0.21)]
    svg = drawn(curves, y_title=title)
    assert_readable(svg)
    assert {"1,234,567", "Number at risk"} <= {text.text for text in texts_of(svg)}


def test_six_curves_that_end_together_are_labelled_apart(assert_readable):
    assert_readable(drawn([falling(f"{LONG[:20]} {n}", end=0.3, at_risk=("9",) * 5) for n in range(6)]))


def test_a_table_with_many_columns_shows_those_that_have_room(assert_readable, texts_of):
    marks = tuple(range(0, 370, 10))
    svg = drawn([falling("a", at_risk=[f"{1000 - m}" for m in marks])], marks=marks)
    assert_readable(svg)
    shown = [text.text for text in texts_of(svg)]
    assert "1000" in shown
    assert sum(f"{1000 - m}" in shown for m in marks) < len(marks)


def test_a_suppressed_number_is_printed_as_its_mark(texts_of):
    svg = drawn([falling("a", at_risk=("90", "40", "20", "[c]", "0"))])
    assert "[c]" in {text.text for text in texts_of(svg)}


def test_the_curve_is_made_of_level_and_upright_pieces():
    svg = drawn([StepCurve("a", [90, 180], [0.5, 0.25])])
    (curve,) = paths(svg, stroke_width="2.25")
    points = [tuple(map(float, point.split())) for point in curve.get("d").removeprefix("M").split("L")]
    assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(points))
    heights = sorted({y for _, y in points})
    # 1 at the top, then 0.5 and 0.25: the second drop is half as high as the first.
    assert (heights[2] - heights[1]) / (heights[1] - heights[0]) == pytest.approx(0.5, abs=0.01)


def test_nothing_is_drawn_after_the_last_day_seen_or_the_last_mark():
    early, late = drawn([StepCurve("a", [90, 180], [0.5, 0.25])]), drawn([StepCurve("a", [90, 720], [0.5, 0.25])])
    ends = []
    for svg in (early, late):
        (curve,) = paths(svg, stroke_width="2.25")
        ends.append(max(float(point.split()[0]) for point in curve.get("d").removeprefix("M").split("L")))
    assert ends[0] < ends[1]
    assert "25%" in early and "25%" not in late and "50%" in late


def test_no_band_is_drawn_where_there_is_no_interval():
    nan = math.nan
    curve = StepCurve(
        "a", [10, 50, 100, 200, 300], [1, 0.9, 0.8, 0.8, 0.6], [nan, 0.8, nan, 0.7, 0.5], [nan, 1, nan, 0.9, 0.7]
    )
    assert len(paths(drawn([curve]), opacity="0.16")) == 2
    assert not paths(drawn([falling("a", band=False)]), opacity="0.16")


def test_censored_spells_are_ticked_on_the_curve_if_asked_for():
    plain, ticked = drawn([falling("a")]), drawn([falling("a", censored=[30.0, 60.0, 400.0])])
    colour = {"stroke": "var(--series-1, #12436d)", "stroke_width": "1.25"}
    # One is the leader to the label; the day beyond the last mark is not drawn.
    assert (len(paths(plain, **colour)), len(paths(ticked, **colour))) == (1, 3)


def test_incidence_rises_from_zero_and_survival_falls_from_one():
    rising = StepCurve("left", [30, 60], [0.1, 0.3])
    (up,) = paths(drawn([rising], draw=incidence_curves), stroke_width="2.25")
    points = [tuple(map(float, point.split())) for point in up.get("d").removeprefix("M").split("L")]
    assert points[0][1] == max(y for _, y in points)
    (down,) = paths(drawn([StepCurve("wait", [30, 60], [0.9, 0.7])]), stroke_width="2.25")
    points = [tuple(map(float, point.split())) for point in down.get("d").removeprefix("M").split("L")]
    assert points[0][1] == min(y for _, y in points)


def test_a_curve_of_one_day_is_drawn(assert_readable):
    assert_readable(drawn([StepCurve("a", [0], [0.5])]))


@pytest.mark.parametrize(
    ("curves", "marks", "message"),
    [
        ([], (0, 1), "there is no curve"),
        ([falling("a")], (0,), "marks holds 1 days"),
        ([falling("a")], (0, 9, 9), "give at least two, rising"),
        ([StepCurve("a", [1, 2], [0.5])], (0, 1), "a: days, values and limits differ"),
        ([StepCurve("a", [1], [0.5], at_risk=("1",))], (0, 1), "a: give a number at risk for every mark"),
        ([falling("a", at_risk=("1", "1")), falling("b")], (0, 1), "b: give a number at risk"),
    ],
)
def test_what_cannot_be_drawn_is_refused(curves, marks, message):
    with pytest.raises(ValueError, match=message):
        drawn(curves, marks)


def test_the_same_numbers_give_the_same_picture():
    assert drawn([falling("a", at_risk=("9",) * 5)]) == drawn([falling("a", at_risk=("9",) * 5)])


def test_ways_out_share_one_row_of_numbers_at_risk(assert_readable, texts_of):
    curves = [falling("closed", end=0.3), falling("withdrawn", end=0.2)]
    cells = ["1,200", "800", "400", "[c]", "0"]
    svg = incidence_curves(
        name="f", curves=curves, marks=(0, 90, 180, 270, 360), x_title="Days", y_title="Share", value_format=percent,
        at_risk=cells,
    )  # fmt: skip
    assert_readable(svg)
    shown = [text.text for text in texts_of(svg)]
    assert [text for text in shown if text in cells] == ["0", *cells]  # day 0 of the axis comes first
    assert shown.count("closed 30%") == 1
    assert "closed" not in shown
    with pytest.raises(ValueError, match="at_risk holds 2 numbers; give one for every of 5 marks"):
        incidence_curves(
            name="f", curves=curves, marks=(0, 90, 180, 270, 360), x_title="Days", y_title="Share",
            value_format=percent, at_risk=cells[:2],
        )  # fmt: skip
