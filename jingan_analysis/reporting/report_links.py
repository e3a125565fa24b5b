"""Links from one report to others: a page names studies, and they become links where their reports are published."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import quote

from jingan_analysis.reporting.editions import LATEST
from jingan_analysis.vocabulary import Language

_PAGE: Final = "report.html"
_NAMED = re.compile(r'<span data-report="([^"]+)">(.*?)</span>', re.DOTALL)
_LINKED = re.compile(r'<a data-report="([^"]+)" href="[^"]*">(.*?)</a>', re.DOTALL)


def link_reports(page: str, href: Callable[[str], str | None]) -> str:
    """Make links of the studies that a page names; those without a report stay words.

    Parameters
    ----------
    href
        Where the report of a study is, seen from the page; None where there is none.
    """

    def linked(match: re.Match[str]) -> str:
        to = href(unescape(match[1]))
        return match[0] if to is None else f'<a data-report="{match[1]}" href="{to}">{match[2]}</a>'

    return _NAMED.sub(linked, page)


def without_links(page: str) -> str:
    """The page with words in place of links to other reports: which are published it does not say itself."""
    return _LINKED.sub(r'<span data-report="\1">\2</span>', page)


def report_hrefs(out: Path, target: Path, language: Language, *, main: bool) -> Callable[[str], str | None]:
    """Where the newest reports of other studies on the same place and period are, seen from a page.

    Parameters
    ----------
    out
        Folder of all reports.
    target
        Folder of the page's report, ``<district>/<study>/<period>[/<unit>]`` inside ``out``.
    language
        Of the page: the other report's page in it is preferred to its main one.
    main
        Whether the page is the main one of its edition; the others lie one folder deeper.
    """
    district, own, *place = target.relative_to(out).parts
    up = "../" * (len(place) + 2 - main)

    def href(study: str) -> str | None:
        if study == own:
            return None
        for page in (f"{language}/{_PAGE}", _PAGE):
            below = "/".join((study, *place, LATEST, page))
            if (out / district / below).is_file():
                return quote(f"{up}../{below}")
        return None

    return href
