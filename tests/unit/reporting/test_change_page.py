"""The change page shows every movement with its parts, what differs, and nothing as markup that came from data."""

from pathlib import Path

import pytest

from jingan_analysis.errors import InvalidReport
from jingan_analysis.reporting import change_page as module
from jingan_analysis.reporting.change_page import change_page, compare, read_edition
from jingan_analysis.reporting.movement import Edition

NEW = Path("new")


def edition(period: str, code: str, cells: dict[str, float], language: str = "en") -> Edition:
    claims = [
        {"where": f"headline {n}", "cell": cell, "text": text, "decimals": decimals, "source": f"<i>Reach</i>: {cell}"}
        for n, (cell, text, decimals) in enumerate([("a", "81.2%", 1), ("b", "1,200", 0)])
    ]
    told = {
        "study": "s", "title": "Reach <b>", "unit": None, "period": period, "period_label": period, "options": {},
        "parameters": {"period": period}, "code_revision": code, "software": {"python": "3", "packages": {"numpy": "2"}},
        "inputs": {"f.csv": period}, "claims": claims, "language": language, "stamps": ["Synthetic"],
        "headline": [f"81.2% reached <{period}>"], "district": {"key": "d", "names": {"en": "D", "zh": "区", "ja": "区"}},
    }  # fmt: skip
    return Edition(told, cells)


@pytest.fixture
def two():
    return edition("2024-07", "1", {"a": 0.5, "b": 1200.0}), edition("2024-08", "1", {"a": 0.812, "b": 1100.0})


def _reruns(monkeypatch, tmp_path, revision: str, value: str):
    page = tmp_path / "report.html"
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "t.csv").write_text(f"row,label,share\nx,X,{value}\n", encoding="utf-8")
    monkeypatch.setattr(module, "rerun", lambda *_, **__: page)
    monkeypatch.setattr(module, "read_page", lambda _: "")
    monkeypatch.setattr(module, "read_embedded", lambda _: edition("2024-07", revision, {}))


def test_a_page_shows_movements_parts_and_conditions(two, monkeypatch):
    monkeypatch.setattr(module, "read_cells", lambda _: {"a": 0.6, "b": 1200.0})
    monkeypatch.setattr(module, "rerun", lambda *_, **__: NEW)
    monkeypatch.setattr(module, "read_page", lambda _: "")
    monkeypatch.setattr(module, "read_embedded", lambda _: two[1])
    change = compare(*two, district=NEW, old_district=None, notebooks=NEW)
    page = change_page(*two, change)
    row = page[page.index("cell-movements-a-before") : page.index("cell-movements-b-before")]
    assert [text in row for text in (">50.0%<", ">81.2%<", ">+31.20<", ">+10.00<", ">+21.20<")] == [True] * 5
    assert ">−100.0<" in page
    assert "<code>2024-07</code> → <code>2024-08</code>" in page
    assert ">Revised data<" in page
    assert ">Code and libraries<" not in page


def test_texts_of_reports_are_text(two):
    page = change_page(*two, compare(two[0], two[0], district=NEW, old_district=None, notebooks=NEW))
    assert "<i>Reach" not in page
    assert "Reach &lt;b&gt;" in page
    assert "reached &lt;2024-07&gt;" in page


def test_another_code_than_that_of_the_edition_is_refused(two, monkeypatch, tmp_path):
    _reruns(monkeypatch, tmp_path, "2", "0.6")
    with pytest.raises(InvalidReport, match="revision 2, the newer edition was made at 1"):
        compare(*two, district=NEW, old_district=None, notebooks=NEW)


def test_what_is_no_report_is_refused(tmp_path):
    with pytest.raises(InvalidReport, match=r"no report report\.html"):
        read_edition(tmp_path)
