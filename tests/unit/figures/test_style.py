from __future__ import annotations

import matplotlib as mpl
import pytest
from matplotlib import font_manager

from jingan_analysis.figures.fonts import FONT_FAMILY, font_path
from jingan_analysis.figures.style import DARK, LIGHT, publication_style, scheme_css, series_colour

SCHEMES = pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour):
    """Relative luminance of WCAG 2.2."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first, second):
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_on_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@SCHEMES
@pytest.mark.parametrize("role", ["ink", "ink-soft"])
def test_text_is_readable(scheme, role):
    assert contrast(scheme[role], scheme["paper"]) >= 4.5


@SCHEMES
def test_text_upon_ramp_and_series_is_readable(scheme):
    for number in range(1, 6):
        assert contrast(scheme[f"on-ramp-{number}"], scheme[f"ramp-{number}"]) >= 4.5, number
    for number, role in zip(range(1, 7), ["on-dark", "on-light"] * 3, strict=True):
        assert contrast(scheme[role], scheme[f"series-{number}"]) >= 4.5, number


@SCHEMES
def test_marks_stand_out_from_the_paper(scheme):
    for number in range(1, 7):
        # The published palette's orange reaches 2.97 on white; it is never used for text.
        assert contrast(scheme[f"series-{number}"], scheme["paper"]) >= 2.9, number


@SCHEMES
def test_the_ramp_is_monotone_in_luminance_and_its_steps_are_visible(scheme):
    steps = [luminance(scheme[f"ramp-{number}"]) for number in range(1, 6)]
    assert steps == sorted(steps, reverse=scheme is LIGHT)
    assert all(contrast(scheme[f"ramp-{n}"], scheme[f"ramp-{n + 1}"]) >= 1.25 for n in range(1, 5))


def test_every_role_has_a_light_colour_of_its_own_and_a_dark_one():
    assert len(set(LIGHT.values())) == len(LIGHT)
    assert LIGHT.keys() == DARK.keys()


def test_scheme_css_declares_every_role():
    assert scheme_css({"ink": "#000000", "paper": "#ffffff"}) == "--ink:#000000;--paper:#ffffff;"


def test_a_seventh_series_is_refused():
    assert series_colour(0) == "#12436d"
    with pytest.raises(ValueError, match="series number 7 has no colour: at most 6"):
        series_colour(6)


def test_the_style_is_ours_inside_and_gone_afterwards():
    before = dict(mpl.rcParams.copy())
    mpl.rcParams["lines.linewidth"] = 9.0
    try:
        with publication_style():
            assert mpl.rcParams["font.family"] == [FONT_FAMILY]
            assert mpl.rcParams["lines.linewidth"] == mpl.rcParamsDefault["lines.linewidth"], (
                "a user's setting leaks in"
            )
            assert font_manager.findfont(FONT_FAMILY, fallback_to_default=False) == str(font_path())
        assert mpl.rcParams["lines.linewidth"] == 9.0
    finally:
        mpl.rcParams["lines.linewidth"] = before["lines.linewidth"]
    assert dict(mpl.rcParams.copy()) == before
