"""The language that a report speaks: English is the source, the other languages come from gettext catalogues."""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Final

from jingan_analysis.vocabulary import Language

CATALOGUES: Final = Path(__file__).parent / "locales"
DOMAIN: Final = "jingan"
LOCALES: Final[dict[Language, str]] = {"en": "en", "zh": "zh_CN", "ja": "ja"}
"""Locale by language, for catalogues, numbers and dates."""

HTML_LANGUAGES: Final[dict[Language, str]] = {"en": "en", "zh": "zh-CN", "ja": "ja"}
"""Language tag of a page by language (BCP 47)."""

LANGUAGE_NAMES: Final[dict[Language, str]] = {"en": "English", "zh": "中文", "ja": "日本語"}
"""Name of each language in itself."""

_SPOKEN: ContextVar[Language] = ContextVar("spoken language", default="en")


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Everything that is worded inside the block is worded in this language; outside a block it is English."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def spoken() -> Language:
    """The language of the block that runs now."""
    return _SPOKEN.get()


def locale() -> str:
    """The locale of the block that runs now, as Babel names it."""
    return LOCALES[_SPOKEN.get()]


def tr(text: str, **values: object) -> str:
    """A text in the spoken language, its ``{placeholders}`` filled in.

    The English text is the key. Where a catalogue lacks it (a study of one's own, say) it stays English; a test holds
    the package's own catalogues complete.
    """
    spoken_text = _catalogue(_SPOKEN.get()).gettext(text) if text else text
    return spoken_text.format_map(values) if values else spoken_text


def mark(text: str) -> str:
    """Mark a text for the catalogues where it stands; it is translated where it is used."""
    return text


def worded(words: Mapping[str, str]) -> dict[str, str]:
    """Marked texts by code, in the spoken language."""
    return {code: tr(text) for code, text in words.items()}


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    """The catalogue of a language, compiled in memory: no compiled file can be older than its source."""
    path = CATALOGUES / LOCALES[language] / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not path.is_file():
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=LOCALES[language]))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
