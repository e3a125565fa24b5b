"""The list of everything published, in every language, made from the manifests of the current editions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from jingan_analysis.errors import InvalidReport
from jingan_analysis.language import HTML_LANGUAGES, LANGUAGE_NAMES, speaking, spoken, tr
from jingan_analysis.reporting.generations import INDEX_FILES
from jingan_analysis.reporting.page import POLICY_MARK, TEMPLATES, Sibling, district_names, seal, style_sheet
from jingan_analysis.vocabulary import LANGUAGES, Language


class Page(NamedTuple):
    """A page of an edition.

    Attributes
    ----------
    folder
        Where it is, relative to the reports folder.
    manifest
        What it says of itself; its words are in the page's language.
    """

    folder: str
    manifest: Mapping[str, Any]


def index_pages(out: Path, editions: Mapping[str, str]) -> dict[Language, str]:
    """The index in every language of a reports folder whose reports have these current editions, by their addresses."""
    reports = read_pages(out, editions)
    pages: dict[Language, str] = {}
    for language in LANGUAGES:
        with speaking(language):
            pages[language] = index_html(reports)
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


def index_html(reports: list[dict[Language, Page]]) -> str:
    """The index of the given reports in the spoken language, districts in alphabetical order, latest period first."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(loader=FileSystemLoader(TEMPLATES / "report"), autoescape=True)
    page = environment.get_template("reports.html.j2").render(
        tr=tr,
        districts=_districts(reports),
        count=len(reports),
        siblings=_siblings(),
        style=style_sheet(),
        policy=POLICY_MARK,
        language=HTML_LANGUAGES[spoken()],
    )
    return seal(page)


def _siblings() -> tuple[Sibling, ...]:
    """The index in every language, as seen from the one in the spoken language."""
    return tuple(
        Sibling(
            HTML_LANGUAGES[language], LANGUAGE_NAMES[language], "" if language == spoken() else INDEX_FILES[language]
        )
        for language in LANGUAGES
    )


def _districts(reports: list[dict[Language, Page]]) -> list[dict[str, Any]]:
    districts: dict[str, dict[str, Any]] = {}
    for pages in sorted(reports, key=_reading_order):
        told = _main(pages).manifest["district"]
        name, other_names = district_names(told["names"], told["key"])
        district = districts.setdefault(
            told["key"],
            {
                "key": told["key"],
                "name": name,
                "other_names": other_names,
                "stamp": tr("Synthetic demonstration data") if told["synthetic"] else "",
                "reports": [],
            },
        )
        district["reports"].append(_card(pages))
    return [districts[key] for key in sorted(districts)]


def _main(pages: Mapping[Language, Page]) -> Page:
    return next(iter(pages.values()))


def _reading_order(pages: Mapping[Language, Page]) -> tuple[Any, ...]:
    """By the words of the main page, so that the index has one order in all languages."""
    manifest = _main(pages).manifest
    period = [-ord(character) for character in manifest["period"]]
    return (manifest["district"]["key"], period, manifest["title"], manifest["unit"] or "")


def _card(pages: Mapping[Language, Page]) -> dict[str, Any]:
    """What the index says of a report: in the spoken language where it has such a page, else as its main page does."""
    folder, manifest = pages.get(spoken()) or _main(pages)
    synthetic = manifest["district"]["synthetic"]
    return {
        "href": quote(f"{folder}/report.html"),
        # Nothing where it is the language of the index.
        "language": "" if manifest["language"] == spoken() else HTML_LANGUAGES[manifest["language"]],
        "title": manifest["title"],
        "period_label": manifest["period_label"],
        "unit_name": manifest["unit_name"],
        # The district's own stamp already says what the first stamp of a report on synthetic data says.
        "stamps": manifest["stamps"][1 if synthetic else 0 :],
        "finding": manifest["headline"][0] if manifest["headline"] else "",
    }
