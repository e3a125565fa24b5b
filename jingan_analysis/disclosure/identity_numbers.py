"""Numbers that name a person: Chinese identity numbers and telephone numbers, in any common way of writing."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import date
from typing import Final, Literal

from stdnum.iso7064 import mod_11_2

Kind = Literal["identity number", "mobile telephone number", "landline telephone number"]

WITHHELD: Final = "[withheld]"
"""Stands in place of a number."""

_BEFORE: Final = r"(?<![0-9A-Za-z])(?<![0-9]\.)"
_AFTER: Final = r"(?![0-9A-Za-z]|\.[0-9])"
"""Neither part of a longer number, of a decimal fraction, nor of a digest."""

_APART: Final = r"[ _\-\u00b7\u2010-\u2015]?"
"""One sign between parts; two spaces stand between columns."""

_IDENTITY = re.compile(
    f"{_BEFORE}(?:"
    + _APART.join((r"\d{6}", r"\d{4}", r"\d{2}", r"\d{2}", r"\d{3}", r"[\dXx]"))
    + r"|\d{6}\.\d{8}\.\d{3}[\dXx]|\d(?: \d){16} [\dXx]|\d{15}"
    + f"){_AFTER}",
    re.ASCII,
)
_MOBILE = re.compile(
    rf"{_BEFORE}(?:(?:\+|00)?86{_APART})?(?:1[3-9]\d{_APART}\d{{4}}{_APART}\d{{4}}|1[3-9]\d([ \-])\d{{3}}\1\d{{5}}"
    rf"|1[3-9]\d{{2}}([ \-])\d{{3}}\2\d{{4}}|1[3-9]\d\.\d{{4}}\.\d{{4}}|1 [3-9](?: \d){{9}}){_AFTER}",
    re.ASCII,
)
_AREA: Final = r"(?:10|2[0-57-9]|[3-9]\d{2})"
"""Area codes without the zero in front: the capital, other large cities, all other places."""

_SUBSCRIBER: Final = rf"[2-8]\d{{2,3}}{_APART}\d{{4}}"
_LANDLINE = re.compile(
    rf"(?:(?<![0-9A-Za-z.\-])(?:\(0{_AREA}\) ?|0{_AREA}[ \-\u2010-\u2015]{{1,2}}|0(?:10|2[0-57-9])(?=[2-8]\d{{7}}))"
    rf"|(?<![0-9A-Za-z.])(?:\+|00)86[ \-]?\(?0?{_AREA}\)?[ \-]?){_SUBSCRIBER}{_AFTER}",
    re.ASCII,
)
_PROVINCES: Final = frozenset(
    {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66)}
)


def identity_numbers(text: str) -> dict[Kind, int]:
    """How many numbers of each kind a text holds; never the numbers themselves.

    An identity number of 18 places has the check digit of GB 11643-1999 (ISO 7064, MOD 11-2) and a possible date of
    birth. One of 15 places, as given out before 1999, has no check digit: it has a province, a possible date, and
    stands in one piece. A landline number has its area code, set apart unless it is that of a large city. Full-width
    digits, invisible characters, and one space, point or dash between the parts change nothing.

    Returns
    -------
    dict
        Count by kind; kinds that do not occur are left out. An identity number is counted once, however often it
        stands there.
    """
    return _taken_out(text)[1]


def without_identity_numbers(text: str) -> str:
    """The text with ``[withheld]`` in place of each such number; a text without any stays as it is."""
    rest, found = _taken_out(text)
    return rest if found else text


def _taken_out(text: str) -> tuple[str, dict[Kind, int]]:
    """What is left of a text without these numbers, and how many there were."""
    plain = "".join(each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each) != "Cf")
    people: set[str] = set()
    found: Counter[Kind] = Counter()

    def person(match: re.Match[str]) -> str:
        number = re.sub(r"[^\dXx]", "", match[0]).upper()
        if not _names_a_person(number):
            return match[0]
        people.add(number)
        return WITHHELD

    plain = _IDENTITY.sub(person, plain)
    found["identity number"] = len(people)
    plain, found["mobile telephone number"] = _MOBILE.subn(WITHHELD, plain)
    plain, found["landline telephone number"] = _LANDLINE.subn(WITHHELD, plain)
    return plain, {kind: count for kind, count in found.items() if count}


def _names_a_person(number: str) -> bool:
    old = len(number) == 15
    day = f"19{number[6:12]}" if old else number[6:14]
    try:
        born = date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return False
    if old:
        return int(number[:2]) in _PROVINCES
    return born.year >= 1880 and bool(mod_11_2.is_valid(number))
