"""Numbers that name a person are found however they are written, and other numbers are left alone."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2

from jingan_analysis.disclosure.identity_numbers import WITHHELD, identity_numbers, without_identity_numbers

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
        "110105.19491231.002X",
        "110105_19491231_002X",
        "1101\u200b0519491\ufeff231002X",
        "No.11010519491231002X",
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
        "310106006000",
        "123456789012345678",
        "3101064913010123",
        "310106491301012",  # fifteen places, no such month
        "980106490101012",  # fifteen places, no such province
        "310106490101012.5",
    ],
)
def test_other_numbers_are_left_alone(other):
    assert identity_numbers(other) == {}


def test_an_old_number_of_fifteen_places_is_found():
    assert identity_numbers("旧证号 310106490101012。") == {"identity number": 1}


@pytest.mark.parametrize(
    "written",
    [
        MOBILE,
        "138 0013 8000",
        "138-0013-8000",
        "+86 13800138000",
        "0086-138-0013-8000",
        "１３８００１３８０００",
        "138.0013.8000",
        "138 001 38000",
        "1380 013 8000",
        "1 3 8 0 0 1 3 8 0 0 0",
        "138\u200d00138000",
        "tel:13800138000",
    ],
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
        "138.12345678",  # a longitude
        "121.4496812,31.2343837",
        "138 139 140 141",
        "M138 7L139.5 8",
        "550e8400-0571-8765-4321-446655440000",
        "010001000000",
        "2024-08-31 09:00-17:00",
        "0800-2000",
        "12345",
        "400-820-8820",
        "9-21-62587888",
    ],
)
def test_numbers_that_are_no_telephone_are_left_alone(other):
    assert identity_numbers(other) == {}


@pytest.mark.parametrize(
    "written",
    [
        "021-62587888", "(021)62587888", "(021) 6258 7888", "（021）6258-7888", "０２１－６２５８７８８８", "02162587888", "010 6258 7888",
        "+86 21 6258 7888", "+86-21-62587888", "0086 21 62587888", "0512-6258788", "0512 62587888", "021-62587888-801",
    ],
)  # fmt: skip
def test_landline_numbers_are_found(written):
    assert identity_numbers(f"电话：{written}；") == {"landline telephone number": 1}


def test_numbers_are_taken_out_of_a_text_and_nothing_else():
    assert (
        without_identity_numbers(f"a {IDENTITY}, {MOBILE}; 021-62587888.") == f"a {WITHHELD}, {WITHHELD}; {WITHHELD}."
    )
    assert without_identity_numbers("ｆｕｌｌ, １２３") == "ｆｕｌｌ, １２３"


def test_each_is_counted_and_none_is_told():
    found = identity_numbers(f"{IDENTITY}; {MOBILE}; {MOBILE}")
    assert found == {"identity number": 1, "mobile telephone number": 2}
    assert MOBILE not in str(found)


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**9), 10**9))
@settings(max_examples=300, deadline=None)
def test_computed_numbers_pass(value, count):
    assert identity_numbers(f"{value!r},{count},{count:,}") == {}
