from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from jingan_analysis.tables.claims import Claim, bind, cell_id
from jingan_analysis.tables.html import table_html


@pytest.fixture
def page(table):
    return ET.fromstring(f"<div>{table_html(table)}</div>")


def text(element):
    return "".join(element.itertext())


def test_the_table_is_a_named_region_that_can_be_reached_and_scrolled_by_keyboard(page):
    region = page.find("div")
    assert region.attrib == {
        "class": "table-scroll", "role": "region", "tabindex": "0", "aria-labelledby": "caption-by_unit"
    }  # fmt: skip
    assert region.find("table").attrib["id"] == "table-by_unit"
    assert text(page.find(".//caption[@id='caption-by_unit']")) == "Shares & <intervals>"


def test_headers_have_scope_and_units_and_groups_span_their_columns(page):
    first, second = page.findall(".//thead/tr")
    assert [(text(th), th.attrib["scope"], th.get("rowspan"), th.get("colspan")) for th in first] == [
        ("Sub-district", "col", "2", None),
        ("People aged 60+(persons)", "col", "2", None),
        ("Within reach", "colgroup", None, "2"),
        ("Remark", "col", "2", None),
    ]
    assert [text(th) for th in second] == ["Share <x>(%)", "Lower limit(%)"]


def test_every_row_has_as_many_cells_as_the_table_has_columns(page, table):
    for row in page.findall(".//tbody/tr"):
        assert len(row) == 1 + len(table.columns)
        assert row[0].attrib["scope"] == "row"


def test_a_table_without_groups_has_one_header_row(table):
    plain = replace(table, columns=tuple(replace(column, group="") for column in table.columns))
    html = table_html(plain)
    assert html.count("<tr>") == 1
    assert html.count("<tr data-row=") == 3
    assert "span=" not in html


def test_the_total_is_set_apart_at_the_end(page):
    bodies = page.findall(".//tbody")
    assert [text(row[0]) for row in bodies[0]] == ["宝山路街道", "Old <Mill>"]
    assert bodies[1].attrib["class"] == "total"
    assert [text(row[0]) for row in bodies[1]] == ["District"]


def test_cells_show_number_mark_or_both(page):
    cells = {cell.attrib["id"]: text(cell) for cell in page.findall(".//td")}
    assert cells["cell-by_unit-a-older"] == "1,234"
    assert cells["cell-by_unit-a-share"] == "61.2% [u]"
    assert cells["cell-by_unit-b_c-share"] == "[x]"
    assert cells["cell-by_unit-b_c-lower"] == "[c]", "a suppressed number is not shown"
    assert cells["cell-by_unit-total-lower"] == "[z]"
    assert not any("hidden" in name for name in cells)


def test_the_target_of_every_claim_exists(page, table):
    bound = bind(Claim("by_unit", "a", "share"), {"by_unit": table})
    assert page.find(f".//td[@id='{bound.cell_id}']") is not None
    assert bound.cell_id == cell_id("by_unit", "a", "share")


def test_only_the_shorthand_in_use_is_explained(table, page):
    notes = [text(item) for item in page.findall("ul/li")]
    assert [note[:3] for note in notes] == ["[c]", "[u]", "[x]", "[z]", "95%"]
    assert [
        text(item)[:3]
        for item in ET.fromstring(
            f"<p>{table_html(replace(table, marks={('b c', 'share'): 'x', ('total', 'lower'): 'z', ('b c', 'lower'): 'x'}))}</p>"
        ).findall("ul/li")
    ] == ["[x]", "[z]", "95%"]


def test_a_mark_of_a_column_that_is_not_shown_is_not_explained(table):
    shown = replace(table, columns=table.columns[:1], notes=())
    assert "<ul" not in table_html(shown)


def test_a_column_of_studies_names_them_for_a_page_that_leads_there(table):
    columns = [replace(column, reports=column.name == "note") for column in table.columns]
    found = re.findall(
        r'<span data-report="([^"]*)">([^<]*)</span>', table_html(replace(table, columns=tuple(columns)))
    )
    assert found
    assert "data-report" not in table_html(table)


def test_shorthand_can_be_explained_in_another_language(table):
    assert "[x]</span> 无数据" in table_html(table, mark_meanings={"x": "无数据"})


def test_numbers_are_marked_for_right_alignment_and_no_style_attribute_is_used(table, page):
    classes = {cell.attrib["id"]: cell.attrib["class"] for cell in page.findall(".//td")}
    assert classes["cell-by_unit-a-older"] == "number"
    assert classes["cell-by_unit-a-note"] == "text brief"
    assert "style" not in table_html(table)


def test_a_missing_number_without_a_mark_is_an_error_that_names_the_cell(table):
    with pytest.raises(ValueError, match=r"table 'by_unit', row 'b c', column 'share'.*a mark \(x, c or z\)"):
        table_html(replace(table, marks={}))


def test_the_notebook_shows_the_same(table):
    assert table._repr_html_().endswith(table_html(table))


def test_the_callers_frame_stays_as_it_was(table):
    before = table.frame.copy()
    table_html(table)
    assert table.frame.equals(before)
