"""Files beside a report."""

from __future__ import annotations

import json
from html import escape
from xml.etree import ElementTree as ET

import nbformat
import pytest

from jingan_analysis.reporting.companions import write_figures, write_notebook, write_tables
from jingan_analysis.reporting.displayed import read_displayed
from jingan_analysis.reporting.injection import injected_source
from jingan_analysis.reporting.manifest import provenance


@pytest.fixture
def displayed(sample_result):
    result = sample_result()
    cells = []
    for tag, shown in (
        ("headline", {"text/html": result.headline._repr_html_()}),
        ("figures", {"text/html": result.figures._repr_html_()}),
        ("tables", {"text/html": result.tables._repr_html_()}),
        ("provenance", provenance(result)._repr_mimebundle_()),
    ):
        cell = nbformat.v4.new_code_cell("x", metadata={"tags": [tag]})
        cell.outputs = [nbformat.v4.new_output("display_data", shown)]
        cells.append(cell)
    return read_displayed(nbformat.v4.new_notebook(cells=cells))


def test_a_displayed_table_becomes_a_csv_with_unrounded_numbers(displayed, tmp_path):
    write_tables(displayed, tmp_path / "tables")
    text = (tmp_path / "tables" / "by_unit.csv").read_bytes().decode("utf-8")
    assert "0.61234567" in text
    assert "宝山路街道" in text


def test_a_displayed_figure_becomes_a_file_that_stands_alone(displayed, tmp_path):
    write_figures(displayed, tmp_path / "figures")
    text = (tmp_path / "figures" / "shares.svg").read_text(encoding="utf-8")
    root = ET.fromstring(text)
    named = {element.tag.rpartition("}")[2]: element.text for element in root}
    assert named["title"] == "Of all older people, 61.2% live within ten minutes."
    assert named["desc"] == "In 宝山路街道 it is 50.0%."
    assert text.count("<title") == text.count("<desc") == 1
    assert "font/woff2" in text
    assert "aria-labelledby" not in text


def test_an_executed_notebook_forgets_clock_addresses_and_places(tmp_path):
    cell = nbformat.v4.new_code_cell(
        'district = "/home/somebody/demo"',
        id="abc",
        metadata={"tags": ["injected-parameters"], "papermill": {"duration": 1.5}},
    )
    cell.outputs = [
        nbformat.v4.new_output("execute_result", {"text/plain": "<Shelf object at 0x7f3b2c>"}, execution_count=1),
        nbformat.v4.new_output("stream", name="stdout", text="<x at 0xAB12> in /home/somebody/demo/a.csv"),
        nbformat.v4.new_output("stream", name="stderr", text="/opt/lib/x.py:7: UserWarning: row H00001"),
    ]
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"papermill": {"start_time": "now"}})
    write_notebook(notebook, tmp_path / "executed.ipynb", places={"/home/somebody/demo": "../demo", "/home": "X"})
    text = (tmp_path / "executed.ipynb").read_text(encoding="utf-8")
    assert "papermill" not in text
    assert "UserWarning" not in text
    assert "0x" not in text
    assert "somebody" not in text
    written = json.loads(text)
    assert written["cells"][0]["source"] == ['district = "../demo"']
    assert written["cells"][0]["id"] == "injected-parameters"
    assert written["metadata"]["kernelspec"]["name"] == "python3"


@pytest.mark.parametrize(
    "place", ["/home/某人/de mo", "/home/o'brien/demo", 'C:\\users\\x "y"\\demo', "/home/<b>&/demo"]
)
def test_a_place_is_taken_out_however_it_is_written(tmp_path, place):
    cell = nbformat.v4.new_code_cell(injected_source({"district": place}), id="abc")
    cell.outputs = [
        nbformat.v4.new_output("stream", name="stdout", text=f"{place}/a.csv {place!r}"),
        nbformat.v4.new_output("display_data", {"text/html": f"<p>{escape(place)}</p>"}),
    ]
    write_notebook(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "executed.ipynb", places={place: "../demo"})
    text = (tmp_path / "executed.ipynb").read_text(encoding="utf-8")
    assert text.count("../demo") == 4
    assert "brien" not in text and "某人" not in text and "users" not in text and "u67d0" not in text
