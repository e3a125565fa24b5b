from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.html import figure_html
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.table import Table, TableColumn


@pytest.fixture
def figure():
    table = Table(
        "by_unit", "Shares", pd.DataFrame({"share": [0.6123]}, index=["total"]),
        (TableColumn("share", "Share", "percent", "%", 1),), "Unit",
    )  # fmt: skip
    title = state("{share} of <older> people", {"by_unit": table}, share=Claim("by_unit", "total", "share"))
    return Figure(
        name="map",
        title=title,
        subtitle="Share, 2024 & 2023",
        alternative=Statement("", ("A map of <all> units.",)),
        svg='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 300"><text x="1" y="2">静安</text></svg>',
        table="by_unit",
        notes=("Modelled <travel>.",),
    )


def test_the_figure_is_well_formed_and_complete(figure):
    root = ET.fromstring(figure_html(figure))
    assert (root.tag, root.attrib["id"]) == ("figure", "figure-map")
    assert "".join(root.find("figcaption/p[@class='figure-title']").itertext()) == "61.2% of <older> people"
    assert root.find("figcaption/p[@class='figure-subtitle']").text == "Share, 2024 & 2023"
    assert root.find("p[@class='figure-data']/a").attrib["href"] == "#table-by_unit"
    assert root.find("ul/li").text == "Modelled <travel>."
    assert "style=" not in figure_html(figure)


def test_the_picture_is_described_for_those_who_cannot_see_it(figure):
    svg = ET.fromstring(figure_html(figure)).find(".//{http://www.w3.org/2000/svg}svg")
    by_id = {element.get("id"): element.text for element in svg}
    assert svg.attrib["role"] == "img"
    assert [by_id[name] for name in svg.attrib["aria-labelledby"].split()] == [
        "61.2% of <older> people",
        "A map of <all> units.",
    ]


def test_the_notebook_shows_the_same_and_at_a_sensible_width(figure):
    assert figure._repr_html_().endswith(figure_html(figure))
    assert 'width="720"' in figure_html(figure)


def test_the_link_can_be_in_another_language(figure):
    assert ">Data behind this figure</a>" in figure_html(figure)


def test_a_figure_without_a_picture_is_refused(figure):
    with pytest.raises(ValueError, match=r"build it with figures\.svg\.to_svg"):
        figure_html(replace(figure, svg="<img>"))


def test_a_figure_without_notes_has_no_empty_list(figure):
    assert "<ul" not in figure_html(replace(figure, notes=()))


def test_showing_a_figure_needs_no_matplotlib():
    code = "import sys, jingan_analysis.figures.html, jingan_analysis.tables.html; print('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
