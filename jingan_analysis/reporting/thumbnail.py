"""A figure as a small picture without words, drawn into another page.

It has no text, so it needs no font, and its size in bytes has nothing to do with the language. Its colours are the
roles of :mod:`jingan_analysis.figures.style`, so the page decides between light, dark and print, and it is sharp on any
screen and on paper. It is made of an edition's own figure: no edition carries a picture twice, and an earlier edition
that is current again shows its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

from jingan_analysis.figures.style import LIGHT, PAPER, RULE

_SVG: Final = "{http://www.w3.org/2000/svg}"
_ELEMENTS: Final = frozenset({"g", "path", "defs", "use", "pattern", "rect"})
_NUMBERS: Final = ("d", "x", "y", "width", "height", "stroke-width", "stroke-dasharray")
_WORDS: Final = ("id", "href", "fill", "stroke", "stroke-linejoin", "stroke-linecap", "opacity", "patternUnits")
_PLAIN: Final = re.compile(r"[-\w#.,()\s]*", re.ASCII)
_COORDINATE: Final = re.compile(r"-?\d+(?:\.\d+)?")
_REFERENCE: Final = re.compile(r"#([-\w]+)(?=\)?$)")
_ROLES: Final = {colour: f"var(--{role})" for role, colour in LIGHT.items()}
_GRID: Final = _ROLES[RULE]
_MARGIN: Final = 4.0
LARGEST: Final = 100_000
"""Characters of the largest picture: a map of a hundred thousand dots is none that a small picture can show."""

_FINE: Final = 1
"""Decimals of a marker and of a pattern, which are small; the rest is drawn to whole units."""


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


def thumbnail(svg: str, *, name: str, title: str) -> str:
    """An inline ``<svg>`` element that shows what a published figure draws.

    Words go, and with them what only explains the picture (``data-part="key"``); what is left is cut to its edges.
    Elements and attributes that no figure of ours has are left out, so that a file that somebody wrote into an edition
    cannot bring anything else into the page.

    Parameters
    ----------
    svg
        The file, as :func:`jingan_analysis.figures.svg.standalone_svg` writes it.
    name
        Of the picture on the page; identifiers begin with it.
    title
        What it shows, for those who do not see it.

    Returns
    -------
    str
        Empty if the file is no picture, nothing is left of it, or too much for a small picture.
    """
    try:
        root = ET.fromstring(svg)  # noqa: S314  # a figure of ours; what else it could hold is left out below
    except ET.ParseError:
        return ""
    drawn = ET.Element("svg")
    drawn.extend(_drawing(root, _sheet(root)))
    box = _bounds(drawn)
    if box is None:
        return ""
    _rename(drawn, name)
    left, top = box.left - _MARGIN, box.top - _MARGIN
    view = (left, top, box.right + _MARGIN - left, box.bottom + _MARGIN - top)
    edges = " ".join(_short(number, 0) for number in view)
    drawn.attrib = {"viewBox": edges, "role": "img", "aria-label": title, "stroke-linejoin": "round"}
    text = ET.tostring(drawn, encoding="unicode")
    return text if len(text) <= LARGEST else ""


def _sheet(root: ET.Element) -> str:
    """The path of the paper that a figure lies on."""
    first = next(root.iter(f"{_SVG}path"), None)
    return first.get("d", "") if first is not None and first.get("fill", "").lower() == PAPER else ""


def _drawing(parent: ET.Element, sheet: str, *, fine: bool = False) -> Iterator[ET.Element]:
    """Copies of the shapes below an element; groups are unpacked, as what they say is for the page of the figure."""
    for child in parent:
        kind = child.tag.removeprefix(_SVG)
        if kind not in _ELEMENTS or child.get("d") == sheet:
            continue
        if child.get("data-part") == "key":
            # Shapes that are defined in it may be used in the picture.
            yield from (_copy(defs, sheet, fine=True) for defs in child.iter(f"{_SVG}defs"))
        elif kind == "g":
            yield from _drawing(child, sheet, fine=fine)
        else:
            yield _copy(child, sheet, fine=fine or kind == "defs")


def _copy(element: ET.Element, sheet: str, *, fine: bool) -> ET.Element:
    copy = ET.Element(element.tag.removeprefix(_SVG), _attributes(element, decimals=_FINE if fine else 0))
    copy.extend(_drawing(element, sheet, fine=fine))
    return copy


def _attributes(element: ET.Element, *, decimals: int) -> dict[str, str]:
    kept = {}
    for name in (*_NUMBERS, *_WORDS):
        value = element.get(name)
        if value is None or _PLAIN.fullmatch(value) is None:
            continue
        if name in {"d", "x", "y", "width", "height"}:
            value = _COORDINATE.sub(lambda match: _short(float(match[0]), decimals), value)
        elif name in {"fill", "stroke"}:
            value = _ROLES.get(value.lower(), value)
        elif name == "href" and not value.startswith("#"):
            continue
        kept[name] = value
    return kept


def _short(number: float, decimals: int) -> str:
    text = f"{number:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def _bounds(drawn: ET.Element) -> _Box | None:
    """The edges of everything that is drawn, None if nothing is; the grid reaches under words that are gone."""
    markers = {path.get("id", ""): path for defs in drawn.iter("defs") for path in defs.iter("path")}
    boxes = []
    for element in drawn:
        if element.tag == "path" and element.get("stroke") != _GRID:
            boxes.append(_extent(element))
        elif element.tag == "use":
            marker = _extent(markers.get(element.get("href", "")[1:]))
            x, y = float(element.get("x", "0")), float(element.get("y", "0"))
            boxes.append(marker and _Box(marker.left + x, marker.top + y, marker.right + x, marker.bottom + y))
    found = [box for box in boxes if box is not None]
    if not found:
        return None
    lefts, tops, rights, bottoms = zip(*found, strict=True)
    return _Box(min(lefts), min(tops), max(rights), max(bottoms))


def _extent(path: ET.Element | None) -> _Box | None:
    """The edges of a path's points; a curve stays within those of its control points. All of them are absolute."""
    told = "" if path is None else path.get("d", "").replace("h0", "")
    numbers = [float(each) for each in _COORDINATE.findall(told)]
    xs, ys = numbers[::2], numbers[1::2]
    return _Box(min(xs), min(ys), max(xs), max(ys)) if ys else None


def _rename(drawn: ET.Element, name: str) -> None:
    """Identifiers that no other picture of the page has; those that nothing refers to go."""
    used = {
        match[1]
        for element in drawn.iter()
        for key, value in element.attrib.items()
        if key != "id" and (match := _REFERENCE.search(value))
    }
    places = {old: f"{name}-{number}" for number, old in enumerate(sorted(used), start=1)}
    for element in drawn.iter():
        for key, value in list(element.attrib.items()):
            if key == "id":
                del element.attrib[key]
                if value in places:
                    element.set(key, places[value])
            elif key in {"href", "fill", "stroke"}:
                element.set(key, _REFERENCE.sub(lambda match: f"#{places[match[1]]}", value))
