"""Reading finished SVGs back, independently of the code that drew them, and synthetic districts."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from shapely.geometry import box

from jingan_analysis.figures.fonts import font_path

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Text:
    text: str
    size: float
    left: float
    top: float
    right: float
    bottom: float

    def hits(self, other: Text) -> bool:
        slack = 0.5
        return (
            self.left + slack < other.right
            and other.left + slack < self.right
            and self.top + slack < other.bottom
            and other.top + slack < self.bottom
        )


@pytest.fixture(scope="session")
def advances():
    with TTFont(font_path(), lazy=True) as font:
        em = font["head"].unitsPerEm
        return {code: font["hmtx"][glyph][0] / em for code, glyph in font.getBestCmap().items()}


@pytest.fixture(scope="session")
def texts_of(advances):
    """Every text of an SVG with the box it covers."""

    def read(svg):
        found = []
        for element in ET.fromstring(svg).iter(f"{SVG}text"):
            assert "transform" not in element.attrib, "all text is upright"
            size, x, y = (float(element.attrib[key]) for key in ("font-size", "x", "y"))
            width = sum(advances[ord(char)] for char in element.text) * size
            left = x - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[element.get("text-anchor", "start")]
            found.append(Text(element.text, size, left, y - 0.75 * size, left + width, y + 0.2 * size))
        return found

    return read


@pytest.fixture(scope="session")
def assert_readable(texts_of):
    """No text leaves the sheet, is too small, or covers another."""

    def check(svg):
        _, _, width, height = map(float, ET.fromstring(svg).attrib["viewBox"].split())
        texts = texts_of(svg)
        assert texts
        for text in texts:
            assert text.size * 720 / width >= 9.5, text
            assert text.left >= -0.5 and text.right <= width + 0.5, text
            assert text.top >= -0.5 and text.bottom <= height + 0.5, text
        for number, first in enumerate(texts):
            for second in texts[number + 1 :]:
                assert not first.hits(second), (first, second)

    return check


ENGLISH = (
    "Jade River Road", "Second Long Bridge Road North", "Old Town", "Upper Garden New Village", "Ferry",
    "West Railway Station Square", "Canal", "Eastern Embankment", "Mill Road", "Lower Orchard", "Hill", "Harbour Town",
)  # fmt: skip
CHINESE = (
    "江宁路街道", "石门二路街道", "宝山路街道", "静隣暖心ハウス", "曹家渡街道", "天目西路街道",
    "北站街道", "共和新路街道", "大宁路街道", "彭浦新村街道", "临汾路街道", "彭浦镇",
)  # fmt: skip


@pytest.fixture
def units():
    """Twelve adjoining rectangles of unequal size in metres, three across and four up; the lowest row is small."""
    xs, ys = [0, 1500, 2600, 5200], [0, 900, 2400, 6000, 10000]
    cells = [
        box(351000 + xs[column], 3455000 + ys[row], 351000 + xs[column + 1], 3455000 + ys[row + 1])
        for row in range(4)
        for column in range(3)
    ]
    return gpd.GeoDataFrame(index=[f"u{number:02d}" for number in range(12)], geometry=cells, crs=4549)


@pytest.fixture
def sites():
    return pd.DataFrame(
        {
            "x_m": [351400.0, 352000.0, 354000.0, 354900.0, 399999.0],
            "y_m": [3455400.0, 3456500.0, 3459000.0, 3464000.0, 3459000.0],
            "kind": ["canteen", "canteen", "centre", "canteen", "canteen"],
        }
    )


@pytest.fixture(params=["en", "zh"])
def names(request):
    return ENGLISH if request.param == "en" else CHINESE
