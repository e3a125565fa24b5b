"""Figures in Chinese and Japanese: readable with long names, and every word of a builder comes from the catalogue."""

from __future__ import annotations

import gettext
import math

import numpy as np
import pandas as pd
import pytest

from jingan_analysis import language
from jingan_analysis.figures.bars import bars
from jingan_analysis.figures.cartography import SiteStyle
from jingan_analysis.figures.cascade import cascade
from jingan_analysis.figures.fonts import missing_characters
from jingan_analysis.figures.heat import heat, week_hours
from jingan_analysis.figures.intervals import interval_dots
from jingan_analysis.figures.lines import lines
from jingan_analysis.figures.lorenz import lorenz
from jingan_analysis.figures.maps import choropleth
from jingan_analysis.figures.point_map import DotStyle, dot_map
from jingan_analysis.figures.scatter import ReferenceLine, scatter
from jingan_analysis.tables.formatting import format_value

WORDS = {
    "zh": {
        "title": "60岁及以上居民中步行15分钟内可到达社区长者食堂者所占比例（95%威尔逊区间，按街道、镇分列）",
        "rows": ["最低生活保障家庭（含特困供养）", "刚性支出困难家庭", "居家环境适老化改造完成户", "从未接受任何服务"],
        "series": ["设有“静邻暖心屋”的街道", "未设“静邻暖心屋”的街道"],
        "reference": "全区平均水平（按户加权，不含撤销户）",
        "place": "彭浦新村街道",
        "site": "社区事务受理服务中心",
    },
    "ja": {
        "title": "60歳以上の住民のうち徒歩15分以内にコミュニティ高齢者食堂へ行ける人の割合（95%ウィルソン区間、街道・鎮別）",
        "rows": ["最低生活保障世帯（特別困窮扶養を含む）", "支出型困窮世帯", "高齢者向け住宅リフォーム完了世帯", "サービスを一度も受けていない"],
        "series": ["「静隣暖心ハウス」のある街道・鎮", "「静隣暖心ハウス」のない街道・鎮"],
        "reference": "区全体の平均（世帯数による加重平均）",
        "place": "コミュニティ中央街道",
        "site": "コミュニティ事務受付サービスセンター",
    },
}  # fmt: skip


def percent(value):
    return format_value(value, "percent", 1)


def pictures(words, units):
    """One figure of every kind, all with missing values where they can have some."""
    rows = pd.DataFrame({"a": [0.1, 0.5, math.nan, 0.9], "b": [0.2, 0.4, 0.6, 0.8]}, index=words["rows"])
    dots = pd.DataFrame(
        {"value": [0.9, 0.4], "lower": [0.8, math.nan], "upper": [0.95, math.nan]}, index=words["rows"][:2]
    )
    shares = pd.Series([math.nan, *np.linspace(0.05, 0.95, len(units) - 1)], index=units.index)
    places = pd.DataFrame({"x_m": units.centroid.x, "y_m": units.centroid.y})
    week = np.zeros((7, 24))
    week[0, 0], week[1, 8:] = math.nan, 0.9
    title, labels = words["title"], dict.fromkeys(units.index, words["place"])
    sites = {
        "sites": places.assign(kind="site"),
        "site_styles": {"site": SiteStyle(words["site"])},
        "site_title": title,
    }
    return {
        "map": choropleth(name="f", units=units, values=shares, labels=labels, legend_title=title, value_format=percent, **sites),
        "dot map": dot_map(
            name="f", units=units, points=places.assign(category="near"), labels=labels, legend_title=title,
            category_styles={"near": DotStyle(words["rows"][0])}, **sites,
        ),
        "bars": bars(
            name="f", rows=rows, x_title=title, value_format=percent, reference=0.3, reference_label=words["reference"],
            series_labels=dict(zip("ab", words["series"], strict=True)),
        ),
        "intervals": interval_dots(
            name="f", rows=dots.assign(series=words["series"]), x_title=title, value_format=percent, reference=0.3,
            reference_label=words["reference"],
        ),
        "cascade": cascade(name="f", steps=[(row, 90.0 - 20 * n, 0.5, 0.5) for n, row in enumerate(words["rows"])]),
        "heat": heat(name="f", frame=rows.set_axis(words["series"], axis=1), value_format=percent, legend_title=title),
        "week": week_hours(name="f", matrix=week, legend_title=title, x_title=title),
        "lines": lines(
            name="f", frame=pd.DataFrame(dict(zip(words["series"], ([0.2, 0.3], [0.2, 0.31]), strict=True)), index=[5, 15]),
            x_title=title, y_title=title, value_format=percent, reference=0.1, reference_label=words["reference"],
        ),
        "lorenz": lorenz(
            name="f", curves={words["series"][0]: ([0, 0.5, 1], [0, 0.2, 1])}, x_title=title, y_title=title,
            gini_labels={words["series"][0]: words["reference"]},
        ),
        "scatter": scatter(
            name="f", points=pd.DataFrame({"x": [1.0, 2.0, 9.0], "y": [0.2, 0.7, 0.6]}, index=words["rows"][:3]),
            x_title=title, y_title=title, x_format=str, y_format=percent, labelled=words["rows"],
            references=(ReferenceLine(words["reference"], y=0.5),),
        ),
    }  # fmt: skip


@pytest.mark.parametrize("spoken", WORDS)
def test_long_names_stay_on_the_sheet_and_apart(spoken, units, assert_readable):
    with language.speaking(spoken):
        drawn = pictures(WORDS[spoken], units)
    for svg in drawn.values():
        assert_readable(svg)


class Echo(gettext.NullTranslations):
    """A catalogue that says of everything that it was translated."""

    def gettext(self, message):
        return f"译{message}"


def test_every_word_of_a_builder_comes_from_the_catalogue(units, texts_of, monkeypatch):
    monkeypatch.setattr(language, "_catalogue", lambda _: Echo())
    said = {
        text.text
        for svg in pictures(WORDS["zh"], units).values()
        for text in texts_of(svg)
        if any("a" <= letter.lower() <= "z" for letter in text.text)
    }
    assert {
        "译not available",
        "译none",
        "译Equal shares",
        "译N",
        "译50.0% of all",
        "译50.0% of the step before",
    } <= said
    # Days of the week come from the locale; everything else from the catalogue.
    assert {word for word in said if not word.startswith(("译", "[x]"))} == {
        "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun",
    }  # fmt: skip


def test_the_font_draws_what_japanese_writes_and_chinese_does_not():
    assert missing_characters("静隣暖心ハウス楽齢老夥伴救済顧問介護予防駅広域鎮々〜「」々込働峠") == ""
