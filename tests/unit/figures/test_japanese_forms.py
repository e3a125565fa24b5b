"""Characters that Chinese and Japanese share are drawn as each language draws them."""

from __future__ import annotations

import base64
import io
import re
import subprocess
import sys

import pytest
from fontTools.ttLib import TTFont

from jingan_analysis.errors import UnrenderableCharacter
from jingan_analysis.figures import japanese_forms as forms
from jingan_analysis.figures.fonts import font_faces, font_metrics
from jingan_analysis.language import speaking

TEXT = "直骨海の街道、动 Jing'an 6.5%"


def faces(language):
    """Every embedded font with its rule, in the order of the style sheet."""
    with speaking(language):
        rules = re.findall(r"@font-face\{.*?\}", font_faces(TEXT))
    return [
        (rule, TTFont(io.BytesIO(base64.b64decode(re.search(r"base64,([A-Za-z0-9+/=]+)", rule)[1])))) for rule in rules
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_other_languages_have_one_font(language):
    [(rule, font)] = faces(language)
    assert "unicode-range" not in rule
    assert set(map(ord, TEXT)) <= set(font.getBestCmap())


def test_in_japanese_a_second_font_draws_kana_and_ideographs_and_the_first_all_else():
    (_, first), (rule, second) = faces("ja")
    assert f"unicode-range:{forms.UNICODE_RANGE};" in rule
    assert set(second.getBestCmap()) == set(map(ord, "直骨海の街道"))
    assert set(first.getBestCmap()) == {*map(ord, TEXT)} - {*map(ord, "直骨海の街道")}, "动 has no Japanese form"


def test_the_forms_are_other_ones_and_of_the_same_width():
    (_, chinese), (_, japanese) = faces("zh")[0], faces("ja")[1]
    for char in "直骨海":
        drawn = [font["glyf"][font.getBestCmap()[ord(char)]].numberOfContours for font in (chinese, japanese)]
        wide = japanese["hmtx"].metrics[japanese.getBestCmap()[ord(char)]][0] / japanese["head"].unitsPerEm
        assert wide == font_metrics().advances[ord(char)] == 1
        assert all(drawn)
    assert chinese["glyf"][chinese.getBestCmap()[ord("直")]] != japanese["glyf"][japanese.getBestCmap()[ord("直")]]


def test_every_kana_and_ideograph_of_the_font_is_as_wide_as_figures_take_it_to_be():
    with forms._open() as font:
        codes, widths, em = font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm
        shared = forms.japanese_forms("".join(map(chr, codes)))
        known = font_metrics().advances
        wrong = [c for c in shared if ord(c) in known and widths[codes[ord(c)]][0] / em != known[ord(c)]]
    assert len(shared) > 6_000
    assert wrong == []


def test_the_same_characters_give_the_same_bytes_with_the_licence_in_them():
    data = forms.subset_japanese("海骨直")
    assert data == forms.subset_japanese("直海骨")
    with TTFont(io.BytesIO(data)) as font, forms._open() as original:
        assert font["head"].modified == original["head"].modified
        assert "licenses/IPA" in font["name"].getDebugName(13)


def test_a_missing_font_package_is_an_error_that_says_what_to_do(monkeypatch):
    monkeypatch.setattr(forms, "find_spec", lambda _: None)
    with pytest.raises(UnrenderableCharacter, match="reinstall matplotlib-fontja"):
        forms.subset_japanese("直")


def test_finding_the_font_runs_neither_its_package_nor_matplotlib():
    code = (
        "import sys; from jingan_analysis.figures import japanese_forms as f; f.subset_japanese('直');"
        "print(sorted({'matplotlib_fontja', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
