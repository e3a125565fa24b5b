"""The control chart, read back from the finished SVG."""

from __future__ import annotations

import pandas as pd
import pytest

from jingan_analysis.figures.control_chart import control_chart

WORDS = {
    "en": ("Cases judged in time", "Month of discovery", "mean", "limit", "better than chance explains", "worse than chance explains"),
    "zh": ("按时研判的个案", "发现月份", "均值", "控制限", "优于偶然", "劣于偶然"),
    "ja": ("期限内に判断されたケース", "把握した月", "平均", "限界", "偶然では説明できない改善", "偶然では説明できない悪化"),
}  # fmt: skip


def chart(values, signals, *, months=None, language="en", low=0.6, high=0.8):
    y_title, x_title, centre, limit, better, worse = WORDS[language]
    frame = pd.DataFrame(
        {"value": values, "centre": 0.7, "low": low, "high": high, "signal": signals},
        index=months or [f"2023-{month + 1:02d}" for month in range(len(values))],
    )
    return control_chart(
        name="f", frame=frame, y_title=y_title, x_title=x_title, value_format=lambda v: f"{v:.0%}", centre_label=centre,
        limit_label=limit, signal_labels={"better": better, "worse": worse}, include=(0.0, 1.0),
    )  # fmt: skip


@pytest.mark.parametrize("language", WORDS)
def test_months_and_lines_are_named_and_readable(language, assert_readable, texts_of):
    svg = chart([0.65, 0.7, 0.85, 0.9], ["worse", "none", "better", "better"], language=language)
    assert_readable(svg)
    assert set(WORDS[language]) <= {text.text for text in texts_of(svg)}


def test_many_months_are_named_as_far_as_there_is_room(assert_readable, texts_of):
    months = [f"{year}-{month:02d}" for year in (2021, 2022, 2023) for month in range(1, 13)]
    svg = chart([0.7] * 36, ["none"] * 36, months=months)
    assert_readable(svg)
    named = [text.text for text in texts_of(svg) if text.text in months]
    assert 4 <= len(named) < 36
    assert named[0] == "2021-01"


def test_limits_that_nearly_meet_the_mean_leave_its_name_alone(assert_readable, texts_of):
    svg = chart([0.7, 0.7, 0.7], ["none"] * 3, low=0.695, high=0.705)
    assert_readable(svg)
    assert "limit" not in {text.text for text in texts_of(svg)}


def test_a_missing_month_breaks_the_line_and_has_no_point():
    whole = chart([0.7, 0.72, 0.71, 0.69, 0.7], ["none"] * 5)
    broken = chart([0.7, 0.72, float("nan"), 0.69, 0.7], ["none", "none", "z", "none", "none"])
    assert (broken.count("<use"), whole.count("<use")) == (4, 5)
    assert broken.count("<path") == whole.count("<path") + 1


def test_only_signals_that_occur_are_in_the_key(texts_of):
    shown = {text.text for text in texts_of(chart([0.7, 0.9], ["none", "better"]))}
    assert "better than chance explains" in shown
    assert "worse than chance explains" not in shown
