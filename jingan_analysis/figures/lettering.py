"""Measuring and wrapping text in the report's font."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from jingan_analysis.figures.fonts import font_metrics
from jingan_analysis.figures.style import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable

LINE_HEIGHT: Final = 1.22
"""Distance of baselines in ems."""

ASCENT: Final = 0.88
"""Height above the baseline that text takes up, in ems (Chinese characters are the tallest)."""

DESCENT: Final = 0.22
"""Depth below the baseline that text takes up, in ems."""

_NO_LINE_START: Final = "、。，；：！？）」』】〉》,.;:!?)]}%ー々"


def text_width(text: str, size: float = TEXT) -> float:
    """Width of one line of text, in the unit of ``size``."""
    advances = font_metrics().advances
    return size * sum(advances.get(ord(char), 1.0) for char in text)


def widest(texts: Iterable[str], size: float = TEXT) -> float:
    """Width of the widest of some lines, 0 for none."""
    return max((text_width(text, size) for text in texts), default=0.0)


def wrap(text: str, width: float, size: float = TEXT) -> tuple[str, ...]:
    """Break a text into lines no wider than ``width``.

    Latin text breaks at spaces, Chinese and Japanese between characters. A single word that is too wide
    stands alone on its line rather than being cut.
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
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


def _pieces(text: str) -> list[str]:
    """The smallest pieces of a text that must stay together."""
    pieces: list[str] = []
    for part in re.findall(r"\s*\S+", text):
        word = ""
        for char in part:
            wide = unicodedata.east_asian_width(char) in "WF"
            if wide and word.strip() and char not in _NO_LINE_START:
                pieces.append(word)
                word = ""
            word += char
        pieces.append(word)
    return pieces
