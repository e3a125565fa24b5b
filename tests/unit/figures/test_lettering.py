from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.figures.lettering import balanced, text_width, widest, wrap

TEXTS = st.text(alphabet="ab cW静安路、 街道%", min_size=1, max_size=40)
PROPERTY = settings(deadline=None, max_examples=80, derandomize=True)


def test_width_is_the_sum_of_advances(advances):
    assert text_width("Ab静", 10) == 10 * (advances[ord("A")] + advances[ord("b")] + advances[ord("静")])
    assert widest([], 10) == 0


def test_latin_breaks_at_spaces_and_chinese_between_characters():
    assert wrap("West Nanjing Road", 60, 12) == ("West", "Nanjing", "Road")
    assert wrap("彭浦新村街道", 48, 12) == ("彭浦新村", "街道")


def test_no_line_starts_with_punctuation():
    assert wrap("静安、宝山", 24, 12)[1][0] != "、"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("高齢者サービス", 72, ("高齢者", "サービス")),  # not 高齢者サー, ビス
        ("サービスセンター", 48, ("サービス", "センター")),  # wider than a line: cut
        ("コミュニティ", 40, ("コミュ", "ニティ")),  # a small letter does not begin a line
        ("徒歩15分", 42, ("徒歩", "15分")),
        ("割合（95%）", 42, ("割合", "（95%）")),  # a bracket does not end a line
        ("西暖心屋”等", 48, ("西暖心", "屋”等")),
    ],
)
def test_japanese_and_chinese_break_where_their_rules_allow(text, width, lines):
    assert wrap(text, width, 12) == lines


def test_balanced_lines_are_even():
    assert balanced("彭浦新村街道", 62, 12) == ("彭浦新", "村街道")


@PROPERTY
@given(TEXTS, st.floats(10, 200))
def test_wrapping_loses_nothing_and_keeps_to_the_width(text, width):
    lines = wrap(text, width, 12)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        breakable = any(wrap(line, 1, 12)[1:])
        assert text_width(line, 12) <= width or not breakable


@PROPERTY
@given(TEXTS, st.floats(30, 200))
def test_balancing_keeps_the_number_of_lines(text, width):
    assert len(balanced(text, width, 12)) == len(wrap(text, width, 12))
