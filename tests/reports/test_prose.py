"""Every number in the prose of the finished pages is a cell of a table, in all languages the same one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from bound import number_faults, numbers_of
from prose import Prose, read_prose, tree
from report_pages import FOLDERS, STUDIES, page

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def pages(published) -> dict[tuple[str, str], Path]:
    """Every page by study and language."""
    return {(study, language): published / page(study, language) for study in STUDIES for language in FOLDERS}


@pytest.fixture(scope="session")
def proses(pages) -> dict[tuple[str, str], Prose]:
    """Their words."""
    return {key: read_prose(path.read_text(encoding="utf-8")) for key, path in pages.items()}


@pytest.mark.parametrize("language", FOLDERS)
@pytest.mark.parametrize("study", STUDIES)
def test_every_number_of_the_prose_is_a_claim(proses, study, language):
    prose = proses[study, language]
    assert number_faults(prose) == []
    linked, copied = numbers_of(prose)
    assert linked > 40
    assert copied > 30, "alternatives, folded captions and contents"


@pytest.mark.parametrize("language", FOLDERS)
@pytest.mark.parametrize("study", STUDIES)
def test_every_text_that_can_hold_claims_was_read(pages, proses, study, language):
    whole, read = tree(pages[study, language].read_text(encoding="utf-8")), proses[study, language]
    where = [passage.where for passage in read.passages]
    for figure in whole.all("figure"):
        name = figure.attributes["id"].removeprefix("figure-")
        assert {f"figure {name}, {part}" for part in ("title", "subtitle", "alternative")} <= set(where)
    for table in whole.all("table"):
        assert f"table {table.attributes['id'].removeprefix('table-')}, caption" in where
    # Each number is a link once, wherever it was read.
    assert sum(len(passage.linked) for passage in read.passages) == len(whole.all("a", "claim"))
    assert len(read.manifest["claims"]) >= len(whole.all("a", "claim"))


def said(prose: Prose) -> list[tuple[str, str, str]]:
    """Place, cell and value of every number that is a link, in whatever order a language has them."""
    return sorted(
        (passage.where, link.cell, "[c]" if link.value is None else repr(link.value))
        for passage in prose.passages
        for link in passage.linked
    )


@pytest.mark.parametrize("study", STUDIES)
def test_pages_in_all_languages_state_the_same_numbers(pages, proses, study):
    english, *others = (proses[study, language] for language in FOLDERS)
    assert len({pages[study, language].read_bytes() for language in FOLDERS}) == len(FOLDERS)
    for other in others:
        assert said(other) == said(english)
        assert other.cells.keys() == english.cells.keys()
        assert [claim["cell"] for claim in other.manifest["claims"]] != []
        # Alternatives have no links: what the manifest lists for them was found in them.
        for where, claims in english.claims.items():
            assert sorted((claim["cell"], claim["value"]) for claim in claims) == sorted(
                (claim["cell"], claim["value"]) for claim in other.claims[where]
            ), where


def test_pages_that_disagree_are_found(pages, proses):
    html = pages["canteen_reach", "ja"].read_text(encoding="utf-8")
    spoilt = re.sub(r'(<a class="claim" href="#cell-by_subdistrict-district)-share"', r'\1-lower"', html, count=1)
    assert spoilt != html
    assert said(read_prose(spoilt)) != said(proses["canteen_reach", "en"])


def test_the_index_says_what_its_reports_say(published, proses):
    index = tree((published / "index.html").read_text(encoding="utf-8"))
    cards = {
        card.all("a")[0].attributes["href"].split("/")[1]: card.all("p", "finding")[0].text
        for card in index.all("li", "card")
    }
    assert cards.keys() == set(STUDIES)
    for study, finding in cards.items():
        assert finding == next(each.text for each in proses[study, "en"].passages if each.where == "headline 1")


# ---- Each check is shown to find what is planted.

PLANTED = {
    "caption": ("</caption>", " of 7 kinds</caption>", ": 7 in "),
    "alternative": ("</desc>", " and 1,234 more</desc>", "alternative: 1,234 in "),
    "title for those who cannot see": ("</title><desc", " in 3 places</title><desc", "title: 3 in "),
    "subtitle": ('<p class="figure-subtitle">', '<p class="figure-subtitle">12 ', "subtitle: 12 in "),
    "note of a table": ('<ul class="table-notes">', '<ul class="table-notes"><li>8 homes</li>', "note 1: 8 in "),
    "note of a figure": ('<ul class="figure-notes">', '<ul class="figure-notes"><li>8 dots</li>', "note 1: 8 in "),
    "unit": ('<span class="unit">[(]', '<span class="unit">(of 50 ', ": 50 in "),
    "header over columns": ('<th scope="colgroup" class="group" colspan="3">', "\\g<0>2 ", "group of share: 2 in "),
    "headline": ("<h2>Headline</h2><ul><li>", "\\g<0>Some 1.5% and ", "headline 1: 1.5 in "),
    "check": ('<h2>Checks</h2><ul class="checks"><li>', "\\g<0>4 of ", "check 1: 4 in "),
    "label": ('aria-label="Contents"|aria-label="Key findings"', 'aria-label="The 5 findings"', "aria-label of section: 5 in "),
    "heading": ("<h2>Headline</h2>", "<h2>Headline of 2019</h2>", "h2: 2019 in "),
    "another day": ("; 31 August 2024;", "; 30 August 2024;", ": 30 in "),
    "a count of tables": (r"All \d+ tables", "All 99 tables", "summary: 99 in "),
    "a copy that differs": (r"(<desc[^>]*>[^<]*?) 4%", r"\1 5%", "a copy without ['4%'"),
    "a cell that differs": (
        r'(<td id="cell-by_subdistrict-district-share" class="number">)59.5%', r"\g<1>61.2%", "which shows 61.2%",
    ),
    "a number that differs": (r'(<data value="0.59[^>]*>)59.5%', r"\g<1>59.6%", "headline 1: ('59.6%'"),
    "a value that differs": (r'<data value="0.59\d*">59.5%', '<data value="0.6111">59.5%', "(0.6111) leads to "),
    "a link elsewhere": ('href="#cell-by_subdistrict-district-share"', 'href="#cell-nowhere"', "which is no cell"),
    "another source": (r'title="Residents[^"]*: Jing', 'title="Residents of Jing', "is said to be "),
}  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED)
def test_what_is_planted_is_found(pages, planted):
    pattern, instead, expected = PLANTED[planted]
    html = pages["canteen_reach", "en"].read_text(encoding="utf-8")
    head, body = html[: html.index("<body")], html[html.index("<body") :]
    spoilt, count = re.subn(pattern, instead, body, count=1)
    assert count == 1
    found = number_faults(read_prose(head + spoilt))
    assert any(expected in fault for fault in found), found[:5]


def test_a_month_in_words_is_the_month_of_a_cell(pages):
    html = pages["doorstep_loop", "en"].read_text(encoding="utf-8")
    assert "discovered in July 2024 were" in html
    found = number_faults(read_prose(html.replace("discovered in July 2024 were", "discovered in June 2024 were")))
    assert any(fault.startswith("headline 4: 2024 in ") for fault in found)


def test_a_claim_that_is_nowhere_on_the_page_is_found(pages):
    html = pages["canteen_reach", "en"].read_text(encoding="utf-8")
    start, end = re.search(r'<script type="application/json" id="manifest"[^>]*>(.*?)</script>', html, re.DOTALL).span(
        1
    )
    manifest = json.loads(html[start:end])
    kept = manifest["claims"]

    def found(claims: list[dict[str, object]]) -> list[str]:
        told = json.dumps({**manifest, "claims": claims}).replace("<", "\\u003c")
        return number_faults(read_prose(html[:start] + told + html[end:]))

    assert found([*kept, {**kept[0], "where": "headline 9"}]) == [
        "headline 9: listed in the manifest, and not on the page"
    ]
    assert any(fault.startswith(kept[0]["where"]) for fault in found(kept[1:]))
