"""The sealed page: its policy allows its own styles and nothing else."""

from __future__ import annotations

import base64
import hashlib
import io
import re

import pytest
from fontTools.ttLib import TTFont

from jingan_analysis.errors import UnrenderableCharacter
from jingan_analysis.language import speaking
from jingan_analysis.reporting.displayed import read_displayed
from jingan_analysis.reporting.page import (
    FONT_MARK,
    POLICY_MARK,
    TEMPLATES,
    district_names,
    render_page,
    script_source,
    script_words,
    seal,
    shown_characters,
    siblings,
    style_sheet,
)

PAGE = (
    f'<html><head><meta http-equiv="Content-Security-Policy" content="{POLICY_MARK}">'
    f"<style>\n{FONT_MARK} p{{color:red}}</style></head><body>%s</body></html>"
)


def _policy(html: str) -> dict[str, list[str]]:
    text = re.search(r'Policy" content="([^"]*)"', html)[1]
    return {name: values for name, *values in (part.split() for part in text.split("; "))}


def test_every_style_element_is_in_the_policy_by_its_hash():
    html = seal(PAGE % "<p>静</p><svg><style>path{fill:red}</style></svg>")
    hashes = {
        "'sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() + "'"
        for style in re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    }
    assert len(hashes) == 2
    assert set(_policy(html)["style-src"]) == hashes


def test_the_policy_lets_nothing_in_from_outside():
    policy = _policy(seal(PAGE % "a"))
    assert policy["default-src"] == ["'none'"]
    assert policy["font-src"] == policy["img-src"] == ["data:"]
    assert set(policy) == {"default-src", "style-src", "font-src", "img-src", "base-uri", "form-action"}


def test_the_policy_lets_in_the_one_script_and_no_other():
    own = f"<script>\n{script_source()}</script>"
    policy = _policy(seal(PAGE % (own + "<script>alert(1)</script>")))
    digest = base64.b64encode(hashlib.sha256(f"\n{script_source()}".encode()).digest()).decode()
    assert policy["script-src"] == [f"'sha256-{digest}'"]
    assert "script-src" not in _policy(seal(PAGE % "<script>alert(1)</script>"))


def test_the_script_has_no_words_and_no_markup_of_its_own():
    source = script_source()
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval", "Function(", "</"):
        assert way not in source
    code = re.sub(r"(?m)^\s*//.*$|/\*.*?\*/", "", source)
    assert re.findall(r"words\.(\w+)", code)
    # What is written into the page is a word of the page or a text of a table, never a literal with a blank in it.
    literals = re.findall(r"'([^'\n]*)'", code)
    assert [text for text in literals if re.fullmatch(r"[A-Z][a-z]+( [a-z]+)+.*", text)] == []
    assert {*re.findall(r"words\.(\w+)", code), *literals} >= set(script_words())


def test_names_that_only_the_script_shows_have_glyphs_and_its_source_needs_none():
    html = '<g data-label=\'no\' data-x="Ω" ></g><g data-label="静 &amp; Ж"></g><script>`ß`</script>'
    shown = shown_characters(html)
    assert {"静", "&", "Ж"} <= set(shown)
    assert not {"Ω", "ß", "`"} & set(shown)


def test_the_embedded_font_draws_every_character_of_the_page():
    html = seal(PAGE % "<p title='no'>静隣暖心ハウス &le; 5&nbsp;% — “宝”</p>")
    data = re.search(r"base64,([A-Za-z0-9+/=]+)", html)[1]
    glyphs = set(TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap())
    assert {ord(character) for character in "静隣暖心ハウス≤5%—“”宝0123456789/"} <= glyphs
    assert ord("龘") not in glyphs


def test_a_character_without_a_glyph_is_an_error():
    with pytest.raises(UnrenderableCharacter):
        seal(PAGE % "<p>🙂</p>")


def test_characters_of_styles_and_markup_are_not_embedded():
    found = shown_characters("<style>@{}</style><p class='Ω'>é</p>")
    assert "é" in found
    assert not {"@", "Ω", "<", "{"} & set(found)


@pytest.mark.parametrize("head", ['a"b', "a\\b", "</style><script>", "a\nb", "a}b"])
def test_a_running_head_cannot_leave_its_css_string(head):
    css = style_sheet(head)
    inside = re.search(r'@top-left \{ content: "(.*?)";', css, re.DOTALL)[1]
    assert not set('"<>}\n') & set(inside)
    decoded = re.sub(r"\\([0-9a-f]{6})", lambda match: chr(int(match[1], 16)), inside)
    assert decoded == head


def test_all_marks_are_filled_in():
    html = seal(f"<style>{style_sheet('x')}</style><p>{POLICY_MARK}</p>")
    assert "goes here" not in html and POLICY_MARK not in html and FONT_MARK not in html
    assert "go here" not in html


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        ("ink", "paper", 7), ("ink", "panel", 7), ("muted", "paper", 4.5), ("muted", "panel", 4.5),
        ("accent", "paper", 4.5), ("accent", "panel", 4.5), ("stamp-ink", "stamp-paper", 4.5), ("focus", "paper", 3),
        ("grey", "paper", 3),
    ],
)  # fmt: skip
def test_contrast_meets_wcag_aa(scheme, text, ground, least):
    css = style_sheet().split("@media print")[0]
    light: dict[str, str] = {}
    dark: dict[str, str] = {}
    for media, rules in re.findall(
        r"(@media screen and \(prefers-color-scheme: dark\)\s*\{\s*)?:root\s*\{([^}]*)\}", css
    ):
        (dark if media else light).update(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})", rules))
    colours = light if scheme == "light" else {**light, **dark}
    assert _contrast(colours[text], colours[ground]) >= least


def test_quotes_beside_latin_text_are_narrow_and_chinese_quotes_stay():
    html = seal(PAGE % """<p title="a “b” c">the district’s “never” “宝山” ‘宝山’ “80岁” “宝山 B”</p>""")
    assert '<p title="a &quot;b&quot; c">the district&#39;s &quot;never&quot; “宝山” ‘宝山’ “80岁” “宝山 B”</p>' in html


def _rendered(sample_result, **particulars):
    """The page of the sample result as a notebook would show it."""
    import nbformat

    from jingan_analysis.reporting.manifest import REPORT_MIME, provenance

    result = sample_result()
    told = provenance(result)
    shown = {
        "headline": {"text/html": result.headline._repr_html_()},
        "figures": {"text/html": result.figures._repr_html_()},
        "tables": {"text/html": result.tables._repr_html_()},
        "provenance": {"text/html": told._repr_html_(), REPORT_MIME: {**told.particulars, "tables": {}, **particulars}},
    }
    notebook = nbformat.v4.new_notebook()
    for tag, data in shown.items():
        output = nbformat.v4.new_output("display_data", data)
        notebook.cells.append(nbformat.v4.new_code_cell("", metadata={"tags": [tag]}, outputs=[output]))
    links = siblings(("en", "zh"), "en")
    return render_page(notebook, read_displayed(notebook), depth=3, siblings=links)


def test_a_report_carries_its_script_and_its_words(sample_result):
    html = _rendered(sample_result)
    assert f"<script>\n{script_source()}</script>" in html
    assert "script-src 'sha256-" in html
    for name, word in script_words().items():
        assert f'<i data-word="{name}">{word}</i>' in html
    assert 'data-row="total"' in html


def test_a_report_links_to_its_siblings(sample_result):
    html = _rendered(sample_result)
    assert '<a href="zh/report.html" hreflang="zh-CN">中文</a>' in html
    assert '<span aria-current="true">English</span>' in html


def test_a_banner_stands_ready_only_where_a_date_is_known(sample_result):
    assert "data-stale-after" not in _rendered(sample_result)
    html = _rendered(sample_result, stale_after="2024-10-15")
    assert '<body data-stale-after="2024-10-15">' in html
    assert "hidden>These data end on 31 August 2024; a newer report was due on 15 October 2024.</p>" in html


def test_a_paragraph_of_the_method_may_hold_a_formula(sample_result):
    method = [{"title": "A < B", "paragraphs": ["With $x$ & more.", "$$y$$"]}]
    html = _rendered(sample_result, method=method)
    assert "<h3>A &lt; B</h3>" in html
    assert re.search(r"<p>With <math .*?</math> &amp; more\.</p>", html)
    assert html.count("font-family:'Report Formula'") == 1


def test_a_district_is_named_in_the_language_of_the_page():
    names = {"en": "Sample", "zh": "示范区"}
    assert district_names(names, "key") == ("Sample", [("zh-CN", "示范区")])
    with speaking("zh"):
        assert district_names(names, "key") == ("示范区", [("en", "Sample")])
    with speaking("ja"):
        assert district_names(names, "key")[0] in {"Sample", "key"}


def test_templates_escape_by_themselves():
    """What a template puts out is escaped unless it says ``safe``, and that is said of what the package made itself."""
    templates = "".join(file.read_text(encoding="utf-8") for file in (TEMPLATES / "report").glob("*.j2"))
    said = re.findall(r"\{\{ (\w+) \| safe \}\}", templates)
    assert sorted(said) == ["fragment", "movements", "paragraph", "picture", "policy", "source", "style"]
    assert templates.count("safe") == len(said), "something else is called safe"
    code = "".join(file.read_text(encoding="utf-8") for file in TEMPLATES.parent.glob("*.py"))
    assert code.count("Environment(loader") == code.count("autoescape=True)")
    assert "autoescape=False" not in code
    assert "exporter.environment.autoescape = True" in code
