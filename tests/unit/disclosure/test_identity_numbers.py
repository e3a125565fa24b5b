"""Numbers that name a person are found however they are written, and other numbers are left alone."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2

from jingan_analysis.disclosure.identity_numbers import identity_numbers

IDENTITY = "11010519491231002X"
"""The example of GB 11643."""

MOBILE = "13800138000"


@st.composite
def identity(draw):
    born = draw(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2030, 12, 31)))
    body = f"{draw(st.integers(110000, 659999))}{born:%Y%m%d}{draw(st.integers(0, 999)):03}"
    return body + mod_11_2.calc_check_digit(body)


@given(identity(), st.sampled_from(["{}", "ID:{}。", "<td>{}</td>", '"{}"', "身份证{}号", "({})\n"]))
@settings(max_examples=200, deadline=None)
def test_any_identity_number_in_any_company_is_found(number, company):
    assert identity_numbers(company.format(number)) == {"identity number": 1}


@pytest.mark.parametrize(
    "written",
    [
        IDENTITY.lower(),
        "110105 1949 1231 002X",
        "110105-19491231-002X",
        "110105 19491231 002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        " ".join(IDENTITY),
        "110105·1949·12·31·002·X",
    ],
)
def test_spaces_dashes_and_full_width_change_nothing(written):
    assert identity_numbers(f"x, {written}, y") == {"identity number": 1}


@pytest.mark.parametrize(
    "other",
    [
        "110105194912310021",  # another check digit
        "110105194913310021",  # no such month
        f"0.{IDENTITY[:17]}1",
        f"1{IDENTITY}",
        f"{IDENTITY}7",
        "0.12345678901234567",
        hashlib.sha256(b"x").hexdigest(),
        "310106014000 2024 08 31 123 4",
    ],
)
def test_other_numbers_are_left_alone(other):
    assert identity_numbers(other) == {}


@pytest.mark.parametrize(
    "written",
    [MOBILE, "138 0013 8000", "138-0013-8000", "+86 13800138000", "0086-138-0013-8000", "１３８００１３８０００"],
)
def test_mobile_numbers_are_found(written):
    assert identity_numbers(f"电话：{written}；") == {"mobile telephone number": 1}


@pytest.mark.parametrize(
    "other",
    [
        "12800138000",
        "1380013800",
        "138001380001",
        "0.13800138000",
        "13800138000.5",
        "138  0013  8000",
        "13,800,138,000",
    ],
)
def test_numbers_that_are_no_telephone_are_left_alone(other):
    assert identity_numbers(other) == {}


def test_each_is_counted_and_none_is_told():
    found = identity_numbers(f"{IDENTITY}; {MOBILE}; {MOBILE}")
    assert found == {"identity number": 1, "mobile telephone number": 2}
    assert MOBILE not in str(found)


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**9), 10**9))
@settings(max_examples=300, deadline=None)
def test_computed_numbers_pass(value, count):
    assert identity_numbers(f"{value!r},{count},{count:,}") == {}
