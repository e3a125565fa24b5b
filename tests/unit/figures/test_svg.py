from __future__ import annotations

import os
import re
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest
from matplotlib.figure import Figure

from jingan_analysis.errors import UnrenderableCharacter
from jingan_analysis.figures.fonts import FONT_FAMILY
from jingan_analysis.figures.style import INK, SERIES, publication_style
from jingan_analysis.figures.svg import HALO, standalone_svg, to_svg

DRAW = """
from matplotlib.figure import Figure
from jingan_analysis.figures.style import SERIES, publication_style
from jingan_analysis.figures.svg import to_svg
with publication_style():
    figure = Figure(figsize=(6, 3), dpi=72, label="trial")
    axes = figure.add_axes((0.2, 0.2, 0.7, 0.7))
    axes.plot([0, 1], [0, 1], "o-", color=SERIES[0])
    axes.bar([0.2], [0.5], hatch="///", alpha=0.5)
    axes.scatter([0.1, 0.2], [0.3, 0.4], color=SERIES[1])
    axes.text(0.5, 0.5, "静安 & <b>")
    axes.set_xlim(0, 0.9)
    print(to_svg(figure))
"""


@pytest.fixture
def plot():
    """Clipped lines, markers, hatching, transparency, text and a halo."""
    with publication_style():
        figure = Figure(figsize=(6, 3), dpi=72, label="trial")
        axes = figure.add_axes((0.2, 0.2, 0.7, 0.7))
        axes.plot([0, 1], [0, 1], "o-", color=SERIES[0], linewidth=2.123456)
        axes.bar([0.2], [0.5], hatch="///", alpha=0.5, facecolor=SERIES[2])
        axes.scatter([0.1, 0.2], [0.3, 0.4], color="#abcdef")
        axes.text(0.5, 0.5, "静安 & <b>", color=INK, ha="right", fontsize=11).set_gid(HALO)
        axes.set_xlim(0, 0.9)
        return figure


def elements(svg):
    return list(ET.fromstring(svg).iter())


def test_no_style_no_scripts_no_metadata_no_fixed_size(plot):
    svg = to_svg(plot)
    assert svg.startswith("<svg ")
    for word in ("style=", "<style", "<?xml", "<!DOCTYPE", "metadata", "xlink", "Date", "script"):
        assert word not in svg, word
    root = ET.fromstring(svg)
    assert root.attrib["viewBox"] == "0 0 432 216"
    assert not {"width", "height"} & root.attrib.keys()


def test_identifiers_carry_the_figures_name_and_all_references_resolve(plot):
    svg = to_svg(plot)
    ids = [element.attrib["id"] for element in elements(svg) if "id" in element.attrib]
    references = set(re.findall(r"url\(#([^)]+)\)", svg)) | set(re.findall(r'href="#([^"]+)"', svg))
    assert len(ids) == len(set(ids))
    assert set(ids) == references, "an identifier nobody refers to, or a dangling reference"
    assert all(identifier.startswith("trial-") for identifier in ids)


def test_clip_paths_keep_working(plot):
    svg = to_svg(plot)
    clips = [element for element in elements(svg) if element.tag.endswith("clipPath")]
    assert len(clips) == 1
    assert float(clips[0][0].attrib["width"]) == pytest.approx(0.7 * 432, abs=0.01)
    assert svg.count(f"url(#{clips[0].attrib['id']})") >= 3


def test_palette_colours_become_properties_and_others_stay(plot):
    svg = to_svg(plot)
    assert 'stroke="var(--series-1, #12436d)"' in svg
    assert 'fill="var(--paper, #ffffff)"' in svg
    assert 'fill="#abcdef"' in svg
    assert re.search(r'"#12436d"', svg) is None


def test_text_is_text_in_our_font_with_its_halo(plot, texts_of):
    svg = to_svg(plot)
    text = next(text for text in texts_of(svg) if text.text == "静安 & <b>")
    assert text.size == 11
    halo = next(element for element in elements(svg) if element.get("paint-order") == "stroke")
    assert halo[0].text == "静安 & <b>"
    assert halo[0].attrib["text-anchor"] == "end"
    assert ET.fromstring(svg).attrib["font-family"].startswith(f"'{FONT_FAMILY}'")
    assert svg.count("font-family") == 1


def test_coordinates_are_rounded(plot):
    assert 'stroke-width="2.12"' in to_svg(plot)
    paths = "".join(re.findall(r' d="([^"]*)"', to_svg(plot, decimals=1)))
    assert max(map(len, re.findall(r"\.(\d+)", paths))) == 1


def test_a_line_of_no_length_is_written_as_a_dot():
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    with publication_style():
        figure = Figure(figsize=(1, 1), dpi=72, label="dots")
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        codes = [Path.MOVETO, Path.LINETO, Path.MOVETO, Path.LINETO]
        path = Path([(0.25, 0.5), (0.25, 0.5), (0.5, 0.5), (0.75, 0.5)], codes)
        axes.add_patch(PathPatch(path, edgecolor=INK, facecolor="none", capstyle="round", clip_on=False))
        svg = to_svg(figure)
    assert 'd="M18 36h0M36 36L54 36"' in svg
    assert 'stroke-linecap="round"' in svg


def test_a_figure_without_a_name_is_refused():
    with pytest.raises(ValueError, match=r"use Figure\(label=name\)"):
        to_svg(Figure())


def test_the_same_bytes_in_two_processes_with_different_hash_seeds():
    drawn = [
        subprocess.run(
            [sys.executable, "-c", DRAW], capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    ]
    assert drawn[0] == drawn[1]
    assert b"<text" in drawn[0]


def test_a_standalone_file_is_described_and_needs_nothing_else(plot):
    alone = standalone_svg(to_svg(plot), title="Half < all", description="A & B")
    root = ET.fromstring(alone.encode())
    assert [child.text for child in root[:2]] == ["Half < all", "A & B"]
    assert "@font-face" in root[2].text
    assert "var(" not in alone
    assert "#12436d" in alone
    assert not re.search(r"(href|src)\s*=\s*\"http|url\((?!#|data:)", alone)


def test_a_standalone_file_refuses_a_glyph_it_cannot_embed(plot):
    with pytest.raises(UnrenderableCharacter, match="😀"):
        standalone_svg(to_svg(plot).replace("静安", "😀"), title="", description="")
