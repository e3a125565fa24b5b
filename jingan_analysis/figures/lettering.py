"""Measuring and wrapping text in the report's font."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from jingan_analysis.figures.fonts import font_metrics
from jingan_analysis.figures.style import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LINE_HEIGHT: Final = 1.22
"""Distance of baselines in ems."""

ASCENT: Final = 0.88
"""Height above the baseline that text takes up, in ems (Chinese characters are the tallest)."""

DESCENT: Final = 0.22
"""Depth below the baseline that text takes up, in ems."""

_NO_LINE_START: Final = "、。，；：！？）」』】〉》,.;:!?)]}%％’”…‥ー々・ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
_NO_LINE_END: Final = "（「『【〈《([{‘“"
"""What may not begin and what may not end a line (JIS X 4051 and GB/T 15834)."""


def text_width(text: str, size: float = TEXT) -> float:
    """Width of one line of text, in the unit of ``size``."""
    advances = font_metrics().advances
    return size * sum(advances.get(ord(char), 1.0) for char in text)


def widest(texts: Iterable[str], size: float = TEXT) -> float:
    """Width of the widest of some lines, 0 for none."""
    return max((text_width(text, size) for text in texts), default=0.0)


def wrap(text: str, width: float, size: float = TEXT) -> tuple[str, ...]:
    """Break a text into lines no wider than ``width``.

    Latin text breaks at spaces, Chinese and Japanese between characters, but not inside a word in katakana, between a
    number and its unit, or where a punctuation mark would begin or a bracket end a line. A word in katakana that is
    too wide is cut; a Latin one stands alone on its line.
    """
    lines: list[str] = []
    line = ""
    for piece in _fitting_pieces(text, width, size):
        if line and text_width((line + piece).rstrip(), size) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return (*lines, line.rstrip()) if line.strip() or not lines else tuple(lines)


def balanced(text: str, width: float, size: float = TEXT) -> tuple[str, ...]:
    """Wrap into as few lines as fit, with the lines as even as possible."""
    lines = wrap(text, width, size)
    count, limit = len(lines), width
    while count > 1 and limit > size:
        tighter = wrap(text, limit - 2, size)
        if len(tighter) != count or widest(tighter, size) > limit:
            break
        lines, limit = tighter, limit - 2
    return lines


def _fitting_pieces(text: str, width: float, size: float) -> list[str]:
    """The pieces of a text, those in katakana that are wider than a line cut where that is allowed."""
    pieces: list[str] = []
    for piece in _pieces(text):
        too_wide = text_width(piece.strip(), size) > width
        pieces += _cut(piece, _may_part) if too_wide else [piece]
    return pieces


def _pieces(text: str) -> list[str]:
    """The smallest pieces of a text that should stay together."""
    words = re.findall(r"\s*\S+", text)
    return [piece for word in words for piece in _cut(word, _should_part)]


def _cut(word: str, parts: Callable[[str, str], bool]) -> list[str]:
    pieces = [word[:1]]
    for before, after in pairwise(word):
        if parts(before, after):
            pieces.append("")
        pieces[-1] += after
    return pieces


def _should_part(before: str, after: str) -> bool:
    """Whether a line should break between two characters: nowhere inside a word or between a number and its unit."""
    one_word = (_is_katakana(before) and _is_katakana(after)) or (before.isdecimal() and _is_wide(after))
    return not one_word and _may_part(before, after)


def _may_part(before: str, after: str) -> bool:
    if before.isspace() or after in _NO_LINE_START or before in _NO_LINE_END:
        return False
    return _is_wide(before) or _is_wide(after)


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


def _is_katakana(char: str) -> bool:
    return "\u30a0" <= char <= "\u30ff" and char != "・"
