"""The door that every count passes: whole numbers of events, and parts of wholes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import quantity


def counts(name: str, values: ArrayLike, *, length: int | None = None) -> NDArray[np.float64]:
    """Whole numbers of 0 or more as float64, shape (n,).

    Raises
    ------
    InvalidParameter
        If the shape is wrong, or a count is negative, infinite, NaN or not whole.
    """
    numbers = quantity(name, values, length=length)
    broken = numbers != np.floor(numbers)
    if broken.any():
        raise InvalidParameter(
            f"{name}: {int(broken.sum())} of {len(numbers)} values are not whole, the first at position "
            f"{int(np.argmax(broken))}; give counts, not shares or rates"
        )
    return numbers


def parts_of_wholes(numerators: ArrayLike, denominators: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Counts and the counts that they are part of, each of shape (n,).

    Raises
    ------
    InvalidParameter
        If a count is not one, the shapes differ, or a numerator is above its denominator.
    """
    part = counts("numerators", numerators)
    whole = counts("denominators", denominators, length=len(part))
    above = part > whole
    if above.any():
        raise InvalidParameter(
            f"numerators: {int(above.sum())} of {len(part)} are above their denominator, the first at position "
            f"{int(np.argmax(above))}; count both from the same list, on the same basis and date"
        )
    return part, whole


def events_over_exposures(events: ArrayLike, exposures: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Counts of events and the exposure that they happened in, each of shape (n,).

    Raises
    ------
    InvalidParameter
        If a count or an exposure is not one, the shapes differ, or events happened without exposure.
    """
    count = counts("counts", events)
    over = quantity("exposures", exposures, length=len(count))
    without = (over == 0) & (count > 0)
    if without.any():
        raise InvalidParameter(
            f"exposures: {int(without.sum())} of {len(count)} are 0 where events were counted, the first at position "
            f"{int(np.argmax(without))}; count events and exposure over the same people"
        )
    return count, over
