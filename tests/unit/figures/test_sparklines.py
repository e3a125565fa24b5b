"""Sparklines, read back from the finished SVG."""

from __future__ import annotations

import math

import pytest

from jingan_analysis.figures.sparklines import Sparkline, sparklines

WORDS = {
    "en": (
        "Linked beds: occupied bed-days of institutions",
        "up, and better than chance explains",
        "cannot be computed",
    ),
    "zh": ("五床联动：养老机构占用床日", "上升，好转超出偶然", "无法计算"),
    "ja": ("ベッド連動：施設の入居ベッド日数", "上昇、偶然では説明できない改善", "計算できない"),
}
KEY = {"better": "better", "worse": "worse", "neither": "neither", "missing": "cannot be computed"}


def row(values, **changes):
    n = len(values)
    given = {
        "label": "A line", "places": [month + 0.5 for month in range(n)], "values": values, "centre": [0.5] * n,
        "low": [0.4] * n, "high": [0.6] * n, "missing": [], "arrow": "none", "judged": "neither", "value": "50.0%",
        "words": "no change beyond chance",
    }  # fmt: skip
    return Sparkline(**{**given, **changes})


def drawn(*rows, key=KEY):
    return sparklines(name="f", rows=rows, steps={0.5: "2023-01", 6.5: "2023-07"}, end=12.0, key=key)


@pytest.mark.parametrize("language", WORDS)
def test_rows_are_named_and_readable(language, assert_readable, texts_of):
    label, words, missing = WORDS[language]
    lines = [row([0.5, 0.52, 0.7], label=label, words=words, arrow="up", judged="better", missing=[(3.0, 12.0)])] * 3
    svg = drawn(*lines, key={**KEY, "missing": missing})
    assert_readable(svg)
    shown = "".join(text.text for text in texts_of(svg)).replace(" ", "")
    assert label.replace(" ", "") in shown
    assert missing.replace(" ", "") in shown
    assert {"2023-01", "2023-07"} <= {text.text for text in texts_of(svg)}


def test_a_gap_breaks_the_line_and_is_hatched():
    whole = drawn(row([0.5] * 12))
    broken = drawn(row([0.5] * 5 + [math.nan] * 2 + [0.5] * 5, missing=[(5.0, 7.0)]))
    assert broken.count("<path") > whole.count("<path")
    assert "cannot be computed" in broken
    assert "cannot be computed" not in whole


def test_only_changes_that_occur_are_in_the_key(texts_of):
    texts = {text.text for text in texts_of(drawn(row([0.5, 0.9], arrow="up", judged="worse"), row([0.5, 0.5])))}
    assert "worse" in texts
    assert not {"better", "neither"} & texts


def test_a_line_without_a_chart_and_one_without_spread_are_drawn(assert_readable):
    nothing = [math.nan] * 2
    assert_readable(drawn(row([0.5, 0.5], centre=nothing, low=nothing, high=nothing), row([0.5])))
