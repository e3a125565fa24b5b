from __future__ import annotations

import io
import subprocess
import sys

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import UnrenderableCharacter
from jingan_analysis.figures import fonts


def glyphs(data):
    with TTFont(io.BytesIO(data)) as font:
        return set(font.getBestCmap())


def test_the_subset_holds_just_the_characters_asked_for_and_the_space():
    assert glyphs(fonts.subset_font("宝山路街道ハ")) == {0x20, *map(ord, "宝山路街道ハ")}


def test_names_in_three_languages_and_statistical_signs_have_glyphs():
    assert fonts.missing_characters("静安区宝山路街道 静隣暖心ハウス Jìng'ānsì ≤≥±–−·[x]%…\n\t") == ""


def test_order_and_repetition_of_characters_do_not_matter():
    assert fonts.subset_font("安静区") == fonts.subset_font("区静安静")


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.data())
def test_among_many_characters_the_bytes_are_those_of_the_whole_font(data):
    known = st.sampled_from(sorted(map(chr, fonts.font_metrics().advances)))
    latin = st.sampled_from("To AVfiy,.0123–·×≤’“")
    among = "".join(data.draw(st.lists(known, max_size=60)) + data.draw(st.lists(latin, min_size=8)))
    some = "".join(data.draw(st.lists(st.sampled_from(among), min_size=1)))
    assert fonts.subset_font(some, among) == fonts.subset_font(some)


def test_what_is_not_among_them_is_drawn_and_the_lack_of_a_glyph_is_told():
    assert fonts.subset_font("静安区", "静安") == fonts.subset_font("静安区")
    with pytest.raises(UnrenderableCharacter, match=r"U\+1F600"):
        fonts.subset_font("a😀", "ab😀")
    assert glyphs(fonts.subset_font("ab", "ab😀")) == {0x20, *map(ord, "ab")}


def test_a_subset_is_small_and_keeps_the_licence_and_the_old_modification_time():
    data = fonts.subset_font("abcdefghijklmnopqrstuvwxyz0123456789")
    assert len(data) < 12_000
    with TTFont(io.BytesIO(data)) as font, TTFont(fonts.font_path(), lazy=True) as original:
        assert font["head"].modified == original["head"].modified
        assert "Open Font License" in font["name"].getDebugName(13)


def test_a_character_without_glyph_is_named_with_its_code_point():
    with pytest.raises(UnrenderableCharacter, match=r"'😀' \(U\+1F600\), '𠮷' \(U\+20BB7\)|U\+1F600.*U\+20BB7"):
        fonts.subset_font("a😀𠮷安")
    assert fonts.missing_characters("𠮷a😀a😀") == "😀𠮷"


def test_a_missing_font_package_is_an_error_that_says_what_to_do(monkeypatch):
    monkeypatch.setattr(fonts, "find_spec", lambda _: None)
    with pytest.raises(UnrenderableCharacter, match="reinstall zhplot"):
        fonts.font_path()


def test_the_font_face_embeds_the_bytes_under_our_family_name():
    rule = fonts.font_face_css(b"\x00\xffabc")
    assert f"font-family:'{fonts.FONT_FAMILY}'" in rule
    assert "url(data:font/woff2;base64,AP9hYmM=)" in rule


def test_finding_the_font_runs_neither_zhplot_nor_matplotlib():
    code = (
        "import sys; from jingan_analysis.figures import fonts; fonts.font_metrics(); fonts.subset_font('安');"
        "print(sorted({'zhplot', 'matplotlib'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_metrics_agree_with_the_font_file_except_for_quotes_and_signs(advances):
    metrics = fonts.font_metrics()
    differing = {chr(code) for code, width in metrics.advances.items() if advances[code] != width}
    assert differing == set("‘’“”·×÷±≤≥…")
    assert metrics.advances[ord("安")] == 1.0


def test_an_apostrophe_is_narrow_as_measured_and_as_embedded():
    # The font's own is as wide as a Chinese character: "the district ’ s share".
    with TTFont(io.BytesIO(fonts.subset_font("’"))) as font:
        width = font["hmtx"][font.getBestCmap()[0x2019]][0] / font["head"].unitsPerEm
    assert width == fonts.font_metrics().advances[0x2019] < 0.3


def test_signs_between_latin_words_are_narrow_as_measured_and_as_embedded():
    # The font's own are as wide as a Chinese character: "2  ×  3".
    with TTFont(io.BytesIO(fonts.subset_font("·×≤"))) as font:
        for sign in "·×≤":
            name = font.getBestCmap()[ord(sign)]
            glyph, em = font["glyf"][name], font["head"].unitsPerEm
            assert font["hmtx"][name][0] / em == fonts.font_metrics().advances[ord(sign)] < 0.95
            assert 0 <= glyph.xMin < glyph.xMax <= font["hmtx"][name][0]
