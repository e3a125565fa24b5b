"""Raw and shrunken values side by side."""

from __future__ import annotations

import math
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from jingan_analysis.figures.shrinkage import shrinkage

LONG = "Residents aged 60 and over who reach a canteen within 15 minutes on foot, share of all"


def percent(value):
    return f"{value * 100:.0f}%"


def rows_of(names):
    raw = [(0.1 + 0.37 * number) % 0.8 for number in range(len(names))]
    shrunken = [0.5 * value + 0.15 for value in raw]
    columns = {
        "raw": raw,
        "shrunken": shrunken,
        "lower": [v - 0.08 for v in shrunken],
        "upper": [v + 0.09 for v in shrunken],
    }
    return pd.DataFrame(columns, index=list(names))


def drawn(rows, **changes):
    options = {
        "name": "s", "rows": rows, "prior_mean": 0.3, "prior_label": "mean of all areas 30%", "x_title": LONG,
        "value_format": percent,
    }  # fmt: skip
    return shrinkage(**options | changes)


def marks(svg, role):
    """Centres of the marks of a colour, the one of the key left out."""
    uses = [element for element in ET.fromstring(svg).iter() if element.tag.endswith("use")]
    return [(float(use.get("x")), float(use.get("y"))) for use in uses if f"--{role}," in use.get("fill", "")][1:]


def test_it_is_readable_with_long_names(names, assert_readable):
    assert_readable(drawn(rows_of((*names, "The Thirteenth Service Centre of the Northern Sub-district", "十四"))))
    assert_readable(
        drawn(rows_of(names), prior_mean=0.0, prior_label="a label that is longer than there is room beside the line")
    )


def test_it_prints_the_shrunken_value_and_its_interval(texts_of):
    rows = pd.DataFrame({"raw": [0.8], "shrunken": [0.41], "lower": [0.22], "upper": [0.63]}, index=["a"])
    texts = {text.text for text in texts_of(drawn(rows))}
    assert {"41%", "(22%–63%)", "as counted", "drawn towards the mean", "mean of all areas 30%"} <= texts


def test_a_mark_lies_where_its_value_is_and_the_raw_one_above():
    rows = pd.DataFrame(
        {"raw": [0.8, 0.2], "shrunken": [0.4, 0.2], "lower": [0.3, 0.1], "upper": [0.5, 0.3]}, index=["a", "b"]
    )
    svg = drawn(rows)
    (raw_x, raw_y), (low_x, _) = marks(svg, "series-4")
    (shrunken_x, shrunken_y), (same_x, _) = marks(svg, "series-1")
    assert low_x == pytest.approx(same_x, abs=0.05)
    assert (raw_x - low_x) == pytest.approx(3 * (shrunken_x - low_x), rel=0.01)
    assert raw_y < shrunken_y


def test_what_is_missing_is_marked_and_not_drawn(texts_of):
    rows = rows_of("abc")
    rows.loc["a", "raw"] = math.nan
    rows.loc["b"] = math.nan
    svg = drawn(rows, missing_label="[c]")
    texts = [text.text for text in texts_of(svg)]
    assert texts.count("[c]") == 1
    assert not any("nan" in text for text in texts)
    assert (len(marks(svg, "series-4")), len(marks(svg, "series-1"))) == (1, 2)
