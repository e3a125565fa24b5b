"""The list of everything published, in every language."""

from __future__ import annotations

import json
import re

import pytest

from jingan_analysis.errors import InvalidReport
from jingan_analysis.language import speaking
from jingan_analysis.reporting.front_page import Page
from jingan_analysis.reporting.index import index_html, index_pages, read_pages
from jingan_analysis.reporting.manifest import provenance

CHINESE = {
    "language": "zh",
    "title": "步行可达的食堂",
    "period_label": "2024年1月1日至8月31日",
    "stamps": ["演示用合成数据", "步行时间为模型估算"],
    "headline": ["61.2%的老年人步行十分钟可达。"],
}
"""What the Chinese page of the sample says."""


@pytest.fixture
def publish_at(tmp_path, sample_result):
    def publish(folder: str, **changes):
        place = tmp_path / folder
        place.mkdir(parents=True)
        manifest = {**provenance(sample_result()).particulars, "languages": ["en"], **changes}
        (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        (place / "report.html").write_text("x")
        return place

    return publish


def _cards(html: str) -> list[str]:
    return re.findall(r'<li class="card">(.*?)</li>', html, re.DOTALL)


def test_every_whole_current_edition_is_listed_and_nothing_else(tmp_path, publish_at):
    publish_at("demo/sample/2024-08/A", languages=["en", "zh", "ja"])
    publish_at("demo/sample/2024-08/A/zh", language="zh")  # the page in Japanese is lost
    publish_at("demo/sample/2024-08/B")  # not the current one
    publish_at("demo/sample/2024-08/310/A", unit="310", unit_name="宝山路街道", language="ja", languages=["ja"])
    publish_at("demo/sample/2023-08/A", period="2023-08", title="Older")
    (tmp_path / "demo" / "sample" / "2023-08" / "A" / "report.html").unlink()
    editions = {"demo/sample/2024-08": "A", "demo/sample/2024-08/310": "A", "demo/sample/2023-08": "A"}
    found = [{language: page.folder for language, page in pages.items()} for pages in read_pages(tmp_path, editions)]
    assert found == [
        {"en": "demo/sample/2024-08/A", "zh": "demo/sample/2024-08/A/zh"},
        {"ja": "demo/sample/2024-08/310/A"},
    ]


@pytest.mark.parametrize("text", ["{", None])
@pytest.mark.parametrize("folder", ["demo/sample/2024-08/A", "demo/sample/2024-08/A/zh"])
def test_a_manifest_that_cannot_be_read_is_named(tmp_path, publish_at, folder, text):
    publish_at("demo/sample/2024-08/A", languages=["en", "zh"])
    publish_at("demo/sample/2024-08/A/zh", language="zh")
    manifest = tmp_path / folder / "manifest.json"
    manifest.unlink() if text is None else manifest.write_text(text)
    with pytest.raises(InvalidReport, match=rf"manifest of {folder} cannot be read .*jingan rollback"):
        read_pages(tmp_path, {"demo/sample/2024-08": "A"})


def test_the_index_links_and_summarises(tmp_path, publish_at):
    publish_at("demo/sample/2024-08/A")
    publish_at("other/sample/2024/310/B", district={"key": "other", "names": {"en": "A & <B>"}, "synthetic": False},
               stamps=["Walks are modelled"], period="2024")  # fmt: skip
    html = index_pages(tmp_path, {"demo/sample/2024-08": "A", "other/sample/2024/310": "B"})["en"]
    assert re.findall(r'<h3><a href="([^"]*)">', html) == [
        "demo/sample/2024-08/A/report.html",
        "other/sample/2024/310/B/report.html",
    ]
    assert html.count("<h1") == 1
    assert "A &amp; &lt;B&gt;" in html
    assert "Walks are modelled" in html
    assert "Of all older people, 61.2% live within ten minutes." in html
    assert html.count("Synthetic demonstration data") == 1
    assert "2 published reports" in html
    assert "default-src 'none'" in html


def test_each_index_says_what_the_page_in_its_language_says(tmp_path, publish_at):
    publish_at("demo/sample/2024-08/310/A", languages=["en", "zh"], unit="310", unit_name="Baoshan Road")
    publish_at("demo/sample/2024-08/310/A/zh", **CHINESE, unit="310", unit_name="宝山路街道")
    pages = index_pages(tmp_path, {"demo/sample/2024-08/310": "A"})
    (english,), (chinese,) = _cards(pages["en"]), _cards(pages["zh"])
    assert "lang=" not in english + chinese
    assert '<a href="demo/sample/2024-08/310/A/report.html">Who can walk to a canteen &lt;sample&gt;</a>' in english
    assert "Baoshan Road" in english
    assert f'<a href="demo/sample/2024-08/310/A/zh/report.html">{CHINESE["title"]}</a>' in chinese
    for told in ("宝山路街道", CHINESE["period_label"], CHINESE["stamps"][1], CHINESE["headline"][0]):
        assert told in chinese
        assert told not in english
    assert CHINESE["stamps"][0] not in chinese  # the district's own stamp says it
    assert re.findall(r'<html lang="([^"]*)">', "".join(pages.values())) == ["en", "zh-CN", "ja"]
    names = [
        re.search(r'<h2 id="district-demo">([^<]*)', pages[language])[1].strip() for language in ("en", "zh", "ja")
    ]
    assert names == ["Sample", "示范区", "見本区"]


def test_what_is_there_in_another_language_only_says_which(tmp_path, publish_at):
    publish_at("demo/sample/2024-08/A", **CHINESE, languages=["zh"])
    page = "demo/sample/2024-08/A/report.html"
    pages = index_pages(tmp_path, {"demo/sample/2024-08": "A"})
    for language in ("en", "ja"):
        (card,) = _cards(pages[language])
        assert f'<a href="{page}" lang="zh-CN" hreflang="zh-CN">{CHINESE["title"]}</a>' in card
        assert f'<p lang="zh-CN">{CHINESE["headline"][0]}</p>' in card
        assert re.search(rf'<span lang="zh-CN">{CHINESE["period_label"]} · {CHINESE["stamps"][1]}</span>', card)
    assert "Whole district" in _cards(pages["en"])[0]  # the index's own words
    assert "lang=" not in _cards(pages["zh"])[0]


def test_the_indexes_lead_to_each_other(tmp_path, publish_at):
    publish_at("demo/sample/2024-08/A")
    files = {"en": "index.html", "zh-CN": "index.zh.html", "ja": "index.ja.html"}
    for (tag, _), html in zip(files.items(), index_pages(tmp_path, {"demo/sample/2024-08": "A"}).values(), strict=True):
        switch = re.search(r'<nav class="languages".*?</nav>', html, re.DOTALL)[0]
        led = {other: href for href, other in re.findall(r'<a href="([^"]*)" hreflang="([^"]*)">', switch)}
        assert led == {other: file for other, file in files.items() if other != tag}
        assert re.findall(r'<li lang="([^"]*)">', switch) == list(files)
        assert re.search(r'<li lang="([^"]*)"><span aria-current="true">', switch)[1] == tag


def test_the_latest_period_comes_first_in_every_language(sample_result):
    told = provenance(sample_result()).particulars
    periods = ("2022", "2024-08", "2024-12", "2023-01")
    reports = [{"en": Page(f"d/s/{period}/A", {**told, "period": period})} for period in periods]
    for language in ("en", "zh", "ja"):
        with speaking(language):
            html = index_html(reports)
        assert re.findall(r'href="d/s/([^/]*)/', html) == ["2024-12", "2024-08", "2023-01", "2022"]


def test_an_empty_folder_has_an_index_too(tmp_path):
    assert "0 published reports" in index_pages(tmp_path, {})["en"]
