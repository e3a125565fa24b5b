from __future__ import annotations

import base64
import io
import re

from fontTools.ttLib import TTFont

from jingan_analysis.figures.notebook import for_notebook


def glyphs(html: str) -> set[str]:
    data = base64.b64decode(re.search(r"base64,([^)]*)\)", html).group(1))
    return {chr(code) for code in TTFont(io.BytesIO(data)).getBestCmap()}


def test_chinese_and_japanese_text_brings_its_glyphs():
    html = for_notebook("<table><td>静安区宝山路街道 静隣暖心ハウス Road</td></table>")
    assert glyphs(html) == set("静安区宝山路街道隣暖心ハウス ")
    assert html.endswith("<table><td>静安区宝山路街道 静隣暖心ハウス Road</td></table>")


def test_latin_text_keeps_the_font_of_the_notebook():
    html = for_notebook("<p title='静'>Baoshan Road, 95 %</p>")
    assert html.endswith("<p title='静'>Baoshan Road, 95 %</p>")
    assert "font-face" not in html


def test_a_character_that_no_font_draws_is_left_to_the_notebook():
    # Publication names it and fails; looking at a result in a notebook must not.
    assert "font-face" not in for_notebook("<p>\U0003134a</p>")
    assert glyphs(for_notebook("<p>静\U0003134a</p>")) == set("静 ")


def test_same_text_same_bytes():
    assert for_notebook("<p>静安</p>") == for_notebook("<p>静安</p>")
