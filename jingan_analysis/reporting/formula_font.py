"""The font of formulas: one with a table of mathematics, without which a browser stretches no root and no bracket.

DejaVu Serif (a free licence of its own, after Bitstream Vera) comes with matplotlib. It is subset to what a page's
formulas need and used under a family name of our own.
"""

from __future__ import annotations

import base64
import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jingan_analysis.errors import UnrenderableCharacter
from jingan_analysis.figures.subsetting import woff2_subset

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FORMULA_FAMILY: Final = "Report Formula"
"""Family name under which pages use the embedded font."""

_FONT_FILE: Final = "DejaVuSerif.ttf"


def formula_font_css(characters: str) -> str:
    """The ``@font-face`` rule with just the glyphs that these characters of formulas need; same characters, same bytes.

    Raises
    ------
    UnrenderableCharacter
        If the font lacks a glyph; the message names the characters.
    """
    require_glyphs(characters)
    unused = ("GDEF", "GPOS", "GSUB", "kern", "FFTM")
    data = woff2_subset(_open(), f" {drawn_as(characters)}", drop_tables=unused)
    encoded = base64.b64encode(data).decode("ascii")
    return (
        f"@font-face{{font-family:'{FORMULA_FAMILY}';font-display:block;"
        f"src:url(data:font/woff2;base64,{encoded}) format('woff2')}}"
    )


def require_glyphs(characters: str) -> None:
    """Refuse what the font cannot draw.

    Raises
    ------
    UnrenderableCharacter
        If the font lacks a glyph; the message names the characters.
    """
    missing = sorted({each for each in drawn_as(characters) if each.isprintable() and ord(each) not in _known()})
    if missing:
        named = ", ".join(f"{each!r} (U+{ord(each):04X})" for each in missing)
        raise UnrenderableCharacter(
            f"the font of formulas has no glyph for {named}; write it in words beside the formula"
        )


def drawn_as(characters: str) -> str:
    """The characters with the mathematical italics that a browser draws single letters as."""
    return characters + "".join(filter(None, map(italic, characters)))


def italic(letter: str) -> str:
    """The mathematical italic that a browser draws for a letter of a formula; empty where this font has none."""
    if letter == "h":
        return "\N{PLANCK CONSTANT}"
    if not (letter.isascii() and letter.isalpha()):
        return ""
    return unicodedata.lookup(f"MATHEMATICAL ITALIC {'SMALL' if letter.islower() else 'CAPITAL'} {letter.upper()}")


@cache
def _known() -> frozenset[int]:
    font = _open()
    try:
        return frozenset(font.getBestCmap())
    finally:
        font.close()


def _open() -> TTFont:
    from fontTools.ttLib import TTFont as Font

    # find_spec locates the package without running it: matplotlib takes long to import.
    spec = find_spec("matplotlib")
    path = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" / _FONT_FILE if spec and spec.origin else None
    if path is None or not path.is_file():
        raise UnrenderableCharacter(
            f"the font {_FONT_FILE} of matplotlib is missing, so no formula can be drawn; reinstall matplotlib"
        )
    # The modification time stays that of the original, so that the bytes do not depend on the clock.
    return Font(path, lazy=True, recalcTimestamp=False)
