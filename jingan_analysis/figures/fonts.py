"""The report's font: measured, subset and embedded, so that every machine shows the same glyphs.

Noto Sans SC (SIL Open Font License 1.1) comes with the ``zhplot`` package. It is used under a family name of
our own, so that a differently versioned copy on the reader's machine is never mistaken for it.
"""

from __future__ import annotations

import base64
import io
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from jingan_analysis.errors import UnrenderableCharacter
from jingan_analysis.figures.japanese_forms import UNICODE_RANGE, japanese_forms, subset_japanese
from jingan_analysis.figures.subsetting import reduced, woff2_subset
from jingan_analysis.language import spoken

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FONT_FAMILY: Final = "Report Sans"
"""Family name under which figures and reports use the embedded font."""

FONT_STACK: Final = f"'{FONT_FAMILY}', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
"""``font-family`` with fallbacks for pages that do not embed the font, such as JupyterLab."""

_FONT_FILE: Final = "NotoSansSC-Regular.ttf"
_UNUSED: Final = ("BASE", "STAT", "vhea", "vmtx", "GDEF")
"""Tables of the font that neither pages nor figures need."""
_FEATURES: Final = ("kern",)
_QUOTES: Final = "\u2018\u2019\u201c\u201d"
_SIGNS: Final = "·×÷±≤≥…"
_SIDE_BEARING: Final = 0.06
"""Room beside a sign that was made narrow, in ems."""


class FontMetrics(NamedTuple):
    """Advance widths by code point, and vertical extent, in ems."""

    advances: dict[int, float]
    ascent: float
    descent: float


def font_path() -> Path:
    """Where the font file is.

    Raises
    ------
    UnrenderableCharacter
        If the package that ships the font is not installed whole.
    """
    # find_spec locates the package without running it: importing zhplot changes matplotlib's settings.
    spec = find_spec("zhplot")
    path = Path(spec.origin).parent / "fonts" / _FONT_FILE if spec is not None and spec.origin else None
    if path is None or not path.is_file():
        raise UnrenderableCharacter(
            f"the font {_FONT_FILE} of the package 'zhplot' is missing, so no text can be drawn; reinstall zhplot"
        )
    return path


@cache
def font_metrics() -> FontMetrics:
    """Advance widths and vertical extent of the font."""
    font = _open()
    try:
        em = font["head"].unitsPerEm
        widths = font["hmtx"].metrics
        advances = {code: widths[glyph][0] / em for code, glyph in font.getBestCmap().items()}
        return FontMetrics(advances, font["hhea"].ascent / em, -font["hhea"].descent / em)
    finally:
        font.close()


def missing_characters(text: str) -> str:
    """The characters of a text that the font cannot draw, each once, in code point order."""
    known = font_metrics().advances
    return "".join(sorted({char for char in text if not char.isspace() and ord(char) not in known}))


def subset_font(characters: str, among: str = "") -> bytes:
    """The font as WOFF2 with just the glyphs of the given characters; same characters, same bytes.

    Parameters
    ----------
    among
        All characters of which several subsets are asked for, one after the other: the font is then searched once.

    Raises
    ------
    UnrenderableCharacter
        If the font lacks a glyph; the message names the characters.
    """
    missing = missing_characters(characters)
    if missing:
        named = ", ".join(f"{char!r} (U+{ord(char):04X})" for char in missing)
        raise UnrenderableCharacter(
            f"the report's font has no glyph for {named}; replace them in the text or the district's names"
        )
    font = _reopen("".join(sorted({*among}))) if {*characters} <= {*among} else _open()
    return woff2_subset(font, f" {characters}", drop_tables=_UNUSED, layout_features=_FEATURES)


def font_faces(characters: str, *, unicode_range: str = "", among: str = "") -> str:
    """The ``@font-face`` rules that embed the glyphs of the given characters, in the forms of the spoken language.

    Parameters
    ----------
    unicode_range
        The only characters for which the font is to be used; empty for all.
    among
        See :func:`subset_font`.

    Raises
    ------
    UnrenderableCharacter
        If the font lacks a glyph; the message names the characters.
    """
    forms = japanese_forms(characters) if spoken() == "ja" else ""
    faces = font_face_css(subset_font("".join(set(characters) - set(forms)), among), unicode_range)
    if not forms:
        return faces
    high = font_metrics()  # lines of both fonts are equally high
    overrides = f"ascent-override:{high.ascent:.1%};descent-override:{high.descent:.1%};line-gap-override:0%;"
    # The later rule of a family is asked first.
    return faces + font_face_css(subset_japanese(forms), UNICODE_RANGE, overrides)


def font_face_css(data: bytes, unicode_range: str = "", more: str = "") -> str:
    """The ``@font-face`` rule that embeds a subset."""
    encoded = base64.b64encode(data).decode("ascii")
    limits = f"unicode-range:{unicode_range};" if unicode_range else ""
    return (
        f"@font-face{{font-family:'{FONT_FAMILY}';font-weight:400;font-style:normal;font-display:block;{limits}{more}"
        f"src:url(data:font/woff2;base64,{encoded}) format('woff2')}}"
    )


def _open() -> TTFont:
    from fontTools.ttLib import TTFont as Font  # only needed when something is drawn

    # The modification time stays that of the original, so that the bytes do not depend on the clock.
    font = Font(font_path(), lazy=True, recalcTimestamp=False)
    _narrow_quotes(font)
    _narrow_signs(font)
    return font


def _reopen(characters: str) -> TTFont:
    """The font reduced to some characters, to take subsets from."""
    from fontTools.ttLib import TTFont as Font

    return Font(io.BytesIO(_reduced(characters)), lazy=True, recalcTimestamp=False)


@lru_cache(maxsize=1)
def _reduced(characters: str) -> bytes:
    return reduced(_open(), f" {characters}", drop_tables=_UNUSED, layout_features=_FEATURES)


def _narrow_quotes(font: TTFont) -> None:
    """Give curly quotes their proportional glyphs: as wide as a Chinese character, they tear English words apart."""
    rules = font["GSUB"].table
    narrow: dict[str, str] = {}
    for record in rules.FeatureList.FeatureRecord:
        if record.FeatureTag == "pwid":
            for index in record.Feature.LookupListIndex:
                for part in rules.LookupList.Lookup[index].SubTable:
                    narrow |= getattr(part, "ExtSubTable", part).mapping
    for table in font["cmap"].tables:
        for code in map(ord, _QUOTES):
            if code in getattr(table, "cmap", {}):
                table.cmap[code] = narrow.get(table.cmap[code], table.cmap[code])


def _narrow_signs(font: TTFont) -> None:
    """Take the blank sides off signs that the font sets as wide as a Chinese character, as in ``2 × 3``."""
    from copy import deepcopy

    em, codes = font["head"].unitsPerEm, font.getBestCmap()
    side, outlines, widths = round(_SIDE_BEARING * em), font["glyf"], font["hmtx"].metrics
    for code in sorted(ord(sign) for sign in _SIGNS if ord(sign) in codes):
        wide = codes[code]
        if widths[wide][0] != em or outlines[wide].numberOfContours < 1:
            continue
        # A copy, because the Japanese middle dot shares the outline and stays wide.
        name, glyph = f"narrow{code:04X}", deepcopy(outlines[wide])
        glyph.coordinates.translate((side - glyph.xMin, 0))
        glyph.recalcBounds(outlines)
        outlines[name], widths[name] = glyph, (glyph.xMax + side, side)
        for table in font["cmap"].tables:
            if table.isUnicode() and code in getattr(table, "cmap", {}):
                table.cmap[code] = name
    font.setGlyphOrder(outlines.glyphOrder)
