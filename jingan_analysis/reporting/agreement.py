"""The pages of one edition say the same in every language: the same numbers, in the same places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jingan_analysis.errors import ReportFailed

if TYPE_CHECKING:
    from jingan_analysis.reporting.displayed import Displayed
    from jingan_analysis.vocabulary import Language

_MOST = 5
"""Differences that are told one by one."""


def refuse_disagreement(pages: Mapping[Language, Displayed]) -> None:
    """Compare the bound numbers of all languages.

    Raises
    ------
    ReportFailed
        If a sentence states a number in one language that it does not state in another.
    """
    (first, page), *others = pages.items()
    expected = _claims(page.particulars)
    for language, other in others:
        found = _claims(other.particulars)
        missing, more = expected - found, found - expected
        if missing or more:
            places = [f"{where} (#{cell})" for where, cell, _, _ in [*missing, *more]][:_MOST]
            raise ReportFailed(
                f"the pages in {first} and {language} state different numbers in {', '.join(places)}; a translation "
                "holds the same placeholders as its English text"
            )


def _claims(particulars: Mapping[str, Any]) -> Counter[tuple[str, str, str, int]]:
    return Counter(
        (claim["where"], claim["cell"], repr(claim["value"]), claim["decimals"]) for claim in particulars["claims"]
    )
