from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.tables.formatting import format_value


@pytest.mark.parametrize(
    ("value", "kind", "decimals", "text"),
    [
        (1234567.0, "count", 0, "1,234,567"),
        (0.61234, "percent", 1, "61.2%"),
        (-0.051, "percent", 1, "−5.1%"),
        (-1234.5, "number", 1, "−1,234.5"),
        (-0.0004, "percent", 1, "0.0%"),
        (-0.0, "number", 0, "0"),
        (0.0, "count", 0, "0"),
        ("−", "text", 0, "−"),
    ],
)
def test_known_answers(value, kind, decimals, text):
    assert format_value(value, kind, decimals) == text


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("kind", ["count", "percent", "number"])
def test_a_number_that_is_none_is_never_printed(value, kind):
    with pytest.raises(ValueError, match="give the cell a mark"):
        format_value(value, kind, 1)


@settings(deadline=None, max_examples=100, derandomize=True)
@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_the_text_reads_back_to_the_rounded_value(value, decimals):
    text = format_value(value, "number", decimals).replace(",", "").replace("−", "-")
    assert float(text) == pytest.approx(round(value, decimals), abs=1e-9)
    assert not text.startswith("-") or float(text) < 0, "a zero with a sign"
