"""How tables, figures and statements look in a notebook, also on machines without a Chinese font."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from jingan_analysis.figures.fonts import FONT_FAMILY, font_faces, missing_characters

_MARKUP: Final = re.compile(r"<[^>]*>")
_IDEOGRAPHIC: Final = re.compile(r"[\u2e80-\U0003ffff]")
"""From the CJK radicals on: what fonts of a Western desktop lack."""

_WITHIN: Final = ".jp-RenderedHTMLCommon"
_ALIGNMENT: Final = (
    f"{_WITHIN} th.text,{_WITHIN} td.text,{_WITHIN} th[scope=row],{_WITHIN} caption{{text-align:left}}"
    f"{_WITHIN} caption,{_WITHIN} .figure-title{{font-weight:600}}"
    f"{_WITHIN} td.number{{text-align:right;font-variant-numeric:tabular-nums}}"
)
_FAMILIES: Final = f"{_WITHIN}{{font-family:'{FONT_FAMILY}',var(--jp-content-font-family,sans-serif)}}"
_RANGE: Final = "U+2E80-3FFFF"
"""The font stands first for its range only: Chromium does not redraw text that waited for a font further down."""


def for_notebook(fragment: str) -> str:
    """Prepend a style: texts to the left, and the glyphs that Chinese and Japanese text needs.

    Everything else keeps the notebook's own look. A published page drops the style and brings its own.
    """
    found = set(_IDEOGRAPHIC.findall(unescape(_MARKUP.sub("", fragment))))
    drawable = "".join(sorted(found - set(missing_characters("".join(found)))))
    font = font_faces(drawable, unicode_range=_RANGE) + _FAMILIES if drawable else ""
    return f"<style>{font}{_ALIGNMENT}</style>\n{fragment}"
