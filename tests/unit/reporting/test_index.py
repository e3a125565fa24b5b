"""The list of everything published, in every language."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re

import pytest
from fontTools.ttLib import TTFont

from jingan_analysis.errors import InvalidReport
from jingan_analysis.figures.svg import standalone_svg
from jingan_analysis.reporting.index import index_pages, read_pages
from jingan_analysis.reporting.manifest import provenance
from jingan_analysis.reporting.page import script_source

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
    """The cards of an index; each ends where the next one or the list does."""
    return re.split(r'<li class="card(?: first)?"', html)[1:]


def _visible(html: str) -> str:
    return re.sub(r'data-search="[^"]*"', "", html)


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
    assert "lang=" not in english.split("</section>")[0] + chinese.split("</section>")[0]
    assert '<a href="demo/sample/2024-08/310/A/report.html">Who can walk to a canteen &lt;sample&gt;</a>' in english
    assert "Baoshan Road" in english
    assert f'<a href="demo/sample/2024-08/310/A/zh/report.html">{CHINESE["title"]}</a>' in chinese
    for told in ("宝山路街道", CHINESE["period_label"], CHINESE["stamps"][1], CHINESE["headline"][0]):
        assert told in chinese
        assert told not in _visible(english)
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
        assert f'<p class="finding" lang="zh-CN">{CHINESE["headline"][0]}</p>' in card
        for told in (CHINESE["period_label"], CHINESE["stamps"][1]):
            assert f'<span lang="zh-CN">{told}</span>' in card
        assert '<span class="only" lang="zh-CN">中文</span>' in card
    assert "Whole district" in _cards(pages["en"])[0]  # the index's own words
    assert "lang=" not in _cards(pages["zh"])[0]
    assert 'class="only"' not in pages["zh"]


def test_the_indexes_lead_to_each_other(tmp_path, publish_at):
    publish_at("demo/sample/2024-08/A")
    files = {"en": "index.html", "zh-CN": "index.zh.html", "ja": "index.ja.html"}
    for (tag, _), html in zip(files.items(), index_pages(tmp_path, {"demo/sample/2024-08": "A"}).values(), strict=True):
        switch = re.search(r'<nav class="languages".*?</nav>', html, re.DOTALL)[0]
        led = {other: href for href, other in re.findall(r'<a href="([^"]*)" hreflang="([^"]*)">', switch)}
        assert led == {other: file for other, file in files.items() if other != tag}
        assert re.findall(r'<li lang="([^"]*)">', switch) == list(files)
        assert re.search(r'<li lang="([^"]*)"><span aria-current="true">', switch)[1] == tag


def test_an_empty_folder_has_an_index_too(tmp_path):
    assert "0 published reports" in index_pages(tmp_path, {})["en"]


def test_a_search_in_any_language_finds_what_is_said_in_another(tmp_path, publish_at):
    publish_at("demo/sample/2024-08/310/A", languages=["en", "zh"], unit="310", unit_name="Baoshan Road")
    publish_at("demo/sample/2024-08/310/A/zh", **CHINESE, unit="310", unit_name="宝山路街道")
    for html in index_pages(tmp_path, {"demo/sample/2024-08/310": "A"}).values():
        (found,) = re.findall(r'data-search="([^"]*)"', html)
        for told in (
            "Baoshan Road",
            "宝山路街道",
            "310",
            "2024-08",
            CHINESE["title"],
            CHINESE["headline"][0],
            "見本区",
        ):
            assert told in found


def test_the_script_of_the_index_and_no_other_is_allowed(tmp_path, publish_at):
    publish_at("demo/sample/2024-08/A")
    for html in index_pages(tmp_path, {"demo/sample/2024-08": "A"}).values():
        assert re.findall(r"<script>(.*?)</script>", html, re.DOTALL) == [f"\n{script_source('reports')}"]
        policy = re.search(r"script-src ([^;]*);", html)[1].split()
        digest = hashlib.sha256(f"\n{script_source('reports')}".encode()).digest()
        assert policy == [f"'sha256-{base64.b64encode(digest).decode()}'"]


def test_what_may_be_typed_can_be_shown_in_every_language(tmp_path, publish_at):
    publish_at("demo/sample/2024-08/A", languages=["en", "zh"])
    publish_at("demo/sample/2024-08/A/zh", **CHINESE)
    for html in index_pages(tmp_path, {"demo/sample/2024-08": "A"}).values():
        faces = re.findall(r"font-family:'Report Sans'[^}]*base64,([A-Za-z0-9+/=]+)", html)
        drawn = {chr(code) for face in faces for code in TTFont(io.BytesIO(base64.b64decode(face))).getBestCmap()}
        assert set(CHINESE["title"] + "見本区示范区Canteen") <= drawn


def test_the_same_editions_give_the_same_bytes(tmp_path, publish_at, sample_result):
    for unit in (None, "310", "320"):
        folder = f"demo/sample/2024-08/{unit}/A" if unit else "demo/sample/2024-08/A"
        place = publish_at(folder, unit=unit, unit_name=unit, main_figure={"name": "shares", "title": "Shares"})
        (place / "figures").mkdir()
        svg = sample_result().figures["shares"].svg
        (place / "figures" / "shares.svg").write_text(standalone_svg(svg, title="x", description="y"), encoding="utf-8")
    editions = {f"demo/sample/2024-08{more}": "A" for more in ("", "/310", "/320")}
    once = index_pages(tmp_path, editions)
    again = index_pages(tmp_path, dict(reversed(editions.items())))
    assert once == again
    assert all(html.count('class="picture"') == 1 for html in once.values())


def test_an_earlier_edition_that_is_current_again_shows_its_own_picture(tmp_path, publish_at):
    for edition, corner in (("A", 150), ("B", 250)):
        figure = {"name": "shares", "title": f"Shares of {edition}"}
        place = publish_at(f"demo/sample/2024-08/{edition}", main_figure=figure)
        (place / "figures").mkdir()
        svg = f'<svg xmlns="http://www.w3.org/2000/svg"><path d="M{corner} 1L400 100"/></svg>'
        (place / "figures" / "shares.svg").write_text(svg, encoding="utf-8")
    for edition, corner in (("A", 150), ("B", 250), ("A", 150)):
        html = index_pages(tmp_path, {"demo/sample/2024-08": edition})["en"]
        assert f'aria-label="Shares of {edition}"' in html
        assert re.findall(r'<path d="([^"]*)"', html) == [f"M{corner} 1L400 100"]


def test_a_picture_is_there_once_however_many_units_have_reports(tmp_path, publish_at, sample_result):
    """Size grows by a link for each unit, never by a picture."""
    sizes = []
    editions = {}
    for unit in (None, *map(str, range(310, 324))):
        address = f"demo/sample/2024-08/{unit}" if unit else "demo/sample/2024-08"
        figure = {"name": "shares", "title": "Shares"}
        place = publish_at(f"{address}/A", unit=unit, unit_name=unit and f"Unit {unit}", main_figure=figure)
        (place / "figures").mkdir()
        svg = sample_result().figures["shares"].svg
        (place / "figures" / "shares.svg").write_text(standalone_svg(svg, title="x", description="y"), encoding="utf-8")
        editions[address] = "A"
        if unit in {None, "323"}:
            html = index_pages(tmp_path, editions)["en"]
            assert html.count('class="picture"') == 1
            sizes.append(len(html))
    assert sizes[1] - sizes[0] < 14 * 400


@pytest.mark.parametrize("spoil", ["gone", "half", "other", "named"])
def test_an_edition_whose_figure_is_not_as_expected_is_listed_without_it(tmp_path, publish_at, spoil):
    name = "../../secret" if spoil == "named" else "shares"
    place = publish_at("demo/sample/2024-08/A", main_figure={"name": name, "title": "Shares"})
    (place / "figures").mkdir()
    if spoil != "gone":
        text = {"half": "<svg><path d='M0 0", "other": "no picture at all", "named": "<svg/>"}[spoil]
        (place / "figures" / "shares.svg").write_text(text)
    (card,) = _cards(index_pages(tmp_path, {"demo/sample/2024-08": "A"})["en"])
    assert 'class="picture"' not in card
    assert "61.2%" in card
