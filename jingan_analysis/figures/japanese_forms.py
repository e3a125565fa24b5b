"""Japanese forms of characters that Chinese and Japanese share: 直, 骨 and 海 are drawn in another way in each.

IPAex Gothic (IPA Font License 1.0, which lets documents embed it) comes with the package ``matplotlib-fontja``. Kana
and ideographs are one em wide in it as in the report's font, so the layout of figures is the same in all languages.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jingan_analysis.errors import UnrenderableCharacter
from jingan_analysis.figures.subsetting import woff2_subset

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

_FONT_FILE: Final = "ipaexg.ttf"
UNICODE_RANGE: Final = "U+3005-3007,U+3041-3096,U+309B-30FF,U+3400-9FFF,U+F900-FAFF"
"""Kana and ideographs, as a descriptor of a style sheet; punctuation stays with the report's font."""

_SHARED: Final = re.compile(f"[{UNICODE_RANGE}]".replace("U+", r"\u").replace("-", r"-\u").replace(",", ""))


def japanese_forms(characters: str) -> str:
    """The characters that are drawn in their Japanese form, each once, in code point order."""
    return "".join(sorted({char for char in _SHARED.findall(characters) if ord(char) in _known()}))


def subset_japanese(characters: str) -> bytes:
    """The font as WOFF2 with just the glyphs of the given characters; same characters, same bytes."""
    return woff2_subset(_open(), characters, drop_tables=("BASE", "vhea", "vmtx", "GDEF", "GSUB", "GPOS"))


@cache
def _known() -> frozenset[int]:
    with _open() as font:
        return frozenset(font.getBestCmap())


def _open() -> TTFont:
    from fontTools.ttLib import TTFont as Font  # only needed when something is drawn

    # find_spec locates the package without running it: importing it changes matplotlib's settings.
    spec = find_spec("matplotlib_fontja")
    path = Path(spec.origin).parent / "fonts" / _FONT_FILE if spec is not None and spec.origin else None
    if path is None or not path.is_file():
        raise UnrenderableCharacter(
            f"the font {_FONT_FILE} of the package 'matplotlib-fontja' is missing, so no Japanese text can be drawn; "
            "reinstall matplotlib-fontja"
        )
    # The modification time stays that of the original, so that the bytes do not depend on the clock.
    return Font(path, lazy=True, recalcTimestamp=False)
