"""Whether every number in the prose of a finished page is bound to a cell, with a short list of those that need not be."""

from __future__ import annotations

import calendar
import re
from itertools import zip_longest
from typing import Final

from prose import Linked, Passage, Prose

_DAY: Final = r"\d{1,2} [A-Z][a-z]+ \d{4}|\d{4}年\d{1,2}月\d{1,2}日"

ALLOWED: Final = {
    "a rate is per a round number, part of its unit's name": (
        r"\b[Pp]er (?:100|1,000|10,000) (?:people|eligible households)\b|每(?:100|1,000|10,000)(?:人|户)|(?:100|1,000|10,000)(?:人|世帯)(?:一日)?あたり"
    ),
    "the ends of a scale, as its formula has them": (
        r"\(0 to 1\)|\(0[至～]1\)|\b1 = least\b|1为最少|1が最少"
        r"|\bfrom [-−]1 to 1: above 0,|取值[-−]1至1：大于0|[-−]1から1まで。0より大きければ"
        r"|\b[Bb]elow 0\b|低于0|0未満|\bmean is 0 or below |均值为0或低于|平均が0か、"
    ),
    "meals are of the twelve months that end with the period": r"\(in 12 months\)|\(12个月内\)|\(12か月\)",
    "the name of a kind of point": r"\b24-hour (?:self-service )?point\b|24小时自助点|24時間スポット",
    "the name of a group on the list of the data": r"\baged 80 and over\b|80岁及以上|80歳以上",
    "the name of a digest, and a digest": r"[(（]SHA-256[)）](?:[:：] ?[0-9a-f]{64}\b)?",
    "methods by the names of their authors": r"\bE2SFCA\b|\b3SFCA\b|\bM2SFCA\b",
}
"""What may stand in prose without being a cell, by reason: whole phrases, so that no other number passes."""

_PLACES: Final = {
    # A column is named after its percentile, or after the time limit or speed that its cells are for.
    r"th .*": r"第?\d{1,2}(?:th percentile|百分位数?)|(?:\d+(?:\.\d+)?) ?(?:minutes|分钟|分|m/s)",
    # Columns are grouped under the months that their cells are of.
    r"table .*, group of (?:first|last)_.*": r"\b[A-Z][a-z]+ \d{4}\b|\d{4}年\d{1,2}月",
    # Years of the papers that a method is taken from; what the district says of its sources.
    r"p ?": r"\b[A-Z][A-Za-z]+(?: et al\.| and [A-Z][A-Za-z]+)?,? \d{4}\b",
    # The period's code in the title of the window.
    r"title": r"\| \d{4}(?:-\d{2})?$",
}
"""What may stand in one kind of place only."""

_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")


def number_faults(prose: Prose) -> list[str]:
    """Numbers of the prose that are no claims, or others than their cell or the manifest says; none is good."""
    found = [fault for passage in prose.passages for fault in _loose(passage, prose)]
    found += [fault for passage in prose.passages for fault in _unlisted(passage, prose)]
    found += [fault for passage in prose.passages for link in passage.linked for fault in _false(link, prose)]
    said = {passage.where for passage in prose.passages}
    return found + [
        f"{where}: listed in the manifest, and not on the page" for where in sorted(prose.claims.keys() - said)
    ]


def numbers_of(prose: Prose) -> tuple[int, int]:
    """How many numbers of the prose were links, and how many stood in copies without links and were claims."""
    linked = sum(len(passage.linked) for passage in prose.passages)
    copied = sum(len(prose.claims.get(passage.where, ())) for passage in prose.passages if passage.copy)
    return linked, copied


def _loose(passage: Passage, prose: Prose) -> list[str]:
    """Numbers among the words."""
    words = "\0".join(part for part in passage.parts if isinstance(part, str))
    if passage.copy:
        words, missing = _without(words, [claim["text"] for claim in prose.claims.get(passage.where, ())])
        if missing:
            return [f"{passage.where}: a copy without {missing}: {passage.text.strip()[:90]}"]
    for month in _months(passage, prose):
        words = re.sub(rf"(?<!\d){re.escape(month)}(?!\d)", "", words)
    for day in re.findall(_DAY, prose.manifest["period_label"]):
        words = re.sub(rf"(?<!\d){re.escape(day)}(?!\d)", "", words)
    for pattern in ALLOWED.values():
        words = re.sub(pattern, "", words)
    for where, pattern in _PLACES.items():
        if re.fullmatch(where, passage.where):
            words = re.sub(pattern, "", words)
    if passage.where == "summary":
        words = words.replace(str(prose.tables), "", 1)
    return [f"{passage.where}: {number} in {passage.text.strip()[:90]}" for number in _NUMBER.findall(words)]


def _months(passage: Passage, prose: Prose) -> list[str]:
    """The months in words that its claims are of: a cell in the row of a month may be said to be of that month."""
    cells = [link.cell for link in passage.linked] + [claim["cell"] for claim in prose.claims.get(passage.where, ())]
    months = {found.groups() for cell in cells if (found := re.search(r"-(\d{4})-(\d{2})-", cell))}
    return [
        text
        for year, month in sorted(months)
        for text in (f"{calendar.month_name[int(month)]} {year}", f"{year}年{int(month)}月")
    ]


def _without(words: str, texts: list[str]) -> tuple[str, list[str]]:
    """Words without some texts, which are in this order, and those that are missing."""
    rest, left, missing = words, "", []
    for text in texts:
        place = re.search(rf"(?<![\d.,]){re.escape(text)}(?!\d|[.,]\d)", rest)
        if place is None:
            missing.append(text)
        else:
            left, rest = left + rest[: place.start()] + "\0", rest[place.end() :]
    return left + rest, missing


def _unlisted(passage: Passage, prose: Prose) -> list[str]:
    """Links of a place against the claims that the manifest has for it, one by one."""
    if passage.copy:
        return []
    listed = [(claim["text"], claim["value"], claim["cell"]) for claim in prose.claims.get(passage.where, ())]
    shown = [(link.text, link.value, link.cell) for link in passage.linked]
    return [
        f"{passage.where}: {here} on the page, {there} in the manifest"
        for here, there in zip_longest(shown, listed)
        if here != there
    ]


def _false(link: Linked, prose: Prose) -> list[str]:
    """A link against the cell that it leads to: its number, and the name that it gives its source."""
    if link.cell not in prose.cells:
        return [f"{link.text} leads to #{link.cell}, which is no cell"]
    found = []
    texts = (link.text, prose.cells[link.cell])
    if link.value is None:
        found += [f"{link.text} leads to {texts[1]}" for _ in (1,) if not texts[1].startswith("[c]")]
    elif any(abs(number - link.value) > half + 1e-9 for number, half in map(_printed, texts)):
        found.append(f"{link.text} ({link.value}) leads to #{link.cell}, which shows {texts[1]}")
    if link.names != prose.sources[link.cell]:
        found.append(f"{link.text} is said to be {link.names!r}, and is {prose.sources[link.cell]!r}")
    return found


def _printed(text: str) -> tuple[float, float]:
    """Value of a printed number, and half a unit of its last digit; percentages as shares."""
    plain = text.replace(",", "").replace("\N{MINUS SIGN}", "-")
    number = re.search(r"-?\d+(?:\.(\d+))?", plain)
    if number is None:
        return float("inf"), 0.0
    scale = 0.01 if number.end() < len(plain) and plain[number.end()] == "%" else 1.0
    return float(number[0]) * scale, 0.5 * scale * 10 ** -len(number[1] or "")
