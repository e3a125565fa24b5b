"""From a matplotlib figure to one small, themable, deterministic ``<svg>`` element.

The page's content-security policy forbids style attributes, and its colour scheme follows the reader's; so
styles become presentation attributes, and the colours of :mod:`.style` become custom properties.
"""

from __future__ import annotations

import io
import json
import re
from html import escape
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from jingan_analysis.figures.fonts import FONT_STACK, font_faces
from jingan_analysis.figures.style import LIGHT, PAPER, publication_style

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from matplotlib.figure import Figure

HALO: Final = "halo"
"""Group id (``artist.set_gid``) of text that is drawn upon a border of paper colour."""

_HOOK: Final = "hook:"
"""Start of a group id that carries data: for the page's script, or for what is made of the picture later."""

KEY: Final = f'{_HOOK}{{"part": "key"}}'
"""Group id of what only explains the picture, such as a swatch of a legend or a scale bar."""

_SVG = "http://www.w3.org/2000/svg"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_ROLES = {colour: role for role, colour in LIGHT.items()}
_COLOURED = ("fill", "stroke")
_NUMERIC = ("d", "x", "y", "width", "height", "transform", "viewBox", "stroke-width", "font-size", "stroke-dasharray")
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_PROPERTY = re.compile(r"var\(--[a-z0-9-]+, (#[0-9a-f]{6})\)")
_DEFAULTS = {"text-anchor": "start", "fill-opacity": "1", "stroke-opacity": "1", "stroke-dashoffset": "0",
             "stroke-linejoin": "round", "stroke-linecap": "butt", "stroke-width": "1.0"}  # fmt: skip


def hook(**data: str) -> str:
    """Group id (``artist.set_gid``) of a part of the picture that tells a page's script what it is.

    The finished group carries the data as attributes ``data-<name>``; what is empty is left out.
    """
    return _HOOK + json.dumps({name: text for name, text in data.items() if text})


def to_svg(figure: Figure, *, decimals: int = 2, data: Mapping[str, str] | None = None) -> str:
    """One ``<svg>`` element with real text and no style attributes, fixed width or metadata.

    The figure's label (``Figure(label=...)``) is its name: it makes identifiers unique in a page.

    Parameters
    ----------
    decimals
        Of coordinates.
    data
        What the whole picture tells a page's script, as attributes ``data-<name>``.

    Raises
    ------
    ValueError
        If the figure has no label.
    """
    name = str(figure.get_label())
    if not name:
        raise ValueError("the figure has no label, so its identifiers cannot be made unique; use Figure(label=name)")
    import matplotlib as mpl  # heavy

    raw = io.StringIO()
    with publication_style(), mpl.rc_context({"svg.hashsalt": name}):
        figure.savefig(raw, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    root = ET.fromstring(raw.getvalue())  # noqa: S314  # our own drawing, not a file from outside
    for element in root.iter():
        _plain(element)
    _prune(root)
    _rename_ids(root, name)
    for element in root.iter():
        _shorten(element, decimals)
    _unwrap(root)
    return _serialised(root, data or {})


def standalone_svg(svg: str, *, title: str, description: str, among: str = "") -> str:
    """The same picture as a file of its own: described, light, and with the glyphs it uses embedded.

    Parameters
    ----------
    among
        The characters of all pictures that are made, if several; see :func:`.fonts.subset_font`.
    """
    texts = "".join(ET.fromstring(svg).itertext())  # noqa: S314  # made by to_svg
    start = svg.index(">") + 1
    style = font_faces(texts, among=among)
    head = f"<title>{escape(title)}</title><desc>{escape(description)}</desc><style>{style}</style>"
    body = _PROPERTY.sub(r"\1", svg[:start] + head + svg[start:])
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _plain(element: ET.Element) -> None:
    """Drop namespaces, turn the style into attributes and colours into properties, apply the halo."""
    element.tag = element.tag.removeprefix(f"{{{_SVG}}}")
    if _XLINK_HREF in element.attrib:
        element.set("href", element.attrib.pop(_XLINK_HREF))
    for rule in element.attrib.pop("style", "").split(";"):
        key, _, value = (part.strip() for part in rule.partition(":"))
        if key and key != "font-family" and _DEFAULTS.get(key) != value:
            element.set(key, value.removesuffix("px") if key == "font-size" else value)
    if element.tag == "g" and element.get("id") == HALO:
        element.attrib.update({"paint-order": "stroke", "stroke": PAPER, "stroke-width": "3.5"})
    for key in _COLOURED:
        value = element.get(key, "").lower()
        if value in _ROLES:
            element.set(key, f"var(--{_ROLES[value]}, {value})")


def _prune(root: ET.Element) -> None:
    """Remove metadata, the global style sheet and empty groups."""
    root.attrib.pop("width", None)
    root.attrib.pop("height", None)
    root.attrib.pop("version", None)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.endswith(("metadata", "style")) or (child.tag in ("g", "defs") and not _has_content(child)):
                parent.remove(child)


def _has_content(group: ET.Element) -> bool:
    return any(child.tag not in ("g", "defs", "style") for child in group.iter())


def _rename_ids(root: ET.Element, name: str) -> None:
    """Keep only identifiers that something refers to, as ``name-1``, ``name-2``, ..."""
    used = {reference for element in root.iter() for reference in _references(element)}
    renamed: dict[str, str] = {}
    for element in root.iter():
        old = element.attrib.pop("id", None)
        if old is not None and old.startswith(_HOOK):
            element.attrib |= _hooks(json.loads(old.removeprefix(_HOOK)))
        elif old in used:
            renamed.setdefault(old, f"{name}-{len(renamed) + 1}")
            element.set("id", renamed[old])
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == "href":
                element.set(key, f"#{renamed[value[1:]]}" if value.startswith("#") else value)
            else:
                element.set(key, _REFERENCE.sub(lambda match: f"url(#{renamed[match[1]]})", value))


def _hooks(data: Mapping[str, str]) -> dict[str, str]:
    """Data as attributes; characters that cannot be shown, such as those that XML forbids, are left out."""
    return {f"data-{name}": "".join(filter(str.isprintable, text)) for name, text in data.items() if text}


def _references(element: ET.Element) -> Iterator[str]:
    for key, value in element.attrib.items():
        if key == "href" and value.startswith("#"):
            yield value[1:]
        yield from _REFERENCE.findall(value)


def _shorten(element: ET.Element, decimals: int) -> None:
    """Round coordinates, drop transforms that do nothing and write paths tightly."""
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
    for key in _NUMERIC:
        if key in element.attrib:
            element.set(key, _NUMBER.sub(lambda match: _rounded(match[0], decimals), element.attrib[key]))
    if "d" in element.attrib:
        element.set("d", _tight(element.attrib["d"]))


def _rounded(number: str, decimals: int) -> str:
    text = f"{float(number):.{decimals}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _tight(path: str) -> str:
    """A path without needless blanks; a line of no length (a dot) becomes ``h0``."""
    path = re.sub(r"\s*([MLCQzZ])\s*", r"\1", " ".join(path.split()))
    return re.sub(r"M([^A-Za-z]+)L\1(?=M|$)", r"M\1h0", path)


def _unwrap(root: ET.Element) -> None:
    """Replace groups that carry no attribute by what they hold."""
    for parent in list(root.iter()):
        children: list[ET.Element] = []
        stack = list(reversed(parent))
        while stack:
            child = stack.pop()
            if child.tag == "g" and not child.attrib:
                stack.extend(reversed(child))
            else:
                children.append(child)
        parent[:] = children
        parent.text = parent.text if parent.tag == "text" else None
        for child in children:
            child.tail = None


def _serialised(root: ET.Element, data: Mapping[str, str]) -> str:
    attributes = {"xmlns": _SVG, "viewBox": root.get("viewBox", ""), "font-family": FONT_STACK,
                  "stroke-linejoin": "round", "stroke-linecap": "butt"}  # fmt: skip
    root.attrib.clear()
    root.attrib.update({**attributes, **_hooks(data)})
    return ET.tostring(root, encoding="unicode")
