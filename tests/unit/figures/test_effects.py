"""Event studies and permutation histograms: readable, faithful to scale, and told apart without colour."""

from __future__ import annotations

import math
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from jingan_analysis.figures.effects import event_study, permutation_histogram

LONG = "Effect on the share of listed households that are assessed within thirty days, percentage points (95% interval)"


def points(value):
    return f"{value * 100:.0f}".replace("-", "\N{MINUS SIGN}")


def whole(value):
    return f"{value:,.0f}"


def study_frame(first=-6, last=8):
    times = range(first, last + 1)
    values = [0.004 * ((7 * time) % 5 - 2) if time < 0 else 0.02 + 0.01 * time for time in times]
    return pd.DataFrame(
        {"value": values, "lower": [v - 0.02 for v in values], "upper": [v + 0.02 for v in values]}, index=list(times)
    )


def study(frame, **changes):
    texts = {
        "x_title": "Months since the station opened",
        "y_title": "Effect, percentage points",
        "adoption_label": "station opens",
        "before_label": "before it opens",
        "after_label": "after",
    }
    return event_study(name="f", frame=frame, value_format=points, **{**texts, **changes})


BINS = pd.DataFrame(
    {
        "left": [-0.04, -0.02, 0.0, 0.02, 0.04],
        "right": [-0.02, 0.0, 0.02, 0.04, 0.06],
        "count": [20, 400, 500, 0, 1],
        "as_extreme": [False, False, False, True, True],
    }
)


def histogram(bins=BINS, observed=0.04, **changes):
    texts = {
        "x_title": "Mean effect, percentage points",
        "y_title": "Ways to assign the dates",
        "observed_label": "real dates: 4",
        "ordinary_label": "closer to 0",
        "extreme_label": "as far from 0",
    }
    return permutation_histogram(
        name="f", bins=bins, observed=observed, value_format=points, count_format=whole, **{**texts, **changes}
    )


def elements(svg, **wanted):
    return [
        element
        for element in ET.fromstring(svg).iter()
        if all(value in element.get(key.replace("_", "-"), "") for key, value in wanted.items())
    ]


def ends(path):
    return [tuple(map(float, point.split())) for point in path.strip("Mz").split("L")]


@pytest.mark.parametrize(("first", "last"), [(-6, 8), (-30, 40), (-1, 0), (0, 5), (-8, -1)])
def test_an_event_study_is_readable_with_short_and_long_words(first, last, assert_readable):
    frame = study_frame(first, last)
    assert_readable(study(frame))
    assert_readable(
        study(frame, y_title=LONG, x_title=LONG, adoption_label=LONG, before_label=LONG[:60], after_label=LONG[:60])
    )
    assert_readable(
        study(frame, y_title="对已评估家庭占比的影响（百分点）" * 3, adoption_label="服务站开放", before_label="开放前")
    )


def test_a_histogram_is_readable_with_short_and_long_words(assert_readable):
    assert_readable(histogram())
    assert_readable(
        histogram(x_title=LONG, y_title=LONG, observed_label=LONG, ordinary_label=LONG[:60], extreme_label=LONG[:60])
    )
    for observed in (-0.04, 0.06):
        assert_readable(histogram(observed=observed, observed_label="真实日期的效果：4个百分点"))


def heights_of(svg, texts_of, labels):
    """Middle height of labels of the vertical scale: the leftmost of that text."""
    found = {text.text: text for text in sorted(texts_of(svg), key=lambda text: -text.left)}
    return [(found[label].top + found[label].bottom) / 2 for label in labels]


def bars_of(svg, role):
    """Corners of the bars of one colour."""
    paths = [e.attrib["d"].replace("z", "") for e in elements(svg, fill=f"var(--{role},") if "d" in e.attrib]
    return [ends(path) for path in paths if path.count("L") >= 3]


def test_an_interval_spans_its_limits_on_the_printed_scale(texts_of):
    frame = pd.DataFrame({"value": [0.0, 0.05], "lower": [-0.01, 0.02], "upper": [0.01, 0.09]}, index=[-1, 0])
    svg = study(frame)
    nought, ten = heights_of(svg, texts_of, ("0", "10"))
    (path,) = [ends(e.attrib["d"]) for e in elements(svg, stroke="series-1", stroke_width="2.5")]
    up = [(nought - y) / (nought - ten) * 0.10 for _, y in path]
    assert up == pytest.approx([0.02, 0.09], abs=0.002)


def test_before_and_after_differ_in_shape_and_colour_and_the_adoption_stands_between():
    svg = study(study_frame(-2, 2))
    # Intervals: three after in the series' colour, two before in the quiet one.
    assert len(elements(svg, stroke="series-1", stroke_width="2.5")) == 3
    quiet = elements(svg, stroke="ink-soft", stroke_width="1.75")
    assert len(quiet) == 2
    (line,) = [
        ends(e.attrib["d"])
        for e in elements(svg, stroke="var(--ink,", stroke_dasharray="")
        if e.get("stroke-dasharray")
    ]
    last_before = max(ends(e.attrib["d"])[0][0] for e in quiet)
    first_after = min(ends(e.attrib["d"])[0][0] for e in elements(svg, stroke="series-1", stroke_width="2.5"))
    assert line[0][0] == pytest.approx((last_before + first_after) / 2, abs=0.1)


def test_no_adoption_is_marked_where_all_is_on_one_side(texts_of):
    for frame, absent in ((study_frame(0, 4), "before it opens"), (study_frame(-5, -1), "after")):
        texts = [text.text for text in texts_of(study(frame))]
        assert "station opens" not in texts and absent not in texts


def test_a_missing_value_draws_nothing_and_missing_limits_no_interval():
    frame = study_frame(-2, 2)
    whole_svg = study(frame)
    frame.loc[-1, ["lower", "upper"]] = math.nan
    frame.loc[1] = math.nan
    svg = study(frame)
    assert "nan" not in svg.lower()
    assert len(elements(svg, stroke="series-1", stroke_width="2.5")) == 2
    assert len(elements(svg, stroke="ink-soft", stroke_width="1.75")) == 1
    assert len(elements(whole_svg, stroke="ink-soft", stroke_width="1.75")) == 2
    frame[:] = math.nan
    with pytest.raises(ValueError, match="all are missing"):
        study(frame)


def test_zero_is_always_on_the_scale_and_is_a_named_time(texts_of):
    frame = study_frame(-40, 40)
    frame[["value", "lower", "upper"]] += 5
    texts = [text.text for text in texts_of(study(frame))]
    assert texts.count("0") == 2, "one on each axis"


def test_bars_are_as_high_as_their_counts_and_a_single_one_is_seen(texts_of):
    svg = histogram()
    heights = {
        role: sorted(max(y for _, y in bar) - min(y for _, y in bar) for bar in bars_of(svg, role))
        for role in ("series-1", "hatch")
    }
    tall = heights["hatch"][-1]
    assert heights["hatch"][-2] == pytest.approx(0.8 * tall, abs=0.1)
    assert heights["hatch"][-3] == pytest.approx(0.04 * tall, abs=0.1)
    assert min(heights["series-1"]) == pytest.approx(1.5, abs=0.01), "one of 921 would be a quarter of a unit high"
    texts = [text.text for text in texts_of(svg)]
    assert {"closer to 0", "as far from 0", "real dates: 4", "600"} <= set(texts)


def test_the_real_effect_stands_where_its_bin_begins():
    svg = histogram()
    line = next(ends(e.attrib["d"]) for e in elements(svg, stroke="var(--ink,") if e.get("stroke-dasharray"))
    (bar,) = bars_of(svg, "series-1")
    left = min(x for x, _ in bar)
    assert line[0][0] == pytest.approx(left - 0.5, abs=0.1)


def test_a_key_names_only_what_is_there(texts_of):
    texts = [text.text for text in texts_of(histogram(BINS.assign(as_extreme=True)))]
    assert "closer to 0" not in texts and "as far from 0" in texts
