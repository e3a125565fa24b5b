"""Claims on the table of parameters that every report carries."""

from __future__ import annotations

from typing import Final

from jingan_analysis.tables.claims import Claim

SETTINGS: Final = "settings"
"""Name of the table."""


def setting(name: str) -> Claim:
    """A parameter as a number in a sentence."""
    return Claim(SETTINGS, name, "value")


def share_setting(name: str) -> Claim:
    """A share among the parameters as a whole percentage."""
    return Claim(SETTINGS, name, "value", decimals=0, kind="percent")
