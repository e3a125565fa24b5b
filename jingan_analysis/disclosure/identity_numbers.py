"""Numbers that name a person: Chinese identity numbers and mobile telephone numbers, in any common way of writing."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import date
from typing import Final, Literal

from stdnum.iso7064 import mod_11_2

Kind = Literal["identity number", "mobile telephone number"]

_BEFORE: Final = r"(?<![0-9A-Za-z.])"
_AFTER: Final = r"(?![0-9A-Za-z]|\.[0-9])"
"""Neither part of a longer number, of a decimal fraction, nor of a digest."""

_APART: Final = r"[ \-\u00b7\u2010-\u2015]?"
"""One sign between parts; two spaces stand between columns."""

_IDENTITY = re.compile(
    _BEFORE + _APART.join((r"(\d{6})", r"(\d{4})", r"(\d{2})", r"(\d{2})", r"(\d{3})", r"([\dXx])")) + _AFTER
)
_IDENTITY_SPACED = re.compile(_BEFORE + r"(\d(?: \d){16} [\dXx])" + _AFTER)
_MOBILE = re.compile(
    _BEFORE + r"(?:(?:\+|00)?86" + _APART + r")?1[3-9]\d" + _APART + r"\d{4}" + _APART + r"\d{4}" + _AFTER
)


def identity_numbers(text: str) -> dict[Kind, int]:
    """How many numbers of each kind a text holds; never the numbers themselves.

    An identity number has the check digit of GB 11643-1999 (ISO 7064, MOD 11-2) and a possible date of birth.
    Full-width digits, and spaces, points or dashes between the parts, change nothing.

    Returns
    -------
    dict
        Count by kind; kinds that do not occur are left out.
    """
    plain = unicodedata.normalize("NFKC", text)
    candidates = {"".join(match.groups()): None for match in _IDENTITY.finditer(plain)}
    candidates |= {match[1].replace(" ", ""): None for match in _IDENTITY_SPACED.finditer(plain)}
    found: Counter[Kind] = Counter()
    found["identity number"] = sum(_names_a_person(number.upper()) for number in candidates)
    found["mobile telephone number"] = sum(1 for _ in _MOBILE.finditer(plain))
    return {kind: count for kind, count in found.items() if count}


def _names_a_person(number: str) -> bool:
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return born.year >= 1880 and bool(mod_11_2.is_valid(number))
