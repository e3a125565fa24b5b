"""Every chart builder: readable with long names in both scripts, faithful marks, clear errors."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from jingan_analysis.figures.bars import bars
from jingan_analysis.figures.cascade import cascade
from jingan_analysis.figures.heat import heat, week_hours
from jingan_analysis.figures.intervals import interval_dots
from jingan_analysis.figures.lines import lines
from jingan_analysis.figures.lorenz import lorenz
from jingan_analysis.figures.scatter import ReferenceLine, scatter
from jingan_analysis.language import speaking

LONG = "Residents aged 60 and over who reach a canteen within 15 minutes on foot, share of all (95% Wilson interval)"


def percent(value):
    return f"{value * 100:.0f}%"


def number(value):
    return f"{value:,.0f}"


def shares(count, start=0.13):
    return [(start + 0.37 * position) % 0.95 for position in range(count)]


def interval_rows(names, series=()):
    rows = []
    for label in series or [None]:
        for value, name in zip(shares(len(names)), names, strict=True):
            row = {"name": name, "value": value, "lower": value * 0.8, "upper": min(1.0, value * 1.2 + 0.02)}
            rows.append(row if label is None else {**row, "series": label})
    return pd.DataFrame(rows).set_index("name")


def attributes(svg, name):
    return [element.attrib[name] for element in ET.fromstring(svg).iter() if name in element.attrib]


def printed(svg, texts_of):
    return [text.text for text in texts_of(svg)]


def test_interval_dots_are_readable(names, assert_readable):
    rows = interval_rows(names)
    rows.iloc[3] = math.nan
    assert_readable(
        interval_dots(
            name="f", rows=rows, x_title=LONG, value_format=percent, reference=0.03, reference_label=LONG[:40]
        )
    )
    assert_readable(
        interval_dots(
            name="f", rows=interval_rows(names, ("All", "Aged 80 and over", "独居")), x_title=LONG, value_format=percent
        )
    )


def test_interval_dots_print_value_and_interval_and_mark_what_is_missing(texts_of):
    rows = pd.DataFrame(
        {"value": [0.5, math.nan, 0.25], "lower": [0.4, 0.1, math.nan], "upper": [0.625, 0.2, math.nan]},
        index=["a", "b", "c"],
    )
    svg = interval_dots(name="f", rows=rows, x_title="x", value_format=percent, missing_label="[c]")
    texts = printed(svg, texts_of)
    assert {"50%", "(40%–62%)", "[c]", "25%"} <= set(texts)
    assert not any("10%" in text for text in texts), "the interval of a missing value leaks"
    assert sum("nan" in text for text in texts) == 0


def test_an_interval_spans_its_limits_on_the_printed_scale(texts_of):
    rows = pd.DataFrame({"value": [0.5], "lower": [0.2], "upper": [0.6]}, index=["a"])
    svg = interval_dots(name="f", rows=rows, x_title="x", value_format=percent, include=(0.0, 1.0))
    ticks = {text.text: (text.left + text.right) / 2 for text in texts_of(svg) if text.text in ("0%", "100%")}
    at = {share: ticks["0%"] + share * (ticks["100%"] - ticks["0%"]) for share in (0.2, 0.6)}
    path = next(
        element.attrib["d"]
        for element in ET.fromstring(svg).iter()
        if element.get("stroke-width") == "2.5" and "series-1" in element.get("stroke", "")
    )
    start, end = (float(point.split()[0]) for point in path.removeprefix("M").split("L"))
    assert (start, end) == pytest.approx((at[0.2], at[0.6]), abs=0.6)


def test_bars_are_readable(names, assert_readable):
    frame = pd.DataFrame({"meals": [share * 30000 for share in shares(12)]}, index=names)
    assert_readable(bars(name="f", rows=frame, x_title=LONG, value_format=number))
    several = pd.DataFrame(
        {key: shares(12, start) for key, start in zip("abcd", (0.1, 0.2, 0.3, 0.4), strict=True)}, index=names
    )
    several.iloc[1, 2] = math.nan
    labels = {"a": "within 5 minutes", "b": "5 to 10 minutes", "c": "10 to 15 minutes", "d": "more than 15 minutes"}
    assert_readable(bars(name="f", rows=several, x_title=LONG, value_format=percent, series_labels=labels))
    signed = several[["a", "b"]] * [1, -1]
    assert_readable(bars(name="f", rows=signed, x_title="change", value_format=percent))
    parts = several.fillna(0).div(several.fillna(0).sum(axis=1), axis=0)
    assert_readable(
        bars(name="f", rows=parts, x_title=LONG, value_format=percent, mode="stacked", series_labels=labels)
    )


def bar_widths(svg, role):
    widths = []
    for element in ET.fromstring(svg).iter():
        if element.get("fill", "").startswith(f"var(--{role},") and element.get("d"):
            xs = [float(point.split()[0]) for point in element.attrib["d"].strip("Mz").split("L")]
            widths.append(max(xs) - min(xs))
    return widths


def test_bar_lengths_are_proportional_and_a_missing_value_has_a_mark_not_a_bar(texts_of):
    rows = pd.DataFrame({"v": [10.0, 20.0, math.nan, 0.0]}, index=list("abcd"))
    svg = bars(name="f", rows=rows, x_title="x", value_format=number)
    short, long = bar_widths(svg, "series-1")
    assert long == pytest.approx(2 * short, abs=0.05)
    assert "[x]" in printed(svg, texts_of)


def test_stacked_parts_lie_end_to_end():
    rows = pd.DataFrame({"p": [0.25], "q": [0.75]}, index=["a"])
    svg = bars(name="f", rows=rows, x_title="x", value_format=percent, mode="stacked")
    # The first path of a colour is its swatch in the key, drawn as a marker.
    first, second = bar_widths(svg, "series-1")[-1], bar_widths(svg, "series-2")[-1]
    assert second == pytest.approx(3 * first, abs=0.1)


def test_negative_values_cannot_be_stacked():
    rows = pd.DataFrame({"p": [0.25], "q": [-0.75]}, index=["a"])
    with pytest.raises(ValueError, match="use mode='grouped'"):
        bars(name="f", rows=rows, x_title="x", value_format=percent, mode="stacked")


def test_a_figure_without_rows_or_values_is_refused():
    empty = pd.DataFrame({"v": []})
    with pytest.raises(ValueError, match="at least one row"):
        bars(name="f", rows=empty, x_title="x", value_format=percent)
    with pytest.raises(ValueError, match="all are missing"):
        bars(name="f", rows=pd.DataFrame({"v": [math.nan]}, index=["a"]), x_title="x", value_format=percent)


STEPS = [
    ("Households eligible for service-type relief in the district at the end of the period", 2310, 1.0, math.nan),
    ("经评估的家庭", 420, 0.182, 0.182),
    ("Served", 0, 0.0, 0.0),
    ("Not recorded", math.nan, math.nan, math.nan),
]


def test_a_cascade_is_readable_and_says_what_each_step_keeps(assert_readable, texts_of):
    svg = cascade(name="f", steps=STEPS)
    assert_readable(svg)
    texts = printed(svg, texts_of)
    assert {"2,310", "420", "18.2% of all", "18.2% of the step before", "0", "[x] of the step before"} <= set(texts)
    full, assessed = bar_widths(svg, "series-1")
    assert assessed / full == pytest.approx(420 / 2310, abs=1e-3)


def test_a_cascade_needs_two_steps_and_a_positive_count():
    with pytest.raises(ValueError, match="at least two steps, got 1"):
        cascade(name="f", steps=STEPS[:1])
    with pytest.raises(ValueError, match="zero or missing"):
        cascade(name="f", steps=STEPS[2:])


def test_lorenz_is_readable_and_passes_through_its_points(assert_readable, texts_of):
    svg = lorenz(
        name="f",
        curves={"Meals per older resident in all sub-districts": ([0, 0.5, 1], [0, 0.2, 1]), "区内": ([0, 1], [0, 1])},
        gini_labels={"区内": "Gini 0.00"},
        x_title=LONG,
        y_title="Cumulative share of meals",
    )
    assert_readable(svg)
    assert "区内, Gini 0.00" in printed(svg, texts_of)
    curve = next(d for d in attributes(svg, "d") if d.count("L") == 2 and "z" not in d)
    points = [tuple(map(float, point.split())) for point in curve.removeprefix("M").split("L")]
    side = points[2][0] - points[0][0]
    assert points[1][0] - points[0][0] == pytest.approx(side / 2, abs=0.02)
    assert points[0][1] - points[1][1] == pytest.approx(side * 0.2, abs=0.02)


def test_a_lorenz_curve_of_thousands_of_points_is_small_and_still_true():
    shares = np.linspace(0, 1, 8000)
    curves = {"a": (shares, shares**2)}
    svg = lorenz(name="f", curves=curves, x_title="x", y_title="y")
    assert len(svg) < 10_000
    curve = max(attributes(svg, "d"), key=len)
    points = np.array([list(map(float, point.split())) for point in curve.removeprefix("M").split("L")])
    share = (points - points[0]) / (points[-1] - points[0])
    assert np.abs(share[:, 1] - share[:, 0] ** 2).max() < 1e-3


def test_lorenz_without_a_curve_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        lorenz(name="f", curves={}, x_title="x", y_title="y")


def test_lines_are_readable_even_where_they_end_together(assert_readable, texts_of):
    frame = pd.DataFrame(
        {f"{speed} m/s, all residents": [0.2, 0.5, 0.80 + speed / 100] for speed in (0.8, 1.0, 1.3)}, index=[5, 10, 15]
    )
    svg = lines(
        name="f",
        frame=frame,
        x_title="Minutes",
        y_title=LONG,
        value_format=percent,
        reference=0.75,
        reference_label="目标",
    )
    assert_readable(svg)
    assert "目标" in printed(svg, texts_of)
    months = pd.DataFrame(
        {"Services": [3.0, math.nan, 1.0] + [2.0] * 21}, index=[f"{2023 + m // 12}-{m % 12 + 1:02d}" for m in range(24)]
    )
    assert_readable(lines(name="f", frame=months, x_title="Month", y_title="Services", value_format=number))


def test_a_label_hangs_on_the_last_dot_of_a_line_that_ends_early():
    frame = pd.DataFrame({"all": [1.0, 2, 3, 4, 5], "model": [1.0, 2, 3, math.nan, math.nan]}, index=list("vwxyz"))
    svg = lines(name="f", frame=frame, x_title="x", y_title="y", value_format=number)
    leaders = [
        element.attrib["d"]
        for element in ET.fromstring(svg).iter()
        if element.get("stroke-width") == "1.25" and "L" in element.get("d", "")
    ]
    curves = [element.attrib["d"] for element in ET.fromstring(svg).iter() if element.get("stroke-width") == "2.5"]
    starts = [float(re.findall(r"-?[0-9.]+", leader)[0]) for leader in leaders]
    ends = [float(re.findall(r"-?[0-9.]+", curve)[-2]) for curve in curves]
    assert [start - end for start, end in zip(starts, ends, strict=True)] == pytest.approx([4, 4], abs=0.2)


def test_a_gap_breaks_the_line():
    frame = pd.DataFrame({"a": [1.0, 2.0, math.nan, 4.0, 5.0]}, index=list("vwxyz"))
    svg = lines(name="f", frame=frame, x_title="x", y_title="y", value_format=number)
    runs = [element for element in ET.fromstring(svg).iter() if element.get("stroke-width") == "2.5"]
    assert [run.attrib["d"].count("L") for run in runs] == [1, 1]


def test_heat_is_readable_and_tells_missing_from_zero(names, assert_readable, texts_of):
    columns = ["Health", "Care at home", "就业", "Schooling of children", "Housing"]
    frame = pd.DataFrame([shares(5, 0.05 * row) for row in range(12)], index=names, columns=columns)
    frame.iloc[2, 1], frame.iloc[2, 2] = math.nan, 0.0
    svg = heat(name="f", frame=frame, value_format=percent, legend_title=LONG[:60])
    assert_readable(svg)
    assert attributes(svg, "fill").count("var(--land, #ececec)") == 0
    assert sum("url(#" in fill for fill in attributes(svg, "fill")) == 2, "the missing cell and its key"
    assert "not available" in printed(svg, texts_of)


def test_the_week_is_readable_and_zero_has_a_shade_of_its_own(assert_readable, texts_of):
    matrix = np.zeros((7, 24))
    matrix[:5, 8:18] = 0.9
    svg = week_hours(name="f", matrix=matrix, legend_title=LONG[:60], x_title="Hour of the day")
    assert_readable(svg)
    fills = attributes(svg, "fill")
    assert fills.count("var(--ramp-5, #123e66)") == 50 + 1
    assert fills.count("var(--land, #ececec)") == 7 * 24 - 50 + 1
    matrix[0, 0] = math.nan
    with speaking("zh"):
        chinese = week_hours(name="f", matrix=matrix, legend_title="开放", x_title="时")
    assert_readable(chinese)
    assert [f"周{day}" for day in "一二三四五六日"] == [text for text in printed(chinese, texts_of) if "周" in text]


def test_a_week_has_seven_days_of_24_hours():
    with pytest.raises(ValueError, match=r"shape \(24, 7\); it must be \(7, 24\)"):
        week_hours(name="f", matrix=np.zeros((24, 7)), legend_title="", x_title="")


def points_of(names):
    return pd.DataFrame({"x": [100.0 + 70 * n for n in range(12)], "y": shares(12)}, index=names)


def test_scatter_is_readable_and_names_what_it_is_told(names, assert_readable, texts_of):
    points = points_of(names)
    svg = scatter(
        name="f", points=points, x_title=LONG, y_title="Meals per meal of capacity", x_format=number, y_format=percent,
        labelled=names[:4], references=(ReferenceLine("Full capacity", y=1.0), ReferenceLine("Large", x=600.0)),
    )  # fmt: skip
    assert_readable(svg)
    assert set(names[:4]) <= set(printed(svg, texts_of))
    assert names[5] not in printed(svg, texts_of)


def test_scatter_labels_never_collide_in_a_crowd(assert_readable):
    crowd = pd.DataFrame({"x": [5.0 + n / 50 for n in range(30)], "y": [0.5 + n / 900 for n in range(30)]})
    crowd.index = [f"canteen number {n}" for n in range(30)]
    assert_readable(
        scatter(
            name="f",
            points=crowd,
            x_title="x",
            y_title="y",
            x_format=number,
            y_format=percent,
            labelled=list(crowd.index),
        )
    )


def test_a_reference_line_has_one_direction():
    with pytest.raises(ValueError, match="either x or y"):
        ReferenceLine("both", x=1, y=1)


DRAW = """
import pandas as pd
from jingan_analysis.figures.intervals import interval_dots
rows = pd.DataFrame({"value": [0.5, 0.7], "lower": [0.4, 0.6], "upper": [0.6, 0.8]}, index=["静安", "b"])
print(interval_dots(name="f", rows=rows, x_title="x", value_format="{:.0%}".format, reference=0.6, reference_label="r"))
"""


def test_the_same_bytes_in_two_processes_with_different_hash_seeds():
    drawn = [
        subprocess.run(
            [sys.executable, "-c", DRAW], capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    ]
    assert drawn[0] == drawn[1]
    assert b"<text" in drawn[0]


def test_a_long_numeric_axis_is_marked_at_round_numbers():
    frame = pd.DataFrame({"a": [0.5] * 195}, index=range(1, 196))
    svg = lines(name="f", frame=frame, x_title="Matters", y_title="Share", value_format=number)
    shown = [text for text in re.findall(r">([0-9]+)<", svg) if int(text) > 1]
    assert {"50", "100", "150"} <= set(shown)
    assert "17" not in shown


def test_moments_stand_upright_with_their_labels(assert_readable, texts_of):
    frame = pd.DataFrame({"counted": np.linspace(0.4, 0.6, 44)}, index=2021 + np.arange(44) / 12)
    svg = lines(
        name="f", frame=frame, x_title="Year", y_title="Share", value_format=number, include=(),
        moments={2021.0: "Beginning", 2023.6: "August 2023", 2024.58: "August 2024"},
    )  # fmt: skip
    assert_readable(svg)
    assert {"Beginning", "August 2023", "August 2024"} <= {text.text for text in texts_of(svg)}
