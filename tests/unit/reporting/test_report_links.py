"""Links from one report to others, in every language, only where there is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from jingan_analysis.reporting.report_links import link_reports, report_hrefs, without_links

PAGE = (
    '<td><span data-report="canteen_reach">Canteen &amp; reach</span></td><td><span data-report="gone">Gone</span></td>'
)


def publish(out: Path, address: str, *languages: str) -> None:
    for below in ("", *languages):
        folder = out / address / "latest" / below
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "report.html").write_text("there", encoding="utf-8")


@pytest.mark.parametrize(
    ("address", "language", "main", "to"),
    [
        ("demo/overview/2024-08", "en", True, "../../../canteen_reach/2024-08/latest/report.html"),
        ("demo/overview/2024-08", "ja", True, "../../../canteen_reach/2024-08/latest/ja/report.html"),
        ("demo/overview/2024-08", "ja", False, "../../../../canteen_reach/2024-08/latest/ja/report.html"),
        ("demo/overview/2024-08", "zh", False, "../../../../canteen_reach/2024-08/latest/report.html"),
    ],
)
def test_a_link_leads_to_the_page_that_is_there(tmp_path, address, language, main, to):
    publish(tmp_path, "demo/canteen_reach/2024-08", "ja")
    page = link_reports(PAGE, report_hrefs(tmp_path, tmp_path / address, language, main=main))
    assert f'<a data-report="canteen_reach" href="{to}">Canteen &amp; reach</a>' in page
    assert '<span data-report="gone">Gone</span>' in page
    own = tmp_path / address / "latest" / ("" if main else language)
    own.mkdir(parents=True)
    assert (own / to).resolve().read_text(encoding="utf-8") == "there"


def test_only_the_same_place_and_period_is_linked(tmp_path):
    publish(tmp_path, "demo/canteen_reach/2024-08")
    for other in ("demo/overview/2024-07", "demo/overview/2024-08/310106011000", "other/overview/2024-08"):
        assert link_reports(PAGE, report_hrefs(tmp_path, tmp_path / other, "en", main=True)) == PAGE
    own = tmp_path / "demo/canteen_reach/2024-08"
    assert link_reports(PAGE, report_hrefs(tmp_path, own, "en", main=True)) == PAGE  # a page does not lead to itself


def test_a_sub_districts_page_leads_to_pages_on_it(tmp_path):
    publish(tmp_path, "demo/canteen_reach/2024-08/310106011000")
    href = report_hrefs(tmp_path, tmp_path / "demo/overview/2024-08/310106011000", "en", main=True)
    assert href("canteen_reach") == "../../../../canteen_reach/2024-08/310106011000/latest/report.html"


def test_links_are_nothing_that_a_page_says_of_itself(tmp_path):
    publish(tmp_path, "demo/canteen_reach/2024-08")
    linked = link_reports(PAGE, report_hrefs(tmp_path, tmp_path / "demo/overview/2024-08", "en", main=True))
    assert linked != PAGE
    assert without_links(linked) == PAGE
