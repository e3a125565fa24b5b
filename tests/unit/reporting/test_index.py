"""The list of everything published."""

from __future__ import annotations

import json
import re

import pytest

from jingan_analysis.errors import InvalidReport
from jingan_analysis.reporting.index import index_html, index_page, read_manifests
from jingan_analysis.reporting.manifest import provenance


@pytest.fixture
def publish_at(tmp_path, sample_result):
    def publish(folder: str, **changes):
        place = tmp_path / folder
        place.mkdir(parents=True)
        manifest = {**provenance(sample_result()).particulars, **changes}
        (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        (place / "report.html").write_text("x")
        return place

    return publish


def test_every_whole_current_edition_is_listed_and_nothing_else(tmp_path, publish_at):
    publish_at("demo/sample/2024-08/A")
    publish_at("demo/sample/2024-08/A/zh", language="zh")
    publish_at("demo/sample/2024-08/B")  # not the current one
    publish_at("demo/sample/2024-08/310/A", unit="310", unit_name="宝山路街道")
    publish_at("demo/sample/2023-08/A", period="2023-08", title="Older")
    (tmp_path / "demo" / "sample" / "2023-08" / "A" / "report.html").unlink()
    editions = {"demo/sample/2024-08": "A", "demo/sample/2024-08/310": "A", "demo/sample/2023-08": "A"}
    found = read_manifests(tmp_path, editions)
    assert list(found) == ["demo/sample/2024-08/A", "demo/sample/2024-08/310/A"]
    assert found["demo/sample/2024-08/A"]["language"] == "en"


@pytest.mark.parametrize("text", ["{", None])
def test_a_manifest_that_cannot_be_read_is_named(tmp_path, publish_at, text):
    manifest = publish_at("demo/sample/2024-08/A") / "manifest.json"
    manifest.unlink() if text is None else manifest.write_text(text)
    with pytest.raises(InvalidReport, match=r"manifest of demo/sample/2024-08/A cannot be read .*jingan rollback"):
        read_manifests(tmp_path, {"demo/sample/2024-08": "A"})


def test_the_index_links_and_summarises(tmp_path, publish_at):
    publish_at("demo/sample/2024-08/A")
    publish_at("other/sample/2024/310/B", district={"key": "other", "names": {"en": "A & <B>"}, "synthetic": False},
               stamps=["Walks are modelled"], period="2024")  # fmt: skip
    html = index_page(tmp_path, {"demo/sample/2024-08": "A", "other/sample/2024/310": "B"})
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


def test_the_latest_period_comes_first(sample_result):
    told = provenance(sample_result()).particulars
    html = index_html(
        {f"d/s/{period}/A": {**told, "period": period} for period in ("2022", "2024-08", "2024-12", "2023-01")}
    )
    assert re.findall(r'href="d/s/([^/]*)/', html) == ["2024-12", "2024-08", "2023-01", "2022"]


def test_an_empty_folder_has_an_index_too(tmp_path):
    assert "0 published reports" in index_page(tmp_path, {})
