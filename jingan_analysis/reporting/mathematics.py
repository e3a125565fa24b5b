"""Formulas: a paragraph with LaTeX between dollar signs becomes text and MathML, everything else escaped."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import Final
from xml.etree import ElementTree as ET

from jingan_analysis.errors import InvalidFormula
from jingan_analysis.language import tr
from jingan_analysis.reporting.formula_font import italic, require_glyphs

_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(?=\S)([^$]+?)(?<=\S)\$(?!\d)", re.DOTALL)
"""As Pandoc reads dollar signs: nothing blank inside them, no digit after them; so "$5 and $10" are amounts."""

_NAMESPACE: Final = "{http://www.w3.org/1998/Math/MathML}"
_PARTS: Final = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
"""How many parts an element must have."""

_ELEMENTS: Final = frozenset(_PARTS) | {
    "math", "mrow", "mstyle", "mi", "mn", "mo", "mtext", "mspace", "msqrt", "mtable", "mtr", "mtd",
}  # fmt: skip
_ATTRIBUTES: Final = frozenset(
    {"display", "accent", "accentunder", "stretchy", "fence", "form", "lspace", "rspace", "minsize", "maxsize",
     "movablelimits", "width", "displaystyle", "scriptlevel", "mathvariant", "linethickness"}
)  # fmt: skip


def paragraph_html(text: str) -> str:
    """One paragraph of a method section.

    ``$...$`` is a formula in the line, ``$$...$$`` one that stands alone in a box of its own, which scrolls where the
    page is narrower.

    Raises
    ------
    InvalidFormula
        If a formula cannot be read, or asks for more than letters and signs.
    UnrenderableCharacter
        If the font of formulas lacks one of its characters.
    """
    parts, start = [], 0
    for match in _FORMULA.finditer(text):
        parts += [_words(text[start : match.start()]), _formula(match[1] or match[2], alone=match[1] is not None)]
        start = match.end()
    parts.append(_words(text[start:]))
    return "".join(_in_paragraphs(parts))


def _words(text: str) -> str:
    return escape(text, quote=False)


def _formula(latex: str, *, alone: bool) -> str:
    math = mathml(latex, alone=alone)
    if not alone:
        return math
    return f'<div class="formula" role="group" aria-label="{escape(tr("Formula"))}">{math}</div>'


def _in_paragraphs(parts: list[str]) -> list[str]:
    """Runs of words and formulas in the line as paragraphs; formulas that stand alone between them."""
    found: list[str] = []
    run: list[str] = []
    for part in [*parts, None]:
        if part is not None and not part.startswith('<div class="formula"'):
            run.append(part)
            continue
        if "".join(run).strip():
            found.append(f"<p>{''.join(run).strip()}</p>")
        run = []
        if part is not None:
            found.append(part)
    return found


@cache
def mathml(latex: str, *, alone: bool = False) -> str:
    r"""A formula as MathML: known elements and attributes only, with its source as text alternative.

    Raises
    ------
    InvalidFormula
        If the formula cannot be read, or makes an element or attribute that no formula needs, as ``\href`` does.
    UnrenderableCharacter
        If the font of formulas lacks one of its characters.
    """
    from latex2mathml.converter import convert  # only pages with formulas need it

    try:
        root = ET.fromstring(convert(latex, display="block" if alone else "inline"))  # noqa: S314  # made here
    except Exception as error:  # the library raises many kinds, some of them bare
        raise InvalidFormula(f"formula {latex!r} cannot be read as LaTeX ({type(error).__name__}); mend it") from error
    for element in root.iter():
        _plain(element, latex)
    require_glyphs("".join(root.itertext()))
    root.attrib.pop("display")
    root.attrib |= {"alttext": latex, **({"display": "block"} if alone else {})}
    return ET.tostring(root, encoding="unicode")


def _plain(element: ET.Element, latex: str) -> None:
    """Drop the namespace, refuse what no formula needs, and put right what the converter calls a letter."""
    element.tag = element.tag.removeprefix(_NAMESPACE)
    strange = [] if element.tag in _ELEMENTS else [f"<{element.tag}>"]
    strange += sorted(element.attrib.keys() - _ATTRIBUTES)
    if strange:
        raise InvalidFormula(f"formula {latex!r} makes {', '.join(strange)}, which no formula of a report may have")
    text = element.text or ""
    if "\\" in text or len(element) != _PARTS.get(element.tag, len(element)):
        raise InvalidFormula(f"formula {latex!r} has a command that is not known, or lacks a part; mend it")
    if element.tag == "mi" and text and not any(character.isalpha() for character in text):
        element.tag = "mo"
    if element.tag == "mi" and len(text) == 1 and "mathvariant" not in element.attrib and not italic(text):
        element.set("mathvariant", "normal")
