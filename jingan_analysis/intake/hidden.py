"""Characters that nobody sees, in texts from outside: taken out and counted, or refused.

Characters that turn the reading direction, join, part or have no width let a text read otherwise than it is; names and
codes need none of them. So they go at the door, and everything behind it can show a text as it stands. Line breaks and
tabs become blanks. Other control characters mean that a file was damaged, and are refused. What is left in scripts that
run from right to left, the font of the reports does not draw: it is named when a report would show it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator, Field

INVISIBLE: Final = "invisible characters removed"
BREAKS: Final = "line breaks and tabs made blanks"

_BREAK = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]+")


def visible(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without what nobody sees, and the repairs that it took.

    Raises
    ------
    ValueError
        If it holds a control character; the message names it and what to do, not the text.
    """
    blanks = _BREAK.sub(" ", text)
    control = next((each for each in blanks if unicodedata.category(each) in {"Cc", "Cs"}), None)
    if control is not None:
        raise ValueError(
            f"the text holds the control character U+{ord(control):04X}; "
            "Type the text again; the file may be damaged or have another encoding."
        )
    shown = "".join(each for each in blanks if unicodedata.category(each) != "Cf")
    done = ((BREAKS, blanks != text), (INVISIBLE, shown != blanks))
    return shown, tuple(kind for kind, needed in done if needed)


def _all_visible(text: str) -> str:
    shown, repairs = visible(text.replace("\n", " "))
    if repairs:
        unseen = next(each for each in text if each not in shown)
        raise ValueError(f"the text holds U+{ord(unseen):04X}, which nobody sees; type the text again without it")
    return text


VisibleText = Annotated[str, AfterValidator(_all_visible)]
"""A text of a settings file: written by hand, so what nobody sees is a fault."""

VisibleWords = Annotated[str, Field(min_length=1), AfterValidator(_all_visible)]
"""The same, and not empty."""
