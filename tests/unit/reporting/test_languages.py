"""One edition holds its pages in all languages: the same numbers, linked to each other, published together."""

import json
import os
import re

import pytest

from jingan_analysis.errors import InvalidParameter, ReportFailed
from jingan_analysis.reporting.embedded import read_embedded
from jingan_analysis.reporting.page import siblings
from jingan_analysis.reporting.runner import check_languages, fulfil


@pytest.fixture(scope="module")
def chosen():
    return ("zh", "en", "ja")


@pytest.fixture(scope="module")
def edition(request_in, tmp_path_factory, chosen):
    """A request, and what was published for it."""
    request = request_in(tmp_path_factory.mktemp("languages"), languages=chosen)
    return request, fulfil(request)


def test_an_edition_has_a_page_for_every_language(edition, chosen):
    _, published = edition
    pages = {"zh": published.folder, "en": published.folder / "en", "ja": published.folder / "ja"}
    told = {}
    for language, folder in pages.items():
        page = (folder / "report.html").read_text(encoding="utf-8")
        manifest = read_embedded(page).manifest
        assert (manifest["language"], manifest["languages"]) == (language, list(chosen))
        assert {"executed.ipynb", "manifest.json"} < {path.name for path in folder.iterdir()}
        assert not [name for name in manifest["outputs"] if name.startswith(chosen)]
        told[language] = {(claim["where"], claim["cell"], claim["value"]) for claim in manifest["claims"]}
    assert told["zh"] == told["en"] == told["ja"] != set()


@pytest.mark.usefixtures("no_kernel")
def test_pages_that_state_different_numbers_are_not_published(make_request, sample_cells, chosen):
    other = (
        "from sample_result import sample_result\nimport jingan_analysis as ja\n"
        "from dataclasses import replace\nresult = sample_result(period=period, unit=unit)\n"
        "from jingan_analysis.language import speaking\n"
        "result = replace(result, language=language, notes=result.notes if language == 'zh' else replace(result.notes, sentences=()))"
    )
    before = dict(sample_cells())["load"].split("from sample_result")[0]
    with pytest.raises(ReportFailed, match=r"zh and en state different numbers in note 1"):
        fulfil(make_request(sample_cells("load", before + other), languages=chosen))


@pytest.mark.parametrize("wrong", [(), ("fr",), ("en", "en"), ("en", "EN")])
def test_languages_are_checked(wrong):
    with pytest.raises(InvalidParameter, match="language="):
        check_languages(wrong)


def test_siblings_lead_from_page_to_page():
    assert siblings(("en",), "en") == ()
    main = siblings(("en", "zh"), "en")
    assert [(each.language, each.href) for each in main] == [("en", ""), ("zh-CN", "zh/report.html")]
    assert [each.href for each in siblings(("en", "zh", "ja"), "ja")] == ["../report.html", "../zh/report.html", ""]


def test_the_manifest_beside_a_page_is_the_one_inside_it(edition):
    folder = edition[1].folder / "ja"
    beside = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    inside = read_embedded((folder / "report.html").read_text(encoding="utf-8")).manifest
    assert {key: value for key, value in beside.items() if key != "outputs"} == {
        key: value for key, value in inside.items() if key != "outputs"
    }


def test_every_page_leads_to_the_index_in_its_language_and_back(edition):
    request, published = edition
    for language, file in (("zh", "index.zh.html"), ("en", "index.html"), ("ja", "index.ja.html")):
        page = published.folder / ("" if language == "zh" else language) / "report.html"
        links = re.findall(r'href="([^"#]*index[^"#]*)"', page.read_text(encoding="utf-8"))
        assert {os.path.normpath(page.parent / link) for link in links} == {str(request.out / file)}
        card = re.search(r'<h3><a href="([^"]*)"', (request.out / file).read_text(encoding="utf-8"))
        assert request.out / card[1] == page
