"""The list of everything published, in every language, made from the manifests of the current editions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import chain, count
from pathlib import Path
from typing import Any

from jingan_analysis.errors import InvalidReport, ReportFailed
from jingan_analysis.language import HTML_LANGUAGES, LANGUAGE_NAMES, speaking, spoken, tr
from jingan_analysis.reporting.front_page import Page, Report, shelves
from jingan_analysis.reporting.generations import INDEX_FILES
from jingan_analysis.reporting.inside import file_name
from jingan_analysis.reporting.page import (
    POLICY_MARK,
    TEMPLATES,
    Sibling,
    script_source,
    seal,
    shown_characters,
    style_sheet,
)
from jingan_analysis.reporting.thumbnail import thumbnail
from jingan_analysis.vocabulary import LANGUAGES, Language


def index_pages(out: Path, editions: Mapping[str, str]) -> dict[Language, str]:
    """The index in every language of a reports folder whose reports have these current editions, by their addresses."""
    reports = read_pages(out, editions)
    pages: dict[Language, str] = {}
    for language in LANGUAGES:
        with speaking(language):
            pages[language] = index_html(out, reports)
    # A reader of one language may search in another: no machine needs a font of its own to show what is typed.
    typed = "".join({*chain(*map(shown_characters, pages.values()))})
    for language in LANGUAGES:
        with speaking(language):
            pages[language] = seal(pages[language], typed=typed)
    return pages


def read_pages(out: Path, editions: Mapping[str, str]) -> list[dict[Language, Page]]:
    """The pages of every edition by language, its main one first; an edition without a main page is left out.

    Raises
    ------
    InvalidReport
        If a manifest cannot be read.
    """
    folders = (f"{address}/{edition}" for address, edition in sorted(editions.items()))
    return [_pages(out, folder) for folder in folders if (out / folder / "report.html").is_file()]


def _pages(out: Path, folder: str) -> dict[Language, Page]:
    main = Page(folder, _manifest(out, folder))
    pages: dict[Language, Page] = {main.manifest["language"]: main}
    for language in main.manifest["languages"]:
        below = f"{folder}/{language}"
        if language not in pages and (out / below / "report.html").is_file():
            pages[language] = Page(below, _manifest(out, below))
    return pages


def _manifest(out: Path, folder: str) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = json.loads((out / folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidReport(
            f"the manifest of {folder} cannot be read ({type(error).__name__}), and the index is made from it; "
            "`jingan rollback` leads readers to an earlier edition, and without its folder it is not listed"
        ) from None
    return found


def index_html(out: Path, reports: Sequence[Report]) -> str:
    """The index of the given reports in the spoken language, not yet sealed; see :func:`.front_page.shelves`."""
    from jinja2 import Environment, FileSystemLoader

    numbers = count(1)
    environment = Environment(loader=FileSystemLoader(TEMPLATES / "report"), autoescape=True)
    return environment.get_template("reports.html.j2").render(
        tr=tr,
        shelves=shelves(reports, lambda page, figure: _picture(out / page.folder, figure, next(numbers))),
        count=len(reports),
        siblings=_siblings(),
        style=style_sheet(more="reports.css"),
        policy=POLICY_MARK,
        language=HTML_LANGUAGES[spoken()],
        words=_script_words(),
        script_source=script_source("reports"),
    )


def _picture(folder: Path, figure: Mapping[str, str], number: int) -> str:
    """The thumbnail of a figure of an edition; empty where its file is gone, as nothing on the index depends on it."""
    with suppress(OSError, ValueError, ReportFailed):
        svg = (folder / "figures" / f"{file_name(figure['name'])}.svg").read_text(encoding="utf-8")
        return thumbnail(svg, name=f"picture-{number}", title=figure["title"])
    return ""


def _script_words() -> dict[str, str]:
    """What the script says, in the spoken language."""
    return {
        "found": tr("Reports found: {found} of {all}"),
        "day": tr("(one day old)"),
        "days": tr("({count} days old)"),
        "months": tr("({count} months old)"),
    }


def _siblings() -> tuple[Sibling, ...]:
    """The index in every language, as seen from the one in the spoken language."""
    return tuple(
        Sibling(
            HTML_LANGUAGES[language], LANGUAGE_NAMES[language], "" if language == spoken() else INDEX_FILES[language]
        )
        for language in LANGUAGES
    )
