"""The last gate before publication: no file of a report may hold a number that names a person, or hidden characters."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any, Final

from jingan_analysis.disclosure.identity_numbers import identity_numbers
from jingan_analysis.errors import PublicationRefused

_MARKUP: Final = frozenset({".html", ".svg"})
_JSON: Final = frozenset({".json", ".ipynb"})
_TEXT: Final = _MARKUP | _JSON | {".csv"}
_INLINE = re.compile(
    r"<!--.*?-->|</?(?:a|abbr|b|bdi|code|data|em|i|mark|q|s|small|span|strong|sub|sup|tspan|u|wbr)\b[^>]*>",
    re.DOTALL | re.IGNORECASE,
)
"""Markup within a line: a number can be split over it and still be read as one."""

_TAG = re.compile(r"<[^>]*>")
_VISIBLE_CONTROLS: Final = frozenset("\t\n\r")


def refuse_persons(folder: Path) -> None:
    """Look through every file that would be published, and its name.

    A number counts in whatever way a reader or a program would meet it: escaped in HTML or JSON, split over markup, in
    full-width digits. Hidden characters (they turn the reading direction, have no width, or control a terminal) are
    refused as well: with them, what a person reads is not what the file says.

    Raises
    ------
    PublicationRefused
        If a file holds an identity number, a telephone number or a hidden character, or is of a kind that cannot be
        looked through; the message tells files and counts, never a number.
    """
    faults = []
    for number, path in enumerate(sorted(path for path in folder.rglob("*") if path.is_file()), start=1):
        name = path.relative_to(folder).as_posix()
        if identity_numbers(name.replace("/", " ")):
            faults.append(f"the name of file {number} holds a number that names a person")
            continue
        if path.suffix not in _TEXT:
            faults.append(f"{name} is of a kind that cannot be looked through")
            continue
        found = findings(path.read_text(encoding="utf-8"), path.suffix)
        faults += [f"{name} holds {count} × {kind}" for kind, count in found.items()]
    if faults:
        raise PublicationRefused(
            f"Nothing was published: {'; '.join(faults)}. Take the column with it out of what the notebook shows, or "
            "out of the district's tables; the last good report stays where it is."
        )


def findings(text: str, suffix: str) -> dict[str, int]:
    """What a file's text must not hold, by kind: the most that any way of reading it shows.

    Parameters
    ----------
    suffix
        Of the file: it says how the text is read.
    """
    found: dict[str, int] = {}
    for reading in _readings(text, suffix):
        for kind, count in identity_numbers(reading).items():
            found[kind] = max(found.get(kind, 0), count)
        hidden = sum(map(_hidden, set(reading)))
        if hidden:
            found["hidden character"] = max(found.get("hidden character", 0), hidden)
    return found


def _readings(text: str, suffix: str) -> Iterator[str]:
    yield unescape(text)
    if suffix in _MARKUP:
        yield _shown(text)
    if suffix in _JSON:
        try:
            document = json.loads(text)
        except json.JSONDecodeError:
            return
        for in_pieces in (True, False):
            strings = list(_strings(document, in_pieces=in_pieces))
            yield "\n".join(strings)
            yield "\n".join(_shown(string) for string in strings if "<" in string or "&" in string)


def _shown(markup: str) -> str:
    """The text that a page shows: markup within a line is not there, other markup ends the line."""
    lines = _TAG.split(_INLINE.sub("", markup))
    return "\n".join(unescape(" ".join(line.split())) for line in lines)


def _strings(value: Any, *, in_pieces: bool) -> Iterator[str]:  # noqa: ANN401
    """Every text in a JSON document, names included; a list of texts in its pieces or put together, as notebooks do."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and not in_pieces and all(isinstance(item, str) for item in value):
        yield "".join(value)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item, in_pieces=in_pieces)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _strings(item, in_pieces=in_pieces)


def _hidden(character: str) -> bool:
    category = unicodedata.category(character)
    return category in {"Cf", "Cs"} or (category == "Cc" and character not in _VISIBLE_CONTROLS)
