"""``--set``: data only, and nothing that could become code."""

from __future__ import annotations

import keyword

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.reporting.settings import check_setting_name, parse_settings, parse_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.8", 0.8),
        ("60", 60),
        ("-3", -3),
        ("true", True),
        ("[5, 10, 15]", [5, 10, 15]),
        ("[0.8, 1.3]", [0.8, 1.3]),
        ('["window", "online"]', ["window", "online"]),
        ("registered", "registered"),
        ('"registered"', "registered"),
        ("2024-08-31", "2024-08-31"),
        ("[2024-08-31]", ["2024-08-31"]),
        ("310106012000", 310106012000),
        ("宝山路街道", "宝山路街道"),
        ("", ""),
        ("null", None),
        ("__import__('os')", "__import__('os')"),
    ],
)
def test_values_are_scalars_lists_or_the_text_itself(text, value):
    parsed = parse_value(text)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize("text", ["{a = 1}", '{"a": 1}', "[{a = 1}]", "nan", "inf", "[1.0, -inf]"])
def test_tables_and_endless_numbers_are_refused(text):
    with pytest.raises(InvalidParameter, match="table of values|not a finite number"):
        parse_value(text)


def test_a_line_break_does_not_smuggle_in_a_second_key():
    assert parse_value("1\nother = 2") == "1\nother = 2"


@pytest.mark.parametrize(
    "name", ["", "a b", "a;b", "x=1\nimport os", "class", "a.b", "1a", "_private", "__class__", "ｘ", "a-b", "a\n"]
)
def test_names_that_could_be_code_are_refused(name):
    with pytest.raises(InvalidParameter, match="not the name of a parameter"):
        check_setting_name(name)


@given(st.text(max_size=12))
@settings(deadline=None, max_examples=200, derandomize=True)
def test_an_accepted_name_is_a_plain_ascii_word(name):
    try:
        check_setting_name(name)
    except InvalidParameter:
        return
    assert name
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
    assert not keyword.iskeyword(name)


def test_settings_come_together():
    assert parse_settings(["walk_speed_mps=0.8", "basis = registered", "note=a=b"]) == {
        "walk_speed_mps": 0.8, "basis": "registered", "note": "a=b",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["walk_speed_mps"], "write name=value"),
        (["a=1", "a=2"], "given twice"),
        (["period=2024-08"], "use --period"),
        (["unit=1"], "use --unit"),
    ],
)
def test_faults_of_settings_name_the_next_step(texts, message):
    with pytest.raises(InvalidParameter, match=message):
        parse_settings(texts)
