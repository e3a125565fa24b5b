"""Formulas become MathML of known elements; what a browser draws, the embedded font holds."""

from __future__ import annotations

import base64
import io
import re
from html import unescape

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidFormula, JinganError, UnrenderableCharacter
from jingan_analysis.reporting.formula_font import formula_font_css
from jingan_analysis.reporting.mathematics import mathml, paragraph_html
from jingan_analysis.reporting.page import FONT_MARK, formula_characters, seal, shown_characters
from jingan_analysis.studies import formulas

EVERY = {
    name: text
    for name, value in vars(formulas).items()
    if name.isupper()
    for text in [" ".join(value) if isinstance(value, tuple) else value]
}


def glyphs(css: str, family: str) -> TTFont:
    data = re.search(rf"font-family:'{family}'.*?base64,([A-Za-z0-9+/=]+)", css)[1]
    return TTFont(io.BytesIO(base64.b64decode(data)))


@pytest.mark.parametrize("name", EVERY)
def test_every_formula_of_the_studies_can_be_drawn(name):
    html = paragraph_html(EVERY[name])
    assert "<math" in html
    assert "$" not in re.sub(r'alttext="[^"]*"', "", html)
    formula_font_css(formula_characters(html))


def test_a_fraction_is_a_fraction_and_keeps_its_source():
    assert mathml(r"\frac{x}{2}") == (
        r'<math alttext="\frac{x}{2}"><mrow><mfrac><mrow><mi>x</mi></mrow><mrow><mn>2</mn></mrow></mfrac></mrow></math>'
    )
    assert mathml("x", alone=True).startswith('<math alttext="x" display="block">')


def test_signs_are_operators_and_letters_without_an_italic_stand_upright():
    assert "<mo>±</mo>" in mathml(r"a \pm b")
    assert '<mi mathvariant="normal">μ</mi>' in mathml(r"\mu x")
    assert "<mi>x</mi>" in mathml(r"\mu x")


def test_words_are_escaped_and_formulas_in_the_line_stay_in_their_paragraph():
    html = paragraph_html("5 < 6 & $x$, then $$y$$ and <b>.")
    assert re.sub(r"<math.*?</math>", "FORMULA", html) == (
        "<p>5 &lt; 6 &amp; FORMULA, then</p>"
        '<div class="formula" role="group" aria-label="Formula">FORMULA</div><p>and &lt;b&gt;.</p>'
    )


@pytest.mark.parametrize("text", ["It costs $5.", "From $5 to $10", "a $ b $ c", "no formula"])
def test_amounts_are_no_formulas(text):
    assert paragraph_html(text) == f"<p>{text}</p>"


@pytest.mark.parametrize(
    "latex",
    [r"\frac{a", r"\nosuch{x}", r"\href{javascript:alert(1)}{x}", r"\text{<script>alert(1)</script>}", r"\text{a&b}",
     r"\style{color:red}{x}", r"\class{claim}{x}", r"\color{red}{x}", "x_"],
)  # fmt: skip
def test_a_formula_that_is_wrong_or_wants_more_is_refused_by_name(latex):
    with pytest.raises(InvalidFormula, match=re.escape(repr(latex))):
        paragraph_html(f"${latex}$")


def test_a_character_that_the_font_of_formulas_lacks_is_named():
    with pytest.raises(UnrenderableCharacter, match="静"):
        paragraph_html(r"$\text{静}$")


def test_the_font_of_formulas_holds_letters_italics_roots_and_what_stretches_them():
    html = paragraph_html(r"$$\sqrt{\frac{h}{p}} \left(\sum_i x_i\right)$$")
    page = seal(f"<html><style>{FONT_MARK}</style><body>{html}</body></html>")
    font = glyphs(page, "Report Formula")
    assert {ord(each) for each in "hp𝑝ℎ𝑥√∑("} <= set(font.getBestCmap())
    assert ord("q") not in font.getBestCmap()
    stretched = font["MATH"].table.MathVariants.VertGlyphCoverage.glyphs
    assert {font.getBestCmap()[ord(each)] for each in "√∑("} <= set(stretched)


def test_a_page_without_formulas_carries_one_font_and_formulas_burden_only_their_own():
    assert seal(f"<style>{FONT_MARK}</style><p>a</p>").count("@font-face") == 1
    assert "∑" not in shown_characters(paragraph_html(r"$\sum x$"))


@given(st.text(alphabet=r"$\{}_^<>&\"'ab1 =" + "静", max_size=40))
def test_whatever_stands_there_makes_known_elements_or_is_refused(text):
    try:
        html = paragraph_html(text)
    except JinganError:
        return
    tags = set(re.findall(r"<(/?[a-zA-Z!][^\s>/]*)", html))
    assert {tag.strip("/") for tag in tags} <= {
        "p", "div", "math", "mrow", "mstyle", "mi", "mn", "mo", "mtext", "mspace", "msqrt", "mroot", "mfrac", "msub",
        "msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd",
    }  # fmt: skip
    if "$" not in text:
        assert unescape(html) == (f"<p>{text.strip()}</p>" if text.strip() else "")
