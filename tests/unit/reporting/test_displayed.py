"""From the outputs of a notebook to the sections of a page."""

from __future__ import annotations

import nbformat
import pytest

from jingan_analysis.errors import ReportFailed
from jingan_analysis.reporting.displayed import read_displayed
from jingan_analysis.reporting.manifest import REPORT_MIME


def _cell(tag: str | None, *outputs: dict):
    cell = nbformat.v4.new_code_cell("x", metadata={"tags": [tag] if tag else []})
    cell.outputs = [nbformat.v4.new_output("display_data", data) for data in outputs]
    return cell


def _notebook(*cells):
    ending = _cell(
        "provenance", {"text/html": "<h2>Provenance</h2>", REPORT_MIME: {"study": "s", "tables": {"t": "csv"}}}
    )
    start = _cell("headline", {"text/html": "<h2>Found</h2>"})
    return nbformat.v4.new_notebook(cells=[start, *cells, ending])


FIGURE = (
    '<figure id="figure-map" class="figure"><figcaption><p class="figure-title">Half of <a href="#x">50%</a> &amp; more</p>'
    '</figcaption><svg viewBox="0 0 1 1"><rect/></svg></figure>'
)
TABLE = (
    '<div><table id="table-t"><caption id="c">People &lt;5</caption><tr><td id="cell-t-a-b">1</td></tr></table></div>'
)


def test_sections_figures_tables_and_particulars_are_found():
    shown = read_displayed(_notebook(_cell("figures", {"text/html": FIGURE}), _cell("tables", {"text/html": TABLE})))
    assert shown.figures == (("map", "Half of 50% & more"),)
    assert shown.tables == (("t", "People <5"),)
    assert shown.figure_svg == {"map": '<svg viewBox="0 0 1 1"><rect/></svg>'}
    assert shown.particulars == {"study": "s"}
    assert shown.table_csv == {"t": "csv"}


def test_cells_without_a_section_stay_with_the_analyst():
    shown = read_displayed(
        _notebook(_cell(None, {"text/html": "<p>row of a person</p>"}), _cell("load", {"text/html": "x"}))
    )
    assert "row of a person" not in repr(shown.sections)


def test_plain_text_and_pictures_are_not_published():
    shown = read_displayed(_notebook(_cell("evidence", {"text/plain": "secret"}, {"image/png": "aGk="})))
    assert shown.sections["evidence"] == ()


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<script>alert(1)</script><p>a</p>", "<p>a</p>"),
        ("<SCRIPT src=x>evil</SCRIPT >b", "b"),
        ('<p style="color:red" onclick="x()">a</p>', "<p>a</p>"),
        ("<p style='color:red'>a</p>", "<p>a</p>"),
        ('<iframe src="http://x.org"></iframe>c', "c"),
        ('<link rel="stylesheet" href="http://x.org/a.css">d', "d"),
        ('<meta http-equiv="refresh" content="0;url=http://x.org">e', "e"),
        ("<p>1 &lt; 2 style=&quot;x&quot;</p>", "<p>1 &lt; 2 style=&quot;x&quot;</p>"),
    ],
)
def test_what_a_strict_page_forbids_is_taken_out(html, clean):
    shown = read_displayed(_notebook(_cell("evidence", {"text/html": html})))
    assert shown.sections["evidence"] == (clean,)


def test_something_shown_twice_keeps_one_identifier():
    shown = read_displayed(_notebook(_cell("tables", {"text/html": TABLE}), _cell("tables", {"text/html": TABLE})))
    both = "".join(shown.sections["tables"])
    assert both.count("<table") == 2
    assert both.count('id="table-t"') == both.count('id="cell-t-a-b"') == 1
    assert len(shown.tables) == 1


@pytest.mark.parametrize(("kept", "missing"), [(0, "ja.provenance"), (1, "result.headline")])
def test_a_notebook_without_headline_or_provenance_is_not_publishable(kept, missing):
    whole = _notebook()
    with pytest.raises(ReportFailed, match=missing):
        read_displayed(nbformat.v4.new_notebook(cells=[whole.cells[kept]]))
