"""Ordered classes for maps and heat maps: round breaks, class of a value, printed range."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING

from jingan_analysis.figures.scales import nice_ticks
from jingan_analysis.figures.style import ON_RAMP, RAMP
from jingan_analysis.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


@dataclass(frozen=True)
class ValueClasses:
    """Up to five classes between breaks; a value on a break belongs to the class above it, the last break to the last.

    Attributes
    ----------
    breaks
        Strictly increasing, one more than classes.
    """

    breaks: tuple[float, ...]

    @property
    def count(self) -> int:
        """Number of classes."""
        return len(self.breaks) - 1

    def position(self, value: float) -> int:
        """Class of a value, counted from 0.

        Raises
        ------
        ValueError
            If the value lies outside the breaks.
        """
        if not self.breaks[0] <= value <= self.breaks[-1]:
            raise ValueError(
                f"value {value!r} lies outside the breaks {self.breaks[0]!r} to {self.breaks[-1]!r}; widen the breaks"
            )
        return min(sum(value >= edge for edge in self.breaks[1:]), self.count - 1)

    def colour(self, value: float) -> str:
        """Fill colour of a value."""
        return RAMP[self._shade(self.position(value))]

    def text_colour(self, value: float) -> str:
        """Colour of text upon a value's fill."""
        return ON_RAMP[self._shade(self.position(value))]

    def ranges(self, value_format: Callable[[float], str]) -> tuple[tuple[str, str], ...]:
        """Colour and printed range of each class, lowest first."""
        edges = list(map(value_format, self.breaks))
        return tuple(
            (RAMP[self._shade(number)], tr("{low} to {high}", low=edges[number], high=edges[number + 1]))
            for number in range(self.count)
        )

    def _shade(self, position: int) -> int:
        """Fewer than five classes spread over the ramp, so that neighbours stay easy to tell apart."""
        return round(position * (len(RAMP) - 1) / max(self.count - 1, 1)) if self.count > 1 else 2


def value_classes(
    values: Iterable[float],
    *,
    breaks: Sequence[float] | None = None,
    value_format: Callable[[float], str] | None = None,
) -> ValueClasses:
    """Classes for finished values: the given breaks, or round ones of equal width whose limits print differently.

    Raises
    ------
    ValueError
        If given breaks do not increase, are too many, or do not cover the values; or if every value is missing.
    """
    finite = [float(value) for value in values if math.isfinite(value)]
    if breaks is None:
        if not finite:
            raise ValueError("there is no value to classify: all are missing; give breaks or leave the map out")
        low, high = min(finite), max(finite)
        # Two round numbers inside a range just wider than them need more classes than there are colours; one does not.
        for least, count in product((2, 1), range(len(RAMP), 0, -1)):
            ticks = nice_ticks(low, high, count=count, least=least, value_format=value_format)
            if len(ticks) - 1 <= len(RAMP):
                break
        return ValueClasses(ticks)
    edges = tuple(map(float, breaks))
    if not 2 <= len(edges) <= len(RAMP) + 1 or any(a >= b for a, b in pairwise(edges)):
        raise ValueError(f"breaks={list(edges)!r} must be 2 to {len(RAMP) + 1} strictly increasing numbers")
    outside = [value for value in finite if not edges[0] <= value <= edges[-1]]
    if outside:
        raise ValueError(f"breaks={list(edges)!r} do not cover the value {outside[0]!r}; widen the first or last break")
    return ValueClasses(edges)
