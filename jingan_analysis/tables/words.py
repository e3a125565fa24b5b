"""Words that the captions of one report share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Words that captions share.

    Attributes
    ----------
    place
        The place reported on.
    district
        The whole district.
    end
        Last day of the period.
    window
        First to last day.
    """

    place: str
    district: str
    end: str
    window: str
