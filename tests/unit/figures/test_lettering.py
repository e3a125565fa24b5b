from __future__ import annotations

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
