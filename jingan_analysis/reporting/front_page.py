"""What the index shows of the published reports: a card a study, with its reports on units and on other periods."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from jingan_analysis.language import HTML_LANGUAGES, LANGUAGE_NAMES, spoken, tr
from jingan_analysis.reporting.page import district_names, stale_dates
from jingan_analysis.studies.period import Period
from jingan_analysis.tables.formatting import format_day
from jingan_analysis.vocabulary import Language


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


Report = Mapping[Language, Page]
"""The pages of one edition by language, its main one first."""

Picture = Callable[[Page, Mapping[str, str]], str]
"""Draws the thumbnail of a page's figure, told by its ``name`` and ``title``; empty where there is none."""


class Told(NamedTuple):
    """A text and the language that it is in.

    Attributes
    ----------
    text
        As the report says it.
    tag
        Language tag (BCP 47); empty where it is that of the index.
    """

    text: str
    tag: str


class Link(NamedTuple):
    """A link to a report.

    Attributes
    ----------
    href
        From the index.
    told
        Its text.
    search
        Everything that it is found by, in all languages.
    """

    href: str
    told: Told
    search: str


class Thumbnail(NamedTuple):
    """The picture of a card.

    Attributes
    ----------
    svg
        An ``<svg>`` element.
    href
        Where the figure is.
    """

    svg: str
    href: str


class Batch(NamedTuple):
    """The reports of a study on one period.

    Attributes
    ----------
    label
        The period in words.
    whole
        The report on the whole district; None where there is none.
    units
        Those on its units, by code.
    """

    label: Told
    whole: Link | None
    units: tuple[Link, ...]


@dataclass(frozen=True)
class Card:
    """A study in a district.

    Attributes
    ----------
    anchor
        Identifier of the card on the page.
    lead
        The report that the card is about: the latest on the whole district, or else on a unit.
    first
        Whether it leads to other reports, and stands before them.
    language
        Name of the language of its words; empty where it is that of the index.
    question, finding, area, period, stamps
        What the report says; the area is empty for a whole district.
    ended, ended_day
        The last day of the data, in words and as ``YYYY-MM-DD``.
    stale
        From when a newer report is due, and what to say then; empty where none is.
    thumbnail
        Of the report's first figure; None where there is none.
    units
        Reports on units and the same period.
    others
        Reports on other periods, latest first.
    """

    anchor: str
    lead: Link
    first: bool
    language: str
    question: str
    finding: str
    area: str
    period: str
    stamps: tuple[str, ...]
    ended: str
    ended_day: str
    stale: Mapping[str, str]
    thumbnail: Thumbnail | None
    units: tuple[Link, ...]
    others: tuple[Batch, ...]


@dataclass(frozen=True)
class Shelf:
    """The studies of a district.

    Attributes
    ----------
    key
        Of the district.
    name, other_names
        In the spoken language, and by language tag in the others.
    stamp
        What is to be known before anything is read; empty for a district's own data.
    cards
        Those that lead to others first, then latest period first, then by title.
    """

    key: str
    name: str
    other_names: Sequence[tuple[str, str]]
    stamp: str
    cards: tuple[Card, ...]


def shelves(reports: Iterable[Report], picture: Picture) -> list[Shelf]:
    """Districts in alphabetical order of their keys; the order is the same in all languages."""
    ordered = sorted(reports, key=lambda report: (_key(report), _study(report), _latest_first(report)))
    return [_shelf(list(group), picture) for _, group in groupby(ordered, key=_key)]


def _shelf(reports: list[Report], picture: Picture) -> Shelf:
    studies = [list(group) for _, group in groupby(reports, key=_study)]
    told = _main(reports[0]).manifest["district"]
    name, other_names = district_names(told["names"], told["key"])
    return Shelf(
        told["key"],
        name,
        other_names,
        tr("Synthetic demonstration data") if told["synthetic"] else "",
        tuple(_card(study, picture) for study in sorted(studies, key=_reading_order)),
    )


def _card(reports: list[Report], picture: Picture) -> Card:
    """The card of a study from all its reports in a district, latest period first."""
    lead = _lead(reports)
    page = _shown(lead)
    manifest = page.manifest
    period = manifest["period"]
    ended = Period.parse(period).end
    batches = [list(group) for _, group in groupby(reports, key=_period)]
    same = [report for report in reports if _period(report) == period and report is not lead]
    return Card(
        anchor=f"{_key(lead)}.{_study(lead)}",
        lead=Link(_href(page), _told(page, manifest["title"]), _lead_search(lead)),
        first=_leads(lead),
        language="" if manifest["language"] == spoken() else LANGUAGE_NAMES[manifest["language"]],
        question=manifest["question"],
        finding=manifest["headline"][0] if manifest["headline"] else "",
        area=manifest["unit_name"] or "",
        period=manifest["period_label"],
        # The district's own stamp already says what the first stamp of a report on synthetic data says.
        stamps=tuple(manifest["stamps"][1 if manifest["district"]["synthetic"] else 0 :]),
        ended=format_day(ended),
        ended_day=ended.isoformat(),
        stale={"until": manifest["stale_after"], **stale_dates(manifest)} if "stale_after" in manifest else {},
        thumbnail=_thumbnail(page, picture),
        units=tuple(_unit_link(report) for report in same),
        others=tuple(_batch(batch) for batch in batches if _period(batch[0]) != period),
    )


def _thumbnail(page: Page, picture: Picture) -> Thumbnail | None:
    if "main_figure" not in page.manifest:  # made before there were thumbnails, or without a figure
        return None
    figure = page.manifest["main_figure"]
    svg = picture(page, figure)
    return Thumbnail(svg, f"{_href(page)}#figure-{quote(figure['name'])}") if svg else None


def _batch(reports: list[Report]) -> Batch:
    whole = [report for report in reports if _unit(report) is None]
    page = _shown(reports[0])
    label = _told(page, page.manifest["period_label"])
    link = Link(_href(page), label, _words(whole[0], *_OF_PERIOD)) if whole else None
    return Batch(label, link, tuple(_unit_link(report) for report in reports if _unit(report) is not None))


def _unit_link(report: Report) -> Link:
    page = _shown(report)
    return Link(_href(page), _told(page, page.manifest["unit_name"]), _words(report, *_OF_UNIT))


def _lead(reports: list[Report]) -> Report:
    return next((report for report in reports if _unit(report) is None), reports[0])


_OF_PERIOD: Final = ("period", "period_label")
_OF_UNIT: Final = ("unit", "unit_name", *_OF_PERIOD)
_OF_STUDY: Final = ("study", "title", "question", *_OF_UNIT)


def _lead_search(report: Report) -> str:
    findings = [page.manifest["headline"][0] for page in report.values() if page.manifest["headline"]]
    names = _main(report).manifest["district"]["names"].values()
    return " ".join((_words(report, *_OF_STUDY), *findings, *names))


def _words(report: Report, *names: str) -> str:
    """What the pages in all languages say under these names, each once."""
    said = [page.manifest[name] for name in names for page in report.values()]
    return " ".join(dict.fromkeys(text for text in said if text))


def _told(page: Page, text: str) -> Told:
    language = page.manifest["language"]
    return Told(text, "" if language == spoken() else HTML_LANGUAGES[language])


def _href(page: Page) -> str:
    return quote(f"{page.folder}/report.html")


def _shown(report: Report) -> Page:
    """The page in the spoken language where there is one, else the main page."""
    return report.get(spoken()) or _main(report)


def _main(report: Report) -> Page:
    return next(iter(report.values()))


def _key(report: Report) -> str:
    return str(_main(report).manifest["district"]["key"])


def _study(report: Report) -> str:
    return str(_main(report).manifest["study"])


def _unit(report: Report) -> str | None:
    unit: str | None = _main(report).manifest["unit"]
    return unit


def _period(report: Report) -> str:
    return str(_main(report).manifest["period"])


def _leads(report: Report) -> bool:
    return bool(_main(report).manifest.get("leads_to_others", False))


def _latest_first(report: Report) -> tuple[list[int], str]:
    """The whole district before its units; a year ends after each of its months but the last."""
    return [-ord(character) for character in _period(report)], _unit(report) or ""


def _reading_order(reports: list[Report]) -> tuple[Any, ...]:
    """By the words of the main page, so that the index has one order in all languages."""
    lead = _lead(reports)
    return not _leads(lead), _latest_first(lead)[0], _main(lead).manifest["title"], _study(lead)
