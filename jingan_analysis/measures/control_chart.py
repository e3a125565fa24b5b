"""XmR charts: whether a monthly number changed, or only varies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter

Better = Literal["up", "down", "neither"]

_LIMIT_FACTOR = 2.66
"""3 / d2 for ranges of two values, d2 = 1.128."""
_RANGE_FACTOR = 3.267
"""D4 for ranges of two values."""
_SHIFT, _TREND = 7, 6
ADVISED_POINTS = 12
"""With fewer values limits are provisional."""


@dataclass(frozen=True)
class ControlChart:
    """An individuals chart with its signals.

    Attributes
    ----------
    values
        As given, NaN where a month has none, shape (n,).
    centre, lower, upper
        Mean and natural process limits at each point, shape (n,); they change where the chart was rebased.
    mean_moving_range
        Mean moving range that the limits are made from, at each point, shape (n,).
    outside, shift, trend, near_limit
        Points that signal special-cause variation, shape (n,): beyond a limit; in a run of seven on one side of the
        mean; in a run of six rising or falling; among two of three in the outer third next to one limit.
    improvement, concern
        Signals in the better and in the worse direction, shape (n,); both empty where no direction is better.
    few_points
        Whether a stretch between rebases has fewer than 12 values: its limits are then provisional.
    """

    values: NDArray[np.float64]
    centre: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    mean_moving_range: NDArray[np.float64]
    outside: NDArray[np.bool_]
    shift: NDArray[np.bool_]
    trend: NDArray[np.bool_]
    near_limit: NDArray[np.bool_]
    improvement: NDArray[np.bool_]
    concern: NDArray[np.bool_]
    few_points: bool

    @property
    def special(self) -> NDArray[np.bool_]:
        """Points with any signal, shape (n,)."""
        return np.asarray(self.outside | self.shift | self.trend | self.near_limit)


def control_chart(values: ArrayLike, *, better: Better = "neither", rebase: tuple[int, ...] = ()) -> ControlChart:
    """Draw up an XmR chart with the rules of NHS England's "Making Data Count".

    Where
        mR_i = |x_i - x_(i-1)|;  limits = mean(x) +- 2.66 mean(mR).
        Moving ranges above 3.267 mean(mR) are left out once, so that one leap does not widen the limits.

    Missing months are gaps: they have no value, break no run and join the values on both sides of them.

    Parameters
    ----------
    values
        In order of time, NaN for a month without a value.
    better
        Direction of improvement.
    rebase
        Positions at which a new stretch with limits of its own begins.

    Raises
    ------
    InvalidParameter
        If fewer than two values are known in a stretch, a value is infinite, or a rebase lies outside.

    Source: Shewhart (1931); Wheeler (2000), Understanding Variation; NHS England, Making Data Count (2019).
    """
    points = np.asarray(values, dtype=np.float64)
    starts = [0, *sorted(rebase)]
    if points.ndim != 1 or np.isinf(points).any() or any(not 0 < start < len(points) for start in rebase):
        raise InvalidParameter("values must be one row of finite numbers or NaN, and rebases must lie inside it")
    stretches = [slice(*pair) for pair in zip(starts, [*starts[1:], len(points)], strict=True)]
    sizes = [int(np.isfinite(points[part]).sum()) for part in stretches]
    if min(sizes) < 2:
        raise InvalidParameter(f"a control chart needs at least two known values in each stretch, not {min(sizes)}")
    centre, mean_range = np.empty(len(points)), np.empty(len(points))
    for part in stretches:
        known = points[part][np.isfinite(points[part])]
        centre[part], mean_range[part] = known.mean(), mean_moving_range(known)
    lower, upper = centre - _LIMIT_FACTOR * mean_range, centre + _LIMIT_FACTOR * mean_range
    return charted(points, centre, (lower, upper), mean_range, stretches, better, few=min(sizes) < ADVISED_POINTS)


def charted(
    points: NDArray[np.float64],
    centre: NDArray[np.float64],
    limits: tuple[NDArray[np.float64], NDArray[np.float64]],
    mean_range: NDArray[np.float64],
    stretches: list[slice],
    better: Better,
    *,
    few: bool,
) -> ControlChart:
    """The chart of values whose mean and limits are known, with its signals."""
    lower, upper = limits
    signals = _signals(points, centre, lower, upper, stretches)
    above, below = (np.any([signal[side] for signal in signals.values()], axis=0) for side in (0, 1))
    good, bad = {"up": (above, below), "down": (below, above), "neither": (np.zeros_like(above),) * 2}[better]
    return ControlChart(
        points, centre, lower, upper, mean_range,
        **{name: high | low for name, (high, low) in signals.items()},
        improvement=good, concern=bad, few_points=few,
    )  # fmt: skip


def mean_moving_range(known: NDArray[np.float64]) -> float:
    """Mean difference of neighbours, without those above 3.267 times it."""
    ranges = np.abs(np.diff(known))
    return float(ranges[ranges <= _RANGE_FACTOR * ranges.mean()].mean())


_Sides = tuple[NDArray[np.bool_], NDArray[np.bool_]]


def _signals(
    points: NDArray[np.float64],
    centre: NDArray[np.float64],
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    stretches: list[slice],
) -> dict[str, _Sides]:
    """Signals of each rule upwards and downwards; runs end where a new stretch begins."""
    names = ("outside", "shift", "trend", "near_limit")
    found: dict[str, _Sides] = {name: (np.zeros(len(points), bool), np.zeros(len(points), bool)) for name in names}
    for part in stretches:
        where = np.flatnonzero(np.isfinite(points[part])) + part.start
        x, middle = points[where], centre[where]
        third = (upper[where] - middle) * 2 / 3
        for side, sign in enumerate((1.0, -1.0)):
            away = sign * (x - middle)
            limit = sign * ((upper if side == 0 else lower)[where] - middle)
            found["outside"][side][where] = away > limit
            found["shift"][side][where] = _runs(away > 0, _SHIFT)
            rising = sign * np.diff(x) > 0
            found["trend"][side][where] = _spread_back(_runs(rising, _TREND - 1))
            found["near_limit"][side][where] = _two_of_three((away > third) & (away <= limit))
    return found


def _runs(flags: NDArray[np.bool_], least: int) -> NDArray[np.bool_]:
    """Flags that belong to a run of at least so many."""
    padded = np.concatenate([[0], flags.astype(np.int64), [0]])
    edges = np.flatnonzero(np.diff(padded))
    in_run = np.zeros(len(flags), dtype=bool)
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        in_run[start:end] = end - start >= least
    return in_run


def _spread_back(steps: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """From steps to the points at both their ends."""
    return np.asarray(np.concatenate([steps, [False]]) | np.concatenate([[False], steps]))


def _two_of_three(near: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Points of the outer third that have another one among the next or last two."""
    found = np.zeros(len(near), dtype=bool)
    for start in range(len(near) - 2):
        window = slice(start, start + 3)
        if near[window].sum() >= 2:
            found[window] |= near[window]
    return found
