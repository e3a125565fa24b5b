"""The manifest that a page carries inside itself, and the seal that shows whether the page was changed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jingan_analysis.errors import InvalidReport

_UNSEALED: Final = "0" * 64
"""Stands where the seal goes while the seal is computed."""

_BLOCK = re.compile(
    r'<script type="application/json" id="manifest" data-seal="([0-9a-f]{64})">(.*?)</script>', re.DOTALL
)
_HEAD_END: Final = "</head>"


@dataclass(frozen=True)
class Embedded:
    """What a page says of itself.

    Attributes
    ----------
    manifest
        Study, parameters, digests of inputs and of companions, versions.
    unchanged
        Whether the page is, to the last character, the one that was published.
    """

    manifest: Mapping[str, Any]
    unchanged: bool


def embed(page: str, manifest: Mapping[str, Any]) -> str:
    """Put a manifest into a page's head and seal the page.

    The block holds data, not a script: no browser runs it, and the page's policy lets nothing run anyway. The seal is
    the SHA-256 of the page with zeros in its place. It shows a slip or a bad copy; against a forger only the run
    itself helps (:func:`jingan_analysis.reporting.verify.verify`).

    Raises
    ------
    InvalidReport
        If the page has no head, or carries a manifest already.
    """
    if page.count(_HEAD_END) != 1 or _BLOCK.search(page):
        raise InvalidReport("the page has no head of its own, or carries a manifest already")
    # In JSON a "<" can stand in a text only, where it may be written as an escape: nothing can end the element.
    text = json.dumps(manifest, ensure_ascii=True, indent=1, sort_keys=True).replace("<", "\\u003c")
    block = f'<script type="application/json" id="manifest" data-seal="{_UNSEALED}">\n{text}\n</script>\n'
    whole = page.replace(_HEAD_END, block + _HEAD_END)
    # With its quotation mark: escaped text cannot hold it.
    return whole.replace(f'data-seal="{_UNSEALED}"', f'data-seal="{_digest(whole)}"', 1)


def read_embedded(page: str) -> Embedded:
    """The manifest of a page.

    Raises
    ------
    InvalidReport
        If the page carries none, or one that cannot be read.
    """
    found = _BLOCK.search(page)
    if found is None:
        raise InvalidReport("the page carries no manifest: it is no report of this package, or an old one")
    try:
        manifest = json.loads(found[2])
    except json.JSONDecodeError as error:
        raise InvalidReport(f"the page's manifest cannot be read: {error.msg} at character {error.pos}") from None
    if not isinstance(manifest, dict):
        raise InvalidReport("the page's manifest is no object of names and values")
    start, end = found.span(1)
    return Embedded(manifest, _digest(page[:start] + _UNSEALED + page[end:]) == found[1])


def read_page(path: Path) -> str:
    """A page's text as it is, line ends included; bytes that are no text are replaced, so the seal breaks."""
    return path.read_bytes().decode("utf-8", errors="replace")


def without_manifest(page: str) -> str:
    """The page without the block."""
    return _BLOCK.sub("", page)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
