"""How results show themselves: escaped, with units, and with zero, none and not known told apart."""

import math
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.showing import (
    Fact,
    Stamped,
    length_text,
    number_text,
    percent_text,
    share_text,
    shown,
    stamps_html,
)

TAG = re.compile(r"<(\w+)[^>]*>")


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (0, "0"),
        (True, "yes"),
        (False, "no"),
        (1234567, "1,234,567"),
        (1234.56, "1,235"),
        (4.0, "4"),
        (1000.0, "1,000"),
        (12.3456, "12.35"),
        (-2.5, "−2.5"),
        (0.00001, "< 0.0001"),
        (-0.00001, "> −0.0001"),
        (math.nan, "not known"),
        (None, "not known"),
        (math.inf, "infinite"),
        ("as it is", "as it is"),
    ],
)
def test_numbers_as_text(value, text):
    assert number_text(value) == text


@given(st.floats(min_value=1e-12, max_value=1e12))
@settings(deadline=None, max_examples=200, derandomize=True)
def test_only_zero_looks_like_zero(value):
    """A share of one in a million is somebody; a table that prints it as 0.000 says nobody."""
    assert number_text(value) not in {"0", "0.0", "0.00", "0.000", "0.0000"}
    assert percent_text(value) not in {"0%", "0.0%"}


def test_a_share_of_nothing_has_no_percentage():
    assert share_text(0, 0) == "0 of 0"
    assert share_text(0, 12) == "0 of 12 (0%)"
    assert share_text(3, 1200) == "3 of 1,200 (0.2%)"
    assert share_text(1, 1_000_000) == "1 of 1,000,000 (< 0.1%)"


def test_lengths_keep_a_part_of_a_metre():
    assert length_text(900_000) == "900 m"
    assert length_text(900_500) == "900.5 m"


def test_everything_is_escaped():
    evil = "<script>alert(1)</script>"
    frame = pd.DataFrame({evil: [evil]})
    for html in (
        shown(evil, [Fact(evil, evil, evil)], frame, notes=[evil]),
        Stamped([evil], evil, frame)._repr_html_(),
        shown(evil, frame=frame.assign(x=np.nan), missing={"x": evil}),
    ):
        assert "<script" not in html
        assert "&lt;script&gt;" in html


def test_missing_numbers_have_the_word_of_their_column_and_zero_stays_zero():
    frame = pd.DataFrame(
        {"distance_m": [0.0, np.nan], "access_per_person": [np.nan, 0.5], "n": pd.array([None, 3], "Int64")}
    )
    told = words(shown("x", frame=frame, missing={"distance_m": "none within 900 m"}))
    assert "none within 900 m" in told
    assert "not known" in told
    assert "Distance (m)" in told
    assert "nan" not in told.lower()
    assert "NA" not in told
    assert told.count("not known") == 2


def test_rows_beyond_the_first_twenty_are_counted_in_words():
    frame = pd.DataFrame({"number": range(25)})
    html = shown("x", frame=frame)
    assert html.count("<tr>") == 21
    assert "5 more rows" in words(html)
    assert "1 more row:" in words(shown("x", frame=frame.head(21)))
    assert "more row" not in words(shown("x", frame=frame.head(20)))


def test_rows_are_folded_under_a_summary_and_open_without():
    frame = pd.DataFrame({"number": [1]})
    assert "<details>" in shown("x", [Fact("a", 1)], frame)
    assert "<details>" not in shown("x", frame=frame)


def test_small_values_beside_large_ones_are_not_shown_as_nothing():
    told = words(shown("x", frame=pd.DataFrame({"amount": [12345.6, 0.01, 0.0]})))
    assert "12,346 &lt; 1 0" in told


def test_shares_are_percentages():
    assert "25.0% 0% not known" in words(shown("x", frame=pd.DataFrame({"share_of_total": [0.25, 0.0, np.nan]})))


def test_stamps_stand_above_and_nothing_where_there_is_none():
    assert stamps_html([]) == ""
    html = Stamped(["Synthetic"], "text")._repr_html_()
    assert html.index("Synthetic") < html.index("<p>text</p>")
    assert "Synthetic" in repr(Stamped(["Synthetic"], "text"))


def test_a_picture_carries_the_stamp_is_shown_once_and_is_the_same_again():
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    mpl.use("Agg")

    def picture(stamps):
        axes = plt.subplots()[1]
        axes.set_xlabel("Walk")
        html = Stamped(stamps, axes)._repr_html_()
        assert not plt.get_fignums()
        return html, axes.get_figure()

    stamped, figure = picture(["Synthetic"])
    plain, bare = picture([])
    assert figure._supxlabel.get_text() == "Synthetic"
    assert bare._supxlabel is None
    assert stamped == picture(["Synthetic"])[0]
    assert 'alt="Walk"' in plain


def test_showing_imports_neither_pandas_nor_matplotlib():
    code = "import sys, jingan_analysis.showing; print(sorted({'pandas', 'matplotlib'} & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
