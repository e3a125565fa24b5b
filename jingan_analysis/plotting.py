"""How results draw themselves in a notebook: matplotlib axes in the colours of the reports.

The floors of geography and measures must not know the figures of a report, which are finished pictures with a
finding as their title. What stands here is for a researcher who looks at one result and goes on with its axes.
matplotlib is imported when something is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.showing import number_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK: Final = "#222222"
INK_SOFT: Final = "#5a5a5a"
AXIS: Final = "#8a8a8a"
RULE: Final = "#d8d8d8"
PAPER: Final = "#ffffff"
SERIES: Final = ("#12436d", "#28a197", "#801650", "#f46a25", "#3d3d3d", "#a285d1")
RAMP: Final = ("#e1edf6", "#b3d0e8", "#75a8d1", "#2f6ba5", "#123e66")
"""The colours of :mod:`jingan_analysis.figures.style`, light scheme; a test holds them equal."""

NONE_COLOUR: Final = SERIES[2]
"""What is certainly nothing, or certainly out of reach: the finding that a map is made for."""

_CLASSES: Final = 5


def new_axes(ax: Axes | None = None, *, wide: float = 6.4, high: float = 4.4) -> Axes:
    """The given axes, or new ones, without a frame and in soft ink."""
    if ax is None:
        import matplotlib.pyplot as plt

        ax = plt.subplots(figsize=(wide, high), layout="constrained")[1]
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(AXIS)
    ax.tick_params(colors=INK_SOFT, labelsize=9)
    for name in (ax.xaxis.label, ax.yaxis.label, ax.title):
        name.set_color(INK)
    ax.title.set_fontsize(11)
    return ax


def titled(ax: Axes, title: str) -> Axes:
    """The axes with a title to the left."""
    ax.set_title(title, loc="left", fontsize=11, color=INK)
    return ax


def key(ax: Axes, title: str | None = None, *, small: bool = False) -> None:
    """The key beside the picture, where it covers nothing."""
    ax.legend(
        loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=9, labelcolor=INK, title=title,
        title_fontsize=9, alignment="left", markerscale=1.6 if small else 1.0,
    )  # fmt: skip


def map_axes(ax: Axes | None = None) -> Axes:
    """Axes for a map: as long east as north, without scales."""
    found = new_axes(ax, wide=6.8, high=5.6)
    found.set_aspect("equal", adjustable="datalim")
    found.set_xticks([])
    found.set_yticks([])
    found.spines[:].set_visible(False)
    return found


def scale_bar(ax: Axes) -> None:
    """A bar of a round length in the lower left corner; coordinates are metres."""
    from matplotlib.transforms import blended_transform_factory

    left, right = sorted(ax.get_xlim())
    rough = (right - left) / 4
    power = 10.0 ** np.floor(np.log10(rough))
    length = float(max(step * power for step in (1, 2, 5) if step * power <= rough))
    place = blended_transform_factory(ax.transData, ax.transAxes)
    start = left + 0.02 * (right - left)
    ax.plot([start, start + length], [0.015, 0.015], transform=place, color=INK, linewidth=2, solid_capstyle="butt")
    told = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    ax.text(start + length / 2, 0.025, told, transform=place, ha="center", va="bottom", fontsize=9, color=INK)


def place_map(
    xy_m: ArrayLike,
    value: NDArray[np.float64],
    *,
    states: Mapping[str, NDArray[np.bool_]],
    label: str,
    ax: Axes | None = None,
    more_is_darker: bool = True,
) -> Axes:
    """Places as dots in five classes with as many places each; states that are no number have a colour of their own.

    Parameters
    ----------
    xy_m
        Positions in metres, shape (n, 2).
    value
        One number a place, NaN where a state stands for it, shape (n,).
    states
        By label: which places have that state and no number, most telling first; none leaves no trace.
    label
        What the number is, with its unit.

    Raises
    ------
    InvalidParameter
        If there is not one position a place.
    """
    places = np.asarray(xy_m, dtype=np.float64)
    if places.shape != (len(value), 2):
        raise InvalidParameter(f"xy_m has shape {places.shape}; give the position of every place, ({len(value)}, 2)")
    ax = map_axes(ax)
    special = np.any(list(states.values()), axis=0) if states else np.zeros(len(value), dtype=np.bool_)
    known = ~special & np.isfinite(value)
    size = 40.0 if len(places) < 500 else 8.0
    shades = RAMP if more_is_darker else RAMP[::-1]
    for told, inside, colour in _classes(value, known, shades):
        _dots(ax, places[inside], colour, f"{told} ({inside.sum():,})", size)
    for (told, here), colour in zip(states.items(), (NONE_COLOUR, AXIS, SERIES[3]), strict=False):
        if here.any():
            _dots(ax, places[here], colour, f"{told} ({here.sum():,})", size)
    scale_bar(ax)
    key(ax, f"{label}\n(number of places)", small=size < 20)
    return ax


def shares_reached(
    distance_m: Sequence[NDArray[np.float64]], labels: Sequence[str], *, limit_m: float, of: str, ax: Axes | None = None
) -> Axes:
    """Share of places with a walk at most so long; what is missing never arrives.

    Parameters
    ----------
    distance_m
        For each line, the walk of every place that could walk, NaN where there is none.
    limit_m
        Longest walk searched.
    of
        Which places the share is of.
    """
    ax = new_axes(ax)
    for number, (walks, label) in enumerate(zip(distance_m, labels, strict=True)):
        ordered = np.sort(walks[~np.isnan(walks)])
        share = np.arange(len(ordered) + 1) / max(len(walks), 1)
        ends = np.concatenate([[0.0], ordered, [limit_m]])
        ax.step(ends, np.append(share, share[-1]) * 100, where="post", color=SERIES[number], label=label, linewidth=2)
    ax.set(xlim=(0, limit_m), ylim=(0, 100), xlabel="Walk at most (m)", ylabel=f"% of {of}")
    ax.yaxis.grid(visible=True, color=RULE, linewidth=0.8)
    ax.set_axisbelow(True)
    if len(labels) > 1:
        key(ax)
    return ax


def stacked(
    rows: Mapping[str, Mapping[str, float]],
    *,
    x_title: str,
    colours: Mapping[str, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """One bar a row, its parts as percentages of their sum; parts of 0 stay in the key.

    Parameters
    ----------
    rows
        By row: amounts by part.
    colours
        By part, where a part means what a colour of the maps means.
    """
    ax = new_axes(ax, high=1.1 + 0.62 * len(rows))
    names = dict.fromkeys(part for parts in rows.values() for part in parts)
    fills = dict(zip(names, _part_colours(), strict=False)) | dict(colours or {})
    for place, (row, parts) in enumerate(rows.items()):
        whole, start = sum(parts.values()), 0.0
        for part, amount in parts.items():
            width = 100 * amount / whole if whole > 0 else 0.0
            ax.barh(place, width, left=start, color=fills[part], edgecolor=PAPER, height=0.62, label=f"{row}: {part}")
            start += width
    ax.set(xlim=(0, 100), xlabel=x_title)
    ax.set_yticks(range(len(rows)), list(rows))
    ax.invert_yaxis()
    key(ax)
    return ax


def _part_colours() -> tuple[str, ...]:
    return (*SERIES[:4], SERIES[5], AXIS, RULE, SERIES[4], RAMP[1], RAMP[3])


def _classes(
    value: NDArray[np.float64], known: NDArray[np.bool_], shades: Sequence[str]
) -> list[tuple[str, NDArray[np.bool_], str]]:
    """Classes with as many places each: label, members and colour."""
    if not known.any():
        return []
    limits = np.unique(np.quantile(value[known], np.linspace(0, 1, _CLASSES + 1)))
    if len(limits) < 2:
        return [(number_text(float(limits[0])), known, shades[-1])]
    found = []
    for number, (low, high) in enumerate(pairwise(limits)):
        last = number == len(limits) - 2
        inside = known & (value >= low) & ((value <= high) if last else (value < high))
        colour = shades[round(number * (len(shades) - 1) / max(len(limits) - 2, 1))]
        told = f"{number_text(float(low))} to {'' if last else 'below '}{number_text(float(high))}"
        if inside.any():
            found.append((told, inside, colour))
    return found


def _dots(ax: Axes, places: NDArray[np.float64], colour: str, label: str, size: float) -> None:
    ax.scatter(places[:, 0], places[:, 1], s=size, color=colour, label=label, linewidths=0)
