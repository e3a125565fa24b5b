"""A figure as a small picture: shapes and colours, no words, and nothing that no figure of ours has."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from jingan_analysis.figures.canvas import new_canvas
from jingan_analysis.figures.style import LIGHT, PAPER, RULE, SERIES, publication_style
from jingan_analysis.figures.svg import standalone_svg, to_svg
from jingan_analysis.reporting import thumbnail as thumbnails
from jingan_analysis.reporting.thumbnail import thumbnail

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 300">'


def small(inside: str, *, name: str = "p") -> str:
    return thumbnail(f"{HEAD}{inside}</svg>", name=name, title="What it shows")


@pytest.fixture(scope="module")
def published() -> str:
    """A figure with a key, words, a grid, a missing value and markers, as an edition holds it."""
    with publication_style():
        canvas = new_canvas("trial", 300)
        with canvas.key():
            canvas.box((20, 10, 40, 20), colour=SERIES[2])
            canvas.dot((60, 15), colour=SERIES[0])
            canvas.write((70, 15), "静安区")
        canvas.rule((0, 150), (600, 150), colour=RULE)
        canvas.box((200, 100, 320.4, 140), colour=SERIES[1])
        canvas.hatched_box((200, 160, 260, 180))
        canvas.dot((400, 200), colour=SERIES[0])
        canvas.dot((420, 220), colour=SERIES[0])
        canvas.write((300, 280), "West Nanjing Road 61.2%", halo=True)
        return standalone_svg(to_svg(canvas.figure), title="Finding", description="Told")


def test_shapes_stay_and_words_go(published):
    assert "静安区" in published and "font-face" in published
    picture = thumbnail(published, name="picture-1", title="A & <b>")
    root = ET.fromstring(picture)
    assert {element.tag for element in root.iter()} == {"svg", "path", "defs", "use", "pattern", "rect"}
    assert not re.search(r"[^\x00-\x7f]|61|font|class=", picture.replace("A &amp;", ""))
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == "A & <b>"
    assert len(root.findall("use")) == 2, "the two dots of the picture, not that of its key"


def test_colours_are_roles_so_that_the_page_decides(published):
    colours = set(re.findall(r'(?:fill|stroke)="([^"]*)"', thumbnail(published, name="p", title="")))
    assert {f"var(--{role})" for role in ("series-1", "series-2", "rule", "hatch")} <= colours
    assert not {value for value in colours if value.startswith("#")}
    assert "var(--series-3)" not in colours, "that of the key"


def test_the_picture_is_cut_to_its_edges_without_key_grid_and_paper(published):
    left, top, width, height = map(
        float, ET.fromstring(thumbnail(published, name="p", title="")).attrib["viewBox"].split()
    )
    assert (left, top) == (196, 96)
    assert left + width == pytest.approx(428.5, abs=1)
    assert top + height == pytest.approx(228.5, abs=1)


def test_identifiers_begin_with_the_name_and_what_refers_to_them_follows(published):
    one, two = (thumbnail(published, name=name, title="") for name in ("picture-1", "picture-2"))
    names = re.findall(r'id="([^"]*)"', one)
    assert len(names) == len(set(names)) == 2
    assert set(re.findall(r"#([\w-]+)", one)) == set(names)
    assert all(each.startswith("picture-1-") for each in names)
    assert one.replace("picture-1", "picture-2") == two


def test_a_marker_that_is_defined_in_the_key_can_be_used_in_the_picture():
    picture = small(
        '<g data-part="key"><defs><path id="m" d="M0 -2L2 2L-2 2z"/></defs><use href="#m" x="9" y="9"/></g>'
        '<use href="#m" x="100" y="100" fill="#12436d"/>'
    )
    root = ET.fromstring(picture)
    (used,) = root.findall("use")
    assert root.find("defs/path").attrib["id"] == used.attrib["href"][1:]
    assert root.attrib["viewBox"] == "94 94 12 12"


def test_coordinates_are_whole_and_those_of_markers_are_finer():
    picture = small(
        '<defs><path id="m" d="M0 -2.26L2.5 2"/></defs><path d="M10.4 20.6L30.49 40.5"/><use href="#m" x="1.5" y="2"/>'
    )
    assert 'd="M0 -2.3L2.5 2"' in picture
    assert 'd="M10 21L30 40"' in picture


@pytest.mark.parametrize(
    "planted",
    [
        "<script>alert(1)</script>", '<path d="M0 0L1 1" onclick="alert(1)"/>', '<path d="M0 0L1 1" style="fill:red"/>',
        '<a href="https://example.org"><path d="M0 0L1 1"/></a>', '<use href="https://example.org/x.svg#a" x="0" y="0"/>',
        '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>', '<image href="data:image/png;base64,A"/>',
        '<path d="M0 0L1 1" fill="url(https://example.org/#a)"/>', '<animate attributeName="href" values="javascript:alert(1)"/>',
        "<style>*{fill:red}</style>", '<path d="M0 0L1 1" fill="&quot; onload=&quot;alert(1)"/>', "<text>words</text>",
    ],
)  # fmt: skip
def test_nothing_else_comes_into_the_page(planted):
    picture = small(f'<path d="M5 5L9 9" fill="#12436d"/>{planted}')
    assert ET.fromstring(picture) is not None
    for word in ("alert", "example.org", "style", "javascript", "image", "foreign", "words", "onclick", "onload"):
        assert word not in picture


def test_a_title_cannot_leave_its_attribute():
    title = '"><script>alert(1)</script>'
    picture = thumbnail(f'{HEAD}<path d="M0 0L1 1"/></svg>', name="p", title=title)
    assert "<script" not in picture
    assert ET.fromstring(picture).attrib["aria-label"] == title


@pytest.mark.parametrize("text", ["", "no picture", "<svg>", f"{HEAD}</svg>", f"{HEAD}<text>x</text></svg>"])
def test_where_there_is_no_picture_there_is_none(text):
    assert thumbnail(text, name="p", title="x") == ""


def test_paper_alone_is_no_picture():
    assert small(f'<path d="M0 300L600 300L600 0L0 0z" fill="{PAPER}"/>') == ""


def test_what_is_too_much_for_a_small_picture_is_left_out():
    dots = "".join(f'<path d="M{number} 1L2 {number}"/>' for number in range(3000))
    few = small(dots)
    assert 50_000 < len(few) <= thumbnails.LARGEST
    assert small(dots * 3) == ""


def test_every_colour_role_has_a_value_of_its_own():
    """A value is read back into its role."""
    assert len(set(LIGHT.values())) == len(LIGHT)
