"""The list of everything published."""

from __future__ import annotations

import json
import re

import pytest

from jingan_analysis.reporting.index import index_html, read_manifests, write_index
from jingan_analysis.reporting.manifest import provenance


@pytest.fixture
def publish_at(tmp_path, sample_result):
    def publish(folder: str, **changes):
        place = tmp_path / folder
        place.mkdir(parents=True)
        manifest = {**provenance(sample_result()).particulars, **changes}
        (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        (place / "report.html").write_text("x")

    return publish


def test_every_whole_report_is_listed_and_nothing_else(tmp_path, publish_at):
    publish_at("demo/sample/2024-08")
    publish_at("demo/sample/2024-08/310", unit="310", unit_name="宝山路街道")
    publish_at(".work/a/b")
    publish_at("demo/sample/2023-08", period="2023-08", title="Older")
    (tmp_path / "demo" / "sample" / "2023-08" / "report.html").unlink()
    assert list(read_manifests(tmp_path)) == ["demo/sample/2024-08", "demo/sample/2024-08/310"]


def test_the_index_links_and_summarises(tmp_path, publish_at):
    publish_at("demo/sample/2024-08")
    publish_at("other/sample/2024", district={"key": "other", "names": {"en": "A & <B>"}, "synthetic": False},
               stamps=["Walks are modelled"], period="2024")  # fmt: skip
    html = write_index(tmp_path).read_text(encoding="utf-8")
    assert re.findall(r'<h3><a href="([^"]*)">', html) == [
        "demo/sample/2024-08/report.html",
        "other/sample/2024/report.html",
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
        {f"d/s/{period}": {**told, "period": period} for period in ("2022", "2024-08", "2024-12", "2023-01")}
    )
    assert re.findall(r'href="d/s/([^/]*)/', html) == ["2024-12", "2024-08", "2023-01", "2022"]


def test_an_empty_folder_has_an_index_too(tmp_path):
    assert "0 published reports" in write_index(tmp_path).read_text(encoding="utf-8")
