"""Colours, sizes and matplotlib settings of every published figure.

Colours are roles, not values: a figure is drawn in the light scheme, and :mod:`.svg` writes each colour as a
CSS custom property with the light value as fallback, so that the page decides between light and dark.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from jingan_analysis.figures.fonts import FONT_FAMILY, font_path

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH: Final = 600.0
"""Width of a figure in its own units. Shown 720 CSS pixels wide, one unit is 1.2 pixels."""

TEXT: Final = 13.5
"""Text size in units: 16 px at 720 px, 8 px on a phone."""

SMALL: Final = 12.0
"""Size of secondary text in units."""

INK: Final = "#222222"
INK_SOFT: Final = "#5a5a5a"
RULE: Final = "#d8d8d8"
AXIS: Final = "#8a8a8a"
PAPER: Final = "#ffffff"
WATER: Final = "#b9d7e6"
STREET: Final = "#f4f4f2"
LAND: Final = "#ececec"
NO_DATA: Final = "#f6f6f6"
HATCH: Final = "#9c9c9c"
ON_DARK: Final = "#fdfdfd"
ON_LIGHT: Final = "#161616"

SERIES: Final = ("#12436d", "#28a197", "#801650", "#f46a25", "#3d3d3d", "#a285d1")
"""Analysis Function palette of the UK government, in its recommended order."""

ON_SERIES: Final = (ON_DARK, ON_LIGHT, ON_DARK, ON_LIGHT, ON_DARK, ON_LIGHT)
"""Colour of text upon each series colour."""

RAMP: Final = ("#e1edf6", "#b3d0e8", "#75a8d1", "#2f6ba5", "#123e66")
"""Five ordered classes, light to dark, for maps and heat maps."""

ON_RAMP: Final = ("#171717", "#181818", "#191919", "#fbfbfb", "#fafafa")
"""Colour of text upon each class; every role has a value of its own so that it can be told apart."""

LIGHT: Final[dict[str, str]] = {
    "ink": INK,
    "ink-soft": INK_SOFT,
    "rule": RULE,
    "axis": AXIS,
    "paper": PAPER,
    "water": WATER,
    "street": STREET,
    "land": LAND,
    "no-data": NO_DATA,
    "hatch": HATCH,
    "on-dark": ON_DARK,
    "on-light": ON_LIGHT,
    **{f"series-{number}": colour for number, colour in enumerate(SERIES, start=1)},
    **{f"ramp-{number}": colour for number, colour in enumerate(RAMP, start=1)},
    **{f"on-ramp-{number}": colour for number, colour in enumerate(ON_RAMP, start=1)},
}
"""Light scheme: value of every colour role, by the name of its CSS custom property without ``--``."""

DARK: Final[dict[str, str]] = {
    "ink": "#ededed",
    "ink-soft": "#b8b8b8",
    "rule": "#3f444a",
    "axis": "#888e95",
    "paper": "#16191d",
    "water": "#2f5468",
    "street": "#2b3036",
    "land": "#262b31",
    "no-data": "#1f2328",
    "hatch": "#6b7178",
    "on-dark": "#101214",
    "on-light": "#101214",
    "series-1": "#7fb2e5",
    "series-2": "#46c2b6",
    "series-3": "#e08abb",
    "series-4": "#f58a52",
    "series-5": "#c4c9ce",
    "series-6": "#bda6e6",
    "ramp-1": "#1b2e42",
    "ramp-2": "#274a70",
    "ramp-3": "#386ea3",
    "ramp-4": "#78aede",
    "ramp-5": "#c9e2f6",
    "on-ramp-1": "#f2f2f2",
    "on-ramp-2": "#f2f2f2",
    "on-ramp-3": "#ffffff",
    "on-ramp-4": "#101214",
    "on-ramp-5": "#101214",
}
"""Dark scheme; in the dark the ramp runs from dark to light, so that more stands out more."""


def scheme_css(scheme: dict[str, str]) -> str:
    """The declarations of a colour scheme, to stand inside a CSS rule."""
    return "".join(f"--{role}:{colour};" for role, colour in scheme.items())


def series_colour(position: int) -> str:
    """Colour of the series at a position counted from 0.

    Raises
    ------
    ValueError
        If there are more series than colours that can be told apart.
    """
    if not 0 <= position < len(SERIES):
        raise ValueError(
            f"series number {position + 1} has no colour: at most {len(SERIES)} can be told apart; split the figure"
        )
    return SERIES[position]


@contextmanager
def publication_style() -> Iterator[None]:
    """Draw with the report's font and plain settings; matplotlib's own settings are as before afterwards."""
    import matplotlib as mpl  # heavy, and a page without figures does not need it

    _register_font()
    # The backend belongs to the notebook and is left alone; everything else is the same on every machine.
    plain: dict[Any, Any] = {key: value for key, value in mpl.rcParamsDefault.items() if key != "backend"}
    with mpl.rc_context(plain):
        mpl.rcParams.update(
            {
                "font.family": [FONT_FAMILY],
                "font.size": TEXT,
                "text.color": INK,
                "hatch.linewidth": 1.0,
                "lines.solid_capstyle": "butt",
                "path.simplify": False,
                "svg.fonttype": "none",
                "svg.image_inline": True,
                "text.usetex": False,
            }
        )
        yield


def _register_font() -> None:
    """Make the font known to matplotlib under our own family name, once a process."""
    from dataclasses import replace

    from matplotlib import font_manager

    known = font_manager.fontManager.ttflist
    if any(entry.name == FONT_FAMILY for entry in known):
        return
    path = str(font_path())
    entry = font_manager.ttfFontProperty(font_manager.get_font(path))
    known.append(replace(entry, name=FONT_FAMILY))
